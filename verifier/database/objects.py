"""Which objects does a database have?"""

from collections.abc import Iterator, Sequence

from verifier.database.isolated_queries import Query, Rows
from verifier.errors import UnexpectedAnswerError
from verifier.model.migration_ledger import DatabaseObject

_SEARCH = """
select w.kind, w.name, w.part, case w.kind
  when 'function' then exists (
    select from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where w.name in (p.proname, n.nspname || '.' || p.proname))
  when 'extension' then exists (
    select from pg_catalog.pg_extension e where e.extname = w.name)
  when 'row level security' then coalesce((
    select c.relrowsecurity from pg_catalog.pg_class c where c.oid = to_regclass(w.name)), false)
  when 'column' then exists (
    select from pg_catalog.pg_attribute a
    where a.attrelid = to_regclass(w.name) and a.attname = w.part and not a.attisdropped)
  else to_regclass(w.name) is not null end
from unnest(%(kinds)s::text[], %(names)s::text[], %(parts)s::text[]) as w(kind, name, part)
"""


def objects_query(objects: Sequence[DatabaseObject]) -> Query:
    """Return the query for which of these objects there are."""
    return Query(
        _SEARCH.encode(),
        {
            "kinds": [wanted.kind for wanted in objects],
            "names": [wanted.name for wanted in objects],
            "parts": [wanted.part for wanted in objects],
        },
    )


def parse_objects(rows: Rows) -> Iterator[DatabaseObject]:
    """
    Yield those that there are.

    Raises:
        UnexpectedAnswerError: the rows are malformed.
    """
    for row in rows:
        match row:
            case (str(kind), str(name), str(part), bool(is_there)):
                if is_there:
                    yield DatabaseObject(kind, name, part)
            case _:
                raise UnexpectedAnswerError("the database catalogue is malformed")
