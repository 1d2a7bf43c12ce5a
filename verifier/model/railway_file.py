"""What a `railway.json` or `railway.toml` of a checkout says, and what the checkout has of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from verifier.model.finding import Unobserved


@dataclass(frozen=True, slots=True)
class FileMistake:
    """A part of a file that Railway does not take, or takes for something else."""

    place: str
    """Keys with dots, such as `deploy.startCommand`; empty for the whole file."""
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class FileSettings:
    """What a file sets for every environment, or for one; empty where it does not say."""

    builder: str = ""
    dockerfile: str = ""
    watch_patterns: tuple[str, ...] = ()
    start_command: str = ""
    health_path: str = ""


@dataclass(frozen=True, slots=True)
class RailwayFile:
    """One file, and what stands beside it in the checkout."""

    path: str
    mistakes: tuple[FileMistake, ...]
    settings: Mapping[str, FileSettings]
    """By the keys that lead to them: empty for every environment, else `environments.NAME.`"""
    watched: Mapping[str, tuple[str, ...] | Unobserved] = field(default_factory=dict)
    """Files of the checkout that the watch patterns take in, by the same keys."""
    known_words: frozenset[str] | Unobserved = frozenset()
    """Words of health paths that the code or the name of one of its files has."""
    tracked: tuple[str, ...] | Unobserved = ()
    """Paths of all files of the checkout."""
