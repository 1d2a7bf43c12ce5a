"""A rollback by hand, in a scripted world."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from tests.builders import EXPECTED, LIMITS, POLICY, deployment, old, sha
from tests.commands.script import BAD, FakeClock, ScriptedWorld, SharedMemory, Silence
from verifier.cli import cli
from verifier.commands.no_memory import NoMemory
from verifier.commands.ports import Journal, Tools
from verifier.commands.rollback import Rollback
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.model.breaking_change import BreakingChange
from verifier.model.evidence import ShippedMigrations
from verifier.model.migration_ledger import Migration
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.verdict import Keep
from verifier.report import json_report, markdown, slack, terminal

NOT_LOOKED_AT = "production is as it was, and was not checked"


def new_rollback(reason="", memory=None, repository="acme/shop", **script):
    clock = FakeClock()
    world = ScriptedWorld(clock, **script)
    task = Task(Wanted(), LIMITS, POLICY, EXPECTED, "acme / production", command="rollback")
    memory = memory or SharedMemory()
    tools = Tools(world, memory, clock, Journal(clock, Silence()))
    return Rollback(tools, task, reason, repository), world, memory


@pytest.mark.parametrize(
    ("script", "code", "verdict"),
    [
        pytest.param({}, 0, "passed", id="done-and-proven"),
        pytest.param({"health": {"a": BAD}}, 3, "failed", id="what-is-back-fails-too"),
        pytest.param({"on_rollback": "refused"}, 3, "failed", id="railway-refuses"),
        pytest.param({"on_rollback": "ignored"}, 3, "failed", id="nothing-happens"),
    ],
)
def test_what_a_rollback_by_hand_ends_with(script, code, verdict):
    rollback, world, _ = new_rollback(**script)

    rollback.plan((), None)
    rollback.carry_out()

    report = rollback.report()
    assert (int(report.exit_code), str(report.verdict)) == (code, verdict)
    assert world.mutations[0] == (0.0, "old")
    assert {what for _, what in world.mutations} == {"old"}
    assert json_report.parse(json_report.render(report).encode()) == report


@pytest.mark.parametrize(
    ("memory", "why"),
    [
        pytest.param(NoMemory("GITHUB_SHA is not set"), ["GITHUB_SHA is not set"], id="none"),
        pytest.param(SharedMemory(fails=("records",)), ["GitHub did not show them"], id="refused"),
        pytest.param(SharedMemory(), [], id="read"),
    ],
)
def test_a_plan_says_where_no_record_tells_what_gates_have_failed(memory, why):
    rollback, *_ = new_rollback(memory=memory)

    plan = rollback.plan((), None)

    told = [text for text in plan.warnings if "records of earlier gates were not read" in text]
    assert [text.partition("(")[2].partition(")")[0] for text in told] == why
    assert all(text in terminal.render_plan(plan, "") for text in told)


@pytest.mark.parametrize(
    ("mode", "arguments", "is_refused"),
    [
        ("off", ["--yes"], True),
        ("off", ["--dry-run"], True),
        ("plan", ["--yes"], True),
        ("plan", ["--yes", "--dry-run"], False),
        ("auto", ["--yes"], False),
    ],
)
def test_no_plan_of_a_gate_is_carried_out_where_gates_may_not_roll_back(
    tmp_path, mode, arguments, is_refused
):
    """The first job of a split has `--rollback plan`, which hides what the file says."""
    config = tmp_path / "verifier.yml"
    config.write_text(
        "version: 1\nrailway: { project: acme }\nservices: { api: {} }\n"
        f"gate: {{ rollback: {mode} }}\n"
    )
    env = {"RAILWAY_TOKEN": "t", "DATABASE_URL": "postgresql://a@127.0.0.1:9/b"}
    call = ["rollback", "--config", str(config), "--plan", str(config), *arguments]

    done = CliRunner(env=env).invoke(cli, call)

    assert ("no plan of a gate is carried out" in done.output) is is_refused
    assert not is_refused or done.exit_code == 2


def test_who_has_named_one_is_not_told_to_name_one():
    rollback, *_ = new_rollback(memory=NoMemory("GITHUB_SHA is not set"))

    (told,) = rollback.plan(("old",), None).warnings

    assert told.endswith("look at it first")


@pytest.mark.parametrize(
    ("memory", "why"),
    [
        pytest.param(
            SharedMemory(before=()),
            "acme/ops has no record of any gate for this environment",
            id="none",
        ),
        pytest.param(
            SharedMemory([PastVerdict("api", "restored", sha("a"), "", PastStatus.VERIFIED)]),
            "Railway deploys from acme/shop, and acme/ops has no record of what serves",
            id="its-own-rollbacks",
        ),
        pytest.param(
            SharedMemory([PastVerdict("api", "new", sha("b"), "", PastStatus.CONDEMNED)]),
            "",
            id="gates-run-there",
        ),
        pytest.param(SharedMemory(fails=("records",)), "", id="unread"),
    ],
)
def test_a_job_of_another_repository_is_shown_that_ones_records(memory, why):
    rows = [replace(d, repository="acme/shop") for d in (deployment(), old())]
    rollback, *_ = new_rollback(memory=memory, repository="acme/ops", deployments={"api": rows})

    plan = rollback.plan((), None)

    assert rollback.why_not_its_records == why
    told = [text for text in plan.warnings if text.startswith("no record tells what earlier")]
    assert [text.partition("(")[2].partition(")")[0] for text in told] == ([why] if why else [])


@pytest.mark.parametrize(
    ("uncounted", "whose"),
    [
        pytest.param(
            {"old": "gate[bot]", "new": "a[bot]"}, "a[bot], gate[bot]", id="of-what-is-there"
        ),
        pytest.param({"elsewhere": "gate[bot]"}, "", id="of-another"),
    ],
)
def test_whose_records_of_what_is_there_do_not_count_is_told(uncounted, whose):
    memory = SharedMemory(before=(), uncounted=uncounted)
    rollback, *_ = new_rollback(memory=memory)

    told = " ".join(rollback.plan((), None).warnings)

    assert rollback.whose_records_do_not_count == whose
    assert ("no record tells what earlier gates found" in told) is not bool(whose)
    assert (f"as another app wrote them ({whose}): a gate may have failed" in told) is bool(whose)


@pytest.mark.parametrize(
    ("lacking", "arguments"),
    [
        pytest.param("GITHUB_TOKEN", ["--yes"], id="no-token"),
        pytest.param("GITHUB_REPOSITORY", ["--yes"], id="no-repository"),
        pytest.param("GITHUB_SHA", ["--yes", "--reason", "x"], id="no-commit"),
    ],
)
def test_nobody_says_yes_to_what_no_record_was_read_of(tmp_path, lacking, arguments):
    config = tmp_path / "verifier.yml"
    config.write_text("version: 1\nrailway: { project: acme }\nservices: { api: {} }\n")
    job = {"GITHUB_TOKEN": "a", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_SHA": "f" * 40}
    # Asked for by a run that is not refused, which would take its time over it.
    railway = {"RAILWAY_TOKEN": "t", "RAILWAY_API_URL": "http://127.0.0.1:9/"}
    env = {**railway, "DATABASE_URL": "postgresql://a@127.0.0.1:9/b", **job, lacking: None}

    done = CliRunner(env=env).invoke(cli, ["rollback", "--config", str(config), *arguments])

    assert (done.exit_code, "--yes needs the records" in done.output) == (2, True)


def test_a_plan_alone_touches_nothing():
    rollback, world, memory = new_rollback()

    rollback.plan((), None)

    report = rollback.report()
    assert (report.exit_code, report.services[0].rollback.outcome) == (0, "planned")
    assert (world.mutations, memory.claims) == ([], {})


def test_what_is_back_and_works_is_kept_as_verified_and_nothing_else():
    rollback, _, memory = new_rollback()

    rollback.plan((), None)
    rollback.carry_out()

    assert [(r.deployment_id, r.status) for r in memory.found] == [("back-api", "verified")]


def test_why_a_person_rolled_back_is_kept_in_record_and_report():
    rollback, _, memory = new_rollback("payments fail for one bank")

    rollback.plan((), None)
    rollback.carry_out()

    report = rollback.report()
    assert [record.reason for record in memory.found] == ["payments fail for one bank"]
    assert report.rollback_reason == "payments fail for one bank"
    assert report.timeline[0].text == "payments fail for one bank"
    for told in (terminal.render(report), markdown.render(report), slack.render(report, "")):
        assert "Reason for the manual rollback: payments fail for one bank" in told


@pytest.mark.parametrize(
    "script",
    [
        pytest.param({"deployments": {"api": [old("new", 10, "b")]}}, id="nothing-to-go-back-to"),
        pytest.param(
            {"lost": (BreakingChange("2", "column plan was dropped", is_needed=True),)},
            id="schema-forbids",
        ),
    ],
)
def test_a_rollback_that_is_refused_touches_nothing(script):
    rollback, world, _ = new_rollback(**script)

    assert isinstance(rollback.plan((), None), Keep)
    assert (rollback.report().exit_code, world.mutations) == (3, [])
    assert says_what_was_not_done(rollback.report())


def test_a_migration_that_was_never_applied_forbids_nothing():
    lost = (BreakingChange("3", "column plan was dropped", is_needed=True),)
    shipped = ShippedMigrations((Migration("1"), Migration("2"), Migration("3")))
    rollback, world, _ = new_rollback(lost=lost, seen={"shipped": {"": shipped}})

    rollback.plan((), None)
    rollback.carry_out()

    assert world.mutations == [(0.0, "old")]


def test_a_cut_plan_warns_of_what_stays_and_says_nothing_false_of_it():
    """Only the worker is in the file: the api keeps the code that the missing migration is for."""
    shipped = ShippedMigrations((Migration("1"), Migration("2"), Migration("3")))
    gate, world, _ = new_rollback(names=("api", "worker"), seen={"shipped": {"": shipped}})
    gate.plan((), None)
    whole = gate.report()
    cut = replace(whole, services=tuple(s for s in whole.services if s.name == "worker"))
    rollback = Rollback(gate._tools, gate._task)

    plan = rollback.plan((), cut)
    rollback.carry_out()

    report = rollback.report()
    assert plan.warnings == (
        "api: new is of the same code and stays; the rollback does not include it",
    )
    assert world.active["api"] == ("new",) != world.active["worker"]
    assert report.reason.endswith("; api still runs the code that was rolled back")
    told = terminal.render(report)
    assert report.exit_code == 3
    assert "not caused by this deploy" not in told
    assert "is not the only cause" not in told


def test_a_question_that_is_answered_with_no_leaves_everything():
    rollback, world, _ = new_rollback()

    rollback.plan((), None)
    rollback.decline()

    report = rollback.report()
    assert (int(report.exit_code), world.mutations) == (3, [])
    assert report.reason == "not rolled back: the question was answered with no"
    assert says_what_was_not_done(report)


def says_what_was_not_done(report):
    """Whether it says that nothing was changed, claims nothing of what it did not look at, and
    sends nobody back to where they come from."""
    told = terminal.render(report)
    return (
        told.startswith(f"Nothing was rolled back: {NOT_LOOKED_AT}")
        and "NOT confirmed healthy" not in told
        and "this deploy" not in told
        and "If a rollback is needed: verifier rollback," not in told
        and "verifier check" in told
    )


@pytest.mark.parametrize("named", [("xyz",), ("ffffffff",), ("",), ("new", "old")])
def test_what_is_named_wrongly_says_that_nothing_was_changed(named):
    rollback, world, _ = new_rollback()

    rollback.plan(named, None)

    report = rollback.report()
    assert (int(report.exit_code), world.mutations) == (3, [])
    assert says_what_was_not_done(report)


def test_what_services_share_is_said_once_before_a_rollback():
    names = ("api", "worker", "scheduler")
    rollback, _, memory = new_rollback(names=names)
    memory.found = [PastVerdict(n, "new", sha("b"), "", PastStatus.VERIFIED) for n in names]

    plan = rollback.plan((), None)

    assert plan.warnings == ("api, scheduler, worker: this leaves what a gate verified",)
    notes = [entry.text for entry in rollback.report().timeline if entry.event == "history"]
    assert len(notes) == 1
