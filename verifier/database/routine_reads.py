"""What the bodies of functions read and write by name. Nothing of them is run."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from verifier.database.pg_nodes import Node, child, dotted, every, name_of, of_kind, strings, text
from verifier.database.postgres_grammar import GrammarError, parse_trees
from verifier.database.query_tables import tables_in
from verifier.database.routine_bodies import plpgsql, plpgsql_with
from verifier.database.routine_refusals import unhandled

#: What a function returns, as far as it matters to how its body is read.
_ANY = "text"
#: The rows that a trigger has.
ROWS = ("new", "old")
#: As PostgreSQL counts how an expression was read: a statement, a value, else an assignment.
_STATEMENT, _VALUE = 0, 2
#: Statements whose own table can be named by what else they say.
_CHANGING = ("UpdateStmt", "DeleteStmt")
#: Of a query: these may name what it gives out by another name, not what it reads.
_OF_RESULTS = ("sortClause", "groupClause")


@dataclass(frozen=True, slots=True)
class Read:
    """A column that is named, and the relations of which it may be."""

    column: str
    relations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reads:
    """What a body names."""

    relations: frozenset[str] = frozenset()
    columns: frozenset[Read] = frozenset()
    inserts: frozenset[tuple[str, frozenset[str]]] = frozenset()
    """Tables that rows are put into, with the columns that are named."""
    of_rows: frozenset[str] = frozenset()
    """Columns of the row that a trigger has."""


def reads_of(
    language: str, body: str, names: Iterable[str], typed: Mapping[str, str], returns: str
) -> Reads:
    """
    Return what a body names; nothing where it cannot be read.

    `names` are its parameters, `typed` those of them that are rows, with the relation whose.
    What stands in a block that handles every error is left out.
    """
    if language == "sql":
        return _together(_of_queries([body], typed))
    if language != "plpgsql":
        return Reads()
    tree = plpgsql_with(body, names, returns)
    if tree is None and returns != "trigger":
        tree = plpgsql_with(body, names, "") or plpgsql(body, f"setof {_ANY}")
    nodes = list(unhandled(tree))
    declared = dict(_declared(nodes))
    rows = {**typed, **declared, **dict(_fetched(nodes))}
    columns = [Read(c, (t,)) for t, c in _columns_as_types(nodes)]
    found = _together(_of_queries(_queries(nodes), rows))
    of_rows = frozenset(_fields_of_rows(nodes)) if returns == "trigger" else frozenset()
    return Reads(found.relations, found.columns | set(columns), found.inserts, of_rows)


def _together(parts: Iterable[Reads]) -> Reads:
    relations: set[str] = set()
    columns: set[Read] = set()
    inserts: set[tuple[str, frozenset[str]]] = set()
    for part in parts:
        relations |= part.relations
        columns |= part.columns
        inserts |= part.inserts
    return Reads(frozenset(relations), frozenset(columns), frozenset(inserts))


def _types(nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
    """Variables and their types, as they are written."""
    for node in nodes:
        variable = child(node, "PLpgSQL_var")
        name = text(child(child(variable, "datatype"), "PLpgSQL_type"), "typname")
        if name:
            yield text(variable, "refname"), name.replace('"', "").removeprefix("public.").strip()


def _declared(nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
    """Variables that are rows, and the relation whose."""
    for variable, name in _types(nodes):
        if "%type" not in name.lower() and not name.startswith("pg_catalog."):
            yield variable, name.partition("%")[0].strip()


def _columns_as_types(nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
    """Relations and columns whose type a variable has: `users.plan%type`."""
    for _, name in _types(nodes):
        whole, mark, _ = name.lower().partition("%type")
        owner, dot, column = whole.strip().rpartition(".")
        if mark and dot:
            yield owner, column


def _fetched(nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
    """Records that hold a whole row of one relation."""
    for node in nodes:
        loop, statement = child(node, "PLpgSQL_stmt_fors"), child(node, "PLpgSQL_stmt_execsql")
        target = child(loop, "var") or child(statement, "target")
        record = text(child(target, "PLpgSQL_rec"), "refname")
        asked = child(loop, "query") or child(statement, "sqlstmt")
        query = text(child(asked, "PLpgSQL_expr"), "query")
        if record and query:
            trees = _parsed(query)
            tables = tables_in(trees)
            if len(tables) == 1 and any(every(trees, "A_Star")):
                yield record, tables[0]


def _fields_of_rows(nodes: Iterable[Node]) -> Iterator[str]:
    datums = [each for node in nodes for each in of_kind(node, "datums", "PLpgSQL_recfield")]
    function = next((f for node in nodes if (f := child(node, "PLpgSQL_function"))), {})
    rows = {function.get(f"{name}_varno") for name in ROWS} - {None}
    for field in datums:
        if field.get("recparentno") in rows:
            yield text(field, "fieldname")


def _queries(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        expression = child(node, "PLpgSQL_expr")
        query, mode = text(expression, "query"), expression.get("parseMode", _STATEMENT)
        if query and mode in (_STATEMENT, _VALUE):
            yield query if mode == _STATEMENT else f"select {query}"
        elif query:
            _, mark, value = query.partition(":=")
            yield f"select {value if mark else query.partition('=')[2]}"


def _of_queries(queries: Iterable[str], rows: Mapping[str, str]) -> Iterator[Reads]:
    for query in queries:
        for tree in _parsed(query):
            yield _of_tree(tree, rows)


def _parsed(query: str) -> list[object]:
    try:
        return parse_trees(query)
    except GrammarError:
        return []


def _of_tree(tree: object, rows: Mapping[str, str]) -> Reads:
    """What one statement names; scopes within it are not told apart."""
    named = frozenset(tables_in(tree))
    changed = [child(s, "relation") for tag in _CHANGING for s in every(tree, tag)]
    scope: dict[str, set[str]] = {}
    for each in (*every(tree, "RangeVar"), *changed):
        if (name := name_of(each)) in named:
            alias = text(child(each, "alias"), "aliasname") or text(each, "relname")
            scope.setdefault(alias, set()).add(name)
    around = {name for names in scope.values() for name in names}
    columns = {Read(column, (owner,)) for column, owner in _written(tree)}
    for *before, column in _references(tree):
        owners = around
        if before:
            whole = dotted(tuple(before))
            own = {whole} if len(before) > 1 and whole in named else set()
            owners = own or scope.get(before[-1]) or {rows[n] for n in before if n in rows}
        columns |= {Read(column, tuple(sorted(owners)))} if owners else set()
    inserts = {
        (name_of(child(each, "relation")), frozenset(_named(each)))
        for each in every(tree, "InsertStmt")
    }
    return Reads(named, frozenset(columns), frozenset(inserts))


def _named(insert: Node) -> Iterator[str]:
    return (text(target, "name") for target in of_kind(insert, "cols", "ResTarget"))


def _written(tree: object) -> Iterator[tuple[str, str]]:
    """The columns that a statement writes, and of what."""
    for tag, key in (("InsertStmt", "cols"), ("UpdateStmt", "targetList")):
        for statement in every(tree, tag):
            owner = name_of(child(statement, "relation"))
            for target in of_kind(statement, key, "ResTarget"):
                if text(target, "name"):
                    yield text(target, "name"), owner


def _references(tree: object) -> Iterator[tuple[str, ...]]:
    """The names of columns, with what stands before them, but those of results."""
    given = {text(each, "name") for each in every(tree, "ResTarget")} - {""}
    waiting: list[tuple[object, bool]] = [(tree, False)]
    while waiting:
        node, is_of_results = waiting.pop()
        match node:
            case dict():
                path = strings(child(node, "ColumnRef"), "fields")
                if path and not (is_of_results and len(path) == 1 and path[0] in given):
                    yield path
                waiting += [(v, is_of_results or k in _OF_RESULTS) for k, v in node.items()]
            case list():
                waiting += [(each, is_of_results) for each in node]
            case _:
                pass
