"""Files of a checkout, which strangers wrote: read with a limit, and none that lies elsewhere."""

import os
from collections.abc import Collection
from pathlib import Path

from verifier.errors import UnexpectedAnswerError, words_of

#: In bytes, of one file, and of all that are read together.
MOST_BYTES = 64_000_000
MOST_TOGETHER = 256_000_000
#: Of a file of settings that other programs read.
MOST_CONFIG = 1_000_000


def read_inside(root: Path, path: str | Path, most_bytes: int = MOST_BYTES) -> bytes:
    """
    Return what a file below `root` holds.

    Raises:
        UnexpectedAnswerError: there is none, it leads out of the folder, is a device or a pipe,
            or is larger than so many bytes.
    """
    try:
        place = resolve_inside(root, path)
        if not place.is_file():
            kind = "no plain file" if place.exists() else "not there"
            raise UnexpectedAnswerError(f"{path} cannot be read: it is {kind}")
        with place.open("rb") as file:
            content = file.read(most_bytes + 1)
    except (OSError, ValueError) as error:
        raise UnexpectedAnswerError(f"{path} cannot be read: {words_of(error)}") from error
    if len(content) > most_bytes:
        raise UnexpectedAnswerError(f"{path} is larger than {most_bytes:,} bytes")
    return content


def refuse_odd_files(root: Path, paths: Collection[str]) -> None:
    """
    Let another program read those of the files that are there: it has no limit of its own.

    Raises:
        UnexpectedAnswerError: one of them is what `read_inside` does not read.
    """
    for path in paths:
        if (root / path).is_symlink() or (root / path).exists():
            read_inside(root, path, MOST_CONFIG)


def resolve_inside(root: Path, path: str | Path) -> Path:
    """
    Return where a path below `root` leads, whether something is there or not.

    Raises:
        UnexpectedAnswerError: out of the folder.
    """
    try:
        place = Path(os.path.realpath(root / path))  # `resolve` has its own error for circles
        if place.is_relative_to(os.path.realpath(root)):
            return place
    except (OSError, ValueError) as error:
        raise UnexpectedAnswerError(f"{path} cannot be read: {words_of(error)}") from error
    raise UnexpectedAnswerError(f"{path} points outside the checkout, and was not read")
