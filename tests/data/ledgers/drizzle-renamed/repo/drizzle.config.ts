export default {
  dialect: 'postgresql',
  schema: './src/schema.ts',
  out: './db/out',
  dbCredentials: { url: process.env.DATABASE_URL },
  migrations: { table: 'shop_history', schema: 'ops' },
};
