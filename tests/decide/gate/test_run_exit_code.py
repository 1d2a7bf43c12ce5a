"""Which exit code tells which end."""

import pytest

from verifier.decide.gate.run_exit_code import exit_code
from verifier.model.report import ExitCode, RestoreOutcome, RollbackResult
from verifier.model.verdict import Keep, RollBackTo, Verdict, VerdictWord

FAILED = Verdict(VerdictWord.FAILED, "")
PASSED = Verdict(VerdictWord.PASSED, "")
INCONCLUSIVE = Verdict(VerdictWord.INCONCLUSIVE, "")
GO = RollBackTo(())


def records(*outcomes):
    return [RollbackResult("old", "back", outcome) for outcome in outcomes]


RESTORED, ADOPTED = RestoreOutcome.RESTORED, RestoreOutcome.ADOPTED


@pytest.mark.parametrize(
    ("verdict", "plan", "done", "verified", "code"),
    [
        pytest.param(PASSED, Keep(""), [], None, 0, id="passed"),
        pytest.param(Verdict(VerdictWord.SUPERSEDED, ""), Keep(""), [], None, 0, id="superseded"),
        pytest.param(Verdict(VerdictWord.UNAFFECTED, ""), Keep(""), [], None, 0, id="unaffected"),
        pytest.param(FAILED, GO, [RESTORED, ADOPTED], PASSED, 1, id="recovered"),
        pytest.param(FAILED, Keep("", production_untouched=True), [], None, 1, id="untouched"),
        pytest.param(FAILED, Keep("off"), [], None, 3, id="kept"),
        pytest.param(
            FAILED, Keep("", production_untouched=True), [ADOPTED], PASSED, 1, id="all-adopted"
        ),
        pytest.param(FAILED, Keep("the rest serves"), [ADOPTED], PASSED, 3, id="some-adopted"),
        pytest.param(
            FAILED, Keep("", production_untouched=True), [ADOPTED], FAILED, 3, id="adopted-fails"
        ),
        pytest.param(FAILED, GO, [RESTORED], FAILED, 3, id="restored-one-fails-too"),
        pytest.param(FAILED, GO, [RESTORED], INCONCLUSIVE, 3, id="restored-one-not-proven"),
        pytest.param(FAILED, GO, [RESTORED], None, 3, id="not-verified"),
        pytest.param(FAILED, GO, [RESTORED, RestoreOutcome.REFUSED], PASSED, 3, id="one-refused"),
        pytest.param(FAILED, GO, [RestoreOutcome.UNKNOWN], PASSED, 3, id="unknown"),
        pytest.param(FAILED, GO, [RestoreOutcome.PLANNED], None, 3, id="only-planned"),
        pytest.param(INCONCLUSIVE, Keep(""), [], None, 4, id="inconclusive"),
    ],
)
def test_exit_code(verdict, plan, done, verified, code):
    assert exit_code(verdict, plan, records(*done), verified) == ExitCode(code)
