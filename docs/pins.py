"""`python docs/pins.py`: writes the pinned actions into every workflow and page."""

import re
from collections.abc import Iterator
from pathlib import Path

from verifier.model.action_pins import PINS

ROOT = Path(__file__).parents[1]
PLACES = ("README.md", "docs/**/*.md", ".github/**/*.yml", "examples/**/*.yml")
_PINNED = {str(pin.action): str(pin) for pin in PINS}
USES = re.compile(
    rf"(?P<before>uses: )(?P<action>{'|'.join(map(re.escape, _PINNED))})@\S+(?: # v\S+)?"
)


def pages() -> Iterator[Path]:
    """Yield every file of the repository in which workflows stand."""
    for place in PLACES:
        yield from ROOT.glob(place)


def pin(text: str) -> str:
    """Return the text with every action as the list has it."""
    return USES.sub(lambda found: found["before"] + _PINNED[found["action"]], text)


if __name__ == "__main__":
    for page in pages():
        page.write_text(pin(page.read_text("utf-8")), "utf-8", newline="\n")
