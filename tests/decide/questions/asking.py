"""A question of the audit, asked of a repository of which a test says what was read."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from verifier.decide.drift.question import Asked, AuditPolicy, Question
from verifier.model.audited_repository import RepositoryEvidence, RepositoryFacts
from verifier.model.finding import NotAsked
from verifier.model.protection import Drift, ProtectionPolicy

NOW = datetime(2026, 1, 20, tzinfo=UTC)
_PARTS = ("schedules", "secrets", "variables", "environments", "security")


def ask(
    question: Question, wanted: Mapping[str, object] | None = None, /, **read: object
) -> list[Drift]:
    """Return what it tells of a policy; what is not `read` is empty, or was not asked for."""
    assert question.ask is not None
    return list(question.ask(asked((question,), wanted, **read)))


def asked(
    questions: Sequence[Question] = (),
    wanted: Mapping[str, object] | None = None,
    /,
    **read: object,
) -> Asked:
    """Return a repository as it was read, with what it should be like."""
    nothing = {"protections": {}, "workflows": (), "merged_heads": {}, "pushes": {}}
    unasked = dict.fromkeys(_PARTS, NotAsked("no test asks for it"))
    evidence = RepositoryEvidence(
        **{
            "facts": RepositoryFacts("acme/shop", "main", False, False, False, None),
            **nothing,
            **unasked,
            **read,
        }  # type: ignore[arg-type]
    )
    policy = AuditPolicy(questions, lambda *_: ProtectionPolicy({}), **(wanted or {}))  # type: ignore[arg-type]
    return Asked(evidence, policy, NOW)
