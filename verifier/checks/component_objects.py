"""What is wrong with a component of a health document, and what a report keeps of a document."""

import re

from verifier.checks.versions import is_behind
from verifier.health.driver_messages import is_driver_error
from verifier.health.sentences import sounds_bad
from verifier.health.vocabulary import status_of
from verifier.model.check_ids import EXPECTS, NOT_LOOKED_AT
from verifier.model.cut_text import cut_to
from verifier.model.evidence import Answer, Component, HealthStatus
from verifier.model.finding import ToldComponent, ToldDocument, Unobserved
from verifier.model.http_status import Meaning, meaning_of

_BAD = (HealthStatus.BAD, HealthStatus.CRITICAL)
_LONGEST = 200
#: A report of more would be read by nobody.
_MOST_COMPONENTS = 100
#: Fields that list what is wrong; others, such as how long it took, are never twice the same.
_LISTS = re.compile(r"missing|absent|pending|not_?found|unreadable|unapplied|failed|invalid", re.I)
_NAME = re.compile(r"[\w.:/-]{1,100}")
#: A count, as of what waits in a queue; the version of a migration has more digits.
_COUNT = re.compile(r"\d{1,7}")


def objects_of(component: Component) -> tuple[str, ...]:
    """
    Return what is wrong with it, in words that stay the same while nothing changes.

    The names that it lists, or the version that it waits for; where it says no more than that it
    is bad, that. Empty where nothing is wrong.
    """
    current = component.observed.get("current", "")
    wanted = component.observed.get("expected", "")
    if current and wanted and is_behind(current, wanted):
        return (f"{EXPECTS}{wanted}",)
    if component.status is HealthStatus.SKIPPED:
        return (NOT_LOOKED_AT,)
    if component.status not in (*_BAD, HealthStatus.WARNING):
        return ()
    return tuple(sorted(_objects_in_lists(component))) or (_kind(component),)


def is_wrong(component: Component) -> bool:
    """Whether it says of itself that it is bad, or behind the version that it waits for."""
    return component.status in _BAD or any(o.startswith(EXPECTS) for o in objects_of(component))


def is_bare(answer: Answer) -> bool:
    """Whether the answer names nothing that is wrong: no component, no guard, no version."""
    document = answer.document
    if isinstance(document, Unobserved):
        return True
    if document.deploy_safe is False:
        return False
    return not any(
        c.status in (HealthStatus.BAD, HealthStatus.CRITICAL) or c.observed.get("expected")
        for c in document.components
        if c.status is not HealthStatus.GOOD
    )


def _kind(component: Component) -> str:
    return "warning" if component.status is HealthStatus.WARNING else "bad"


def _objects_in_lists(component: Component) -> set[str]:
    items = {
        item
        for key, value in component.observed.items()
        if _LISTS.search(key)
        for item in value.split(", ")
    }
    return {i for i in items if _NAME.fullmatch(i) and not _COUNT.fullmatch(i)} - {"true", "false"}


def told_of_unknown(component: Component) -> str:
    """Return what to tell of a component whose status nobody knows; empty where it is a fact."""
    text = f'{component.name} reports "{component.word}"'
    if sounds_bad(component.word):
        return f"{text}, which sounds like trouble"
    if is_driver_error(component.message):
        said = cut_to(_LONGEST, component.message)
        return f'{component.name} says "{said}", which sounds like trouble'
    return f"{text}, {component.doubt}" if component.doubt else ""


def told_document(answer: Answer) -> ToldDocument | None:
    """Return what a report keeps of a document; None where its components decide nothing."""
    document = answer.document
    is_absent = meaning_of(answer.status_code) is Meaning.ABSENT
    if isinstance(document, Unobserved) or is_absent or answer.is_page:
        return None
    if len(document.components) > _MOST_COMPONENTS:
        return None
    told = tuple(map(_told_component, document.components))
    is_safe = document.deploy_safe
    return ToldDocument(answer.status_code, document.status, document.rule, is_safe, told)


def _told_component(component: Component) -> ToldComponent:
    observed = component.observed
    is_unknown = component.status is HealthStatus.UNKNOWN
    return ToldComponent(
        component.name,
        component.status,
        component.place,
        observed.get("current", ""),
        observed.get("expected", ""),
        observed.get("id", ""),
        is_doubtful=bool(told_of_unknown(component) if is_unknown else component.doubt),
        is_incidental=component.is_incidental,
        is_dispensable=component.is_dispensable,
        calls_itself_critical=status_of(component.word) is HealthStatus.CRITICAL,
    )
