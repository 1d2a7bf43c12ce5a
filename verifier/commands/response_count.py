"""How often has a deployment been asked in depth, and an application answered?"""

from collections import Counter
from collections.abc import Sequence

from verifier.model.evidence import Answer, Endpoint, Origin, Probe


class ResponseCount:
    """Counts over all looks of a run, by deployment id."""

    def __init__(self) -> None:
        self._by_deployment: Counter[str] = Counter()

    def after(self, deployment_id: str, probes: Sequence[Probe]) -> int:
        """Add what one look saw of a deployment; return how many responses there were by then."""
        self._by_deployment[deployment_id] += sum(map(_is_response, probes))
        return self._by_deployment[deployment_id]


def _is_response(probe: Probe) -> bool:
    is_answer = isinstance(probe.answer, Answer) and probe.answer.origin is Origin.APPLICATION
    return is_answer and probe.endpoint is Endpoint.DEEP
