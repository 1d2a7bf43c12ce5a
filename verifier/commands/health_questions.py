"""What the services are asked over HTTP in one look, in which order, and how long that may take."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from verifier.checks.instances import turns_in_a_look
from verifier.commands.sources import Asked
from verifier.model.deployment import Deployment, Fleet
from verifier.model.evidence import Endpoint
from verifier.model.extra_endpoint import Extra
from verifier.model.host_name import plain_host

#: For the database and the checkout at least.
_LIMIT_S = 15.0
#: A probe ends by itself before this; those of one instance are asked one after another, and a slow
#: application that answers all of them is to be heard in one look.
_PROBE_LIMIT_S = 10.5
#: A question in depth may freeze the whole process: whether it lives is asked before that, and what
#: is asked beside its health after all of it.
_ORDER = (Endpoint.LIVE, Endpoint.DEEP, Endpoint.READY, Endpoint.SCHEMA)
#: What is asked at a service's further addresses, and of how many: each is a request in every look.
ELSEWHERE = "another address"
_MOST_ADDRESSES = 3


@dataclass(frozen=True, slots=True)
class Question:
    """One question. An answer to the same one that comes later counts for the next look."""

    what: str
    service: str = ""
    about: frozenset[str] = frozenset()
    """Ids of the deployments that it is about."""
    turn: int = 0
    """Which of several like it, counted from 0."""
    extra: str = ""
    """Name of the extra endpoint, or the further address; empty for another question."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where one request goes, and as what."""

    endpoint: Endpoint
    url: str
    extra: Extra | None = None


def health_questions(
    judged: Mapping[str, Deployment], before: Fleet, asked: Mapping[str, Asked]
) -> dict[Question, Address]:
    """Return what the services with a public address are asked, in this order."""
    return dict(
        pair
        for name, deployment in judged.items()
        if before[name].service.url and name in asked
        for pair in _of_service(name, deployment, before, asked[name])
    )


def _of_service(
    name: str, judged: Deployment, before: Fleet, asked: Asked
) -> Iterator[tuple[Question, Address]]:
    state = before[name]
    for endpoint in _ORDER:
        if endpoint in asked.paths:
            address = Address(endpoint, state.service.url + asked.paths[endpoint])
            for turn in range(_turns(endpoint, judged, asked)):
                yield Question(endpoint, name, state.may_answer, turn), address
    for extra in asked.extras:
        address = Address(Endpoint.EXTRA, state.service.url + extra.path, extra)
        yield Question(Endpoint.EXTRA, name, state.may_answer, extra=extra.name), address


def questions_elsewhere(
    judged: Mapping[str, Deployment], before: Fleet, asked: Mapping[str, Asked]
) -> dict[Question, Address]:
    """Return what is asked at the addresses that a service has beside the configured one."""
    found: dict[Question, Address] = {}
    for name in judged:
        state = before[name]
        configured = urlsplit(state.service.url)
        endpoint = next((e for e in _ORDER if name in asked and e in asked[name].paths), None)
        if endpoint is None or not configured.netloc:
            continue
        own = plain_host(configured.netloc)
        others = [d for d in state.domains if plain_host(d) != own and "*" not in d]
        for domain in others[:_MOST_ADDRESSES]:
            url = f"{configured.scheme}://{domain}{asked[name].paths[endpoint]}"
            key = Question(ELSEWHERE, name, state.may_answer, extra=domain)
            found[key] = Address(endpoint, url)
    return found


def limit_s(probes: Collection[Question]) -> float:
    """Return how long one look may take that asks these."""
    lanes = Counter(map(lane_of, probes))
    return max(_LIMIT_S, _PROBE_LIMIT_S * max(lanes.values(), default=0))


def _turns(endpoint: Endpoint, judged: Deployment, asked: Asked) -> int:
    """Ask in depth so often that no instance is missed: the edge chooses by chance."""
    running = judged.instances.count("RUNNING")
    return turns_in_a_look(running) if endpoint is asked.deepest else 1


def lane_of(key: Question) -> Question:
    """Ask an instance one thing at a time: of a service one, unless several instances run."""
    if not key.service or key.what == ELSEWHERE:
        return key
    return Question("probe", key.service, key.about, key.turn)
