"""Table, folder and identity as each tool's own configuration gives them; nothing is run."""

import pytest

from tests.database.test_ledgers import write
from verifier.config.ledgers import LedgerSection
from verifier.database.checkout import shipped_by
from verifier.database.files import Folder
from verifier.database.ledger_tool import TableName, called, command_in
from verifier.database.ledgers import LEDGERS
from verifier.database.tool_detection import choose_tool, signs_of
from verifier.errors import UnexpectedAnswerError
from verifier.model.finding import Unobserved
from verifier.model.migration_ledger import Applicability
from verifier.wiring.ledger import ledger_of

PLAN = "%project=shop\n\nusers 2026-01-01T09:00:00Z D <d@x>\n"
RAILS = "config.active_record.schema_migrations_table_name = 'own'\n"
ENV_PY = "T = 'own'\ncontext.configure(version_table=T, version_table_schema='ops')\n"
INI = "[alembic]\nscript_location = db\n"


@pytest.mark.parametrize(
    ("tool", "files", "expected"),
    [
        ("knex", {"knexfile.js": "migrations: { tableName: 'own', schemaName: 'ops' }"}, "ops.own"),
        ("knex", {"knexfile.js": "// migrations: { tableName: 'own' }"}, "knex_migrations"),
        (
            "knex",
            {
                "knexfile.ts": "a: { migrations: { tableName: 'a' } }, b: { migrations: { tableName: 'b' } }"
            },
            "knex_migrations",
        ),
        (
            "drizzle",
            {"drizzle.config.ts": "schema: './s.ts', migrations: { table: 'own' }"},
            "drizzle.own",
        ),
        ("typeorm", {"src/data-source.ts": 'migrationsTableName: "own"'}, "own"),
        ("typeorm", {"ormconfig.json": '{"migrationsTableName": "own"}'}, "own"),
        ("sequelize", {"config/config.js": "migrationStorageTableName: 'own'"}, "own"),
        (
            "sequelize",
            {
                "server/.sequelizerc": "module.exports = { 'config': path.resolve('cfg', 'db.js') };",
                "server/cfg/db.js": "module.exports = { production: { migrationStorageTableName: 'own' } };",
                "config/config.json": '{"migrationStorageTableName": "another"}',
            },
            "own",
        ),
        (
            "sequelize",
            {
                ".sequelizerc": "module.exports = { config: path.join(__dirname, 'settings/database') };",
                "settings/database.json": '{"migrationStorageTableName": "own", "migrationStorageTableSchema": "ops"}',
            },
            "ops.own",
        ),
        ("kysely", {"src/db/migrate.ts": "migrationTableName: 'own'"}, "own"),
        ("mikro-orm", {"mikro-orm.config.ts": "migrations: { tableName: 'own' }"}, "own"),
        ("node-pg-migrate", {"package.json": '"m": "node-pg-migrate up -t own"'}, "own"),
        ("dbmate", {".env": "export DBMATE_MIGRATIONS_TABLE='ops.own'\n"}, "ops.own"),
        ("dbmate", {"Makefile": "up:\n\tdbmate --migrations-table own up\n"}, "own"),
        ("goose", {".env": "GOOSE_TABLE=own"}, "own"),
        ("goose", {"Makefile": "\tgoose -table ops.own -dir x up"}, "ops.own"),
        ("goose", {"Makefile": "\tgoose -table $(TABLE) up"}, "goose_db_version"),
        (
            "golang-migrate",
            {"Makefile": '\tmigrate -database "$URL?sslmode=disable&x-migrations-table=own" up'},
            "own",
        ),
        (
            "atlas",
            {"atlas.hcl": 'migration {\n  revisions_schema = "ops"\n}'},
            "ops.atlas_schema_revisions",
        ),
        ("yoyo", {"yoyo.ini": "[DEFAULT]\nmigration_table = own\n"}, "own"),
        ("rails", {"config/application.rb": RAILS}, "own"),
        (
            "rails",
            {"config/application.rb": "config.active_record.table_name_prefix = 'x_'"},
            "x_schema_migrations",
        ),
        (
            "sqitch",
            {"sqitch.plan": PLAN, "sqitch.conf": '[engine "pg"]\n\tregistry = ops\n'},
            "ops.changes",
        ),
        ("alembic", {"alembic.ini": INI, "db/env.py": ENV_PY, "db/versions/1.py": ""}, "ops.own"),
        ("flyway", {"flyway.conf": "flyway.table=own\nflyway.schemas=ops,public\n"}, "ops.own"),
        ("flyway", {"flyway.toml": '[flyway]\ntable = "own"\ndefaultSchema = "ops"\n'}, "ops.own"),
        ("flyway", {"application.properties": "spring.flyway.table=${T:own}"}, "own"),
        ("liquibase", {"liquibase.properties": "databaseChangelogTableName: OWN"}, "own"),
        (
            "liquibase",
            {"application.yml": "spring: {liquibase: {liquibase-schema: ops}}"},
            "ops.databasechangelog",
        ),
    ],
)
def test_the_table(tool, files, expected, tmp_path):
    ledger = LEDGERS[tool]

    found = called(ledger, ledger.table_of(Folder(write(tmp_path, files))))

    assert found.table.rpartition(".")[2] == expected.rpartition(".")[2]
    assert not expected.rpartition(".")[0] or found.table == expected or tool == "sqitch"


