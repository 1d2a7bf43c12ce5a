"""`verifier preflight` in a real repository, against a real database."""

import json
import subprocess

import psycopg
import pytest
from click.testing import CliRunner

from tests.database.corpus import BY_NAME
from tests.database.test_ledgers import write
from tests.first_user import POLICY, as_role, build_database
from verifier.cli import cli
from verifier.commands import pull_workflows

SUPABASE = BY_NAME["supabase"]
CONFIG = "version: 1\nservices: { api: {} }\nledger: { tool: supabase }\n"
DROP = "\n\nalter table users drop column email;\n"


@pytest.fixture
def repository(tmp_path):
    """`main` has two migrations; the branch that is checked out adds a third, and code."""
    folder = write(tmp_path, {".github/verifier.yml": CONFIG, **SUPABASE.files(2)})

    def git(*arguments):
        identity = ["-c", "user.name=t", "-c", "user.email=t@x"]
        subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "main")
    git("checkout", "-qb", "branch")
    third = next(iter(set(SUPABASE.files(3)) - set(SUPABASE.files(2))))
    write(folder, {third: DROP, "app.py": "x = 1"})
    git("add", "-A")
    git("commit", "-qm", "branch")
    return folder, third


@pytest.fixture
def apply(database):
    def apply(n):
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("drop schema if exists supabase_migrations cascade")
            for statement in (SUPABASE.table, *SUPABASE.rows(n)):
                connection.execute(statement)
        return database

    return apply


def call(folder, *arguments, **environ):
    kept = dict.fromkeys(
        [
            "GITHUB_WORKSPACE",
            "VERIFIER_CONFIG",
            "GITHUB_BASE_REF",
            "GITHUB_ACTIONS",
            "GITHUB_EVENT_PATH",
        ]
    )
    return CliRunner(env={**kept, "DATABASE_URL": None, **environ}).invoke(
        cli, ["preflight", "--checkout", str(folder), *arguments], standalone_mode=False
    )


def test_it_blocks_until_the_migration_is_applied(repository, apply):
    folder, third = repository

    before = call(folder, "--json", DATABASE_URL=apply(2))
    after = call(folder, DATABASE_URL=apply(3))

    report = json.loads(before.stdout)
    pending = [f for f in report["findings"] if f["check"] == "migrations.pending"]
    assert (before.return_value, after.return_value) == (1, 0)
    assert [(f["file"], f["outcome"]) for f in pending] == [(third, "fail")]
    assert report["ledger"]["pending"] == ["20260103090000"]


def test_it_says_what_cannot_be_rolled_back_over(repository, apply):
    folder, third = repository
    read_what_is_dropped(folder)

    done = call(folder, "--json", DATABASE_URL=apply(3))

    findings = json.loads(done.stdout)["findings"]
    found = [f for f in findings if f["check"] == "preflight.rollback"]
    remarks = [f for f in findings if f["check"] in ("preflight.rollback", "preflight.lint")]
    assert remarks == sorted(remarks, key=lambda f: (f.get("file", ""), f.get("line", 0)))
    assert [(f["file"], f["line"], f["outcome"]) for f in found] == [(third, 3, "warn")]
    assert "the code of main uses it: this cannot be rolled back over" in found[0]["summary"]


@pytest.mark.slow
def test_what_the_live_code_uses_is_not_advised_to_be_taken_away(repository, apply):
    folder, _ = repository
    read_what_is_dropped(folder)

    done = call(folder, DATABASE_URL=apply(2))

    assert done.stdout.strip().startswith("Failed: do not merge or apply: a migration takes away")
    assert "1. Do not apply it yet, as the code that serves now uses" in done.stdout
    assert "Apply what is pending" not in done.stdout


def test_what_is_pending_is_linted_on_its_lines(repository, apply):
    folder, third = repository

    done = call(folder, DATABASE_URL=apply(2), GITHUB_ACTIONS="true")

    assert f"::warning file={third},line=3,title=preflight.lint::ban-drop-column" in done.stdout
    assert f"::error file={third},line=1,title=migrations.pending::" in done.stdout


