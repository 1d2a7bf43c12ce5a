"""Is a move still due right now, and has Railway made it?"""

from dataclasses import dataclass, replace
from enum import Enum, auto

from verifier.decide.gate.rollback_plan import serves
from verifier.decide.gate.succession import on_its_way, taken_over_by
from verifier.model.deployment import Deployment, DeploymentStatus, ServiceState
from verifier.model.report import RestoreOutcome
from verifier.model.verdict import Move, RestoreMethod

#: Railway's words for why it made a deployment, as far as they are known.
_REASONS = ("deploy", "redeploy", "rollback")
_FAILED = (DeploymentStatus.FAILED, DeploymentStatus.CRASHED)


@dataclass(frozen=True, slots=True)
class Ready:
    """The condemned deployment still serves and nothing newer exists."""


@dataclass(frozen=True, slots=True)
class NotDue:
    """The move must not be made."""

    reason: str
    by: Deployment | None = None
    """The rollback that somebody else has begun to the same code, which is to be awaited."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A move that Railway has, or may have, begun. Times in seconds on the run's clock."""

    move: Move
    known: frozenset[str]
    """Ids of the deployments that were there before."""
    since_s: float
    """When Railway had answered."""
    outcome: RestoreOutcome = RestoreOutcome.RESTORED
    """What it is once Railway shows it."""
    doubt: str = ""
    """What Railway answered in place of a clean yes."""
    quiet_from_s: float = 0.0
    """From when on nothing more can come of a request that is in doubt."""
    is_denied: bool = False
    """Whether Railway said that this token may not: asking the same again changes nothing."""
    is_answered: bool = False
    """Whether an answer came, so that nothing of the request is on its way any more."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A move that waits until Railway shows its service again."""

    move: Move
    since_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """A move that another run has claimed: it is due once that has come to nothing."""

    move: Move
    since_s: float


Open = Sent | Unseen | Held


class MoveStage(Enum):
    """How far a move has come."""

    OPEN = auto()
    DUE = auto()
    """It is to be made, for the first time or once more."""
    LEFT = auto()
    """It is left to the run that has claimed it."""
    ENDED = auto()


def next_try(item: Open, *, repeats: int, is_half_made: bool) -> Move | None:
    """
    Return how a move that is due is made now: for the first time, once more, or in another way.

    None where nothing is left to try; `repeats` is how often it was made once more already. Where
    `is_half_made`, other services are back, and what Railway has answered is asked a third time.
    """
    if isinstance(item, Unseen | Held):
        return item.move
    if item.is_denied and item.move.methods[1:]:
        return replace(item.move, methods=item.move.methods[1:])
    if item.outcome is RestoreOutcome.ADOPTED:
        return item.move
    most = 2 if is_half_made and isinstance(item, Sent) and item.is_answered else 1
    return item.move if is_once_more(item) and repeats < most else None


def is_once_more(item: Open) -> bool:
    """Whether this run has made a move itself, and may make the same again if it did nothing."""
    return (
        isinstance(item, Sent) and item.outcome is not RestoreOutcome.ADOPTED and not item.is_denied
    )


def still_due(state: ServiceState, move: Move) -> Ready | NotDue:
    """Compare the plan with what Railway shows right before the mutation."""
    newer = taken_over_by(state, move.condemned) or on_its_way(state, move.condemned)
    if newer is not None:
        if newer.same_code_as(move.target):
            return NotDue(f"deployment {newer.id} is already restoring it", newer)
        return NotDue(f"a newer deployment has appeared, {newer.id}")
    if state.active == (move.target.id,):
        return NotDue(f"{move.target.id} is active again", move.target)
    if not serves(state, move.condemned):
        return NotDue(f"{move.condemned.id} is no longer the active deployment")
    target = state.find(move.target.id)
    if target is not None and not _can(target, move.methods):
        return NotDue(f"Railway can no longer restore {move.target.id}")
    return Ready()


def _can(target: Deployment, methods: tuple[RestoreMethod, ...]) -> bool:
    by_rollback = RestoreMethod.ROLLBACK in methods and target.can_rollback
    return by_rollback or (RestoreMethod.REDEPLOY in methods and target.can_redeploy)


