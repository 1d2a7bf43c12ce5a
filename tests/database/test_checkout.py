"""What a commit ships, from a real Git repository."""

import subprocess

import pytest

from verifier.config.ledgers import LedgerSection
from verifier.database.checkout import Checkout, InFile, Project, choose_ledger, expected_in
from verifier.database.files import Commit, Folder
from verifier.database.ledgers import LEDGERS
from verifier.database.worktree import Worktree
from verifier.errors import UnexpectedAnswerError
from verifier.model.evidence import ShippedMigrations
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.migration_ledger import ExpectedVersion
from verifier.model.report import ReportedCommit
from verifier.wiring.ledger_projects import project_of

PATH = "supabase/migrations"
PATTERN = r'EXPECTED = "(\d+)"'


@pytest.fixture
def repository(tmp_path):
    """Two commits: the second adds a migration, and the working tree one more."""
    folder = tmp_path / "repository"
    migrations = folder / PATH
    migrations.mkdir(parents=True)

    def git(*arguments):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        done = subprocess.run(
            ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    git("init", "--quiet")
    shas = []
    for version in ("1", "2"):
        (migrations / f"{version}_ü {version}.sql").write_text("select 1")
        (folder / "constants.py").write_text(f'EXPECTED = "{version}"')
        git("add", "--all")
        git("commit", "--quiet", "--message", version)
        shas.append(git("rev-parse", "HEAD"))
    (migrations / "3_uncommitted.sql").write_text("select 1")
    return folder, shas


def checkout(folder, tool="supabase", expected=None, path=PATH):
    return Checkout(Worktree(folder), {"": Project(LEDGERS[tool], path, expected)})


def versions(shipped):
    return [migration.version for migration in shipped.migrations]


def test_each_commit_ships_its_own_and_never_what_lies_around(repository):
    folder, (first, second) = repository

    assert versions(checkout(folder).shipped(first)[""]) == ["1"]
    assert versions(checkout(folder).shipped(second)[""]) == ["1", "2"]
    assert versions(checkout(folder).shipped("")[""]) == ["1", "2"]


@pytest.mark.slow
def test_a_commit_in_between_has_as_many_digits_as_every_other_in_a_report(repository):
    folder, (first, second) = repository

    assert checkout(folder).commits_between(first, second) == (f"{second[:8]} 2",)


def test_the_expected_version_is_read_from_the_file_of_the_commit(repository):
    folder, (first, second) = repository
    reader = checkout(folder, expected=InFile("constants.py", PATTERN))

    assert (reader.expected_versions(first)[""], reader.expected_versions(second)[""]) == ("1", "2")


@pytest.mark.parametrize(
    ("sha", "path", "expected", "told"),
    [
        pytest.param("f" * 40, PATH, "constants.py", "not in this checkout", id="commit-not-here"),
        pytest.param(None, "nowhere", "nowhere.py", "nowhere", id="no-such-path"),
    ],
)
def test_what_is_not_there_is_unobserved(repository, sha, path, expected, told):
    folder, shas = repository
    reader = checkout(folder, path=path, expected=InFile(expected, PATTERN))

    for found in (reader.shipped(sha or shas[0])[""], reader.expected_versions(sha or shas[0])[""]):
        assert isinstance(found, Unobserved)
        assert told in found.reason


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        (PATTERN, "set ledger.expected.file to constants.py, which has it now"),
        ('NOWHERE_AT_ALL = "(.)"', "set ledger.expected.file to the file that has it now"),
    ],
)
def test_a_file_of_the_expected_version_that_was_renamed_is_found_by_what_it_has(
    repository, pattern, hint
):
    folder, shas = repository

    found = checkout(folder, expected=InFile("old.py", pattern)).expected_versions(shas[0])[""]

    assert (found.reason.startswith("old.py is not in commit"), found.hint) == (True, hint)


def test_a_commit_without_a_migration_of_the_tool_will_never_have_one(repository):
    folder, (first, _) = repository

    missing = checkout(folder, tool="alembic", path="").shipped(first)[""]

    assert (missing.reason, missing.is_final) == ("this checkout has no alembic migrations", True)


def test_a_folder_without_git_is_unobserved(tmp_path):
    found = checkout(tmp_path).shipped("f" * 40)[""]

    assert isinstance(found, Unobserved)
    assert "not a git checkout" in found.reason


def test_a_pattern_that_matches_nothing_is_unobserved(repository):
    folder, shas = repository

    found = checkout(folder, expected=InFile("constants.py", "NOPE (.)")).expected_versions(
        shas[0]
    )[""]

    assert isinstance(found, Unobserved)


