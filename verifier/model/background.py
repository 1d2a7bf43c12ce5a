"""What helps a person to understand a failure. No verdict rests on it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line that a build or an instance wrote."""

    message: str
    severity: str = ""
    """Railway's word, such as "error" or "info"; empty where it has none."""


@dataclass(frozen=True, slots=True)
class Background:
    """What lies behind the failed deployment of one service."""

    service: str
    """The service that failed."""
    log_lines: tuple[str, ...] = ()
    """The telling lines of its build or deploy log, errors first."""
    changed_variables: tuple[str, ...] = ()
    """Names of the variables that differ from those of the last good deployment."""
    commits: tuple[str, ...] = ()
    """What was committed since that one, newest first: abbreviated hash and title."""
    not_read: tuple[str, ...] = ()
    """What could not be read, and why."""
