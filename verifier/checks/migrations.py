"""Does the database hold every migration, and the version, this deployment was built with?"""

from collections.abc import Iterator

from verifier.checks.versions import is_behind
from verifier.decide.ledger import compare
from verifier.model.evidence import DatabaseReading, Evidence, Migration, ShippedMigrations, Subject
from verifier.model.finding import Finding, NotAsked, Outcome, Provenance, Unobserved
from verifier.model.verdict import Expectations

PENDING = "migrations.pending"
EXPECTED = "migrations.expected_version"

_APPLY = "apply them to this database first, then deploy again; do not edit the ledger by hand"


def check_pending(evidence: Evidence, _: Expectations) -> Iterator[Finding]:
    """
    Compare the shipped migrations with the ledger, by version.

    A ledger that is ahead passes: after a rollback it always is.
    """
    shipped = evidence.shipped
    applied = _applied(evidence)
    if isinstance(shipped, Unobserved) and evidence.subject is not Subject.JUDGED:
        yield _other_commit(PENDING, shipped)
    elif isinstance(shipped, NotAsked):
        yield Finding(PENDING, Outcome.SKIP, shipped.reason)
    elif isinstance(applied, NotAsked):
        yield Finding(PENDING, Outcome.SKIP, applied.reason)
    elif isinstance(shipped, Unobserved):
        yield Finding(PENDING, Outcome.INCONCLUSIVE, f"no migrations to compare: {shipped.reason}")
    elif isinstance(applied, Unobserved):
        yield Finding(PENDING, Outcome.INCONCLUSIVE, f"the ledger was not read: {applied.reason}")
    else:
        yield _judge_pending(shipped, applied, evidence)


def _judge_pending(
    shipped: ShippedMigrations, applied: tuple[Migration, ...], evidence: Evidence
) -> Finding:
    pending = compare(shipped.migrations, applied).pending
    provenance = Provenance("database", evidence.at, "commit of the checkout")
    ignored = f"not migrations: {', '.join(shipped.ignored)}" if shipped.ignored else ""
    if not pending:
        text = f"all {len(shipped.migrations)} shipped migrations are applied"
        return Finding(PENDING, Outcome.PASS, text, detail=ignored, evidence=provenance)
    names = ", ".join(f"{m.version}_{m.name}" if m.name else m.version for m in pending)
    text = f"{len(pending)} shipped but not applied: {names}"
    return Finding(PENDING, Outcome.FAIL, text, detail=ignored, hint=_APPLY, evidence=provenance)


def check_expected_version(evidence: Evidence, _: Expectations) -> Iterator[Finding]:
    """Compare the version that the code expects with the newest one that the database has."""
    expected = evidence.expected_version
    if isinstance(expected, NotAsked):
        return
    if isinstance(expected, Unobserved) and evidence.subject is not Subject.JUDGED:
        yield _other_commit(EXPECTED, expected)
        return
    if isinstance(expected, Unobserved):
        yield Finding(
            EXPECTED, Outcome.INCONCLUSIVE, f"the expected version is not known: {expected.reason}"
        )
        return
    current = _current_version(evidence)
    if isinstance(current, NotAsked):
        yield Finding(EXPECTED, Outcome.SKIP, current.reason)
        return
    if isinstance(current, Unobserved):
        yield Finding(
            EXPECTED, Outcome.INCONCLUSIVE, f"the schema version was not read: {current.reason}"
        )
        return
    provenance = Provenance("database", evidence.at, "commit of the checkout")
    if is_behind(current, expected):
        text = f"the database is at {current or 'no version'}, the code expects {expected}"
        yield Finding(EXPECTED, Outcome.FAIL, text, hint=_APPLY, evidence=provenance)
    else:
        text = f"the database is at {current}, the code expects {expected}"
        yield Finding(EXPECTED, Outcome.PASS, text, evidence=provenance)


def _other_commit(check: str, unread: Unobserved) -> Finding:
    """What served before, or serves again, is older code than the checkout, often a shallow one."""
    return Finding(
        check, Outcome.SKIP, f"what this older commit ships is not known: {unread.reason}"
    )


def _applied(evidence: Evidence) -> tuple[Migration, ...] | Unobserved | NotAsked:
    database = evidence.database
    return database.applied if isinstance(database, DatabaseReading) else database


def _current_version(evidence: Evidence) -> str | Unobserved | NotAsked:
    applied = _applied(evidence)
    if isinstance(applied, Unobserved | NotAsked):
        return applied
    return max((migration.version for migration in applied), key=_version_order, default="")


def _version_order(version: str) -> tuple[int, str]:
    return (int(version) if version.isdecimal() else 0, version)
