"""The words of systems and libraries, without what only their makers read."""

import ast
import subprocess
from pathlib import Path

import pytest

import verifier
from tests.parsed import nodes
from verifier.errors import words_of

OF_SYSTEMS = {"OSError", "FileNotFoundError", "PermissionError"}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param(PermissionError(13, "Permission denied", "x"), "Permission denied", id="file"),
        pytest.param(
            OSError("[Errno -2] Name or service not known"),
            "Name or service not known",
            id="number-in-the-text",
        ),
        pytest.param(
            UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), "it is not UTF-8", id="text"
        ),
        pytest.param(ValueError(), "ValueError", id="nothing-said"),
    ],
)
def test_words(error, words):
    assert words_of(error) == words


def shown_as_they_are(path):
    """Lines in which an error of the system is put into a text with its number."""
    for handler in nodes(path):
        if not isinstance(handler, ast.ExceptHandler) or handler.type is None:
            continue
        caught = {n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)}
        shown = [
            part.lineno
            for part in ast.walk(handler)
            if isinstance(part, ast.FormattedValue)
            and isinstance(part.value, ast.Name)
            and part.value.id == handler.name
        ]
        yield from (f"{path}:{line}" for line in shown if caught & OF_SYSTEMS)


def test_no_message_shows_the_number_of_an_error():
    sources = Path(verifier.__file__).parent.rglob("*.py")

    found = [line for p in sources if "sandbox" not in p.parts for line in shown_as_they_are(p)]

    assert found == [], "use verifier.errors.words_of"


def test_a_program_that_takes_too_long_is_told_as_that():
    error = subprocess.TimeoutExpired(["/opt/squawk", "a.sql"], 60)

    assert words_of(error) == "it took longer than 60 s"
