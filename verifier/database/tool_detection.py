"""Which tool does a checkout use?"""

from collections.abc import Collection, Mapping, Sequence

from verifier.database.files import Files
from verifier.database.ledger_tool import Ledger
from verifier.database.ledgers import LEDGERS
from verifier.errors import UnexpectedAnswerError
from verifier.model.finding import Unobserved

_HINT = "set ledger.tool"


def signs_of(files: Files) -> Mapping[str, int]:
    """
    Return the strength of the sign of each tool that has one in this checkout.

    Raises:
        UnexpectedAnswerError: there is no sign, and a file that might be one cannot be read.
    """
    found: dict[str, int] = {}
    unread: list[UnexpectedAnswerError] = []
    for name, ledger in LEDGERS.items():
        try:
            strength = ledger.detect(files)
        except UnexpectedAnswerError as error:
            # What is doubtful about one tool says nothing about another.
            unread.append(error)
        else:
            found |= {name: strength} if strength else {}
    if unread and not found:
        raise unread[0]
    return found


def choose_tool(signs: Mapping[str, int], there: Collection[str]) -> Ledger | Unobserved:
    """
    Return the tool that has both a sign and its table, else the one with the strongest sign.

    `there` are the tools whose tables the database has: alone they decide where a checkout has no
    sign. Two tools with a table each are two ledgers.
    """
    in_both = [name for name in signs if name in there]
    several = of_several(signs, there)
    candidates = in_both or _strongest(signs) or sorted(there)
    match candidates:
        case [tool]:
            return LEDGERS[tool]
        case []:
            return Unobserved("no known migration tool found in this checkout", _HINT)
        case _ if several:
            return Unobserved(
                f"several migration tools have a table in this database ({', '.join(several)})",
                f"configure each: ledger: [{_entries(several)}]",
            )
        case _:
            clear = _strongest({name: signs.get(name, 0) for name in candidates})
            if len(clear) == 1:
                return LEDGERS[clear[0]]
            names = ", ".join(sorted(candidates))
            return Unobserved(
                f"several migration tools match this checkout ({names})",
                "set ledger.tool to the one that is in use, or configure each: "
                f"ledger: [{_entries(sorted(clear or candidates))}]",
            )


def of_several(signs: Collection[str], there: Collection[str]) -> tuple[str, ...]:
    """Return the tools that have both a sign and a table of their own, where they are several."""
    in_both = sorted(name for name in signs if name in there)
    return tuple(in_both) if len(in_both) > 1 and not _share_a_table(in_both) else ()


def _entries(tools: Sequence[str]) -> str:
    return ", ".join(f"{{ name: {name}, tool: {name} }}" for name in tools)


def _strongest(signs: Mapping[str, int]) -> list[str]:
    strength = max(signs.values(), default=0)
    return [name for name, found in signs.items() if found == strength]


def _share_a_table(names: Collection[str]) -> bool:
    return len({LEDGERS[name].table for name in names}) < len(names)
