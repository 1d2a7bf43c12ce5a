"""What `alter table`, `alter view` and the like mean to older code."""

from verifier.database.access_changes import let_invoker_decide
from verifier.database.constraint_changes import add_constraint
from verifier.database.named_changes import alter_type
from verifier.database.pg_nodes import Node, child, is_set, name_of, of_kind, text
from verifier.database.recording import Recording
from verifier.database.relation_changes import CASCADE, RELATIONS, drop_views_on, limit_writing
from verifier.database.role_changes import change_owner
from verifier.database.schema_state import Relation
from verifier.database.table_changes import add_column, alter_column, drop_column
from verifier.database.trigger_changes import switch_off, switch_on
from verifier.model.breaking_change import ChangeKind

_ON = ("AT_EnableTrig", "AT_EnableAlwaysTrig", "AT_EnableTrigAll", "AT_EnableTrigUser")
_OFF = ("AT_DisableTrig", "AT_EnableReplicaTrig", "AT_DisableTrigAll", "AT_DisableTrigUser")


def alter_table(tree: Node, recording: Recording) -> None:
    owner = name_of(child(tree, "relation"))
    kind = RELATIONS.get(text(tree, "objtype"), "table")
    if text(tree, "objtype") == "OBJECT_TYPE":
        alter_type(tree, recording)
    if text(tree, "objtype") in ("OBJECT_INDEX", "OBJECT_TYPE"):
        return
    relation = recording.schema.relation(owner, kind)
    for command in of_kind(tree, "cmds", "AlterTableCmd"):
        if not _alter_whole(owner, relation, command, recording):
            _alter(owner, relation, command, recording)


def _alter(owner: str, relation: Relation, command: Node, recording: Recording) -> None:
    """What happens to one part of a table."""
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
        case subtype if subtype in _OFF:
            switch_off(owner, name, recording)
        case subtype if subtype in _ON:
            switch_on(owner, name, recording)
        case _:
            alter_column(owner, relation, command, recording)


def _alter_whole(owner: str, relation: Relation, command: Node, recording: Recording) -> bool:
    """What happens to a table or view as a whole; returns whether it does."""
    given = child(command, "def")
    match text(command, "subtype"):
        case "AT_EnableRowSecurity":
            _secure(owner, relation, recording)
        case "AT_ForceRowSecurity":
            _secure(owner, relation, recording, is_forced=True)
        case "AT_DisableRowSecurity":
            relation.is_secured, relation.is_opened = False, not recording.is_older
        case "AT_SetRelOptions" if relation.kind == "view":
            options = list(of_kind(child(given, "List"), "items", "DefElem"))
            let_invoker_decide(owner, options, recording)
            limit_writing(owner, relation, options, recording)
        case "AT_DetachPartition":
            part = name_of(child(child(given, "PartitionCmd"), "name"))
            _take_out(part, owner, recording)
        case "AT_AddInherit":
            _take_in(owner, name_of(child(given, "RangeVar")), recording)
        case "AT_DropInherit":
            _take_out(owner, name_of(child(given, "RangeVar")), recording)
        case "AT_ChangeOwner":
            change_owner(owner, child(command, "newowner"), recording)
        case _:
            return False
    return True


def _take_out(part: str, whole: str, recording: Recording) -> None:
    """Rows that are not among those of a table any more."""
    known = recording.schema.relations.get(part)
    is_new = known is not None and recording.is_new(known)
    if not is_new and not recording.is_new(recording.schema.relation(whole)):
        what = f"the rows of partition {part} are not in {whole} any more"
        recording.tell(ChangeKind.EMPTIED, what, part, whole)


def _take_in(part: str, whole: str, recording: Recording) -> None:
    """Rows that are among those of another table from now on."""
    known = [recording.schema.relation(name) for name in (part, whole)]
    if not any(recording.is_new(each) for each in known):
        what = f"the rows of {part} are among those of {whole} from now on"
        recording.tell(ChangeKind.UNREAD, what, "", whole)


def _secure(owner: str, table: Relation, recording: Recording, *, is_forced: bool = False) -> None:
    """Row level security that is switched on, or that holds for the table's owner too."""
    was_secured, table.is_secured, table.is_opened = table.is_secured, True, False
    if not recording.is_new(table) and (is_forced or not was_secured):
        what = f"row level security was {'forced' if is_forced else 'enabled'} on {owner}"
        recording.tell(ChangeKind.HIDDEN, what, owner, owner)
