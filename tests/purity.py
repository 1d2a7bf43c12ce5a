"""What a pure room may do: think. Whatever could touch the world is named by its line."""

import ast

#: Modules that only compute, by their full name; of some, only the names that do. What is not
#: listed is not allowed, so that a new import in a pure room is a decision.
ALLOWED_MODULES = {
    "base64": {"urlsafe_b64decode"},
    "collections": None,
    "collections.abc": None,
    "cronsim": None,  # reads an expression of cron, and is given the time
    "csv": None,
    "dataclasses": None,
    "datetime": None,  # its clock is among the methods below
    "enum": None,
    "fnmatch": {"fnmatchcase"},  # the others ask which system this is
    "functools": None,
    "io": {"StringIO"},  # text in memory, no file
    "itertools": None,
    "json": None,
    "math": None,
    "pydantic": {"Field", "TypeAdapter"},  # a dataclass as JSON, and its schema
    "re": None,
    "shlex": {"quote"},
    "typing": {"Annotated", "ClassVar", "Literal", "Protocol", "TypeVar"},
    "unicodedata": None,
    "urllib.parse": None,
}
#: Builtins that touch the world, or that lead around this test.
BUILTINS = set(
    [
        "__builtins__",
        "__import__",
        "__loader__",
        "__spec__",
        "breakpoint",
        "compile",
        "delattr",
        "eval",
        "exec",
        "exit",
        "getattr",
        "globals",
        "help",
        "input",
        "locals",
        "open",
        "print",
        "quit",
        "setattr",
        "vars",
    ]
)
#: Attributes by which paths, streams, sockets, clients, processes, clocks and modules touch it.
ATTRIBUTES = set(
    [
        "builtins",
        "chmod",
        "communicate",
        "connect",
        "environ",
        "execute",
        "exists",
        "fetchall",
        "fetchone",
        "flush",
        "fromtimestamp",
        "getenv",
        "glob",
        "is_dir",
        "is_file",
        "iterdir",
        "mkdir",
        "modules",
        "now",
        "open",
        "os",
        "popen",
        "Popen",
        "post",
        "read",
        "read_bytes",
        "read_text",
        "readline",
        "readlines",
        "recv",
        "rename",
        "rglob",
        "rmdir",
        "run",
        "send",
        "sendall",
        "sleep",
        "stat",
        "symlink_to",
        "sys",
        "system",
        "today",
        "touch",
        "unlink",
        "urlopen",
        "utcnow",
        "write",
        "write_bytes",
        "write_text",
        "writelines",
    ]
)


def impurities(source):
    """Return what a module must not do in a pure room, `line N: …`; empty where it is pure."""
    return [
        f"line {node.lineno}: {what}"
        for node in ast.walk(ast.parse(source))
        for what in _impure(node)
    ]


def _impure(node):
    match node:
        case ast.Import(names):
            # Without `from`, a module that is allowed in part is there as a whole.
            yield from (f"import {n.name}" for n in names if not _may_import(n.name, "*"))
        case ast.ImportFrom(module, names, level):
            for alias in names:
                if level or not _may_import(module, alias.name):
                    yield f"from {'.' * level}{module or ''} import {alias.name}"
        case ast.Name(id=name) if name in BUILTINS:
            yield name
        case ast.Attribute(attr=name) if name in ATTRIBUTES or _is_special(name):
            yield f".{name}"
        case ast.AsyncFunctionDef(name=name):
            yield f"async def {name}"


def _may_import(module, name):
    """Whether a name may come from a module; "*" is all of it. Ours are the table's business."""
    if module.partition(".")[0] == "verifier":
        return True
    allowed = ALLOWED_MODULES.get(module, set())
    return allowed is None or name in allowed


def _is_special(name):
    return name.startswith("__") and name.endswith("__") and name != "__init__"
