"""Folders and tables as people configure them: in code, scripts, images and containers."""

import pytest

from tests.database.test_ledgers import write
from verifier.database.files import Folder
from verifier.database.ledger_tool import called
from verifier.database.ledgers import LEDGERS
from verifier.errors import UnexpectedAnswerError

UP = "-- migrate:up"
GOOSE = "-- +goose Up"
OTHER = "migrations/9_x"


def knex(directory, **more):
    code = "const path = require('path');\nconst STEPS = './db/steps';\nmodule.exports = { seeds: { directory: './seeds' }, "
    return {"knexfile.js": f"{code} migrations: {{ directory: {directory} }} }}", **more}


def script(folder):
    return {
        "package.json": f'{{"scripts": {{"m": "knex migrate:latest --migrations-directory {folder}"}}}}'
    }


STEPS = "const steps = { directory: './db/steps', tableName: 'own' };"
TYPED = "const migrations: Knex.MigratorConfig = { directory: './db/steps' };"
MERGED = "default: &default\n  migrations_paths: db/own\n"
RAILS = {"db/own/1_a.rb": "", "db/migrate/2_b.rb": ""}
TWO = {"db/steps/1_a.js": "", f"{OTHER}.js": ""}
MIKRO = {"src/steps/Migration20250101000000.ts": "", "migrations/Migration20240101000000.ts": ""}


