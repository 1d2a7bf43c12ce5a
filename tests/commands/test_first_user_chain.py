"""From the first user's checkout and database to the first audit, without editing anything."""

import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from tests.builders import LIMITS, POLICY
from tests.commands import test_recorded_states as recorded
from tests.commands.script import FakeClock, SharedMemory, Silence
from tests.commands.test_init_checkout import ACTION, CONSTANTS, Environment, checkout
from tests.commands.test_stacks_from_end_to_end import application
from tests.first_user import BESIDE, STATES, VERSION, as_role, build_database
from tests.github.server import TOKEN, LocalGitHub, running
from verifier.cli import cli
from verifier.commands.check import check
from verifier.commands.gate import Gate
from verifier.commands.init import init
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.config.gate_terms import expectations_of
from verifier.config.settings import load_text
from verifier.guarded.path_survey import survey
from verifier.model.health_survey import ServedService
from verifier.model.verdict import VerdictWord
from verifier.sandbox.github.runbook_repository import runbook_repository, runbook_ruleset
from verifier.wiring.doctor import open_setup
from verifier.wiring.init import ProjectFolder

__all__ = ["checkout"]  # a fixture

CONFIG = ".github/verifier.yml"
ADDRESS = "https://api.test"
PAUSE = Path(__file__).parents[2] / "docs" / "commands" / "pause.md"
PASSED, FAILED = VerdictWord.PASSED, VerdictWord.FAILED


class Served(Environment):
    """The environment with its api, which answers as it was recorded."""

    def variables(self, service):
        return super().variables(service) | {"APP_ENV": "production"} if service != "Redis" else {}

    def served(self):
        return {"whats-agents": ServedService(ADDRESS, "", recorded.NEW)}

    def survey(self, url, paths):
        answers = {
            path: (said["status"], said["content_type"], said["body"])
            for path, said in (STATES["good"] | BESIDE["good"]).items()
        }
        return survey(application(answers), url, paths)


