"""Unique indexes of some rows alone, as code writes them: these tell fewer rows apart."""

import pytest

from tests.database.breaking.later_files import kysely, pgm
from tests.database.breaking.test_references import told
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

WHOLE = "create table shop_page (id serial primary key, slug text, gone timestamptz, constraint whole unique (slug));"
OF_SOME = "create table shop_page (id serial primary key, slug text, gone timestamptz); create unique index part on shop_page (slug) where gone is null;"
LOST = {("constrained", "shop_page")}
CONDITION = "models.Q(gone__isnull=True)"
#: What drops the rule `whole` and makes an index of the rows that are not gone.
NARROWED = {
    "alembic": alembic(
        "    op.drop_constraint('whole', 'shop_page', type_='unique')\n"
        "    op.create_index('part', 'shop_page', ['slug'], unique=True, postgresql_where=sa.text('gone IS NULL'))"
    ),
    "django": django(
        "        migrations.RemoveConstraint('page', 'whole'),\n"
        f"        migrations.AddConstraint('page', models.UniqueConstraint(fields=['slug'], condition={CONDITION}, name='part')),"
    ),
    "rails": rails(
        "  def change\n    remove_index :shop_page, name: 'whole'\n"
        "    add_index :shop_page, :slug, unique: true, name: 'part', where: 'gone IS NULL'\n  end"
    ),
    "sequelize": sequelize(
        "    await queryInterface.removeConstraint('shop_page', 'whole');\n"
        "    await queryInterface.addIndex('shop_page', ['slug'], { unique: true, name: 'part', where: { gone: null } });"
    ),
    "typeorm": typeorm(
        "    await queryRunner.dropUniqueConstraint('shop_page', 'whole');\n"
        "    await queryRunner.createIndex('shop_page', new TableIndex({ name: 'part', columnNames: ['slug'], isUnique: true, where: 'gone IS NULL' }));"
    ),
    "knex": knex(
        "  await knex.schema.alterTable('shop_page', (t) => {\n    t.dropUnique(['slug'], 'whole');\n"
        "    t.unique(['slug'], { indexName: 'part', predicate: knex.whereNull('gone') });\n  });"
    ),
    "kysely": kysely(
        "  await db.schema.alterTable('shop_page').dropConstraint('whole').execute();\n"
        "  await db.schema.createIndex('part').unique().on('shop_page').column('slug').where('gone', 'is', null).execute();"
    ),
    "node-pg-migrate": pgm(
        "  pgm.dropConstraint('shop_page', 'whole');\n"
        "  pgm.createIndex('shop_page', 'slug', { unique: true, name: 'part', where: 'gone IS NULL' });"
    ),
}


@pytest.mark.parametrize("tool", NARROWED)
def test_a_key_that_holds_of_fewer_rows_is_lost(tool):
    assert found_in(Whole("", tool, NARROWED[tool]), WHOLE) == LOST


AGAIN = {
    "alembic": alembic(
        "    op.drop_index('part', 'shop_page')\n"
        "    op.create_index('other', 'shop_page', ['slug'], unique=True, postgresql_where=sa.text('gone IS NULL'))"
    ),
    "rails": rails(
        "  def change\n    remove_index :shop_page, name: 'part'\n"
        "    add_index :shop_page, :slug, unique: true, name: 'other', where: 'gone IS NULL'\n  end"
    ),
    "node-pg-migrate": pgm(
        "  pgm.dropIndex('shop_page', 'slug', { name: 'part' });\n"
        "  pgm.createIndex('shop_page', 'slug', { unique: true, name: 'other', where: 'gone IS NULL' });"
    ),
}


@pytest.mark.parametrize("tool", AGAIN)
def test_an_index_that_is_made_again_of_the_same_rows_is_nothing(tool):
    assert found_in(Whole("", tool, AGAIN[tool]), OF_SOME) == set()


@pytest.mark.parametrize(("again", "breaks"), [(CONDITION, set()), ("models.Q(gone=1)", LOST)])
def test_a_condition_that_code_composes_is_its_like(again, breaks):
    rule = "models.UniqueConstraint(fields=['slug'], condition={}, name='{}')"
    made = (
        "        migrations.CreateModel('page', [('id', models.AutoField(primary_key=True)), ('slug', models.TextField())]),\n"
        f"        migrations.AddConstraint('page', {rule.format(CONDITION, 'part')}),"
    )
    newer = (
        "        migrations.RemoveConstraint('page', 'part'),\n\n"  # on another line
        f"        migrations.AddConstraint('page', {rule.format(again, 'other')}),"
    )
    assert told("django", django(made), django(newer)) == breaks
