"""A pattern that is made when it is first asked: hundreds of them would slow each start down."""

import re
from collections.abc import Iterator, Mapping

#: Behind the end of every text.
_END = 2**60


class LatePattern:
    """As `re.compile` of the same text, but not before something is sought."""

    __slots__ = ("_flags", "_made", "_source")

    def __init__(self, source: str, flags: int = 0) -> None:
        """Take what `re.compile` takes; a mistake in it shows when it is first asked."""
        self._source, self._flags = source, flags
        self._made: re.Pattern[str] | None = None

    @property
    def made(self) -> re.Pattern[str]:
        """The pattern itself."""
        if self._made is None:
            self._made = re.compile(self._source, self._flags)
        return self._made

    @property
    def groupindex(self) -> Mapping[str, int]:
        """The numbers of its groups by their names."""
        return self.made.groupindex

    def search(self, text: str, begin: int = 0, end: int = _END) -> re.Match[str] | None:
        """Return the first place that fits."""
        return self.made.search(text, begin, end)

    def match(self, text: str, begin: int = 0, end: int = _END) -> re.Match[str] | None:
        """Return whether the beginning fits."""
        return self.made.match(text, begin, end)

    def fullmatch(self, text: str, begin: int = 0, end: int = _END) -> re.Match[str] | None:
        """Return whether all of it fits."""
        return self.made.fullmatch(text, begin, end)

    def finditer(self, text: str, begin: int = 0, end: int = _END) -> Iterator[re.Match[str]]:
        """Yield each place that fits."""
        return self.made.finditer(text, begin, end)

    def sub(self, new: str, text: str, count: int = 0) -> str:
        """Return the text with something else where it fits."""
        return self.made.sub(new, text, count)
