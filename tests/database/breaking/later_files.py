"""Further whole migrations, of tools and styles that the first ones left out; judged before read."""

from tests.database.breaking.whole_files import (
    Whole,
    alembic,
    django,
    does,
    knex,
    rails,
    sequelize,
    typeorm,
)


def kysely(body):
    return f"import {{ type Kysely, sql }} from 'kysely';\n\nexport async function up(db: Kysely<any>): Promise<void> {{\n{body}\n}}\n\nexport async function down(db: Kysely<any>): Promise<void> {{\n  await db.schema.dropTable('users').execute();\n}}\n"


def mikro(body):
    return f"import {{ Migration }} from '@mikro-orm/migrations';\n\nexport class Migration2 extends Migration {{\n\n  override async up(): Promise<void> {{\n{body}\n  }}\n\n  override async down(): Promise<void> {{\n    this.addSql('drop table \"users\";');\n  }}\n\n}}\n"


def pgm(body):
    return f"exports.shorthands = undefined;\n\nexports.up = (pgm) => {{\n{body}\n}};\n\nexports.down = (pgm) => {{\n  pgm.dropTable('users');\n}};\n"


def aerich(sql):
    return f'from tortoise import BaseDBAsyncClient\n\n\nasync def upgrade(db: BaseDBAsyncClient) -> str:\n    return """\n        {sql}"""\n\n\nasync def downgrade(db: BaseDBAsyncClient) -> str:\n    return """\n        DROP TABLE IF EXISTS "users";"""\n'


def yoyo(steps):
    return f'"""\nstep\n"""\n\nfrom yoyo import step\n\n__depends__ = {{"0001_a"}}\n\nsteps = [\n{steps}\n]\n'


def piccolo(body):
    return f'from piccolo.apps.migrations.auto.migration_manager import MigrationManager\nfrom piccolo.columns.column_types import Real\n\nID = "2026-01-02T09:00:00"\nVERSION = "1.22.0"\n\n\nasync def forwards():\n    manager = MigrationManager(migration_id=ID, app_name="shop", description="x")\n{body}\n    return manager\n'


