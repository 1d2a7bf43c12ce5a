"""Healthy documents of products that could never be read, and what the same say when they are not."""

import json

import pytest

from tests.health.corpus import Row, findings, outcome_of


def told(body):
    row = Row("", "", "", "deep", [], 200, "application/json", body, "", "")
    return findings(row)


def wazuh(**daemons):
    counted = {"affected_items": [daemons], "total_affected_items": 1, "failed_items": []}
    return {"data": counted, "message": "Processes status was successfully read", "error": 0}


def alfresco(message):
    return {"entry": {"id": "-ready-", "message": message}}


def trino(*, starting):
    return {"nodeVersion": {"version": "440"}, "starting": starting, "uptime": "1.20h"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (wazuh(analysisd="running", db="running"), "pass"),
        (alfresco("readyProbe: Success - Tested"), "pass"),
        (alfresco("liveProbe: Success - Tested"), "pass"),
        (alfresco("readyProbe: Failure - Tested"), "warn"),
        ({"success": {"code": 200, "dolibarr_version": "19.0.1", "access_locked": "0"}}, "pass"),
        (trino(starting=False), "pass"),
        (trino(starting=True), "inconclusive"),
        ({"status": "StatusOK"}, "pass"),
        ({"status": "STATUS_SERVING"}, "pass"),
        ({"status": "StatusPermanentError"}, "fail"),
        ({"status": "StatusStarting"}, "inconclusive"),
        ({"status": "ok", "demoStatus": False}, "pass"),
        ({"systemMode": "NORMAL"}, "pass"),
        ({"state": "SERVER_ACTIVE"}, "pass"),
        ({"state": "SERVER_ERROR"}, "fail"),
        ({"status": "OPERATING", "num_restarts": 0}, "pass"),
        ({"text": "HEC is healthy", "code": 17}, "pass"),
        ({"db": {"status": "OK"}, "ldap": {"status": "NO_DATA", "servers": []}}, "pass"),
    ],
    ids=json.dumps,
)
def test_a_healthy_document_is_read_and_so_is_one_that_is_not(body, expected):
    assert outcome_of(told(body)).value == expected


def test_a_daemon_that_does_not_run_is_named():
    found = told(wazuh(analysisd="running", authd="stopped", db="running"))

    assert outcome_of(found).value != "pass"
    assert any("authd" in finding.summary for finding in found)


def test_an_entry_may_call_its_name_a_dependency():
    found = told({"status": "ok", "dependencies": [{"dep": "db", "status": "down"}]})

    assert [f.check for f in found if f.outcome.value == "warn"] == ["component.db"]
