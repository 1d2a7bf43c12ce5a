"""Methods that are kept under another name, or handed on; tables that only models name."""

from tests.database.breaking.breaking_code import PLAN, USERS, CodeRow

UNREAD = (("unread", ""),)
MODEL = "const {{ User }} = require('../models'); ".replace("{{", "{").replace("}}", "}")
HELPER = "const { helper } = require('./helper'); "
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
    # What a helper of another file is given.
    CodeRow("knex", f"{HELPER}await helper(knex.schema);", UNREAD),
    CodeRow("knex", f"{HELPER}await helper({{ schema: knex.schema }});", UNREAD),
    CodeRow("typeorm", f"{HELPER}await helper(queryRunner.manager);", UNREAD),
    CodeRow("sequelize", f"{HELPER}await helper(queryInterface.sequelize);", UNREAD),
    CodeRow("kysely", f"{HELPER}await helper(db.schema);", UNREAD),
    CodeRow("typeorm", "console.log(queryRunner.connection.options.type);"),
    CodeRow("sequelize", "await queryInterface.sequelize.query('select 1', { type: queryInterface.sequelize.QueryTypes.SELECT });"),
    CodeRow("knex", "const exec = (sql) => knex.raw(sql); await exec('select 1');"),
    # Triggers of node-pg-migrate.
    CodeRow("node-pg-migrate", "pgm.createTrigger('users', 't', { when: 'BEFORE', operation: ['INSERT'], language: 'plpgsql', level: 'ROW' }, `BEGIN RAISE EXCEPTION 'x'; END;`);", (("constrained", "users.trigger t"),)),
    CodeRow("node-pg-migrate", "pgm.createTrigger('users', 't', { when: 'BEFORE', operation: 'INSERT', language: 'plpgsql', level: 'ROW' }, `BEGIN NEW.plan := 'x'; RETURN NEW; END;`);"),
    CodeRow("node-pg-migrate", "pgm.createFunction('f', [], { returns: 'trigger', language: 'plpgsql' }, `BEGIN RAISE EXCEPTION 'x'; END;`); pgm.createTrigger('users', 't', { when: 'BEFORE', operation: 'INSERT', function: 'f', level: 'ROW' });", (("constrained", "users.trigger t"),)),
    CodeRow("node-pg-migrate", "pgm.createTrigger('users', 't', { when: 'BEFORE', operation: 'UPDATE', function: 'elsewhere', level: 'ROW' });", UNREAD),
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
