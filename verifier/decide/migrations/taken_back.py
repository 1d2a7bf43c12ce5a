"""Applied migrations that a branch deletes, renames, or puts others in front of."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from verifier.decide.migrations.comparison import compare
from verifier.decide.migrations.remedies import mark_line, unmark_line
from verifier.model.check_ids import MODIFIED, ORDER, PENDING
from verifier.model.finding import Finding, Outcome
from verifier.model.migration_ledger import (
    Entry,
    EntryState,
    LedgerReading,
    LedgerReport,
    Migration,
    Reach,
)
from verifier.model.tool_rules import ToolRules
from verifier.model.verdict import OUTCOMES, Reaction

_GIVE_BACK = "restore its file as it was"
_STOPPED = (
    "restore its file as it was: {tool} stops at what it does not find, in every later deployment"
)
#: Ends of names that say only in which language a migration is written.
_SCRIPT = re.compile(r"\.[cm]?[jt]s$")
_LAYOUT = b" \t\r\n;"


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a branch does to migrations that are applied, besides editing them."""

    deleted: tuple[Migration, ...] = ()
    renamed: Mapping[str, Migration] = field(default_factory=dict)
    """The migrations of the base, by the versions that the branch gives them."""
    required: frozenset[str] = frozenset()
    """Versions that migrations of the branch require, although it has not got them."""


def gone_from(
    shipped: Sequence[Migration],
    base: Sequence[Migration],
    ledger: tuple[LedgerReading, LedgerReport],
    changed: Collection[str],
) -> tuple[Migration, ...]:
    """
    Return the applied migrations of the base that the branch has under no name of theirs.

    `changed` are the paths that the branch changes: what only the base has is not gone from it.
    """
    reading, report = ledger
    known = {name for m in shipped for name in (m.version, m.entry_version, *m.aliases)}
    known |= {version for m in shipped for version in m.replaces}
    known |= {each.entry_version for each in (*report.restamped, *report.doubtful)}
    gone = [
        m
        for m in base
        if m.file in changed and known.isdisjoint({m.version, m.entry_version, *m.aliases})
    ]
    if not gone:
        return ()
    rows = {e.version for e in reading.entries if e.state is EntryState.APPLIED}
    required = _required(shipped)
    applied = set(compare(base, reading).applied or ())
    # Where a row tells of others too, those others may have been squashed into its own.
    return tuple(
        m
        for m in gone
        if not rows.isdisjoint({m.entry_version, *m.aliases})
        or (m.version in applied and m.version in required)
    )


def taken_back(
    gone: Sequence[Migration],
    new: Sequence[Migration],
    shipped: Sequence[Migration],
    contents: tuple[Mapping[str, bytes], Mapping[str, bytes]],
) -> TakenBack:
    """
    Tell what is renamed, what was squashed into others, and what is deleted.

    `new` are the migrations that the base has not, or not so; `contents` are by path, those of
    the files that are gone from the base and those of the branch's new ones.
    """
    before, after = contents
    bare = {path: content.translate(None, delete=_LAYOUT) for path, content in after.items()}
    alone = {path for path, n in Counter(m.file for m in shipped).items() if n == 1}
    free = [m for m in new if m.file in alone]
    groups = {m.group for m in shipped} or {m.group for m in gone}
    required = _required(shipped)
    renamed: dict[str, Migration] = {}
    deleted: list[Migration] = []
    for migration in gone:
        own = before.get(migration.file, b"").translate(None, delete=_LAYOUT)
        found = next((m for m in free if _is_same(migration, m, own, bare)), None)
        if found is not None:
            free.remove(found)
            renamed[found.version] = migration
        elif migration.group not in groups and migration.version not in required:
            continue  # it went with the whole of its app
        elif not own or not any(own in content for content in bare.values()):
            deleted.append(migration)
    return TakenBack(tuple(deleted), renamed, required)


