"""A pipeline that uploads to Railway, with a gate in the place of its waits: by whole lines."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verifier.decide.workflows.checkout_depth import refuse_other_checkout, with_history
from verifier.decide.workflows.gate_in_job import (
    NEEDED,
    WantedGate,
    begin_step,
    gate_steps,
    upload_ids,
    wanted_minutes,
    wanted_permissions,
)
from verifier.decide.workflows.later_migrations import unknown_behind
from verifier.decide.workflows.line_edits import (
    LineEdits,
    end_of_block,
    indent_of,
    key_line,
    lines_of,
    written,
)
from verifier.decide.workflows.second_rollback import refuse_second_rollback
from verifier.decide.workflows.upload_job import (
    TooOddError,
    UploadJob,
    called,
    mapping,
    upload_job,
)
from verifier.decide.workflows.waiting_job import waiting_job
from verifier.decide.workflows.written_files import files_of, may_read
from verifier.model.workflow import Job, Value, Workflow

_OTHER_BREAKS = re.compile("\r(?!\n)|[\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Moved:
    """A workflow's text with a gate, and what its value has to be then."""

    text: str
    value: Mapping[str, Value]
    taken_out: tuple[str, ...]
    """What the steps are called that are no longer there."""
    has_history: bool
    """Whether the job's checkout brings what a rollback reads of the migrations in between."""
    behind: tuple[str, ...] = ()
    """What runs behind the gate and may be a migration, as nobody can tell."""


@dataclass(frozen=True, slots=True)
class Moves:
    """Changes of workflows that are proposed, and what a person has to know of them."""

    diff: str = ""
    """As `git apply` takes it; empty where there is nothing to change, or nothing certain."""
    told: tuple[str, ...] = ()
    afterwards: tuple[str, ...] = ()
    """What to do with it."""


def moved(
    workflow: Workflow,
    text: str,
    value: Mapping[str, Value],
    wanted: WantedGate,
    others: Sequence[Workflow] = (),
) -> Moved:
    """
    Return a workflow with a gate in the place of the steps that wait and ask after its upload.

    Where Railway deploys a push by itself, those are what waits for that.

    `value` is what the text is as data, `others` are the workflows beside it.

    Raises:
        TooOddError: it is not certain what would have to be changed.
    """
    if _OTHER_BREAKS.search(text) or "\ufffd" in text:
        raise TooOddError("has characters that end lines in some programs only")
    place = (
        waiting_job(workflow, value, wanted.pushed_branch)
        if wanted.pushed_branch
        else upload_job(workflow, value, wanted.environment)
    )
    refuse_second_rollback(workflow, place, others)
    behind = unknown_behind(workflow, place, others)
    refuse_other_checkout(place)
    lines = lines_of(text)
    starts = _starts(lines, place.job)
    edits = LineEdits(lines)
    place, has_history = with_history(edits, starts, place)
    permissions = wanted_permissions(
        workflow, place, "".join(lines[place.job.line - 1 : starts[-1]])
    )
    for index in place.dropped:
        begin = starts[index]
        while index != place.gate_at and not lines[begin - 1].strip():
            begin -= 1
        edits.take_out(begin, end_of_block(lines, starts[index]))
    ids = upload_ids(place)
    for index, id_ in zip(place.uploads, ids, strict=True):
        if "id" not in place.steps[index]:
            column = len(lines[starts[index]]) - len(lines[starts[index]].lstrip(" -"))
            edits.insert(end_of_block(lines, starts[index]), [f"{' ' * column}id: {id_}"])
    dash = indent_of(lines[starts[0]])
    begins, gate = begin_step(), tuple(gate_steps(workflow, place, ids, wanted))
    _insert(edits, starts, place.gate_at, [line for step in gate for line in written(step, dash)])
    if place.uploads:
        _insert(edits, starts, place.uploads[0], written(begins, dash))
    _refuse_what_is_asked_for(edits.text(), place)
    minutes = wanted_minutes(place)
    _edit_job(edits, place.job.line - 1, starts, permissions, minutes)
    names = tuple(called(place.job.steps[index]) for index in place.dropped)
    steps = _with_gate(place, ids, begins, gate)
    own = {**place.value, "steps": steps}
    own |= {"permissions": permissions} if permissions else {}
    own |= {"timeout-minutes": minutes} if minutes else {}
    jobs = {**mapping(value["jobs"]), place.job.id: own}
    return Moved(edits.text(), {**value, "jobs": jobs}, names, has_history, behind)


