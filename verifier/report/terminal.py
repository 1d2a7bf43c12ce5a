"""The report for somebody who reads along: what happened, what is live, what to do, why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from verifier.model.background import Background
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Outcome
from verifier.model.phrases import sentence
from verifier.model.report import Report
from verifier.model.verdict import RollBackTo
from verifier.report.behind import behind
from verifier.report.drift_text import terminal_lines
from verifier.report.headline import spoken_headline
from verifier.report.spoken import say, word
from verifier.report.story import (
    MOST_CAUSES,
    SHORT,
    SharedFinding,
    cause_words,
    is_worrying,
    judged_words,
    live_in_short,
    live_now,
    live_words,
    page_of,
    step_of,
    steps,
    together,
    why,
)
from verifier.report.styled import (
    Line,
    Span,
    Tone,
    columns,
    laid_out,
    linked,
    painted,
    span,
    verbatim,
)
from verifier.report.words import listed, outcome_word, place_of

_TONES = {
    ExitCode.GOOD: Tone.GOOD,
    ExitCode.INCONCLUSIVE: Tone.WARNING,
    ExitCode.CANCELLED: Tone.WARNING,
}
_OUTCOME_TONES = {
    Outcome.CRITICAL: Tone.BAD,
    Outcome.FAIL: Tone.BAD,
    Outcome.INCONCLUSIVE: Tone.WARNING,
    Outcome.WARN: Tone.WARNING,
    Outcome.PASS: Tone.GOOD,
    Outcome.SKIP: Tone.QUIET,
}
_LABEL = 8
#: After the headline: what is live and what to do first stand in them at any width.
_FIRST_LINES = 5
#: More of one section nobody reads in a terminal.
_MOST_FINDINGS = 200
_FAILED, _DRIFT, _WARNINGS, _PAGES = "Failed checks", "Drift", "Warnings", "At Railway"
_NEVER_FOLDED = (_FAILED, _DRIFT, _WARNINGS, _PAGES)


@dataclass(frozen=True, slots=True)
class Style:
    """How a stream shows text."""

    width: int | None = None
    """Cells of a line; None where nothing is to be wrapped."""
    is_coloured: bool = False
    has_groups: bool = False
    """Whether lines between `::group::` and `::endgroup::` are folded, as in a job's log."""
    is_quiet: bool = False
    """Only the verdict, what is live and what to do."""
    is_verbose: bool = False
    """Also what passed."""
    has_links: bool = False
    """Whether a commit's short hash is a link to its page."""


PLAIN = Style()


def render(report: Report, style: Style = PLAIN) -> str:
    """Return the report in lines, ending in a newline."""
    blocks = [
        painted(laid_out(_verdict(report, style.width), style.width), is_coloured=style.is_coloured)
    ]
    for title, lines in _sections(report, style):
        shown = list(laid_out(lines, style.width))
        if shown and (title == _PAGES or not style.is_quiet):
            is_folded = style.has_groups and title not in _NEVER_FOLDED
            blocks.append(_section(word(title), shown, style, is_folded=is_folded))
    pages = {c.hash[:SHORT]: page for c in report.commits if (page := page_of(c))}
    return linked("".join(blocks), pages if style.has_links else {})


def _section(title: str, lines: Sequence[Line], style: Style, *, is_folded: bool) -> str:
    text = painted(lines, is_coloured=style.is_coloured)
    if is_folded:
        return f"::group::{verbatim(title).text}\n{text}::endgroup::\n"
    heading = painted([Line((verbatim(title, Tone.STRONG),))], is_coloured=style.is_coloured)
    return f"\n{heading}{text}"


def _verdict(report: Report, width: int | None) -> Iterator[Line]:
    """The lines that answer at once what happened, what is live and what to do; then why."""
    tone = _TONES.get(report.exit_code, Tone.BAD)
    yield Line((verbatim(spoken_headline(report), tone),))
    yield from _live_lines(report, width)
    yield from _to_do(report)
    if judged := judged_words(report):
        yield from _labelled("Commit", [judged])
    yield from _labelled("Why", [why(report)])
    if report.rollback_reason:
        asked = f"{say('Reason for the manual rollback')}: {report.rollback_reason}"
        yield from _labelled("Asked", [asked], is_ours=False)
    causes = [cause_words(cause) for cause in report.known_causes[:MOST_CAUSES]]
    yield from _labelled("Cause", causes)


def _to_do(report: Report) -> Iterator[Line]:
    numbered = enumerate(steps(report), start=1)
    return _labelled("To do", [f"{n}. {step_of(step).text}" for n, step in numbered])


def _live_lines(report: Report, width: int | None) -> Sequence[Line]:
    """
    What is live, in so few lines that the first thing to do stands in sight below it.

    What does not fit is told without its commit's title, author and age, worst first.
    """
    lines = _live_whole(report)
    room = _room(report, width)
    if _height(lines, width) <= room:
        return lines
    groups = sorted(live_now(report), key=lambda live: not is_worrying(report, live))
    for shown in range(len(groups), 0, -1):
        told = [live_in_short(report, live) for live in groups[:shown]]
        if left := len(groups) - shown:
            told[-1] = f"{told[-1]}; and {left} more below"
        lines = list(_labelled("Live now", told))
        if _height(lines, width) <= room:
            break
    return lines


