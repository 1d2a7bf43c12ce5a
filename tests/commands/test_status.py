"""`verifier status` in a scripted world."""

import json

import pytest
from jsonschema import Draft202012Validator

from tests.builders import POLICY, START, deployment, old
from tests.commands.script import FakeClock, ScriptedWorld, SharedMemory
from verifier.commands.no_memory import NoMemory
from verifier.commands.status import status
from verifier.config.schemas import published_schemas
from verifier.errors import UnreachableError
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.report import status_text

RECORD = PastVerdict(
    "api",
    "new",
    "b" * 40,
    "",
    PastStatus.VERIFIED,
    START,
    run_url="https://run.test/7",
    reason="payments fail",
)
ID, BEFORE = "3f2a9c1e-0000-4000-8000-000000000001", "9b8c7d6e-0000-4000-8000-000000000002"

TWO = {"api": [deployment(ID, author="Ana", settled_at=START), old(BEFORE, author="Rui")]}


def look(memory=None, **script):
    clock = FakeClock()
    world = ScriptedWorld(clock, **script)
    return status(world, memory or SharedMemory(), POLICY, "acme / production", clock)


def test_a_person_reads_short_ids_commit_author_and_who_judged():
    found = look(
        SharedMemory([PastVerdict("api", ID, "", "", PastStatus.VERIFIED, START, run_url="u")]),
        deployments=TWO,
        active={"api": (ID,)},
    )

    assert status_text.render(found) == (
        "acme / production at 2026-01-01 13:00 UTC\n"
        "\n"
        "api (api)\n"
        "  live     3f2a9c1e, commit bbbbbbbb by Ana, since 2026-01-01 12:00 UTC (60 min)\n"
        "  judged   verified by a gate at 2026-01-01 12:00 UTC, u\n"
        "  back to  9b8c7d6e, commit aaaaaaaa by Rui, not verified by a gate\n"
        "  pushes   deploy this service\n"
        "\n"
        "Records: claims in a test\n"
        "\n"
        "Railway's own command helps as well: railway logs --service NAME tells why; "
        "railway restart --service NAME starts the same deployment again.\n"
    )


def test_what_is_the_same_for_all_services_is_told_once():
    second = "4f2a9c1e-0000-4000-8000-000000000003"
    seen = look(
        names=("api", "worker"),
        deployments={
            "api": [deployment(ID, author="Ana", settled_at=START)],
            "worker": [deployment(second, author="Ana", settled_at=START)],
        },
        active={"api": (ID,), "worker": (second,)},
    )

    told = status_text.render(seen).splitlines()

    assert told[2:4] == [
        "all 2 services",
        "  live     commit bbbbbbbb by Ana, since 2026-01-01 12:00 UTC (60 min)",
    ]
    assert told.count("  judged   by no gate") == told.count("  pushes   deploy this service") == 1
    assert told[8:][:5] == [
        "api (api)",
        "  live     3f2a9c1e",
        "",
        "worker (worker)",
        "  live     4f2a9c1e",
    ]


def test_the_reason_of_a_manual_rollback_is_told():
    found = look(SharedMemory([RECORD]))

    assert "rolled back manually because: payments fail" in status_text.render(found)
    assert found.services[0].judged.reason == "payments fail"


@pytest.mark.parametrize(
    ("fails", "told"),
    [
        pytest.param(("records",), "judged: could not records: HTTP 502", id="records"),
        pytest.param(("holds",), "held: could not holds: HTTP 502", id="holds"),
        pytest.param(("claims",), "claimed: could not claims: HTTP 502", id="claims"),
    ],
)
def test_what_the_memory_does_not_tell_is_named_and_the_rest_is_shown(fails, told):
    found = look(SharedMemory(fails=fails))

    assert found.not_read == (told,)
    assert f"Could not be read: {told}" in status_text.render(found)
    assert [d.id for d in found.services[0].live] == ["new"]


