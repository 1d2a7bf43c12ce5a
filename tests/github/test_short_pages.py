"""Lists whose pages are shorter than what was asked for."""

import pytest

from tests.github.answers import Answers
from verifier.errors import UnexpectedAnswerError


@pytest.mark.parametrize(
    ("sizes", "total"),
    [
        pytest.param([2], None, id="no-total"),
        pytest.param([30, 30, 5], 65, id="thirty-at-most"),
        pytest.param([30, 0], 31, id="one-was-removed-meanwhile"),
        pytest.param([0], 0, id="none"),
    ],
)
def test_every_page_of_a_list_is_read(sizes, total):
    github = Answers("acme/shop")
    told = {} if total is None else {"total_count": total}
    for size in sizes:
        github.get("/actions/variables", json={**told, "variables": [{}] * size})

    found = list(github.api().pages("/actions/variables", "x", key="variables"))

    assert (len(found), github.waiting) == (sum(sizes), [])


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([], id="a-bare-list"),
        pytest.param([None], id="a-list-of-nothing"),
        pytest.param({}, id="without-the-list"),
        pytest.param({"total_count": 1, "workflows": [None]}, id="nothing-in-the-list"),
        pytest.param({"total_count": 3, "workflows": []}, id="none-of-three"),
    ],
)
def test_another_answer_than_the_list_is_not_an_empty_one(answer):
    github = Answers("acme/shop")
    github.get("/actions/workflows", json=answer)

    with pytest.raises(UnexpectedAnswerError):
        list(github.api().pages("/actions/workflows", "x", key="workflows"))
