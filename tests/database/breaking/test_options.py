"""Options that stand apart from their call, or are known only at run time; lines without one."""

import pytest

from tests.database.breaking.later_files import kysely, pgm
from tests.database.breaking.test_whole_files import found_in
from tests.database.breaking.whole_files import (
    Whole,
    alembic,
    django,
    knex,
    rails,
    sequelize,
    typeorm,
)

OLD = """
create table shows (id bigserial primary key, title text, status text not null default 'draft');
create unique index shows_title on shows (title, status);
create table shop_show (id bigserial primary key);
"""
REQUIRED, UNREAD = {("required", "shows")}, {("unread", "")}


def in_rails(body, *, before=""):
    lines = body.replace("\n", "\n    ")
    return ("rails", rails(f"{before}  def change\n    {lines}\n  end"))


def in_alembic(*lines):
    return ("alembic", alembic("".join(f"    {line}\n" for line in lines)))


def in_sequelize(*calls):
    lines = "".join(f"    await queryInterface.{call};\n" for call in calls)
    return ("sequelize", sequelize(lines))


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
    *((in_sequelize(f"addColumn('shows', 'place', {given})"), said) for given, said in [
        ("{ type: Sequelize.TEXT, ...common }", UNREAD),
        ("common", UNREAD),
        ("{ type: Sequelize.TEXT, ...common, allowNull: true }", set()),
        ("{ type: Sequelize.TEXT, allowNull: true, ...common }", UNREAD),
        ("{ type: Sequelize.TEXT, ...common, allowNull: false, defaultValue: '' }", set()),
        ("Sequelize.TEXT", set()),
    ]),
    (in_sequelize("createTable('seats', { row: { type: Sequelize.TEXT, ...common }, ...times })"), set()),
    (in_sequelize("changeColumn('shows', 'title', { ...common })"), UNREAD),
    (in_sequelize("addIndex('shows', ['title'], { ...given })"), UNREAD),
    (in_sequelize("addIndex('shows', ['title'], { unique: true, ...given })"), {("constrained", "shows")}),
    (in_sequelize("addIndex('shows', ['title'], { ...given, unique: false })"), set()),
    *((("node-pg-migrate", pgm(f"  pgm.{line};")), said) for line, said in [
        ("addColumn('shows', { place: { type: 'text', ...common } })", UNREAD),
        ("addColumns('shows', { place: common })", UNREAD),
        ("addColumns('shows', { ...times })", UNREAD),
        ("addColumns('shows', { place: { ...common, type: 'text', notNull: false } })", set()),
        ("addColumns('shows', { place: { ...common, type: 'text', default: '' } })", set()),
        ("createTable('seats', { row: { type: 'text', ...common }, ...times })", set()),
        ("alterColumn('shows', 'title', { ...common })", UNREAD),
        ("createIndex('shows', 'title', { ...given })", UNREAD),
        ("createIndex('shows', 'title', { ...given, unique: false })", set()),
    ]),
    *((("typeorm", typeorm(f"    await queryRunner.{line};")), said) for line, said in [
        ("addColumn('shows', new TableColumn({ name: 'place', type: 'text', ...common }))", UNREAD),
        ("addColumn('shows', new TableColumn({ ...common, name: 'place', isNullable: true }))", set()),
        ("createIndices('shows', [new TableIndex({ columnNames: ['title'], ...given })])", UNREAD),
        ("createIndices('shows', [new TableIndex({ columnNames: ['title'] })])", set()),
        ("createIndices('shows', [new TableIndex({ columnNames: ['title'], isUnique: true })])", {("constrained", "shows")}),
        ("createForeignKeys('shows', [new TableForeignKey({ columnNames: ['id'], referencedTableName: 'halls' })])", {("constrained", "shows")}),
        ("createUniqueConstraints('shows', [new TableUnique({ columnNames: ['title'] })])", {("constrained", "shows")}),
        ("createCheckConstraints('shows', [new TableCheck({ expression: 'id > 5' })])", {("constrained", "shows")}),
        ("createIndices('shows', indices)", UNREAD),
        ("dropIndices('shows', [new TableIndex({ name: 'shows_title' })])", {("constrained", "shows")}),
        ("dropUniqueConstraints('shows', [new TableUnique({ name: 'shows_title' })])", {("constrained", "shows")}),
        ("changeColumns('shows', [{ oldColumn: new TableColumn({ name: 'title', type: 'text', isNullable: true }), newColumn: new TableColumn({ name: 'name', type: 'text', isNullable: true }) }])", {("renamed", "shows")}),
    ]),
    *((("typeorm", typeorm(f"    const table = await queryRunner.getTable('shows');\n    await queryRunner.{line};")), said) for line, said in [
        ("dropColumn(table, 'title')", {("dropped", "shows")}),
        ("addColumn(table, new TableColumn({ name: 'place', type: 'text', isNullable: true }))", set()),
        ("addColumn(table, new TableColumn({ name: 'place', type: 'text' }))", REQUIRED),
        ("changeColumn(table, 'title', new TableColumn({ name: 'title', type: 'text', isNullable: true }))", set()),
        ("dropForeignKey(table, table.foreignKeys.find((key) => key.columnNames.includes('hall')))", set()),
    ]),
    (in_rails(ADD + "given"), UNREAD),
    (in_rails("add_index :shows, :title, given"), UNREAD),
    (in_rails("add_reference :shows, :hall, given"), UNREAD),
    (in_rails("change_column :shows, :title, :text, given"), UNREAD),
    (in_rails("add_index :shows, columns, unique: true"), UNREAD),
    (in_rails("change_table :shows do |t|\n  t.string :place, given\nend"), UNREAD),
    (in_rails("change_table :shows do |t|\n  t.string name_of(:place), null: false\nend"), UNREAD),
    (in_rails("change_table :shows do |t|\n  t.string name, null: false, default: ''\nend"), set()),
    (in_rails("create_table :seats do |t|\n  t.string :row, given\nend"), set()),
    (
        ("rails", rails("  def change\n    put :shows, null: false\n  end\n\n  def put(table, options = {})\n    add_column table, :place, :string, options\n  end")),
        REQUIRED,
    ),
    (
        ("rails", rails("  def change\n    put :shows\n  end\n\n  def put(table, options = {})\n    add_column table, :place, :string, options\n  end")),
        set(),
    ),
]  # fmt: skip
#: A unique index by what it compares, and how each tool makes it again.
COMPARED = "create table people (id int primary key, email text, org int); create unique index by_email on people (lower(email))"
AGAIN = [
    in_rails("remove_index :people, name: :by_email\nadd_index :people, 'lower(email)', unique: true, name: :by_email"),
    ("node-pg-migrate", pgm("  pgm.dropIndex('people', [], { name: 'by_email' });\n  pgm.createIndex('people', ['lower(email)'], { name: 'by_email', unique: true });")),
    ("node-pg-migrate", pgm("  pgm.dropIndex('people', [], { name: 'by_email' });\n  pgm.createIndex('people', [{ name: 'lower(email)' }], { name: 'by_email', unique: true });")),
    ("kysely", kysely("  await db.schema.dropIndex('by_email').execute();\n  await db.schema.createIndex('by_email').on('people').unique().expression(sql`lower(email)`).execute();")),
    in_sequelize("removeIndex('people', 'by_email')", "addIndex('people', { fields: [Sequelize.fn('lower', Sequelize.col('email'))], unique: true, name: 'by_email' })"),
    in_sequelize("removeIndex('people', 'by_email')", "addIndex('people', [Sequelize.literal('lower(email)')], { unique: true, name: 'by_email' })"),
    in_alembic("op.drop_index('by_email', table_name='people')", "op.create_index('by_email', 'people', [sa.literal_column('lower(email)')], unique=True)"),
    in_alembic("op.drop_index('by_email', table_name='people')", "op.create_index('by_email', 'people', [sa.text('lower(email)')], unique=True)"),
    ("knex", knex("  await knex.raw('drop index by_email');\n  await knex.raw('create unique index by_email on people (lower(email))');")),
]  # fmt: skip


@pytest.mark.parametrize("written", AGAIN)
def test_a_unique_index_of_what_is_computed_is_made_again(written):
    assert found_in(Whole("", *written), COMPARED) == set()


@pytest.mark.parametrize("written", AGAIN)
def test_one_of_something_else_is_another_one(written):
    tool, text = written
    other = Whole(
        "", tool, text.replace("lower(email)", "upper(email)").replace("'lower'", "'upper'")
    )

    assert ("constrained", "people") in found_in(other, COMPARED)


@pytest.mark.parametrize(("written", "breaks"), CASES)
def test_options_are_read_wherever_they_stand(written, breaks):
    tool, text = written

    assert found_in(Whole("", tool, text), OLD) == breaks
