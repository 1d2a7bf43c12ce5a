"""Where every address is refused, a path may be there or not: init says so, in one line."""

import pytest

from tests.decide.test_unasked_health import (
    CATCH_ALL,
    NOT_FOUND,
    OK,
    READY,
    SHOP,
    TELLING,
    chosen,
    told_of,
)
from verifier.decide.health_choice import usual_paths
from verifier.decide.health_section import lines_of, not_yet

TOO_MANY = (429, {"error": "Too many requests"})
REFUSALS = {
    **{name: CATCH_ALL[name] for name in ("login", "login-page", "401", "403", "500")},
    "429": TOO_MANY,
    "maintenance": (503, {"status": "maintenance"}),
    "no-tenant": (400, {"error": "missing X-Tenant-ID"}),
    "422": (422, {"detail": "missing header"}),
    "451": (451, "not where you are"),
}
ABSENT = {
    name: CATCH_ALL[name]
    for name in ("page", "page-of-its-path", "404-page", "404-text", "405", "410", "error-200")
}


def told(choice):
    return [p for p in not_yet(choice) if "/health/deep" in p and "whether they are there" in p]


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
@pytest.mark.parametrize("answers", [{"/health": OK}, SHOP], ids=["one", "shop"])
def test_what_may_be_behind_a_refusal_of_every_address_is_told_once(answers, refusal):
    choice = chosen(answers, nowhere=refusal)

    (line,) = told(choice)
    assert f"HTTP {refusal[0]}" in line
    assert any("'/health/deep'" in comment for comment in lines_of(choice))
    assert told_of(choice) == set()


@pytest.mark.parametrize("answer", ABSENT.values(), ids=ABSENT)
def test_what_says_that_nothing_is_there_hides_nothing(answer):
    assert told(chosen(SHOP, nowhere=answer)) == []


@pytest.mark.parametrize("first", [(), ("/internal/checks",)])
def test_nothing_is_missed_where_a_deep_path_is_asked(first):
    path = next(iter(first), "/health/deep")

    choice = chosen({**SHOP, path: TELLING}, first, nowhere=REFUSALS["401"])

    assert (choice.deep, choice.hidden) == (path, {})


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_what_somebody_named_is_no_deep_path_by_that(refusal):
    choice = chosen({"/health": TELLING}, ("/health",), nowhere=refusal)

    assert choice.deep == "/health"
    assert len(told(choice)) == 1


@pytest.mark.parametrize("many", [5, 10, 18])
def test_a_limit_that_is_met_while_init_asks_is_told(many):
    all_are = {**SHOP, "/health/deep": READY}
    heard = {path: all_are.get(path, NOT_FOUND) for path in usual_paths(())[:many]}

    (line,) = told(chosen(heard, nowhere=TOO_MANY))

    assert "run init again later" in line