def git(folder, *words):
    identity = ["-c", "user.name=t", "-c", "user.email=t@x"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


def run(url, statements):
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def started(checkout, monkeypatch):
    """The checkout with what init wrote, committed to main, and a branch of it."""
    proposal, _ = init(Served(), ProjectFolder(checkout), ACTION)
    for path, text in proposal.files.items():
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        (checkout / path).write_text(text, "utf-8")
    git(checkout, "init", "-q", "-b", "main")
    git(checkout, "add", "-A")
    git(checkout, "commit", "-qm", "main")
    git(checkout, "checkout", "-qb", "branch")
    monkeypatch.setenv("RAILWAY_TOKEN", "t")
    for name in ("GITHUB_WORKSPACE", "GITHUB_ACTIONS", "VERIFIER_CONFIG", "PAUSE_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return checkout


@pytest.fixture
def roles(started, database, monkeypatch):
    """The database as it is, with the roles that doctor and the page of pause print."""
    build_database(database, "drop owned by deploy_verifier", "drop role deploy_verifier")
    monkeypatch.setenv("DATABASE_URL", database)
    with open_setup(started / CONFIG, started) as setup:
        run(database, setup.read_rights().role_sql)
    (statements,) = re.findall(r"```sql\n(.*?)```", PAUSE.read_text("utf-8"), re.DOTALL)
    run(database, [statements.replace("'…'", "'invented'")])
    monkeypatch.setenv("DATABASE_URL", as_role(database, "deploy_verifier"))
    monkeypatch.setenv("PAUSE_DATABASE_URL", as_role(database, "deploy_pauser"))
    yield started
    run(database, ["drop owned by deploy_pauser", "drop role deploy_pauser"])


def judge(folder, play="good"):
    """Run a gate by the file that init wrote; the database is asked as the role of doctor."""
    config = load_text((folder / CONFIG).read_text("utf-8"), CONFIG)
    clock = FakeClock()
    building = replace(recorded.NEW, status=recorded.Status.BUILDING, instances=())
    world = recorded.RecordedWorld(
        clock,
        deployments={"api": [building, recorded.GOOD_BEFORE]},
        active={"api": (recorded.BEFORE_ID,)},
        at={recorded.ARRIVES_S: recorded.arrives},
    )
    with open_setup(folder / CONFIG, folder) as setup:
        world.database = setup.ask_database()
        world.shipped = setup.shipped()
        world.versions = setup.expected_versions()
    assert world.versions == {"": VERSION}
    world.plays = play
    wanted = recorded.Wanted(commit_sha=recorded.COMMIT)
    expected = expectations_of(config)
    task = Task(wanted, LIMITS, POLICY, expected, "julia / production", "gate")
    journal = Journal(clock, Silence())
    gate = Gate(world, SharedMemory(before=()), task, clock, journal)
    gate.run()
    looked = check(world, SharedMemory(before=()), replace(task, command="check"), clock, journal)
    return gate.report(), looked, world


def call(folder, *arguments):
    """Run a command in the checkout; return its exit code and the JSON or text that it wrote."""
    done = CliRunner().invoke(cli, [*arguments], standalone_mode=False)
    assert done.exception is None, done.exception
    return done.return_value, done.stdout


@pytest.mark.slow
def test_what_init_writes_and_doctor_prints_is_enough_for_every_command(roles, monkeypatch):
    monkeypatch.chdir(roles)

    gate, looked, world = judge(roles)
    assert (gate.verdict, gate.exit_code, looked.verdict) == (PASSED, 0, PASSED), gate.reason
    assert world.mutations == []
    unclear = [f for f in gate.findings if str(f.outcome) not in ("pass", "skip")]
    assert unclear == []

    with open_setup(roles / CONFIG, roles) as setup:
        switch = setup.ask_pause()
    assert (switch.problems, switch.doubts, switch.role) == ((), (), "deploy_pauser")
    assert switch.constraints == ("julia_status_alterado_via_check", "julia_status_status_check")
    assert call(roles, "ledger")[0] == 0
    assert call(roles, "preflight", "--base", "main")[0] == 0
    for command, status in (("pause", "pausado"), ("resume", "ativo")):
        code, said = call(roles, command, "--reason", "a drill", "--yes")
        assert (code, f"the status is '{status}'" in said) == (0, True)


@pytest.mark.slow
def test_rule_one_blocks_a_branch_that_raises_the_expected_version(roles, monkeypatch):
    monkeypatch.chdir(roles)
    constants = roles / "app/services/health/constants.py"
    constants.write_text(CONSTANTS.replace(VERSION, "20260115090000"), "utf-8")
    git(roles, "commit", "-qam", "raise it")

    code, said = call(roles, "preflight", "--base", "main", "--json")

    (told,) = [f for f in json.loads(said)["findings"] if f["outcome"] == "fail"]
    assert (code, told["file"]) == (1, "app/services/health/constants.py")
    assert f"from {VERSION} to 20260115090000, production has {VERSION}" in told["summary"]


@pytest.mark.parametrize(
    ("file", "version", "code"),
    [
        pytest.param("app/core/schema.py", "20260115090000", 4, id="raised-there"),
        pytest.param("app/core/schema.py", VERSION, 0, id="moved-as-it-is"),
        pytest.param("app/core/schema.py", "20250101000000", 0, id="in-production-already"),
        pytest.param("tests/test_schema.py", "20260115090000", 0, id="of-a-test"),
    ],
)
@pytest.mark.slow
def test_rule_one_looks_where_the_branch_sets_the_version_beside_the_file_that_is_compared(
    roles, monkeypatch, file, version, code
):
    monkeypatch.chdir(roles)
    (roles / file).parent.mkdir(parents=True, exist_ok=True)
    (roles / file).write_text(CONSTANTS.replace(VERSION, version), "utf-8")
    git(roles, "add", "-A")
    git(roles, "commit", "-qm", "move it")

    ended, said = call(roles, "preflight", "--base", "main", "--json")

    told = [f for f in json.loads(said)["findings"] if f["outcome"] == "inconclusive"]
    assert ended == code
    assert [(f["file"], f"{version} in {file}" in f["summary"]) for f in told] == (
        [(file, True)] if code else []
    )


@pytest.mark.slow
def test_rule_one_asks_about_a_version_that_cannot_be_read_where_it_moved_to(roles, monkeypatch):
    monkeypatch.chdir(roles)
    (roles / "app/core").mkdir(parents=True, exist_ok=True)
    moved = 'import os\nEXPECTED_SCHEMA_VERSION = os.getenv("X", "20260115090000")\n'
    (roles / "app/core/v.py").write_text(moved, "utf-8")
    git(roles, "add", "-A")
    git(roles, "commit", "-qm", "move it")

    code, said = call(roles, "preflight", "--base", "main", "--json")

    (told,) = [f for f in json.loads(said)["findings"] if f["outcome"] == "inconclusive"]
    assert (code, told["file"], told["line"]) == (4, "app/core/v.py", 2)
    assert "in a form that cannot be read" in told["summary"]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (["migrations/20260115_add_x.sql"], "migrations/20260115_add_x.sql; "),
        (["migrations/sprint-50/001_x.sql", "migrations/y.sql"], "/001_x.sql and 1 more; "),
        (["docs/x.sql"], ""),
    ],
)
@pytest.mark.slow
def test_a_file_that_is_compared_with_nothing_is_told(roles, monkeypatch, files, told):
    monkeypatch.chdir(roles)
    for file in files:
        (roles / file).parent.mkdir(parents=True, exist_ok=True)
        (roles / file).write_text("alter table clientes add column x int;", "utf-8")
    git(roles, "add", "-A")
    git(roles, "rm", "-q", "migrations/criar_indices_performance.sql")
    git(roles, "commit", "-qm", "more")

    code, said = call(roles, "preflight", "--base", "main", "--json")

    report = json.loads(said)
    assert (code, "no file was compared" in report["reason"]) == (0, True)
    warned = [f["summary"] for f in report["findings"] if f["outcome"] == "warn"]
    assert [told in line for line in warned] == ([True] if told else [])


