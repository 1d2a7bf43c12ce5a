const { MigrationInterface } = require('typeorm');
module.exports = class T1m1767225600001 {
  async up(runner) { await runner.query('create table t1 (id int)'); }
  async down(runner) { await runner.query('drop table t1'); }
};
