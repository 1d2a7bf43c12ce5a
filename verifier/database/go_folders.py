"""Which folders does Go code give a migration tool? Read as text; nothing of it is run."""

import re
from collections.abc import Collection, Iterator

from verifier.database.files import Files
from verifier.database.migration_files import folder_of, join

_COMMENT = re.compile(r"^[^\S\n]*//(?!go:embed).*$", re.MULTILINE)
_EMBED = re.compile(r"^//go:embed[ \t]+(.+)$", re.MULTILINE)
_TEXT = re.compile(r'["`]([^"`\n]{0,500})["`]')
_OF_TESTS = frozenset({"test", "tests", "testdata", "testutil", "testing", "e2e", "examples"})
#: More files than that are not looked through; so many are read at once.
_MOST, _TOGETHER = 4_000, 200


def folders_in_go(files: Files, call: str, word: bytes, among: Collection[str]) -> set[str] | None:
    """
    Return those of some folders that calls of a tool take, or code embeds; None if not known.

    `call` is a pattern of what is called, its first group what is between its parentheses, and
    `word` what stands in every file that calls it.
    """
    paths = [path for path in files.paths if _counts(path)]
    texts: dict[str, str] = {}
    for start in range(0, min(len(paths), _MOST), _TOGETHER):
        for path, content in files.read(paths[start : start + _TOGETHER]).items():
            if word in content or b"//go:embed" in content:
                texts[path] = _COMMENT.sub("", content.decode("utf-8", "replace"))
    calls = [
        (path, match[1], text)
        for path, text in texts.items()
        if word.decode() in text
        for match in re.finditer(call, text)
    ]
    if not calls:
        return set()
    found: set[str] = set()
    for path, words, text in calls:
        found |= {each for each in _given(path, words, text) if each in among}
    embedded = {each for path, text in texts.items() for each in _embedded(path, text)}
    return found or (embedded & set(among)) or None


def _counts(path: str) -> bool:
    is_code = path.endswith(".go") and not path.endswith("_test.go")
    return is_code and _OF_TESTS.isdisjoint(path.split("/")) and "vendor/" not in f"/{path}"


def _given(path: str, words: str, text: str) -> Iterator[str]:
    names = re.findall(r"\b[A-Za-z_]\w{0,99}\b", re.sub(_TEXT, "", words))
    given = _TEXT.findall(words)
    for name in names:
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
            yield from (join(folder_of(path), bare), join("", bare))


def _embedded(path: str, text: str) -> Iterator[str]:
    for patterns in _EMBED.findall(text):
        for each in patterns.split():
            bare = each.strip('"`').removeprefix("all:")
            at = join(folder_of(path), bare)
            yield folder_of(at) if "*" in bare.rpartition("/")[2] else at
