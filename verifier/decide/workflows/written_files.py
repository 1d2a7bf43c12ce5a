"""Which files a step leaves behind for those after it, as far as its text says so."""

import re
from collections.abc import Iterator

_NAME = r"(\"[^\"\n]*\"|'[^'\n]*'|[^\s;|&)<>]+)"
_WRITES = re.compile(
    rf"(?:(?<![<>&=$-])>{{1,2}}\|?\s*|\s-[A-Za-z]*[oOD]\s*|"
    rf"\s--(?:output|output-document|dump-header)[=\s]\s*|\btee\s+(?:-a\s+)?){_NAME}"
)
#: By itself wget writes what it is given, under its own name.
_FETCHES = re.compile(r"\bwget\b[^\n;|&]*?\s\"?(https?://[^\s\"'?;|&)]+)")
_IS_NO_FILE = re.compile(r"/dev/.*|-|pipefail|\d*|\$\{?GITHUB_\w+\}?")


def files_of(shell: str) -> Iterator[str]:
    """Yield their names, without folders; of one that a variable holds that one's name."""
    for found in (*_WRITES.findall(shell), *_FETCHES.findall(shell)):
        said = found.strip("\"'")
        name = re.sub(r"\W+$", "", said.rstrip("/").rpartition("/")[2].lstrip("${"))
        if name and not _IS_NO_FILE.fullmatch(said):
            yield name
