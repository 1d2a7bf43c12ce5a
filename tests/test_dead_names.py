"""What the package defines is used: a name that nobody says again is dead."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.parsed import nodes

ROOT = Path(__file__).parents[1]
PLACES = ("verifier", "tests", "benchmarks", "docs", "action", "release")
#: Called by a library, by the form of their names or because a class of its own has them.
CALLED_BY_OTHERS = re.compile(r"__\w+__|(?:visit|enter|leave)_\w+")
OF_A_LIBRARY = {"convert", "format_commands", "process_redirect", "_missing_"}


def unused(defined: dict[str, list[str]], said: Counter[str]) -> list[str]:
    """Of functions and classes with their decorators, those that are said nowhere but there."""
    return [
        name
        for name, decorators in defined.items()
        if said[name] == 1
        and not decorators  # who decorates registers
        and name not in OF_A_LIBRARY
        and not CALLED_BY_OTHERS.fullmatch(name)
    ]


@pytest.mark.slow
def test_each_function_and_class_of_the_package_is_used():
    said = Counter(
        word
        for place in PLACES
        for path in (ROOT / place).rglob("*.py")
        if path != Path(__file__)
        for word in re.findall(r"\w+", path.read_text("utf-8"))
    )
    defined = {
        node.name: [ast.unparse(d) for d in node.decorator_list]
        for path in (ROOT / "verifier").rglob("*.py")
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }

    assert unused(defined, said) == []
    assert {name for name in OF_A_LIBRARY if said[name] != 1} == set(), "none of them is idle"


def test_a_name_that_stands_once_is_found():
    said = Counter({"asked": 2, "dead": 1, "visit_Name": 1, "command": 1})
    defined = {"asked": [], "dead": [], "visit_Name": [], "command": ["cli.command"]}

    assert unused(defined, said) == ["dead"]
