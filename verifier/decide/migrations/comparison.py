"""Checkout against ledger: what is applied, pending, unknown, modified, failed."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from verifier.decide.migrations.renumbering import renumbered
from verifier.model.evidence import DatabaseReading, Evidence, ShippedMigrations
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.migration_ledger import (
    Applicability,
    Entry,
    EntryState,
    LedgerReading,
    LedgerReport,
    Migration,
    Reach,
)


def compare(
    shipped: Sequence[Migration], reading: LedgerReading, *, is_chained: bool = False
) -> LedgerReport:
    """
    Compare the migrations of a checkout, in their order, with the entries of a ledger.

    Where `is_chained`, a checksum covers all files before: of those that differ the first was
    edited.
    """
    known = by_version(shipped)
    is_plain = len(known) == len(shipped) and not any(m.key for m in shipped)
    # Of 100,000 each further table no longer fits the processor's cache.
    by_key = known if is_plain else {m.entry_version: m for m in shipped}
    reading = replace(reading, entries=_under_one_name(reading.entries, shipped, by_key))
    state = _states(shipped, by_key, known, reading.entries)
    unknown = _unknown(shipped, by_key, reading.entries)
    modified = _modified(shipped, reading.entries, state)
    stale = {v for v in modified if known[v].is_repeatable}
    missing = [m for m in shipped if m.version not in state or m.version in stale]
    pending = [m for m in missing if m.wanted is Applicability.YES]
    undefined = any(entry.reach is Reach.ANCESTORS for entry in unknown)
    restamped, doubtful = renumbered(pending, unknown, shipped, reading.entries)
    changed = {*modified} - stale
    edited = tuple(m.version for m in shipped if m.version in changed) if changed else ()
    moved = {each.version for each in (*restamped, *doubtful)}
    return LedgerReport(
        tool=reading.tool,
        table=reading.table,
        applied=None
        if undefined
        else tuple(
            m.version
            for m in shipped
            if state.get(m.version) is EntryState.APPLIED and m.version not in stale
        ),
        pending=None if undefined else tuple(m.version for m in pending),
        unknown=tuple(entry.version for entry in unknown),
        modified=edited[:1] if is_chained else edited,
        failed=_failed(shipped, reading.entries, state),
        conditional=tuple(m.version for m in missing if m.wanted is Applicability.UNKNOWN),
        out_of_order=()
        if undefined or not missing
        else _out_of_order(
            [m for m in shipped if m.version not in moved and m.wanted is Applicability.YES], state
        ),
        restamped=restamped,
        doubtful=doubtful,
        heads=heads_of(shipped),
        duplicates=_duplicates(shipped) if len(known) < len(shipped) else (),
        locked=reading.is_locked,
        is_there=reading.is_there,
    )


def _unknown(
    shipped: Sequence[Migration], by_key: Mapping[str, Migration], entries: Sequence[Entry]
) -> list[Entry]:
    """The entries of this checkout's groups that it has no migration for."""
    strange = [entry for entry in entries if entry.version not in by_key]
    if not strange:
        return []
    replaced = {version for m in shipped for version in m.replaces}
    groups = {m.group for m in shipped} or {entry.group for entry in entries}
    return [
        entry
        for entry in strange
        if entry.version not in replaced
        and entry.group in groups
        and not _is_covered(entry, shipped)
    ]


def _under_one_name(
    entries: Sequence[Entry], shipped: Sequence[Migration], by_key: Mapping[str, Migration]
) -> tuple[Entry, ...]:
    """Give entries the names that this checkout knows them by; a doubtful alias is none."""
    claimed = Counter(alias for m in shipped for alias in m.aliases)
    if not claimed:
        return tuple(entries)
    known = {a: m.entry_version for m in shipped for a in m.aliases if claimed[a] == 1}
    return tuple(
        replace(e, version=known[e.version])
        if e.version in known and e.version not in by_key
        else e
        for e in entries
    )


def by_version(shipped: Sequence[Migration]) -> Mapping[str, Migration]:
    """Return the migrations by version, the first of each."""
    return {migration.version: migration for migration in reversed(shipped)}


def _duplicates(shipped: Sequence[Migration]) -> tuple[str, ...]:
    return tuple(v for v, n in Counter(m.version for m in shipped).items() if n > 1)


def _states(
    shipped: Sequence[Migration],
    by_key: Mapping[str, Migration],
    known: Mapping[str, Migration],
    entries: Sequence[Entry],
) -> dict[str, EntryState]:
    """What the ledger says of each migration of the checkout, by version."""
    state: dict[str, EntryState] = {}
    for entry in entries:
        if entry.reach is Reach.UP_TO:
            # What is applied anew whenever it changes has no version that another could be past.
            for migration in (m for m in shipped if not m.is_repeatable):
                if version_order(migration.entry_version) < version_order(entry.version):
                    state[migration.version] = EntryState.APPLIED
        found = by_key.get(entry.version)
        if found is None:
            continue
        if entry.reach is Reach.ANCESTORS:
            state.update(dict.fromkeys(_ancestors(found, known), EntryState.APPLIED))
        if state.get(found.version) is not EntryState.APPLIED or entry.reach is Reach.UP_TO:
            state[found.version] = entry.state
    squashed = [m for m in shipped if m.replaces]
    present = {entry.version for entry in entries} if squashed else set()
    for migration in squashed:
        if present.issuperset(migration.replaces):
            state[migration.version] = EntryState.APPLIED
        if migration.version in state:
            # A squash stands for what it replaces, whose files may still be there.
            for version in migration.replaces:
                if version in known:
                    state.setdefault(version, EntryState.APPLIED)
    return state


