"""`python release/readme.py FOLDER`: makes its README.md one that stands alone.

The page of a package has no files to lead to: links go to the repository at this version, and are
plain words as long as nobody has said where that is.
"""

import re
import sys
from pathlib import Path

from verifier import __version__
from verifier.model.project import REPOSITORY, raw_url

_BADGE = re.compile(r"^\[!\[[^\n]*\n", re.MULTILINE)
_PICTURE = re.compile(
    r"<picture>.*?alt=\"(?P<alt>[^\"]*)\" src=\"(?P<src>[^\"]*)\".*?</picture>", re.S
)
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]\[]+)\]\((?P<target>(?!https?://|#|mailto:)[^)\s]+)\)")


def standing_alone(readme: str, repository: str, version: str) -> str:
    """Return the page without a link to a file beside it; `repository` may be empty."""
    tag = f"v{version}"

    def picture(found: re.Match[str]) -> str:
        alt = " ".join(found["alt"].split())
        return f"![{alt}]({raw_url(repository, tag, found['src'])})" if repository else alt

    def link(found: re.Match[str]) -> str:
        if not repository:
            return found["text"]
        return f"[{found['text']}](https://github.com/{repository}/blob/{tag}/{found['target']})"

    return _LINK.sub(link, _PICTURE.sub(picture, _BADGE.sub("", readme)))


if __name__ == "__main__":
    path = Path(sys.argv[1]) / "README.md"
    path.write_text(
        standing_alone(path.read_text("utf-8"), REPOSITORY, __version__), "utf-8", newline="\n"
    )
