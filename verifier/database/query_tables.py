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
    return tables_in(trees)


def tables_in(tree: object) -> tuple[str, ...]:
    """Return the tables and views that a tree, or a list of them, names."""
    nodes = list(_nodes(tree))
    own = {text(node, "ctename") for node in nodes}
    named = [dotted((text(node, "schemaname"), text(node, "relname"))) for node in nodes]
    return tuple(dict.fromkeys(name for name in named if name and name not in own))


def tables_without_schema(tree: object) -> tuple[str, ...]:
    """Return the tables and views that a tree names without a schema, sorted."""
    nodes = list(_nodes(tree))
    own = {text(node, "ctename") for node in nodes}
    bare = {text(node, "relname") for node in nodes if not text(node, "schemaname")}
    return tuple(sorted(bare - own - {""}))


def columns_in(tree: object) -> frozenset[str]:
    """Return the names of columns in a tree, whosever they are; `*` where it takes all of one."""
    found = {text(node, "sval") for ref in _nodes(tree) for node in _nodes(ref.get("ColumnRef"))}
    stars = {"*" for ref in _nodes(tree) if "A_Star" in ref}
    return frozenset(found | stars) - {""}


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
