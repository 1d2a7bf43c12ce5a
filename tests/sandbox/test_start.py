"""Where a sandbox starts, what it says when it cannot, and what is left when it is killed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
import yaml

from tests.patience import PATIENCE_S, until
from tests.sandbox.runs import environ
from verifier.cli.sandbox import started_as
from verifier.sandbox.host.guard import LOCK, PREFIX, remove_leftovers
from verifier.sandbox.host.start_error import could_not_start, reason_of
from verifier.sandbox.scenarios.scenario import SCENARIOS

pytestmark = pytest.mark.slow

#: Each would lead a connection that listens to it elsewhere, or refuse it.
ELSEWHERE = {
    "PGHOST": "192.0.2.1",
    "PGHOSTADDR": "192.0.2.1",
    "PGPORT": "1",
    "PGUSER": "somebody",
    "PGSERVICE": "nowhere",
    "PGSSLMODE": "verify-full",
    "PGREQUIREAUTH": "scram-sha-256",
    "PGOPTIONS": "-c search_path=nowhere",
    "PGDATA": "/nowhere",
}


@pytest.fixture
def begin():
    """Start a command whose every file lies in a temporary folder of its own."""
    begun = []
    # Not pytest's: it takes the rights away that the user has whom PostgreSQL runs as.
    outer = Path(tempfile.mkdtemp(prefix="verifier-tests-"))

    def begin(*arguments, folder="tmp", **changes):
        temporary = outer / folder
        temporary.mkdir(parents=True, exist_ok=True)
        process = subprocess.Popen(
            [sys.executable, "-m", "verifier", *arguments],
            env={**environ(None), "TMPDIR": str(temporary), **changes},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        begun.append(process)
        return process, temporary

    yield begin
    for process in begun:
        process.kill()
        process.communicate()
    shutil.rmtree(outer, ignore_errors=True)


def processes_of(temporary):
    """Processes that were given this temporary folder, or run something in it."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told = b"\0".join((entry / name).read_bytes() for name in ("environ", "cmdline"))
            if os.fsencode(temporary) in told:
                found.add(int(entry.name))
        except OSError:
            continue
    return found


def shared_memory():
    """The shared memory of this system, with the process that made each."""
    table = Path("/proc/sysvipc/shm")
    rows = table.read_text().splitlines()[1:] if table.exists() else []
    return {f"shm {row.split()[1]}": int(row.split()[4]) for row in rows}


def begins(temporary):
    """The sandbox holds its folder, nothing in it yet; Python tries the place with a file before."""
    return next(temporary.glob(f"{PREFIX}*/{LOCK}"), None)


def makes_postgres(temporary):
    """`initdb` is at work."""
    return next(temporary.glob("*/postgres/data/base"), None)


def starts_application(temporary):
    return next(temporary.glob("*/*-*.log"), None)


MOMENTS = pytest.mark.parametrize(
    "moment",
    [begins, makes_postgres, starts_application],
    ids=lambda moment: moment.__name__,
)


def keepers_of(temporary):
    """The keeper, its guard and the applications, which are forked from it; the keeper first."""
    module = b"verifier.sandbox.host.keeper"
    parents = {pid: parent_of(pid) for pid in processes_of(temporary) if runs(pid, module)}
    # Not by their numbers, which begin again on a machine that has given out all of them.
    return sorted(parents, key=lambda pid: (parents[pid] in parents, pid))


def parent_of(pid):
    try:
        told = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return int(told.rpartition(")")[2].split()[1])


@MOMENTS
def test_killed_while_it_starts_it_leaves_nothing_behind(begin, moment):
    sandbox, temporary = begin("sandbox")
    until(lambda: moment(temporary), every_s=0.002)
    of_ours = processes_of(temporary)
    sandbox.kill()
    of_ours |= processes_of(temporary)

    until(lambda: not processes_of(temporary))

    assert list(temporary.iterdir()) == []
    assert not {name: maker for name, maker in shared_memory().items() if maker in of_ours}


@MOMENTS
def test_a_keeper_that_is_killed_leaves_nothing_behind(begin, moment):
    sandbox, temporary = begin("sandbox")
    until(lambda: moment(temporary), every_s=0.002)
    of_ours = processes_of(temporary)
    os.kill(keepers_of(temporary)[0], signal.SIGKILL)
    of_ours |= processes_of(temporary)

    until(lambda: processes_of(temporary) <= {sandbox.pid})
    until(lambda: list(temporary.iterdir()) == [])
    sandbox.kill()

    assert not {name: maker for name, maker in shared_memory().items() if maker in of_ours}


@MOMENTS
def test_what_all_were_killed_of_at_once_is_removed_by_the_next_start(begin, moment):
    sandbox, temporary = begin("sandbox")
    until(lambda: moment(temporary), every_s=0.002)
    sandbox.kill()
    # The guard before its keeper: it must not do its work.
    for pid in reversed(keepers_of(temporary)):
        with suppress(ProcessLookupError):  # it may have ended by itself just now
            os.kill(pid, signal.SIGKILL)

    until(lambda: not processes_of(temporary))

    def is_removed():
        # A killed process is seen no more some moments before its locks are gone.
        remove_leftovers(temporary)
        return list(temporary.iterdir()) == []

    until(is_removed)


