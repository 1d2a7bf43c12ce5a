"""
A report as JUnit XML: a suite a service, a case a check.

Whoever only counts failures must not be led astray: the verdict is a case too, and the file has a
failure or an error exactly where the command's exit code is not 0.

Source: https://github.com/jenkinsci/xunit-plugin (the schema junit-10.xsd)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape, quoteattr

from verifier.model.exit_code import ExitCode
from verifier.model.finding import Finding, Outcome
from verifier.model.protection import Drift
from verifier.model.report import Report
from verifier.report.harmless_text import prose
from verifier.report.headline import headline
from verifier.report.words import OUTCOMES

_LONGEST = 2000
_UNCLEAR = (ExitCode.INCONCLUSIVE, ExitCode.CANCELLED, ExitCode.USAGE)
#: Of which outcome is which element; what passed has none.
_ELEMENTS = {
    Outcome.CRITICAL: "failure",
    Outcome.FAIL: "failure",
    Outcome.INCONCLUSIVE: "error",
    Outcome.SKIP: "skipped",
}


@dataclass(frozen=True, slots=True)
class _Case:
    """One case; `element` is empty where it passed."""

    name: str
    place: str
    element: str = ""
    message: str = ""
    detail: str = ""
    time_s: float = 0.0
    kind: str = ""


def render(report: Report) -> str:
    """Return the document, ending in a newline."""
    suites = list(_suites(report))
    took_s = (report.ended_at - report.started_at).total_seconds()
    cases = [case for _, found in suites for case in found]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites{_named(f'verifier {report.command}')}{_counts(cases)}{_time(took_s)}>",
    ]
    for name, found in suites:
        at = report.started_at.strftime("%Y-%m-%dT%H:%M:%S")
        skipped = sum(case.element == "skipped" for case in found)
        taken = sum(case.time_s for case in found)
        lines.append(
            f"  <testsuite{_named(name)}{_counts(found)} skipped={quoteattr(str(skipped))}"
            f"{_time(taken)} timestamp={quoteattr(at)}>"
        )
        lines += [line for case in found for line in _case(case)]
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suites(report: Report) -> Iterator[tuple[str, Sequence[_Case]]]:
    """Names of suites with their cases; first that of the verdict."""
    yield "verdict", [_verdict(report)]
    by_service: dict[str, list[_Case]] = {}
    for finding in report.findings:
        subject = finding.service or "shared"
        by_service.setdefault(subject, []).append(_of_finding(finding, report))
    yield from by_service.items()
    by_repository: dict[str, list[_Case]] = {}
    for row in report.drift:
        subject = row.repository or "Railway"
        by_repository.setdefault(subject, []).append(_of_drift(row, report))
    yield from by_repository.items()


def _verdict(report: Report) -> _Case:
    place = f"verifier.{report.command}"
    if report.exit_code is ExitCode.GOOD:
        return _Case("verdict", place)
    element = "error" if report.exit_code in _UNCLEAR else "failure"
    detail = "\n".join([report.reason, *report.advice])
    return _Case("verdict", place, element, headline(report), detail, kind=report.verdict)


def _of_finding(finding: Finding, report: Report) -> _Case:
    took_s = finding.evidence.duration_ms / 1000 if finding.evidence else 0.0
    detail = "\n".join(part for part in (finding.detail, finding.hint) if part)
    place = f"verifier.{report.command}.{finding.service or 'shared'}"
    case = _Case(finding.check, place, message=finding.summary, detail=detail, time_s=took_s)
    return _judged(case, finding.outcome, report)


def _of_drift(row: Drift, report: Report) -> _Case:
    name = " ".join(part for part in (row.branch, row.setting) if part)
    place = f"verifier.{report.command}.{row.repository or 'Railway'}"
    text = f"{row.actual}; expected: {row.expected}"
    case = _Case(name, place, message=text, detail=row.hint)
    return _judged(case, row.severity, report)


def _judged(case: _Case, outcome: Outcome, report: Report) -> _Case:
    """What is wrong in a run that is good all the same is skipped, and says what it was."""
    element = _ELEMENTS.get(outcome, "")
    message = case.message
    if element in ("failure", "error") and report.exit_code is ExitCode.GOOD:
        element = "skipped"
        message = f"{OUTCOMES[outcome]}: {message}"
    return replace(case, element=element, message=message, kind=str(outcome))


def _case(case: _Case) -> Iterator[str]:
    head = (
        f"    <testcase{_named(case.name)} classname={_attribute(case.place)}{_time(case.time_s)}"
    )
    if not case.element:
        if case.kind != Outcome.WARN:
            yield f"{head}/>"
            return
        yield f"{head}>"
        yield f"      <system-out>{_text(f'warning: {case.message}')}</system-out>"
    else:
        yield f"{head}>"
        opening = f"{case.element} message={_attribute(case.message)}"
        if case.element != "skipped":
            opening += f" type={_attribute(case.kind)}"
        yield f"      <{opening}>{_text(case.detail)}</{case.element}>"
    yield "    </testcase>"


def _counts(cases: Sequence[_Case]) -> str:
    failures = sum(case.element == "failure" for case in cases)
    errors = sum(case.element == "error" for case in cases)
    return f' tests="{len(cases)}" failures="{failures}" errors="{errors}"'


def _named(name: str) -> str:
    return f" name={_attribute(name)}"


def _time(seconds: float) -> str:
    return f' time="{max(0.0, seconds):.3f}"'


def _attribute(text: str) -> str:
    return quoteattr(prose(text, _LONGEST))


def _text(text: str) -> str:
    return escape("\n".join(prose(line, _LONGEST) for line in text.splitlines()[:50]))
