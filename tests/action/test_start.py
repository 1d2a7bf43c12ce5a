"""`action/run.sh` as a runner starts it: what is isolated, what is told whatever happens."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def start(tmp_path):
    """Run the script with an environment that is ready: the packages of these tests."""

    def start(*arguments, python=sys.executable, **changes):
        for name in ("cache", "temp", "checkout"):
            (tmp_path / name).mkdir(exist_ok=True)
        environ = {
            "PATH": "/usr/bin:/bin",
            "GITHUB_ACTION_PATH": str(ROOT),
            "RUNNER_TOOL_CACHE": str(tmp_path / "cache"),
            "RUNNER_TEMP": str(tmp_path / "temp"),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
            "VERIFIER_PYTHON": str(python),
            **{k: v for k, v in os.environ.items() if k == "LD_LIBRARY_PATH"},
            **changes,
        }  # fmt: skip
        return subprocess.run(
            ["bash", str(ROOT / "action" / "run.sh"), *arguments],
            cwd=tmp_path / "checkout",
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )

    return start


def outputs(folder):
    lines = (folder / "output").read_text().splitlines()
    return {
        lines[n].partition("<<")[0]: lines[n + 1] for n in range(0, len(lines), 3)
    }  # fmt: skip


def ready(folder):
    """Stand in for the made environment: a Python that has what is locked."""
    (probe,) = [
        line
        for line in subprocess.run(
            [sys.executable, "-c", "import sys; sys.path.insert(0, 'action'); import start; "
             "print(*start.places(), sep='\\n')"],
            cwd=ROOT,
            env={**os.environ, "RUNNER_TOOL_CACHE": str(folder / "cache"), "RUNNER_TEMP": ""},
            capture_output=True, text=True, check=True,
        ).stdout.splitlines()
    ]  # fmt: skip
    python = Path(probe) / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)


@pytest.mark.parametrize(
    ("arguments", "python", "code", "told"),
    [
        pytest.param(["deploy"], sys.executable, 2, "takes one of gate", id="unknown-command"),
        pytest.param([], sys.executable, 2, "takes one of gate", id="no-command"),
        pytest.param(["$(id)"], sys.executable, 2, "takes one of gate", id="hostile-command"),
        pytest.param(["gate"], "/nope", 2, "Python 3.11 or newer is needed", id="no-python"),
    ],
)
def test_a_wrong_call_is_one_sentence(start, arguments, python, code, told):
    done = start(*arguments, python=python)

    assert (done.returncode, told in done.stdout) == (code, True)
    assert "Traceback" not in done.stdout + done.stderr


def test_what_the_verifier_cannot_write_is_written_for_it(start, tmp_path):
    ready(tmp_path)

    done = start("gate")

    assert done.returncode == 2
    assert "found no such file" in done.stderr
    assert outputs(tmp_path)["exit-code"] == "2"
    assert "No verdict" in (tmp_path / "summary").read_text()


def test_nothing_of_the_job_or_the_checkout_is_imported(start, tmp_path):
    ready(tmp_path)
    trap = "raise SystemExit('the checkout was run')"
    (tmp_path / "checkout").mkdir()
    for name in ("click.py", "verifier.py", "sitecustomize.py", "hashlib.py", "venv.py"):
        (tmp_path / "checkout" / name).write_text(trap)

    done = start("doctor", PYTHONPATH=str(tmp_path / "checkout"), PYTHONSTARTUP="click.py")

    assert "the checkout was run" not in done.stdout + done.stderr
    assert "found no such file" in done.stderr


def test_arguments_are_lines_and_no_shell_words(start, tmp_path):
    ready(tmp_path)

    done = start("gate", VERIFIER_ARGUMENTS="--config\n$(touch pwned) `id`\n")

    assert not (tmp_path / "checkout" / "pwned").exists()
    assert "$(touch pwned) `id`" in done.stderr


@pytest.mark.parametrize(
    ("temp", "told"),
    [
        pytest.param(None, "the locked packages could not be installed", id="the-other-place"),
        pytest.param("/dev/null/temp", "cannot be written", id="no-place"),
    ],
)
def test_a_cache_that_cannot_be_written_is_passed_over(start, tmp_path, temp, told):
    changes = {"RUNNER_TEMP": temp} if temp else {}

    done = start("gate", RUNNER_TOOL_CACHE="/dev/null/cache", PIP_NO_INDEX="1", **changes)

    assert (done.returncode, told in done.stdout) == (4, True)


def test_without_an_index_it_says_so(start, tmp_path):
    done = start("gate", PIP_NO_INDEX="1", PIP_FIND_LINKS="", UV_OFFLINE="1")

    assert done.returncode == 4
    assert "the locked packages could not be installed" in done.stdout
    assert outputs(tmp_path)["verdict"] == "inconclusive"
    assert list((tmp_path / "cache").rglob("new")) == []
