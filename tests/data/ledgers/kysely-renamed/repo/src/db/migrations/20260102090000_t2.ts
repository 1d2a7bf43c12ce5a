import { Kysely } from 'kysely';
export async function up(db: Kysely<any>) { await db.schema.createTable('t2').addColumn('id', 'integer').execute(); }