@pytest.mark.parametrize(
    ("tool", "files", "expected"),
    [
        ("knex", knex("'db/steps'", **TWO), ["1_a.js"]),
        ("knex", knex("path.join(__dirname, 'db', 'steps')", **TWO), ["1_a.js"]),
        ("knex", knex("path.resolve(__dirname, './db/steps')", **TWO), ["1_a.js"]),
        ("knex", knex("`${__dirname}/db/steps`", **TWO), ["1_a.js"]),
        ("knex", knex("__dirname + '/db/steps'", **TWO), ["1_a.js"]),
        ("knex", knex("STEPS", **TWO), ["1_a.js"]),
        ("knex", knex("fileURLToPath(new URL('./db/steps', import.meta.url))", **TWO), ["1_a.js"]),
        (
            "knex",
            knex(
                "['./a', path.join(__dirname, 'b')]",
                **{"a/1_a.js": "", "b/2_b.js": "", f"{OTHER}.js": ""},
            ),
            ["1_a.js", "2_b.js"],
        ),
        ("knex", knex("process.env.STEPS", **{f"{OTHER}.js": ""}), ["9_x.js"]),
        (
            "kysely",
            {
                "src/db/migrate.ts": "new FileMigrationProvider({ fs, path, migrationFolder: path.join(__dirname, 'steps') })",
                "src/db/steps/1_a.ts": "",
                f"{OTHER}.ts": "",
            },
            ["1_a"],
        ),
        (
            "mikro-orm",
            {
                "mikro-orm.config.ts": "migrations: { path: 'dist/steps', pathTs: 'src/steps' }",
                **MIKRO,
            },
            ["Migration20250101000000"],
        ),
        (
            "mikro-orm",
            {
                "src/mikro-orm.config.ts": "migrations: { path: './src/steps', glob: '!(*.d).{js,ts}' }",
                **MIKRO,
            },
            ["Migration20250101000000"],
        ),
        (
            "sequelize",
            {
                "package.json": '{"scripts": {"m": "sequelize-cli db:migrate --migrations-path ./db/steps"}}',
                **TWO,
            },
            ["1_a.js"],
        ),
        (
            "goose",
            {
                "Dockerfile": "ENV GOOSE_MIGRATION_DIR=/app/sql\n",
                "sql/1_a.sql": GOOSE,
                f"{OTHER}.sql": GOOSE,
            },
            ["1"],
        ),
        (
            "goose",
            {
                "docker-compose.yml": "    environment:\n      GOOSE_MIGRATION_DIR: ./sql\n",
                "sql/1_a.sql": GOOSE,
                f"{OTHER}.sql": GOOSE,
            },
            ["1"],
        ),
        (
            "dbmate",
            {
                "compose.yaml": "    environment:\n      - DBMATE_MIGRATIONS_DIR=sql\n",
                "sql/1_a.sql": UP,
                f"{OTHER}.sql": UP,
            },
            ["1"],
        ),
        (
            "dbmate",
            {
                "Dockerfile": "ENV DBMATE_MIGRATIONS_DIR /srv/db/sql\n",
                "db/sql/1_a.sql": UP,
                f"{OTHER}.sql": UP,
            },
            ["1"],
        ),
        (
            "golang-migrate",
            {
                "Makefile": "\tmigrate -source file://sql -database $(U) up\n",
                "sql/1_a.up.sql": "",
                f"{OTHER}.up.sql": "",
            },
            ["1"],
        ),
        (
            "golang-migrate",
            {
                "Dockerfile": "CMD migrate -path=/app/sql up\n",
                "sql/1_a.up.sql": "",
                f"{OTHER}.up.sql": "",
            },
            ["1"],
        ),
        (
            "rails",
            {
                "config/database.yml": "production:\n  primary:\n    migrations_paths: db/steps\n",
                "db/steps/1_a.rb": "",
                "db/migrate/2_b.rb": "",
            },
            ["1"],
        ),
        (
            "rails",
            {
                "config/database.yml": "default: &default\n  adapter: postgresql\n  migrations_paths: [db/steps, db/more]\n",
                "db/steps/1_a.rb": "",
                "db/more/2_b.rb": "",
            },
            ["1", "2"],
        ),
        (
            "rails",
            {
                "config/database.yml": "production:\n  primary:\n    url: x\n  queue:\n    migrations_paths: db/queue_migrate\n",
                "db/queue_migrate/1_a.rb": "",
                "db/migrate/2_b.rb": "",
            },
            ["2"],
        ),
        (
            "knex",
            {"knexfile.js": f"{STEPS}\nmodule.exports = {{ migrations: steps }}", **TWO},
            ["1_a.js"],
        ),
        (
            "knex",
            {"knexfile.ts": f"{TYPED}\nexport default {{ client: 'pg', migrations }}", **TWO},
            ["1_a.js"],
        ),
        (
            "knex",
            {"knexfile.js": "module.exports = { client: 'pg' }", **script("db/steps"), **TWO},
            ["1_a.js"],
        ),
        ("knex", knex("process.env.STEPS || './migrations'", **{f"{OTHER}.js": ""}), ["9_x.js"]),
        ("knex", knex("'./db/steps'", **script("db/steps"), **TWO), ["1_a.js"]),
        ("knex", knex("'./db/steps'", **script("dist/steps"), **TWO), ["1_a.js"]),
        (
            "knex",
            knex(
                "'./db/steps'",
                Makefile="\tknex migrate:rollback --migrations-directory migrations\n",
                **TWO,
            ),
            ["1_a.js"],
        ),
        (
            "knex",
            knex(
                "'./db/steps'",
                **{
                    ".github/workflows/test.yml": "knex migrate:latest --migrations-directory migrations"
                },
                **TWO,
            ),
            ["1_a.js"],
        ),
        (
            "dbmate",
            {".github/workflows/test.yml": "dbmate -d sql up", "sql/1_a.sql": UP},
            ["1"],
        ),
        (
            "rails",
            {
                "config/database.yml": f"{MERGED}production:\n  primary:\n    url: x\n  animals:\n    <<: *default\n",
                **RAILS,
            },
            ["2"],
        ),
        (
            "rails",
            {
                "config/database.yml": f"{MERGED}production:\n  primary:\n    <<: *default\n",
                **RAILS,
            },
            ["1"],
        ),
        (
            "rails",
            {
                "config/database.yml": f"{MERGED}base: &base\n  <<: *default\nproduction:\n  <<: [*base]\n",
                **RAILS,
            },
            ["1"],
        ),
        ("rails", {"config/database.yml": f"{MERGED}production:\n  url: x\n", **RAILS}, ["2"]),
        (
            "rails",
            {
                "config/database.yml": "production:\n  url: x\ntest:\n  migrations_paths: db/own\n",
                **RAILS,
            },
            ["2"],
        ),
        (
            "goose",
            {"docker-compose.test.yml": "      GOOSE_MIGRATION_DIR: sql\n", "sql/1_a.sql": GOOSE},
            ["1"],
        ),
    ],
)
def test_a_folder_is_the_configured_one(tmp_path, tool, files, expected):
    write(tmp_path, files)

    assert [m.version for m in LEDGERS[tool].list_shipped(Folder(tmp_path), "")] == expected


