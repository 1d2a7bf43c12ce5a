"""Which tables does a query read? Nothing of it is run."""

from collections.abc import Iterator

from verifier.database.pg_nodes import dotted, text
from verifier.database.postgres_grammar import GrammarError, parse_trees


def tables_read_by(query: str) -> tuple[str, ...]:
    """Return the tables and views that a query names; none where it is no SQL."""
    try:
        trees = parse_trees(query)
    except GrammarError:
        return ()
    nodes = [node for tree in trees for node in _nodes(tree)]
    own = {text(node, "ctename") for node in nodes}
    named = [dotted((text(node, "schemaname"), text(node, "relname"))) for node in nodes]
    return tuple(dict.fromkeys(name for name in named if name and name not in own))


def _nodes(tree: object) -> Iterator[dict[str, object]]:
    waiting = [tree]
    while waiting:
        match waiting.pop():
            case dict() as node:
                yield node
                waiting += node.values()
            case list() as items:
                waiting += items
            case _:
                pass
