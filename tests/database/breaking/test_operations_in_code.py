"""Operations of tools that ask more of older code, or take away what it has, by an odd way."""

import pytest

from tests.database.breaking.later_files import pgm
from tests.database.breaking.test_whole_files import found_in
from tests.database.breaking.whole_files import Whole, django

OLD = (
    "create table shop_page (id serial primary key); create sequence label_no;"
    "create table shop_item (id serial primary key, _order int not null)"
)
UNREAD = {("unread", "")}
OPERATIONS = [
    ("revokeOnTables({ tables: ['a'], privileges: ['INSERT'], roles: ['web'] })", UNREAD),
    ("revokeOnTables({ tables: 'ALL', privileges: 'ALL', roles: ['web'] })", UNREAD),
    ("revokeOnSchemas({ schemas: ['public'], privileges: ['USAGE'], roles: ['web'] })", UNREAD),
    ("revokeRoles('web', 'bi')", UNREAD),
    ("alterRole('web', { login: false })", UNREAD),
    ("alterSequence('label_no', { maxvalue: 10 })", UNREAD),
    ("renameSequence('label_no', 'label_number')", {("renamed", "label_no")}),
    ("addTypeAttribute('pair', 'third', 'int')", UNREAD),
    ("setTypeAttribute('pair', 'first', 'int')", UNREAD),
    ("dropOperator('@@')", UNREAD),
    ("dropCast('a', 'b')", UNREAD),
    ("grantOnTables({ tables: ['a'], privileges: ['SELECT'], roles: ['web'] })", set()),
]
ORDER = "        migrations.AlterOrderWithRespectTo(name='{}', order_with_respect_to={}),"


@pytest.mark.parametrize(("line", "breaks"), OPERATIONS)
def test_an_operation_of_node_pg_migrate(line, breaks):
    assert found_in(Whole("", "node-pg-migrate", pgm(f"  pgm.{line};")), OLD) == breaks


@pytest.mark.parametrize(
    ("name", "owner", "breaks"),
    [
        ("page", "'book'", {("required", "shop_page")}),
        ("item", "None", {("dropped", "shop_item")}),
        ("new", "'book'", set()),
    ],
)
def test_the_order_of_rows_is_a_column_of_django(name, owner, breaks):
    made = "        migrations.CreateModel('new', [('id', models.AutoField(primary_key=True))]),\n"

    assert found_in(Whole("", "django", django(made + ORDER.format(name, owner))), OLD) == breaks
