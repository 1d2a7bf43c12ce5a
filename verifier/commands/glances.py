"""Between two looks: does what was good still answer?"""

from collections.abc import Mapping
from functools import partial

from verifier.commands.health_questions import Address, health_questions
from verifier.commands.parallel import Questions
from verifier.commands.retries import attempt_source
from verifier.commands.sources import Sources
from verifier.model.deployment import Deployment, Fleet
from verifier.model.evidence import Answer, Probe
from verifier.model.finding import Unobserved
from verifier.model.http_status import Meaning, meaning_of

#: What is late then counts for the next glance: a slow application does not stumble.
_WITHIN_S = 1.0


class Glances:
    """
    Asks the cheapest health address of each service, and nothing of Railway.

    So nobody knows whose answers these are: they keep a pass waiting, and condemn nobody.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._questions: Questions[str, Probe | Unobserved] = Questions()

    def without_address(
        self, judged: Mapping[str, Deployment], fleet: Fleet
    ) -> Mapping[str, Deployment]:
        """Return the services that have no health address of their own to ask."""
        addresses = self._addresses(judged, fleet)
        return {name: d for name, d in judged.items() if name not in addresses}

    def stumbling(self, judged: Mapping[str, Deployment], fleet: Fleet) -> frozenset[str]:
        """Return the services that answer with a server's error just now."""
        asks = {
            name: partial(self._probe, address, fleet[name].domains)
            for name, address in self._addresses(judged, fleet).items()
        }
        answers = self._questions.ask(asks, _WITHIN_S)
        return frozenset(name for name, probe in answers.items() if _is_bad(probe))

    def _addresses(self, judged: Mapping[str, Deployment], fleet: Fleet) -> Mapping[str, Address]:
        found: dict[str, Address] = {}
        for key, address in health_questions(judged, fleet, self._sources.asked).items():
            # What is asked besides may fail by the word of its own expectations alone.
            if address.extra is None:
                found.setdefault(key.service, address)
        return found

    def _probe(self, to: Address, domains: tuple[str, ...]) -> Probe | Unobserved:
        return attempt_source(
            "probe", lambda: self._sources.prober.probe(to.endpoint, to.url, domains)
        )


def _is_bad(probe: Probe | Unobserved) -> bool:
    answer = probe.answer if isinstance(probe, Probe) else None
    return isinstance(answer, Answer) and meaning_of(answer.status_code) is Meaning.BROKEN
