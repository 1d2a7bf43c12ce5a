"""A source that fails in a way that nobody foresaw is worth as much as one that is unreachable."""

import json
import socket
import ssl
import subprocess
import zlib
from dataclasses import replace

import httpx
import psycopg
import pytest
import yaml

from tests.builders import LIMITS
from tests.commands.live_gate import run_live
from tests.commands.script import BAD, CRITICAL, ScriptedWorld, SharedMemory
from tests.commands.test_memory import run
from verifier.errors import UnreachableError

ERRORS = (
    RuntimeError("odd"),
    ValueError("odd"),
    TypeError("odd"),
    KeyError("odd"),
    IndexError("odd"),
    AttributeError("odd"),
    AssertionError("odd"),
    LookupError("odd"),
    OverflowError("odd"),
    ZeroDivisionError("odd"),
    RecursionError("odd"),
    MemoryError("odd"),
    NotImplementedError("odd"),
    StopIteration("odd"),
    EOFError("odd"),
    OSError(5, "odd"),
    TimeoutError("odd"),
    ConnectionResetError("odd"),
    socket.gaierror("odd"),
    ssl.SSLError("odd"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "odd"),
    UnicodeEncodeError("utf-8", "\ud83d", 0, 1, "odd"),
    json.JSONDecodeError("odd", "", 0),
    httpx.DecodingError("odd"),
    httpx.InvalidURL("odd"),
    psycopg.OperationalError("odd"),
    yaml.YAMLError("odd"),
    zlib.error("odd"),
    subprocess.TimeoutExpired("git", 1),
    Exception("half an emoji: \ud83d"),
)
#: One of each kind of ancestor, where a whole gate runs for each.
SOME = (RuntimeError("odd"), OSError(5, "odd"), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "odd"))
#: What a gate reads beside Railway.
SOURCES = ("probe", "read_database", "shipped", "expected_versions", "learn", "hide")
SOURCES += ("breaking_changes", "commits_between", "subscribe", "wait")
#: What is asked of the memory in a run that condemns, and in one that passes.
ASKED = ("records", "claim", "settle", "remember")


class BrokenMemory(SharedMemory):
    def __init__(self, question, error):
        super().__init__()
        self.question, self.error = question, error

    def _ask(self, question):
        if question == self.question:
            raise self.error


def outcome(ended):
    report, world = ended
    services = [(s.rollback.outcome if s.rollback else None) for s in report.services]
    return report.exit_code, report.verdict, services, [what for _, what in world.mutations]


@pytest.mark.parametrize("question", ASKED)
@pytest.mark.parametrize(
    "health", [{}, {"b": BAD}, {"b": CRITICAL}], ids=["good", "bad", "critical"]
)
@pytest.mark.slow
def test_a_memory_that_breaks_is_one_that_is_away(question, health):
    away = outcome(run(BrokenMemory(question, UnreachableError("HTTP 502")), health=health))

    for error in ERRORS:
        assert outcome(run(BrokenMemory(question, error), health=health)) == away, repr(error)


#: A silence of Railway is waited out until the deadline.
SHORT = replace(LIMITS, deadline_s=120.0)
#: What is asked of Railway and by the gate beside it, in a run that condemns and in one that passes.
WORLD = ("fleet", "history", "states", "observe", "background", "incident", "breaking_changes")


@pytest.mark.slow
@pytest.mark.parametrize("health", [{}, {"b": CRITICAL}], ids=["good", "critical"])
@pytest.mark.parametrize("question", WORLD)
def test_a_railway_that_breaks_is_one_that_is_away(question, health, monkeypatch):
    def raising(error):
        def ask(*_, **__):
            raise error

        monkeypatch.setattr(ScriptedWorld, question, ask)
        return outcome(run(SharedMemory(), limits=SHORT, health=health))

    away = raising(UnreachableError("HTTP 502"))

    assert [error for error in ERRORS if raising(error) != away] == []


@pytest.mark.slow
@pytest.mark.parametrize("health", [None, CRITICAL], ids=["good", "critical"])
@pytest.mark.parametrize("source", SOURCES)
def test_a_source_that_breaks_is_one_that_is_away(source, health):
    away = run_live(health, {source: UnreachableError("HTTP 502")})

    assert [error for error in SOME if run_live(health, {source: error}) != away] == []


def test_a_signal_that_a_library_made_an_error_of_ends_the_run(monkeypatch):
    def ask(_):
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt:
            raise ValueError("no schema") from None

    monkeypatch.setattr(ScriptedWorld, "fleet", ask)
    with pytest.raises(ValueError, match="no schema"):
        run(SharedMemory())


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_rollback_whose_request_breaks_is_judged_by_what_railway_shows(error, monkeypatch):
    asked = ScriptedWorld.roll_back

    def breaking(self, deployment_id):
        asked(self, deployment_id)
        raise error

    monkeypatch.setattr(ScriptedWorld, "roll_back", breaking)
    report, world = run(SharedMemory(), health={"b": CRITICAL})

    assert report.exit_code == 1
    assert [what for _, what in world.mutations] == ["old"]
