"""What becomes of a row whose referred row goes: the older code deletes and changes rows as it did."""

import pytest

from tests.database.breaking.later_files import kysely, pgm
from tests.database.breaking.test_whole_files import table_of
from tests.database.breaking.whole_files import (
    Whole,
    alembic,
    knex,
    rails,
    sequelize,
    typeorm,
)
from verifier.database.breaking_changes import breaking_changes
from verifier.database.migration_reading import read_migration
from verifier.model.migration_ledger import Migration

ALEMBIC = "    op.create_table('c', sa.Column('id', sa.BigInteger(), primary_key=True))\n"
#: As autogenerate writes tables.
GENERATED = (
    "    op.create_table('c', sa.Column('id', sa.BigInteger(), nullable=False), sa.PrimaryKeyConstraint('id'))\n"
    "    op.create_table('v', sa.Column('id', sa.BigInteger(), nullable=False), sa.Column('c_id', sa.BigInteger(), nullable=True), "
    "sa.ForeignKeyConstraint(['c_id'], ['c.id']{}), sa.PrimaryKeyConstraint('id'))"
)
KNEX = "  await knex.schema.createTable('c', (t) => {{ t.increments('id'); }});\n"
SEQUELIZE = "    await queryInterface.createTable('c', {{ id: {{ type: Sequelize.INTEGER, primaryKey: true }} }});\n"
KYSELY = "  await db.schema.createTable('c').addColumn('id', 'serial', (x) => x.primaryKey()).execute();\n"
PGM = "  pgm.createTable('c', {{ id: 'id' }});\n"
#: By tool: what makes the older tables and what makes the key again, `{}` where the actions stand,
#: and how its users write that rows go with the row, that they forget it, and that the id follows.
TOOLS = {
    "sql": (
        "supabase",
        str,
        "create table c (id serial primary key); create table v (c_id int references c(id){})",
        "alter table v drop constraint v_c_id_fkey; alter table v add foreign key (c_id) references c(id){}",
        (" on delete cascade", " on delete set null", " on update cascade"),
    ),
    "alembic": (
        "alembic",
        alembic,
        ALEMBIC
        + "    op.create_table('v', sa.Column('id', sa.BigInteger(), primary_key=True), sa.Column('c_id', sa.BigInteger(), sa.ForeignKey('c.id'{})))",
        "    op.drop_constraint('v_c_id_fkey', 'v', type_='foreignkey')\n    op.create_foreign_key('v_c_id_fkey', 'v', 'c', ['c_id'], ['id']{})",
        (", ondelete='CASCADE'", ", ondelete='SET NULL'", ", onupdate='CASCADE'"),
    ),
    "alembic, generated": (
        "alembic",
        alembic,
        GENERATED,
        "    op.drop_constraint(op.f('v_c_id_fkey'), 'v', type_='foreignkey')\n    op.create_foreign_key(None, 'v', 'c', ['c_id'], ['id']{})",
        (", ondelete='CASCADE'", ", ondelete='SET NULL'", ", onupdate='CASCADE'"),
    ),
    "knex": (
        "knex",
        knex,
        KNEX
        + "  await knex.schema.createTable('v', (t) => {{ t.increments('id'); t.integer('c_id').references('id').inTable('c'){}; }});",
        "  await knex.schema.alterTable('v', (t) => {{ t.dropForeign('c_id'); t.foreign('c_id').references('id').inTable('c'){}; }});",
        (".onDelete('CASCADE')", ".onDelete('SET NULL')", ".onUpdate('CASCADE')"),
    ),
    "sequelize": (
        "sequelize",
        sequelize,
        SEQUELIZE
        + "    await queryInterface.createTable('v', {{ id: {{ type: Sequelize.INTEGER, primaryKey: true }}, c_id: {{ type: Sequelize.INTEGER, references: {{ model: 'c', key: 'id' }}{} }} }});",
        "    await queryInterface.removeConstraint('v', 'v_c_id_fkey');\n    await queryInterface.addConstraint('v', {{ fields: ['c_id'], type: 'foreign key', name: 'v_c_id_fkey', references: {{ table: 'c', field: 'id' }}{} }});",
        (", onDelete: 'CASCADE'", ", onDelete: 'SET NULL'", ", onUpdate: 'CASCADE'"),
    ),
    "typeorm": (
        "typeorm",
        typeorm,
        "    await queryRunner.createTable(new Table({{ name: 'c', columns: [{{ name: 'id', type: 'int', isPrimary: true }}] }}));\n"
        "    await queryRunner.createTable(new Table({{ name: 'v', columns: [{{ name: 'c_id', type: 'int', isNullable: true }}] }}));\n"
        "    await queryRunner.createForeignKey('v', new TableForeignKey({{ name: 'v_c_id_fkey', columnNames: ['c_id'], referencedColumnNames: ['id'], referencedTableName: 'c'{} }}));",
        "    await queryRunner.dropForeignKey('v', 'v_c_id_fkey');\n    await queryRunner.createForeignKey('v', new TableForeignKey({{ columnNames: ['c_id'], referencedColumnNames: ['id'], referencedTableName: 'c'{} }}));",
        (", onDelete: 'CASCADE'", ", onDelete: 'SET NULL'", ", onUpdate: 'CASCADE'"),
    ),
    "rails": (
        "rails",
        rails,
        "  def change\n    create_table :c do |t|\n      t.string :n\n    end\n    create_table :v do |t|\n      t.references :c, foreign_key: {{ to_table: :c{} }}\n    end\n  end",
        "  def change\n    remove_foreign_key :v, :c\n    add_foreign_key :v, :c{}\n  end",
        (", on_delete: :cascade", ", on_delete: :nullify", ", on_update: :cascade"),
    ),
    "kysely": (
        "kysely",
        kysely,
        KYSELY
        + "  await db.schema.createTable('v').addColumn('id', 'serial', (x) => x.primaryKey()).addColumn('c_id', 'integer', (x) => x.references('c.id'){}).execute();",
        "  await db.schema.alterTable('v').dropConstraint('v_c_id_fkey').execute();\n  await db.schema.alterTable('v').addForeignKeyConstraint('v_c_id_fkey', ['c_id'], 'c', ['id'], (x) => x{}).execute();",
        (".onDelete('cascade')", ".onDelete('set null')", ".onUpdate('cascade')"),
    ),
    "node-pg-migrate": (
        "node-pg-migrate",
        pgm,
        PGM
        + "  pgm.createTable('v', {{ id: 'id', c_id: {{ type: 'integer', references: 'c'{} }} }});",
        "  pgm.dropConstraint('v', 'v_c_id_fkey');\n  pgm.addConstraint('v', 'v_c_id_fkey', {{ foreignKeys: {{ columns: 'c_id', references: 'c'{} }} }});",
        (", onDelete: 'CASCADE'", ", onDelete: 'SET NULL'", ", onUpdate: 'CASCADE'"),
    ),
    "knex, beside the columns": (
        "knex",
        knex,
        KNEX
        + "  await knex.schema.createTable('v', (t) => {{ t.integer('c_id'); t.foreign('c_id').references('id').inTable('c'){}; }});",
        "  await knex.schema.alterTable('v', (t) => {{ t.dropForeign('c_id', 'v_c_id_fkey'); t.foreign('c_id').references('id').inTable('c'){}; }});",
        (".onDelete('CASCADE')", ".onDelete('SET NULL')", ".onUpdate('CASCADE')"),
    ),
    "typeorm, in the table": (
        "typeorm",
        typeorm,
        "    await queryRunner.createTable(new Table({{ name: 'c', columns: [{{ name: 'id', type: 'int', isPrimary: true }}] }}));\n"
        "    await queryRunner.createTable(new Table({{ name: 'v', columns: [{{ name: 'c_id', type: 'int', isNullable: true }}], "
        "foreignKeys: [new TableForeignKey({{ columnNames: ['c_id'], referencedColumnNames: ['id'], referencedTableName: 'c'{} }})] }}));",
        "    await queryRunner.dropForeignKey('v', 'v_c_id_fkey');\n    await queryRunner.createForeignKey('v', new TableForeignKey({{ columnNames: ['c_id'], referencedColumnNames: ['id'], referencedTableName: 'c'{} }}));",
        (", onDelete: 'CASCADE'", ", onDelete: 'SET NULL'", ", onUpdate: 'CASCADE'"),
    ),
    "rails, beside the columns": (
        "rails",
        rails,
        "  def change\n    create_table :c do |t|\n      t.string :n\n    end\n    create_table :v do |t|\n      t.bigint :c_id\n      t.foreign_key :c{}\n    end\n  end",
        "  def change\n    remove_foreign_key :v, :c\n    change_table :v do |t|\n      t.foreign_key :c{}\n    end\n  end",
        (", on_delete: :cascade", ", on_delete: :nullify", ", on_update: :cascade"),
    ),
    "kysely, beside the columns": (
        "kysely",
        kysely,
        KYSELY
        + "  await db.schema.createTable('v').addColumn('c_id', 'integer').addForeignKeyConstraint('v_c_id_fkey', ['c_id'], 'c', ['id'], (x) => x{}).execute();",
        "  await db.schema.alterTable('v').dropConstraint('v_c_id_fkey').execute();\n  await db.schema.alterTable('v').addForeignKeyConstraint('v_c_id_fkey', ['c_id'], 'c', ['id'], (x) => x{}).execute();",
        (".onDelete('cascade')", ".onDelete('set null')", ".onUpdate('cascade')"),
    ),
    "kysely, chained": (
        "kysely",
        kysely,
        KYSELY + "  await db.schema.createTable('v').addColumn('c_id', 'integer').execute();\n"
        "  await db.schema.alterTable('v').addForeignKeyConstraint('v_c_id_fkey', ['c_id'], 'c', ['id']){}.execute();",
        "  await db.schema.alterTable('v').dropConstraint('v_c_id_fkey').execute();\n  await db.schema.alterTable('v').addForeignKeyConstraint('v_c_id_fkey', ['c_id'], 'c', ['id']){}.execute();",
        (".onDelete('cascade')", ".onDelete('set null')", ".onUpdate('cascade')"),
    ),
    "node-pg-migrate, beside the columns": (
        "node-pg-migrate",
        pgm,
        PGM
        + "  pgm.createTable('v', {{ id: 'id', c_id: 'integer' }}, {{ constraints: {{ foreignKeys: {{ columns: 'c_id', references: 'c'{} }} }} }});",
        "  pgm.dropConstraint('v', 'v_c_id_fkey');\n  pgm.addConstraint('v', 'v_c_id_fkey', {{ foreignKeys: {{ columns: 'c_id', references: 'c'{} }} }});",
        (", onDelete: 'CASCADE'", ", onDelete: 'SET NULL'", ", onUpdate: 'CASCADE'"),
    ),
}


