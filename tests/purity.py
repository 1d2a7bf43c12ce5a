"""What a pure room may do: think. What stands in no list here is refused, named by its line."""

import ast
import builtins
import itertools
import math
import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import verifier
from tests.parsed import nodes, tree

ROOT = Path(verifier.__file__).parents[1]
PURE = {"checks", "decide", "errors", "health", "model", "report"}


def _words(text: str) -> set[str]:
    return set(text.split())


#: What may be used of which module: a new import in a pure room is a decision, made here.
MODULES = {
    "base64": {"urlsafe_b64decode"},
    "bisect": {"bisect_left", "bisect_right"},
    "collections": {"Counter", "defaultdict"},
    "collections.abc": {"Callable", "Collection", "Iterable", "Iterator", "Mapping", "Sequence"},
    "cronsim": {"CronSim", "CronSimError"},  # reads an expression of cron, and is given the time
    "contextvars": {"ContextVar"},  # the language that people are spoken to in
    "csv": {"writer"},
    "dataclasses": {"asdict", "dataclass", "field", "fields", "is_dataclass", "replace"},
    "datetime": {"UTC", "date", "datetime", "timedelta", "tzinfo"},  # their clocks are no METHODS
    "enum": {"Enum", "IntEnum", "StrEnum", "auto"},
    "fnmatch": {"fnmatchcase"},  # the others ask which system this is
    "functools": {"lru_cache", "partial"},
    "hashlib": {"sha256"},  # of bytes; no file is read
    "io": {"StringIO"},  # text in memory, no file
    "itertools": {name for name in dir(itertools) if not name.startswith("_")},
    "json": {"JSONDecodeError", "dumps", "loads"},
    "math": {name for name in dir(math) if not name.startswith("_")},
    "pydantic": {"Field", "TypeAdapter"},  # a dataclass as JSON, and its schema
    "pydantic_core": {"from_json", "to_json"},  # JSON's own types, and their text
    "re": _words(
        "ASCII DOTALL I IGNORECASE MULTILINE Match Pattern VERBOSE "
        "compile escape findall finditer fullmatch match search split sub"
    ),
    "shlex": {"quote"},
    "typing": _words("Annotated ClassVar Literal TypeAlias TypeVar get_args get_origin"),
    "unicodedata": {"category", "combining", "east_asian_width", "normalize"},
    "xml.sax.saxutils": {"escape", "quoteattr"},
    "urllib.parse": {"parse_qs", "parse_qsl", "quote", "unquote", "urlsplit"},
}
#: Builtins that only compute.
BUILTINS = _words(
    """
    False None True abs all any bool bytes callable classmethod dict divmod enumerate filter
    float format frozenset int isinstance issubclass iter len list map max min next
    object ord property range repr reversed round set slice sorted staticmethod str sum
    super tuple type zip ArithmeticError Exception IndexError KeyError LookupError
    NotImplementedError OSError OverflowError RecursionError RuntimeError StopIteration
    TypeError UnicodeDecodeError UnicodeEncodeError UnicodeError ValueError
    """
)
#: Attributes of text, numbers, collections, dates, expressions, addresses and errors, which only
#: compute. What our own pure rooms define comes besides, where it is not WORLDLY.
METHODS = _words(
    """
    append casefold clear copy count decode difference encode endswith expandtabs extend
    find format fromkeys get index insert intersection isalnum isalpha isascii isdecimal
    isdigit isdisjoint isidentifier islower isprintable isspace issubset issuperset isupper
    items join keys ljust lower lstrip most_common partition pop popitem remove removeprefix
    removesuffix replace reverse rfind rjust rpartition rsplit rstrip setdefault sort split
    splitlines startswith strip symmetric_difference title translate union update upper
    values zfill is_integer from_iterable end lastgroup findall finditer fullmatch group groupdict groups match pattern search
    sub astimezone combine date day days fromisoformat hour isoformat isoweekday
    microsecond min minute month second seconds strftime strptime time timestamp total_seconds tzinfo
    utcoffset weekday year fragment hostname netloc password path port query scheme username
    dump_json hexdigest dump_python getvalue json_schema msg name pos strerror validate_json
    type validate_python writerow
    """
)
#: By these, paths, streams, sockets, clients, processes and clocks are used: nothing of ours in a
#: pure room may have such a name, or what is meant could not be told from it.
WORLDLY = _words(
    """
    absolute accept acquire bind chmod communicate connect cwd debug delete environ
    exception execute exists expanduser fetchall fetchone fileno flush fromtimestamp getenv
    getpid glob home info is_dir is_file iterdir kill listen lstat mkdir modules monotonic
    now open os perf_counter popen Popen post put randint random read read_bytes read_text
    readline readlines recv rename request resolve rglob rmdir run send sendall shuffle
    sleep stat stderr stdin stdout stream submit symlink_to sys system today touch unlink
    urlopen utcnow uuid4 wait write write_bytes write_text writelines
    """
)
#: By these, what is there is changed in place: only what a function has made or was given may be.
CHANGING = _words(
    "add append clear difference_update discard extend insert intersection_update pop popitem "
    "remove reverse setdefault sort subtract symmetric_difference_update update"
)
#: Of a time, what is written in the language or the zone of the machine.
_OF_THE_MACHINE = re.compile(r"%[-#]?[aAbBcpsxX]")
#: What a call could change for the next one, where it is the default of a parameter.
_MADE_ONCE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
_MAKERS = {"list", "dict", "set", "defaultdict", "Counter", "StringIO", "iter"}


