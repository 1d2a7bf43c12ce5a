"""Which pending migrations a ledger has under another version, and of which nobody can tell."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from verifier.model.check_ids import PENDING
from verifier.model.finding import Finding, Outcome
from verifier.model.migration_ledger import Entry, EntryState, LedgerReport, Migration, Renumbered

#: Of what its tool can give another version, which is Supabase alone.
_COMPARE = (
    "compare {file} with what was run: select statements from {table} where version = '{entry}'; "
    "if it is the same change: supabase migration repair --status reverted {entry} && supabase "
    "migration repair --status applied {version}; if it is another one, commit that one too "
    "(supabase migration fetch), then apply this one"
)

Pairs = tuple[Renumbered, ...]


def renumbered(
    pending: Sequence[Migration],
    unknown: Sequence[Entry],
    shipped: Sequence[Migration],
    entries: Sequence[Entry],
) -> tuple[Pairs, Pairs]:
    """
    Pair what is pending with unknown entries: those that are applied, and those in doubt.

    The same statements prove it. The same name does so only where the ledger keeps no statements
    that could differ, and where it is nobody else's name: such as `remote_schema` come often.
    """
    movable = [m for m in pending if m.fingerprint is not None]
    if not (movable and unknown):
        return (), ()
    free = [entry for entry in unknown if entry.state is EntryState.APPLIED]
    proven = _by_statements(movable, free)
    taken = {entry.version for entry in proven.values()}
    of_name = {entry.name: entry for entry in free if entry.version not in taken and entry.name}
    keeps_statements = any(entry.fingerprint for entry in entries)
    named = Counter(m.name for m in shipped)
    held = Counter(entry.name for entry in entries)
    doubted: dict[str, Entry] = {}
    for migration in movable:
        entry = of_name.get(migration.name)
        if migration.version in proven or entry is None:
            continue
        is_own = named[entry.name] == held[entry.name] == 1 and not migration.is_named_by_tool
        is_silent = not entry.fingerprint and not (keeps_statements and migration.fingerprint)
        (proven if is_own and is_silent else doubted)[migration.version] = entry
    return _pairs(movable, proven), _pairs(movable, doubted)


def _by_statements(migrations: Sequence[Migration], entries: Sequence[Entry]) -> dict[str, Entry]:
    """Return the entry of each migration that has one with its statements, each used once."""
    offered: dict[str, list[Entry]] = {}
    for entry in reversed(entries):
        offered.setdefault(entry.fingerprint, []).append(entry)
    wanting = [(m.version, m.fingerprint) for m in migrations if m.fingerprint]
    return {
        version: offered[fingerprint].pop()
        for version, fingerprint in wanting
        if offered.get(fingerprint)
    }


def _pairs(migrations: Sequence[Migration], found: Mapping[str, Entry]) -> Pairs:
    return tuple(
        Renumbered(m.version, found[m.version].version, found[m.version].name)
        for m in migrations
        if m.version in found
    )


def tell_doubtful(
    report: LedgerReport, shipped: Sequence[Migration], outcome: Outcome
) -> Iterator[Finding]:
    """Say of each migration that may be applied under another version how to find out."""
    known = {m.version: m for m in shipped} if report.doubtful else {}
    for each in report.doubtful:
        migration = known[each.version]
        yield Finding(
            PENDING,
            outcome,
            f"could not determine whether {each.version}_{each.name} is applied: the ledger has "
            f"that name as {each.entry_version}, which may be another migration",
            hint=_COMPARE.format(
                file=migration.file,
                table=report.table,
                entry=each.entry_version,
                version=each.version,
            ),
            file=migration.file,
            line=1,
        )
