"""Railway's request log: which deployment gave the answers that do not name theirs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from verifier.checks.extra_endpoints import judge_extra
from verifier.checks.identity import Unproven, names_a_deployment, prove
from verifier.commands.ports import attempt
from verifier.model.evidence import Answer, HealthDocument, Origin, Probe, ServiceEvidence
from verifier.model.extra_endpoint import Extra
from verifier.model.finding import Unobserved

#: Railway takes twenty request ids in one question, those of a look among them.
_MOST_WAITING = 10
#: What the log does not have by then says nothing of today any more.
_WAITED_FOR_S = 60.0
#: What was asked closer together than this, several instances for example, is of one look.
_ONE_LOOK_S = 1.0


class LoggedRequests(Protocol):
    """Where the log is read."""

    def logged_requests(self, deployment_id: str, request_ids: list[str]) -> frozenset[str]:
        """Return those that a deployment served; may raise a `ProviderError`."""


class RequestLog:
    """Remembers, by the deployment that is looked at, the answers that were not in it yet."""

    def __init__(self, railway: LoggedRequests, extras: Mapping[str, Extra] | None = None) -> None:
        self._railway = railway
        self._extras = extras or {}
        """By name: what is expected of the extra endpoints."""
        self._waiting: dict[str, list[Probe]] = {}
        self._told_before: dict[str, dict[str, Probe]] = {}
        """The newest answer that the log had, by address."""

    def beside(self, service: ServiceEvidence) -> ServiceEvidence:
        """
        Return the evidence with what the log says, asked only where nothing else tells.

        The log may come late: what it did not have is asked for again in the next looks. An answer
        of an earlier look that it has by then stands beside one that it has not yet, with how late
        that is learned; and in its place only where both say the same, until a further one is
        known. So nothing counts for a later moment than its own, and nothing old hides the new.
        """
        unnamed = [probe for probe in service.probes if _is_unnamed(probe, service)]
        if not unnamed:
            return service
        judged_id = service.judged.id
        waiting = [
            probe
            for probe in self._waiting.get(judged_id, [])
            if _seconds_between(probe, unnamed[0]) <= _WAITED_FOR_S
        ]
        logged = self._ask(judged_id, [*waiting, *unnamed])
        self._waiting[judged_id] = _not_yet([*waiting, *unnamed], logged)[-_MOST_WAITING:]
        by_now: dict[str, list[Probe]] = {}
        for probe in waiting:
            if _request_id(probe) in logged:
                by_now.setdefault(probe.url, []).append(probe)
        told = self._told_before.setdefault(judged_id, {})
        told |= {url: known[-1] for url, known in by_now.items()}
        told |= {probe.url: probe for probe in unnamed if _request_id(probe) in logged}
        probes: list[Probe] = []
        for probe in service.probes:
            is_open = probe in unnamed and _request_id(probe) not in logged
            if is_open and by_now.get(probe.url):
                probes += self._beside_earlier(by_now[probe.url].pop(), probe)
            elif is_open and probe.url in told:
                probes.append(self._told_again(told[probe.url], probe))
            else:
                probes.append(probe)
        return replace(service, probes=tuple(probes), logged_requests=logged | _ids(told.values()))

    def _beside_earlier(self, earlier: Probe, probe: Probe) -> Iterator[Probe]:
        yield replace(earlier, late_s=_seconds_between(earlier, probe))
        if self._says(earlier) != self._says(probe):
            yield probe

    def _told_again(self, told: Probe, probe: Probe) -> Probe:
        late_s = _seconds_between(told, probe)
        is_same = late_s <= _WAITED_FOR_S and self._says(told) == self._says(probe)
        return replace(told, late_s=late_s, is_told_again=True) if is_same else probe

    def _says(self, probe: Probe) -> object:
        """Return what two answers to one question have in common where they are worth the same."""
        answer = probe.answer
        if not isinstance(answer, Answer):
            return answer
        if extra := self._extras.get(probe.extra):
            return judge_extra(extra, answer, probe.started_at).outcome
        document = answer.document
        if not isinstance(document, HealthDocument):
            return answer.status_code, answer.content_type
        components = {
            (c.name, c.status, c.observed.get("current"), c.observed.get("expected"))
            for c in document.components
        }
        return answer.status_code, document.status, document.deploy_safe, components

    def _ask(self, deployment_id: str, probes: Sequence[Probe]) -> frozenset[str]:
        ids = [_request_id(probe) for probe in probes]
        logged = attempt(lambda: self._railway.logged_requests(deployment_id, ids))
        return frozenset() if isinstance(logged, Unobserved) else logged


def _not_yet(probes: Sequence[Probe], logged: frozenset[str]) -> list[Probe]:
    """Return what may still come, oldest first: of no look before one that the log has already."""
    found: list[Probe] = []
    for probe in probes:
        if _request_id(probe) not in logged:
            found.append(probe)
            continue
        found = [p for p in found if p.url != probe.url or _seconds_between(p, probe) < _ONE_LOOK_S]
    return found


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


def _ids(probes: Iterable[Probe]) -> frozenset[str]:
    return frozenset(map(_request_id, probes))


def _request_id(probe: Probe) -> str:
    return probe.answer.request_id if isinstance(probe.answer, Answer) else ""


def _seconds_between(earlier: Probe, later: Probe) -> float:
    return max(0.0, (later.started_at - earlier.started_at).total_seconds())
