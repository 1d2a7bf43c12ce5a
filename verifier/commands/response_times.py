"""How long do deployments take to answer, over all looks of a run?"""

from collections import defaultdict
from dataclasses import replace

from verifier.checks.answers import counts
from verifier.model.evidence import Endpoint, ServiceEvidence

_KEPT = 3


class ResponseTimes:
    """In milliseconds, by deployment id and endpoint, the latest looks last."""

    def __init__(self) -> None:
        self._times: defaultdict[str, dict[Endpoint, list[int]]] = defaultdict(dict)

    def beside(self, service: ServiceEvidence) -> ServiceEvidence:
        """
        Return the evidence of one look with the times of this one and of those before.

        Of several answers in one look the quickest counts: one slow instance is no slow service.
        """
        now: dict[Endpoint, int] = {}
        for probe in service.probes:
            if not (probe.extra or probe.is_told_again) and counts(probe.answer, service):
                known = now.get(probe.endpoint, probe.duration_ms)
                now[probe.endpoint] = min(known, probe.duration_ms)
        own = self._times[service.judged.id]
        for endpoint, time_ms in now.items():
            own[endpoint] = [*own.get(endpoint, []), time_ms][-_KEPT:]
        older = [
            d
            for d in service.before.deployments
            if d.created_at < service.judged.created_at and d.id in self._times
        ]
        latest = max(older, key=lambda d: d.created_at, default=None)
        before = self._times[latest.id] if latest else {}
        return replace(
            service,
            times_ms={endpoint: tuple(own[endpoint]) for endpoint in now},
            slowest_before_ms={endpoint: max(times) for endpoint, times in before.items()},
        )
