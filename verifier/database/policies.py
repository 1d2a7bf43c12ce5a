"""Policies of row level security: whether others let pass what one of them did."""

from collections.abc import Iterable
from dataclasses import dataclass

_COMMANDS = frozenset({"select", "insert", "update", "delete"})
_PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class RowPolicy:
    """A policy that lets rows pass."""

    command: str
    """`all`, or the one that it is for."""
    roles: frozenset[str]
    is_open: bool
    """Whether it lets every row pass."""

    def _serves(self, command: str, other: "RowPolicy") -> bool:
        """Whether it lets pass, as far as can be told, what another one did of a command."""
        if self.command not in ("all", command):
            return False
        # What a condition lets pass may be nothing for roles that it does not name any more.
        return not other.is_open or serves(self.roles, other.roles)


def serves(roles: frozenset[str], others: frozenset[str]) -> bool:
    """Whether a policy for some roles is there for all of others."""
    return _PUBLIC in roles or others <= roles


def is_replaced(policy: RowPolicy, others: Iterable[RowPolicy]) -> bool:
    """Return whether others are there for each command and role that a policy was for."""
    there = list(others)
    commands = _COMMANDS if policy.command == "all" else frozenset({policy.command})
    return all(any(each._serves(c, policy) for each in there) for c in commands)
