"""What a database role may do with what the configuration asks of it."""

from dataclasses import dataclass
from enum import StrEnum


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
    is_proven: bool = False
    """Whether the server has shown a certificate that was checked, its name included."""


class PowerKind(StrEnum):
    """In which way a role may do more than read."""

    BECOMES = "becomes"
    """It may take on a superuser's role."""
    MEMBER = "member"
    """Of a role of PostgreSQL's own that may change something."""
    OWNS_DATABASE = "owns_database"
    CREATES_ROLES = "creates_roles"
    CREATES_DATABASES = "creates_databases"
    REPLICATES = "replicates"
    OWNS = "owns"
    """A table or view, a sequence, a function, a type, a schema, a publication."""
    WRITES = "writes"
    """Into a table or view, or into some of its columns, or the next number of a sequence."""
    CREATES_SCHEMAS = "creates_schemas"
    CREATES_IN = "creates_in"
    """In a schema."""


@dataclass(frozen=True, slots=True)
class Power:
    """One thing that a role may do beyond reading."""

    kind: PowerKind
    name: str
    """Of what it is about; empty where the kind says all."""


@dataclass(frozen=True, slots=True)
class Rights:
    """A role, and what it may do with what is asked for."""

    role: DatabaseRole
    tables: tuple[Right, ...]
    absent: tuple[str, ...]
    """Names that the database does not have."""
    powers: tuple[Power, ...] = ()
    """What it may do beyond reading, anywhere in the database, the worst first."""


@dataclass(frozen=True, slots=True)
class DatabaseAccess:
    """What a role may do, and the SQL that makes it right."""

    rights: Rights
    missing_grants: tuple[str, ...]
    """Statements that give the role what it lacks."""
    role_sql: tuple[str, ...]
    """Statements that make a role which may read what is asked for, and nothing else."""
