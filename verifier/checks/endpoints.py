"""Does the application say that it lives, is ready, works in depth, and reads its schema?"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from verifier.checks.answers import NO_STATEMENT, Attributed, attribute, probes_of
from verifier.checks.component_objects import is_bare, is_wrong, objects_of, told_document
from verifier.checks.components import only_lesser_ones
from verifier.checks.hanging import check_lateness
from verifier.checks.unrequired import Unrequired, of_unrequired_ones
from verifier.checks.versions import is_behind
from verifier.health.schema_document import FINGERPRINT, NOT_UP_TO_DATE
from verifier.health.sentences import sounds_bad
from verifier.model.check_ids import BY_CODE, health_check
from verifier.model.cut_text import cut_to
from verifier.model.evidence import Answer, Endpoint, Evidence, HealthDocument, HealthStatus, Origin
from verifier.model.expectations import Expectations
from verifier.model.finding import Finding, Leniency, Outcome, Unobserved
from verifier.model.http_status import NO_CONTENT, Meaning, meaning_of
from verifier.model.phrases import first_of
from verifier.model.wanted_answer import AnswerForm, WantedAnswer

ANY = WantedAnswer()
_FALLBACK = "fallback-"
_WORD = 120
_SHORT = 200
_REQUIRE = "name it in health.required, or say in health.components what it is worth"

_Judgement = tuple[Outcome, str]


def check_live(evidence: Evidence, expected: Expectations) -> Iterator[Finding]:
    """Any good code will do, except under a page that is plainly something else's."""
    yield from _check(evidence, expected, Endpoint.LIVE)


def check_ready(evidence: Evidence, expected: Expectations) -> Iterator[Finding]:
    """The body decides: services are known to answer 200 to say that they are not ready."""
    yield from _check(evidence, expected, Endpoint.READY)


def check_deep(evidence: Evidence, expected: Expectations) -> Iterator[Finding]:
    """The summary of the deep health document; its components have findings of their own."""
    yield from _check(evidence, expected, Endpoint.DEEP)


def check_schema(evidence: Evidence, expected: Expectations) -> Iterator[Finding]:
    """Whether the application could read its schema, and which version it found."""
    yield from _check(evidence, expected, Endpoint.SCHEMA)


def _check(evidence: Evidence, expected: Expectations, endpoint: Endpoint) -> Iterator[Finding]:
    check = health_check(endpoint)
    for service in evidence.services:
        for probe in probes_of(service, endpoint):
            attributed = attribute(evidence, service, probe, check)
            match attributed:
                case Finding():
                    yield check_lateness(evidence, service, probe, check) or attributed
                case Attributed(answer, provenance):
                    found = judge_endpoint(answer, expected, service.service.name, endpoint)
                    yield replace(found, evidence=provenance)


def judge_endpoint(
    answer: Answer, expected: Expectations, service: str, endpoint: Endpoint
) -> Finding:
    """Judge the answer of one of a service's health endpoints, whoever gave it."""
    wanted = expected.answer_of(service, endpoint)
    usual = _judge_schema if endpoint is Endpoint.SCHEMA else _USUAL.get(endpoint, _judge_document)
    outcome, summary = _judge_wanted(wanted, usual, answer)
    lesser = _lesser(answer, outcome, expected)
    leniency: Leniency | None = None
    if lesser:
        outcome, leniency = Outcome.WARN, Leniency.LESSER
        summary += f", only in {lesser}: no failure by health.components"
    elif unrequired := _unrequired(answer, outcome, expected, service):
        outcome, leniency = unrequired.outcome, Leniency.NOT_REQUIRED
        summary += f", only in {unrequired.names}, which health.required does not name"
    is_open = leniency is not None and outcome is Outcome.INCONCLUSIVE
    return Finding(
        health_check(endpoint),
        outcome,
        summary,
        service,
        detail=_detail(answer, outcome),
        hint=_REQUIRE if is_open else _hint(outcome, endpoint, answer),
        objects=_objects(answer) if outcome.condemns or _is_absent(answer) else (),
        is_bare=outcome is Outcome.FAIL and is_bare(answer),
        is_tolerated=leniency is not None and not is_open,
        leniency=leniency,
        document=None if endpoint is Endpoint.SCHEMA else told_document(answer),
    )


def _lesser(answer: Answer, outcome: Outcome, expected: Expectations) -> str:
    """Name what alone a document fails for, where the configuration says that it is no failure."""
    document = answer.document
    if outcome is not Outcome.FAIL or not isinstance(document, HealthDocument):
        return ""
    return only_lesser_ones(document, expected) if expected.components else ""


