"""The world that a gate lives in: Railway, the evidence of one moment, and what waits between."""

import math
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from verifier.commands.failure_context import gather_background
from verifier.commands.gather import Gatherer
from verifier.commands.glances import Glances
from verifier.commands.known_variables import LogsBesideKnown
from verifier.commands.parallel import ParallelCalls
from verifier.commands.ports import Observation, attempt
from verifier.commands.retries import attempt_source, persist
from verifier.commands.sources import Sources
from verifier.decide.gate.restarts import is_restarting
from verifier.decide.gate.variables_alike import are_alike
from verifier.decide.migrations.breaking_change_policy import BreakingChanges
from verifier.errors import ProviderError, UnexpectedAnswerError
from verifier.model.background import Background
from verifier.model.deployment import Deployment, Fleet
from verifier.model.evidence import Subject
from verifier.model.finding import Unobserved
from verifier.model.platform import AutoDeploy
from verifier.model.verdict import Wait

T = TypeVar("T")

#: Railway is asked again after this, though its news say nothing.
_LONGEST_SILENCE_S = 300.0
#: News are worth so long: a judgement does not wait for a socket that does not open.
_OPEN_WITHIN_S = 2.0
#: Requests of Railway's limit that polling leaves for a verdict, a rollback and its verification.
_KEPT_REQUESTS = 30
#: News that one reading answers: more than a fleet tells while it is being read.
_MOST_NEWS = 200
#: What was gathered counts only with Railway's statement after it: that is asked for so long.
_AFTER_WITHIN_S = 5.0


