"""How a tool's migrations in code are read: as data, written as SQL. Nothing of it is run."""

from collections.abc import Callable
from itertools import chain

from verifier.database.code_calls import Call
from verifier.database.javascript_calls import up_calls
from verifier.database.ledger_tool import CodeReader, ReadSteps, ending_of
from verifier.database.outside_calls import outside_calls
from verifier.database.ruby_calls import method_calls
from verifier.model.migration_ledger import Migration

_SCRIPTS = ("js", "cjs", "mjs", "ts", "cts", "mts")


def in_python(read: Callable[[str, str], ReadSteps]) -> CodeReader:
    """Return the reader of a tool whose migrations are modules of Python."""

    def read_python(migration: Migration, content: bytes) -> ReadSteps | None:
        if ending_of(migration) != "py":
            return None
        return read(content.decode("utf-8-sig", "replace"), migration.file)

    return read_python


def in_javascript(read: Callable[[tuple[Call, ...]], ReadSteps]) -> CodeReader:
    """Return the reader of a tool whose migrations are scripts with a function `up`."""

    def read_scripts(migration: Migration, content: bytes) -> ReadSteps | None:
        calls = up_calls(content) if ending_of(migration) in _SCRIPTS else None
        return None if calls is None else chain(outside_calls(calls), read(calls))

    return read_scripts


def in_ruby(methods: tuple[str, ...], read: Callable[[tuple[Call, ...]], ReadSteps]) -> CodeReader:
    """Return the reader of a tool whose migrations are classes of Ruby with such a method."""

    def read_ruby(migration: Migration, content: bytes) -> ReadSteps | None:
        calls = method_calls(content, methods) if ending_of(migration) == "rb" else None
        return None if calls is None else chain(outside_calls(calls), read(calls))

    return read_ruby
