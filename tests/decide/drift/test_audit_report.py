"""What an audit says first: the verdict, why, and what to do."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from verifier.decide.drift.audit_report import Audited, report_of
from verifier.model.finding import Outcome
from verifier.model.protection import Drift
from verifier.model.verdict import VerdictWord
from verifier.report import terminal

AT = datetime(2026, 1, 1, tzinfo=UTC)
ROW = Drift(
    "Dependabot alerts",
    "on",
    "off",
    "repository",
    Outcome.WARN,
    "turn them on",
    repository="acme/a",
)


def told(*drift, repositories=("acme/a",)):
    return report_of(Audited(drift, repositories), AT, AT)


def test_a_warning_is_not_the_reason_of_a_good_verdict():
    said = told(ROW, replace(ROW, setting="secret scanning"))

    assert said.verdict is VerdictWord.PASSED
    assert said.reason == "acme/a: no drift; 2 warnings"
    assert "To do     1. Turn them on." in terminal.render(said)


@pytest.mark.parametrize(
    ("drift", "reason"),
    [
        ((), "acme/a: no drift"),
        ((ROW,), "acme/a: no drift; 1 warning"),
        ((replace(ROW, severity=Outcome.SKIP),), "acme/a: no drift"),
        ((ROW, replace(ROW, severity=Outcome.FAIL)), "acme/a Dependabot alerts: off"),
    ],
)
def test_the_reason_tells_what_the_verdict_rests_on(drift, reason):
    assert told(*drift).reason == reason


def test_what_is_to_be_done_stands_with_the_verdict_worst_first_and_once():
    bad = replace(ROW, severity=Outcome.FAIL, hint="protect the branch")
    said = told(ROW, bad, replace(bad, repository="acme/b"), repositories=("acme/a", "acme/b"))

    assert said.advice == ("Protect the branch.",)


def test_of_many_steps_three_stand_with_the_verdict():
    rows = [replace(ROW, setting=f"s{n}", hint=f"do {n}") for n in range(5)]

    assert told(*rows).advice == ("Do 0.", "Do 1.", "Do 2.", "2 further steps stand below.")


def test_what_has_no_step_of_its_own_is_still_to_be_changed():
    (step,) = told(replace(ROW, hint="")).advice

    assert step == "Change what is listed below to what is expected there, or the configuration."
