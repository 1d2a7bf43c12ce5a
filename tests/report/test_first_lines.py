"""Headline and five lines: what happened, what is live, what now, however narrow a terminal is."""

from dataclasses import replace

import pytest

from tests.language.speaking import speaking
from tests.report.situations import ALL, BAD, GOOD, NOT_RECOVERED, ROLLED_BACK, services, situation
from verifier.delivery import html_report
from verifier.model.cause import Cause, CauseKind
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Finding, Outcome
from verifier.model.report import RestoreOutcome
from verifier.model.verdict import VerdictWord
from verifier.report import markdown, terminal
from verifier.report.headline import headline
from verifier.report.story import judged_words
from verifier.report.styled import width_of

DATABASE = Cause(CauseKind.DATABASE, "the database is missing what this commit needs", "x")
UNHEALTHY = Cause(CauseKind.APPLICATION, "it runs but is unhealthy", "x")
WIDTHS = (60, 80, 120, 200)
NOT_CONFIRMED = "Failed: production is NOT confirmed healthy"
_LONG = "; ".join(f"component.part_{n} of julia-api: it is not as it should be" for n in range(9))
_FORTY = situation(
    exit_code=NOT_RECOVERED.exit_code,
    services=tuple(
        replace(
            service,
            name=f"shop-{n:02}-api",
            live_after=replace(service.live_after, commit=f"{n:08x}" + "0" * 32),
        )
        for n in range(40)
        for service in NOT_RECOVERED.services[:1]
    ),
    advice=NOT_RECOVERED.advice,
)
_MIXED = replace(
    NOT_RECOVERED, services=(*ROLLED_BACK.services[:2], *NOT_RECOVERED.services[2:]), reason=_LONG
)
GLANCES = {
    **{name: replace(each, reason=f"{each.reason}; {_LONG}") for name, each in ALL.items()},
    "mixed": _MIXED,
    "forty": _FORTY,
}


@pytest.mark.parametrize(
    ("language", "live", "todo"), [("en", "Live now", "To do"), ("pt-BR", "No ar", "A fazer")]
)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", GLANCES)
def test_five_lines_after_the_headline_say_what_is_live_and_what_now_at_any_width(
    name, width, language, live, todo
):
    told = GLANCES[name]
    with speaking(language):
        lines = terminal.render(told, terminal.Style(width)).splitlines()
    headline = next(n for n, line in enumerate(lines) if line.startswith("  "))
    glance = lines[headline : headline + 5]

    assert not told.services or any(line.startswith(f"  {live}") for line in glance)
    assert not told.advice or any(line.startswith(f"  {todo}") for line in glance)
    assert all(width_of(line) <= width for line in lines)


def test_what_is_cut_of_what_is_live_is_told_whole_below():
    lines = terminal.render(_FORTY, terminal.Style(60))
    glance, _, below = lines.partition("\nWhat is live now\n")

    assert "shop-00-api: commit 00000000" in glance
    assert "more below" in glance
    assert all(f"shop-{n:02}-api: commit {n:08x}" in below for n in range(40))


def test_what_still_runs_the_failed_commit_is_told_first_where_not_all_fits():
    first = terminal.render(_MIXED, terminal.Style(60)).partition("Live now")[2]

    assert first.strip().startswith("julia-scheduler: commit c0ffee00")


@pytest.mark.parametrize("is_quiet", [False, True], ids=["all", "quiet"])
def test_addresses_with_their_long_ids_stand_below_what_is_read_first(is_quiet):
    first, _, below = terminal.render(NOT_RECOVERED, terminal.Style(is_quiet=is_quiet)).partition(
        "\nAt Railway\n"
    )

    assert "https://railway.com" not in first
    assert "  julia-api https://railway.com/project/" in below


def test_advice_is_given_once_however_many_findings_need_it():
    hint = "apply what is pending: supabase db push; then rerun this check"
    found = tuple(
        Finding("migrations.pending", Outcome.FAIL, f"{n} is not applied", hint=hint)
        for n in range(3)
    )
    told = situation(command="preflight", services=(), findings=found, advice=(hint,))

    assert terminal.render(told).count("supabase db push") == 1
    assert markdown.render(told).count("supabase db push") == 1


@pytest.mark.parametrize(
    ("check", "objects", "cause", "named"),
    [
        ("relations.readable", ("table campaign_sends",), DATABASE, "table campaign_sends"),
        ("migrations.pending", ("20260104",), DATABASE, "migration 20260104"),
        ("migrations.pending", ("20260104", "20260105"), DATABASE, ""),
        ("migrations.pending", ("x" * 50,), DATABASE, ""),
        ("component.stripe", ("error",), UNHEALTHY, "stripe"),
        ("probe.heartbeat", (), UNHEALTHY, "heartbeat"),
        ("health.ready", ("HTTP 503",), UNHEALTHY, ""),
    ],
)
def test_the_headline_names_the_one_thing_that_failed(check, objects, cause, named):
    found = Finding(check, Outcome.FAIL, "said", "julia-api", objects=objects)
    told = headline(situation(findings=(found,), cause=cause))

    assert told.endswith(f"julia-api: {cause.text}{f' ({named})' if named else ''}")


