"""Git allows any bytes in a file's name; no name ends a command, or hides another file."""

import json
import os
import subprocess

import pytest

from tests.database.corpus import STATES
from tests.database.test_checkout import PATH, checkout
from verifier.database.checkout import shipped_by
from verifier.database.files import Commit, Folder
from verifier.database.ledgers import LEDGERS
from verifier.database.worktree import Worktree
from verifier.model.finding import Unobserved

ODD = (b"with\nbreak", b"tab\there", b"\xff\xfe", b"'quote\"", b"-rf", b"\xe2\x80\xae")
#: Of each tool the state with all files.
FULL = {state.tool: state for state in STATES if state.name == "current" and state.tool != "plain"}


def git(folder, *arguments):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    command = ["git", *identity, *arguments]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return done.stdout.decode().strip()


def committed(folder, files):
    git(folder, "init", "--quiet")
    for path, text in files.items():
        place = folder / os.fsdecode(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "all")
    return git(folder, "rev-parse", "HEAD")


@pytest.mark.parametrize("tool", sorted(FULL))
def test_an_odd_name_ends_no_tool_and_can_be_printed(tool, tmp_path):
    files = {path.encode(): text.encode() for path, text in FULL[tool].files.items()}
    of_migrations = [path for path in files if b"/" in path]
    for path in of_migrations:
        folder, _, name = path.rpartition(b"/")
        stem, dot, ending = name.partition(b".")
        for odd in ODD:
            files[folder + b"/" + stem + odd + dot + ending] = b""
    sha = committed(tmp_path, files)
    worktree = Worktree(tmp_path)

    by_git = shipped_by(LEDGERS[tool], Commit(worktree, sha), "")
    on_disk = shipped_by(LEDGERS[tool], Folder(tmp_path), "")

    assert by_git == on_disk
    for found in (by_git, on_disk):
        json.dumps(str(found)).encode("ascii")
        str(found).encode("utf-8")


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_the_contents_are_those_of_the_file(odd, tmp_path):
    name = b"2_" + odd + b".sql"
    sha = committed(tmp_path, {b"x/1_a.sql": b"one", b"x/" + name: b"two"})
    commit, folder = Commit(Worktree(tmp_path), sha), Folder(tmp_path)

    shown = "x/" + name.decode("utf-8", "backslashreplace")

    assert set(commit.paths) == set(folder.paths) == {"x/1_a.sql", shown}
    assert commit.read(commit.paths) == folder.read(folder.paths)
    assert commit.read([shown]) == {shown: b"two"}


@pytest.mark.parametrize("odd", [b"with\nbreak", b"\xff"], ids=repr)
def test_the_gate_reads_what_such_a_migration_takes_away(odd, tmp_path):
    older = committed(tmp_path, {b"app.py": b"select plan", f"{PATH}/1_a.sql".encode(): b""})
    sql = b"alter table users drop column plan"
    newer = committed(tmp_path, {PATH.encode() + b"/2_" + odd + b".sql": sql})

    found = checkout(tmp_path).breaking_changes(older, newer)

    assert not isinstance(found, Unobserved)
    assert [(change.migration, change.is_needed) for change in found] == [("2", True)]


def test_a_file_that_is_not_there_is_told(tmp_path):
    sha = committed(tmp_path, {b"a.sql": b"select 1"})

    found = Worktree(tmp_path).read(sha, "b.sql")

    assert isinstance(found, Unobserved)
    assert "b.sql is not in commit" in found.reason
