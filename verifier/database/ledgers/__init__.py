"""
Migration ledgers: each file is a tool's, is called as the tool is, and holds its `LEDGER`.

What a checkout ships, and what is applied.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules

from verifier.database.ledger_tool import Ledger


class _Ledgers(Mapping[str, Ledger]):
    """Names the tools by their files; a tool's file is loaded when its ledger is asked for."""

    def __init__(self) -> None:
        self._files = {m.name.replace("_", "-"): m.name for m in iter_modules(__path__)}

    def __getitem__(self, tool: str) -> Ledger:
        file = self._files[tool]
        match vars(import_module(f"{__name__}.{file}")).get("LEDGER"):
            case Ledger(tool=name) as ledger if name == tool:
                return ledger
            case _:
                raise TypeError(f"verifier/database/ledgers/{file}.py has no LEDGER of {tool}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


#: By the tool's name.
LEDGERS: Mapping[str, Ledger] = _Ledgers()
