"""
Whatever a stranger writes where something is parsed is data, or told to be none: nothing breaks.

What was found before is kept here, and is part of the corpus.
"""

import contextlib
import json

import pytest

from tests.fuzz.fuzzing import ODD, ROOT, changed_texts, texts, try_all
from verifier.config.settings import load_text
from verifier.database.breaking_changes import breaking_changes
from verifier.database.migration_reading import read_migration
from verifier.errors import ConfigError
from verifier.github.workflows import parse_workflow
from verifier.health.reader import parse_health
from verifier.model.migration_ledger import Migration

YAML = (
    "&a ",
    "*a",
    "<<: *a",
    "!!python/object:x",
    "- ",
    "{}",
    "on: 1",
    "needs: {a: b}",
    "\t",
    ".inf",
)
SQL = ("$$", "/*", "--", "E'", ";", "do $$ begin end $$;", "-- +goose Down", "-- migrate:down")
CODE = ("=> ", "${", "async ", "def ", "do |t|", '"""', "<<~SQL\n", "**", ".x()", "lambda: ")
#: A call on a call, which once broke the reader of TypeORM's migrations.
KEPT = (
    "export class A { async up(db) { await db.a({b: 1}).c('t'); } }",
    "exports.up = (knex) => knex.schema.a({}).b([{}]).c`x`",
)
TOOLS = {
    "alembic": "py", "django": "py", "yoyo": "py", "piccolo": "py", "aerich": "py",
    "knex": "js", "sequelize": "js", "node-pg-migrate": "js",
    "typeorm": "ts", "kysely": "ts", "mikro-orm": "ts", "rails": "rb",
}  # fmt: skip


def bodies():
    rows = "".join((ROOT / "tests/data/health_formats.jsonl").read_text("utf-8")).splitlines()
    return [json.dumps(json.loads(row)["body"]) for row in rows]


def test_health_documents():
    try_all(
        changed_texts(bodies(), ODD),
        lambda text: parse_health(text.encode("utf-8", "surrogatepass")),
    )


def test_workflow_files():
    corpus = texts(".github/workflows/*.yml", "examples/*/.github/workflows/*.yml")
    try_all(changed_texts(corpus, (*ODD, *YAML)), lambda text: parse_workflow("a.yml", text))


def test_configurations():
    def parse(text):
        with contextlib.suppress(ConfigError):
            load_text(text, "verifier.yml")

    corpus = texts("examples/*/.github/verifier.yml")
    try_all(changed_texts(corpus, (*ODD, *YAML)), parse)


@pytest.mark.parametrize("tool", ["supabase", "goose", "dbmate"])
def test_migrations_in_sql(tool):
    corpus = texts("tests/data/ledgers/*/repo/**/*.sql", "examples/**/*.sql")
    try_all(changed_texts(corpus, (*ODD, *SQL)), lambda text: read(tool, "1.sql", text), parts=3)


@pytest.mark.parametrize(("tool", "ending"), TOOLS.items())
def test_migrations_in_code(tool, ending):
    corpus = [*texts(f"tests/data/ledgers/*/repo/**/*.{ending}"), *KEPT]
    examples = changed_texts(corpus, (*ODD, *SQL, *CODE))
    try_all(examples, lambda text: read(tool, f"1.{ending}", text), parts=len(TOOLS))


@pytest.mark.parametrize("text", KEPT)
@pytest.mark.parametrize("tool", ["typeorm", "sequelize", "mikro-orm", "kysely", "knex"])
def test_what_was_found_stays_mended(tool, text):
    read(tool, f"1.{TOOLS[tool]}", text)


def read(tool, file, text):
    """Read a migration, and what it takes from older code."""
    content = text.encode("utf-8", "surrogatepass")
    breaking_changes({"1": read_migration(tool, Migration("1", file=file), content)})
