"""Incidents and what must come out of them; what of a team's configuration is played."""

import io
import json
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from verifier.cli import cli
from verifier.config.ledgers import VersionInFile
from verifier.config.settings import load_document
from verifier.errors import ConfigError, UnexpectedAnswerError, WrongInputError
from verifier.guarded.mistakes import InvalidConfigError
from verifier.sandbox.host.job import machine_environ
from verifier.sandbox.rehearsal.applying import missing_for, refuse_unknown_services
from verifier.sandbox.rehearsal.incident import CATALOGUE, Incident, chosen, read_incident
from verifier.sandbox.rehearsal.outcome import Played, unmet
from verifier.sandbox.rehearsal.paths_in_code import answers_at
from verifier.sandbox.rehearsal.published import NAME, incident_schema
from verifier.sandbox.rehearsal.series import rehearse
from verifier.sandbox.rehearsal.switches import Cutover, Switches
from verifier.sandbox.rehearsal.team import team_of
from verifier.sandbox.rehearsal.team_config import gate_config, not_played
from verifier.sandbox.rehearsal.team_scenario import scenario_of
from verifier.sandbox.rehearsal.told import Rehearsal, as_json, as_text, listed
from verifier.sandbox.rehearsal.uncommitted import uncommitted

ROOT = Path(__file__).parents[2]
JULIA = ROOT / "examples" / "julia"
FILES = sorted(CATALOGUE.glob("*.yml"))
BAD = {"verdict": "failed", "exit-code": 1, "live": "before"}


def incident(**said):
    return Incident.model_validate({"title": "t", "must": BAD, **said})


def team(tmp_path, text, checkout=None):
    path = tmp_path / "verifier.yml"
    path.write_text(text, "utf-8")
    document, config = load_document(path)
    return document.value, team_of(document.value, config, checkout or tmp_path)


def replace_section(section, **changes):
    return section.model_copy(update=changes)


def copy_of_julia(tmp_path):
    shutil.copytree(JULIA, tmp_path / "julia")
    text = (JULIA / ".github" / "verifier.yml").read_text("utf-8")
    return team(tmp_path, text, tmp_path / "julia")


def julia(tmp_path):
    return team(tmp_path, (JULIA / ".github" / "verifier.yml").read_text("utf-8"), JULIA)


ONE = "version: 1\nservices:\n  web: {}\n"
SIX = """version: 1
roles: [mail]
services:
  a: { role: api, url: https://a.example.com }
  b: { url: https://b.example.com/ }
  c: { role: worker }
  d: { role: worker, replicas: 2 }
  e: { role: scheduler }
  f: { role: mail }
"""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_incident_of_the_catalogue_is_one_by_the_published_schema(path):
    Draft202012Validator(json.loads(incident_schema())).validate(
        json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8"))))
    )

    assert read_incident(path).title


def test_the_catalogue_has_what_was_promised():
    assert len(FILES) >= 15
    assert (ROOT / "schemas" / NAME).read_text("utf-8") == incident_schema()


def test_the_page_shows_an_incident_and_counts_them():
    page = (ROOT / "docs" / "commands" / "rehearse.md").read_text("utf-8")
    shown = page.partition("```yaml\n")[2].partition("```")[0]

    assert Incident.model_validate(yaml.safe_load(shown)).must.live == "before"
    assert f"[{len(FILES)} of them]" in (ROOT / "README.md").read_text("utf-8")


PLAYED = Played(
    "x",
    incident(),
    1,
    {
        "verdict": "failed",
        "reason": "r",
        "findings": [{"check": "guards.app_env", "outcome": "critical"}],
    },
    {"a": "before", "b": "before"},
    {"a": 1, "b": 1},
    20.0,
    4.0,
)


@pytest.mark.parametrize(
    ("changes", "must", "said"),
    [
        ({}, {}, []),
        ({"exit_code": 3}, {}, ["exited with 3 (failed, production NOT confirmed healthy)"]),
        ({"exit_code": -9, "report": {}}, {}, ["the verdict is no verdict", "-9 (killed)"]),
        ({"live": {"a": "before", "b": "pushed"}}, {}, ["b still serves the pushed commit"]),
        ({"live": {"a": "before", "b": ""}}, {}, ["b serves nothing"]),
        ({"rollbacks": {"a": 2, "b": 1}}, {}, ["a was rolled back 2 times"]),
        ({}, {"live": "pushed"}, ["a, b still serve the before commit", "a was rolled back, though", "b was rolled back, though"]),
        ({}, {"found-by": ["guards.*"]}, []),
        ({}, {"found-by": ["migrations.*"]}, ["what failed is guards.app_env"]),
        ({}, {"bad-live-at-most": "5s"}, []),
        ({}, {"bad-live-at-most": "3s"}, ["was live 4.0 s"]),
        ({"bad_live_s": None}, {"bad-live-at-most": "3s"}, ["was live to the end"]),
        ({"lacks_push": True}, {"live": "before"}, []),
        ({"live": dict.fromkeys("ab", "newer")}, {"live": "newer"}, []),
        ({"live": dict.fromkeys("ab", "newer"), "rollbacks": {"a": 2}}, {"live": "newer"}, ["a was rolled back 2 times"]),
        ({"live": dict.fromkeys("ab", "newer"), "rollbacks": {"a": 1}, "exit_code": 0, "report": {"verdict": "superseded"}},
         {"live": "newer", "verdict": "superseded", "exit-code": 0}, ["a was rolled back, though"]),
        ({"present_views": ("v", "w")}, {}, ["commit.missing-views: the database has v, w, by your migrations or schema"]),
    ],
)  # fmt: skip
def test_what_is_not_as_it_must_be_is_said(changes, must, said):
    played = replace(PLAYED, incident=incident(must={**BAD, **must}), **changes)

    found = list(unmet(played))

    assert len(found) == len(said)
    assert all(part in text for part, text in zip(said, found, strict=True))