def shipped(tool, files, tmp_path, folder=""):
    return LEDGERS[tool].list_shipped(Folder(write(tmp_path, files)), folder)


CLASS = "class {0} implements MigrationInterface"
YOYO = {"steps/1.a.sql": "", "more/2.b.py": "", "migrations/3.c.sql": ""}
DBMATE = {"a/1_a.sql": "", "b/2_b.sql": "", "db/migrations/3_c.sql": ""}
FLYWAY, V2 = "flyway.locations=filesystem:sql\nflyway.", {"sql/V2__b.sql": ""}
NESTED = {
    "db/versions/2025/1.py": "revision = 'a'\ndown_revision = None",
    "db/versions/2.py": "revision = 'b'\ndown_revision = 'a'",
}
REWORK = PLAN + "@v1 2026-01-02T09:00:00Z D <d@x>\nusers [users@v1] 2026-01-03T09:00:00Z D <d@x>\n"


@pytest.mark.parametrize(
    ("tool", "files", "expected"),
    [
        pytest.param(
            "typeorm",
            {
                "src/migrations/postgres/1767-a.ts": CLASS.format("A1767225600000"),
                "src/migrations/mysql/1.ts": CLASS.format("B1767225600000"),
                "dist/migrations/postgres/1.js": CLASS.format("A1767225600000"),
            },
            ["A1767225600000"],
            id="typeorm-by-driver",
        ),
        pytest.param(
            "flyway",
            {
                "src/main/resources/db/migration/V1__a.sql": "",
                "src/main/resources/db/migration/V2__b.java": "",
                "src/test/resources/db/migration/V3__c.sql": "",
            },
            ["1", "2"],
            id="flyway-without-tests",
        ),
        pytest.param(
            "flyway",
            {f"db/migration/{v}/V1__a.sql": "" for v in ("postgresql", "mysql", "h2")},
            ["1"],
            id="flyway-by-vendor",
        ),
        pytest.param(
            "flyway",
            {
                "src/main/resources/application.yml": "spring:\n  flyway:\n    locations: 'classpath:a/{vendor}'\n",
                "src/main/resources/a/postgresql/V1__a.sql": "",
                "src/main/resources/db/migration/V2__b.sql": "",
            },
            ["1"],
            id="flyway-locations",
        ),
        pytest.param("sqitch", {"sqitch.plan": REWORK}, ["users@v1", "users"], id="sqitch-rework"),
        pytest.param(
            "sqitch",
            {
                "sqitch.conf": "[core]\n\ttop_dir = sql\n",
                "sqitch.plan": "",
                "sql/sqitch.plan": PLAN,
            },
            ["users"],
            id="sqitch-top-dir",
        ),
        pytest.param(
            "kysely",
            {
                "api/kysely.config.ts": "migrations: { migrationFolder: './changes' }",
                "api/changes/1_a.ts": "",
                "migrations/2_b.ts": "",
            },
            ["1_a"],
            id="kysely-folder",
        ),
        pytest.param(
            "dbmate",
            {".env": "DBMATE_MIGRATIONS_DIR=sql", "sql/1_a.sql": "", "db/migrations/2_b.sql": ""},
            ["1"],
            id="dbmate-folder",
        ),
        *(
            pytest.param("yoyo", {"yoyo.ini": f"[DEFAULT]\n{line}\n", **YOYO}, expected, id=name)
            for name, line, expected in (
                ("yoyo-two-folders", "sources = ./steps more", ["1.a", "2.b"]),
                ("yoyo-in-lines", "sources =\n  steps\n  more\nother = 1", ["1.a", "2.b"]),
                ("yoyo-colon-and-here", "sources: %(here)s/more", ["2.b"]),
            )
        ),
        *(
            pytest.param("dbmate", {**DBMATE, **files}, expected, id=name)
            for name, files, expected in (
                ("dbmate-twice", {"Makefile": "\tdbmate -d a -d b up"}, ["1", "2"]),
                ("dbmate-comma", {".env": "DBMATE_MIGRATIONS_DIR=b,a"}, ["1", "2"]),
                ("dbmate-in-tests", {"Makefile": "\tdbmate -d a up\n\tdbmate -d a -d b up"}, ["1"]),
                ("dbmate-once", {"Makefile": "\tdbmate -d ./b --url $U up"}, ["2"]),
            )
        ),
        *(
            pytest.param("flyway", {"flyway.conf": FLYWAY + given, **files}, expected, id=name)
            for name, given, files, expected in (
                ("prefix", "sqlMigrationPrefix=M", {"sql/M1__a.sql": "", **V2}, ["1"]),
                ("separator", "sqlMigrationSeparator=-", {"sql/V1-a-b.sql": "", **V2}, ["1"]),
                ("suffix", "sqlMigrationSuffixes=.ddl", {"sql/V1__a.ddl": "", **V2}, ["1"]),
                (
                    "suffixes",
                    "sqlMigrationSuffixes=.sql,.ddl",
                    {"sql/V1__a.ddl": "", **V2},
                    ["1", "2"],
                ),
                (
                    "no-prefix",
                    "sqlMigrationPrefix=",
                    {"sql/1__a.sql": "", "sql/x__b.sql": ""},
                    ["1"],
                ),
                (
                    "repeated",
                    "repeatableSqlMigrationPrefix=Z",
                    {"sql/Z__v.sql": "", "sql/R__v.sql": ""},
                    ["Z__v.sql"],
                ),
                ("class", "sqlMigrationPrefix=M", {"sql/V1__a.java": ""}, ["1"]),
            )
        ),
        *(
            pytest.param("alembic", {"db/env.py": "", **NESTED, **files}, ["a", "b"], id=name)
            for name, files in (
                (
                    "alembic-recursive",
                    {
                        "alembic.ini": "[alembic]\nscript_location = db\nrecursive_version_locations = true"
                    },
                ),
                (
                    "alembic-recursive-toml",
                    {
                        "pyproject.toml": "[tool.alembic]\nscript_location = 'db'\nrecursive_version_locations = true"
                    },
                ),
            )
        ),
        pytest.param(
            "alembic",
            {"db/env.py": "", **NESTED, "alembic.ini": "[alembic]\nscript_location = db"},
            ["b"],
            id="alembic-not-recursive",
        ),
        pytest.param(
            "alembic",
            {
                "migrations/alembic.ini": "[alembic]\n",
                "migrations/env.py": "",
                "migrations/versions/1.py": "revision = 'a'\ndown_revision = None",
            },
            ["a"],
            id="flask-migrate",
        ),
    ],
)
def test_what_is_shipped(tool, files, expected, tmp_path):
    assert [m.version for m in shipped(tool, files, tmp_path)] == expected