@pytest.mark.parametrize(
    ("environ", "arguments", "code"),
    [
        pytest.param({"DATABASE_URL": "postgresql://u:hunter22@127.0.0.1:1/x"}, [], 4, id="down"),
        pytest.param({}, ["--base", "nowhere"], 1, id="base-not-there"),
    ],
)
def test_what_cannot_be_read_is_told(repository, apply, environ, arguments, code):
    given = {"DATABASE_URL": apply(2), **environ}
    done = call(repository[0], *arguments, **given)

    assert done.return_value == code
    assert "hunter22" not in done.output


JOBS = "on: pull_request\njobs:\n  t: {{ name: {name}, runs-on: x, steps: [{{ run: x }}] }}\n"


def test_a_required_job_that_is_renamed_is_told(repository, apply):
    folder, _ = repository
    identity = ["-c", "user.name=t", "-c", "user.email=t@x"]

    def commit(branch, name):
        write(folder, {".github/workflows/ci.yml": JOBS.format(name=name)})
        for command in (["checkout", "-qB", branch], ["add", "-A"], ["commit", "-qm", name]):
            subprocess.run(["git", *identity, *command], cwd=folder, check=True)

    commit("main", "Run Tests")
    commit("branch", "Tests")

    done = call(folder, "--json", DATABASE_URL=apply(3))

    (told,) = [
        f for f in json.loads(done.stdout)["findings"] if f["check"] == "preflight.required_job"
    ]
    assert (done.return_value, told["outcome"]) == (1, "fail")
    assert "Run Tests is no longer reported" in told["summary"]


@pytest.mark.parametrize(
    ("default", "outcomes"),
    [
        pytest.param("main", ["fail"], id="into-the-default-branch"),
        pytest.param("trunk", [], id="into-another-branch"),
    ],
)
def test_a_job_on_pull_request_target_counts_in_the_default_branch_alone(
    repository, apply, tmp_path, default, outcomes
):
    folder, _ = repository
    identity = ["-c", "user.name=t", "-c", "user.email=t@x"]
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"repository": {"default_branch": default}}), "utf-8")
    target = JOBS.format(name="Run Tests").replace("pull_request", "pull_request_target")
    for branch, text in (("main", target), ("branch", target.replace("Run Tests", "Tests"))):
        write(folder, {".github/workflows/ci.yml": text})
        for command in (["checkout", "-qB", branch], ["add", "-A"], ["commit", "-qm", branch]):
            subprocess.run(["git", *identity, *command], cwd=folder, check=True)

    done = call(folder, "--json", DATABASE_URL=apply(3), GITHUB_EVENT_PATH=str(event))

    assert [outcome for outcome, _ in told(done, "preflight.required_job")] == outcomes


def test_a_workflow_at_which_the_comparison_fails_hides_no_migration(
    repository, apply, monkeypatch
):
    def too_deep(*_):
        raise RecursionError

    monkeypatch.setattr(pull_workflows, "check_required_jobs", too_deep)

    done = call(repository[0], "--json", DATABASE_URL=apply(2))

    found = {f["check"]: f["outcome"] for f in json.loads(done.stdout)["findings"]}
    assert found["preflight.required_job"] == "inconclusive"
    assert found["migrations.pending"] == "fail"
    assert done.return_value == 1


@pytest.mark.parametrize(
    ("in_job", "told", "hint"),
    [
        pytest.param("true", "a pull request from a fork has no secrets", "", id="in-a-job"),
        pytest.param("", "found no DATABASE_URL", "set DATABASE_URL", id="on-a-laptop"),
    ],
)
def test_where_no_database_is_given_it_is_told_why(repository, in_job, told, hint):
    error = call(repository[0], GITHUB_ACTIONS=in_job).exception

    assert (error.exit_code, told in error.message) == (2, True)
    assert ("fork" in error.message, error.hint.startswith(hint)) == (bool(in_job), True)


BARE = (
    "version: 1\nservices: { api: {} }\n"
    "ledger: { tool: TOOL, expected: { file: app/constants.py, "
    "pattern: 'EXPECTED_SCHEMA_VERSION = \"(\\d+)\"' } }\n"
)


def constants(version):
    return {"app/constants.py": f'# what is needed\nEXPECTED_SCHEMA_VERSION = "{version}"\n'}


