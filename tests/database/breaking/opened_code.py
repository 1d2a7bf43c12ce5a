"""Migrations in code that open, take apart or generate what they work with, judged by hand."""

from tests.database.breaking.breaking_code import FRAMES, PLAN, USERS, CodeRow

UNREAD = (("unread", ""),)
OPENED = "with schema_editor.connection.cursor() as c:\n        c.execute({})"
#: By what follows the name `up` in a file of JavaScript, in place of a function of one parameter.
TAKEN_APART = [
    ("knex", "exports.up = async ({ schema }) => { await schema.dropTable('users'); };", USERS),
    ("knex", "exports.up = ({ schema, raw }) => raw('drop table users');", USERS),
    ("knex", "exports.up = async function ({ schema: s }) { await s.alterTable('users', ({ dropColumn }) => { dropColumn('plan'); }); };", PLAN),
    ("knex", "exports.up = async (knex) => { const { schema } = knex; await schema.dropTable('users'); };", USERS),
    ("knex", "exports.up = async ({ schema = x, ...rest }) => { await rest.raw('drop table users'); };", USERS),
    ("knex", "exports.up = async ({ schema, fn }) => { await schema.createTable('x', (t) => { t.timestamp('a').defaultTo(fn.now()); }); };", ()),
    ("sequelize", "module.exports = { async up({ context: queryInterface }) { await queryInterface.dropTable('users'); } };", USERS),
    ("sequelize", "exports.up = async ({ context: { queryInterface, Sequelize } }) => { await queryInterface.dropTable('users'); };", USERS),
    ("kysely", "export async function up({ schema }) { await schema.dropTable('users').execute(); }", USERS),
    ("node-pg-migrate", "exports.up = ({ dropTable, sql }) => { dropTable('users'); };", USERS),
    ("node-pg-migrate", "exports.up = ({ sql }) => { sql('drop table users'); };", USERS),
]  # fmt: skip
#: Of Django: what the function does that `RunPython` is given.
RUN = [
    (OPENED.format("'drop table users'"), USERS),
    (OPENED.format("SQL"), UNREAD),
    ("c = schema_editor.connection.cursor()\n    c.execute('drop table users')", USERS),
    ("with transaction.atomic(), schema_editor.connection.cursor() as c:\n        for t in ['users']:\n            c.execute(f'drop table {t}')", USERS),
    ("apps.get_model('shop', 'User').objects.update(plan=None)", ()),
]  # fmt: skip
GENERATED = [
    CodeRow("django", "migrations.AddField('user', 'full', models.GeneratedField(expression=F('a'), output_field=models.TextField(), db_persist=True))"),
    CodeRow("django", "migrations.AddField('user', 'full', models.TextField())", (("required", "shop_user.full"),)),
    CodeRow("django", "migrations.RunPython(lambda apps, editor: editor.execute('drop table users'))", (("dropped", "users"),)),
    CodeRow("django", "migrations.RunPython(lambda apps, editor: editor.execute(apps.told()))", UNREAD),
    CodeRow("django", "migrations.RunPython(lambda apps, editor: editor.delete_model(apps.get_model('shop', 'User')))", UNREAD),
    CodeRow("django", "migrations.RunPython(lambda apps, editor: None, lambda apps, editor: None)"),
    CodeRow("django", "migrations.RunPython(code=lambda apps, editor: apps.get_model('shop', 'User').objects.update(plan='x'))"),
    CodeRow("django", "migrations.RunPython(nothing)]\n\nnothing = lambda apps, editor: None\n["),
    CodeRow("django", "migrations.RunPython(gone)]\n\ngone = lambda apps, editor: editor.execute('drop table users')\n[", (("dropped", "users"),)),
    CodeRow("django", "migrations.RunPython(partial(f, 1))", UNREAD),
    CodeRow("django", "migrations.RunPython(migrations.RunPython.noop, reverse_code=f)"),
    CodeRow("node-pg-migrate", "pgm.addColumn('users', { full: { type: 'text', notNull: true, expressionGenerated: 'plan' } });"),
    CodeRow("rails", "add_column :users, :full, :virtual, type: :text, as: 'plan', stored: true, null: false"),
    CodeRow("knex", "await knex.schema.alterTable('users', (t) => { t.specificType('full', 'text generated always as (plan) stored').notNullable(); });"),
]  # fmt: skip


def django_with(body):
    """A migration whose `RunPython` is given a function that does this."""
    head, tail = FRAMES["django"][1].split("class Migration")
    operations = "migrations.RunPython(f, migrations.RunPython.noop)"
    return f"{head}def f(apps, schema_editor):\n    {body}\n\n\nclass Migration{tail.format(operations)}"
