"""Rehearsals with real processes: on the example, on one service, on six, and with broken files."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S, remaining, until
from tests.sandbox.runs import environ

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
JULIA = ROOT / "examples" / "julia"
QUICK = "gate: { stable-for: 1s, ready-within: 10s, interval: 500ms, deadline: 2m }\n"
ONE = f"version: 1\nservices:\n  web: {{ role: api }}\nledger: {{ tool: supabase }}\n{QUICK}"
#: Nothing that it answers tells which database it uses.
MUTE = (
    "version: 1\nservices: { web: { role: api, url: https://a.example.com }, jobs: { role: worker } }\n"
    "health: { live: { path: /health }, ready: null, deep: null, schema: null }\n"
    f"ledger: {{ tool: alembic, path: db/versions }}\n{QUICK}"
)
SIX = f"""version: 1
roles: [mail]
services:
  api: {{ role: api, run-mode: api, url: https://a.example.com }}
  site: {{ url: https://b.example.com, run-mode: site, health: {{ deep: null, schema: null, required: [] }} }}
  worker-1: {{ role: worker, run-mode: worker }}
  worker-2: {{ role: worker, run-mode: worker, replicas: 2 }}
  scheduler: {{ role: scheduler, run-mode: scheduler }}
  mail: {{ role: mail, run-mode: mail }}
guards: {{ app-env: live, supabase-project-ref: bcdefghijklmnopq }}
ledger: {{ tool: alembic, path: db/versions, expected: {{ file: settings.py, pattern: 'SCHEMA = "(.+)"' }} }}
probes: [{{ name: beat, service: mail, sql: "select max(at) from beats where who = 'mail'", fresh-within: 1m }}]
{QUICK}"""
SHOWN = (JULIA / ".github" / "verifier.yml").read_text("utf-8") + QUICK
BROKEN = {
    "wrong path": (SHOWN + "health: { deep: /helth/deep }\n", "good-deploy"),
    "wrong tool": (SHOWN.replace("tool: supabase", "tool: alembic"), "good-deploy"),
    "wrong folder": (SHOWN.replace("tool: supabase\n", "tool: supabase\n  path: supabase/migration\n"), "good-deploy"),
    "guards off": (SHOWN.replace("guards:\n  app-env: production\n  supabase-project-ref: abcdefghijklmnop\n", ""), "wrong-environment"),
    "rollback off": (SHOWN.replace("gate: {", "gate: { rollback: off,"), "missing-migration"),
}  # fmt: skip


def with_alembic(tmp_path):
    versions = tmp_path / "six/db/versions"
    versions.mkdir(parents=True)
    (versions / "1_first.py").write_text('revision = "0123456789ab"\ndown_revision = None\n')
    (tmp_path / "six/settings.py").write_text('SCHEMA = "0123456789ab"\n')
    return tmp_path / "six"


def rehearse(tmp_path, text, *names, checkout=JULIA):
    config, report = tmp_path / "verifier.yml", tmp_path / "rehearsal.json"
    config.write_text(text, "utf-8")
    arguments = ["--config", str(config), "--checkout", str(checkout), "--report", str(report)]
    done = subprocess.run(
        [sys.executable, "-m", "verifier", "rehearse", *names, *arguments],
        env=environ(None),
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    print(done.stdout + done.stderr)  # noqa: T201  for whoever reads a failure
    return done, json.loads(report.read_text("utf-8"))


@pytest.mark.parametrize(
    ("text", "name", "checkout"),
    [
        pytest.param(SHOWN, "missing-migration", JULIA, id="julia"),
        pytest.param(ONE, "missing-migration", JULIA, id="one service"),
        pytest.param(SIX, "wrong-environment", None, id="six services"),
        pytest.param(MUTE, "missing-migration", None, id="no documents"),
    ],
)
def test_a_gate_that_does_what_it_must_is_green_with_measured_times(tmp_path, text, name, checkout):
    done, report = rehearse(tmp_path, text, name, checkout=checkout or with_alembic(tmp_path))

    (played,) = report["incidents"]
    assert (done.returncode, report["good"], played["unmet"]) == (0, True, [])
    assert played["bad_live_s"] > 0
    assert played["recovered_in_s"] > 0


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (
            "wrong path",
            ["NOT OK: the verdict is", "it must be passed", "Wrong path?", "/helth/deep"],
        ),
        (
            "wrong folder",
            ["the verdict is inconclusive", "supabase/migration has no supabase migrations"],
        ),
        ("wrong tool", ["the verdict is inconclusive", "this checkout has no alembic migrations"]),
        ("guards off", ["the verdict is passed, it must be failed", "add the section guards"]),
        (
            "rollback off",
            [
                "exited with 3",
                "still serve the pushed commit",
                "rollbacks are switched off (gate.rollback: off)",
            ],
        ),
    ],
)
def test_a_broken_configuration_makes_it_red_with_the_right_words(tmp_path, broken, words):
    text, name = BROKEN[broken]

    done, report = rehearse(tmp_path, text, name)

    assert (done.returncode, report["good"]) == (1, False)
    assert [word for word in words if word not in done.stdout] == []


def test_a_view_that_is_there_is_not_rehearsed_as_missing_in_silence(tmp_path):
    lost = tmp_path / "lost.yml"
    lost.write_text(
        "title: Views are missing\n"
        "commit: { missing-views: [campaign_metrics, not_there] }\n"
        "must: { verdict: failed, exit-code: 1, live: before }\n",
        "utf-8",
    )

    done, report = rehearse(tmp_path, SHOWN, str(lost))

    (played,) = report["incidents"]
    assert done.returncode == 1
    (said,) = played["unmet"]
    assert "the database has campaign_metrics, by your migrations" in said


@pytest.mark.timeout(200)
def test_a_newer_good_commit_may_come_after_the_rollback_of_a_bad_one(tmp_path):
    after = tmp_path / "after.yml"
    after.write_text(
        "title: A bad commit is rolled back, and a good newer one goes live\n"
        "commit: { database: staging, guards-itself: true }\n"
        "newer: { after: 12s }\n"
        "must: { verdict: failed, exit-code: 1, live: newer }\n",
        "utf-8",
    )
    # What is back is looked at for so long: the push comes meanwhile, on a slow machine too.
    slow = re.sub("stable-for: [0-9a-z]+", "stable-for: 20s", SHOWN)

    done, report = rehearse(tmp_path, slow, str(after))

    (played,) = report["incidents"]
    assert (done.returncode, played["unmet"]) == (0, [])
    assert set(played["live"].values()) == {"newer"}


@pytest.mark.timeout(200)
def test_nobody_waits_for_a_newer_push_that_comes_after_the_gate(tmp_path):
    late = tmp_path / "late.yml"
    late.write_text(
        "title: A newer commit is pushed in an hour\n"
        "newer: { after: 1h }\n"
        "must: { verdict: passed, exit-code: 0, live: pushed }\n",
        "utf-8",
    )

    done, report = rehearse(tmp_path, ONE, str(late))

    (played,) = report["incidents"]
    assert done.returncode == 1
    assert "the newer commit was not pushed: the gate had ended" in played["unmet"][0]
    assert played["live"] == {"web": "pushed"}


def test_a_version_that_no_gate_can_read_is_not_left_out(tmp_path):
    text = SIX.replace("SCHEMA = ", "VERSION = ")

    done, report = rehearse(tmp_path, text, "good-deploy", checkout=with_alembic(tmp_path))

    assert (done.returncode, report["good"]) == (1, False)
    assert "nothing in settings.py matches VERSION" in done.stdout


def test_a_schema_that_lacks_what_is_configured_is_noticed(tmp_path):
    dump = tmp_path / "schema.sql"
    dump.write_text("create table users (id int);\ncreate table odd (x no_such_type);\n", "utf-8")

    done, _ = rehearse(
        tmp_path,
        ONE + "relations: { tables: [users, orders] }\n",
        "good-deploy",
        "--schema",
        str(dump),
    )

    assert done.returncode == 1
    assert "orders" in done.stdout
    assert "of the schema 1 statements were refused" in done.stdout


@pytest.mark.parametrize("wanted_end", [signal.SIGTERM, signal.SIGINT], ids=lambda s: s.name)
def test_a_rehearsal_that_is_told_to_end_ends_and_leaves_nothing(tmp_path, wanted_end):
    config = tmp_path / "verifier.yml"
    config.write_text(ONE, "utf-8")
    sandboxes = tmp_path / "sandboxes"
    sandboxes.mkdir()
    env = environ(None, TMPDIR=str(sandboxes))
    command = [sys.executable, "-m", "verifier", "rehearse", "--all", "--config", str(config)]

    with subprocess.Popen(
        [*command, "--checkout", str(JULIA)],
        env=env,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        until(lambda: len(list(sandboxes.glob("*/repository"))) >= 2)
        process.send_signal(wanted_end)
        # All incidents together take minutes, which are not waited for.
        _, err = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 130
    assert "its sandboxes are removed" in err
    # What was just being made goes with its keeper, right after the command.
    assert remaining(lambda: list(sandboxes.iterdir())) == []
    assert not [line for line in processes() if str(sandboxes) in line]


def processes():
    return subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout.splitlines()


def test_a_report_of_other_services_is_not_replayed(tmp_path):
    config = tmp_path / "verifier.yml"
    config.write_text(ONE, "utf-8")
    report = ROOT / "docs/pictures/missing-migration.json"

    done = subprocess.run(
        [sys.executable, "-m", "verifier", "rehearse", "--replay", report, "--config", config],
        env=environ(None),
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert "has none of these services" in done.stderr
    assert "Invalid configuration" not in done.stderr
