"""How much history a job's own checkout brings: a rollback reads the migrations in between."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from verifier.decide.workflows.line_edits import LineEdits, end_of_block, indent_of, key_line
from verifier.decide.workflows.upload_job import TooOddError, UploadJob, mapping
from verifier.model.workflow import Step, Value

#: As of the checkout that a gate is given where its job has none.
DEPTH = 100
_KEY = "fetch-depth"
_ONE_COMMIT = (1, "1")
#: What has a checkout bring something else than the judged commit, whole and at the root.
_ELSEWHERE = ("repository", "path", "sparse-checkout")
_OF_THE_RUN = re.compile(r"\$\{\{\s*github\.(?:sha|ref|ref_name)\s*\}\}")


def is_checkout(step: Step) -> bool:
    """Whether a step checks a repository out."""
    return step.uses.startswith("actions/checkout@")


def refuse_other_checkout(place: UploadJob) -> None:
    """
    Refuse a job whose own checkout may not bring the configuration that a gate reads.

    Raises:
        TooOddError: it checks out something else, or not always.
    """
    for step, data in zip(place.job.steps, place.steps, strict=True):
        if not is_checkout(step):
            continue
        given = mapping(data.get("with"))
        odd = [key for key in _ELSEWHERE if key in given]
        odd += ["if"] if step.condition else []
        odd += ["ref"] if "ref" in given and not _OF_THE_RUN.fullmatch(str(given["ref"])) else []
        if odd:
            raise TooOddError(
                f"checks out with {', '.join(odd)}: whether the gate finds .github/verifier.yml of "
                "the deployed commit is not known"
            )


def with_history(
    edits: LineEdits, starts: Sequence[int], place: UploadJob
) -> tuple[UploadJob, bool]:
    """
    Return the job with the history that a gate reads, and whether it has that.

    A depth that somebody chose stays as it is. `starts` are the lines of the steps' dashes.
    """
    index = next((n for n, step in enumerate(place.job.steps) if is_checkout(step)), None)
    if index is None:  # the gate brings a checkout of its own
        return place, True
    step = place.steps[index]
    given = mapping(step.get("with"))
    if _KEY in given:
        return place, given[_KEY] not in _ONE_COMMIT
    if not _deepen(edits, starts[index], step):
        return place, False
    deep: Mapping[str, Value] = {**step, "with": {**given, _KEY: DEPTH}}
    steps = [*place.steps[:index], deep, *place.steps[index + 1 :]]
    return replace(place, value={**place.value, "steps": steps}), True


def _deepen(edits: LineEdits, begin: int, step: Mapping[str, Value]) -> bool:
    """Write the depth into a step; False where that is no matter of whole lines."""
    lines = edits.lines
    column = len(lines[begin]) - len(lines[begin].lstrip(" -"))
    end = end_of_block(lines, begin)
    if "with" not in step:
        if lines[begin][column] == "{":
            return False
        depth = " " * column
        edits.insert(end, [f"{depth}with:", f"{depth}  {_KEY}: {DEPTH}"])
        return True
    at = key_line(lines, begin + 1, end, column, "with")
    if at is None or lines[at].partition("#")[0].strip() != "with:":
        return False
    inside = [line for line in lines[at + 1 : end_of_block(lines, at)] if line.strip(" #\r\n")]
    if not inside:
        return False
    edits.insert(end_of_block(lines, at), [f"{' ' * indent_of(inside[0])}{_KEY}: {DEPTH}"])
    return True
