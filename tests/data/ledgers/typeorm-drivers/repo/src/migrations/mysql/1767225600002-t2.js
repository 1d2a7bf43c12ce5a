const { MigrationInterface } = require('typeorm');
module.exports = class T2m1767225600002 {
  async up(runner) { await runner.query('create table t2 (id int)'); }
  async down(runner) { await runner.query('drop table t2'); }
};
