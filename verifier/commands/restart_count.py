"""How often did Railway's news tell, between two looks, that a deployment had stopped?"""

from collections import Counter
from dataclasses import replace

from verifier.commands.sources import News
from verifier.model.evidence import ServiceEvidence


class RestartCount:
    """Counts over all looks of a run, by deployment id."""

    def __init__(self, news: News) -> None:
        self._news = news
        self._by_deployment: Counter[str] = Counter()

    def beside(self, service: ServiceEvidence) -> ServiceEvidence:
        """Return the evidence of one look with the restarts that no earlier look was told of."""
        deployment = service.judged.id
        by_now = self._news.stops(deployment)
        new, self._by_deployment[deployment] = by_now - self._by_deployment[deployment], by_now
        return replace(service, restarts=new)
