"""`pause`: the kill switch, and how it is known whether the system is paused."""

from typing import Annotated

from pydantic import AfterValidator, StrictBool

from verifier.config.fields import Section
from verifier.model.sql import is_query


def _with_parameters(value: str) -> str:
    missing = [n for n in ("status", "reason", "actor") if f"%({n})s" not in value]
    if missing:
        raise ValueError("SQL that uses " + ", ".join(f"%({name})s" for name in missing))
    return value


def _without_parameters(value: str) -> str:
    if value and (not is_query(value) or "%(" in value):
        raise ValueError("a query that starts with select or with, and takes no parameters")
    return value


#: As the default `read` has it, a row without a time is the newest one.
_CURRENT = "select status from julia_status order by created_at desc nulls first limit 1"


class PauseSection(Section):
    """What `verifier pause` and `verifier resume` write and read back."""

    write: Annotated[str, AfterValidator(_with_parameters)] = (
        "insert into julia_status (status, motivo, alterado_por, alterado_via) "
        "values (%(status)s, %(reason)s, %(actor)s, 'manual')"
    )
    """One SQL statement with these three parameters; a literal % is written %%."""
    read: Annotated[str, AfterValidator(_with_parameters)] = (
        "select status from julia_status as own where status = %(status)s "
        "and motivo = %(reason)s and alterado_por = %(actor)s and not exists (select from "
        "julia_status as later where later.status <> own.status "
        "and coalesce(later.created_at, 'infinity') > own.created_at) limit 1"
    )
    """Returns the status where what was written took effect; of a log, where it is the newest."""
    current: Annotated[str, AfterValidator(_without_parameters)] = ""
    """SQL that returns the status as it is now; left out: of the default table, if that is used."""
    paused: str = "pausado"
    """The status of a system that is paused."""
    running: str = "ativo"
    """The status of a system that runs."""
    when_not_recovered: StrictBool = False
    """Pause the system if a rollback did not recover production."""

    @property
    def reads_now(self) -> str:
        """What tells the status now; empty where the file does not say how."""
        is_default = self.model_fields_set.isdisjoint(("write", "read"))
        return self.current or (_CURRENT if is_default else "")