@pytest.mark.parametrize(
    ("tool", "files"),
    [
        ("knex", knex("process.env.STEPS", **{"db/migrations/1_a.js": "", f"{OTHER}.js": ""})),
        ("knex", knex("`${root}/steps`", **{"steps/1_a.js": ""})),
        (
            "knex",
            {
                "knexfile.js": "a: { migrations: { directory: 'a' } }, b: { migrations: { directory: 'b' } }",
                "a/1_a.js": "",
                "b/2_b.js": "",
            },
        ),
        ("knex", knex("'./db/steps'", **script("migrations"), **TWO)),
        (
            "sequelize",
            {
                ".sequelizerc": "module.exports = { 'migrations-path': './db/steps' }",
                "package.json": '{"scripts": {"m": "sequelize db:migrate --migrations-path data"}}',
                "db/steps/1_a.js": "",
                "data/2_b.js": "",
            },
        ),
        (
            "dbmate",
            {
                ".github/workflows/test.yml": "      - run: dbmate -d sql up\n",
                "sql/1_a.sql": UP,
                "db/migrations/2_b.sql": UP,
            },
        ),
        (
            "goose",
            {
                "docker-compose.test.yml": "    command: goose -dir sql up\n",
                "sql/1_a.sql": GOOSE,
                "migrations/2_b.sql": GOOSE,
            },
        ),
        ("knex", knex("process.env.STEPS || './db/steps'", **TWO)),
        ("knex", knex("process.env.STEPS ?? './db/steps'", **TWO)),
        ("knex", knex("isBuilt ? './dist/steps' : './db/steps'", **TWO)),
        (
            "knex",
            {
                "knexfile.js": "module.exports = { client: 'pg' }",
                **script("db/steps"),
                "Makefile": "\tknex migrate:latest\n",
                **TWO,
            },
        ),
        (
            "dbmate",
            {
                "docker-compose.test.yml": "      DBMATE_MIGRATIONS_DIR: sql\n",
                "sql/1_a.sql": UP,
                "db/migrations/2_b.sql": UP,
            },
        ),
        (
            "dbmate",
            {
                ".github/workflows/test.yml": "  DBMATE_MIGRATIONS_DIR: sql\n",
                "sql/1_a.sql": UP,
                "db/migrations/2_b.sql": UP,
            },
        ),
        (
            "mikro-orm",
            {
                "mikro-orm.config.ts": "migrations: { path: folderOf('x') }",
                "src/steps/Migration20250101000000.ts": "",
            },
        ),
        (
            "rails",
            {
                "config/database.yml": "production:\n  migrations_paths: <%= ENV['X'] %>\n",
                "db/migrate/2_b.rb": "",
            },
        ),
    ],
)
def test_what_only_a_run_tells_is_told_and_not_guessed(tmp_path, tool, files):
    write(tmp_path, files)

    with pytest.raises(UnexpectedAnswerError) as raised:
        LEDGERS[tool].list_shipped(Folder(tmp_path), "")

    assert "set ledger.path" in raised.value.hint


@pytest.mark.parametrize(
    ("tool", "files", "expected"),
    [
        ("dbmate", {"Dockerfile": "ENV DBMATE_MIGRATIONS_TABLE=ops.own\n"}, "ops.own"),
        ("dbmate", {"docker-compose.yml": "      DBMATE_MIGRATIONS_TABLE: own\n"}, "own"),
        ("dbmate", {"Dockerfile": "ENV DBMATE_MIGRATIONS_TABLE=$TABLE\n"}, "schema_migrations"),
        ("goose", {"Dockerfile": "ENV GOOSE_TABLE=own\n"}, "own"),
        ("goose", {".github/workflows/tests.yml": "      GOOSE_TABLE: own\n"}, "goose_db_version"),
        ("goose", {".github/workflows/deploy.yml": "      GOOSE_TABLE: own\n"}, "own"),
        ("dbmate", {"compose.test.yaml": "  DBMATE_MIGRATIONS_TABLE: own\n"}, "schema_migrations"),
        ("dbmate", {"compose.latest.yaml": "  DBMATE_MIGRATIONS_TABLE: own\n"}, "own"),
        (
            "golang-migrate",
            {
                "Makefile": '\tmigrate -database \'$(U)&x-migrations-table="ops"."own"&x-migrations-table-quoted=1\' up\n'
            },
            "ops.own",
        ),
        (
            "golang-migrate",
            {"Makefile": '\tmigrate -database "$(U)&x-migrations-table=own" up\n'},
            "own",
        ),
    ],
)
def test_a_table_is_the_configured_one(tmp_path, tool, files, expected):
    write(tmp_path, files)
    ledger = LEDGERS[tool]

    assert called(ledger, ledger.table_of(Folder(tmp_path))).table == expected


_DJANGO = "class Migration:\n    dependencies = []\n"
_PICCOLO = 'ID = "2024-01-01T00:00:00"\n'
_SETS = "--liquibase formatted sql\n--changeset a:1\nselect 1;\n"


@pytest.mark.parametrize(
    ("tool", "file", "text"),
    [
        ("django", "apps/{}/migrations/0001_a.py", _DJANGO),
        ("piccolo", "apps/{}/piccolo_migrations/a.py", _PICCOLO),
        ("liquibase", "apps/{}/db/changelog/db.changelog-master.sql", _SETS),
    ],
)
def test_a_folder_is_not_one_whose_name_only_begins_alike(tmp_path, tool, file, text):
    both = [file.format(name) for name in ("bill", "billing")]
    write(tmp_path, dict.fromkeys(both, text))
    files = Folder(tmp_path)

    found = {
        path: [m.file for m in LEDGERS[tool].list_shipped(files, path)]
        for path in ("apps/bill", "apps/billing", "apps/bil", both[0])
    }

    assert found == {
        "apps/bill": both[:1],
        "apps/billing": both[1:],
        "apps/bil": [],
        both[0]: both[:1],
    }
