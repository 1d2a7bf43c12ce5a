"""What to ask a tool for, in the line of a project."""

import pytest

from verifier.database.ledgers import LEDGERS
from verifier.decide.migrations.remedies import (
    failed_lines,
    heads_line,
    late_line,
    mark_line,
    merge_line,
)

GO = 'migrate -path db/m -database "$DATABASE_URL" up'


@pytest.mark.parametrize(
    ("tool", "line", "version", "expected"),
    [
        pytest.param(
            "supabase",
            'cd apps/db && supabase db push --db-url "$DATABASE_URL"',
            "20260101",
            'cd apps/db && supabase migration repair --status applied 20260101 --db-url "$DATABASE_URL"',
            id="supabase-in-its-folder",
        ),
        pytest.param(
            "prisma",
            "npx prisma migrate deploy --schema db/schema.prisma",
            "2026_x",
            "npx prisma migrate resolve --applied 2026_x --schema db/schema.prisma",
            id="prisma-with-its-schema",
        ),
        pytest.param(
            "django",
            "cd web && python manage.py migrate",
            "shop.0002_b",
            "cd web && python manage.py migrate --fake shop 0002_b",
            id="django-app-and-name",
        ),
        pytest.param("alembic", "alembic upgrade head", "ab1", "alembic stamp ab1", id="alembic"),
        pytest.param("alembic", "flask db upgrade", "ab1", "", id="another-line-than-is-known"),
        pytest.param("goose", "goose up", "1", "", id="a-tool-that-marks-nothing"),
        pytest.param(
            "prisma", "npx prisma migrate deploy", "a; rm -rf b", "npx prisma migrate resolve --applied 'a; rm -rf b'", id="a-hostile-name"
        ),
        pytest.param(
            "prisma", "npx prisma migrate deploy", "a'b", "npx prisma migrate resolve --applied 'a'\"'\"'b'", id="a-quote-in-a-name"
        ),
    ],
)  # fmt: skip
def test_marked_as_applied(tool, line, version, expected):
    assert mark_line(LEDGERS[tool].rules, line, version) == expected


@pytest.mark.parametrize(
    ("tool", "line", "before", "expected"),
    [
        pytest.param(
            "golang-migrate", GO, "6",
            'if all of it exists: migrate -path db/m -database "$DATABASE_URL" force 7, '
            'if nothing is: migrate -path db/m -database "$DATABASE_URL" force 6', id="golang-migrate",
        ),
        pytest.param(
            "golang-migrate", GO, "",
            'if all of it exists: migrate -path db/m -database "$DATABASE_URL" force 7', id="the-first",
        ),
        pytest.param("flyway", "", "6", "once nothing is left of it: flyway repair", id="the-usual-line"),
        pytest.param("rails", "bin/rails db:migrate", "6", "", id="a-tool-that-rolls-it-back-whole"),
    ],
)  # fmt: skip
def test_after_one_that_did_not_end(tool, line, before, expected):
    assert failed_lines(LEDGERS[tool].rules, line, "7", before) == expected


@pytest.mark.parametrize(
    ("tool", "line", "expected"),
    [
        pytest.param("goose", 'goose -dir m -table postgres postgres "$DATABASE_URL" up', 'goose -dir m -table postgres -allow-missing postgres "$DATABASE_URL" up', id="goose"),
        pytest.param("flyway", "flyway -configFiles=flyway.toml migrate", "flyway -configFiles=flyway.toml -outOfOrder=true migrate", id="flyway"),
        pytest.param("dbmate", "dbmate migrate", "dbmate migrate", id="fills-gaps-anyway"),
        pytest.param("drizzle", "npx drizzle-kit migrate", None, id="never"),
        pytest.param("kysely", "npx kysely migrate:latest", None, id="stops-at-it"),
    ],
)  # fmt: skip
def test_what_is_out_of_order(tool, line, expected):
    assert late_line(LEDGERS[tool].rules, line) == expected


@pytest.mark.parametrize(
    ("tool", "line", "merged", "of_all"),
    [
        pytest.param(
            "alembic",
            "cd api && alembic upgrade head",
            "cd api && alembic merge heads",
            "cd api && alembic upgrade heads",
            id="alembic",
        ),
        pytest.param(
            "alembic",
            "flask db upgrade",
            "flask db merge heads",
            "flask db upgrade heads",
            id="flask",
        ),
        pytest.param(
            "django",
            "python manage.py migrate",
            "python manage.py makemigrations --merge",
            "python manage.py migrate",
            id="django",
        ),
        pytest.param(
            "knex", "npx knex migrate:latest", "", "npx knex migrate:latest", id="no-graph"
        ),
    ],
)
def test_several_heads_are_merged_or_all_meant(tool, line, merged, of_all):
    rules = LEDGERS[tool].rules

    assert (merge_line(rules, line), heads_line(rules, line)) == (merged, of_all)
