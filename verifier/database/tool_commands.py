"""Commands that a person can paste: in their folder, with their options, quoted for a shell."""

import posixpath
import shlex
from collections.abc import Sequence

from verifier.database.migration_files import folder_of, nearest
from verifier.errors import UnexpectedAnswerError

#: The address of the database, from the environment of whoever runs the command.
URL = '"$DATABASE_URL"'


def command(*words: str, **options: str) -> str:
    """
    Return words, and the options that have a value, as one line of a shell.

    An option is written as its name: `migrations_dir` is `--migrations-dir`, `_dir` is `-dir`. What
    comes from a checkout is quoted: a folder of a pull request may be called anything.
    """
    parts = [word if word == URL else shlex.quote(word) for word in words]
    for name, value in options.items():
        dashes = "-" if name.startswith("_") or len(name) == 1 else "--"
        if value:
            option = f"{dashes}{name.removeprefix('_').replace('_', '-')}"
            parts += [option, value if value == URL else shlex.quote(value)]
    return " ".join(parts)


def run_in(configs: Sequence[str], line: str) -> str:
    """Return a line to be run in the folder of the nearest of these files, if there is one."""
    if not configs:
        return line
    try:
        return run_from(folder_of(nearest(configs)), line)
    except UnexpectedAnswerError:
        # Of several as near only whoever runs it knows which.
        return line


def run_from(folder: str, line: str) -> str:
    """Return a line to be run in a folder of the checkout, empty for its root."""
    return f"cd {shlex.quote(folder)} && {line}" if folder else line


def seen_from(folder: str, path: str) -> str:
    """Return a path of the checkout as it is called in a folder of it, empty for its root."""
    return posixpath.relpath(path, folder or ".")
