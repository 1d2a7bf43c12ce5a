"""Migrations in code that an attacker chose, judged by hand."""

from tests.database.breaking.breaking_code import PLAN, USERS, CodeRow

TIMES = (("required", "users.created_at"), ("required", "users.updated_at"))
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
    CodeRow("mikro-orm", "await this.execute('drop table users');", USERS),
]
