"""
`python -m tests.mutants [WORD]`: break each rule in a copy, and see that tests notice.

A word takes only the rules that hold it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from coverage import CoverageData

from tests import database_mutants, guarded_mutants, ledger_mutants
from tests.gate_mutants import ROWS
from tests.health_mutants import ROWS as HEALTH_ROWS

ROOT = Path(__file__).parents[1]
#: Tests of one line that are tried.
MOST = 400
LEFT_OUT = shutil.ignore_patterns(".venv", ".git", ".*_cache", ".hypothesis", "__pycache__")


@dataclass(frozen=True)
class Mutant:
    """One rule, and how it is broken."""

    rule: str
    file: str
    code: str
    broken: str
    tests: tuple[str, ...] = ("tests/checks", "tests/commands", "tests/decide", "tests/properties")


MUTANTS = (
    Mutant(
        "Railway is read again right before the mutation",
        "commands/rollback_execution.py",
        "match still_due(state, move):",
        "match Ready():",
    ),
    Mutant(
        "a newer deployment stops a rollback that is about to be sent",
        "decide/gate/move_status.py",
        "if newer is not None:",
        "if False:",
    ),
    Mutant(
        "a deployment that no longer serves is not rolled back",
        "decide/gate/move_status.py",
        "if not serves(state, move.condemned):",
        "if False:",
    ),
    Mutant(
        "a newer deployment takes over",
        "decide/gate/arrival.py",
        "newer = taken_over_by(state, deployment)",
        "newer = None",
    ),
    Mutant(
        "a newer deployment forbids the plan",
        "decide/gate/rollback_plan.py",
        "moved = {name: d for name, d in standing.items() if on_its_way(fleet[name], d) is None}",
        "moved = dict(standing)",
    ),
    Mutant(
        "the target is another commit and image",
        "decide/gate/rollback_target.py",
        "if candidate.same_code_as(judged):",
        "if False:",
    ),
    Mutant(
        "the target was not rolled back from",
        "decide/gate/rollback_target.py",
        "if not bad.isdisjoint(_words([candidate])):",
        "if False:",
    ),
    Mutant(
        "the target was not condemned by an earlier gate",
        "decide/gate/rollback_target.py",
        "if is_condemned(state, candidate, records, judged.created_at):",
        "if False:",
    ),
    Mutant(
        "all services have a target before the first mutation",
        "decide/gate/rollback_plan.py",
        "if without_target:",
        "if not moves:",
    ),
    Mutant(
        "what failed before does not condemn",
        "model/known_before.py",
        "        if self.excuses(finding):\n",
        "        if False:\n",
    ),
    Mutant(
        "a deployment that is a rollback is not rolled back again",
        "decide/gate/rollback_plan.py",
        "if again is not None:",
        "if False:",
    ),
    Mutant(
        "an inconclusive verdict keeps",
        "decide/gate/rollback_plan.py",
        'return Keep("no failure was found (gate.on-inconclusive: keep)", is_by_setting=True)',
        "return None",
    ),
    Mutant(
        "an answer that names another deployment proves nothing",
        "checks/identity.py",
        'return f"deployment {answer.deployment_id} answered, not {judged.id}"',
        'return ""',
    ),
    Mutant(
        "an answer that nothing ties to the deployment proves nothing",
        "checks/identity.py",
        'return Unproven(f"{untraced}{elsewhere}{unnamed}", _way_out(service, is_own=is_own))',
        'return Proven("anything")',
    ),
    Mutant(
        "a switch during the probes voids them",
        "checks/identity.py",
        "if set(service.before.active) != set(service.after.active):",
        "if False:",
    ),
    Mutant(
        "a deployment that was removed while it answered counts as another one",
        "checks/identity.py",
        "for deployment in (*service.before.deployments, *service.after.deployments)",
        "for deployment in service.after.deployments",
    ),
    Mutant(
        "silence counts at the service's own address alone",
        "checks/identity.py",
        "return is_alone and service.after.lists(service.service.url)",
        "return is_alone",
    ),
    Mutant(
        "a failing answer is confirmed",
        "decide/gate/judge.py",
        "if in_a_row >= limits.fail_after:",
        "if in_a_row >= 1:",
    ),
    Mutant(
        "a rollback that another run holds is not made",
        "commands/rollback_execution.py",
        "case Ready() if claims[move.service.name] is not Claim.GRANTED:",
        "case Ready() if False:",
    ),
    Mutant(
        "a mutation is claimed before it is sent",
        "commands/rollback_execution.py",
        "claims, now_s = self.claims.ask(moves), self._now_s()",
        "claims, now_s = {m.service.name: Claim.GRANTED for m in moves}, self._now_s()",
    ),
    Mutant(
        "what Railway answers is no proof of a rollback",
        "commands/rollback_execution.py",
        "match restored_by(state, item.move, item.known) if state else None:",
        "match item.move.target:",
    ),
    Mutant(
        "only a denial, which did nothing, is followed by a redeploy",
        "commands/rollback_execution.py",
        "is_denied=isinstance(error, DeniedError)",
        "is_denied=True",
    ),
    Mutant(
        "Railway is read again before a redeploy",
        "commands/rollback_execution.py",
        "return self._make(still) if still else []",
        "return self._send(still, self._requests.read(still, 1.0)) if still else []",
    ),
    Mutant(
        "an incident that explains the failure freezes",
        "decide/gate/rollback_plan.py",
        "if past.incident and points_at_platform(verdict):",
        "if False:",
    ),
    Mutant(
        "what a gate switches off is kept before it is done",
        "commands/auto_deploy_hold.py",
        "kept = attempt(lambda: memory.hold(service.id))",
        "kept = None",
    ),
    Mutant(
        "older code is not put onto a schema it cannot live with",
        "decide/migrations/breaking_change_policy.py",
        "if unique and policy.on_destructive_migration is DestructiveMode.REFUSE:",
        "if False:",
    ),
    Mutant(
        "a new column that older inserts do not name forbids a rollback",
        "database/table_changes.py",
        "if column.is_required and not column.has_default and not recording.is_new(table):",
        "if False:",
        ("tests/database/breaking",),
    ),
    Mutant(
        "a rule that refuses what was let through forbids a rollback",
        "database/recording.py",
        "if any(rule.allows_what(other) for other in older):",
        "if older:",
        ("tests/database/breaking",),
    ),
    Mutant(
        "only what takes the place of what is gone makes up for it",
        "database/schema_state.py",
        "        if there is None:\n            return False",
        "        if there is None:\n            continue",
        ("tests/database/breaking",),
    ),
    Mutant(
        "a part of a migration that is not applied takes nothing away",
        "database/applied_part.py",
        "        if begin is None:\n            return _blank(text)",
        "        if begin is None:\n            return text",
        ("tests/database/breaking",),
    ),
    Mutant(
        "a search that fails does not say that nobody uses it",
        "database/worktree.py",
        "if done is None or done.returncode > 1:",
        "if done is None:",
        ("tests/database/breaking",),
    ),
    Mutant(
        "of several protections the stricter one wins",
        "decide/drift/merged_protection.py",
        "level = max((level_of(source",
        "level = min((level_of(source",
    ),
    Mutant(
        "whoever one source does not let through is not free",
        "decide/drift/effective_bypass.py",
        "if len(known) == len(others):",
        "if known or not others:",
    ),
    Mutant(
        "a bypass that cannot be excluded is never told to be nobody's",
        "decide/drift/effective_bypass.py",
        "return actor.kind in _GROUPS or (",
        "return False and (",
    ),
    Mutant(
        "who is let through is not seen where the list is hidden",
        "github/bypass_actors.py",
        "return token, Unobserved(SEES_BYPASS)\n    found",
        "return token, None\n    found",
    ),
    Mutant(
        "a permitted bypass ends",
        "decide/drift/effective_bypass.py",
        "return tuple(each.bypass for each in permitted if today <= each.until)",
        "return tuple(each.bypass for each in permitted)",
    ),
    Mutant(
        "what is hidden is never told to be off",
        "decide/drift/protection_drift.py",
        "if found.hidden:",
        "if False:",
    ),
    Mutant(
        "a fix requires no check that was last seen years ago",
        "decide/drift/mergeable.py",
        "if all(seen.seen_at is None or today - seen.seen_at.date() > _LATELY for seen in newest):",
        "if False:",
    ),
    Mutant(
        "a fix requires no check that failed",
        "decide/drift/mergeable.py",
        "if not all(seen.is_passed for seen in found):",
        "if False:",
    ),
    Mutant(
        "who may force-push is not nobody where it is hidden",
        "model/protection.py",
        "if hidden is None and setting is Setting.NO_FORCE_PUSH:",
        "if False:",
    ),
    Mutant(
        "a workflow that is disabled is seen in bulk",
        "github/bulk_parse.py",
        "if isinstance(file, Workflow) and file.path in disabled",
        "if False",
        ("tests/github",),
    ),
    Mutant(
        "shares of different policies make no whole",
        "decide/drift/audit_report.py",
        "if len({share.basis for share in shares}) > 1:",
        "if False:",
    ),
    Mutant(
        "a workflow that may be disabled is not taken for running",
        "decide/questions/check_reported_drift.py",
        "if unseen and len(unseen) == len(found):",
        "if False:",
    ),
    Mutant(
        "another token of the same login may see less",
        "wiring/organisation.py",
        "if token.startswith(_OF_AN_INSTALLATION):",
        "if True:",
    ),
    Mutant(
        "a fix requires no check that nobody reports",
        "decide/drift/mergeable.py",
        'return f"a pull request could wait for it forever: {pending[0]}"',
        'return ""',
    ),
    Mutant(
        "a fix that keeps a pull request from being merged is refused",
        "decide/drift/fix.py",
        "if harm:",
        "if False:",
    ),
    Mutant(
        "a push does not tell that a job reports on pull requests",
        "decide/drift/mergeable.py",
        "if seen.name != check.name or seen.is_job:",
        "if seen.name != check.name:",
    ),
    Mutant(
        "a fix leaves alone what is exempt",
        "decide/drift/fix.py",
        "if _is_exempt(branch, str(requirement), today):",
        "if False:",
    ),
    Mutant(
        "a fix does not touch a ruleset that was changed by hand",
        "github/apply_fix.py",
        'or existing.get("enforcement") != "active":',
        "or False:",
    ),
    Mutant(
        "a fix does not extend a ruleset that guards something else",
        "github/apply_fix.py",
        'if ruleset.get("target") == "branch" and conditions == _conditions(branch):',
        "if True:",
        ("tests/commands",),
    ),
    Mutant(
        "a file that GitHub refuses reports no required check",
        "decide/drift/reported_checks.py",
        "for each in unread if not each.is_final]",
        "for each in unread]",
        ("tests/decide",),
    ),
    Mutant(
        "a state of long ago is not today's",
        "wiring/audit_state.py",
        "is_fresh = timedelta() <= basis.now - started_at <= basis.max_age",
        "is_fresh = started_at <= basis.now + basis.max_age",
    ),
    Mutant(
        "what failed at an unreadable time excuses nothing",
        "github/record_entries.py",
        "    return replace(record, seen=replace(record.seen, failing=()))",
        "    return record",
        ("tests/github",),
    ),
    Mutant(
        "one pause is for all who are limited at once",
        "github/api.py",
        "if self._pauses == pauses and not self._pause(asked_s):",
        "if not self._pause(asked_s):",
        ("tests/github",),
    ),
    Mutant(
        "a limit that looks like a right answer is one",
        "github/bulk.py",
        'if "RATE_LIMITED" in kinds or any("rate limit" in text.casefold() for text in said):',
        "if False:",
        ("tests/commands",),
    ),
    Mutant(
        "a secret of another environment does not count",
        "model/named_values.py",
        "            return place in (REPOSITORY, ORGANISATION, environment_place(self.environment))",
        "            return True",
        ("tests/decide/drift",),
    ),
    Mutant(
        "a secret is missing only where everything was seen that it may be in",
        "decide/drift/stored_names.py",
        "    if unread:",
        "    if False:",
        ("tests/decide/drift",),
    ),
    Mutant(
        "what a token may not see of the settings is told",
        "decide/questions/repository_setting_drift.py",
        "    if hidden:",
        "    if False:",
        ("tests/github",),
    ),
    Mutant(
        "an issue of another configuration is not taken",
        "github/issue_text.py",
        'said = "\\0".join((self.config, *sorted(self.branches)',
        'said = "\\0".join(("", *sorted(self.branches)',
        ("tests/github",),
    ),
    Mutant(
        "an audit that could not see everything erases no row of the issue",
        "github/issue_text.py",
        '            earlier = _rows_missing(f"{self.known}\\n{self.earlier}", told.body)',
        '            earlier = ""',
        ("tests/github",),
    ),
    Mutant(
        "what was not looked at is not gone",
        "decide/drift/changes.py",
        "if key not in today and _was_looked_at(row, now, unread, by_word.get(row.kind))",
        "if key not in today",
    ),
    Mutant(
        "what GitHub could only give a part of is not taken for the whole",
        "github/bulk.py",
        "if index in cut",
        "if False",
    ),
    Mutant(
        "an exemption ends",
        "decide/drift/exemptions.py",
        "valid = [e for e in fitting if today <= e.until]",
        "valid = fitting",
    ),
    Mutant(
        "407 says nothing of the application's health",
        "model/http_status.py",
        "    407: Meaning.DENIED,\n",
        "",
        ("tests/checks",),
    ),
    Mutant(
        "408 says nothing of the application's health",
        "model/http_status.py",
        "    408: Meaning.NOT_NOW,\n",
        "",
        ("tests/checks",),
    ),
    Mutant(
        "425 says nothing of the application's health",
        "model/http_status.py",
        "    425: Meaning.NOT_NOW,\n",
        "",
        ("tests/checks",),
    ),
    Mutant(
        "what is pending behind something critical is not told",
        "checks/components.py",
        "if document.is_critical and component.status is HealthStatus.PENDING:",
        "if False:",
        ("tests/checks",),
    ),
    Mutant(
        "replicas are summed over regions",
        "railway/parse.py",
        "return sum(_by_region(meta)) or (single if isinstance(single, int) else None)",
        "return single if isinstance(single, int) else sum(_by_region(meta)) or None",
        ("tests/railway",),
    ),
    Mutant(
        "the request log is asked of a few requests",
        "railway/logs.py",
        "for id_ in asked[:_REQUEST_IDS])",
        "for id_ in asked)",
        ("tests/railway",),
    ),
    Mutant(
        "a stale cache is not the application",
        "guarded/caches.py",
        r"\b(stale|updating|revalidated|prerender)\b",
        r"\b(updating|revalidated|prerender)\b",
        ("tests/guarded",),
    ),
    Mutant(
        "the reason is made plain as an output",
        "report/outputs.py",
        "plain(report.reason, 2000)",
        "report.reason",
        ("tests/report",),
    ),
    Mutant(
        "every text in GITHUB_OUTPUT is made plain",
        "report/outputs.py",
        "{plain(value, 4000)}",
        "{value}",
        ("tests/report",),
    ),
    Mutant(
        "the deep document is asked for each instance",
        "commands/health_questions.py",
        "for turn in range(_turns(endpoint, judged, asked))",
        "for turn in range(1)",
        ("tests/commands",),
    ),
    Mutant(
        "a 404 hints at the path",
        "checks/endpoints.py",
        'return f"set health.{endpoint} to the right path, or to null if there is none"',
        'return ""',
        ("tests/checks",),
    ),
    Mutant(
        "no more findings are annotated than GitHub shows",
        "report/annotations.py",
        "if f.outcome in outcomes][:_MOST]:",
        "if f.outcome in outcomes]:",
        ("tests/report",),
    ),
    Mutant(
        "no more drift is annotated than GitHub shows",
        "report/annotations.py",
        "in condemning[:_MOST]:",
        "in condemning:",
        ("tests/report",),
    ),
    *(Mutant(*row) for row in ROWS),
    *(Mutant(*row) for row in ledger_mutants.ROWS),
    *(Mutant(*row) for row in HEALTH_ROWS),
    *(Mutant(*row) for row in database_mutants.ROWS),
    *(Mutant(*row) for row in guarded_mutants.ROWS),
)


#: With those that are slow for their server alone: some rules are kept by the database's tests.
QUICK = "not slow or served"


def record_coverage(folder):
    """Run the quick tests and those of servers; return which of them run each line."""
    found = folder / "coverage"
    measured = ["--cov=verifier", "--cov-context=test", "--cov-report="]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-m", QUICK, *measured]
    environment = {**os.environ, "COVERAGE_FILE": str(found)}
    subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
    data = CoverageData(str(found))
    data.read()
    return data


def tests_of(mutant, data):
    """Return the quick tests that run what a mutant breaks, one of each function first."""
    path = ROOT / "verifier" / mutant.file
    before = path.read_text("utf-8").partition(mutant.code)[0].count("\n") + 1
    lines = range(before, before + mutant.code.count("\n") + 1)
    contexts = data.contexts_by_lineno(str(path))
    tests = {name.rpartition("|")[0] for line in lines for name in contexts.get(line, [])}
    rooms = tuple(f"{room}/" for room in mutant.tests)
    inside = sorted(name for name in tests if name.startswith(rooms))
    first = {name.partition("[")[0]: name for name in inside}.values()
    return list(dict.fromkeys([*first, *inside]))[:MOST]


def killer(mutant, data, folder):
    """
    Return the first test that fails under a mutant, empty where it survives.

    Those of its rooms that do not run the line are slow ones, which are tried last, or all of
    them, for what is read when the module is loaded.
    """
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    path = copy / "verifier" / mutant.file
    text = path.read_text("utf-8")
    path.write_text(text.replace(mutant.code, mutant.broken), "utf-8")
    near = tests_of(mutant, data)
    if not near:
        return first_failing(copy, mutant.tests)
    return first_failing(copy, near) or first_failing(copy, ["-m", "slow", *mutant.tests])


def first_failing(copy, tests):
    """Return the first of these tests that fails in a copy, empty where none does."""
    quick = ["-q", "-x", "-p", "no:randomly", "-n", "2", "--timeout", "100"]
    command = [sys.executable, "-m", "pytest", *quick, *tests]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    lines = [line.partition(" ") for line in done.stdout.splitlines()]
    failed = [rest for word, _, rest in lines if word in ("FAILED", "ERROR")]
    return failed[0].split(" - ")[0] if failed else ""


def main():
    """Print a line for each mutant; exit with 1 where one survives."""
    chosen = [m for m in MUTANTS if all(word in m.rule for word in sys.argv[1:])]
    survived = 0
    with tempfile.TemporaryDirectory(prefix="verifier-mutants-") as folder:
        data = record_coverage(Path(folder))
        for mutant in chosen:
            noticed = killer(mutant, data, Path(folder))
            survived += not noticed
            sys.stdout.write(f"{mutant.rule}\n    {noticed or 'SURVIVED'}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(chosen) - survived} of {len(chosen)} noticed\n")
    sys.exit(1 if survived else 0)


if __name__ == "__main__":
    main()
