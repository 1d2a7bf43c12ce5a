"""What `verifier init` makes of a checkout like the first user's: names, workflows, constants."""

import re
import subprocess

import pytest
import yaml

from tests.first_user import DATA, REF, VERSION
from verifier.commands.init import init, write_files
from verifier.config.settings import load_settings
from verifier.decide.code_constants import find_constants, pattern_of
from verifier.github.secret_names import secret_names
from verifier.model.checkout_facts import VersionConstant
from verifier.model.deployment import Scope
from verifier.wiring.init import ProjectFolder

ACTION = f"acme/railway-deploy-verifier@{'a' * 40}"
CONSTANTS = f'''
"""What the deep health check needs."""
EXPECTED_SCHEMA_VERSION = "{VERSION}"
CRITICAL_TABLES = [
    "clientes",
    "app_settings",  # the markers, not "users"
]
CRITICAL_VIEWS: list[str] = ["campaign_sends", "campaign_metrics"]
'''
SERVICES = ("whats-agents", "julia-worker", "julia-scheduler", "Redis")


class Environment:
    """Three services of one image; a person forgot to change APP_ENV of one."""

    scope = Scope("p", "julia", "e", "production", {name: name for name in SERVICES})

    def variables(self, service):
        mode = {"julia-worker": "worker", "julia-scheduler": "scheduler"}.get(service, "api")
        env = "dev" if mode == "worker" else "production"
        found = {"RUN_MODE": mode, "APP_ENV": env, "SUPABASE_PROJECT_REF": REF}
        return {} if service == "Redis" else found

    def served(self):
        return {}

    def survey(self, url, paths):
        return ()


@pytest.fixture
def checkout(tmp_path):
    for name in (DATA / "migrations-paths.txt").read_text("utf-8").split():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", "utf-8")
    (tmp_path / ".github/workflows").mkdir(parents=True)
    pipeline = (DATA / "ci.yml").read_text("utf-8")
    (tmp_path / ".github/workflows/ci.yml").write_text(pipeline, "utf-8")
    (tmp_path / "app/services/health").mkdir(parents=True)
    (tmp_path / "app/services/health/constants.py").write_text(CONSTANTS, "utf-8")
    (tmp_path / "bootstrap/01-schema.sql").write_text("create table julia_status (id int);")
    return tmp_path


@pytest.fixture
def proposal(checkout):
    return init(Environment(), ProjectFolder(checkout), ACTION)[0]


def test_it_finds_what_the_code_expects(proposal, tmp_path):
    path = tmp_path / "proposed.yml"
    path.write_text(proposal.files[".github/verifier.yml"], "utf-8")

    environ = {
        "RAILWAY_TOKEN": "t",
        "DATABASE_URL": "postgresql://x/y",
        "RAILWAY_APP_URL": "https://julia.example.com",
    }
    config = load_settings(path, environ).config

    (ledger,) = config.ledgers.values()
    assert (ledger.tool, ledger.expected.file) == ("plain", "app/services/health/constants.py")
    assert config.relations.tables == ("clientes", "app_settings")
    assert config.relations.views == ("campaign_sends", "campaign_metrics")
    assert (config.guards.app_env, config.guards.supabase_project_ref) == ("production", REF)
    assert list(config.services) == list(SERVICES[:3])
    assert config.services["julia-scheduler"].replicas == 1
    # ci.yml never reports on a pull request that only touches documents.
    assert config.protection.checks == ()
    assert "\npause: {" in path.read_text("utf-8")


def test_its_gate_judges_what_the_pipeline_uploads(proposal):
    gate = yaml.safe_load(proposal.files[".github/workflows/railway-gate.yml"])

    assert gate[True]["workflow_run"]["workflows"] == ["CI/CD"]
    (job,) = gate["jobs"].values()
    # A fork may have a branch of any name, and its commit would be read beside the secrets.
    assert "workflow_run.event != 'pull_request'" in job["if"]
    assert "head_repository.full_name == github.repository" in job["if"]
    assert job["steps"][-1]["with"]["since"] == "${{ github.event.workflow_run.run_started_at }}"


