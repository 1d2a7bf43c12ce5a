"""What the services are asked over HTTP in one look, in which order, and how long that may take."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from verifier.checks.instances import turns_in_a_look
from verifier.commands.sources import Asked
from verifier.model.deployment import Deployment, Fleet
from verifier.model.evidence import Endpoint
from verifier.model.extra import Extra

#: For the database and the checkout at least.
_LIMIT_S = 15.0
#: A probe ends by itself before this; those of one instance are asked one after another, and a slow
#: application that answers all of them is to be heard in one look.
_PROBE_LIMIT_S = 10.5
#: A question in depth may freeze the whole process: whether it lives is asked before that, and what
#: is asked beside its health after all of it.
_ORDER = (Endpoint.LIVE, Endpoint.DEEP, Endpoint.READY, Endpoint.SCHEMA)


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
    """Name of the extra endpoint; empty for another question."""


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
    return Question("probe", key.service, key.about, key.turn) if key.service else key
