"""What the catalogue of a language says."""

import re
from functools import cache
from gettext import GNUTranslations

from verifier.language import LOCALES, TAGS
from verifier.language.translation import Locale, Translator

#: Among the texts: how a language writes it shows how it writes each.
NUMBER = "1,234.5"
_WRITTEN = re.compile(r"1(\D?)234(\D)5")


@cache
def translator(tag: str) -> Translator:
    """Return what speaks a language; raises `KeyError` where there is none of that tag."""
    if tag not in TAGS:
        raise KeyError(tag)
    place = LOCALES / tag.replace("-", "_") / "LC_MESSAGES" / "verifier.mo"
    with place.open("rb") as file:
        translated = _Catalogue(file).translated()
    return Translator(translated, locale_of(translated.pop(NUMBER, "")))


def locale_of(number: str) -> Locale:
    """Return how a language writes numbers, of 1,234.5; in English where it does not say."""
    found = _WRITTEN.fullmatch(number) or _WRITTEN.fullmatch(NUMBER)
    thousands, decimal = found.groups() if found else (",", ".")
    return Locale(decimal=decimal, thousands=thousands)


class _Catalogue(GNUTranslations):
    """A catalogue that can be read as a whole: its templates are searched for, not asked for."""

    _catalog: dict[str | tuple[str, int], str]

    def translated(self) -> dict[str, str]:
        """Return translations by their English templates."""
        known = self._catalog.items()
        return {key: text for key, text in known if isinstance(key, str) and key and text}