def _unrequired(
    answer: Answer, outcome: Outcome, expected: Expectations, service: str
) -> Unrequired | None:
    """Say what a document without a status is worth where what is bad in it is not required."""
    document = answer.document
    if outcome is Outcome.PASS or not isinstance(document, HealthDocument):
        return None
    is_by_document = _judge_document(answer)[0] is outcome and _is_success(answer)
    return of_unrequired_ones(document, expected, service, outcome) if is_by_document else None


def _judge_wanted(
    wanted: WantedAnswer, judge: Callable[[Answer], _Judgement], answer: Answer
) -> _Judgement:
    """Judge by what the configuration says is good; what it does not say, by the usual rule."""
    code, document = answer.status_code, answer.document
    if not _is_success(answer) or (isinstance(document, HealthDocument) and document.is_critical):
        return judge(answer)
    if wanted.codes and code not in wanted.codes:
        return Outcome.FAIL, f"HTTP {code}, expected {' or '.join(map(str, wanted.codes))}"
    is_page = answer.is_page
    is_document = isinstance(document, HealthDocument)
    match wanted.form:
        case AnswerForm.STATUS:
            return Outcome.PASS, f"HTTP {code}"
        case AnswerForm.HTML if not is_page:
            return Outcome.INCONCLUSIVE, f"HTTP {code}, but the body is no page"
        case AnswerForm.TEXT | AnswerForm.HTML if not is_document:
            if is_page and wanted.form is AnswerForm.TEXT:
                return judge(answer)
            return Outcome.PASS, f"HTTP {code}, {'a page' if is_page else 'text'}"
        case AnswerForm.JSON if isinstance(document, Unobserved):
            return Outcome.INCONCLUSIVE, f"HTTP {code}, but {document.reason}"
        case _:
            return judge(answer)


def judge_wanted(wanted: WantedAnswer, endpoint: Endpoint, answer: Answer) -> tuple[Outcome, str]:
    """Return what an answer is worth by the configuration, and the summary, whoever gave it."""
    usual = _USUAL.get(endpoint, _judge_document)
    return _judge_wanted(wanted, usual, answer)


def judge_answer(answer: Answer) -> Outcome:
    """Return what an answer is worth as a deep health document, whoever gave it."""
    is_stated = meaning_of(answer.status_code) not in NO_STATEMENT
    if answer.origin is not Origin.APPLICATION or not is_stated:
        return Outcome.INCONCLUSIVE
    return _judge_document(answer)[0]


def _judge_live(answer: Answer) -> _Judgement:
    if _is_success(answer) and not answer.is_page:
        if isinstance(answer.document, HealthDocument):
            return _judge_document(answer)
        is_sentence = len(answer.text) <= _SHORT and answer.text[:1] not in ("{", "[")
        if is_sentence and sounds_bad(answer.text):
            return Outcome.WARN, f"HTTP {answer.status_code}, but its text tells of trouble"
        return Outcome.PASS, f"HTTP {answer.status_code}"
    return _judge_document(answer)


def _judge_ready(answer: Answer) -> _Judgement:
    """204 is all that authentik and others say who are ready; an empty 200 may be anybody's."""
    is_all = answer.status_code == NO_CONTENT and isinstance(answer.document, Unobserved)
    return (Outcome.PASS, f"HTTP {NO_CONTENT}") if is_all else _judge_document(answer)


def _judge_document(answer: Answer) -> _Judgement:
    code = answer.status_code
    document = answer.document
    if isinstance(document, Unobserved):
        if _is_success(answer):
            return Outcome.INCONCLUSIVE, f"HTTP {code}, but {document.reason}"
        return Outcome.FAIL, f"HTTP {code}"
    says = _says(code, document)
    if document.is_critical:
        named = [c.name for c in document.components if c.status is HealthStatus.CRITICAL]
        where = ", ".join(named) or "the whole document"
        return Outcome.CRITICAL, f"{says}: wrong environment or database ({where})"
    if not _is_success(answer):
        return Outcome.FAIL, says
    if document.deploy_safe is False and document.status is not HealthStatus.BAD:
        return Outcome.FAIL, f"{says}, but it reports this deploy as unsafe"
    match document.status:
        case HealthStatus.BAD | HealthStatus.CRITICAL:
            return Outcome.FAIL, says
        case HealthStatus.PENDING | HealthStatus.SKIPPED:
            return Outcome.INCONCLUSIVE, f"{says}, not a final status"
        case HealthStatus.UNKNOWN:
            return Outcome.WARN, f"{says}, an unrecognised status: judged by the HTTP code"
        case HealthStatus.WARNING:
            return Outcome.WARN, says
        case HealthStatus.GOOD:
            return Outcome.PASS, says


