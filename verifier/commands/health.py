"""One health document explained: what it is worth in a gate."""

from verifier.checks.components import failing_where_required, worth_where_not_required
from verifier.checks.endpoints import judge_answer
from verifier.model.evidence import Answer, HealthDocument
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Outcome
from verifier.model.health_survey import SurveyedPath


def worth_in_a_gate(surveyed: SurveyedPath) -> Outcome:
    """Return the outcome as the deep health document, of which no component is required."""
    if not isinstance(surveyed.answer, Answer):
        return Outcome.INCONCLUSIVE
    whole = judge_answer(surveyed.answer)
    document = surveyed.answer.document
    if not isinstance(document, HealthDocument):
        return whole
    return max(whole, worth_where_not_required(document), key=lambda outcome: outcome.rank)


def exit_code_of(outcome: Outcome) -> ExitCode:
    """Return how the command ends: nothing was touched, whatever was found."""
    if outcome.condemns:
        return ExitCode.FAILED_SAFE
    return ExitCode.INCONCLUSIVE if outcome is Outcome.INCONCLUSIVE else ExitCode.GOOD


def would_fail(surveyed: SurveyedPath) -> tuple[str, ...]:
    """Return the components that fail where the configuration requires them."""
    document = surveyed.answer.document if isinstance(surveyed.answer, Answer) else None
    return failing_where_required(document) if isinstance(document, HealthDocument) else ()