@pytest.mark.parametrize("field", ["title", "remedy"])
def test_what_a_file_says_is_one_line_that_nobody_obeys(field):
    said = "A \x1b[31mred\x1b[0m\u202e title\n::error::no\n"

    told = getattr(incident(**{field: said}), field)

    assert told == "A [31mred [0m title ::error::no"


def test_a_newer_push_that_was_never_made_is_told():
    late = incident(must=BAD, newer={"after": "1h", "commit": {}})

    (said,) = unmet(replace(PLAYED, incident=late, lacks_push=True))

    assert said == (
        "the newer commit was not pushed: the gate had ended before newer.after, 3600 s"
    )


@pytest.mark.parametrize("code", ["true", "1.0", '"1"'])
def test_an_exit_code_is_a_whole_number_as_the_schema_says(tmp_path, code):
    file = tmp_path / "own.yml"
    file.write_text(
        f"title: t\nmust: {{ verdict: failed, exit-code: {code}, live: before }}\n", "utf-8"
    )

    with pytest.raises(InvalidConfigError, match="exit-code"):
        read_incident(file)


@pytest.mark.parametrize(
    ("played", "is_good"),
    [((), False), ((PLAYED,), True), ((PLAYED, replace(PLAYED, exit_code=3)), False)],
)
def test_a_rehearsal_is_good_where_something_was_played_and_all_of_it_is(played, is_good):
    rehearsal = Rehearsal("verifier.yml", played, {"y": "no worker"}, ["probe x"])

    assert rehearsal.is_good is is_good
    assert json.loads(as_json(rehearsal))["good"] is is_good
    assert "y does not apply: no worker" in as_text(rehearsal)
    assert "  probe x" in as_text(rehearsal)


def test_what_strangers_say_begins_no_line_of_its_own():
    odd = "a\n::error::no\r::stop-commands::x\x1b[31m"
    bad = replace(
        PLAYED,
        name=odd,
        report={"verdict": "passed", "reason": odd, "advice": [odd]},
        unknown_paths=(odd,),
    )

    said = as_text(Rehearsal("verifier.yml", [bad], {odd: odd}, [odd]))

    said += listed({odd: incident()})
    assert [line for line in said.splitlines() if line.startswith("::")] == []
    assert "\x1b" not in said
    assert said.count("::error::no") == 10


def test_a_red_incident_says_what_helps_and_which_path_may_be_wrong():
    bad = replace(
        PLAYED,
        incident=incident(remedy="add guards"),
        report={"verdict": "passed", "advice": ["look at it"]},
        unknown_paths=("/helth",),
    )

    said = as_text(Rehearsal("verifier.yml", [bad], {}, []))

    assert "It advised: look at it" in said
    assert "What helps: add guards" in said
    assert "Wrong path? Nothing in the code of this checkout answers at /helth" in said
    assert "verifier.yml: 0 of 1 came out as they must." in said


@pytest.mark.parametrize(
    ("text", "public", "private"),
    [(ONE, ("web",), ()), (SIX, ("a", "b"), ("c", "d", "e", "f"))],
    ids=["one", "six"],
)
def test_which_services_have_an_address(tmp_path, text, public, private):
    _, found = team(tmp_path, text)

    assert (found.public, found.private) == (public, private)


@pytest.mark.parametrize(
    ("word", "services"),
    [
        ("all", "abcdef"),
        ("public", "ab"),
        ("private", "cdef"),
        ("one-private", "c"),
        ("worker", "cd"),
        ("mail", "f"),
        ("b", "b"),
        ("nobody", ""),
    ],
)
def test_an_incident_names_services_by_kind_role_or_name(tmp_path, word, services):
    _, found = team(tmp_path, SIX)

    assert found.named(word) == tuple(services)


def test_an_incident_that_cannot_happen_is_told_with_its_reason(tmp_path):
    _, found = team(tmp_path, ONE)

    assert missing_for(found, incident(needs=["private"])) == "every service has an address"
    assert missing_for(found, incident(needs=["public"])) == ""
    assert missing_for(replace(found, public=()), incident(needs=["public"])) == (
        "no service has an address"
    )
    assert missing_for(found, incident()) == ""


BARE = "version: 1\nservices: { shop: {} }\nhealth: { deep: null, schema: null, required: [] }\n"


@pytest.mark.parametrize(
    ("text", "needs", "reason"),
    [
        (BARE, "database", "nothing of the configuration tells of a database"),
        (BARE + "guards: { app-env: live }\n", "database", ""),
        (BARE, "ledger", "a missing migration shows nowhere"),
        (BARE + "ledger: { tool: supabase }\n", "ledger", ""),
        (ONE, "ledger", ""),
        (ONE + "gate: { rollback: plan }\n", "rollback", "gate.rollback is plan"),
        (ONE + "gate: { rollback: off }\n", "rollback", "gate.rollback is off"),
        (ONE, "rollback", ""),
    ],
)
def test_an_incident_does_not_apply_where_nothing_could_show_it(tmp_path, text, needs, reason):
    _, found = team(tmp_path, text)

    said = missing_for(found, incident(needs=[needs]))

    assert said.startswith(reason)
    assert bool(said) == bool(reason)


