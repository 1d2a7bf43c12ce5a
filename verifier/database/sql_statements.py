"""Splits the SQL of a migration into statements and parses them with PostgreSQL's own grammar."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from verifier.database.postgres_grammar import GrammarError, parse_trees
from verifier.database.sql_text import (
    Body,
    body_of,
    end_of,
    next_edge,
    past_comments,
    without_comments,
)
from verifier.model.cut_text import cut_to

_COPY_DATA = re.compile(r"copy\b.*\bfrom\s+stdin\b", re.IGNORECASE | re.DOTALL)
_END_OF_DATA = re.compile(r"^\\\.[ \t\r]*$", re.MULTILINE)
#: Commands of psql that run what is not in this text.
_INCLUDE = re.compile(r"\\(?:(?:i|ir|include|include_relative|gexec)\b|!)[^\n\r]*")
_COMMAND_OF_PSQL = re.compile(r"\\;|\\[^\n\r]*")
#: From the start of a word alone: a long one is not searched from each of its letters.
_CALLED = re.compile(r"(?<!\w)(\w{1,63})\"?\s{0,9}\(")
#: A condition that holds of every row, or that may: PostgreSQL's grammar tells. Of a text with
#: one blank where there are any.
_EVERY_ROW = re.compile(
    r"\bwhere ?(?:\( ?){0,9}(?:true\b|not false\b|'?(\d{1,9})'? ?= ?'?\1)",
    re.I,
)
#: A condition that may compare the rows of a table with themselves, as the grammar tells.
_OF_ITSELF = re.compile(
    r"delete\s{1,99}from\s{1,99}(?:only\s{1,99})?(?:\w{1,63}\.)?\"?(\w{1,63})\"?(?!\w)"
    r".{0,2000}?\b(?:\1\b(?!\.)|(\w{1,63})\s{0,9}=\s{0,9}\2\b)",
    re.I | re.S,
)
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
#: psql's variables, and placeholders of tools: their values are not known here. Each part has
#: a longest: what opens many times and is closed nowhere is not searched to its end each time.
_PLACEHOLDER = re.compile(
    r"\$\{[^}${\n]{0,200}\}|(?<![:\w]):'?\"?[a-z_]\w{0,99}'?\"?(?!\w{0,99}::)|"
    r"\{\{[^}${\n]{0,200}\}\}",
    re.I,
)
#: What stands for a placeholder in the trees.
NOT_KNOWN = "placeholder_not_known"
#: One that stands for a schema: a name is told as it is without.
_SCHEMA = re.compile(
    r"(?:\"?\$\{[^}${\n]{0,200}\}\"?|\{\{[^}${\n]{0,200}\}\}|(?<![:\w]):\"?[a-z_]\w{0,99}\"?)"
    r"\.(?=[\w\"])",
    re.I,
)
#: Of these, nothing is read: they neither make nor take away what code names.
_DATA = frozenset(
    {"insert", "update", "copy", "comment", "set", "reset", "begin", "commit", "end"}
    | {"rollback", "start", "savepoint", "release", "analyze", "analyse", "vacuum", "lock"}
    | {"explain", "notify", "listen", "checkpoint", "cluster", "reindex", "values", "show"}
)


def named_late() -> str:
    """Say that what a statement names stands nowhere in it."""
    why = "a name known only at run time"
    return f"a part of it could not be read: {why}"


@dataclass(frozen=True, slots=True)
class OfField:
    """What a statement says of a field of a model."""

    name: str
    column: str = ""
    """The column that it has from here on; empty for none."""
    is_named: bool = False
    """Whether it says so itself, and keeps the column under another name."""
    becomes: str = ""
    """Where it is renamed, its new name."""
    is_filled: bool = False
    """Whether the database fills its column."""


@dataclass(frozen=True, slots=True)
class OfModel:
    """The model that a statement is about, as a framework knows it."""

    name: str
    """The table that is called after it, which it may not have."""
    becomes: str = ""
    """Where it is renamed, the table that is called after its new name."""
    table: str | None = None
    """The table that it has from here on: "" for the one that is called after it."""
    has_none: bool = False
    """Whether it has no table of its own."""
    is_managed: bool | None = None
    """Whether its table changes with it from here on, where a statement says so."""
    begins: bool = False
    ends: bool = False
    """Whether there is such a model from here on, or none any more."""
    fields: tuple[OfField, ...] = ()
    """Those of its fields that it is about."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a migration."""

    sql: str
    line: int
    """Of the file, from 1, where it begins."""
    model: OfModel | None = None
    """Whose table it names as if that were called after it."""

    @property
    def first_word(self) -> str:
        """Its first word in lower case, comments skipped."""
        match = _WORD.match(self.sql, past_comments(self.sql, 0))
        return match[0].lower() if match else ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What PostgreSQL's grammar makes of a statement."""

    kind: str
    """The tag of the tree, such as `AlterTableStmt`."""
    tree: Mapping[str, object]
    line: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A statement that could not be read."""

    line: int
    why: str


def split(text: str) -> Iterator[Statement]:
    """
    Yield the statements of a text.

    Quotes, nested comments and bodies hold no ends of statements; the data of `copy … from stdin`
    and commands of psql are left out, but for those that run what is not in the text.
    """
    begin = at = counted = 0
    line = 1
    body: Body | None = None
    while (edge := next_edge(text, at)) is not None:
        start, at = edge.span()
        is_command = edge[0] == "\\"
        if edge[0] != ";" and not is_command:
            at = end_of(edge[0], text, start)
            continue
        if not is_command:
            body = body or body_of(text, begin, start)
            if body is not None and body.holds(text, start):
                continue
        body = None
        sql = text[begin:start]
        line += text.count("\n", counted, begin)
        counted = begin
        yield from _statement(sql, line)
        if is_command:
            # It sends what stands before it, or stands alone.
            if include := _INCLUDE.match(text, start):
                yield Statement(include[0].strip(), line + text.count("\n", counted, start))
            command = _COMMAND_OF_PSQL.match(text, start)
            at = command.end() if command else at
        elif _COPY_DATA.match(sql, copied := past_comments(sql, 0), copied + 2000):
            data = _END_OF_DATA.search(text, at)
            at = len(text) if data is None else data.end()
        begin = at
    yield from _statement(text[begin:], line + text.count("\n", counted, begin))


def _statement(sql: str, line: int) -> Iterator[Statement]:
    bare = sql.lstrip()
    if bare:
        yield Statement(bare, line + sql.count("\n", 0, len(sql) - len(bare)))


def parse(
    steps: Iterable[Statement | Unread], functions: Container[str] = ()
) -> Iterator[Parsed | Unread]:
    """
    Yield what each statement is, as far as it could change what code relies on.

    That is a query, too, which calls one of the `functions` that may do so; they are looked up
    when the query is reached.
    """
    for step in steps:
        if isinstance(step, Unread):
            yield step
            continue
        if step.sql.startswith("\\"):
            yield Unread(step.line, f"{cut_to(60, step.sql)} runs what is not in this file")
            continue
        begin = past_comments(step.sql, 0)
        found = _WORD.match(step.sql, begin)
        word = found[0].lower() if found else ""
        is_comment = begin == len(step.sql)
        if is_comment or word in _DATA or (word == "delete" and _is_partial(step.sql)):
            continue
        if word == "with" and "delete" not in step.sql.lower():
            continue
        if word == "select" and not _acts(step.sql, functions):
            continue
        yield from parse_statement(step)


def _is_partial(delete: str) -> bool:
    """Whether a `delete` has a condition that is not the same for every row."""
    if "where" not in delete.lower():
        return False
    plain = " ".join(without_comments(delete).split())
    return not _OF_ITSELF.match(plain) and not _EVERY_ROW.search(plain)


def _acts(query: str, functions: Container[str]) -> bool:
    """Whether a query may do more than read."""
    called = (found[1].lower() for found in _CALLED.finditer(query))
    return "into" in query.lower() or any(name in functions for name in called)


def parse_statement(statement: Statement) -> Iterator[Parsed | Unread]:
    """Yield what one statement is."""
    if "\0" in statement.sql:  # it would end the text for the parser
        yield Unread(statement.line, "a byte in it is zero")
        return
    sql = statement.sql[past_comments(statement.sql, 0) :]
    if sql.startswith("/*"):
        yield Unread(statement.line, f"{cut_to(60, sql)} is a comment without end")
        return
    try:
        trees = _trees(sql)
    except GrammarError as error:
        shown = cut_to(60, " ".join(sql.split()))
        yield Unread(statement.line, f"{shown} ({error})")
        return
    for tree in trees:
        match tree:
            case {"stmt": dict(found)}:
                for kind, content in found.items():
                    yield Parsed(kind, content if isinstance(content, dict) else {}, statement.line)
            case _:
                continue


def _trees(sql: str) -> list[object]:
    try:
        return parse_trees(sql)
    except GrammarError:
        # A placeholder's value is not known; what the statement does mostly does not hang on it.
        filled = _PLACEHOLDER.sub(NOT_KNOWN, _SCHEMA.sub("", sql))
        if filled == sql:
            raise
        return parse_trees(filled)
