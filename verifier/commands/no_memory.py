"""The memory of a run where nothing outlasts it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verifier.errors import ProviderError
from verifier.model.past_verdict import Claim, LatestClaim, PastVerdict


@dataclass(frozen=True, slots=True)
class NoMemory:
    """Where nothing outlasts a run, because of `lacking`."""

    lacking: str

    @property
    def how_it_keeps(self) -> str:
        """How two runs are kept from rolling back twice, for a person."""
        return f"no lock between runs, each only re-reads Railway before it acts: {self.lacking}"

    @property
    def uncounted(self) -> Mapping[str, str]:
        """Nothing was read."""
        return {}

    def records(self) -> Sequence[PastVerdict]:
        """Nothing is known."""
        return ()

    def remember(self, records: Sequence[PastVerdict]) -> None:
        """Forget it."""

    def claim(self, deployment_id: str, attempt: int) -> Claim:  # noqa: ARG002
        """
        Say that there is nothing to claim it with.

        Raises:
            ProviderError: no other run would know of it.
        """
        raise ProviderError(self.lacking)

    def settle(self, deployment_id: str, attempt: int) -> None:
        """Forget it."""

    def hold(self, service_id: str) -> None:
        """Forget it."""

    def holds(self) -> frozenset[str]:
        """Nothing is known."""
        return frozenset()

    def release(self, service_id: str) -> None:
        """Nothing was kept."""

    def claimed(self) -> Mapping[str, LatestClaim]:
        """Nothing is known."""
        return {}
