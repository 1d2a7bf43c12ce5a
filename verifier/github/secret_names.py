"""Which secrets a part of a workflow file reads and cannot do without."""

import re
from collections.abc import Iterator

from verifier.github.workflow_expressions import insides

#: A name, and what stands in its place where it is not set.
_SECRET = re.compile(
    r"\bsecrets\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*'([A-Za-z_]\w*)'\s*\])(?!\w)(\s*\|\|)?",
    re.IGNORECASE,
)
#: A job has this one without its being stored.
_OF_THE_JOB = "GITHUB_TOKEN"
#: Inputs of the verifier's own that may be left empty.
_MAY_BE_EMPTY = frozenset({"slack-webhook-url"})
_DEEPEST = 20


def secret_names(value: object) -> frozenset[str]:
    """Return the names in the expressions of a value, in capitals: GitHub tells no case apart."""
    return frozenset(
        name
        for text in _texts(value, _DEEPEST)
        for expression in insides(text)
        for dotted, quoted, instead in _SECRET.findall(expression)
        if not instead and (name := (dotted or quoted).upper()) != _OF_THE_JOB
    )


def _texts(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and depth:
        for key, inner in value.items():
            if key not in _MAY_BE_EMPTY:
                yield from _texts(inner, depth - 1)
    elif isinstance(value, list) and depth:
        for inner in value:
            yield from _texts(inner, depth - 1)
