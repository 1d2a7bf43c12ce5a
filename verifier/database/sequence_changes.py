"""What happens to sequences, and what it means to older code."""

from verifier.database.pg_nodes import Node, child, name_of, option, type_of
from verifier.database.recording import Recording
from verifier.database.schema_state import Relation
from verifier.database.seeded_rows import restart
from verifier.model.breaking_change import ChangeKind

#: The most that each type of a sequence counts to.
_MOST = {"int2": 2**15 - 1, "int4": 2**31 - 1, "int8": 2**63 - 1}


def create_sequence(tree: Node, recording: Recording) -> None:
    name = name_of(child(tree, "sequence"))
    if name not in recording.schema.relations:
        step = _number(tree, "increment") or 1
        made = Relation("sequence", is_new=not recording.is_older, step=step)
        recording.schema.put(name, made)


def alter_sequence(tree: Node, recording: Recording) -> None:
    """A sequence that ends earlier, or that counts in smaller steps than code takes it to."""
    name = name_of(child(tree, "sequence"))
    recording.asked.add(name)
    restart(tree, name, recording)
    sequence = recording.schema.relation(name, "sequence")
    step, most = _number(tree, "increment"), _most(tree)
    before, sequence.step = sequence.step, step or sequence.step
    if recording.is_new(sequence):
        return
    if most is not None and most < _MOST["int4"]:
        what = f"sequence {name} ends at {most}"
        recording.tell(ChangeKind.CONSTRAINED, what, f"{name} end", name)
    if step is not None and abs(step) < abs(before):
        what = f"sequence {name} counts in steps of {step}, where code may take {before} at once"
        recording.tell(ChangeKind.CONSTRAINED, what, f"{name} step", name)


def _most(tree: Node) -> int | None:
    given = child(option(tree, "as"), "TypeName")
    return _MOST.get(type_of(given)) if given else _number(tree, "maxvalue")


def _number(tree: Node, name: str) -> int | None:
    value = child(option(tree, name), "Integer").get("ival")
    return value if isinstance(value, int) else None