def test_services_that_are_meant_by_a_kind_are_needed(tmp_path):
    _, found = team(tmp_path, ONE)

    meant = incident(commit={"builds": {"one-private": "10m"}})

    assert missing_for(found, meant) == "every service has an address"


@pytest.mark.parametrize(
    "said",
    [
        {"commit": {"troubles": {"emailer": "crash:3"}}},
        {"commit": {"run-modes": {"emailer": "x"}}},
        {"commit": {"fates": {"emailer": "absent"}}},
        {"commit": {"skipped": {"emailer": ""}}},
        {"newer": {"after": "1s", "commit": {"builds": {"emailer": "1m"}}}},
    ],
    ids=["troubles", "run-modes", "fates", "skipped", "newer"],
)
def test_an_incident_of_a_service_that_is_not_there_is_refused(tmp_path, said):
    _, found = team(tmp_path, SIX)

    with pytest.raises(ConfigError, match="mine: no such service: 'emailer'") as refused:
        refuse_unknown_services(found, {"mine": incident(**said)})

    assert "services: a, b, c, d, e, f; roles: api, worker, scheduler, mail" in refused.value.hint
    refuse_unknown_services(found, {"mine": incident(commit={"troubles": {"mail": "crash:3"}})})


def test_a_command_that_would_play_nothing_is_wrong_usage(tmp_path):
    own = tmp_path / "mine.yml"
    own.write_text(
        "title: t\ncommit: { troubles: { emailer: crash:3 } }\n"
        "must: { verdict: passed, exit-code: 0, live: pushed }\n",
        "utf-8",
    )

    done = CliRunner().invoke(cli, ["rehearse", str(own), "--checkout", str(JULIA)])

    assert isinstance(done.exception, ConfigError)
    assert "no such service" in str(done.exception)


@pytest.mark.parametrize(
    ("check", "outcome", "is_told"),
    [
        pytest.param("guards.app_env", "warn", True, id="waived"),
        pytest.param("guards.app_env", "pass", False, id="good"),
        pytest.param("health.deep", "warn", False, id="another check"),
    ],
)
def test_what_the_configuration_only_warns_of_is_told_instead_of_what_helps(
    check, outcome, is_told
):
    found = {"check": check, "outcome": outcome, "summary": "waived until 2999-12-31 (r): wrong"}
    must = incident(must={**BAD, "found-by": ["guards.*"]}, remedy="add guards")
    passed = replace(
        PLAYED, incident=must, exit_code=0, report={"verdict": "passed", "findings": [found]}
    )

    said = as_text(Rehearsal("verifier.yml", [passed], {}, []))

    assert ("The gate saw it and only warned: guards.app_env: waived until" in said) is is_told
    assert ("What helps: add guards" in said) is not is_told


@pytest.mark.parametrize("mode", ["plan", "off"])
def test_a_rollback_that_is_switched_off_is_told_as_the_reason(mode):
    live = {"a": "pushed", "b": "pushed"}
    bad = replace(PLAYED, exit_code=3, live=live, rollbacks={}, rollback=mode)

    said = as_text(Rehearsal("verifier.yml", [bad], {}, []))

    assert f"Why: gate.rollback is {mode}, so the gate asked for no rollback" in said
    assert "set gate.rollback: auto in a copy" in said
    assert "Why:" not in as_text(Rehearsal("verifier.yml", [replace(bad, rollback="auto")], {}, []))


