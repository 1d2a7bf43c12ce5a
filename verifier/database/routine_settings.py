"""What the settings of a function mean to older code that calls it."""

from collections.abc import Iterator

from verifier.database.pg_nodes import Node, child, dotted, every, is_set, of_kind, strings, text
from verifier.database.postgres_grammar import GrammarError, parse_trees
from verifier.database.query_tables import tables_without_schema
from verifier.database.recording import Recording
from verifier.database.routine_bodies import statements_in
from verifier.model.breaking_change import ChangeKind

_PATH = "search_path"
#: Schemas that are looked in whether they are named or not.
_ALWAYS = ("pg_", "information_schema")


def alter_routine(tree: Node, recording: Recording) -> None:
    """Settings of a function that is there: where it looks, and whose rights it has."""
    name = dotted(strings(child(tree, "func"), "objname"))
    for action in of_kind(tree, "actions", "DefElem"):
        setting, given = text(action, "defname"), child(action, "arg")
        if setting == "security" and not is_set(child(given, "Boolean"), "boolval"):
            recording.asked.add(name)
            known = recording.schema.routines.get(name, [])
            if not known or any(routine.is_definer for routine in known):
                takes_callers_rights(name, recording)
        if setting == "set":
            set_path(name, child(given, "VariableSetStmt"), recording)


def takes_callers_rights(name: str, recording: Recording) -> None:
    """A function that had the rights of who made it, and sees what its caller may see now."""
    what = f"function {name} has only the rights of its caller"
    _tell(ChangeKind.HIDDEN, what, name, recording)


def set_path(name: str, setting: Node, recording: Recording) -> None:
    """Another place where a function looks for what it names without a schema."""
    if text(setting, "name") != _PATH or text(setting, "kind") != "VAR_SET_VALUE":
        return
    path = {text(child(c, "sval"), "sval") for c in of_kind(setting, "args", "A_Const")}
    own = name.rpartition(".")[0] or "public"
    if path & {own, "$user", "public"}:
        return
    recording.asked.add(name)
    bare = name.rpartition(".")[2]
    if bare not in recording.bodies:
        if not recording.knows_older:
            _tell(
                ChangeKind.NARROWED, f"function {name} looks elsewhere for tables", name, recording
            )
        else:
            what = f"a part of it could not be read: what {name}() names without a schema"
            recording.tell(ChangeKind.UNREAD, what, "")
        return
    missed = next(_missed(*recording.bodies[bare], recording), None)
    if missed is not None:
        what = f"function {name} does not find {missed} any more, which it names without a schema"
        _tell(ChangeKind.NARROWED, what, name, recording)


def _missed(language: str, body: str, recording: Recording) -> Iterator[str]:
    """The tables and functions in a body that stand there without their schema."""
    for sql in statements_in(language, body) or ():
        try:
            trees = parse_trees(sql)
        except GrammarError:
            continue
        yield from (n for n in tables_without_schema(trees) if not n.startswith(_ALWAYS))
        for call in every(trees, "FuncCall"):
            called = strings(call, "funcname")
            yield from (
                f"{n}()" for n in called if called == (n,) and n in recording.schema.routines
            )


def _tell(kind: ChangeKind, what: str, name: str, recording: Recording) -> None:
    """Tell of a function, for those of triggers and policies with the tables that they are of."""
    if f"{name}()" in recording.schema.new_names:
        return
    recording.tell(kind, what, name)
    for owner in sorted(recording.schema.triggers.get(name, ())):
        told = f"{what}, and a trigger on {owner} calls it"
        recording.tell(ChangeKind.CONSTRAINED, told, f"trigger {name}", owner)
    for owner in recording.policies.owners_of(name.rpartition(".")[2]):
        told = f"{what}, and a policy of {owner} calls it"
        recording.tell(ChangeKind.HIDDEN, told, f"altered {name}", owner)
