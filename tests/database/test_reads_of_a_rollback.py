"""What is read of a checkout between a verdict and its mutation hangs on what is new, not on the history."""

import pytest

from tests.database.test_file_names import committed
from verifier.database.checkout import Checkout, Project
from verifier.database.ledgers import LEDGERS
from verifier.database.migration_reading import read_migration
from verifier.database.worktree import Worktree

CODE = b"select plan, age from users"
MOST = (5, 60)


class Counting(Worktree):
    """Counts the files whose contents git is asked for."""

    count = 0

    def _read(self, ids):
        self.count += len(ids)
        return super()._read(ids)


def supabase(first, last, sql="create table t{n} (id int);"):
    folder = b"supabase/migrations"
    return {
        folder + b"/%d_a.sql" % n: sql.replace("{n}", str(n)).encode()
        for n in range(first, last + 1)
    }


def alembic(first, last, sql="create table t{n} (id int)"):
    return {b"alembic.ini": b"[alembic]\nscript_location = db\n", b"db/env.py": b""} | {
        b"db/versions/r%d.py" % n: (
            f'revision = "r{n}"\ndown_revision = {repr(f"r{n - 1}") if n > 1 else None}\n\n\n'
            f'def upgrade():\n    op.execute("{sql.replace("{n}", str(n))}")\n'
        ).encode()
        for n in range(first, last + 1)
    }


def read_between(folder, tool, files, count, new):
    """Return what the new migrations break, and how many files were read to tell."""
    older = committed(folder, {b"app.py": CODE, **files(1, count)})
    newer = committed(folder, {b"app.py": CODE + b" -- newer", **new})
    worktree = Counting(folder)
    checkout = Checkout(worktree, {"": Project(LEDGERS[tool])})
    checkout.shipped(older)  # what serves is looked at while the next is being built
    before = worktree.count
    found = checkout.breaking_changes(older, newer)
    return [(change.migration, change.is_needed) for change in found], worktree.count - before


@pytest.mark.parametrize("count", MOST)
@pytest.mark.parametrize(
    ("tool", "files", "sql", "reads", "broken"),
    [
        pytest.param("supabase", supabase, None, 0, False, id="supabase-none-new"),
        pytest.param("supabase", supabase, "create table x (id int)", 1, False, id="supabase-new"),
        pytest.param("alembic", alembic, None, 0, False, id="alembic-none-new"),
        pytest.param("alembic", alembic, "create table x (id int)", 1, False, id="alembic-new"),
        pytest.param(
            "alembic", alembic, "alter table users drop column plan", 1, True, id="alembic-breaking"
        ),
    ],
)
def test_only_what_is_new_is_read(tool, files, sql, reads, broken, count, tmp_path):
    new = files(count + 1, count + 1, sql) if sql else {}

    found, read = read_between(tmp_path, tool, files, count, new)

    expected = ("r" if tool == "alembic" else "") + str(count + 1)
    assert (found, read) == ([(expected, True)] if broken else [], reads)


def test_migrations_that_only_have_a_column_of_that_name_are_not_parsed(tmp_path, monkeypatch):
    parsed = []

    def counted(tool, migration, content):
        parsed.append(migration.version)
        return read_migration(tool, migration, content)

    monkeypatch.setattr("verifier.database.code_breaks.read_migration", counted)
    history = {
        **supabase(1, 5, "create table t{n} (plan text);"),
        **supabase(6, 6, "create table users (plan text, age int);"),
    }
    new = supabase(7, 7, "alter table users drop column plan;")

    found, _ = read_between(tmp_path, "supabase", lambda *_: history, 6, new)

    assert (found, sorted(set(parsed))) == ([("7", True)], ["6", "7"])
