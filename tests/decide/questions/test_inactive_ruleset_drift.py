"""A ruleset that is there and guards nothing."""

from tests.decide.questions.asking import ask
from verifier.decide.questions.inactive_ruleset_drift import QUESTION
from verifier.model.finding import Outcome, Unobserved
from verifier.model.protection import Protection


def test_each_is_told_of_its_branch():
    old, other = Protection((), (), ('"old" (evaluate)',)), Protection((), (), ("a", "b"))
    rows = ask(QUESTION, protections={"main": old, "dev": other, "x": Unobserved("HTTP 502")})

    assert [(row.branch, row.actual, row.severity) for row in rows] == [
        ("main", '"old" (evaluate) is not enforced', Outcome.WARN),
        ("dev", "a is not enforced", Outcome.WARN),
        ("dev", "b is not enforced", Outcome.WARN),
    ]
