"""Workflows that GitHub cannot read."""

import pytest

from tests.decide.questions.asking import ask
from tests.decide.workflows.called import with_jobs
from verifier.decide.questions.refused_workflows_drift import QUESTION
from verifier.model.finding import Outcome, Unobserved

GOOD = with_jobs(["a: { runs-on: x }"], "push", "good.yml")
CIRCLE = with_jobs(
    ["a: { runs-on: x, needs: b }", "b: { runs-on: x, needs: a }"], "push", "odd.yml"
)


@pytest.mark.parametrize(
    ("workflows", "words"),
    [
        pytest.param((GOOD,), None, id="accepted"),
        pytest.param((GOOD, CIRCLE), "odd.yml", id="refused"),
        pytest.param((Unobserved("junk.yml: no YAML", is_final=True),), "junk.yml", id="no-yaml"),
        pytest.param((Unobserved("HTTP 502"), GOOD), None, id="one-not-read"),
        pytest.param(Unobserved("HTTP 502"), None, id="none-read"),
    ],
)
def test_what_github_refuses_is_a_warning_that_names_it(workflows, words):
    rows = ask(QUESTION, workflows=workflows)

    assert [(row.setting, row.severity) for row in rows] == (
        [("refused-workflows", Outcome.WARN)] if words else []
    )
    assert all(words in row.actual for row in rows)
