"""Reads from migrations what code that is older than they are cannot live with. Nothing is run."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass

from verifier.database.access_changes import (
    alter_policy,
    alter_settings,
    create_policy,
    create_rule,
    drop_role,
    grant,
    grant_role,
    let_invoker_decide,
)
from verifier.database.acting_functions import may_act, sql_of_call
from verifier.database.constraint_changes import add_constraint, create_index
from verifier.database.migration_reading import Steps
from verifier.database.named_changes import (
    alter_domain,
    alter_enum,
    alter_type,
    create_named,
)
from verifier.database.pg_nodes import (
    Node,
    child,
    every,
    is_set,
    name_of,
    of_kind,
    strings,
    text,
)
from verifier.database.recording import Recording
from verifier.database.relation_changes import (
    CASCADE,
    RELATIONS,
    create_sequence,
    create_view,
    delete,
    delete_first,
    drop,
    drop_owned,
    drop_views_on,
    rename,
    select,
    set_schema,
    truncate,
)
from verifier.database.routine_bodies import statements_in, statements_in_block
from verifier.database.routine_changes import create_routine, create_trigger, drop_trigger
from verifier.database.routine_settings import alter_routine
from verifier.database.schema_state import Change, Relation
from verifier.database.sql_statements import Parsed, Unread, parse, split
from verifier.database.table_changes import (
    add_column,
    alter_column,
    create_table,
    drop_column,
    secure,
)
from verifier.model.breaking_change import ChangeKind
from verifier.model.cut_text import cut_to


def breaking_changes(
    newer: Mapping[str, Steps], older: Iterable[Steps] | None = None
) -> tuple[Change, ...]:
    """
    Return what newer migrations do to code that only knows the older ones.

    Both are in the order in which they are applied, the newer ones by version. What is not
    known of the schema, where `older` does not tell it, is taken as it would break; without
    `older` that holds of indexes too, of which most are not unique.
    """
    recording = Recording(knows_older=older is not None)
    for content in older or ():
        _read(content, recording)
    recording.begin_newer()
    for version, content in newer.items():
        recording.migration = version
        _read(content, recording)
    return recording.result()


@dataclass(frozen=True, slots=True)
class Touched:
    """What newer migrations are about, as far as they tell by themselves."""

    changes: tuple[Change, ...]
    """All that they take away or change, also what they make again."""
    asked: frozenset[str]
    """Functions, views and types whose older form decides what becomes of the older code."""


def touched(newer: Mapping[str, Steps]) -> Touched:
    """Return what newer migrations are about."""
    recording = Recording(knows_older=False)
    recording.begin_newer()
    for version, content in newer.items():
        recording.migration = version
        _read(content, recording)
    return Touched(tuple(recording.changes), frozenset(recording.asked))


class _Known(Container[str]):
    """The functions that do more than read, and notes which are asked for."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    def __contains__(self, name: object) -> bool:
        called = str(name)
        self._recording.asked.add(called)
        return called in self._recording.bodies or may_act(called)


def _read(steps: Steps, recording: Recording) -> None:
    for statement in parse(steps, _Known(recording)):
        recording.line = statement.line
        match statement:
            case Unread():
                _tell_unread(statement, recording)
            case Parsed():
                _apply(statement, recording)


def _tell_unread(statement: Unread, recording: Recording) -> None:
    recording.tell(ChangeKind.UNREAD, f"a part of it could not be read: {statement.why}", "")


def _apply(statement: Parsed, recording: Recording) -> None:
    apply = _STATEMENTS.get(statement.kind)
    if apply is None:
        return
    try:
        apply(statement.tree, recording)
    except RecursionError:
        _tell_unread(
            Unread(statement.line, f"it is nested too deeply ({statement.kind})"), recording
        )


def _alter_table(tree: Node, recording: Recording) -> None:
    owner = name_of(child(tree, "relation"))
    kind = RELATIONS.get(text(tree, "objtype"), "table")
    if text(tree, "objtype") == "OBJECT_TYPE":
        alter_type(tree, recording)
    if text(tree, "objtype") in ("OBJECT_INDEX", "OBJECT_TYPE"):
        return
    relation = recording.schema.relation(owner, kind)
    for command in of_kind(tree, "cmds", "AlterTableCmd"):
        _alter(owner, relation, command, recording)


