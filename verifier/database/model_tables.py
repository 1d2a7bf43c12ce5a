"""Which tables and columns the models of a framework have that are not called after them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from verifier.database import schema_sql as to
from verifier.database.sql_statements import OfField, OfModel, Statement, Unread

_Step = Statement | Unread


@dataclass(slots=True)
class ModelTables:
    """Follows models through their migrations, of which each knows only what it says itself."""

    tables: dict[str, str] = field(default_factory=dict)
    """By the table that is called after a model the one that it has, empty for none."""
    asked: set[str] = field(default_factory=set)
    """Models of which older migrations tell what a statement does."""

    unmanaged: dict[str, str | None] = field(default_factory=dict)
    """Of models whose tables do not change with them the names of these, None for its own."""
    columns: dict[str, dict[str, OfField]] = field(default_factory=dict)
    """By model and field what was said of it last."""

    def resolved(self, steps: Iterable[_Step]) -> Iterator[_Step]:
        """Yield the steps with the names that the tables have."""
        for step in steps:
            if isinstance(step, Statement) and step.model is not None:
                for each in self._with_columns(step, step.model):
                    yield self._resolved(each, step.model)
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
        if model.is_managed is True and model.name in self.unmanaged:
            now = self.unmanaged.pop(model.name)
        elif model.has_none or before == "" or model.is_managed is False:
            now = ""
        if model.is_managed is False and before != "":
            self.unmanaged[model.name] = before or model.table
        if model.becomes and model.name in self.unmanaged:
            self.unmanaged[model.becomes] = self.unmanaged.pop(model.name)
        self.tables.pop(model.name, None)
        if now is not None and not model.ends:
            self.tables[model.becomes or model.name] = now

    def _with_columns(self, step: Statement, model: OfModel) -> Iterator[Statement]:
        """Yield a step with what happens to a column that is not called after its field."""
        known = {} if model.begins else self.columns.setdefault(model.name, {})
        for each in model.fields:
            before = known.pop(each.name, None)
            if before is None and (each.becomes or each.is_named) and not model.begins:
                self.asked.add(model.name)
            if each.becomes:
                known[each.becomes] = _renamed(each, before)
                if before is not None and before.is_named:
                    step = replace(step, sql=to.nothing(model.name))
                continue
            if not each.column:
                if before is not None and before.is_named:
                    gone = to.drop_column(before.column)
                    step = replace(step, sql=to.alter(to.table(model.name), gone))
                continue
            known[each.name] = each
            table = to.table(model.name)
            if before is not None and before.column != each.column:
                yield replace(step, sql=to.rename_column(table, before.column, each.column))
            if before is not None and before.is_filled and not each.is_filled:
                taken = to.set_default(each.column, is_set=False)
                yield replace(step, sql=to.alter(table, taken))
        yield step
        self.columns.pop(model.name, None)
        if not model.ends:
            self.columns[model.becomes or model.name] = known


def _renamed(field_: OfField, before: OfField | None) -> OfField:
    """What is known of a field under its new name: its column goes with it unless it was named."""
    if before is not None and before.is_named:
        return replace(before, name=field_.becomes)
    is_reference = before is not None and before.column != field_.name
    is_filled = before is not None and before.is_filled
    column = field_.becomes + ("_id" if is_reference else "")
    return OfField(field_.becomes, column, is_filled=is_filled)
