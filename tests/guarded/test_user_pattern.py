"""Patterns of the configuration over texts of strangers."""

import pytest

from verifier.errors import UnexpectedAnswerError
from verifier.guarded import user_pattern
from verifier.guarded.user_pattern import Match, match_each, search_all

NEVER_ENDS = ("(a+)+$", "a" * 60 + "!")


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        pytest.param("VERSION = (\\d+)", "x\nVERSION = 42", Match(2, "42"), id="its-group"),
        pytest.param("\\d+", "v 42", Match(2, "42"), id="no-group"),
        pytest.param("(?<=v)\\d+(?!x)", "v42", Match(1, "42"), id="what-no-linear-engine-knows"),
        pytest.param("(x)?42", "42", None, id="a-group-without-a-text"),
        pytest.param("(é.)", "\ud83dé\udcff", Match(1, "é\udcff"), id="no-text-of-utf-8"),
        pytest.param("nothing", "42", None, id="none"),
    ],
)
def test_a_match(pattern, text, found):
    assert search_all(pattern, text) == ([found] if found else [])


def test_each_match_in_its_order():
    found = search_all("V = (\\d+)", "V = 1\n# V = 2")

    assert found == [Match(0, "1"), Match(8, "2")]


def test_names_are_matched_from_their_beginning():
    assert match_each("v([0-9]+)", ["v1.sql", "xv2.sql"]) == [Match(0, "1"), None]
    assert match_each("v([0-9]+)", []) == []
    assert match_each("(a)?/(b)?", ["a/b", "/b", "/"]) == [Match(0, "a/b"), Match(0, "b"), None]


@pytest.mark.parametrize(
    "ask", [search_all, lambda p, t: match_each(p, [t])], ids=["search", "match"]
)
def test_a_pattern_that_never_ends_is_left(ask, monkeypatch):
    monkeypatch.setattr(user_pattern, "_LIMIT_S", 0.5)

    with pytest.raises(UnexpectedAnswerError, match=r"took longer .* s$") as caught:
        ask(*NEVER_ENDS)

    assert "(a+)+" in caught.value.hint