def test_a_folder_of_yoyo_that_is_not_there_is_told(tmp_path):
    files = {"yoyo.ini": "[DEFAULT]\nsources = steps away\n", **YOYO}

    with pytest.raises(UnexpectedAnswerError, match=r"the folder away"):
        shipped("yoyo", files, tmp_path)


def test_the_command_of_dbmate_names_every_folder(tmp_path):
    files = Folder(write(tmp_path, {**DBMATE, "Makefile": "\tdbmate -d a -d b up"}))

    assert command_in(LEDGERS["dbmate"], files, ()) == (
        "dbmate --migrations-dir a --migrations-dir b migrate"
    )


LOG = "databaseChangeLog:\n"
SET = "  - changeSet: {{ id: 1, author: d, {0} }}\n"


@pytest.mark.parametrize(
    ("properties", "line", "expected"),
    [
        pytest.param("", SET.format(""), [Applicability.YES], id="plain"),
        pytest.param(
            "", SET.format("context: test"), [Applicability.UNKNOWN], id="contexts-not-told"
        ),
        pytest.param(
            "contexts: prod", SET.format("context: test"), [Applicability.NO], id="not-wanted"
        ),
        pytest.param(
            "contexts: prod", SET.format("context: '!test'"), [Applicability.YES], id="not-test"
        ),
        pytest.param(
            "contexts: a, b",
            SET.format("context: (a or c) and not d"),
            [Applicability.YES],
            id="words",
        ),
        pytest.param(
            "contexts: a",
            SET.format(f"context: '{'(' * 2000}'"),
            [Applicability.UNKNOWN],
            id="long",
        ),
        pytest.param("", SET.format("labels: x"), [Applicability.UNKNOWN], id="labels"),
        pytest.param("", SET.format("dbms: mysql"), [], id="another-database"),
        pytest.param("", SET.format("dbms: '!mysql'"), [Applicability.YES], id="all-but-another"),
        pytest.param(
            "",
            SET.format("preConditions: [{onFail: CONTINUE}]"),
            [Applicability.UNKNOWN],
            id="go-on",
        ),
        pytest.param(
            "", SET.format("preConditions: [{onFail: MARK_RAN}]"), [Applicability.YES], id="marked"
        ),
    ],
)
def test_whether_liquibase_would_run_it(properties, line, expected, tmp_path):
    files = {
        "liquibase.properties": f"changeLogFile: a.yaml\n{properties}\n",
        "a.yaml": LOG + line,
    }
    assert [m.wanted for m in shipped("liquibase", files, tmp_path)] == expected