def test_what_helps_is_said_also_where_the_right_verdict_has_another_ground():
    must = {**BAD, "found-by": ["migrations.*"]}
    bad = replace(PLAYED, incident=incident(must=must, remedy="add guards"))

    assert "What helps: add guards" in as_text(Rehearsal("verifier.yml", [bad], {}, []))
    assert "What helps" not in as_text(
        Rehearsal("verifier.yml", [replace(bad, incident=incident(remedy="add guards"))], {}, [])
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_missing_migration_is_looked_for_only_where_it_shows(path):
    found = read_incident(path)

    if found.commit.unapplied_migrations:
        assert "ledger" in found.needs
        assert "ledger.tool" in found.remedy
    if found.faults.rollback != "works" or found.runner_killed:
        assert "rollback" in found.needs


@pytest.mark.parametrize(
    ("shas", "longest"),
    [("a", 0.0), ("ab", None), ("aba", 1.0)],
    ids=["never-live", "still-live", "put-back"],
)
def test_a_commit_that_never_served_was_live_for_no_time(shas, longest):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    seen = [Cutover(start + timedelta(seconds=n), "api", sha, "") for n, sha in enumerate(shas)]

    assert Switches(None, seen).longest_exposure("b") == longest


@pytest.mark.parametrize(
    ("path", "files", "is_there"),
    [
        ("/health/deep", {}, True),
        ("/helth/deep", {}, False),
        ("/helth/deep", {".github/verifier.yml": "deep: '/helth/deep'"}, False),
        ("/up", {"config/routes.rb": 'get "up" => "rails/health#show"'}, True),
        ("/status", {"main.py": '@app.get("/status")'}, True),
        ("/api/ok", {"main.py": 'APIRouter(prefix="/api")\n@r.get("/ok/")'}, True),
        ("/api/ok", {"main.py": 'APIRouter(prefix="/api")'}, False),
        ("/api/alive", {"app/api/alive/route.ts": ""}, True),
        ("/up", {"app/backup.py": "", "docs/a.md": '"/up"'}, False),
    ],
)
def test_where_a_path_is_taken_from_the_checkout(tmp_path, path, files, is_there):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")

    assert answers_at(path, tmp_path) is is_there


def test_the_gate_is_given_no_address_of_the_team(tmp_path):
    value, found = team(
        tmp_path, SIX + "notify: { slack: always }\nhealth: { headers: { X: env:T } }"
    )

    text = gate_config(value, found, {"a": "http://127.0.0.1:1", "b": "http://127.0.0.1:2"}, [])

    config = yaml.safe_load(text)
    assert "example.com" not in text
    assert [config["services"][n]["url"][-1] for n in "ab"] == ["1", "2"]
    assert "notify" not in config
    assert "headers" not in config["health"]
    path = tmp_path / "played.yml"
    path.write_text(text, "utf-8")
    assert load_document(path)[1].gate == found.config.gate


def test_waivers_of_what_is_left_out_are_left_out_too(tmp_path):
    checks = ("relations.objects", "extra.e", "probe.p", "component.redis")
    waivers = "".join(f"  - {{ check: {c}, reason: r, until: 2999-01-01 }}\n" for c in checks)
    value, found = team(
        tmp_path,
        SIX
        + "relations: { functions: [f] }\nprobes: [{ name: p, sql: select 1, equals: 1 }]\n"
        + "health: { extra: [{ name: e, path: /e, service: a, expect: { x: 1 }, outcome: fail }] }\n"
        + f"waivers:\n{waivers}",
    )
    path = tmp_path / "played.yml"
    path.write_text(gate_config(value, found, {}, []), "utf-8")

    (waiver,) = load_document(path)[1].waivers
    assert waiver.check == "component.redis"


def test_the_checkouts_own_migrations_and_constant_are_played(tmp_path):
    _, found = julia(tmp_path)

    scenario = scenario_of(found, incident(commit={"unapplied-migrations": 1}))

    assert [step.version for step in scenario.steps] == [
        "20260101090000",
        "20260102090000",
        "20260103090000",
        "20260103090001",
    ]
    constants = [scenario.commits[c].files["app/constants.py"] for c in ("before", "pushed")]
    assert ["20260103090000" in text for text in constants] == [True, False]
    assert scenario.databases["production"].applied == 3
    assert {s.public for s in scenario.services.values()} == {True, False}


@pytest.mark.parametrize("kind", ["a device", "a pipe", "a file elsewhere"])
def test_no_migration_is_read_that_is_no_file_of_the_checkout(tmp_path, kind):
    _, found = copy_of_julia(tmp_path)
    odd = found.checkout / "supabase/migrations/20260104090000_odd.sql"
    (tmp_path / "elsewhere.sql").write_text("select 'a secret'")
    match kind:
        case "a device":
            odd.symlink_to("/dev/zero")
        case "a pipe":
            os.mkfifo(odd)
        case _:
            odd.symlink_to(tmp_path / "elsewhere.sql")

    with pytest.raises(UnexpectedAnswerError, match=r"20260104090000_odd\.sql"):
        found.migrations()


def test_a_pattern_that_never_ends_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("verifier.guarded.user_pattern._LIMIT_S", 0.5)
    _, found = copy_of_julia(tmp_path)
    (found.checkout / "app/constants.py").write_text("a" * 60)
    expected = VersionInFile(file="app/constants.py", pattern="(?:a+)+(b)")
    ledger = replace_section(found.ledger, expected=expected)
    slow = replace(found, config=replace_section(found.config, ledger=ledger))

    with pytest.raises(UnexpectedAnswerError, match="took longer"):
        slow.expected_files()


def test_nothing_of_the_example_is_left_out(tmp_path):
    value, found = julia(tmp_path)

    assert list(not_played(value, found, {})) == []


def test_what_is_left_out_is_said(tmp_path):
    value, found = team(
        tmp_path,
        SIX
        + "ledger: { tool: alembic }\npause: {}\n"
        + "probes: [{ name: p, sql: select count(*) from x, equals: 1 }]\n"
        + "relations: { functions: [f] }\n"
        + "health: { headers: { X: env:T }, extra: [{ name: e, path: /e, service: a }] }\n",
    )

    said = "\n".join(not_played(value, found, {"migration 1_a": "no", "schema a:3": "odd"}))

    for part in (
        "alembic",
        "pause",
        "probe p",
        "functions",
        "headers",
        "extra",
        "1_a: no",
        "1 statements",
    ):
        assert part in said, part


def test_a_probe_whose_table_takes_no_row_is_left_out(tmp_path):
    value, found = julia(tmp_path)
    (beat,) = found.heartbeats()

    config = yaml.safe_load(gate_config(value, found, {}, [beat.write]))

    assert config["probes"] == []


def test_a_job_gets_no_token(monkeypatch):
    for name in ("RAILWAY_TOKEN", "RAILWAY_API_TOKEN", "SLACK_WEBHOOK_URL", "GITHUB_TOKEN"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("PAUSE_DATABASE_URL", "postgresql://secret@db/x")

    assert "secret" not in str(machine_environ())


def test_a_teams_own_incidents_are_found_and_win(tmp_path):
    own = tmp_path / ".github" / "rehearsals"
    own.mkdir(parents=True)
    for name in ("ours", "good-deploy"):
        (own / f"{name}.yml").write_text("title: our own\nmust: " + json.dumps(BAD), "utf-8")

    found = chosen((), tmp_path)

    assert set(found) == {path.stem for path in FILES} | {"ours"}
    assert found["good-deploy"].title == "our own"
    assert list(chosen((str(own / "ours.yml"),), tmp_path)) == ["ours"]


_GOOD_END = "must: { verdict: failed, exit-code: 1, live: before }"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("title: x", "1:1: found no 'must', which is required", id="no-end"),
        pytest.param(f"title: x\n{_GOOD_END}\ncommit: {{ trouble: {{ a: slow:1 }} }}", "3:11: found the unknown key 'commit.trouble' (did you mean 'troubles'?)", id="unknown-key"),
        pytest.param(f"title: x\n{_GOOD_END}\nmust: {{ verdict: passed, exit-code: 0, live: pushed }}", "3:1: found 'must' twice", id="twice"),
        pytest.param(f"title: x\n{_GOOD_END}\ncommit: {{ troubles: {{ a: explode }} }}", "3:26: commit.troubles.a: found 'explode', expected a text of the form ^(refuse", id="no-such-trouble"),
        pytest.param(f"title: x\n{_GOOD_END}\ncommit: {{ unapplied-migrations: -1 }}", "found -1, expected at least 0", id="negative"),
        pytest.param(f"title: x\n{_GOOD_END}\ncommit: {{ unapplied-migrations: 1000000000 }}", "expected at most 1000", id="endless"),
        pytest.param(f"title: x\n{_GOOD_END}\ncommit: {{ database: nowhere }}", "expected 'production' or 'staging'", id="no-such-database"),
        pytest.param("title: x\nmust: { verdict: passed, exit-code: 3, live: pushed }", "2:37: found 3, expected 0: the verdict is passed", id="never-that-code"),
        pytest.param("title: x\nmust: { verdict: failed, exit-code: 0, live: before }", "found 0, expected 1, 3 or 4", id="never-green"),
        pytest.param("title: x\nmust: { verdict: superseded, exit-code: 0, live: newer }", "there is no newer push", id="no-newer-push"),
        pytest.param("title: x\nmust: { verdict: failed, exit-code: 1, live: before, found-by: [migration.pending] }", "found 'migration.pending' (did you mean 'migrations.pending'?)", id="no-such-check"),
        pytest.param("[", "odd.yml:1:", id="no-yaml"),
        pytest.param("- 1", "odd.yml:1:1", id="a-list"),
        pytest.param("!!python/object/apply:os.system [id]", "odd.yml:1:", id="a-tag"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_incident_is_told_with_each_mistake_and_its_line(tmp_path, text, said):
    path = tmp_path / "odd.yml"
    path.write_text(text, "utf-8")

    with pytest.raises(ConfigError) as raised:
        read_incident(path)

    assert said in raised.value.message
    assert "docs/commands/rehearse.md" in raised.value.hint


def test_the_mistakes_of_all_files_are_told_at_once_whatever_their_ending(tmp_path):
    own = tmp_path / ".github" / "rehearsals"
    own.mkdir(parents=True)
    (own / "one.yml").write_text("title: x", "utf-8")
    (own / "two.yaml").write_text(f"titel: x\n{_GOOD_END}", "utf-8")

    with pytest.raises(ConfigError) as raised:
        chosen((), tmp_path)

    assert "one.yml:1:1" in raised.value.message
    assert (
        "two.yaml:1:1: found the unknown key 'titel' (did you mean 'title'?)"
        in raised.value.message
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--list"], 0, "missing-migration"),
        ([], 2, "name an incident, or use --all"),
        (["--all", "good-deploy"], 2, "do not name one as well"),
        (["--all", "--skip", "nothing"], 2, "there is no incident 'nothing'"),
    ],
)
def test_the_command_says_what_it_takes(arguments, code, said):
    done = CliRunner().invoke(cli, ["rehearse", *arguments])

    assert said in done.output
    assert (done.return_value if code == 0 else done.exit_code) == (None if code == 0 else code)


def test_an_unknown_incident_is_told():
    with pytest.raises(ConfigError, match="there is no incident 'nothing'"):
        chosen(("nothing",), ROOT)


@pytest.mark.parametrize(
    ("gate", "code", "said"),
    [
        ("{}", 0, "with this configuration: rolls back"),
        ("{ rollback: off }", 1, "gate.rollback: off"),
    ],
)
def test_a_recorded_report_is_replayed(tmp_path, gate, code, said, capsys):
    config = tmp_path / "verifier.yml"
    text = (JULIA / ".github" / "verifier.yml").read_text("utf-8")
    config.write_text(f"{text}gate: {gate}\n", "utf-8")
    recorded = ROOT / "docs" / "pictures" / "missing-migration.json"
    arguments = ["rehearse", "--replay", str(recorded), "--config", str(config)]

    assert cli.main(arguments, standalone_mode=False) == code
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_report_is_read_as_an_editor_saved_it(tmp_path, encoding):
    text = (ROOT / "docs" / "pictures" / "missing-migration.json").read_text("utf-8")
    recorded = tmp_path / "report.json"
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    recorded.write_bytes((mark + text).encode(encoding))

    arguments = ["rehearse", "--replay", str(recorded)]
    config = ["--config", str(JULIA / ".github" / "verifier.yml")]

    assert cli.main([*arguments, *config], standalone_mode=False) in (0, 1)


def test_what_a_replay_says_is_written_where_it_is_asked_for(tmp_path, capsys):
    recorded = ROOT / "docs" / "pictures" / "missing-migration.json"
    config = JULIA / ".github" / "verifier.yml"
    given = ["--config", str(config), "--report", str(tmp_path / "a.json"), "--json"]

    cli.main(["rehearse", "--replay", str(recorded), *given], standalone_mode=False)

    assert (tmp_path / "a.json").read_text("utf-8") == capsys.readouterr().out


@pytest.mark.parametrize(
    "what",
    [
        ["missing-migration"],
        ["--all"],
        ["--replay", str(ROOT / "docs" / "pictures" / "missing-migration.json")],
        ["--railway", "staging", "--yes"],
    ],
)
@pytest.mark.parametrize("place", ["gone/a.json", "gone/b/a.json", "file/a.json"])
def test_a_report_that_cannot_be_written_is_told_before_anything_is_played(tmp_path, what, place):
    (tmp_path / "file").write_text("", "utf-8")
    given = ["rehearse", *what, "--report", str(tmp_path / place)]

    with pytest.raises(WrongInputError, match="is no folder") as raised:
        cli.main(given, standalone_mode=False)

    assert "mkdir -p" in (raised.value.hint or "")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--replay", "R", "--skip", "missing-view"], "go with incidents"),
        (["--replay", "R", "--schema", "R"], "go with incidents"),
        (["--railway", "staging", "--skip", "missing-view"], "go with incidents"),
        (["--railway", "staging", "--schema", "R"], "go with incidents"),
        (["--list", "--schema", "R"], "--list plays nothing"),
        (["--list", "--report", "a.json"], "--list plays nothing"),
    ],
)
def test_an_option_that_would_be_left_out_is_refused(given, told):
    recorded = str(ROOT / "docs" / "pictures" / "missing-migration.json")
    arguments = [recorded if one == "R" else one for one in given]

    with pytest.raises(click.UsageError, match=told):
        cli.main(["rehearse", *arguments], standalone_mode=False)


