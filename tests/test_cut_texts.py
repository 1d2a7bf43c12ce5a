"""What is cut before secrets are taken out of it is cut where that is seen."""

import ast
from pathlib import Path

import verifier
from tests.parsed import nodes

_HOUSE = Path(verifier.__file__).parent
#: Here texts are clean already, or are nobody else's.
_CLEAN = {"delivery", "report", "sandbox", "language", "cli"}
#: Of so many characters at most: hashes, ids, dates.
_SHORT = 20
#: What is no text of a stranger, or carries its own mark.
_OURS = {
    "github/issue_text.py": 1,
    "github/messages.py": 1,
    "database/worktree.py": 2,
    "decide/workflows/expression_syntax.py": 1,
    "health/reader.py": 1,
    "model/check_ids.py": 1,
    "model/phrases.py": 1,
}


def raw_cuts(path):
    """How often a sentence of a file says the beginning of something else."""
    said = (n for n in nodes(path) if isinstance(n, ast.JoinedStr))
    cuts = (n for sentence in said for n in ast.walk(sentence) if isinstance(n, ast.Slice))
    return sum(1 for cut in cuts if cut.upper is not None and not _is_short(cut.upper))


def _is_short(upper):
    if isinstance(upper, ast.UnaryOp):
        return True
    return (isinstance(upper, ast.Constant) and upper.value < _SHORT) or (
        isinstance(upper, ast.Name) and upper.id.islower()
    )


def test_a_sentence_says_the_beginning_of_a_text_only_with_a_mark_where_it_ends():
    paths = (
        path for path in _HOUSE.rglob("*.py") if path.relative_to(_HOUSE).parts[0] not in _CLEAN
    )
    found = {path.relative_to(_HOUSE).as_posix(): raw_cuts(path) for path in paths}

    assert {path: count for path, count in found.items() if count > _OURS.get(path, 0)} == {}