@pytest.mark.parametrize(
    ("files", "told"),
    [
        pytest.param({"a.yaml": LOG + "  - include: { file: b.sql }\n"}, "b.sql", id="include"),
        pytest.param({"a.yaml": LOG + "  - includeAll: { path: b/ }\n"}, "b/", id="include-all"),
        pytest.param(
            {"a.yaml": LOG + "  - include: { file: '${x}/b.sql' }\n"}, "parameters", id="parameter"
        ),
        pytest.param(
            {"a.yaml": LOG + "  - includeAll: { path: b, filter: com.x.F }\n", "b/1.sql": ""},
            "filter",
            id="filter",
        ),
        pytest.param({}, "a.yaml", id="root"),
    ],
)
def test_what_liquibase_includes_and_is_not_there_is_told(files, told, tmp_path):
    files = {"liquibase.properties": "changeLogFile: a.yaml\n", **files}

    with pytest.raises(UnexpectedAnswerError, match=r".") as error:
        shipped("liquibase", files, tmp_path)

    assert told in error.value.message


GOOSE = {"goose/migrations/1_a.sql": "-- +goose Up"}
KYSELY = {f"{p}/migrations/1.ts": "import { Kysely } from 'kysely'" for p in ("a", "b")}


@pytest.mark.parametrize(
    ("files", "there", "expected"),
    [
        pytest.param({"knexfile.js": "", **GOOSE}, (), "knex", id="a-configuration-beats-a-guess"),
        pytest.param({"knexfile.js": "", **GOOSE}, ("goose",), "goose", id="the-table-decides"),
        pytest.param(
            {**KYSELY, **GOOSE}, ("goose",), "goose", id="another-tools-doubt-spoils-nothing"
        ),
        pytest.param(
            {"knexfile.js": "", **GOOSE},
            ("goose", "knex"),
            "{ name: goose, tool: goose }",
            id="two-ledgers",
        ),
        pytest.param({"knexfile.js": "", "alembic.ini": ""}, (), "set ledger.tool", id="two-signs"),
        pytest.param({"x": ""}, ("goose",), "goose", id="the-table-alone"),
        pytest.param(
            {"pyproject.toml": "[", **GOOSE}, (), "goose", id="a-broken-file-of-another-tool"
        ),
    ],
)
def test_which_tool_it_is(files, there, expected, tmp_path):
    found = choose_tool(signs_of(Folder(write(tmp_path, files))), there)

    assert expected in (found.hint if isinstance(found, Unobserved) else found.tool)


