exports.up = (pgm) => { pgm.createTable('t2', { id: 'id' }); };
