"""The configuration of the README, as it stands, on the example repository and a real database."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tests import first_user
from tests.builders import LIMITS, POLICY
from tests.commands import test_recorded_states as recorded
from tests.commands.script import FakeClock, SharedMemory, Silence
from tests.database.test_ledgers import write
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.config.gate_terms import expectations_of
from verifier.config.settings import load_text
from verifier.database.checkout import Checkout
from verifier.database.session import Database
from verifier.database.worktree import Worktree
from verifier.model.verdict import VerdictWord
from verifier.wiring.database_questions import questions_of
from verifier.wiring.ledger_projects import project_of

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "julia"
README = (ROOT / "README.md").read_text("utf-8")
(CONFIGURATION,) = re.findall(r"```yaml\n(version: 1\n.*?)```", README, re.DOTALL)
LEDGER = "create schema supabase_migrations; create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text)"
FILES = sorted((EXAMPLE / "supabase" / "migrations").glob("*.sql"))


@pytest.fixture
def repository(tmp_path):
    """The example with the README's configuration in the place of its own."""
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    write(tmp_path, {".github/verifier.yml": CONFIGURATION})
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "it"]):
        identity = ["-c", "user.name=t", "-c", "user.email=t@x"]
        subprocess.run(["git", *identity, *words], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path


@pytest.fixture
def migrate(database):
    def migrate(count):
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(LEDGER)
            for file in FILES[:count]:
                connection.execute(file.read_text("utf-8"))
                version, _, name = file.stem.partition("_")
                connection.execute(
                    "insert into supabase_migrations.schema_migrations (version, name)"
                    " values (%s, %s)",
                    (version, name),
                )
            connection.execute("create table app_settings (key text primary key, value text)")
            markers = {"environment": "production", "supabase_project_ref": first_user.REF}
            for pair in markers.items():
                connection.execute("insert into app_settings values (%s, %s)", pair)
        return database

    return migrate


class ExampleWorld(recorded.RecordedWorld):
    """The recorded application, in the project of the README, built from the example."""

    checkout: Checkout

    def observe(self, judged, before, subject, within_s):
        seen = super().observe(judged, before, subject, within_s)
        shipped = self.checkout.shipped("")
        return replace(seen, evidence=replace(seen.evidence, shipped=shipped))

    def _probes(self, judged):
        return tuple(p for p in super()._probes(judged) if not p.extra)


def gate(folder, url):
    config = load_text((folder / ".github/verifier.yml").read_text("utf-8"), "verifier.yml")
    worktree = Worktree(folder)
    projects = {name: project_of(section, worktree) for name, section in config.ledgers.items()}
    clock = FakeClock()
    building = replace(recorded.NEW, status=recorded.Status.BUILDING, instances=())
    world = ExampleWorld(
        clock,
        deployments={"api": [building, recorded.GOOD_BEFORE]},
        active={"api": (recorded.BEFORE_ID,)},
        at={recorded.ARRIVES_S: recorded.arrives},
    )
    world.checkout = Checkout(worktree, projects)
    world.database = Database(url, questions_of(config, projects)).read()
    wanted = recorded.Wanted(commit_sha=recorded.COMMIT)
    # The recorded application names the project that it was recorded in.
    expected = replace(expectations_of(config), project_ref="")
    task = Task(wanted, LIMITS, POLICY, expected, "julia / production", "gate")
    run = Gate(world, SharedMemory(before=()), task, clock, Journal(clock, Silence()))
    run.run()
    return run.report()


@pytest.mark.slow
def test_it_names_the_services_of_the_example():
    own = load_text((EXAMPLE / ".github/verifier.yml").read_text("utf-8"), "verifier.yml")
    theirs = load_text(CONFIGURATION, "verifier.yml")

    assert list(theirs.services) == list(own.services)
    assert theirs.guards == own.guards
    assert [s.tool for s in theirs.ledgers.values()] == [s.tool for s in own.ledgers.values()]


@pytest.mark.parametrize(
    ("left_out", "word"),
    [(0, VerdictWord.PASSED), (1, VerdictWord.FAILED)],
    ids=["level", "behind"],
)
@pytest.mark.slow
def test_a_gate_with_it_ends(repository, migrate, left_out, word):
    report = gate(repository, migrate(len(FILES) - left_out))

    assert report.verdict is word, report.reason
    named = {f.check for f in report.findings if str(f.outcome) in ("pass", "fail")}
    assert named >= {
        "migrations.pending",
        "guards.app_env",
        "health.deep",
        "component.schema_version",
    }
