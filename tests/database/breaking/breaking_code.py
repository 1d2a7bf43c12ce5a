"""
Migrations in code, of every tool that has them, judged by hand as those of SQL.

The text of a row is what stands in the function that applies; its tool tells the frame around it.
"""

from dataclasses import dataclass

OLD = (
    "create table users (id serial primary key, email text not null, plan varchar(20), age int);"
    "create table shop_user (id serial primary key, email varchar(254) not null, plan varchar(20));"
    'create table "Users" (id serial primary key, plan varchar(20))'
)
FRAMES = {
    "alembic": (
        "py",
        "from alembic import op\nimport sqlalchemy as sa\nrevision = '2'\ndown_revision = '1'\n\ndef upgrade():\n    {}\n\ndef downgrade():\n    op.drop_table('users')\n",
    ),
    "django": (
        "py",
        "from django.db import migrations, models\n\nclass Migration(migrations.Migration):\n    dependencies = [('shop', '0001')]\n    operations = [{}]\n",
    ),
    "yoyo": ("py", "from yoyo import step\nsteps = [{}]\n"),
    "aerich": (
        "py",
        "async def upgrade(db) -> str:\n    return {}\n\nasync def downgrade(db) -> str:\n    return 'drop table users'\n",
    ),
    "piccolo": (
        "py",
        "ID = '2'\nasync def forwards():\n    manager = MigrationManager(migration_id=ID, app_name='app')\n    {}\n    return manager\n",
    ),
    "knex": (
        "js",
        "exports.up = async function (knex) {{\n  {}\n}};\nexports.down = (knex) => knex.schema.dropTable('users');\n",
    ),
    "typeorm": (
        "ts",
        "import {{ MigrationInterface, QueryRunner }} from 'typeorm';\nexport class Two1700000000000 implements MigrationInterface {{\n  public async up(queryRunner: QueryRunner): Promise<void> {{\n    {}\n  }}\n  public async down(queryRunner: QueryRunner): Promise<void> {{ await queryRunner.query('DROP TABLE users'); }}\n}}\n",
    ),
    "sequelize": (
        "js",
        "'use strict';\nmodule.exports = {{\n  up: async (queryInterface, Sequelize) => {{\n    {}\n  }},\n  down: async (queryInterface) => {{ await queryInterface.dropTable('users'); }},\n}};\n",
    ),
    "kysely": (
        "ts",
        "import {{ Kysely, sql }} from 'kysely';\nexport async function up(db: Kysely<any>): Promise<void> {{\n  {}\n}}\nexport async function down(db: Kysely<any>): Promise<void> {{ await db.schema.dropTable('users').execute(); }}\n",
    ),
    "mikro-orm": (
        "ts",
        "import {{ Migration }} from '@mikro-orm/migrations';\nexport class Migration2 extends Migration {{\n  override async up(): Promise<void> {{\n    {}\n  }}\n  override async down(): Promise<void> {{ this.addSql('drop table users'); }}\n}}\n",
    ),
    "node-pg-migrate": (
        "js",
        "exports.up = (pgm) => {{\n  {}\n}};\nexports.down = (pgm) => {{ pgm.dropTable('users'); }};\n",
    ),
    "rails": (
        "rb",
        "class Two < ActiveRecord::Migration[7.1]\n  def change\n    {}\n  end\n\n  def down\n    drop_table :users\n  end\nend\n",
    ),
}
TIER = (("required", "users.tier"),)
PLAN = (("dropped", "users.plan"),)
PLAN_REQUIRED = (("required", "users.plan"),)
USERS = (("dropped", "users"),)


@dataclass(frozen=True)
class CodeRow:
    """One migration."""

    tool: str
    code: str
    breaks: tuple = ()

    @property
    def content(self):
        return FRAMES[self.tool][1].format(self.code)

    @property
    def file(self):
        return f"migrations/2.{FRAMES[self.tool][0]}"


