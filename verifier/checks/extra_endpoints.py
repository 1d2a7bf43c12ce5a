"""Does what a team asks beside its health hold: a queue, a breaker, a limit, a late job?"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from verifier.checks.answers import Attributed, attribute, probes_of
from verifier.model.check_ids import extra_check
from verifier.model.cut_text import cut_to
from verifier.model.evidence import Answer, Endpoint, Evidence, HealthDocument, HealthStatus
from verifier.model.expectations import Expectations
from verifier.model.expected_value import Comparison, Scalar, shown
from verifier.model.extra_endpoint import Extra, Found
from verifier.model.finding import Finding, Later, Leniency, Outcome, Unobserved, tolerated
from verifier.model.http_status import Meaning, meaning_of
from verifier.model.phrases import first_of
from verifier.model.printable_text import printable

_MOST_NAMED = 3
_WORTH_A_LOOK = (
    HealthStatus.BAD,
    HealthStatus.CRITICAL,
    HealthStatus.WARNING,
    HealthStatus.PENDING,
)


def check_extras(evidence: Evidence, expected: Expectations) -> Iterator[Finding]:
    """
    Judge each extra endpoint by what is expected of its answer.

    What only warns never does more, and what was not seen is told. A failure names the paths that
    do not hold, and may be what a service says that is still starting.
    """
    for service in evidence.services:
        for probe in probes_of(service, Endpoint.EXTRA):
            extra = expected.extras[probe.extra]
            check = extra_check(extra.name)
            match attribute(evidence, service, probe, check):
                case Finding() as missing:
                    yield missing if extra.outcome.condemns else _as_warning(missing)
                case Attributed(answer, provenance):
                    found = judge_extra(extra, answer, provenance.observed_at)
                    yield replace(
                        found, check=check, service=service.service.name, evidence=provenance
                    )


def judge_extra(extra: Extra, answer: Answer, now: datetime) -> Finding:
    """Return what an answer is worth, whoever gave it; whose finding it is, the caller adds."""
    judged = _by_paths(extra, answer, now) if extra.expect else _by_document(answer)
    if judged.outcome is Outcome.PASS and meaning_of(answer.status_code) is not Meaning.SUCCESS:
        judged = _not_judged(extra, f"HTTP {answer.status_code}, although it holds")
    return judged if extra.outcome.condemns else _as_warning(judged)


def _by_paths(extra: Extra, answer: Answer, now: datetime) -> Finding:
    wrong: dict[str, str] = {}
    unclear: list[str] = []
    good: list[str] = []
    for path, comparison in extra.expect.items():
        name = path.removeprefix("$.")
        found = answer.found.get(path, Unobserved("it was not looked for"))
        if isinstance(found, Unobserved):
            unclear.append(f"{name} was not read: {found.reason}")
            continue
        if found.instead:
            unclear.append(f"nothing at {name}: {found.instead}")
            continue
        bad, odd = _compared(found, comparison, now)
        if bad:
            wrong[path] = f"{name} is {first_of(bad, _MOST_NAMED)}, expected {comparison.text}"
        elif odd:
            unclear.append(f"{name} is {first_of(odd, _MOST_NAMED)}, not to be compared")
        else:
            value = _shown(found.values[0]) if len(found.values) == 1 else "good in all places"
            good.append(f"{name} is {value}, expected {comparison.text}")
    if wrong:
        text = "; ".join(wrong.values())
        return Finding("", extra.outcome, text, objects=tuple(wrong), is_bare=True)
    if unclear:
        prefix = "" if answer.status_code < 400 else f"HTTP {answer.status_code}: "
        return _not_judged(extra, prefix + "; ".join(unclear))
    return Finding("", Outcome.PASS, "; ".join(good))


def _compared(found: Found, comparison: Comparison, now: datetime) -> tuple[list[str], list[str]]:
    """Return the values that are not as expected, and what cannot be compared."""
    held = [(value, comparison.holds(value, now)) for value in found.values]
    bad = [_shown(value) for value, holds in held if holds is False]
    odd = [_shown(value) for value, holds in held if holds is None]
    return bad, [*odd, *found.others]


def _by_document(answer: Answer) -> Finding:
    document = answer.document
    if isinstance(document, Unobserved):
        text = f"HTTP {answer.status_code}: {document.reason}"
        return Finding("", Outcome.WARN, text, hint="say in health.extra what to expect of it")
    told = [c for c in document.components if not c.is_incidental]
    odd = [c for c in told if c.status in _WORTH_A_LOOK]
    if odd:
        said = [printable(c.message or f'{c.name} reports "{c.word}"') for c in odd]
        return Finding("", Outcome.WARN, first_of(said, _MOST_NAMED))
    if document.status is HealthStatus.GOOD:
        return Finding("", Outcome.PASS, _all_good(document, len(told)))
    unclear = [c.message for c in told if c.status is HealthStatus.UNKNOWN and c.message]
    if unclear:
        return Finding("", Outcome.WARN, first_of([printable(one) for one in unclear], _MOST_NAMED))
    return Finding("", Outcome.WARN, f'status "{cut_to(80, printable(document.word))}"')


def _all_good(document: HealthDocument, count: int) -> str:
    if not count:
        return f'status "{cut_to(80, document.word)}"'
    return f"nothing open, used up or late among {count}"


def _not_judged(extra: Extra, text: str) -> Finding:
    later = Later(extra.missing) if extra.missing else None
    return Finding("", Outcome.INCONCLUSIVE, text, later=later)


def _as_warning(finding: Finding) -> Finding:
    """What only warns is no good answer either, should it become one that fails."""
    if finding.outcome is Outcome.PASS:
        return finding
    return tolerated(replace(finding, later=None, objects=()), Leniency.LESSER)


def _shown(value: Scalar) -> str:
    return cut_to(60, printable(shown(value)))
