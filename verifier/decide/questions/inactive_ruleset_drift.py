"""Rulesets that are there and guard nothing."""

from collections.abc import Iterator

from verifier.decide.drift.question import SOURCES_UNREAD, Asked, Question
from verifier.model.finding import Outcome
from verifier.model.protection import Drift, DriftKind

KIND = DriftKind("inactive-ruleset", unread_by=SOURCES_UNREAD, is_in_bulk=True)


def _ask(asked: Asked) -> Iterator[Drift]:
    for branch, protection in asked.protections:
        for name in protection.inactive:
            yield Drift(
                str(KIND),
                "active",
                f"{name} is not enforced",
                "ruleset",
                Outcome.WARN,
                hint="set its enforcement to active, or delete it",
                branch=branch,
            )


QUESTION = Question(KIND, _ask)
