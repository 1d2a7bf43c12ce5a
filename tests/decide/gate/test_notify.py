"""Which verdicts are told."""

from dataclasses import replace

import pytest

from tests.report.test_surfaces import report
from verifier.decide.gate.notify import is_due
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Unobserved
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.verdict import NotifyMode, VerdictWord

BAD = report()
GOOD = replace(BAD, verdict=VerdictWord.PASSED, exit_code=ExitCode.GOOD)
OLD = replace(GOOD, verdict=VerdictWord.SUPERSEDED)
OWN = PastVerdict("api", "d2", GOOD.commit, "", PastStatus.VERIFIED)
CONDEMNED = PastVerdict("api", "d1", "a" * 40, "", PastStatus.CONDEMNED)
VERIFIED = PastVerdict("api", "d1", "a" * 40, "", PastStatus.VERIFIED)


@pytest.mark.parametrize(
    ("given", "mode", "records", "told"),
    [
        (BAD, NotifyMode.NEVER, (), False),
        (BAD, NotifyMode.FAILURE, (), True),
        (GOOD, NotifyMode.FAILURE, (), False),
        (GOOD, NotifyMode.ALWAYS, (), True),
        (BAD, NotifyMode.ON_CHANGE, (), True),
        (GOOD, NotifyMode.ON_CHANGE, (), False),
        (GOOD, NotifyMode.ON_CHANGE, (OWN, VERIFIED), False),
        (GOOD, NotifyMode.ON_CHANGE, (OWN, CONDEMNED, VERIFIED), True),
        (GOOD, NotifyMode.ON_CHANGE, Unobserved("denied"), True),
        (OLD, NotifyMode.ON_CHANGE, (OWN, CONDEMNED), False),
    ],
)
def test_what_is_due(given, mode, records, told):
    assert is_due(given, mode, records) is told
