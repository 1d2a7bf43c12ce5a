"""The first release: an owner follows RELEASING.md in a clone, and what a release runs still passes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOME = 'REPOSITORY = "acme-corp/deploy-gate"'
#: Those that know where the project is at home; the others never read that.
ASKED = (
    "tests/test_owner.py",
    "tests/test_pins.py",
    "tests/test_docs.py",
    "tests/test_workflows.py",
    "tests/test_release.py",
    "tests/config/test_settings.py",
    "tests/model/test_project.py",
    "tests/commands/test_proposed_changes.py",
    "tests/delivery/test_html_report.py",
)


@pytest.fixture(scope="module")
def owned(tmp_path_factory):
    """A clone in which somebody publishes it under a name of their own."""
    clone = tmp_path_factory.mktemp("owned") / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    where = clone / "verifier/model/project.py"
    text = where.read_text("utf-8")
    before = next(line for line in text.splitlines() if line.startswith("REPOSITORY ="))
    where.write_text(text.replace(before, HOME), "utf-8")
    for program in (
        ["docs/owner.py"],
        ["-m", "verifier.config.schemas", "schemas"],
        ["-m", "verifier.sandbox.rehearsal.published", "schemas"],
    ):
        subprocess.run([sys.executable, *program], cwd=clone, env=environ(clone), check=True)
    return clone


def environ(clone):
    # In a folder of its own: pytest deletes what earlier runs left in the one that all share.
    folder = f"--basetemp={clone.parent / 'run'}"
    return {**os.environ, "PYTHONPATH": str(clone), "PYTEST_ADDOPTS": folder}


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("asked", ASKED)
def test_what_an_owner_writes_breaks_no_test_that_the_release_runs(owned, asked):
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "not slow", asked]

    ended = subprocess.run(
        command, cwd=owned, env=environ(owned), capture_output=True, text=True, check=False
    )

    assert ended.returncode == 0, ended.stdout[-3000:]
