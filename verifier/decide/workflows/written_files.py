"""Which files a step leaves behind, and which those after it may read, as far as texts say so."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

_NAME = r"(\"[^\"\n]*\"|'[^'\n]*'|[^\s;|&)<>]+)"
_WRITES = re.compile(
    rf"(?:(?<![<>&=$-])>{{1,2}}\|?\s*|\s-[A-Za-z]*[oOD]\s*|"
    rf"\s--(?:output|output-document|dump-header)[=\s]\s*|\btee\s+(?:-a\s+)?){_NAME}"
)
#: By itself wget writes what it is given, under its own name.
_FETCHES = re.compile(r"\bwget\b[^\n;|&]*?\s\"?(https?://[^\s\"'?;|&)]+)")
_IS_NO_FILE = re.compile(r"/dev/.*|-|pipefail|\d*|\$\{?GITHUB_\w+\}?")
#: Words of a shell that stand for several files; a star alone only where a loop goes over it.
_LOOP = re.compile(r"\bin[ \t]+(?:\./)?\*(?=[\s;])")
_PATTERN = re.compile(r"[\w./*?\[\]!-]*[*?\[][\w./*?\[\]!-]*")


def files_of(shell: str) -> Iterator[str]:
    """Yield their names, without folders; of one that a variable holds that one's name."""
    for found in (*_WRITES.findall(shell), *_FETCHES.findall(shell)):
        said = found.strip("\"'")
        name = re.sub(r"\W+$", "", said.rstrip("/").rpartition("/")[2].lstrip("${"))
        if name and not _IS_NO_FILE.fullmatch(said):
            yield name


def may_read(text: str, name: str) -> bool:
    """Tell whether a text names a file, or has a pattern of a shell that may stand for it."""
    if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) or _LOOP.search(text):
        return True
    said = {found.rpartition("/")[2] for found in _PATTERN.findall(text)}
    return any(fnmatchcase(name, pattern) for pattern in said if pattern.strip("*"))
