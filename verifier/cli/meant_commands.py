"""Which command is meant by a word that is none."""

from collections.abc import Sequence
from difflib import get_close_matches

#: What others call a command, or would look for under the name of one.
_CALLED = {
    "rollback": "undo revert restore back",
    "gate": "deploy verify judge run wait",
    "check": "health-check healthcheck test ping",
    "check --watch": "watch monitor live top",
    "status": "logs log history list ls ps deployments",
    "--version": "version",
    "--help": "help",
    "report --format html": "html page",
    "config check": "validate lint",
    "init": "setup install new",
    "ledger": "migrations migrate migration schema",
    "pause": "hold stop freeze",
    "resume": "start unpause continue",
    "release": "unhold unlock",
    "rehearse": "simulate drill chaos",
    "stats": "metrics dora",
}
_MEANT = {word: command for command, words in _CALLED.items() for word in words.split()}


def meant_by_name(called: str) -> str:
    """Return what is meant by a word, by its meaning; empty where it has none here."""
    return _MEANT.get(called.lower(), "")


def nearest_to(called: str, known: Sequence[str]) -> str:
    """Return which of the commands is written nearly so; empty where none is."""
    return next(iter(get_close_matches(called, known, 1)), "")
