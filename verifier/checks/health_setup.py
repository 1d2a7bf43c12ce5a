"""Do the configured health paths, components and identity fit what is live?"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from verifier.checks.component_parts import bad_parts
from verifier.checks.components import components_named, judge_required
from verifier.checks.endpoints import ANY, judge_wanted
from verifier.checks.extra_endpoints import judge_extra
from verifier.checks.not_judged import named_parts, parts, unread
from verifier.model.cut_text import cut_to
from verifier.model.evidence import Answer, Endpoint, HealthDocument, HealthStatus, Origin, Probe
from verifier.model.expectations import Expectations
from verifier.model.extra_endpoint import Extra, Found
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.http_status import Meaning, meaning_of
from verifier.model.wanted_answer import WantedAnswer

APPLICATION = "doctor.application"

_COMMIT = re.compile(r"[0-9a-f]{7,40}", re.IGNORECASE)
_DEPLOYMENT = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE
)
_PLACE = 60
_REFUSED = (Meaning.DENIED, Meaning.REDIRECT)


def check_health_path(
    service: str, probe: Probe, required: Sequence[str], wanted: WantedAnswer = ANY
) -> Iterator[Finding]:
    """
    Tell whether one configured path is one that a gate can judge.

    Fails for what no waiting mends: a path that is not there, a page, a redirect, a required
    component that the document does not have, an identity that is none.
    """
    answer = probe.answer
    if isinstance(answer, Unobserved):
        yield _finding(service, Outcome.WARN, f"{probe.url}: {answer.reason}", answer.hint)
        return
    told = f"{probe.url} answers HTTP {answer.status_code}"
    outcome, text, hint = _judge(answer, probe.endpoint, wanted)
    yield _finding(service, outcome, told + text, hint)
    if answer.origin is Origin.APPLICATION:
        yield from _identity(service, probe.url, answer)
        if probe.endpoint is Endpoint.DEEP and isinstance(answer.document, HealthDocument):
            yield from _components(service, probe.url, answer.document, required)


def check_identity_places(
    service: str, probes: Sequence[Probe], places: Sequence[str]
) -> Iterator[Finding]:
    """Tell which of the places in `identity` have nothing in any answer, so that none is named."""
    answers = [p.answer for p in probes if isinstance(p.answer, Answer)]
    own = [answer for answer in answers if answer.origin is Origin.APPLICATION]
    empty = [place for place in places if own and all(place in a.unnamed_at for a in own)]
    if empty:
        listed = ", ".join(cut_to(_PLACE, place) for place in empty)
        text = f"identity names {listed}, where no response of {service} has anything"
        hint = "correct the path, or run verifier health URL to see where responses name themselves"
        yield _finding(service, Outcome.WARN, text, hint)


def check_extra_path(service: str, extra: Extra, probe: Probe) -> Finding:
    """Tell whether an extra endpoint is there, and has what is expected of it."""
    answer = probe.answer
    if isinstance(answer, Unobserved):
        return _finding(service, Outcome.WARN, f"{probe.url}: {answer.reason}", answer.hint)
    meaning = meaning_of(answer.status_code)
    told = f"{probe.url} answers HTTP {answer.status_code}"
    if meaning is Meaning.ABSENT or meaning in _REFUSED:
        hint = f"correct the path of {extra.name} in health.extra, or take it out"
        return _finding(service, Outcome.FAIL, told, hint)
    judged = judge_extra(extra, answer, probe.started_at)
    outcome = Outcome.WARN if judged.outcome.condemns else judged.outcome
    if extra.expect and (not answer.found or any(map(_is_not_there, answer.found.values()))):
        outcome = Outcome.FAIL
    return _finding(service, outcome, f"{told}: {judged.summary}", judged.hint)


def _is_not_there(found: Found | Unobserved) -> bool:
    return isinstance(found, Unobserved) or bool(found.instead)


def _judge(answer: Answer, endpoint: Endpoint, wanted: WantedAnswer) -> tuple[Outcome, str, str]:
    """Return the outcome, what is to be said after the code, and what to do."""
    other = f"set health.{endpoint} to the right path, or to null if there is none"
    meaning = meaning_of(answer.status_code)
    if answer.origin is Origin.EDGE:
        return Outcome.WARN, " from Railway's edge: the request never reached the app", ""
    if meaning is Meaning.ABSENT:
        return Outcome.FAIL, "", other
    if meaning is Meaning.REDIRECT:
        return Outcome.FAIL, f", a redirect to {answer.leads_to}; redirects are not followed", other
    if meaning is Meaning.DENIED:
        return Outcome.FAIL, ", which a gate cannot judge", "set health.headers, or open the path"
    if meaning is Meaning.SUCCESS and wanted != ANY:
        outcome, text = judge_wanted(wanted, endpoint, answer)
        text = text.removeprefix(f"HTTP {answer.status_code}")
        good = outcome in (Outcome.PASS, Outcome.WARN)
        return Outcome.PASS if good else Outcome.FAIL, text, "" if good else other
    if isinstance(answer.document, HealthDocument):
        good = meaning is Meaning.SUCCESS and answer.document.status is HealthStatus.GOOD
        word = f', status "{cut_to(80, answer.document.word)}"'
        return Outcome.PASS if good else Outcome.WARN, word, ""
    if meaning is not Meaning.SUCCESS:
        return Outcome.WARN, "", ""
    if endpoint is Endpoint.LIVE and not answer.is_page:
        return Outcome.PASS, "", ""
    return Outcome.FAIL, f", but {answer.document.reason}", other


def _components(
    service: str, url: str, document: HealthDocument, required: Sequence[str]
) -> Iterator[Finding]:
    if document.is_critical:
        return
    named = {name: components_named(document, name) for name in required}
    missing = [name for name, found in named.items() if not found]
    if missing:
        there = dict.fromkeys(c.name for c in document.components if not c.is_incidental)
        text = f"{url} has no component {', '.join(missing)}"
        hint = f"set health.required to some of: {', '.join(there)}" if there else "empty it: []"
        yield _finding(service, Outcome.FAIL, text, hint)
    for component in (component for found in named.values() for component in found):
        judged = judge_required(component, document)
        if judged.outcome not in (Outcome.PASS, Outcome.WARN):
            is_for_ever = component.status in (HealthStatus.UNKNOWN, HealthStatus.SKIPPED)
            outcome = Outcome.FAIL if is_for_ever else Outcome.WARN
            yield _finding(service, outcome, f"{url}: {judged.summary}", judged.hint)
    for part in bad_parts(document, [c for found in named.values() for c in found]):
        text = f'{url}: {part.name} reports "{cut_to(_PLACE, part.word)}"'
        yield _finding(service, Outcome.WARN, text, "")


def check_what_is_listed(
    service: str, probes: Sequence[Probe], expected: Expectations
) -> Iterator[Finding]:
    """Tell what the documents of a service list that no gate judges."""
    answers = [(p, p.answer) for p in probes if isinstance(p.answer, Answer)]
    documents = [(p, a.document) for p, a in answers if isinstance(a.document, HealthDocument)]
    deep = [(p, d) for p, d in documents if p.endpoint is Endpoint.DEEP]
    for probe, document in deep:
        if listed := named_parts(unread(document, expected, service)):
            text = f"{probe.url} lists components without a status that is known: {listed}"
            hint = "have the health document say how they are, or name them in health.components"
            yield _finding(service, Outcome.WARN, text, hint)
    if any(probe.endpoint is Endpoint.DEEP for probe in probes):
        return
    listing = ((p, listed) for p, d in documents if (listed := named_parts(parts(d))))
    for probe, listed in islice(listing, 1):
        text = f"{probe.url} lists components that no gate judges: {listed}"
        hint = "set health.deep to this path, and health.required to what must be good"
        yield _finding(service, Outcome.WARN, text, hint)


def _identity(service: str, url: str, answer: Answer) -> Iterator[Finding]:
    for kind, said, form in (
        ("deployment", answer.deployment_id, _DEPLOYMENT),
        ("sha", answer.commit_sha, _COMMIT),
    ):
        if said and not form.fullmatch(said):
            what = "deployment id" if kind == "deployment" else "commit"
            text = f'{url}: identity.{kind} points at "{cut_to(60, said)}", which is not a {what}'
            hint = f"set identity.{kind} to where responses name the {what}, or to []"
            yield _finding(service, Outcome.FAIL, text, hint)


def _finding(service: str, outcome: Outcome, text: str, hint: str) -> Finding:
    return Finding(APPLICATION, outcome, text, service, hint=hint)
