module.exports = {
  up: (queryInterface, S) => queryInterface.createTable('t1', { id: S.INTEGER }),
  down: (queryInterface) => queryInterface.dropTable('t1'),
};
