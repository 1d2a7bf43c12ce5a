"""
How a parser is fuzzed: real texts and values are the corpus, changed at random places.

`FUZZ_SECONDS` says for how long each parser is given new ones; without it a few, always the same.
"""

import copy
import os
import random
import time
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))
_EXAMPLES = 500 if SECONDS else 25
_LONGEST = 3000
#: What parsers trip over, beside what other texts hold.
ODD = (
    "null",
    "1e999",
    '"\\ud83d"',
    "[[[]]]",
    "\x00",
    "\u2028",
    "\ud83d",
    "9" * 400,
    "{",
    ")",
    "'",
    "`",
)
#: In the place of a value of another kind.
ODD_VALUES = (
    None,
    True,
    -1,
    0,
    10**400,
    1e308,
    float("nan"),
    float("inf"),
    "",
    "x",
    "\x00",
    "\ud83d",
    "9" * 400,
    "2026-02-30T25:61:00Z",
    "0001-01-01T00:00:00+23:59",
    [],
    {},
    [[]],
    [None],
    [{}],
    {"": None},
    {"nodes": [None]},
    {"edges": [{}]},
)
#: What a driver of a database makes of its own types.
ODD_CELLS = (
    *ODD_VALUES,
    b"\xff",
    datetime.min.replace(tzinfo=UTC),
    datetime(2026, 1, 1),  # noqa: DTZ001
    datetime.max.replace(tzinfo=UTC),
    memoryview(b"x"),
    "../../etc/passwd",
    "V1__a.sql",
    "20240101000000_a",
)


def texts(*patterns):
    """The beginnings of files of this repository."""
    found = [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
    return [path.read_text("utf-8", "replace")[:_LONGEST] for path in found]


@st.composite
def changed_texts(draw, corpus, words):
    """A text of the corpus with a few places changed, cut, repeated or taken from another one."""
    chance = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311
    text = chance.choice(corpus)
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(text))
        end = start + chance.choice([0, 1, 5, 20])
        other = chance.choice(corpus)
        place = chance.randint(0, len(other))
        put = chance.choice([chance.choice(words), text[start:end] * 2, other[place : place + 60]])
        text = text[:start] + put + text[end:]
    return text


def paths_of(value, before=()):
    """Yield the way to each place within a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield (*before, key)
        if isinstance(inner, dict | list):
            yield from paths_of(inner, (*before, key))


def with_odd_values(value, chance, odd=ODD_VALUES):
    """Return a copy of a JSON value that has something odd, or something else of its own, in it."""
    whole = {"": copy.deepcopy(value)}
    for _ in range(chance.randint(1, 3)):
        path = chance.choice(list(paths_of(whole)))
        inner = whole
        for key in path[:-1]:
            inner = inner[key]
        if chance.random() < 0.2:
            del inner[path[-1]]
            whole = whole or {"": None}
        else:
            inner[path[-1]] = copy.deepcopy(chance.choice(odd))
        if not whole:
            break
    return whole.get("")


def chances():
    """A source of chance for each example."""
    return st.integers(0, 2**32).map(random.Random)


def try_all(examples, parse, parts=1):
    """
    Give the parser so many examples; what it raises fails the test with the example.

    `parts` tests share the time of one parser.
    """

    @settings(
        max_examples=_EXAMPLES,
        derandomize=not SECONDS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(examples)
    def run(example):
        parse(example)

    end = time.monotonic() + SECONDS / parts
    run()
    while time.monotonic() < end:
        run()