@pytest.fixture
def versioned(tmp_path):
    """Make a repository whose branch expects another version than its base, without a tool."""

    def make(base, branch, tool="plain"):
        files = {".github/verifier.yml": BARE.replace("TOOL", tool)}
        files["migrations/sprint-41/001_x.sql"] = "select 1"
        for name, version in (("main", base), ("branch", branch)):
            write(tmp_path, {**files, **constants(version), "note": name})
            for command in (
                ["init", "-q", "-b", "main"],
                ["checkout", "-qB", name],
                ["add", "-A"],
                ["-c", "user.name=t", "-c", "user.email=t@x", "commit", "-qm", name],
            ):
                subprocess.run(["git", *command], cwd=tmp_path, check=True, capture_output=True)
        return tmp_path

    return make


@pytest.fixture
def at_version(database):
    def at_version(version):
        build_database(database, POLICY)
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(
                "update app_settings set value = %s where key = 'schema_version'", [version]
            )
        return as_role(database, "deploy_verifier")

    return at_version


@pytest.mark.parametrize(
    ("base", "branch", "found", "code", "outcomes"),
    [
        pytest.param("100", "100", "100", 0, ["pass"], id="level"),
        pytest.param("100", "200", "100", 1, ["fail"], id="raised-and-not-applied"),
        pytest.param("100", "200", "200", 0, ["pass"], id="raised-and-applied"),
        pytest.param("100", "100", "200", 0, ["pass"], id="production-is-ahead"),
        pytest.param("100", "100", "99", 1, ["fail"], id="behind-already"),
        pytest.param("200", "100", "200", 0, ["pass", "warn"], id="lowered"),
        pytest.param("99", "100", "99", 1, ["fail"], id="by-number-not-by-text"),
    ],
)
@pytest.mark.slow
def test_a_branch_that_raises_the_expected_version_waits_for_production(
    versioned, at_version, base, branch, found, code, outcomes
):
    done = call(versioned(base, branch), "--json", DATABASE_URL=at_version(found))

    told = [
        f
        for f in json.loads(done.stdout)["findings"]
        if f["check"] in ("migrations.expected_version", "migrations.pending")
    ]
    assert (done.return_value, [f["outcome"] for f in told]) == (code, outcomes)
    if base != branch:
        assert f"from {base} to {branch}, production has {found}" in told[0]["summary"]
    if code:
        assert (told[0]["file"], told[0]["line"]) == ("app/constants.py", 2)
        assert f"set schema_version of public.app_settings there to {branch}" in told[0]["hint"]


SECOND, THIRD = "20260102090000", "20260103090000"


@pytest.mark.parametrize(("applied", "code"), [(2, 1), (3, 0)])
def test_the_version_of_a_tools_ledger_alone_is_compared(versioned, apply, applied, code):
    folder = versioned(SECOND, THIRD, tool="supabase, files: ignore")

    done = call(folder, "--json", DATABASE_URL=apply(applied))

    (told,) = [
        f for f in json.loads(done.stdout)["findings"] if f["check"].startswith("migrations")
    ]
    assert (done.return_value, told["check"]) == (code, "migrations.expected_version")
    assert (
        f"from {SECOND} to {THIRD}, production has {(SECOND, THIRD)[applied - 2]}"
        in told["summary"]
    )
    assert not code or f"brings supabase_migrations.schema_migrations to {THIRD}" in told["hint"]


@pytest.mark.parametrize(
    ("version", "code", "outcomes"),
    [
        pytest.param(THIRD, 0, ["pass"], id="level"),
        pytest.param("20260104090000", 1, ["fail"], id="the-code-expects-more-than-its-files"),
        pytest.param("", 4, ["inconclusive"], id="the-file-does-not-say"),
    ],
)
def test_files_and_the_expected_version_are_both_compared(
    repository, apply, version, code, outcomes
):
    folder, _ = repository
    write(folder, {".github/verifier.yml": BARE.replace("TOOL", "supabase"), **constants(version)})
    commands = (["checkout", "-qB", "main"], ["add", "-A"], ["commit", "-qm", "expected"])
    for command in (*commands, ["checkout", "-qB", "branch"]):
        subprocess.run(["git", *IDENTITY, *command], cwd=folder, check=True, capture_output=True)

    done = call(folder, "--json", DATABASE_URL=apply(3))

    found = [f for f in json.loads(done.stdout)["findings"] if f["check"].startswith("migrations")]
    told = {
        check: [f["outcome"] for f in found if f["check"] == check]
        for check in ("migrations.expected_version", "migrations.pending")
    }
    assert told == {"migrations.expected_version": outcomes, "migrations.pending": ["pass"]}
    assert done.return_value == code


