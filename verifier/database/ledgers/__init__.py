"""Migration ledgers, one file a tool: what a checkout ships, and what is applied."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import psycopg

from verifier.database.ledgers import plain, supabase
from verifier.model.evidence import Migration, ShippedMigrations
from verifier.model.finding import NotAsked, Unobserved


@dataclass(frozen=True, slots=True)
class Ledger:
    """How one tool ships migrations and what it writes down of them."""

    tool: str
    table: str
    parse_shipped: Callable[[Sequence[str]], ShippedMigrations | NotAsked | Unobserved]
    """From the names of the files in the migrations' directory."""
    read_applied: Callable[[psycopg.Connection], tuple[Migration, ...]]
    file_name: Callable[[Migration], str] | None
    """The file of a shipped migration; None where the tool ships none that are SQL."""


LEDGERS: Mapping[str, Ledger] = {
    supabase.TOOL: Ledger(
        supabase.TOOL,
        supabase.TABLE,
        supabase.parse_shipped,
        supabase.read_applied,
        supabase.file_name,
    ),
    plain.TOOL: Ledger(plain.TOOL, plain.TABLE, plain.parse_shipped, plain.read_applied, None),
}
