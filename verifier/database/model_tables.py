"""Which tables the models of a framework have that are not called after them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from verifier.database import schema_sql as to
from verifier.database.sql_statements import OfModel, Statement, Unread

_Step = Statement | Unread


@dataclass(slots=True)
class ModelTables:
    """Follows models through their migrations, of which each knows only what it says itself."""

    tables: dict[str, str] = field(default_factory=dict)
    """By the table that is called after a model the one that it has, empty for none."""
    asked: set[str] = field(default_factory=set)
    """Models of which older migrations tell what a statement does."""

    def resolved(self, steps: Iterable[_Step]) -> Iterator[_Step]:
        """Yield the steps with the names that the tables have."""
        for step in steps:
            if isinstance(step, Statement) and step.model is not None:
                yield self._resolved(step, step.model)
            else:
                yield step

    def _resolved(self, step: Statement, model: OfModel) -> Statement:
        before = None if model.begins else self.tables.get(model.name)
        does_nothing = before == "" or model.has_none
        if model.becomes and before is not None:
            does_nothing = True  # its table keeps its own name
        elif model.table is not None and not does_nothing and not model.begins:
            does_nothing = (model.table or model.name) == (before or model.name)
        self._follow(model, before)
        if does_nothing:
            return replace(step, sql=to.nothing(model.name))
        if before is None:
            return step
        return replace(step, sql=step.sql.replace(to.quoted(model.name), to.table(before), 1))

    def _follow(self, model: OfModel, before: str | None) -> None:
        """Note which table a model has after a statement."""
        if model.table == "" and before is None:
            self.asked.add(model.name)
        now = before if model.table is None else model.table or None
        if model.has_none or before == "":
            now = ""
        self.tables.pop(model.name, None)
        if now is not None and not model.ends:
            self.tables[model.becomes or model.name] = now
