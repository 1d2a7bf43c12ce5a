"""Which folders does Go code give a migration tool? Read as text; nothing of it is run."""

import re
from collections.abc import Collection, Iterator

from verifier.database.files import Files
from verifier.database.migration_files import folder_of, join, name_of

_COMMENT = re.compile(r"^[^\S\n]*//(?!go:embed).*$", re.MULTILINE)
_EMBED = re.compile(r"^//go:embed[ \t]+(.+)$", re.MULTILINE)
_TEXT = re.compile(r'["`]([^"`\n]{0,500})["`]')
_OF_TESTS = frozenset({"test", "tests", "testdata", "testutil", "testing", "e2e", "examples"})
#: What keeps no ledger.
_ELSEWHERE = re.compile(r"\bWith(?:NoVersioning|DisableVersioning)\b")
#: What is given what another call has read.
_BY_SOURCE = re.compile(r"\bNewWith(?:Source)?Instance\(")
#: More files than that are not looked through; so many are read at once.
_MOST, _TOGETHER = 4_000, 200
#: More between the parentheses of one call than anybody writes.
_LONGEST = 2_000
#: So many calls are looked into, and names in each.
_MOST_CALLS, _MOST_NAMES = 60, 20


def folders_in_go(files: Files, call: str, word: str, among: Collection[str]) -> set[str] | None:
    """
    Return those of some folders that calls of a tool take, or code embeds; None if not known.

    `call` is a pattern of what is called, up to its opening parenthesis, and `word` the tool's
    package, as its module's path and what calls it name it.
    """
    paths = [path for path in files.paths if _counts(path)]
    texts: dict[str, str] = {}
    for start in range(0, min(len(paths), _MOST), _TOGETHER):
        for path, content in files.read(paths[start : start + _TOGETHER]).items():
            if word.encode() in content or b"//go:embed" in content:
                code = _COMMENT.sub("", content.decode("utf-8", "replace"))
                texts[path] = _by_its_name(code, word)
    calls = [
        (path, match[0], words, text)
        for path, text in texts.items()
        if word in text
        for match in re.finditer(call, text)
        if not _ELSEWHERE.search(words := _in_parentheses(text, match.end()))
    ]
    if not calls:
        return set() if len(paths) <= _MOST else None
    found: set[str] = set()
    is_unclear = len(calls) > _MOST_CALLS
    for path, called, words, text in calls[:_MOST_CALLS]:
        at = _module_of(files, path)
        given = {each for each in _given(path, at, words, text, among) if each in among}
        is_unclear |= not given and not _BY_SOURCE.search(called)
        found |= given
    embedded = {each for path, text in texts.items() for each in _embedded(path, text)} & set(among)
    # Beside a call that is not understood, what another one takes may be seeds.
    if is_unclear and not any(map(_is_called_so, found)) and any(map(_is_called_so, among)):
        known = found | embedded
        return known or None if found <= embedded or any(map(_is_called_so, known)) else None
    return found or embedded or None


def _is_called_so(folder: str) -> bool:
    return "migrat" in name_of(folder).casefold()


def _counts(path: str) -> bool:
    is_code = path.endswith(".go") and not path.endswith("_test.go")
    return is_code and _OF_TESTS.isdisjoint(path.split("/")) and "vendor/" not in f"/{path}"


def _by_its_name(code: str, word: str) -> str:
    """Code that calls a package as its module is called, whatever it imports it as."""
    imported = (
        rf'^[ \t]*(?:import[ \t]+)?([A-Za-z]\w{{0,99}})[ \t]+"[\w./-]{{1,300}}/{word}(?:/v\d+)?"'
    )
    for name in dict.fromkeys(re.findall(imported, code, re.MULTILINE)):
        if name not in ("import", word):
            code = re.sub(rf"(?<![\w.]){name}\.", f"{word}.", code)
    return code


def _in_parentheses(text: str, start: int) -> str:
    """What a call is given, which may stand in several lines."""
    depth = 1
    for match in re.finditer(r'"[^"\n]*"|`[^`]*`|[()]', text[start : start + _LONGEST]):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if not depth:
            return text[start : start + match.start()]
    return text[start : start + _LONGEST].partition("\n")[0]


def _module_of(files: Files, path: str) -> str:
    """The folder of the Go module that a file belongs to, where its programs run."""
    at = folder_of(path)
    while at and f"{at}/go.mod" not in files.paths:
        at = folder_of(at)
    return at


def _given(path: str, module: str, words: str, text: str, among: Collection[str]) -> Iterator[str]:
    names = re.findall(r"\b[A-Za-z_]\w{0,99}\b", re.sub(_TEXT, "", words))
    given = _TEXT.findall(words)
    for name in list(dict.fromkeys(names))[:_MOST_NAMES]:
        given += re.findall(rf'\b{name}(?:\s+string)?\s*:?=\s*["`]([^"`\n]{{1,500}})["`]', text)
        given += [
            each
            for made in re.findall(
                rf"\b{name}\b[^=\n]{{0,99}}:?=\s*\w+\.Sub\(([^\n]{{1,300}})\)", text
            )
            for each in _TEXT.findall(made)
        ]
    for each in given:
        bare = each.removeprefix("file://")
        if join("", bare):
            yield join(folder_of(path), bare)
            yield next((at for at in (join(module, bare),) if at in among), join("", bare))


def _embedded(path: str, text: str) -> Iterator[str]:
    for patterns in _EMBED.findall(text):
        for each in patterns.split():
            bare = each.strip('"`').removeprefix("all:")
            at = join(folder_of(path), bare)
            yield folder_of(at) if "*" in bare.rpartition("/")[2] else at
