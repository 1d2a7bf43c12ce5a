"""What is read of a checkout: plain files of it, of a size that somebody writes."""

import os

import pytest

from verifier.config.settings import load_text
from verifier.database.files import Folder
from verifier.errors import ConfigError, UnexpectedAnswerError
from verifier.github.linters import lint_workflows
from verifier.github.workflows import parse_workflow
from verifier.guarded.checkout_file import read_inside
from verifier.guarded.mistakes import InvalidConfigError
from verifier.guarded.yaml_document import read_document
from verifier.model.finding import Unobserved
from verifier.wiring.init import ProjectFolder


@pytest.fixture
def root(tmp_path):
    (tmp_path / "secret").write_text("what is not of the checkout")
    root = tmp_path / "checkout"
    (root / "sub").mkdir(parents=True)
    (root / "sub/file").write_text("of the checkout")
    (root / "inner").symlink_to("sub/file")
    (root / "outer").symlink_to(tmp_path / "secret")
    (root / "folder").symlink_to(tmp_path)
    (root / "device").symlink_to("/dev/zero")
    (root / "round").symlink_to("round")
    os.mkfifo(root / "pipe")
    return root


@pytest.mark.parametrize("path", ["sub/file", "inner", "sub/../inner"])
def test_a_file_of_the_checkout_is_read(root, path):
    assert read_inside(root, path) == b"of the checkout"


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd", "../secret", "sub/../../secret", "outer", "folder/secret", "device", "round",
        "pipe", "sub", "missing", "sub/file/below", "a\0b", "x" * 5000, "",
    ],
)  # fmt: skip
def test_nothing_else_is(root, path):
    with pytest.raises(UnexpectedAnswerError):
        read_inside(root, path)
    with pytest.raises(UnexpectedAnswerError):
        Folder(root).read([path])


def test_what_is_too_large_is_not_read_to_its_end(root):
    with pytest.raises(UnexpectedAnswerError, match="larger than 10 bytes"):
        read_inside(root, "sub/file", 10)


@pytest.mark.parametrize("path", ["outer", "device", "pipe", "round"])
def test_no_command_that_looks_at_a_checkout_reads_it(root, path, monkeypatch):
    workflows = root / ".github/workflows"
    workflows.mkdir(parents=True)
    (workflows / "a.yml").symlink_to(root / path)
    (root / "railway.json").symlink_to(root / path)
    (root / "code.py").symlink_to(root / path)
    folder = ProjectFolder(root)

    assert [type(found) for found in folder.workflows()] == [Unobserved]
    assert folder.health_path() == ""
    assert folder.facts() is not None
    found, unasked = lint_workflows(root)
    assert (found, [finding.outcome for finding in unasked]) == ((), ["skip"])
    monkeypatch.chdir(root)
    with pytest.raises(InvalidConfigError):
        read_document(root / path)


def test_init_writes_nothing_outside(root):
    (root / ".github").mkdir()
    (root / ".github/verifier.yml").symlink_to("../../new")

    with pytest.raises(ConfigError, match="points outside"):
        ProjectFolder(root).write(".github/verifier.yml", "version: 1")

    assert not (root.parent / "new").exists()


@pytest.mark.parametrize("path", ["outer", "device", "pipe"])
def test_init_reads_no_more_than_that_of_what_is_there_already(root, path):
    (root / ".github").mkdir()
    (root / ".github/verifier.yml").symlink_to(root / path)

    with pytest.raises(ConfigError, match=r"cannot be read|points outside"):
        ProjectFolder(root).read(".github/verifier.yml")

    assert ProjectFolder(root).read(".github/none.yml") is None


#: A tag that does not fit, and what is no character.
ODD = (
    "!!timestamp zzz", '!!int ""', '!!int "-"', '!!float ""', "!!bool x", "!!bool [a]", "!!binary é",
    "!!null x", "!!set [a]", "!!omap {a: b}", "!!pairs [[a]]", "!!python/name:os.system x",
    '"\\Uffffffff"', '"\\U00110000"', "!!float 1:2:x", "!!int 0b", "!!int 0x", "!!int 1:x",
)  # fmt: skip


@pytest.mark.parametrize("value", ODD)
def test_a_tag_of_a_stranger_is_a_mistake_of_the_file(value):
    text = f"version: 1\nservices: {{a: {{role: api}}}}\nname: {value}\non: {{}}\n"

    parse_workflow("a.yml", text)
    with pytest.raises(ConfigError) as caught:
        load_text(text, "verifier.yml")
    assert "verifier.yml:3:" in str(caught.value)
