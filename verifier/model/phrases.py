"""How a text becomes a step that stands alone, and a long list a short one."""

import re
from collections.abc import Sequence

_COMMAND = re.compile(r" --repo [\w./:-]+\Z")


def sentence(text: str) -> str:
    """
    Return `text` with a capital letter and one full stop; empty stays empty.

    One that ends with a statement of SQL, or a command for a repository, keeps its own end: it is
    copied.
    """
    end = "" if text.endswith(";") or _COMMAND.search(text) else "."
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}{end}" if text else ""


def first_of(texts: Sequence[str], most: int, separator: str = "; ") -> str:
    """Return the first texts, and how many more there are."""
    more = f" (and {len(texts) - most} more)" if len(texts) > most else ""
    return separator.join(texts[:most]) + more


def named(names: Sequence[str], most: int = 5) -> str:
    """Return names as a person lists them, and how many more there are."""
    if len(names) > most + 1:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
