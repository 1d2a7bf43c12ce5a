exports.up = (k) => k.schema.createTable('t1', (t) => t.increments());
exports.down = (k) => k.schema.dropTable('t1');
