"""What a configuration says may differ for a while holds for services at Railway as well."""

from datetime import UTC, date, datetime

import pytest

from tests.builders import POLICY
from verifier.commands.audit import AuditRequest, audit
from verifier.commands.audit_questions import QUESTIONS
from verifier.decide.drift.question import AuditPolicy
from verifier.errors import UnreachableError
from verifier.model.finding import Outcome
from verifier.model.protection import Exemption, ProtectionPolicy
from verifier.model.service_settings import ObservedEnvironment, WantedService

NOW = datetime(2026, 1, 31, tzinfo=UTC)


class Nothing:
    """A world of one configured service, which Railway does not have."""

    wanted = (WantedService("api"),)
    policy = POLICY
    repository = "acme/shop"

    def services(self):
        return self

    def find(self):
        return self

    def observe(self):
        return ObservedEnvironment("production", 0, {})

    def facts(self):
        raise UnreachableError("HTTP 502")

    records = history = facts


@pytest.mark.parametrize(
    ("setting", "until", "severity"),
    [
        pytest.param("service", date(2026, 1, 31), Outcome.WARN, id="all-of-services"),
        pytest.param("service: api", date(2026, 1, 31), Outcome.WARN, id="this-one"),
        pytest.param("service: api", date(2026, 1, 30), Outcome.FAIL, id="expired"),
        pytest.param("service: worker", date(2026, 1, 31), Outcome.FAIL, id="another-service"),
    ],
)
def test_a_service_that_may_differ_for_a_while(setting, until, severity):
    exemption = Exemption(setting, "it moves", until)
    policy = AuditPolicy(QUESTIONS, lambda *_: ProtectionPolicy({}), (exemption,))

    audited = audit(Nothing(), (), AuditRequest((), policy), NOW, lint=False)

    found = {row.setting: row for row in audited.drift}["service: api"]
    assert found.severity is severity
    assert ("it moves" in found.actual) is (severity is Outcome.WARN)
