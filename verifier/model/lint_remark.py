"""What a linter says of a migration."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LintRemark:
    """What the linter says of one place."""

    file: str
    line: int
    """From 1."""
    rule: str
    text: str
