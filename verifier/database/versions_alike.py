"""What a branch newly writes that looks like a later schema version than the one compared."""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from verifier.database.checkout import InFile
from verifier.database.files import Files
from verifier.database.versions_elsewhere import (
    COMMENT,
    LEAST_DIGITS,
    compared_versions,
    is_beside,
    may_set_it,
    texts_of,
)
from verifier.database.written_version import named_in
from verifier.model.migration_ledger import VersionSetting

#: Migrations name versions, and prose and data are full of times.
_NO_CODE = frozenset(
    (".csv", ".lock", ".log", ".map", ".md", ".rst", ".snap", ".sql", ".sum", ".svg", ".tsv")
)
_LOCKS = frozenset(("package-lock.json", "pnpm-lock.yaml", "composer.lock"))
_MOST_OF_A_LINE = 400
"""What is longer was written by a tool."""


def versions_alike(
    head: Files, base: Files, wanted: InFile, changed: Sequence[str], migrations: str
) -> tuple[VersionSetting, ...]:
    """
    Return the lines that are new in a branch and have such a version, each file once.

    The constant may have got another name, or stand in a file of another kind: that cannot be
    proven, only told. `migrations` is the folder of the files that the version is of.

    Raises:
        UnexpectedAnswerError: they could not be read, or the pattern takes too long.
    """
    compared = compared_versions(head, wanted)
    paths = [path for path in changed if _is_code(path, wanted.file, migrations)]
    now, then = texts_of(head, paths), texts_of(base, paths)
    found: list[VersionSetting] = []
    for path, text in now.items():
        old = frozenset(line.strip() for line in then.get(path, "").split("\n"))
        lines = (
            (number, line)
            for number, line in enumerate(text.split("\n"), 1)
            if line.strip() not in old and len(line) <= _MOST_OF_A_LINE and not COMMENT.match(line)
        )
        is_read = path == wanted.file or may_set_it(path, wanted.file)
        name = "" if is_read else named_in(wanted.pattern)
        found += _first_in(path, lines, compared, name)
    return tuple(found)


def _first_in(
    path: str, lines: Iterator[tuple[int, str]], compared: frozenset[str], name: str
) -> Iterator[VersionSetting]:
    newest = max((c for c in compared if c.isdecimal()), key=int, default="")
    digits = len(newest) if len(newest) >= LEAST_DIGITS else 0
    alike = re.compile(rf"(?<![\w.-])\d{{{digits}}}(?![\w.-])")
    of_name = re.compile(rf"(?<![\w.$-]){re.escape(name)}[\"']?\s*[:=]\s*[\"']?([\w.-]+)")
    for number, line in lines:
        later = [v for v in alike.findall(line) if int(v) > int(newest)] if digits else []
        set_ = of_name.search(line) if name else None
        if set_ and set_[1] not in compared and any(c.isdecimal() for c in set_[1]):
            later = later or [set_[1]]
        if later:
            yield VersionSetting(later[0], path, number, line.strip())
            return


def _is_code(path: str, file: str, migrations: str) -> bool:
    name = PurePosixPath(path)
    is_migration = bool(migrations) and path.startswith(f"{migrations}/")
    is_other = name.suffix.lower() in _NO_CODE or name.name in _LOCKS or is_migration
    return not is_other and (not is_beside(path) or is_beside(file))
