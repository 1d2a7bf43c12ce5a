"""What a person is told to do, once for all services that it is the same for."""

from verifier.decide.gate.advice import Aftermath, advise
from verifier.model.exit_code import ExitCode
from verifier.model.report import RestoreOutcome, RollbackResult
from verifier.model.verdict import RollBackTo, Verdict, VerdictWord


def test_a_reason_that_several_rollbacks_failed_for_is_said_once():
    results = {
        name: RollbackResult(f"target-{name}", "", RestoreOutcome.REFUSED, "Railway says 403")
        for name in ("api", "worker")
    }
    after = Aftermath(results, None, {}, fails_too=False)
    failed = Verdict(VerdictWord.FAILED, "it is bad")

    steps = advise(ExitCode.NOT_RECOVERED, failed, RollBackTo(()), after, {"api": "https://a.test"})

    assert steps == (
        "Production is not confirmed healthy: check it now.",
        "Roll back manually at Railway, api to target-api, worker to target-worker "
        "(Railway says 403): api https://a.test",
    )
