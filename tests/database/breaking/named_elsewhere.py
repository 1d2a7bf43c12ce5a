"""Migrations that do what they do under another name: by a function, a domain, a placeholder."""

from tests.database.breaking.breaking_code import PLAN
from tests.database.breaking.breaking_sql import Row

SMALL = "create table users (id serial primary key, email text, plan text)"
INSERT = "insert into users (email) values ('a@b')"
DROPS = "alter table users drop column plan"
PLPGSQL = f"returns void language plpgsql as $$ begin {DROPS}; end $$"
FEED = "create function feed(n int) returns table (id int, email text) language sql as 'select id, email from users'"
WIDER = "create function feed(n int) returns table (id int, plan text, email text) language sql as 'select 1, '''', '''''"
NARROWER = (
    "create function feed(n int) returns table (id int, plan text) language sql as 'select 1, '''''"
)
PRICE = "create function price(amount int) returns int language sql as 'select amount'"
NARROWED = (("narrowed", "users"),)
REQUIRED = (("required", "users.tier"),)

NAMED_ELSEWHERE = [
    Row(
        f"create function away() {PLPGSQL}; select away(); drop function away()",
        PLAN,
        statement="select plan from users",
    ),
    Row(
        f"create function away() {PLPGSQL}; do $$ begin perform away(); end $$",
        PLAN,
        statement="select plan from users",
    ),
    Row(
        f"create procedure away() language plpgsql as $$ begin execute '{DROPS}'; end $$; call away()",
        PLAN,
        statement="select plan from users",
    ),
    Row(f"create function away() returns void language sql as '{DROPS}'; select away()", PLAN),
    Row("select public.away()", PLAN, f"{SMALL}; create function away() {PLPGSQL}"),
    Row(f"create function away() {PLPGSQL}"),
    Row(
        "create function away() returns void language plpgsql as $$ begin if false then perform away(); end if; end $$; select away()"
    ),
    Row(
        "create function away() returns void language plpython3u as 'plpy'; select away()",
        (("unread", ""),),
    ),
    Row(f"do $a$ begin execute $b$ {DROPS} $b$; end $a$", PLAN),
    Row(
        "create domain word as text not null; alter table users add column tier word",
        REQUIRED,
        statement=INSERT,
    ),
    Row(
        "alter table users add column tier word",
        REQUIRED,
        f"{SMALL}; create domain word as text not null",
        INSERT,
    ),
    Row(
        "create domain word as text not null; alter table users add column tier text; alter table users alter column tier type word",
        REQUIRED,
        statement=INSERT,
    ),
    Row(
        "create domain word as text not null default 'a'; alter table users add column tier word default null",
        REQUIRED,
        statement=INSERT,
    ),
    Row("create domain word as text not null default 'a'; alter table users add column tier word"),
    Row("create domain word as text not null; alter table users add column tier word default 'a'"),
    Row("create domain word as text not null; alter table users add column tier word[]"),
    Row(f"drop function feed(int); {WIDER}", (), f"{SMALL}; {FEED}"),
    Row(
        f"drop function feed(int); {NARROWER}",
        (("narrowed", "feed"),),
        f"{SMALL}; {FEED}",
        "select email from feed(1)",
    ),
    Row("drop function if exists price(text)", (), PRICE),
    Row("drop function if exists price(int)", (("dropped", "price"),), PRICE, "select price(1)"),
    Row(
        "create domain word as text not null; create domain other as word; alter table users add column tier other",
        REQUIRED,
        statement=INSERT,
    ),
    Row(
        "create domain word as text not null default 'a'; create domain other as word; alter table users add column tier other"
    ),
    Row("call some_procedure()", (("unread", ""),)),
    Row("alter table users drop column ${COL:-plan}", (("unread", ""),), tool="goose"),
    Row("ALTER TABLE ${tbl} DROP COLUMN plan", (("unread", ""),), tool="flyway"),
    Row("alter table users add column tier text default ${tier}", tool="flyway"),
]

