"""What a commit ships, from a real Git repository."""

import subprocess

import pytest

from verifier.database.checkout import Checkout, InFile, Project, choose_ledger
from verifier.database.ledgers import LEDGERS
from verifier.database.worktree import Worktree
from verifier.model.finding import NotAsked, Unobserved

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


def test_a_plain_ledger_ships_no_list(repository):
    assert isinstance(checkout(repository[0], tool="plain").shipped("")[""], NotAsked)
