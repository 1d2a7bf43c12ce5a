"""Which of several commits that fail alike waits for another one to be taken out."""

import pytest

from tests.builders import deployment
from verifier.decide.gate.newest_first import after_others
from verifier.model.check_ids import DEEP
from verifier.model.finding import Finding, Outcome
from verifier.model.verdict import Sample

OLDER, NEWER = deployment("older", 0, "a"), deployment("newer", 10, "b")


def failing(*services):
    findings = tuple(
        Finding(DEEP, Outcome.FAIL, "redis: error", name, objects=("redis: error",))
        for name in services
    )
    ids = {"api": "older", "worker": "newer"}
    return Sample(30.0, findings, deployments={name: ids[name] for name in services})


@pytest.mark.parametrize(
    ("newer", "live_at_s", "own", "waits"),
    [
        pytest.param(NEWER, 10.0, (), {"api": "worker"}, id="another-commit-that-went-live-later"),
        pytest.param(deployment("newer", 10, "a"), 10.0, (), {}, id="the-same-commit"),
        pytest.param(NEWER, 10.0, ("api", "worker"), {}, id="one-release"),
        pytest.param(NEWER, 40.0, (), {}, id="it-failed-before-that-was-live"),
        pytest.param(deployment("newer", -10, "b"), 10.0, (), {}, id="that-went-live-earlier"),
    ],
)
def test_what_fails_alike_waits_for_the_commit_that_went_live_last(newer, live_at_s, own, waits):
    live = {"api": OLDER, "worker": newer}
    live_s = {"older": 0.0, "newer": live_at_s}

    found = after_others(failing("api", "worker"), live, frozenset(own), {}, live_s)

    assert {name: found[name] for name in found if name == "api"} == waits
