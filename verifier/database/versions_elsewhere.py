"""Where a branch sets the expected version, but in the file that is compared."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from verifier.database.checkout import InFile
from verifier.database.files import Files
from verifier.database.python_files import parse_python
from verifier.database.written_version import bindings, named_in
from verifier.errors import UnexpectedAnswerError
from verifier.guarded import user_pattern
from verifier.model.migration_ledger import VersionSetting

#: What is there for tests, examples and people sets what they try with.
_BESIDE = re.compile(
    r"(?:^|/)(?:tests?|specs?|__tests__|__mocks__|fixtures?|fakes?|mocks?|scripts?|examples?|docs)/"
    r"|(?:^|/)(?:test_[^/]*|conftest\.py)$|[._](?:test|spec)\."
)
#: Names that are nothing's but a schema's; `version` is anybody's.
_OF_A_SCHEMA = re.compile(r"(?i:schema|migrat|databas|revision)|DB|Db|(?:^|_)db(?:_|$)")
#: As long as a day, which tools number migrations by.
LEAST_DIGITS = 8
COMMENT = re.compile(r"\s*(?:#|//|\*|/\*|--|;|<!--)")


def may_set_it(path: str, file: str) -> bool:
    """Whether code beside `file` may set what stands in that: of the same kind, and no test."""
    is_alike = PurePosixPath(path).suffix == PurePosixPath(file).suffix
    return is_alike and path != file and (not is_beside(path) or is_beside(file))


def is_beside(path: str) -> bool:
    """Whether a file is there for tests, examples or people."""
    return bool(_BESIDE.search(path))


def versions_elsewhere(
    head: Files, base: Files, wanted: InFile, changed: Sequence[str]
) -> tuple[VersionSetting, ...]:
    """
    Return what files of a branch set the expected version to, unlike its base.

    What a file that is changed newly takes the version from counts as well.

    Raises:
        UnexpectedAnswerError: they could not be read, or the pattern takes too long.
    """
    alike = [path for path in changed if may_set_it(path, wanted.file)]
    name = named_in(wanted.pattern)
    now, then = texts_of(head, alike), texts_of(base, alike)
    before = {(path, s.said) for path in then for s in version_settings(then[path], path, wanted)}
    found = {s for path in now for s in version_settings(now[path], path, wanted)}
    new = {setting for setting in found if (setting.file, setting.said) not in before}
    sources = {
        source
        for path in now
        for source in _sources(path, now[path], name) - _sources(path, then.get(path, ""), name)
    }
    taken = [path for path in head.paths if path != wanted.file and _module(path) in sources]
    for path, text in texts_of(head, taken).items():
        new |= set(version_settings(text, path, wanted))
    if not _OF_A_SCHEMA.search(name):
        compared = compared_versions(head, wanted) | compared_versions(base, wanted)
        same = {path for path, said in before if said in compared}
        new = {s for s in new if s.file in same or any(_is_alike(s.version, c) for c in compared)}
    return tuple(sorted(new, key=lambda setting: (setting.file, setting.line)))


def version_settings(text: str, path: str, wanted: InFile) -> Iterator[VersionSetting]:
    """
    Yield what a file sets the version to: as the pattern finds it, and in any other form.

    Raises:
        UnexpectedAnswerError: the pattern takes too long.
    """
    name = named_in(wanted.pattern)
    if name not in text:
        return
    matches = user_pattern.search_all(wanted.pattern, text)
    tree = _tree(path, text)
    idle = _idle_lines(tree, name) if tree else frozenset()
    told: set[int] = set()
    for match in matches:
        first = text.count("\n", 0, match.start) + 1
        last = text.count("\n", 0, match.end) + 1
        told |= set(range(first, last + 1))
        if last not in idle:
            yield VersionSetting(match.text, path, last, match.text)
    if not name:
        return
    others = _set_in_python(tree, text, name) if tree else _set_in_text(text, name)
    for line, version, said in others:
        if line not in told and (version or _OF_A_SCHEMA.search(name)):
            yield VersionSetting(version, path, line, said)


def texts_of(files: Files, paths: Sequence[str]) -> dict[str, str]:
    """Return the texts of the files that are there, by path."""
    there = set(files.paths)
    contents = files.read([path for path in paths if path in there])
    return {path: content.decode("utf-8", "replace") for path, content in contents.items()}


def compared_versions(files: Files, wanted: InFile) -> frozenset[str]:
    """Return what the compared file sets the version to."""
    texts = texts_of(files, [wanted.file])
    return frozenset(
        found.text
        for text in texts.values()
        for found in user_pattern.search_all(wanted.pattern, text)
    )


def _is_alike(one: str, other: str) -> bool:
    """Whether two versions are of the same kind: a time, or a number as long as one."""
    are_numbers = one.isdecimal() and other.isdecimal()
    return are_numbers and len(one) == len(other) >= LEAST_DIGITS


def _tree(path: str, text: str) -> ast.Module | None:
    if not path.endswith(".py"):
        return None
    try:
        return parse_python(path, text.encode())
    except UnexpectedAnswerError:
        return None  # of a newer Python, perhaps


def _module(path: str) -> str:
    """What Python calls a file by from the root of the checkout, with `/` for its dots."""
    return path.removesuffix(".py").removesuffix("/__init__") if path.endswith(".py") else ""


def _sources(path: str, text: str, name: str) -> set[str]:
    """Return the modules that a Python file imports a name from, as paths from the root."""
    tree = _tree(path, text) if name and name in text else None
    found = set()
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.ImportFrom) and any(each.name == name for each in node.names):
            folder = PurePosixPath(path).parents[node.level - 1 : node.level] if node.level else ()
            beside = [str(each) for each in folder if str(each) != "."]
            found.add("/".join([*beside, *(node.module or "").split(".")]).rstrip("/"))
    return found


def _idle_lines(tree: ast.Module, name: str) -> frozenset[int]:
    """Return lines that set nothing outside: of docstrings, and of names of a function alone."""
    idle: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                idle |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                inside = list(ast.walk(node))
                if not any(isinstance(each, ast.Global) and name in each.names for each in inside):
                    idle |= {line for each in inside for line in _local(each, name)}
            case _:
                continue
    return frozenset(idle)


def _local(node: ast.AST, name: str) -> Iterator[int]:
    match node:
        case ast.Assign(targets=[ast.Name(id=given)]) | ast.AnnAssign(target=ast.Name(id=given)):
            if given == name:
                yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)
        case _:
            return


def _set_in_python(tree: ast.Module, text: str, name: str) -> Iterator[tuple[int, str, str]]:
    """Yield the line of what sets a name, the version where it is one, and the statement."""
    lines = text.split("\n")
    for line, value in bindings(tree, name):
        match value:
            case ast.Constant(value=str() | int() as version):
                yield line, str(version), str(version)
            case ast.alias():
                continue  # it hands on what another file sets, as the next one does
            case ast.Name(id=given) | ast.Attribute(attr=given) if given == name:
                continue
            case _:
                said = ast.unparse(value) if value else "\n".join(lines[line - 1 : line])
                yield line, "", said


def _set_in_text(text: str, name: str) -> Iterator[tuple[int, str, str]]:
    sets = re.compile(rf"(?<![\w.$-]){re.escape(name)}[\"']?\s*(?::[^=\n]{{0,80}})?=(?![=>])")
    for number, line in enumerate(text.split("\n"), 1):
        if sets.search(line) and not COMMENT.match(line):
            yield number, "", line.strip()
