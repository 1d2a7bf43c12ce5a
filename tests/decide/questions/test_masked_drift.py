"""What hides the result of the verifier's own steps."""

import pytest

from tests.decide.questions.asking import ask
from tests.decide.workflows.called import with_jobs
from verifier.decide.questions.masked_drift import QUESTION
from verifier.model.finding import Outcome, Unobserved


@pytest.mark.parametrize(
    ("step", "is_told"),
    [
        pytest.param("run: verifier gate", False, id="plain"),
        pytest.param("run: 'verifier gate || true'", True, id="or-true"),
        pytest.param("run: verifier gate, continue-on-error: true", True, id="goes-on"),
        pytest.param("run: 'make lint || true'", False, id="another-command"),
    ],
)
def test_a_step_whose_failure_is_lost_fails(step, is_told):
    workflow = with_jobs([f"gate: {{ runs-on: x, steps: [{{ {step} }}] }}"], "push", "g.yml")

    rows = ask(QUESTION, workflows=(Unobserved("g2.yml"), workflow))

    assert [(row.setting, row.severity) for row in rows] == (
        [("masked: .github/workflows/g.yml: gate", Outcome.FAIL)] if is_told else []
    )
