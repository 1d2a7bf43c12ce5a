"""Other languages than English, for what people read: each folder in `locale/` is one."""

import re
from pathlib import Path

#: Where each has its `LC_MESSAGES/verifier.po`.
LOCALES = Path(__file__).parent / "locale"


def tags(catalogue: str = "verifier.mo") -> tuple[str, ...]:
    """Return the tags (BCP 47) of the folders that have a file, such as `pt-BR` for `pt_BR`."""
    found = LOCALES.glob(f"*/LC_MESSAGES/{catalogue}")
    return tuple(sorted(each.parents[1].name.replace("_", "-") for each in found))


#: A folder without a catalogue is one that somebody has begun: nobody can be spoken to in it.
TAGS = tags()
#: What everything is written in; a locale that names no language means it as well.
_ENGLISH, _NONE = "en", ("c", "posix")


def nearest_tag(name: str) -> str | None:
    """
    Return the language that is meant: `pt_BR.UTF-8`, `pt` and `PT-br` are all `pt-BR`.

    Of a language that is not spoken, None.

    Source: https://www.rfc-editor.org/rfc/rfc4647 (lookup), and POSIX for names of locales
    """
    wanted = re.split(r"[.@]", name.strip(), maxsplit=1)[0].replace("_", "-").lower()
    if wanted in _NONE:
        return _ENGLISH
    spoken = {tag.lower(): tag for tag in (_ENGLISH, *TAGS)}
    first = wanted.partition("-")[0]
    alike = (tag for key, tag in spoken.items() if key.partition("-")[0] == first)
    return spoken.get(wanted) or next(alike, None)
