"""What a migration applies, as statements of SQL. Nothing of it is run."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

from verifier.database.alembic_operations import read_alembic
from verifier.database.applied_part import applied_part
from verifier.database.code_calls import Call, TooMuchError
from verifier.database.django_operations import read_django
from verifier.database.javascript_calls import up_calls
from verifier.database.knex_schema import read_knex
from verifier.database.kysely_schema import read_kysely
from verifier.database.liquibase_sql import change_sets_in
from verifier.database.outside_calls import outside_calls
from verifier.database.pgm_calls import read_pgm
from verifier.database.python_sql import read_aerich, read_piccolo, read_yoyo
from verifier.database.query_objects import read_query_object
from verifier.database.rails_operations import read_rails
from verifier.database.ruby_calls import method_calls
from verifier.database.sql_statements import Statement, Unread, split
from verifier.model.migration_ledger import Migration

Steps = Sequence[Statement | Unread]

_PYTHON: Mapping[str, Callable[[str, str], Iterator[Statement | Unread]]] = {
    "alembic": read_alembic,
    "yoyo": read_yoyo,
    "aerich": read_aerich,
    "piccolo": read_piccolo,
}
_JAVASCRIPT: Mapping[str, Callable[[tuple[Call, ...]], Iterator[Statement | Unread]]] = {
    "knex": read_knex,
    "typeorm": read_query_object,
    "sequelize": read_query_object,
    "mikro-orm": read_query_object,
    "kysely": read_kysely,
    "node-pg-migrate": read_pgm,
}
_SCRIPTS = ("js", "cjs", "mjs", "ts", "cts", "mts")
_ABOUT_ROWS = frozenset({"insert", "update"})
_MOST_ABOUT_ROWS = 1000
#: Of a file of SQL: more take a minute.
_MOST_STATEMENTS = 200_000
#: Of files that hold one migration each: larger ones are not read as code.
_MOST_CODE = 500_000
#: What the statements of one migration in code have together.
_MOST_WRITTEN = 10_000_000


def read_migration(tool: str, migration: Migration, content: bytes) -> Steps:
    """
    Return the statements that a tool applies, in order; what cannot be read stands among them.

    Of those that only insert or update rows, there may be a million, the first are returned.

    `content` is that of the migration's file, which may hold others too. A migration in code is
    read as data; what it does to the schema is written as SQL.
    """
    ending = migration.file.rpartition(".")[2].lower()
    if ending == "sql":
        text = applied_part(tool, _decoded(content))
        return tuple(_bounded(split(_own_part(tool, migration, text)), migration.file))
    found = _collected(tool, migration, ending, content) if len(content) < _MOST_CODE else None
    if found is not None:
        return found
    return (Unread(1, f"{migration.file} is code, which is not analysed"),)


def _bounded(steps: Iterator[Statement], file: str) -> Iterator[Statement | Unread]:
    left = _MOST_ABOUT_ROWS
    for number, step in enumerate(steps):
        if number == _MOST_STATEMENTS:
            yield Unread(step.line, f"{file} holds more than is read of one migration")
            return
        is_about_rows = step.first_word in _ABOUT_ROWS
        left -= is_about_rows
        if left >= 0 or not is_about_rows:
            yield step


def _collected(tool: str, migration: Migration, ending: str, content: bytes) -> Steps | None:
    """What is read of code, as far as it is read; None for code that is not analysed."""
    found: list[Statement | Unread] = []
    written = 0
    try:
        steps = _code(tool, migration, ending, content)
        if steps is None:
            return None
        for step in steps:
            found.append(step)
            written += len(step.sql) if isinstance(step, Statement) else 1
            if written > _MOST_WRITTEN:
                raise TooMuchError
    except RecursionError:
        found.append(Unread(1, f"{migration.file} is nested too deeply"))
    except TooMuchError:
        found.append(Unread(1, f"{migration.file} asks for more than is read of one migration"))
    return tuple(found)


def _code(
    tool: str, migration: Migration, ending: str, content: bytes
) -> Iterator[Statement | Unread] | None:
    """The statements of code in a language and of a tool that are known, None for others."""
    text = content.decode("utf-8-sig", "replace")
    if ending == "py" and tool == "django":
        return read_django(text, migration.file, migration.group)
    if ending == "py" and tool in _PYTHON:
        return _PYTHON[tool](text, migration.file)
    if ending == "rb" and tool == "rails":
        calls = method_calls(content, ("change", "up"))
        return None if calls is None else chain(outside_calls(calls), read_rails(calls))
    if ending in _SCRIPTS and tool in _JAVASCRIPT:
        calls = up_calls(content)
        return None if calls is None else chain(outside_calls(calls), _JAVASCRIPT[tool](calls))
    return None


def _decoded(content: bytes) -> str:
    """The text of a file: some tools, and editors of Windows, write UTF-16 with its mark."""
    marked = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    return content.decode("utf-16" if marked else "utf-8-sig", "replace")


def _own_part(tool: str, migration: Migration, text: str) -> str:
    """The change set of one migration, the lines before it blank."""
    sets = list(change_sets_in(text)) if tool == "liquibase" else []
    for number, (start, author, id_) in enumerate(sets):
        if migration.version.endswith(f"::{id_}::{author}"):
            end = sets[number + 1][0] if number + 1 < len(sets) else len(text)
            return "\n" * text.count("\n", 0, start) + text[start:end]
    return text