def _starts(lines: Sequence[str], job: Job) -> list[int]:
    """Return the line of each step's dash, and the one behind the job."""
    begin = job.line - 1
    starts = [step.line - 1 for step in job.steps]
    end = end_of_block(lines, begin)
    depths = {indent_of(lines[number]) for number in starts}
    are_dashes = all(re.match(r" *- +\S", lines[number]) for number in starts)
    if len(depths) != 1 or not are_dashes or starts != sorted({*starts}) or starts[0] <= begin:
        raise TooOddError("does not write each step of the job on separate lines")
    return [*starts, end]


def _refuse_what_is_asked_for(text: str, place: UploadJob) -> None:
    """Nothing that stays may ask for what a step says that is taken out."""
    for index in place.dropped:
        id_ = place.steps[index].get("id")
        if id_ and re.search(rf"\bsteps\s*(?:\.\s*|\[\s*['\"]){re.escape(str(id_))}\b", text):
            raise TooOddError(f"asks elsewhere for what the step {id_} says")
    keeps_files = any("/upload-artifact@" in step.uses for step in place.behind)
    for step in (place.job.steps[index] for index in place.dropped):
        for name in files_of(step.shell):
            if keeps_files or may_read(text, name):
                raise TooOddError(f"may ask elsewhere for {name}, which {called(step)} writes")


def _insert(edits: LineEdits, starts: Sequence[int], index: int, texts: Sequence[str]) -> None:
    """Put steps before one of the job's, or behind the last."""
    is_last = index == len(starts) - 1
    edits.insert(end_of_block(edits.lines, starts[index - 1]) if is_last else starts[index], texts)


def _edit_job(
    edits: LineEdits,
    begin: int,
    starts: Sequence[int],
    permissions: Mapping[str, Value] | None,
    minutes: int | None,
) -> None:
    """Change the job's own keys: what its token may, and how long it may take."""
    lines, end = edits.lines, starts[-1]
    depth = next(indent_of(line) for line in lines[begin + 1 :] if line.strip(" #\r\n"))
    if minutes:
        at = key_line(lines, begin + 1, end, depth, "timeout-minutes")
        if at is not None:
            edits.change(at, r"(timeout-minutes:\s*)\d+", str(minutes))
    if permissions is None:
        return
    at = key_line(lines, begin + 1, end, depth, "permissions")
    if at is None:
        steps = key_line(lines, begin + 1, end, depth, "steps")
        texts = [f"{key}: {said}" for key, said in permissions.items()]
        edits.insert(
            begin + 1 if steps is None else steps,
            [f"{' ' * depth}permissions:", *(f"{' ' * (depth + 2)}{text}" for text in texts)],
        )
        return
    inner = indent_of(lines[at + 1])
    for key in NEEDED:
        there = key_line(lines, at + 1, end_of_block(lines, at), inner, key)
        if there is None:
            edits.insert(at + 1, [f"{' ' * inner}{key}: write"])
        else:
            edits.change(there, rf"({key}:\s*)[\w'\"-]+", "write")


def _with_gate(
    place: UploadJob,
    ids: Sequence[str],
    begins: Mapping[str, Value],
    gate: Sequence[Mapping[str, Value]],
) -> list[Value]:
    """Return the steps as data, with the gate and without what it stands for."""
    named = dict(zip(place.uploads, ids, strict=True))
    made: list[Value] = []
    for index in range(len(place.steps) + 1):
        made += [begins] if index in place.uploads[:1] else []
        made += [_as_read(step) for step in gate] if index == place.gate_at else []
        if index < len(place.steps) and index not in place.dropped:
            step = place.steps[index]
            made.append({**step, "id": named[index]} if index in named else step)
    return made


def _as_read(step: Mapping[str, Value]) -> Mapping[str, Value]:
    return {**step, "uses": str(step["uses"]).partition(" #")[0]}
