"""What migrations create in a database."""

from collections.abc import Collection
from dataclasses import dataclass

from verifier.model.migration_ledger import DatabaseObject


@dataclass(frozen=True, slots=True)
class SoughtEffects:
    """What one migration creates and no later one takes away, renames or moves again."""

    objects: tuple[DatabaseObject, ...] = ()
    is_whole: bool = False
    """Whether that is all it does: a database that has it all can need nothing more of it."""

    def missing_from(self, present: Collection[DatabaseObject]) -> tuple[DatabaseObject, ...]:
        """Return what a database lacks; a table that it lacks stands for its columns."""
        missing = [each for each in self.objects if each not in present]
        tables = {each.name for each in missing if each.kind == "table"}
        return tuple(e for e in missing if e.kind != "column" or e.name not in tables)

    def found_in(self, present: Collection[DatabaseObject]) -> tuple[DatabaseObject, ...]:
        """Return what a database has; a table that it has stands for its columns."""
        found = [each for each in self.objects if each in present]
        tables = {each.name for each in self.objects if each.kind == "table"}
        return tuple(e for e in found if e.kind != "column" or e.name not in tables)
