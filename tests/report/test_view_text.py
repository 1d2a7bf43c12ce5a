"""Everything on one screen, at several widths; and the same for a program."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator

from tests.builders import START
from tests.language.speaking import speaking
from tests.report.every_field import filled
from tests.report.situations import ALL
from verifier.config.schemas import published_schemas
from verifier.model.environment_status import (
    EnvironmentStatus,
    GateRecord,
    Pushes,
    ServiceStatus,
    ShownDeployment,
    WayBack,
)
from verifier.model.finding import Finding, Outcome
from verifier.model.live_view import LiveView
from verifier.model.migration_ledger import LedgerReport
from verifier.model.past_verdict import Claim, PastStatus
from verifier.report import markdown, view_text
from verifier.report.styled import ESCAPES, width_of
from verifier.report.terminal import Style
from verifier.report.words import checks_words

LIVE = ShownDeployment("d" * 36, "SUCCESS", START, START, "a41f2c00" * 5, "Ana", False)
NEXT = ShownDeployment("e" * 36, "BUILDING", START, None, "c0ffee00" * 5, "Bia", False)
GOOD = GateRecord(PastStatus.VERIFIED, "d" * 36, START, "", "")


def service(name="api", **changes):
    fields = {
        "role": "",
        "live": (LIVE,),
        "coming": (),
        "judged": GOOD,
        "back_to": WayBack(None),
        "pushes": Pushes.DEPLOY,
        "claim": None,
    }
    return ServiceStatus(name, **{**fields, **changes})


def view(*services, situation="passed", **status):
    at = START + timedelta(hours=26)
    return LiveView(EnvironmentStatus("acme / production", at, services, **status), ALL[situation])


def screen(given, width=None, note=""):
    return view_text.render(given, Style(width), note)


SOME = view(
    service(),
    service("worker", coming=(NEXT,), pushes=Pushes.HELD),
    service("scheduler", live=(), judged=None, claim=Claim.HELD, pushes=Pushes.OFF),
    service("cron", unread="Railway does not show it"),
    situation=next(name for name in ALL if "rolled" in name),
    not_read=("held: GitHub answered HTTP 502",),
)


def test_a_screen_answers_what_is_live_coming_judged_held_and_claimed():
    text = screen(SOME, note="Next look at 12:01")

    for told in (
        "acme / production  2026-01-02 14:00:00 UTC",
        "api        a41f2c00 by Ana, 26 h  verified",
        "HELD",
        "coming: c0ffee00 BUILDING",
        "NOTHING is live",
        "claimed: held",
        "cron       unknown",
        "migrations.pending",
        "Could not be read",
        "Next look at 12:01",
    ):
        assert told in text, text


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("name", ALL)
def test_a_screen_keeps_within_its_width(width, name):
    text = screen(view(*SOME.status.services, situation=name), width)

    assert max(width_of(line) for line in text.splitlines()) <= width


def test_forty_services_and_no_more_are_shown():
    many = view(*(service(f"s{n}") for n in range(43)))

    assert "and 3 more" in screen(many)


def test_colours_are_ours_alone():
    text = view_text.render(SOME, Style(80, is_coloured=True))
    for escape in ESCAPES:
        text = text.replace(escape, "")

    assert "\x1b" not in text


@pytest.mark.parametrize("given", [SOME, filled(LiveView)], ids=["some", "filled"])
def test_programs_read_it_by_its_schema(given):
    schema = json.loads(published_schemas()["watch.schema.json"])
    value = json.loads(view_text.render_json(given))

    Draft202012Validator(schema).validate(value)
    assert value["schema"] == "verifier.watch/v1"


def test_a_deployment_that_no_gate_judged_is_not_shown_as_verified():
    other = GateRecord(PastStatus.VERIFIED, "f" * 36, START, "", "")

    assert "verified as ffffffff" in screen(view(service(judged=other)))
    assert "verified as" not in screen(view(service()))


def test_what_was_not_read_is_not_shown_as_what_no_gate_judged():
    unread = screen(view(service(judged=None), records_unread="GITHUB_SHA is not set"))

    assert "not known if judged" in unread
    assert "the records of earlier gates were not read (GITHUB_SHA is not set)" in unread
    assert "not judged" in screen(view(service(judged=None)))


def test_why_records_were_not_read_is_said_once():
    given = {"records_unread": "HTTP 502", "not_read": ("judged: HTTP 502",)}

    assert screen(view(service(judged=None), **given)).count("HTTP 502") == 1


def test_of_a_row_of_several_services_each_check_is_counted_wherever_it_is_told():
    alike = [Finding("health.live", Outcome.PASS, "HTTP 200", f"s{n}") for n in range(3)]
    left = Finding("health.ready", Outcome.SKIP, "not asked", "s1")
    given = replace(ALL["passed"], findings=(*alike, left))
    told = "3 checks passed, 1 check skipped"

    assert f"<summary>{told}</summary>" in markdown.render(given)
    assert f"  {told}\n" in screen(replace(SOME, report=given))


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("number", [1, 2])
def test_every_count_of_checks_is_told_in_every_language(outcome, number):
    counted = [Finding("health.live", outcome, "x", f"s{n}") for n in range(number)]
    with speaking("pt-BR"):
        told = checks_words(counted)

    assert "check" not in told
    assert told.startswith(f"{number} verific")
    assert ("verificações" in told) is (number == 2)


@pytest.mark.parametrize(
    ("applied", "pending", "told"),
    [
        (("1", "2", "3"), (), "3 migrations applied, 0 migrations pending"),
        (("1",), ("2",), "1 migration applied, 1 migration pending"),
        (None, ("2", "3"), "? migrations applied, 2 migrations pending"),
    ],
)
def test_migrations_are_counted_in_words_that_agree(applied, pending, told):
    ledger = replace(filled(LedgerReport), applied=applied, pending=pending, unknown=())
    ledger = replace(ledger, modified=(), failed=(), name="")
    shown = screen(replace(SOME, report=replace(ALL["passed"], ledger=ledger)))

    assert told in shown
