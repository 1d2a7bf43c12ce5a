"""Programs that read a hostile checkout: they are given no secret, and git runs nothing in it."""

import os
import subprocess
import sys

import pytest

from verifier.database.worktree import Worktree
from verifier.guarded import child_process
from verifier.model.finding import Unobserved

SECRET = "secret-of-the-job"


def git(folder, *arguments):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=m"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def trap(tmp_path, monkeypatch):
    """A program that writes down what it is given, and where it does so."""
    seen = tmp_path / "seen"
    program = tmp_path / "trap.sh"
    program.write_text(f"#!/bin/sh\nenv >> {seen}\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("RAILWAY_TOKEN", SECRET)
    monkeypatch.setenv("DATABASE_URL", f"postgresql://u:{SECRET}@db.test/app")
    return program, seen


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet")
    for word in ("first", "second"):
        (folder / "file").write_text(word)
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", word)
    return folder


def signed(folder):
    """Have the head claim a signature, so that a git that verifies it runs a program."""
    raw = subprocess.run(
        ["git", "cat-file", "commit", "HEAD"], cwd=folder, check=True, capture_output=True
    ).stdout
    head, _, text = raw.partition(b"\n\n")
    lines = b"gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----"
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
        cwd=folder,
        input=head + b"\n" + lines + b"\n\n" + text,
        check=True,
        capture_output=True,
    )
    return made.stdout.decode().strip()


def ask_everything(folder, older, newer):
    worktree = Worktree(folder)
    return [
        worktree.head(),
        worktree.has_commit(newer),
        worktree.has_commit("0" * 40),
        worktree.blobs(newer),
        worktree.read(newer, "file"),
        worktree.commits_between(older, newer),
        worktree.changed(older, newer),
        worktree.words_in(newer, ["word"], ["migrations"]),
        worktree.commit_of("main"),
    ]


def settings_that_run(program):
    return {
        "gpg.program": program,
        "log.showSignature": "true",
        "core.fsmonitor": program,
        "core.pager": program,
        "diff.external": program,
        "core.sshCommand": program,
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::sh -c {program}",
        "remote.origin.uploadpack": program,
        "protocol.ext.allow": "always",
    }


def test_a_repository_in_the_checkout_runs_nothing(repository, trap):
    program, seen = trap
    older, newer = git(repository, "rev-parse", "HEAD^"), signed(repository)
    for name, value in settings_that_run(program).items():
        git(repository, "config", name, value)
    git(repository, "config", "core.repositoryFormatVersion", "1")

    ask_everything(repository, older, newer)

    assert not seen.exists()


def test_a_bare_repository_in_a_folder_is_not_taken_for_the_checkout(repository, trap):
    """A commit can bring one: its files are `HEAD`, `config`, `objects` and `refs`."""
    program, seen = trap
    older, newer = git(repository, "rev-parse", "HEAD^"), signed(repository)
    hidden = repository / "services" / "api"
    hidden.parent.mkdir()
    git(repository, "clone", "--quiet", "--bare", ".", str(hidden))
    for name, value in settings_that_run(program).items():
        git(hidden, "config", name, value)

    answers = ask_everything(hidden, older, newer)

    assert not seen.exists()
    assert answers[:2] == ["", False]
    assert isinstance(answers[3], Unobserved)