def test_of_several_things_that_fail_none_is_named_for_all():
    found = [Finding(f"component.{n}", Outcome.FAIL, "said", "julia-api") for n in ("a", "b")]

    assert headline(situation(findings=tuple(found), cause=UNHEALTHY)).endswith(UNHEALTHY.text)


@pytest.mark.parametrize("name", ["rolled_back", "broken_build"])
def test_the_bad_commit_is_named_where_it_is_no_longer_live(name):
    words = "c0ffee00 “Send campaigns by plan” by Bia"
    page = html_report.render(ALL[name])

    assert f"Commit    {words}" in terminal.render(ALL[name])
    assert "Send campaigns by plan" in markdown.render(ALL[name]).partition("What to do")[0]
    assert "Send campaigns by plan" in page[: page.index("What is live now")]


def test_what_was_rolled_back_is_named_where_it_is_another_commit_than_the_runs():
    for how in (RestoreOutcome.RESTORED, RestoreOutcome.PLANNED):
        found = situation(commit=GOOD, services=services(GOOD, how))
        assert judged_words(found).startswith(BAD[:8])


_RESTORED = services("a41f2c" + "0" * 33 + "1", RestoreOutcome.RESTORED)
_UNKNOWN = services("a41f2c" + "0" * 33 + "1", RestoreOutcome.UNKNOWN)
_UNDONE = tuple(replace(s, active_after=s.judged.id, rollback=None) for s in _RESTORED)


@pytest.mark.parametrize(
    ("told", "recovered_in_s", "expected"),
    [
        (_UNDONE, None, "Cancelled"),
        (
            services(rollback=RestoreOutcome.PLANNED),
            None,
            "Cancelled",
        ),
        (
            _RESTORED,
            None,
            "Cancelled after rolling back to a41f2c00: production is NOT confirmed healthy",
        ),
        (
            _RESTORED,
            9.0,
            "Cancelled after rolling back to a41f2c00: production was healthy again",
        ),
        (
            tuple(replace(service, live_after=None) for service in _RESTORED),
            None,
            "Cancelled after rolling back: production is NOT confirmed healthy",
        ),
        (
            (*_RESTORED[:2], *_UNKNOWN[2:]),
            9.0,
            "Cancelled during a rollback: production is NOT confirmed healthy",
        ),
        (
            (*_RESTORED[:2], *_UNDONE[2:]),
            None,
            "Cancelled during a rollback: production is NOT confirmed healthy",
        ),
    ],
)
def test_a_cancelled_run_says_in_its_first_line_what_it_did_to_production(
    told, recovered_in_s, expected
):
    cancelled = situation(
        exit_code=ExitCode.CANCELLED, services=told, recovered_in_s=recovered_in_s
    )

    assert headline(cancelled).split(";")[0] == expected


def test_what_is_told_of_a_line_names_its_file_wherever_a_person_reads_it():
    remarks = tuple(
        Finding(
            "preflight.lint", Outcome.WARN, "require-lock-timeout: set it", file=file, line=line
        )
        for file, line in (("db/1.sql", 3), ("db/1.sql", 9), ("db/2.sql", 3))
    )
    named = Finding(
        "preflight.collision", Outcome.WARN, "two files: db/7.sql", file="db/7.sql", line=1
    )
    told = situation(services=(), findings=(*remarks, named))

    for text in (terminal.render(told), markdown.render(told)):
        assert all(place in text for place in ("db/1.sql:3", "db/1.sql:9", "db/2.sql:3")), text
        assert text.count("db/7.sql") == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param(
            {"services": services(BAD, RestoreOutcome.PLANNED)},
            "Failed and NOT rolled back: commit c0ffee00, which failed, is still live; ",
            id="planned",
        ),
        pytest.param(
            {"services": services(BAD)},
            "Failed and NOT rolled back: commit c0ffee00, which failed, is still live; ",
            id="off",
        ),
        pytest.param(
            {"services": (services(BAD)[0], *services(GOOD)[1:])},
            "Failed and NOT rolled back: commit c0ffee00, which failed, is still live; ",
            id="one-of-three",
        ),
        pytest.param(
            {"services": services(BAD, RestoreOutcome.UNKNOWN)}, NOT_CONFIRMED, id="asked-for"
        ),
        pytest.param({"services": services(GOOD)}, NOT_CONFIRMED, id="not-live"),
        pytest.param(
            {"services": services(BAD), "verdict": VerdictWord.INCONCLUSIVE},
            NOT_CONFIRMED,
            id="nothing-failed-for-certain",
        ),
    ],
)
def test_what_failed_and_was_left_live_is_called_bad_and_not_unconfirmed(changes, told):
    report = replace(ALL["not_recovered"], **changes)

    assert headline(report).startswith(told)


def test_of_several_commits_none_is_called_the_one_that_failed():
    first, *others = services(BAD)
    judged = replace(first.judged, commit=GOOD)
    report = replace(ALL["not_recovered"], services=(replace(first, judged=judged), *others))

    assert headline(report).startswith(NOT_CONFIRMED)
