"""A version that a pattern finds in a file of code is the one that the code has."""

import pytest

from verifier.database.written_version import version_in
from verifier.decide.code_constants import pattern_of
from verifier.model.checkout_facts import VersionConstant
from verifier.model.finding import Unobserved
from verifier.model.migration_ledger import ExpectedVersion

OLD, NEW = "20251231211500", "20260115090000"
NAME = "EXPECTED_SCHEMA_VERSION"
PATTERN = pattern_of(VersionConstant("app.py", NAME, OLD))
SET = f'{NAME} = "{OLD}"'
pytestmark = pytest.mark.slow  # a pattern is searched for in a process of its own


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param("app.py", SET, id="one-text"),
        pytest.param("app.py", f'{NAME}: Final[str] = "{OLD}"  # + "x"', id="comment-after"),
        pytest.param("app.py", f'"""{NAME}."""\nx = 1\n{SET}\ny = "a" + "b"', id="others-beside"),
        pytest.param("app.py", f"{SET}\n{SET}", id="twice-the-same"),
        pytest.param("app.py", f"{SET}\ndef f():\n    {NAME} = 1\n    return {NAME}", id="a-local"),
        pytest.param("app.py", f"class Health:\n    {SET}\n", id="of-a-class"),
        pytest.param("app.py", f"f(\n    {NAME}=\"{OLD}\",\n)", id="an-argument"),
        pytest.param("app.py", f"é = 'é'; match x:\n{SET}\n", id="not-this-python"),
        pytest.param("app.ts", f'export const {NAME} = "{OLD}" as const;', id="typescript"),
        pytest.param("app.rb", f'{NAME} = "{OLD}".freeze', id="ruby"),
        pytest.param("app.js", f'const {NAME} = "{OLD}" // + 1\n', id="javascript"),
    ],
)  # fmt: skip
def test_a_version_that_is_one_text_counts(file, text):
    found = version_in(text, file, PATTERN)

    assert isinstance(found, ExpectedVersion)
    assert found.version == OLD


@pytest.mark.parametrize("below", ["[other]", "\n[[other]]", "+ more", "% more", "[link](x)"])
@pytest.mark.parametrize("file", ["a.toml", "a.ini", "a.cfg", ".env", "a.env", "a.md", "a.txt"])
def test_the_next_line_of_a_file_of_values_is_no_part_of_the_version(file, below):
    found = version_in(f"{SET}\n{below}\n", file, PATTERN)

    assert isinstance(found, ExpectedVersion)


@pytest.mark.parametrize(
    ("file", "below"),
    [
        pytest.param("a.js", "[1, 2].forEach(f)", id="javascript"),
        pytest.param("a.ps1", "[int]$y = 1", id="powershell"),
        pytest.param("a.fs", "[<Attribute>]", id="fsharp"),
        pytest.param("a.swift", "[1].map(f)", id="swift"),
    ],
)
def test_a_statement_that_ends_with_its_line_does_not_go_on_below(file, below):
    assert isinstance(version_in(f"{SET}\n{below}\n", file, PATTERN), ExpectedVersion)


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        pytest.param("app.py", f'{NAME} = "2026" "0115"', "computes", id="joined"),
        pytest.param("app.py", f'{NAME} = "2026" + x', "computes", id="added"),
        pytest.param("app.py", f'{SET}.replace("2025", "2026")', "computes", id="replaced"),
        pytest.param("app.py", f"é = 'é'\n{SET}[:8]", "computes", id="cut"),
        pytest.param("app.py", f'{NAME} = "2025" if old else "x"', "computes", id="chosen"),
        pytest.param("app.py", f"{SET}\n{NAME} = str(1)", "again in line 2", id="set-again"),
        pytest.param("app.py", f"{SET}\n{NAME} += '1'", "again in line 2", id="added-to"),
        pytest.param("app.py", f"{SET}\nif ({NAME} := '1'): pass", "again in line 2", id="within"),
        pytest.param(
            "app.py", f"{SET}\nfor {NAME} in '1', '2': pass", "again in line 2", id="loop"
        ),
        pytest.param("app.py", f"{SET}\nwith f() as {NAME}: pass", "again in line 2", id="with"),
        pytest.param("app.py", f"{SET}\nfrom x import {NAME}", "again in line 2", id="imported"),
        pytest.param("app.py", f"{SET}\nfrom x import V as {NAME}", "again in line 2", id="as"),
        pytest.param(
            "app.py", f"{SET}\ndef f():\n  global {NAME}\n  {NAME} = 1", "in line 4", id="global"
        ),
        pytest.param("app.ts", f'const {NAME} = "2026" +\n  "0115"', "computes", id="typescript"),
        pytest.param("app.rb", f'{NAME} = "2025".sub("5", "6")', "computes", id="ruby"),
        pytest.param("app.py", f"match x:\n{SET}.lower()", "computes", id="not-this-python"),
        pytest.param("app.ts", f'{SET}\n  .replace("5", "6")', "computes", id="method-below"),
        pytest.param("app.kt", f'{SET}\n  .plus("5")', "computes", id="kotlin"),
        pytest.param("A.java", f'{SET}\n  + "1";', "computes", id="java"),
        pytest.param("app.php", f"const {SET} . '1';", "computes", id="php"),
        pytest.param("app.lua", f"{SET} .. '1'", "computes", id="lua"),
        pytest.param("app.cpp", f'{SET} "1";', "computes", id="c"),
        pytest.param("app.exs", f'{SET} <> "1"', "computes", id="elixir"),
    ],
)
def test_a_version_that_is_not_all_of_the_value_is_not_taken_for_it(file, text, told):
    found = version_in(text, file, PATTERN)

    assert isinstance(found, Unobserved)
    assert told in f"{found.reason} {found.hint}"


def test_a_text_in_three_quotes_is_one():
    found = version_in(f'{NAME} = """{OLD}"""', "app.py", rf'{NAME} = "+(\d+)"')

    assert isinstance(found, ExpectedVersion)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        pytest.param(f"{NAME} = {OLD} + 1", rf"{NAME} = (\d+)", id="a-sum"),
        pytest.param(f'{NAME} = f"{OLD}{{x}}"', rf'{NAME} = f"(\d+)', id="a-field"),
    ],
)
def test_a_number_that_is_added_to_and_a_text_with_fields_are_computed(text, pattern):
    assert isinstance(version_in(text, "app.py", pattern), Unobserved)
    plain = version_in(text.replace(" + 1", "").replace("{x}", ""), "app.py", pattern)
    assert isinstance(plain, ExpectedVersion)
