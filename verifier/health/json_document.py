"""A decoded JSON body in, one health document out, whatever framework wrote it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from verifier.health.bounds import at_most, without_repeats
from verifier.health.document_keys import is_about_now, names_component, normal
from verifier.health.durations import under_a_good_status
from verifier.health.entries import entry, in_container, in_field
from verifier.health.figures import (
    are_plain_flags,
    bad_code,
    counted_checks,
    is_bad_number,
    is_odd_code,
    of_ones,
    of_plain_ones,
    status_of_number,
)
from verifier.health.frameworks import (
    errors_of_django,
    first_word,
    has_started,
    is_django,
    reasons_of_oslo,
    summary_by_framework,
)
from verifier.health.json_in_text import body_told
from verifier.health.labels import label_of
from verifier.health.not_of_now import beneath_good_ones, members_that_others_stand_for
from verifier.health.own_status import (
    Json,
    Said,
    cut,
    is_unread,
    message_of,
    own_status,
    status_of_code,
    word,
    worst_of,
)
from verifier.health.plain_fields import are_all_words, joined, loose, of_a_zero, tells_how_it_is
from verifier.health.schema_document import is_schema_document, read_schema_document
from verifier.health.sentences import status_of_text
from verifier.health.state_flags import is_as_well_off
from verifier.health.vocabulary import is_plain_word, worst_status
from verifier.health.whole_warnings import modes_told, warnings_beside, with_what_is_told
from verifier.health.wrappers import is_envelope, is_place_of_components, only_wrapper, wraps
from verifier.model.evidence import (
    BESIDE,
    OWN_STATUS,
    WORST_COMPONENT,
    Component,
    HealthDocument,
    HealthStatus,
)

_BY_CODE = "the code in the document"
_MESSAGE = "its message"


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found in an object and in what wraps it."""

    said: tuple[Said, ...]
    components: tuple[Component, ...]
    """Those that have a place or a status of their own."""
    loose: tuple[Component, ...]
    """Plain words beside the status."""
    message: str
    deploy_safe: bool | None
    is_called_good: bool = False
    """Whether its message says that all is well: `{"message": "OK", "services": {…}}`."""
    bad_code: str = ""
    """The key and a code of 5xx that it holds: `code 500`."""
    objects: tuple[Json, ...] = ()
    """The object itself, then those that it wraps."""


def read_json(value: object, *, is_success: bool) -> HealthDocument | None:
    """Read a decoded JSON body; None where nothing in it tells a status."""
    match value:
        case {"data": True as flag, **rest} if not rest:  # listmonk
            return read_json(flag, is_success=is_success)
        case {"success": {"code": 200}, **rest} if not rest:  # Dolibarr
            return HealthDocument(HealthStatus.GOOD, "200", rule=_BY_CODE)
        case int() if 200 <= value <= 299:  # NodeBB answers "200"
            return HealthDocument(HealthStatus.GOOD, word(value), rule=_BY_CODE)
        case dict() if is_schema_document(value):
            return read_schema_document(value)
        case dict():
            found = _find(value, "", is_success)
            document = _document(value, found, is_success)
            return document and summary_by_framework(value, document)
        case [dict() as only] if not label_of(only):
            return read_json(only, is_success=is_success)
        case list():
            components = tuple(at_most(in_container(value, "", "$")))
            found = _Found(first_word(value), components, (), "", None)
            return _document({}, found, is_success)
        case bool() | str():
            said = word(value)
            status = status_of_text(said)
            known = status is not HealthStatus.UNKNOWN
            return HealthDocument(status, said, rule="one word") if known else None
        case _:
            return None


