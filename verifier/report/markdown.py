"""The job summary: what happened, what is live now, what to do; then the evidence."""

from collections.abc import Iterator

from verifier.model.background import Background
from verifier.model.finding import Finding, Outcome
from verifier.model.report import Report, ServiceReport
from verifier.report.drift_text import MARKS, markdown_tables
from verifier.report.harmless_text import code, markdown
from verifier.report.headline import MARKS as EXIT_MARKS
from verifier.report.headline import headline


def render(report: Report) -> str:
    """Return GitHub-flavoured Markdown, ending in a newline."""
    lines = [f"## {EXIT_MARKS[report.exit_code]} {markdown(headline(report))}", ""]
    if report.cause:
        cause = report.cause
        lines += [f"**Cause ({cause.kind}): {cause.text}.** First: {cause.next_step}.", ""]
    lines += [markdown(report.reason, 1500)]
    if report.rollback_reason:
        lines += ["", f"Reason for the manual rollback: {markdown(report.rollback_reason)}"]
    lines += ["", *_services(report)]
    if report.drift:
        lines += ["", *markdown_tables(report.drift)]
    if report.changes:
        lines += ["", "### Since the last report", ""]
        lines += [f"- {markdown(line)}" for line in report.changes]
    if report.advice:
        steps = (f"{n}. {markdown(step)}" for n, step in enumerate(report.advice, start=1))
        lines += ["", "### What to do", "", *steps]
    bad_first = sorted(report.findings, key=lambda finding: -finding.outcome.rank)
    telling = [f for f in bad_first if f.outcome not in (Outcome.PASS, Outcome.SKIP)]
    if telling:
        lines += ["", "### Findings", "", *_findings(telling)]
    for background in report.background:
        shown = list(_background(background))
        if shown:
            lines += ["", *_folded(f"Details of {markdown(background.service)}", iter(shown))]
    rest = [f for f in bad_first if f.outcome in (Outcome.PASS, Outcome.SKIP)]
    if rest:
        lines += ["", *_folded(f"{len(rest)} more checks", _findings(rest))]
    if report.timeline:
        lines += ["", *_folded("Timeline", _timeline(report))]
    return "\n".join(lines) + "\n"


def render_drift(report: Report) -> str:
    """Return what an issue says of an audit; the same drift gives the same text."""
    lines = [markdown(report.reason, 1500), "", *markdown_tables(report.drift)]
    return "\n".join(lines) + "\n"


def _services(report: Report) -> Iterator[str]:
    if not report.services:
        return
    yield "| service | judged | live before | live now | rollback |"
    yield "|---|---|---|---|---|"
    for service in report.services:
        judged = f"{code(service.judged.id)} {service.judged.status}" if service.judged else "-"
        yield (
            f"| {markdown(service.name)} | {judged} | {code(service.active_before) or '-'} "
            f"| {code(service.active_after) or '-'} | {_rollback(service)} |"
        )


def _rollback(service: ServiceReport) -> str:
    record = service.rollback
    return f"{record.outcome}: {code(record.deployment or record.to)}" if record else "-"


def _findings(findings: list[Finding]) -> Iterator[str]:
    yield "| | check | service | what | proven by |"
    yield "|---|---|---|---|---|"
    for finding in findings:
        detail = f"<br>{markdown(finding.detail)}" if finding.detail else ""
        proof = finding.evidence.deployment_proven_by if finding.evidence else ""
        yield (
            f"| {MARKS[finding.outcome]} | {code(finding.check)} "
            f"| {markdown(finding.service) or '-'} | {markdown(finding.summary)}{detail} "
            f"| {markdown(proof) or '-'} |"
        )


def _background(background: Background) -> Iterator[str]:
    sections = [
        ("Log", background.log_lines),
        ("Changed variables", background.changed_variables),
        ("Commits in between", background.commits),
        ("Not read", background.not_read),
    ]
    for title, texts in sections:
        if texts:
            yield from (f"**{title}**", "", *(f"- {code(text)}" for text in texts), "")


def _timeline(report: Report) -> Iterator[str]:
    yield "| + s | event | service | what |"
    yield "|---:|---|---|---|"
    for entry in report.timeline:
        after_s = (entry.at - report.started_at).total_seconds()
        yield (
            f"| {after_s:.1f} | {markdown(entry.event)} | {markdown(entry.service) or '-'} "
            f"| {markdown(entry.text)} |"
        )


def _folded(title: str, lines: Iterator[str]) -> list[str]:
    return [f"<details><summary>{title}</summary>", "", *lines, "", "</details>"]
