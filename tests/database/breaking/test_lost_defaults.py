"""Libraries that take a column's default away where its change does not name it again."""

import pytest

from tests.database.breaking.test_whole_files import found_in
from tests.database.breaking.whole_files import Whole, knex, rails, sequelize, typeorm

OLD = "create table users (id serial primary key, plan text not null default 'free', email text not null, team_id int not null default 1, note text default '-');"
LOST = {("default-dropped", "users")}


def table(line):
    return knex(f"  await knex.schema.alterTable('users', (t) => {{ {line} }});")


def changed(column, given):
    return sequelize(f"    await queryInterface.changeColumn('users', '{column}', {{ {given} }});")


def altered(column, given):
    new = f"new TableColumn({{ name: '{column}', {given} }})"
    return typeorm(f"    await queryRunner.changeColumn('users', '{column}', {new});")


def column(line):
    return rails(f"  def change\n    change_column :users, {line}\n  end")


CHANGES = [
    ("knex", table("t.text('plan').notNullable().alter();"), LOST),
    ("knex", table("t.text('plan').notNullable().defaultTo('paid').alter();"), set()),
    ("knex", table("t.text('plan').nullable().alter();"), set()),
    ("knex", table("t.text('email').notNullable().alter();"), set()),
    ("knex", table("t.text('plan').alter({ alterNullable: false });"), LOST),
    ("knex", table("t.string('email').notNullable().alter({ alterType: false });"), set()),
    ("knex", table("t.text('note').alter();"), set()),
    ("sequelize", changed("plan", "type: Sequelize.TEXT, allowNull: false"), LOST),
    ("sequelize", changed("plan", "type: Sequelize.TEXT, allowNull: false, defaultValue: 'free'"), set()),
    ("sequelize", changed("plan", "type: Sequelize.TEXT"), set()),
    ("sequelize", changed("email", "type: Sequelize.TEXT, allowNull: false"), set()),
    ("typeorm", altered("plan", "type: 'text'"), LOST),
    ("typeorm", altered("plan", "type: 'text', default: \"'free'\""), set()),
    ("typeorm", altered("email", "type: 'text'"), set()),
    ("rails", column(":plan, :text, default: nil"), LOST),
    ("rails", column(":plan, :text"), set()),
    ("rails", column(":plan, :text, null: true, default: nil"), set()),
    ("rails", column(":plan, :text, default: 'paid'"), set()),
]  # fmt: skip


@pytest.mark.parametrize(("tool", "text", "breaks"), CHANGES)
def test_a_default_that_is_not_named_again_is_lost(tool, text, breaks):
    assert found_in(Whole("", tool, text), OLD) == breaks


def test_sequelize_leaves_the_default_of_what_refers_to_another_table():
    text = changed(
        "team_id",
        "type: Sequelize.INTEGER, allowNull: false, references: { model: 'teams', key: 'id' }",
    )

    assert found_in(Whole("", "sequelize", text), OLD) == {("constrained", "users")}


def test_a_query_that_kysely_is_given_whole_is_told():
    text = "import { sql } from 'kysely';\nexport async function up(db) {\n  await db.executeQuery(sql`drop table users`.compile(db));\n}\n"

    assert found_in(Whole("", "kysely", text), OLD) == {("unread", "")}
