"""Where health differs between a failed deployment and the good one after it."""

from collections.abc import Iterable, Mapping

from verifier.model.background import HealthDifference
from verifier.model.finding import Finding

_FAMILIES = ("health", "component", "extra")


def health_differences(
    service: str, bad: Iterable[Finding], good: Iterable[Finding]
) -> tuple[HealthDifference, ...]:
    """Return what a check of health said of the one deployment and not of the other."""
    then, now = _said(service, bad), _said(service, good)
    checks = dict.fromkeys((*then, *now))
    return tuple(
        HealthDifference(check, then.get(check, ""), now.get(check, ""))
        for check in checks
        if then.get(check) != now.get(check)
    )


def _said(service: str, findings: Iterable[Finding]) -> Mapping[str, str]:
    own = (f for f in findings if f.service == service)
    return {f.check: f.summary for f in own if f.check.partition(".")[0] in _FAMILIES}
