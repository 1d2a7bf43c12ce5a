"""What an application answers at each path, in a line for a person."""

from verifier.model.cut_text import cut_to
from verifier.model.evidence import Answer, HealthDocument, Origin
from verifier.model.health_survey import SurveyedPath


def answer_line(surveyed: SurveyedPath) -> str:
    """Return one line on what a path answers."""
    answer = surveyed.answer
    if not isinstance(answer, Answer):
        return f"{surveyed.path}: {answer.reason}"
    document = answer.document
    if not isinstance(document, HealthDocument):
        goal = f", redirects to {answer.leads_to}" if answer.origin is Origin.REDIRECT else ""
        return f"{surveyed.path}: HTTP {answer.status_code}{goal}; {document.reason}"
    names = ", ".join(c.name for c in document.components if not c.is_incidental)
    listed = f"; {names}" if names else ""
    return f'{surveyed.path}: HTTP {answer.status_code}, "{cut_to(60, document.word)}"{listed}'
