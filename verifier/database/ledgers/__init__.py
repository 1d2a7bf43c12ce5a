"""
Migration ledgers: each file is a tool's, is called as the tool is, and holds its `LEDGER`.

What a checkout ships, and what is applied.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from verifier.database.ledger_tool import Ledger


def _ledger_in(name: str) -> Ledger:
    match vars(import_module(f"{__name__}.{name}")).get("LEDGER"):
        case Ledger() as ledger:
            return ledger
        case _:
            raise TypeError(f"verifier/database/ledgers/{name}.py has no LEDGER")


#: By the tool's name.
LEDGERS: Mapping[str, Ledger] = {
    ledger.tool: ledger for ledger in (_ledger_in(m.name) for m in iter_modules(__path__))
}
