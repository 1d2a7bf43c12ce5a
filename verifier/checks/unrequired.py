"""Is what alone is bad in a health document what nobody requires?"""

from verifier.checks.components import components_named, judge_required, worth_of_component
from verifier.decide.health_choice import is_its_own
from verifier.health.document_keys import OF_ITSELF, normal
from verifier.health.vocabulary import status_of
from verifier.model.evidence import (
    LINES,
    WORST_COMPONENT,
    Component,
    HealthDocument,
    HealthStatus,
)
from verifier.model.expectations import Expectations, Worth
from verifier.model.finding import Outcome
from verifier.model.phrases import first_of

_FINE = (Outcome.PASS, Outcome.WARN)
_MOST_KEYS = 2


def only_unrequired_ones(document: HealthDocument, expected: Expectations, service: str) -> str:
    """
    Name the bad components of a document that has no status of its own, where those that the
    configuration requires are all there and good; empty where anything else speaks against it.

    A database, a cache or a guard of the application's own is required unless somebody has said
    that it is not: what belongs to others must roll nobody back.
    """
    if document.rule not in (WORST_COMPONENT, LINES):
        return ""
    if document.is_critical or document.deploy_safe is False:
        return ""
    required = [components_named(document, name) for name in expected.required_of(service)]
    judged = [judge_required(c, document).outcome for found in required for c in found]
    if not required or not all(required) or not all(outcome in _FINE for outcome in judged):
        return ""
    bad = [c for c in document.components if c.status is HealthStatus.BAD]
    told = [c for c in bad if not c.is_incidental]
    if any(map(_is_of_the_whole, bad)) or any(_is_needed(c, expected) for c in told):
        return ""
    return first_of(list(dict.fromkeys(c.name for c in told)), 3, ", ")


def _is_of_the_whole(component: Component) -> bool:
    """Whether it is no component but what the document says of itself: `passing: false`."""
    name = component.name
    return normal(name) in OF_ITSELF or status_of(name) is not HealthStatus.UNKNOWN


def _is_needed(component: Component, expected: Expectations) -> bool:
    """Under an envelope nobody knows whose verdict the answer is: there it counts as before."""
    is_wrapped = component.place.removeprefix("$").count(".") >= _MOST_KEYS
    is_named = worth_of_component(component, expected) is Worth.FAIL
    return is_wrapped or is_named or is_its_own(component.name)
