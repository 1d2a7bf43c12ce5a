"""
What a command's line is given: world, memory and clock as Protocols, and the journal it writes.

`attempt` turns a failure of any of them into evidence. `World` is fulfilled by `observe.py` over
the `sources.py`, `Memory` by `github/memory.py`, `Clock` by `wiring/clock.py`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from verifier.commands.parallel import Patience
from verifier.decide.migrations.breaking_change_policy import BreakingChanges
from verifier.errors import ProviderError, UnreachableError, VerifierError
from verifier.model.background import Background
from verifier.model.deployment import Deployment, Fleet
from verifier.model.evidence import Evidence, Subject
from verifier.model.finding import Finding, Unobserved
from verifier.model.past_verdict import Claim, LatestClaim, PastVerdict
from verifier.model.platform import AutoDeploy
from verifier.model.report import TimelineEntry
from verifier.model.service_progress import Moving
from verifier.model.timed_answers import ReportedAnswer, answers_of, thinned
from verifier.model.verdict import Wait

T = TypeVar("T")


class Clock(Protocol):
    """Time, for telling and for waiting."""

    def now(self) -> datetime:
        """Aware UTC, for people."""

    def now_s(self) -> float:
        """Seconds that only ever grow, for limits."""

    def sleep(self, seconds: float) -> None:
        """Wait."""

    def jitter(self) -> float:
        """Return a number from 0 to 1 by chance, to keep runs apart that would ask in step."""


@dataclass(frozen=True, slots=True)
class Observation:
    """Evidence, and Railway's statement right after it was gathered."""

    evidence: Evidence
    after: Fleet


class World(Protocol):
    """The environment that is looked at. Every method may raise a `ProviderError`."""

    def fleet(self) -> Fleet:
        """Read the services with their latest deployments."""

    def history(self) -> Fleet:
        """Read the services with as many deployments as a plan may want."""

    def subscribe(self, deployments: Collection[Deployment]) -> None:
        """Have news of these deployments end the next `wait`, where Railway gives news."""

    def patience_s(self, wait: Wait) -> float:
        """How long to wait before Railway is asked again: longer where it will give news."""

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until there is news; return whether there is."""

    def observe(
        self, judged: Mapping[str, Deployment], before: Fleet, subject: Subject, within_s: float
    ) -> Observation:
        """Gather in so many seconds everything about these deployments, by service name."""

    def ahead_s(self) -> float:
        """Return by how many seconds Railway's clock is ahead of this one, as far as it is told."""

    def stumbling(self, judged: Mapping[str, Deployment], fleet: Fleet) -> frozenset[str]:
        """Ask cheaply, without Railway, which of these do not answer well just now."""

    def failing_in_depth(self, serving: Mapping[str, Deployment], fleet: Fleet) -> frozenset[str]:
        """Ask without Railway, each address once, which of these say that they are bad."""

    def answering_for_themselves(
        self, judged: Mapping[str, Deployment], fleet: Fleet
    ) -> frozenset[str]:
        """Ask cheaply, without Railway, which of these answer for themselves by now."""

    def read_ahead(self, commit_sha: str) -> None:
        """Read what a commit ships, so that nothing waits for it later."""

    def breaking_changes(self, older: Deployment, judged: Deployment) -> BreakingChanges:
        """Return what migrations between both took away from the older one."""

    def is_started_alike(self, one: Deployment, other: Deployment) -> bool:
        """Whether both were given the same environment, project and database."""

    def background(self, service: str, judged: Deployment, good: Deployment | None) -> Background:
        """Gather what lies behind a failure; what cannot be read is told in it."""

    def states(self, names: Collection[str]) -> Fleet:
        """Read some of the services with their latest deployments."""

    def at_once(
        self, asks: Mapping[str, Callable[[], T]], limit_s: float
    ) -> Mapping[str, T | Unobserved]:
        """
        Ask all of these at the same moment; `Unobserved` where the limit ended first.

        What is then still asked goes on without anybody who listens. `asks` raise nothing.
        """

    def roll_back(self, deployment_id: str) -> None:
        """Ask Railway to put this deployment back."""

    def redeploy(self, deployment_id: str) -> None:
        """Ask Railway to start this deployment's image again."""

    def cancel(self, deployment_id: str) -> None:
        """Ask Railway to stop a deployment that is on its way."""

    def incident(self) -> str:
        """Return what Railway says is wrong with its platform, empty where nothing is."""

    def auto_deploy(self, service: str) -> AutoDeploy:
        """Whether a push deploys a service."""

    def set_auto_deploy(self, service: str, *, enabled: bool) -> None:
        """Have pushes deploy a service, or not."""

    def link(self, service: str) -> str:
        """Address of the service's page at Railway, for a person."""


