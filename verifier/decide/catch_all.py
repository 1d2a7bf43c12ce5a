"""What an application answers at every address is none of its health paths."""

from collections.abc import Iterable

from verifier.model.evidence import Answer, HealthDocument
from verifier.model.health_survey import SurveyedPath

#: What is answered here is answered everywhere.
NOWHERE = "/verifier-asks-for-no-such-path"


def is_everywhere(one: SurveyedPath, surveyed: Iterable[SurveyedPath]) -> bool:
    """Whether the path that nobody has is answered the same."""
    return any(_said(one) == _said(other) for other in surveyed if other.path == NOWHERE)


def _said(surveyed: SurveyedPath) -> tuple[str, ...]:
    """Return what a path answers, but for its own name."""
    answer = surveyed.answer
    if not isinstance(answer, Answer):
        return (answer.reason,)
    document = answer.document
    if isinstance(document, HealthDocument):
        parts = (document.status, document.word, *(c.name for c in document.components))
    else:
        parts = (document.reason, answer.text)
    return (str(answer.status_code), *(part.replace(surveyed.path, "") for part in parts))
