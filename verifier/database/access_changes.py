"""What policies, rights and rules mean to older code."""

from collections.abc import Iterable

from verifier.database.granted_rights import ROUTINE, SCHEMA
from verifier.database.pg_nodes import (
    Node,
    child,
    dotted,
    is_set,
    items,
    name_of,
    of_kind,
    strings,
    tagged,
    text,
)
from verifier.database.policies import (
    ALTERED_POLICY,
    EVERYBODY,
    POLICY,
    RowPolicy,
    condition_of,
    is_true,
)
from verifier.database.recording import Recording
from verifier.model.breaking_change import ChangeKind

#: All rights on an object, as `grant all` means them.
_ALL = {
    "OBJECT_TABLE": frozenset(
        {"select", "insert", "update", "delete", "truncate", "references", "trigger"}
    ),
    "OBJECT_SEQUENCE": frozenset({"select", "usage", "update"}),
    "OBJECT_FUNCTION": frozenset({"execute"}),
    "OBJECT_PROCEDURE": frozenset({"execute"}),
    "OBJECT_ROUTINE": frozenset({"execute"}),
    "OBJECT_SCHEMA": frozenset({"usage", "create"}),
}
_ROUTINES = ("OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE")
_CALLED = ("function", "procedure", "routine")
#: Rights on tables by which nothing is read or written.
_OF_WHO_ALTERS = frozenset({"references", "trigger", "maintain"})
#: Rights on places by which nothing that is there is used.
_OF_WHO_MAKES = frozenset({"create", "temporary", "temp"})
_PLACES = ("schema", "database")
#: What is used without a name: where the rest is, and the numbers of a table.
_UNNAMED = (*_PLACES, "sequence")
_OFF = frozenset({"off", "false", "no", "0"})
_HAVE_DEFAULTS = ("public", "anon", "authenticated", "service_role")


def drop_policy(owner: str, name: str, recording: Recording) -> None:
    relation = recording.schema.relations.get(owner)
    is_needed = recording.policies.drop(owner, name, is_older=recording.is_older)
    if is_needed and (relation is None or not recording.is_new(relation)):
        what = f"policy {name} of {owner}, which allowed rows to be read or written, was dropped"
        recording.tell(ChangeKind.HIDDEN, what, f"{POLICY}{name}", owner)


def drop_policies_calling(function: str, recording: Recording) -> None:
    """What goes with a function that is dropped with all that needs it."""
    for owner, name in sorted(recording.policies.calling.pop(function, ())):
        drop_policy(owner, name, recording)


def create_policy(tree: Node, recording: Recording) -> None:
    owner = name_of(child(tree, "table"))
    name = text(tree, "policy_name")
    policies = recording.policies
    policies.note_calls(owner, name, tree)
    if not recording.is_older:
        policies.new.add((owner, name))
    if is_set(tree, "permissive"):
        using, check = condition_of(child(tree, "qual")), condition_of(child(tree, "with_check"))
        roles = _roles_of_policy(tree)
        made = RowPolicy(text(tree, "cmd_name"), roles or EVERYBODY, using, check)
        policies.there.setdefault(owner, {})[name] = made
        if made.command == "all" and made.roles == EVERYBODY and _is_true(tree, "qual"):
            policies.open_to_all.add((owner, name))
        return
    policies.restricting.add((owner, name))
    if not recording.is_new(recording.schema.relation(owner)):
        what = f"policy {name} of {owner} may keep rows from it"
        recording.tell(ChangeKind.HIDDEN, what, f"restrictive {name}", owner)


def alter_policy(tree: Node, recording: Recording) -> None:
    owner = name_of(child(tree, "table"))
    name = text(tree, "policy_name")
    roles = _roles_of_policy(tree)
    given = {key: tree.get(key) for key in ("qual", "with_check") if child(tree, key)}
    recording.policies.note_calls(owner, name, tree)
    known = recording.policies.there.get(owner, {}).get(name)
    if known is None:
        # By what it was before it may have kept back as much.
        is_told = bool(roles) or any(not _is_true(tree, key) for key in given)
    else:
        after = RowPolicy(
            known.command,
            roles or known.roles,
            condition_of(given["qual"]) if "qual" in given else known.using,
            condition_of(given["with_check"]) if "with_check" in given else known.check,
        )
        is_told = recording.policies.change(owner, name, after, is_older=recording.is_older)
    if is_told and not recording.is_new(recording.schema.relation(owner)):
        what = f"policy {name} of {owner} was changed, which may keep rows from it"
        recording.tell(ChangeKind.HIDDEN, what, f"{ALTERED_POLICY}{name}", owner)


