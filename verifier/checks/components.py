"""Is each required component of the deep health document there, and good?"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from verifier.checks.answers import Attributed, attribute, probes_of
from verifier.checks.component_objects import objects_of, told_of_unknown
from verifier.checks.component_parts import bad_parts, good_parts
from verifier.checks.versions import APPLY_MIGRATIONS, is_behind
from verifier.health.document_keys import stem
from verifier.model.check_ids import COMPONENT, NOT_THERE, component_check
from verifier.model.evidence import (
    Component,
    Endpoint,
    Evidence,
    HealthDocument,
    HealthStatus,
)
from verifier.model.expectations import Expectations, Worth, worth_of
from verifier.model.finding import Finding, Later, Leniency, Outcome, Provenance, tolerated
from verifier.model.http_status import Meaning, meaning_of
from verifier.model.phrases import first_of

#: `worker_running` is about the worker.
_RUNNING = re.compile(r"_running$|(?<=[a-z])Running$")


def check_components(evidence: Evidence, expected: Expectations) -> Iterator[Finding]:
    """
    Judge each component by itself, since the summary is known to say "healthy" over a bad one.

    A required component that is skipped or has vanished has failed: it is a guard that did
    not look. The others are told as warnings; `health.deep` carries what they did to the whole.
    """
    for service in evidence.services:
        for probe in probes_of(service, Endpoint.DEEP):
            attributed = attribute(evidence, service, probe, COMPONENT)
            if isinstance(attributed, Attributed) and isinstance(
                attributed.answer.document, HealthDocument
            ):
                document, name = attributed.answer.document, service.service.name
                # What says that there is no such path speaks of no component: health.deep tells.
                required = expected.required_of(name)
                is_there = any(components_named(document, one) for one in required)
                if meaning_of(attributed.answer.status_code) is Meaning.ABSENT and not is_there:
                    continue
                yield from judge_components(document, expected, name, attributed.provenance)


def judge_components(
    document: HealthDocument, expected: Expectations, service: str, provenance: Provenance | None
) -> Iterator[Finding]:
    """Judge all components of a service's deep document."""
    required = expected.required_of(service)
    present = {name: components_named(document, name) for name in required}
    if required and not any(present.values()):
        yield from _all_missing(document, required, service, provenance)
        return
    for name, components in present.items():
        check = component_check(name)
        if not components and not document.is_critical:
            yield Finding(
                check,
                Outcome.FAIL,
                _missing(document, name, f"required component {name} is missing"),
                service,
                evidence=provenance,
                objects=(NOT_THERE,),
            )
        for component in components:
            if document.is_critical and component.status is HealthStatus.PENDING:
                continue
            yield replace(
                judge_required(component, document),
                check=check,
                service=service,
                detail=_detail(component),
                evidence=provenance,
            )
    named = [component for components in present.values() for component in components]
    # By name and place: to compare each with each takes the square of their number.
    said = {(c.name, c.place) for c in named}
    # A part that is good now is known for that, so that it condemns once it is not.
    parts = (*bad_parts(document, named), *good_parts(document, named))
    at_parts = {(c.name, c.place) for c in parts}
    for component in document.components:
        at = (component.name, component.place)
        if at not in said and not component.is_incidental:
            worth = worth_of_component(component, expected)
            worth = Worth.FAIL if worth is None and at in at_parts else worth
            for found in _judge_other(component, document, worth):
                yield replace(
                    found,
                    check=component_check(component.name),
                    service=service,
                    detail=_detail(component),
                    evidence=provenance,
                )
    for name in _promoted(expected):
        if not components_named(document, name) and not document.is_critical:
            text = f"health.components names {name}, which the document does not have"
            check = component_check(name)
            found = Finding(check, Outcome.WARN, text, service, evidence=provenance)
            yield tolerated(found, Leniency.MISSING)


