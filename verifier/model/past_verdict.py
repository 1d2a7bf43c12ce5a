"""What gates leave behind for those that run after them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from verifier.model.deployment import Deployment
from verifier.model.known_before import KnownBefore


class PastStatus(StrEnum):
    """What a gate found of a deployment."""

    VERIFIED = "verified"
    CONDEMNED = "condemned"
    SEEN = "seen"
    """It served and was looked at, without a verdict on it."""


@dataclass(frozen=True, slots=True)
class PastVerdict:
    """What one gate found of one deployment of one service."""

    service: str
    deployment_id: str
    commit_sha: str
    image_digest: str
    status: PastStatus
    at: datetime | None = None
    """When it was found, by the clock of where it is kept; None where that does not say."""
    seen: KnownBefore | None = None
    """What its checks said; None where nobody kept that."""
    run_url: str = ""
    """Page of the run that found it; empty where none is known."""
    reason: str = ""
    """Why a person had it put back, in their words; empty where nobody had."""
    restored_in_s: float | None = None
    """Of what failed: seconds from its first failing answer to the proven recovery by that run."""
    put_back_in_s: float | None = None
    """Of what a rollback put back: seconds from asking Railway to the proof that it works."""
    takes_back: bool = False
    """Whether the gate that condemned it saw later that going back was of no help."""
    given_up: bool = False
    """Whether it was still on its way when its run ended, and nobody had seen it serve."""
    found_by: str = field(default="", compare=False)
    """Which gate found it, of all that run on one page; empty where earlier versions did."""

    def is_about(self, service: str, deployment: Deployment) -> bool:
        """Whether it speaks of this deployment, or of another one with the same code."""
        if service != self.service:
            return False
        same_commit = bool(self.commit_sha) and self.commit_sha == deployment.commit_sha
        same_image = bool(self.image_digest) and self.image_digest == deployment.image_digest
        return self.deployment_id == deployment.id or same_commit or same_image


def without_taken_back(newest_first: Iterable[PastVerdict]) -> Iterator[PastVerdict]:
    """
    Leave out what a gate condemned and then took back, and that it did.

    Several jobs of a run, and its further attempts, have one page: each takes back its own alone.
    """
    taken_back: set[tuple[str, str, str]] = set()
    for record in newest_first:
        by_whom = (record.service, record.deployment_id, record.found_by or record.run_url)
        if record.takes_back:
            taken_back.add(by_whom)
        elif record.status is not PastStatus.CONDEMNED or by_whom not in taken_back:
            yield record


class Claim(StrEnum):
    """Whether a rollback of one judged deployment is ours to make."""

    GRANTED = "granted"
    """Nobody has begun it; whoever asks next is told that it is held."""
    HELD = "held"
    """Another run has begun it, and has not said what became of it."""
    SPENT = "spent"
    """Another run has asked Railway for it, and said so."""


@dataclass(frozen=True, slots=True)
class LatestClaim:
    """The latest claim of one rollback, whoever made it."""

    attempt: int
    """Counted from 1."""
    claim: Claim
