"""Reads that are repeated: how often, for how long, and what is told of it."""

import pytest

from tests.commands.script import FakeClock
from verifier.commands.retries import retrying
from verifier.errors import (
    DeniedError,
    InvalidRequestError,
    RateLimitedError,
    UnexpectedAnswerError,
    UnknownOutcomeError,
    UnreachableError,
)

DOWN = UnreachableError("502")


class Asked:
    """Answers with these errors in turn, each after `took_s`, and then well."""

    def __init__(self, clock, *errors, took_s=0.0):
        self.clock = clock
        self.errors = list(errors)
        self.took_s = took_s
        self.at_s = []
        self.left_s = []

    def __call__(self, left_s):
        self.at_s.append(round(self.clock.now_s(), 2))
        self.left_s.append(round(left_s, 2))
        self.clock.sleep(self.took_s)
        if self.errors:
            raise self.errors.pop(0)
        return "read"


def play(*errors, limit_s=60.0, jitter=0.5, took_s=0.0):
    clock, told = FakeClock(), []
    asked = Asked(clock, *errors, took_s=took_s)
    started_s = clock.now_s()

    def ask():
        clock.jitter = lambda: jitter
        return retrying(asked, clock, limit_s, lambda e, s: told.append((e, round(s, 2))))

    return ask, asked, told, lambda: clock.now_s() - started_s


def test_what_is_read_at_once_is_asked_once():
    ask, asked, told, _ = play()

    assert (ask(), asked.left_s, told) == ("read", [60], [])


def test_pauses_grow_and_each_retry_is_told():
    ask, asked, told, _ = play(*[DOWN] * 7)

    assert ask() == "read"
    assert [s for _, s in told] == [0.5, 1, 2, 4, 8, 10, 10]
    assert asked.left_s == [60, 59.5, 58.5, 56.5, 52.5, 44.5, 34.5, 24.5]
    assert {e for e, _ in told} == {DOWN}


@pytest.mark.parametrize(("jitter", "pause_s"), [(0.0, 0.25), (0.999, 0.75)])
def test_a_pause_is_up_to_half_shorter_or_longer(jitter, pause_s):
    ask, _, told, _ = play(DOWN, jitter=jitter)

    assert ask() == "read"
    assert told == [(DOWN, pause_s)]


def test_an_odd_answer_to_a_read_is_a_hiccup_too():
    ask, asked, _, _ = play(UnexpectedAnswerError("HTML"))

    assert (ask(), len(asked.at_s)) == ("read", 2)


@pytest.mark.parametrize(
    "error",
    [DeniedError("no"), InvalidRequestError("what?"), UnknownOutcomeError("perhaps")],
    ids=lambda e: type(e).__name__,
)
def test_what_another_attempt_does_not_change_is_raised_at_once(error):
    ask, asked, told, _ = play(error)

    with pytest.raises(type(error)):
        ask()

    assert (len(asked.at_s), told) == (1, [])


def test_a_rate_limit_is_waited_for():
    ask, asked, told, _ = play(RateLimitedError("429", retry_after_s=30), jitter=0.0)

    assert ask() == "read"
    assert ([s for _, s in told], asked.left_s) == ([30], [60, 30])


def test_a_rate_limit_beyond_the_time_is_raised_without_waiting():
    ask, _, told, waited_s = play(RateLimitedError("429", retry_after_s=61))

    with pytest.raises(RateLimitedError):
        ask()

    assert (told, waited_s()) == ([], 0)


@pytest.mark.parametrize(("limit_s", "took_s"), [(5.0, 0.0), (20.0, 0.3), (60.0, 4.0), (0.5, 0.0)])
def test_the_last_error_comes_before_the_time_is_over(limit_s, took_s):
    ask, asked, _, waited_s = play(*[DOWN] * 100, limit_s=limit_s, took_s=took_s)

    with pytest.raises(UnreachableError):
        ask()

    assert waited_s() <= limit_s + took_s
    assert waited_s() >= limit_s - 1.01
    assert all(left_s >= 1 or limit_s < 1 for left_s in asked.left_s)
