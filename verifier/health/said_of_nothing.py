"""Objects and lists that say nothing of now: what was before, and what words stand for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from verifier.health.document_keys import (
    COMPONENTS,
    FAILURES,
    KINDS,
    is_of_another_time,
    is_of_the_last_time,
    normal,
)
from verifier.health.negated_names import words_of
from verifier.health.own_status import own_status
from verifier.health.state_flags import offers_something
from verifier.model.evidence import Component, HealthStatus


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Whatever has such a word in its name was before.
_BEFORE = _words(
    "history histories past previous prev former old before yesterday archive archived"
)
#: A list of these tells one after the other what happened.
_HAPPENED = _words(
    "log logs event events timeline recent samples heartbeats outages attempts retries runs builds "
    "deployments changes transitions journal audit checks"
)
#: What words stand for, or where they lead: none of them is said of anything.
_GLOSSARIES = _words(
    "messages links hrefs legend translations i18n l10n locales labels annotations docs "
    "documentation urls uris icons emojis codes colors colours texts strings aliases "
    "mapping mappings examples example"
)
#: Likewise, but something in them may have failed as well.
_MAYBE_GLOSSARIES = _words(
    "routes endpoints paths pages redirects actions commands options config configuration settings "
    "env environment hooks handlers callbacks events meta"
)
_NOT_WELL = (HealthStatus.BAD, HealthStatus.CRITICAL, HealthStatus.WARNING, HealthStatus.PENDING)
_TIMES = _words(
    "at ts t time timestamp date when startedat finishedat createdat checkedat occurredat started "
    "finished createdat"
)
_OF_A_PART = ("component", "node", "host", "instance", "address", "server", "member", "url")


def says_nothing(key: str, child: object) -> bool:
    """Whether what stands under a key is a glossary, or what was before."""
    if normal(key) in _GLOSSARIES:
        return isinstance(child, dict) or (isinstance(child, list) and normal(key) != "messages")
    words = words_of(key)
    if not _BEFORE.isdisjoint(words):
        return isinstance(child, dict | list)
    is_either = isinstance(child, dict | list) and bool(words)
    is_event = is_either and words[-1] in ("events", "event", "log", "logs", "timeline")
    is_list = isinstance(child, list) and bool(words)
    return is_event or (is_list and words[-1] in _HAPPENED and _is_of_what_happened(words))


def _is_of_what_happened(words: Sequence[str]) -> bool:
    """`recent_checks` is one, `checks` is none."""
    return words[-1] != "checks" or "recent" in words or "last" in words


def no_worse_than_a_warning(part: Component) -> Component:
    """Return a component that is worth a look where it is not well."""
    return replace(part, status=HealthStatus.WARNING) if part.status in _NOT_WELL else part


def of_its_place(key: str, child: object, part: Component) -> Component:
    """
    Return a component, no worse than a warning where it says how something last ended.

    The same where its key is a word for failures in what may be a glossary: `config`, `actions`.
    """
    if normal(key) == "incidents":
        return no_worse_than_a_warning(part)
    if not isinstance(child, dict):
        return part
    if is_of_another_time(key) or offers_something(key):
        return replace(part, is_incidental=True)
    is_maybe = normal(key) in _MAYBE_GLOSSARIES and own_status(child) is None
    is_word = is_maybe and normal(part.place.rpartition(".")[2]) in FAILURES
    return no_worse_than_a_warning(part) if is_word or is_of_the_last_time(key) else part


def newest_of_series(key: str, value: object, *, is_within: bool) -> Mapping[str, object] | None:
    """
    Return the last sample of a series, None where a list is none.

    A sample has its own time, and names nothing that it is about. In a list for components it is
    one only within a component.
    """
    is_for_parts = normal(key) in COMPONENTS | KINDS | FAILURES
    if not isinstance(value, list) or (is_for_parts and not is_within):
        return None
    samples = [item for item in value if isinstance(item, dict)]
    if not samples or len(samples) < len(value) or any(map(_is_about_a_part, samples)):
        return None
    times = [_time_of(sample) for sample in samples]
    if None in times or not any(map(_says_something, samples)):
        return None
    newest = max(range(len(samples)), key=lambda index: (str(times[index]).rjust(40), index))
    return samples[newest]


def _says_something(sample: Mapping[str, object]) -> bool:
    return own_status(sample) is not None or any(normal(key) in FAILURES for key in sample)


def _time_of(sample: Mapping[str, object]) -> object | None:
    found: Iterator[object] = (
        item
        for key, item in sample.items()
        if normal(key) in _TIMES and isinstance(item, str | int | float)
    )
    return next(found, None)


def _is_about_a_part(sample: Mapping[str, object]) -> bool:
    kinds = [normal(key) for key in sample]
    return any(k.endswith("name") or k in ("id", "label", "key", "type") for k in kinds) or any(
        kind.startswith(part) for kind in kinds for part in _OF_A_PART
    )


def beneath_good_ones(components: Sequence[Component]) -> Iterator[Component]:
    """
    Yield components, those no worse than a warning that lie in one that says it is good.

    What is in a list or a map for components is one of its own, whatever is around it.
    """
    good = {c.place for c in components if c.status is HealthStatus.GOOD}
    for component in components:
        keys = component.place.split(".")
        around = (".".join(keys[:end]) for end in range(1, len(keys)))
        above = next((place for place in around if place in good), "")
        inner = keys[above.count(".") + 1 :] if above else []
        is_own = any(normal(key) in COMPONENTS | KINDS for key in inner)
        yield no_worse_than_a_warning(component) if above and not is_own else component