@pytest.mark.parametrize(
    ("tool", "removed", "expected", "chosen"),
    [
        pytest.param("plain", (), None, "plain", id="named"),
        pytest.param("auto", (), "1", "supabase", id="by-the-files"),
        pytest.param("auto", ("supabase",), "1", "plain", id="only-a-version"),
        pytest.param("auto", ("supabase",), None, None, id="nothing-to-go-by"),
    ],
)
def test_the_ledger_that_is_chosen(repository, tool, removed, expected, chosen):
    folder, _ = repository
    for path in removed:
        subprocess.run(["git", "rm", "-rq", path], cwd=folder, check=True)
        commit = ["git", "-c", "user.name=t", "-c", "user.email=t@x", "commit", "-qm", "gone"]
        subprocess.run(commit, cwd=folder, check=True)

    found = choose_ledger(tool, Worktree(folder), expected)

    assert (None if isinstance(found, Unobserved) else found.tool) == chosen


@pytest.mark.parametrize(
    ("section", "shipped"),
    [
        pytest.param({"expected": "2"}, NotAsked, id="a-bare-version-that-is-expected"),
        pytest.param({"expected": "2", "path": "nowhere"}, NotAsked, id="without-any-file"),
        pytest.param({"expected": "2", "schema": "app"}, NotAsked, id="in-another-schema"),
        pytest.param({"path": PATH}, ShippedMigrations, id="a-bare-version-and-files"),
        pytest.param({"path": PATH, "files": "ignore"}, NotAsked, id="files-ignored"),
        pytest.param({"path": PATH, "table": "t", "expected": "2"}, ShippedMigrations, id="rows"),
        pytest.param({"path": "nowhere", "table": "t", "expected": "2"}, Unobserved, id="no-rows"),
    ],
)
def test_a_plain_ledger_lists_files_only_where_they_are_compared(repository, section, shipped):
    """As a gate gets there: from the configuration to its checkout."""
    folder, _ = repository
    worktree = Worktree(folder)
    project = project_of(LedgerSection(tool="plain", **section), worktree)

    assert isinstance(Checkout(worktree, {"": project}).shipped("")[""], shipped)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param('EXPECTED = "1"\nEXPECTED = "1"', "1", id="the-same-again"),
        pytest.param('# EXPECTED = "1"\nEXPECTED = "2"', None, id="an-old-one-in-a-comment"),
        pytest.param('EXPECTED = "2"\nif old:\n    EXPECTED = "1"', None, id="one-after-it"),
    ],
)
def test_several_expected_versions_are_told_with_their_lines(tmp_path, text, found):
    (tmp_path / "constants.py").write_text(text)
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@x"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], cwd=tmp_path, check=True)
    wanted = InFile("constants.py", PATTERN)

    of_gate = checkout(tmp_path, expected=wanted).expected_versions("")[""]
    of_branch = expected_in(Folder(tmp_path), wanted)

    if found:
        assert (of_gate, of_branch) == (found, ExpectedVersion(found, "constants.py", 1))
        return
    assert of_gate == of_branch
    assert isinstance(of_gate, Unobserved)
    assert of_gate.is_final
    assert of_gate.reason.startswith("constants.py names several expected versions: ")
    lines = {
        int(line.split('"')[1]): n for n, line in enumerate(text.split("\n"), 1) if '"' in line
    }
    for version, number in lines.items():
        assert f"{version} in line {number}" in of_gate.reason


#: As git takes it, whatever anybody makes of it.
@pytest.mark.parametrize(
    ("who", "date", "is_known"),
    [
        ("b", "1700000000 +9999", True),
        ("b", "1700000000 -2400", True),
        ("b\u2028" + "a" * 40 + "\x1fc", "1700000000 +0000", True),
        ("b", "253402300800 +0000", False),
        ("b", "99999999999999999999 +0000", False),
    ],
)
def test_the_date_of_a_commit_costs_no_report(repository, who, date, is_known):
    folder, (first, _) = repository

    def git(*arguments, given=""):
        done = subprocess.run(
            ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True, input=given
        )
        return done.stdout.strip()

    tree = git("rev-parse", f"{first}^{{tree}}")
    body = f"tree {tree}\nauthor {who} <a@b> {date}\ncommitter {who} <a@b> {date}\n\nit\u2028s\n"
    odd = git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", given=body)

    found = Worktree(folder).describe([odd, first])

    assert sorted(found) == sorted([odd, first])
    assert isinstance(found[odd], ReportedCommit) is is_known
    assert isinstance(found[first], ReportedCommit)


def test_a_file_of_a_commit_is_weighed_before_it_is_read(repository, monkeypatch):
    folder, (_, second) = repository
    monkeypatch.setattr("verifier.database.worktree.MOST_BYTES", 10)
    worktree = Worktree(folder)

    with pytest.raises(UnexpectedAnswerError, match="larger than 10 bytes"):
        Commit(worktree, second).read(["constants.py"])
    monkeypatch.setattr("verifier.database.worktree.MOST_BYTES", 20)
    assert Commit(worktree, second).read(["constants.py"])
    monkeypatch.setattr("verifier.database.worktree.MOST_TOGETHER", 20)
    with pytest.raises(UnexpectedAnswerError, match="hold more than 20 bytes"):
        Commit(Worktree(folder), second).read([f"{PATH}/1_ü 1.sql", "constants.py"])
