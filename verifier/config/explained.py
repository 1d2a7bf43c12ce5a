"""What one key of the configuration means, from the published schema."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_Schema = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Explained:
    """One key: what it is for, what it takes, and what it is when it is not given."""

    key: str
    meaning: str
    takes: str
    default: str
    """As it would stand in the file; empty where there is none."""
    inner: Mapping[str, str]
    """Keys below it, with their meanings."""


def explain(schema: _Schema, key: str) -> Explained | None:
    """Explain a key such as `gate.fail-after` or `services.api.url`; None where there is none."""
    at: _Schema = schema
    for part in key.split("."):
        inner = _inner(schema, at, part)
        if inner is None:
            return None
        at = inner
    default = at.get("default")
    is_section = isinstance(default, Mapping)
    return Explained(
        key=key,
        meaning=_meaning(schema, at),
        takes=_takes(schema, at),
        default="" if default is None or is_section else json.dumps(default, ensure_ascii=False),
        inner=dict(_keys_below(schema, at)),
    )


def all_keys(schema: _Schema) -> Iterator[str]:
    """Yield every key, `*` for a name that is free."""
    yield from _keys(schema, schema, "")


def _meaning(schema: _Schema, at: _Schema) -> str:
    return " ".join(str(_resolved(schema, at).get("description", "")).split())


def _keys_below(schema: _Schema, at: _Schema) -> Iterator[tuple[str, str]]:
    """Yield the keys of a section; of each of its entries where their names are free."""
    for name, below in _properties(schema, at).items():
        yield name, _meaning(schema, below)
    for branch in _branches(schema, at):
        for free, place in (("additionalProperties", "NAME"), ("items", "each")):
            entry = branch.get(free)
            if isinstance(entry, Mapping):
                for name, below in _properties(schema, entry).items():
                    yield f"{place}.{name}", _meaning(schema, below)


def _keys(schema: _Schema, at: _Schema, prefix: str) -> Iterator[str]:
    for name, found in _properties(schema, at).items():
        key = f"{prefix}.{name}" if prefix else name
        yield key
        yield from _keys(schema, found, key)
    for branch in _branches(schema, at):
        free = branch.get("additionalProperties")
        items = branch.get("items")
        for inner in (found for found in (free, items) if isinstance(found, Mapping)):
            yield from _keys(schema, inner, f"{prefix}.*")


def _inner(schema: _Schema, at: _Schema, part: str) -> _Schema | None:
    properties = _properties(schema, at)
    if part in properties:
        return properties[part]
    for branch in _branches(schema, at):
        free = branch.get("additionalProperties")
        if isinstance(free, Mapping):
            return free
        items = branch.get("items")
        if isinstance(items, Mapping) and (part.isdecimal() or part == "*"):
            return items
        if isinstance(items, Mapping) and part in _properties(schema, items):
            return _properties(schema, items)[part]
    return None


def _properties(schema: _Schema, at: _Schema) -> Mapping[str, _Schema]:
    found: dict[str, _Schema] = {}
    for branch in _branches(schema, at):
        properties = branch.get("properties")
        if isinstance(properties, Mapping):
            found.update({k: v for k, v in properties.items() if isinstance(v, Mapping)})
    return found


def _branches(schema: _Schema, at: _Schema) -> Iterator[_Schema]:
    """Yield the forms that a value may have, with every reference followed."""
    whole = _resolved(schema, at)
    choices = whole.get("anyOf") or whole.get("oneOf")
    if not isinstance(choices, list):
        yield whole
        return
    for choice in choices:
        if isinstance(choice, Mapping):
            yield from _branches(schema, choice)


def _resolved(schema: _Schema, at: _Schema) -> _Schema:
    """Follow a reference; what stands beside it counts more."""
    reference = at.get("$ref")
    definitions = schema.get("$defs")
    if not isinstance(reference, str) or not isinstance(definitions, Mapping):
        return at
    found = definitions.get(reference.rpartition("/")[2])
    return {**found, **at} if isinstance(found, Mapping) else at


def _takes(schema: _Schema, at: _Schema) -> str:
    return " or ".join(dict.fromkeys(_kind(schema, branch) for branch in _branches(schema, at)))


def _kind(schema: _Schema, branch: _Schema) -> str:
    words = branch.get("enum")
    if isinstance(words, list):
        return "one of " + ", ".join(map(str, words))
    if "const" in branch:
        return str(branch["const"])
    kind = branch.get("type")
    match kind:
        case "string" if "ms|s|m|h" in str(branch.get("pattern", "")):
            return "a duration such as 2s or 5m"
        case "string":
            return "text"
        case "integer":
            return f"a whole number{_range(branch)}"
        case "number":
            return f"a number{_range(branch)}"
        case "boolean":
            return "true or false"
        case "null":
            return "null"
        case "array":
            items = branch.get("items")
            of = _takes(schema, items) if isinstance(items, Mapping) else ""
            return f"a list of {of}" if of and not of.startswith("a ") else "a list"
        case list():
            return " or ".join(map(str, kind))
        case _:
            return "a section with keys"


def _range(branch: _Schema) -> str:
    least, most = branch.get("minimum"), branch.get("maximum")
    if least is not None and most is not None:
        return f" from {least} to {most}"
    return f" of at least {least}" if least is not None else ""
