"""One small reader per dialect of health document, tried in the order of `_READERS`."""

import re
from collections.abc import Callable, Iterator, Mapping

from verifier.health.vocabulary import status_of, worst_status
from verifier.model.evidence import Component, HealthDocument, HealthStatus

_Json = Mapping[str, object]

_STATUS_KEYS = ("status", "ok", "healthy", "ready")
_NOT_OBSERVED = frozenset({"status", "message", "output", "exception"})
_MAX_TEXT = 500
_MAX_COMPONENTS = 200


def parse_json(value: object, content_type: str = "") -> HealthDocument | None:
    """Read a decoded JSON body; None where nothing in it tells a status."""
    match value:
        case dict():
            for reads, read in _READERS:
                if reads(value, content_type):
                    return read(value)
            return None
        case bool() | str():
            word = _word(value)
            status = status_of(word)
            return None if status is HealthStatus.UNKNOWN else HealthDocument(status, word)
        case _:
            return None


def parse_text(text: str) -> HealthDocument | None:
    """
    Read a body that is not JSON: the verbose text of Kubernetes' endpoints, or one known word.

    Source: https://kubernetes.io/docs/reference/using-api/health-checks/
    """
    lines = re.findall(r"^\[([+-])\]\s*(\S+)\s*(.*)$", text, re.MULTILINE)
    if lines:
        sign_means = {"+": HealthStatus.GOOD, "-": HealthStatus.BAD}
        components = tuple(
            Component(name, sign_means[sign], rest[:_MAX_TEXT])
            for sign, name, rest in lines[:_MAX_COMPONENTS]
        )
        status = worst_status(component.status for component in components)
        if re.search(r"check failed\s*$", text):
            status = HealthStatus.BAD
        word = "failed" if status is HealthStatus.BAD else "passed"
        return HealthDocument(status, word, components)
    word = text.strip()
    status = status_of(word)
    return None if status is HealthStatus.UNKNOWN else HealthDocument(status, word)


def _read_checks_object(value: _Json) -> HealthDocument:
    """`checks` by name: objects with a status, bare words, or lists of measurements (IETF)."""
    return _document(value, _components(_mapping(value["checks"])))


def _read_checks_list(value: _Json) -> HealthDocument:
    """Source: https://microprofile.io/specifications/microprofile-health/ (`checks` array)."""
    return _document(value, _named_components(value["checks"]))


def _read_spring(value: _Json) -> HealthDocument:
    """Spring Boot Actuator: `components` (older: `details`), nested at will; Terminus alike."""
    key = "components" if isinstance(value.get("components"), dict) else "details"
    return _document(value, _components(_mapping(value[key])))


def _read_aspnet(value: _Json) -> HealthDocument:
    """ASP.NET Core's UI response writer: `entries` by name."""
    return _document(value, _components(_mapping(value["entries"])))


def _read_laravel(value: _Json) -> HealthDocument:
    """spatie/laravel-health: `checkResults`, without a status of the whole."""
    return _document(value, _named_components(value["checkResults"]))


def _read_fingerprint(value: _Json) -> HealthDocument:
    """
    A schema document: a fingerprint, and perhaps the current and the expected schema version.

    A fingerprint that is an error or a fallback means that the application could not read
    the schema at all.
    """
    fingerprint = _word(value["fingerprint"])
    unread = not fingerprint or fingerprint == "error" or fingerprint.startswith("fallback-")
    status = HealthStatus.BAD if unread else HealthStatus.GOOD
    nested = _mapping(value.get("schema_version"))
    version = {
        kind: next((_word(v) for k, v in {**nested, **value}.items() if kind in k), "")
        for kind in ("current", "expected")
    }
    components = (
        (Component("schema_version", status, status.value, observed=version),)
        if all(version.values())
        else ()
    )
    return HealthDocument(status, fingerprint, components)


def _read_status_only(value: _Json) -> HealthDocument:
    return _document(value, ())


def _read_flat(value: _Json) -> HealthDocument:
    """django-health-check: one key per component, "working" or an error text."""
    return _document({}, tuple(_flat_components(value)))


def _flat_components(value: _Json) -> Iterator[Component]:
    for name, text in list(value.items())[:_MAX_COMPONENTS]:
        good = isinstance(text, str) and status_of(text) is HealthStatus.GOOD
        status = HealthStatus.GOOD if good else HealthStatus.BAD
        yield Component(name, status, _word(text) if good else "error", "" if good else _word(text))


def _is_flat(value: _Json, _: str) -> bool:
    return any(v == "working" for v in value.values()) and all(
        isinstance(v, str) for v in value.values()
    )


_READERS: tuple[tuple[Callable[[_Json, str], bool], Callable[[_Json], HealthDocument]], ...] = (
    (lambda v, _: isinstance(v.get("checkResults"), list), _read_laravel),
    (lambda v, _: isinstance(v.get("entries"), dict), _read_aspnet),
    (lambda v, _: isinstance(v.get("checks"), dict), _read_checks_object),
    (lambda v, _: isinstance(v.get("checks"), list), _read_checks_list),
    (lambda v, _: any(isinstance(v.get(k), dict) for k in ("components", "details")), _read_spring),
    (lambda v, _: "fingerprint" in v, _read_fingerprint),
    (lambda v, _: any(key in v for key in _STATUS_KEYS), _read_status_only),
    (_is_flat, _read_flat),
)


def _document(value: _Json, components: tuple[Component, ...]) -> HealthDocument:
    word = next((_word(value[key]) for key in _STATUS_KEYS if key in value), "")
    status = status_of(word) if word else worst_status(c.status for c in components)
    deploy_safe = value.get("deploy_safe")
    return HealthDocument(
        status,
        word or status.value,
        components,
        deploy_safe=deploy_safe if isinstance(deploy_safe, bool) else None,
    )


def _components(entries: _Json, prefix: str = "") -> tuple[Component, ...]:
    found: list[Component] = []
    for key, entry in list(entries.items())[:_MAX_COMPONENTS]:
        name = prefix + key
        match entry:
            case list():
                measurements = entry[:_MAX_COMPONENTS]
                found += [_component(name, m) for m in measurements if isinstance(m, dict)]
            case dict():
                found.append(_component(name, entry))
                if not prefix:
                    found += _components(_mapping(entry.get("components")), f"{name}.")
            case bool() | str():
                found.append(Component(name, status_of(_word(entry)), _word(entry)))
            case _:
                found.append(Component(name, HealthStatus.UNKNOWN, ""))
    return tuple(found[:_MAX_COMPONENTS])


def _named_components(entries: object) -> tuple[Component, ...]:
    items = entries if isinstance(entries, list) else []
    return tuple(
        _component(_word(entry.get("name", "unnamed")), entry)
        for entry in items[:_MAX_COMPONENTS]
        if isinstance(entry, dict)
    )


def _component(name: str, entry: _Json) -> Component:
    word = next((_word(entry[key]) for key in _STATUS_KEYS if key in entry), "")
    message = next((entry[k] for k in ("message", "output", "exception") if entry.get(k)), "")
    observed = {key: _word(v) for key, v in entry.items() if key not in _NOT_OBSERVED}
    return Component(name, status_of(word), word, _word(message), observed)


def _mapping(value: object) -> _Json:
    return value if isinstance(value, dict) else {}


def _word(value: object) -> str:
    """Short text for a scalar or a list of scalars; nested objects are left out."""
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int() | float():
            return str(value)[:_MAX_TEXT]
        case list():
            items = [item for item in value[:20] if not isinstance(item, list | dict)]
            return ", ".join(_word(item) for item in items)
        case _:
            return ""