def _all_missing(
    document: HealthDocument, required: Sequence[str], service: str, provenance: Provenance | None
) -> Iterator[Finding]:
    """Known wrong only where they were there before; a service that starts may tell them later."""
    yield Finding(
        component_check("required"),
        Outcome.INCONCLUSIVE,
        "the health document has none of the required components",
        service,
        hint="set health.required to the components that your health document has",
        evidence=provenance,
    )
    for name in required if not document.is_critical else ():
        yield Finding(
            component_check(name),
            Outcome.INCONCLUSIVE,
            _missing(document, name, f"required component {name} is missing, as all others are"),
            service,
            evidence=provenance,
            objects=(NOT_THERE,),
            later=Later(Outcome.INCONCLUSIVE, if_good_before=Outcome.FAIL),
        )


def _missing(document: HealthDocument, name: str, said: str) -> str:
    """What to say of a component that is not there: an object of that name may tell no status."""
    is_there = name.casefold() in document.objects
    return f"required component {name} is listed without a status" if is_there else said


def _promoted(expected: Expectations) -> Iterator[str]:
    """Whole names of components that fail where they are bad."""
    for name, worth in expected.components.items():
        if worth is Worth.FAIL and "*" not in name:
            yield name


def judge_required(component: Component, document: HealthDocument) -> Finding:
    """Judge a component that must be good; whose finding it is, the caller adds."""
    current = component.observed.get("current", "")
    wanted = component.observed.get("expected", "")
    compared = bool(current and wanted)
    text = f'{component.name} reports "{component.word}"'
    hint = ""
    outcome = Outcome.INCONCLUSIVE
    match component.status:
        case HealthStatus.CRITICAL:
            outcome = Outcome.CRITICAL
            hint = "check APP_ENV, SUPABASE_PROJECT_REF and DATABASE_URL of this deployment"
        case _ if compared and is_behind(current, wanted):
            outcome = Outcome.FAIL
            text = f"{component.name} {current} is behind {wanted}"
            hint = APPLY_MIGRATIONS
        case HealthStatus.WARNING if component.name == "schema_version" and not compared:
            outcome = Outcome.FAIL
            text += " without naming the versions"
        case HealthStatus.GOOD if component.doubt:
            outcome = Outcome.WARN
            text += f", but {component.doubt}"
        case HealthStatus.GOOD:
            outcome = Outcome.PASS
        case HealthStatus.WARNING:
            outcome = Outcome.WARN
        case HealthStatus.BAD:
            outcome = Outcome.FAIL
        case HealthStatus.SKIPPED:
            outcome = Outcome.FAIL
            text += ": a required check was skipped"
            hint = "set the variables that this check needs in the container"
        case HealthStatus.PENDING:
            text += ", not a final status"
        case HealthStatus.UNKNOWN if not component.word:
            # What it says beside a status may be anything: "connection refused" as well.
            text = f'{component.name} is listed without a status under "{document.word}"'
            hint = "have the health document say how it is, or do not require it"
        case HealthStatus.UNKNOWN:
            text += ", an unrecognised status"
            hint = "the verifier does not know this word"
            if component.word in ("0", "1"):
                hint = 'have it say "ok" or "error": 0 is false to some and "no error" to others'
    objects = objects_of(component) if outcome.condemns else ()
    return Finding("", outcome, text, hint=hint, objects=objects)


