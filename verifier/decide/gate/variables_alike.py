"""Would a rollback change the variables that a deployment is condemned for?"""

from collections.abc import Mapping

from verifier.model.check_ids import GUARDS, is_of
from verifier.model.finding import Unobserved, condemning
from verifier.model.known_before import KnownBefore
from verifier.model.same_database import same_database
from verifier.model.verdict import Keep, RollBackTo, Verdict

#: What guards compare; one that is not set is empty.
_MARKERS = ("APP_ENV", "SUPABASE_PROJECT_REF")
_ADDRESSES = ("DATABASE_URL", "SUPABASE_URL")


def condemned_for_variables(verdict: Verdict, before: KnownBefore) -> frozenset[str]:
    """
    Return the services whose variables alone condemn; none where anything else does as well.

    What is wrong with the environment itself, inside the application, is a reason of its own.
    """
    held = [f for f in condemning(verdict.findings) if not before.weighed(f).blameless]
    if not all(is_of(f.check, GUARDS) and f.service for f in held):
        return frozenset()
    return frozenset(f.service for f in held)


def are_alike(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two containers were given the same environment, project and database."""
    return all(one.get(name, "") == other.get(name, "") for name in _MARKERS) and all(
        one.get(name, "") == other.get(name, "")
        or same_database(one.get(name, ""), other.get(name, ""))
        for name in _ADDRESSES
    )


def unless_in_vain(plan: RollBackTo, alike: Mapping[str, bool | Unobserved]) -> RollBackTo | Keep:
    """
    Refuse a rollback to what was started with the same variables as what is condemned for them.

    `alike` says so of each service that is condemned for its variables alone. What could not be
    read keeps no rollback from being made.
    """
    if not alike or any(found is not True for found in alike.values()):
        return plan
    targets = ", ".join(
        f"{move.target.id[:8]} of {move.service.name}"
        for move in plan.moves
        if move.service.name in alike
    )
    reason = (
        f"{targets} was started with the same environment, project and database: the variables, or "
        "guards in .github/verifier.yml, were wrong before this deploy, and a rollback changes "
        "neither"
    )
    return Keep(reason, plan.refusals, is_excused=True)