LATER = [
    Whole("kysely-required", "kysely", kysely("  await db.schema\n    .alterTable('users')\n    .addColumn('locale', 'text', (col) => col.notNull())\n    .execute();"), does("required users")),
    Whole("kysely-with-default", "kysely", kysely("  await db.schema\n    .alterTable('orders')\n    .addColumn('source', 'varchar(20)', (col) => col.notNull().defaultTo('web'))\n    .execute();\n  await db.schema.createIndex('orders_source').on('orders').column('source').execute();")),
    Whole("kysely-view", "kysely", kysely("  await db.schema.dropView('active_users').execute();\n  await sql`create view active_users as select id, email from users`.execute(db);"), does("narrowed active_users")),
    Whole("kysely-sql", "kysely", kysely("  await sql`alter table users rename column plan to tier`.execute(db);"), does("renamed users")),
    Whole("mikro-required", "mikro-orm", mikro("    this.addSql('alter table \"users\" add column \"phone\" varchar(255) not null;');"), does("required users")),
    Whole("mikro-same-type", "mikro-orm", mikro("    this.addSql(`alter table \"orders\" alter column \"note\" type text using (\"note\"::text);`);\n    this.addSql(`create table \"tags\" (\"id\" serial primary key, \"name\" varchar(255) not null);`);")),
    Whole("pgm-check", "node-pg-migrate", pgm("  pgm.addConstraint('orders', 'orders_positive', { check: 'total > 0' });"), does("constrained orders")),
    Whole("pgm-rename-column", "node-pg-migrate", pgm("  pgm.renameColumn('users', 'plan', 'tier');"), does("renamed users")),
    Whole("pgm-no-default", "node-pg-migrate", pgm("  pgm.alterColumn('orders', 'status', { default: null });"), does("default-dropped orders")),
    Whole("aerich-drop", "aerich", aerich('ALTER TABLE "orders" DROP COLUMN "note";'), does("dropped orders")),
    Whole("aerich-default", "aerich", aerich("ALTER TABLE \"users\" ADD \"nick\" VARCHAR(20) NOT NULL DEFAULT '';\n        CREATE TABLE IF NOT EXISTS \"tags\" (\"id\" SERIAL NOT NULL PRIMARY KEY);")),
    Whole("yoyo-with-its-way-back", "yoyo", yoyo('    step("ALTER TABLE orders ADD COLUMN code text", "ALTER TABLE orders DROP COLUMN code"),\n    step("CREATE INDEX orders_code ON orders (code)", "DROP INDEX orders_code"),')),
    Whole("yoyo-not-null", "yoyo", yoyo("    step(\"UPDATE orders SET note = '' WHERE note IS NULL\"),\n    step(\"ALTER TABLE orders ALTER COLUMN note SET NOT NULL\", \"ALTER TABLE orders ALTER COLUMN note DROP NOT NULL\"),"), does("required orders")),
    Whole("piccolo-drop", "piccolo", piccolo('    manager.drop_column(table_class_name="Orders", tablename="orders", column_name="note", db_column_name="note")'), does("dropped orders")),
    Whole("piccolo-default", "piccolo", piccolo('    manager.add_column(table_class_name="Orders", tablename="orders", column_name="weight", db_column_name="weight", column_class_name="Real", column_class=Real, params={"default": 0.0, "null": False, "unique": False})')),
    Whole("rails-check-not-valid", "rails", rails("  def change\n    add_check_constraint :orders, \"total >= 0\", name: \"orders_total\", validate: false\n  end"), does("constrained orders")),
    Whole("rails-remove-column", "rails", rails("  def change\n    remove_column :orders, :note, :text\n    add_column :orders, :notes, :jsonb, null: false, default: {}\n  end"), does("dropped orders")),
    Whole("rails-null", "rails", rails("  def up\n    User.where(email: nil).in_batches.update_all(email: \"\")\n    change_column_null :users, :email, false\n  end\n\n  def down\n    change_column_null :users, :email, true\n  end"), does("required users")),
    Whole("rails-rename-table", "rails", rails("  def change\n    rename_table :orders, :purchases\n  end"), does("narrowed price_of", "renamed orders")),
    Whole("rails-unique-index", "rails", rails("  disable_ddl_transaction!\n\n  def change\n    add_index :users, :email, unique: true, algorithm: :concurrently, if_not_exists: true\n  end"), does("constrained users")),
    Whole("liquibase-cascade", "liquibase", "--liquibase formatted sql\n\n--changeset dev:2 labels:plans\n--comment plans live elsewhere\nALTER TABLE users DROP COLUMN plan CASCADE;\n--rollback ALTER TABLE users ADD COLUMN plan varchar(20);\n", does("dropped users", "dropped active_users")),
    Whole("sqitch-check", "sqitch", "-- Deploy shop:totals to pg\n-- requires: orders\n\nBEGIN;\n\nSET client_min_messages = warning;\nALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_total_check;\nALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);\n\nCOMMIT;\n", does("constrained orders")),
    Whole("atlas-modify", "atlas", '-- Modify "users" table\nALTER TABLE "users" DROP COLUMN "created_at", ADD COLUMN "updated_at" timestamptz NULL;\n-- Create "tags" table\nCREATE TABLE "tags" ("id" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY, PRIMARY KEY ("id"));\n', does("dropped users")),
    Whole("drizzle-type", "drizzle", 'CREATE TABLE "tags" (\n\t"id" serial PRIMARY KEY NOT NULL\n);\n--> statement-breakpoint\nALTER TABLE "orders" ALTER COLUMN "total" SET DATA TYPE integer;', does("retyped orders")),
    Whole("drizzle-enum-value", "drizzle", "ALTER TYPE \"public\".\"order_state\" ADD VALUE 'refunded' BEFORE 'void';--> statement-breakpoint\nALTER TABLE \"users\" ADD COLUMN \"bio\" text;"),
    Whole("graphile-same-function", "graphile-migrate", "--! Previous: sha1:00\n--! Hash: sha1:01\n\ncreate or replace function price_of(order_id bigint) returns numeric language sql stable as $$\n  select round(total, 2) from orders where id = order_id;\n$$;\n"),
    Whole("foreign-key-in-two-steps", "supabase", "alter table public.orders add constraint orders_user_fk foreign key (user_id) references public.users (id) not valid;\nalter table public.orders validate constraint orders_user_fk;\n", does("constrained orders")),
    Whole("table-behind-a-view", "supabase", "alter table public.orders rename to orders_data;\ncreate view public.orders with (security_invoker = true) as select * from public.orders_data;\n"),
    Whole("typeorm-change-column", "typeorm", typeorm("    await queryRunner.changeColumn('users', 'plan', new TableColumn({ name: 'plan', type: 'integer', isNullable: true }));"), does("retyped users")),
    Whole("alembic-exclude", "alembic", alembic("    op.create_exclude_constraint('orders_one', 'orders', (sa.column('note'), '='), using='gist')"), does("constrained orders")),
    Whole("django-state-apart", "django", django("        migrations.SeparateDatabaseAndState(\n            database_operations=[migrations.RunSQL('ALTER TABLE orders DROP COLUMN note', migrations.RunSQL.noop)],\n            state_operations=[migrations.RemoveField('order', 'note')],\n        ),"), does("dropped orders")),
    Whole("django-check", "django", django("        migrations.AddConstraint(\n            model_name='order',\n            constraint=models.CheckConstraint(condition=models.Q(('total__gte', 0)), name='total_positive'),\n        ),"), does("constrained shop_order")),
    Whole("flyway-placeholder", "flyway", "ALTER TABLE ${schema}.users ADD COLUMN tier text NOT NULL;\n", does("required users")),
    Whole("knex-several", "knex", knex("  await knex.schema.alterTable('orders', (t) => {\n    t.string('channel', 20).notNullable();\n    t.dropColumns('note', 'state');\n  });"), does("required orders", "dropped orders")),
    Whole("sequelize-rename-column", "sequelize", sequelize("    await queryInterface.renameColumn('users', 'plan', 'tier');"), does("renamed users")),
    Whole("dbmate-enum-value-renamed", "dbmate", "-- migrate:up transaction:false\nALTER TYPE order_state RENAME VALUE 'void' TO 'cancelled';\n\n-- migrate:down\nALTER TYPE order_state RENAME VALUE 'cancelled' TO 'void';\n", does("renamed order_state")),
    Whole("table-with-what-needs-it", "goose", "-- +goose Up\nDROP TABLE IF EXISTS users CASCADE;\n-- +goose Down\nSELECT 1;\n", does("dropped users", "dropped active_users")),
    Whole("cascade-and-the-view-again", "supabase", "alter table users drop column plan cascade;\ncreate view active_users as select id, email, 'free'::varchar(20) as plan from users;\n", does("dropped users", "unwritable active_users")),
    Whole("views-on-views", "supabase", "create view paid as select id from active_users;\ncreate view pairs as select p.id, u.email from paid p join active_users u using (id);\ndrop table users cascade;\n", does("dropped users", "dropped active_users")),
    Whole("cascade-past-a-view", "supabase", "alter table users drop column created_at cascade;\n", does("dropped users")),
    Whole("alembic-enum-swap", "alembic", alembic("    op.execute('ALTER TYPE order_state RENAME TO order_state_old')\n    sa.Enum('new', 'paid', 'void', 'sent', name='order_state').create(op.get_bind())\n    op.execute('ALTER TABLE orders ALTER COLUMN state TYPE order_state USING state::text::order_state')\n    op.execute('DROP TYPE order_state_old')")),
    Whole("alembic-enum-loses", "alembic", alembic("    op.execute('ALTER TYPE order_state RENAME TO order_state_old')\n    sa.Enum('new', 'paid', name='order_state').create(op.get_bind())\n    op.execute('ALTER TABLE orders ALTER COLUMN state TYPE order_state USING state::text::order_state')\n    op.execute('DROP TYPE order_state_old')"), does("dropped order_state")),
    Whole("pgm-view-again", "node-pg-migrate", pgm("  pgm.dropView('active_users');\n  pgm.createView('active_users', {}, 'select id, email, plan, created_at from users');")),
    Whole("pgm-view-narrower", "node-pg-migrate", pgm("  pgm.dropView('active_users');\n  pgm.createView('active_users', {}, 'select id, email from users');"), does("narrowed active_users")),
    Whole("pgm-constraint-renamed", "node-pg-migrate", pgm("  pgm.renameConstraint('orders', 'orders_pkey', 'orders_key');")),
]  # fmt: skip
