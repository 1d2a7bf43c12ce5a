"""What a configuration comes to: each setting with its value, and where that comes from."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from verifier.config.sections import Config
from verifier.guarded.yaml_document import Document, Location


@dataclass(frozen=True, slots=True)
class EffectiveSetting:
    """One setting of a file, or a default that it leaves as it is."""

    key: str
    """Such as `gate.fail-after`."""
    value: str
    """As it would stand in the file."""
    line: int | None
    """Of the file; None where it is the default."""


def effective_settings(document: Document, config: Config) -> tuple[EffectiveSetting, ...]:
    """Return every setting in the order of the schema."""
    tree = config.model_dump(mode="json", by_alias=True, warnings="none")
    found = []
    for location, value in _leaves(tree, ()):
        is_given = _is_there(document.value, location)
        line = document.line(location) if is_given else None
        found.append(EffectiveSetting(key_of(location), _text(value), line))
    return tuple(found)


def key_of(location: Location) -> str:
    """Return the path to a setting as people write it."""
    return ".".join(map(str, location))


def _leaves(value: object, location: Location) -> Iterator[tuple[Location, object]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*location, str(key)))
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*location, index))
    else:
        yield location, value


def _is_there(value: object, location: Location) -> bool:
    for key in location:
        match value:
            case Mapping() if key in value:
                value = value[key]
            case list() if isinstance(key, int) and key < len(value):
                value = value[key]
            case _:
                return False
    return True


def _text(value: object) -> str:
    """As YAML and JSON both read it; a plain word needs no quotes."""
    is_plain = isinstance(value, str) and value.replace("-", "").replace("/", "").isalnum()
    return str(value) if is_plain else json.dumps(value, ensure_ascii=False)
