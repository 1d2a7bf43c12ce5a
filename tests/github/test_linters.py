"""Linters of workflows: what they say, and what is told where they cannot be asked."""

import json
import stat

import pytest

from verifier.github import linters
from verifier.github.linters import lint_workflows
from verifier.model.finding import Outcome

ZIZMOR = [
    {
        "ident": "artipacked",
        "desc": "credential persistence",
        "ignored": False,
        "locations": [
            {
                "symbolic": {
                    "key": {"Local": {"verbatim_path": ".github/workflows/ci.yml"}},
                    "kind": "Primary",
                },
                "concrete": {"location": {"start_point": {"row": 5, "column": 8}}},
            }
        ],
    },
    {"ident": "ignored-one", "desc": "x", "ignored": True, "locations": []},
]
ACTIONLINT = [
    {"message": "unknown key", "filepath": ".github/workflows/ci.yml", "line": 3, "kind": "syntax"}
]


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    folder = tmp_path / "checkout" / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "ci.yml").write_text("on: push")
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setattr(linters.sys, "executable", str(programs / "python"))

    def install(name, answer, end=None, error=""):
        program = programs / name
        code = end if end is not None else {"zizmor": 14, "actionlint": 1}[name]
        told = f"cat <<'E'\n{answer}\nE\n" if answer else ""
        program.write_text(
            f"#!/bin/sh\nenv > {programs}/env\n{told}echo '{error}' >&2\nexit {code}\n"
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    return tmp_path / "checkout", install, programs / "env"


def test_the_severity_that_zizmor_gives_stands_before_what_it_says(checkout):
    folder, install, _ = checkout
    install("zizmor", json.dumps([{**ZIZMOR[0], "determinations": {"severity": "High"}}]))

    ((row,), _) = lint_workflows(folder)

    assert row.actual == f"high: {ZIZMOR[0]['desc']}"


def test_what_both_say_is_told_with_its_place(checkout, monkeypatch):
    folder, install, environ = checkout
    install("zizmor", json.dumps(ZIZMOR))
    install("actionlint", json.dumps(ACTIONLINT))
    monkeypatch.setenv("GITHUB_TOKEN", "hunter22")

    drift, unasked = lint_workflows(folder)

    assert [(row.source, row.file, row.line) for row in drift] == [
        ("zizmor", ".github/workflows/ci.yml", 6),
        ("actionlint", ".github/workflows/ci.yml", 3),
    ]
    assert (unasked, "hunter22" in environ.read_text()) == ((), False)


@pytest.mark.parametrize(
    ("answer", "told"),
    [(None, "not installed"), ("no JSON", "could not be parsed")],
    ids=["not-there", "broken"],
)
def test_a_linter_that_cannot_be_asked_is_told(checkout, answer, told):
    folder, install, _ = checkout
    install("actionlint", "[]")
    if answer is not None:
        install("zizmor", answer)

    drift, (finding,) = lint_workflows(folder)

    assert drift == ()
    assert told in finding.summary


@pytest.mark.parametrize("folder_in_path", [None, "tools"])
def test_a_linter_in_the_checkout_is_not_run_and_is_told(checkout, monkeypatch, folder_in_path):
    folder, install, _ = checkout
    install("zizmor", "[]", 0)
    place = folder / (folder_in_path or ".")
    place.mkdir(exist_ok=True)
    (place / "actionlint").write_text("#!/bin/sh\ntouch ran\necho []\n")
    (place / "actionlint").chmod(0o755)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(folder))
    if folder_in_path:
        monkeypatch.setenv("PATH", f"{place}:/usr/bin:/bin")

    _, (finding,) = lint_workflows(folder)

    assert "actionlint lies in the checkout and was not run" in finding.summary
    assert "outside of the checkout" in finding.hint
    assert not (folder / "ran").exists()


@pytest.mark.parametrize(
    ("name", "answer", "end", "error", "told"),
    [
        ("zizmor", "", 1, "fatal: no audit was performed", "could not run zizmor: fatal: no audit"),
        ("zizmor", "", 2, "", "could not run zizmor: it ended with 2"),
        ("zizmor", "", 0, "", "the output of zizmor could not be parsed"),
        ("zizmor", "{}", 0, "", "the output of zizmor could not be parsed"),
        ("zizmor", "[null]", 14, "", "the output of zizmor could not be parsed"),
        ("zizmor", "[]", 1, " INFO zizmor: begins\nerror: bad key", "error: bad key"),
        ("zizmor", "[]", 137, "Killed", "could not run zizmor: Killed"),
        ("actionlint", "", 3, "could not parse config file", "could not parse config file"),
        ("actionlint", "[]", 2, "unknown flag", "could not run actionlint: unknown flag"),
        ("actionlint", "null", 0, "", "the output of actionlint could not be parsed"),
    ],
)
def test_a_linter_that_failed_has_found_nothing_and_warns(checkout, name, answer, end, error, told):
    folder, install, _ = checkout
    for other in ("zizmor", "actionlint"):
        install(other, "[]", 0)
    install(name, answer, end, error)

    drift, (finding,) = lint_workflows(folder)

    assert (drift, finding.outcome) == ((), Outcome.WARN)
    assert told in finding.summary


def test_a_linter_that_is_killed_has_found_nothing(checkout):
    folder, install, _ = checkout
    install("actionlint", "[]", 0)
    install("zizmor", "[]", 0)
    program = folder.parent / "bin" / "zizmor"
    program.write_text("#!/bin/sh\nkill -9 $$\n")

    drift, (finding,) = lint_workflows(folder)

    assert (drift, finding.outcome) == ((), Outcome.WARN)
    assert "could not run zizmor: it was ended by signal 9" in finding.summary


def test_without_workflows_nobody_is_asked(tmp_path):
    assert lint_workflows(tmp_path) == ((), ())
