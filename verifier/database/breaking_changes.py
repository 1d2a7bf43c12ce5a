"""Reads from migrations what code that is older than they are cannot live with. Nothing is run."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass

from verifier.database.access_changes import (
    alter_policy,
    create_policy,
    create_rule,
    give_ahead,
    grant,
)
from verifier.database.acting_functions import may_act, sql_of_call
from verifier.database.altered_tables import alter_table
from verifier.database.constraint_changes import create_index
from verifier.database.domain_changes import alter_domain
from verifier.database.emptied_relations import delete, delete_first, merge, refresh, truncate
from verifier.database.event_triggers import alter_event_trigger, create_event_trigger
from verifier.database.foreign_keys import stray_references
from verifier.database.hit_routines import hit_routines
from verifier.database.migration_reading import Steps
from verifier.database.named_changes import alter_enum, create_named
from verifier.database.pg_nodes import Node, child, every, strings
from verifier.database.published_changes import (
    alter_publication,
    create_publication,
    create_server,
    define,
)
from verifier.database.recording import Recording
from verifier.database.relation_changes import (
    create_view,
    drop,
    rename,
    select,
    set_schema,
)
from verifier.database.role_changes import (
    alter_owner,
    alter_role,
    alter_settings,
    create_role,
    drop_owned,
    drop_role,
    grant_role,
    reassign,
)
from verifier.database.routine_bodies import statements_in, statements_in_block
from verifier.database.routine_changes import create_routine
from verifier.database.routine_settings import alter_routine
from verifier.database.schema_state import Change
from verifier.database.seeded_rows import count_on, watched
from verifier.database.sequence_changes import alter_sequence, create_sequence
from verifier.database.sql_statements import Parsed, Unread, parse, split
from verifier.database.table_changes import create_table
from verifier.database.trigger_changes import create_trigger
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
    found = recording.result()
    return (*found, *stray_references(recording), *hit_routines(found, recording))


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
    return Touched(tuple(recording.changes), frozenset(recording.asked | recording.models.asked))


class _Known(Container[str]):
    """The functions that do more than read, and notes which are asked for."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    def __contains__(self, name: object) -> bool:
        called = str(name)
        self._recording.asked.add(called)
        return called in self._recording.bodies or may_act(called) or called == _SETS_NUMBER


def _read(steps: Steps, recording: Recording) -> None:
    named = recording.models.resolved(steps)
    for statement in parse(watched(named, recording), _Known(recording)):
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
        if name == _SETS_NUMBER:
            count_on(call, recording)
        elif name not in recording.bodies:
            is_known = name in _PROCEDURES if call is procedure else not may_act(name.lower())
            sql = None if is_known else sql_of_call(call)
            if sql:
                _run([sql], recording)
            elif sql is None and not is_known:
                _tell_unread(Unread(recording.line, f"what {name}() does"), recording)
        if name not in recording.bodies:
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


#: PostgreSQL's function that tells a sequence where to go on.
_SETS_NUMBER = "setval"
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
        for statement in parse(watched(split(sql), recording), _Known(recording)):
            match statement:
                case Unread():
                    _tell_unread(Unread(line, statement.why), recording)
                case Parsed():
                    _apply(statement, recording)


_STATEMENTS: Mapping[str, Callable[[Node, Recording], None]] = {
    "CreateStmt": create_table,
    "CreateTableAsStmt": create_view,
    "ViewStmt": create_view,
    "AlterTableStmt": alter_table,
    "DropStmt": drop,
    "RenameStmt": rename,
    "AlterObjectSchemaStmt": set_schema,
    "IndexStmt": create_index,
    "CreateFunctionStmt": create_routine,
    "AlterFunctionStmt": alter_routine,
    "CreateSeqStmt": create_sequence,
    "CreateTrigStmt": create_trigger,
    "CreateEventTrigStmt": create_event_trigger,
    "AlterEventTrigStmt": alter_event_trigger,
    "CreatePolicyStmt": create_policy,
    "AlterPolicyStmt": alter_policy,
    "GrantStmt": grant,
    "AlterDefaultPrivilegesStmt": give_ahead,
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
    "CreateRoleStmt": create_role,
    "AlterRoleStmt": alter_role,
    "AlterOwnerStmt": alter_owner,
    "ReassignOwnedStmt": reassign,
    "AlterSeqStmt": alter_sequence,
    "RefreshMatViewStmt": refresh,
    "MergeStmt": merge,
    "CreatePublicationStmt": create_publication,
    "AlterPublicationStmt": alter_publication,
    "CreateForeignServerStmt": create_server,
    "DefineStmt": define,
    "DoStmt": _do,
}
