"""What a team asks beside its health: an endpoint of its own, and what its answer must hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from verifier.model.expected_value import Comparison, Scalar
from verifier.model.finding import Outcome


@dataclass(frozen=True, slots=True)
class Extra:
    """One endpoint that is asked besides."""

    name: str
    path: str
    expect: Mapping[str, Comparison] = field(default_factory=dict)
    """By JSONPath; empty where the document is read for breakers, limits and jobs."""
    outcome: Outcome = Outcome.WARN
    """What it is worth where it does not hold: a warning, or a failure."""
    missing: Outcome | None = None
    """What it is worth in the end where nothing stands there; None: not known."""


@dataclass(frozen=True, slots=True)
class Found:
    """What stands in a document where a JSONPath leads."""

    values: tuple[Scalar, ...] = ()
    others: tuple[str, ...] = ()
    """What else stands there: objects and lists, which compare with nothing."""
    instead: str = ""
    """Where nothing is: what is there instead, for a person."""