def test_what_the_job_has_set_for_git_leads_nowhere(repository, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    git(elsewhere, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", str(elsewhere / ".git"))

    assert Worktree(repository).head()


def test_a_program_is_given_where_things_are_and_no_secret(tmp_path, trap, monkeypatch):
    monkeypatch.setenv("PYTHONSTARTUP", "x")
    monkeypatch.setenv("LD_PRELOAD", "")
    done = child_process.run(
        [sys.executable, "-c", "import os; print(*os.environ, sep='\\n')"], tmp_path, 30
    )

    names = set(done.stdout.decode().split())
    assert "PATH" in names
    assert names <= {*child_process._PASSED, "LC_CTYPE"}


if os.geteuid() == 0:  # nobody else can give a folder to another user

    def test_a_checkout_of_another_user_is_told_with_the_way_out(repository):
        for path in (repository, *repository.rglob("*")):
            os.chown(path, 12345, 12345)

        found = Worktree(repository).blobs("HEAD")

        assert isinstance(found, Unobserved)
        assert "another user" in found.reason
        assert found.hint.startswith("git config --global --add safe.directory")

    def test_a_folder_of_the_path_that_may_not_be_looked_into_stops_no_program(
        tmp_path, monkeypatch
    ):
        tmp_path.chmod(0o700)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
        monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
        os.seteuid(12345)
        try:
            assert child_process.program("nowhere") is None
            assert child_process.program_left_out("nowhere", tmp_path) is None
            monkeypatch.delenv("GITHUB_WORKSPACE")
            assert child_process.program("git") in ("/usr/bin/git", "/bin/git")
        finally:
            os.seteuid(0)


def test_a_folder_of_the_path_that_no_disk_has_stops_no_program(tmp_path, monkeypatch):
    too_long = tmp_path / ("a" * 300)
    monkeypatch.setenv("PATH", f"{too_long}:/usr/bin:/bin")

    assert child_process.program("git") in ("/usr/bin/git", "/bin/git")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert child_process.program_left_out("nowhere", tmp_path) is None


def test_a_program_finds_its_libraries_where_the_runner_says(trap, tmp_path, monkeypatch):
    program, seen = trap
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/hostedtoolcache/Python/3.13.0/x64/lib")

    child_process.run([str(program)], tmp_path, 5)

    assert "LD_LIBRARY_PATH=/opt/hostedtoolcache/Python/3.13.0/x64/lib" in seen.read_text()


@pytest.mark.parametrize(
    "path",
    ["{}:", ":{}", "{}::/nope", ".:{}", "bin:{}", "WORKSPACE/bin:{}", "{}:WORKSPACE", "LINK:{}"],
)
def test_no_program_of_the_checkout_is_run(tmp_path_factory, trap, monkeypatch, path):
    program, seen = trap
    tmp_path, outside = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("own")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    for folder in (tmp_path, tmp_path / "bin"):
        folder.mkdir(exist_ok=True)
        for name in ("git", "actionlint", "squawk", "zizmor"):
            (folder / name).write_bytes(program.read_bytes())
            (folder / name).chmod(0o755)
    (outside / "git").symlink_to("/bin/true")
    (outside / "a link").symlink_to(tmp_path / "bin")
    path = path.replace("WORKSPACE", str(tmp_path)).replace("LINK", str(outside / "a link"))
    monkeypatch.setenv("PATH", path.format(outside))
    monkeypatch.setenv("LD_LIBRARY_PATH", ":")
    monkeypatch.chdir(tmp_path)

    assert child_process.git(["status"], tmp_path, 30).returncode == 0
    assert child_process.program("actionlint") is None
    with pytest.raises(FileNotFoundError):
        child_process.run(["squawk"], tmp_path, 30)

    assert not seen.exists()
    given = child_process.environ_without_secrets()
    assert (given["PATH"], "LD_LIBRARY_PATH" in given) in (
        (str(outside), False),
        (f"{outside}:/nope", False),
    )


def test_a_link_of_the_checkout_that_leads_to_itself_stops_no_program(tmp_path, monkeypatch):
    (tmp_path / "bin").symlink_to("bin")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")

    assert child_process.git(["--version"], tmp_path, 30).returncode == 0
    assert child_process.environ_without_secrets()["PATH"] == "/usr/bin:/bin"


def test_a_workspace_that_is_the_whole_machine_takes_no_folder_from_the_path(monkeypatch):
    monkeypatch.setenv("GITHUB_WORKSPACE", "/")
    monkeypatch.setenv("PATH", "/usr/bin:/bin:.")

    assert child_process.environ_without_secrets()["PATH"] == "/usr/bin:/bin"
