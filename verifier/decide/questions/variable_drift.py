"""Variables that must exist where they are needed."""

from collections.abc import Iterator

from verifier.decide.drift.question import Asked, AuditPolicy, Question
from verifier.decide.drift.stored_names import name_drift
from verifier.model.finding import NotAsked
from verifier.model.protection import Drift, DriftKind

KIND = DriftKind("variable", unread_by=frozenset({"variables"}))


def _ask(asked: Asked) -> Iterator[Drift]:
    stored = asked.evidence.variables
    if not isinstance(stored, NotAsked):
        yield from name_drift(KIND, asked.policy.variables, stored, None, asked)


def _is_wanted(policy: AuditPolicy) -> bool:
    return bool(policy.variables)


QUESTION = Question(KIND, _ask, _is_wanted)
