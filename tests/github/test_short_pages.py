"""Lists whose pages are shorter than what was asked for."""

import pytest

from tests.github.answers import Answers


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
