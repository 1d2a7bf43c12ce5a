"""How changes came onto a branch."""

from tests.decide.questions.asking import NOW, ask
from verifier.decide.questions.history_drift import QUESTION
from verifier.model.audited_repository import DirectPush
from verifier.model.finding import Outcome, Unobserved


def test_each_push_is_told_of_its_branch_with_who_made_it():
    pushes = (DirectPush("a" * 40, "mona", NOW), DirectPush("b" * 40, "hubot", NOW, True))

    rows = ask(QUESTION, pushes={"main": pushes, "dev": ()})

    assert [(row.setting, row.branch, row.actual) for row in rows] == [
        ("history: aaaaaaaaaaaa", "main", "pushed without a pull request by mona on 2026-01-20"),
        ("history: bbbbbbbbbbbb", "main", "force-pushed by hubot on 2026-01-20"),
    ]


def test_pushes_that_were_not_read_are_inconclusive():
    (row,) = ask(QUESTION, pushes={"main": Unobserved("HTTP 403", "give it a right")})

    assert (row.setting, row.severity, row.hint) == (
        *("history", Outcome.INCONCLUSIVE),
        "give it a right",
    )
