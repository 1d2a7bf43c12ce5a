"""What health said of the bad deployment and says of the good one, where that is not the same."""

from verifier.decide.gate.health_differences import health_differences
from verifier.model.background import HealthDifference
from verifier.model.finding import Finding, Outcome


def finding(check, summary, service="api"):
    return Finding(check, Outcome.FAIL, summary, service)


def test_what_differs_of_a_service_is_told_by_check():
    bad = [
        finding("component.redis", "unhealthy"),
        finding("health.live", "HTTP 200"),
        finding("component.queue", "late"),
        finding("component.redis", "healthy", "worker"),
        finding("migrations.pending", "1 migration"),
    ]
    good = [finding("component.redis", "healthy"), finding("health.live", "HTTP 200")]
    good.append(finding("component.mail", "healthy"))

    assert health_differences("api", bad, good) == (
        HealthDifference("component.redis", "unhealthy", "healthy"),
        HealthDifference("component.queue", "late", ""),
        HealthDifference("component.mail", "", "healthy"),
    )
