"""Whether a job goes on after a step that failed, where somebody changes something."""

from verifier.decide.workflows.expression_syntax import NoExpressionError
from verifier.decide.workflows.expression_values import PartlyKnown
from verifier.decide.workflows.expressions import ExpressionScope, condition_of, holds
from verifier.model.workflow import Step

_OF_CHANGES = ("pull_request", "pull_request_target", "merge_group", "push")


def goes_on(step: Step) -> bool:
    """Whether its failure is none: not where it says so of a schedule or a start by hand alone."""
    return step.goes_on and (not step.goes_on_if or _may_hold(step.goes_on_if))


def _may_hold(expression: str) -> bool:
    try:
        node = condition_of(expression)
    except NoExpressionError:
        return True
    scopes = (
        ExpressionScope({"github": PartlyKnown("github", {"event_name": e})}) for e in _OF_CHANGES
    )
    return any(holds(node, scope) is not False for scope in scopes)
