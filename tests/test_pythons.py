"""One lowest Python is promised everywhere, and the lowest and the newest are what CI runs."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOWEST = PROJECT["project"]["requires-python"].removeprefix(">=")
JOBS = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))["jobs"]
#: What the README promises of every Python, and the jobs that show it.
SHOWN = {"test": "make test", "build": "make demo", "action": "./"}


def numbers(version):
    return tuple(map(int, version.split(".")))


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "CONTRIBUTING.md",
        "Makefile",
        "action.yml",
        "action/run.sh",
        "docs/reference.md",
        "docs/troubleshooting.md",
    ],
)
def test_the_same_python_is_promised(path):
    text = (ROOT / path).read_text("utf-8")

    assert set(re.findall(r"Python ([\d.]+) or newer", text)) == {LOWEST}


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("Makefile", r"version_info < \((.*?)\)"),
        ("action/run.sh", r"version_info < \((.*?)\)"),
        ("Makefile", r"--python-version (\S+)"),
        ("pyproject.toml", r'target-version = "py(.*)"'),
    ],
)
def test_the_same_python_is_asked_for(path, pattern):
    found = re.findall(pattern, (ROOT / path).read_text("utf-8"))

    assert {digits(version) for version in found} == {digits(LOWEST)}


def digits(version):
    return re.sub(r"\D", "", version)


@pytest.mark.parametrize("name", SHOWN)
def test_a_job_runs_on_the_very_lowest_and_on_a_newer_python(name):
    job = JOBS[name]
    lowest, newest = (row["python"] for row in job["strategy"]["matrix"]["include"])

    assert lowest == f"{LOWEST}.0", "a version without its last number is the newest of its kind"
    assert numbers(newest) > numbers(LOWEST)
    assert [step.get("run", step.get("uses")) for step in job["steps"]].count(SHOWN[name]) == 1
    assert "${{ matrix.python }}" in [
        step["with"]["python-version"]
        for step in job["steps"]
        if step.get("uses", "").startswith("actions/setup-python@")
    ]


def test_all_jobs_run_on_the_same():
    assert len({str(JOBS[name]["strategy"]) for name in SHOWN}) == 1


@pytest.mark.slow
def test_this_machine_has_its_lowest_and_newest_told():
    told = subprocess.run(
        [str(ROOT / ".ci" / "pythons")], check=True, capture_output=True, text=True
    ).stdout
    versions = [numbers(line.split()[0]) for line in told.splitlines()]

    assert versions == sorted(set(versions))
    assert len(versions) <= 2
    assert numbers(LOWEST) <= versions[0] <= sys.version_info[:3] <= versions[-1]


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_the_readme_shows_both_commands_to_try_a_clone_by(command):
    blocks = (ROOT / "README.md").read_text("utf-8").split("```")[1::2]
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]

    assert command in lines


def test_the_ci_script_shows_what_is_promised():
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    loop = script.partition("while read")[2].partition("done 3<<<")[0]

    for shown in ("make test", "make demo", "make test-slow", "test_workflow_runner.py"):
        assert shown in loop


def test_no_pattern_repeats_a_group_possessively():
    """Before Python 3.11.5 such a pattern matches wrongly, which a newer one does not show."""
    possessive = re.compile(r"\)(?:[*+?]|\{\d*,?\d*\})\+|\(\?>")
    texts = {
        path: path.read_text("utf-8")
        for folder in ("verifier", "action")
        for path in (ROOT / folder).rglob("*.py")
    }

    assert [str(path) for path, text in texts.items() if possessive.search(text)] == []
