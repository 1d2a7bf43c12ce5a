"""Sorts of rules that guard a branch, too, and that no audit judges."""

from collections.abc import Iterator

from verifier.decide.drift.question import SOURCES_UNREAD, Asked, Question
from verifier.model.finding import Outcome
from verifier.model.protection import Drift, DriftKind

KIND = DriftKind("unjudged-rule", unread_by=SOURCES_UNREAD, is_in_bulk=True)


def _ask(asked: Asked) -> Iterator[Drift]:
    for branch, protection in asked.protections:
        for source in protection.sources:
            if source.unjudged_rules:
                shown = ", ".join(source.unjudged_rules)
                yield Drift(
                    str(KIND),
                    "rules that this audit judges",
                    f"{source.name} also has rules that are not looked at here: {shown}",
                    source.name,
                    Outcome.SKIP,
                    branch=branch,
                )


QUESTION = Question(KIND, _ask)
