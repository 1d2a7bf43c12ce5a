"""A step stands alone, and what is copied from it works."""

import pytest

from verifier.model.phrases import sentence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("apply it", "Apply it."),
        ("apply it.", "Apply it."),
        ("", ""),
        ("grant select on a to b;", "Grant select on a to b;"),
        ("see it: select 1;", "See it: select 1;"),
    ],
)
def test_a_text_becomes_a_step(text, expected):
    assert sentence(text) == expected
