"""
Changes of the workflows that upload to Railway, as a diff: nothing of them is made.

What is proposed was read again as the file would be then: it has to be what was meant, value for
value, and the audit must say no more of it than of what is there.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import unified_diff
from typing import Protocol

from verifier.decide.first_config import Discovered, own_services
from verifier.decide.first_workflows import GATE
from verifier.decide.moved_pipeline import Moved, Moves, moved
from verifier.decide.questions.gate_run_drift import gate_run_drift
from verifier.decide.questions.masked_drift import mask_drift
from verifier.decide.questions.pipeline_drift import pipeline_drift
from verifier.decide.upload_gates import GateJob, gate_jobs, is_elsewhere
from verifier.decide.workflows.checkout_depth import DEPTH
from verifier.decide.workflows.gate_in_job import WantedGate
from verifier.decide.workflows.line_edits import lines_of
from verifier.decide.workflows.upload_job import TooOddError
from verifier.model import project as project_names
from verifier.model.finding import Unobserved
from verifier.model.phrases import first_of
from verifier.model.workflow import Value, Workflow

_MOST_NAMED = 8
#: Where the diff is written.
DIFF = ".github/move-to-gate.diff"
_LOUD = " # FILL IN: the repository and the commit of the verifier"
_NO_END = "\n\\ No newline at end of file\n"


class WorkflowFiles(Protocol):
    """The workflows of a folder."""

    def script(self, path: str) -> str | None:
        """The text of a file, its line ends as they are; None where it cannot be read here."""

    def parsed(self, path: str, text: str) -> Workflow | Unobserved:
        """A workflow by its text."""

    def document(self, path: str, text: str) -> Mapping[str, Value]:
        """The same as data; empty where it cannot be read."""


def propose_moves(files: WorkflowFiles, seen: Discovered, action: str) -> Moves:
    """Return a change for each workflow that uploads, or waits; `action` may be empty."""
    own = list(own_services(seen))
    jobs = gate_jobs(seen.uploads, own)
    uses = action or f"{project_names.REPOSITORY or project_names.PLACEHOLDER}@COMMIT{_LOUD}"
    page = project_names.page("docs/moving.md", action)
    diffs: list[str] = []
    told: list[str] = []
    changed: list[GateJob] = []
    for upload in seen.uploads:
        if not upload.is_found or upload.has_gate or is_elsewhere(upload, own):
            continue
        job = next((job for job in jobs if job.path == upload.path), None)
        services = job.services if job else ()
        try:
            wanted = WantedGate(uses, services, seen.environment)
            before, edit = _sound(files, upload.path, wanted, seen.workflows)
        except TooOddError as error:
            told.append(
                f"{upload.path}: no change is proposed; {page} says what to change. It {error}"
            )
            continue
        diffs.append(_diff(upload.path, before, edit.text))
        changed += [job] if job else []
        told += _changes_of(upload.path, edit, has_upload=True)
    # What the repository's own gate judges gets no second one.
    for path in () if seen.has_gate else seen.waits:
        wanted = WantedGate(uses, (), seen.environment, seen.branch)
        try:
            before, edit = _sound(files, path, wanted, seen.workflows)
        except TooOddError as error:
            told.append(
                f"{path} waits for what Railway deploys of a push: no change is proposed; "
                f"{page} says what to change. It {error}"
            )
            continue
        diffs.append(_diff(path, before, edit.text))
        told += _changes_of(path, edit, has_upload=False)
    if not diffs:
        return Moves(told=tuple(told))
    return Moves("".join(diffs), tuple(told), tuple(_afterwards(action, jobs, changed)))


def _sound(
    files: WorkflowFiles, path: str, wanted: WantedGate, others: Sequence[Workflow]
) -> tuple[str, Moved]:
    """
    Return the text of a workflow, and what it would be; `others` are those of the repository.

    Raises:
        TooOddError: it is not certain what would have to be changed.
    """
    text = files.script(path)
    before = files.parsed(path, text) if text is not None else Unobserved("x")
    if text is None or isinstance(before, Unobserved):
        raise TooOddError("is no workflow that can be read here")
    edit = moved(before, text, files.document(path, text), wanted, others)
    after = files.parsed(path, edit.text)
    is_meant = files.document(path, edit.text) == edit.value
    if isinstance(after, Unobserved) or after.fault != before.fault or not is_meant:
        raise TooOddError("is written in a way in which its lines cannot be changed one by one")
    news = _audited(after) - _audited(before)
    if news:
        raise TooOddError(f"would then be told by verifier audit: {next(iter(news))}")
    return text, edit


def _audited(workflow: Workflow) -> Counter[str]:
    """What the audit says of a workflow, and how often."""
    rows = (
        *pipeline_drift([workflow]),
        *gate_run_drift([workflow]),
        *mask_drift([workflow]),
    )
    return Counter(row.actual for row in rows)


def _diff(path: str, before: str, after: str) -> str:
    rows = unified_diff(lines_of(before), lines_of(after), f"a/{path}", f"b/{path}")
    return "".join(row if row.endswith("\n") else row + _NO_END for row in rows)


def _changes_of(path: str, edit: Moved, *, has_upload: bool) -> Iterator[str]:
    if not has_upload:
        yield f"{path}: the change puts the gate in place of: {', '.join(edit.taken_out)}"
    elif edit.taken_out:
        yield (
            f"{path}: the change adds the gate after its upload, in place of: "
            f"{', '.join(edit.taken_out)}"
        )
    else:
        yield f"{path}: the change adds the gate after its upload"
    if edit.behind:
        yield (
            f"{path}: the gate judges before these run: {first_of(edit.behind, _MOST_NAMED, ', ')}"
            ". Where one of them migrates the database, put the gate behind it"
        )
    if not edit.has_history:
        yield (
            f"{path}: set fetch-depth: {DEPTH} in the gate's job, where it checks the repository "
            "out: else a rollback cannot read the migrations in between, and only warns"
        )


def _afterwards(action: str, jobs: Sequence[GateJob], changed: Sequence[GateJob]) -> Iterator[str]:
    if not action:
        yield f"Run init again with --action: it then writes the change, filled in, to {DIFF}"
        return
    yield f"To make the change, on a new branch: git apply {DIFF}"
    yield (
        "While .github/verifier.yml says rollback: plan, the gate rolls nothing back: set auto "
        "once its verdicts are what you expect"
    )
    if len(changed) == len(jobs):
        yield f"With it, delete {GATE}: its gate would judge the same uploads again"
    elif changed:
        names = ", ".join(job.id for job in changed)
        yield f"With it, take {names} out of {GATE}: they would judge the same uploads again"
