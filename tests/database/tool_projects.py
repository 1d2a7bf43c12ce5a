"""Small projects of real tools, each in a folder of a monorepo or with settings of its own."""

import json
from dataclasses import dataclass

ALEMBIC_ENV = """
import os
from alembic import context
from sqlalchemy import create_engine

url = os.environ["DATABASE_URL"].replace("postgres://", "postgresql+psycopg://")
with create_engine(url).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
"""
ALEMBIC = """
from alembic import op

revision = "r{n}"
down_revision = {before}


def upgrade():
    op.execute("create table t{n} (id int)")
"""
SETTINGS = """
import os
from urllib.parse import urlsplit

url = urlsplit(os.environ["DATABASE_URL"])
SECRET_KEY = "x"
INSTALLED_APPS = ["shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": url.path[1:],
    "USER": url.username, "PASSWORD": url.password, "HOST": url.hostname, "PORT": url.port}}
USE_TZ = True
"""
MANAGE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""
DJANGO = """
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [{before}]
    operations = [migrations.RunSQL("create table t{n} (id int)")]
"""
KNEX = "exports.up = k => k.raw('create table t{n} (id int)'); exports.down = k => null;"
SEQUELIZE = "module.exports = {{ up: q => q.sequelize.query('create table t{n} (id int)') }};"
TYPEORM = """
module.exports = class T{n}170000000000{n} {{
  name = 'T{n}170000000000{n}';
  async up(q) {{ await q.query('create table t{n} (id int)'); }}
  async down(q) {{}}
}};
"""
SOURCE = """
const { DataSource } = require('typeorm');
module.exports = new DataSource({ type: 'postgres', url: process.env.DATABASE_URL,
  migrations: ['db/changes/*.js'] });
"""
UP = "create table t{n} (id int);"
KYSELY_CONFIG = """
import { defineConfig } from 'kysely-ctl';
import { Pool } from 'pg';
export default defineConfig({ dialect: 'pg', migrations: { migrationFolder: 'changes' },
  dialectConfig: { pool: new Pool({ connectionString: process.env.DATABASE_URL }) } });
"""
KYSELY = """
import {{ Kysely, sql }} from 'kysely';
export const up = (db: Kysely<unknown>) => sql`create table t{n} (id int)`.execute(db);
"""
DRIZZLE_CONFIG = """
import { defineConfig } from 'drizzle-kit';
export default defineConfig({ dialect: 'postgresql', out: './changes', schema: './schema.ts',
  dbCredentials: { url: process.env.DATABASE_URL }, migrations: { table: 'own' } });
"""
#: Its engine as WebAssembly, which a registry has; that reads no columns of the type `name`.
PRISMA_CONFIG = """
import { defineConfig } from 'prisma/config';
import { PrismaPg } from '@prisma/adapter-pg';
import { Pool } from 'pg';
const query = Pool.prototype.query;
Pool.prototype.query = async function (...asked) {
  const answer = await query.apply(this, asked);
  answer.fields?.filter(f => f.dataTypeID === 19).forEach(f => { f.dataTypeID = 25; });
  return answer;
};
export default defineConfig({ experimental: { adapter: true }, engine: 'js',
  adapter: async () => new PrismaPg({ connectionString: process.env.DATABASE_URL }) });
"""
PRISMA = 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n'
CHANGE_SET = "--liquibase formatted sql\n--changeset d:{n}\n" + UP
CHANGE_LOG = "databaseChangeLog:\n  - includeAll: {{ path: {0} }}\n"


@dataclass(frozen=True)
class Project:
    """What lies around the migrations, and what one is."""

    around: dict[str, str]
    file: str
    text: str
    kind: str = "node"
    """Which registry its tool is from."""

    def files(self, *numbers):
        """The project with the migrations of these numbers, from 1 to 9."""
        made = dict(self.around)
        for n in numbers:
            before = {"alembic": f'"r{n - 1}"' if n > 1 else "None"}.get(
                self.kind, f'("shop", "000{n - 1}_t")' if n > 1 else ""
            )
            made[self.file.format(n=n)] = self.text.format(n=n, before=before)
        if self.kind == "drizzle":
            made["apps/api/changes/meta/_journal.json"] = journal(numbers)
        return made


def journal(numbers):
    """What Drizzle keeps beside its files."""
    entries = [
        {
            "idx": n - 1,
            "version": "7",
            "when": 1700000000000 + n,
            "tag": f"000{n}_t",
            "breakpoints": True,
        }
        for n in numbers
    ]
    return json.dumps({"version": "7", "dialect": "postgresql", "entries": entries})


