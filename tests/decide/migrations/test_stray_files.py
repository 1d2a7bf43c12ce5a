"""Which files beside migrations their tool passes over."""

import re

import pytest

from verifier.database.ledgers import LEDGERS
from verifier.decide.migrations.branch import Branch
from verifier.decide.migrations.stray_files import check_beside, check_strays, stray_files
from verifier.model.migration_ledger import Migration

OURS = (Migration("1", "one", "db/m/1_one.up.sql"), Migration("2", "two", "db/m/2_two.up.sql"))
DOWN = re.compile(r"\.down\.[^./]+$")


@pytest.mark.parametrize(
    ("tool", "changed", "strays"),
    [
        pytest.param(
            "golang-migrate", ["db/m/APPLY_ME.sql"], ["db/m/APPLY_ME.sql"], id="no-version"
        ),
        pytest.param("golang-migrate", ["db/m/2_two.up.sql"], [], id="a-migration"),
        pytest.param("golang-migrate", ["db/m/7_x.down.sql"], [], id="what-the-tool-writes"),
        pytest.param("golang-migrate", ["db/m/2_two.txt.sql"], [], id="with-a-version-of-one"),
        pytest.param("golang-migrate", ["db/m/old/x.sql"], [], id="another-folder"),
        pytest.param("golang-migrate", ["db/m/README.md"], [], id="no-sql"),
        pytest.param("flyway", ["db/m/afterMigrate.sql"], [], id="a-tool-with-names-of-its-own"),
        pytest.param(
            "plain", ["db/m/b.sql", "db/m/a.sql"], ["db/m/a.sql", "db/m/b.sql"], id="several"
        ),
    ],
)
def test_names(tool, changed, strays):
    branch = Branch(OURS, (), {}, frozenset(changed), {}, DOWN, rules=LEDGERS[tool].rules)

    assert list(stray_files(branch)) == strays


@pytest.mark.parametrize(
    ("there", "told"),
    [
        pytest.param((), [], id="none"),
        pytest.param(("m/a.sql",), ["not taken for a migration: m/a.sql"], id="one"),
        pytest.param(
            ("m/a.sql", "m/b.sql", "m/c.sql"),
            ["not taken for a migration: m/a.sql and 2 more"],
            id="several-are-told-once",
        ),
    ],
)
def test_they_are_told_once(there, told):
    assert [finding.summary for finding in check_strays(there, "plain")] == told


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            ("p/2.sql", "app.py", "p/1.sql"),
            ["not compared, since the database has no ledger of prisma: p/1.sql and 1 more"],
        ),
        (("app.py",), []),
    ],
)
def test_migrations_of_a_tool_without_a_table_are_told_where_the_branch_changes_them(changed, told):
    found = check_beside({"prisma": ("p/1.sql", "p/2.sql", "p/3.sql")}, changed)

    assert [finding.summary for finding in found] == told
