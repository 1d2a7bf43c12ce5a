"""What a branch sets the expected version to, but in the file that is compared."""

from dataclasses import dataclass

import pytest

from verifier.database.checkout import InFile
from verifier.database.versions_alike import versions_alike
from verifier.database.versions_elsewhere import may_set_it, versions_elsewhere
from verifier.decide.code_constants import pattern_of
from verifier.model.checkout_facts import VersionConstant

OLD, NEW = "20251231211500", "20260115090000"
NAME = "EXPECTED_SCHEMA_VERSION"
FILE, OTHER = "app/health/constants.py", "app/core/v.py"
WANTED = InFile(FILE, pattern_of(VersionConstant(FILE, NAME, OLD)))
SET = f'{NAME} = "{OLD}"\n'
pytestmark = pytest.mark.slow  # a pattern is searched for in a process of its own


@dataclass(frozen=True)
class Tree:
    contents: dict

    @property
    def paths(self):
        return tuple(sorted(self.contents))

    def read(self, paths):
        return {path: self.contents[path].encode() for path in paths}


def found(changed, before=None, wanted=WANTED, compared=SET):
    base = {wanted.file: compared} | (before or {})
    settings = versions_elsewhere(Tree(base | changed), Tree(base), wanted, list(changed))
    return [(each.file, each.line, each.version) for each in settings]


@pytest.mark.parametrize(
    ("text", "version"),
    [
        pytest.param(f'{NAME} = "{NEW}"', NEW, id="one-text"),
        pytest.param(f'{NAME} = (\n    "{NEW}"\n)', NEW, id="in-parentheses"),
        pytest.param(f"{NAME} = {NEW}", NEW, id="a-number"),
        pytest.param(f'{NAME} = os.getenv("X", "{NEW}")', "", id="of-the-environment"),
        pytest.param(f"{NAME} = str({NEW})", "", id="computed"),
        pytest.param(f'{NAME}: Final = Field(default="{NEW}")', "", id="of-a-model"),
        pytest.param(f'{NAME} += "1"', "", id="added-to"),
        pytest.param(f'class Health:\n  {NAME} = f("{NEW}")', "", id="of-a-class"),
    ],
)
def test_what_sets_the_name_in_any_form_is_seen(text, version):
    line = 2 if text.startswith("class") else 1
    assert [(f, v) for f, n, v in found({OTHER: text}) if n >= line] == [(OTHER, version)]
    assert found({OTHER: text}, before={OTHER: f"# before\n{text}"}) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f'"""Health.\n\n{NAME} = "{NEW}"\n"""\nx = 1', id="a-docstring"),
        pytest.param(f'def f():\n    {NAME} = "{NEW}"\n    return {NAME}', id="a-local"),
        pytest.param(f"from app.health.constants import {NAME}", id="imported"),
        pytest.param(f"from app.health import constants\n{NAME} = constants.{NAME}", id="handed-on"),
        pytest.param(f"f({NAME}=g())", id="an-argument"),
        pytest.param(f"x = {NAME} == y", id="compared"),
        pytest.param(f"{NAME}: str", id="declared"),
    ],
)  # fmt: skip
def test_what_sets_nothing_is_left_alone(text):
    assert found({OTHER: text}) == []


def test_a_version_that_a_function_makes_global_counts():
    text = f'def f():\n    global {NAME}\n    {NAME} = "{NEW}"'

    assert found({OTHER: text}) == [(OTHER, 3, NEW)]


@pytest.mark.parametrize("line", [f"from app.core.v import {NAME}", f"from .v import {NAME}"])
def test_a_file_that_the_branch_newly_imports_the_version_from_counts(line):
    deep, there = "app/core/deep.py", {OTHER: f'{NAME} = "{NEW}"'}

    assert found({deep: line}, before=there) == [(OTHER, 1, NEW)]
    assert found({deep: f"{line}\nx = 1"}, before=there | {deep: line}) == []
    assert found({deep: f"from app.health.constants import {NAME}"}, before=there) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param(f'export const {NAME} = process.env.X ?? "{NEW}";', 1, id="of-the-environment"),
        pytest.param(f'export const {NAME}: string = load("{NEW}");', 1, id="typed"),
        pytest.param(f"if ({NAME} == old || {NAME} === old) f();", 0, id="compared"),
        pytest.param(f"// {NAME} = load()", 0, id="a-comment"),
        pytest.param(f"const x = process.env.{NAME} = y", 0, id="of-something"),
        pytest.param(f"const f = {NAME} => 1", 0, id="a-function"),
    ],
)  # fmt: skip
def test_other_languages_are_read_by_the_line(text, count):
    wanted = InFile("src/schema.ts", pattern_of(VersionConstant("src/schema.ts", NAME, OLD)))

    assert len(found({"src/v.ts": text}, wanted=wanted)) == count


