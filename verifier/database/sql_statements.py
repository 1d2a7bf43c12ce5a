"""Splits the SQL of a migration into statements and parses them with PostgreSQL's own grammar."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from verifier.database.postgres_grammar import GrammarError, parse_trees

#: What ends a statement, or begins something that holds no ends of statements.
_EDGE = re.compile(r"--|/\*|['\"$;\\]")
#: Text without such, line comments, and quotes in which nothing escapes. Like the others below it
#: is matched again where it ends: before Python 3.11.5 a possessive group matches wrongly, and a
#: greedy one keeps what it could go back to.
_PLAIN = re.compile(
    r"""(?:[^'"$;\\/-]++|--[^\n\r]*+|-(?!-)|/(?!\*)|(?<![eE])'[^']*+'|"[^"]*+"){1,1000}"""
)
_END_OF_LINE = re.compile(r"[\n\r]")
_DOLLAR = re.compile(r"\$(?:[^\W\d]\w*)?\$")
_REST_OF_ESCAPED = re.compile(r"(?:[^'\\]++|\\.|''){1,1000}", re.DOTALL)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_COPY_DATA = re.compile(r"copy\b.*\bfrom\s+stdin\b", re.IGNORECASE | re.DOTALL)
_END_OF_DATA = re.compile(r"^\\\.[ \t\r]*$", re.MULTILINE)
#: Commands of psql that run what is not in this text.
_INCLUDE = re.compile(r"\\(?:(?:i|ir|include|include_relative|gexec)\b|!)[^\n\r]*")
_COMMAND_OF_PSQL = re.compile(r"\\;|\\[^\n\r]*")
_CREATE = re.compile(r"create\b", re.IGNORECASE)
_RULE = re.compile(r"create\s+(?:or\s+replace\s+)?rule\b", re.IGNORECASE)
_ATOMIC = re.compile(r"\bbegin\s+atomic\b", re.IGNORECASE)
_QUOTED = r"""'[^']*+'|"[^"]*+"|--[^\n\r]*+"""
_BRACKET = re.compile(rf"{_QUOTED}|(?P<opens>\()|(?P<closes>\))")
_BLOCK_EDGE = re.compile(rf"{_QUOTED}|\b(?:(?P<opens>begin|case)|(?P<closes>end))\b", re.IGNORECASE)
_BLANK = re.compile(r"(?:\s++|--[^\n\r]*+){1,1000}")
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
#: psql's variables, and placeholders of tools: their values are not known here.
_PLACEHOLDER = re.compile(
    r"\$\{[^}\n]*\}|(?<![:\w]):'?\"?[a-z_]\w*'?\"?(?!\w*::)|\{\{[^}\n]*\}\}", re.I
)
#: One that stands for a schema: a name is told as it is without.
_SCHEMA = re.compile(
    r"(?:\"?\$\{[^}\n]*\}\"?|\{\{[^}\n]*\}\}|(?<![:\w]):\"?[a-z_]\w*\"?)\.(?=[\w\"])", re.I
)
#: Of these, nothing is read: they neither make nor take away what code names.
_DATA = frozenset(
    {"insert", "update", "copy", "comment", "set", "reset", "begin", "commit", "end"}
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
        match = _WORD.match(self.sql, _past_comments(self.sql, 0))
        return match[0].lower() if match else ""

    @property
    def is_comment(self) -> bool:
        """Whether nothing of it is run."""
        return _past_comments(self.sql, 0) == len(self.sql)


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
    while (edge := _EDGE.search(text, _past_all(_PLAIN, text, at))) is not None:
        start, at = edge.span()
        is_command = edge[0] == "\\"
        if edge[0] != ";" and not is_command:
            at = _end_of(edge[0], text, start)
            continue
        if (end := _end_of_body(text, begin, start)) > start and not is_command:
            at = end
            continue
        sql = text[begin:start]
        line += text.count("\n", counted, begin)
        counted = begin
        yield from _statement(sql, line)
        if is_command:
            # It sends what stands before it, or stands alone.
            if include := _INCLUDE.match(text, start):
                yield Statement(include[0].strip(), 1 + text.count("\n", 0, start))
            command = _COMMAND_OF_PSQL.match(text, start)
            at = command.end() if command else at
        elif _COPY_DATA.match(sql, copied := _past_comments(sql, 0), copied + 2000):
            data = _END_OF_DATA.search(text, at)
            at = len(text) if data is None else data.end()
        begin = at
    yield from _statement(text[begin:], line + text.count("\n", counted, begin))


def _past_all(pieces: re.Pattern[str], text: str, at: int) -> int:
    """Where these pieces end, as many as follow one another at `at`."""
    while found := pieces.match(text, at):
        at = found.end()
    return at


def _past_comments(text: str, at: int) -> int:
    """Where something else than comments stands at `at` or behind it; one without end is that."""
    while True:
        at = _past_all(_BLANK, text, at)
        if not text.startswith("/*", at) or (end := _end_of_comment(text, at + 2)) < 0:
            return at
        at = end


def _end_of(edge: str, text: str, start: int) -> int:
    """Where a comment or quote ends that begins at `start`."""
    match edge:
        case "--":
            end = _END_OF_LINE.search(text, start)
            return len(text) if end is None else end.end()
        case "/*":
            end_of_comment = _end_of_comment(text, start + 2)
            return len(text) if end_of_comment < 0 else end_of_comment
        case '"':
            return _past(text, '"', start + 1)
        case "$":
            return _end_of_dollar(text, start)
        case _ if _is_escaped(text, start):
            return _past_all(_REST_OF_ESCAPED, text, start + 1) + 1
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
    """Where a comment ends, with those in it; -1 where it does not."""
    depth = 1
    while depth:
        edge = _COMMENT_EDGE.search(text, at)
        if edge is None:
            return -1
        depth += 1 if edge[0] == "/*" else -1
        at = edge.end()
    return at


def _end_of_body(text: str, begin: int, end: int) -> int:
    """
    Where a rule's brackets, or a function's body of SQL's own form, end around a semicolon.

    `begin` is that of the statement; `end`, the semicolon, where it stands in neither.
    """
    begin = _past_comments(text, begin)
    if not _CREATE.match(text, begin):
        return end
    if _RULE.match(text, begin):
        return _closed(_BRACKET, text, begin, end)
    found = _ATOMIC.search(text, begin, end)
    return end if found is None else _closed(_BLOCK_EDGE, text, found.start(), end)


def _closed(edges: re.Pattern[str], text: str, begin: int, end: int) -> int:
    """Where what is open at `end` is closed, `end` where nothing is."""
    depth = 0
    for edge in edges.finditer(text, begin):
        if depth == 0 and edge.start() > end:
            return end
        depth = max(0, depth + {"opens": 1, "closes": -1}.get(edge.lastgroup or "", 0))
        if depth == 0 and edge.end() > end:
            return edge.end()
    return len(text) if depth > 0 else end


def parse(steps: Iterable[Statement | Unread]) -> Iterator[Parsed | Unread]:
    """Yield what each statement is, as far as it could change what code relies on."""
    for step in steps:
        if isinstance(step, Unread):
            yield step
            continue
        if step.sql.startswith("\\"):
            yield Unread(step.line, f"{step.sql[:60]} runs what is not in this file")
            continue
        word = step.first_word
        if step.is_comment or word in _DATA or (word == "delete" and "where" in step.sql.lower()):
            continue
        if word == "with" and "delete" not in step.sql.lower():
            continue
        if word == "select" and "into" not in step.sql.lower():
            continue
        yield from parse_statement(step)


def parse_statement(statement: Statement) -> Iterator[Parsed | Unread]:
    """Yield what one statement is."""
    if "\0" in statement.sql:  # it would end the text for the parser
        yield Unread(statement.line, "a byte in it is zero")
        return
    # Without the comments before it: the parser takes long for many of them.
    sql = statement.sql[_past_comments(statement.sql, 0) :]
    try:
        trees = _trees(sql)
    except GrammarError as error:
        shown = " ".join(sql.split())[:60]
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
        filled = _PLACEHOLDER.sub("placeholder", _SCHEMA.sub("", sql))
        if filled == sql:
            raise
        return parse_trees(filled)
