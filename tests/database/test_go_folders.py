"""Folders of migrations that Go code gives its tool, in the ways in which it is written."""

import pytest

from tests.database.test_ledgers import write
from verifier.database.files import Folder
from verifier.database.ledgers import LEDGERS
from verifier.errors import UnexpectedAnswerError

#: Beside each lies a folder of the usual name, which nobody applies any more.
STORE = {"store/sql/1_a.sql": "-- +goose Up\n", "migrations/9_old.sql": "-- +goose Up\n"}
NUMBERED = {"store/sql/1_a.up.sql": "", "migrations/9_old.up.sql": ""}
SEEDS = {"seeds/1_s.up.sql": "", "migrations/1_a.up.sql": ""}


@pytest.mark.parametrize(
    ("tool", "files"),
    [
        (
            "golang-migrate",
            {
                "m.go": 'migrate.NewWithDatabaseInstance(\n\t"file://store/sql",\n\t"postgres", d)',
                **NUMBERED,
            },
        ),
        ("golang-migrate", {"m.go": 'migrate.New(\n\t"file://store/sql",\n\turl,\n)', **NUMBERED}),
        (
            "golang-migrate",
            {
                "store/m.go": "//go:embed sql/*.sql\nvar fs embed.FS\n"
                'iofs.New(\n\tfs,\n\t"sql",\n)\nmigrate.NewWithSourceInstance("iofs", d, url)',
                **NUMBERED,
            },
        ),
        (
            "golang-migrate",
            {
                "m.go": 'import mg "github.com/golang-migrate/migrate/v4"\n'
                'func f() { mg.New("file://store/sql", url) }',
                **NUMBERED,
            },
        ),
        ("goose", {"m.go": 'goose.UpContext(\n\tctx,\n\tdb,\n\t"store/sql",\n)', **STORE}),
        (
            "goose",
            {
                "m.go": "goose.NewProvider(\n\tgoose.DialectPostgres,\n\tdb,\n"
                '\tos.DirFS("store/sql"),\n)',
                **STORE,
            },
        ),
        (
            "goose",
            {
                "m.go": 'import (\n\tg "github.com/pressly/goose/v3"\n)\n'
                'func f() { g.Up(db, "store/sql") }',
                **STORE,
            },
        ),
        (
            "goose",
            {
                "m.go": 'goose.Up(db, "store/sql")\n'
                'goose.Up(db, "seeds", goose.WithNoVersioning())',
                "seeds/1_s.sql": "-- +goose Up\n",
                **STORE,
            },
        ),
    ],
)
def test_a_call_names_the_folder_in_whatever_lines_and_by_whatever_name_it_stands(
    tmp_path, tool, files
):
    write(tmp_path, files)
    [migration] = LEDGERS[tool].list_shipped(Folder(tmp_path), "")
    assert migration.file.startswith("store/sql/1_a.")


def test_a_path_is_looked_for_in_the_module_of_the_code_first(tmp_path):
    up = "-- +goose Up\n"
    code = 'goose.Up(db, "migrations")'
    files = {"api/migrations/1_a.sql": up, "migrations/9_old.sql": up, "api/cmd/m.go": code}
    write(tmp_path, {"api/go.mod": "module api\n", **files})
    [migration] = LEDGERS["goose"].list_shipped(Folder(tmp_path), "")
    assert migration.file == "api/migrations/1_a.sql"


def test_beside_a_call_that_is_not_understood_those_of_seeds_are_not_taken(tmp_path):
    calls = {
        "cmd/seed/m.go": 'migrate.New("file://seeds", url)',
        "cmd/api/m.go": "migrate.New(cfg.Source, url)",
    }
    write(tmp_path, {**SEEDS, **calls})
    with pytest.raises(UnexpectedAnswerError, match="several folders"):
        LEDGERS["golang-migrate"].list_shipped(Folder(tmp_path), "")


@pytest.mark.parametrize(
    "files",
    [
        {
            "Makefile": "M = docker run -v $(PWD)/store/sql:/migrations migrate/migrate"
            " -path=/migrations/ -database x\nup:\n\t$(M) up\n"
        },
        {
            "compose.yaml": "services:\n  m:\n    image: migrate/migrate\n"
            "    command: ['-path', '/migrations', 'up']\n    volumes: [./store/sql:/migrations]\n"
        },
        {"Dockerfile": "COPY store/sql /app/migrations\nCMD migrate -path /app/migrations up\n"},
    ],
)
def test_a_path_of_a_container_is_that_of_what_it_is_given(tmp_path, files):
    write(tmp_path, {**NUMBERED, **files})
    [migration] = LEDGERS["golang-migrate"].list_shipped(Folder(tmp_path), "")
    assert migration.file == "store/sql/1_a.up.sql"
