"""Is what alone is bad in a health document what nobody requires?"""

from collections.abc import Sequence
from dataclasses import dataclass

from verifier.checks.component_parts import bad_parts
from verifier.checks.components import components_named, judge_required, worth_of_component
from verifier.decide.health_choice import is_its_own, is_primary_store
from verifier.health.document_keys import OF_ITSELF, normal
from verifier.health.flag_names import is_of_environment
from verifier.health.not_of_now import beneath_good_ones
from verifier.health.vocabulary import status_of
from verifier.model.evidence import (
    BESIDE,
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


@dataclass(frozen=True, slots=True)
class Unrequired:
    """What a document is worth whose bad components nobody requires, and their names."""

    outcome: Outcome
    names: str


def of_unrequired_ones(
    document: HealthDocument, expected: Expectations, service: str, outcome: Outcome
) -> Unrequired | None:
    """
    Say what a document without a status of its own is worth by what is bad in it.

    Where the configuration requires components, and these are there and good, others warn: what
    belongs to others must roll nobody back. Without its own database hardly anything works, and
    nobody has said whether this one is needed: that is open. None where neither changes anything.
    """
    if document.rule not in (WORST_COMPONENT, LINES, BESIDE):
        return None
    if document.is_critical or document.deploy_safe is False:
        return None
    required = [components_named(document, name) for name in expected.required_of(service)]
    told = beneath_good_ones(document.components)
    bad = [component for component in told if component.status is HealthStatus.BAD]
    others = [c for c in bad if not c.is_incidental and not any(c in found for found in required)]
    stores = [c for c in others if is_primary_store(c.name) and not worth_of_component(c, expected)]
    if outcome is Outcome.WARN:
        return _with_names(Outcome.INCONCLUSIVE, stores) if stores else None
    if not _are_fine(required, document) or any(map(_is_of_the_whole, bad)):
        return None
    parts = tuple(bad_parts(document, [c for found in required for c in found]))
    if any(_is_needed(c, expected) or c in parts for c in others) or not others:
        return None
    if stores:
        return _with_names(Outcome.INCONCLUSIVE, stores)
    is_waiting = any(
        c.status is HealthStatus.PENDING and not c.is_incidental for c in document.components
    )
    return None if is_waiting and outcome is not Outcome.FAIL else _with_names(Outcome.WARN, others)


def _with_names(outcome: Outcome, components: Sequence[Component]) -> Unrequired:
    names = list(dict.fromkeys(c.name for c in components))
    return Unrequired(outcome, first_of(names, 3, ", "))


def _are_fine(required: Sequence[Sequence[Component]], document: HealthDocument) -> bool:
    """Whether components are required, and all of them are there and good."""
    judged = [judge_required(c, document).outcome for found in required for c in found]
    return bool(required) and all(required) and all(outcome in _FINE for outcome in judged)


def _is_of_the_whole(component: Component) -> bool:
    """
    Whether it is no component but what the document says of itself: `passing: false`.

    The whole may stand under its own name: `app.passing`.
    """
    name = component.name.rpartition(".")[2]
    return normal(name) in OF_ITSELF or status_of(name) is not HealthStatus.UNKNOWN


def _is_needed(component: Component, expected: Expectations) -> bool:
    """
    Whether the configuration, the framework or its own word says that it must be good.

    A document of spatie's is what its worst entry is, though an outage of others warns here too.

    Source: https://spatie.be/docs/laravel-health/v1/viewing-results/as-json
    """
    is_of_spatie = any(normal(key) == "checkresults" for key in component.place.split("."))
    is_named = worth_of_component(component, expected) is Worth.FAIL
    is_critical = status_of(component.word) is HealthStatus.CRITICAL
    is_wrong_environment = is_critical and is_of_environment(component.name)
    return is_named or is_wrong_environment or (is_of_spatie and is_its_own(component.name))
