"""Options that stand apart from the call that they are for, and lines of a table without one."""

import pytest

from tests.database.breaking.later_files import pgm
from tests.database.breaking.test_whole_files import found_in
from tests.database.breaking.whole_files import Whole, alembic, django, rails, sequelize

OLD = """
create table shows (id bigserial primary key, title text, status text not null default 'draft');
create table shop_show (id bigserial primary key);
"""
REQUIRED, UNREAD = {("required", "shows")}, {("unread", "")}


def in_rails(body, *, before=""):
    lines = body.replace("\n", "\n    ")
    return ("rails", rails(f"{before}  def change\n    {lines}\n  end"))


def in_alembic(*lines):
    return ("alembic", alembic("".join(f"    {line}\n" for line in lines)))


ADD = "add_column :shows, :place, :string, "
COLUMN = "op.add_column('shows', sa.Column('place', sa.Text(), **{}))"
SET = "op.alter_column('shows', 'title', **{})"
CASES = [
    (in_rails(ADD + "**{ null: false }"), REQUIRED),
    (in_rails(ADD + "{ null: false }"), REQUIRED),
    (in_rails("needed = { null: false }\n" + ADD + "**needed"), REQUIRED),
    (in_rails("needed = { null: false }\n" + ADD + "needed"), REQUIRED),
    (in_rails("given = { null: false, default: '' }\n" + ADD + "**given"), set()),
    (in_rails("given = { null: false }\n" + ADD + "**given, default: ''"), set()),
    (in_rails("given = { null: false }\n" + ADD + "**{ **given, default: '' }"), set()),
    (in_rails(ADD + "**NEEDED", before="  NEEDED = { null: false }.freeze\n"), REQUIRED),
    (in_rails(ADD + "**options_of(:place)"), UNREAD),
    (in_rails("add_index :shows, :title, **{ unique: true }"), {("constrained", "shows")}),
    (in_rails("add_index :shows, :title, **given"), UNREAD),
    (in_rails("create_table :seats, **given do |t|\n  t.string :row, **given\nend"), set()),
    (in_rails("change_table :shows do |t|\n  t.string :place, **{ null: false }\nend"), REQUIRED),
    (
        ("rails", rails("  def change\n    put :shows, null: false\n  end\n\n  def put(table, **given)\n    add_column table, :place, :string, **given\n  end")),
        REQUIRED,
    ),
    (
        ("rails", rails("  def change\n    put :shows, default: 'x'\n  end\n\n  def put(table, **given)\n    add_column table, :place, :string, null: false, **given\n  end")),
        set(),
    ),
    (in_rails("change_table :shows, &:timestamps"), REQUIRED),
    (in_rails("change_table(:shows, bulk: true, &:timestamps)"), REQUIRED),
    (in_rails("change_table :shows, &columns"), UNREAD),
    (in_rails("create_table :seats, &:timestamps"), set()),
    (in_rails("change_table :shows do |t|\n  t.with_options(null: false) do |o|\n    o.string :place\n  end\nend"), REQUIRED),
    (in_rails("change_table :shows do |t|\n  t.with_options null: true do |o|\n    o.timestamps\n  end\nend"), set()),
    (in_rails("with_options null: false, default: '' do |o|\n  o.add_column :shows, :place, :string\nend"), set()),
    (in_rails("change_table :shows, bulk: true do\n  add_column :shows, :place, :string\nend"), set()),
    (in_rails("change_table :shows do\n  add_column :shows, :place, :string, null: false\nend"), REQUIRED),
    (in_rails("change_table :shows do\n  remove_column :shows, :title\nend"), {("dropped", "shows")}),
    (in_rails("change_table :shows do |t|\n  t.remove :title if t.column_exists?(:title)\nend"), {("dropped", "shows")}),
    (in_rails("change_table :shows do |t|\n  t.string :place unless t.column_exists?(:place)\nend"), set()),
    (in_alembic(COLUMN.format("{'nullable': False}")), REQUIRED),
    (in_alembic("given = dict(nullable=False)", COLUMN.format("given")), REQUIRED),
    (in_alembic("given = {'nullable': False, 'server_default': ''}", COLUMN.format("given")), set()),
    (in_alembic("given = {'nullable': False}", COLUMN.format("{**given, 'server_default': ''}")), set()),
    (in_alembic(COLUMN.format("common()")), UNREAD),
    (in_alembic(SET.format("{'nullable': False}")), REQUIRED),
    (in_alembic(SET.format("given")), UNREAD),
    (in_alembic("op.create_table('seats', sa.Column('row', sa.Text(), **given), **given)"), set()),
    (in_alembic("op.create_index('i', 'shows', ['title'], **{'unique': True})"), {("constrained", "shows")}),
    (
        ("django", "GIVEN = {'null': True}\n" + django("migrations.AddField('show', 'place', models.TextField(**GIVEN)),")),
        set(),
    ),
    (
        ("django", django("migrations.AddField('show', 'place', models.TextField(**{'default': ''})),")),
        {("required", "shop_show")},
    ),
    (
        ("sequelize", sequelize("    await queryInterface.addColumn('shows', 'place', Object.assign({ type: Sequelize.TEXT }, { allowNull: false }));")),
        REQUIRED,
    ),
    (
        ("node-pg-migrate", pgm("  const given = { notNull: true };\n  pgm.addColumns('shows', { place: Object.assign({}, given, { type: 'text', default: '' }) });")),
        set(),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("written", "breaks"), CASES)
def test_options_are_read_wherever_they_stand(written, breaks):
    tool, text = written

    assert found_in(Whole("", tool, text), OLD) == breaks
