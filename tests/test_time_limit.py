"""No test hangs: each has a limit, and one that reaches it fails where it stands."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

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


def test_a_test_that_hangs_is_ended_and_its_servers_are_stopped(tmp_path):
    (tmp_path / "test_hanging.py").write_text(HANGING, "utf-8")
    settings = ["-c", ROOT / "pyproject.toml", "--rootdir", tmp_path, "-o", "timeout=1"]
    workers = ["-p", "no:cacheprovider", "-n", "1", "-rA"]

    done = subprocess.run(
        [sys.executable, "-m", "pytest", *settings, *workers, tmp_path],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
    )

    assert "5 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert done.stdout.count("the server was stopped") >= 5
    assert "Timeout (>1.0s) from pytest-timeout" in done.stdout
