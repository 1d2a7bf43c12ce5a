"""Where the project is at home stands in one place; whatever names it is made from that."""

import importlib.util
import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from release.readme import standing_alone
from release.schemastore import entry
from verifier import __version__
from verifier.config import schemas
from verifier.decide.first_config import Discovered, propose
from verifier.model import project

ROOT = Path(__file__).parents[1]
SEEN = Discovered("shop", "production", {"api": {}}, "supabase", ())
COMMIT = "a" * 40
RAW = "https://raw.githubusercontent.com"


def script():
    spec = importlib.util.spec_from_file_location("owner", ROOT / "docs" / "owner.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tmp_path):
    for page in [*script().pages(ROOT), ROOT / "pyproject.toml"]:
        there = tmp_path / page.relative_to(ROOT)
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(page, there)
    return tmp_path


def texts(root):
    return {p.relative_to(root).as_posix(): p.read_text("utf-8") for p in script().pages(root)}


def test_the_pages_say_what_is_written_in_the_one_place(copy):
    before = texts(copy)

    script().write(copy, project.REPOSITORY)

    assert texts(copy) == before, "run: make owner"
    assert (copy / "pyproject.toml").read_text() == (ROOT / "pyproject.toml").read_text()


def test_an_owner_is_written_wherever_the_project_is_named_and_can_be_changed_again(copy):
    script().write(copy, "")
    bare = texts(copy), (copy / "pyproject.toml").read_text()

    script().write(copy, "acme/railway-deploy-verifier")

    said = texts(copy)
    assert [page for page, text in said.items() if project.PLACEHOLDER in text] == []
    assert "uses: acme/railway-deploy-verifier@COMMIT" in said["README.md"]
    assert "@acme" in said[".github/CODEOWNERS"]
    urls = tomllib.loads((copy / "pyproject.toml").read_text())["project"]["urls"]
    assert urls["Repository"] == "https://github.com/acme/railway-deploy-verifier"
    assert urls["Documentation"].startswith("https://")

    script().write(copy, "umbrella/railway-deploy-verifier")

    assert "uses: umbrella/railway-deploy-verifier@COMMIT" in texts(copy)["README.md"]
    assert not any("acme/railway-deploy-verifier" in text for text in texts(copy).values())

    script().write(copy, "")

    assert (texts(copy), (copy / "pyproject.toml").read_text()) == bare


@pytest.mark.parametrize("name", ["OWNER/railway-deploy-verifier", "acme", "a b/c", "https://x/y"])
def test_what_is_no_repository_is_not_written(copy, name):
    before = texts(copy)

    with pytest.raises(SystemExit, match="expected OWNER/NAME"):
        script().write(copy, name)

    assert texts(copy) == before


@pytest.mark.parametrize("name", schemas.published_schemas())
def test_a_schema_has_an_address_as_soon_as_the_owner_is_known(monkeypatch, name):
    monkeypatch.setattr(project, "REPOSITORY", "acme/verifier")

    schema = json.loads(schemas.published_schemas()[name])

    major = __version__.partition(".")[0]
    assert schema["$id"] == f"{RAW}/acme/verifier/v{major}/schemas/{name}"


@pytest.mark.parametrize(
    ("owner", "action", "url"),
    [
        pytest.param("", "", "", id="nobody-knows"),
        pytest.param("", "./.github/verifier", "", id="an-action-of-the-own-repository"),
        pytest.param("", f"acme/fork@{COMMIT}", f"{RAW}/acme/fork/{COMMIT}/{{}}", id="by-action"),
        pytest.param("", "acme/a/sub@v1", f"{RAW}/acme/a/v1/{{}}", id="an-action-in-a-folder"),
        pytest.param("acme/v", "", f"{RAW}/acme/v/v0/{{}}", id="by-owner"),
        pytest.param("acme/v", f"acme/v@{COMMIT}", f"{RAW}/acme/v/v0/{{}}", id="its-own-action"),
        pytest.param("acme/v", "b/fork@v2", f"{RAW}/b/fork/v2/{{}}", id="a-fork-has-its-own"),
    ],
)
def test_an_editor_is_told_the_schema_of_what_the_workflows_run(monkeypatch, owner, action, url):
    monkeypatch.setattr(project, "REPOSITORY", owner)
    expected = url.format("schemas/verifier.schema.json")

    found = schemas.schema_url_for(action)
    first = propose(SEEN, action, found).files[".github/verifier.yml"].splitlines()[0]

    assert found == expected
    assert first == (f"# yaml-language-server: $schema={expected}" if expected else "version: 1")


def test_the_entry_of_the_list_that_editors_read_is_ready_once_the_owner_is_known(monkeypatch):
    monkeypatch.setattr(project, "REPOSITORY", "")
    with pytest.raises(LookupError, match="write REPOSITORY"):
        entry(schemas.schema_url_for(""))
    monkeypatch.setattr(project, "REPOSITORY", "acme/v")

    made = entry(schemas.schema_url_for(""))

    assert made["url"] == f"{RAW}/acme/v/v0/schemas/verifier.schema.json"
    assert made["fileMatch"] == ["**/.github/verifier.yml"]


README = (ROOT / "README.md").read_text("utf-8")
TARGET = re.compile(r"\]\(([^)]*)\)|(?:src|srcset|href)=\"([^\"]*)\"")


@pytest.mark.parametrize("owner", ["", "acme/verifier"])
def test_the_page_of_the_package_leads_to_no_file_beside_it(owner):
    page = standing_alone(README, owner, "1.2.3")

    targets = [one or other for one, other in TARGET.findall(page)]
    assert [target for target in targets if not target.startswith("https://")] == []
    assert ("https://github.com/acme/verifier/blob/v1.2.3/docs/checks.md" in targets) is bool(owner)
    assert "## Use it" in page
    assert "[checks]" not in page or owner


def test_a_link_that_stands_alone_already_stays():
    page = "[a](https://a.test/x) [b](docs/b.md#c) [d](#e)"

    assert standing_alone(page, "", "1.0.0") == "[a](https://a.test/x) b [d](#e)"
