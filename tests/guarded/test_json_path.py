"""JSONPaths over documents of strangers: what is found, what is refused, what is there instead."""

import pytest

from verifier.guarded.json_path import checked_path, find
from verifier.model.extra_endpoint import Found

DOCUMENT = {
    "checks": {"queue": {"depth": 12}, "list": [{"a": 1, "on": True}, {"a": None, "on": False}]},
    "a-b": "x",
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("checks.queue.depth", Found((12,))),
        ("$.checks.queue.depth", Found((12,))),
        ("checks.list[*].a", Found((1, None))),
        ("checks.list[0].a", Found((1,))),
        ("checks.list[?@.on == true].a", Found((1,))),
        ("..depth", Found((12,))),
        ("['a-b']", Found(("x",))),
        ("checks.queue", Found(others=("an object",))),
        ("checks.list", Found(others=("a list",))),
        ("checks.queue.dept", Found(instead="checks.queue has depth")),
        ("chekcs.queue", Found(instead="the document has checks, a-b")),
        ("checks.list.a", Found(instead="checks.list is a list of 2")),
        ("checks.queue.depth.x", Found(instead="checks.queue.depth is a plain value")),
    ],
)
def test_what_is_found(path, found):
    assert find(checked_path(path), DOCUMENT) == found


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("", id="empty"),
        pytest.param("checks[", id="cut-off"),
        pytest.param("a b", id="two-words"),
        pytest.param("$..a..b", id="descends-twice"),
        pytest.param("$..[?@.a == 1]", id="tests-all-that-is"),
        pytest.param("$[?@..a]", id="descends-in-a-test"),
        pytest.param("$[?$.a == 1]", id="from-the-root-in-a-test"),
        pytest.param("$[*,*]", id="twice-the-same"),
        pytest.param('$[?match(@.a, "(a+)+")]', id="function"),
        pytest.param("$[?@.a =~ /(a+)+$/]", id="pattern"),
        pytest.param("$.a | $.b", id="two-paths"),
        pytest.param("$" + ".a" * 30, id="many-segments"),
        pytest.param("a" * 400, id="long"),
    ],
)
def test_what_is_refused_when_the_file_is_read(path):
    with pytest.raises(ValueError, match="JSONPath"):
        checked_path(path)


def nested(depth):
    document = 1
    for _ in range(depth):
        document = {"a": document}
    return document


def test_a_document_that_is_nested_too_deeply_is_told():
    with pytest.raises(ValueError, match="nested too deeply"):
        find("$..b", nested(500))


@pytest.mark.parametrize("document", [None, 5, "text", True, []])
def test_nothing_is_found_in_what_is_no_object(document):
    assert find("$.a", document).instead


def test_more_values_than_anybody_compares_are_told_as_that():
    assert find("$[*]", [1] * 5000).others == ("more than 1,000 values",)
