"""
Whatever a stranger writes where something is parsed is data, or told to be none: nothing breaks.

Real texts are the corpus, changed at random places. `FUZZ_EXAMPLES` says how many a parser is given.
"""

import contextlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from verifier.config.settings import load_text
from verifier.database.breaking_changes import breaking_changes
from verifier.database.migration_reading import read_migration
from verifier.errors import ConfigError
from verifier.github.workflows import parse_workflow
from verifier.health.reader import parse_health
from verifier.model.migration_ledger import Migration

ROOT = Path(__file__).parents[2]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
#: The same texts each time, unless somebody looks for new ones.
IS_SAME = "FUZZ_EXAMPLES" not in os.environ
_LONGEST = 3000
#: What parsers trip over, beside what other texts hold.
ODD = (
    "null",
    "1e999",
    '"\\ud83d"',
    "[[[]]]",
    "\x00",
    "\u2028",
    "\ud83d",
    "9" * 400,
    "{",
    ")",
    "'",
    "`",
)
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


def texts(*patterns):
    """The corpus: files of this repository, and what was found before."""
    found = [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
    return [path.read_text("utf-8", "replace")[:_LONGEST] for path in found]


@st.composite
def changed(draw, corpus, words):
    """A text of the corpus with a few places changed, cut, repeated or taken from another one."""
    text, chance = draw(st.sampled_from(corpus)), draw(st.randoms(use_true_random=False))
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(text))
        end = start + chance.choice([0, 1, 5, 20])
        other = chance.choice(corpus)
        place = chance.randint(0, len(other))
        put = chance.choice([chance.choice(words), text[start:end] * 2, other[place : place + 60]])
        text = text[:start] + put + text[end:]
    return text


def bodies():
    rows = "".join((ROOT / "tests/data/health_formats.jsonl").read_text("utf-8")).splitlines()
    return [json.dumps(json.loads(row)["body"]) for row in rows]


def try_all(corpus, words, parse):
    """Give the parser so many changed texts; what it raises fails the test with the text."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=IS_SAME,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(changed(corpus, words))
    def run(text):
        parse(text)

    run()


@pytest.mark.slow
def test_health_documents():
    try_all(bodies(), ODD, lambda text: parse_health(text.encode("utf-8", "surrogatepass")))


@pytest.mark.slow
def test_workflow_files():
    corpus = texts(".github/workflows/*.yml", "examples/*/.github/workflows/*.yml")
    try_all(corpus, (*ODD, *YAML), lambda text: parse_workflow("a.yml", text))


@pytest.mark.slow
def test_configurations():
    def parse(text):
        with contextlib.suppress(ConfigError):
            load_text(text, "verifier.yml")

    try_all(texts("examples/*/.github/verifier.yml"), (*ODD, *YAML), parse)


@pytest.mark.slow
@pytest.mark.parametrize("tool", ["supabase", "goose", "dbmate"])
def test_migrations_in_sql(tool):
    corpus = texts("tests/data/ledgers/*/repo/**/*.sql", "examples/**/*.sql")
    try_all(corpus, (*ODD, *SQL), lambda text: read(tool, "1.sql", text))


@pytest.mark.slow
@pytest.mark.parametrize(("tool", "ending"), TOOLS.items())
def test_migrations_in_code(tool, ending):
    corpus = [*texts(f"tests/data/ledgers/*/repo/**/*.{ending}"), *KEPT]
    try_all(corpus, (*ODD, *SQL, *CODE), lambda text: read(tool, f"1.{ending}", text))


@pytest.mark.parametrize("text", KEPT)
@pytest.mark.parametrize("tool", ["typeorm", "sequelize", "mikro-orm", "kysely", "knex"])
def test_what_was_found_stays_mended(tool, text):
    read(tool, f"1.{TOOLS[tool]}", text)


def read(tool, file, text):
    """Read a migration, and what it takes from older code."""
    content = text.encode("utf-8", "surrogatepass")
    breaking_changes({"1": read_migration(tool, Migration("1", file=file), content)})
