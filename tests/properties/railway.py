"""A model of Railway: deployments with a life, an edge with overlap, and people who click."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from tests.builders import START, sha, state
from verifier.model.deployment import MAY_ANSWER, Deployment
from verifier.model.deployment import DeploymentStatus as Status

#: So many rows of a service are read at once, where not its history is asked for.
PAGE = 20
_BEGINNING = START + timedelta(hours=1)


@dataclass
class Mutation:
    """A rollback that somebody asked for."""

    at_s: float
    by: object
    service: str
    target: Deployment
    seen: object
    """What the asker had read last of that service."""
    took_effect: bool = False
    made: str = ""
    """The deployment that was begun for it."""


@dataclass
class ModelService:
    """One service: its deployments, oldest first, and what serves."""

    name: str
    deployments: list = field(default_factory=list)
    active: str = ""

    def find(self, id_):
        return next(d for d in self.deployments if d.id == id_)

    def change(self, id_, **changes):
        words = {"status_word": str(changes["status"])} if "status" in changes else {}
        self.deployments = [
            replace(d, **changes, **words) if d.id == id_ else d for d in self.deployments
        ]

    @property
    def live(self):
        return next((d for d in self.deployments if d.id == self.active), None)


class ModelRailway:
    """The platform. Everything takes time; time is the stage's."""

    def __init__(self, stage, plan):
        self._stage = stage
        self._plan = plan
        self.services = {name: ModelService(name) for name in plan.services}
        self.mutations = []
        self.crashed_s = {}
        """When each deployment crashed, by id."""
        self.rolled_back_from = {name: [] for name in plan.services}
        """When somebody went back from which commit."""
        self.requests = {}
        """By the id of each request who served it, and when."""

    def begin(
        self, name, commit, *, build_s=0.0, fails=False, reason="deploy", settles=None, why=""
    ):
        """Start a deployment; it goes live after `build_s` unless it fails or is overtaken."""
        service = self.services[name]
        for other in service.deployments:
            if other.status is Status.BUILDING and reason == "deploy" and settles is None:
                service.change(other.id, status=Status.REMOVED)
        made = Deployment(
            id=f"{name}-{len(service.deployments)}-{commit}",
            status=Status.BUILDING,
            status_word="BUILDING",
            created_at=_BEGINNING + timedelta(seconds=self._stage.now_s),
            commit_sha=sha(commit),
            image_digest=f"sha256:{commit}",
            reason=reason,
            can_rollback=True,
            can_redeploy=True,
        )
        service.deployments.append(made)
        if settles is not None:
            service.change(made.id, status=settles, skipped_reason=why or "CI check suite failed")
            return made
        ends = self._fail if fails else self._go_live
        self._stage.at(self._stage.now_s + build_s, lambda: ends(service, made.id))
        return made

    def cancel(self, id_):
        """Do what `deploymentCancel` does: what is being built goes, what is live stays."""
        for service in self.services.values():
            for made in service.deployments:
                if made.id == id_ and made.status in (Status.BUILDING, Status.NEEDS_APPROVAL):
                    service.change(id_, status=Status.REMOVED)

    def _fail(self, service, id_):
        if service.find(id_).status is Status.BUILDING:
            service.change(id_, status=Status.FAILED)

    def _go_live(self, service, id_):
        if service.find(id_).status is not Status.BUILDING:
            return
        replaced, service.active = service.active, id_
        service.change(id_, status=Status.SUCCESS, instances=("RUNNING",))
        commit = service.find(id_).commit_sha[0]
        if commit in self._plan.crashing and service.name != "api":
            self._stage.at(self._stage.now_s + 1, lambda: self._crash(service, id_))
        if replaced:
            service.change(replaced, status=Status.REMOVING)
            removed_s = self._stage.now_s + self._plan.overlap_s
            self._stage.at(removed_s, lambda: self._remove(service, replaced))

    def _remove(self, service, id_):
        if service.active != id_:
            service.change(id_, status=Status.REMOVED, instances=("REMOVED",))

    def remove_live(self, name):
        """Take down what serves, and put nothing in its place."""
        service = self.services[name]
        removed, service.active = service.active, ""
        self._remove(service, removed)

    def crash_later(self, name, id_, seconds):
        """Have a deployment crash after a while, if it still serves then."""
        service = self.services[name]
        self._stage.at(self._stage.now_s + seconds, lambda: self._crash(service, id_))

    def _crash(self, service, id_):
        if service.find(id_).status is Status.SUCCESS:
            service.change(id_, status=Status.CRASHED, instances=("CRASHED",))
            self.crashed_s[id_] = self._stage.now_s

    def put_back(self, name, target_id, reason="rollback"):
        """Do what `deploymentRollback` or a redeploy does; return what it began, if anything."""
        service = self.services[name]
        target = service.find(target_id)
        if not target.can_rollback:
            return ""
        if service.live is not None and not service.live.same_code_as(target):
            self.rolled_back_from[name].append((self._stage.now_s, service.live.commit_sha))
        commit, build_s = target.commit_sha[0], self._plan.rollback_s
        return self.begin(name, commit, build_s=build_s, reason=reason).id

    def put_back_later(self, mutation, seconds, reason):
        """Let a request arrive after a while."""

        def arrive():
            mutation.made = self.put_back(mutation.service, mutation.target.id, reason)
            mutation.took_effect = bool(mutation.made)

        self._stage.at(self._stage.now_s + seconds, arrive)

    def was_undone(self, mutation):
        """Whether somebody's push ended what a rollback had begun before it ever served."""
        if not mutation.made:
            return False
        made = self.services[mutation.service].find(mutation.made)
        return made.status is Status.REMOVED and not made.instances

    def show(self, name, rows=PAGE):
        """
        What the API says of a service now: its newest rows, and what is active.

        What may answer besides is listed as well, unless the platform does not know that filter.
        """
        if self._plan.is_hidden(name, self._stage.now_s):
            return replace(state(active=(), name=name, role=name), unread="Railway answered null")
        service = self.services[name]
        active = (service.active,) if service.active else ()
        listed = service.deployments[-rows:]
        is_cut = len(service.deployments) > rows
        may_hide = is_cut and not self._plan.lists_what_may_answer
        older = [
            d
            for d in service.deployments[:-rows]
            if d.id in active or (d.status in MAY_ANSWER and not may_hide)
        ]
        shown = state(*older, *listed, active=active, name=name, role=name)
        return replace(shown, may_hide=may_hide)

    def first_of(self, deployment):
        """The first deployment of its image."""
        made = [
            d for s in self.services.values() for d in s.deployments if d.same_code_as(deployment)
        ]
        return min(made, key=lambda d: d.created_at)

    def serve(self, deployment_id):
        """Have a deployment serve a request; return the request's id."""
        id_ = f"request-{len(self.requests)}"
        self.requests[id_] = (deployment_id, self._stage.now_s)
        return id_

    def logged_requests(self, deployment_id, request_ids):
        """Which of these the log says, by now, that a deployment served."""
        late_s = self._plan.log_late_s
        served = {
            id_
            for id_, (by, at_s) in self.requests.items()
            if by == deployment_id and late_s is not None and at_s + late_s <= self._stage.now_s
        }
        return frozenset(served & set(request_ids))

    def who_answers(self, name):
        """The deployment that the edge sends a request to: during an overlap either."""
        service = self.services[name]
        old = [d for d in service.deployments if d.status is Status.REMOVING]
        if old and int(self._stage.now_s * 10) % 2:
            return old[-1]
        return service.live
