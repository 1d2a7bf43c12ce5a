"""What a database role may do with what the configuration asks of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Right:
    """What the role may do with one table or view."""

    asked: str
    """As the configuration names it."""
    schema: str
    name: str
    may_use_schema: bool
    may_read: bool
    may_write: bool
    policies: tuple[str, ...] = ()
    """SQL that lets this role see the rows asked for, where row level security may hide some."""
    policies_of_new: tuple[str, ...] = ()
    """SQL that a role without rights of its own needs for that."""


@dataclass(frozen=True, slots=True)
class DatabaseRole:
    """Who is logged in, and where."""

    name: str
    is_superuser: bool
    database: str
    is_in_recovery: bool
    server_version: str
    is_encrypted: bool


@dataclass(frozen=True, slots=True)
class Rights:
    """A role, and what it may do with what is asked for."""

    role: DatabaseRole
    tables: tuple[Right, ...]
    absent: tuple[str, ...]
    """Names that the database does not have."""


@dataclass(frozen=True, slots=True)
class DatabaseAccess:
    """What a role may do, and the SQL that makes it right."""

    rights: Rights
    missing_grants: tuple[str, ...]
    """Statements that give the role what it lacks."""
    role_sql: tuple[str, ...]
    """Statements that make a role which may read what is asked for, and nothing else."""
