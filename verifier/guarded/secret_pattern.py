"""How a kind of secret is described: a pattern, and the words without which it cannot match."""

from dataclasses import dataclass

from verifier.model.late_pattern import LatePattern


@dataclass(frozen=True, slots=True, eq=False)  # each is itself: they are sorted for each text
class Shape:
    """
    A pattern with a group `secret`, and words in lower case, of which each match holds one.

    It goes through a text once, however long somebody makes its words.
    """

    words: tuple[str, ...]
    pattern: LatePattern
