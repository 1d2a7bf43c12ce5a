"""What is asked of a database. Apart from the session, which takes its time to be imported."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from verifier.database.ledger_tool import Ledger
from verifier.model.finding import Unobserved
from verifier.model.migration_ledger import DatabaseObject


@dataclass(frozen=True, slots=True)
class Questions:
    """What is to be read."""

    marker_table: str = ""
    """With columns `key` and `value`; empty where no marker is asked for."""
    ledgers: Mapping[str, Ledger | Unobserved] = field(default_factory=dict)
    relations: Mapping[str, str] = field(default_factory=dict)
    """"table" or "view" by name."""
    probes: Mapping[str, str] = field(default_factory=dict)
    """SQL by name, each returning one value."""
    objects: tuple[DatabaseObject, ...] = ()
    """Further objects that must be there."""
    marker_keys: tuple[str, ...] = ()
    """The markers that are expected there."""

    @property
    def are_any(self) -> bool:
        """Whether there is anything to read at all."""
        return bool(
            self.marker_table or self.ledgers or self.relations or self.objects or self.probes
        )
