"""Operations of tools that ask more of older code, or take away what it has, by an odd way."""

import pytest

from tests.database.breaking.later_files import mikro, pgm, piccolo
from tests.database.breaking.test_whole_files import found_in
from tests.database.breaking.whole_files import Whole, django, knex, sequelize

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
PAGES = "create table pages (id serial primary key, name text)"
INDEXES = [
    ("knex", knex("  await knex.schema.alterTable('pages', (t) => { t.index(['name'], 'once', { indexType: 'UNIQUE' }); });")),
    ("knex", knex("  await knex.schema.alterTable('pages', (t) => { t.index('name', 'once', { indexType: 'unique' }); });")),
    ("sequelize", sequelize("    await queryInterface.addIndex('pages', ['name'], { type: 'UNIQUE' });")),
    ("sequelize", sequelize("    await queryInterface.addIndex('pages', { fields: ['name'], type: 'unique' });")),
]  # fmt: skip
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


@pytest.mark.parametrize(("tool", "text"), INDEXES)
def test_an_index_is_unique_by_its_type_too(tool, text):
    assert found_in(Whole("", tool, text), PAGES) == {("constrained", "pages")}


CLASSES = "from piccolo.columns.column_types import Integer, Text\n"
ALTERED = (
    "manager.alter_column(table_class_name='Pages', tablename='pages', column_name='name', "
    "db_column_name='name', params={}, old_params={}, column_class={}, old_column_class=Text)"
)


@pytest.mark.parametrize(
    ("line", "breaks"),
    [
        (ALTERED.replace("class={}", "class=Integer"), {("retyped", "pages")}),
        (ALTERED.replace("class={}", "class=Text"), set()),
        ("manager.add_constraint(tablename='pages', constraint_name='once')", UNREAD),
        ("manager.drop_constraint(tablename='pages', constraint_name='once')", UNREAD),
    ],
)
def test_an_operation_of_piccolo(line, breaks):
    assert found_in(Whole("", "piccolo", CLASSES + piccolo(f"    {line}")), PAGES) == breaks


@pytest.mark.parametrize(
    "on", ["this", "this.driver", "this.getEntityManager()", "this.driver.getConnection()"]
)
def test_sql_is_read_whoever_mikro_orm_has_run_it(on):
    text = mikro(f"    await {on}.execute('drop table pages');")

    assert found_in(Whole("", "mikro-orm", text), PAGES) == {("dropped", "pages")}
