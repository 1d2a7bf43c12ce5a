"""What a person reads is plain English: habits that a native speaker would not have stay out."""

import ast
import re
from pathlib import Path

import pytest

from tests.parsed import nodes

ROOT = Path(__file__).parents[1]
HABITS = re.compile(
    r"\b(nobody|(?<!instead )of its own|(is|are) not there|(cannot|could not|nothing) tells?\b|would tell"
    r"|all the same|anew|in vain|condemn\w*|seen good|by hand|leads? out of|(is|was) put back"
    r"|put forward again|what served before|beside it)\b",
    re.IGNORECASE,
)
#: Tables of names of others, with where each was found; nobody is shown the second.
NOT_SHOWN = {"health/identity_places.py", "health/sentences.py", "health/vocabulary.py"}
#: Written for those who change the program, or lists of tests.
OTHERS = {"architecture.md", "stories.md", "runbook.md"}
PAGES = [ROOT / "README.md", ROOT / "action.yml"] + [
    path for path in sorted((ROOT / "docs").rglob("*.md")) if path.name not in OTHERS
]


def messages(path):
    """The texts of a file that are no docstrings: whole sentences, with a mark where one is filled."""
    silent = {
        id(node.value)
        for node in nodes(path)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in nodes(path):
        match node:
            case ast.JoinedStr(values=values):
                parts = [v.value if isinstance(v, ast.Constant) else "…" for v in values]
                silent |= {id(v) for v in values}
                yield "".join(map(str, parts))
            case ast.Constant(value=str(text)) if id(node) not in silent and " " in text:
                yield text


def test_no_message_has_a_habit_of_translated_english():
    found = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in sorted((ROOT / "verifier").rglob("*.py"))
        if path.relative_to(ROOT / "verifier").as_posix() not in NOT_SHOWN
        for text in messages(path)
        if HABITS.search(text)
    ]

    assert found == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_page_has_one(path):
    lines = path.read_text("utf-8").splitlines()

    assert [line for line in lines if HABITS.search(line)] == []