def test_the_address_is_taken_as_the_secret_that_the_pipeline_has(proposal):
    workflows = [
        yaml.safe_load(proposal.files[f".github/workflows/railway-{n}.yml"])
        for n in ("gate", "check")
    ]

    given = [job["steps"][-1]["with"] for flow in workflows for job in flow["jobs"].values()]
    assert {each["app-url"] for each in given} == {
        "${{ secrets.RAILWAY_APP_URL || vars.RAILWAY_APP_URL }}"
    }
    # The audit asks for no secret where a variable may be in its place.
    assert {name for each in given for name in secret_names(each)} == {
        "RAILWAY_TOKEN",
        "DATABASE_URL",
    }


def test_it_writes_a_preflight_and_a_scheduled_check(proposal):
    names = {path.rpartition("/")[2] for path in proposal.files}

    assert names >= {"railway-preflight.yml", "railway-check.yml", "railway-drift.yml"}


@pytest.mark.parametrize(
    "told",
    [
        "APP_ENV differs between services: julia-worker disagree with the others",
        "no health path was found",
        "may never report on a pull request, and so cannot be required: Lint & Type Check",
        ".github/workflows/ci.yml uploads with railway up",
        "no workflow uploads julia-worker, julia-scheduler: a gate looks at what is live there",
    ],
)
def test_what_is_not_certain_stands_at_the_end(proposal, told):
    assert any(told in line for line in proposal.open_points)


def test_an_action_that_somebody_can_move_is_told(checkout):
    proposal, _ = init(Environment(), ProjectFolder(checkout), "acme/verifier@v1")

    assert "name the full hash of a commit" in proposal.open_points[0]


def test_without_an_action_there_is_no_workflow_and_that_is_told(checkout):
    proposal, _ = init(Environment(), ProjectFolder(checkout), "")

    assert list(proposal.files) == [".github/verifier.yml"]
    assert proposal.open_points[0].startswith("no workflow is written")


def test_a_second_run_proposes_what_the_first_one_did(checkout):
    folder = ProjectFolder(checkout)
    first, _ = init(Environment(), folder, ACTION)
    for path, text in first.files.items():
        folder.write(path, text)

    assert init(Environment(), folder, ACTION)[0] == first


def test_the_gate_follows_the_default_branch_of_the_clone(checkout):
    identity = ["-c", "user.name=t", "-c", "user.email=t@x"]
    for words in (
        ["init", "-q"],
        [*identity, "commit", "-q", "--allow-empty", "-m", "first"],
        ["update-ref", "refs/remotes/origin/trunk", "HEAD"],
        ["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"],
    ):
        subprocess.run(["git", *words], cwd=checkout, check=True, capture_output=True)
    pipeline = checkout / ".github" / "workflows" / "ci.yml"
    theirs = pipeline.read_text("utf-8")
    pipeline.write_text(theirs.replace("[main, develop]", "[trunk, develop]"), "utf-8")

    proposal, _ = init(Environment(), ProjectFolder(checkout), ACTION)

    assert "branches: ['trunk']" in proposal.files[".github/workflows/railway-gate.yml"]


def test_the_gate_of_an_upload_is_not_kept_from_a_run_that_failed(proposal):
    gate = yaml.safe_load(proposal.files[".github/workflows/railway-gate.yml"])

    assert "conclusion != 'skipped'" in gate["jobs"]["gate"]["if"]
    assert "success" not in gate["jobs"]["gate"]["if"]


def test_the_first_gates_show_what_they_would_roll_back(proposal):
    written = yaml.safe_load(proposal.files[".github/verifier.yml"])

    assert written["gate"] == {"rollback": "plan"}


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ('EXPECTED_SCHEMA_VERSION = "20251231"', "20251231"),
        ("export const EXPECTED_SCHEMA_VERSION: string = '7'", "7"),
        ("  REQUIRED_DB_SCHEMA_VERSION='2.1'", "2.1"),
        ('# EXPECTED_SCHEMA_VERSION = "1"', None),
        ("EXPECTED_SCHEMA_VERSION = os.environ['V']", None),
        ('SCHEMA_VERSION = "1"', None),
        ('if EXPECTED_SCHEMA_VERSION == "1": pass', None),
    ],
)
def test_a_constant_is_read_where_it_is_one(text, version):
    found = find_constants({"a.py": text}).version

    assert (found.version if found else None) == version


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ('["a",  # doctors (medicos)\n "b"]', ("a", "b")),
        ('[\n # core [must exist]\n "a",\n # "dropped",\n]', ("a",)),
        ('{"a": ["id", "telefone"], "b": ["id"]}', ("a", "b")),
        ('[("a", "id"), ("b", "status")]', ("a", "b")),
        ('frozenset({"a", "b"})', ("a", "b")),
        ('["a"] + ["b"]\nOTHER = ["c"]', ("a", "b")),
        ('["a#b", "a"]', ("a",)),
        ('["public.a"]', ("public.a",)),
        ('["a"', ()),
    ],
)
def test_a_list_of_tables_is_read_as_the_code_has_it(text, tables):
    docstring = '"""\nCRITICAL_TABLES = ["old"]\n"""\n'

    assert find_constants({"a.py": f"{docstring}CRITICAL_TABLES = {text}"}).tables == tables


