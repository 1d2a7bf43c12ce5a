"""Which tool does a checkout use?"""

from collections.abc import Collection, Mapping

from verifier.database.files import Files
from verifier.database.ledgers import LEDGERS
from verifier.database.ledgers.tool import Ledger
from verifier.model.finding import Unobserved

_HINT = "set ledger.tool"


def signs_of(files: Files) -> Mapping[str, int]:
    """Return the strength of the sign of each tool that has one in this checkout."""
    found = {name: ledger.detect(files) for name, ledger in LEDGERS.items()}
    return {name: strength for name, strength in found.items() if strength}


def choose_tool(signs: Mapping[str, int], there: Collection[str]) -> Ledger | Unobserved:
    """
    Return the tool with the strongest sign.

    `there` are the tools whose tables the database has: they decide between equal signs, and
    alone where a checkout has none.
    """
    strongest = max(signs.values(), default=0)
    candidates = [name for name, strength in signs.items() if strength == strongest]
    if not candidates:
        candidates = list(there)
    if len(candidates) > 1:
        in_both = [name for name in candidates if name in there]
        candidates = in_both or candidates
    match candidates:
        case [tool]:
            return LEDGERS[tool]
        case []:
            return Unobserved("no known migration tool found in this checkout", _HINT)
        case _:
            names = ", ".join(sorted(candidates))
            return Unobserved(f"several migration tools match this checkout ({names})", _HINT)