def test_auto_and_the_ledger_command_say_the_same(versioned, at_version):
    folder = versioned("100", "200", tool="auto")
    environ = {"DATABASE_URL": at_version("100"), "GITHUB_WORKSPACE": None}

    done = CliRunner(env=environ).invoke(
        cli, ["ledger", "--checkout", str(folder)], standalone_mode=False
    )

    assert (done.return_value, call(folder, **environ).return_value) == (1, 1)
    assert "the code expects the schema version 200, production has 100" in done.output


def test_a_version_that_may_be_hidden_is_not_missing(versioned, database):
    build_database(database)

    done = call(
        versioned("100", "200"), "--json", DATABASE_URL=as_role(database, "deploy_verifier")
    )

    (told,) = [f for f in json.loads(done.stdout)["findings"] if f["outcome"] == "inconclusive"]
    assert done.return_value == 4
    assert "create policy" in told["hint"]


IDENTITY = ["-c", "user.name=t", "-c", "user.email=t@x"]


def commit(folder, branch, files, removed=()):
    """Commit files to a branch, and check it out."""
    commands = [["checkout", "-q", branch]]
    commands += [["rm", "-q", path] for path in removed]
    for command in commands:
        subprocess.run(["git", *IDENTITY, *command], cwd=folder, check=True, capture_output=True)
    write(folder, files)
    for command in (["add", "-A"], ["commit", "-qm", "more"]):
        subprocess.run(["git", *IDENTITY, *command], cwd=folder, check=True, capture_output=True)


