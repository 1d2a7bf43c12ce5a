"""Workflow files by libyaml: the same values in the same places, and nothing refused by it alone."""

from pathlib import Path

import pytest
import yaml

from verifier.guarded import yaml_document
from verifier.guarded.mistakes import InvalidConfigError
from verifier.guarded.yaml_document import parse_workflow_document
from verifier.guarded.yaml_values import WorkflowLoader

DATA = Path(__file__).parents[1] / "data"
REPOSITORY = DATA.parents[1]
FILES = [*DATA.glob("workflows/*.yml"), *REPOSITORY.glob(".github/workflows/*.yml")]


def places(node):
    """Each value with its tag and where it stands; an empty one stands where its key does."""
    at = (node.tag, node.start_mark.line, node.start_mark.column)
    match node:
        case yaml.MappingNode():
            return at, [(places(key), places(value)) for key, value in node.value]
        case yaml.SequenceNode():
            return at, [places(each) for each in node.value]
        case _:
            return at if node.value else node.tag, node.value


def slowly(text):
    return yaml_document._parsed("a.yml", lambda: WorkflowLoader(text))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_both_parsers_read_the_same(path):
    text = path.read_text("utf-8")
    quick, slow = yaml_document._quickly_parsed("a.yml", text), slowly(text)

    assert quick is not None
    assert (quick.value, places(quick.root)) == (slow.value, places(slow.root))


@pytest.mark.parametrize(
    "value",
    ["3.10", "yes", "0x1f", "é: 1", "&a [1, *a]", '"a\\u00e9"', "|\n  a\n  b\n", "? a", "~", "👍"],
)
def test_values_are_github_s_in_both(value):
    text = f"on: push\nx:\n  - {value}\ny: 👍 # a\nz: 1\n"
    try:
        slow = slowly(text)
    except InvalidConfigError:
        slow = None
    quick = yaml_document._quickly_parsed("a.yml", text)

    assert (quick and quick.line(("z",))) == (slow and slow.line(("z",)))
    assert repr(quick and quick.value) == repr(slow and slow.value)


def test_what_libyaml_alone_refuses_is_read():
    text = "on: { push: { branches: [aarch64:] } }\n"

    assert yaml_document._quickly_parsed("a.yml", text) is None
    assert parse_workflow_document("a.yml", text).value == {
        "on": {"push": {"branches": [{"aarch64": None}]}}
    }


@pytest.mark.parametrize(
    "text", ["a: " + "[" * 200_000, "{" * 200_000, "a:\n " + "- " * 100_000, "? " * 100_000]
)
def test_depth_ends_no_process(text):
    assert yaml_document._quickly_parsed("a.yml", text) is None


def test_without_libyaml_workflows_are_read(monkeypatch):
    monkeypatch.setattr(yaml, "__with_libyaml__", False)

    assert parse_workflow_document("a.yml", "on: push\n").value == {"on": "push"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("on: push\non: pull_request\n", "a.yml:2:1: found 'on' twice, expected it once"),
        ("x: &a {}\ny:\n  <<: *a\n", "a.yml:3:1: found a merge key"),
        ("on: [push\njobs: {}\n", "a.yml:2:5: found invalid YAML: expected ',' or ']'"),
        ("a: \ud800\n", "found invalid YAML"),
        ("a: \x00\n", "found invalid YAML"),
    ],
)
def test_mistakes_are_told_in_the_words_of_one(text, told):
    with pytest.raises(InvalidConfigError) as refused:
        parse_workflow_document("a.yml", text)

    assert told in str(refused.value)


def test_a_thousand_keys_are_compared_once():
    keys = [f"job{number}" for number in range(1_000)]
    document = parse_workflow_document("a.yml", "jobs:\n" + "".join(f"  {k}: 1\n" for k in keys))

    assert [document.line(("jobs", key)) for key in keys] == list(range(2, 1_002))
    assert sorted(map(len, document._keys.values())) == [1, 1_000]
