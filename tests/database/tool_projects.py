"""Small projects of real tools, each in a folder of a monorepo or with settings of its own."""

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
        return made


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
}  # fmt: skip
