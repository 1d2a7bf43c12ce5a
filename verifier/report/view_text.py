"""All that is known of an environment on one screen, and for a program."""

from collections.abc import Iterable, Iterator

from pydantic import TypeAdapter

from verifier.model.environment_status import EnvironmentStatus, Pushes, ServiceStatus
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Outcome
from verifier.model.live_view import LiveView
from verifier.model.migration_ledger import LedgerReport
from verifier.model.past_verdict import PastStatus
from verifier.model.report import Report
from verifier.report.harmless_text import json_text
from verifier.report.headline import MARKS, spoken_headline
from verifier.report.spoken import word
from verifier.report.status_text import PAUSED
from verifier.report.story import MOST_CAUSES, SHORT, cause_words, together
from verifier.report.styled import Line, Span, Tone, columns, laid_out, painted, span, verbatim
from verifier.report.terminal import Style
from verifier.report.words import checks_words, duration, listed, migrations_words, outcome_word

_ADAPTER = TypeAdapter(LiveView)
_MOST_SERVICES = 40
_MOST_CHECKS = 12
_JUDGED = {
    PastStatus.VERIFIED: ("verified", Tone.GOOD),
    PastStatus.CONDEMNED: ("FAILED by a gate", Tone.BAD),
    PastStatus.SEEN: ("no verdict", Tone.WARNING),
}
_UNJUDGED = ("not judged", Tone.QUIET)
_PUSHES = {
    Pushes.DEPLOY: ("pushes deploy", Tone.QUIET),
    Pushes.OFF: ("auto-deploy off", Tone.WARNING),
    Pushes.HELD: ("HELD", Tone.WARNING),
    Pushes.UNKNOWN: ("auto-deploy unknown", Tone.QUIET),
}
_TONES = {ExitCode.GOOD: Tone.GOOD, ExitCode.INCONCLUSIVE: Tone.WARNING}


def render_json(view: LiveView) -> str:
    """Return it as indented JSON, schema `verifier.watch/v1`, ending in a newline."""
    return json_text(_ADAPTER.dump_json(view, indent=2, by_alias=True).decode())


def json_schema() -> dict[str, object]:
    """Return the JSON Schema of what `render_json` writes."""
    return _ADAPTER.json_schema(by_alias=True, mode="serialization")


def render(view: LiveView, style: Style, note: str = "") -> str:
    """Return one screen, ending in a newline; `note` is its last line."""
    lines = [*_lines(view), *([Line(), Line((span(note, Tone.QUIET),))] if note else [])]
    return painted(laid_out(lines, style.width), is_coloured=style.is_coloured)


def _lines(view: LiveView) -> Iterator[Line]:
    status, report = view.status, view.report
    yield Line(
        (span(status.environment, Tone.STRONG), Span(f"  {status.at:%Y-%m-%d %H:%M:%S} UTC"))
    )
    tone = _TONES.get(report.exit_code, Tone.BAD)
    yield Line((verbatim(f"{MARKS[report.exit_code]} {spoken_headline(report)}", tone),))
    if status.is_paused:
        yield Line((span(PAUSED, Tone.BAD),))
    yield from _titled("Services", _services(status))
    yield from _titled("Checks", _checks(report))
    yield from _titled("Ledgers", _ledgers(report))
    causes = [
        Line((Span("  "), span(cause_words(c))), 2) for c in report.known_causes[:MOST_CAUSES]
    ]
    yield from _titled("Likely cause", causes)
    unread = [Line((Span("  "), span(text, Tone.WARNING)), 2) for text in _not_read(status)]
    yield from _titled("Could not be read", unread)


def _not_read(status: EnvironmentStatus) -> Iterator[str]:
    """Tell what is not known, the records as well where nothing keeps them."""
    why = status.records_unread
    if why and not any(why in text for text in status.not_read):
        yield f"the records of earlier gates were not read ({why})"
    yield from status.not_read


def _titled(title: str, lines: Iterable[Line]) -> Iterator[Line]:
    found = list(lines)
    if found:
        yield from (Line(), Line((span(word(title), Tone.STRONG),)), *found)


def _services(status: EnvironmentStatus) -> Iterator[Line]:
    shown = status.services[:_MOST_SERVICES]
    yield from columns([_service(service, status) for service in shown], 2)
    if len(status.services) > len(shown):
        yield Line((span(f"  and {len(status.services) - len(shown)} more", Tone.QUIET),))


def _service(service: ServiceStatus, status: EnvironmentStatus) -> tuple[Span, ...]:
    name = span(service.name, Tone.NAME)
    if service.unread:
        return name, span(word("unknown"), Tone.WARNING), span(service.unread, Tone.WARNING)
    judged = service.judged
    nothing = ("not known if judged", Tone.WARNING) if status.records_unread else _UNJUDGED
    judged_as, tone = _JUDGED[judged.standing] if judged else nothing
    told = word(judged_as)
    if judged and not service.is_judged_itself:
        told += f" {word('as')} {judged.deployment[:SHORT]}"
        tone = Tone.WARNING if tone is Tone.GOOD else tone
    pushes, pushes_tone = _PUSHES[service.pushes]
    live = "; ".join(
        f"{(d.commit or d.id)[:SHORT]}{_by(d.author)}, "
        f"{duration((status.at - (d.since or d.created_at)).total_seconds())}"
        for d in service.live
    )
    more = [f"{word('coming')}: {(d.commit or d.id)[:SHORT]} {d.status}" for d in service.coming]
    if service.claim is not None:
        more.append(f"{word('claimed')}: {word(service.claim)}")
    cells = span(live or "NOTHING is live", Tone.PLAIN if live else Tone.BAD)
    last = span("; ".join(more), Tone.WARNING)
    return name, cells, span(told, tone), span(word(pushes), pushes_tone), last


def _by(author: str) -> str:
    return f" {word('by')} {author}" if author else ""


def _checks(report: Report) -> Iterator[Line]:
    told = together(report)
    if counted := checks_words(report.findings):
        yield Line((Span("  "), span(counted)))
    bad = [each for each in told if each.finding.outcome.rank > Outcome.PASS.rank]
    rows = [
        (
            span(
                outcome_word(each.finding.outcome),
                Tone.BAD if each.finding.outcome.condemns else Tone.WARNING,
            ),
            span(each.finding.check, Tone.NAME),
            span(f"{listed(each.services)}: {each.finding.summary}".removeprefix(": ")),
        )
        for each in bad[:_MOST_CHECKS]
    ]
    yield from columns(rows, 2)
    if len(bad) > _MOST_CHECKS:
        yield Line((span(f"  and {len(bad) - _MOST_CHECKS} more", Tone.QUIET),))


def _ledgers(report: Report) -> Iterator[Line]:
    for ledger in (report.ledger, *report.further_ledgers):
        if ledger is not None:
            yield Line(
                (span(f"  {ledger.name or ledger.table} ({ledger.tool}): {_counted(ledger)}"),)
            )


def _counted(ledger: LedgerReport) -> str:
    if not ledger.is_there:
        return "the database has no such table"
    told = [
        migrations_words(state, versions)
        for state, versions in ledger.by_state.items()
        if versions is None or versions or state in ("applied", "pending")
    ]
    return ", ".join(told)
