"""Between two looks: does what was good still answer, and what is new by now?"""

from collections import Counter
from collections.abc import Callable, Mapping
from enum import Enum, auto
from functools import partial

from verifier.commands.health_questions import Address, health_questions
from verifier.commands.parallel import ParallelCalls
from verifier.commands.retries import attempt_source
from verifier.commands.sources import Sources
from verifier.commands.telling_answers import is_critical_answer, is_failing_answer
from verifier.model.deployment import Deployment, Fleet
from verifier.model.evidence import Answer, Evidence, Origin, Probe
from verifier.model.finding import Unobserved
from verifier.model.http_status import Meaning, meaning_of

#: What is late then counts for the next glance: a slow application does not stumble.
_WITHIN_S = 1.0
#: Of what serves while Railway builds there is time to wait for.
_IN_DEPTH_WITHIN_S = 2.0


#: So often, at most, is asked whether a deployment answers yet: it may be hidden for minutes.
_MOST_ARRIVALS = 20
#: So often that makes the next look come sooner, as each look is requests to Railway as well.
_MOST_SOONER = 2
#: A commit is named by so many characters at least.
_SHORTEST_SHA = 7


class Whose(Enum):
    """Whose answer it is by its own words."""

    JUDGED = auto()
    OTHER = auto()
    NOBODYS = auto()
    UNKNOWN = auto()
    """There was none, or none of an application."""


class Glances:
    """
    Asks a health address of each service between two looks, and nothing of Railway.

    So nobody knows for certain whose answers these are: they keep a pass waiting or have the next
    look come sooner, and condemn nobody.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._questions: ParallelCalls[str, Probe | Unobserved] = ParallelCalls()
        self._arrivals: ParallelCalls[str, Probe | Unobserved] = ParallelCalls()
        self._in_depth: ParallelCalls[str, Probe | Unobserved] = ParallelCalls()
        self._asked: Counter[str] = Counter()
        self._sooner: Counter[str] = Counter()
        self._replaced: set[str] = set()
        """Ids of the deployments in whose place another one has answered."""
        self._named: frozenset[str] = frozenset()
        """Ids of the deployments that the answers of the last glance named."""

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

    def failing_in_depth(self, serving: Mapping[str, Deployment], fleet: Fleet) -> frozenset[str]:
        """
        Return the services whose answer in depth says that they are bad; a late one is none.

        One whose first address is another one is asked there too, unless it is bad already.
        """
        answers = self._in_depth.ask(self._asks_in_depth(serving, fleet), _IN_DEPTH_WITHIN_S)
        failing = frozenset(name for name, probe in answers.items() if is_failing_answer(probe))
        first = self._addresses(serving, fleet)
        deepest = {name: self._sources.asked[name].deepest for name in first}
        others = {
            name: serving[name]
            for name, address in first.items()
            if name not in failing and address.endpoint is not deepest[name]
        }
        return failing | self.stumbling(others, fleet)

    def saw(self, evidence: Evidence) -> None:
        """Take in whether another deployment answered a look."""
        for service in evidence.services:
            if any(_whose(probe, service.judged) is Whose.OTHER for probe in service.probes):
                self._replaced.add(service.judged.id)

    def answering_for_themselves(
        self, judged: Mapping[str, Deployment], fleet: Fleet
    ) -> frozenset[str]:
        """
        Return the services that answered for another deployment, and twice in a row no longer.

        Once may be by turns with the one that it replaces. What only stumbles and answers again is
        none: a look would always come at its good moments. A CRITICAL answer names nobody, and is
        worth a look whoever answered before.
        """
        hidden = {
            name: d
            for name, d in judged.items()
            if self._asked[d.id] < _MOST_ARRIVALS and self._sooner[d.id] < _MOST_SOONER
        }
        self._asked.update(d.id for d in hidden.values())
        asks = self._asks_in_depth(hidden, fleet)
        answers = self._arrivals.ask(asks, _WITHIN_S)
        # What is late is asked no more: a question in depth may keep a whole process busy.
        self._asked.update({hidden[n].id: _MOST_ARRIVALS for n in asks if n not in answers})
        whose = {name: _whose(probe, hidden[name]) for name, probe in answers.items()}
        self._replaced |= {hidden[name].id for name, word in whose.items() if word is Whose.OTHER}
        named = [
            name
            for name, word in whose.items()
            if word in (Whose.JUDGED, Whose.NOBODYS)
            and (hidden[name].id in self._replaced or is_critical_answer(answers[name]))
        ]
        before, self._named = self._named, frozenset(hidden[name].id for name in named)
        found = frozenset(name for name in named if hidden[name].id in before)
        self._sooner.update(hidden[name].id for name in found)
        self._replaced -= {hidden[name].id for name in found}
        return found

    def _asks_in_depth(
        self, judged: Mapping[str, Deployment], fleet: Fleet
    ) -> Mapping[str, Callable[[], Probe | Unobserved]]:
        return {
            key.service: partial(self._probe, address, fleet[key.service].domains)
            for key, address in health_questions(judged, fleet, self._sources.asked).items()
            if address.endpoint is self._sources.asked[key.service].deepest and not key.turn
        }

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


def _whose(probe: Probe | Unobserved, judged: Deployment) -> Whose:
    answer = probe.answer if isinstance(probe, Probe) else None
    if not isinstance(answer, Answer) or answer.origin is not Origin.APPLICATION:
        return Whose.UNKNOWN
    commit = answer.commit_sha.casefold()
    is_its_commit = len(commit) >= _SHORTEST_SHA and judged.commit_sha.startswith(commit)
    if answer.deployment_id == judged.id or is_its_commit:
        return Whose.JUDGED
    return Whose.OTHER if commit or answer.deployment_id else Whose.NOBODYS


def _is_bad(probe: Probe | Unobserved) -> bool:
    answer = probe.answer if isinstance(probe, Probe) else None
    return isinstance(answer, Answer) and meaning_of(answer.status_code) is Meaning.BROKEN