def _ancestors(migration: Migration, known: Mapping[str, Migration]) -> set[str]:
    found: set[str] = set()
    waiting = [migration.version]
    while waiting:
        version = waiting.pop()
        if version not in found and version in known:
            found.add(version)
            waiting += known[version].requires
    return found


def _is_covered(entry: Entry, shipped: Sequence[Migration]) -> bool:
    """Whether a baseline, which has no file, is followed by something of the checkout."""
    return entry.reach is Reach.UP_TO and any(
        version_order(entry.version) < version_order(migration.entry_version)
        for migration in shipped
        if not migration.is_repeatable
    )


def newest_version(reading: LedgerReading, expected: str) -> str:
    """
    Return the newest applied version, empty where there is none.

    Where versions have no order, the expected one if it is there.
    """
    versions = [e.version for e in reading.entries if e.state is EntryState.APPLIED]
    if expected in versions and not expected.isdecimal():
        return expected
    return max(versions, key=lambda v: (int(v) if v.isdecimal() else 0, v), default="")


def version_order(version: str) -> tuple[tuple[int, str], ...]:
    """Return a version part by part, digits as numbers: what comes before another is less."""
    parts = re.split(r"[._-]", version)
    return tuple((int(p), "") if p.isdecimal() else (-1, p) for p in parts)


def _modified(
    shipped: Sequence[Migration], entries: Sequence[Entry], state: Mapping[str, EntryState]
) -> tuple[str, ...]:
    checksums: dict[str, set[str]] = {}
    for entry in entries:
        if entry.checksum and entry.state is EntryState.APPLIED:
            checksums.setdefault(entry.version, set()).add(entry.checksum)
    if not checksums:
        return ()
    return tuple(
        m.version
        for m in shipped
        if m.checksum
        and state.get(m.version) is EntryState.APPLIED
        and m.entry_version in checksums
        and m.checksum not in checksums[m.entry_version]
    )


def _failed(
    shipped: Sequence[Migration], entries: Sequence[Entry], state: Mapping[str, EntryState]
) -> tuple[str, ...]:
    failed = [entry.version for entry in entries if entry.state is EntryState.FAILED]
    if not failed:
        return ()
    known = [m.version for m in shipped if state.get(m.version) is EntryState.FAILED]
    keys = {m.entry_version for m in shipped}
    others = [version for version in failed if version not in keys]
    return tuple(dict.fromkeys([*known, *others]))


def _out_of_order(shipped: Sequence[Migration], state: Mapping[str, EntryState]) -> tuple[str, ...]:
    """Pending ones before the last applied one, where a tool has a straight order."""
    straight = [m for m in shipped if not m.is_repeatable and not m.requires]
    applied = [n for n, m in enumerate(straight) if m.version in state]
    last = applied[-1] if applied else -1
    return tuple(m.version for m in straight[: max(last, 0)] if m.version not in state)


def heads_of(shipped: Sequence[Migration]) -> tuple[str, ...]:
    """Return the ends of each group's graph, where a group has several."""
    graphed = {m.group for m in shipped if m.requires}
    if not graphed:
        return ()
    required = {version for m in shipped for version in m.requires}
    required |= {version for m in shipped for version in m.replaces}
    ends = [m for m in shipped if m.group in graphed and m.version not in required]
    several = {group for group, count in Counter(m.group for m in ends).items() if count > 1}
    return tuple(m.version for m in ends if m.group in several)


def shipped_together(
    shipped: Sequence[Mapping[str, ShippedMigrations | Unobserved | NotAsked]],
) -> Mapping[str, ShippedMigrations | Unobserved | NotAsked]:
    """
    Return by ledger what several commits ship: services may go back to different ones.

    `shipped` is not empty, and every commit is asked of the same ledgers.
    """
    return {name: _union([commit[name] for commit in shipped]) for name in shipped[0]}


def _union(
    shipped: Sequence[ShippedMigrations | Unobserved | NotAsked],
) -> ShippedMigrations | Unobserved | NotAsked:
    migrations: dict[str, Migration] = {}
    is_chained = False
    for found in shipped:
        if not isinstance(found, ShippedMigrations):
            return found
        migrations |= {migration.version: migration for migration in found.migrations}
        is_chained = found.is_chained
    return ShippedMigrations(tuple(migrations.values()), is_chained)


def expected_by_all(
    expected: Sequence[Mapping[str, str | Unobserved | NotAsked]],
) -> Mapping[str, str | Unobserved | NotAsked]:
    """Return by ledger the version that all commits expect; `expected` is not empty."""
    differ = Unobserved("the services run commits that expect different versions")
    first, *others = expected
    return {
        name: version if all(o[name] == version for o in others) else differ
        for name, version in first.items()
    }


def report_ledgers(evidence: Evidence) -> tuple[LedgerReport, ...]:
    """Tell the ledgers against the checkout, without those of which one was not read."""
    database = evidence.database
    if not isinstance(database, DatabaseReading):
        return ()
    return tuple(
        replace(compare(shipped.migrations, reading, is_chained=shipped.is_chained), name=name)
        for name, shipped in evidence.shipped.items()
        if isinstance(shipped, ShippedMigrations)
        and isinstance(reading := database.ledgers.get(name), LedgerReading)
    )