def test_a_demo_that_is_killed_takes_its_gate_along(begin):
    demo, temporary = begin("demo")
    gate = until(lambda: [pid for pid in processes_of(temporary) if runs(pid, b"gate")])

    demo.kill()
    until(lambda: not processes_of(temporary))

    assert gate
    assert list(temporary.iterdir()) == []


def runs(pid, command):
    try:
        return command in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


@pytest.mark.parametrize(
    "folder",
    [
        pytest.param(
            f"mit Leerzeichen, 'Anführung' und \"Umlauten\"/{'sehr-lang-' * 20}", id="long"
        ),
        pytest.param("a, b='c' ü%2F", id="comma"),
        pytest.param("@a&b;c?d#e", id="marks-of-addresses"),
    ],
)
def test_it_starts_in_any_folder_whatever_postgresql_is_told(begin, folder):
    sandbox, temporary = begin("sandbox", folder=folder, **ELSEWHERE)
    lines = []
    for line in sandbox.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith("Ctrl-C"):
            break
    told = "\n".join(lines)
    assert [f"unset {name}" for name in sorted(ELSEWHERE)] == [
        line for line in lines if line.startswith("unset ")
    ], told
    of_one = ("export GITHUB_WORKSPACE=", "export GITHUB_SHA=")
    assert not any(line.startswith(of_one) for line in lines), "another checkout has others"
    assert "cd " in told
    (url,) = [line for line in lines if line.startswith("export DATABASE_URL=")]
    with psycopg.connect(url.partition("=")[2].strip("'")) as connection:
        assert connection.execute("select count(*) from app_settings").fetchone()[0] > 0
        sockets = Path(connection.info.host)
    assert sockets.exists()

    sandbox.send_signal(signal.SIGINT)
    sandbox.communicate(timeout=PATIENCE_S)

    assert sandbox.returncode == 0
    assert not sockets.exists()
    assert list(temporary.iterdir()) == []
    assert not processes_of(temporary)


def test_what_breaks_while_it_starts_is_one_sentence(begin, tmp_path):
    scenario = yaml.safe_load((SCENARIOS / "demo.yml").read_text("utf-8"))
    broken = tmp_path / "broken.yml"
    broken.write_text(yaml.safe_dump({**scenario, "migrations": ["create nonsense"]}), "utf-8")
    sandbox, temporary = begin("sandbox", str(broken))

    told = sandbox.communicate(timeout=PATIENCE_S)[0]

    assert sandbox.returncode == 4, told
    assert (
        'Error: could not start the sandbox: SyntaxError: syntax error at or near "nonsense"'
        in told
    )
    assert "broke" not in told
    assert list(temporary.iterdir()) == []


FULL = "No space left on device"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        pytest.param(OSError(28, FULL, "/t/x"), f"{FULL}: /t/x", id="folder"),
        pytest.param(
            subprocess.CalledProcessError(128, ["git"], b"", f"fatal: x: {FULL}\n".encode()),
            f"git failed: fatal: x: {FULL}",
            id="repository",
        ),
        pytest.param(
            subprocess.CalledProcessError(
                1, ["/a/initdb"], b"", f"initdb: error: y: {FULL}\ninitdb: removing\n".encode()
            ),
            f"initdb failed: initdb: error: y: {FULL}",
            id="data",
        ),
        pytest.param(
            subprocess.CalledProcessError(3, ["git"]), "git failed: exit code 3", id="mute"
        ),
        pytest.param(FileNotFoundError(2, "No such file", "git"), "No such file: git", id="no-git"),
        pytest.param(OSError("api did not start: x"), "api did not start: x", id="application"),
        pytest.param(KeyError("x"), "KeyError: 'x'", id="ours"),
    ],
)
def test_the_reason_is_one_line(error, reason):
    told = could_not_start(reason_of(error))

    assert reason in told.message
    assert ("no space left" in told.message) is (FULL in reason)
    assert told.hint


@pytest.mark.timeout(300)
def test_what_it_prints_can_be_pasted_into_a_terminal_that_knows_no_verifier(begin, tmp_path):
    sandbox, _ = begin("sandbox")
    lines = []
    for line in sandbox.stdout:
        lines.append(line)
        if line.startswith("Ctrl-C"):
            break
    (good,) = [line for line in lines if "/push/good " in line]
    pasted = [line for line in lines if line.startswith(("unset ", "export ", "cd "))]

    done = subprocess.run(
        ["bash", "-c", "".join([*pasted, good])],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    assert (done.returncode, "Passed" in done.stdout) == (0, True), done.stdout + done.stderr
    assert "% Total" not in done.stderr


@pytest.mark.parametrize(
    ("program", "told"),
    [
        pytest.param("/a b/.venv/bin/verifier", "'/a b/.venv/bin/verifier'", id="whole-path"),
        pytest.param(".venv/bin/verifier", str(Path.cwd() / ".venv/bin/verifier"), id="in-a-clone"),
        pytest.param(
            "/x/verifier/__main__.py", f"{sys.executable} -P -m verifier", id="as-a-module"
        ),
    ],
)
def test_the_program_is_named_so_that_it_starts_from_any_folder(program, told):
    assert started_as(program) == told