def test_what_is_no_report_of_a_gate_is_not_replayed(tmp_path):
    odd = tmp_path / "odd.json"
    odd.write_text("{}", "utf-8")

    with pytest.raises(
        ConfigError, match="not a report of the verifier: it does not say that it is one"
    ):
        cli.main(["rehearse", "--replay", str(odd)], standalone_mode=False)


def test_an_incident_that_is_nearly_right_is_suggested(tmp_path):
    with pytest.raises(ConfigError, match="did you mean 'missing-migration'"):
        chosen(("mising-migration",), tmp_path)


@pytest.mark.parametrize("other", ["b/x.yml", "a/x.yaml"])
def test_of_two_incidents_of_one_name_none_is_left_out_in_silence(tmp_path, other):
    good = "title: t\nmust: { verdict: passed, exit-code: 0, live: pushed }\n"
    for name in ("a/x.yml", other):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(good, "utf-8")
    first, second = str(tmp_path / "a/x.yml"), str(tmp_path / other)

    with pytest.raises(WrongInputError, match="two incidents are called 'x'"):
        chosen((first, second), tmp_path)
    assert list(chosen((first, first), tmp_path)) == ["x"]


def test_of_two_own_incidents_of_one_name_none_is_left_out_in_silence(tmp_path):
    own = tmp_path / ".github/rehearsals"
    own.mkdir(parents=True)
    for name in ("x.yml", "x.yaml"):
        (own / name).write_text("title: t\n", "utf-8")

    with pytest.raises(WrongInputError, match="two incidents are called 'x'"):
        chosen((), tmp_path)


