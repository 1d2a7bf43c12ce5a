"""A path that lists parts and is bad while `init` looks is told, as the choice goes without it."""

from dataclasses import replace

import pytest

from tests.decide.test_catch_all import OK, surveyed
from verifier.decide.health_choice import choose
from verifier.decide.health_section import lines_of, not_yet
from verifier.decide.unasked_health import unasked

NOT_FOUND = (404, {"detail": "Not Found"})
CRITICAL = (503, {"status": "CRITICAL", "checks": {"environment": {"status": "CRITICAL"}}})
DOWN = (503, {"status": "down", "checks": {"database": "down"}})
GOOD = (200, {"status": "ready", "checks": {"database": "ok", "redis": "ok"}})


def chosen(answers, nowhere=NOT_FOUND, first=("/health",)):
    asked = list(surveyed(answers, nowhere))
    choice = choose(asked, first, None)
    return replace(choice, unasked=unasked(asked, choice))


@pytest.mark.parametrize(
    "bad", [CRITICAL, DOWN, (200, CRITICAL[1]), (500, {"status": "ok", "database": "ok"})]
)
@pytest.mark.parametrize("path", ["/health/deep", "/actuator/health", "/api/health"])
def test_a_path_that_is_bad_now_is_told_where_a_shallower_one_takes_its_place(path, bad):
    choice = chosen({"/health": OK, "/health/ready": GOOD, path: bad})

    assert choice.deep != path
    assert choice.unasked == (path,)
    assert f"  # not good now, and so not asked; set deep to it once it is: '{path}'" in list(
        lines_of(choice)
    )
    assert any(text.startswith(f"{path} is not good now") for text in not_yet(choice))


def test_so_it_is_where_nothing_takes_its_place():
    choice = chosen({"/health": OK, "/health/deep": CRITICAL})

    assert choice.unasked == ("/health/deep",)


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param({"/health": OK, "/health/deep": GOOD}, id="good"),
        pytest.param({"/health": OK, "/ready": DOWN}, id="told-as-unready"),
        pytest.param({"/health": OK, "/ready": GOOD, "/ping": (503, {"status": "x"})}, id="bare"),
        pytest.param({"/health": OK, "/ready": GOOD, "/health/deep": NOT_FOUND}, id="absent"),
    ],
)
def test_nothing_else_is_told(answers):
    assert chosen(answers).unasked == ()


def test_what_is_answered_everywhere_is_no_path_that_is_left_out():
    assert chosen({"/health": OK, "/health/deep": DOWN}, nowhere=DOWN).unasked == ()