def impurities(source: str) -> list[str]:
    """Return what a module must not do in a pure room, `line N: …`; empty where it is pure."""
    return list(_Reader(ast.parse(source)).impurities())


class _Reader:
    """Reads one module: which of its names are modules, and which are bound at all."""

    def __init__(self, tree: ast.Module) -> None:
        self._nodes = [*ast.walk(tree), *(n for t in _quoted_types(tree) for n in ast.walk(t))]
        self._modules: dict[str, str] = {}
        self._bound: set[str] = set()
        for node in self._nodes:
            self._bound.update(_names_bound_by(node))
            if isinstance(node, ast.Import):
                self._modules.update((a.asname or a.name, a.name) for a in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                whole = [a for a in node.names if _file(f"{node.module}.{a.name}")]
                self._modules.update((a.asname or a.name, f"{node.module}.{a.name}") for a in whole)
        self._texts = dict(_texts_of(tree))
        self._remembered = {id(n): what for n, what in _remembered(tree.body, set(), is_top=True)}
        self._called_with = {id(n.func): n.args for n in self._nodes if isinstance(n, ast.Call)}
        # A module stands before a dot alone: who hands it on could reach everything it holds.
        self._before_a_dot = {id(n.value) for n in self._nodes if isinstance(n, ast.Attribute)}

    def impurities(self) -> Iterator[str]:
        for node in self._nodes:
            yield from (f"line {getattr(node, 'lineno', 1)}: {what}" for what in self._found(node))
        yield from (f"line {line}: {what}" for line, what in _adapters_of_text(self._nodes))

    def _found(self, node: ast.AST) -> Iterator[str]:
        if id(node) in self._remembered:
            yield self._remembered[id(node)]
        match node:
            case ast.Import(names):
                yield from (f"import {n.name}" for n in names if n.name not in MODULES)
            case ast.ImportFrom(module, names, level):
                for alias in names:
                    if level or not _may_import(module or "", alias.name):
                        yield f"from {'.' * level}{module or ''} import {alias.name}"
            case ast.Name(id=name, ctx=ast.Load()):
                yield from self._name(node, name)
            case ast.Attribute(value, attr):
                yield from self._attribute(value, attr)
                yield from self._form(node)
            case ast.MatchClass(cls=kind, kwd_attrs=asked):
                yield from (found for attr in asked for found in self._attribute(kind, attr))
            case ast.FunctionDef(args=given):
                named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
                named += [p for p in (given.vararg, given.kwarg) if p is not None]
                yield from _kept_defaults(given)
                yield from (
                    f"a parameter of no type: {p.arg}"
                    for p in named
                    if p.annotation is None and p.arg not in ("self", "cls")
                )
            case ast.keyword(arg="tzinfo", value=zone) if _is_none(zone):
                yield "a time of no zone, which is read in that of the machine"
            case ast.FormattedValue(format_spec=ast.JoinedStr(values=forms)):
                written = [f.value for f in forms if isinstance(f, ast.Constant)]
                yield from (
                    f"a form of the machine: {f}" for f in written if _OF_THE_MACHINE.search(f)
                )
            case ast.Assign(value=value) | ast.NamedExpr(value=value):
                yield from (f"a function of no type: {ast.unparse(x)}" for x in _untyped(value))
            case ast.Call(func=ast.Name(id="type"), args=given) if len(given) != 1:
                yield "a class that type() makes"
            case ast.AsyncFunctionDef() | ast.Await() | ast.Global() | ast.Nonlocal() | ast.With():
                yield type(node).__name__.lower()
            case _:
                pass

    def _name(self, node: ast.Name, name: str) -> Iterator[str]:
        is_ours = name in self._bound and not hasattr(builtins, name)
        if name in self._modules and id(node) not in self._before_a_dot:
            yield f"the module {name} as a value"
        elif not is_ours and name not in BUILTINS:
            yield f"{name}, which is neither bound here nor allowed"

    def _attribute(self, value: ast.expr, attr: str) -> Iterator[str]:
        owner = _dotted(value)
        if owner in self._modules:
            if not _may_import(self._modules[owner], attr):
                yield f"{owner}.{attr}"
        elif attr.startswith("_"):
            is_own = owner in ("self", "cls") and not attr.startswith("__")
            if not (is_own or (owner == "super()" and attr == "__init__")):
                yield f".{attr}"
        elif attr not in _allowed_attributes():
            yield f".{attr}"

    def _form(self, node: ast.Attribute) -> Iterator[str]:
        """What is wrong with the use of a method by which a text or a time could reach further."""
        given = self._called_with.get(id(node))
        if node.attr == "astimezone" and (not given or _is_none(given[0])):
            yield ".astimezone() to the zone of the machine"
        elif node.attr == "strftime":
            known = self._read_as_text(given[0]) if given else None
            if known is None or any(map(_OF_THE_MACHINE.search, known)):
                yield ".strftime() in words or in the zone of the machine"
        elif node.attr == "format":
            texts = self._read_as_text(node.value)
            if texts is None:
                yield f".format of a text that is not written here: {ast.unparse(node.value)}"
            else:
                yield from (f"a form that reaches inside: {t}" for t in texts if _reaches_inside(t))

    def _read_as_text(self, value: ast.expr) -> list[str] | None:
        match value:
            case ast.Constant(str(text)):
                return [text]
            case ast.Name(id=name) if name in self._texts:
                return [self._texts[name]]
            case ast.IfExp(body=one, orelse=other):
                found = (self._read_as_text(one), self._read_as_text(other))
                return None if None in found else [t for texts in found for t in texts or ()]
            case _:
                return None


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _dotted(value: ast.expr) -> str:
    """What stands before a dot, where it is a name, names with dots or `super()`; else no name."""
    match value:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=inner, attr=attr):
            return f"{_dotted(inner)}.{attr}"
        case ast.Call(func=ast.Name(id="super"), args=[], keywords=[]):
            return "super()"
        case _:
            return ""


