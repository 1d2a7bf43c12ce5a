"""Which lines of a log are shown."""

import pytest

from verifier.decide.gate.log_lines import telling_lines
from verifier.model.background import LogLine


def lines(*texts):
    return [LogLine(text) for text in texts]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param([], (), id="nothing"),
        pytest.param(lines("a", " ", "b"), ("a", "b"), id="no-errors"),
        pytest.param(lines("a", "fatal: x", "b"), ("fatal: x", "a", "b"), id="errors-first"),
        pytest.param(
            [LogLine("a"), LogLine("odd", "error"), LogLine("b")],
            ("odd", "a", "b"),
            id="by-severity",
        ),
        pytest.param(lines("error 1", "error 1", "a"), ("error 1", "a"), id="once"),
        pytest.param(lines("x" * 1000), ("x" * 299 + "…",), id="cut"),
    ],
)
def test_telling_lines(given, expected):
    assert telling_lines(given) == expected


def test_of_many_lines_the_last_ones_are_shown():
    texts = [f"line {n}" for n in range(100)] + [f"error {n}" for n in range(5)]

    shown = telling_lines(lines(*texts))

    assert shown[:5] == tuple(f"error {n}" for n in range(5))
    assert shown[5:] == tuple(f"line {n}" for n in range(93, 100))
