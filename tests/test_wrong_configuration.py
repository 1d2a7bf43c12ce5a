"""A job that is configured wrongly says so where a job is looked at: summary, annotation, report."""

import json
import re
import shlex
import sys

import pytest

from verifier import cli
from verifier.cli.languages import speak
from verifier.cli.sandbox import sandbox_extra
from verifier.errors import ConfigError
from verifier.report.spoken import ENGLISH

_FOUR_MISTAKES = (
    "version: 1\nservices:\n  api: { rol: api, run-mode: api }\n"
    "gate: { fail-after: lots, rollback: yes }\n"
)
_SHA = "a" * 40


@pytest.fixture(autouse=True)
def _english_again():
    yield
    speak(ENGLISH)


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """What a job's process leaves for these arguments and variables."""
    summary = tmp_path / "summary.md"
    monkeypatch.chdir(tmp_path)
    for name in ("make_steady", "finish"):
        monkeypatch.setattr(f"verifier.cli.{name}", lambda: None)
    for name in ("listen", "ignore"):
        monkeypatch.setattr(f"verifier.cli.ending.{name}", lambda: None)
    for name in ("VERIFIER_LANGUAGE", "RAILWAY_TOKEN", "RAILWAY_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))

    def run(*arguments, **environ):
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("sys.argv", ["verifier", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = "".join(capsys.readouterr())
        return ended.value.code, said, summary.read_text("utf-8") if summary.exists() else ""

    return run


def annotations(said):
    return [line for line in said.splitlines() if line.startswith("::")]


def test_each_mistake_is_a_row_of_the_summary_with_a_next_step_and_all_are_one_annotation(
    run, tmp_path
):
    (tmp_path / "bad.yml").write_text(_FOUR_MISTAKES)

    code, said, summary = run("gate", "--config", "bad.yml", "--sha", _SHA, "--report", "r.json")

    (one,) = annotations(said)
    assert code == 2
    assert "nothing was done: 4 mistakes" in summary
    assert summary.count("`config.mistake`") == 4
    assert "### What to do\n\n1. Correct what is listed" in summary
    assert "verifier config check" in summary
    assert re.match("::error file=bad.yml,line=3,title=Not run", one)
    assert one.count("%0A") == 4
    findings = json.loads((tmp_path / "r.json").read_text())["findings"]
    assert [(f["file"], f["line"]) for f in findings] == [
        ("", 0),
        ("bad.yml", 3),
        ("bad.yml", 4),
        ("bad.yml", 4),
    ]


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        pytest.param({"VERIFIER_ROLLBACK": "maybe"}, "'maybe' is not one of", id="choice"),
        pytest.param({"VERIFIER_CHECKOUT": ""}, "nothing was done", id="no-file"),
        pytest.param({"VERIFIER_SINCE": "yesterday"}, "nothing was done", id="time"),
        pytest.param({"VERIFIER_DEPLOYMENT": "abc"}, "nothing was done", id="pair"),
    ],
)
def test_a_wrong_input_of_a_job_is_in_its_summary_with_what_to_do(run, environ, told):
    code, said, summary = run("gate", "--config", "none.yml", "--sha", _SHA, **environ)

    assert code == 2
    assert len(annotations(said)) == 1
    assert told in summary.replace("\\", "")
    assert "### What to do" in summary


@pytest.mark.parametrize("command", ["preflight", "check", "audit", "gate", "ready", "rollback"])
def test_an_option_that_there_is_not_leaves_a_summary_too(run, command):
    code, said, summary = run(command, "--nonsense")

    assert code == 2
    assert len(annotations(said)) == 1
    assert "nonsense" in summary
    assert f"verifier {command} --help" in summary


def test_what_a_wrong_call_was_given_is_shown_without_secrets(run):
    code, said, summary = run("check", "hunter2XyZ", MY_API_TOKEN="hunter2XyZ")

    assert code == 2
    assert "hunter2XyZ" not in said + summary


@pytest.mark.parametrize(
    ("has_pip", "command"),
    [(True, "{python} -m pip install"), (False, "uv pip install --python {python}")],
)
def test_what_the_sandbox_needs_is_installed_beside_the_program_that_needs_it(
    monkeypatch, has_pip, command
):
    """Another environment's pip asks the index for the package itself; uv's own have none."""
    monkeypatch.setattr("importlib.metadata.distributions", lambda name: [name] if has_pip else [])

    with pytest.raises(ConfigError) as told, sandbox_extra():
        raise ModuleNotFoundError(name="fakeredis")

    install = command.format(python=shlex.quote(sys.executable))
    assert told.value.hint.endswith(f": {install} 'railway-deploy-verifier[sandbox]'")