def _texts_of(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The texts that a module names once, at its top, and names nothing else so."""
    bound = [name for node in ast.walk(tree) for name in _names_bound_by(node)]
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(str(text))) if (
                bound.count(name) == 1
            ):
                yield name, text
            case _:
                pass


def _reaches_inside(form: str) -> bool:
    """Whether a field of a form asks what it is given for an attribute or an entry."""
    try:
        parts = list(string.Formatter().parse(form))
    except ValueError:
        return False
    return any(
        "." in (name or "") or "[" in (name or "") or _reaches_inside(inner or "")
        for _, name, inner, _ in parts
    )


def _kept_defaults(given: ast.arguments) -> Iterator[str]:
    for default in (*given.defaults, *given.kw_defaults):
        is_call = isinstance(default, ast.Call) and ast.unparse(default.func) in _MAKERS
        if isinstance(default, _MADE_ONCE) or is_call:
            yield f"a default that all calls share: {ast.unparse(default)}"


def _remembered(
    body: Iterable[ast.AST], own: set[str], *, is_top: bool
) -> Iterator[tuple[ast.AST, str]]:
    """Where a function changes what is not its own, so that the next call would know of this one."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            inside = node.body if isinstance(node.body, list) else [node.body]
            # Its own name is bound outside of it.
            parts = [part for each in (*inside, node.args) for part in ast.walk(each)]
            given = {name for part in parts for name in _names_bound_by(part)}
            yield from _remembered(inside, own | given, is_top=False)
            continue
        if not is_top:
            yield from ((node, what) for what in _changes(node, own))
        yield from _remembered(ast.iter_child_nodes(node), own, is_top=is_top)


def _changes(node: ast.AST, own: set[str]) -> Iterator[str]:
    match node:
        case ast.Attribute(value, attr) if attr in CHANGING:
            changed: ast.AST = value
        case ast.Attribute(value, ctx=ast.Store() | ast.Del()):
            changed = value
        case ast.Subscript(value, ctx=ast.Store() | ast.Del()):
            changed = value
        case ast.Call(func=ast.Name("next"), args=[first, *_]):
            changed = first
        case _:
            return
    while isinstance(changed, ast.Attribute | ast.Subscript):
        changed = changed.value
    if isinstance(changed, ast.Name) and changed.id not in own:
        yield f"changes {changed.id}, which outlives the call"


def _untyped(value: ast.expr) -> Iterator[ast.Lambda]:
    """Functions that stand for themselves, whose parameters may be anything."""
    match value:
        case ast.Lambda():
            yield value
        case ast.Dict(values=inner) | ast.List(elts=inner) | ast.Tuple(elts=inner):
            yield from (found for each in inner for found in _untyped(each))
        case ast.IfExp(body=one, orelse=other):
            yield from (*_untyped(one), *_untyped(other))
        case _:
            pass


def _adapters_of_text(found: Iterable[ast.AST]) -> Iterator[tuple[int, str]]:
    """Where a TypeAdapter may be given text, which it runs as the type that it is meant to be."""
    every = list(found)
    types = _NamedTypes(every)
    calls = {id(n.func): n for n in every if isinstance(n, ast.Call)}
    annotations = [n.annotation for n in every if isinstance(n, ast.AnnAssign)]
    written = {id(part) for annotation in annotations for part in ast.walk(annotation)}
    for node in every:
        match node:
            case ast.ImportFrom(names=names, lineno=line) if any(
                a.name == "TypeAdapter" and a.asname for a in names
            ):
                yield line, "TypeAdapter under another name"
            case (
                ast.Name(id="TypeAdapter", lineno=line)
                | ast.Attribute(attr="TypeAdapter", lineno=line)
            ) if id(node) not in written:
                match calls.get(id(node)):
                    case None:
                        yield line, "TypeAdapter as a value"
                    case ast.Call(args=[given], keywords=[]) if types.is_type(given):
                        pass
                    case _:
                        yield line, "TypeAdapter of what is not seen here to be a type"
            case _:
                pass


class _NamedTypes:
    """Which expressions of a module are types without any text in them."""

    def __init__(self, found: Sequence[ast.AST]) -> None:
        self._bound = Counter(name for node in found for name in _names_bound_by(node))
        self._values = dict[str, ast.AST]()
        for node in found:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._values[name] = value
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    self._values[name] = value
                case ast.ClassDef(name=name):
                    self._values[name] = node
                case ast.ImportFrom(module=str(module), names=names):
                    own = [a for a in names if _is_class(module, a.name)]
                    self._values.update((a.asname or a.name, _CLASS) for a in own)
                case _:
                    pass

    def is_type(self, written: ast.AST) -> bool:
        match written:
            case ast.ClassDef() | ast.Constant(None) | ast.Constant(value=builtins.Ellipsis):
                return True
            case ast.Name(id=name) if name in self._values:
                return self._bound[name] == 1 and self.is_type(self._values[name])
            case ast.Name(id=name):
                return not self._bound[name] and isinstance(getattr(builtins, name, None), type)
            case ast.Subscript(value=ast.Name(id="Literal")):
                return True
            case ast.Subscript(value=whole, slice=part) | ast.BinOp(left=whole, right=part):
                return self.is_type(whole) and self.is_type(part)
            case ast.Tuple(elts=parts):
                return all(map(self.is_type, parts))
            case ast.Call(func=ast.Name(id="type"), args=[_], keywords=[]):
                return True
            case _:
                return False


_CLASS = ast.ClassDef("", [], [], [], [])


def _is_class(module: str, name: str) -> bool:
    """Whether a module is known to define a class of this name: ours, or one of the library's."""
    path = _file(module)
    if path is not None:
        return any(isinstance(n, ast.ClassDef) and n.name == name for n in tree(path).body)
    return module in ("collections.abc", "datetime", "enum") and name[:1].isupper()


def _names_bound_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names) | ast.ImportFrom(names=names):
            yield from (a.asname or a.name for a in names)
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name
        case _:
            pass


