"""Is a deployment asked for that is another service's?"""

from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import Fleet


def misplaced(fleet: Fleet, wanted: Wanted) -> str:
    """Say which deployment was asked for in a service that is not its own; empty if none."""
    for name, id_ in (wanted.ids or {}).items():
        owner = next((other for other, state in fleet.items() if state.find(id_)), name)
        if owner != name:
            return f"deployment {id_} is one of {owner}, not of {name}: nothing was touched"
    return ""
