"""How far an audit of many repositories is, for somebody who reads along in a log."""

from collections.abc import Callable
from typing import TextIO

from verifier.report.spoken import say

_TELL_EVERY_S = 10.0


class CountedRepositories:
    """
    Writes to `stream` how many repositories are read, a line every ten seconds.

    `clock` returns seconds that only grow.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        self._stream = stream
        self._clock = clock
        self._told_s = clock()

    def done(self, number: int, of: int) -> None:
        """Take note that so many of them are done."""
        now_s = self._clock()
        if now_s - self._told_s >= _TELL_EVERY_S:
            self._told_s = now_s
            self._stream.write(say(f"{number} of {of} repositories read") + "\n")
            self._stream.flush()
