"""One health document explained: what it is worth in a gate."""

from verifier.checks.endpoints import judge_answer
from verifier.model.evidence import Answer
from verifier.model.finding import Outcome
from verifier.model.health_survey import SurveyedPath


def worth_in_a_gate(surveyed: SurveyedPath) -> Outcome:
    """Return the outcome that the answer would have as the deep health document."""
    if isinstance(surveyed.answer, Answer):
        return judge_answer(surveyed.answer)
    return Outcome.INCONCLUSIVE
