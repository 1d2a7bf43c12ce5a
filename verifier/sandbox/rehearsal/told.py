"""What a rehearsal says: a table and reasons for people, `verifier.rehearsal/v1` for programs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from verifier.model.printable_text import printable_line
from verifier.sandbox.rehearsal.incident import Incident
from verifier.sandbox.rehearsal.outcome import Played, unmet
from verifier.sandbox.text_table import text_table

_HEADINGS = ("incident", "result", "verdict", "exit", "live", "bad for", "back after", "gate took")

_ONLY_PLANNED = (
    "gate.rollback is {mode}, so the gate asked for no rollback. Its verdict was right. To see the "
    "rollback played, set gate.rollback: auto in a copy of the file and give it with --config; set "
    "it in your own file once you trust it"
)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """All that was played, and what could not happen to this team, with its reason."""

    config: str
    played: Sequence[Played]
    does_not_apply: Mapping[str, str]
    notes: Sequence[str]

    @property
    def is_good(self) -> bool:
        """Whether something was played, and the gate always did what it must."""
        return bool(self.played) and not any(list(unmet(one)) for one in self.played)


def as_text(rehearsal: Rehearsal) -> str:
    """Return the table, then what is not as it must be, then what was not rehearsed."""
    rows = [_HEADINGS, *map(_row, rehearsal.played)]
    rows += [(printable_line(name), "-", *[""] * 6) for name in rehearsal.does_not_apply]
    lines = [text_table(rows)]
    for played in rehearsal.played:
        lines += _wrong(played)
    for name, reason in rehearsal.does_not_apply.items():
        lines.append(printable_line(f"{name} does not apply: {reason}") + "\n")
    if rehearsal.notes:
        told = "".join(f"  {printable_line(note)}\n" for note in rehearsal.notes)
        lines.append("Not rehearsed:\n" + told)
    good = sum(1 for one in rehearsal.played if not list(unmet(one)))
    lines.append(f"{rehearsal.config}: {good} of {len(rehearsal.played)} came out as they must.\n")
    return "\n".join(lines)


def listed(incidents: Mapping[str, Incident]) -> str:
    """Return each incident with what must come out of it."""
    rows = [("incident", "what happens", "must come out")]
    for name, incident in incidents.items():
        must = incident.must
        rows.append(
            (printable_line(name), incident.title, f"{must.verdict}, exit {must.exit_code}")
        )
    return text_table(rows)


def listed_json(incidents: Mapping[str, Incident]) -> str:
    """Return the same for programs."""
    value = {
        "schema": "verifier.incidents/v1",
        "incidents": [
            {
                "name": name,
                "title": incident.title,
                "verdict": incident.must.verdict,
                "exit_code": incident.must.exit_code,
            }
            for name, incident in incidents.items()
        ],
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def as_json(rehearsal: Rehearsal) -> str:
    """Return the report for programs. Times in seconds."""
    value = {
        "schema": "verifier.rehearsal/v1",
        "config": rehearsal.config,
        "good": rehearsal.is_good,
        "incidents": [
            {
                "name": one.name,
                "title": one.incident.title,
                "good": not list(unmet(one)),
                "unmet": list(unmet(one)),
                "verdict": one.verdict,
                "exit_code": one.exit_code,
                "reason": one.reason,
                "live": dict(one.live),
                "rollbacks": dict(one.rollbacks),
                "bad_live_s": _rounded(one.bad_live_s),
                "recovered_in_s": _rounded(one.recovered_in_s),
                "gate_s": _rounded(one.gate_s),
            }
            for one in rehearsal.played
        ],
        "does_not_apply": dict(rehearsal.does_not_apply),
        "not_rehearsed": list(rehearsal.notes),
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _row(played: Played) -> tuple[str, ...]:
    live = {commit or "nothing": None for commit in played.live.values()}
    return (
        printable_line(played.name),
        "NOT OK" if list(unmet(played)) else "ok",
        played.verdict,
        str(played.exit_code),
        ", ".join(live),
        _seconds(played.bad_live_s),
        _seconds(played.recovered_in_s),
        _seconds(played.gate_s),
    )


def _wrong(played: Played) -> Iterator[str]:
    mistakes = list(unmet(played))
    if not mistakes:
        return
    lines = [f"{played.name}: {played.incident.title}"]
    lines += [f"  NOT OK: {mistake}" for mistake in mistakes]
    lines.append(f"  The gate said: {played.reason}")
    if played.unknown_paths:
        lines.append(
            f"  Wrong path? Nothing in the code of this checkout answers at "
            f"{', '.join(played.unknown_paths)}; the stand-in gives 404 there"
        )
    lines += [f"  It advised: {advice}" for advice in played.advice[:2]]
    if played.was_only_planned:
        lines.append(f"  Why: {_ONLY_PLANNED.format(mode=played.rollback)}")
    warned = [] if played.was_found else played.only_warned()
    lines += [f"  The gate saw it and only warned: {each}" for each in warned]
    # A gate that saw what it had to, and judged it rightly: the rest is its own to say.
    if played.incident.remedy and not played.was_found and not warned:
        lines.append(f"  What helps: {played.incident.remedy}")
    # Names of files and what a database says are strangers' words.
    yield "\n".join(map(printable_line, lines)) + "\n"


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} s"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
