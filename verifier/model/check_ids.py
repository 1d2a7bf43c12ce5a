"""Ids of checks that more than one room names; every other id stands beside its check."""

import re
from collections.abc import Iterable

STATUS = "deployment.status"
INSTANCES = "deployment.instances"
ARRIVAL = "deployment.arrival"
BLOCKED_BY_CI = "deployment.blocked_by_ci"
READY = "health.ready"
DEEP = "health.deep"
SCHEMA = "health.schema"
PENDING = "migrations.pending"
MODIFIED = "migrations.modified"
ORDER = "migrations.order"
SILENT = "health.silent"
RAILWAY = "railway.answers"
UNASKED = "config.health"
UNATTRIBUTED = "topology.unattributed"

#: What a health endpoint failed on that hangs, in `Finding.objects`.
NO_ANSWER = "no answer"
#: What is open of instances that have ended and are started again, in `Finding.objects`.
RESTARTING = "restarting"
#: What is open of several instances, of which some do not answer, in `Finding.objects`.
SILENT_INSTANCE = "an instance that does not answer"

#: Ids of before, which a configuration may still have, with those of today.
RENAMED = {
    "preflight.pending": PENDING,
    "relations.answer": "relations.readable",
    "topology.answered": "topology.unattributed",
}

#: Families: the ids of a family begin with its name and a dot.
COMPONENT = "component"
DEPLOYMENT = "deployment"
EXTRA = "extra"
GUARDS = "guards"
HEALTH = "health"
MIGRATIONS = "migrations"
RELATIONS = "relations"
TOPOLOGY = "topology"


#: What these find is never known to be wrong: a wrong environment, or what Railway says itself.
_NEVER_WAIVED = (GUARDS, DEPLOYMENT, "railway")


def may_be_waived(check: str) -> bool:
    """Whether a configuration may have the failing of a check be a warning for a while."""
    return not any(is_of(check, family) for family in _NEVER_WAIVED)


def component_check(name: str) -> str:
    """Return the id of the check of one component of a health document."""
    slug = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:60]
    return f"{COMPONENT}.{slug or 'unnamed'}"


def extra_check(name: str) -> str:
    """Return the id of the check of an extra endpoint."""
    return f"{EXTRA}.{name}"


def is_of(check: str, family: str) -> bool:
    """Whether a check belongs to a family."""
    return check.startswith(f"{family}.")


def is_database_away(failing: Iterable[str]) -> bool:
    """
    Whether the components that fail say that the application does not reach its database.

    It asks for the connection and for what stands in it: where both fail, nothing is missing. A
    single table that is not there may fail the connection's component as well, and nothing else.
    """
    checks = set(failing)
    asks = {component_check(name) for name in ("supabase", "database", "postgres")}
    rests = [component_check(name) for name in ("environment", "project_ref", "schema_version")]
    return bool(checks & asks) and all(check in checks for check in rests)
