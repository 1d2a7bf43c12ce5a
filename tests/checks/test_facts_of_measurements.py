"""A flag within a measurement of health+json is a fact of that, not the component."""

import pytest

from tests.health.test_components_that_are_not_required import outcome

FACTS = ("required", "critical", "cached", "tls", "primary", "muted", "leader", "slow", "debug")


@pytest.mark.parametrize("fact", FACTS)
def test_a_fact_of_a_measurement_condemns_nobody(fact):
    for measured in ([{"status": "pass", fact: False}], {"status": "pass", fact: False}):
        body = {"status": "pass", "checks": {"db:ping": measured}}
        assert outcome(body) == "pass"


def test_a_measurement_that_fails_is_the_component_s_failure():
    body = {"status": "pass", "checks": {"db:ping": [{"status": "fail"}], "db:lag.p99": "ok"}}

    assert outcome(body) == "fail"