CODE_ROWS = [
    CodeRow("alembic", "op.drop_table('users')", USERS),
    CodeRow("alembic", "op.drop_column('users', 'plan')", PLAN),
    CodeRow(
        "alembic", "op.add_column('users', sa.Column('tier', sa.String(20), nullable=False))", TIER
    ),
    CodeRow(
        "alembic",
        "op.add_column('users', sa.Column('tier', sa.String(20), nullable=False, server_default='x'))",
    ),
    CodeRow("alembic", "op.add_column('users', sa.Column('tier', sa.String(20)))"),
    CodeRow(
        "alembic",
        "op.add_column('users', sa.Column('tier', sa.Text()))\n    op.execute(\"update users set tier = 'x'\")\n    op.alter_column('users', 'tier', nullable=False)",
        TIER,
    ),
    CodeRow(
        "alembic",
        "op.alter_column('users', 'plan', new_column_name='tariff')",
        (("renamed", "users.plan"),),
    ),
    CodeRow(
        "alembic",
        "op.alter_column('users', 'plan', existing_type=sa.VARCHAR(length=20), type_=sa.Text())",
    ),
    CodeRow(
        "alembic",
        "op.alter_column('users', 'plan', existing_type=sa.VARCHAR(length=20), type_=sa.Integer())",
        (("retyped", "users.plan"),),
    ),
    CodeRow(
        "alembic",
        "op.alter_column('users', 'plan', existing_type=sa.VARCHAR(length=20), nullable=False)",
        PLAN_REQUIRED,
    ),
    CodeRow(
        "alembic",
        "with op.batch_alter_table('users', schema=None) as batch_op:\n        batch_op.drop_column('plan')\n        batch_op.add_column(sa.Column('tier', sa.String(), nullable=False))",
        (*PLAN, *TIER),
    ),
    CodeRow(
        "alembic",
        "with op.batch_alter_table('users') as batch_op:\n        batch_op.create_unique_constraint(batch_op.f('uq_email'), ['email'])",
        (("constrained", "users.uq_email"),),
    ),
    CodeRow(
        "alembic",
        "op.create_index(op.f('ix_users_email'), 'users', ['email'], unique=True)",
        (("constrained", "users.ix_users_email"),),
    ),
    CodeRow("alembic", "op.create_index(op.f('ix_users_email'), 'users', ['email'])"),
    CodeRow(
        "alembic",
        "op.create_check_constraint('adult', 'users', 'age > 17')",
        (("constrained", "users.adult"),),
    ),
    CodeRow(
        "alembic",
        "op.create_foreign_key('fk_age', 'users', 'ages', ['age'], ['id'])",
        (("constrained", "users.fk_age"),),
    ),
    CodeRow("alembic", "op.rename_table('users', 'people')", (("renamed", "users"),)),
    CodeRow(
        "alembic",
        "op.create_table('notes', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('body', sa.Text(), nullable=False))\n    op.drop_table('notes')",
    ),
    CodeRow("alembic", "op.execute('alter table users drop column plan')", PLAN),
    CodeRow("alembic", "op.execute(sa.text('drop table users'))", USERS),
    CodeRow(
        "alembic", "conn = op.get_bind()\n    conn.execute(sa.text('drop table users'))", USERS
    ),
    CodeRow(
        "alembic",
        "for name in ('plan', 'age'):\n        op.drop_column('users', name)",
        (*PLAN, ("dropped", "users.age")),
    ),
    CodeRow("alembic", "op.drop_column('users', chosen())", (("unread", ""),)),
    CodeRow("django", "migrations.DeleteModel(name='User')", (("dropped", "shop_user"),)),
    CodeRow(
        "django",
        "migrations.RemoveField(model_name='user', name='plan')",
        (("dropped", "shop_user.plan"),),
    ),
    CodeRow(
        "django",
        "migrations.AddField(model_name='user', name='tier', field=models.CharField(max_length=9, default='x'))",
        (("required", "shop_user.tier"),),
    ),
    CodeRow(
        "django",
        "migrations.AddField(model_name='user', name='tier', field=models.CharField(max_length=9, null=True))",
    ),
    CodeRow(
        "django",
        "migrations.AddField('user', 'tier', models.CharField(max_length=9, db_default='x'))",
    ),
    CodeRow(
        "django",
        "migrations.AddField('user', 'team', models.ForeignKey(to='shop.team', on_delete=models.CASCADE))",
        (("required", "shop_user.team_id"),),
    ),
    CodeRow("django", "migrations.AddField('user', 'tags', models.ManyToManyField(to='shop.tag'))"),
    CodeRow(
        "django",
        "migrations.AlterField('user', 'plan', models.CharField(max_length=20))",
        (("required", "shop_user.plan"),),
    ),
    CodeRow(
        "django",
        "migrations.AlterField('user', 'plan', models.CharField(max_length=50, null=True))",
    ),
    CodeRow(
        "django",
        "migrations.AlterField('user', 'plan', models.CharField(max_length=5, null=True))",
        (("retyped", "shop_user.plan"),),
    ),
    CodeRow(
        "django",
        "migrations.RenameField('user', 'plan', 'tariff')",
        (("renamed", "shop_user.plan"),),
    ),
    CodeRow("django", "migrations.RenameModel('User', 'Person')", (("renamed", "shop_user"),)),
    CodeRow(
        "django",
        "migrations.AddConstraint('user', models.UniqueConstraint(fields=['email'], name='one'))",
        (("constrained", "shop_user.one"),),
    ),
    CodeRow(
        "django",
        "migrations.AlterUniqueTogether('user', {('email', 'plan')})",
        (("constrained", "shop_user.shop_user_email_plan_key"),),
    ),
    CodeRow("django", "migrations.RunSQL('alter table users drop column plan', 'select 1')", PLAN),
    CodeRow(
        "django", "migrations.RunPython(forwards, migrations.RunPython.noop)", (("unread", ""),)
    ),
    CodeRow(
        "django",
        "migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel('User')])",
    ),
    CodeRow(
        "django",
        "migrations.CreateModel('Note', [('id', models.AutoField(primary_key=True)), ('body', models.TextField())]), migrations.AddField('note', 'title', models.TextField())",
    ),
    CodeRow(
        "yoyo",
        "step('alter table users drop column plan', 'alter table users add column plan text')",
        PLAN,
    ),
    CodeRow("yoyo", "step('create table x (id int)', 'drop table users')"),
    CodeRow("aerich", "'''ALTER TABLE \"users\" DROP COLUMN \"plan\";'''", PLAN),
    CodeRow("aerich", '\'ALTER TABLE "users" ADD "tier" TEXT NOT NULL\'', TIER),
    CodeRow(
        "piccolo",
        "manager.drop_column(table_class_name='Users', tablename='users', column_name='plan')",
        PLAN,
    ),
    CodeRow(
        "piccolo",
        "manager.add_column(table_class_name='Users', tablename='users', column_name='tier', params={'null': False, 'default': None})",
        TIER,
    ),
    CodeRow(
        "piccolo",
        "manager.rename_column(tablename='users', old_column_name='plan', new_column_name='tariff')",
        (("renamed", "users.plan"),),
    ),
    CodeRow("knex", "await knex.schema.dropTable('users');", USERS),
    CodeRow(
        "knex",
        "await knex.schema.alterTable('users', (t) => { t.dropColumn('plan'); t.string('tier').notNullable(); });",
        (*PLAN, *TIER),
    ),
    CodeRow(
        "knex",
        "return knex.schema.table('users', function (table) { table.string('tier').notNullable().defaultTo('x'); });",
    ),
    CodeRow(
        "knex",
        "return knex.schema.alterTable('users', t => { t.string('plan', 20).notNullable().alter(); })",
        PLAN_REQUIRED,
    ),
    CodeRow(
        "knex",
        "await knex.schema.alterTable('users', t => t.unique(['email'], 'one'))",
        (("constrained", "users.one"),),
    ),
    CodeRow(
        "knex",
        "await knex.schema.alterTable('users', t => t.renameColumn('plan', 'tariff'))",
        (("renamed", "users.plan"),),
    ),
    CodeRow("knex", "await knex.raw(`alter table users drop column plan`);", PLAN),
    CodeRow("knex", "await knex.raw(`alter table ${name} drop column plan`);", (("unread", ""),)),
    CodeRow(
        "knex",
        "await knex.schema.createTable('notes', t => { t.increments(); t.text('body').notNullable(); }).dropTable('notes');",
    ),
    CodeRow("typeorm", 'await queryRunner.query(`ALTER TABLE "users" DROP COLUMN "plan"`);', PLAN),
    CodeRow(
        "typeorm",
        'await queryRunner.query(\'ALTER TABLE "users" ADD "tier" character varying NOT NULL\');',
        TIER,
    ),
    CodeRow("typeorm", "await queryRunner.dropColumn('users', 'plan');", PLAN),
    CodeRow(
        "typeorm",
        "await queryRunner.addColumn('users', new TableColumn({ name: 'tier', type: 'varchar' }));",
        TIER,
    ),
    CodeRow(
        "typeorm",
        "await queryRunner.addColumn('users', new TableColumn({ name: 'tier', type: 'varchar', isNullable: true }));",
    ),
    CodeRow(
        "typeorm",
        "await queryRunner.createUniqueConstraint('users', new TableUnique({ name: 'one', columnNames: ['email'] }));",
        (("constrained", "users.one"),),
    ),
    CodeRow(
        "typeorm", "await queryRunner.renameTable('users', 'people');", (("renamed", "users"),)
    ),
    CodeRow(
        "sequelize",
        "await queryInterface.removeColumn('Users', 'plan');",
        (("dropped", "Users.plan"),),
    ),
    CodeRow(
        "sequelize",
        "await queryInterface.addColumn('Users', 'tier', { type: Sequelize.STRING, allowNull: false });",
        (("required", "Users.tier"),),
    ),
    CodeRow(
        "sequelize",
        "await queryInterface.addColumn('Users', 'tier', { type: Sequelize.STRING, allowNull: false, defaultValue: 'x' });",
    ),
    CodeRow("sequelize", "await queryInterface.addColumn('Users', 'tier', Sequelize.STRING);"),
    CodeRow(
        "sequelize",
        "await queryInterface.sequelize.transaction(async (t) => { await queryInterface.dropTable('Users', { transaction: t }); });",
        (("dropped", "Users"),),
    ),
    CodeRow(
        "sequelize",
        "await queryInterface.changeColumn('Users', 'plan', { type: Sequelize.STRING(20), allowNull: false });",
        (("required", "Users.plan"),),
    ),
    CodeRow(
        "sequelize",
        "await queryInterface.addIndex('Users', ['plan'], { unique: true, name: 'one' });",
        (("constrained", "Users.one"),),
    ),
    CodeRow(
        "sequelize",
        "await queryInterface.addConstraint('Users', { type: 'unique', fields: ['plan'], name: 'one' });",
        (("constrained", "Users.one"),),
    ),
    CodeRow(
        "sequelize",
        "return Promise.all([queryInterface.removeColumn('users', 'plan'), queryInterface.sequelize.query('drop table users')]);",
        (*PLAN, *USERS),
    ),
    CodeRow("kysely", "await db.schema.alterTable('users').dropColumn('plan').execute();", PLAN),
    CodeRow(
        "kysely",
        "await db.schema.alterTable('users').addColumn('tier', 'text', (c) => c.notNull()).execute();",
        TIER,
    ),
    CodeRow(
        "kysely",
        "await db.schema.alterTable('users').addColumn('tier', 'text', (c) => c.notNull().defaultTo('x')).execute();",
    ),
    CodeRow(
        "kysely",
        "await db.schema.alterTable('users').alterColumn('plan', (c) => c.setNotNull()).execute();",
        PLAN_REQUIRED,
    ),
    CodeRow(
        "kysely",
        "await db.schema.createIndex('one').unique().on('users').column('email').execute();",
        (("constrained", "users.one"),),
    ),
    CodeRow("kysely", "await sql`drop table users`.execute(db);", USERS),
    CodeRow("mikro-orm", 'this.addSql(`alter table "users" drop column "plan";`);', PLAN),
    CodeRow(
        "mikro-orm",
        'this.addSql(\'alter table "users" add column "tier" varchar(255) not null;\');',
        TIER,
    ),
    CodeRow("node-pg-migrate", "pgm.dropColumns('users', ['plan']);", PLAN),
    CodeRow(
        "node-pg-migrate",
        "pgm.addColumns('users', { tier: { type: 'text', notNull: true } });",
        TIER,
    ),
    CodeRow(
        "node-pg-migrate",
        "pgm.addColumns('users', { tier: { type: 'text', notNull: true, default: 'x' } });",
    ),
    CodeRow(
        "node-pg-migrate", "pgm.alterColumn('users', 'plan', { notNull: true });", PLAN_REQUIRED
    ),
    CodeRow(
        "node-pg-migrate",
        "pgm.addConstraint('users', 'one', { unique: ['email'] });",
        (("constrained", "users.one"),),
    ),
    CodeRow("node-pg-migrate", "pgm.sql('drop table users');", USERS),
    CodeRow("rails", "drop_table :users", USERS),
    CodeRow("rails", "remove_column :users, :plan, :string", PLAN),
    CodeRow("rails", "add_column :users, :tier, :string, null: false", TIER),
    CodeRow("rails", "add_column :users, :tier, :string, null: false, default: 'x'"),
    CodeRow(
        "rails",
        "add_column :users, :tier, :string\n    change_column_null :users, :tier, false",
        TIER,
    ),
    CodeRow("rails", "rename_column :users, :plan, :tariff", (("renamed", "users.plan"),)),
    CodeRow("rails", "change_column :users, :plan, :integer", (("retyped", "users.plan"),)),
    CodeRow(
        "rails",
        "add_index :users, :email, unique: true, name: 'one'",
        (("constrained", "users.one"),),
    ),
    CodeRow("rails", "add_index :users, :email"),
    CodeRow(
        "rails",
        "add_reference :users, :team, null: false, foreign_key: true",
        (("required", "users.team_id"),),
    ),
    CodeRow(
        "rails",
        "add_check_constraint :users, 'age > 17', name: 'adult'",
        (("constrained", "users.adult"),),
    ),
    CodeRow(
        "rails",
        "safety_assured { execute <<~SQL }\n      alter table users drop column plan\n    SQL",
        PLAN,
    ),
    CodeRow(
        "rails",
        "change_table :users do |t|\n      t.remove :plan\n      t.string :tier, null: false\n    end",
        (*PLAN, *TIER),
    ),
    CodeRow(
        "rails",
        "create_table :notes do |t|\n      t.text :body, null: false\n      t.timestamps\n    end\n    remove_column :notes, :body",
    ),
    CodeRow(
        "rails",
        "reversible do |dir|\n      dir.up { execute 'drop table users' }\n      dir.down { execute 'create table users ()' }\n    end",
        USERS,
    ),
    # Of the later ones see `breaking_sql`.
    CodeRow("alembic", "op.drop_table('users', schema='public')", (("dropped", "users"),)),
    CodeRow("alembic", "op.rename_table('users', 'people')", (("renamed", "users"),)),
    CodeRow(
        "alembic",
        "conn = op.get_bind()\n    conn.execute(sa.text('ALTER TABLE users DROP COLUMN plan'))",
        (("dropped", "users.plan"),),
    ),
    CodeRow(
        "alembic",
        "op.execute('''\n    ALTER TABLE users\n      DROP COLUMN plan\n    ''')",
        (("dropped", "users.plan"),),
    ),
    CodeRow(
        "alembic",
        "for name in ('plan', 'age'):\n        op.drop_column('users', name)",
        (("dropped", "users.plan"), ("dropped", "users.age")),
    ),
    CodeRow(
        "alembic",
        "op.create_foreign_key('fk_x', 'users', 'ages', ['age'], ['n'])",
        (("constrained", "users.fk_x"),),
    ),
    CodeRow(
        "alembic",
        "op.drop_constraint('users_pkey', 'users', type_='primary')",
        (("constrained", "users.primary key users_pkey"),),
    ),
    CodeRow("alembic", "op.alter_column('users', 'email', nullable=True)"),
    CodeRow("alembic", "op.alter_column('users', 'plan', server_default=None)"),
    CodeRow(
        "alembic",
        "with op.get_context().autocommit_block():\n        op.create_index('uq', 'users', ['email'], unique=True, postgresql_concurrently=True)",
        (("constrained", "users.uq"),),
    ),
    CodeRow("django", "migrations.RemoveField('user', 'plan')", (("dropped", "shop_user.plan"),)),
    CodeRow(
        "django",
        "migrations.AddField('user', 'tier', models.CharField(max_length=20, default='x', db_default='x'))",
    ),
    CodeRow(
        "django",
        "migrations.AddField('user', 'tier', models.CharField(max_length=20, default='x'))",
        (("required", "shop_user.tier"),),
    ),
    CodeRow(
        "django",
        "migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField('user', 'plan')])",
    ),
    CodeRow(
        "django",
        "migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL('ALTER TABLE shop_user DROP COLUMN plan')], state_operations=[migrations.RemoveField('user', 'plan')])",
        (("dropped", "shop_user.plan"),),
    ),
    CodeRow("django", "migrations.AlterModelTable('user', 'people')", (("renamed", "shop_user"),)),
    CodeRow(
        "django",
        "migrations.RunSQL(sql=[('DROP TABLE shop_user', None)], reverse_sql=migrations.RunSQL.noop)",
        (("dropped", "shop_user"),),
    ),
    CodeRow(
        "django",
        "migrations.AddConstraint(model_name='user', constraint=models.UniqueConstraint(fields=['email'], name='one_mail'))",
        (("constrained", "shop_user.one_mail"),),
    ),
    CodeRow(
        "django",
        "migrations.AlterField('user', 'email', models.CharField(max_length=100))",
        (("retyped", "shop_user.email"),),
    ),
    CodeRow(
        "knex",
        "await knex.schema.alterTable('users', (t) => { t.dropColumns('plan', 'age'); });",
        (("dropped", "users.plan"), ("dropped", "users.age")),
    ),
    CodeRow(
        "knex",
        "await knex.schema.table('users', function (table) { table.renameColumn('plan', 'tariff'); });",
        (("renamed", "users.plan"),),
    ),
    CodeRow(
        "knex",
        "await knex.schema.alterTable('users', (t) => { t.string('tier').notNullable(); });",
        (("required", "users.tier"),),
    ),
    CodeRow(
        "knex",
        "await knex.schema.alterTable('users', (t) => { t.string('tier').notNullable().defaultTo('x'); t.index(['email']); });",
    ),
    CodeRow(
        "knex",
        "await knex.schema.alterTable('users', (t) => { t.dropNullable('plan'); });",
        (("required", "users.plan"),),
    ),
    CodeRow("knex", "await knex('users').del();", (("emptied", "users"),)),
    CodeRow("knex", "await knex('users').where({ plan: 'x' }).del();"),
    CodeRow(
        "typeorm",
        "await queryRunner.dropColumns('users', ['plan', 'age']);",
        (("dropped", "users.plan"), ("dropped", "users.age")),
    ),
    CodeRow(
        "typeorm",
        'await queryRunner.query(`ALTER TABLE "users" ADD CONSTRAINT "UQ_1" UNIQUE ("email")`);',
        (("constrained", "users.UQ_1"),),
    ),
    CodeRow("typeorm", "await queryRunner.clearTable('users');", (("emptied", "users"),)),
    CodeRow(
        "typeorm", "await queryRunner.renameTable('users', 'people');", (("renamed", "users"),)
    ),
    CodeRow(
        "sequelize",
        "await queryInterface.sequelize.transaction(async (t) => { await queryInterface.removeColumn('Users', 'plan', { transaction: t }); });",
        (("dropped", "Users.plan"),),
    ),
    CodeRow(
        "sequelize", "await queryInterface.bulkDelete('users', null, {});", (("emptied", "users"),)
    ),
    CodeRow(
        "sequelize",
        "await queryInterface.addConstraint('users', { fields: ['email'], type: 'unique', name: 'uq' });",
        (("constrained", "users.uq"),),
    ),
    CodeRow(
        "kysely",
        "await db.schema.alterTable('users').dropColumn('plan').dropColumn('age').execute();",
        (("dropped", "users.plan"), ("dropped", "users.age")),
    ),
    CodeRow(
        "kysely",
        "await db.schema.alterTable('users').alterColumn('plan', (c) => c.setNotNull()).execute();",
        (("required", "users.plan"),),
    ),
    CodeRow(
        "kysely",
        "await sql`alter table users drop column ${sql.ref('plan')}`.execute(db);",
        (("unread", ""),),
    ),
    CodeRow("kysely", "await db.deleteFrom('users').execute();", (("emptied", "users"),)),
    CodeRow(
        "mikro-orm",
        'this.addSql(`alter table "users" drop column "plan";`);\n    this.addSql(`alter table "users" alter column "age" set not null;`);',
        (("dropped", "users.plan"), ("required", "users.age")),
    ),
]
