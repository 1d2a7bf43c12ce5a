"""Folders of migrations that commands, code and configurations name in the ways of real projects."""

import time

import pytest

from tests.database.test_ledgers import write
from verifier.database.files import Folder
from verifier.database.ledgers import LEDGERS
from verifier.errors import UnexpectedAnswerError

UP, GOOSE, KNEX = "-- migrate:up\n", "-- +goose Up\n", "exports.up = () => {}"
#: Beside each lies a folder of the usual name, which nobody applies any more.
DBMATE = {"svc/sql/1_a.sql": UP, "db/migrations/9_old.sql": UP}
STORE = {"store/sql/1_a.sql": GOOSE, "migrations/9_old.sql": GOOSE}
STEPS = {"src/steps/1_a.js": KNEX, "migrations/9_old.js": KNEX}
QUEUE = {"db/queue/1_a.rb": "", "db/migrate/9_old.rb": ""}
REVISION = "revision = '1'\ndown_revision = None\n"
OF_STEPS = "{ directory: './src/steps' }"


@pytest.mark.parametrize(
    ("tool", "files"),
    [
        ("dbmate", {"Makefile": "M ?= svc/sql\nup:\n\tdbmate -d ${M} up\n", **DBMATE}),
        ("goose", {"Makefile": "B = store\nD = $(B)/sql\nup:\n\tgoose -dir $(D) up\n", **STORE}),
        ("goose", {"Makefile": "D := $(CURDIR)/store/sql\nup:\n\tgoose -dir $(D) up\n", **STORE}),
        ("goose", {"Makefile": "export GOOSE_MIGRATION_DIR := $(CURDIR)/store/sql\n", **STORE}),
        ("goose", {"Makefile": "up:\n\tgoose -dir $(D) up\n", ".env": "D=store/sql\n", **STORE}),
        ("dbmate", {"m.sh": 'D=${D:-svc/sql}\ndbmate -d "$D" up\n', **DBMATE}),
        (
            "dbmate",
            {"m.sh": 'R=$(cd "$(dirname "$0")" && pwd)\ndbmate -d "$R/svc/sql" up\n', **DBMATE},
        ),
        ("goose", {"justfile": 'd := "store/sql"\nup:\n  goose -dir {{ d }} up\n', **STORE}),
        (
            "goose",
            {"Taskfile.yml": "vars:\n  D: store/sql\n#\n  - goose -dir {{.D}} up\n", **STORE},
        ),
        ("goose", {".envrc": "export GOOSE_MIGRATION_DIR=./store/sql\n", **STORE}),
        ("goose", {"mise.toml": '[env]\nGOOSE_MIGRATION_DIR = "store/sql"\n', **STORE}),
        ("dbmate", {"Dockerfile": 'CMD ["dbmate", "-d", "svc/sql", "up"]\n', **DBMATE}),
        ("goose", {"Dockerfile": 'CMD ["goose", "-dir=store/sql", "up"]\n', **STORE}),
        (
            "dbmate",
            {
                "compose.yaml": "services:\n  m:\n    command:\n    - dbmate\n    - -d\n    - svc/sql\n    - up\n",
                **DBMATE,
            },
        ),
        (
            "dbmate",
            {
                "compose.yaml": "services:\n  m:\n    image: amacneil/dbmate:2\n    command: -d /db/m up\n    volumes: [./svc/sql:/db/m]\n",
                **DBMATE,
            },
        ),
        ("goose", {"Makefile": "up:\n\tcd store/sql && goose postgres $(U) up\n", **STORE}),
        ("goose", {"Makefile": "up:\n\tcd store && goose -dir sql up\n", **STORE}),
        ("goose", {"m.sh": "cd store/sql\ngoose postgres x up\n", **STORE}),
        (
            "dbmate",
            {
                ".github/workflows/d.yml": "    steps:\n      - run: dbmate up\n        working-directory: svc\n",
                "svc/db/migrations/1_a.sql": UP,
                "db/migrations/9_old.sql": UP,
            },
        ),
        ("goose", {"main.go": 'import "goose"\nfunc f() { goose.Up(db, "store/sql") }', **STORE}),
        (
            "goose",
            {
                "main.go": 'const dir = "store/sql"\nfunc f() { goose.UpContext(ctx, db, dir) }',
                **STORE,
            },
        ),
        (
            "goose",
            {
                "store/s.go": '//go:embed sql/*.sql\nvar fs embed.FS\nfunc f() { goose.Up(db, "sql") }',
                **STORE,
            },
        ),
        (
            "goose",
            {
                "store/sql/e.go": "//go:embed *.sql\nvar FS embed.FS\n",
                "m.go": 'func f() { goose.Up(db, ".") }',
                **STORE,
            },
        ),
        (
            "golang-migrate",
            {
                "m.go": 'migrate.New("file://store/sql", url)',
                "store/sql/1_a.up.sql": "",
                "migrations/9_o.up.sql": "",
            },
        ),
        ("dbmate", {"m.sh": "dbmate -d /app/migrations up\n", "internal/migrations/1_a.sql": UP}),
        (
            "dbmate",
            {"m.sh": "dbmate -d /app/m up\n", "Dockerfile": "COPY svc/sql /app/m\n", **DBMATE},
        ),
        (
            "alembic",
            {
                "gate/alembic.ini": "[alembic]\nscript_location = gate/m\n",
                "gate/m/versions/a.py": REVISION,
            },
        ),
        (
            "alembic",
            {
                "alembic.ini": "[alembic]\nscript_location = app:m\n",
                "src/app/m/versions/a.py": REVISION,
            },
        ),
        (
            "knex",
            {
                "knexfile.js": f"const m = () => ({OF_STEPS})\nmodule.exports = {{ migrations: m() }}",
                **STEPS,
            },
        ),
        (
            "knex",
            {
                "knexfile.js": f"function m() {{ return {OF_STEPS} }}\nmodule.exports = {{ migrations: m() }}",
                **STEPS,
            },
        ),
        (
            "knex",
            {
                "knexfile.ts": "import { migrations } from './c'\nexport default { migrations }",
                "c.ts": f"export const migrations = {OF_STEPS}",
                **STEPS,
            },
        ),
        (
            "knex",
            {
                "knexfile.js": "module.exports = require('./c').knex",
                "c.js": f"exports.knex = {{ migrations: {OF_STEPS} }}",
                **STEPS,
            },
        ),
        (
            "knex",
            {
                "knexfile.js": "const b = require('./c')\nmodule.exports = { production: { ...b } }",
                "c.js": f"module.exports = {{ migrations: {OF_STEPS} }}",
                **STEPS,
            },
        ),
        (
            "knex",
            {
                "knexfile.js": "module.exports = { migrations: { directory: `${process.cwd()}/src/steps` } }",
                **STEPS,
            },
        ),
        (
            "knex",
            {
                "knexfile.js": "module.exports = { migrations: { directory: './dist/steps' } }",
                **STEPS,
            },
        ),
        (
            "rails",
            {
                "config/database.yml": "production: { primary: { migrations_paths: db/queue } }\n",
                **QUEUE,
            },
        ),
        (
            "rails",
            {
                "config/database.yml": '"production":\n  "primary":\n    "migrations_paths": db/queue\n',
                **QUEUE,
            },
        ),
        (
            "rails",
            {
                "config/database.yml": "x: &x\n  migrations_paths: db/queue\nproduction:\n  core:\n    <<: *x\n  cable:\n    migrations_paths: db/cable\n",
                **QUEUE,
            },
        ),
        (
            "rails",
            {
                "config/database.yml": "production:\n  url: <%= ENV['U'] %>\n  migrations_paths:\n    - db/queue\n",
                **QUEUE,
            },
        ),
    ],
)
def test_a_folder_is_the_one_that_is_named(tmp_path, tool, files):
    write(tmp_path, files)

    assert [m.version.strip("_a.js") for m in LEDGERS[tool].list_shipped(Folder(tmp_path), "")] == [
        "1"
    ]


