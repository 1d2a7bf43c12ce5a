"""A pattern that is made when it is first asked does what one that is made at once does."""

import re

import pytest

from verifier.guarded import (
    secret_shapes,
    secret_words,
    spoken_secrets,
    tabled_secrets,
    told_values,
    vendor_tokens,
    worded_records,
)
from verifier.guarded.secret_pattern import Shape
from verifier.health import driver_messages, sentences
from verifier.model.late_pattern import LatePattern

TEXT = "a1 b22 A3"


@pytest.mark.parametrize(
    "ask",
    [
        lambda p: p.search(TEXT, 1)[0],
        lambda p: p.match(TEXT, 3)[0],
        lambda p: p.fullmatch(TEXT, 3, 6)[0],
        lambda p: [found["rest"] for found in p.finditer(TEXT)],
        lambda p: p.sub("-", TEXT, 2),
        lambda p: dict(p.groupindex),
    ],
)
def test_it_answers_as_one_that_is_made_at_once(ask):
    source = r"[ab](?P<rest>\d+)"

    assert ask(LatePattern(source, re.IGNORECASE)) == ask(re.compile(source, re.IGNORECASE))


PLACES = (
    driver_messages, secret_shapes, secret_words, sentences, spoken_secrets, tabled_secrets,
    told_values, vendor_tokens, worded_records,
)  # fmt: skip


def patterns(value):
    match value:
        case LatePattern():
            yield value
        case Shape():
            yield value.pattern
        case tuple():
            for each in value:
                yield from patterns(each)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_each_can_be_made_although_nothing_asks_it(place):
    found = list(patterns(tuple(vars(place).values())))

    assert found
    assert all(each.made for each in found)