def _quoted_types(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        for part in ("annotation", "returns"):
            written = getattr(node, part, None)
            if isinstance(written, ast.AST):
                words = {id(n) for lit in _literals(written) for n in ast.walk(lit)}
                yield from (
                    ast.parse(inner.value, mode="eval")
                    for inner in ast.walk(written)
                    if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
                    if id(inner) not in words
                )


def _literals(written: ast.AST) -> Iterator[ast.AST]:
    """The parts of a type that are words: `Literal["…"]`."""
    for node in ast.walk(written):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) in ("Literal", "Annotated"):
            yield node.slice


def _may_import(module: str, name: str) -> bool:
    """Whether a name may come from a module: of ours, what it defines itself."""
    if module.partition(".")[0] != "verifier":
        return name in MODULES.get(module, ())
    room = next(iter(module.split(".")[1:]), name)
    if room not in PURE | {"__version__"}:
        return False
    path = _file(module)
    return _file(f"{module}.{name}") is not None or (path is not None and name in _defined_by(path))


def _file(module: str) -> Path | None:
    """The file of a module of ours; None of any other."""
    place = ROOT.joinpath(*module.split("."))
    found = (place.with_suffix(".py"), place / "__init__.py")
    return next((p for p in found if module.startswith("verifier") and p.is_file()), None)


