"""Migration ledgers, one file a tool: what a checkout ships, and what is applied."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from verifier.database.ledgers.tool import Ledger

#: What the tools' files share. Every other file is a tool's, and holds its `LEDGER`.
_SHARED = {
    "command_line",
    "detect",
    "liquibase_changelog",
    "listing",
    "read",
    "settings_files",
    "tool",
}


def _ledger_in(name: str) -> Ledger:
    match vars(import_module(f"{__name__}.{name}")).get("LEDGER"):
        case Ledger() as ledger:
            return ledger
        case _:
            raise TypeError(f"verifier/database/ledgers/{name}.py has no LEDGER")


#: By the tool's name.
LEDGERS: Mapping[str, Ledger] = {
    ledger.tool: ledger
    for ledger in (_ledger_in(m.name) for m in iter_modules(__path__) if m.name not in _SHARED)
}
