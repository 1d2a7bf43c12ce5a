"""What is not for long is worth a look: maintenance, draining; and errors in other languages."""

import pytest

from tests.health.test_components_that_are_not_required import outcome

FLAGS = (
    "maintenance",
    "in_maintenance",
    "isDraining",
    "stopping",
    "overloaded",
)


@pytest.mark.parametrize("key", FLAGS)
def test_a_process_that_ends_or_rests_is_told_under_a_good_status(key):
    assert outcome({"status": "ok", "db": "ok", key: True}) == "warn"
    assert outcome({"status": "ok", "db": "ok", key: False}) == "pass"


@pytest.mark.parametrize("key", ["maintenance_mode", "maintenanceMode", "isMaintenanceMode"])
def test_maintenance_of_the_whole_is_told_and_a_fact_of_a_component(key):
    assert outcome({"status": "ok", "db": "ok", key: True}) == "warn"
    assert outcome({"data": {"status": "ok", "db": "ok", key: True}}) == "warn"
    assert outcome({"status": "ok", "db": "ok", key: False}) == "pass"
    assert outcome({"status": "ok", "db": {"status": "ok", key: True}}) == "pass"


@pytest.mark.parametrize(
    "checks", [{"passed": 2, "failed": 1}, {"total": 3, "failing": 1}, {"ok": 5, "errors": 2}]
)
def test_a_count_of_checks_that_failed_is_told_under_a_good_status(checks):
    assert outcome({"status": "ok", "db": "ok", "checks": checks}) == "warn"
    assert outcome({"status": "ok", "db": "ok", "checks": dict.fromkeys(checks, 0)}) == "pass"
    assert outcome({"checks": checks}, []) == "inconclusive"


@pytest.mark.parametrize(
    "said",
    [
        {"circuit": {"open": True}},
        {"payment_circuit_breaker": {"is_open": True}},
        {"circuits": {"payments": {"open": True}}},
        {"circuitBreaker": {"status": "ok", "tripped": True}},
    ],
)
def test_a_breaker_that_is_open_by_a_flag_is_told(said):
    assert outcome({"status": "ok", "db": "ok", **said}) == "warn"


def test_a_breaker_that_is_not_open_and_an_open_connection_are_none():
    assert outcome({"status": "ok", "db": "ok", "circuit": {"open": False}}) == "pass"
    assert outcome({"status": "ok", "db": {"status": "ok", "open": True}}) == "pass"


@pytest.mark.parametrize("key", FLAGS)
def test_that_it_does_not_is_no_status_by_itself(key):
    assert outcome({key: False}, []) == "inconclusive"
    assert outcome({key: False, "checks": {"db": "down"}}) == "fail"


@pytest.mark.parametrize(
    "said",
    [
        "conexão recusada",
        "tempo esgotado",
        "não foi possível conectar",
        "falha ao conectar",
        "conexión rechazada",
        "no responde",
        "error de conexión",
        "Verbindung verweigert",
        "Zeitüberschreitung",
        "nicht erreichbar",
        "connexion refusée",
        "indisponible",
        "hors ligne",
    ],
)
def test_an_error_is_told_in_the_languages_of_people(said):
    assert outcome({"status": "ok", "db": "ok", "cache": said}) == "warn"
    assert outcome({"status": "ok", "db": said}) in ("fail", "inconclusive")


@pytest.mark.parametrize("said", ["conectado", "verbunden", "connexion établie", "erreichbar"])
def test_what_works_is_no_error_in_any_of_them(said):
    assert outcome({"status": "ok", "db": "ok", "cache": said}) == "pass"