@cache
def _defined_by(path: Path) -> set[str]:
    """What a module defines at its top, nothing that it imports."""
    return set(_top_names(tree(path).body))


@cache
def _allowed_attributes() -> set[str]:
    return METHODS | (_defined_in_pure_rooms() - WORLDLY)


def _defined_in_pure_rooms() -> set[str]:
    """The fields, members and methods of every class in a pure room."""
    found: set[str] = set()
    for path in (ROOT / "verifier").rglob("*.py"):
        if path.relative_to(ROOT / "verifier").parts[0].removesuffix(".py") in PURE:
            for node in nodes(path):
                if isinstance(node, ast.ClassDef):
                    found.update(_top_names(node.body))
                elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                    found.add(node.attr)
    return found


@cache
def _names_of_functions() -> set[str]:
    """The names that pure rooms have for the type of a function."""
    known = {"Callable"}
    values = {
        target.id: value
        for path in (ROOT / "verifier").rglob("*.py")
        if path.relative_to(ROOT / "verifier").parts[0].removesuffix(".py") in PURE
        for target, value in _aliases(tree(path))
    }
    return _closed(known, values)


def _closed(known: set[str], values: dict[str, ast.expr]) -> set[str]:
    more = {name for name, value in values.items() if _words_of(value) & known} - known
    return _closed(known | more, values) if more else known


def _aliases(tree: ast.Module) -> Iterator[tuple[ast.Name, ast.expr]]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name() as target], value=value):
                yield from [(target, value)] if isinstance(value, _TYPES) else []
            case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value):
                yield from [(target, value)] if isinstance(value, _TYPES) else []
            case _:
                pass


#: How a type can be written: a value that is called is none.
_TYPES = (ast.Name, ast.Attribute, ast.Subscript, ast.BinOp, ast.Constant)


def _words_of(written: ast.AST) -> set[str]:
    """The names in a type, those of one written as text too."""
    return {w for n in ast.walk(written) for w in re.findall(r"\w+", _own_text(n))}


def _own_text(node: ast.AST) -> str:
    match node:
        case ast.Name(id=text) | ast.Attribute(attr=text) | ast.Constant(str(text)):
            return text
        case _:
            return ""


def handed_in(source: str) -> set[str]:
    """Where a function from outside comes in: fields, and parameters of what others may call."""
    found: set[str] = set()
    tree = ast.parse(source)
    renamed = {
        a.asname or a.name: ast.Name(a.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for a in node.names
    }
    named_here = {target.id: value for target, value in _aliases(tree)}
    functions = _closed(_names_of_functions(), {**renamed, **named_here})
    for node in tree.body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        for each in inner:
            match each:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=kind):
                    is_field = each is not node and bool(_words_of(kind) & functions)
                    found.update([f"{node.name}.{name}"] if is_field else [])  # type: ignore[attr-defined]
                case ast.FunctionDef(name=name, args=given) if name[0] != "_" or name == "__init__":
                    named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
                    kinds = [(p.arg, p.annotation) for p in named if p.annotation is not None]
                    found.update(f"{name}({a})" for a, k in kinds if _words_of(k) & functions)
                case _:
                    pass
    return found


def _top_names(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets):
                yield from (t.id for t in targets if isinstance(t, ast.Name))
            case _:
                pass
