"""Settings condemn nobody wherever they stand, and what is no setting counts as before."""

import pytest

from tests.health.test_components_that_are_not_required import found, outcome

SETTINGS = (
    "is_instance_manager",
    "isAuthenticated",
    "hasGithub",
    "require_user_authentication",
    "requiresOrgRegistration",
    "disable_pipeline_edit_access",
    "localDbtEnabled",
    "allow_signup",
    "debug_mode",
)


@pytest.mark.parametrize("key", SETTINGS)
@pytest.mark.parametrize("flag", [True, False])
@pytest.mark.parametrize("where", ["checks", "results", "services", "statuses"])
def test_a_setting_among_components_says_nothing(key, flag, where):
    assert outcome({where: {"db": "ok", key: flag}}) == "pass"
    assert outcome({"status": "ok", where: {"db": True, key: flag}}) == "pass"
    assert outcome({where: [{"db_status": "running", key: flag}]}, []) == "pass"


@pytest.mark.parametrize("key", ["db", "vectors", "db_connected", "is_db_up", "has_connection"])
def test_a_flag_that_states_health_counts_among_components(key):
    assert outcome({"checks": {"api": True, key: False}}, []) in ("fail", "inconclusive")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"status": 0, "message": "OK"}, "pass"),
        ({"status": 700, "message": "Database connection failed"}, "fail"),
        ({"status": 700, "message": "Import of 2026"}, "warn"),
        ({"status": 3, "message": "no errors"}, "warn"),
        ({"data": True}, "pass"),
        ({"data": False}, "inconclusive"),
        ({"data": True, "page": 2}, "inconclusive"),
        ("200", "pass"),
        ("500", "inconclusive"),
        ({"health": "HEALTH"}, "pass"),
        ({"health": "DOWN"}, "fail"),
        ({"shutting_down": False}, "inconclusive"),
        ({"status": "ok", "results": {"healthy": False, "mode": "default"}}, "inconclusive"),
        ({"database": "Health is good", "redis": "Health is good"}, "pass"),
        ({"database": "Health is good", "redis": "Health is bad"}, "inconclusive"),
        ({"detailed": True, "reasons": [{"class": "Disk", "reason": "OK"}]}, "pass"),
        ({"detailed": True, "reasons": [{"class": "Disk", "reason": "down"}]}, "inconclusive"),
    ],
    ids=str,
)
def test_few_words_are_read_as_those_mean_them_who_write_them(body, expected):
    assert outcome(body, []) == expected


def test_a_bad_number_is_one_in_an_envelope_too():
    inner = {"status": 700, "message": "Database connection failed"}

    assert (
        outcome({"success": True, "code": 200, "message": "success", "data": inner}, []) == "fail"
    )


def test_what_is_bad_is_named_though_it_may_be_a_setting():
    body = {"result": "NOT OK", "details": {"DB": "OK", "LDAP": "NOT OK: timeout"}}

    assert "LDAP: NOT OK: timeout" in " ".join(f.detail for f in found(body, []))


@pytest.mark.parametrize("key", ["license", "certificate", "tls"])
@pytest.mark.parametrize("said", [{"valid": False}, {"expired": True}], ids=str)
def test_what_has_run_out_is_told(key, said):
    assert outcome({"status": "ok", "db": "ok", key: said}) == "warn"
    assert outcome({"status": "ok", "db": "ok", key: {"valid": True, "days": 20}}) == "pass"


def test_parts_that_are_lost_are_told_of_a_required_component():
    kafka = {"status": "ok", "offlinePartitions": 2}

    assert outcome({"status": "ok", "kafka": kafka}, ["kafka"]) == "warn"
    assert (
        outcome({"status": "ok", "kafka": {**kafka, "offlinePartitions": 0}}, ["kafka"]) == "pass"
    )


def test_a_bad_flag_is_told_with_the_state_beside_it():
    body = {"status": "ok", "breaker": {"isHealthy": False, "state": "OPEN"}}

    assert "state: OPEN" in " ".join(f.detail for f in found(body, []))


@pytest.mark.parametrize("word", ["connection refused", "no leader", "down"])
def test_a_store_that_is_a_map_of_words_is_one_whatever_its_driver_says(word):
    body = {"db": {"primary": word, "replica": "ok"}, "redis": "ok"}

    assert outcome(body, []) == "inconclusive"


@pytest.mark.parametrize(
    "body",
    [
        '<h:health xmlns:h="urn:x"><h:status>DOWN</h:status></h:health>',
        "<health><status><![CDATA[DOWN]]></status></health>",
    ],
)
def test_xml_with_a_prefix_or_cdata_is_read(body):
    assert outcome(body, []) == "fail"
