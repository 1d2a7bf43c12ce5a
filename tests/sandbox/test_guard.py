"""What the guard promises of a keeper's children and folders, however the keeper ends."""

import signal
import subprocess
import sys

import pytest

from tests.patience import PATIENCE_S
from verifier.sandbox.host.guard import PREFIX, Guard, remove_leftovers


@pytest.mark.parametrize("ends_with", ["SIGKILL", "SIGINT"])
def test_a_child_whose_keeper_was_killed_before_it_began_ends_at_once(ends_with):
    keeper = f"""
import os, signal, time
from verifier.sandbox.host.guard import Guard
guard, keeper = Guard(), os.getpid()
if os.fork() == 0:
    while os.getppid() == keeper:
        time.sleep(0.01)
    guard.begin_child(signal.{ends_with})
    print("lives on")
else:
    os.kill(guard.pid, signal.SIGKILL)
    os.kill(keeper, signal.SIGKILL)
"""

    ended = subprocess.run([sys.executable, "-c", keeper], capture_output=True, check=False)

    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, b"")


def test_a_child_that_asks_for_a_gentle_end_is_ended_though_its_keeper_ignores_the_signal():
    keeper = """
import os, signal, time
from verifier.sandbox.host.guard import Guard
signal.signal(signal.SIGINT, signal.SIG_IGN)
guard = Guard()
reads, tells = os.pipe()
if os.fork() == 0:
    guard.begin_child(signal.SIGINT)
    os.write(tells, b"begun")
    while True:
        time.sleep(1)
os.read(reads, 5)
os.kill(guard.pid, signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
"""

    ended = subprocess.run(
        [sys.executable, "-c", keeper], capture_output=True, check=False, timeout=PATIENCE_S
    )

    assert ended.returncode == -signal.SIGKILL


def test_a_folder_whose_sandbox_runs_is_no_leftover(tmp_path):
    guard = Guard()
    folder = tmp_path / f"{PREFIX}runs"
    guard.make_folder(folder)

    remove_leftovers(tmp_path)

    assert folder.exists()
    guard.dismiss()
    assert folder.exists()
