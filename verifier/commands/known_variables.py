"""What containers were started with, as far as this run has read it; nothing is asked for this."""

from collections.abc import Collection, Mapping

from verifier.decide.gate.succession import on_its_way
from verifier.model.deployment import Deployment, Fleet, ServiceState
from verifier.model.evidence import Variables
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.same_database import uses_database
from verifier.model.secret import Secret


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
