"""The job summary: what happened, what is live now, what to do; then the evidence."""

from collections.abc import Iterator, Sequence

from verifier.model.background import Background
from verifier.model.finding import Outcome
from verifier.model.known_cause import KnownCause
from verifier.model.phrases import sentence
from verifier.model.report import Report, RollbackResult
from verifier.report.behind import behind
from verifier.report.drift_text import MARKS, markdown_tables
from verifier.report.harmless_text import code, markdown, verbatim
from verifier.report.headline import MARKS as EXIT_MARKS
from verifier.report.headline import spoken_headline
from verifier.report.milestones import mermaid
from verifier.report.spoken import number, say, word
from verifier.report.story import (
    MOST_CAUSES,
    SHORT,
    LiveNow,
    NextStep,
    SharedFinding,
    commit_of,
    explained_at,
    judged_words,
    live_now,
    page_of,
    step_of,
    steps,
    together,
    why,
)
from verifier.report.words import (
    checks_words,
    duration,
    event_word,
    happened_words,
    listed,
    place_of,
    proof_words,
    rollback_words,
)

#: An issue takes 65,536 characters, and has more to say.
_OF_AN_ISSUE = 50_000
#: Of one table: more are not read, and a summary takes no more.
_MOST_ROWS = 2_000
#: What stands behind a fold.
_NOT_READ_AT_ONCE = (Outcome.PASS, Outcome.SKIP)
#: How Railway calls a deployment that no longer serves.
_TAKEN_DOWN = ("REMOVED", "REMOVING")


def render(report: Report) -> str:
    """Return GitHub-flavoured Markdown, ending in a newline."""
    lines = [f"## {EXIT_MARKS[report.exit_code]} {verbatim(spoken_headline(report))}", ""]
    if judged := judged_words(report):
        lines += [f"{word('Judged commit')}: {markdown(judged)}", ""]
    lines += [markdown(why(report), 1500)]
    if report.rollback_reason:
        lines += [
            "",
            f"{say('Reason for the manual rollback')}: {verbatim(report.rollback_reason)}",
        ]
    lines += ["", *_live(report)]
    if report.drift:
        lines += ["", *markdown_tables(report.drift)]
    if report.changes:
        lines += ["", f"### {word('Since the last report')}", ""]
        lines += [f"- {markdown(line)}" for line in report.changes]
    to_do = steps(report)
    if to_do:
        numbered = (f"{n}. {_step(step_of(step))}" for n, step in enumerate(to_do, start=1))
        lines += ["", f"### {word('What to do')}", "", *numbered]
    if report.known_causes:
        lines += [
            "",
            f"### {word('Likely cause')}",
            "",
            *map(_cause, report.known_causes[:MOST_CAUSES]),
        ]
    told = together(report)
    failed = [t for t in told if t.finding.outcome.condemns]
    if failed:
        lines += ["", f"### {word('Failed checks')}", "", *_findings(failed)]
    if drawn := mermaid(report):
        lines += ["", "```mermaid", *drawn, "```"]
    lines += _evidence(report, told)
    return "\n".join(lines) + "\n"


def render_drift(report: Report) -> str:
    """Return what an issue says of an audit; the same drift gives the same text."""
    reason = markdown(report.reason, 1500)
    lines = [reason, "", *markdown_tables(report.drift, _OF_AN_ISSUE - len(reason))]
    return "\n".join(lines) + "\n"


def _evidence(report: Report, told: Sequence[SharedFinding]) -> list[str]:
    """What nobody needs in the first ten seconds, folded."""
    lines: list[str] = []
    unclear = [t for t in told if t.finding.outcome in (Outcome.INCONCLUSIVE, Outcome.WARN)]
    if unclear:
        lines += ["", f"### {word('Unclear, and warnings')}", "", *_findings(unclear)]
    for background in behind(report.background):
        shown = list(_background(background))
        if shown:
            lines += [
                "",
                *_folded(f"{word('Details')}: {markdown(background.service)}", iter(shown)),
            ]
    rest = [t for t in told if t.finding.outcome in _NOT_READ_AT_ONCE]
    passing = [f for f in report.findings if f.outcome in _NOT_READ_AT_ONCE]
    if rest:
        lines += ["", *_folded(checks_words(passing), _findings(rest))]
    if report.services:
        lines += ["", *_folded(word("Deployments"), _deployments(report))]
    if report.timeline:
        lines += ["", *_folded(word("Timeline"), _timeline(report))]
    return lines


