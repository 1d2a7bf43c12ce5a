"""The ledgers of the configuration, and a session in which they can be read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import psycopg

from verifier.commands.ledger import LedgerEvidence
from verifier.config.ledgers import LedgerSection
from verifier.config.sections import Config
from verifier.config.settings import load_file
from verifier.database.addresses import check_url
from verifier.database.checkout import expected_in, shipped_by
from verifier.database.files import Files, Folder
from verifier.database.ledger_tool import Ledger, command_in
from verifier.database.ledgers import LEDGERS, plain
from verifier.database.own_markers import OwnMarkers, refuse_another
from verifier.database.postgres_connection import read_only_connection
from verifier.database.session import read_ledger_alone, tools_in_use
from verifier.database.tool_detection import signs_of
from verifier.decide.migrations.comparison import newest_version
from verifier.errors import ConfigError, UnexpectedAnswerError
from verifier.model.evidence import ShippedMigrations
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.migration_ledger import (
    Entry,
    ExpectedVersion,
    LedgerReading,
    Migration,
    Reach,
)
from verifier.model.verdict import LedgerPolicy
from verifier.wiring.ledger_projects import as_kept, ledger_of, wanted_version

AUTO = "auto"
#: What a person may name as the tool of a ledger.
TOOLS = (AUTO, *LEDGERS)
#: How strong the sign of a tool is that its own configuration gives.
_CLEAR = 2
#: Of a database that may be any.
NO_MARKERS = OwnMarkers()


@dataclass(frozen=True, slots=True)
class OpenLedger:
    """One section `ledger`, with a checkout and a connection to the database."""

    section: LedgerSection
    files: Files
    connection: psycopg.Connection

    @property
    def name(self) -> str:
        """What the configuration calls it, empty where there is only one."""
        return self.section.name or ""

    @property
    def policy(self) -> LedgerPolicy:
        """What each kind of difference is worth."""
        return self.section.reactions()

    def observe(self) -> LedgerEvidence | Unobserved:
        """
        Read the ledger of the section's tool, or of the one that is recognised.

        Raises:
            UnexpectedAnswerError: checkout or ledger could not be read.
            psycopg.Error: the connection broke.
        """
        section = self.section
        candidates, signs = self._candidates()
        found = read_ledger_alone(self.connection, signs, candidates)
        if isinstance(found, Unobserved):
            return found
        ledger, reading = found
        is_alone = ledger.is_one_row or section.files == "ignore"
        if is_alone and section.expected is not None:
            return _version_alone(self.files, section, reading)
        shipped = shipped_by(ledger, self.files, section.path)
        if isinstance(shipped, Unobserved):
            return shipped
        return LedgerEvidence(
            reading,
            shipped,
            command_in(ledger, self.files, shipped.migrations),
            expected=self._expected(),
            companion_files=ledger.companion_files,
            beside=self._beside(signs, ledger, shipped),
        )

    def by_tool(self, *, is_alone: bool) -> Sequence["OpenLedger"]:
        """Return a ledger for each tool that is in use, where none is named and several are."""
        section = self.section
        is_open = is_alone and section.tool == AUTO and not section.path and not section.table
        try:
            candidates, signs = self._candidates() if is_open else ([], {})
            tools = tools_in_use(self.connection, signs, candidates) if len(signs) > 1 else ()
        except (UnexpectedAnswerError, psycopg.Error):
            return [self]  # what is wrong is told where it is read
        sections = [section.model_copy(update={"tool": t, "name": t}) for t in tools]
        return [replace(self, section=each) for each in sections] or [self]

    def _beside(
        self, signs: Mapping[str, int], chosen: Ledger, shipped: ShippedMigrations
    ) -> Mapping[str, tuple[str, ...]]:
        """The files of other tools whose table the database has not."""
        own = {migration.file for migration in shipped.migrations}
        found: dict[str, tuple[str, ...]] = {}
        for tool, strength in signs.items():
            if tool == chosen.tool or strength < _CLEAR:
                continue
            others = shipped_by(LEDGERS[tool], self.files, "")
            if isinstance(others, ShippedMigrations):
                files = tuple(m.file for m in others.migrations if m.file)
                found |= {tool: files} if own.isdisjoint(files) else {}
        return found

    def _expected(self) -> ExpectedVersion | Unobserved | None:
        """What cannot be read of it hides nothing else."""
        try:
            found = expected_in(self.files, wanted_version(self.section))
        except UnexpectedAnswerError as error:
            return Unobserved(error.message, error.hint)
        return None if isinstance(found, NotAsked) else found

    def _candidates(self) -> tuple[list[Ledger], Mapping[str, int]]:
        """Return the ledgers that it could be, and the signs of the checkout by tool."""
        section = self.section
        if section.tool != AUTO:
            return [ledger_of(LEDGERS[section.tool], section, self.files)], {}
        signs = signs_of(self.files)
        if not signs and section.expected is not None:
            return [ledger_of(plain.LEDGER, section, self.files)], {}
        return [as_kept(each, section, self.files) for each in LEDGERS.values()], signs


def _version_alone(
    files: Files, section: LedgerSection, reading: LedgerReading
) -> LedgerEvidence | Unobserved:
    """
    What a checkout expects of a database whose newest version alone is compared.

    Raises:
        UnexpectedAnswerError: the file with the version cannot be read.
    """
    expected = expected_in(files, wanted_version(section))
    if isinstance(expected, NotAsked):
        return Unobserved(
            "no setting says which schema version the code needs", "set ledger.expected"
        )
    if isinstance(expected, Unobserved):
        return expected
    if not reading.is_there:
        return Unobserved(f"the database has no {reading.table}", "check DATABASE_URL")
    newest = newest_version(reading, expected.version)
    reached = (Entry(newest, reach=Reach.UP_TO),) if newest else ()
    needed = Migration(expected.version, file=expected.file)
    return LedgerEvidence(
        replace(reading, entries=reached),
        ShippedMigrations((needed,)),
        "",
        expected=expected,
        compares_files=False,
    )


@contextmanager
def open_ledgers(
    files: Files,
    url: str,
    sections: Sequence[LedgerSection],
    markers: OwnMarkers = NO_MARKERS,
) -> Iterator[list[OpenLedger]]:
    """
    Open one session with the database at `url` for all these ledgers.

    Raises:
        UnreachableError, DeniedError: it did not open, or broke.
        UnexpectedAnswerError: its markers say that it is another one.
    """
    with read_only_connection(url) as connection:
        refuse_another(connection, markers)
        opened = [OpenLedger(section, files, connection) for section in sections]
        yield [each for ledger in opened for each in ledger.by_tool(is_alone=len(opened) == 1)]


def ledgers_in(
    checkout: Path,
    url: str,
    sections: Sequence[LedgerSection],
    markers: OwnMarkers = NO_MARKERS,
) -> Callable[[], AbstractContextManager[list[OpenLedger]]]:
    """
    Return what opens these ledgers, with the migrations that lie in the folder `checkout`.

    Raises:
        ConfigError: `url` is not the address of a database.
    """
    return partial(open_ledgers, Folder(checkout), check_url(url), sections, markers)


@dataclass(frozen=True, slots=True)
class LedgerOptions:
    """What a person names of a ledger, instead of the configuration; None where it stays."""

    tool: str | None = None
    path: str | None = None
    table: str | None = None


def markers_of(config: Config) -> OwnMarkers:
    """Return what the database of a configuration says of itself."""
    guards = config.guards
    if guards is None:
        return NO_MARKERS
    return OwnMarkers(guards.table or "", guards.markers)


def load_markers(file: Path) -> OwnMarkers:
    """Return those of a configuration file; raises `InvalidConfigError`."""
    return markers_of(load_file(file))


def load_sections(file: Path | None, named: LedgerOptions) -> Sequence[LedgerSection]:
    """
    Return the ledgers that the file configures, or the one that is named.

    Without a file, or a section in it, it is the one that will be recognised.

    Raises:
        InvalidConfigError: with every mistake of the file.
        ConfigError: folder or table are named, and the file has several ledgers.
    """
    configured = tuple(load_file(file).ledgers.values()) if file is not None else ()
    if named.tool is not None:
        fitting = tuple(section for section in configured if section.tool == named.tool)
        only = configured[0] if len(configured) == 1 else LedgerSection()
        configured = fitting or (only.model_copy(update={"tool": named.tool}),)
    sections = configured or (LedgerSection(),)
    given = {"path": named.path, "table": named.table}
    changes = {name: value for name, value in given.items() if value is not None}
    if changes and len(sections) > 1:
        raise ConfigError(
            f"--path and --table name one ledger, and {file} has several", hint="add --tool"
        )
    return tuple(section.model_copy(update=changes) for section in sections)
