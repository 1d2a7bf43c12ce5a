"""What came of a drill, and what a person should do then."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from verifier.model.deployment import Deployment, Fleet
from verifier.model.exit_code import ExitCode
from verifier.model.report import RestoreOutcome, RollbackResult
from verifier.model.verdict import Verdict, VerdictWord

_CODES = {
    VerdictWord.PASSED: ExitCode.GOOD,
    VerdictWord.UNAFFECTED: ExitCode.GOOD,
    VerdictWord.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
}


@dataclass(frozen=True, slots=True)
class Leg:
    """One way of a drill, there or back again. Times in seconds since Railway was asked."""

    results: Mapping[str, RollbackResult] = field(default_factory=dict)
    """By service name; empty where Railway was not asked."""
    shown_s: float | None = None
    """When Railway showed the last of it."""
    proven_s: float | None = None
    """When everything was proven; None where it was not."""
    afterwards: Verdict | None = None
    """On what serves then; None where nobody looked."""

    @property
    def moved(self) -> tuple[str, ...]:
        """The services that this drill moved."""
        return self._with(RestoreOutcome.RESTORED)

    @property
    def is_whole(self) -> bool:
        """Whether all of it was made."""
        return bool(self.results) and len(self.moved) == len(self.results)

    @property
    def is_proven(self) -> bool:
        """Whether what serves is good."""
        return self.afterwards is not None and self.afterwards.word is VerdictWord.PASSED

    def _with(self, *outcomes: RestoreOutcome) -> tuple[str, ...]:
        return tuple(n for n, result in self.results.items() if result.outcome in outcomes)

    def unmade(self) -> str:
        """Say what was not made, and why."""
        return "; ".join(
            f"{name}: {result.reason}"
            for name, result in self.results.items()
            if result.outcome is not RestoreOutcome.RESTORED
        )

    @property
    def is_open(self) -> bool:
        """Whether somebody else's rollback, or one of which nothing is known, is among it."""
        return bool(self._with(RestoreOutcome.UNKNOWN, RestoreOutcome.ADOPTED))

    @property
    def was_refused(self) -> bool:
        """Whether Railway refused any of it."""
        return bool(self._with(RestoreOutcome.REFUSED))


@dataclass(frozen=True, slots=True)
class DrillEnd:
    """The verdict on a drill, and what its process ends with."""

    verdict: Verdict
    code: ExitCode


def verdict_of(back: Leg, forward: Leg, why: str) -> DrillEnd:
    """
    Give the verdict on a drill; `why` tells what kept it from going forward again, if anything.

    Good is what went both ways and was proven on both. Where the way back was not, and what served
    before is proven to serve again, the drill has failed and the environment is as it was.
    """
    if not back.moved:
        return _never_begun(back)
    found = (forward.afterwards or back.afterwards or Verdict(VerdictWord.FAILED, "")).findings
    if not forward.results:
        stays = f"rolled back and NOT forward again, {', '.join(back.moved)}: {why}"
        return DrillEnd(Verdict(VerdictWord.FAILED, stays, found), ExitCode.NOT_RECOVERED)
    if not (forward.is_whole and forward.is_proven):
        reason = forward.unmade() or _reason(forward)
        text = f"rolled back, and what was then rolled forward is not known to be good: {reason}"
        return DrillEnd(Verdict(VerdictWord.FAILED, text, found), ExitCode.NOT_RECOVERED)
    if not back.is_proven:
        text = f"the rollback could not be verified: {_reason(back)}"
        findings = back.afterwards.findings if back.afterwards else found
        return _as_before(text, Verdict(VerdictWord.FAILED, "", findings))
    if not back.is_whole:
        return _as_before(f"not everything was rolled back: {back.unmade()}", back.afterwards)
    text = (
        f"rolled back in {_s(back.shown_s)}, verified after {_s(back.proven_s)}; forward again in "
        f"{_s(forward.shown_s)}, verified after {_s(forward.proven_s)}"
    )
    return DrillEnd(Verdict(VerdictWord.PASSED, text, found), ExitCode.GOOD)


def end_so_far(verdict: Verdict) -> DrillEnd:
    """Return the end of a drill that was planned only, or that something cut off."""
    return DrillEnd(verdict, _CODES.get(verdict.word, ExitCode.NOT_RECOVERED))


def advice_of(
    end: DrillEnd,
    before: Mapping[str, Deployment],
    fleet: Fleet,
    results: Mapping[str, RollbackResult],
    links: Mapping[str, str],
) -> Iterator[str]:
    """
    Yield what a person should do.

    `before` is what the drill was to leave and to put forward again, `results` are its latest
    requests, `links` the pages at Railway, all by service name; `fleet` is what Railway shows now.
    """
    is_told = False
    for name, deployment in before.items():
        live, result = fleet[name].sole_active, results.get(name)
        page = links.get(name, "the service on Railway")
        if result is not None and result.outcome is RestoreOutcome.UNKNOWN:
            yield (
                f"{name}: Railway was asked for {result.to}, and it is not known what came of it: "
                f"open {page} and see that {deployment.id} or its commit serves in the end."
            )
        elif live is not None and (live.id == deployment.id or live.same_code_as(deployment)):
            continue
        elif live is None or live.id in _own(result):
            runs = f"runs {live.id}" if live else "has not exactly one active deployment"
            yield (
                f"{name} {runs}, not {deployment.id} as before the drill: open {page}, deployment "
                f"{deployment.id}, Rollback."
            )
        else:
            yield f"{name} runs {live.id}, which came during the drill: leave it to its own gate."
        is_told = True
    if end.code is ExitCode.NOT_RECOVERED and not is_told:
        yield "What is live is not confirmed healthy: check it now."


def _own(result: RollbackResult | None) -> tuple[str, ...]:
    """Ids of what a drill has put back by its latest request, or was to leave by it."""
    return () if result is None else (result.deployment, result.from_, result.to)


def _never_begun(back: Leg) -> DrillEnd:
    if back.is_open:
        text = f"could not confirm that the former deployments are still live: {back.unmade()}"
        return DrillEnd(Verdict(VerdictWord.FAILED, text), ExitCode.NOT_RECOVERED)
    if back.was_refused and back.is_proven:
        return _as_before(f"nothing was rolled back: {back.unmade()}", back.afterwards)
    if back.was_refused:
        text = (
            f"nothing was rolled back: {back.unmade()}; what is live is not healthy: "
            f"{_reason(back)}"
        )
        return DrillEnd(Verdict(VerdictWord.FAILED, text), ExitCode.NOT_RECOVERED)
    text = f"no drill, nothing was touched: {back.unmade()}"
    return DrillEnd(Verdict(VerdictWord.INCONCLUSIVE, text), ExitCode.INCONCLUSIVE)


def _as_before(text: str, verified: Verdict | None) -> DrillEnd:
    findings = verified.findings if verified else ()
    verdict = Verdict(
        VerdictWord.FAILED, f"{text}; the former deployments are live, verified", findings
    )
    return DrillEnd(verdict, ExitCode.FAILED_SAFE)


def _reason(leg: Leg) -> str:
    return leg.afterwards.reason if leg.afterwards else "it could not be checked"


def _s(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f} s"
