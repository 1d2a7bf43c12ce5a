"""Migrations in code that an attacker chose, judged by hand."""

from tests.database.breaking.breaking_code import PLAN, USERS, CodeRow

TIMES = (("required", "users.created_at"), ("required", "users.updated_at"))
OWNED = (("constrained", "users.users_org_id_fkey"),)
#: A new column that must name a row of another table, and names one that may not be there.
REFERRING = [
    ("alembic", "op.add_column('users', sa.Column('org_id', sa.Integer, sa.ForeignKey('orgs.id'), nullable=False, server_default='0'))"),
    ("alembic", "op.add_column('users', sa.Column('org_id', sa.Integer, sa.ForeignKey(Org.id), server_default='0'))"),
    ("alembic", "with op.batch_alter_table('users') as b:\n        b.add_column(sa.Column('org_id', sa.Integer, sa.ForeignKey('own.orgs.id'), server_default='0'))"),
    ("sequelize", "await queryInterface.addColumn('users', 'org_id', { type: Sequelize.INTEGER, allowNull: false, references: { model: 'orgs', key: 'id' }, defaultValue: 1 });"),
    ("sequelize", "await queryInterface.addColumn('users', 'org_id', { type: Sequelize.INTEGER, references: { model: { tableName: 'orgs', schema: 'own' }, key: 'id' }, defaultValue: 1 });"),
    ("rails", "add_reference :users, :org, null: false, default: 1, foreign_key: true"),
    ("rails", "add_reference :users, :org, default: 1, foreign_key: { to_table: :teams }"),
    ("knex", "await knex.schema.alterTable('users', (t) => { t.integer('org_id').defaultTo(1).references('orgs.id'); });"),
    ("knex", "await knex.schema.alterTable('users', (t) => { t.integer('org_id').defaultTo(1).references('id').inTable('orgs'); });"),
]  # fmt: skip
#: One that names none as long as nobody says which.
REFERRING_LATER = [
    ("alembic", "op.add_column('users', sa.Column('org_id', sa.Integer, sa.ForeignKey('orgs.id'), nullable=True))"),
    ("sequelize", "await queryInterface.addColumn('users', 'org_id', { type: Sequelize.INTEGER, references: { model: 'orgs', key: 'id' }, allowNull: true });"),
    ("rails", "add_reference :users, :org, foreign_key: true"),
    ("rails", "add_reference :users, :org, default: 1, foreign_key: false"),
    ("knex", "await knex.schema.alterTable('users', (t) => { t.integer('org_id').references('orgs.id'); });"),
    ("django", "migrations.AddField('user', 'org', models.ForeignKey('Org', models.CASCADE, db_default=1, db_constraint=False))"),
    ("django", "migrations.AddField('user', 'org', models.ForeignKey('Org', models.CASCADE, null=True))"),
]  # fmt: skip
ATTACKED_CODE = [
    CodeRow(
        "alembic",
        "with op.batch_alter_table('users') as b:\n        b.drop_column('plan')\n        op.drop_column('users', 'age')",
        (*PLAN, ("dropped", "users.age")),
    ),
    CodeRow(
        "alembic",
        "with op.batch_alter_table('users') as b:\n        b.alter_column('age', new_column_name='years')",
        (("renamed", "users.age"),),
    ),
    CodeRow(
        "alembic", "if op.get_context().dialect.name == 'sqlite':\n        op.drop_table('users')"
    ),
    CodeRow(
        "alembic",
        "bind = op.get_bind()\n    if bind.dialect.name != 'postgresql':\n        return\n    op.drop_table('users')",
        USERS,
    ),
    CodeRow(
        "alembic",
        "dialect = op.get_bind().dialect.name\n    if dialect == 'postgresql':\n        op.drop_table('users')\n    else:\n        op.drop_column('users', 'age')",
        USERS,
    ),
    CodeRow(
        "alembic",
        "away('plan')\n\n\ndef away(column):\n    op.drop_column('users', column)",
        PLAN,
    ),
    CodeRow("alembic", "sa_helpers()\n\n\nfrom common import sa_helpers", (("unread", ""),)),
    CodeRow("rails", "add_timestamps :users", TIMES),
    CodeRow("rails", "add_timestamps :users, null: true"),
    CodeRow("rails", "add_timestamps :users, default: -> { 'now()' }"),
    CodeRow("rails", "change_table(:users) { |t| t.timestamps }", TIMES),
    CodeRow(
        "rails",
        "remove_timestamps :users",
        (("dropped", "users.created_at"), ("dropped", "users.updated_at")),
    ),
    CodeRow(
        "django",
        "migrations.AddField('user', 'org', models.ForeignKey('Org', models.CASCADE, db_default=1))",
        (("constrained", "shop_user.shop_user_org_id_fkey"),),
    ),
    CodeRow(
        "sequelize",
        "await queryInterface.changeColumn('users', 'org_id', { type: Sequelize.INTEGER, allowNull: true, references: { model: 'orgs', key: 'id' } });",
        (*OWNED, ("retyped", "users.org_id")),
    ),
    *(CodeRow(tool, code, OWNED) for tool, code in REFERRING),
    *(CodeRow(tool, code) for tool, code in REFERRING_LATER),
    CodeRow("mikro-orm", "await this.execute('drop table users');", USERS),
]
