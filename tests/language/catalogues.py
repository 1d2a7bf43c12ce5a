"""
Writes the catalogues of the languages from the texts of the program: `make languages`. An empty
folder `locale/LANGUAGE` is a new one.

`--part N --of M` prints what is not translated yet, in M parts, for several people; `--merge FILE`
takes their translations in. What lacks a translation stays empty, and a test names it.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.language.extraction import texts
from verifier import language as languages

_FIELD = re.compile(r"\{(\d+(?::n)?)(?::w)?\}")
#: One word for one and for several: `pendente(s)`, `versão(ões)`.
_EITHER = re.compile(r"\w\((?:s|m|[aeiou]s|ns|is|ões|ães)\)")
_TOUCHING = re.compile(r"\}\{\d")


def po_path(language: str) -> Path:
    """Where the translations of a language are written by people."""
    return languages.LOCALES / _folder(language) / "LC_MESSAGES" / "verifier.po"


def begun() -> list[str]:
    """Every language that has a folder, one without a catalogue too."""
    return sorted(
        each.name.replace("_", "-") for each in languages.LOCALES.iterdir() if each.is_dir()
    )


def load(path: Path, language: str) -> Catalog:
    """Return a catalogue; an empty one where there is no file."""
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=_folder(language))


def brought_up_to_date(known: Catalog, language: str) -> Catalog:
    """Return the catalogue of today's texts, in their order, with what is known of them."""
    fresh = _empty(language)
    for text in texts().values():
        message = known.get(text.template)
        translated = message.string if message is not None and not message.fuzzy else ""
        comments = [f"{n}: {value}" for n, value in enumerate(text.fields, start=1)]
        # Without the line: it would change with each edit.
        fresh.add(text.template, translated, [(text.file, 0)], auto_comments=comments)
    return fresh


def written(catalogue: Catalog) -> bytes:
    """Return the text of a catalogue."""
    out = BytesIO()
    write_po(out, catalogue, width=100, sort_by_file=False, include_lineno=False)
    return out.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """Return what the program reads."""
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def mistakes(catalogue: Catalog) -> Iterator[str]:
    """
    Yield what is wrong with the translations.

    What strangers wrote comes to the beginning of a text only where it stands there in English, and
    never touches another piece of theirs: so a line that a surface made harmless stays so. One and
    several are texts of their own.
    """
    for message in messages(catalogue):
        english, said = str(message.id), str(message.string)
        if not said:
            yield f"not translated: {english}"
        elif sorted(_FIELD.findall(english)) != sorted(_FIELD.findall(said)):
            yield f"other places are filled in: {english} -> {said}"
        elif _FIELD.match(said) and not _FIELD.match(english):
            yield f"begins with a place: {english} -> {said}"
        elif _TOUCHING.search(said) and not _TOUCHING.search(english):
            yield f"two places touch: {english} -> {said}"
        elif _EITHER.search(english) or _EITHER.search(said):
            yield f"one word for one and for several: {english} -> {said}"
        elif english.strip() != english or said.strip() != said:
            yield f"has spaces around it: {english!r} -> {said!r}"


def messages(catalogue: Catalog) -> list[Message]:
    """Return the messages without the head of the file."""
    return [message for message in catalogue if message.id]


def part(catalogue: Catalog, number: int, of: int, language: str) -> Catalog:
    """Return one part of what is not translated, of as many words as the others."""
    left = [message for message in messages(catalogue) if not message.string]
    words = [len(str(message.id).split()) for message in left]
    share = sum(words) / of
    cut = _empty(language)
    for index, message in enumerate(left):
        if int(sum(words[:index]) / share) == number - 1:
            cut.add(message.id, "", message.locations, auto_comments=message.auto_comments)
    return cut


def _folder(language: str) -> str:
    return language.replace("-", "_")


def _empty(language: str) -> Catalog:
    return Catalog(
        _folder(language),
        project="verifier",
        fuzzy=False,
        creation_date=_NEVER,
        revision_date=_NEVER,
    )


_NEVER = datetime(2026, 1, 1, tzinfo=UTC)


def main(arguments: Sequence[str]) -> int:
    """Update each catalogue, or print a part of one; without --language of every language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", choices=begun())
    parser.add_argument("--part", type=int)
    parser.add_argument("--of", type=int, default=4)
    parser.add_argument("--merge", type=Path, nargs="*", default=[])
    parser.add_argument("--check", type=Path)
    given = parser.parse_args(arguments)
    meant = [given.language] if given.language else begun()
    if len(meant) > 1 and (given.part or given.merge or given.check):
        parser.error(f"--language is needed here, one of: {', '.join(meant)}")
    return max(_bring(language, given) for language in meant)


def _bring(language: str, given: argparse.Namespace) -> int:
    path = po_path(language)
    if given.check:
        return _told(load(given.check, language))
    known = load(path, language)
    for file in given.merge:
        for message in messages(load(file, language)):
            if message.string and not message.fuzzy:
                known.delete(message.id)
                known.add(message.id, message.string)
    catalogue = brought_up_to_date(known, language)
    if given.part:
        sys.stdout.buffer.write(written(part(catalogue, given.part, given.of, language)))
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written(catalogue))
    path.with_suffix(".mo").write_bytes(compiled(catalogue))
    return _told(catalogue)


def _told(catalogue: Catalog) -> int:
    found = list(mistakes(catalogue))
    for mistake in found:
        sys.stderr.write(f"{mistake}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
