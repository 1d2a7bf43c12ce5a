"""A version that a pattern finds in a file of code is the one that the code has."""

import pytest

from verifier.database.written_version import may_set_it, version_in
from verifier.decide.code_constants import pattern_of
from verifier.model.checkout_facts import VersionConstant
from verifier.model.finding import Unobserved
from verifier.model.migration_ledger import ExpectedVersion

OLD, NEW = "20251231211500", "20260115090000"
NAME = "EXPECTED_SCHEMA_VERSION"
PATTERN = pattern_of(VersionConstant("app.py", NAME, OLD))
SET = f'{NAME} = "{OLD}"'


@pytest.mark.slow
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


@pytest.mark.slow
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
        pytest.param("app.py", f"{SET}\nfrom x import {NAME}", "again in line 2", id="imported"),
        pytest.param("app.py", f"{SET}\nfrom x import V as {NAME}", "again in line 2", id="as"),
        pytest.param(
            "app.py", f"{SET}\ndef f():\n  global {NAME}\n  {NAME} = 1", "in line 4", id="global"
        ),
        pytest.param("app.ts", f'const {NAME} = "2026" +\n  "0115"', "computes", id="typescript"),
        pytest.param("app.rb", f'{NAME} = "2025".sub("5", "6")', "computes", id="ruby"),
        pytest.param("app.py", f"match x:\n{SET}.lower()", "computes", id="not-this-python"),
    ],
)
def test_a_version_that_is_not_all_of_the_value_is_not_taken_for_it(file, text, told):
    found = version_in(text, file, PATTERN)

    assert isinstance(found, Unobserved)
    assert told in f"{found.reason} {found.hint}"


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("app/core/schema.py", True),
        ("app/constants.py", False),
        ("tests/test_schema.py", False),
        ("app/schema.md", False),
        ("app/latest/schema.py", True),
    ],
)
def test_which_files_may_set_what_a_file_sets(path, may):
    assert may_set_it(path, "app/constants.py") is may
