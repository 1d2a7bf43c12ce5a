"""What strangers wrote is searched for patterns: none of ours takes time by the square of it."""

import ast
import importlib
import re
import signal
import time
from pathlib import Path

import pytest

from tests.growing_texts import growing_texts

ROOT = Path(__file__).parents[1]
#: Rooms whose patterns meet answers, documents, logs, and files of a commit. The scripts that `decide` reads have
#: 64 KiB a file together, and are held by the test of hostile files.
ROOMS = (
    "checks",
    "config",
    "database",
    "github",
    "guarded",
    "health",
    "model",
    "railway",
    "report",
)
LENGTH = 20_000
LIMIT_S = 0.25
#: What only ever meets short texts, or texts of our own, and how long they are at most.
SHORT = {
    "database.isolated_queries._QUOTED": (
        200,
        "the name of a table in an error of PostgreSQL's own",
    ),
    "database.ledgers.dbmate._FILE": (255, "a file's name"),
    "database.ledgers.flyway._FILE": (255, "a file's name"),
    "database.ledgers.kysely._MIGRATOR": (4096, "a path"),
    "health.bad_lines._BREAK": (0, "one blank for each run of them, and 500 characters"),
    "health.doubts._CONSECUTIVE": (1000, "the name of a number in a document"),
    "health.text_lines._AFTER_NAME": (500, "a line of a text"),
    "health.text_lines._BETWEEN": (500, "a line of a text"),
    "health.text_lines._CELLS": (500, "a line of a text"),
    "health.text_lines._COUNTS": (500, "a line of a text"),
    "health.text_lines._ENDING": (0, "as _BREAK"),
    "health.text_lines._MARKED": (0, "as _BREAK"),
    "health.text_lines._RATIO": (500, "a line of a text"),
    "model.sql._OUTLASTING": (10_000, "a question of the configuration"),
}
#: Only tried where another pattern's match ends, never looked for.
AT_A_PLACE = ("database.written_version.",)
METHODS = ("match", "fullmatch", "search")


def patterns_in(value):
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from patterns_in(inner)
    elif isinstance(value, dict):
        yield from patterns_in(list(value.values()))


def used(source, name):
    """The methods by which a module's own pattern is used; all where it is handed on."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == name:
            found.add(node.attr if node.attr in METHODS else "search")
    return found or {"match", "search"}


def modules():
    for room in ROOMS:
        for path in sorted((ROOT / "verifier" / room).rglob("*.py")):
            yield (
                ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"),
                path,
            )


class TooLongError(Exception):
    pass


def seconds(search, text):
    def end(*_):
        raise TooLongError

    before = signal.signal(signal.SIGPROF, end)
    begun_s = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, 2 * LIMIT_S)
    try:
        search(text)
    except TooLongError:
        pass
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return time.process_time() - begun_s


def slowest(pattern, methods, length):
    """How long it takes at most, and on which text."""
    worst = 0.0, ""
    for lead, unit in growing_texts(pattern):
        for whole in (
            lead + unit * (length // len(unit)),
            (lead + unit) * (length // len(lead + unit)),
        ):
            for end in ("\0", "\n!"):
                text = whole + end
                given = (
                    text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")
                )
                for method in methods:
                    search = getattr(pattern, method)
                    took_s = seconds(search, given)
                    if took_s > LIMIT_S:
                        # A busy machine makes one search long, but not each of three.
                        took_s = min(took_s, seconds(search, given), seconds(search, given))
                    worst = max(worst, (took_s, f"{method} {lead + unit!r}, repeated"))
                if worst[0] > LIMIT_S:
                    return worst
    return worst


@pytest.mark.slow
def test_no_pattern_takes_time_by_the_square_of_what_a_stranger_wrote():
    slow = {}
    for module, path in modules():
        source = path.read_text("utf-8")
        for name, value in vars(importlib.import_module(module)).items():
            if not re.search(rf"^{re.escape(name)}\b[^\n]*=", source, re.MULTILINE):
                continue
            place = f"{module.removeprefix('verifier.')}.{name}"
            if place.startswith(AT_A_PLACE):
                continue
            for pattern in patterns_in(value):
                length, _ = SHORT.get(place, (LENGTH, ""))
                took_s, on = slowest(pattern, used(source, name), length)
                if took_s > LIMIT_S:
                    slow[place] = on

    assert slow == {}


@pytest.mark.slow
def test_a_pattern_that_grows_is_found():
    for grows in (r"(a+)+b", r"\w+\s*:", r"^\s*[-*]?\s*x", r"a(?:[.-][\w-]+)*\.b"):
        took_s, _ = slowest(re.compile(grows), {"search"}, LENGTH)
        assert took_s > LIMIT_S, grows


def test_what_is_said_to_be_short_is_there():
    for place in SHORT:
        module, _, name = place.rpartition(".")
        assert hasattr(importlib.import_module(f"verifier.{module}"), name)
