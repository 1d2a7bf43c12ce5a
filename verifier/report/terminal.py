"""The report for somebody who reads along."""

from collections.abc import Iterator

from verifier.model.background import Background
from verifier.model.finding import Outcome
from verifier.model.report import Report
from verifier.model.verdict import RollBackTo
from verifier.report.drift_text import terminal_lines
from verifier.report.harmless_text import plain
from verifier.report.headline import headline


def render(report: Report) -> str:
    """Return the report as plain lines, ending in a newline."""
    lines = [headline(report)]
    if report.cause:
        cause = report.cause
        lines += [f"  Cause ({cause.kind}): {cause.text}", f"  First: {cause.next_step}", ""]
    lines += [f"  {plain(report.reason, 1500)}"]
    if report.rollback_reason:
        lines.append(f"  Reason for the manual rollback: {plain(report.rollback_reason)}")
    lines.append("")
    for service in report.services:
        judged = f"judged {service.judged.id} ({service.judged.status})" if service.judged else "-"
        live = service.active_after or "nothing"
        lines.append(f"  {plain(f'{service.name}: {judged}, live now {live}')}")
        if service.rollback:
            record = service.rollback
            lines.append(f"    rollback to {record.to}: {record.outcome}")
    bad = [f for f in report.findings if f.outcome.rank >= Outcome.WARN.rank]
    for finding in sorted(bad, key=lambda finding: -finding.outcome.rank):
        subject = f"{finding.check} {finding.service}".strip()
        lines.append(f"  {finding.outcome.upper():<12} {subject}: {plain(finding.summary)}")
        if finding.detail:
            lines.append(f"{'':15}{plain(finding.detail)}")
    lines += terminal_lines(report.drift)
    lines += [f"  {plain(line)}" for line in report.changes]
    for background in report.background:
        lines += _background(background)
    if report.advice:
        lines += ["", "What to do:"]
        lines += [f"  {n}. {plain(step)}" for n, step in enumerate(report.advice, start=1)]
    return "\n".join(lines) + "\n"


def _background(background: Background) -> Iterator[str]:
    sections = [
        ("log", background.log_lines),
        ("changed variables", [", ".join(background.changed_variables)]),
        ("commits in between", background.commits),
        ("not read", background.not_read),
    ]
    for title, texts in sections:
        shown = [f"    {plain(text)}" for text in texts if text]
        if shown:
            yield from ("", f"  {plain(background.service)}, {title}:", *shown)


def render_plan(plan: RollBackTo, reason: str = "") -> str:
    """Return the moves of a rollback in their order, why, and what speaks against it."""
    lines = ["To be rolled back, in this order:", ""]
    for move in plan.moves:
        target = move.target
        commit = f"commit {target.commit_sha[:12]}, " if target.commit_sha else ""
        created = f"{target.created_at:%Y-%m-%d %H:%M} UTC"
        lines.append(f"  {plain(move.service.name)}: from {plain(move.condemned.id)}")
        lines.append(f"    to {plain(target.id)} ({plain(commit)}created {created})")
    lines += [f"  Note: {plain(warning)}" for warning in plan.warnings]
    if reason:
        lines.append(f"  Reason: {plain(reason)}")
    return "\n".join(lines) + "\n"
