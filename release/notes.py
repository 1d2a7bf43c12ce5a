"""`python release/notes.py VERSION`: prints what the changelog says of a release."""

import re
import sys
from pathlib import Path

CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"


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


if __name__ == "__main__":
    try:
        sys.stdout.write(notes(CHANGELOG.read_text("utf-8"), sys.argv[1]) + "\n")
    except LookupError as error:
        sys.exit(str(error))
