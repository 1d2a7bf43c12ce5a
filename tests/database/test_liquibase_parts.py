"""A change set is edited where its own lines are, whatever else its file gets."""

import pytest

from verifier.database import liquibase_parts
from verifier.database.ledgers import LEDGERS
from verifier.database.liquibase_parts import own_part
from verifier.model.migration_ledger import Migration

XML = '<databaseChangeLog xmlns="http://x">\n<!-- ä -->\n{}</databaseChangeLog>\n'
XML_ONE = '<changeSet id="1" author="bob">\n<sql>select {}</sql>\n</changeSet>\n'
XML_TWO = '<changeSet id="2" author="bob"/>\n'
YAML = "databaseChangeLog:\n{}"
YAML_ONE = "- changeSet:\n    id: 1\n    author: bob\n    changes:\n    - sql: select {}\n"
YAML_TWO = "# the next one\n- changeSet:\n    id: 2\n    author: bob\n    changes: []\n"
SQL = "--liquibase formatted sql\n{}"
SQL_ONE = "--changeset bob:1\nselect {};\n"
SQL_TWO = "\n--changeset bob:2\nselect 2;\n"
JSON = '{{"databaseChangeLog": [\n{}]}}\n'
JSON_ONE = '{{"changeSet": {{"id": "1", "author": "bob", "x": "{}"}}}}\n'
JSON_TWO = ', {"changeSet": {"id": "2", "author": "bob"}}\n'
FORMS = [
    pytest.param(XML, XML_ONE, XML_TWO, "xml", 3, id="xml"),
    pytest.param(YAML, YAML_ONE, YAML_TWO, "yaml", 3, id="yaml"),
    pytest.param(SQL, SQL_ONE, SQL_TWO, "sql", 2, id="sql"),
    pytest.param(JSON, JSON_ONE, JSON_TWO, "json", 2, id="json"),
]


@pytest.mark.parametrize(("form", "one", "two", "ending", "line"), FORMS)
def test_a_change_set_stays_what_it_was_where_another_is_added(form, one, two, ending, line):
    def part(text, number=1):
        path = f"db/log.{ending}"
        return own_part(Migration(f"{path}::{number}::bob", file=path), text.encode())

    before = part(form.format(one.format(1)))

    assert before == part(form.format(one.format(1) + two))
    assert before[0] == line
    assert before != part(form.format(one.format(9) + two))
    assert part(form.format(one.format(1) + two), 2) == (part(form.format(one.format(9) + two), 2))


@pytest.mark.parametrize("text", ["<a", "\t[", "", "{", "no change sets"])
@pytest.mark.parametrize("ending", ["xml", "yaml", "sql", "json"])
def test_what_cannot_be_read_counts_as_a_whole(text, ending):
    migration = Migration(f"log.{ending}::1::bob", file=f"log.{ending}")

    assert own_part(migration, text.encode()) == (1, text.encode())


def test_many_change_sets_of_a_file_are_read_at_once(monkeypatch):
    read = []
    monkeypatch.setattr(liquibase_parts, "_in_sql", lambda text: read.append(text) or [])
    content = SQL.format(SQL_ONE.format(77)).encode()
    for number in range(9):
        own_part(Migration(f"log.sql::{number}::bob", file="log.sql"), content)

    assert len(read) == 1


def test_other_tools_have_a_file_for_each():
    assert LEDGERS["knex"].own_part(Migration("1_a.js", file="1_a.js"), b"x") == (1, b"x")