@pytest.mark.parametrize(
    ("tool", "files"),
    [
        ("goose", {"Makefile": "up:\n\tgoose -dir $(D) postgres x up\n", **STORE}),
        ("goose", {"main.go": "func f() { goose.Up(db, dir()) }", **STORE}),
        ("dbmate", {"m.sh": "dbmate -d /app/m up\n", **DBMATE}),
        ("dbmate", {".env.example": "DBMATE_MIGRATIONS_DIR=svc/sql\n", **DBMATE}),
        (
            "dbmate",
            {
                "package.json": '{"pretest": "dbmate -d test/m up"}',
                "test/m/1_a.sql": UP,
                "db/migrations/9_old.sql": UP,
            },
        ),
        (
            "dbmate",
            {
                "a/package.json": '{"m": "dbmate -d db/migrations up"}',
                "a/db/migrations/1_a.sql": UP,
                "b/db/migrations/9_b.sql": UP,
            },
        ),
        (
            "alembic",
            {
                "g/alembic.ini": "[alembic]\nscript_location = m\n",
                "g/m/versions/a.py": REVISION,
                "m/versions/b.py": REVISION,
            },
        ),
        ("knex", {"knexfile.js": "module.exports = { migrations: made() }", **STEPS}),
        ("knex", {"knexfile.js": "module.exports = require('./gone').knex", **STEPS}),
        (
            "knex",
            {"knexfile.js": "module.exports = { migrations: { directory: './dist/x' } }", **STEPS},
        ),
        (
            "rails",
            {
                "config/database.yml": "production: { primary: { migrations_paths: <%= x %> } }\n",
                **QUEUE,
            },
        ),
    ],
)
def test_a_folder_that_is_not_sure_is_told_and_no_other_taken(tmp_path, tool, files):
    write(tmp_path, files)

    with pytest.raises(UnexpectedAnswerError) as raised:
        LEDGERS[tool].list_shipped(Folder(tmp_path), "")

    assert "set ledger.path" in raised.value.hint


