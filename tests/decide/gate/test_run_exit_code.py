"""Which exit code tells which end."""

import pytest

from verifier.decide.gate.run_exit_code import exit_code
from verifier.model.exit_code import ExitCode
from verifier.model.report import RestoreOutcome, RollbackResult
from verifier.model.verdict import Verdict, VerdictWord

FAILED = Verdict(VerdictWord.FAILED, "")
PASSED = Verdict(VerdictWord.PASSED, "")
INCONCLUSIVE = Verdict(VerdictWord.INCONCLUSIVE, "")
SUPERSEDED = Verdict(VerdictWord.SUPERSEDED, "")
UNAFFECTED = Verdict(VerdictWord.UNAFFECTED, "")
RESTORED, ADOPTED = RestoreOutcome.RESTORED, RestoreOutcome.ADOPTED
STOPPED = RestoreOutcome.NOT_SENT


def results(*outcomes):
    return [RollbackResult("old", "back", outcome) for outcome in outcomes]


@pytest.mark.parametrize(
    ("verdict", "done", "verified", "is_clear", "code"),
    [
        pytest.param(PASSED, [], None, False, 0, id="passed"),
        pytest.param(SUPERSEDED, [], None, True, 0, id="superseded"),
        pytest.param(UNAFFECTED, [], None, True, 0, id="unaffected"),
        pytest.param(FAILED, [RESTORED, ADOPTED], PASSED, True, 1, id="recovered"),
        pytest.param(FAILED, [], PASSED, True, 1, id="untouched-and-looked-at"),
        pytest.param(FAILED, [], None, True, 3, id="untouched-and-not-looked-at"),
        pytest.param(FAILED, [], FAILED, True, 3, id="untouched-and-down"),
        pytest.param(FAILED, [], None, False, 3, id="kept"),
        pytest.param(FAILED, [RESTORED], PASSED, False, 3, id="one-is-still-on-its-way"),
        pytest.param(FAILED, [ADOPTED], PASSED, True, 1, id="all-adopted"),
        pytest.param(FAILED, [ADOPTED], PASSED, False, 3, id="some-adopted"),
        pytest.param(FAILED, [ADOPTED], FAILED, True, 3, id="adopted-fails"),
        pytest.param(FAILED, [RESTORED], FAILED, True, 3, id="restored-one-fails-too"),
        pytest.param(FAILED, [RESTORED], INCONCLUSIVE, True, 3, id="restored-one-not-proven"),
        pytest.param(FAILED, [RESTORED], None, True, 3, id="not-verified"),
        pytest.param(FAILED, [RESTORED, RestoreOutcome.REFUSED], PASSED, True, 3, id="one-refused"),
        pytest.param(FAILED, [RESTORED, STOPPED], PASSED, True, 1, id="one-was-taken-over"),
        pytest.param(FAILED, [RESTORED, STOPPED], PASSED, False, 3, id="one-could-not-be-read"),
        pytest.param(FAILED, [RestoreOutcome.UNKNOWN], PASSED, True, 3, id="unknown"),
        pytest.param(FAILED, [RestoreOutcome.PLANNED], None, False, 3, id="only-planned"),
        pytest.param(INCONCLUSIVE, [], None, False, 4, id="inconclusive"),
    ],
)
def test_exit_code(verdict, done, verified, is_clear, code):
    assert exit_code(verdict, results(*done), verified, is_clear=is_clear) == ExitCode(code)
