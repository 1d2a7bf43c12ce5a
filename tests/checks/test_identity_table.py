"""Whose answer counts, case by case: address, name, instances, overlap, log."""

from dataclasses import replace

import pytest

from tests.builders import answer, deployment, old, service_evidence, sha, state
from verifier.checks.identity import Proven, prove
from verifier.model.deployment import DeploymentStatus as Status

ID = "0a1b2c3d-0000-4000-8000-00000000000b"
OTHER_ID = "0a1b2c3d-0000-4000-8000-00000000000a"
FOREIGN_ID = "ffffffff-0000-4000-8000-00000000000f"

#: The address that is asked; the service has `api.test` and `api.customer.test`.
ADDRESSES = {
    "own": "https://api.test",
    "custom": "https://api.customer.test",
    "staging": "https://api-staging.test",
    "preview": "https://api-pr-7.test",
}
NAMES = {
    "nothing": {},
    "id": {"deployment_id": ID},
    "other id": {"deployment_id": OTHER_ID},
    "foreign id": {"deployment_id": FOREIGN_ID},
    "build time": {"deployment_id": "2026-01-01T12:00:00Z"},
    "build number": {"deployment_id": "4711"},
    "build time, sha": {"deployment_id": "2026-01-01T12:00:00Z", "commit_sha": sha("b")},
    "sha": {"commit_sha": sha("b")},
    "short sha": {"commit_sha": "bbbbbbb"},
    "other sha": {"commit_sha": sha("a")},
    "a branch for a sha": {"commit_sha": "main"},
    "id, other sha": {"deployment_id": ID, "commit_sha": sha("a")},
}


def around(what, instances):
    """Railway's statement while there is so much else that may answer."""
    running = ("RUNNING",) * instances
    judged = deployment(ID, instances=running)
    before = {
        "alone": old(OTHER_ID),
        "draining": old(OTHER_ID, status=Status.REMOVING, instances=running),
        "overlap": old(OTHER_ID, status=Status.SUCCESS, instances=running),
        "hidden": old(OTHER_ID),
        "twin": old(OTHER_ID, commit="b", status=Status.REMOVING, instances=running),
        "word to come": old(OTHER_ID, status=Status.UNKNOWN),
        "crashed": old(OTHER_ID, status=Status.CRASHED),
    }[what]
    domains = ("api.test", "api.customer.test")
    return judged, replace(state(judged, before, domains=domains), may_hide=what == "hidden")


#: Address, what the answer names, instances, what else there is, log has it; and the proof.
TABLE = [
    ("own", "id", 1, "alone", False, "id"),
    ("own", "id", 2, "draining", False, "id"),
    ("own", "id", 10, "overlap", False, "id"),
    ("own", "id", 1, "hidden", False, "id"),
    ("custom", "id", 1, "overlap", False, "id"),
    ("staging", "id", 1, "alone", False, "id"),
    ("preview", "id", 2, "overlap", False, "id"),
    ("own", "other id", 1, "alone", False, None),
    ("own", "other id", 2, "overlap", False, None),
    ("own", "other id", 1, "overlap", True, None),
    ("own", "foreign id", 1, "alone", False, None),
    ("staging", "foreign id", 1, "alone", False, None),
    ("own", "id, other sha", 1, "overlap", False, "id"),
    ("own", "build time", 1, "alone", False, "no other"),
    ("own", "build time", 1, "draining", False, None),
    ("own", "build time", 1, "draining", True, "log"),
    ("own", "build number", 10, "alone", False, "no other"),
    ("own", "build number", 1, "hidden", False, None),
    ("staging", "build number", 1, "alone", False, None),
    ("own", "build time, sha", 1, "draining", False, "commit"),
    ("staging", "build time, sha", 1, "draining", False, None),
    ("own", "sha", 1, "alone", False, "commit"),
    ("own", "sha", 2, "overlap", False, "commit"),
    ("own", "sha", 10, "draining", False, "commit"),
    ("custom", "sha", 1, "draining", False, "commit"),
    ("staging", "sha", 1, "alone", False, None),
    ("staging", "sha", 1, "draining", False, None),
    ("preview", "sha", 1, "alone", False, None),
    ("staging", "sha", 1, "alone", True, "log"),
    ("own", "sha", 1, "twin", False, None),
    ("own", "sha", 1, "twin", True, "log"),
    ("own", "sha", 1, "hidden", False, None),
    ("own", "short sha", 1, "overlap", False, "commit"),
    ("staging", "short sha", 1, "alone", False, None),
    ("own", "other sha", 1, "alone", False, None),
    ("own", "other sha", 1, "overlap", True, None),
    ("own", "a branch for a sha", 1, "alone", False, "no other"),
    ("own", "a branch for a sha", 1, "overlap", False, None),
    ("own", "nothing", 1, "alone", False, "no other"),
    ("own", "nothing", 10, "alone", False, "no other"),
    ("custom", "nothing", 2, "alone", False, "no other"),
    ("staging", "nothing", 1, "alone", False, None),
    ("preview", "nothing", 1, "alone", False, None),
    ("own", "nothing", 1, "draining", False, None),
    ("own", "nothing", 1, "overlap", False, None),
    ("own", "nothing", 1, "hidden", False, None),
    ("own", "nothing", 1, "hidden", True, "log"),
    ("own", "nothing", 1, "word to come", False, None),
    ("own", "nothing", 1, "crashed", False, "no other"),
    ("own", "nothing", 1, "twin", False, None),
    ("own", "nothing", 2, "overlap", True, "log"),
    ("staging", "nothing", 1, "overlap", True, "log"),
]


@pytest.mark.parametrize(("address", "named", "instances", "what", "logged", "expected"), TABLE)
def test_whose_answer_counts(address, named, instances, what, logged, expected):
    judged, statement = around(what, instances)
    asked = replace(statement, service=replace(statement.service, url=ADDRESSES[address]))
    service = service_evidence(
        judged=judged, before=asked, logged_requests=frozenset(["request"] if logged else [])
    )
    given = replace(answer(deployment_id="", commit_sha=""), **NAMES[named])

    proof = prove(given, service)

    assert isinstance(proof, Proven) is (expected is not None)
    assert expected is None or expected in proof.by
