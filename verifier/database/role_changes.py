"""What happens to roles and to what belongs to them, and what it means to older code."""

from verifier.database.pg_nodes import Node, child, dotted, is_set, of_kind, strings, text
from verifier.database.recording import Recording
from verifier.model.breaking_change import ChangeKind

#: What a role may lose, and what that is called.
_ABILITIES = {
    "canlogin": "log in",
    "superuser": "do what a superuser does",
    "bypassrls": "bypass row level security",
    "inherit": "use the rights of its groups",
}
#: Settings of a role or database by which the same statement means something else.
_SETTINGS = (
    *("search_path", "role", "default_transaction_read_only", "row_security"),
    *("timezone", "datestyle", "intervalstyle", "bytea_output", "client_encoding"),
    *("default_transaction_isolation", "pgrst.db_schemas", "pgrst.db_extra_search_path"),
)
#: Roles that hosts make for whoever has the database: what is theirs, they can use as before.
_OWNERS = frozenset({"", "postgres", "supabase_admin"})


def create_role(tree: Node, recording: Recording) -> None:
    if not recording.is_older:
        recording.schema.new_names.add(f"role {text(tree, 'role')}")


def alter_role(tree: Node, recording: Recording) -> None:
    """A role that can do less."""
    role = text(child(tree, "role"), "rolename")
    if f"role {role}" in recording.schema.new_names:
        return
    for option in of_kind(tree, "options", "DefElem"):
        ability, given = text(option, "defname"), child(option, "arg")
        if ability not in _ABILITIES:
            continue
        lost = recording.rights.revoked.setdefault(("", f"role {role} {ability}"), set())
        if is_set(child(given, "Boolean"), "boolval"):
            lost.clear()
        else:
            lost.add(ability)
            what = f"role {role} can no longer {_ABILITIES[ability]}"
            recording.tell(ChangeKind.REVOKED, what, "", f"role {role} {ability}")


def grant_role(tree: Node, recording: Recording) -> None:
    """A role that is taken from another one, with the rights that came of it."""
    names = [text(each, "priv_name") for each in of_kind(tree, "granted_roles", "AccessPriv")]
    is_grant = is_set(tree, "is_grant")
    for role in of_kind(tree, "grantee_roles", "RoleSpec"):
        groups = recording.rights.groups.setdefault(text(role, "rolename"), set())
        groups.update(names) if is_grant else groups.difference_update(names)
    for name in () if is_grant else names:
        recording.tell(ChangeKind.REVOKED, f"role {name} was taken from those who had it", "")


def drop_role(tree: Node, recording: Recording) -> None:
    for role in of_kind(tree, "roles", "RoleSpec"):
        name = text(role, "rolename")
        if f"role {name}" not in recording.schema.new_names:
            recording.tell(ChangeKind.REVOKED, f"role {name} was dropped", "")


def change_owner(name: str, owner: Node, recording: Recording) -> None:
    """A table or view that belongs to another role: the one that had it keeps no rights on it."""
    role = text(owner, "rolename")
    before, recording.rights.owners[name] = recording.rights.owners.get(name, ""), role
    relation = recording.schema.relations.get(name)
    is_known = relation is not None and recording.is_new(relation)
    if role in _OWNERS or role == before or is_known:
        return
    what = f"{name} belongs to {role} now: the role that had it may have no rights on it any more"
    recording.tell(ChangeKind.REVOKED, what, "")


def alter_owner(tree: Node, recording: Recording) -> None:
    """A function with the rights of who made it, which are those of another role now."""
    name = dotted(strings(child(child(tree, "object"), "ObjectWithArgs"), "objname"))
    recording.asked.add(name)
    role = text(child(tree, "newowner"), "rolename")
    is_definer = any(each.is_definer for each in recording.schema.routines.get(name, ()))
    if is_definer and role not in _OWNERS and f"{name}()" not in recording.schema.new_names:
        what = f"function {name} has the rights of {role} now"
        recording.tell(ChangeKind.REVOKED, what, "")


def reassign(tree: Node, recording: Recording) -> None:
    new = text(child(tree, "newrole"), "rolename")
    for role in of_kind(tree, "roles", "RoleSpec"):
        old = text(role, "rolename")
        if old and new not in ("", old):
            what = f"whatever {old} owned belongs to {new} now"
            recording.tell(ChangeKind.REVOKED, what, "")


def alter_settings(tree: Node, recording: Recording) -> None:
    """Tell that sessions begin otherwise from now on."""
    given = child(tree, "setstmt")
    setting = text(child(given, "VariableSetStmt") or given, "name").lower()
    if setting in _SETTINGS:
        whose = text(child(tree, "role"), "rolename") or text(tree, "dbname")
        what = f"sessions of {whose} begin with another {setting}"
        recording.tell(ChangeKind.UNREAD, what, "", whose)


def drop_owned(_: Node, recording: Recording) -> None:
    recording.tell(ChangeKind.DROPPED, "everything that a role owns was dropped", "")