def _roles_of_policy(tree: Node) -> frozenset[str]:
    return frozenset(
        text(role, "rolename") or "public" for role in of_kind(tree, "roles", "RoleSpec")
    )


def _is_true(tree: Node, key: str) -> bool:
    return is_true(tree.get(key))


def let_invoker_decide(owner: str, options: Iterable[Node], recording: Recording) -> None:
    """A view that shows only what whoever reads it may read himself, from now on."""
    relation = recording.schema.relation(owner)
    before = recording.before.get(owner)
    recording.asked.add(owner)
    for option in options:
        if text(option, "defname") != "security_invoker":
            continue
        given = child(option, "arg")
        words = (text(child(given, "String"), "sval"), *strings(child(given, "TypeName"), "names"))
        relation.asks_reader = _OFF.isdisjoint(word.lower() for word in words)
        was_so = before is not None and before.asks_reader
        is_known = before.kind == "view" if before is not None else not recording.is_new(relation)
        if relation.asks_reader and is_known and not was_so:
            what = f"view {owner} shows only what its reader may read of its tables"
            recording.tell(ChangeKind.HIDDEN, what, "security_invoker", owner)


def grant(tree: Node, recording: Recording) -> None:
    roles = [text(role, "rolename") or "public" for role in of_kind(tree, "grantees", "RoleSpec")]
    rights = _rights(tree)
    note_rights(tree, recording)
    for name, label in _granted(tree):
        for role in roles:
            if not is_set(tree, "is_grant"):
                _revoke((name, role), label, rights, recording)
            elif recording.is_older:
                recording.rights.granted.setdefault((name, role), set()).update(rights)
            elif (name, role) in recording.rights.revoked:
                recording.rights.revoked[name, role] -= rights


def note_rights(tree: Node, recording: Recording) -> None:
    """Note who has which rights from here on."""
    change = recording.rights.give if is_set(tree, "is_grant") else recording.rights.take
    for role in _named_roles(tree):
        for on in _those_meant(tree, recording):
            change(on, role, _rights(tree))


def give_ahead(tree: Node, recording: Recording) -> None:
    """What roles get on what is made from here on."""
    action, rights = child(tree, "action"), recording.rights
    there = recording.schema.relations.keys() | {f"{n}{ROUTINE}" for n in recording.schema.routines}
    rights.keep_for(there & {on for on, _ in rights.told.values()})
    change = rights.give_ahead if is_set(action, "is_grant") else rights.take_ahead
    places = [
        n
        for o in of_kind(tree, "options", "DefElem")
        if text(o, "defname") == "schemas"
        for n in strings(child(child(o, "arg"), "List"), "items")
    ]
    for role in _named_roles(action):
        for place in places or [""]:
            change(text(action, "objtype"), place, role, _rights(action))


def _named_roles(tree: Node) -> list[str]:
    """The roles that rights are given to, without those that are called by who asks."""
    named = {"ROLESPEC_CSTRING": "", "ROLESPEC_PUBLIC": "public"}
    roles = [r for r in of_kind(tree, "grantees", "RoleSpec") if text(r, "roletype") in named]
    return [text(role, "rolename") or named[text(role, "roletype")] for role in roles]


