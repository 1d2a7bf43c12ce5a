"""What containers were started with, as far as this run has read it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from verifier.commands.failure_context import Logs, Secrets
from verifier.commands.ports import attempt
from verifier.decide.gate.succession import on_its_way
from verifier.model.background import LogLine
from verifier.model.deployment import Deployment, Fleet, ServiceState
from verifier.model.evidence import Variables
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.same_database import uses_database
from verifier.model.secret import Secret


class Containers(Logs, Protocol):
    """What Railway keeps of deployments. Every method may raise a `ProviderError`."""

    def variables_at_start(self, deployment_ids: Sequence[str]) -> Mapping[str, Variables]: ...


class VariablesOnce:
    """Reads them once for each deployment: neither a snapshot nor a running container changes."""

    def __init__(self, railway: Containers, secrets: Secrets) -> None:
        self._railway = railway
        self._secrets = secrets
        self._tried: set[str] = set()
        self.known: dict[str, Variables] = {}
        """By deployment id."""

    def of(self, judged: Mapping[str, str]) -> Mapping[str, Variables]:
        """
        Return those of deployments; `judged` are their ids by service name.

        Raises:
            ProviderError: Railway did not give those of one that is not known yet.
        """
        new = {name: id_ for name, id_ in judged.items() if id_ not in self.known}
        read = self._railway.variables(new) if new else {}
        self._learn({new[name]: variables for name, variables in read.items()})
        return {name: self.known[id_] for name, id_ in judged.items()}

    def read_ahead(self, deployment_ids: Collection[str]) -> None:
        """Ask for many in one request, once: of one that it does not give, `of` asks alone."""
        new = [id_ for id_ in deployment_ids if id_ not in self._tried and id_ not in self.known]
        self._tried.update(new)
        if len(new) > 1:
            read = attempt(lambda: self._railway.variables_at_start(new))
            self._learn(read if not isinstance(read, Unobserved) else {})

    def _learn(self, read: Mapping[str, Variables]) -> None:
        for variables in read.values():
            self._secrets.learn(variables.values)
        self.known.update(read)


@dataclass(frozen=True, slots=True)
class LogsBesideKnown:
    """Railway's logs, and the variables that were read already."""

    railway: Logs
    known: VariablesOnce

    def build_log(self, deployment_id: str) -> tuple[LogLine, ...]:
        """Return the last lines of a build."""
        return self.railway.build_log(deployment_id)

    def deploy_log(self, deployment_id: str) -> tuple[LogLine, ...]:
        """Return the last lines of what a deployment's containers wrote."""
        return self.railway.deploy_log(deployment_id)

    def variables(self, judged: Mapping[str, str]) -> Mapping[str, Variables]:
        """Return what deployments were started with; of those that are known nothing is asked."""
        return self.known.of(judged)


def variables_before(
    state: ServiceState, judged: Deployment, known: Mapping[str, Variables]
) -> Variables | Unobserved:
    """Return those of the deployment that served before `judged`; `known` are by deployment id."""
    older = [
        d for d in state.deployments if d.created_at < judged.created_at and d.status.has_served
    ]
    latest = max(older, key=lambda d: d.created_at, default=None)
    found = known.get(latest.id) if latest else None
    if found is None or not found.of_this_deployment:
        return Unobserved("they were not read")
    return found


def variables_of_others(
    judged: Collection[str], fleet: Fleet, known: Mapping[str, Variables]
) -> Mapping[str, Variables]:
    """
    Return those of what is live in the services that are not looked at, by their names.

    What is about to be replaced says nothing of how the services will stand beside one another.
    """
    live = {name: state.sole_active for name, state in fleet.items() if name not in judged}
    found = {
        name: known.get(d.id)
        for name, d in live.items()
        if d is not None and on_its_way(fleet[name], d) is None
    }
    return {name: v for name, v in found.items() if v is not None and v.of_this_deployment}


def names_database(variables: Variables | Unobserved | NotAsked, url: Secret) -> bool:
    """Whether a container's variables name the database at `url`."""
    return isinstance(variables, Variables) and uses_database(variables.values, url.reveal())