def test_a_name_of_a_table_keeps_what_it_does_not_say():
    found = called(LEDGERS["knex"], TableName(table="own", lock="own_lock"))

    assert (found.table, found.lock, list(found.companion_tables)) == (
        "own",
        ("own_lock", "is_locked"),
        ["own_lock"],
    )


@pytest.mark.parametrize(
    ("tool", "files", "expected"),
    [
        (
            "prisma",
            {"a/prisma/migrations/1_a/migration.sql": ""},
            "cd a && npx prisma migrate deploy",
        ),
        (
            "prisma",
            {"db/migrations/1_a/migration.sql": "", "db/schema.prisma": ""},
            "npx prisma migrate deploy --schema db/schema.prisma",
        ),
        (
            "prisma",
            {
                "a/prisma.config.ts": "",
                "a/db/migrations/1_a/migration.sql": "",
                "a/db/schema.prisma": "",
            },
            "cd a && npx prisma migrate deploy --schema db/schema.prisma",
        ),
        (
            "prisma",
            {
                "prisma.config.ts": "schema: 'db'",
                "db/migrations/1_a/migration.sql": "",
                "db/schema.prisma": "",
            },
            "npx prisma migrate deploy",
        ),
        (
            "flyway",
            {
                "db/flyway.conf": "flyway.url=x\nflyway.locations=filesystem:sql",
                "db/sql/V1__a.sql": "",
            },
            "cd db && flyway -configFiles=flyway.conf migrate",
        ),
        (
            "flyway",
            {"conf/flyway.conf": "flyway.locations=filesystem:sql", "sql/V1__a.sql": ""},
            'flyway -configFiles=conf/flyway.conf -url="$FLYWAY_URL" migrate',
        ),
        (
            "flyway",
            {
                "db/flyway.toml": '[environments.e]\nurl = "x"\n[flyway]\nlocations = ["filesystem:db/sql"]',
                "db/sql/V1__a.sql": "",
            },
            "flyway -configFiles=db/flyway.toml migrate",
        ),
        (
            "flyway",
            {
                "flyway.conf": "flyway.url=x\nflyway.locations=classpath:db/migration",
                "src/main/resources/db/migration/V1__a.sql": "",
            },
            "flyway -configFiles=flyway.conf -locations=filesystem:src/main/resources/db/migration migrate",
        ),
        (
            "liquibase",
            {"db/liquibase.properties": "url: x\nchangeLogFile: a.yaml", "db/a.yaml": LOG + SET},
            "cd db && liquibase update",
        ),
        (
            "liquibase",
            {"etc/liquibase.properties": "changeLogFile: db/a.yaml", "db/a.yaml": LOG + SET},
            'liquibase --defaults-file=etc/liquibase.properties update --url="$LIQUIBASE_COMMAND_URL"',
        ),
        (
            "liquibase",
            {
                "liquibase.properties": "url: x\nchangeLogFile: db/a.yaml",
                "src/main/resources/db/a.yaml": LOG + SET,
            },
            "cd src/main/resources && liquibase --defaults-file=../../../liquibase.properties update",
        ),
        ("alembic", {"api/alembic.ini": "[alembic]\n"}, "cd api && alembic upgrade head"),
        ("django", {"back/manage.py": ""}, "cd back && python manage.py migrate"),
        (
            "goose",
            {"sql/migrations/1_a.sql": ""},
            'goose -dir sql/migrations postgres "$DATABASE_URL" up',
        ),
        (
            "golang-migrate",
            {"Makefile": "x-migrations-table=own", "migrations/1_a.up.sql": ""},
            'migrate -path migrations -database "$DATABASE_URL&x-migrations-table=own" up',
        ),
        (
            "supabase",
            {"w/supabase/migrations/1_a.sql": ""},
            'cd w && supabase db push --db-url "$DATABASE_URL"',
        ),
        ("sequelize", {".sequelizerc": ""}, "npx sequelize-cli db:migrate --env production"),
        (
            "typeorm",
            {"src/data-source.ts": "migrations: ['x']"},
            "npx typeorm-ts-node-commonjs migration:run -d src/data-source.ts",
        ),
        ("liquibase", {"db.changelog.xml": "<databaseChangeLog/>"}, "liquibase update"),
        ("knex", {"a;rm -rf ~/knexfile.js": ""}, "cd 'a;rm -rf ~' && npx knex migrate:latest"),
        (
            "goose",
            {"$(x)/migrations/1_a.sql": ""},
            "goose -dir '$(x)/migrations' postgres \"$DATABASE_URL\" up",
        ),
    ],
)
def test_the_command_that_is_printed(tool, files, expected, tmp_path):
    checkout = Folder(write(tmp_path, files))

    assert command_in(LEDGERS[tool], checkout, listed(tool, checkout)) == expected