def told(tool, older, newer):
    def read(version, text):
        file = Whole("", tool, "").file.replace("2", version)
        return read_migration(tool, Migration(version, file=file, group="shop"), text.encode())

    found = breaking_changes({"2": read("2", newer)}, [read("1", older)])
    return {(str(change.kind), table_of(change)) for change in found}


@pytest.mark.parametrize("name", TOOLS)
@pytest.mark.parametrize(
    ("before", "now", "is_told"),
    [
        ("cascade", "", True),
        ("null", "", True),
        ("update", "", True),
        ("update", "cascade", True),
        ("", "", False),
        ("", "cascade", False),
        ("cascade", "cascade", False),
        ("null", "null", False),
        ("update", "update", False),
    ],
)
def test_what_a_foreign_key_no_longer_lets_pass_is_told(name, before, now, is_told):
    tool, frame, older, newer, actions = TOOLS[name]
    written = dict(zip(("cascade", "null", "update", ""), (*actions, ""), strict=True))
    texts = [frame(older.format(written[before])), frame(newer.format(written[now]))]

    assert told(tool, *texts) == ({("constrained", "v")} if is_told else set())


#: A key that is made again, what is there before it, and whether the older code is hit.
AGAIN = [
    ("references c", "", "references c(id)", False),
    ("references c(id)", "", "references c", False),
    ("references c(id)", "", "references public.c (id)", False),
    ("references c", "", "references c(code)", True),
    ("references c(code)", "", "references c", True),
    ("references c(code)", "", "references c(code) on delete cascade", False),
    ("references c on delete cascade", "", "references c on delete set null", False),
    # What must have a value cannot be forgotten: the delete is refused.
    ("not null references c on delete cascade", "", "references c on delete set null", True),
    ("not null references c on delete set null", "", "references c on delete set null", False),
    (
        "not null references c on delete cascade",
        "alter table v alter c_id drop not null; ",
        "references c on delete set null",
        False,
    ),
]


