"""What a run knows of what serves, for those who ask it about a failure."""

from collections.abc import Mapping
from typing import Protocol

from verifier.model.deployment import Deployment, ServiceState
from verifier.model.known_before import KnownBefore
from verifier.model.verdict import Sample


class KnownServing(Protocol):
    """What is known of what serves."""

    @property
    def early(self) -> KnownBefore:
        """What failed before anything of the deploy was live."""

    @property
    def looks(self) -> tuple[KnownBefore, ...]:
        """What each look before that said, oldest first."""

    @property
    def sound(self) -> frozenset[str]:
        """Services whose latest record is good."""

    def was_good(self, state: ServiceState, deployment: Deployment) -> bool:
        """Whether it was seen good before the deploy, or a gate has verified it."""

    def was_up(self, service: str, deployment: Deployment) -> bool:
        """Whether the last look at it before the deploy found it good."""

    def has_been_good(self, service: str, deployment: Deployment) -> bool:
        """Whether an earlier run has seen this very deployment good."""

    def condemned(self, live: Mapping[str, Deployment]) -> frozenset[str]:
        """Return the services of which an earlier gate has failed this very deployment."""

    def refresh(self) -> None:
        """Read again what gates have found, where that is old."""

    def hear(self, told: Sample, serving: Mapping[str, Deployment]) -> None:
        """Keep what a look says of what serves."""
