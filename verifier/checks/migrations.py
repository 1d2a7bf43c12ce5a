"""Does the database hold every migration, and the version, this deployment was built with?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from verifier.checks.database_use import held_against_users
from verifier.checks.migration_age import brought_by_this_deploy
from verifier.checks.versions import APPLY_MIGRATIONS, is_behind
from verifier.decide.migrations.comparison import compare, newest_version
from verifier.decide.migrations.remedies import failed_lines
from verifier.decide.migrations.renumbering import tell_doubtful
from verifier.model.check_ids import (
    DUPLICATES,
    EXPECTED_VERSION,
    FAILED_MIGRATION,
    HEADS,
    LOCKED,
    MODIFIED,
    ORDER,
    PENDING,
    UNKNOWN,
)
from verifier.model.evidence import DatabaseReading, Evidence, ShippedMigrations, Subject
from verifier.model.expectations import Expectations
from verifier.model.finding import (
    Finding,
    Later,
    NotAsked,
    Outcome,
    Provenance,
    Unobserved,
    later_of,
)
from verifier.model.migration_ledger import LedgerReading, LedgerReport, Migration
from verifier.model.phrases import first_of
from verifier.model.tool_rules import ToolRules
from verifier.model.verdict import OUTCOMES, LedgerPolicy

_MOST_NAMED = 10
_NOT_THERE = (
    "check DATABASE_URL and ledger.tool; a database to which no migration was ever applied has no "
    "ledger"
)
_FAILED_HINT = "check which part was applied, repair it, then mark the migration in the tool"
_CONDITIONAL = (
    "they depend on contexts, labels or preconditions: name the contexts of production in the "
    "tool's configuration file"
)
#: What is said of one migration, and of several.
_SHIPPED = "migration shipped but not applied", "migrations shipped but not applied"
_STARTED = "migration started but not finished", "migrations started but not finished"
_CHANGED = "migration changed after being applied", "migrations changed after being applied"
_FOREIGN = (
    "migration applied, but not in this checkout",
    "migrations applied, but not in this checkout",
)
_LATE = (
    "migration pending but older than the latest applied",
    "migrations pending but older than the latest applied",
)
_HEADS = (
    "head in the migration graph, expected one",
    "heads in the migration graph, expected one",
)
_REPEATED = "version used by more than one file", "versions used by more than one file"
#: Of what its tool can give another version, which is Supabase alone.
_REPAIR = (
    "repair the ledger: supabase migration repair --status reverted {entry} && "
    "supabase migration repair --status applied {version}"
)


def check_ledger(evidence: Evidence, expected: Expectations) -> Iterator[Finding]:
    """
    Compare the shipped migrations with the ledger.

    A ledger that is ahead passes: after a rollback it always is.
    """
    if not evidence.shipped:
        yield Finding(PENDING, Outcome.SKIP, "no ledger is configured")
    for name, shipped in evidence.shipped.items():
        policy = expected.ledger_policies.get(name, LedgerPolicy())
        yield from _with_ledger_name(name, _check(evidence, name, shipped, policy))


def _with_ledger_name(name: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    for finding in findings:
        objects = tuple(f"{name}: {object_}" for object_ in finding.objects)
        summary = f"{name}: {finding.summary}"
        yield replace(finding, summary=summary, objects=objects) if name else finding


def _check(
    evidence: Evidence,
    name: str,
    shipped: ShippedMigrations | Unobserved | NotAsked,
    policy: LedgerPolicy,
) -> Iterator[Finding]:
    ledger = _ledger(evidence, name)
    if isinstance(shipped, Unobserved) and evidence.subject is not Subject.JUDGED:
        yield _other_commit(PENDING, shipped)
    elif isinstance(shipped, NotAsked):
        yield Finding(PENDING, Outcome.SKIP, shipped.reason)
    elif isinstance(ledger, NotAsked):
        yield Finding(PENDING, Outcome.SKIP, ledger.reason)
    elif isinstance(shipped, Unobserved):
        text = f"no migrations to compare: {shipped.reason}"
        later = later_of(shipped)
        yield Finding(PENDING, Outcome.INCONCLUSIVE, text, hint=shipped.hint, later=later)
    elif isinstance(ledger, Unobserved):
        text = f"could not read the ledger: {ledger.reason}"
        yield Finding(PENDING, Outcome.INCONCLUSIVE, text, hint=ledger.hint)
    else:
        report = compare(shipped.migrations, ledger, is_chained=shipped.is_chained)
        provenance = Provenance("database", evidence.at, "commit of the checkout")
        found_so_far = tuple(judge_ledger(report, shipped.migrations, policy, ledger.rules))
        older = brought_by_this_deploy(evidence, report, found_so_far)
        for finding in (*found_so_far, *([older] if older else [])):
            known = replace(finding, evidence=provenance)
            newest = newest_version(ledger, "")
            found = held_against_users(evidence, known, newest)
            yield _not_yet(evidence, found, policy)


def _not_yet(evidence: Evidence, finding: Finding, policy: LedgerPolicy) -> Finding:
    """Return what is missing as "not yet", where somebody else applies it after the deploy."""
    is_waited_for = evidence.subject is Subject.JUDGED and policy.applied_within_s > 0
    is_missing = finding.check in (PENDING, EXPECTED_VERSION) and finding.outcome is Outcome.FAIL
    if not (is_waited_for and is_missing):
        return finding
    later = Later(finding.outcome, policy.applied_within_s)
    text = f"{finding.summary}; waiting for ledger.applied-within"
    return replace(finding, outcome=Outcome.INCONCLUSIVE, summary=text, later=later)


def judge_ledger(
    report: LedgerReport,
    shipped: Sequence[Migration],
    policy: LedgerPolicy,
    rules: ToolRules,
    apply: str = "",
) -> Iterator[Finding]:
    """
    Say of each kind of difference what the policy makes of it; one finding at least.

    `apply` is the line that applies what is pending in this checkout, empty for the usual one.
    """
    if not report.is_there:
        text = f"could not read the ledger: the database has no {report.table}"
        hint = f"{_NOT_THERE}. For the first ones: {apply}" if apply else _NOT_THERE
        yield Finding(PENDING, Outcome.INCONCLUSIVE, text, hint=hint)
        return
    if report.pending is None:
        heads = ", ".join(report.unknown)
        text = f"the ledger is at {heads}, which is not in this checkout; pending ones are unknown"
        yield Finding(
            PENDING, Outcome.INCONCLUSIVE, text, hint="use the checkout that it was applied from"
        )
        return
    if not report.to_apply and not report.doubtful:
        number = len(shipped)
        text = f"all {number} shipped migrations are applied"
        if number == 1:
            text = "the one shipped migration is applied"
        yield Finding(PENDING, Outcome.PASS, text)
    repair = _failed_hint(report, shipped, rules, apply)
    kinds = (
        (PENDING, policy.pending, report.to_apply, _SHIPPED, APPLY_MIGRATIONS),
        (FAILED_MIGRATION, policy.failed, report.failed, _STARTED, repair),
        (MODIFIED, policy.modified, report.modified, _CHANGED, ""),
        (UNKNOWN, policy.unknown, report.unknown, _FOREIGN, ""),
        (ORDER, policy.out_of_order, report.out_of_order, _LATE, ""),
        (HEADS, policy.heads, report.heads, _HEADS, ""),
        (DUPLICATES, policy.heads, report.duplicates, _REPEATED, ""),
    )
    is_named = any(versions for _, _, versions, _, _ in kinds)
    names = _names(shipped) if is_named or report.restamped or report.conditional else {}
    for check, reaction, versions, (one, many), hint in kinds:
        outcome = OUTCOMES[reaction]
        if versions and outcome is not None:
            named = [names.get(version, version) for version in versions]
            number = len(versions)
            what = one if number == 1 else many
            text = f"{number} {what}: {first_of(named, _MOST_NAMED, ', ')}"
            objects = tuple(sorted(versions)) if outcome.condemns else ()
            yield Finding(check, outcome, text, hint=hint, objects=objects)
    doubt = OUTCOMES[policy.pending]
    if doubt is not None:
        is_hard = doubt.condemns
        yield from tell_doubtful(report, shipped, Outcome.INCONCLUSIVE if is_hard else doubt)
    yield from _further(report, names)


def _names(shipped: Sequence[Migration]) -> Mapping[str, str]:
    return {m.version: f"{m.version}_{m.name}" if m.name else m.version for m in shipped}


def _further(report: LedgerReport, names: Mapping[str, str]) -> Iterator[Finding]:
    """What only warns: other versions of the same, what may be meant, a lock left behind."""
    for moved in report.restamped:
        name = names.get(moved.version, moved.version)
        text = f"{name} is applied, but the ledger has it as {moved.entry_version}"
        hint = _REPAIR.format(entry=moved.entry_version, version=moved.version)
        yield Finding(ORDER, Outcome.WARN, text, hint=hint)
    if report.conditional:
        named = [names.get(version, version) for version in report.conditional]
        text = f"{len(named)} not applied, possibly intended: {first_of(named, _MOST_NAMED, ', ')}"
        yield Finding(PENDING, Outcome.WARN, text, hint=_CONDITIONAL)
    if report.locked:
        text = "an aborted run left its lock behind: the next run will block on it"
        yield Finding(LOCKED, Outcome.WARN, text)


def _failed_hint(
    report: LedgerReport, shipped: Sequence[Migration], rules: ToolRules, apply: str
) -> str:
    """Name what to ask the tool for after the first that did not end; later ones wait for it."""
    if not report.failed:
        return ""
    failed, before = report.failed[0], ""
    for migration in shipped:
        if migration.version == failed:
            break
        before = migration.version
    told = failed_lines(rules, apply, failed, before)
    return f"{_FAILED_HINT}: {told}" if told else _FAILED_HINT


def check_expected_version(evidence: Evidence, wanted: Expectations) -> Iterator[Finding]:
    """Compare the version that the code expects with the newest one that the database has."""
    for name, expected in evidence.expected_versions.items():
        policy = wanted.ledger_policies.get(name, LedgerPolicy())
        for finding in _with_ledger_name(name, _check_version(evidence, name, expected)):
            yield _not_yet(evidence, finding, policy)


def _check_version(
    evidence: Evidence, name: str, expected: str | Unobserved | NotAsked
) -> Iterator[Finding]:
    if isinstance(expected, NotAsked):
        return
    if isinstance(expected, Unobserved) and evidence.subject is not Subject.JUDGED:
        yield _other_commit(EXPECTED_VERSION, expected)
        return
    if isinstance(expected, Unobserved):
        text = f"could not determine the expected version: {expected.reason}"
        later = later_of(expected)
        yield Finding(EXPECTED_VERSION, Outcome.INCONCLUSIVE, text, hint=expected.hint, later=later)
        return
    current = _current_version(_ledger(evidence, name), expected)
    if isinstance(current, NotAsked):
        yield Finding(EXPECTED_VERSION, Outcome.SKIP, current.reason)
        return
    if isinstance(current, Unobserved):
        text = f"could not read the schema version: {current.reason}"
        yield Finding(EXPECTED_VERSION, Outcome.INCONCLUSIVE, text, hint=current.hint)
        return
    provenance = Provenance("database", evidence.at, "commit of the checkout")
    if is_behind(current, expected):
        text = f"the database is at {current or 'no version'}, the code expects {expected}"
        found = Finding(
            EXPECTED_VERSION,
            Outcome.FAIL,
            text,
            hint=APPLY_MIGRATIONS,
            evidence=provenance,
            objects=(expected,),
        )
        yield held_against_users(evidence, found, current, expected)
    else:
        text = f"the database is at {current}, the code expects {expected}"
        yield Finding(EXPECTED_VERSION, Outcome.PASS, text, evidence=provenance)


def _other_commit(check: str, unread: Unobserved) -> Finding:
    """What served before, or serves again, is older code than the checkout, often a shallow one."""
    text = f"could not determine what this older commit ships: {unread.reason}"
    return Finding(check, Outcome.SKIP, text, hint=unread.hint)


def _ledger(evidence: Evidence, name: str) -> LedgerReading | Unobserved | NotAsked:
    database = evidence.database
    return database.ledgers[name] if isinstance(database, DatabaseReading) else database


def _current_version(
    ledger: LedgerReading | Unobserved | NotAsked, expected: str
) -> str | Unobserved | NotAsked:
    """The newest applied version; where versions have no order, the expected one if it is there."""
    if isinstance(ledger, Unobserved | NotAsked):
        return ledger
    if not ledger.is_there:
        return Unobserved(f"the database has no {ledger.table}")
    return newest_version(ledger, expected)
