"""Functions that stay or are made again, and what their bodies are to older code."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from verifier.database.recording import Recording
from verifier.database.routine_reads import Read, Reads, reads_of
from verifier.database.schema_state import Change, Routine
from verifier.model.breaking_change import ChangeKind

#: What a function returns, as far as it matters to how its body is read.
_ANY = "text"
_GONE = (ChangeKind.DROPPED, ChangeKind.RENAMED)
_UNFILLED = (ChangeKind.REQUIRED, ChangeKind.DEFAULT_DROPPED)
#: A function for several tables asks which one it is called by.
_ASKS_TABLE = re.compile(r"\btg_(?:table_name|relname|relid|argv)\b", re.IGNORECASE)
_ROW = re.compile(r"\b(?:new|old)\s*\.", re.IGNORECASE)


def hit_routines(found: Iterable[Change], recording: Recording) -> Iterator[Change]:
    """
    Yield what becomes of functions, of all that was `found` of what migrations do.

    A function of triggers refuses what is written to their tables, and one that policies call
    decides which rows they let pass.
    """
    yield from _of_policies(recording)
    lost = [c for c in found if c.kind in _GONE and c.name and (c.owner or _is_relation(c))]
    lost += [c for c in found if c.kind in _UNFILLED]
    names = {_searched(change).rpartition(".")[2].lower() for change in lost}
    for name, known in recording.schema.routines.items():
        language, body = recording.bodies.get(name.rpartition(".")[2], ("", ""))
        if not known or not body:
            continue
        is_remade = name in recording.schema.remade and bool(_ROW.search(body))
        if not is_remade and not any(each in body.lower() for each in names):
            continue
        yield from _of_routine(
            name, known[-1], reads_in(known[-1], language, body), lost, recording
        )


def _of_policies(recording: Recording) -> Iterator[Change]:
    for name, (migration, line) in recording.schema.remade.items():
        for owner, policy in recording.policies.judged_otherwise(name.rpartition(".")[2]):
            what = (
                f"function {name}, which policy {policy} of {owner} calls, does something else, "
                "which cannot be compared: it may keep rows from it"
            )
            yield Change(ChangeKind.UNREAD, what, "", "", migration, line)


def reads_in(routine: Routine, language: str, body: str) -> Reads:
    """Return what the body of a function names."""
    named = zip(routine.names, routine.arguments, strict=False)
    typed = {name: type_ for name, type_ in named if name}
    returns = routine.returns
    if returns not in ("trigger", "void"):
        is_list = returns.startswith("setof ") or bool(routine.shape)
        returns = f"setof {_ANY}" if is_list else _ANY
    reads = reads_of(language, body, typed, typed, returns)
    return replace(reads, of_rows=frozenset()) if _ASKS_TABLE.search(body) else reads


def _searched(change: Change) -> str:
    """What a body names that a change hits."""
    return change.owner if change.kind in _UNFILLED else change.name


def _is_relation(change: Change) -> bool:
    return not change.what.startswith(("function ", "procedure ", "type ", "domain ", "schema "))


def _of_routine(
    name: str, routine: Routine, reads: Reads, lost: Iterable[Change], recording: Recording
) -> Iterator[Change]:
    tables = sorted(owner for owner, on in recording.schema.attached.items() if name in on.values())
    hit = next((change for change in lost if _is_named(change, reads, recording)), None)
    if hit is not None and not routine.is_trigger:
        if f"{name}()" not in recording.schema.new_names:
            what = f"function {name} fails from now on ({hit.what})"
            yield replace(hit, kind=ChangeKind.NARROWED, what=what, name=name, owner="")
        return
    for owner in tables if routine.is_trigger else ():
        table = recording.schema.relations.get(owner)
        if table is None or recording.is_new(table):
            continue
        of_row = next((c for c in lost if _is_of_row(c, owner, reads)), hit)
        if of_row is not None:
            what = f"a trigger on {owner} calls {name}, which fails from now on ({of_row.what})"
            yield replace(
                of_row, kind=ChangeKind.CONSTRAINED, what=what, name=f"trigger {name}", owner=owner
            )
            continue
        absent = sorted(reads.of_rows - set(table.columns)) if table.is_complete else []
        if absent and name in recording.schema.remade:
            what = f"a trigger on {owner} calls {name}, which asks for a column {absent[0]} of it"
            migration, line = recording.schema.remade[name]
            yield Change(ChangeKind.CONSTRAINED, what, f"trigger {name}", owner, migration, line)


def _is_of_row(change: Change, owner: str, reads: Reads) -> bool:
    return change.kind in _GONE and change.owner == owner and change.name in reads.of_rows


def _is_named(change: Change, reads: Reads, recording: Recording) -> bool:
    if change.kind in _UNFILLED:
        return any(o == change.owner and n and change.name not in n for o, n in reads.inserts)
    if not change.owner:
        return change.name in reads.relations
    return any(
        each.column == change.name
        and change.owner in each.relations
        and not _have_it(each, change.owner, recording)
        for each in reads.columns
    )


def _have_it(read: Read, owner: str, recording: Recording) -> bool:
    """Whether what is named may be of another table."""
    others = (recording.schema.relations.get(name) for name in read.relations if name != owner)
    return any(other is not None and read.column in other.columns for other in others)