def restored_by(state: ServiceState, move: Move, known: frozenset[str]) -> Deployment | str | None:
    """
    Find what a rollback brought back.

    `known` are the deployments from before it. Returns the sole active deployment of the
    target's code, a sentence where the rollback ended badly, None while it is under way.
    """
    made = _made(state, move, known)
    for deployment in made:
        if state.active == (deployment.id,) and deployment.status.is_up:
            return deployment
    new = [d for d in made if d.id != move.target.id]
    if new and all(d.status in _FAILED for d in new):
        return f"the rollback's deployment {new[0].id} ended as {new[0].status}"
    return None


def made_by(found: Deployment, sent: Sent) -> tuple[RestoreOutcome, str]:
    """
    Say whose rollback a deployment is that was found after a move, and how that is known.

    What Railway says was made otherwise than it was asked is not this run's doing. Where it gave
    no clean yes it may be anybody's: it has answered "Not Authorized" to what it then did.
    """
    shown = f"Railway shows {found.label} active"
    is_otherwise = found.reason in _REASONS and found.reason != sent.move.methods[0]
    is_new = found.id != sent.move.target.id
    if sent.outcome is RestoreOutcome.ADOPTED or (is_new and is_otherwise):
        return RestoreOutcome.ADOPTED, f"{shown}, not by this run"
    if sent.doubt:
        return sent.outcome, f"{shown}, maybe not by this run: its request was not confirmed"
    return sent.outcome, shown


def displaced_by(state: ServiceState, sent: Sent) -> Deployment | None:
    """
    Find what replaced a rollback before it served, where that came to nothing and it is due again.

    Railway drops what is still being started once something newer comes. What a person has removed
    has nothing newer behind it, and stays removed.
    """
    made = [d for d in _made(state, sent.move, sent.known) if d.id != sent.move.target.id]
    if sent.outcome is RestoreOutcome.ADOPTED or not made or any(d.instances for d in made):
        return None
    newest = max(d.created_at for d in made)
    ended = (DeploymentStatus.REMOVED, DeploymentStatus.FAILED)
    newer = [d for d in state.deployments if d.created_at > newest and d.status in ended]
    is_over = all(d.status is DeploymentStatus.REMOVED for d in made)
    is_due = is_over and isinstance(still_due(state, sent.move), Ready)
    return max(newer, key=lambda d: d.created_at) if newer and is_due else None


def begun_by(state: ServiceState, move: Move, known: frozenset[str]) -> Deployment | None:
    """Find the deployment that Railway has made for a rollback, and that is still on its way."""
    made = (d for d in _made(state, move, known) if d.id != move.target.id)
    return next((d for d in made if d.status.is_under_way), None)


def _made(state: ServiceState, move: Move, known: frozenset[str]) -> list[Deployment]:
    return [
        d
        for d in state.deployments
        if d.id == move.target.id or (d.id not in known and d.same_code_as(move.target))
    ]


def is_ours_now(state: ServiceState, sent: Sent) -> bool:
    """Whether somebody else's rollback, which was awaited, came to nothing: ours is due again."""
    return sent.outcome is RestoreOutcome.ADOPTED and isinstance(still_due(state, sent.move), Ready)


def why_in_vain(state: ServiceState, sent: Sent, now_s: float) -> str:
    """
    Return why a move has come to nothing, so that it is due again; empty where it has not.

    Railway has shown for long enough that an unclear answer meant no, or has dropped it.
    """
    is_over = bool(sent.doubt) and now_s >= sent.quiet_from_s
    if is_over and is_unchanged(state, sent.move, sent.known):
        return sent.doubt
    newer = displaced_by(state, sent)
    if newer is None:
        return ""
    return f"{newer.id} replaced the rollback before it served, and did not serve either"


def is_unchanged(state: ServiceState, move: Move, known: frozenset[str]) -> bool:
    """Whether nothing has come of a move, and it is still due."""
    is_without_new = known.issuperset(d.id for d in state.deployments)
    return is_without_new and isinstance(still_due(state, move), Ready)
