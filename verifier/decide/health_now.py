"""How a health path is now, by what it answered once."""

from verifier.model.evidence import Answer, HealthDocument, HealthStatus, Origin
from verifier.model.health_survey import SurveyedPath
from verifier.model.http_status import Meaning, meaning_of

GOOD = (HealthStatus.GOOD, HealthStatus.WARNING)
_WRONG = (HealthStatus.BAD, HealthStatus.CRITICAL)


def exists(surveyed: SurveyedPath) -> bool:
    """Whether a path exists: what is served for every address is no health."""
    answer = surveyed.answer
    if not isinstance(answer, Answer) or answer.origin is not Origin.APPLICATION:
        return False
    if isinstance(answer.document, HealthDocument):
        return meaning_of(answer.status_code) is not Meaning.ABSENT
    return meaning_of(answer.status_code) is Meaning.SUCCESS and not answer.is_page


def is_bad(surveyed: SurveyedPath) -> bool:
    """Whether a gate would fail by what a path answers now."""
    answer, document = surveyed.answer, document_of(surveyed)
    is_success = isinstance(answer, Answer) and meaning_of(answer.status_code) is Meaning.SUCCESS
    return not is_success or bool(document and document.status in _WRONG)


def distance(surveyed: SurveyedPath) -> int:
    """How far from good it is what a path answers now; 0 where it says nothing of itself."""
    document = document_of(surveyed)
    if is_bad(surveyed):
        return 2
    return 0 if document is None or document.status in GOOD else 1


def is_good(surveyed: SurveyedPath | None) -> bool:
    return surveyed is not None and document_of(surveyed) is not None and not distance(surveyed)


def document_of(surveyed: SurveyedPath | None) -> HealthDocument | None:
    if surveyed is None or not isinstance(surveyed.answer, Answer):
        return None
    found = surveyed.answer.document
    return found if isinstance(found, HealthDocument) else None


def rule_of(surveyed: SurveyedPath | None) -> str:
    document = document_of(surveyed)
    return document.rule if document else ""