_USUAL = {Endpoint.LIVE: _judge_live, Endpoint.READY: _judge_ready}


def _says(code: int, document: HealthDocument) -> str:
    """Quote what a document says: of itself, or of the components that make it what it is."""
    parts = [c for c in document.components if c.status is document.status and not c.is_incidental]
    if document.own_word or not parts or document.status is HealthStatus.GOOD:
        if document.rule == FINGERPRINT:
            return f'HTTP {code}, schema fingerprint "{cut_to(_WORD, document.word)}"'
        return f'HTTP {code}, status "{cut_to(_WORD, document.word)}"'
    named = dict.fromkeys(f'{c.name} "{cut_to(_WORD, c.word)}"' for c in parts)
    return f"HTTP {code}, {first_of(list(named), 3, ', ')}"


def _judge_schema(answer: Answer) -> _Judgement:
    document = answer.document
    if _is_absent(answer):
        return Outcome.INCONCLUSIVE, "HTTP 404: the app has no such endpoint"
    if isinstance(document, Unobserved):
        return _judge_document(answer)
    versions = [
        (component.observed["current"], component.observed["expected"])
        for component in document.components
        if component.observed.get("current") and component.observed.get("expected")
    ]
    for current, expected in versions:
        if is_behind(current, expected):
            return Outcome.FAIL, f"schema version {current} is behind {expected}"
    if document.word == NOT_UP_TO_DATE:
        return Outcome.FAIL, f"the app reports that its schema is out of date ({document.message})"
    if document.status is HealthStatus.BAD and versions and document.word.startswith(_FALLBACK):
        # What makes the fingerprint is a helper in the database; the version was read without it.
        text = f'the app could not compute its schema fingerprint ("{document.word}")'
        return Outcome.WARN, f"schema version {versions[0][0]}, but {text}"
    if document.status is HealthStatus.BAD:
        return Outcome.FAIL, f'the app could not read its schema ("{document.word}")'
    return _judge_document(answer)


def _objects(answer: Answer) -> tuple[str, ...]:
    """
    What of the answer is bad: its code, of the same kind before and after, and components, each
    with what is wrong with it.
    """
    code = answer.status_code
    document = answer.document
    said = f"{BY_CODE}{code // 100}xx" if code >= 500 else f"{BY_CODE}{code}"
    found = [] if _is_success(answer) else [said]
    if _is_absent(answer):
        return (said,)
    if isinstance(document, HealthDocument):
        found += [
            f"{c.name}: {what}"
            for c in document.components
            if is_wrong(c)
            for what in objects_of(c)
        ]
        found += ["deploy_safe"] if document.deploy_safe is False else []
        found += [] if found else [f"{said}, {cut_to(_WORD, document.word)}"]
    elif code >= 500:
        # What named components before and is dead now fails in another way.
        found = [f"{said} without a document"]
    return tuple(sorted({*found} or {said}))


def _is_success(answer: Answer) -> bool:
    return meaning_of(answer.status_code) is Meaning.SUCCESS


def _is_absent(answer: Answer) -> bool:
    return meaning_of(answer.status_code) is Meaning.ABSENT


def _detail(answer: Answer, outcome: Outcome) -> str:
    """Return the application's own words: which component, and what it says."""
    document = answer.document
    if outcome in (Outcome.PASS, Outcome.SKIP):
        return ""
    if isinstance(document, Unobserved):
        return answer.text
    told = [c for c in document.components if not c.is_incidental]
    worst = [c for c in told if c.status in (HealthStatus.BAD, HealthStatus.CRITICAL)]
    named = worst or [c for c in told if c.status not in (HealthStatus.GOOD, HealthStatus.SKIPPED)]
    if not named and document.status is HealthStatus.BAD:  # then what may be a setting is told
        named = [c for c in document.components if c.status is HealthStatus.BAD]
    said = [f"{c.name}: {c.message or c.word}" for c in named]
    return "; ".join([document.message, *said] if document.message else said)


def _hint(outcome: Outcome, endpoint: Endpoint, answer: Answer) -> str:
    if outcome is Outcome.CRITICAL:
        return "check APP_ENV, SUPABASE_PROJECT_REF and DATABASE_URL of this deployment"
    if _is_absent(answer):
        return f"set health.{endpoint} to the right path, or to null if there is none"
    return ""
