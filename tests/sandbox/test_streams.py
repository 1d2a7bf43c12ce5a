"""A gate whose log goes nowhere still does what it must, and its exit code still says what it did."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox.runs import environ, everywhere, live_commits
from verifier.cli.streams import make_steady

pytestmark = pytest.mark.slow


def broken_pipe():
    read, write = os.pipe()
    os.close(read)
    return write


def full_disk():
    return os.open("/dev/full", os.O_WRONLY)


@pytest.mark.parametrize(
    "open_log",
    [
        pytest.param(broken_pipe, id="nobody-reads"),
        pytest.param(
            full_disk,
            id="full-disk",
            marks=pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here"),
        ),
    ],
)
def test_a_log_that_takes_nothing_does_not_stop_a_rollback(town, tmp_path, open_log):
    town.push("wrong-database")
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "verifier", "gate", "--report", str(report)]
    command += ["--sha", town.repository.shas["wrong-database"]]
    log = open_log()

    done = subprocess.run(
        command, env=environ(town), cwd=town.repository.folder, stdout=log, stderr=log
    )

    os.close(log)
    assert (done.returncode, live_commits(town)) == (1, everywhere("first"))
    assert '"exit_code": 1' in report.read_text("utf-8")


def test_a_pipe_that_refuses_what_it_cannot_take_at_once_is_waited_for(monkeypatch):
    read, write = os.pipe()
    os.set_blocking(write, False)
    with os.fdopen(read), os.fdopen(write, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        monkeypatch.setattr(sys, "stderr", None)

        make_steady()

        assert os.get_blocking(write)
        assert sys.stderr.write("nowhere") == len("nowhere")
        sys.stdout.close()
        sys.stderr.close()