def _find(value: Json, place: str, is_success: bool) -> _Found:
    said = own_status(value)
    if said and said.status is HealthStatus.UNKNOWN and is_bad_number(said.word, message_of(value)):
        said = replace(said, status=HealthStatus.BAD)
    saids = [said, *warnings_beside(value, said)] if said else []
    components = list(errors_of_django(value, place, is_success)) if said is None else []
    components += reasons_of_oslo(value)
    inner: list[_Found] = []
    unwrapped = None if said else only_wrapper(value)
    for key, child in value.items():
        at = joined(place, key)
        kind = normal(key)
        if isinstance(child, dict) and (key == unwrapped or wraps(kind, child)):
            inner.append(_find(child, at, is_success))
            if key == unwrapped and own_status(child) is not None:
                components += list(entry(key, child, at))[:1]
        else:
            components += at_most(in_field(key, child, "", place))
    if said is None:
        modes = modes_told(value)
        components += [Component(k, HealthStatus.WARNING, told) for k, told in modes.items()]
    beside = tuple(_beside(value, place, is_success))
    is_call = is_envelope(value, said)
    message = message_of(value)
    is_good = bool(components) and not is_call and status_of_text(message) is HealthStatus.GOOD
    if is_call and (components or any(f.said or f.components for f in inner)):
        saids = []
    elif said is not None and said.status is HealthStatus.GOOD:
        inner = [_beneath(found, said) for found in inner]
    return _Found(
        (*saids, *(s for found in inner for s in found.said)),
        (*components, *(c for found in inner for c in found.components)),
        (*beside, *(c for found in inner for c in found.loose)),
        message or next((f.message for f in inner if f.message), ""),
        next(
            (s for s in (_deploy_safe(value), *(f.deploy_safe for f in inner)) if s is not None),
            None,
        ),
        is_good or any(found.is_called_good for found in inner),
        bad_code(value) or next((f.bad_code for f in inner if f.bad_code), ""),
        (value, *(each for found in inner for each in found.objects)),
    )


def _beneath(found: _Found, above: Said) -> _Found:
    """Good above and bad in what it wraps: which of the two is meant nobody can tell."""
    doubtful = tuple(
        Said(HealthStatus.PENDING, f'{above.word}, but within it "{said.word}"')
        if said.status is HealthStatus.BAD
        else said
        for said in found.said
    )
    return replace(found, said=doubtful)


def _beside(value: Json, place: str, is_success: bool) -> Iterator[Component]:
    """Yield the plain fields of a document that say something of a component."""
    texts = {k: v for k, v in value.items() if isinstance(v, str) and is_about_now(k)}
    silent = own_status(value) is None
    is_flat = silent and any(is_plain_word(text) for text in texts.values())
    flags = [k for k, v in value.items() if isinstance(v, bool)]
    found = [c for k, v in value.items() for c in loose(k, v, "", place, is_incidental=False)]
    is_all_flags = silent and len(flags) == len(value) and any(not c.is_incidental for c in found)
    told = {c.name: c for c in found}
    for key, text in texts.items():
        known = told.get(key)
        unsaid = known is None or known.status is HealthStatus.UNKNOWN
        if unsaid and is_flat and not is_success:
            told[key] = Component(key, HealthStatus.BAD, cut(text), place=joined(place, key))
    of_stores = [status_of_text(text) for key, text in texts.items() if names_component(key)]
    are_all_good = silent and all(status is HealthStatus.GOOD for status in of_stores)
    are_words = silent and are_all_words(texts)
    for component in told.values():
        name = component.name
        is_told = is_all_flags and is_about_now(name) and not is_as_well_off(name)
        is_told |= are_all_good and name in texts and names_component(name)
        is_told |= are_words and name in texts
        yield replace(component, is_incidental=False) if is_told else component


def _document(value: Json, found: _Found, is_success: bool) -> HealthDocument | None:
    plain = found.loose
    found = replace(
        found,
        components=of_ones(found.components, value),
        loose=of_plain_ones(plain, is_good=is_success and are_plain_flags(value)),
    )
    said, rule = _summary(value, found, is_success)
    if said is None:
        return None
    if is_success and found.bad_code and said.status in (HealthStatus.GOOD, HealthStatus.WARNING):
        # Good and "server error" at once: which of the two is meant nobody can tell.
        said = Said(HealthStatus.PENDING, f"{said.word}, but {found.bad_code}")
    is_good = said.status is HealthStatus.GOOD
    if is_good and rule in (OWN_STATUS, _BY_CODE, WORST_COMPONENT, BESIDE, _MESSAGE):
        said = with_what_is_told(found.objects or (value,), said, is_own=rule == OWN_STATUS)
    components = (*found.components, *of_plain_ones(plain, is_good=is_good))
    if is_good and rule == OWN_STATUS:
        components = tuple(of_a_zero(map(under_a_good_status, components)))
    return HealthDocument(
        said.status,
        said.word,
        tuple(without_repeats(components)),
        deploy_safe=found.deploy_safe,
        message=found.message,
        rule=rule,
    )


