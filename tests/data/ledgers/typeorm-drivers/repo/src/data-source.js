const { DataSource } = require('typeorm');
module.exports = new DataSource({
  type: 'postgres',
  url: process.env.DATABASE_URL,
  migrations: ['src/migrations/postgres/*.js'],
  migrationsTableName: 'shop_migrations',
});
