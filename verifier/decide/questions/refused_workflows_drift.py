"""Workflows that GitHub cannot read, and of which it runs no job."""

from collections.abc import Iterator

from verifier.decide.drift.question import Asked, Question
from verifier.decide.workflows.refused_files import why_not_accepted
from verifier.model.finding import Outcome, Unobserved
from verifier.model.phrases import first_of
from verifier.model.protection import Drift, DriftKind

KIND = DriftKind("refused-workflows", unread_by=frozenset({"workflows"}), is_in_bulk=True)


def _ask(asked: Asked) -> Iterator[Drift]:
    unread = [each for each in asked.workflows if isinstance(each, Unobserved)]
    read = {each.path: each for each in asked.read_workflows}
    faults = [why_not_accepted(each, read, is_complete=not unread) for each in read.values()]
    refused = [each.reason for each in unread if each.is_final]
    refused += dict.fromkeys(fault for fault in faults if fault)
    if refused:
        actual = f"GitHub runs no job of a file that it cannot read: {first_of(refused, 3)}"
        yield Drift(str(KIND), "readable", actual, "workflows", Outcome.WARN)


QUESTION = Question(KIND, _ask)
