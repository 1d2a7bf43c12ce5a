"""A scripted world: what Railway and the application would show at each moment, and a clock."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from tests.builders import (
    START,
    answer,
    deployment,
    document,
    evidence,
    kept_good,
    old,
    probe,
    service_evidence,
    state,
)
from verifier.commands.no_memory import NoMemory
from verifier.commands.ports import Observation
from verifier.errors import (
    DeniedError,
    RateLimitedError,
    UnexpectedAnswerError,
    UnknownOutcomeError,
    UnreachableError,
)
from verifier.model.background import Background
from verifier.model.deployment import DeploymentStatus, served_since
from verifier.model.evidence import Component, HealthStatus, Origin
from verifier.model.finding import Unobserved
from verifier.model.past_verdict import Claim, LatestClaim, without_taken_back
from verifier.model.platform import AutoDeploy


class FakeClock:
    """Time that moves only when somebody sleeps."""

    def __init__(self):
        self.seconds = 0.0

    def now(self):
        return START + timedelta(hours=1, seconds=self.seconds)

    def now_s(self):
        return self.seconds

    def sleep(self, seconds):
        self.seconds += seconds

    def jitter(self):
        return 0.5


class Silence:
    """A listener that says nothing."""

    def happened(self, entry):
        """Nothing."""

    def waiting(self, text, since_s, limit_s, moving=()):
        """Nothing."""


BAD = document(
    HealthStatus.BAD,
    "unhealthy",
    (*document().components, Component("redis", HealthStatus.BAD, "error")),
)
BARE = document(HealthStatus.BAD, "unhealthy", ())
CRITICAL = document(HealthStatus.CRITICAL, "CRITICAL")
#: What is active where a rollback is still to be made.
_LEFT = (("new",), ("w",), ("own-deployment",))
SILENT = "Railway's edge does not reach it"


KEPT_GOOD = kept_good("api", "worker", "scheduler", "web")


class GoodBefore(NoMemory):
    """Nothing can be kept, but all checks were good once."""

    def claim(self, deployment_id, attempt):
        """Grant it: this run is the only one."""
        return Claim.GRANTED

    def records(self):
        return KEPT_GOOD


class SharedMemory:
    """
    What GitHub keeps for all runs: `claims` are the attempts of each deployment.

    `before` are records of a time when all checks were good.
    """

    lacking = ""
    how_it_keeps = "claims in a test"

    def __init__(
        self, records=(), *, claims=None, spent=(), fails=(), before=KEPT_GOOD, uncounted=None
    ):
        self.found = list(records)
        self.before = before
        self.uncounted = dict(uncounted or {})
        self.claims = dict(claims or {})
        self.spent = set(spent)
        self.fails = fails
        self.held = set()

    def _ask(self, question):
        if question in self.fails:
            raise UnreachableError(f"could not {question}: HTTP 502")

    def records(self):
        self._ask("records")
        return tuple(without_taken_back((*self.found, *self.before)))

    def remember(self, records):
        self._ask("remember")
        self.found = [*records, *self.found]

    def claim(self, deployment_id, attempt):
        self._ask("claim")
        if attempt <= self.claims.get(deployment_id, 0):
            is_spent = (deployment_id, attempt) in self.spent
            return Claim.SPENT if is_spent else Claim.HELD
        self.claims[deployment_id] = attempt
        return Claim.GRANTED

    def settle(self, deployment_id, attempt):
        self._ask("settle")
        self.spent.add((deployment_id, attempt))

    def hold(self, service_id):
        self._ask("hold")
        self.held.add(service_id)

    def holds(self):
        self._ask("holds")
        return frozenset(self.held)

    def release(self, service_id):
        self._ask("release")
        self.held.discard(service_id)

    def claimed(self):
        self._ask("claims")
        return {
            id_: LatestClaim(attempt, Claim.SPENT if (id_, attempt) in self.spent else Claim.HELD)
            for id_, attempt in self.claims.items()
        }


def unheard(seen, why):
    """What was seen, without an answer of any probe."""
    none = Unobserved(why)
    services = tuple(
        replace(each, probes=tuple(replace(p, answer=none) for p in each.probes))
        for each in seen.evidence.services
    )
    return replace(seen, evidence=replace(seen.evidence, services=services))


class WithoutNews:
    """A world that is asked for everything, and reads history as it reads the present."""

    def history(self):
        return self.fleet()

    def states(self, names):
        fleet = self.fleet()
        return {name: fleet[name] for name in names}

    def at_once(self, asks, limit_s):
        return {name: ask() for name, ask in asks.items()}

    def subscribe(self, deployments):
        """Nothing gives news here."""

    def read_ahead(self, commit_sha):
        """Nothing is shipped."""

    def ahead_s(self):
        return 0.0

    def stumbling(self, judged, fleet):
        return frozenset()

    def failing_in_depth(self, serving, fleet):
        return frozenset()

    def answering_for_themselves(self, judged, fleet):
        return frozenset()

    def patience_s(self, wait):
        return wait.seconds


@dataclass
class ScriptedWorld(WithoutNews):
    """
    Services whose `new` deployment of commit b follows `old` of commit a.

    `health` is the document of each deployment by the commit it runs; `on_rollback` says how
    Railway takes the mutation; `at` changes the world when the clock has come to a second.
    """

    clock: FakeClock
    health: dict = field(default_factory=dict)
    names: tuple = ("api",)
    on_rollback: str = "works"
    on_cancel: str = "works"
    failing_reads: frozenset = frozenset()
    """Which reads of Railway fail, counted from 1."""
    reads: int = 0
    at: dict = field(default_factory=dict)
    unreadable_from_s: float = 1e9
    limited: tuple = (1e9, 1e9)
    """From when to when Railway asks for silence, though not while the gate looks."""
    mutations: list = field(default_factory=list)
    read_ahead_at: list = field(default_factory=list)
    seen: dict = field(default_factory=dict)
    """What the evidence holds besides."""
    lost: object = ()
    """What migrations took away from the older code."""
    alike: object = False
    """Whether any two deployments were given the same variables."""
    trouble: str = ""
    """What Railway says is wrong with itself."""
    switches: dict = field(default_factory=dict)
    """Auto-deploy by service, on where nothing is said."""
    switch_fault: str = ""
    deployments: dict = field(default_factory=dict)
    active: dict = field(default_factory=dict)

    def __post_init__(self):
        for name in self.names:
            self.deployments.setdefault(name, [deployment(), old()])
            self.active.setdefault(name, ("new",))

    def show(self, name, *deployments, active):
        """Let Railway show these deployments of a service from now on."""
        self.deployments[name] = list(deployments)
        self.active[name] = active

    def _obey_limit(self):
        begin_s, end_s = self.limited
        if begin_s <= self.clock.seconds < end_s:
            raise RateLimitedError("HTTP 429", retry_after_s=end_s - self.clock.seconds)

    def fleet(self):
        self._obey_limit()
        return self._read()

    def _read(self):
        for second in sorted(second for second in self.at if second <= self.clock.seconds):
            self.at.pop(second)(self)
        self.reads += 1
        if self.clock.seconds >= self.unreadable_from_s or self.reads in self.failing_reads:
            raise UnreachableError("could not read the deployments: HTTP 502")
        return {
            name: state(*self.deployments[name], active=self.active[name], name=name, role=name)
            for name in self.names
        }

    def wait(self, seconds):
        self.clock.sleep(seconds)
        return False

    def read_ahead(self, commit_sha):
        self.read_ahead_at.append((commit_sha, self.clock.seconds))

    def breaking_changes(self, older, judged):
        return self.lost

    def is_started_alike(self, one, other):
        if isinstance(self.alike, Exception):
            raise self.alike
        return self.alike

    def background(self, service, judged, good):
        return Background(service, commits=(good.commit_sha[:7],) if good else ())

    def link(self, service):
        return f"https://railway.test/{service}"

    def observe(self, judged, before, subject, within_s):
        after = self._read()
        services = [
            service_evidence(
                *(
                    [probe(self._answer(d, self.active[name][0]))]
                    if name == "api" and self.active[name]
                    else []
                ),
                judged=d,
                before=before[name],
                after=after[name],
            )
            for name, d in judged.items()
        ]
        since = served_since(before, judged.values())
        told = {"served_since": since, "at": self.clock.now(), **self.seen}
        seen = evidence(*services, subject=subject, **told)
        return Observation(seen, after)

    def _answer(self, judged, serving):
        found = self._document(judged)
        if found == SILENT:
            return answer(502, origin=Origin.EDGE, deployment_id="")
        return answer(doc=found, deployment_id=serving)

    def _document(self, judged):
        found = self.health.get(judged.commit_sha[:1], document())
        return found(self.clock.seconds) if callable(found) else found

    def incident(self):
        return self.trouble

    def auto_deploy(self, service):
        if self.switch_fault == "denied":
            raise DeniedError("could not read auto-deploy: Not Authorized")
        return AutoDeploy(self.switches.get(service, True))

    def set_auto_deploy(self, service, *, enabled):
        if self.switch_fault != "stuck":
            self.switches[service] = enabled

    def cancel(self, deployment_id):
        self.mutations.append((self.clock.seconds, f"cancel {deployment_id}"))
        if self.on_cancel == "denied":
            raise DeniedError("could not cancel: Not Authorized")
        name = self._owner(deployment_id)
        gone = [
            replace(d, status=DeploymentStatus.REMOVED, status_word="REMOVED")
            if d.id == deployment_id
            else d
            for d in self.deployments[name]
        ]
        self.show(name, *gone, active=self.active[name])

    def redeploy(self, deployment_id):
        self.mutations.append((self.clock.seconds, f"redeploy {deployment_id}"))
        self._put_back(self._next(deployment_id), deployment_id, "redeploy")

    def roll_back(self, deployment_id):
        self._obey_limit()
        if self.on_rollback == "denied":
            raise DeniedError("could not roll back: Not Authorized")
        self.mutations.append((self.clock.seconds, deployment_id))
        is_first = len(self.mutations) == 1
        if self.on_rollback == "refused" or (self.on_rollback == "refused once" and is_first):
            raise UnexpectedAnswerError("could not roll back: Railway answered false")
        if self.on_rollback == "one refused, one ignored" and len(self.mutations) < 3:
            if is_first:
                raise UnexpectedAnswerError("could not roll back: Railway answered null")
            return
        is_limited = self.on_rollback == "limited once" and is_first
        if self.on_rollback not in ("ignored", "lost and not done") and not is_limited:
            self._put_back(self._next(deployment_id), deployment_id)
        if self.on_rollback == "limited and done" or is_limited:
            raise RateLimitedError("could not roll back: HTTP 429", retry_after_s=1.0)
        if self.on_rollback == "odd and done":
            raise UnexpectedAnswerError("could not roll back: Railway answered null")
        if self.on_rollback.startswith("lost"):
            raise UnknownOutcomeError("could not roll back: no answer within 60 s")

    def _next(self, deployment_id):
        """The first service, in the order of a rollback, that still runs the new deployment."""
        first = [name for name in ("scheduler", "worker", "api") if name in self.names]
        order = [*first, *(name for name in self.names if name not in first)]
        return next(
            name
            for name in order
            if self.active[name] in _LEFT
            and deployment_id in {d.id for d in self.deployments[name]}
        )

    def _owner(self, deployment_id):
        """The service that has a deployment."""
        found = self.deployments.items()
        return next(name for name, ds in found if any(d.id == deployment_id for d in ds))

    def _put_back(self, name, deployment_id, reason="rollback", made=""):
        target = next(d for d in self.deployments[name] if d.id == deployment_id)
        back = replace(
            target,
            id=made or f"back-{name}",
            status=DeploymentStatus.SUCCESS,
            created_at=self.clock.now(),
            reason=reason,
            instances=("RUNNING",),
        )
        gone = [
            replace(d, status=DeploymentStatus.REMOVED) if d.status.has_served else d
            for d in self.deployments[name]
        ]
        self.show(name, back, *gone, active=(back.id,))
