"""Railway's request log: which deployment gave the answers that do not name theirs."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from verifier.checks.identity import Unproven, names_a_deployment, prove
from verifier.commands.ports import attempt
from verifier.model.evidence import Answer, Origin, Probe, ServiceEvidence
from verifier.model.finding import Unobserved

#: Railway takes twenty request ids in one question, those of a look among them.
_MOST_WAITING = 10


class LoggedRequests(Protocol):
    """Where the log is read."""

    def logged_requests(self, deployment_id: str, request_ids: list[str]) -> frozenset[str]:
        """Return those that a deployment served; may raise a `ProviderError`."""


class RequestLog:
    """Remembers, by the deployment that is looked at, the answers that were not in it yet."""

    def __init__(self, railway: LoggedRequests) -> None:
        self._railway = railway
        self._waiting: dict[str, list[Probe]] = {}

    def beside(self, service: ServiceEvidence) -> ServiceEvidence:
        """
        Return the evidence with what the log says, asked only where nothing else tells.

        The log may come late: what it did not have is asked for again in the next looks, and an
        answer of an earlier look that it has by then stands, once, for one that it has not yet.
        """
        unnamed = [probe for probe in service.probes if _is_unnamed(probe, service)]
        if not unnamed:
            return service
        judged_id = service.judged.id
        waiting = self._waiting.get(judged_id, [])
        logged = self._ask(judged_id, [*waiting, *unnamed])
        not_yet = [probe for probe in (*waiting, *unnamed) if _request_id(probe) not in logged]
        self._waiting[judged_id] = not_yet[-_MOST_WAITING:]
        by_now = {probe.url: probe for probe in waiting if _request_id(probe) in logged}
        probes = tuple(
            by_now.pop(probe.url, probe) if probe in not_yet else probe for probe in service.probes
        )
        return replace(service, probes=probes, logged_requests=logged)

    def _ask(self, deployment_id: str, probes: Sequence[Probe]) -> frozenset[str]:
        ids = [_request_id(probe) for probe in probes]
        logged = attempt(lambda: self._railway.logged_requests(deployment_id, ids))
        return frozenset() if isinstance(logged, Unobserved) else logged


def _is_unnamed(probe: Probe, service: ServiceEvidence) -> bool:
    """Whether only the log could still say whose answer it is."""
    answer = probe.answer
    return (
        isinstance(answer, Answer)
        and bool(answer.request_id)
        and answer.origin is Origin.APPLICATION
        and not names_a_deployment(answer.deployment_id, service)
        and isinstance(prove(answer, service), Unproven)
    )


def _request_id(probe: Probe) -> str:
    return probe.answer.request_id if isinstance(probe.answer, Answer) else ""