def _is_same(gone: Migration, new: Migration, own: bytes, bare: Mapping[str, bytes]) -> bool:
    """Whether a new migration has the other's contents, its file, or its name but for the end."""
    if gone.file == new.file or (own and bare.get(new.file) == own):
        return True
    return _SCRIPT.sub("", gone.version) == _SCRIPT.sub("", new.version)


def _required(shipped: Sequence[Migration]) -> frozenset[str]:
    return frozenset(version for m in shipped for version in m.requires)


def check_renamed(
    lacking: Sequence[Migration],
    renamed: Mapping[str, Migration],
    report: LedgerReport,
    rules: ToolRules,
    apply: str,
) -> Iterator[Finding]:
    """Tell what is applied under its old name: the tool would apply it again."""
    for migration in (m for m in lacking if m.version in renamed):
        old = renamed[migration.version]
        # What marks all in front of it fits only where these are renamed as well.
        is_last = rules.marks_all_before and all(each in renamed for each in migration.requires)
        can_mark = is_last or not migration.requires
        mark = mark_line(rules, apply, migration.version) if can_mark else ""
        unmark = unmark_line(rules, apply, old.entry_version) if mark else ""
        mark = f"{mark} && {unmark}" if unmark else mark
        text = (
            f"{migration.label} is {old.label} renamed, which is applied in production: "
            f"{report.tool} takes it for another one"
        )
        hint = f"give it its old name back, or mark the new one as applied: {mark}"
        if migration.group != old.group:
            hint = (
                "give its app its old name back; or, where each model keeps its old table "
                f"(db_table), mark the new one as applied: {mark}"
            )
        yield Finding(
            PENDING,
            Outcome.FAIL,
            text,
            hint=hint if mark else "give it its old name back before anything is applied",
            file=migration.file,
            line=1,
        )


def check_deleted(
    taken: TakenBack, reading: LedgerReading, reaction: Reaction
) -> Iterator[Finding]:
    """Tell which applied migrations the branch deletes; where the tool stops at it, as failed."""
    for migration in taken.deleted:
        stops = reading.rules.stops_at_missing or migration.version in taken.required
        outcome = Outcome.FAIL if stops else OUTCOMES[reaction]
        if outcome is None:
            continue
        text = f"{migration.label} is applied in production, and this branch deletes it"
        hint = _STOPPED.format(tool=reading.tool) if stops else _GIVE_BACK
        yield Finding(MODIFIED, outcome, text, hint=hint, file=migration.file)


def check_below_heads(
    shipped: Sequence[Migration],
    base: Sequence[Migration],
    reading: LedgerReading,
    taken: TakenBack,
) -> Iterator[Finding]:
    """
    Tell of each migration that the branch puts in front of one that is applied.

    A ledger of heads says of everything in front of them that it is applied. Of a head that only
    the branch has nobody knows in which order it came about; it is believed.
    """
    of_base = {m.version for m in base}
    known = {m.version: m for m in shipped}
    heads = [e for e in reading.entries if e.reach is Reach.ANCESTORS and e.version in known]
    ours = [e for e in heads if e.version not in of_base]
    new = [m for m in shipped if m.version not in of_base and m.version not in taken.renamed]
    believed = _applied(shipped, ours, reading.tool) if ours else frozenset()
    for head in heads if new else ():
        if head.version not in of_base:
            continue
        below = _applied(shipped, [head], reading.tool) - believed
        for migration in new:
            if migration.version in below:
                believed |= {migration.version}
                yield Finding(
                    ORDER,
                    Outcome.FAIL,
                    f"{migration.label} is new in this branch, and stands in front of "
                    f"{head.version}, which is applied: {reading.tool} never applies it",
                    hint=f"let it follow {head.version}, and apply it then",
                    file=migration.file,
                    line=1,
                )


def _applied(shipped: Sequence[Migration], heads: Sequence[Entry], tool: str) -> frozenset[str]:
    """What is applied where the ledger has these heads alone."""
    return frozenset(compare(shipped, LedgerReading(tool, "", tuple(heads))).applied or ())