@pytest.mark.parametrize(
    ("tool", "files"),
    [
        (
            "goose",
            {
                "migrations/1_a.sql": GOOSE,
                "testdata/9.sql": GOOSE,
                "a_test.go": 'goose.Up(db, "testdata")',
            },
        ),
        (
            "goose",
            {
                "migrations/1_a.sql": GOOSE,
                "seeds/9_s.sql": GOOSE,
                "main.go": 'goose.Up(db, "migrations")',
            },
        ),
        (
            "rails",
            {
                "config/database.yml": "production:\n  core:\n    url: x\n  queue:\n    migrations_paths: db/queue\n",
                "db/migrate/1_a.rb": "",
                "db/queue/9_q.rb": "",
            },
        ),
        (
            "knex",
            {
                "knexfile.js": "module.exports = require('./config')",
                "config.js": "module.exports = { client: 'pg' }",
                "db/migrations/1_a.js": KNEX,
            },
        ),
    ],
)
def test_the_usual_folder_stays_where_nothing_names_another(tmp_path, tool, files):
    write(tmp_path, files)

    assert [m.version.strip("_a.js") for m in LEDGERS[tool].list_shipped(Folder(tmp_path), "")] == [
        "1"
    ]


@pytest.mark.slow
def test_a_large_script_is_read_at_once(tmp_path):
    write(tmp_path, {"m.sh": "cd a && dbmate -d $X up; " * 5_000, "db/migrations/1_a.sql": UP})
    begin = time.process_time()

    LEDGERS["dbmate"].list_shipped(Folder(tmp_path), "")

    assert time.process_time() - begin < 3


@pytest.mark.parametrize(
    ("tool", "files"),
    [
        ("goose", {"deploy/entrypoint.sh": "goose -dir store/sql postgres x up\n", **STORE}),
        ("goose", {"docker/Dockerfile": 'CMD ["goose", "-dir", "store/sql", "up"]\n', **STORE}),
        ("goose", {"make/db.mk": "up:\n\tgoose -dir store/sql up\n", **STORE}),
        ("goose", {"api/railway.json": '{"d": "goose -dir store/sql up"}', **STORE}),
        ("dbmate", {"bin/migrate": "#!/bin/sh\ndbmate -d svc/sql up\n", **DBMATE}),
        (
            "golang-migrate",
            {
                "hack/m.sh": "migrate -path store/sql up\n",
                "store/sql/1_a.up.sql": "",
                "migrations/9_o.up.sql": "",
            },
        ),
    ],
)
def test_another_folder_that_only_some_files_name_is_told(tmp_path, tool, files):
    write(tmp_path, files)
    with pytest.raises(UnexpectedAnswerError, match=r"store/sql|svc/sql"):
        LEDGERS[tool].list_shipped(Folder(tmp_path), "")


@pytest.mark.parametrize(
    "files",
    [
        {"deploy/m.sh": "goose -dir migrations up\n"},
        {"e2e/m.sh": "goose -dir store/sql up\n"},
        {
            "deploy/m.sh": "goose -dir store/sql up\n",
            "Makefile": "up:\n\tgoose -dir migrations up\n",
        },
        {"deploy/m.sh": "goose -dir store/sql up\n", "m.go": 'goose.Up(db, "migrations")'},
    ],
)
def test_what_is_named_as_usual_or_by_tests_alone_leaves_the_usual_folder(tmp_path, files):
    write(tmp_path, {**STORE, **files})
    [migration] = LEDGERS["goose"].list_shipped(Folder(tmp_path), "")
    assert migration.file == "migrations/9_old.sql"
