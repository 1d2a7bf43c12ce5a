"""How often has a deployment been asked in depth, and given an answer that counts?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from verifier.checks.answers import counts
from verifier.model.evidence import Endpoint, ServiceEvidence


class ResponseCount:
    """Counts over all looks of a run, by deployment id."""

    def __init__(self, deepest: Mapping[str, Endpoint]) -> None:
        self._deepest = deepest
        """By the names of services, which of their endpoints is asked most often."""
        self._by_deployment: Counter[str] = Counter()

    def beside(self, service: ServiceEvidence) -> ServiceEvidence:
        """Return the evidence of one look with how many such answers there were by then."""
        endpoint = self._deepest.get(service.service.name)
        asked = [probe for probe in service.probes if probe.endpoint is endpoint]
        self._by_deployment[service.judged.id] += sum(counts(p.answer, service) for p in asked)
        return replace(service, responses=self._by_deployment[service.judged.id])