class LiveWorld:
    """
    The world of the gate, over its sources.

    Remembers whether Railway was read since it gives news: until then a change may have been
    missed. What one source does alone is forwarded to it: commands see this world, and no source.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._is_read_since = False
        self._is_deaf = False
        self._gatherer = Gatherer(sources)
        self._glances = Glances(sources)
        self._glanced_s = -math.inf
        """When Railway was asked between two looks last."""
        self._put_back: list[str] = []
        """What it was asked to put back: what these were started with is read in one request."""

    def fleet(self) -> Fleet:
        """
        Read the services with their latest deployments.

        That answers all news that came before: three services that go live together are one reason
        to look, not three.
        """
        for _ in range(_MOST_NEWS):
            if not self._gives_news or not self._hear(lambda: self._sources.news.wait(0.0)):
                break
        read = self._sources.railway.fleet(partial=True)
        self._is_read_since = True
        return read

    def subscribe(self, deployments: Collection[Deployment]) -> None:
        """Have news of these deployments end the next `wait`, where Railway gives news."""
        news = self._sources.news
        if self._hear(lambda: news.subscribe(deployments, limit_s=_OPEN_WITHIN_S)):
            self._is_read_since = False

    def patience_s(self, wait: Wait) -> float:
        """How long to wait before Railway is asked again: longer where it will give news."""
        if self._gives_news and self._is_read_since:
            return min(max(wait.seconds, _LONGEST_SILENCE_S), wait.at_most_s)
        budget = self._sources.railway.budget()
        if budget is None:
            return wait.seconds
        return min(max(wait.seconds, budget.every_s(kept=_KEPT_REQUESTS)), wait.at_most_s)

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until there is news; return whether there is."""
        if self._gives_news:
            return self._hear(lambda: self._sources.news.wait(seconds))
        self._sources.clock.sleep(seconds)
        return False

    @property
    def _gives_news(self) -> bool:
        return not self._is_deaf and self._sources.news.is_open

    def _hear(self, ask: Callable[[], bool]) -> bool:
        """Ask the news; where they break, look at once, and from then on as without them."""
        heard = attempt(ask) if not self._is_deaf else False
        self._is_deaf = self._is_deaf or isinstance(heard, Unobserved)
        return heard is not False

    def states(self, names: Collection[str]) -> Fleet:
        """Read some of the services with their latest deployments."""
        return self._sources.railway.states(names, partial=True)

    def at_once(
        self, asks: Mapping[str, Callable[[], T]], limit_s: float
    ) -> Mapping[str, T | Unobserved]:
        """Ask all of these at the same moment; `Unobserved` where the limit ended first."""
        questions: ParallelCalls[str, T] = ParallelCalls()
        answers = questions.ask(asks, limit_s)
        late = Unobserved(f"no answer within {limit_s:.0f} s")
        return {name: answers.get(name, late) for name in asks}

    def history(self) -> Fleet:
        """Read the services with as many deployments as a plan may want."""
        return self._sources.railway.history(partial=True)

    def roll_back(self, deployment_id: str) -> None:
        """Ask Railway to put this deployment back."""
        self._put_back.append(deployment_id)
        self._sources.railway.roll_back(deployment_id)

    def redeploy(self, deployment_id: str) -> None:
        """Ask Railway to start this deployment's image again."""
        self._put_back.append(deployment_id)
        self._sources.railway.redeploy(deployment_id)

    def cancel(self, deployment_id: str) -> None:
        """Ask Railway to stop a deployment that is on its way."""
        self._sources.railway.cancel(deployment_id)

    def incident(self) -> str:
        """Return what Railway says is wrong with its platform, empty where nothing is."""
        return self._sources.railway.incident()

    def auto_deploy(self, service: str) -> AutoDeploy:
        """Whether a push deploys a service."""
        return self._sources.railway.auto_deploy(service)

    def set_auto_deploy(self, service: str, *, enabled: bool) -> None:
        """Have pushes deploy a service, or not."""
        self._sources.railway.set_auto_deploy(service, enabled=enabled)

    def read_ahead(self, commit_sha: str) -> None:
        """Read what a commit ships; the checkout keeps it, and says when asked why it cannot."""
        attempt_source("checkout", lambda: self._sources.checkout.shipped(commit_sha))

    def breaking_changes(self, older: Deployment, judged: Deployment) -> BreakingChanges:
        """What the migrations between two deployments' commits took away from the older one."""
        return self._sources.checkout.breaking_changes(older.commit_sha, judged.commit_sha)

    def is_started_alike(self, one: Deployment, other: Deployment) -> bool:
        """Whether both were given the same environment, project and database."""
        read = self._sources.railway.variables_at_start([one.id, other.id])
        for variables in read.values():
            self._sources.secrets.learn(variables.values)
        if {one.id, other.id} - read.keys():
            raise UnexpectedAnswerError("Railway keeps no snapshot of one of the deployments")
        return are_alike(read[one.id].values, read[other.id].values)

    def background(self, service: str, judged: Deployment, good: Deployment | None) -> Background:
        """What lies behind the failure of a deployment; `good` is the last good one."""
        given, known = self._sources, self._gatherer.variables
        known.read_ahead(self._put_back)
        logs = LogsBesideKnown(given.railway, known)
        return gather_background(logs, given.checkout, given.secrets, service, judged, good)

    def link(self, service: str) -> str:
        """Address of the service's page at Railway, for a person."""
        return self._sources.railway.link(service)

    def ahead_s(self) -> float:
        """By how many seconds Railway's clock is ahead of this one; 0 until it has answered."""
        return self._sources.railway.ahead_s() or 0.0

    def stumbling(self, judged: Mapping[str, Deployment], fleet: Fleet) -> frozenset[str]:
        """
        Which of these services do not answer well just now, or do not run.

        Railway is asked only of what has no address to ask, where it gives no news of what stops,
        and as often as its limit on requests leaves room.
        """
        silent = self._glances.without_address(judged, fleet)
        down = self._down(silent) if silent and not self._gives_news else frozenset()
        return self._glances.stumbling(judged, fleet) | down

    def failing_in_depth(self, serving: Mapping[str, Deployment], fleet: Fleet) -> frozenset[str]:
        """Which of these services say in depth just now that they are bad, or cannot answer."""
        return self._glances.failing_in_depth(serving, fleet)

    def answering_for_themselves(
        self, judged: Mapping[str, Deployment], fleet: Fleet
    ) -> frozenset[str]:
        """Which of these answer by now where another one did; nothing is asked of Railway."""
        return self._glances.answering_for_themselves(judged, fleet)

    def _down(self, judged: Mapping[str, Deployment]) -> frozenset[str]:
        budget, now_s = self._sources.railway.budget(), self._sources.clock.now_s()
        if budget is not None and now_s - self._glanced_s < budget.every_s(kept=_KEPT_REQUESTS):
            return frozenset()
        self._glanced_s = now_s
        shown = attempt(lambda: self.states(list(judged)))
        if isinstance(shown, Unobserved):
            return frozenset()
        return frozenset(n for n, d in judged.items() if is_restarting(shown[n].find(d.id)))

    def observe(
        self, judged: Mapping[str, Deployment], before: Fleet, subject: Subject, within_s: float
    ) -> Observation:
        """Ask everything at once, for `within_s` seconds at most, then Railway again."""
        gathered = self._gatherer.gather(judged, before, subject, within_s)
        after = persist(self.fleet, self._sources.clock, _AFTER_WITHIN_S)
        if isinstance(after, Unobserved):
            raise ProviderError(after.reason, hint=after.hint)
        evidence = self._gatherer.evidence(judged, before, after, subject, gathered)
        self._glances.saw(evidence)
        return Observation(evidence, after)
