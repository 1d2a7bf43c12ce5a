"""What a person sees while the gate runs: lines for a log, a moving block for a terminal."""

import io
from contextlib import closing
from datetime import timedelta

import pytest

from tests.builders import START
from tests.report.situations import uuid
from verifier.delivery.live_progress import LiveProgress
from verifier.delivery.progress import PlainProgress
from verifier.model.report import TimelineEntry
from verifier.model.service_progress import Moving
from verifier.report.terminal import Style

MOVING = (
    Moving("api", "building\x1b[2J", 40, 600),
    Moving("worker", "all checks pass, holding", 4, 10, is_least=True),
)


def entry(text, event="fail"):
    return TimelineEntry(START + timedelta(seconds=5), event, "api", text)


@pytest.fixture
def stream():
    return io.StringIO()


def test_a_log_gets_a_line_for_each_event_and_a_word_every_30_seconds(stream):
    with closing(PlainProgress(stream, str.upper)) as progress:
        progress.waiting("a build", 29, 600)
        progress.waiting("a build", 30, 600)
        progress.waiting("a build", 45, 600)
        progress.happened(entry("it\n::error::failed"))
        progress.waiting("a build", 61, 600, MOVING[1:])

    assert stream.getvalue().splitlines() == [
        "          … waiting: A BUILD, 30 s of at most 600 s",
        "12:00:05  fail         API: IT ::ERROR::FAILED",
        "          … waiting: WORKER ALL CHECKS PASS, HOLDING, 61 s of at most 600 s",
    ]


def test_a_jobs_log_gets_one_coloured_group(stream):
    with closing(PlainProgress(stream, str, Style(is_coloured=True, has_groups=True))) as progress:
        progress.happened(entry("it failed"))
        progress.happened(entry("claimed", "exclusion"))

    assert stream.getvalue() == (
        "::group::What happened\n"
        "\x1b[2m12:00:05  \x1b[0m\x1b[1;31mfail         \x1b[0mapi: it failed\n"
        "\x1b[2m12:00:05  \x1b[0m\x1b[2mlock         \x1b[0mapi: claimed\n"
        "::endgroup::\n"
    )


def test_quiet_says_nothing_meanwhile(stream):
    with closing(PlainProgress(stream, str, Style(has_groups=True, is_quiet=True))) as progress:
        progress.happened(entry("it failed"))
        progress.waiting("a build", 30, 600)

    assert stream.getvalue() == ""


def test_ids_are_short(stream):
    PlainProgress(stream, str).happened(entry(f"from {uuid(16)} to {uuid(1)}: asking Railway now"))

    assert stream.getvalue().endswith("api: from 00000010 to 00000001: asking Railway now\n")


def test_a_terminal_shows_a_line_a_service_below_the_events(stream):
    with closing(LiveProgress(stream, str, Style(80))) as progress:
        progress.happened(entry("it failed"))
        progress.waiting("a build", 3, 600, MOVING)

    shown = stream.getvalue()
    assert shown.startswith("12:00:05  fail         api: it failed\n")
    rows = [line.rstrip() for line in shown.splitlines() if "of at " in line][-2:]
    assert ["api" in rows[0], "worker" in rows[1]] == [True, True]
    assert "building�[2J" in rows[0]
    assert "40 s of at most 600 s" in rows[0]
    assert "4 s of at least 10 s" in rows[1]
    assert "━" in rows[1]


def test_the_block_is_taken_away_before_an_event_and_at_the_end(stream):
    with closing(LiveProgress(stream, str, Style(80))) as progress:
        progress.waiting("a build", 3, 600)
        before = stream.getvalue()
        progress.happened(entry("it failed"))

    assert "waiting: a build" in before
    assert "\x1b[2K" in stream.getvalue()[len(before) :].partition("12:00:05")[0]


@pytest.mark.parametrize(("width", "has_bars"), [(60, False), (80, True), (200, True)])
def test_a_narrow_terminal_has_no_room_for_bars(stream, width, has_bars):
    with closing(LiveProgress(stream, str, Style(width))) as progress:
        progress.waiting("a build", 3, 600, MOVING)

    assert ("━" in stream.getvalue()) == has_bars
