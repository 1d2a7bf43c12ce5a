"""What helps a person to understand a failure. No verdict rests on it."""

from dataclasses import dataclass
from typing import Annotated

from verifier.model.printable_text import LeftOut, NamingText


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line that a build or an instance wrote."""

    message: str
    severity: str = ""
    """Railway's word, such as "error" or "info"; empty where it has none."""


@dataclass(frozen=True, slots=True)
class HealthDifference:
    """What one check of health said of the failed deployment, and of the good one."""

    check: NamingText
    """Its id."""
    bad: NamingText
    """What it said of the failed deployment; empty where it said nothing."""
    good: NamingText
    """What it said of what is live after the rollback; empty where it said nothing."""


@dataclass(frozen=True, slots=True)
class Background:
    """What lies behind the failed deployment of one service."""

    service: NamingText
    """The service that failed."""
    log_lines: tuple[Annotated[str, LeftOut("(a line of the log)")], ...] = ()
    """The telling lines of its build or deploy log, errors first."""
    changed_variables: tuple[Annotated[str, LeftOut("(variable)")], ...] = ()
    """Names of the variables that differ from those of the last good deployment."""
    commits: tuple[Annotated[str, LeftOut("(commit)")], ...] = ()
    """What was committed since that one, newest first: abbreviated hash and title."""
    new_migrations: tuple[NamingText, ...] = ()
    """Migrations that its commit ships and that of the good one does not."""
    health: tuple[HealthDifference, ...] = ()
    """Where health differs between it and what is live after the rollback."""
    not_read: tuple[NamingText, ...] = ()
    """What could not be read, and why."""
