"""What is read of a migration in Python stands before the rest of it."""

import re

import pytest

from verifier.database.files import Folder
from verifier.database.ledgers import LEDGERS
from verifier.database.python_files import constants, parse_head
from verifier.errors import UnexpectedAnswerError

NAMES = re.compile(rb"^(?:revision|depends_on)\b", re.MULTILINE)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("revision = 1\ndef f():\n  not Python at all\n", {"revision": 1}, id="before"),
        pytest.param(
            "revision = 1\ndef f():\n  pass\ndepends_on = 2\n",
            {"revision": 1, "depends_on": 2},
            id="after-a-function",
        ),
        pytest.param("doc = '''\ndef f'''\nx = 1\n", {"doc": "\ndef f", "x": 1}, id="in-a-text"),
        pytest.param("revision = 1\n", {"revision": 1}, id="nothing-after"),
    ],
)
def test_the_head_tells_what_the_whole_file_tells(content, expected):
    tree = parse_head("a.py", content.encode(), b"\ndef ", NAMES)

    assert constants(tree.body) == expected


def test_revisions_of_alembic_that_follow_one_another_have_no_order(tmp_path):
    (tmp_path / "versions").mkdir()
    for name, before in (("a", "None"), ("b", "'c'"), ("c", "'b'")):
        text = f"revision = '{name}'\ndown_revision = {before}\ndef upgrade():\n    pass\n"
        (tmp_path / "versions" / f"{name}.py").write_text(text)

    with pytest.raises(UnexpectedAnswerError, match="which follows it: alembic runs none"):
        LEDGERS["alembic"].list_shipped(Folder(tmp_path), "versions")
