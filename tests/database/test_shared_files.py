"""Migrations that are links to a file that another project has as well, in a real repository."""

import subprocess

import pytest

from verifier.database.files import Commit
from verifier.database.worktree import Worktree

PATH = "supabase/migrations"
LINK = f"{PATH}/3_shared.sql"
FILE, LINKED = "100644", "120000"


@pytest.fixture
def git(tmp_path):
    def git(*arguments, given=""):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        done = subprocess.run(
            ["git", *identity, *arguments],
            cwd=tmp_path,
            check=True,
            capture_output=True,
            text=True,
            input=given,
        )
        return done.stdout.strip()

    git("init", "--quiet")
    return git


def committed(git, entries):
    for mode, path, text in entries:
        blob = git("hash-object", "-w", "--stdin", given=text)
        git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}")
    git("commit", "--quiet", "--message", "all")
    return git("rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("path", "target", "is_read"),
    [
        (LINK, "../../shared/three.sql", True),
        (LINK, "../../again", True),
        (LINK, "../../folder/three.sql", True),
        (LINK, "../../shared/./../shared//three.sql", True),
        (LINK, "../../nowhere.sql", False),
        (LINK, "../../shared", False),
        (LINK, "3_shared.sql", False),
        (LINK, "../../../repository/shared/three.sql", False),
        (LINK, "/etc/hostname", False),
        (LINK, "x/" * 2100 + "../" * 2102 + "shared/three.sql", False),
        (f"{PATH}/latest.sql", "../../shared/three.sql", False),
        ("alone/3_shared.sql", "../shared/three.sql", False),
        (f"{PATH}/3.toml", "../../shared/three.sql", False),
    ],
)
def test_a_migration_that_is_a_link_is_one_of_the_commit(tmp_path, git, path, target, is_read):
    sha = committed(
        git,
        [
            (FILE, f"{PATH}/1.sql", "select 1"),
            (FILE, "shared/three.sql", "select 3"),
            (LINKED, "again", "folder/three.sql"),
            (LINKED, "folder", "shared"),
            (LINKED, path, target),
        ],
    )
    commit = Commit(Worktree(tmp_path), sha)

    assert set(commit.paths) == {f"{PATH}/1.sql", "shared/three.sql", *([path] if is_read else [])}
    if is_read:
        assert commit.read([path]) == {path: b"select 3"}


def test_links_that_a_partial_clone_lacks_keep_nothing_else_from_being_read(tmp_path, git):
    sha = committed(
        git,
        [
            (FILE, f"{PATH}/1.sql", "select 1"),
            (LINKED, LINK, "1.sql"),
            (LINKED, f"{PATH}/4.sql", "gone"),
            (LINKED, "elsewhere", "lost"),
        ],
    )
    lost = git("rev-parse", ":elsewhere")
    (tmp_path / ".git/objects" / lost[:2] / lost[2:]).unlink()

    assert Commit(Worktree(tmp_path), sha).paths == (f"{PATH}/1.sql", LINK)
