"""
`python release/notes.py VERSION OWNER/NAME`: prints what the changelog says of a release.

With `Unreleased` for a version it rehearses the notes of the next one.
"""

import re
import sys
from pathlib import Path

CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"
#: GitHub refuses a release whose text is longer, after its package is on the index.
#: Source: the API's answer "body is too long (maximum is 125000 characters)"
MOST = 125_000
_NEXT = "Unreleased"


def notes(changelog: str, version: str) -> str:
    """Return the section of a version, without its heading.

    Raises `LookupError`, in words for whoever releases, where there is none or it is empty.
    """
    heading = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$"
    found = re.search(rf"{heading}\n(?P<section>.*?)(?=^## \[|\Z)", changelog, re.M | re.S)
    if found is None:
        raise LookupError(f"CHANGELOG.md has no section '## [{version}] - YEAR-MONTH-DAY'")
    if not (section := found["section"].strip()):
        raise LookupError(f"CHANGELOG.md says nothing of {version}")
    return section


def fitting(section: str, version: str, repository: str, most: int = MOST) -> str:
    """Return the notes as GitHub takes them: too long ones end at an entry, with a link to all."""
    if _length(section) <= most:
        return section
    address = f"https://github.com/{repository}/blob/v{version}/CHANGELOG.md"
    more = f"\n\nThis is not all: [the changelog]({address}) has the rest.\n"
    entries = re.split(r"\n(?=- |#)", section)
    left = _length(section + more)
    while entries and left > most:
        left -= _length("\n" + entries.pop())
    while entries and entries[-1].startswith("#"):
        entries.pop()
    return "\n".join(entries).rstrip() + more


def rehearsed(changelog: str, repository: str) -> str:
    """Return the notes that the next release would have; a new section may still be empty."""
    dated = changelog.replace(f"## [{_NEXT}]\n", "## [0.0.0] - 2000-01-01\n", 1)
    try:
        return fitting(notes(dated, "0.0.0"), "0.0.0", repository)
    except LookupError:
        return ""


def _length(text: str) -> int:
    """Count as JavaScript and .NET do, so that no way of counting finds more."""
    return len(text.encode("utf-16-le")) // 2


if __name__ == "__main__":
    version, repository = sys.argv[1:]
    changelog = CHANGELOG.read_text("utf-8")
    try:
        text = (
            rehearsed(changelog, repository)
            if version == _NEXT
            else fitting(notes(changelog, version), version, repository)
        )
    except LookupError as error:
        sys.exit(str(error))
    sys.stdout.write(text + "\n")