def test_a_switch_that_is_not_shown_is_named():
    found = look(switch_fault="denied")

    assert found.not_read == ("auto-deploy of api: could not read auto-deploy: Not Authorized",)


def test_railways_silence_is_an_error():
    with pytest.raises(UnreachableError):
        look(unreadable_from_s=0)


def test_ids_in_reasons_are_short_too():
    found = look(
        deployments={"api": [deployment(ID), old(BEFORE, can_rollback=False)]},
        active={"api": (ID,)},
    )

    assert "(9b8c7d6e: Railway can no longer restore it)" in status_text.render(found)


def test_text_of_strangers_stays_text():
    shown = status_text.render(
        look(deployments={"api": [deployment(author="::error::x\x1b[2J\n"), old()]})
    )

    assert "\x1b" not in shown
    assert [line for line in shown.splitlines() if line.startswith("::")] == []


def test_the_json_fits_its_schema():
    schema = json.loads(published_schemas()["status.schema.json"])

    shown = json.loads(status_text.render_json(look(SharedMemory([RECORD]))))

    Draft202012Validator(schema).validate(shown)
    assert shown["schema"] == "verifier.status/v1"
    assert shown["services"][0]["back_to"]["target"]["id"] == "old"


@pytest.mark.parametrize(
    ("memory", "told"),
    [
        pytest.param(SharedMemory(before=()), "by no gate", id="read"),
        pytest.param(SharedMemory(fails=("records",)), "unknown: the records of", id="not-read"),
        pytest.param(NoMemory("GITHUB_TOKEN is not set"), "GITHUB_TOKEN is not set", id="nowhere"),
    ],
)
def test_what_nobody_read_was_not_judged_by_no_gate(memory, told):
    (row,) = [line for line in status_text.render(look(memory)).splitlines() if "  judged" in line]

    assert told in row
    assert ("by no gate" in row) == (told == "by no gate")


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        (PastStatus.VERIFIED, "its code was verified by a gate as deployment 9b8c7d6e at 2026-"),
        (PastStatus.CONDEMNED, "its code FAILED by a gate as deployment 9b8c7d6e at 2026-"),
    ],
)
def test_a_deployment_that_no_gate_judged_is_not_shown_as_judged(standing, told):
    found = look(
        SharedMemory([PastVerdict("api", BEFORE, "b" * 40, "", standing, START)]),
        deployments={"api": [deployment(ID), deployment(BEFORE, created_at=START)]},
        active={"api": (ID,)},
    )
    (row,) = [line for line in status_text.render(found).splitlines() if "  judged" in line]

    assert f"  judged   {told}" in row


def test_where_no_records_were_read_a_way_back_is_not_called_unverified():
    found = look(NoMemory("GITHUB_SHA is not set"), deployments=TWO, active={"api": (ID,)})

    told = status_text.render(found)
    assert "not known whether a gate verified it" in told
    assert "not verified by a gate" not in told
    assert "not verified by a gate" in status_text.render(
        look(deployments=TWO, active={"api": (ID,)})
    )


@pytest.mark.parametrize(
    ("paused", "told"),
    [
        pytest.param(True, "PAUSED: the system is paused by its kill switch", id="paused"),
        pytest.param(False, "", id="running"),
        pytest.param(NotAsked("no kill switch"), "", id="no-switch"),
        pytest.param(
            Unobserved("no route"), "whether the system is paused: no route", id="not-read"
        ),
    ],
)
def test_a_paused_system_is_told_first(paused, told):
    clock = FakeClock()
    world = ScriptedWorld(clock, deployments=TWO, active={"api": (ID,)})

    found = status(world, SharedMemory(), POLICY, "acme / production", clock, paused)
    shown = status_text.render(found)

    assert told in shown
    assert shown.splitlines()[2].startswith("PAUSED") is (paused is True)
    assert found.is_paused is (paused if isinstance(paused, bool) else None)