def read_what_is_dropped(folder):
    """Commit code to `main` that reads the column which the branch drops."""
    commit(folder, "main", {"users.py": "select = 'select email from users'"})
    command = ["git", "checkout", "-q", "branch"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def told(done, check):
    findings = json.loads(done.stdout)["findings"]
    return [(f["outcome"], f["summary"]) for f in findings if f["check"] == check]


GREEDY = CONFIG.replace(
    "tool: supabase", "tool: plain, schema: auth, table: users, column: encrypted_password"
)
MILDER = CONFIG.replace("tool: supabase", "tool: supabase, policy: { pending: ignore }")


@pytest.mark.parametrize(
    ("of_branch", "code", "outcomes"),
    [
        pytest.param(CONFIG, 1, [], id="the-same"),
        pytest.param(MILDER, 1, ["warn"], id="a-milder-policy-is-no-policy-yet"),
        pytest.param(GREEDY, 1, ["warn"], id="questions-of-its-own-are-not-asked"),
        pytest.param("version: 1\nnonsense: 1\n", 1, ["fail"], id="with-mistakes"),
    ],
)
def test_the_policy_is_that_of_the_base(repository, apply, of_branch, code, outcomes):
    folder, _ = repository
    commit(folder, "branch", {".github/verifier.yml": of_branch, "more.py": ""})

    done = call(folder, "--json", DATABASE_URL=apply(2))

    assert done.return_value == code
    assert [outcome for outcome, _ in told(done, "preflight.policy")] == outcomes
    assert "fail" in [outcome for outcome, _ in told(done, "migrations.pending")]


def test_a_link_of_the_branch_in_the_place_of_a_folder_leads_to_no_other_policy(repository, apply):
    folder, _ = repository
    commit(folder, "branch", {"lax/verifier.yml": MILDER}, removed=[".github/verifier.yml"])
    (folder / ".github").symlink_to("lax")
    commit(folder, "branch", {"more.py": ""})

    done = call(folder, "--json", DATABASE_URL=apply(2))

    assert done.return_value == 1
    assert "fail" in [outcome for outcome, _ in told(done, "migrations.pending")]
    ((outcome, summary),) = told(done, "preflight.policy")
    assert (outcome, "this branch changes" in summary) == ("warn", True)


def test_a_migration_that_is_a_link_to_a_shared_file_is_pending_too(repository, apply):
    folder, third = repository
    commit(folder, "branch", {"shared/three.sql": DROP}, removed=[third])
    (folder / third).symlink_to("../../shared/three.sql")
    commit(folder, "branch", {"more.py": ""})

    done = call(folder, "--json", DATABASE_URL=apply(2))

    assert done.return_value == 1
    assert "fail" in [outcome for outcome, _ in told(done, "migrations.pending")]


def test_a_base_without_a_configuration_leaves_the_branchs_own_which_is_told(repository, apply):
    folder, _ = repository
    commit(folder, "main", {"x": ""}, removed=[".github/verifier.yml"])
    commit(folder, "branch", {"y": ""})

    done = call(folder, "--json", DATABASE_URL=apply(3))

    ((outcome, summary),) = told(done, "preflight.policy")
    assert (done.return_value, outcome) == (0, "warn")
    assert "judged by its own configuration: main has no .github/verifier.yml" in summary


@pytest.mark.parametrize(
    ("links", "told_as"),
    [
        ({".github/verifier.yml": "../deploy/verifier.yml"}, "this branch changes"),
        (
            {".github/verifier.yml": "own.yml", ".github/own.yml": "../deploy/verifier.yml"},
            "this branch changes",
        ),
        (
            {".github/verifier.yml": "../../verifier.yml"},
            "own configuration: .github/verifier.yml of main is a link that leads to no file of it",
        ),
        (
            {".github/verifier.yml": "verifier.yml"},
            "own configuration: .github/verifier.yml of main is a link that leads to no file of it",
        ),
    ],
)
def test_a_configuration_that_is_a_link_of_the_base_is_followed(repository, apply, links, told_as):
    folder, _ = repository
    commit(folder, "main", {"deploy/verifier.yml": CONFIG}, removed=[".github/verifier.yml"])
    for at, target in links.items():
        (folder / at).parent.mkdir(exist_ok=True)
        (folder / at).symlink_to(target)
    commit(folder, "main", {"x": ""})
    commit(folder, "branch", {".github/verifier.yml": MILDER})

    done = call(folder, "--json", DATABASE_URL=apply(2))

    ((outcome, summary),) = told(done, "preflight.policy")
    assert (outcome, told_as in summary) == ("warn", True)


def test_what_only_the_base_knows_is_not_unknown(repository, apply):
    folder, third = repository
    commit(folder, "main", {third: "\n"})
    commit(folder, "branch", {"y": ""}, removed=[third])

    done = call(folder, "--json", DATABASE_URL=apply(3))

    assert (done.return_value, told(done, "preflight.base")) == (0, [])


def test_an_applied_migration_that_the_branch_edits_is_told(repository, apply):
    folder, _ = repository
    path = sorted(SUPABASE.files(2))[0]
    commit(folder, "branch", {path: f"{SUPABASE.files(2)[path]}\n-- more\n"})

    done = call(folder, "--json", DATABASE_URL=apply(3))

    assert [outcome for outcome, _ in told(done, "migrations.modified")] == ["warn"]


ALEMBIC = BY_NAME["alembic"]


def test_a_head_that_only_the_base_has_leaves_nothing_undefined(tmp_path, database):
    config = "version: 1\nservices: { api: {} }\nledger: { tool: alembic }\n"
    folder = write(tmp_path, {".github/verifier.yml": config, **ALEMBIC.files(2)})
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run(["git", *IDENTITY, *command], cwd=folder, check=True, capture_output=True)
    subprocess.run(["git", "branch", "branch"], cwd=folder, check=True)
    commit(folder, "main", ALEMBIC.files(3))
    commit(folder, "branch", {"app.py": ""})
    with psycopg.connect(database, autocommit=True) as connection:
        for statement in (ALEMBIC.table, *ALEMBIC.rows(3)):
            connection.execute(statement)

    done = call(folder, "--json", DATABASE_URL=database)

    assert (done.return_value, told(done, "migrations.pending")[0][0]) == (0, "pass")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("APPLY_ME.sql", True, id="no-version"),
        pytest.param("seed_2026.sql", True, id="a-number-elsewhere"),
        pytest.param("notes.md", False, id="no-sql"),
    ],
)
def test_a_file_that_the_tool_takes_for_no_migration_is_told_once(repository, apply, name, told):
    folder, _ = repository
    write(folder, {f"supabase/migrations/{name}": "select 1;"})
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@x", "-C", str(folder)]
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "more"], check=True)

    report = json.loads(call(folder, "--json", DATABASE_URL=apply(3)).stdout)

    found = [f for f in report["findings"] if f["check"] == "migrations.stray"]
    assert [f["file"] for f in found] == [f"supabase/migrations/{name}"] * told
    assert report["verdict"] == "passed"
