"""What a release is made of: its notes, its workflow, the forms, and the ways to install."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import verifier
from release.notes import CHANGELOG, notes

ROOT = Path(__file__).parents[1]
TWO = """# Changelog
## [Unreleased]
- not yet
## [1.2.0] - 2026-11-26
### Added
- new
## [1.1.0] - 2026-01-01
- old
"""


def read(path):
    return yaml.safe_load((ROOT / path).read_text("utf-8"))


@pytest.mark.parametrize(
    ("version", "said"), [("1.2.0", "### Added\n- new"), ("1.1.0", "- old")], ids=["newest", "last"]
)
def test_the_notes_are_the_changelogs(version, said):
    assert notes(TWO, version) == said


@pytest.mark.parametrize(
    ("changelog", "version", "told"),
    [
        pytest.param(TWO, "1.3.0", "no section", id="not-written"),
        pytest.param(TWO, "1.2", "no section", id="half-a-version"),
        pytest.param(TWO, "Unreleased", "no section", id="unreleased"),
        pytest.param("## [1.0.0]\n- x\n", "1.0.0", "no section", id="no-date"),
        pytest.param("## [1.0.0] - 2026-01-01\n\n", "1.0.0", "says nothing", id="empty"),
    ],
)
def test_a_release_without_notes_is_none(changelog, version, told):
    with pytest.raises(LookupError, match=told):
        notes(changelog, version)


def test_the_changelog_has_a_place_for_what_comes_next():
    assert "\n## [Unreleased]\n" in CHANGELOG.read_text("utf-8")


def test_the_version_stands_in_one_place():
    assert 'dynamic = ["version"]' in (ROOT / "pyproject.toml").read_text("utf-8")
    assert verifier.__version__.count(".") == 2


def test_only_a_tag_releases_and_each_job_may_do_its_own_thing_alone():
    workflow = read(".github/workflows/release.yml")

    assert workflow[True] == {"push": {"tags": ["v[0-9]+.[0-9]+.[0-9]+"]}}  # `on` is a word of YAML
    assert workflow["permissions"] == {}
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == {
        "build": {"contents": "read"},
        "attest": {"attestations": "write", "id-token": "write"},
        "index": {"contents": "read", "id-token": "write"},
        "release": {"contents": "write"},
    }
    assert workflow["jobs"]["index"]["environment"] == "pypi"


@pytest.mark.parametrize(
    ("tag", "agrees"), [(f"v{verifier.__version__}", True), ("v99.0.0", False)]
)
def test_a_tag_agrees_with_what_the_program_says_of_its_version(tag, agrees, tmp_path):
    steps = read(".github/workflows/release.yml")["jobs"]["build"]["steps"]
    script = next(step["run"] for step in steps if step.get("id") == "version")
    asked = next(line for line in script.splitlines() if "--version" in line)
    command = [sys.executable, "-m", "verifier", "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    program = tmp_path / ".venv/bin/verifier"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho {shlex.quote(said.strip())}\n", "utf-8")
    program.chmod(0o755)

    environ = {**os.environ, "TAG": tag}
    ended = subprocess.run(["bash", "-e", "-c", asked], env=environ, cwd=tmp_path, check=False)

    assert (ended.returncode == 0) is agrees


def test_ci_rehearses_what_a_release_builds():
    runs = [
        step.get("run") for step in read(".github/workflows/ci.yml")["jobs"]["release"]["steps"]
    ]

    assert "make dist" in runs
    assert "make dist" in str(read(".github/workflows/release.yml")["jobs"]["build"]["steps"])


def test_a_release_tells_what_it_needs():
    build = (ROOT / "release/build.sh").read_text("utf-8")

    assert 'dist/$name.cdx.json" requirements/run.txt' in build
    assert "--hash=sha256:" in (ROOT / "requirements/sbom.txt").read_text("utf-8")


def test_every_night_looks_for_what_a_commit_has_no_time_for():
    workflow = read(".github/workflows/nightly.yml")
    runs = [step.get("run") for job in workflow["jobs"].values() for step in job["steps"]]

    assert {"make nightly", "make fuzz FUZZ_SECONDS=600", "make worlds", "make mutants"} <= set(
        runs
    )
    assert workflow["permissions"] == {}


def test_every_label_of_a_form_is_one_of_ours():
    forms = [read(path) for path in ROOT.glob(".github/ISSUE_TEMPLATE/*.yml")]
    labels = {label for form in forms for label in form.get("labels", [])}

    assert labels
    assert labels <= {label["name"] for label in read(".github/labels.yml")}


@pytest.mark.parametrize("form", ["wrong-verdict", "bug", "idea"])
def test_a_form_asks_what_is_needed(form):
    asked = read(f".github/ISSUE_TEMPLATE/{form}.yml")

    assert asked["name"]
    assert asked["description"]
    assert any(
        field["validations"]["required"] for field in asked["body"] if "validations" in field
    )
    assert len({field["id"] for field in asked["body"]}) == len(asked["body"])


@pytest.mark.slow
def test_the_hook_before_a_commit_runs_a_command_that_is_there(tmp_path):
    (hook,) = read(".pre-commit-hooks.yaml")
    program, *words = hook["entry"].split()
    environ = {**os.environ, "VERIFIER_CONFIG": str(tmp_path / "none.yml")}

    done = subprocess.run(
        [Path(sys.executable).with_name(program), *words],
        capture_output=True,
        text=True,
        check=False,
        env=environ,
    )

    assert done.returncode == 2
    assert "none.yml" in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_given_its_completion(shell):
    command = Path(sys.executable).with_name("verifier")

    done = subprocess.run(
        [command],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "_VERIFIER_COMPLETE": f"{shell}_source"},
    )

    assert "_VERIFIER_COMPLETE" in done.stdout


def test_completion_knows_the_commands():
    done = subprocess.run(
        [Path(sys.executable).with_name("verifier")],
        capture_output=True,
        text=True,
        check=True,
        env={
            **os.environ,
            "_VERIFIER_COMPLETE": "bash_complete",
            "COMP_WORDS": "verifier pre",
            "COMP_CWORD": "1",
        },
    )

    assert done.stdout.split() == ["plain,preflight"]


def test_the_hooks_of_this_repository_run_programs_that_make_dev_brings():
    (local,) = read(".pre-commit-config.yaml")["repos"]
    programs = {hook["entry"].split()[0] for hook in local["hooks"]}

    assert local["repo"] == "local"
    assert {Path(program).parent.as_posix() for program in programs} == {".venv/bin"}
    assert all(Path(sys.executable).with_name(Path(p).name).exists() for p in programs)


GH = """#!/bin/sh
case "$*" in
*matching-refs*) printf 'refs/tags/%s\\n' v1 v1.1.3 v1.2.0 v1.10.0 v2.0.0-rc1 $MORE ;;
*) echo "$@" >> "$CALLS" ;;
esac
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("version", "more", "is_latest", "moves"),
    [
        pytest.param("1.10.1", "", True, True, id="the-newest"),
        pytest.param("1.1.4", "", False, False, id="a-fix-of-an-older-one"),
        pytest.param("1.10.1", "v2.0.0", False, True, id="the-newest-of-its-major-version"),
        pytest.param("2.0.0", "", True, True, id="the-first-of-a-major-version"),
    ],
)
def test_a_fix_of_an_older_release_moves_no_tag_back(version, more, is_latest, moves, tmp_path):
    (step,) = [
        s for s in read(".github/workflows/release.yml")["jobs"]["release"]["steps"] if "run" in s
    ]
    gh, calls = tmp_path / "gh", tmp_path / "calls"
    gh.write_text(GH, "utf-8")
    gh.chmod(0o755)
    environ = {
        "VERSION": version,
        "MORE": more,
        "CALLS": str(calls),
        "GH_REPO": "a/b",
        "COMMIT": "c",
    }
    path = f"{tmp_path}:{os.environ['PATH']}"

    subprocess.run(
        ["bash", "-e", "-c", step["run"]], env={**environ, "PATH": path}, check=True, cwd=tmp_path
    )

    done = calls.read_text("utf-8")
    assert f"--latest={str(is_latest).lower()}" in done
    assert (f"refs/tags/v{version.partition('.')[0]} " in done) is moves
