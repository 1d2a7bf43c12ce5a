"""Which cause is named for which findings."""

import pytest

from verifier.decide.gate.causes import likeliest_cause
from verifier.model.finding import Finding, Outcome
from verifier.model.verdict import Verdict, VerdictWord


def verdict(*findings, word=VerdictWord.FAILED):
    return Verdict(word, "a reason", tuple(findings))


def failed(check, outcome=Outcome.FAIL):
    return Finding(check, outcome, "seen")


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        (verdict(failed("health.deep", Outcome.CRITICAL)), "configuration", "wrong environment"),
        (verdict(failed("guards.app_env")), "configuration", "wrong environment"),
        (verdict(failed("topology.run_mode")), "configuration", "as it is configured"),
        (verdict(failed("migrations.pending")), "database", "lacks"),
        (
            verdict(failed("health.deep"), failed("component.tables")),
            "database",
            "lacks",
        ),
        (verdict(failed("component.supabase"), failed("health.ready")), "database", "reach"),
        (verdict(failed("component.redis"), failed("health.ready")), "platform", "Redis"),
        (verdict(failed("deployment.arrival")), "application", "build"),
        (verdict(failed("deployment.status")), "application", "ends"),
        (verdict(failed("health.silent")), "application", "listen"),
        (verdict(failed("health.ready")), "application", "does not work"),
        (verdict(failed("probe.heartbeat")), "application", "does not work"),
        (
            verdict(Finding("deployment.arrival", Outcome.INCONCLUSIVE, "Railway waits for CI")),
            "ci",
            "keeps Railway",
        ),
        (
            verdict(Finding("deployment.arrival", Outcome.INCONCLUSIVE, "no such deployment")),
            "platform",
            "did not deploy",
        ),
        (
            verdict(
                Finding("railway.answers", Outcome.INCONCLUSIVE, "HTTP 502"),
                word=VerdictWord.INCONCLUSIVE,
            ),
            "platform",
            "API",
        ),
        (verdict(word=VerdictWord.INCONCLUSIVE), "platform", "API"),
        (
            verdict(
                Finding("health.ready", Outcome.INCONCLUSIVE, "a login page"),
                word=VerdictWord.INCONCLUSIVE,
            ),
            "verifier",
            "could not see",
        ),
    ],
)
def test_the_likeliest_cause(given, kind, words):
    cause = likeliest_cause(given)

    assert (str(cause.kind), words in cause.text) == (kind, True)


@pytest.mark.parametrize(
    "given",
    [
        verdict(word=VerdictWord.PASSED),
        verdict(word=VerdictWord.SUPERSEDED),
        verdict(word=VerdictWord.FAILED),
    ],
)
def test_where_nothing_is_to_be_explained_no_cause_is_named(given):
    assert likeliest_cause(given) is None
