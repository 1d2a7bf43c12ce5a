"""Methods that are kept under another name, or handed on; tables that only models name."""

from tests.database.breaking.breaking_code import PLAN, USERS, CodeRow

UNREAD = (("unread", ""),)
MODEL = "const {{ User }} = require('../models'); ".replace("{{", "{").replace("}}", "}")
KEPT_CODE = [
    CodeRow("knex", "const b = knex.schema.alterTable.bind(knex.schema); await b('users', (t) => t.dropColumn('plan'));", PLAN),
    CodeRow("knex", "const d = knex.schema.dropTable; await d('users');", USERS),
    CodeRow("knex", "await knex.schema.dropTable.call(knex.schema, 'users');", USERS),
    CodeRow("knex", "await knex.schema.dropTable.apply(knex.schema, ['users']);", USERS),
    CodeRow("knex", "await knex.schema.dropTable.apply(knex.schema, names);", UNREAD),
    CodeRow("knex", "await Reflect.apply(knex.schema.dropTable, knex.schema, ['users']);", UNREAD),
    CodeRow("knex", "const { schema: { dropTable: d } } = knex; await d('users');", USERS),
    CodeRow("knex", "const steps = { d: knex.schema.dropTable }; await steps.d('users');", UNREAD),
    CodeRow("knex", "const s = knex.schema; const b = s.table.bind(s); await b('users', (t) => t.string('note'));"),
    CodeRow("typeorm", "const q = queryRunner.query.bind(queryRunner); await q('drop table users');", USERS),
    CodeRow("typeorm", "await Promise.all(['drop table users'].map(queryRunner.query, queryRunner));", UNREAD),
    CodeRow("sequelize", "const rm = queryInterface.removeColumn.bind(queryInterface); await rm('users', 'plan');", PLAN),
    CodeRow("kysely", "const d = db.schema.dropTable.bind(db.schema); await d('users').execute();", USERS),
    CodeRow("node-pg-migrate", "const d = pgm.dropTable; d('users');", USERS),
    CodeRow("mikro-orm", "const a = this.addSql.bind(this); a('drop table users');", USERS),
    CodeRow("mikro-orm", "['drop table users'].forEach(this.addSql, this);", UNREAD),
    # Tables that models name.
    CodeRow("sequelize", "await queryInterface.sequelize.sync({ force: true });", UNREAD),
    CodeRow("sequelize", "await queryInterface.sequelize.sync({ alter: { drop: true } });", UNREAD),
    CodeRow("sequelize", "await queryInterface.sequelize.sync();"),
    CodeRow("sequelize", "await queryInterface.sequelize.sync({ force: false });"),
    CodeRow("sequelize", f"{MODEL}await User.sync({{ force: true }});", UNREAD),
    CodeRow("sequelize", f"{MODEL}await User.drop();", UNREAD),
    CodeRow("sequelize", f"{MODEL}await User.truncate();", UNREAD),
    CodeRow("sequelize", f"{MODEL}await User.destroy({{ where: {{}} }});", UNREAD),
    CodeRow("sequelize", f"{MODEL}await User.destroy({{ where: {{ id: 1 }} }});"),
    CodeRow("sequelize", f"{MODEL}await User.findAll();"),
    CodeRow("typeorm", "await queryRunner.connection.synchronize(true);", UNREAD),
    CodeRow("typeorm", "await queryRunner.connection.dropDatabase();", UNREAD),
    CodeRow("typeorm", "await queryRunner.manager.getRepository('users').clear();", UNREAD),
    CodeRow("typeorm", "const seen = new Map(); seen.clear();"),
    CodeRow("typeorm", "await queryRunner.manager.createQueryBuilder().delete().from('users').execute();", (("emptied", "users"),)),
    CodeRow("typeorm", "await queryRunner.manager.createQueryBuilder().delete().from('users').where('id = 1').execute();"),
    CodeRow("mikro-orm", "await this.driver.nativeDelete('User', {});", UNREAD),
]  # fmt: skip