@pytest.mark.parametrize(("before", "between", "now", "is_told"), AGAIN)
def test_a_key_that_is_made_again_in_other_words(before, between, now, is_told):
    older = (
        f"create table c (id int primary key, code int unique); create table v (c_id int {before})"
    )
    newer = f"{between}alter table v drop constraint v_c_id_fkey, add foreign key (c_id) {now}"

    assert told("supabase", older, newer) == ({("constrained", "v")} if is_told else set())


def test_a_key_made_again_in_code_is_that_of_sql():
    older = (
        "create table c (id int primary key); create table v (c_id int not null references c(id))"
    )
    new = alembic(
        "    op.drop_constraint('v_c_id_fkey', 'v', type_='foreignkey')\n"
        "    op.create_foreign_key(None, 'v', 'c', ['c_id'], ['id'])"
    )
    found = breaking_changes(
        {"2": read_migration("alembic", Migration("2", file="m/2.py"), new.encode())},
        [read_migration("alembic", Migration("1", file="m/1.sql"), older.encode())],
    )

    assert found == ()


@pytest.mark.parametrize(
    ("again", "is_told"), [("id > 0", False), ("id > 5", True), ("id > 0 or note = 1", False)]
)
def test_a_check_that_autogenerate_writes_in_a_table_is_known(again, is_told):
    made = "op.create_table('v', sa.Column('id', sa.Integer()), sa.Column('note', sa.Integer()), sa.CheckConstraint({}, name='pos'))"
    newer = (
        f"    op.drop_constraint('pos', 'v')\n    op.create_check_constraint('pos', 'v', '{again}')"
    )
    for condition in ("'id > 0'", "sa.text('id > 0')"):
        texts = alembic(f"    {made.format(condition)}"), alembic(newer)

        assert told("alembic", *texts) == ({("constrained", "v")} if is_told else set())
