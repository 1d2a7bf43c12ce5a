"""Every command that prints a result takes `--format`, as text and as JSON, in the same words."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.report.test_surfaces import audit_report
from tests.sandbox.runs import environ
from tests.test_completion import completed
from verifier.cli import cli
from verifier.cli.command_list import every_command
from verifier.model.output_form import OutputForm
from verifier.report import json_report

ROOT = Path(__file__).parents[1]
JULIA = ROOT / "examples" / "julia"
#: What has no result to print in two forms, and why.
OTHERS = {
    "audit shard": "prints a matrix of jobs, which is JSON",
    "config schema": "prints a schema, which is JSON",
    "demo": "is watched",
    "sandbox": "serves until it is stopped",
}


def commands():
    for name, command in every_command().items():
        inner = command.commands if isinstance(command, click.Group) else {}
        if not inner or command.invoke_without_command:
            yield name, command
        yield from ((f"{name} {each}", found) for each, found in inner.items())


ALL = dict(commands())


def test_what_takes_no_form_is_there():
    assert set(OTHERS) <= set(ALL)


@pytest.mark.parametrize("name", sorted(set(ALL) - set(OTHERS)))
def test_a_command_prints_its_result_as_text_and_as_json(name):
    options = {option: p for p in ALL[name].params for option in p.opts}

    assert list(options["--format"].type.choices)[:2] == [OutputForm.TEXT, OutputForm.JSON]
    assert options["--json"].is_flag


def run(*arguments):
    done = CliRunner().invoke(cli, [*map(str, arguments)], standalone_mode=False)
    return done.exception, done.return_value, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("arguments", "schema", "key"),
    [
        (["config", "check", "--checkout", JULIA], "config-check", "valid"),
        (["config", "show", "--checkout", JULIA], "config-settings", "settings"),
        (["config", "explain", "gate.fail-after"], "config-key", "default"),
        (["config", "upgrade", "--dry-run", "--checkout", JULIA], "config-upgrade", "written"),
        (["rehearse", "--list"], "incidents", "incidents"),
    ],
)
def test_json_is_all_that_is_printed(arguments, schema, key):
    error, code, out, _ = run(*arguments, "--format", "json")

    said = json.loads(out)
    assert (error, code) == (None, 0)
    assert said["schema"] == f"verifier.{schema}/v1"
    assert key in said


def test_mistakes_of_a_file_are_told_to_a_program_with_their_places(tmp_path):
    file = tmp_path / "verifier.yml"
    file.write_text("version: 1\nservices: { a: { role: apii } }\n", "utf-8")

    error, _, out, _ = run("config", "check", "--config", file, "--json")

    said = json.loads(out)
    assert error is not None
    assert said["valid"] is False
    assert [(each["line"], "apii" in each["text"]) for each in said["mistakes"]] == [(2, True)]


#: A setting that should not have been written out, and whether the file is taken with it.
SPILT = [
    ("services: { api: { url: 'hunter2XyZ' } }", False),
    ("services: { api: { url: 'https://u:Zq7pL9wKx3vR@x.test' } }", False),
    ("services: { api: {} }\nnotify: { slack: 'https://x.test/hunter2XyZ' }", False),
    ("services: { api: {} }\nnotify: { webhook: 'https://x.test/Zq7pL9wKx3vR' }", False),
    ("services: { api: {} }\nnotify: { slack-channel: 'hunter2XyZ' }", True),
    ("services: { api: { url: 'https://x.test/?token=Zq7pL9wKx3vR' } }", False),
]


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("command", ["check", "show", "upgrade"])
@pytest.mark.parametrize(("text", "is_taken"), SPILT)
def test_no_form_of_a_configuration_shows_a_secret(
    tmp_path, monkeypatch, command, text, is_taken, form
):
    monkeypatch.setenv("MY_API_TOKEN", "hunter2XyZ")
    file = tmp_path / "verifier.yml"
    version = "" if command == "upgrade" else "version: 1\n"
    file.write_text(f"{version}{text}  # hunter2XyZ\n", "utf-8")
    more = ["--dry-run"] if command == "upgrade" else []

    error, _, out, told = run("config", command, "--config", file, *more, "--format", form)

    assert [part for part in ("hunter2XyZ", "Zq7pL9wKx3vR") if part in out + told] == []
    assert (error is None) is is_taken


def test_a_configuration_is_shown_as_it_is_where_it_holds_no_secret():
    _, _, out, _ = run("config", "show", "--all", "--checkout", JULIA, "--json")

    assert "***" not in out


def test_the_course_of_drift_is_told_to_a_program(tmp_path):
    file = tmp_path / "audit.json"
    file.write_text(json_report.render(audit_report("x")), "utf-8")

    newer = replace(audit_report("x"), ended_at=audit_report("x").ended_at + timedelta(days=1))
    second, page = tmp_path / "newer.json", tmp_path / "page.html"
    _, code, out, _ = run("audit", "trend", file, "--json")
    second.write_text(json_report.render(newer), "utf-8")
    run("audit", "trend", file, second, "--html", page)

    assert "Drift over time" in page.read_text("utf-8")
    (audit,) = json.loads(out)["audits"]
    assert (code, audit["new"], audit["repositories"]) == (0, None, 1)


@pytest.mark.slow
def test_a_rehearsal_prints_json_alone_and_the_gates_log_beside_it(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "verifier", "rehearse", "good-deploy", "--json"],
        env=environ(None, VERIFIER_CONFIG=str(JULIA / ".github/verifier.yml")),
        cwd=JULIA,
        capture_output=True,
        text=True,
        check=False,
    )

    assert json.loads(done.stdout)["schema"] == "verifier.rehearsal/v1", done.stderr
    assert "julia-api" in done.stderr


def offered(*words):
    asked = " ".join(["verifier", *words])
    lines = completed("bash_complete", asked, str(len(words))).split()
    return [line.partition(",")[2] for line in lines]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["rehearse", "missing-"], "missing-migration"),
        (["rehearse", "--all", "--skip", "wrong-"], "wrong-environment"),
        (["config", "explain", "gate.fail"], "gate.fail-after"),
        (["config", "explain", "services.*.u"], "services.*.url"),
        (["report", "x.json", "--format", "sa"], "sarif"),
    ],
)
def test_a_shell_offers_incidents_keys_and_forms(words, found):
    assert found in offered(*words)


@pytest.mark.parametrize("form", ["sarif", "csv"])
def test_a_form_of_drift_is_not_made_of_a_gates_report(form):
    file = ROOT / "docs/pictures/missing-migration.json"

    error, _, out, _ = run("report", file, "--format", form)

    assert "shows drift" in error.format_message()
    assert out == ""


@pytest.mark.parametrize(
    ("printed", "schema"),
    [
        (json_report.printed(audit_report("x")), "drift"),
        (json_report.printed(replace(audit_report("x"), command="gate")), "report"),
    ],
)
def test_what_a_report_prints_as_json_names_its_schema(printed, schema):
    assert json.loads(printed)["schema"] == f"verifier.{schema}/v1"


def test_the_drift_of_an_audit_is_not_taken_for_its_report(tmp_path):
    file = tmp_path / "audit.json"
    file.write_text(json_report.printed(audit_report("x")), "utf-8")

    error, _, _, _ = run("report", file)

    assert "an audit's drift alone" in str(error)
    assert "--report" in str(error)
