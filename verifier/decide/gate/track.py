"""One service on its way from the push to a verdict, and how far the run is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from verifier.decide.gate.arrival import Arrival, Stage
from verifier.decide.gate.judge import Live, judge
from verifier.model.deployment import Deployment
from verifier.model.known_before import KnownBefore
from verifier.model.verdict import Limits, Sample, Verdict, Wait


@dataclass(frozen=True, slots=True)
class Track:
    """One service of the run. Times in seconds on the run's clock."""

    arrival: Arrival
    since_s: float
    """When it came to its stage."""
    live_since_s: float | None = None
    """When the deployment that is live was first seen live."""
    decision: Verdict | Wait | None = None
    """What its own samples say; None where nothing is live."""

    @property
    def service(self) -> str:
        """Name of the service."""
        return self.arrival.service

    @property
    def live(self) -> Deployment | None:
        """The deployment to look at; None while there is none."""
        return self.arrival.deployment if self.arrival.stage is Stage.LIVE else None

    def judged(
        self,
        samples: Sequence[Sample],
        limits: Limits,
        until_s: float,
        before: KnownBefore | None = None,
    ) -> "Track":
        """
        Return it with what `samples` say of what is live; `until_s` is the end of looking.

        `before` is what was seen of the checks before; None where nothing is excused by that.
        """
        if self.live is None or self.live_since_s is None:
            return replace(self, decision=None)
        live = Live(self.service, self.live, self.live_since_s, until_s, before)
        return replace(self, decision=judge(samples, live, limits))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the run is. Seconds on the run's clock."""

    now_s: float
    started_s: float
    until_s: float
    """When the looking must end."""
    usual_s: float | None = None
    """What an earlier deployment took; None where that is not known."""

    @property
    def waited_s(self) -> float:
        """Return the seconds since the run began."""
        return self.now_s - self.started_s

    @property
    def rest_s(self) -> float:
        """Return the seconds that are left for looking."""
        return self.until_s - self.now_s
