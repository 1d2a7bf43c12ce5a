"""Sections `ledger` into the ledgers that they mean, and where a checkout keeps the migrations."""

from collections.abc import Collection

from verifier.config.ledgers import LedgerSection, VersionInFile
from verifier.database.checkout import InFile, Project, choose_ledger
from verifier.database.files import Commit, Files
from verifier.database.ledger_tool import Ledger, TableName, called
from verifier.database.ledgers import LEDGERS, plain
from verifier.database.worktree import Worktree
from verifier.errors import ConfigError, ProviderError, UnexpectedAnswerError
from verifier.model.database_address import is_postgres_url
from verifier.model.finding import Unobserved


def ledger_of(ledger: Ledger, section: LedgerSection, files: Files) -> Ledger:
    """
    Return a tool's ledger as this project keeps it: by our configuration, else by the tool's own.

    Raises:
        UnexpectedAnswerError: the tool's configuration cannot be read.
    """
    schema, _, table = section.table.rpartition(".")
    if ledger is plain.LEDGER and section.table:
        ledger = plain.own_table(section.table, section.column, section.pattern or "")
        return called(ledger, TableName(section.schema_))
    is_told = bool(section.table and (section.schema_ or schema))
    own = TableName() if is_told else ledger.table_of(files)
    name = TableName(section.schema_ or schema or own.schema, table or own.table, own.lock)
    return called(ledger, name)


def wanted_version(section: LedgerSection) -> str | InFile | None:
    """Return the schema version that the code needs, or where the code says so."""
    expected = section.expected
    if isinstance(expected, VersionInFile):
        return InFile(expected.file, expected.pattern)
    return expected


def project_of(section: LedgerSection, worktree: Worktree, url: str = "") -> Project:
    """
    Return the ledger that a section means, and where the checkout keeps its migrations.

    The database at `url` is asked where the checkout looks like that of several tools.
    """
    wanted = wanted_version(section)
    ledger = choose_ledger(
        section.tool, worktree, wanted, lambda: _tools_there(url, section, worktree)
    )
    if isinstance(ledger, Ledger):
        try:
            ledger = ledger_of(ledger, section, Commit(worktree, worktree.head()))
        except UnexpectedAnswerError as error:
            ledger = Unobserved(error.message, error.hint)
    return Project(ledger, section.path, wanted, ignores_files=section.files == "ignore")


def _tools_there(url: str, section: LedgerSection, worktree: Worktree) -> Collection[str]:
    """Return the tools whose tables the database has; none where it does not tell."""
    if not is_postgres_url(url):
        return ()
    from verifier.database.session import tools_with_tables

    files = Commit(worktree, worktree.head())
    try:
        return tools_with_tables(url, [as_kept(each, section, files) for each in LEDGERS.values()])
    except (ConfigError, ProviderError):
        return ()  # a gate that looks at the database tells why


def as_kept(ledger: Ledger, section: LedgerSection, files: Files) -> Ledger:
    """One candidate of several: what cannot be read of it is told once it is chosen."""
    try:
        return ledger_of(ledger, section, files)
    except UnexpectedAnswerError:
        return ledger
