"""The section `ledger` of `.github/verifier.yml`: one ledger, or several."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Discriminator, Field, Tag

from verifier.config.fields import Duration, NamePattern, Pattern, Section, Version
from verifier.model.verdict import LedgerPolicy, Reaction


def _form_of_expected(value: object) -> str:
    return "<file>" if isinstance(value, dict) else "<version>"


class VersionInFile(Section):
    """The expected schema version, read from a file of the repository."""

    file: str
    """Path in the repository."""
    pattern: Pattern
    """Regular expression with one group, around the version."""


#: A file a tool, called as the tool is. None is imported: a configuration needs their names alone.
_FILES = (Path(__file__).parents[1] / "database" / "ledgers").glob("[a-z]*.py")
TOOLS = ("auto", *sorted(file.stem.replace("_", "-") for file in _FILES))

if TYPE_CHECKING:
    Tool = str
else:
    Tool = Literal[TOOLS]

_USUAL = LedgerPolicy()


class LedgerPolicySection(Section):
    """Outcome of each kind of difference between commit and ledger."""

    pending: Reaction = _USUAL.pending
    """Shipped, not applied."""
    failed: Reaction = _USUAL.failed
    """Started, not finished."""
    modified: Reaction = _USUAL.modified
    """Changed after it was applied."""
    unknown: Reaction = _USUAL.unknown
    """Applied, not shipped."""
    out_of_order: Reaction = _USUAL.out_of_order
    """Pending, and older than one that is applied."""
    heads: Reaction = _USUAL.heads
    """Several heads of the graph, or several files with one version."""


class LedgerSection(Section):
    """Where the database records its migrations, and where the commit keeps them."""

    name: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9_-]{0,60}$")] | None = None
    """Its name, where there are several."""
    tool: Tool = "auto"
    """Detected from the checkout, or named."""
    path: str = ""
    """Folder of the migrations. Default: the one the tool itself uses. Of `plain`, `*` stands for
    any folder and `**` for any depth of them."""
    files: Literal["compare", "ignore"] = "compare"
    """`ignore`: only `expected` is compared with the newest version of the ledger, since the
    migrations are kept somewhere else."""
    schema_: Annotated[str, Field(alias="schema")] = ""
    """Schema of the tool's table, where several have one."""
    table: str = ""
    """The tool's table, where it has another name; of `plain` one with a row a migration."""
    column: str = "version"
    """Of `plain`: the column of that table that holds the version."""
    pattern: NamePattern | None = None
    """Of `plain`: which files are migrations; the group is the version, several with `/` between
    them. With a `/` in it, it is about the path below `path`, else about the name."""
    applied_within: Duration = 0.0
    """How long a pending migration may still be applied after the deploy, as Supabase's own GitHub
    integration does on merge. Until then it is no failure."""
    expected: (
        Annotated[
            Annotated[Version, Tag("<version>")] | Annotated[VersionInFile, Tag("<file>")],
            Discriminator(_form_of_expected),
        ]
        | None
    ) = None
    """Schema version that the code needs: given, or read from a file of the repository."""
    policy: LedgerPolicySection = LedgerPolicySection()

    def reactions(self) -> LedgerPolicy:
        """Return what each kind of difference between checkout and ledger is worth."""
        return LedgerPolicy(**dict(self.policy), applied_within_s=self.applied_within)


def _form_of_ledger(value: object) -> str:
    return "<several>" if isinstance(value, list | tuple) else "<one>"


Ledgers = Annotated[
    Annotated[LedgerSection, Tag("<one>")]
    | Annotated[tuple[LedgerSection, ...], Field(min_length=1), Tag("<several>")],
    Discriminator(_form_of_ledger),
]
