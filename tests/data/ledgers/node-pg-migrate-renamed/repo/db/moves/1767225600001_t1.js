exports.up = (pgm) => { pgm.createTable('t1', { id: 'id' }); };
