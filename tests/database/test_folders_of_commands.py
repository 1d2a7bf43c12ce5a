"""Folders that commands of a project give its migration tool: one, or none in silence."""

import pytest

from tests.database.test_ledgers import write
from verifier.database.files import Folder
from verifier.database.ledgers import LEDGERS
from verifier.errors import UnexpectedAnswerError

UP = "-- migrate:up"
GOOSE = "-- +goose Up"
OTHER = "migrations/9_x"
TWO = {"db/steps/1_a.js": "", f"{OTHER}.js": ""}
DATA = {"db/data/1_x.js": ""}
DATA_TOO = """{"scripts": {
  "m": "sequelize db:migrate",
  "data": "sequelize-cli db:migrate --migrations-path db/data"
}}"""


@pytest.mark.parametrize(
    ("tool", "files", "expected"),
    [
        (
            "goose",
            {
                "Makefile": "\tgoose postgres $(U) up\n\tgoose -dir seeds -no-versioning postgres $(U) up\n",
                "migrations/1_a.sql": GOOSE,
                "seeds/7_s.sql": GOOSE,
            },
            ["1"],
        ),
        (
            "goose",
            {
                "Makefile": "\tgoose -dir db/schema up\n\tgoose -dir seeds --no-versioning up\n\tgoose -dir ./db/schema create x\n",
                "db/schema/1_a.sql": GOOSE,
                "seeds/7_s.sql": GOOSE,
            },
            ["1"],
        ),
        (
            "goose",
            {
                "Dockerfile": "ENV GOOSE_MIGRATION_DIR=sql\nCMD goose up\n",
                "sql/1_a.sql": GOOSE,
                f"{OTHER}.sql": GOOSE,
            },
            ["1"],
        ),
        (
            "sequelize",
            {
                "package.json": '{"scripts": {"m": "sequelize db:migrate --migrations-path db/steps", "undo": "sequelize db:migrate:undo"}}',
                **TWO,
            },
            ["1_a.js"],
        ),
        (
            "sequelize",
            {
                "Makefile": "\tsequelize-cli db:migrate --migrations-path $(DIR)\n\tsequelize-cli db:migrate --migrations-path db/steps\n",
                **TWO,
            },
            ["1_a.js"],
        ),
        (
            "sequelize",
            {
                "Makefile": "\tsequelize db:migrate\n\tsequelize db:migrate --migrations-path db/data\n",
                "db/data/1_x.js": "",
            },
            ["1_x.js"],
        ),
        (
            "rails",
            {
                "config/database.yml": "production:\n  migrations_paths: db/steps\n",
                "spec/dummy/config/database.yml": "test:\n  url: x\n",
                "db/steps/1_a.rb": "",
            },
            ["1"],
        ),
    ],
)
def test_what_applies_nothing_or_elsewhere_names_no_folder(tmp_path, tool, files, expected):
    write(tmp_path, files)

    assert [m.version for m in LEDGERS[tool].list_shipped(Folder(tmp_path), "")] == expected


@pytest.mark.parametrize(
    ("tool", "files"),
    [
        ("sequelize", {"package.json": DATA_TOO, **DATA, "migrations/1-a.js": ""}),
        (
            "sequelize",
            {
                "package.json": DATA_TOO,
                ".sequelizerc": "module.exports = {'migrations-path': path.resolve('db', 'steps')}",
                **DATA,
                "db/steps/1-a.js": "",
            },
        ),
        (
            "sequelize",
            {
                "Makefile": "\tsequelize db:migrate --migrations-path db/data\n\tsequelize db:migrate --migrations-path db/steps\n",
                **DATA,
                "db/steps/1-a.js": "",
            },
        ),
        (
            "node-pg-migrate",
            {
                "Makefile": "\tnode-pg-migrate up\n\tnode-pg-migrate up -m db/data -t data\n",
                **DATA,
                "migrations/1_a.js": "",
            },
        ),
        (
            "goose",
            {
                "Makefile": "\tgoose -dir migrations postgres $(U) up\n",
                "docker-compose.test.yml": "      GOOSE_MIGRATION_DIR: ./testdata\n",
                "migrations/1_a.sql": GOOSE,
                "testdata/1_x.sql": GOOSE,
            },
        ),
        (
            "dbmate",
            {
                "Makefile": "\tdbmate up\n\tdbmate -d db/data --migrations-table data up\n",
                "db/migrations/1_a.sql": UP,
                "db/data/1_x.sql": UP,
            },
        ),
        (
            "rails",
            {
                "shop/config/database.yml": "production:\n  migrations_paths: db/steps\n",
                "shop/db/steps/1_a.rb": "",
                "desk/config/database.yml": "production:\n  url: x\n",
                "desk/db/migrate/2_b.rb": "",
            },
        ),
    ],
)
def test_commands_that_apply_several_folders_are_told(tmp_path, tool, files):
    write(tmp_path, files)

    with pytest.raises(UnexpectedAnswerError) as raised:
        LEDGERS[tool].list_shipped(Folder(tmp_path), "")

    assert "set ledger.path" in raised.value.hint
    chosen = next(path for path in files if path.startswith("db/data") or "/1_" in path)
    folder = chosen.rpartition("/")[0]
    assert [m.file for m in LEDGERS[tool].list_shipped(Folder(tmp_path), folder)] == [chosen]
