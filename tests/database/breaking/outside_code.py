"""Programs and texts of code that a migration runs, other migrations, and all rows of a model."""

from tests.database.breaking.breaking_code import USERS, CodeRow
from tests.database.breaking.opened_code import django_with

UNREAD = (("unread", ""),)
ROWS = (("emptied", "users"),)
OUTSIDE_CODE = [
    CodeRow("rails", "`psql -c 'drop table users'`", UNREAD),
    CodeRow("rails", "system('psql')", UNREAD),
    CodeRow("rails", "Rake::Task['db:reset'].invoke", UNREAD),
    CodeRow("rails", "OtherMigration.new.up", UNREAD),
    CodeRow("rails", "method(:drop_table).call(:users)", UNREAD),
    CodeRow("rails", "%w[users].each(&method(:drop_table))", UNREAD),
    CodeRow("rails", "puts(drop_table(:users))", USERS),
    CodeRow("rails", "disable_extension 'citext'", (("dropped", "citext"),)),
    CodeRow("rails", "User.delete_all", ROWS),
    CodeRow("rails", "User.unscoped.destroy_all", ROWS),
    CodeRow("rails", "User.where(age: 1).delete_all"),
    CodeRow("rails", "Admin::OrderCategory.delete_all", (("emptied", "order_categories"),)),
    CodeRow("rails", "connection.truncate('users')", ROWS),
    CodeRow("rails", "connection.truncate_tables(*tables)", UNREAD),
    CodeRow("knex", "require('child_process').execSync('psql');", UNREAD),
    CodeRow("knex", "eval(text);", UNREAD),
    CodeRow("knex", "await knex.migrate.latest();", UNREAD),
    CodeRow("knex", "const found = /a/.exec('b');"),
    CodeRow("alembic", "exec(open('x.py').read())", UNREAD),
    CodeRow("alembic", "subprocess.run(['psql'])", UNREAD),
    CodeRow("alembic", "os.system('psql')", UNREAD),
    CodeRow("alembic", "op.get_context().impl.drop_table(sa.Table('users', sa.MetaData()))", UNREAD),
    CodeRow("alembic", "session.query(User).delete()", UNREAD),
    CodeRow("alembic", "session.query(User).filter(User.id == 1).delete()"),
    CodeRow("alembic", "op.execute(users.delete())", UNREAD),
    CodeRow("alembic", "op.execute(users.delete().where(users.c.id == 1))"),
]  # fmt: skip
USER = "User = apps.get_model('shop', 'User')\n    User.objects"
OF_DJANGO = [
    (f"{USER}.all().delete()", (("emptied", "shop_user"),)),
    (f"{USER}.using('default').all().delete()", (("emptied", "shop_user"),)),
    (f"{USER}.filter(age=1).delete()", ()),
    (f"{USER}.exclude(age=1).delete()", ()),
    ("call_command('flush')", UNREAD),
    ("call_command('loaddata', 'x')", ()),
    ("subprocess.run(['psql'])", UNREAD),
    ("getattr(schema_editor, 'execute')('drop table shop_user')", UNREAD),
]
OUTSIDE_FILES = [("django", django_with(body), breaks) for body, breaks in OF_DJANGO]