PROJECTS = {
    "alembic": Project(
        {"apps/api/alembic.ini": "[alembic]\nscript_location = changes\n",
         "apps/api/changes/env.py": ALEMBIC_ENV},
        "apps/api/changes/versions/r{n}.py", ALEMBIC, "alembic",
    ),
    "django": Project(
        {"web/manage.py": MANAGE, "web/settings.py": SETTINGS, "web/shop/__init__.py": "",
         "web/shop/migrations/__init__.py": ""},
        "web/shop/migrations/000{n}_t.py", DJANGO, "python",
    ),
    "yoyo": Project(
        {"db/yoyo.ini": "[DEFAULT]\nsources = changes\ndatabase = DATABASE\n"},
        "db/changes/000{n}.t.sql", UP, "python",
    ),
    "dbmate": Project(
        {"Makefile": "up:\n\tdbmate --migrations-dir db/changes --migrations-table own up\n"},
        "db/changes/2026010{n}000000_t.sql", "-- migrate:up\n" + UP + "\n-- migrate:down\n",
    ),
    "golang-migrate": Project(
        {"Makefile": "up:\n\tmigrate -path db/changes -database $(URL) up\n"},
        "db/changes/00{n}_t.up.sql", UP, "go",
    ),
    "knex": Project(
        {"apps/api/knexfile.js": "module.exports = { production: { client: 'pg', connection: "
         "process.env.DATABASE_URL, migrations: { directory: './changes', tableName: 'own' } } };"},
        "apps/api/changes/2026010{n}000000_t.js", KNEX,
    ),
    "sequelize": Project(
        {".sequelizerc": "module.exports = { config: 'config/config.json', 'migrations-path': 'db/changes' };",
         "config/config.json": '{"production": {"use_env_variable": "DATABASE_URL", "dialect": "postgres"}}'},
        "db/changes/2026010{n}000000-t.js", SEQUELIZE,
    ),
    "node-pg-migrate": Project(
        {"package.json": '{"scripts": {"up": "node-pg-migrate up -m db/changes -t own"}}'},
        "db/changes/170000000000{n}_t.sql", "-- Up Migration\n" + UP + "\n-- Down Migration\n",
    ),
    "typeorm": Project(
        {"src/data-source.js": SOURCE}, "db/changes/170000000000{n}-T{n}.js", TYPEORM,
    ),
    "goose": Project(
        {"Makefile": "up:\n\tgoose -dir db/changes -table own up\n"},
        "db/changes/0000{n}_t.sql", "-- +goose Up\n" + UP + "\n-- +goose Down\n",
    ),
    "prisma": Project(
        {"apps/api/prisma.config.ts": PRISMA_CONFIG, "apps/api/prisma/schema.prisma": PRISMA,
         "apps/api/prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n'},
        "apps/api/prisma/migrations/2026010{n}000000_t/migration.sql", UP,
    ),
    "drizzle": Project(
        {"apps/api/drizzle.config.ts": DRIZZLE_CONFIG, "apps/api/schema.ts": ""},
        "apps/api/changes/000{n}_t.sql", UP, "drizzle",
    ),
    "kysely": Project(
        {"apps/api/kysely.config.ts": KYSELY_CONFIG}, "apps/api/changes/000{n}_t.ts", KYSELY,
    ),
    "flyway": Project(
        {"db/flyway.conf": "flyway.locations=filesystem:changes\nflyway.table=own\n"},
        "db/changes/V{n}__t.sql", UP,
    ),
    "liquibase": Project(
        {"db/liquibase.properties": "changeLogFile: changes/root.yaml\n",
         "db/changes/root.yaml": CHANGE_LOG.format("changes/sql/")},
        "db/changes/sql/{n}.sql", CHANGE_SET,
    ),
}  # fmt: skip
#: The same tools where the configuration and the migrations are not beside one another.
LAYOUTS = {
    "flyway, seen from above": ("flyway", Project(
        {"conf/flyway.conf": "flyway.locations=filesystem:changes\n"}, "changes/V{n}__t.sql", UP,
    )),
    "flyway, of an application": ("flyway", Project(
        {"src/main/resources/application.yml": "spring:\n  flyway:\n    table: own\n"},
        "src/main/resources/db/migration/V{n}__t.sql", UP,
    )),
    "flyway, places of a toml": ("flyway", Project(
        {"flyway.toml": '[flyway]\nlocations = ["classpath:db/migration"]\n'},
        "src/main/resources/db/migration/V{n}__t.sql", UP,
    )),
    "liquibase, seen from above": ("liquibase", Project(
        {"etc/liquibase.properties": "changeLogFile: db/root.yaml\n",
         "db/root.yaml": CHANGE_LOG.format("db/sql/")},
        "db/sql/{n}.sql", CHANGE_SET,
    )),
    "liquibase, of resources": ("liquibase", Project(
        {"liquibase.properties": "changeLogFile: db/root.yaml\n",
         "src/main/resources/db/root.yaml": CHANGE_LOG.format("db/sql/")},
        "src/main/resources/db/sql/{n}.sql", CHANGE_SET,
    )),
    "liquibase, of an application": ("liquibase", Project(
        {"src/main/resources/application.yml":
         "spring:\n  liquibase:\n    change-log: classpath:/db/root.yaml\n",
         "src/main/resources/db/root.yaml": CHANGE_LOG.format("db/sql/")},
        "src/main/resources/db/sql/{n}.sql", CHANGE_SET,
    )),
    "prisma, its schema elsewhere": ("prisma", Project(
        {"prisma.config.ts": PRISMA_CONFIG, "db/schema.prisma": PRISMA,
         "db/migrations/migration_lock.toml": 'provider = "postgresql"\n'},
        "db/migrations/2026010{n}000000_t/migration.sql", UP,
    )),
}  # fmt: skip
#: A migration beside the second one, and the template by which Alembic writes another.
SECOND_HEADS = {
    "alembic": ("apps/api/changes/versions/r3.py", ALEMBIC.format(n=3, before='"r1"')),
    "django": ("web/shop/migrations/0002_u.py", DJANGO.format(n=3, before='("shop", "0001_t")')),
}
MAKO = 'revision = "${up_revision}"\ndown_revision = ${repr(down_revision)}\n\n\ndef upgrade():\n    pass\n'
