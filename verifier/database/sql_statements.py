"""Splits the SQL of a migration into statements and parses them with PostgreSQL's own grammar."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from verifier.database.postgres_grammar import GrammarError, parse_trees

#: What ends a statement, or begins something that holds no ends of statements.
_EDGE = re.compile(r"--|/\*|['\"$;\\]")
_DOLLAR = re.compile(r"\$(?:[^\W\d]\w*)?\$")
_REST_OF_ESCAPED = re.compile(r"(?:[^'\\]|\\.)*+", re.DOTALL)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_COPY_DATA = re.compile(r"^\s*copy\b.*\bfrom\s+stdin\b", re.IGNORECASE | re.DOTALL)
_END_OF_DATA = re.compile(r"^\\\.[ \t\r]*$", re.MULTILINE)
_CREATE = re.compile(r"(?:\s|--[^\n]*\n)*create\b", re.IGNORECASE)
_RULE = re.compile(r"(?:\s|--[^\n]*\n)*create\s+(?:or\s+replace\s+)?rule\b", re.IGNORECASE)
_ATOMIC = re.compile(r"\bbegin\s+atomic\b", re.IGNORECASE)
_OPENS_BLOCK = re.compile(r"\b(?:begin|case)\b", re.IGNORECASE)
_CLOSES_BLOCK = re.compile(r"\bend\b", re.IGNORECASE)
_FIRST_WORD = re.compile(r"(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*([a-z]+)", re.IGNORECASE | re.DOTALL)
#: psql's variables, and placeholders of tools: their values are not known here.
_PLACEHOLDER = re.compile(
    r"\$\{[^}\n]*\}|(?<![:\w]):'?\"?[a-z_]\w*'?\"?(?!\w*::)|\{\{[^}\n]*\}\}", re.I
)
#: Of these, nothing is read: they neither make nor take away what code names.
_DATA = frozenset(
    {"insert", "update", "with", "copy", "comment", "set", "reset", "begin", "commit", "end"}
    | {"rollback", "start", "savepoint", "release", "analyze", "analyse", "vacuum", "lock"}
    | {"explain", "notify", "listen", "checkpoint", "cluster", "reindex", "values", "show"}
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a migration."""

    sql: str
    line: int
    """Of the file, from 1, where it begins."""

    @property
    def first_word(self) -> str:
        """Its first word in lower case, comments skipped."""
        match = _FIRST_WORD.match(self.sql)
        return match[1].lower() if match else ""


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

    Quotes, nested comments and bodies hold no ends of statements; commands of psql and the data
    of `copy … from stdin` are left out.
    """
    begin = at = counted = 0
    line = 1
    while (edge := _EDGE.search(text, at)) is not None:
        start, at = edge.span()
        if edge[0] == "\\":
            if not text[begin:start].strip():
                begin = at = _past(text, "\n", at)
            continue
        if edge[0] != ";":
            at = _end_of(edge[0], text, start)
            continue
        if _is_in_body(text, begin, start):
            continue
        sql = text[begin:start]
        line += text.count("\n", counted, begin)
        counted = begin
        yield from _statement(sql, line)
        if _COPY_DATA.match(sql[:2000]):
            data = _END_OF_DATA.search(text, at)
            at = len(text) if data is None else data.end()
        begin = at
    yield from _statement(text[begin:], line + text.count("\n", counted, begin))


def _end_of(edge: str, text: str, start: int) -> int:
    """Where a comment or quote ends that begins at `start`."""
    match edge:
        case "--":
            return _past(text, "\n", start)
        case "/*":
            return _end_of_comment(text, start + 2)
        case '"':
            return _past(text, '"', start + 1)
        case "$":
            return _end_of_dollar(text, start)
        case _ if _is_escaped(text, start):
            rest = _REST_OF_ESCAPED.match(text, start + 1)
            return (rest.end() if rest else start) + 1
        case _:
            return _past(text, "'", start + 1)


def _past(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return len(text) if found < 0 else found + len(mark)


def _is_escaped(text: str, at: int) -> bool:
    """Whether a quote is that of an `E'…'`, in which a backslash escapes."""
    before = text[max(0, at - 2) : at]
    return before[-1:] in ("e", "E") and not (len(before) == 2 and before[0].isalnum())


def _end_of_dollar(text: str, at: int) -> int:
    if at > 0 and (text[at - 1].isalnum() or text[at - 1] in "_$"):
        return at + 1  # part of a word, as in `a$b$c`
    quote = _DOLLAR.match(text, at)
    return at + 1 if quote is None else _past(text, quote[0], quote.end())


def _statement(sql: str, line: int) -> Iterator[Statement]:
    bare = sql.lstrip()
    if bare:
        yield Statement(bare, line + sql.count("\n", 0, len(sql) - len(bare)))


def _end_of_comment(text: str, at: int) -> int:
    depth = 1
    while depth:
        edge = _COMMENT_EDGE.search(text, at)
        if edge is None:
            return len(text)
        depth += 1 if edge[0] == "/*" else -1
        at = edge.end()
    return at


def _is_in_body(text: str, begin: int, end: int) -> bool:
    """Whether a semicolon stands between brackets, or in a function's body of SQL's own form."""
    if not _CREATE.match(text, begin):
        return False
    sql = text[begin:end]
    if _RULE.match(sql):
        return sql.count("(") > sql.count(")")
    found = _ATOMIC.search(sql)
    if found is None:
        return False
    body = sql[found.start() :]
    return len(_OPENS_BLOCK.findall(body)) > len(_CLOSES_BLOCK.findall(body))


def parse(steps: Iterable[Statement | Unread]) -> Iterator[Parsed | Unread]:
    """Yield what each statement is, as far as it could change what code relies on."""
    for step in steps:
        if isinstance(step, Unread):
            yield step
            continue
        word = step.first_word
        if not word or word in _DATA or (word == "delete" and "where" in step.sql.lower()):
            continue
        if word == "select" and "into" not in step.sql.lower():
            continue
        yield from parse_statement(step)


def parse_statement(statement: Statement) -> Iterator[Parsed | Unread]:
    """Yield what one statement is."""
    try:
        trees = _trees(statement.sql)
    except GrammarError as error:
        shown = " ".join(statement.sql.split())[:60]
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
        filled = _PLACEHOLDER.sub("placeholder", sql)
        if filled == sql:
            raise
        return parse_trees(filled)