def test_a_broken_file_of_a_test_ends_no_init(checkout):
    broken = checkout / "tests/fixtures/broken"
    broken.mkdir(parents=True)
    (broken / "pyproject.toml").write_text("[project\n", "utf-8")
    folder = ProjectFolder(checkout)

    doubts = folder.facts().doubts

    assert folder.tool() == ""
    assert any("tests/fixtures/broken/pyproject.toml cannot be read" in said for said in doubts)


def test_of_two_constants_none_is_chosen():
    text = 'EXPECTED_SCHEMA_VERSION = "1"'

    facts = find_constants({"a.py": text, "b.py": text})

    assert facts.version is None
    assert "EXPECTED_SCHEMA_VERSION in a.py, EXPECTED_SCHEMA_VERSION in b.py" in facts.doubts[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('SCHEMA_VERSION = "20251231211500"', "SCHEMA_VERSION in a.py may be"),
        ("export const LATEST_MIGRATION = '202512312115'", "LATEST_MIGRATION in a.py may be"),
        ('SCHEMA_VERSION = "1"', ""),
        ('RELEASED = "20251231211500"', ""),
    ],
)
def test_a_constant_of_another_name_is_told_and_not_chosen(text, told):
    facts = find_constants({"a.py": text})

    assert facts.version is None
    assert told in " ".join(facts.doubts)
    assert bool(facts.doubts) is bool(told)


def test_the_kill_switch_is_found_in_sql():
    sql = "CREATE TABLE IF NOT EXISTS public.julia_status (id uuid)"

    assert find_constants({"a.sql": sql}).has_kill_switch
    dumped = 'CREATE TABLE IF NOT EXISTS "public"."julia_status" (\n    "id" uuid'
    assert find_constants({"a.sql": dumped}).has_kill_switch
    assert find_constants({"a.sql": 'create table "julia_status"("id" uuid)'}).has_kill_switch
    assert not find_constants(
        {"a.py": sql, "b.sql": 'create table julia_status_log (); create table "julia_status_2" ()'}
    ).has_kill_switch


def test_the_kill_switch_is_found_in_the_dump_of_a_large_database(checkout):
    table = 'CREATE TABLE "public"."julia_status" ("id" uuid);\n'
    dump = "-- a comment of some other table\n" * 20_000
    (checkout / "bootstrap/01-schema.sql").write_text(dump + table, "utf-8")

    proposal, _ = init(Environment(), ProjectFolder(checkout), ACTION)

    assert "\npause: {" in proposal.files[".github/verifier.yml"]


def test_the_pattern_that_is_written_finds_the_value():
    pattern = pattern_of(VersionConstant("a.py", "EXPECTED_SCHEMA_VERSION", VERSION))

    assert re.search(pattern, CONSTANTS)[1] == VERSION


def test_the_change_of_their_pipeline_is_written_beside_it_and_can_be_applied(checkout, proposal):
    folder = ProjectFolder(checkout)
    before = folder.script(".github/workflows/ci.yml")

    list(write_files(proposal, folder, lambda kept: False))
    subprocess.run(["git", "init", "-q"], cwd=checkout, check=True)
    untouched = folder.script(".github/workflows/ci.yml")
    subprocess.run(["git", "apply", ".github/move-to-gate.diff"], cwd=checkout, check=True)

    after = folder.script(".github/workflows/ci.yml")
    assert untouched == before
    assert "sleep 120" not in after
    assert ACTION in after
    again, _ = init(Environment(), folder, ACTION)
    assert ".github/workflows/railway-gate.yml" not in again.files
    assert again.moves.diff == ""
