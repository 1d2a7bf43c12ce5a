// tableName: 'old_name'
module.exports = {
  production: {
    client: 'pg',
    connection: process.env.DATABASE_URL,
    migrations: { directory: './db/changes', tableName: 'shop_changes', schemaName: 'ops' },
  },
};