def _alter(owner: str, relation: Relation, command: Node, recording: Recording) -> None:
    name = text(command, "name")
    match text(command, "subtype"):
        case "AT_AddColumn":
            column = child(child(command, "def"), "ColumnDef")
            if not (is_set(command, "missing_ok") and text(column, "colname") in relation.columns):
                add_column(owner, relation, column, recording)
        case "AT_DropColumn":
            drop_column(owner, relation, name, recording)
            if text(command, "behavior") == CASCADE:
                drop_views_on(owner, name, recording)
        case "AT_AddConstraint":
            add_constraint(owner, child(child(command, "def"), "Constraint"), recording)
        case "AT_DropConstraint":
            recording.drop_rule(owner, name)
        case "AT_EnableRowSecurity":
            secure(owner, relation, recording)
        case "AT_ForceRowSecurity":
            secure(owner, relation, recording, is_forced=True)
        case "AT_DisableRowSecurity":
            relation.is_secured = False
        case "AT_DisableTrig":
            drop_trigger(owner, name, recording)
        case "AT_SetRelOptions" if relation.kind == "view":
            options = of_kind(child(child(command, "def"), "List"), "items", "DefElem")
            let_invoker_decide(owner, options, recording)
        case "AT_DetachPartition":
            part = name_of(child(child(child(command, "def"), "PartitionCmd"), "name"))
            what = f"the rows of partition {part} are not in {owner} any more"
            if not recording.is_new(relation):
                recording.tell(ChangeKind.EMPTIED, what, part, owner)
        case _:
            alter_column(owner, relation, command, recording)


def _do(tree: Node, recording: Recording) -> None:
    """The statements in a block, each as if it were run."""
    found = statements_in_block(tree)
    if found is None:
        _tell_unread(Unread(recording.line, "a block of code"), recording)
    else:
        _run(found, recording)


def _query(tree: Node, recording: Recording) -> None:
    """A query, with what the functions do that it calls and that migrations made."""
    select(tree, recording)
    _call(tree, recording)


def _call(tree: Node, recording: Recording) -> None:
    """The statements of the functions that are called, each as if it were run."""
    procedure = child(tree, "funccall")
    called = (*([procedure] if procedure else []), *every(tree, "FuncCall"))
    for call in called:
        name = "".join(strings(call, "funcname")[-1:])
        if name not in recording.bodies:
            is_known = name in _PROCEDURES if call is procedure else not may_act(name.lower())
            sql = None if is_known else sql_of_call(call)
            if sql:
                _run([sql], recording)
            elif sql is None and not is_known:
                _tell_unread(Unread(recording.line, f"what {name}() does"), recording)
            continue
        language, body = recording.bodies.get(name, ("", ""))
        if not body or name in recording.within:
            continue
        found = statements_in(language, body)
        if found is None:
            _tell_unread(Unread(recording.line, f"{name}(), in {language}"), recording)
            continue
        recording.within = (*recording.within, name)
        _run(found, recording)
        recording.within = recording.within[:-1]


#: Procedures of extensions, which change no table of the project.
_PROCEDURES = frozenset({"refresh_continuous_aggregate", "run_maintenance_proc", "run_job"}) | {
    "partition_data_proc"
}


def _run(found: Iterable[str], recording: Recording) -> None:
    line = recording.line
    for sql in found:
        if sql.startswith("execute "):
            _tell_unread(Unread(line, cut_to(60, " ".join(sql.split()))), recording)
            continue
        for statement in parse(split(sql), _Known(recording)):
            match statement:
                case Unread():
                    _tell_unread(Unread(line, statement.why), recording)
                case Parsed():
                    _apply(statement, recording)


_STATEMENTS: Mapping[str, Callable[[Node, Recording], None]] = {
    "CreateStmt": create_table,
    "CreateTableAsStmt": create_view,
    "ViewStmt": create_view,
    "AlterTableStmt": _alter_table,
    "DropStmt": drop,
    "RenameStmt": rename,
    "AlterObjectSchemaStmt": set_schema,
    "IndexStmt": create_index,
    "CreateFunctionStmt": create_routine,
    "AlterFunctionStmt": alter_routine,
    "CreateSeqStmt": create_sequence,
    "CreateTrigStmt": create_trigger,
    "CreatePolicyStmt": create_policy,
    "AlterPolicyStmt": alter_policy,
    "GrantStmt": grant,
    "GrantRoleStmt": grant_role,
    "DropRoleStmt": drop_role,
    "TruncateStmt": truncate,
    "DeleteStmt": delete,
    "InsertStmt": delete_first,
    "UpdateStmt": delete_first,
    "SelectStmt": _query,
    "CallStmt": _call,
    "AlterEnumStmt": alter_enum,
    "AlterDomainStmt": alter_domain,
    "CreateEnumStmt": create_named("type", "typeName"),
    "CompositeTypeStmt": create_named("type", "typevar"),
    "CreateRangeStmt": create_named("type", "typeName"),
    "CreateDomainStmt": create_named("domain", "domainname"),
    "CreateSchemaStmt": create_named("schema", "schemaname"),
    "CreateExtensionStmt": create_named("extension", "extname"),
    "RuleStmt": create_rule,
    "AlterRoleSetStmt": alter_settings,
    "AlterDatabaseSetStmt": alter_settings,
    "DropOwnedStmt": drop_owned,
    "DoStmt": _do,
}
