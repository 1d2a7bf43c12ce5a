"""
Finished English text in another language.

A text was made from a template of the catalogue, such as `{1} has no column {2}`: the template is
found again by its literal words, and what was filled in is said the same way. Where no template
made the whole, its parts are tried: sentences, clauses, what stands in brackets. Names, ids,
quotations and the words of strangers match nothing and stay as they are.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from verifier.language.template import FIELD, Template, filled, literal_words, template_of

#: Belongs to no template where texts are put together.
_EDGES = " \n\t;:,."
_WORD = re.compile(r"[a-z][a-z'\u2019-]*")
#: What stands between quotation marks is somebody's own.
_QUOTED = re.compile(
    r"\"[^\"\n]{0,400}\"|`[^`\n]{0,400}`|“[^”\n]{0,400}”|(?<![^\s(\[=])'[^'\n]{0,400}'(?![^\s)\].,;:])"
)
#: Where a text that no template made falls into parts, the strongest first.
_JOINTS = ("\n", ". ", "; ", ": ", " - ", ", ")
#: Words between names, each a template of its own: `{1} and {2}`.
CONNECTORS = ("and", "or", "of", "by", "on", "in", "for", "to", "with", "is", "reports")
_COUNTED = re.compile(r"(-?[0-9][0-9.,]{0,20} |… |[0-9]+\. )(.+)", re.DOTALL)
#: Longer texts are only looked up as they are, and so much work is one text worth.
_LONGEST = 8000
_DEEPEST = 12
_MOST_TRIES = 2000
_MOST_MATCHES = 4
_MOST_PARTS = 20
#: What was worked out is kept for the next texts of a report, which say much the same: parts up to
#: so long, that were not worked out with little room left.
_LONGEST_KEPT = 400
_MOST_KEPT = 10_000
_KEPT_TO_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Locale:
    """How a language writes numbers."""

    decimal: str
    thousands: str

    def number(self, english: str) -> str:
        """Return a number that English wrote."""
        return english.translate({ord(","): self.thousands, ord("."): self.decimal})


class Translator:
    """Says English text in another language."""

    def __init__(self, templates: Mapping[str, str], locale: Locale) -> None:
        """Take translations by their templates; a template of one word is for `word` alone."""
        self._locale = locale
        self._whole: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self._kept: dict[str, _Said] = {}
        self._by_word: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
        self._connectors = {
            word: templates[f"{{1}} {word} {{2}}"]
            for word in CONNECTORS
            if templates.get(f"{{1}} {word} {{2}}")
        }
        made: list[tuple[str, str]] = []
        for english, translated in templates.items():
            if not FIELD.search(english):
                self._words[english] = translated
                if " " in english:
                    self._whole[english] = translated
                    self._whole.setdefault(_lowered(english), _lowered(translated))
            elif english[4:-4] not in self._connectors:
                made.append((english, translated))
        often = Counter(word for english, _ in made for word in set(literal_words(english)))
        for english, translated in made:
            words = sorted(literal_words(english), key=lambda word: (often[word], -len(word)))
            own = len(FIELD.sub("", english)), english, translated
            self._by_word[words[0] if words else ""].append(own)

    def word(self, english: str) -> str:
        """Return a text that is looked up as it is, also a single word; else itself."""
        return self._words.get(english, english)

    def say(self, english: str) -> str:
        """Return the text in the other language, as far as the catalogue knows it."""
        if len(english) > _LONGEST:
            return english
        return _Saying(self).said(english, 0).text

    def exactly(self, core: str) -> str | None:
        """Return the translation of a whole text, however it is capitalised; None without one."""
        if core in self._whole:
            return self._whole[core]
        found = self._whole.get(_lowered(core))
        return None if found is None else _like(core, found)

    def kept(self, core: str) -> "_Said | None":
        """Return what was worked out for another text."""
        return self._kept.get(core)

    def keep(self, core: str, said: "_Said") -> None:
        """Keep what was worked out, for the texts to come."""
        if len(core) <= _LONGEST_KEPT:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[core] = said

    def candidates(self, core: str) -> Iterator[Template]:
        """Yield the templates one of whose words is in the text, the most literal first."""
        words = dict.fromkeys(_WORD.findall(core.lower()))
        found = [each for word in ("", *words) for each in self._by_word.get(word, ())]
        for _, english, translated in sorted(found, key=lambda each: -each[0]):
            yield template_of(english, translated)

    def joined(self, connector: str, before: str, behind: str) -> str | None:
        """Return names that a word stood between; None where the catalogue has no such word."""
        template = self._connectors.get(connector)
        if template is None:
            return None
        return template.replace("{2}", "\0").replace("{1}", before).replace("\0", behind)

    def number(self, english: str) -> str:
        """Return a number as the language writes it."""
        return self._locale.number(english)


@dataclass(frozen=True, slots=True)
class _Said:
    """A text in the other language, and how many of its letters the catalogue knew."""

    text: str
    known: int


class _Saying:
    """One text on its way into the other language: what was said before is said once."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator
        self._said: dict[str, _Said] = {}
        self._tries = 0

    def said(self, english: str, depth: int) -> _Said:
        core = english.strip(_EDGES)
        if " " not in core:
            return _Said(english, 0)
        if core not in self._said:
            if depth > _DEEPEST or self._tries > _MOST_TRIES:
                return _Said(english, 0)
            self._said[core] = self._translator.kept(core) or self._worked_out(core, depth)
        found = self._said[core]
        at = english.index(core)
        return _Said(f"{english[:at]}{found.text}{english[at + len(core) :]}", found.known)

    def _worked_out(self, core: str, depth: int) -> _Said:
        self._said[core] = _Said(core, 0)
        best = self._best(core, depth)
        if depth <= _KEPT_TO_DEPTH and self._tries <= _MOST_TRIES:
            self._translator.keep(core, best)
        return best

    def _best(self, core: str, depth: int) -> _Said:
        self._tries += 1
        if (whole := self._translator.exactly(core)) is not None:
            return _Said(whole, len(core))
        if _QUOTED.fullmatch(core):
            return _Said(core, 0)
        # Each sentence of several by itself first: what is known of them costs the whole no work.
        if "; " in core:
            for part in core.split("; "):
                self.said(part, depth + 1)
        options = [*self._by_template(core, depth), *self._by_parts(core, depth)]
        return max(options, key=lambda said: said.known, default=_Said(core, 0))

    def _by_template(self, core: str, depth: int) -> Iterator[_Said]:
        matches = 0
        quoted = [found.span() for found in _QUOTED.finditer(core)]
        for template in self._translator.candidates(core):
            self._tries += 1
            found = filled(template, core, quoted)
            if found is None:
                continue
            known = template.literal
            parts: dict[int, str] = {}
            for number, (value, is_number) in found.items():
                if is_number:
                    parts[number] = self._translator.number(value)
                elif number in template.quoted:
                    parts[number] = value
                else:
                    said = self.said(value, depth + 1)
                    parts[number], known = said.text, known + said.known
            text = self._with(parts, template.translated)
            if template.starts_literal and core[:1].isupper() != template.is_upper:
                text = _like(core, text)
            yield _Said(text, known)
            matches += 1
            if matches == _MOST_MATCHES or self._tries > _MOST_TRIES:
                return

    def _with(self, parts: Mapping[int, str], translated: str) -> str:
        """Fill in what was said of each field; `:w` asks for the word of a single one."""

        def fill(found: re.Match[str]) -> str:
            said = parts.get(int(found[1]), "")
            return self._translator.word(said) if found[2] == "w" else said

        return FIELD.sub(fill, translated)

    def _by_parts(self, core: str, depth: int) -> Iterator[_Said]:
        quoted = [found.span() for found in _QUOTED.finditer(core)]

        def is_free(at: int) -> bool:
            return not any(start < at < end for start, end in quoted)

        if counted := _COUNTED.fullmatch(core):
            said = self.said(counted[2], depth + 1)
            yield _Said(f"{counted[1]}{said.text}", said.known)
        is_first = True
        for joint in _JOINTS:
            places = [at for at in _places(core, joint) if is_free(at)]
            # All at once, and at the last and the first alone: a template may hold such a joint.
            cuts = (places, places[-1:], places[:1]) if len(places) < _MOST_PARTS else (places,)
            for cut in dict.fromkeys(map(tuple, cuts if is_first else (places[:1],))):
                if cut:
                    yield self._put_together(core, joint, cut, depth)
            is_first = is_first and not places
        if (inner := _bracket(core, is_free)) is not None:
            yield self._around_bracket(core, inner, depth)
        for connector in CONNECTORS:
            places = [at for at in _places(core, f" {connector} ") if is_free(at)]
            if places:
                yield from self._connected(core, connector, places[-1], depth)

    def _put_together(self, core: str, joint: str, places: Sequence[int], depth: int) -> _Said:
        said = [self.said(part, depth + 1) for part in _cut(core, joint, places)]
        return _Said(joint.join(each.text for each in said), sum(each.known for each in said))

    def _around_bracket(self, core: str, inner: tuple[int, int], depth: int) -> _Said:
        start, end = inner
        parts = (core[: start - 1], core[start:end], core[end + 1 :])
        before, within, behind = (self.said(part, depth + 1) for part in parts)
        if " " not in within.text:
            within = _Said(self._translator.word(within.text), within.known)
        text = f"{before.text}({within.text}){behind.text}"
        return _Said(text, before.known + within.known + behind.known)

    def _connected(self, core: str, connector: str, at: int, depth: int) -> Iterator[_Said]:
        """Names, or what is known: a stranger's sentence is not cut at its `and`."""
        parts = (core[:at], core[at + len(connector) + 2 :])
        said = [self.said(part, depth + 1) for part in parts]
        are_ours = all(one.known or " " not in part for one, part in zip(said, parts, strict=True))
        text = self._translator.joined(connector, said[0].text, said[1].text)
        if are_ours and text is not None:
            yield _Said(text, sum(each.known for each in said) + len(connector))


def _cut(core: str, joint: str, places: Sequence[int]) -> list[str]:
    starts = [0, *(at + len(joint) for at in places)]
    return [core[start:end] for start, end in zip(starts, [*places, len(core)], strict=True)]


def _places(text: str, joint: str) -> list[int]:
    places = []
    at = text.find(joint)
    while at >= 0:
        places.append(at)
        at = text.find(joint, at + len(joint))
    return places


def _bracket(text: str, is_free: Callable[[int], bool]) -> tuple[int, int] | None:
    """Where the first text in brackets begins and ends, without them; None without any."""
    start = text.find("(")
    depth = 0
    for at in range(start, len(text)) if start >= 0 else ():
        if text[at] in "()" and is_free(at):
            depth += 1 if text[at] == "(" else -1
            if depth == 0:
                return start + 1, at
    return None


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _like(text: str, translated: str) -> str:
    """Begin as the text begins: with a capital letter, or without."""
    first = translated[:1]
    return (first.upper() if text[:1].isupper() else first.lower()) + translated[1:]
