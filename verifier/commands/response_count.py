"""How often has a deployment been asked in depth, and given an answer that counts?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from verifier.checks.answers import counts, is_unreached
from verifier.checks.identity import can_only_be_judged
from verifier.model.evidence import Endpoint, ServiceEvidence


class ResponseCount:
    """Counts over all looks of a run, by deployment id."""

    def __init__(self, deepest: Mapping[str, Endpoint]) -> None:
        self._deepest = deepest
        """By the names of services, which of their endpoints is asked most often."""
        self._by_deployment: Counter[str] = Counter()

    def beside(self, service: ServiceEvidence) -> ServiceEvidence:
        """
        Return the evidence of one look with how many such answers there were by then.

        A question that nobody answered beside one that was answered has met an instance that is
        not there: what was answered before that proves nothing of it, and the count begins again.
        """
        endpoint = self._deepest.get(service.service.name)
        asked = [
            probe
            for probe in service.probes
            if probe.endpoint is endpoint and not probe.is_told_again
        ]
        answered = sum(counts(probe.answer, service) for probe in asked)
        is_alone = can_only_be_judged(service)
        missed = sum(p.is_late or is_unreached(p) for p in asked) if answered and is_alone else 0
        deployment = service.judged.id
        by_then = 0 if missed else self._by_deployment[deployment] + answered
        self._by_deployment[deployment] = by_then
        return replace(service, responses=by_then, unanswered=missed)