def _live_whole(report: Report) -> list[Line]:
    return list(_labelled("Live now", [live_words(report, live) for live in live_now(report)]))


def _room(report: Report, width: int | None) -> int:
    """In how many lines what is live is told."""
    return max(2, _FIRST_LINES - _height(list(_to_do(report))[:1], width))


def _height(lines: Iterable[Line], width: int | None) -> int:
    return sum(1 for _ in laid_out(lines, width))


def _labelled(label: str, texts: Iterable[str], *, is_ours: bool = True) -> Iterator[Line]:
    """What is ours is said in the language in force, what a person wrote is not."""
    shown = span if is_ours else verbatim
    margin = 2 + _LABEL + 2
    for number, text in enumerate(texts):
        head = f"  {word(label):<{_LABEL}}  " if number == 0 else " " * margin
        yield Line((Span(head, Tone.QUIET), shown(text, limit=1500)), margin)


def _sections(report: Report, style: Style) -> Iterator[tuple[str, list[Line]]]:
    """Yield titles and lines of what lies behind the verdict; without lines where it is nothing."""
    is_cut = _height(_live_whole(report), style.width) > _room(report, style.width)
    live = [live_words(report, one) for one in live_now(report)] if is_cut else []
    yield "What is live now", [Line((Span("  "), span(text, limit=1500)), 4) for text in live]
    pages = dict.fromkeys(page for step in steps(report) for page in step_of(step).pages)
    told = [verbatim(f"{name} {url}") for name, url in pages]
    yield _PAGES, [Line((Span("  "), each), 4) for each in told]
    findings = together(report)
    bad = [t for t in findings if t.finding.outcome.condemns]
    yield _FAILED, list(_findings(bad))
    unclear = [t for t in findings if t.finding.outcome in (Outcome.INCONCLUSIVE, Outcome.WARN)]
    yield "Unclear, and warnings", list(_findings(unclear))
    has_failed = any(row.severity is Outcome.FAIL for row in report.drift)
    yield (
        _DRIFT if has_failed else _WARNINGS,
        [
            Line((Span(" " * far), verbatim(text)), far)
            for far, text in terminal_lines(report.drift)
        ],
    )
    yield "Since the last report", [Line((span(line),), 2) for line in report.changes]
    for background in behind(report.background):
        yield from _background(background)
    yield "Deployments", list(_deployments(report)) if style.is_verbose else []
    rest = [t for t in findings if t.finding.outcome in (Outcome.PASS, Outcome.SKIP)]
    yield "Passed and skipped checks", list(_findings(rest)) if style.is_verbose else []


def _findings(findings: Sequence[SharedFinding]) -> Iterator[Line]:
    rows = []
    for told in findings[:_MOST_FINDINGS]:
        finding = told.finding
        rows.append(
            (
                span(outcome_word(finding.outcome), _OUTCOME_TONES[finding.outcome]),
                span(finding.check, Tone.NAME),
                span(_said(told), limit=1200),
            )
        )
    yield from columns(rows, 2)
    if len(findings) > _MOST_FINDINGS:
        yield Line(
            (span(f"  and {len(findings) - _MOST_FINDINGS} more in the report", Tone.QUIET),)
        )


def _said(told: SharedFinding) -> str:
    finding = told.finding
    services = f"{listed(told.services)}: " if told.services else ""
    detail = f" ({finding.detail})" if finding.detail else ""
    place = f" [{found}]" if (found := place_of(finding)) else ""
    hint = f". {sentence(told.hint)}" if told.hint else ""
    return f"{services}{finding.summary}{detail}{place}{hint}"


def _deployments(report: Report) -> Iterator[Line]:
    rows = [
        (
            span(service.name, Tone.NAME),
            span(f"{word('judged')} {service.judged.id[:SHORT]}" if service.judged else "-"),
            span(f"{word('before')} {service.active_before[:SHORT] or '-'}"),
            span(f"{word('now')} {service.active_after[:SHORT] or '-'}"),
        )
        for service in report.services
    ]
    yield from columns(rows, 2)


def _background(background: Background) -> Iterator[tuple[str, list[Line]]]:
    sections = [
        (word("log"), background.log_lines),
        (word("changed variables"), [", ".join(background.changed_variables)]),
        (word("commits in between"), background.commits),
        (word("not read"), background.not_read),
    ]
    for title, texts in sections:
        shown = [Line((Span("  "), verbatim(text)), 4) for text in texts if text]
        yield f"{say(background.service)}, {title}", shown


def render_plan(plan: RollBackTo, reason: str = "") -> str:
    """Return the moves of a rollback in their order, why, and what speaks against it."""
    rows = []
    for move in plan.moves:
        target = move.target
        commit = f"commit {target.commit_sha[:SHORT]}, " if target.commit_sha else ""
        created = f"{target.created_at:%Y-%m-%d %H:%M} UTC"
        names = [move.service.name, say(f"from {move.condemned.id}"), say(f"to {target.id}")]
        rows.append([*map(span, names), span(f"({commit}created {created})")])
    told = [verbatim(f"  {word('Reason')}: {reason}")] if reason else []
    told += [span(f"  {word('Note')}: {warning}") for warning in plan.warnings]
    notes = [Line((each,), 2) for each in told]
    lines = [Line((span("To be rolled back:"),)), Line(), *columns(rows, 2), *notes]
    return painted(lines, is_coloured=False)
