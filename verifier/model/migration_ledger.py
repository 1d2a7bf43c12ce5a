"""Migrations of a checkout, entries of a ledger, and what a comparison of both found."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from verifier.model.printable_text import NamingText, OwnWords
from verifier.model.tool_rules import NO_RULES, ToolRules


class Applicability(StrEnum):
    """Whether a run of the tool applies a migration, as far as the checkout tells."""

    YES = "yes"
    UNKNOWN = "unknown"
    """It depends on how the tool is called, such as on contexts or labels."""
    NO = "no"


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration of a checkout."""

    version: str
    """What identifies it, as its tool does."""
    name: str = ""
    file: str = ""
    """Path in the checkout; empty where the tool has no file for each."""
    checksum: str = ""
    """As the tool computes it; empty where it keeps none."""
    key: str = ""
    """What the ledger calls it, where that is not its version."""
    requires: tuple[str, ...] = ()
    """Versions that are applied before it, where the tool keeps a graph."""
    replaces: tuple[str, ...] = ()
    """Versions that it was squashed from."""
    group: str = ""
    """The part of the project whose entries it stands among, such as an app."""
    is_repeatable: bool = False
    """Applied anew whenever its checksum changes."""
    aliases: tuple[str, ...] = ()
    """What the ledger may call it instead, depending on how the tool was called."""
    wanted: Applicability = Applicability.YES
    fingerprint: str | None = None
    """Of its statements, empty without any; None where a tool never gives it another version."""
    is_named_by_tool: bool = False
    """Whether the tool itself chose the name, so that others have it, too."""

    @property
    def entry_version(self) -> str:
        """The version of its entry in the ledger."""
        return self.key or self.version

    @property
    def label(self) -> str:
        """What people call it: its version and its name, where that is not a part of it."""
        is_apart = self.name and self.name not in self.version.split("::")
        return f"{self.version}_{self.name}" if is_apart else self.version


@dataclass(frozen=True, slots=True)
class ExpectedVersion:
    """The schema version that the code of a checkout needs, and where it says so."""

    version: str
    file: str = ""
    """Empty where the configuration gives the version itself."""
    line: int = 0
    """From 1."""


@dataclass(frozen=True, slots=True)
class VersionSetting:
    """A place in a file that is not compared which sets the expected version."""

    version: str
    """Empty where its form cannot be read."""
    file: str
    line: int
    """From 1."""
    said: str
    """The version, or what stands in its place."""


class EntryState(StrEnum):
    """What the ledger says of one migration."""

    APPLIED = "applied"
    FAILED = "failed"
    """It was begun and did not end, and the tool does not go on before somebody acts."""


class Reach(StrEnum):
    """Which migrations an entry speaks of."""

    ITSELF = "itself"
    ANCESTORS = "ancestors"
    """Itself and everything that it requires."""
    UP_TO = "up to"
    """Itself and everything before it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a ledger."""

    version: str
    name: str = ""
    state: EntryState = EntryState.APPLIED
    checksum: str = ""
    reach: Reach = Reach.ITSELF
    group: str = ""
    fingerprint: str = ""
    """Of the statements that were applied; empty where the ledger does not keep them."""


@dataclass(frozen=True, slots=True)
class LedgerReading:
    """A ledger as it was read."""

    tool: str
    table: str
    entries: tuple[Entry, ...]
    """In the order in which they were applied, as far as the tool keeps it."""
    is_there: bool = True
    """False where the database, which was read, has no such table: nothing is applied."""
    is_locked: bool = False
    """Whether a run that ended badly left its lock behind."""
    rules: ToolRules = NO_RULES
    """How its tool goes on from there."""


@dataclass(frozen=True, slots=True)
class DatabaseObject:
    """Something that a database has, or should have."""

    kind: str
    """table, view, index, function, column, extension or row level security."""
    name: str
    """As SQL writes it; of a column its table's."""
    part: str = ""
    """The column."""

    def names(self) -> frozenset[str]:
        """The bare names by which a later migration could take it away, in lower case."""
        bare = self.name.rpartition(".")[2].strip('"').casefold()
        return frozenset({bare, self.part.casefold()} - {""})

    def __str__(self) -> str:
        if self.part:
            return f"{self.kind} {self.name}.{self.part}"
        return f"{self.kind} {'of ' if ' ' in self.kind else ''}{self.name}"


@dataclass(frozen=True, slots=True)
class Renumbered:
    """A migration that the ledger has under another version."""

    version: NamingText
    """What the checkout calls it."""
    entry_version: NamingText
    """What the ledger calls it."""
    name: NamingText
    """The migration's name, without its version."""


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """The ledger against the checkout. All lists hold versions."""

    tool: OwnWords
    """The migration tool whose ledger it is."""
    table: NamingText
    """The table that the tool keeps it in."""
    applied: tuple[NamingText, ...] | None
    """None where an entry that the checkout does not know leaves it undefined."""
    pending: tuple[NamingText, ...] | None
    """None as `applied`."""
    unknown: tuple[NamingText, ...]
    """Applied, and not in this checkout."""
    modified: tuple[NamingText, ...] = ()
    """Applied in another form than the checkout has."""
    failed: tuple[NamingText, ...] = ()
    """Begun and not completed, as the ledger says."""
    out_of_order: tuple[NamingText, ...] = ()
    """Pending, and older than one that is applied."""
    restamped: tuple[Renumbered, ...] = ()
    """Pending and unknown at once, by statements or name: applied under another version."""
    doubtful: tuple[Renumbered, ...] = ()
    """Pending, where an unknown entry has the name, and nothing shows whether it is the same."""
    conditional: tuple[NamingText, ...] = ()
    """Not applied, and perhaps not to be: it depends on how the tool is called."""
    heads: tuple[NamingText, ...] = ()
    """The ends of the graph, where there is more than one."""
    duplicates: tuple[NamingText, ...] = ()
    """Versions that several files of the checkout have."""
    locked: bool = False
    """Whether a run that ended badly left its lock behind."""
    is_there: bool = True
    """False where the database has no such ledger."""
    name: NamingText = ""
    """The configuration's, where there are several."""

    @property
    def by_state(self) -> Mapping[str, tuple[str, ...] | None]:
        """The versions in each state; None where it is undetermined which they are."""
        return {
            "applied": self.applied,
            "pending": self.pending,
            "unknown": self.unknown,
            "modified": self.modified,
            "failed": self.failed,
        }

    @property
    def to_apply(self) -> tuple[str, ...]:
        """What is pending, without what the database has, or may have, under another version."""
        moved = {each.version for each in (*self.restamped, *self.doubtful)}
        return tuple(version for version in self.pending or () if version not in moved)
