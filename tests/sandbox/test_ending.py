"""However early a command ends, its report, its summary and its outputs say why."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from tests.action.step import read_outputs
from tests.sandbox.runs import environ, verifier

pytestmark = pytest.mark.slow

CONFIG = """
version: 1
services: { api: { role: api, url: http://127.0.0.1:1 } }
guards: { app-env: production }
ledger: { tool: supabase }
gate: { reach-within: 1s }
"""
JOB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_API_URL": "http://127.0.0.1:1",
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_TOKEN": "a-token",
    "GITHUB_SHA": "f" * 40,
    "RAILWAY_TOKEN": "c4nary-token",
    "RAILWAY_API_URL": "http://127.0.0.1:1/c4nary-token",
    "DATABASE_URL": "postgresql://u@127.0.0.1:1/d",
}


@pytest.fixture
def job(tmp_path):
    """The environment of a job whose services all refuse connections."""
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "verifier.yml").write_text(CONFIG)
    (tmp_path / "not-a-report.json").write_text("{}")
    surfaces = {
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "VERIFIER_REPORT": str(tmp_path / "report.json"),
    }
    return lambda **changes: environ(None, **{**JOB, **surfaces, **changes})


NO_CONFIG = ["--config", "nowhere.yml"]


@pytest.mark.parametrize(
    ("arguments", "changes", "code", "reason"),
    [
        pytest.param(["gate"], {}, 4, "no connection", id="gate-unreachable"),
        pytest.param(["gate", *NO_CONFIG], {}, 2, "found no such file", id="gate-config"),
        pytest.param(["gate"], {"GITHUB_SHA": None}, 2, "nothing to judge", id="gate-usage"),
        pytest.param(
            ["gate"],
            {"GITHUB_EVENT_NAME": "deployment_status", "GITHUB_EVENT_PATH": "/nowhere"},
            2,
            "could not read an event at GITHUB_EVENT_PATH",
            id="gate-event",
        ),
        pytest.param(["rollback", "--yes"], {}, 4, "no connection", id="rollback-unreachable"),
        pytest.param(["rollback"], {}, 2, "no terminal to confirm", id="rollback-usage"),
        pytest.param(["check"], {}, 4, "no connection", id="check-unreachable"),
        pytest.param(["ready"], {}, 4, "no connection", id="ready-unreachable"),
        pytest.param(["doctor", *NO_CONFIG], {}, 2, "nowhere.yml", id="doctor-config"),
        pytest.param(["preflight"], {"DATABASE_URL": None}, 2, "DATABASE_URL", id="preflight"),
        pytest.param(["audit"], {"GITHUB_TOKEN": None}, 2, "GITHUB_TOKEN", id="audit-config"),
        pytest.param(
            ["audit", "--fix"], {}, 4, "GitHub's API did not answer", id="audit-unreachable"
        ),
        pytest.param(
            ["audit", "merge", "not-a-report.json"], {}, 2, "is not a report", id="audit-merge"
        ),
    ],
)
def test_an_end_before_the_first_verdict_is_on_every_surface(
    job, tmp_path, arguments, changes, code, reason
):
    done = verifier(*arguments, env=job(**changes), cwd=tmp_path)

    report = json.loads((tmp_path / "report.json").read_text())
    outputs = read_outputs(tmp_path / "output")
    summary = (tmp_path / "summary").read_text()
    assert (done.returncode, report["exit_code"], outputs["exit-code"]) == (code, code, str(code))
    assert (report["verdict"], outputs["verdict"]) == ("inconclusive", "inconclusive")
    assert report["command"] == arguments[0]
    assert reason in report["reason"]
    assert summary.count("## ") - summary.count("### ") == 1
    assert reason in done.stderr
    assert re.search(r"^::error (?:file=[^,]+,line=\d+,)?title=", done.stdout, re.MULTILINE)
    assert "c4nary" not in done.stdout + done.stderr + summary + str(outputs) + str(report)


def test_with_json_standard_output_is_that_report(job, tmp_path):
    done = verifier("gate", "--json", env=job(), cwd=tmp_path)

    assert json.loads(done.stdout)["exit_code"] == done.returncode == 4
    assert "no connection" in done.stderr


LATE = """
import click, os, signal
from pathlib import Path
from tests.report.test_surfaces import report
from verifier.cli import cli, main
from verifier.cli.ending import leaves_report, publish
from verifier.model.output_form import OutputForm

@click.command()
@click.option("--report", "report_path", type=Path, default=Path("report.json"))
@leaves_report("gate")
def late(report_path):
    {body}

cli.add_command(late)
main()
"""


@pytest.fixture
def late(tmp_path):
    """Run a command of this body, and return how it ended and what its report says."""
    env = environ(None, PYTHONPATH=os.pathsep.join(sys.path))

    def run(body):
        program = LATE.format(body=body.replace("\n", "\n    "))
        done = subprocess.run(
            [sys.executable, "-c", program, "late"],
            env=env, cwd=tmp_path, capture_output=True, text=True,
        )  # fmt: skip
        return done, json.loads((tmp_path / "report.json").read_text())

    return run


def test_a_report_that_was_published_is_the_one_that_stays(late):
    done, written = late(
        'publish(report(), Path("report.json"), OutputForm.TEXT)\nraise RuntimeError("a defect")'
    )

    assert (done.returncode, "a defect" in done.stderr) == (4, True)
    assert written["exit_code"] == 1


def test_an_interruption_that_a_library_made_another_error_of_is_one(late):
    done, written = late(
        "try: os.kill(os.getpid(), signal.SIGTERM)\n"
        'except KeyboardInterrupt as error: raise ValueError("no schema") from error'
    )

    assert (done.returncode, done.stderr.strip()) == (130, "Cancelled.")
    assert written["reason"] == "cancelled while reading the configuration"


@pytest.mark.skipif(not hasattr(os, "login_tty"), reason="this system has no such terminals")
def test_a_terminal_that_goes_away_leaves_a_report(town, tmp_path):
    """As a connection over ssh that is cut."""
    ours, theirs = os.openpty()
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "verifier", "gate", "--sha", "f" * 40, "--report", str(report)]

    def log_in():
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may ignore it
        os.login_tty(theirs)

    process = subprocess.Popen(
        command,
        env=environ(town),
        cwd=town.repository.folder,
        preexec_fn=log_in,
    )
    os.close(theirs)
    told = b""
    with process:
        while b"no deployment of this commit" not in told:
            told += os.read(ours, 1000)
        os.close(ours)

    assert process.returncode == 130
    written = json.loads(report.read_text())
    assert (written["exit_code"], written["reason"][:9]) == (130, "cancelled")
    assert all(service["active_after"] for service in written["services"])


def test_what_nohup_keeps_alive_goes_on(town, tmp_path):
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "verifier", "gate", "--sha", "f" * 40, "--report", str(report)]
    with subprocess.Popen(
        command,
        env=environ(town),
        cwd=town.repository.folder,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    ) as process:
        process.stderr.readline()
        process.send_signal(signal.SIGHUP)
        time.sleep(0.1)
        process.stderr.read()

    assert process.returncode == 1