@pytest.mark.parametrize(
    ("path", "before", "after", "count"),
    [
        pytest.param("package.json", "9.0.0", "9.1.0", 0, id="a-release"),
        pytest.param("package.json", "9", "99999999999999.0", 0, id="a-long-one"),
        pytest.param("db/next.json", "", NEW, 1, id="as-long-as-the-compared-one"),
        pytest.param("db/copy.json", OLD, "2", 1, id="the-same-before"),
    ],
)
def test_a_name_that_anything_may_have_counts_where_the_version_is_a_schemas(
    path, before, after, count
):
    wanted = InFile("db/schema.json", r'"version":\s*"([^"]+)"')
    was = {path: f'{{"version": "{before}"}}'} if before else {}

    told = found({path: f'{{"version": "{after}"}}'}, was, wanted, f'{{"version": "{OLD}"}}')

    assert told == [(path, 1, after)] * count


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("app/core/schema.py", True),
        ("app/constants.py", False),
        ("tests/test_schema.py", False),
        ("app/conftest.py", False),
        ("fixtures/constants.py", False),
        ("scripts/raise_it.py", False),
        ("app/schema.md", False),
        ("app/latest/schema.py", True),
    ],
)
def test_which_files_may_set_what_a_file_sets(path, may):
    assert may_set_it(path, "app/constants.py") is may


def test_files_beside_a_file_of_examples_may_set_what_it_sets():
    assert may_set_it("examples/schema.py", "examples/constants.py")


@pytest.mark.parametrize(
    ("text", "version"),
    [
        pytest.param(f'from app.health import constants\nconstants.{NAME} = "{NEW}"', NEW, id="set"),
        pytest.param(f'def boot():\n    constants.{NAME} = "{NEW}"', NEW, id="set-in-a-function"),
        pytest.param(f'import app\nsetattr(app.health, "{NAME}", "{NEW}")', NEW, id="setattr"),
        pytest.param(f'x = 1\nsetattr(app, "{NAME}", newest())', "", id="setattr-computed"),
        pytest.param(f'x = 1\nglobals()["{NAME}"] = "{NEW}"', NEW, id="globals"),
    ],
)  # fmt: skip
def test_what_sets_the_constant_of_another_module_is_seen(text, version):
    assert found({OTHER: text}) == [(OTHER, 2, version)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f'class A:\n  def f(self):\n    self.{NAME} = "{NEW}"', id="of-an-object"),
        pytest.param(f'setattr(app, "OTHER", "{NEW}")', id="another-name"),
        pytest.param(f'x["{NAME}"] = "{NEW}"', id="a-dictionary"),
    ],
)
def test_what_sets_something_of_an_object_is_left_alone(text):
    assert found({OTHER: text}) == []


def alike(changed, before=None, compared=SET, wanted=WANTED, migrations="migrations"):
    base = {wanted.file: SET} | (before or {})
    head = {wanted.file: compared} | changed
    changed_paths = [path for path in head if head[path] != base.get(path)]
    told = versions_alike(Tree(base | head), Tree(base), wanted, changed_paths, migrations)
    return [(each.file, each.line, each.version) for each in told]


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        pytest.param("app/core/v.py", f'SCHEMA_REV = "{NEW}"', NEW, id="another-name"),
        pytest.param("app/core/v.py", f"def f():\n  return {NEW}", NEW, id="no-name"),
        pytest.param("pyproject.toml", f'[app]\nschema = "{NEW}"', NEW, id="toml"),
        pytest.param("dashboard/src/v.ts", f'export const V = "{NEW}";', NEW, id="typescript"),
        pytest.param(".env.production", f"{NAME}={NEW}", NEW, id="environment"),
        pytest.param("config/app.yaml", f"{NAME}: '1.5.0'", "1.5.0", id="the-name-elsewhere"),
        pytest.param("app/core/v.py", f'SCHEMA_REV = "{OLD}"', "", id="the-same"),
        pytest.param("app/core/v.py", 'SCHEMA_REV = "20240101000000"', "", id="an-older-one"),
        pytest.param("app/core/v.py", f"# {NEW}", "", id="a-comment"),
        pytest.param("app/core/v.py", f'x = "{NEW}1"', "", id="longer"),
        pytest.param("app/core/v.py", f'x = "{NEW}_add_orders.sql"', "", id="a-file"),
        pytest.param(f"migrations/{NEW}_x.py", f"set_version('{NEW}')", "", id="a-migration"),
        pytest.param("sprint-41/001_x.sql", f"insert into x values ('{NEW}')", "", id="sql"),
        pytest.param("tests/test_v.py", f'V = "{NEW}"', "", id="a-test"),
        pytest.param("docs/v.md", f"`{NEW}`", "", id="prose"),
        pytest.param("package-lock.json", f'"x": "{NEW}"', "", id="a-lock"),
        pytest.param("config/app.yaml", f"{NAME}: ${{{NAME}}}", "", id="handed-on"),
    ],
)
def test_a_new_line_with_what_looks_like_a_later_version_is_seen(path, text, told):
    found_there = alike({path: text})

    assert [(p, v) for p, _, v in found_there] == ([(path, told)] if told else [])
    assert alike({path: f"x = 1\n{text}"}, before={path: text}) == []


def test_another_constant_of_the_compared_file_is_seen():
    both = f'{SET}SCHEMA_VERSION_V2 = "{NEW}"\n'

    assert alike({}, compared=both) == [(FILE, 2, NEW)]


def test_what_raises_the_compared_constant_is_compared_and_not_told_twice():
    assert alike({}, compared=SET.replace(OLD, NEW)) == []
