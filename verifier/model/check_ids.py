"""Ids of checks that more than one room names; every other id stands beside its check."""

import hashlib
import re

STATUS = "deployment.status"
INSTANCES = "deployment.instances"
ARRIVAL = "deployment.arrival"
BLOCKED_BY_CI = "deployment.blocked_by_ci"
UNJUDGED = "deployment.unjudged"
SERVES = "production.serves"
LIVE = "health.live"
READY = "health.ready"
DEEP = "health.deep"
SCHEMA = "health.schema"
PUBLISHED = "health.published"
UNREAD = "health.unread"
PENDING = "migrations.pending"
PULL_ROLLBACK = "preflight.rollback"
MODIFIED = "migrations.modified"
ORDER = "migrations.order"
STRAY = "migrations.stray"
SILENT = "health.silent"
RAILWAY = "railway.answers"
UNASKED = "config.health"
MISTAKE = "config.mistake"
CONTRACT = "railway.contract"
GITHUB_CONTRACT = "github.contract"
UNATTRIBUTED = "topology.unattributed"
APP_ENV = "guards.app_env"
PROJECT_REF = "guards.project_ref"
ADDRESS = "guards.address"
SHARED_DATABASE = "topology.database"
RUN_MODE = "topology.run_mode"
REPLICAS = "topology.replicas"
OVERLAP = "topology.overlap"
ADDRESSES = "topology.addresses"
FAILED_MIGRATION = "migrations.failed"
UNKNOWN = "migrations.unknown"
HEADS = "migrations.heads"
DUPLICATES = "migrations.duplicates"
LOCKED = "migrations.locked"
EXPECTED_VERSION = "migrations.expected_version"
READABLE = "relations.readable"
OBJECTS = "relations.objects"

#: What a health endpoint failed on that hangs, in `Finding.objects`.
NO_ANSWER = "no answer"
#: What a required component failed on that does not exist, in `Finding.objects`.
NOT_THERE = "not there"
#: What is waited for by a commit, of a service that is deployed by uploads.
NO_COMMIT = "no commit"
#: What is waited for from a time on, since which nothing was uploaded.
NONE_SINCE = "none since"
#: What was made for the commit and is not there any more, in `Finding.objects`.
REMOVED = "removed"
#: What a component failed on that was skipped, in `Finding.objects`.
NOT_LOOKED_AT = "not looked at"
#: How what a component failed on begins whose version is behind, in `Finding.objects`.
EXPECTS = "expects "
#: How what an answer failed on by its code begins, in `Finding.objects`.
BY_CODE = "HTTP "
#: What an answer failed on whose path is not there.
LEADS_NOWHERE = f"{BY_CODE}404"
REFUSED = f"{BY_CODE}4"
#: What is open of instances that have ended and are started again, in `Finding.objects`.
RESTARTING = "restarting"
#: What is open of instances that all run, and of which Railway told that they had stopped since the
#: look before, in `Finding.objects`.
UP_AGAIN = "up again"
#: What is open of several instances, of which some do not answer, in `Finding.objects`.
SILENT_INSTANCE = "an instance that does not answer"

#: Ids of before, which a configuration may still have, with those of today.
RENAMED = {
    "preflight.pending": PENDING,
    "relations.answer": READABLE,
    "topology.answered": UNATTRIBUTED,
}

#: Families: the ids of a family begin with its name and a dot.
COMPONENT = "component"
DEPLOYMENT = "deployment"
EXTRA = "extra"
GUARDS = "guards"
HEALTH = "health"
LATENCY = "latency"
MIGRATIONS = "migrations"
PROBE = "probe"
RELATIONS = "relations"
TOPOLOGY = "topology"


#: What can fail a deployment without being critical, so that a waiver of it has an effect; besides,
#: `component.NAME`, and `extra.NAME` and `probe.NAME` of the configuration.
WAIVABLE = (
    LIVE,
    READY,
    DEEP,
    SCHEMA,
    PENDING,
    FAILED_MIGRATION,
    MODIFIED,
    UNKNOWN,
    ORDER,
    HEADS,
    DUPLICATES,
    EXPECTED_VERSION,
    READABLE,
    OBJECTS,
    RUN_MODE,
    REPLICAS,
    SHARED_DATABASE,
)
#: Every id of the families whose ids are no names of the configuration or of a health document.
CLOSED_FAMILIES = (
    *WAIVABLE,
    PUBLISHED,
    UNREAD,
    SILENT,
    LOCKED,
    OVERLAP,
    ADDRESSES,
    UNATTRIBUTED,
    APP_ENV,
    PROJECT_REF,
    ADDRESS,
    STATUS,
    INSTANCES,
    ARRIVAL,
    BLOCKED_BY_CI,
    UNJUDGED,
    STRAY,
    RAILWAY,
    CONTRACT,
    GITHUB_CONTRACT,
)
_LONGEST = 60
_OTHER_SCRIPTS = re.compile(r"[^\W\u0000-\u024f]")
#: What these find is never known to be wrong: a wrong environment, or what Railway says itself.
_NEVER_WAIVED = (GUARDS, DEPLOYMENT, "railway")


def may_be_waived(check: str) -> bool:
    """Whether a configuration may have the failing of a check be a warning for a while."""
    return not any(is_of(check, family) for family in _NEVER_WAIVED)


def component_check(name: str) -> str:
    """
    Return the id of the check of one component of a health document.

    Letters of scripts that are not Latin are told by their numbers: 库 is "u5e93".
    """
    slug = _slug(name)
    if not slug.strip("_") and name.strip():  # a name of marks alone
        slug = _slug("".join(f"_u{ord(char):04x}" for char in name))
    return f"{COMPONENT}.{slug or 'unnamed'}"


def _slug(name: str) -> str:
    spelled = _OTHER_SCRIPTS.sub(lambda letter: f"_u{ord(letter[0]):04x}_", name.casefold())
    slug = re.sub(r"[^a-z0-9]+", "_", spelled).strip("_")
    if len(slug) <= _LONGEST or not _OTHER_SCRIPTS.search(name):
        return slug[:_LONGEST]
    # Few letters fill it up, so that names which differ behind them would be one.
    digest = hashlib.sha256(name.casefold().encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{slug[: _LONGEST - 9]}_{digest}"


def extra_check(name: str) -> str:
    """Return the id of the check of an extra endpoint."""
    return f"{EXTRA}.{name}"


def health_check(endpoint: str) -> str:
    """Return the id of the check of one health endpoint."""
    return f"{HEALTH}.{endpoint}"


def latency_check(endpoint: str) -> str:
    """Return the id of the check of how long one health endpoint takes to answer."""
    return f"{LATENCY}.{endpoint}"


def is_of(check: str, family: str) -> bool:
    """Whether a check belongs to a family."""
    return check.startswith(f"{family}.")
