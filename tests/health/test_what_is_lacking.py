"""What an application lacks of what it needs, and what its schema or its driver says of that."""

import pytest

from tests.health.test_components_that_are_not_required import outcome


@pytest.mark.parametrize(
    "said",
    [
        {"celery": {"workers": 0}},
        {"celery": {"workers": []}},
        {"checks": {"celery": {"workers": 0}}},
        {"kafka": {"brokers": 0, "topics": 4}},
        {"kafka": {"brokers": []}},
        {"raft": {"leader": None}},
        {"etcd": {"leader": "", "members": 3}},
        {"model": {"loaded": False}},
        {"summary": {"critical": 2}},
        {"summary": {"critical": ["db"]}},
        {"summary": {"failed": 2}},
        {"summary": {"down": 1, "total": 4}},
        {"summary": {"unhealthy": 1}},
        {"results": {"critical": 2}},
        {"db": {"code": "SQLITE_CANTOPEN"}},
        {"database": {"code": "ECONNREFUSED"}},
        {"db": {"status": "ok", "code": "ECONNREFUSED"}},
        {"db": {"status": "skipped", "error": "connection timed out"}},
        {"db": "SQLITE_CANTOPEN"},
        {"schemaVersion": {"actual": 12, "required": 13}},
        {"schema": {"valid": False}},
        {"prisma": {"pending": ["20261101_x"]}},
        {"collections": {"users": "missing"}},
    ],
    ids=str,
)
def test_what_is_lacking_warns_beside_a_good_status(said):
    assert outcome({"status": "ok", **said}, ()) == "warn"


@pytest.mark.parametrize(
    "said",
    [
        {"celery": {"workers": 2, "active_tasks": 0}},
        {"celery": {"enabled": False, "workers": 0}},
        {"kafka": {"brokers": 3, "topics": 0}},
        {"raft": {"leader": "node1"}},
        {"isLeader": False},
        {"model": {"loaded": True}},
        {"models": {"a": {"loaded": True}, "b": {"loaded": False}}},
        {"summary": {"critical": 0, "ok": 5}},
        {"summary": {"critical": [], "ok": 5}},
        {"summary": {"total": 5, "critical": 2, "criticalHealthy": 2}},
        {"summary": {"critical": 2, "optional": 3}},
        {"summary": {"critical": 2, "optional": 3, "critical_up": 2}},
        {"summary": {"criticalTotal": 2, "criticalFailed": 0, "criticalHealthy": 2}},
        {"overview": {"critical": ["db", "redis"], "optional": ["cache"]}},
        {"summary": {"critical": ["db"]}, "checks": {"db": "ok"}},
        {"summary": {"failed": 0}},
        {"summary": {"jobs": 20, "failed": 2}},
        {"summary": {"requests": 120, "failed": 2}},
        {"stats": {"failed": 2}},
        {"db": {"status": "ok", "code": "OK"}},
        {"db": {"status": "ok", "code": "200"}},
        {"schemaVersion": {"actual": 13, "required": 13}},
        {"schemaVersion": {"actual": 14, "required": 13}},
        {"schema": {"valid": True}},
        {"prisma": {"pending": []}},
        {"prisma": {"pending": 3}},
        {"cluster": {"partitioned": True, "partitions": 12}},
        {"message": "Failed jobs: 0"},
    ],
    ids=str,
)
def test_what_is_there_or_is_off_is_silent(said):
    assert outcome({"status": "ok", **said}, ()) == "pass"


def test_a_cluster_that_is_partitioned_warns_still():
    assert outcome({"status": "ok", "cluster": {"partitioned": True}}, ()) == "warn"


@pytest.mark.parametrize(
    "said",
    [
        {"total": 5, "critical": 2, "criticalHealthy": 1},
        {"critical": 2, "optional": 3, "critical_up": 0},
        {"criticalTotal": 2, "criticalHealthy": 0},
    ],
    ids=str,
)
def test_what_is_needed_and_not_well_is_told_in_a_sum(said):
    assert outcome({"status": "ok", "summary": said}, ()) == "warn"