def test_own_incidents_are_found_in_any_folder_and_whatever_their_ending(tmp_path):
    own = tmp_path / ".github/rehearsals"
    for name in (
        "x.yml",
        "sub/y.yml",
        "sub/deep/w.yaml",
        "z.YML",
        "notes.md",
        "fixtures.yml/u.yml",
    ):
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_text(f"title: t\n{_GOOD_END}\n", "utf-8")

    assert set(chosen((), tmp_path)) - {path.stem for path in FILES} == set("xywzu")


def test_own_incidents_of_one_name_are_refused_in_any_folders(tmp_path):
    own = tmp_path / ".github/rehearsals"
    for name in ("x.yml", "sub/x.YML"):
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_text("title: t\n", "utf-8")

    with pytest.raises(WrongInputError, match="two incidents are called 'x'"):
        chosen((), tmp_path)


def test_an_own_incident_takes_the_place_of_ours(tmp_path):
    own = tmp_path / ".github/rehearsals"
    own.mkdir(parents=True)
    must = "must: { verdict: passed, exit-code: 0, live: pushed }"
    (own / "good-deploy.yaml").write_text(f"title: our own\n{must}\n", "utf-8")

    assert chosen((), tmp_path)["good-deploy"].title == "our own"


_ONE = "version: 1\nservices: { a: { url: https://a.test } }\n"


