"""Variables that must be there."""

import pytest

from tests.decide.questions.asking import ask
from verifier.decide.questions.variable_drift import QUESTION
from verifier.model.finding import NotAsked, Outcome, Unobserved
from verifier.model.named_values import REPOSITORY, StoredName, StoredNames, WantedName

WANTED = (WantedName("REGION"),)


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        pytest.param(StoredNames((StoredName("region", REPOSITORY, None),)), [], id="there"),
        pytest.param(StoredNames(()), [("variable REGION", Outcome.FAIL)], id="missing"),
        pytest.param(Unobserved("HTTP 403"), [("variables", Outcome.INCONCLUSIVE)], id="not-read"),
        pytest.param(NotAsked("none is wanted"), [], id="not-asked"),
    ],
)
def test_a_variable_that_is_wanted(stored, told):
    rows = ask(QUESTION, {"variables": WANTED}, variables=stored)

    assert [(row.setting, row.severity) for row in rows] == told
