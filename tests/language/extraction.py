"""
The texts that people read, as templates: what the catalogue of a language must have.

A template is the text of an f-string with `{1}`, `{2:n}` for what is filled in, in order; `:n` is a
number with a format, which the language writes in its own way. Values that stand together are one.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path

import verifier
from tests.parsed import tree
from verifier.language.catalogue import NUMBER
from verifier.language.file_comments import comments
from verifier.language.translation import CONNECTORS

PACKAGE = Path(verifier.__file__).parent
#: Not read by people: the sandbox's own, names of others with where they were found, queries.
LEFT_OUT = (
    "sandbox/",
    "language/",
    "cli/meant_commands.py",
    "health/identity_places.py",
    "health/vocabulary.py",
    "health/dispensable.py",
    "health/document_keys.py",
    "health/flag_names.py",
    "health/none_of_it.py",
    "health/doubts.py",
    "health/not_of_now.py",
    "health/state_flags.py",
    "health/sentences.py",
    "health/driver_messages.py",
    "health/text_lines.py",
    "health/xml_document.py",
    "health/numbered_states.py",
    "railway/operations.py",
    "report/junit.py",
    "report/open_metrics.py",
    "report/otlp_trace.py",
    "report/sarif.py",
    "database/written_row.py",
    "github/bulk_document.py",
    "guarded/secret_shapes.py",
    "guarded/protocol_secrets.py",
    "guarded/public_values.py",
    "guarded/public_words.py",
    "guarded/secret_parts.py",
    "guarded/secret_words.py",
    "guarded/written_values.py",
    "guarded/told_values.py",
    "guarded/tabled_secrets.py",
    "guarded/spoken_secrets.py",
    "guarded/worded_records.py",
    "guarded/vendor_tokens.py",
    "guarded/user_pattern.py",
    "model/action_pins.py",
    "model/check_ids.py",
)
#: Calls whose texts are patterns or names, not sentences.
_PATTERNS = {
    "compile",
    "LatePattern",
    "fullmatch",
    "search",
    "match",
    "findall",
    "finditer",
    "sub",
    "getattr",
    "word_set",
}
#: Texts for machines: queries, code, patterns, media types, names of headers.
_MACHINE = re.compile(
    r"^\s*(?:grant (?:usage|select|connect) on |add (?:constraint|check|column) ?"
    r"|(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|WITH|BEGIN|SET|SHOW|LOCK|GRANT|REVOKE)\b(?=.*[a-z_{(*=])"
    r"|select .*|insert into .*|delete from .*|update \S+ set .*|with (?:recursive )?\w+ as \(.*"
    r"|(?:create|alter|drop) (?:or |unique |default|not null|constraint|column|table|role|policy|schema|trigger|function|view|index|type|domain|extension|sequence)\b.*"
    r"|set (?:local|default|null|not null)\b.*|no action|comment on table .*|references\b.*|begin read only|--app "
    r"|query\b|mutation\b|subscription\b|fragment |#!|https?://\S+$|-- |::|<[a-z!/])"
    r"|\bsrc '|\\[bdswSZn]|\(\?|\[\^|\.\*|\\\.|%\(prog\)",
    re.DOTALL,
)
#: A word of a sentence, between spaces.
_WORD = re.compile(r"(?<![^\s(\"'`-])[A-Za-z][A-Za-z'\u2019-]*(?=[.,;:?!)\"'`]*(?:\s|$))")
_FIELD = re.compile(r"\{\d+(?::n)?\}")
#: Where lines of files are written, whose comments alone people read.
WRITTEN_FILES = ("decide/first_workflows.py", "decide/first_config.py", "decide/health_section.py")
_YAML = re.compile(r"\s*(?:- )?[\w-]+:(?: [\[{'\w].*)?$")
#: Texts of the program that are filled in later: `{service}`.
_NAMED_FIELD = re.compile(r"\{([a-z_]+)\}")
#: Stripped from both ends: where texts are put together it belongs to neither.
EDGES = " \n\t;:,."
_MOST_VARIANTS = 24


@dataclass(frozen=True, slots=True)
class Text:
    """One template: where it stands first, and what is filled in."""

    template: str
    file: str
    line: int
    fields: tuple[str, ...] = field(default=(), compare=False)


#: Tables of words that a surface shows by themselves.
_TABLES = {
    "_EVENTS", "OUTCOMES", "_JUDGED", "_PUSHES", "_MOMENTS", "_COLUMNS", "_TITLES",
    "_VERIFIED", "_LOOKED_AT", "_STANDINGS",
}  # fmt: skip
#: Functions of surfaces whose texts are headings, labels or single words.
_WORDS = {"word", "_titles", "_titled", "_labelled"}
#: Functions whose texts are templates also where they have one word.
_SAYS = {"say"}
#: Values of enumerations and keys that are shown as words.
_VALUES = (
    "pass", "fail", "warn", "skip", "critical", "inconclusive", "verdict", "verified", "rollback",
    "warning", "error", "ok", "PASS", "FAIL", "WARN", "SKIP", "CRITICAL", "INCONCLUSIVE",
    "applied", "pending", "modified", "unknown", "failed", "held", "spent", "good", "bad",
    "degraded", "passed", "superseded", "unaffected", "restored", "planned", "adopted", "refused",
    "stopped", "cancel", "claim", "checks", "records", "migrations", "service", "services", "healthy", "unchanged", "on", "off", "opened", "reopened", "updated", "closed",
)  # fmt: skip

#: What stands in such a room, and is told to whoever calls a command.
TAKEN_IN = ("sandbox/rehearsal/incident.py",)


@cache
def texts() -> Mapping[str, Text]:
    """Return every template by its text, in the order of files and lines."""
    found = {text.template: text for text in (*_of_page(), *_of_click())}
    found.update((value, Text(value, "model/", 0)) for value in _VALUES)
    found[NUMBER] = Text(NUMBER, "language/catalogue.py", 0)
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name in TAKEN_IN or not name.startswith(LEFT_OUT):
            for text in _Module(name, tree(path)).texts():
                found.setdefault(text.template, text)
    return found


def _parts(written: str, *, is_file: bool, is_help: bool) -> Iterator[str]:
    """Yield what is said of itself in a text: a paragraph of help, a comment of a file, a line."""
    if is_help:
        yield " ".join(written.split())
    elif is_file and ("\n" in written or "#" in written or _YAML.match(written)):
        yield from (comment for _, comment in comments(written))
    elif not _MACHINE.search(_FIELD.sub("", written)):
        yield from written.splitlines()


def _of_click() -> Iterator[Text]:
    """What the library of the command line says itself, as its versions have it in common."""
    for text in (
        "Usage", "Options", "env var", "Commands", "Show this message and exit", "Show the version and exit",
        "Missing option {1}", "Missing argument {1}", "No such option: {1}", "No such option {1}",
        "No such command {1}", "Did you mean {1}?", "Did you mean one of: {1}?",
        "Invalid value for {1}: {2}", "{1} is not one of {2}", "{1} is not a valid integer",
        "{1} {2} does not exist", "Option {1} requires an argument",
        "Got unexpected extra argument ({1})", "Got unexpected extra arguments ({1})",
        "{1} is not in the range {2}", "File {1} does not exist", "Directory {1} does not exist",
        "Path {1} does not exist", "Missing command", "Missing parameter: {1}",
        "{1} is not a valid integer range", "{1} is not a valid float", "{1} is not a valid float range",
        "Option {1} does not take a value", "Could not open file {1}: {2}",
        "File {1} is a directory", "Directory {1} is a file", "File {1} is not readable",
        "Directory {1} is not readable", "File {1} is not writable", "Directory {1} is not writable",
    ):  # fmt: skip
        fields = tuple(f"value {n}" for n, _ in enumerate(_FIELD.findall(text), start=1))
        yield Text(text, "cli/", 0, fields)
    # What stands between names.
    for word in CONNECTORS:
        yield Text(f"{{1}} {word} {{2}}", "report/", 0, ("name", "name"))


def _of_page() -> Iterator[Text]:
    """The texts of the HTML report: what it hands to `t`, or puts together."""
    name = "delivery/templates/report.html.jinja"
    for line, text in enumerate((PACKAGE / name).read_text("utf-8").splitlines(), start=1):
        for found in re.finditer(r"\bt\(\"([^\"]+)\"\)", text):
            yield Text(found[1], name, line)
        for found in re.finditer(r"for title in \(([^)]*)\)", text):
            yield from (Text(title, name, line) for title in re.findall(r"\"([^\"]+)\"", found[1]))
        for found in re.finditer(r"\{\{ (\"[^\"]+\"(?: ~ (?:\"[^\"]+\"|[\w.]+))+) \}\}", text):
            parts = found[1].split(" ~ ")
            fields = [part for part in parts if not part.startswith('"')]
            written = "".join(
                part[1:-1] if part.startswith('"') else f"{{{fields.index(part) + 1}}}"
                for part in parts
            )
            yield Text(written.strip(EDGES), name, line, tuple(fields))


#: Pieces of a text in the making: literal text, or the expression that fills a place.
_Piece = str | ast.expr


class _Module:
    def __init__(self, file: str, tree: ast.Module) -> None:
        self._file = file
        self._tree = tree
        self._within: set[str] = set()
        self._nodes: list[ast.AST] = [tree]
        self._parents: dict[int, ast.AST] = {}
        for parent in self._nodes:  # it grows by what is found in each
            for child in ast.iter_child_nodes(parent):
                self._parents[id(child)] = parent
                self._nodes.append(child)

    def texts(self) -> Iterator[Text]:
        for node in self._nodes:
            if isinstance(node, ast.Call | ast.Assign | ast.AnnAssign | ast.FunctionDef):
                yield from self._words(node)
            elif isinstance(node, ast.JoinedStr | ast.Constant) and self._is_read(node):
                for pieces in self._variants(node):
                    yield from self._text(pieces, node)

    def _named_in(self, shown: Sequence[ast.AST]) -> Iterator[ast.AST]:
        """The constants of the module that stand where a heading is expected."""
        names = {n.id for part in shown for n in ast.walk(part) if isinstance(n, ast.Name)}
        for node in self._tree.body:
            match node:
                case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                    for target, value in zip(targets, values, strict=True):
                        if isinstance(target, ast.Name) and target.id in names:
                            yield value

    def _words(self, node: ast.AST) -> Iterator[Text]:
        """Headings, labels and single words, which a surface looks up as they are."""
        shown: list[ast.AST] = []
        match node:
            case ast.Call(func=ast.Name(id=name), args=args) if name in _WORDS:
                shown = list(args)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in _TABLES:
                shown = [value]
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                shown = [value] if name in _TABLES else []
            case ast.FunctionDef(name="_rows" | "_sections" | "_background"):
                shown = [
                    part.elts[0]
                    for part in ast.walk(node)
                    if isinstance(part, ast.Tuple)
                    and part.elts
                    and self._file.startswith("report/")
                ]
        for value in (*shown, *self._named_in(shown)):
            keys = {id(k) for d in ast.walk(value) if isinstance(d, ast.Dict) for k in d.keys}
            inside = {
                id(v) for f in ast.walk(value) if isinstance(f, ast.JoinedStr) for v in f.values
            }
            for part in ast.walk(value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    is_shown = id(part) not in keys | inside and re.search(
                        "[A-Za-z]{2}", part.value
                    )
                    if is_shown:
                        yield Text(part.value, self._file, part.lineno)

    def _text(self, pieces: Sequence[_Piece], node: ast.expr) -> Iterator[Text]:
        parent = self._parents[id(node)]
        is_help = isinstance(parent, ast.Expr)
        is_said = isinstance(parent, ast.Call) and ast.unparse(parent.func) in _SAYS
        least = 1 if is_said else 2
        written, fields = "", []
        for piece in _joined(pieces):
            if isinstance(piece, str):
                written += piece
            else:
                fields.append(
                    " ".join(
                        ast.unparse(e.value if isinstance(e, ast.FormattedValue) else e)
                        for e in piece
                    )
                )
                written += f"{{{len(fields)}{_kind(piece)}}}"
        for part in _parts(written, is_file=self._file in WRITTEN_FILES, is_help=is_help):
            core = part.strip(EDGES)
            if core[:1] == "(" and core[-1:] == ")" and core.count("(") == 1:
                core = core[1:-1]  # Brackets are put around what stands in them.
            bare = _FIELD.sub("", core)
            if len(_WORD.findall(bare)) >= least and not _MACHINE.search(bare):
                yield _renumbered(core, self._file, node.lineno, fields)

    def _variants(self, node: ast.expr) -> Iterator[Sequence[_Piece]]:
        """Yield the text in each form that conditions in it give it."""
        match node:
            case ast.Constant(value=str(text)):
                yield list(_with_fields(text))
            case ast.JoinedStr(values=values):
                choices = [list(self._variants(value)) for value in values]
                for n, chosen in enumerate(product(*choices)):
                    if n < _MOST_VARIANTS:
                        yield [piece for pieces in chosen for piece in pieces]
            case ast.FormattedValue(value=ast.IfExp() as value, conversion=-1, format_spec=None):
                yield from self._variants(value)
            case ast.FormattedValue(value=ast.Name() as name, conversion=-1, format_spec=None):
                # A text that grows by itself is put together in parts.
                known = [] if name.id in self._within else self._words_of(name)
                yield from known or [[node]]
            case ast.IfExp(body=body, orelse=other):
                yield from self._variants(body)
                yield from self._variants(other)
            case _:
                yield [node]

    def _words_of(self, name: ast.Name) -> list[Sequence[_Piece]]:
        """What a name of a function can stand for, where single words are given it beside."""
        place: ast.AST | None = name
        while place is not None and not isinstance(place, ast.FunctionDef | ast.AsyncFunctionDef):
            place = self._parents.get(id(place))
        if place is None:
            return []
        given = [
            node.value
            for node in ast.walk(place)
            if isinstance(node, ast.Assign)
            and any(isinstance(t, ast.Name) and t.id == name.id for t in node.targets)
        ]
        stored = [
            n
            for n in ast.walk(place)
            if isinstance(n, ast.Name) and n.id == name.id and isinstance(n.ctx, ast.Store)
        ]
        if len(given) != len(stored) or not all(_is_choice(value) for value in given):
            return []
        self._within.add(name.id)
        found = [pieces for value in given for pieces in self._variants(value)]
        self._within.discard(name.id)
        short = [pieces for pieces in found if _size(pieces) < 2]
        # A longer one is a template of its own.
        rest: list[Sequence[_Piece]] = [[name]] if len(short) < len(found) else []
        return [
            *{
                str([p if isinstance(p, str) else ast.dump(p) for p in each]): each
                for each in short
            }.values(),
            *rest,
        ]

    def _is_read(self, node: ast.JoinedStr | ast.Constant) -> bool:
        if isinstance(node, ast.Constant) and not isinstance(node.value, str):
            return False
        parent = self._parents[id(node)]
        match parent:
            case ast.JoinedStr() | ast.FormattedValue() | ast.Compare() | ast.Subscript():
                return False
            case ast.Expr():
                return self._is_help(parent)
            case ast.Attribute(attr="split"):
                return False
            case ast.Call(func=ast.Name(id="_sign"), args=[_, pattern, *_]) if pattern is node:
                return False
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
                return name not in _PATTERNS
            case ast.keyword(arg="pattern" | "metavar" | "envvar"):
                return False
            case ast.Dict(keys=keys):
                return node not in keys
            case ast.IfExp():
                return not isinstance(self._parents[id(parent)], ast.FormattedValue)
            case ast.AnnAssign(annotation=a) | ast.arg(annotation=a) if a is node:
                return False
            case ast.FunctionDef() | ast.BinOp(op=ast.BitOr()):
                return False
            case ast.MatchValue():
                return False
            case _:
                return True

    def _is_help(self, node: ast.Expr) -> bool:
        """Docstrings that people read: of commands, and of the keys of the configuration."""
        place = self._parents[id(node)]
        if self._file.startswith("cli/") and isinstance(place, ast.FunctionDef):
            return any(
                "command" in ast.unparse(d) or "group" in ast.unparse(d)
                for d in place.decorator_list
            )
        if self._file.startswith("config/") and isinstance(place, ast.ClassDef):
            return any(
                "Section" in ast.unparse(b) or "Model" in ast.unparse(b) for b in place.bases
            )
        return False


def _with_fields(text: str) -> Iterator[_Piece]:
    """Yield a text that is filled in later by the names of its fields."""
    at = 0
    for found in _NAMED_FIELD.finditer(text):
        yield text[at : found.start()]
        yield ast.Name(found[1])
        at = found.end()
    yield text[at:]


def _is_choice(value: ast.expr) -> bool:
    match value:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case ast.IfExp(body=body, orelse=other):
            return _is_choice(body) and _is_choice(other)
        case _:
            return False


def _size(pieces: Sequence[_Piece]) -> int:
    """How many words a text has of its own."""
    return len(_WORD.findall(" ".join(piece for piece in pieces if isinstance(piece, str))))


def _joined(pieces: Sequence[_Piece]) -> Iterator[str | list[ast.expr]]:
    """Put values that stand together into one place, and texts too."""
    row: list[ast.expr] = []
    for piece in pieces:
        if isinstance(piece, str):
            if not piece:
                continue
            if row:
                yield row
                row = []
            yield piece
        elif row and _kind([piece]) != _kind(row):
            yield row
            row = [piece]
        else:
            row.append(piece)
    if row:
        yield row


def _kind(row: Sequence[ast.expr]) -> str:
    last = row[-1]
    if len(row) == 1 and isinstance(last, ast.FormattedValue) and last.format_spec is not None:
        spec = ast.unparse(last.format_spec)
        if re.search(r"\.\d?f|[,_]", spec):
            return ":n"
    return ""


def _renumbered(core: str, file: str, line: int, fields: Sequence[str]) -> Text:
    """Number the places of a part from one."""
    kept: list[str] = []

    def number(found: re.Match[str]) -> str:
        index, _, kind = found[0][1:-1].partition(":")
        kept.append(fields[int(index) - 1])
        return f"{{{len(kept)}{':' + kind if kind else ''}}}"

    return Text(_FIELD.sub(number, core), file, line, tuple(kept))
