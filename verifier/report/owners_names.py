"""What others have named: in every language it stays as its owner wrote it."""

import re
from collections.abc import Iterator, Sequence
from contextvars import ContextVar

_WORD = re.compile(r"(\w+)")
#: Longer texts are no names; of more names than this what was met first is kept.
_LONGEST = 300
_MOST = 200_000
#: Letters of no language: what stands between them is no word of any catalogue.
_OPEN, _CLOSE = "\ue000", "\ue001"


class OwnersNames:
    """Finds names in a text by their first word, however many there are."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._by_word: dict[str, list[tuple[int, str]]] = {}

    def add(self, name: str) -> None:
        """Keep a name from now on; a single word is never translated in a message anyway."""
        name = name.strip()
        if " " not in name or len(name) > _LONGEST or len(self._known) >= _MOST:
            return
        before, *word = _WORD.split(name, 1)[:2]
        if not word or name in self._known:
            return
        self._known.add(name)
        self._by_word.setdefault(word[0], []).append((len(before), name))

    def found_in(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield where a name begins, and the name: the longest at each place, none in another."""
        at, end = 0, 0
        for word in _WORD.split(text) if self._known else ():
            places = [(at - before, name) for before, name in self._by_word.get(word, ())]
            fits = [(s, name) for s, name in places if s >= end and _stands(name, text, s)]
            if fits:
                start, name = max(fits, key=lambda fit: len(fit[1]))
                yield start, name
                end = start + len(name)
            at += len(word)

    def among(self, text: str) -> Iterator[str]:
        """Yield the names that stand in a long text somewhere, in no order."""
        words = self._by_word.keys() & set(_WORD.findall(text))
        yield from (n for word in words for _, n in self._by_word[word] if n in text)

    def taken_out(self, text: str) -> tuple[str, list[str]]:
        """Return a text with a word of no language in the place of each name, and the names."""
        names: list[str] = []
        parts: list[str] = []
        at = 0
        for start, name in self.found_in(text):
            parts += (text[at:start], f"{_OPEN}{len(names)}{_CLOSE}")
            names.append(name)
            at = start + len(name)
        return "".join((*parts, text[at:])), names


def put_back(text: str, names: Sequence[str]) -> str:
    """Return what became of such a text, with the names."""
    for number, name in enumerate(names):
        text = text.replace(f"{_OPEN}{number}{_CLOSE}", name)
    return text


#: What this run has met; None as long as nobody listens.
NAMES: ContextVar[OwnersNames | None] = ContextVar("names", default=None)


def _stands(name: str, text: str, at: int) -> bool:
    """Whether the name stands there, and is no part of a longer word."""
    end = at + len(name)
    before = text[at - 1 : at] if name[0].isalnum() else ""
    behind = text[end : end + 1] if name[-1].isalnum() else ""
    return text.startswith(name, at) and not before.isalnum() and not behind.isalnum()
