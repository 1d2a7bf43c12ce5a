"""Where known texts stand in another: whole, or what is left of one that was cut off."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, takewhile

from verifier.guarded.secret_parts import SHORTEST
from verifier.model.cut_text import CUT

Range = tuple[int, int]
#: What a text that was cut ends with, or goes on with behind the place.
_CUT = frozenset((CUT, '"', "'"))
#: The same of other programs.
_DOTS = "..."
#: What stands before a text that was cut at its front.
_CUT_BEFORE = re.compile(rf"^|[{CUT}'\"\n\x1e]|\.\.\.")
#: A piece of a secret of so many letters is no word that many texts have.
_NO_WORD = 12
#: What all addresses of a kind begin with tells nothing of one of them.
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:/{0,2}", re.IGNORECASE)
#: A word with a number behind it changes once from one to the other.
_CHANGES = re.compile(r"[a-z](?=[0-9])|[0-9](?=[a-z])")


class KnownForms:
    """Finds texts that it was given, in lower case, in one walk through another."""

    def __init__(self, forms: Iterable[str] = (), shortest: int = SHORTEST) -> None:
        self._by_head: dict[str, list[str]] = {}
        self._by_tail: dict[str, list[str]] = {}
        for form in forms:
            if len(form) < shortest:
                continue
            self._by_head.setdefault(form[:SHORTEST], []).append(form)
            if "://" not in form:  # the end of an address is a host; its password is a form, too
                self._by_tail.setdefault(form[-SHORTEST:], []).append(form)
        self._longest = 1 + max(map(len, chain(*self._by_tail.values())), default=0)
        self._ends = self._by_head.keys() | self._by_tail.keys()

    def __bool__(self) -> bool:
        return bool(self._by_head)

    def find(self, text: str) -> list[Range]:
        """Return where one of them stands, or its beginning or its end where the rest was cut."""
        if not self._by_head:
            return []
        ends = self._ends
        places = [at for at in range(len(text) - SHORTEST + 1) if text[at : at + SHORTEST] in ends]
        return [*self._from_heads(text, places), *self._from_tails(text, places)]

    def _from_heads(self, text: str, places: Iterable[int]) -> list[Range]:
        found: list[Range] = []
        hidden_to: dict[str, int] = {}
        for at in places:
            for form in self._by_head.get(text[at : at + SHORTEST], ()):
                if text.startswith(form, at):
                    found.append((at, at + len(form)))
                    hidden_to[form] = at + len(form)
                    continue
                if at < hidden_to.get(form, 0):
                    continue  # of a row of one letter, each place begins it again
                same = _same(form, text[at : at + len(form)])
                if _is_begun(form[:same]) and _is_cut_behind(text, at + same):
                    found.append((at, at + same))
                    hidden_to[form] = at + same
        return found

    def _from_tails(self, text: str, places: Sequence[int]) -> Iterator[Range]:
        ends = [at + SHORTEST for at in places if text[at : at + SHORTEST] in self._by_tail]
        for cut in _CUT_BEFORE.finditer(text) if ends else ():
            start = cut.end()
            reach = range(
                bisect_left(ends, start + SHORTEST), bisect_left(ends, start + self._longest)
            )
            for end in (ends[index] for index in reversed(reach)):
                left = text[start:end]
                forms = self._by_tail[text[end - SHORTEST : end]]
                if any(form.endswith(left) for form in forms) and _is_left(left, cut[0]):
                    yield start, end
                    break  # what ends before stands in it


def _same(form: str, text: str) -> int:
    pairs = zip(form, text, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _is_begun(begun: str) -> bool:
    is_telling = len(begun) >= _NO_WORD or not begun.isalpha()
    return is_telling and not _SCHEME.fullmatch(begun)


def _is_cut_behind(text: str, end: int) -> bool:
    rest = text[end : end + 1]
    return not rest or rest in _CUT or text.startswith(_DOTS, end)


def _is_left(left: str, cut: str) -> bool:
    """Whether the end of a secret tells something of it: no word, and no number alone."""
    if len(left) >= _NO_WORD or cut in (CUT, _DOTS):
        return len(left) >= _NO_WORD or not (left.isalpha() or left.isdecimal())
    return len(_CHANGES.findall(left)) > 1
