"""Reads the folders that a configuration in JavaScript or TypeScript names. Nothing is run."""

import re
from collections.abc import Collection, Iterator, Sequence

from verifier.database.files import Files
from verifier.database.migration_files import below, folder_of, join, name_of
from verifier.database.settings_files import read_text
from verifier.database.tool_settings import literal
from verifier.errors import UnexpectedAnswerError

_OPENING, _CLOSING, _QUOTES = "([{", ")]}", "\"'`"
#: More of one value than anybody writes is none.
_LONGEST = 20_000
#: What stands for the folder of the file itself, or of the project.
_HERE = re.compile(r"__dirname|import\.meta\.(?:dirname|url)|process\.cwd\(\)|\$\{__dirname\}")
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
        code = _COMMENT.sub("", read_text(files, config))
        bases = (folder_of(config), "", folder_of(folder_of(config)))
        for inner in _blocks(code, block) if block else [code]:
            for value in _values(inner, key):
                named = _folders(value, code)
                there = [_there(files, each, bases) for each in named or ()]
                found.add(tuple(there) if named is not None and all(there) else None)
                texts = there if named is not None else _QUOTED.findall(value)
                spoken_of |= {_there(files, each, bases) for each in texts}
    if len(found) == 1 and (only := next(iter(found))) is not None:
        return only
    if found and _is_unclear(files, pattern, spoken_of - {""}):
        raise UnexpectedAnswerError(
            f"the folder of the migrations, {key} in {configs[0]}, is not a plain text there, "
            "or not in this checkout",
            hint="set ledger.path to it",
        )
    return ()


def _is_unclear(files: Files, pattern: re.Pattern[str], spoken_of: Collection[str]) -> bool:
    """Whether not exactly one folder looks as if it were meant, or the code speaks of others."""
    folders = {folder_of(path) for path in files.paths if pattern.match(name_of(path))}
    called_so = {each for each in folders if "migrat" in name_of(each).casefold()}
    return len(called_so) != 1 or not called_so.issuperset(spoken_of)


def _blocks(code: str, name: str) -> Iterator[str]:
    """What stands in the braces of each key of this name, or of a variable that it is given."""
    given = [*_values(code, name), *(each for each in _SHORT.findall(code) if each == name)]
    for value in given:
        variable = value.strip()
        if not re.fullmatch(r"[A-Za-z_]\w{0,99}", variable):
            yield value
            continue
        assigned = rf"\b(?:const|let|var)\s+{variable}\b(?:\s*:[^=;\n]{{0,200}})?\s*=\s*"
        for match in re.finditer(assigned, code):
            yield next(_parts(code[match.end() : match.end() + _LONGEST]), "")


def _there(files: Files, folder: str, bases: Sequence[str]) -> str:
    tried = (join(base, folder) for base in bases)
    return next((each for each in tried if each and below(files, each)), "")


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
