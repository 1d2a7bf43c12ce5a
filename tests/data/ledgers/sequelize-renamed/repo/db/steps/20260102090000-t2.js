module.exports = {
  up: (queryInterface, S) => queryInterface.createTable('t2', { id: S.INTEGER }),
  down: (queryInterface) => queryInterface.dropTable('t2'),
};
