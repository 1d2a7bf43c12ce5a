"""What a function for triggers returns, by what is written. Nothing of it is run."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from verifier.database.certain_errors import ERROR
from verifier.database.constant_conditions import NULL, constant_of, holds
from verifier.database.pg_nodes import Node, child, every, items, of_kind, strings, tagged, text
from verifier.database.postgres_grammar import GrammarError, parse_trees

#: What is written, as PostgreSQL counts it.
INSERT, DELETE, UPDATE = 4, 8, 16
_NAMES = {INSERT: "INSERT", DELETE: "DELETE", UPDATE: "UPDATE"}
_NULL = {"A_Const": {"isnull": True}}
_ALL_FILLED = re.compile(r"\b(?:new|old)\s{1,9}is\s{1,9}not\s{1,9}null\b", re.IGNORECASE)
#: A longer text of what is returned is not a row by its name.
_LONGEST = 2000


@dataclass(slots=True)
class _Walk:
    """One way through a function: what is known there, and what it may return."""

    known: Mapping[str, object]
    returned: set[str] = field(default_factory=set)

    def goes_on_after(self, statements: list[Node]) -> bool:
        """Note what some statements return; whether what stands behind them is reached."""
        return all(self._goes_on(statement) for statement in statements)

    def _goes_on(self, statement: Node) -> bool:
        for kind, node in statement.items():
            if not isinstance(node, dict):
                continue
            match kind:
                case "PLpgSQL_stmt_return":
                    self.returned.add(_query(node, "expr").strip())
                    return False
                case "PLpgSQL_stmt_raise":
                    return bool(node.get("elog_level", ERROR) != ERROR)
                case "PLpgSQL_stmt_block":
                    return self._block(node)
                case "PLpgSQL_stmt_if":
                    return self._branches(_of_if(node), items(node, "else_body"))
                case "PLpgSQL_stmt_case":
                    return self._case(node)
                case _:  # a loop, which may not be entered
                    self.goes_on_after(items(node, "body"))
        return True

    def _block(self, block: Node) -> bool:
        goes_on = self.goes_on_after(items(block, "body"))
        handlers = every(block.get("exceptions"), "PLpgSQL_exception")
        return any([goes_on, *(self.goes_on_after(items(each, "action")) for each in handlers)])

    def _branches(self, branches: Iterator[tuple[str, list[Node]]], other: list[Node]) -> bool:
        goes_on = False
        for condition, body in branches:
            held = _holds(condition, self.known)
            if held is not False:
                goes_on = self.goes_on_after(body) or goes_on
            if held:
                return goes_on
        return self.goes_on_after(other) or goes_on

    def _case(self, case: Node) -> bool:
        asked = _query(case, "t_expr").strip().lower()
        before, number = self.known, case.get("t_varno")
        if asked in before:
            self.known = {**before, f"__Case__Variable_{number}__": before[asked]}
        branches = (
            (_query(each, "expr"), items(each, "stmts"))
            for each in of_kind(case, "case_when_list", "PLpgSQL_case_when")
        )
        goes_on = self._branches(branches, items(case, "else_stmts"))
        self.known = before
        return goes_on


def left_out_by(tree: object) -> int:
    """
    Return what a function may leave out as a trigger before each row, or in place of it.

    The sum of what is written, as PostgreSQL counts it; a row of an update that stays as it was
    counts too.
    """
    match tree:
        case [{"PLpgSQL_function": {"action": {"PLpgSQL_stmt_block": dict(block)}}}, *_]:
            pass
        case _:
            return 0
    found = 0
    for event, name in _NAMES.items():
        known: dict[str, object] = {"tg_op": _text(name), "tg_level": _text("ROW")}
        absent = {INSERT: "old", DELETE: "new"}.get(event, "")
        if absent:
            known[absent] = _NULL
        walk = _Walk(known)
        walk.goes_on_after([{"PLpgSQL_stmt_block": block}])
        if any(_may_be_none(each, event, absent) for each in walk.returned):
            found |= event
    return found


def _may_be_none(returned: str, event: int, absent: str) -> bool:
    """Whether a function that returns this may leave out what is written."""
    if returned.lower() in ("new", "old", "null"):
        return returned.lower() in ("null", absent, "old" if event == UPDATE else "")
    words = ("null", "case", "old") if event == UPDATE else ("null", "case")
    if len(returned) > _LONGEST or not any(word in returned.lower() for word in words):
        return False
    for case in every(_parsed(returned), "CaseExpr"):
        results = [child(each, "CaseWhen").get("result") for each in items(case, "args")]
        for result in (*results, case.get("defresult", _NULL)):
            name = ".".join(_named(result))
            if constant_of(result) == NULL or (name and _may_be_none(name, event, absent)):
                return True
    return False


def _named(tree: object) -> tuple[str, ...]:
    tag, node = tagged(tree) if isinstance(tree, dict) else ("", {})
    return strings(node, "fields") if tag == "ColumnRef" else ()


def _of_if(node: Node) -> Iterator[tuple[str, list[Node]]]:
    yield _query(node, "cond"), items(node, "then_body")
    for each in of_kind(node, "elsif_list", "PLpgSQL_if_elsif"):
        yield _query(each, "cond"), items(each, "stmts")


def _holds(condition: str, known: Mapping[str, object]) -> bool | None:
    """Whether a branch is taken, None where only the row would tell."""
    if not _ALL_FILLED.search(condition):  # a row with one NULL in it is neither
        known = {"new": _text("row"), "old": _text("row"), **known}
    if not any(name.lower() in condition.lower() for name in known):
        return None
    match _parsed(condition):
        case [{"stmt": {"SelectStmt": {"targetList": [{"ResTarget": {"val": tree}}]}}}]:
            return holds(tree, known)
        case _:
            return None


def _parsed(expression: str) -> object:
    try:
        return parse_trees(f"select {expression}")
    except GrammarError:
        return None


def _query(node: Node, key: str) -> str:
    return text(child(child(node, key), "PLpgSQL_expr"), "query")


def _text(value: str) -> object:
    return {"A_Const": {"sval": {"sval": value}}}