@pytest.mark.slow
def test_rule_one_is_asked_of_no_other_environments_database(roles, database, monkeypatch):
    monkeypatch.chdir(roles)
    constants = roles / "app/services/health/constants.py"
    constants.write_text(CONSTANTS.replace(VERSION, "20260115090000"), "utf-8")
    git(roles, "commit", "-qam", "raise it")
    # There it is applied first, as everybody does.
    values = {"environment": "staging", "schema_version": "20260115090000"}
    run(
        database,
        [f"update app_settings set value = '{v}' where key = '{k}'" for k, v in values.items()],
    )

    code, said = call(roles, "preflight", "--base", "main", "--json")
    ledger, _ = call(roles, "ledger")
    named, _ = call(roles, "ledger", "--database-url", as_role(database, "deploy_verifier"))

    (told,) = [f for f in json.loads(said)["findings"] if f["outcome"] == "inconclusive"]
    assert "another database: its marker environment is staging" in told["summary"]
    assert (code, ledger, named) == (4, 4, 0)


@pytest.mark.slow
def test_a_fault_of_the_database_moves_nobody(roles, database):
    run(database, ["drop view campaign_metrics"])

    gate, _, world = judge(roles)

    assert (gate.verdict, gate.exit_code, world.mutations) == (FAILED, 3, [])
    assert "campaign_metrics" in gate.reason


@pytest.mark.slow
def test_the_first_audit_tells_of_the_old_pipeline_and_nothing_else(started):
    files = {
        path.relative_to(started).as_posix(): path.read_text("utf-8")
        for path in sorted((started / ".github/workflows").iterdir())
    }
    config = load_text((started / CONFIG).read_text("utf-8"), CONFIG)
    shop = runbook_repository("acme/julia")
    rules = [r for r in runbook_ruleset()["rules"] if r["type"] != "required_status_checks"]
    shop.rulesets = [runbook_ruleset(source="acme/julia", rules=rules)]
    shop.files, shop.check_names = files, ()
    shop.list_workflows(files)
    # What `init` lists to be set, and what their pipeline has had for long.
    stored = [*config.audit.secrets, "AUDIT_TOKEN", "SUPABASE_URL"]
    shop.stored = {"actions/secrets": stored}
    with running(LocalGitHub(shop)) as github:
        env = {
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_API_URL": github.url,
            "GITHUB_REPOSITORY": "acme/julia",
            "RAILWAY_TOKEN": None,
            "DATABASE_URL": None,
        }
        done = CliRunner(env=env).invoke(
            cli, ["audit", "--json", "--checkout", str(started)], standalone_mode=False
        )

    rows = json.loads(done.stdout)["drift"]
    assert {row["severity"] for row in rows} == {"warn"}
    of_files = {row["setting"] for row in rows if row["setting"] != "up-to-date"}
    assert {setting.split(": ")[1].split(":")[0] for setting in of_files} == {
        ".github/workflows/ci.yml"
    }