def _those_meant(tree: Node, recording: Recording) -> list[str]:
    """What rights are on, as `Rights` calls it."""
    kind, schema = text(tree, "objtype"), recording.schema
    end = ROUTINE if kind in _ROUTINES else ""
    start = SCHEMA if kind == "OBJECT_SCHEMA" else ""
    if not (end or start or kind in ("OBJECT_TABLE", "OBJECT_SEQUENCE")):
        return []
    if text(tree, "targtype") != "ACL_TARGET_ALL_IN_SCHEMA":
        return [f"{start}{name}{end}" for name, _ in _granted(tree)]
    is_sequence = kind == "OBJECT_SEQUENCE"
    known = (
        schema.routines
        if end
        else {
            name: each
            for name, each in schema.relations.items()
            if (each.kind == "sequence") == is_sequence
        }
    )
    places = strings(tree, "objects")
    return [f"{name}{end}" for name in known if (name.rpartition(".")[0] or "public") in places]


def _rights(tree: Node) -> frozenset[str]:
    """The rights that are meant, of a column with its name."""
    found = frozenset(
        f"{text(right, 'priv_name')} {column}".strip()
        for right in of_kind(tree, "privileges", "AccessPriv")
        for column in strings(right, "cols") or ("",)
    )
    return found or _ALL.get(text(tree, "objtype"), frozenset({"all"}))


def _granted(tree: Node) -> list[tuple[str, str]]:
    kind = text(tree, "objtype").removeprefix("OBJECT_").lower()
    if text(tree, "targtype") == "ACL_TARGET_ALL_IN_SCHEMA":
        return [("", f"every {kind} of schema {name}") for name in strings(tree, "objects")]
    found: list[tuple[str, str]] = []
    for item in items(tree, "objects"):
        tag, content = tagged(item)
        match tag:
            case "RangeVar":
                name = name_of(content)
            case "ObjectWithArgs":
                name = dotted(strings(content, "objname"))
            case _:
                name = text(content, "sval")
        found.append((name, f"{kind} {name}"))
    return found


def _revoke(on: tuple[str, str], label: str, rights: frozenset[str], recording: Recording) -> None:
    name, role = on
    relation = recording.schema.relations.get(name)
    is_new = (relation is not None and relation.is_new) or f"{name}()" in recording.schema.new_names
    called = recording.schema.routines.get(name, []) if label.startswith("function") else []
    # A trigger calls its function whoever writes the row.
    is_new |= bool(called) and all(each.is_trigger for each in called)
    if recording.is_older:
        recording.rights.granted.get(on, set()).difference_update(rights)
    elif not is_new and not _had_none(on, label, rights, recording):
        # What else a role may have by default is not known of those that Supabase gives it.
        given = recording.rights.granted.get(on) if role not in _HAVE_DEFAULTS else None
        is_all = rights in _ALL.values()
        lost = rights & given if given and is_all else rights
        recording.rights.revoked.setdefault(on, set()).update(lost)
        what = f"{role} lost a right on {label}"
        is_unnamed = label.split()[0] in _UNNAMED
        recording.tell(ChangeKind.REVOKED, what, name, role, is_unnamed=is_unnamed)


def _had_none(
    on: tuple[str, str], label: str, rights: frozenset[str], recording: Recording
) -> bool:
    """Whether a role had none of some rights, or none that code which reads and writes needs."""
    if rights <= (_OF_WHO_MAKES if label.split()[0] in _PLACES else _OF_WHO_ALTERS):
        return True
    kind = label.split()[0]
    name = SCHEMA + on[0] if kind == "schema" else on[0] + ROUTINE * (kind in _CALLED)
    if on[0] and recording.rights.had_lost(name, on[1], rights):
        return True
    is_table = label.removeprefix("every ").split()[0] in ("table", "sequence")
    everybody = [key for key in (on, ("", "public")) if recording.rights.granted.get(key)]
    return is_table and on[1] == "public" and recording.knows_older and not everybody


def create_rule(tree: Node, recording: Recording) -> None:
    owner = name_of(child(tree, "relation"))
    if text(tree, "event") == "CMD_SELECT" or not is_set(tree, "instead"):
        return
    recording.write_instead(owner, text(tree, "rulename"))
    if not recording.is_new(recording.schema.relation(owner)):
        what = f"rule {text(tree, 'rulename')} of {owner} replaces what is written"
        recording.tell(ChangeKind.CONSTRAINED, what, f"rule {text(tree, 'rulename')}", owner)
