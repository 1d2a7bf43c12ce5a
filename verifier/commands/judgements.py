"""The verdicts of one run: one on each commit that it condemns, and one on what it judges then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from verifier.decide.gate.arrival import Arrival, Stage, Wanted
from verifier.decide.gate.remainders import Left, remainders, spread
from verifier.model.deployment import Deployment, Fleet
from verifier.model.known_before import NOTHING_KNOWN, KnownBefore
from verifier.model.past_verdict import PastVerdict
from verifier.model.report import RestoreOutcome, RollbackResult
from verifier.model.verdict import Keep, RollBackTo, Verdict, VerdictWord

_NO_VERDICT = Verdict(VerdictWord.INCONCLUSIVE, "the gate did not come to a verdict")
_NO_PLAN = Keep("there was no verdict")
_RED = (VerdictWord.FAILED, VerdictWord.INCONCLUSIVE)


@dataclass(slots=True, eq=False)
class Judgement:
    """One verdict of a run, and what was done about it. Times in seconds on the run's clock."""

    verdict: Verdict = _NO_VERDICT
    plan: RollBackTo | Keep = _NO_PLAN
    judged: Mapping[str, Deployment] = field(default_factory=dict)
    """What was judged, by service name, as far as Railway has it."""
    passed: Mapping[str, Deployment] = field(default_factory=dict)
    """Those that were live and looked at to the end, by service name."""
    good: frozenset[str] = frozenset()
    """Services of which what is live was good when it was last heard of (`Watched.good`)."""
    awaited: frozenset[str] = frozenset()
    """Services whose deployment was still on its way when the verdict was given."""
    condemned: Mapping[str, Deployment] = field(default_factory=dict)
    """Those that must not stay, by service name."""
    spared_by: Sequence[PastVerdict] = ()
    """Verdicts of earlier gates: what they verified goes with no other service (`spread`)."""
    adopted: Mapping[str, RollbackResult] = field(default_factory=dict)
    """Rollbacks that were somebody else's."""
    seen: KnownBefore = NOTHING_KNOWN
    """The checks of what was judged that were good in any look."""
    first_failure_s: float | None = None
    asked_s: float | None = None
    """When Railway was first asked for a rollback."""
    recovered_s: float | None = None

    def must_go(self, fleet: Fleet, wanted: Wanted | None = None) -> dict[str, Deployment]:
        """Return what is condemned by now, by service, as Railway shows it."""
        return spread(fleet, self.condemned, wanted, self.spared_by)

    @property
    def recovered_in_s(self) -> float | None:
        """Seconds from the first condemning answer to the proven recovery."""
        if self.recovered_s is None or self.first_failure_s is None:
            return None
        return self.recovered_s - self.first_failure_s

    @property
    def put_back_in_s(self) -> float | None:
        """Seconds from asking Railway for the first rollback to the proof of what is back."""
        if self.recovered_s is None or self.asked_s is None:
            return None
        return self.recovered_s - self.asked_s


def adopted(arrivals: Sequence[Arrival]) -> Mapping[str, RollbackResult]:
    """Return the rollbacks that somebody else has made, by service name."""
    return {
        arrival.service: RollbackResult(
            to=arrival.by.id,
            deployment=arrival.by.id,
            outcome=RestoreOutcome.ADOPTED,
            reason="rolled back by someone else",
            from_=arrival.deployment.id,
        )
        for arrival in arrivals
        if arrival.stage is Stage.ROLLED_BACK and arrival.by and arrival.deployment
    }


def overall_verdict(judgements: Sequence[Judgement]) -> Verdict:
    """Return one verdict of all: red stays red, whatever was judged after it."""
    if len(judgements) == 1:
        return judgements[0].verdict
    verdicts = [judgement.verdict for judgement in judgements]
    failed = [verdict for verdict in verdicts if verdict.word is VerdictWord.FAILED]
    foremost = failed or verdicts[-1:]
    reasons = [verdict.reason for verdict in foremost]
    reasons += [f"the rest: {v.word}, {v.reason}" for v in verdicts if v not in foremost]
    return Verdict(
        VerdictWord.FAILED if failed else verdicts[-1].word,
        "; ".join(dict.fromkeys(reasons)),
        tuple(dict.fromkeys(f for verdict in verdicts for f in verdict.findings)),
        tuple(dict.fromkeys(f for verdict in verdicts for f in verdict.condemned_by)),
        next((verdict.limit for verdict in failed if verdict.limit), ""),
    )


def overall_plan(judgements: Sequence[Judgement]) -> RollBackTo | Keep:
    """Return the moves of all plans as one; a plan that touches nothing only where all are such."""
    if len(judgements) == 1:
        return judgements[0].plan
    plans = [j.plan for j in judgements if j.verdict.word in _RED]
    moving = [plan for plan in plans if isinstance(plan, RollBackTo)]
    if not moving:
        return next(iter(plans), _NO_PLAN)
    refusals = tuple(refusal for plan in plans for refusal in plan.refusals)
    return RollBackTo(tuple(move for plan in moving for move in plan.moves), refusals)


def other_commit(judgements: Sequence[Judgement], own: str) -> str:
    """Return the commit that is condemned where that is one, and not the run's own."""
    commits = {d.commit_sha for one in judgements for d in one.condemned.values()}
    return next(iter(commits)) if own and len(commits) == 1 and own not in commits else ""


def left_over(fleet: Fleet, judgements: Sequence[Judgement]) -> Mapping[str, Left]:
    """
    Return what services still have of what must not stay.

    Where nothing was condemned, that is all that a red verdict is about: of a commit that did not
    come to one service it is what the others have. Beside a commit that was condemned, what is
    merely unclear is told apart (`decide/gate/unjudged.py`).
    """
    found: dict[str, Left] = {}
    for one in judgements:
        is_whole = len(judgements) == 1 or one.verdict.word is VerdictWord.FAILED
        must_go = one.condemned or (one.judged if is_whole else {})
        found |= remainders(fleet, spread(fleet, must_go, spared_by=one.spared_by))
    return found


def recovered_in_s(judgements: Sequence[Judgement]) -> float | None:
    """Return the longest recovery from a failure; None where one of them is not recovered from."""
    failed = [j for j in judgements if j.verdict.word in _RED and j.first_failure_s is not None]
    took = [judgement.recovered_in_s for judgement in failed]
    return max((s for s in took if s is not None), default=None) if None not in took else None
