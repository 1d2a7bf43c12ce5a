"""Would the policies of a table let a row through? Their expressions are asked; none is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg

from verifier.database.tried_row import Taken, is_plain, take
from verifier.database.written_row import WrittenRow

#: Policies of this role: what each asks of a row that is written, or read; whether it is
#: permissive; which columns it looks at; and whether it can be asked.
_POLICIES = """
select p.polname::text, w.condition, p.polpermissive,
  array(select a.attname::text from pg_catalog.pg_attribute a join pg_catalog.pg_depend d
    on d.refobjid = a.attrelid and d.refobjsubid = a.attnum
    where d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
    and a.attrelid = p.polrelid order by a.attnum),
  w.condition !~* '\\mselect\\M'
  and IS_PLAIN
from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
cross join lateral (select coalesce(case when %(reads)s then pg_get_expr(p.polqual, p.polrelid)
  else coalesce(pg_get_expr(p.polwithcheck, p.polrelid), pg_get_expr(p.polqual, p.polrelid)) end,
  'true')) as w (condition)
where c.oid = to_regclass(%(table)s) and row_security_active(c.oid)
and p.polcmd::text in ('*', case when %(reads)s then 'r' when %(verb)s = 'insert' then 'a'
  else 'w' end)
and exists (select from unnest(p.polroles) m (id)
  where m.id = 0 or pg_has_role(nullif(m.id, 0), 'usage'))
order by p.polname
""".replace("IS_PLAIN", is_plain("pg_policy", "p.oid", "p.polrelid"))


@dataclass(frozen=True, slots=True)
class _Policy:
    name: str
    condition: str
    is_permissive: bool
    answer: Taken | None
    """None where it was not tried."""

    @property
    def lets_through(self) -> bool:
        return self.answer is not None and self.answer.is_taken is True

    @property
    def is_against(self) -> bool:
        """Whether it was tried, and is anything but true: NULL is no yes."""
        return self.answer is not None and self.answer.is_taken is not True


@dataclass(frozen=True, slots=True)
class PolicyTrial:
    """What policies say of a row."""

    against: tuple[tuple[str, str, str], ...] = ()
    """Those that keep it out: name, values and condition."""
    untried: tuple[tuple[str, str], ...] = ()
    """Those on which it depends and that were not tried: name and condition."""


def try_policies(connection: psycopg.Connection, row: WrittenRow, *, reads: bool) -> PolicyTrial:
    """
    Return what the policies say of a row that is to be written, or read once it was.

    One permissive policy is enough, and each restrictive one is needed. What the old row of an
    UPDATE has to be like is not known.
    """
    asked = {"table": row.table, "verb": row.verb, "reads": reads}
    is_old = row.verb == "update" and not reads
    policies = list(_tried(connection, row, asked, is_old=is_old))
    open_ = [p for p in policies if p.is_permissive]
    needed = [p for p in policies if not p.is_permissive]
    against = [p for p in needed if p.is_against]
    untried = [p for p in needed if p.answer is None]
    if not any(p.lets_through for p in open_):
        unknown = [p for p in open_ if p.answer is None]
        untried += unknown
        against += [] if unknown else open_
    return PolicyTrial(
        tuple((p.name, p.answer.values if p.answer else "", p.condition) for p in against),
        tuple((p.name, p.condition) for p in untried),
    )


def _tried(
    connection: psycopg.Connection, row: WrittenRow, asked: dict[str, object], *, is_old: bool
) -> Iterator[_Policy]:
    for name, condition, is_permissive, columns, can_ask in _rows(connection, asked):
        answer: Taken | None = None
        if condition == "true":
            answer = Taken(is_taken=True)
        elif can_ask and not is_old and set(columns) <= set(row.values):
            tried = take(connection, row, condition, columns)
            answer = None if isinstance(tried, str) else tried
        yield _Policy(name, condition, is_permissive, answer)


def _rows(
    connection: psycopg.Connection, asked: dict[str, object]
) -> Sequence[tuple[str, str, bool, list[str], bool]]:
    rows = connection.execute(_POLICIES.encode(), asked).fetchall()
    return [
        (str(n), str(c), bool(p), list(columns), bool(plain)) for n, c, p, columns, plain in rows
    ]
