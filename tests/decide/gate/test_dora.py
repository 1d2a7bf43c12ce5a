"""The figures of DORA, from what gates found."""

from datetime import UTC, datetime, timedelta

import pytest

from verifier.decide.gate.dora import Period, figures_of
from verifier.model.past_verdict import PastStatus, PastVerdict

NOW = datetime(2026, 4, 1, tzinfo=UTC)
V, C, S = PastStatus.VERIFIED, PastStatus.CONDEMNED, PastStatus.SEEN


def found(commit, status, ago_h, service="api", run="", **more):
    run = run or f"run of {commit}"
    at = None if ago_h is None else NOW - timedelta(hours=ago_h)
    return PastVerdict(service, f"d-{commit}", commit, "", status, at, run_url=run, **more)


def figures(*history, days=90, committed=None):
    period = Period("acme / production", NOW, days)
    return figures_of(history, period, committed or {})


@pytest.mark.parametrize(
    ("history", "verified", "failed"),
    [
        pytest.param([], 0, 0, id="nothing"),
        pytest.param([found("a", V, 5), found("b", V, 3)], 2, 0, id="two-good-ones"),
        pytest.param([found("a", V, 5), found("a", V, 5, "worker")], 1, 0, id="of-two-services"),
        pytest.param([found("a", V, 5), found("a", V, 4)], 1, 0, id="a-job-run-again"),
        pytest.param([found("b", C, 3)], 0, 1, id="one-bad-one"),
        pytest.param([found("b", V, 3), found("b", C, 2)], 0, 1, id="good-at-first"),
        pytest.param([found("b", C, 3, run="r"), found("a", V, 3, run="r")], 0, 1, id="put-back"),
        pytest.param(
            [found("b", C, 3, found_by="one"), found("a", V, 3, found_by="one")],
            0,
            1,
            id="put-back-on-no-page",
        ),
        pytest.param([found("a", V, 3, reason="mails fail")], 0, 0, id="put-back-by-a-person"),
        pytest.param([found("a", S, 3)], 0, 0, id="without-a-verdict"),
        pytest.param([found("a", V, 24 * 91)], 0, 0, id="too-long-ago"),
        pytest.param([found("a", V, None)], 0, 0, id="at-no-time"),
        pytest.param([found("", V, 5)], 1, 0, id="an-upload"),
    ],
)
def test_a_commit_counts_once_by_what_gates_found_of_it(history, verified, failed):
    counted = figures(*history)

    assert (counted.verified, counted.failed) == (verified, failed)


@pytest.mark.parametrize(
    ("history", "restored_h", "open_failures"),
    [
        pytest.param(
            [found("b", C, 5, restored_in_s=36.0), found("a", V, 5, run="run of b")],
            0.01,
            0,
            id="by-the-gate-itself",
        ),
        pytest.param([found("b", C, 5), found("c", V, 3)], 2, 0, id="by-the-next-deploy"),
        pytest.param([found("b", C, 5), found("a", V, 6)], None, 1, id="not-yet"),
        pytest.param(
            [found("b", C, 5), found("b", C, 5, "worker"), found("c", V, 3)],
            None,
            1,
            id="one-service-not-yet",
        ),
        pytest.param(
            [found("b", C, 5), found("b", C, 5, "worker"), found("c", V, 3), found("d", V, 1, "worker")],
            4,
            0,
            id="the-last-service-counts",
        ),
    ],
)  # fmt: skip
def test_production_is_restored_once_every_service_is_good_again(
    history, restored_h, open_failures
):
    counted = figures(*history)

    assert counted.open_failures == open_failures
    took = counted.restored_in_s
    assert (took is None and restored_h is None) or took == pytest.approx(restored_h * 3600)


def test_rates_and_medians():
    history = [found(name, V, hours) for name, hours in (("a", 10), ("b", 8), ("c", 6))]
    committed = {
        "a": NOW - timedelta(hours=11),
        "b": NOW - timedelta(hours=11),
        "c": NOW - timedelta(hours=5),
    }
    counted = figures(*history, found("d", C, 4), days=14, committed=committed)

    assert (counted.deploys_per_week, counted.failure_rate) == (2.0, 0.25)
    # c was committed after it was verified, by some clock: nothing can be said of it.
    assert (counted.lead_time_s, counted.lead_times) == (2 * 3600, 2)