def listed(tool, checkout, folder=""):
    found = shipped_by(LEDGERS[tool], checkout, folder)
    return () if isinstance(found, Unobserved) else found.migrations


#: Tool, its folder in a project, the files of a project, and what is printed for `packages/b`.
MONOREPO = (
    (
        "prisma",
        "prisma/migrations",
        {"prisma/migrations/1_a/migration.sql": "", "prisma/schema.prisma": "model a"},
        "cd packages/b && npx prisma migrate deploy",
    ),
    (
        "knex",
        "db",
        {"db/1_a.js": "", "knexfile.js": "module.exports = {}"},
        "cd packages/b && npx knex migrate:latest",
    ),
    (
        "supabase",
        "supabase/migrations",
        {"supabase/migrations/1_a.sql": ""},
        'cd packages/b && supabase db push --db-url "$DATABASE_URL"',
    ),
    (
        "rails",
        "db/migrate",
        {"db/migrate/1_a.rb": "class A; end", "config/database.yml": "production: {}"},
        "cd packages/b && RAILS_ENV=production bin/rails db:migrate",
    ),
    (
        "goose",
        "migrations",
        {"migrations/1_a.sql": "-- +goose Up"},
        'goose -dir packages/b/migrations postgres "$DATABASE_URL" up',
    ),
)


@pytest.mark.parametrize(("tool", "place", "made", "line"), MONOREPO, ids=[r[0] for r in MONOREPO])
def test_of_two_projects_the_one_that_path_names_is_meant(tool, place, made, line, tmp_path):
    files = {f"packages/{p}/{name}": text for p in "abc" for name, text in made.items()}
    checkout = Folder(write(tmp_path, files))
    section = LedgerSection(tool=tool, path=f"packages/b/{place}")

    ledger = ledger_of(LEDGERS[tool], section, checkout)

    assert command_in(ledger, checkout, listed(tool, checkout, section.path)) == line
