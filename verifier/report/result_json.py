"""The result of a command that leaves no report, as JSON for programs."""

import json
from collections.abc import Callable, Mapping, Sequence

from verifier.report.harmless_text import json_text


def render(
    kind: str, value: Mapping[str, object], clean: Callable[[str], str] = lambda text: text
) -> str:
    """
    Return the result as indented JSON of the schema `verifier.KIND/v1`, ending in a newline.

    `clean` is what every text in it passes through, such as what hides secrets.
    What is not ASCII is escaped, so that nothing in it can steer a terminal.
    """
    whole = {"schema": f"verifier.{kind}/v1", **{key: _clean(v, clean) for key, v in value.items()}}
    return json_text(json.dumps(whole, indent=2))


def _clean(value: object, clean: Callable[[str], str]) -> object:
    match value:
        case str():
            return clean(value)
        case Mapping():
            return {clean(str(key)): _clean(inner, clean) for key, inner in value.items()}
        case Sequence():
            return [_clean(inner, clean) for inner in value]
        case _:
            return value
