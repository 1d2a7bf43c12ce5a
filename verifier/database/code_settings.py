"""Reads the folders that a configuration in JavaScript or TypeScript names. Nothing is run."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from verifier.database.files import Files
from verifier.database.migration_files import below, folder_of, join, name_of
from verifier.database.settings_files import read_text
from verifier.database.tool_settings import literal
from verifier.errors import UnexpectedAnswerError

_OPENING, _CLOSING, _QUOTES = "([{", ")]}", "\"'`"
#: More of one value than anybody writes is none.
_LONGEST = 20_000
#: What stands for the folder of the file itself, or of the project.
_HERE = re.compile(
    r"\$\{(?:__dirname|import\.meta\.dirname|process\.cwd\(\))\}|"
    r"__dirname|import\.meta\.(?:dirname|url)|process\.cwd\(\)"
)
#: Another file of the project that code takes in.
_IMPORTED = re.compile(
    r"""(?:\bfrom|\brequire\(|\bimport\(|\bimport)\s*["'](\.{1,2}/[\w./-]{1,300})["']"""
)
#: What takes in more of another file than is seen.
_WHOLE = re.compile(
    r"""\.\.\.\s*\w|=\s*require\(["']\.[^\n]{1,300}\)[.\w]*;?\s*$|\bexport\s*(?:\*|\{[^}]{0,300}\})\s*from""",
    re.MULTILINE,
)
_ENDINGS = ("", ".js", ".ts", ".cjs", ".mjs", ".json", "/index.js", "/index.ts")
#: So many files are followed from one configuration.
_MOST_IMPORTED = 20
#: Folders of what is built, which a commit does not have.
_BUILT = frozenset({"dist", "build", "lib", "out", ".build", "output"})
_UP = re.compile(rb"\bup\b")
#: So many folders are looked into, and names of their files.
_MOST_FOLDERS, _NUMBERED = 60, re.compile(r"^\d{1,20}.*\.(?:js|ts|cjs|mjs)$")
_JOINED = re.compile(r"(?:\w+\.)?(?:join|resolve|fileURLToPath|URL)\s*\((.*)\)$", re.DOTALL)
_TEXT = re.compile(r"""(["'`])([^"'`$]*)\1$""")
#: A text of a value that says more, as the usual one beside what the environment gives.
_QUOTED = re.compile(r"""["'`]([^"'`$\n]{1,500})["'`]""")
#: A key that is given the variable of its own name.
_SHORT = re.compile(r"[{,]\s*([A-Za-z_]\w{0,99})\s*(?=[,}])")
_COMMENT = re.compile(r"^[^\S\n]*(?://|\*|/\*).*$", re.MULTILINE)


def code_folders(
    files: Files, configs: Sequence[str], block: str, key: str, pattern: re.Pattern[str]
) -> tuple[str, ...]:
    """
    Return the folders that these files give a key, inside a block where one is named.

    They are below the file or the root, wherever they are there. None where the key is not there.

    Raises:
        UnexpectedAnswerError: they are put together when it runs, or differ, and which folder of
            this checkout is meant is not clear without them.
    """
    found: set[tuple[str, ...] | None] = set()
    spoken_of: set[str] = set()
    for config in configs:
        code = _code_of(files, config)
        given = list(_given(files, config, config, block, key))
        if not given:
            given = [
                each
                for source in _imported(files, config)
                for each in _given(files, config, source, block, key)
            ]
        if not given and (_WHOLE.search(code) or _is_made(code, block)):
            given = [_Given(None)]
        found |= {each.folders for each in given}
        spoken_of |= {folder for each in given for folder in each.spoken_of}
    if len(found) == 1 and (only := next(iter(found))) is not None:
        return only
    if found and _is_unclear(files, pattern, spoken_of - {""}):
        raise UnexpectedAnswerError(
            f"the folder of the migrations, {key} in {configs[0]}, is not a plain text there, "
            "or not in this checkout",
            hint="set ledger.path to it",
        )
    return ()


@dataclass(frozen=True, slots=True)
class _Given:
    folders: tuple[str, ...] | None
    """None where they are put together when it runs, or not there."""
    spoken_of: frozenset[str] = frozenset()


def _given(files: Files, config: str, source: str, block: str, key: str) -> Iterator[_Given]:
    """What one file gives a key, which may be one that the configuration takes in."""
    code = _code_of(files, source)
    at = [folder_of(config), folder_of(source)]
    for inner in _blocks(code, block) if block else [code]:
        for value in _values(inner, key):
            near = at[::-1] if _HERE.search(value) else at
            bases = (*near, "", folder_of(folder_of(config)))
            named = _folders(value, code)
            there = [_there(files, each, bases) for each in named or ()]
            if named is not None and all(there):
                yield _Given(tuple(there), frozenset(there))
                continue
            texts = named if named is not None else _QUOTED.findall(value)
            shown = {_there(files, each, bases) for each in texts}
            # A path of what is built may be that of a folder of the same name.
            shown |= {each for each in named or () if not _has_namesake(files, each)}
            yield _Given(None, frozenset(shown))


def _code_of(files: Files, path: str) -> str:
    return _COMMENT.sub("", read_text(files, path))


def _has_namesake(files: Files, folder: str) -> bool:
    return any(name_of(folder_of(path)) == name_of(folder) for path in files.paths)


def _imported(files: Files, config: str) -> list[str]:
    """Other files of the project that code takes in, and what those do."""
    found = [config]
    for path in found:
        for each in _IMPORTED.findall(_code_of(files, path)):
            at = join(folder_of(path), each)
            bare = at.removesuffix(".js")
            ways = [f"{way}{ending}" for way in (at, bare) for ending in _ENDINGS]
            there = next((way for way in ways if way in files.paths), "")
            if there and there not in found and len(found) <= _MOST_IMPORTED:
                found.append(there)
    return found[1:]


def _is_made(code: str, block: str) -> bool:
    """Whether what a block consists of is put together elsewhere."""
    if not block:
        return False
    values = [*_values(code, block), *(each for each in _SHORT.findall(code) if each == block)]
    return any(not each.strip().startswith("{") for each in values) and not any(
        each.strip().startswith("{") for each in _blocks(code, block)
    )


def _is_unclear(files: Files, pattern: re.Pattern[str], spoken_of: Collection[str]) -> bool:
    """Whether not exactly one folder looks as if it were meant, or the code speaks of others."""
    folders = {folder_of(path) for path in files.paths if pattern.match(name_of(path))}
    called_so = {each for each in folders if "migrat" in name_of(each).casefold()}
    called_so |= _of_numbers(files)
    return len(called_so) != 1 or not called_so.issuperset(spoken_of)


def _of_numbers(files: Files) -> set[str]:
    """Folders whose files have a number in front, and say how something is brought up."""
    numbered = {folder_of(p): p for p in files.paths if _NUMBERED.match(name_of(p))}
    chosen = {path: folder for folder, path in sorted(numbered.items())[:_MOST_FOLDERS]}
    texts = files.read(chosen) if chosen else {}
    return {folder for path, folder in chosen.items() if _UP.search(texts[path])}


def _blocks(code: str, name: str) -> Iterator[str]:
    """What stands in the braces of each key of this name, or of a variable that it is given."""
    given = [*_values(code, name), *(each for each in _SHORT.findall(code) if each == name)]
    yield from _assigned(code, name)
    for value in given:
        variable = value.strip()
        if re.fullmatch(r"[A-Za-z_]\w{0,99}", variable):
            yield from _assigned(code, variable)
        elif called := re.fullmatch(r"([A-Za-z_]\w{0,99})\([^()]{0,300}\)", variable):
            yield from _returned(code, called[1])
        else:
            yield value


def _assigned(code: str, variable: str) -> Iterator[str]:
    start = rf"\b(?:const|let|var)\s+{variable}\b(?:\s*:[^=;\n]{{0,200}})?\s*=\s*"
    for match in re.finditer(start, code):
        yield next(_parts(code[match.end() : match.end() + _LONGEST]), "")


def _returned(code: str, function: str) -> Iterator[str]:
    """What a function of the same file consists of."""
    yield from _assigned(code, function)
    for match in re.finditer(
        rf"\bfunction\s+{function}\s*\([^()]{{0,300}}\)[^{{\n]{{0,99}}\{{", code
    ):
        yield ",".join(_parts(code[match.end() : match.end() + _LONGEST]))


def _there(files: Files, folder: str, bases: Sequence[str]) -> str:
    tried = (join(base, folder) for base in bases)
    there = next((each for each in tried if each and below(files, each)), "")
    return there or _source_of(files, folder, bases)


def _source_of(files: Files, folder: str, bases: Sequence[str]) -> str:
    """The one folder from which a folder of what is built is made; empty where that is unclear."""
    parts = join("", folder).split("/")
    at = next((at for at, part in enumerate(parts) if part in _BUILT), -1)
    if at < 0:
        return ""
    ways = [[*parts[:at], *inner, *parts[at + 1 :]] for inner in (["src"], [])]
    tried = {join(base, "/".join(way)) for base in bases for way in ways}
    found = [each for each in tried if each and below(files, each)]
    return found[0] if len(found) == 1 else ""


def _folders(value: str, code: str) -> tuple[str, ...] | None:
    """The paths of one value, or of each in a list; None where one is made when it runs."""
    text = value.strip()
    listed = list(_parts(text[1:-1])) if text[:1] == "[" and text[-1:] == "]" else [text]
    found = [_path(each.strip(), code) for each in listed if each.strip()]
    known = [each for each in found if each]
    return tuple(known) if known and len(known) == len(found) else None


def _path(value: str, code: str) -> str:
    """A path without what stands before it; empty where it is not known."""
    value = _HERE.sub("", value)
    if match := _TEXT.match(value.removeprefix("+").strip().lstrip("+ ")):
        return match[2].lstrip("/") if match[2] else ""
    if match := _JOINED.match(value.removeprefix("new ").strip()):
        parts = [_path(each.strip(), code) for each in _parts(match[1]) if each.strip()]
        return "/".join(parts) if parts and all(parts) else ""
    return literal(code, value) if re.fullmatch(r"[A-Za-z_]\w*", value) else ""


def _values(code: str, key: str) -> Iterator[str]:
    """What stands behind each key of this name."""
    for match in re.finditer(rf"""(?<![\w.$-])["']?{re.escape(key)}["']?\s*:\s*""", code):
        yield next(_parts(code[match.end() : match.end() + _LONGEST]), "")


def _parts(code: str) -> Iterator[str]:
    """What commas part, until what is around it ends."""
    depth, start, quote = 0, 0, ""
    for at, sign in enumerate(code):
        if quote:
            quote = "" if sign == quote and code[at - 1] != "\\" else quote
        elif sign in _QUOTES:
            quote = sign
        elif sign in _OPENING:
            depth += 1
        elif sign in _CLOSING:
            depth -= 1
            if depth < 0:
                yield code[start:at]
                return
        elif sign == "," and not depth:
            yield code[start:at]
            start = at + 1
    yield code[start:]