def _live(report: Report) -> Iterator[str]:
    if not report.services:
        return
    yield _titles("live now", "commit", "author", "commit's age", "deployed", "what happened")
    yield "|---|---|---|---|---|---|"
    for live in live_now(report):
        is_all = len(live.services) == len(report.services) > 2
        names = f"all {len(live.services)} services" if is_all else listed(live.services, 8)
        deployed = say(live.age) if live.age else "-"
        cells = [markdown(names), *_commit(report, live), deployed, word(live.became) or "-"]
        yield f"| {' | '.join(cells)} |"


def _step(step: NextStep) -> str:
    """A step, with links where it is done."""
    links = [f"[{verbatim(name)}]({url})" for name, url in step.pages]
    behind = f" ({', '.join(links)})" if links else ""
    return f"{markdown(step.text)}{behind}"


def _cause(cause: KnownCause) -> str:
    page = explained_at(cause)
    name = f"[{code(cause.id)}]({page})" if page else code(cause.id)
    services = f"{markdown(listed(cause.services))}: " if cause.services else ""
    return f"- {services}{markdown(cause.text)} ({name}). {word('Next')}: {code(say(cause.step))}"


def _commit(report: Report, live: LiveNow) -> tuple[str, str, str]:
    """The cells of a commit: its hash as a link with its title, its author, its age."""
    known = commit_of(report, live.commit)
    if known is None:
        ids = listed(tuple(dict.fromkeys(id_ for id_ in live.ids if id_)), 3)
        return code(live.commit[:SHORT] or ids) or "-", "-", "-"
    short = code(live.commit[:SHORT])
    page = page_of(known)
    linked = f"[{short}]({page})" if page else short
    age = duration((report.ended_at - known.committed_at).total_seconds())
    return f"{linked} {verbatim(known.title, 80)}", verbatim(known.author, 40) or "-", age


def _deployments(report: Report) -> Iterator[str]:
    yield _titles("service", "this deploy", "live when the run began", "live now", "rollback")
    yield "|---|---|---|---|---|"
    for service in report.services:
        judged = "-"
        if service.judged:
            judged = f"{code(service.judged.id)} {_platform_word(service.judged.status)}"
        back = _rollback(service.rollback) if service.rollback else ""
        yield (
            f"| {markdown(service.name)} | {judged} | {code(service.active_before) or '-'} "
            f"| {code(service.active_after) or '-'} | {back or '-'} |"
        )


def _platform_word(status: str) -> str:
    """Of a deployment that Railway took down it is said what that means."""
    return say("(no longer live)") if status in _TAKEN_DOWN else markdown(status)


def _rollback(result: RollbackResult) -> str:
    """What became of it, and the deployment that Railway made for it."""
    made = f" {code(result.deployment)}" if result.deployment else ""
    return f"{markdown(rollback_words(result))}{made}"


def _findings(findings: Sequence[SharedFinding]) -> Iterator[str]:
    yield _titles("result", "check", "service", "what", "how we know")
    yield "|---|---|---|---|---|"
    for told in findings[:_MOST_ROWS]:
        finding = told.finding
        detail = f"<br>{markdown(finding.detail)}" if finding.detail else ""
        detail += f"<br>{code(found)}" if (found := place_of(finding)) else ""
        hint = f"<br>{markdown(sentence(told.hint))}" if told.hint else ""
        proof = finding.evidence.deployment_proven_by if finding.evidence else ""
        yield (
            f"| {MARKS[finding.outcome]} | {code(finding.check)} "
            f"| {markdown(listed(told.services, 8)) or '-'} "
            f"| {markdown(finding.summary)}{detail}{hint} | {markdown(proof_words(proof)) or '-'} |"
        )
    if len(findings) > _MOST_ROWS:
        yield from ("", say(f"{len(findings) - _MOST_ROWS} more in the report (`--report`)."))


def _background(background: Background) -> Iterator[str]:
    sections = [
        ("Log", background.log_lines),
        ("Changed variables", background.changed_variables),
        ("Commits in between", background.commits),
        ("Not read", background.not_read),
    ]
    for title, texts in sections:
        if texts:
            yield from (f"**{word(title)}**", "", *(f"- {code(text)}" for text in texts), "")


def _timeline(report: Report) -> Iterator[str]:
    yield _titles("+ s", "event", "service", "what")
    yield "|---:|---|---|---|"
    for entry in report.timeline:
        after_s = (entry.at - report.started_at).total_seconds()
        yield (
            f"| {number(after_s)} | {markdown(event_word(entry.event))} "
            f"| {markdown(entry.service) or '-'} | {markdown(happened_words(entry))} |"
        )


def _titles(*names: str) -> str:
    return " ".join(f"| {word(name)}" if name else "|" for name in names) + " |"


def _folded(title: str, lines: Iterator[str]) -> list[str]:
    return [f"<details><summary>{title}</summary>", "", *lines, "", "</details>"]
