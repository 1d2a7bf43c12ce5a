"""Objects for tests: everything good and proven, unless a test says otherwise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from verifier.database.ledgers import LEDGERS
from verifier.model.deployment import Deployment, DeploymentStatus, Service, ServiceState
from verifier.model.evidence import (
    Answer,
    Component,
    DatabaseReading,
    Endpoint,
    Evidence,
    HealthDocument,
    HealthStatus,
    Origin,
    Probe,
    ServiceEvidence,
    ShippedMigrations,
    Subject,
    Variables,
)
from verifier.model.expectations import Expectations
from verifier.model.finding import NotAsked
from verifier.model.known_before import KnownBefore, SeenCheck
from verifier.model.migration_ledger import Entry, LedgerReading, Migration
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.verdict import InconclusiveMode, Limits, Policy, RollbackMode

#: What has been seen good of every service, and of what all share, unless a test says otherwise.
CHECKS_OF_A_SERVICE = (
    *("health.live", "health.ready", "health.deep", "health.schema"),
    *("component.redis", "component.environment", "component.schema_version"),
    *("topology.run_mode", "topology.replicas", "guards.app_env", "check.active"),
)
SHARED_CHECKS = ("migrations", "relations.readable", "relations.objects", "guards.app_env")
START = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
REF = "abcdefghijklmnop"

LIMITS = Limits(
    interval_s=2,
    fail_after=3,
    stable_for_s=10,
    ready_within_s=120,
    appear_within_s=180,
    build_within_s=600,
    deploy_within_s=300,
    restore_within_s=120,
    deadline_s=900,
)
POLICY = Policy(RollbackMode.AUTO, InconclusiveMode.KEEP, ("scheduler", "worker", "api"))
EXPECTED = Expectations(
    required_components=("environment", "schema_version"),
    app_env="production",
    project_ref=REF,
    sql_probes={},
)


def sha(letter: str) -> str:
    """A full commit hash."""
    return letter * 40


def deployment(id_="new", minute=10, commit="b", **changes):
    """A live deployment, made so many minutes after START."""
    return Deployment(
        **{
            "id": id_,
            "status": DeploymentStatus.SUCCESS,
            "status_word": str(changes.get("status", "SUCCESS")),
            "created_at": START + timedelta(minutes=minute),
            "commit_sha": sha(commit) if commit else "",
            "image_digest": f"sha256:{commit}" if commit else "",
            "reason": "deploy",
            "can_rollback": True,
            "instances": ("RUNNING",),
            **changes,
        }
    )


def old(id_="old", minute=0, commit="a", **changes):
    """The deployment before: removed, and to be had back."""
    return deployment(
        id_,
        minute,
        commit,
        **{"status": DeploymentStatus.REMOVED, "instances": ("REMOVED",), **changes},
    )


def service(name="api", role="api", **changes):
    return Service(
        **{"name": name, "id": f"id-{name}", "role": role, "url": f"https://{name}.test", **changes}
    )


def state(*deployments, active=None, name="api", role="api", domains=("api.test",), **changes):
    """A service; its first deployment is active unless told otherwise."""
    ids = (deployments[0].id,) if active is None else tuple(active)
    newest_first = tuple(sorted(deployments, key=lambda d: d.created_at, reverse=True))
    return ServiceState(service(name, role, **changes), newest_first, ids, domains)


def good_before(*names):
    """All checks of these services, seen good before."""
    own = {SeenCheck(check, name) for name in names for check in CHECKS_OF_A_SERVICE}
    return KnownBefore(frozenset(own | {SeenCheck(check, "") for check in SHARED_CHECKS}))


def kept_good(*names):
    """Records of some long gone deployments, of which everything was good."""
    return tuple(
        PastVerdict(name, "long-ago", sha("f"), "", PastStatus.SEEN, seen=good_before(name))
        for name in names
    )


def document(status=HealthStatus.GOOD, word="healthy", components=None, **changes):
    good = (
        Component("environment", HealthStatus.GOOD, "ok"),
        Component(
            "schema_version", HealthStatus.GOOD, "ok", observed={"current": "2", "expected": "2"}
        ),
    )
    return HealthDocument(status, word, good if components is None else components, **changes)


def answer(code=200, doc=None, **changes):
    """An application's answer that names the judged deployment."""
    return replace(
        Answer(
            code,
            Origin.APPLICATION,
            doc or document(),
            "application/json",
            "request",
            deployment_id="new",
        ),
        **changes,
    )


def probe(given=None, endpoint=Endpoint.DEEP):
    return Probe(endpoint, f"https://api.test/{endpoint}", given or answer(), START, 12)


def service_evidence(*probes, judged=None, before=None, after=None, **changes):
    judged = judged or deployment()
    before = before or state(judged, old())
    return ServiceEvidence(
        **{
            "service": before.service,
            "judged": judged,
            "before": before,
            "after": after or before,
            "probes": probes,
            "variables": Variables(
                {"APP_ENV": "production", "SUPABASE_PROJECT_REF": REF}, of_this_deployment=True
            ),
            **changes,
        }
    )


def ledger(*versions, **changes):
    """What Supabase's ledger holds."""
    entries = tuple(map(Entry, versions))
    own = LEDGERS["supabase"]
    return LedgerReading(own.tool, own.table, entries, **{"rules": own.rules, **changes})


def reading(**changes):
    return DatabaseReading(
        **{
            "markers": {"environment": "production", "supabase_project_ref": REF},
            "ledgers": {"": ledger("1", "2")},
            **changes,
        }
    )


def evidence(*services, **changes):
    return Evidence(
        **{
            "at": START,
            "subject": Subject.JUDGED,
            "services": services or (service_evidence(probe()),),
            "database": reading(),
            "shipped": {"": ShippedMigrations((Migration("1", "one"), Migration("2", "two")))},
            "expected_versions": {"": NotAsked("no expected version is configured")},
            **changes,
        }
    )