def _summary(value: Json, found: _Found, is_success: bool) -> tuple[Said | None, str]:
    told = [c for c in found.components if not c.is_incidental]
    if found.said:
        known = [s for s in found.said if s.status is not HealthStatus.UNKNOWN]
        worst = worst_of(known or list(found.said))
        unread = next(filter(is_unread, found.said), None)
        if unread and known and worst.status is HealthStatus.GOOD:
            return unread, OWN_STATUS
        if not known and is_success:
            status = status_of_number(worst.word, found.message, told)
            worst = replace(worst, status=status)
        return worst, OWN_STATUS
    beside = [c for c in found.loose if not c.is_incidental]
    is_any_beside = any(map(tells_how_it_is, beside))
    is_in_use = not is_any_beside or any(c.status is not HealthStatus.SKIPPED for c in told)
    if is_in_use and any(c.word or c.status is not HealthStatus.UNKNOWN for c in told):
        told = list(beneath_good_ones([*members_that_others_stand_for(told)]))
        status = _worst_known(told)
        is_reported = any(map(_is_reported, told)) or is_django(value)
        if is_success and status is HealthStatus.BAD:
            status = _of_bad_parts(told, found, is_reported=is_reported)
        return Said(status, status.value), WORST_COMPONENT
    if is_any_beside:
        status = _worst_known(beside)
        if not is_success:
            status = worst_status((status, HealthStatus.BAD))
        elif status in (HealthStatus.BAD, HealthStatus.CRITICAL):
            status = HealthStatus.WARNING
        return Said(status, status.value), BESIDE
    code = status_of_code(value)
    if code is not None:
        return body_told(value, code), _BY_CODE
    if counted := counted_checks(value):
        return Said(*counted), "a count of checks"
    if started := has_started(value):
        return started, "whether it has started"
    status = status_of_text(found.message)
    if is_success and status is HealthStatus.BAD:
        # A sentence under 200 that sounds like an error; a code beside it may say the same.
        status = HealthStatus.PENDING if is_odd_code(value) else HealthStatus.WARNING
    if found.message and status is not HealthStatus.UNKNOWN:
        return Said(status, found.message), _MESSAGE
    return None, ""


def _of_bad_parts(told: list[Component], found: _Found, *, is_reported: bool) -> HealthStatus:
    """What a bad component under 200 makes of a document that has no status of its own."""
    if found.is_called_good:
        return HealthStatus.WARNING
    if is_reported:
        return HealthStatus.BAD
    return HealthStatus.PENDING if _is_all_that_is_said(told) else HealthStatus.WARNING


def _is_reported(component: Component) -> bool:
    """Whether a bad component stands where frameworks list them that always answer 200."""
    if component.status is not HealthStatus.BAD:
        return False
    keys = [normal(key) for key in component.place.split(".")]
    return keys[0] == "$" or any(is_place_of_components(key) for key in keys)


def _is_all_that_is_said(told: list[Component]) -> bool:
    """Whether the entries of lists, or nothing but bad ones without a known name, say it."""
    keys = [c.place.split(".") for c in told]
    is_bad = all(
        c.status is HealthStatus.BAD and not names_component(k[-1])
        for c, k in zip(told, keys, strict=True)
    )
    return is_bad or all(any(map(str.isdecimal, k)) for k in keys)


def _worst_known(components: list[Component]) -> HealthStatus:
    """A word that is not known does not make the whole unknown while others are."""
    known = [c.status for c in components if c.status is not HealthStatus.UNKNOWN]
    return worst_status(known)


def _deploy_safe(value: Json) -> bool | None:
    return said if isinstance(said := value.get("deploy_safe"), bool) else None
