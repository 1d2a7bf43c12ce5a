"""A source that fails in a way that nobody foresaw is worth as much as one that is unreachable."""

import json
import socket
import ssl
import subprocess
import zlib

import httpx
import psycopg
import pytest
import yaml

from tests.commands.script import BAD, CRITICAL, SharedMemory
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
def test_a_memory_that_breaks_is_one_that_is_away(question, health):
    away = outcome(run(BrokenMemory(question, UnreachableError("HTTP 502")), health=health))

    for error in ERRORS:
        assert outcome(run(BrokenMemory(question, error), health=health)) == away, repr(error)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_rollback_whose_request_breaks_is_judged_by_what_railway_shows(error, monkeypatch):
    from tests.commands.script import ScriptedWorld

    asked = ScriptedWorld.roll_back

    def breaking(self, deployment_id):
        asked(self, deployment_id)
        raise error

    monkeypatch.setattr(ScriptedWorld, "roll_back", breaking)
    report, world = run(SharedMemory(), health={"b": CRITICAL})

    assert report.exit_code == 1
    assert [what for _, what in world.mutations] == ["old"]
