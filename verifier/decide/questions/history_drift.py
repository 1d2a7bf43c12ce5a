"""How changes came onto a branch."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from verifier.decide.drift.question import Asked, Question
from verifier.model.audited_repository import DirectPush
from verifier.model.finding import Outcome, Unobserved
from verifier.model.protection import Drift, DriftKind

KIND = DriftKind("history", unread_by=frozenset({"history"}))


def push_drift(pushes: Sequence[DirectPush] | Unobserved) -> Iterator[Drift]:
    """Yield what came onto the branch without a merged pull request, and who pushed it."""
    if isinstance(pushes, Unobserved):
        actual = f"could not be read: {pushes.reason}"
        hint = pushes.hint
        yield Drift("history", "pull requests", actual, "GitHub", Outcome.INCONCLUSIVE, hint)
        return
    for push in pushes:
        what = "force-pushed" if push.is_forced else "pushed without a pull request"
        yield Drift(
            f"{KIND}: {push.sha[:12]}",
            "a merged pull request",
            f"{what} by {push.actor} on {push.at:%Y-%m-%d}",
            "activity of the branch",
            Outcome.WARN,
            "review the change, and who may bypass the protection",
        )


def _ask(asked: Asked) -> Iterator[Drift]:
    for branch, pushes in asked.evidence.pushes.items():
        for row in push_drift(pushes):
            yield replace(row, branch=branch)


QUESTION = Question(KIND, _ask)
