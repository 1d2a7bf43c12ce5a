exports.up = (k) => k.schema.createTable('t2', (t) => t.increments());
exports.down = (k) => k.schema.dropTable('t2');
