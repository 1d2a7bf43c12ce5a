"""Standard output and error that never end a run: a full disk or a closed pipe is no verdict."""

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from verifier.report.spoken import say

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _SteadyFile(io.FileIO):
    """Takes everything, and remembers the first error of what is behind it."""

    error: OSError | None = None

    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            written: int | None = super().write(data)
        except OSError as error:
            self.error = self.error or error
            written = None
        return memoryview(data).nbytes if written is None else written


def make_steady() -> None:
    """
    Put streams that cannot fail in the place of the process's own, in UTF-8.

    A gate that dies of its log in the middle of a rollback would leave one service of three behind.
    A terminal goes away like a pipe does, when a connection over ssh is cut.
    """
    sys.stdout = _steady(sys.stdout)
    sys.stderr = _steady(sys.stderr)


def is_read() -> bool:
    """Whether standard output still goes somewhere, as far as it has been used."""
    return _error_of(sys.stdout) is None


def finish() -> None:
    """Write what is left, and say on standard error what standard output did not take."""
    sys.stdout.flush()
    error = _error_of(sys.stdout)
    # Whoever closes a pipe has read what was wanted.
    if error is not None and not isinstance(error, BrokenPipeError):
        sys.stderr.write(say(f"warning: the output was cut short: {error.strerror}\n"))
    sys.stderr.flush()


def _error_of(stream: TextIO) -> OSError | None:
    behind = getattr(getattr(stream, "buffer", None), "raw", None)
    return behind.error if isinstance(behind, _SteadyFile) else None


def _steady(stream: TextIO | None) -> TextIO:
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    if os.name == "nt" and stream.isatty():
        return stream  # its console takes letters that a file does not
    stream.flush()
    raw = _SteadyFile(os.dup(stream.fileno()), "w")
    if os.name != "nt":
        # Whoever shares it, such as a Node process, may have it refuse what it cannot take now.
        os.set_blocking(raw.fileno(), True)
    buffered = io.BufferedWriter(raw)
    return io.TextIOWrapper(buffered, "utf-8", "backslashreplace", line_buffering=True)
