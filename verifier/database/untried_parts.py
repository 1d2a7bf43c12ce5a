"""What else a table does when a row is written: nobody can try that without writing one."""

from collections.abc import Iterator

import psycopg

from verifier.database.written_row import WrittenRow
from verifier.model.finding import Unobserved

_TRIGGERS = """
select tgname::text, pg_get_triggerdef(oid) from pg_catalog.pg_trigger
where tgrelid = to_regclass(%(table)s) and not tgisinternal and tgenabled in ('O', 'A')
and tgtype & case when %(verb)s = 'insert' then 4 else 16 end <> 0 order by tgname
"""
_RULES = """
select rulename::text, pg_get_ruledef(oid) from pg_catalog.pg_rewrite
where ev_class = any(array[to_regclass(%(table)s), to_regclass(%(named)s)])
and ev_type in ('2', '3')
order by rulename
"""
#: Of foreign keys and of what is unique, those whose columns all get a value that stays the same.
_KEYS = """
select c.relname::text, pg_get_indexdef(i.indexrelid), i.indnkeyatts > 0 and not exists (
  select from unnest(i.indkey) with ordinality as k (attnum, n)
  left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
  where k.n <= i.indnkeyatts and not coalesce(a.attname = any(%(constants)s), true))
from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
where i.indrelid = to_regclass(%(table)s) and (i.indisunique or i.indisexclusion)
union all
select o.conname::text, pg_get_constraintdef(o.oid), not exists (
  select from pg_catalog.pg_attribute a where a.attrelid = o.conrelid and a.attnum = any(o.conkey)
  and not a.attname = any(%(constants)s))
from pg_catalog.pg_constraint o
where o.conrelid = to_regclass(%(table)s) and o.contype = 'f'
order by 1
"""
_KINDS = {"v": "a view", "p": "a partitioned table", "f": "a foreign table"}
_KIND = """
select relkind::text from pg_catalog.pg_class
where oid = any(array[to_regclass(%(table)s), to_regclass(%(named)s)]) and relkind in ('v','p','f')
"""


def untried_parts(
    connection: psycopg.Connection, row: WrittenRow, named: str
) -> Iterator[Unobserved]:
    """Yield what may change or refuse this row; `named` is what the statement itself names."""
    asked: dict[str, object] = {
        "table": row.table,
        "named": named,
        "verb": row.verb,
        "constants": list(row.constants),
    }
    for name, definition in connection.execute(_TRIGGERS.encode(), asked).fetchall():
        text = f"the trigger {name} was not tried: it may change or refuse what is written"
        yield Unobserved(text, f"read what it does: {definition}")
    for name, definition in connection.execute(_RULES.encode(), asked).fetchall():
        text = f"the rule {name} was not tried: it may write something else instead"
        yield Unobserved(text, f"read what it does: {definition}")
    for name, definition, is_same in connection.execute(_KEYS.encode(), asked).fetchall():
        if is_same:
            text = f"{name} was not tried: it looks at other rows, and may refuse this one"
            yield Unobserved(text, f"compare it with pause yourself: {definition}")
    for (kind,) in connection.execute(_KIND.encode(), asked).fetchall():
        text = f"pause.write goes through {_KINDS[kind]}: what stands behind it was not tried"
        yield Unobserved(text, "pause and resume once in a calm hour, to see it work")
