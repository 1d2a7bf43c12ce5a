"""Could a deploy be undone: what is told, service by service."""

from datetime import timedelta

import pytest

from tests.builders import POLICY, START, deployment, old, sha, state
from verifier.decide.gate.readiness import check_memory, check_pushes, check_rights, check_targets
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.finding import Unobserved
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.platform import AutoDeploy, EnvironmentFacts

NOW = START + timedelta(hours=110)
FACTS = EnvironmentFacts("pro", can_access=True, waiting_for_ci=frozenset())
UNREAD = Unobserved("HTTP 502")
LIVE = deployment("live")
GONE = old("gone", 5, "c", settled_at=START)


def record(id_, commit, status=PastStatus.VERIFIED):
    return PastVerdict("api", id_, sha(commit), "", status)


@pytest.mark.parametrize(
    ("deployments", "records", "facts", "outcome", "told"),
    [
        pytest.param(
            (LIVE,), (record("live", "b"),), FACTS, "pass", "keeps it for 120 h once", id="good"
        ),
        pytest.param((LIVE,), (), FACTS, "warn", "not verified by any gate", id="not-verified"),
        pytest.param(
            (LIVE,), (record("live", "b"),), UNREAD, "pass", ", verified by a gate", id="no-plan"
        ),
        pytest.param(
            (deployment("live", can_rollback=False), GONE),
            (record("gone", "c"),),
            FACTS,
            "warn",
            "keeps it for another 10 h",
            id="soon-gone",
        ),
        pytest.param(
            (deployment("live", status=Status.CRASHED),),
            (),
            FACTS,
            "fail",
            "it ended as CRASHED",
            id="nothing-to-go-back-to",
        ),
        pytest.param(
            (LIVE,),
            (record("live", "b", PastStatus.CONDEMNED),),
            FACTS,
            "fail",
            "an earlier gate failed it",
            id="condemned",
        ),
        pytest.param((), (), FACTS, "fail", "Railway has no deployment", id="never-deployed"),
    ],
)
def test_target(deployments, records, facts, outcome, told):
    fleet = {"api": state(*deployments, active=("live",))}

    (finding,) = check_targets(fleet, records, POLICY, facts, NOW)

    assert finding.outcome == outcome
    assert told in finding.summary


@pytest.mark.parametrize(
    ("facts", "is_project_token", "outcome"),
    [
        pytest.param(FACTS, False, "pass", id="account-token"),
        pytest.param(FACTS, True, "warn", id="project-token"),
        pytest.param(UNREAD, False, "warn", id="not-known"),
        pytest.param(EnvironmentFacts("pro", False, frozenset()), False, "fail", id="restricted"),
    ],
)
def test_rights(facts, is_project_token, outcome):
    (finding,) = check_rights(facts, is_project_token=is_project_token)

    assert finding.outcome == outcome


def test_a_push_that_deadlocks_or_deploys_nothing_is_told():
    facts = EnvironmentFacts("pro", True, frozenset({"api"}))
    switches = {"api": AutoDeploy(True), "worker": AutoDeploy(False), "x": UNREAD}

    found = list(check_pushes(facts, switches, frozenset({"worker"})))

    assert [(f.check, f.service, f.outcome) for f in found] == [
        ("ready.ci", "api", "warn"),
        ("ready.auto_deploy", "api", "pass"),
        ("ready.auto_deploy", "worker", "warn"),
        ("ready.auto_deploy", "x", "warn"),
    ]
    assert "a gate holds it" in found[2].summary


@pytest.mark.parametrize(
    ("records", "outcome"), [((), "pass"), (UNREAD, "warn")], ids=["known", "unreadable"]
)
def test_memory(records, outcome):
    assert check_memory(records, "claims").outcome == outcome
