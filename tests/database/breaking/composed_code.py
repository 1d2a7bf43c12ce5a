"""
Migrations in code that work by loops, helpers and composed texts, judged by hand.

What is done is told, or that it is not read; what only writes rows or a log is neither.
"""

from tests.database.breaking.breaking_code import FRAMES, PLAN, USERS, CodeRow

UNREAD = (("unread", ""),)
AGE = (("dropped", "users.age"),)
BOTH = (*PLAN, *AGE)
ROWS = [
    # Loops over what is written down, and over what is not.
    CodeRow("alembic", "[op.drop_column('users', c) for c in ('plan', 'age')]", BOTH),
    CodeRow("alembic", "for t, c in [('users', 'plan')]:\n        op.drop_column(t, c)", PLAN),
    CodeRow("alembic", "for c in COLUMNS:\n        op.drop_column('users', c)", UNREAD),
    CodeRow("alembic", "list(map(op.drop_table, ['users']))", UNREAD),
    CodeRow("django", "*[migrations.RemoveField('user', n) for n in ('plan',)]", (("dropped", "shop_user.plan"),)),
    CodeRow("django", "*operations_of('user')", UNREAD),
    CodeRow("django", "] + [migrations.RemoveField('user', 'plan')", (("dropped", "shop_user.plan"),)),
    CodeRow("django", "] + more() + [", UNREAD),
    CodeRow("yoyo", "*[step(s) for s in ('drop table users',)]", USERS),
    CodeRow("knex", "for (const c of ['plan', 'age']) {{ await knex.schema.table('users', t => t.dropColumn(c)); }}".replace("{{", "{").replace("}}", "}"), BOTH),
    CodeRow("knex", "await Promise.all(['plan'].map(c => knex.schema.table('users', t => t.dropColumn(c))));", PLAN),
    CodeRow("knex", "await knex.schema.table('users', t => { ['plan', 'age'].forEach(c => t.dropColumn(c)); });", BOTH),
    CodeRow("knex", "await knex.schema.table('users', t => { columns.forEach(c => t.dropColumn(c)); });", UNREAD),
    CodeRow("knex", "for (const [t, c] of Object.entries({ users: 'plan' })) await knex.schema.table(t, x => x.dropColumn(c));", PLAN),
    CodeRow("typeorm", "for (const c of ['plan']) { await queryRunner.dropColumn('users', c); }", PLAN),
    CodeRow("typeorm", "for (const q of queries) await queryRunner.query(q);", UNREAD),
    CodeRow("sequelize", "await Promise.all(['plan'].map((c) => queryInterface.removeColumn('Users', c)));", (("dropped", "Users.plan"),)),
    CodeRow("kysely", "for (const t of ['users']) { await db.schema.dropTable(t).execute(); }", USERS),
    CodeRow("kysely", "await db.schema.alterTable('users').dropColumn(column).execute();", UNREAD),
    CodeRow("node-pg-migrate", "['plan', 'age'].forEach((c) => pgm.dropColumn('users', c));", BOTH),
    CodeRow("node-pg-migrate", "pgm.dropColumns('users', columns);", UNREAD),
    CodeRow("mikro-orm", "for (const s of ['drop table users']) this.addSql(s);", USERS),
    CodeRow("rails", "%i[plan age].each { |c| remove_column :users, c }", BOTH),
    CodeRow("rails", "{ users: :plan }.each { |t, c| remove_column t, c }", PLAN),
    CodeRow("rails", "for c in %i[plan] do remove_column :users, c end", PLAN),
    CodeRow("rails", "COLUMNS.each { |c| remove_column :users, c }", UNREAD),
    CodeRow("rails", "COLUMNS.each { |c| remove_column :users, c }\n  end\n  COLUMNS = %i[plan age].freeze\n  def other", BOTH),
    CodeRow("rails", "remove_columns :users, *%i[plan age]", BOTH),
    CodeRow("rails", "change_table(:users) { |t| %i[plan].each { |c| t.remove c } }", PLAN),
    # Helpers of the same file, of another, and what is handed on to be called.
    CodeRow("alembic", "def away(c):\n        op.drop_column('users', c)\n    away('plan')", PLAN),
    CodeRow("alembic", "helpers.drop_plan(op)\n\n\nimport helpers", UNREAD),
    CodeRow("alembic", "getattr(op, 'drop_column')('users', 'plan')", UNREAD),
    CodeRow("alembic", "Base.metadata.drop_all(op.get_bind())", UNREAD),
    CodeRow("django", "migrations.RunPython(forwards)]\n\nfrom shop.helpers import forwards\n[", UNREAD),
    CodeRow("piccolo", "from common import drop\n    drop(manager)", UNREAD),
    CodeRow("knex", "const drop = (c) => knex.schema.table('users', t => t.dropColumn(c)); await drop('plan');", PLAN),
    CodeRow("knex", "await require('./helpers').dropPlan(knex);", UNREAD),
    CodeRow("knex", "await knex.schema.table('users', dropPlan);", UNREAD),
    CodeRow("knex", "await knex.transaction(async (trx) => { await dropPlan(trx); });", UNREAD),
    CodeRow("knex", "await knex.schema[method]('users');", UNREAD),
    CodeRow("typeorm", "await new Before1().up(queryRunner);", UNREAD),
    CodeRow("typeorm", "await this.dropPlan(queryRunner);", UNREAD),
    CodeRow("sequelize", "await helpers.drop(queryInterface, Sequelize);", UNREAD),
    CodeRow("kysely", "await dropPlan(db);", UNREAD),
    CodeRow("node-pg-migrate", "dropPlan(pgm);", UNREAD),
    CodeRow("mikro-orm", "this.dropPlan();", UNREAD),
    CodeRow("rails", "drop_plan", UNREAD),
    CodeRow("rails", "away(:users)\n  end\n\n  def away(table, column = :plan)\n    remove_column table, column", PLAN),
    CodeRow("rails", "send(:remove_column, :users, :plan)", PLAN),
    CodeRow("rails", "revert { create_table :users }", UNREAD),
    CodeRow("alembic", "again('plan')\n\n\ndef again(c):\n    op.drop_column('users', c)\n    again(c)", PLAN),
    CodeRow("knex", "const again = async (n) => { await again(n - 1); }; await again(3); await knex.schema.dropTable('users');", USERS),
    CodeRow("rails", "again\n  end\n\n  def again\n    drop_table :users\n    again", USERS),
    # Where nobody looks: beside a condition, in a handler, behind a choice.
    CodeRow("alembic", "ready and op.drop_table('users')", USERS),
    CodeRow("alembic", "try:\n        pass\n    except Exception:\n        op.drop_table('users')", USERS),
    CodeRow("alembic", "match 1:\n        case 1:\n            op.drop_table('users')", USERS),
    CodeRow("knex", "ready && await knex.schema.dropTable('users');", USERS),
    CodeRow("knex", "switch (n) { case 1: await knex.schema.dropTable('users'); }", USERS),
    CodeRow("knex", "await retry(async () => { await knex.schema.dropTable('users'); });", USERS),
    CodeRow("rails", "ready && drop_table(:users)", USERS),
    CodeRow("rails", "case n\n    when 1 then drop_table :users\n    end", USERS),
    CodeRow("rails", "begin\n    ensure\n      drop_table :users\n    end", USERS),
    # Texts that are put together, and those that are read from elsewhere.
    CodeRow("alembic", "op.execute(open('x.sql').read())", UNREAD),
    CodeRow("alembic", "op.execute('alter table {} drop column x'.format(name))", UNREAD),
    CodeRow("alembic", "sql = 'drop '\n    sql += 'table users'\n    op.execute(sql)", USERS),
    CodeRow("alembic", "import textwrap\n    op.execute(textwrap.dedent('drop table users'))", USERS),
    CodeRow("alembic", "sql = 'select 1'\n    if ready:\n        sql = 'drop table users'\n    op.execute(sql)", UNREAD),
    CodeRow("knex", "let sql = 'select 1'; sql += '; drop table users'; await knex.raw(sql);", UNREAD),
    CodeRow("knex", "await knex.raw(['drop', 'table', 'users'].join(' '));", USERS),
    CodeRow("knex", "await knex.raw(fs.readFileSync('x.sql', 'utf8'));", UNREAD),
    CodeRow("kysely", "await sql`drop table ${sql.table(name)}`.execute(db);", UNREAD),
    CodeRow("rails", "execute \"drop table #{name}\"", UNREAD),
    # A key that is taken away, by its name or by the one that the tool gives it.
    CodeRow("rails", "add_index :users, :age, unique: true\n    remove_index :users, :age"),
    CodeRow("rails", "remove_index :users, name: 'users_uniq'", (("constrained", "unique key users_uniq"),)),
    CodeRow("rails", "remove_index :users, :age"),
    CodeRow("knex", "await knex.schema.table('users', t => { t.dropPrimary(); });", (("constrained", "users.primary key users_pkey"),)),
    CodeRow("knex", "await knex.schema.table('users', t => { t.dropUnique(['email']); });", (("constrained", "users.unique key users_email_unique"),)),
    CodeRow("typeorm", "await queryRunner.dropIndex('users', 'users_email_uniq');", (("constrained", "unique key users_email_uniq"),)),
    CodeRow("kysely", "await db.schema.dropIndex('users_age').execute();"),
    CodeRow("node-pg-migrate", "pgm.dropIndex('users', 'age', { name: 'users_uq' });", (("constrained", "unique key users_uq"),)),
    # Harmless, and nothing is said of it.
    CodeRow("alembic", "conn = op.get_bind()\n    for row in conn.execute(sa.text('select id from users')):\n        conn.execute(sa.text('update users set plan = :p'), {'p': plan_of(row)})"),
    CodeRow("alembic", "inspector = sa.inspect(op.get_bind())\n    if 'plan' not in inspector.get_columns('users'):\n        logger.info('nothing to do')"),
    CodeRow("alembic", "session = Session(bind=op.get_bind())\n    session.query(User).update({'plan': 'x'})\n    session.commit()"),
    CodeRow("alembic", "sa.Enum('a', name='mood').create(op.get_bind())"),
    CodeRow("django", "migrations.RunPython(forwards, migrations.RunPython.noop)]\n\ndef forwards(apps, _):\n    apps.get_model('shop', 'User').objects.update(plan='x')\n["),
    CodeRow("knex", "const rows = await knex('users').select('id'); for (const row of rows) { console.log(row); await knex('users').where({ id: row.id }).update({ plan: planOf(row) }); }"),
    CodeRow("knex", "await knex.raw(`update users set plan = '${plan}' where id = ${id}`);"),
    CodeRow("typeorm", "const rows = await queryRunner.query('select id from users'); for (const r of rows) { await queryRunner.query(`update users set plan = '${r.x}' where id = ${r.id}`); }"),
    CodeRow("sequelize", "const t = await queryInterface.sequelize.transaction(); try { await t.commit(); } catch (e) { await t.rollback(); throw e; }"),
    CodeRow("node-pg-migrate", "pgm.createIndex('users', 'plan'); pgm.createTrigger('users', 'x', {});"),
    CodeRow("rails", "say_with_time('plans') { User.find_each { |u| u.update!(plan: 'x') } }"),
    CodeRow("rails", "return if User.none?\n    ids = User.pluck(:id)\n    puts ids"),
    CodeRow("rails", "execute \"update users set plan = '#{plan}'\""),
]  # fmt: skip
#: What doubles a text at each line: what it would come to fills no memory.
DOUBLED = {
    "alembic": ("a = 'x' * 9\n    a = 'drop table users;'\n    ", "a = a + a\n    ", "op.execute(a)"),
    "knex": ("const a0 = 'x';", "const a{1} = a{0} + a{0};", "await knex.raw(a{0});"),
    "typeorm": ("const a0 = `x`;", "const a{1} = `${{a{0}}}${{a{0}}}`;", "await queryRunner.query(a{0});"),
    "rails": ("a0 = 'x'\n", "a{1} = \"#{{a{0}}}#{{a{0}}}\"\n", "execute a{0}"),
    "yoyo": ("]\na = 'x'\n", "a = a + a\n", "steps = [step(a)"),
    "django": ("]\na = ['x']\n", "a = a + a\n", "b = [a"),
}  # fmt: skip


def doubled(tool, times):
    """A migration of a tool that doubles a text or a list so many times."""
    begin, middle, end = DOUBLED[tool]
    steps = "".join(middle.format(n, n + 1) for n in range(times))
    body = begin + steps + end.format(times)
    before, _, after = FRAMES[tool][1].partition("{}")
    return (before + body + after).replace("{{", "{").replace("}}", "}").encode()
