"""No test hangs: each has a limit, and one that reaches it fails where it stands."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HANGING = """
import signal, subprocess, threading, time
import pytest

@pytest.fixture
def server():
    yield
    print("the server was stopped")

def ignore_cancellation():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)

def catch_everything():
    while True:
        try:
            time.sleep(600)
        except Exception:
            pass

@pytest.mark.parametrize("hang", [
    lambda: time.sleep(600),
    lambda: threading.Event().wait(),
    lambda: subprocess.run(["sleep", "600"]),
    ignore_cancellation,
    catch_everything,
], ids=["sleep", "lock", "process", "signals", "catch"])
def test_that_hangs(server, hang):
    hang()

def test_after_it():
    pass
"""


def test_every_test_has_a_limit(pytestconfig):
    assert 30 <= float(pytestconfig.getini("timeout")) <= 300
    assert pytestconfig.getini("timeout_method") == "signal"


#: What the longest one needs: the histories of a night.
LONGEST_S = 7200


def limits(source):
    """What a file says of the time that its tests may take: seconds, or None of what is no number."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr="timeout"), args=given, keywords=named) if (
                ast.unparse(node.func).endswith("mark.timeout")
            ):
                values = [*given[:1], *(word.value for word in named if word.arg == "timeout")]
                yield from (v.value if isinstance(v, ast.Constant) else None for v in values)
                if not values:
                    yield None
            case _:
                pass


def is_limit(seconds):
    return isinstance(seconds, int | float) and 0 < seconds <= LONGEST_S


@pytest.mark.parametrize("folder", sorted({p.parent for p in (ROOT / "tests").rglob("test_*.py")}))
def test_no_test_is_let_off_its_limit(folder):
    found = {path.name: limits(path.read_text("utf-8")) for path in folder.glob("*.py")}

    assert [file for file, said in found.items() if not all(map(is_limit, said))] == []


@pytest.mark.parametrize(
    "written", ["timeout(0)", "timeout(timeout=0)", "timeout(-1)", "timeout(None)", "timeout(LONG)",
                "timeout()", "timeout(func_only=True)", "timeout(100_000)"]
)  # fmt: skip
def test_a_limit_that_is_none_is_noticed(written):
    found = list(limits(f"import pytest\n@pytest.mark.{written}\ndef test(): pass\n"))

    assert [each for each in found if not is_limit(each)]


@pytest.mark.slow
def test_a_test_that_hangs_is_ended_and_its_servers_are_stopped(tmp_path):
    (tmp_path / "test_hanging.py").write_text(HANGING, "utf-8")
    settings = ["-c", ROOT / "pyproject.toml", "--rootdir", tmp_path, "-o", "timeout=1"]
    workers = ["-p", "no:cacheprovider", "-n", "1", "-rA"]
    # Without a folder of its own it would also delete what earlier runs left, whose gigabytes take minutes.
    folder = ["--basetemp", tmp_path / "run"]

    done = subprocess.run(
        [sys.executable, "-m", "pytest", *settings, *workers, *folder, tmp_path],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
    )

    assert "5 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert done.stdout.count("the server was stopped") >= 5
    assert "Timeout (>1.0s) from pytest-timeout" in done.stdout
