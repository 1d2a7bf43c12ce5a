"""Questions that are asked at the same moment."""

from contextvars import ContextVar

import pytest

from verifier.commands.parallel import ParallelCalls, Patience

LANGUAGE = ContextVar("language", default="en")


def test_a_question_speaks_the_language_of_whoever_asks_it():
    before = LANGUAGE.set("pt-BR")
    try:
        assert ParallelCalls().ask({"api": LANGUAGE.get}, 5.0) == {"api": "pt-BR"}
    finally:
        LANGUAGE.reset(before)


@pytest.mark.parametrize(
    ("lost_s", "is_restored", "now_s", "limit_s", "left_s"),
    [
        pytest.param((), False, 0.0, 5.0, 5.0, id="never silent"),
        pytest.param((100.0,), False, 100.0, 5.0, 0.25, id="silent a moment ago"),
        pytest.param((100.0,), False, 100.0, 0.1, 0.1, id="less than a moment was given"),
        pytest.param((100.0,), False, 159.9, 5.0, 0.25, id="silent for nearly a minute"),
        pytest.param((100.0,), False, 160.0, 5.0, 5.0, id="a minute later"),
        pytest.param((100.0, 150.0), False, 170.0, 5.0, 0.25, id="silent again"),
        pytest.param((100.0,), True, 100.0, 5.0, 5.0, id="it has answered since"),
    ],
)
def test_nothing_waits_long_for_what_was_silent_a_moment_ago(
    lost_s, is_restored, now_s, limit_s, left_s
):
    patience = Patience()
    for each in lost_s:
        patience.lose(each)
    if is_restored:
        patience.restore()

    assert patience.left_s(now_s, limit_s) == left_s