_REVISION = 'revision = "0123456789ab"\ndown_revision = None\n'
_IN_FILE = "expected: { file: code.py, pattern: 'HEAD = \"(\\w+)\"' }"
_SHIPPED = {
    "db/versions/1_a.py": _REVISION,
    "apps/billing/migrations/0001_a.py": "class Migration:\n    dependencies = []\n",
    "sql/001_a.sql": "select 1",
    "code.py": 'HEAD = "0123456789ab"\nOTHER = "001"\n',
}


def team_with_files(tmp_path, ledger, files):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return team(tmp_path, f"{_ONE}ledger: {ledger}\n")


@pytest.mark.parametrize(
    ("ledger", "is_lost"),
    [
        ("{ tool: supabase, path: db/gone }", True),
        ("{ tool: supabase, path: supabase/migrations }", True),
        ("{ tool: supabase, path: sql/001 }", True),
        ("{ tool: supabase, path: apps }", True),
        ("{ tool: supabase }", True),
        ("{ tool: alembic, path: /db/gone/ }", True),
        ("{ tool: alembic, path: db/version }", True),
        ("{ tool: alembic, path: db }", True),
        ("{ tool: alembic, path: db/versions }", False),
        ("{ tool: auto, path: db/gone }", True),
        ("{ tool: auto, path: apps/bill }", True),
        ("{ tool: auto, path: apps/billing }", False),
        ("{ tool: auto, path: db/versions }", True),
        ("{ tool: django, path: apps/bill }", True),
        ("{ tool: django, path: apps/billing/ }", False),
        ("{ tool: django, path: db }", True),
        ("{ tool: liquibase, path: db }", True),
        ("{ tool: piccolo, path: apps/bill }", True),
        ("{ tool: prisma }", True),
        ("{ tool: plain, table: t, path: 'db/*/gone' }", True),
        ("{ tool: plain, table: t, path: sql }", False),
        ("{ tool: plain, table: t, path: sql, pattern: '^(\\d+)_x' }", True),
        ("{ tool: plain, path: db/gone, expected: '7' }", False),
        ("{ tool: auto, path: db/gone, expected: '7' }", True),
        ("{ tool: supabase, files: ignore, expected: '7' }", False),
        ("[{ name: a, tool: django }, { name: b, tool: prisma }]", True),
        ("[{ name: a, tool: django }, { name: b, tool: alembic, path: db/versions }]", False),
    ],
)
def test_no_migrations_are_made_up_where_a_gate_finds_none(tmp_path, ledger, is_lost):
    value, found = team_with_files(tmp_path, ledger, _SHIPPED)

    played = yaml.safe_load(gate_config(value, found, {}, []))["ledger"]
    folder = scenario_of(found, incident()).migrations_folder
    said = "\n".join(not_played(value, found, {}))

    assert (played["tool"] == found.ledger.tool) is (is_lost or found.ledger.tool == "supabase")
    assert (folder == "target/rehearsal") is is_lost
    assert ("a gate finds no migrations in this checkout" in said) is is_lost
    assert ("with a made-up migration" in said) is not is_lost


@pytest.mark.parametrize(
    ("files", "is_lost"),
    [
        pytest.param({}, True, id="no sign of a tool"),
        pytest.param({"manage.py": ""}, True, id="a sign, and no migration"),
        pytest.param({"alembic.ini": "[alembic]\n", "manage.py": ""}, True, id="of none of two"),
        pytest.param({"alembic.ini": "", "manage.py": "", **_SHIPPED}, False, id="of one of two"),
    ],
)
def test_a_tool_is_recognised_as_a_gate_does_it(tmp_path, files, is_lost):
    _, found = team_with_files(tmp_path, "{ tool: auto }", files)

    assert bool(found.unfound) is is_lost


@pytest.mark.parametrize(
    ("expected", "played", "is_told"),
    [
        pytest.param(_IN_FILE, "of another tool", False, id="read"),
        pytest.param(_IN_FILE.replace("HEAD", "GONE"), "as it is", False, id="matches nothing"),
        pytest.param(_IN_FILE.replace("code.py", "gone.py"), "no file", False, id="no such file"),
        pytest.param(
            "expected: { file: code.py, pattern: '\"(\\d{3}|\\w{12})\"' }",
            "as it is",
            False,
            id="several versions",
        ),
        pytest.param(
            "expected: { file: code.py, pattern: '\"([0-9a-f]{12})\"' }", "", True, id="no room"
        ),
        pytest.param("expected: 0123456789ab", "", True, id="a bare version"),
    ],
)
def test_the_version_that_code_of_another_tool_needs_is_played_or_told(
    tmp_path, expected, played, is_told
):
    ledger = f"{{ tool: alembic, path: db/versions, {expected} }}"
    value, found = team_with_files(tmp_path, ledger, _SHIPPED)

    config = yaml.safe_load(gate_config(value, found, {}, []))["ledger"]
    scenario = scenario_of(found, incident(commit={"unapplied-migrations": 1}))
    files = scenario.commits["pushed"].files

    said = "\n".join(not_played(value, found, {}))
    assert ("expected" in config) is bool(played)
    assert ("ledger.expected is not rehearsed" in said) is is_told
    match played:
        case "of another tool":
            newest = scenario.steps[-1].version
            assert files == {"code.py": f'HEAD = "{newest}"\nOTHER = "001"\n'}
        case "as it is":
            assert config["expected"] == value["ledger"]["expected"]
        case _:
            assert files == {}


