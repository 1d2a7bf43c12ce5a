"""Migrations that are links to a file that another project has as well, in a real repository."""

import subprocess

import pytest

from verifier.database.files import Commit
from verifier.database.worktree import Worktree

PATH = "supabase/migrations"
LINK = f"{PATH}/3_shared.sql"
FILE, LINKED = "100644", "120000"
#: What a link leads to; and one that leads to nothing that the commit has.
THREE, ITSELF = b"select 3", object()


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
    ("path", "target", "content"),
    [
        (LINK, "../../shared/three.sql", THREE),
        (LINK, "../../again", THREE),
        (LINK, "../../folder/three.sql", THREE),
        (LINK, "../../shared/./../shared//three.sql", THREE),
        (LINK, "../../nowhere.sql", ITSELF),
        (LINK, "../../shared", ITSELF),
        (LINK, "3_shared.sql", ITSELF),
        (LINK, "../../../repository/shared/three.sql", ITSELF),
        (LINK, "/etc/hostname", ITSELF),
        (LINK, "x/" * 2100 + "../" * 2102 + "shared/three.sql", ITSELF),
        (f"{PATH}/latest.sql", "../../shared/three.sql", None),
        ("alone/3_shared.sql", "../shared/three.sql", None),
        (f"{PATH}/3.toml", "../../shared/three.sql", None),
    ],
)
def test_a_migration_that_is_a_link_is_one_of_the_commit(tmp_path, git, path, target, content):
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

    assert set(commit.paths) == {f"{PATH}/1.sql", "shared/three.sql", *([path] if content else [])}
    if content:
        assert commit.read([path]) == {path: target.encode() if content is ITSELF else content}


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
    for path in ("elsewhere", f"{PATH}/4.sql"):
        lost = git("rev-parse", f":{path}")
        (tmp_path / ".git/objects" / lost[:2] / lost[2:]).unlink()

    commit = Commit(Worktree(tmp_path), sha)

    assert commit.paths == (f"{PATH}/1.sql", LINK, f"{PATH}/4.sql")
    assert commit.read([LINK]) == {LINK: b"select 1"}


def test_links_without_end_are_counted_and_not_all_followed(tmp_path, git, monkeypatch):
    monkeypatch.setattr("verifier.database.shared_files._MOST_STEPS", 20)
    numbers = range(2, 9)
    links = [(LINKED, f"{PATH}/{n}.sql", "../../shared/three.sql") for n in numbers]
    shared = (FILE, "shared/three.sql", "select 3")
    sha = committed(git, [(FILE, f"{PATH}/1.sql", "select 1"), shared, *links])
    commit = Commit(Worktree(tmp_path), sha)

    read = commit.read([f"{PATH}/{n}.sql" for n in numbers])
    assert (read[f"{PATH}/2.sql"], read[f"{PATH}/8.sql"]) == (THREE, b"../../shared/three.sql")


PRISMA, ALEMBIC = "prisma/migrations", "alembic/versions"


@pytest.mark.parametrize(
    ("link", "target", "found"),
    [
        (f"{PRISMA}/2_c/migration.sql", "../../../shared/c/migration.sql", "2_c/migration.sql"),
        (f"{PRISMA}/2_c", "../../shared/c", "2_c/migration.sql"),
        (f"{PRISMA}/2_c", "../../nowhere", "2_c/migration.sql"),
        (f"{PRISMA}/newest", "../../shared/c", ""),
        (f"{ALEMBIC}/add_users.py", "../../shared/d/x.py", "add_users.py"),
        (f"{ALEMBIC}/__init__.py", "../../shared/d/x.py", ""),
        ("docs/add_users.py", "../shared/d/x.py", ""),
        (f"{PATH}/3_c.SQL", "../../shared/c/migration.sql", "3_c.SQL"),
    ],
)
def test_a_link_counts_as_a_migration_of_its_tool_does(tmp_path, git, link, target, found):
    files = {
        f"{PRISMA}/1_a/migration.sql": "a",
        f"{ALEMBIC}/first.py": "a",
        "docs/build.py": "a",
        f"{PATH}/1_a.sql": "a",
        "shared/c/migration.sql": "c",
        "shared/d/x.py": "c",
    }
    sha = committed(git, [*((FILE, *each) for each in files.items()), (LINKED, link, target)])
    commit = Commit(Worktree(tmp_path), sha)

    at = [path for path in commit.paths if path not in files]

    assert [path.rpartition("/")[2] for path in at] == ([found.rpartition("/")[2]] if found else [])
    assert all(
        path.endswith(found) and commit.read([path])[path] in (b"c", b"../../nowhere")
        for path in at
    )
