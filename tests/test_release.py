"""What a release is made of: its notes, its workflow, the forms, and the ways to install."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import verifier
from release.notes import CHANGELOG, MOST, fitting, notes, rehearsed

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


def test_notes_that_github_would_refuse_end_at_an_entry_and_lead_to_the_rest():
    section = "### Added\n\n" + "\n".join(f"- entry {n},\n  and its end {n}." for n in range(9))

    said = fitting(section, "1.2.0", "a/b", most=200)

    assert len(said) <= 200
    kept, more = said.split("\n\nThis is not all: ")
    assert section.startswith(kept + "\n- entry")
    assert (
        more == "[the changelog](https://github.com/a/b/blob/v1.2.0/CHANGELOG.md) has the rest.\n"
    )


def test_cut_notes_end_with_no_empty_heading():
    said = fitting("- one\n\n### Added\n\n- " + "x" * 200, "1.2.0", "a/b", most=150)

    assert said.startswith("- one\n\nThis is not all: ")


def test_notes_that_fit_are_left_whole_counted_as_github_may_count():
    assert fitting("x" * MOST, "1.2.0", "a/b") == "x" * MOST
    assert len(fitting("- \U0001f600\n" * (MOST // 4), "1.2.0", "a/b")) < MOST


def test_what_is_not_released_yet_makes_notes_that_github_takes():
    said = rehearsed(CHANGELOG.read_text("utf-8"), "o" * 39 + "/" + "n" * 100)

    assert len(said) <= MOST
    assert rehearsed("## [Unreleased]\n\n## [1.0.0] - 2026-01-01\n- x\n", "a/b") == ""


def test_what_is_not_released_yet_can_be_read():
    """Merge entries about one thing where this fails: nobody reads more before an upgrade."""
    assert len(rehearsed(CHANGELOG.read_text("utf-8"), "a/b")) <= 100_000


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
        "draft": {"contents": "write"},
        "index": {"contents": "read", "id-token": "write"},
        "release": {"contents": "write"},
    }
    assert workflow["jobs"]["index"]["environment"] == "pypi"


def test_nothing_is_uploaded_before_github_has_taken_the_whole_release_as_a_draft():
    jobs = read(".github/workflows/release.yml")["jobs"]
    (draft,) = (step["run"] for step in jobs["draft"]["steps"] if "run" in step)

    assert jobs["index"]["needs"] == ["build", "attest", "draft"]
    assert "dist/* --draft" in draft
    assert "--notes-file notes/notes.md" in draft
    assert "release create" not in str(jobs["release"])


def test_no_release_waits_in_the_group_of_another():
    """GitHub keeps one waiting run in a group: a third tag would cancel the second."""
    assert read(".github/workflows/release.yml")["concurrency"] == {
        "group": "release-${{ github.ref }}",
        "cancel-in-progress": False,
    }


@pytest.mark.parametrize(
    ("tag", "agrees"), [(f"v{verifier.__version__}", True), ("v99.0.0", False)]
)
def test_a_tag_agrees_with_what_the_program_says_of_its_version(tag, agrees, tmp_path):
    steps = read(".github/workflows/release.yml")["jobs"]["build"]["steps"]
    script = next(step["run"] for step in steps if step.get("id") == "version")
    asked = script.partition("make .venv/.ready\n")[2].partition("home=")[0]
    command = [sys.executable, "-m", "verifier", "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    program = tmp_path / ".venv/bin/verifier"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho {shlex.quote(said.strip())}\n", "utf-8")
    program.chmod(0o755)

    environ = {**os.environ, "TAG": tag}
    ended = subprocess.run(["bash", "-e", "-c", asked], env=environ, cwd=tmp_path, check=False)

    assert (ended.returncode == 0) is agrees


@pytest.mark.parametrize(
    ("home", "is_refused"),
    [
        pytest.param("acme/v", False, id="here"),
        pytest.param("", True, id="nowhere"),
        pytest.param("umbrella/v", True, id="elsewhere"),
    ],
)
def test_nothing_is_released_that_does_not_know_where_it_is_at_home(home, is_refused, tmp_path):
    steps = read(".github/workflows/release.yml")["jobs"]["build"]["steps"]
    script = next(step["run"] for step in steps if step.get("id") == "version")
    asked = "home=" + script.partition("home=")[2].partition("\nfi\n")[0] + "\nfi"
    for name, text in {
        "verifier/__init__.py": "",
        "verifier/model/__init__.py": "",
        "verifier/model/project.py": f"REPOSITORY = {home!r}\n",
        ".venv/bin/python": f'#!/bin/sh\nexec {sys.executable} "$@"\n',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / ".venv/bin/python").chmod(0o755)

    environ = {**os.environ, "GITHUB_REPOSITORY": "acme/v"}
    ended = subprocess.run(
        ["bash", "-e", "-c", asked],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode != 0) is is_refused
    assert ("write acme/v there" in ended.stdout) is is_refused


def test_ci_rehearses_what_a_release_builds():
    runs = [
        step.get("run") for step in read(".github/workflows/ci.yml")["jobs"]["release"]["steps"]
    ]

    assert "make dist" in runs
    assert '.venv/bin/python release/notes.py Unreleased "$GITHUB_REPOSITORY"' in runs
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


def test_the_hooks_of_this_repository_run_programs_that_make_dev_brings():
    (local,) = read(".pre-commit-config.yaml")["repos"]
    programs = {hook["entry"].split()[0] for hook in local["hooks"]}

    assert local["repo"] == "local"
    assert {Path(program).parent.as_posix() for program in programs} == {".venv/bin"}
    assert all(Path(sys.executable).with_name(Path(p).name).exists() for p in programs)


GH = """#!/bin/sh
echo "$@" >> "$CALLS"
case "$*" in
*/releases*) printf '%s\\n' v1.1.3 v1.2.0 v1.10.0 v2.0.0-rc1 "v$VERSION" $MORE ;;
*compare*) echo "$SEEN" ;;
"release view"*) [ -n "$IS_DRAFT" ] && echo "$IS_DRAFT" ;;
*PATCH*) [ -z "$NO_TAG" ] ;;
esac
"""


def asked_of_github(job, tmp_path, **environ):
    """Run the one step of a job that asks GitHub; return how it ended and what was asked."""
    steps = read(".github/workflows/release.yml")["jobs"][job]["steps"]
    step = next(s for s in steps if "GH_TOKEN" in s.get("env", {}))
    gh, calls = tmp_path / "gh", tmp_path / "calls"
    gh.write_text(GH, "utf-8")
    gh.chmod(0o755)
    calls.unlink(missing_ok=True)
    given = {"VERSION": "1.10.1", "GH_REPO": "a/b", "COMMIT": "c", "BRANCH": "main", **environ}
    path = {"CALLS": str(calls), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    ended = subprocess.run(
        ["bash", "-e", "-c", step["run"]], env={**given, **path}, check=False, cwd=tmp_path
    )
    return ended.returncode, calls.read_text("utf-8")


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
    code, done = asked_of_github("release", tmp_path, VERSION=version, MORE=more)

    assert code == 0
    assert done.startswith(f"release edit v{version} --draft=false --latest=false\n")
    assert (f"release edit v{version} --latest\n" in done) is is_latest
    assert (f"refs/tags/v{version.partition('.')[0]} " in done) is moves


@pytest.mark.slow
def test_a_tag_of_the_major_version_that_is_not_there_yet_is_made(tmp_path):
    code, done = asked_of_github("release", tmp_path, NO_TAG="1")

    assert code == 0
    assert "POST repos/a/b/git/refs -f ref=refs/tags/v1 -f sha=c" in done


@pytest.mark.slow
@pytest.mark.parametrize(
    ("is_draft", "asked"),
    [
        pytest.param("", ["view", "create"], id="for-the-first-time"),
        pytest.param("true", ["view", "delete", "create"], id="again"),
        pytest.param("false", ["view"], id="after-the-release"),
    ],
)
def test_a_draft_may_be_made_again_and_a_release_is_left_alone(is_draft, asked, tmp_path):
    code, done = asked_of_github("draft", tmp_path, IS_DRAFT=is_draft)

    assert code == 0
    assert [line.split()[1] for line in done.splitlines()] == asked


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seen", "is_refused"),
    [
        pytest.param("behind", False, id="on-the-default-branch"),
        pytest.param("identical", False, id="its-tip"),
        pytest.param("ahead", True, id="before-its-merge"),
        pytest.param("diverged", True, id="on-another-branch"),
        pytest.param("", True, id="not-told"),
    ],
)
def test_a_tag_beside_the_default_branch_is_not_released(seen, is_refused, tmp_path):
    code, _ = asked_of_github("build", tmp_path, SEEN=seen)

    assert bool(code) is is_refused