def test_a_version_that_stands_twice_is_changed_in_both_places(tmp_path):
    _, found = copy_of_julia(tmp_path)
    constants = found.checkout / "app/constants.py"
    constants.write_text(constants.read_text("utf-8") * 2, "utf-8")

    scenario = scenario_of(found, incident(commit={"unapplied-migrations": 1}))

    text = scenario.commits["pushed"].files["app/constants.py"]
    assert text.count("20260103090001") == 2
    assert "20260103090000" not in text


def test_what_every_gate_would_refuse_is_told_in_its_file_before_anything_is_played(tmp_path):
    config = tmp_path / "verifier.yml"
    config.write_text(
        "version: 1\nservices:\n  api: { role: api, url: https://a.test }\n  worker: { role: api }\n",
        "utf-8",
    )

    with pytest.raises(ConfigError) as raised:
        rehearse(config, tmp_path, {}, None, io.StringIO())

    assert f"{config}:4:3: found no address for worker" in raised.value.message


def test_an_address_that_the_job_must_give_is_named(tmp_path):
    value, ours = team(tmp_path, "version: 1\nservices: { web: { role: api } }\n")

    (told,) = not_played(value, ours, {})

    assert told.startswith("web has no url here: it is rehearsed as if RAILWAY_APP_URL were set")


_COMMITTED = {
    "db/versions/1_a.py": _REVISION,
    "app.py": "route = '/health'\n",
    "gone.py": "1\n",
    "settings.py": 'HEAD = "0123456789ab"\n',
    ".github/verifier.yml": f"{_ONE}ledger: {{ tool: alembic, path: db/versions, {_IN_FILE.replace('code.py', 'settings.py')} }}\n",
    ".gitignore": "odd\n*_ignored.py\n",
}


def a_commit_of(root, folder):
    for name, text in _COMMITTED.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    for arguments in (["init"], ["add", "--all"], [*who, "commit", "--message=a"]):
        subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)


def told_of_the_commit(folder):
    config = folder / ".github/verifier.yml"
    document, read = load_document(config)
    return list(uncommitted(team_of(document.value, read, folder), config))


@pytest.mark.parametrize(
    ("path", "text", "how"),
    [
        ("db/versions/2_b.py", "revision = 'b'\n", "not in it"),
        ("db/versions/2_ignored.py", _REVISION.replace("0123456789ab", "1"), "not in it"),
        ("db/versions/1_a.py", _REVISION + "#", "changed"),
        ("settings.py", "HEAD = '7'\n", "changed"),
        ("app.py", "route = '/up'\n", "changed"),
        (".github/verifier.yml", _COMMITTED[".github/verifier.yml"] + "#", "changed"),
        ("gone.py", None, "not there any more"),
        ("app.py", "route = '/health'\r\n", ""),
        ("notes.txt", "x", ""),
        ("odd", "y", ""),
        (".github/workflows/gate.yml", "y", ""),
    ],
)
@pytest.mark.parametrize("below", ["", "apps/a"])
def test_what_is_rehearsed_and_is_not_what_was_committed_is_told(tmp_path, below, path, text, how):
    folder = tmp_path / below
    a_commit_of(tmp_path, folder)
    assert told_of_the_commit(folder) == []
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).unlink() if text is None else (folder / path).write_bytes(text.encode())

    told = told_of_the_commit(folder)

    assert [f"{path} ({how})" in each for each in told] == ([True] if how else [])


def test_many_files_that_are_not_committed_are_counted(tmp_path):
    a_commit_of(tmp_path, tmp_path)
    for n in range(7):
        (tmp_path / f"{n}.py").write_text("")

    (told,) = told_of_the_commit(tmp_path)

    assert told.startswith("7 files are not as in commit ")
    assert told.endswith(
        "0.py (not in it), 1.py (not in it), 2.py (not in it), 3.py (not in it) and 3 more"
    )


def test_a_folder_without_a_commit_is_rehearsed_and_says_so(tmp_path):
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/verifier.yml").write_text(_COMMITTED[".github/verifier.yml"], "utf-8")

    (told,) = told_of_the_commit(tmp_path)

    assert told.startswith(f"no commit is checked out in {tmp_path}")


_THREE = "relations: { tables: [railway.public.users, a], views: ['\"my.db\".app.v', b.c], rls: [railway.public.users] }\n"


def test_relations_are_rehearsed_without_the_name_of_their_database(tmp_path):
    value, ours = team(tmp_path, _ONE + _THREE)
    pushed = {"missing-views": ["railway.public.gone"]}

    played = yaml.safe_load(gate_config(value, ours, {}, []))["relations"]
    scenario = scenario_of(ours, incident(commit=pushed))
    (told,) = (note for note in not_played(value, ours, {}) if "the database's name" in note)

    made = str(scenario.databases["production"].statements)
    variables = str(scenario.commits["pushed"].service_variables)
    assert played == {
        "tables": ["public.users", "a"],
        "views": ["app.v", "b.c"],
        "rls": ["public.users"],
    }
    assert "public.gone" in variables
    assert "railway.public" not in made + variables
    assert "my.db" not in made + variables
    assert 'railway.public.users, "my.db".app.v is' in told