def _judge_other(
    component: Component, document: HealthDocument, worth: Worth | None
) -> Iterator[Finding]:
    """Judge a component that need not be there; what is bad warns, unless the file says more."""
    text = f'{component.name} reports "{component.word}"'
    if component.status is HealthStatus.CRITICAL:
        yield Finding("", Outcome.CRITICAL, text, objects=objects_of(component))
    elif worth is Worth.FAIL:
        found = judge_required(component, document)
        is_skipped = component.status is HealthStatus.SKIPPED
        yield tolerated(replace(found, objects=()), Leniency.SKIPPED) if is_skipped else found
    elif worth is Worth.IGNORE:
        return
    elif component.status in (HealthStatus.BAD, HealthStatus.WARNING):
        is_bad = component.status is HealthStatus.BAD
        found = Finding("", Outcome.WARN, text)
        yield tolerated(found, Leniency.NOT_REQUIRED) if is_bad else found
    elif component.status is HealthStatus.PENDING and not document.is_critical:
        yield Finding("", Outcome.WARN, f"{text}, not a final status")
    elif component.status is HealthStatus.GOOD and component.doubt:
        yield Finding("", Outcome.WARN, f"{text}, but {component.doubt}")
    elif component.status is HealthStatus.UNKNOWN and (told := told_of_unknown(component)):
        yield Finding("", Outcome.WARN, told)


def worth_where_not_required(document: HealthDocument) -> Outcome:
    """Return the worst that its components are told as where the configuration names none."""
    told = (c for c in document.components if not c.is_incidental)
    found = (f.outcome for c in told for f in _judge_other(c, document, None))
    return max(found, key=lambda outcome: outcome.rank, default=Outcome.PASS)


def failing_where_required(document: HealthDocument) -> tuple[str, ...]:
    """Return the components that fail where `health.required` names them."""
    told = (c for c in document.components if not c.is_incidental)
    bad = (
        c.name
        for c in told
        if judge_required(c, document).outcome.condemns or any(bad_parts(document, [c]))
    )
    return tuple(dict.fromkeys(bad))


def worth_of_component(component: Component, expected: Expectations) -> Worth | None:
    """Return what the configuration says of a component, by its name or what that is about."""
    name = component.name.casefold()
    whole = name.partition(":")[0]
    last = whole.rpartition(".")[2]
    worths = (
        worth_of(n, expected.components) for n in (name, whole, last, stem(whole), stem(last))
    )
    return next((worth for worth in worths if worth is not None), None)


def only_lesser_ones(document: HealthDocument, expected: Expectations) -> str:
    """
    Name the bad components of a document that says it is bad, where the configuration has each of
    them warn or be ignored; empty where anything else speaks against it.
    """
    bad = [c for c in document.components if c.status is HealthStatus.BAD and not c.is_incidental]
    lesser = all(worth_of_component(c, expected) in (Worth.WARN, Worth.IGNORE) for c in bad)
    is_else = document.is_critical or document.deploy_safe is False
    names = list(dict.fromkeys(c.name for c in bad))
    return first_of(names, 3, ", ") if bad and lesser and not is_else else ""


def components_named(document: HealthDocument, name: str) -> list[Component]:
    """
    Return the components that `health.required` means by a name.

    By the whole name, where there is such a one; else the last part of it ("app.redis"), or
    what the name is about ("redis_status"); else by the id beside the name. "redis:latency" is a
    measurement of "redis", and "redis:latency.required" a setting of that.
    """
    wanted = name.casefold()
    named = [(c, _measured(c)) for c in document.components]
    whole = [c for c, found in named if wanted in (found.casefold(), c.name.casefold())]
    partly = [
        c
        for c, found in named
        if wanted
        in (
            found.rpartition(".")[2].casefold(),
            stem(found).casefold(),
            stem(found.rpartition(".")[2]).casefold(),
            _RUNNING.sub("", found.rpartition(".")[2]).casefold(),
        )
    ]
    by_id = (c for c in document.components if c.observed.get("id", "").casefold() == wanted)
    return whole or partly or list(by_id)


def _measured(component: Component) -> str:
    """Return what a component measures, or its own name."""
    name, _, measurement = component.name.partition(":")
    is_fact_of_it = component.is_incidental and "." in measurement
    return component.name if is_fact_of_it else name


def _detail(component: Component) -> str:
    facts = [f"{key}={value}" for key, value in component.observed.items() if value]
    return "; ".join([component.message, *facts]) if component.message else "; ".join(facts)