class Memory(Protocol):
    """What outlasts a run. Every method may raise a `ProviderError`."""

    @property
    def lacking(self) -> str:
        """Why nothing outlasts a run, so that nothing is read of others; empty where it does."""

    @property
    def how_it_keeps(self) -> str:
        """How two runs are kept from rolling back twice, and whose records count, for a person."""

    @property
    def uncounted(self) -> Mapping[str, str]:
        """Who wrote records that were read and do not count, by the deployment they are about."""

    def records(self) -> Sequence[PastVerdict]:
        """Return what earlier gates found, newest first."""

    def remember(self, records: Sequence[PastVerdict]) -> None:
        """Keep what this gate found."""

    def claim(self, deployment_id: str, attempt: int) -> Claim:
        """
        Ask to make the rollback of a judged deployment; atomic over all runs.

        Attempts count from 1. A next one is asked for where the holder before it must be dead.
        """

    def settle(self, deployment_id: str, attempt: int) -> None:
        """Leave word that Railway was asked for that rollback, and has answered."""

    def hold(self, service_id: str) -> None:
        """Keep that auto-deploy of a service is switched off after a rollback."""

    def holds(self) -> frozenset[str]:
        """Return the ids of the services whose auto-deploy is held."""

    def release(self, service_id: str) -> None:
        """Forget that it is held."""

    def claimed(self) -> Mapping[str, LatestClaim]:
        """Return the latest claim of each deployment that was to be left, by its id."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What everything that a run does is done with."""

    world: World
    memory: Memory
    clock: Clock
    journal: "Journal"
    patience: Patience = field(default_factory=Patience)  # With the memory, over a whole run.

    def ask_memory(
        self, asks: Mapping[str, Callable[[], T]], limit_s: float, *, is_waited_for: bool = True
    ) -> Mapping[str, T | Unobserved]:
        """
        Ask the memory all of these at once. `asks` raise nothing.

        Where something waits for that, a memory that was silent a moment ago has a moment itself.
        """
        begun_s = self.clock.now_s()
        given_s = self.patience.left_s(begun_s, limit_s) if is_waited_for else limit_s
        answers = self.world.at_once(asks, given_s)
        if not any(isinstance(answer, Unobserved) for answer in answers.values()):
            self.patience.restore()
        elif (now_s := self.clock.now_s()) >= begun_s + limit_s > begun_s:
            self.patience.lose(now_s)
        return answers


class Listener(Protocol):
    """Is told what happens while it happens."""

    def happened(self, entry: TimelineEntry) -> None:
        """Something happened."""

    def waiting(
        self, text: str, since_s: float, limit_s: float, moving: Sequence[Moving] = ()
    ) -> None:
        """What is being waited for, for how long already, and how long at most, by service."""


class Journal:
    """Writes the timeline and tells the listener."""

    def __init__(self, clock: Clock, listener: Listener) -> None:
        self._clock = clock
        self._listener = listener
        self._entries: list[TimelineEntry] = []
        self._answers: tuple[ReportedAnswer, ...] = ()
        self._doing = ""

    @property
    def doing(self) -> str:
        """What the run waits for, or has just done, as in "it was …"; empty at its start."""
        return self._doing

    def note(self, event: str, text: str, service: str = "") -> None:
        """Write down that something happened now."""
        entry = TimelineEntry(self._clock.now(), event, service, text)
        self._entries.append(entry)
        self._doing = f"at {event} ({service}: {text})" if service else f"at {event} ({text})"
        self._listener.happened(entry)

    def waiting(
        self, text: str, since_s: float, limit_s: float, moving: Sequence[Moving] = ()
    ) -> None:
        """Tell what is being waited for; not written down."""
        self._doing = f"waiting: {text}"
        self._listener.waiting(text, since_s, limit_s, moving)

    def looked(self, findings: Sequence[Finding]) -> None:
        """Write down what a look had for answers, and how long they took."""
        self._answers = thinned((*self._answers, *answers_of(findings)))

    @property
    def answers(self) -> tuple[ReportedAnswer, ...]:
        """The answers of all looks, oldest first; of very many a part."""
        return self._answers

    @property
    def entries(self) -> tuple[TimelineEntry, ...]:
        """Everything so far, oldest first."""
        return tuple(self._entries)


def attempt(ask: Callable[[], T]) -> T | Unobserved:
    """
    The one place where a source's failure becomes evidence instead of an exception.

    Strangers' bytes come in there: what nobody foresaw must not end the run that undoes a deploy.

    Raises:
        ConfigError: the command cannot be carried out as it was called.
    """
    try:
        return ask()
    except Exception as error:
        known = provider_error(error)
        return Unobserved(known.message, known.hint)


def provider_error(error: Exception) -> ProviderError:
    """
    Return what a source raised as the error of a source, whatever it is called.

    Raises:
        Exception: `error`, a mistake of the user's, or a signal that a library made an error of.
    """
    if isinstance(error, ProviderError):
        return error
    if isinstance(error, VerifierError) or _was_interrupted(error):
        raise error
    return UnreachableError(f"unexpected error ({type(error).__name__}: {error})")


def _was_interrupted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False
