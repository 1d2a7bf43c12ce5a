"""To what tables and views refer, and to what after names are given anew."""

from collections.abc import Iterator
from dataclasses import replace

from verifier.database.recording import Recording
from verifier.database.schema_state import Change, Relation
from verifier.database.table_rules import Rule
from verifier.model.breaking_change import ChangeKind


def follow(old: str, new: str, recording: Recording) -> None:
    """Foreign keys and views go with the table that they refer to, not with its name."""
    for table, name, rule in _referring_to(old, recording):
        table.constraints[name] = replace(rule, refers_to=new)
    for name in recording.schema.readers.pop(old, ()):
        view = recording.schema.relations.get(name)
        if view is not None and old in view.sources:
            view.sources = view.sources - {old} | {new}
            recording.schema.readers.setdefault(new, {})[name] = None


def forget(name: str, recording: Recording) -> None:
    """Foreign keys end with the table that they refer to."""
    for table, rule, _ in _referring_to(name, recording):
        del table.constraints[rule]


def all_referring_to(name: str, recording: Recording) -> tuple[str, ...]:
    """Return the tables that refer to one, and those that refer to them."""
    found = [name]
    for each in found:
        others = dict.fromkeys(table.name for table, _, _ in _referring_to(each, recording))
        found += [other for other in others if other not in found]
    return tuple(found[1:])


def stray_references(recording: Recording) -> Iterator[Change]:
    """Yield the foreign keys that still refer to a table whose name another one has now."""
    schema = recording.schema
    for owner, before in recording.before.items():
        now = schema.relations.get(owner)
        if now is None or now.is_new:
            continue
        for name, rule in before.constraints.items():
            kept, there = now.constraints.get(name), schema.relations.get(rule.refers_to)
            if kept is None or kept.is_new or there is None or there.kind != "table":
                continue
            if rule.refers_to and kept.refers_to not in ("", rule.refers_to):
                what = (
                    f"foreign key {name} of {owner} refers to {kept.refers_to}, not to the table "
                    f"that is called {rule.refers_to} now"
                )
                renamed = next((c for c in recording.changes if c.name == rule.refers_to), None)
                at = (renamed.migration, renamed.line) if renamed else ("", 0)
                yield Change(ChangeKind.CONSTRAINED, what, name, owner, *at)


def _referring_to(name: str, recording: Recording) -> list[tuple[Relation, str, Rule]]:
    return [
        (table, rule_name, rule)
        for table in recording.schema.relations.values()
        for rule_name, rule in table.constraints.items()
        if rule.refers_to == name
    ]
