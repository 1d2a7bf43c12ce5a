"""A number agrees with the noun beside it: one and several are sentences of their own."""

import ast
import re
from collections import defaultdict

import pytest

from tests.language.extraction import PACKAGE, Text, texts
from tests.parsed import tree

_PLACE = r"\{(\d+)(?::n)?\}"
_COUNTED = re.compile(
    _PLACE + r" (?:(?:more|older|scheduled|latest|of|the|last|merged) ){0,3}([a-z]+s)\b"
)
#: What ends as many nouns do, and is none that is counted.
_NO_NOUN = re.compile(r".*(?:ss|is|us)|as|was|has|its|does|ms|https|others")
#: How a field says that it is a number.
_NUMBER = re.compile(
    r"len\(|\b(?:count|number|total|days|most|many|size|sum|n|left|hours|minutes|times|restarts"
    r"|forged|undated|requests|warnings|services|many|kinds|pending)\b|_(?:MOST|LONGEST)|stayed"
    r"|[Mm]ost_|MAX_|_BYTES|_bytes|_TOGETHER|_minutes|_changes|region_count"
)
#: Where the number is never one.
_SEVERAL = {
    "GitHub listed {1} of the {2} repositories of {3}": "more than were listed",
    "a matrix of more than {1} jobs": "a limit",
    "a JSONPath of at most {1} characters": "a limit",
    "a file of this commit is larger than {1:n} bytes, and was not read": "a limit",
    "a name of more than {1} characters": "a limit",
    "--reason takes {1} characters at most": "a limit",
    "a run has waited {1} hours for a runner, an approval or another run": "six and more",
    "all {1} operations fit Railway's API as it is today": "all that there are",
    "all {1} questions fit GitHub's GraphQL API as it is today": "all that there are",
    "an expression of more than {1:n} characters": "a limit",
    "flapping: {1} of the last {2} answers failed": "flapping takes several",
    "flapping: {1} of the last {2} looks got no answer, others did": "as above",
    "health paths not looked for: {1} services have a public address": "not one",
    "it stopped and was started again {1} times since the last look ({2})": "of one: once",
    "not asked: {1} questions before it could not be stopped": "a limit",
    "only {1} of the checks of the latest merged pull request were read": "as many as are asked for",
    "restart loop: it was up and ended {1} times while it was looked at": "as flapping",
    "the document has more than {1:n} components": "a limit",
    "the files of this commit hold more than {1:n} bytes, and were not read": "a limit",
    "these files hold more than {1:n} bytes": "a limit",
    "the response is larger than {1:n} bytes": "a limit",
    "{1} for an approval, the oldest for {2} hours": "six and more",
    "{1} for another one of its group, the oldest for {2} hours": "six and more",
    "{1} of the records of earlier gates have no readable time": "some of several",
    "{1} is larger than {2:n} bytes": "a limit",
}


def _singular(noun: str) -> str:
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    return noun[:-2] if re.search(r"(?:ch|sh|ss|x)es$", noun) else noun[:-1]


def disagreeing(given: list[Text]) -> list[str]:
    """Return texts that count something, and have no text beside them for one of it."""
    found = []
    beside = defaultdict(list)
    for text in given:
        beside[text.file].append(text.template)
    for text in given:
        for place in _COUNTED.finditer(text.template):
            number, noun = int(place[1]), place[2]
            is_number = _NUMBER.search(text.fields[number - 1])
            if _NO_NOUN.fullmatch(noun) or not is_number:
                continue
            one = re.compile(
                rf"\b(?:1|an?|one|the(?: one)?)\b(?: [a-z]+){{0,4}} {_singular(noun)}\b"
                rf"|{_PLACE} (?:[a-z]+ ){{0,3}}{_singular(noun)}\b"
            )
            if not any(one.search(template) for template in beside[text.file]):
                found.append(text.template)
    return found


@pytest.mark.slow
def test_what_is_counted_has_a_text_for_one():
    assert set(disagreeing(list(texts().values()))) == set(_SEVERAL)


@pytest.mark.parametrize(
    ("templates", "is_found"),
    [
        (["{1} checks pass"], True),
        (["{1} checks pass", "all pass"], True),
        (["{1} checks pass", "1 check passes"], False),
        (["{1} checks pass", "the one check passes"], False),
        (["{1} branches", "{1} branch"], False),
        (["{1} was read"], False),
    ],
)
def test_a_number_beside_a_noun_is_found(templates, is_found):
    given = [Text(template, "a.py", 1, ("len(found)",)) for template in templates]

    assert bool(disagreeing(given)) is is_found


#: A word by itself agrees with nothing: beside a number it stands in a sentence of the catalogue.
_WORDS = {"word", "outcome_word", "event_word"}


def numbered_words(source: ast.AST) -> list[int]:
    """Return the lines of texts in which a number is followed by a word of the catalogue."""
    found = []
    for node in ast.walk(source):
        if not isinstance(node, ast.JoinedStr):
            continue
        for before, space, behind in zip(
            node.values, node.values[1:], node.values[2:], strict=False
        ):
            match before, space, behind:
                case (
                    ast.FormattedValue(value=number),
                    ast.Constant(value=" "),
                    ast.FormattedValue(value=ast.Call(func=ast.Name(id=name))),
                ) if name in _WORDS and _NUMBER.search(ast.unparse(number)):
                    found.append(node.lineno)
    return found


def test_no_single_word_is_counted():
    files = sorted(
        path for room in ("report", "delivery", "cli") for path in (PACKAGE / room).rglob("*.py")
    )

    assert {str(path): lines for path in files if (lines := numbered_words(tree(path)))} == {}


def test_a_counted_word_is_found():
    assert numbered_words(ast.parse("f'{len(found)} {word(state)}'")) == [1]
    assert numbered_words(ast.parse("f'{name} {word(state)}'")) == []
