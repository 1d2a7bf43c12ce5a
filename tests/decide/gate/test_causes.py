"""Which cause is named for which findings."""

from dataclasses import replace

import pytest

from tests.builders import LIMITS, deployment, state
from verifier.decide.gate.arrival import Wanted, arrival_of
from verifier.decide.gate.causes import likeliest_cause
from verifier.decide.gate.track import Progress, Track
from verifier.decide.gate.tracks import fold
from verifier.model.deployment import DeploymentStatus as Status
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
        (
            verdict(replace(failed("guards.project_ref"), blameless="no rollback adds a row")),
            "configuration",
            "could not compare",
        ),
        (verdict(failed("topology.run_mode")), "configuration", "as configured"),
        (verdict(failed("migrations.pending")), "database", "missing what"),
        (
            verdict(failed("health.deep"), failed("component.tables")),
            "database",
            "missing what",
        ),
        (verdict(failed("component.supabase"), failed("health.ready")), "database", "reach"),
        (verdict(failed("component.redis"), failed("health.ready")), "platform", "Redis"),
        (verdict(failed("deployment.arrival")), "application", "build"),
        (verdict(failed("deployment.status")), "application", "exits"),
        (verdict(failed("health.silent")), "application", "listen"),
        (verdict(failed("health.ready")), "application", "unhealthy"),
        (verdict(failed("probe.heartbeat")), "application", "unhealthy"),
        (
            verdict(Finding("deployment.blocked_by_ci", Outcome.INCONCLUSIVE, "any words")),
            "ci",
            "kept Railway",
        ),
        (
            verdict(Finding("deployment.arrival", Outcome.INCONCLUSIVE, "waits for CI, it says")),
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
            "could not confirm",
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


@pytest.mark.parametrize(
    ("status", "reason", "job_blocks_ci", "kind"),
    [
        pytest.param(Status.SKIPPED, "CI check suite failed", False, "ci", id="skipped-by-ci"),
        pytest.param(Status.WAITING, "", True, "ci", id="deadlock"),
        pytest.param(Status.SKIPPED, "by an incident", False, "platform", id="skipped-otherwise"),
        pytest.param(Status.NEEDS_APPROVAL, "", False, "platform", id="approval"),
    ],
)
def test_what_keeps_a_commit_from_being_deployed_is_the_cause(status, reason, job_blocks_ci, kind):
    stopped = deployment(status=status, skipped_reason=reason)
    wanted = Wanted(stopped.commit_sha, job_blocks_ci=job_blocks_ci)

    arrived = arrival_of(state(stopped, active=()), wanted)
    concluded = fold([Track(arrived, 0.0)], Progress(0.0, 0.0, LIMITS.deadline_s), LIMITS)

    assert likeliest_cause(concluded).kind == kind


def test_a_commit_that_is_not_the_runs_own_is_named():
    missing = verdict(failed("migrations.pending"))

    assert "this commit" in likeliest_cause(missing).text
    assert "missing what commit cccccccc needs" in likeliest_cause(missing, "c" * 40).text
    assert likeliest_cause(verdict(failed("topology.run_mode")), "c" * 40).text == (
        "a service does not run as configured"
    )
