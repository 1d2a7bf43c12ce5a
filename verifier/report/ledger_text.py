"""A ledger against a checkout, for a person and for a program."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from verifier.model.finding import Finding, Outcome
from verifier.model.migration_ledger import LedgerReport
from verifier.model.phrases import first_of
from verifier.report.harmless_text import json_text, plain
from verifier.report.spoken import say, word
from verifier.report.words import label_width

_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class _NotRead:
    """Stands where a ledger would, and says why there is none."""

    not_read: str


_Shown = LedgerReport | _NotRead
_LONGEST_COMMAND = 2000
_ADAPTER: TypeAdapter[_Shown | Sequence[_Shown]] = TypeAdapter(_Shown | Sequence[_Shown])


def render_json(reports: Sequence[LedgerReport], unread: Sequence[str] = ()) -> str:
    """
    Return the object `ledger` of the report, indented, ending in a newline.

    Of several ledgers it is a list of such objects; for each that was not read it has one with
    the reason under `not_read`.
    """
    objects: list[_Shown] = [*reports, *map(_NotRead, unread)]
    shown = objects[0] if len(objects) == 1 else objects
    return json_text(_ADAPTER.dump_json(shown, indent=2, by_alias=True).decode())


def render(report: LedgerReport, findings: Sequence[Finding], apply: str) -> str:
    """Return what differs, worst first, and what to do about it."""
    place = report.table if report.is_there else say(f"{report.table} (does not exist)")
    title = f"{report.name} ({report.tool})" if report.name else report.tool
    lines = [plain(f"{title}: {place}"), ""]
    width = label_width(report.by_state, 10)
    lines += [_row(state, versions, width) for state, versions in report.by_state.items()]
    lines.append("")
    for finding in sorted(findings, key=lambda finding: -finding.outcome.rank):
        lines.append(f"  {word(finding.outcome.upper()):<13} {plain(say(finding.summary), 1500)}")
        if finding.hint and finding.outcome is not Outcome.PASS:
            lines.append(f"{'':16}{plain(say(finding.hint))}")
    if report.to_apply and apply:
        lines += ["", f"{say('To apply what is pending')}: {plain(apply, _LONGEST_COMMAND)}"]
    return "\n".join(lines) + "\n"


def _row(name: str, versions: Sequence[str] | None, width: int) -> str:
    """A kind, how many there are, and which, but for the applied ones, of which only the last."""
    if versions is None:
        return f"  {word(name):<{width}}{word('undetermined')}"
    shown = [say(f"up to {versions[-1]}")] if name == "applied" and versions else versions
    named = first_of([plain(each) for each in shown], _MOST_NAMED, ", ")
    return f"  {word(name):<{width}}{len(versions):>6}  {named}".rstrip()
