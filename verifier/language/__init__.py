"""Other languages than English, for what people read: each folder in `locale/` is one."""

from pathlib import Path

#: Where each has its `LC_MESSAGES/verifier.po`.
LOCALES = Path(__file__).parent / "locale"


def tags(catalogue: str = "verifier.mo") -> tuple[str, ...]:
    """Return the tags (BCP 47) of the folders that have a file, such as `pt-BR` for `pt_BR`."""
    found = LOCALES.glob(f"*/LC_MESSAGES/{catalogue}")
    return tuple(sorted(each.parents[1].name.replace("_", "-") for each in found))


#: A folder without a catalogue is one that somebody has begun: nobody can be spoken to in it.
TAGS = tags()
