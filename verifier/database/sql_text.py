"""Where comments, quotes and bodies of SQL begin and end, each place of a text looked at once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: What ends a statement, or begins something that holds no ends of statements.
_EDGE = re.compile(r"--|/\*|['\"$;\\]")
#: What begins a comment or a quote.
_MARK = re.compile(r"--|/\*|['\"$]")
#: Text without such, line comments, and quotes in which nothing escapes. Like the others below it
#: is matched again where it ends: before Python 3.11.5 a possessive group matches wrongly, and a
#: greedy one keeps what it could go back to.
_PLAIN = re.compile(
    r"""(?:[^'"$;\\/-]++|--[^\n\r]*+|-(?!-)|/(?!\*)|(?<![eE])'[^']*+'|"[^"]*+"){1,1000}"""
)
_BLANK = re.compile(r"(?:\s++|--[^\n\r]*+){1,1000}")
_END_OF_LINE = re.compile(r"[\n\r]")
_DOLLAR = re.compile(r"\$(?:[^\W\d]\w*)?\$")
_REST_OF_ESCAPED = re.compile(r"(?:[^'\\]++|\\.|''){1,1000}", re.DOTALL)
_COMMENT_EDGE = re.compile(r"(?P<opens>(?:/\*){1,1000})|(?:\*/){1,1000}")
_CREATE = re.compile(r"create\b", re.IGNORECASE)
_RULE = re.compile(r"create\s+(?:or\s+replace\s+)?rule\b", re.IGNORECASE)
_BEGIN = re.compile(r"\bbegin\b", re.IGNORECASE)
_ATOMIC = re.compile(r"atomic\b", re.IGNORECASE)
_BRACKET = re.compile(r"(?P<opens>\()|(?P<closes>\))")
_BLOCK_EDGE = re.compile(r"\b(?:(?P<opens>begin|case)|(?P<closes>end))\b", re.IGNORECASE)


def next_edge(text: str, at: int) -> re.Match[str] | None:
    """Return what at `at` or behind it ends a statement, or begins what holds no ends of them."""
    return _EDGE.search(text, _past_all(_PLAIN, text, at))


def _past_all(pieces: re.Pattern[str], text: str, at: int) -> int:
    """Where these pieces end, as many as follow one another at `at`."""
    while found := pieces.match(text, at):
        at = found.end()
    return at


def past_comments(text: str, at: int) -> int:
    """Where something else than comments stands at `at` or behind it; one without end is that."""
    while True:
        at = _past_all(_BLANK, text, at)
        if not text.startswith("/*", at) or (end := _end_of_comment(text, at + 2)) < 0:
            return at
        at = end


def end_of(edge: str, text: str, start: int) -> int:
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


def _end_of_comment(text: str, at: int) -> int:
    """Where a comment ends, with those in it; -1 where it does not."""
    depth = 1
    while depth:
        edge = _COMMENT_EDGE.search(text, at)
        if edge is None:
            return -1
        count = len(edge[0]) // 2
        if edge["opens"]:
            depth += count
        elif count >= depth:
            return edge.start() + 2 * depth
        else:
            depth -= count
        at = edge.end()
    return at


def without_comments(text: str) -> str:
    """Return what is run of a text; of a comment without end its beginning stays."""
    if "--" not in text and "/*" not in text:
        return text
    return "".join(_code(text, has_quotes=True))


def without_quotes(text: str) -> str:
    """Return a text without its comments and with a blank for each quote."""
    return "".join(_code(text, has_quotes=False))


def _code(text: str, *, has_quotes: bool) -> Iterator[str]:
    kept = at = 0
    while mark := _MARK.search(text, at):
        start, at = mark.start(), end_of(mark[0], text, mark.start())
        is_comment = mark[0] in ("--", "/*")
        is_quote = not is_comment and at > start + 1
        if not is_comment and (has_quotes or not is_quote):
            continue
        yield text[kept:start]
        kept = at
        if mark[0] == "--":
            yield "\n"
        elif is_quote or _end_of_comment(text, start + 2) > 0:
            yield " "
        else:
            yield "/*"
    yield text[kept:]


@dataclass(slots=True)
class Body:
    """The brackets of a rule, or a function's body of SQL's own form, in which semicolons stand."""

    edges: re.Pattern[str]
    at: int
    depth: int = 0

    def holds(self, text: str, semicolon: int) -> bool:
        """Whether a semicolon stands in it; they are asked about in their order."""
        for edge in self.edges.finditer(without_quotes(text[self.at : semicolon])):
            self.depth = max(0, self.depth + (1 if edge.lastgroup == "opens" else -1))
        self.at = semicolon
        return self.depth > 0


def body_of(text: str, begin: int, semicolon: int) -> Body | None:
    """Return what may hold the first semicolon of the statement that begins at `begin`."""
    begin = past_comments(text, begin)
    if not _CREATE.match(text, begin):
        return None
    if _RULE.match(text, begin):
        return Body(_BRACKET, begin)
    atomic = _begin_atomic(text[begin:semicolon])
    return None if atomic is None else Body(_BLOCK_EDGE, begin + atomic)


def _begin_atomic(sql: str) -> int | None:
    """Where `begin atomic` stands, comments between the words or not; None where it does not."""
    at = 0
    while found := _BEGIN.search(sql, at):
        at = past_comments(sql, found.end())
        if _ATOMIC.match(sql, at):
            return found.start()
        if sql.startswith("/*", at):  # a comment without end: nothing stands behind it
            return None
    return None