ALEMBIC = (
    "import sqlalchemy as sa\nrevision = '2'\ndown_revision = '1'\n{}\n\ndef upgrade({}):\n    {}\n"
)
DROP = "drop_column('users', 'plan')"
EACH = "globals()['upgrade_%s' % name]()\n\n\ndef upgrade_one():\n    op.drop_column('users', 'plan')\n\n\ndef downgrade_one():\n    op.drop_table('users')"
DJANGO = "from django.db import migrations, models\n\nclass Migration(migrations.Migration):\n    operations = [{}]\n"
PLACED = "migrations.AlterField('user', 'plan', models.CharField(max_length=20, db_column='plan'))"
MOVED = "migrations.RenameField('user', 'plan', 'kind')"
BACK = "migrations.AlterField('user', 'kind', models.CharField(max_length=20, null=True, db_column='plan'))"
AFTER = "migrations.AlterField('user', 'kind', models.CharField(max_length=20, null=True))"
BASES = (
    "from django.db import migrations, models\n{}class Migration({}):\n    dependencies = []\n{}"
)
AWAY = "migrations.RemoveField('user', 'plan')"
GONE = (("dropped", "shop_user.plan"),)
LISTED = f"    operations = [{AWAY}]\n\n"
BASE = f"class Base(migrations.Migration):\n{LISTED}"
RAILS = "class Two < ActiveRecord::Migration[7.1]\n  def change\n    create_table :users, force: {} do |t|\n      t.string :email\n    end\n  end\nend\n"

#: The tool, the file, and what it breaks.
FILES = [
    ("alembic", ALEMBIC.format("import alembic.op", "", f"alembic.op.{DROP}"), PLAN),
    ("alembic", ALEMBIC.format("import alembic.op as o", "", f"o.{DROP}"), PLAN),
    ("alembic", ALEMBIC.format("from alembic.op import drop_column", "", DROP), PLAN),
    (
        "alembic",
        ALEMBIC.format("from alembic.op import drop_column as d", "", f"d{DROP[11:]}"),
        PLAN,
    ),
    ("alembic", ALEMBIC.format("from alembic.op import *", "", DROP), PLAN),
    ("alembic", ALEMBIC.format("from alembic import op", "name", EACH), PLAN),
    ("alembic", ALEMBIC.format("STEPS = {}", "", "STEPS['a']()"), (("unread", ""),)),
    ("django", DJANGO.format(f"{PLACED}, {MOVED}"), (("required", "shop_user.plan"),)),
    ("django", DJANGO.format(f"{MOVED}, {BACK}"), ()),
    ("django", DJANGO.format(f"{MOVED}, {AFTER}"), (("renamed", "shop_user.plan"),)),
    (
        "alembic",
        ALEMBIC.format(
            "from alembic import op",
            "",
            "b = op.batch_alter_table('users')\n    with b as batch:\n        batch.drop_column('plan')",
        ),
        PLAN,
    ),
    (
        "alembic",
        ALEMBIC.format(
            "from alembic import op",
            "",
            f"from alembic.operations import Operations\n    o = Operations(op.get_context())\n    o.{DROP}",
        ),
        PLAN,
    ),
    (
        "alembic",
        ALEMBIC.format(
            f"from alembic import op\nclass Run:\n    def go(self):\n        op.{DROP}\n",
            "",
            "Run().go()",
        ),
        (("unread", ""),),
    ),
    (
        "alembic",
        ALEMBIC.format("from alembic import op\nclass Mood(Enum):\n    SAD = 1\n", "", "pass"),
        (),
    ),
    (
        "rails",
        "module Old\n  class Two < ActiveRecord::Migration[4.2]\n    def self.up\n      remove_column :users, :plan\n    end\n    def self.down\n      drop_table :users\n    end\n  end\nend\n",
        PLAN,
    ),
    ("django", DJANGO.format("") + f"\nMigration.operations += [{AWAY}]\n", GONE),
    ("django", DJANGO.format("") + f"\nMigration.operations.append({AWAY})\n", GONE),
    ("django", DJANGO.format("") + f"\nMigration.operations.extend([{AWAY}])\n", GONE),
    ("django", DJANGO.format("") + "\nMigration.operations += made()\n", (("unread", ""),)),
    ("django", DJANGO.format("") + "\nMigration.operations.insert(0, x)\n", (("unread", ""),)),
    (
        "django",
        DJANGO.format("") + f"\nif x:\n    Migration.operations += [{AWAY}]\n",
        (("unread", ""),),
    ),
    ("django", BASES.format(BASE, "Base", ""), GONE),
    ("django", BASES.format(BASE, "Base", "    operations = []\n"), ()),
    ("django", BASES.format("from x import Base\n", "Base", ""), (("unread", ""),)),
    ("django", BASES.format("from x import Base\n", "Base", LISTED), GONE),
    ("django", BASES.format("", "migrations.Migration", ""), ()),
    ("rails", RAILS.format("true"), NARROWED),
    ("rails", RAILS.format(":cascade"), NARROWED),
    ("rails", RAILS.format("false"), ()),
    (
        "kysely",
        "export async function up(db) {\n  const q = db.schema.alterTable('users');\n  await q.dropColumn('plan').execute();\n}\n",
        (("unread", ""),),
    ),
]
