"""What a person sees while the gate runs: lines for a log, a moving last line for a terminal."""

import io
from contextlib import closing
from datetime import timedelta

import pytest

from tests.builders import START
from verifier.delivery.progress import LiveProgress, PlainProgress
from verifier.model.report import TimelineEntry


def entry(text):
    return TimelineEntry(START + timedelta(seconds=5), "fail", "api", text)


@pytest.fixture
def stream():
    return io.StringIO()


def test_a_log_gets_a_line_for_each_event_and_a_word_every_30_seconds(stream):
    with closing(PlainProgress(stream, str.upper)) as progress:
        progress.waiting("a build", 29, 600)
        progress.waiting("a build", 30, 600)
        progress.waiting("a build", 45, 600)
        progress.happened(entry("it\n::error::failed"))

    assert stream.getvalue().splitlines() == [
        "          … waiting for A BUILD, 30 s of at most 600 s",
        "12:00:05  fail         API: IT ::ERROR::FAILED",
    ]


def test_a_terminal_shows_what_is_waited_for_below_the_events(stream):
    with closing(LiveProgress(stream, str)) as progress:
        progress.waiting("a build\x1b[2J", 3, 600)
        progress.happened(entry("it failed"))

    clear = "\r\x1b[2K"
    assert stream.getvalue() == (
        f"{clear}... waiting for a build�[2J, 3 s of at most 600 s"
        f"{clear}12:00:05  fail         api: it failed\n{clear}"
    )
