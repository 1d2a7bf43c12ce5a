"""Rules of a branch that no audit judges."""

from tests.decide.questions.asking import ask
from verifier.decide.questions.unjudged_rule_drift import QUESTION
from verifier.model.finding import Outcome
from verifier.model.protection import Protection, ProtectionSource


def test_they_are_named_and_count_for_nothing():
    odd = ProtectionSource('ruleset "names"', {}, unjudged_rules=("branch_name_pattern", "x"))
    rows = ask(QUESTION, protections={"main": Protection((odd, ProtectionSource("plain", {})))})

    ((row),) = rows
    assert (row.branch, row.severity, row.source) == ("main", Outcome.SKIP, 'ruleset "names"')
    assert row.actual.endswith("not looked at here: branch_name_pattern, x")
