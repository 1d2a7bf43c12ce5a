"""Which policies keep rows of a table from a role, and the statements that let it see all."""

#: Whether a restrictive policy `p` excepts a role, as the statements below have it: at the very
#: end. What is bound more tightly ends with more parentheses, as the server writes a condition.
_EXCEPTS = """
select right(pg_get_expr(p.polqual, p.polrelid),
    length(' OR (CURRENT_USER = ' || quote_literal(:role) || '::name))'))
  = ' OR (CURRENT_USER = ' || quote_literal(:role) || '::name))'"""
_APPLIES = """
select p.polrelid = a.oid and p.polcmd in ('r', '*')
  and exists (select from unnest(p.polroles) m (id) where m.id = 0 or exists (
    select from pg_catalog.pg_roles r where r.rolname = :role
    and pg_has_role(r.oid, nullif(m.id, 0), 'usage')))"""
_APPLIES_TO_EVERYBODY = """
select p.polrelid = a.oid and p.polcmd in ('r', '*') and 0::oid = any(p.polroles)"""
_FREE_NAME = """
select replace(:role || t.ending, '"', '""')
from unnest(array['_reads', '_reads_all', '_reads_every_row']) with ordinality as t (ending, place)
where not exists (select from pg_catalog.pg_policy p
  where p.polrelid = a.oid and p.polname::text = :role || t.ending)
order by t.place limit 1"""
_FIRST_NAME = """
select replace(:role || '_reads', '"', '""')"""
#: Of a table `a`. One more permissive policy opens nothing that a restrictive one closes, and to
#: loosen that for one role there is only its own condition.
#: Source: https://www.postgresql.org/docs/current/sql-createpolicy.html
_OPENING = """
select array(select s.statement from (
  select 1 as place, '' as named, format(
    'create policy "%%s" on "%%s"."%%s" for select to "%%s" using (true);',
    (:name),
    replace(a.nspname, '"', '""'), replace(a.relname, '"', '""'), replace(:role, '"', '""')
  ) as statement
  where not exists (select from pg_catalog.pg_policy p where p.polpermissive
    and pg_get_expr(p.polqual, p.polrelid) = 'true' and (:applies))
  union all
  select 2, p.polname::text, format(
    'alter policy "%%s" on "%%s"."%%s" using (%%s or current_user = %%L);',
    replace(p.polname::text, '"', '""'), replace(a.nspname, '"', '""'),
    replace(a.relname, '"', '""'), pg_get_expr(p.polqual, p.polrelid), :role)
  from pg_catalog.pg_policy p where not p.polpermissive and p.polqual is not null
    and not (:excepts) and (:applies)
) s order by s.place, s.named)"""
_OF_TABLES = """
select a.nspname, a.relname, (:opening)
from (
  select c.oid, n.nspname::text, c.relname::text from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join unnest(%(schemas)s::text[], %(tables)s::text[]) as w (in_schema, bare)
    on n.nspname::text = w.in_schema and c.relname::text = w.bare
  where c.relkind in ('r', 'p') and c.relrowsecurity
) a
"""


def with_policies(query: str, role: str) -> str:
    """
    Return a query with its parts filled in that are about a role, itself an expression of SQL.

    `:excepts` is whether a restrictive policy `p` lets it see all the same; `:opening` the
    statements, as an array, that let it see every row of the table `a`.
    """
    return _filled(query, role, _APPLIES, _FREE_NAME)


def statements_of_new() -> str:
    """
    Return the query for what a role that is yet to be made needs to see every row of tables.

    One of its name may be there, with policies: what is printed is enough without them.
    """
    return _filled(_OF_TABLES, "%(role)s", _APPLIES_TO_EVERYBODY, _FIRST_NAME)


def _filled(query: str, role: str, applies: str, name: str) -> str:
    opening = _OPENING.replace(":applies", applies).replace(":name", name)
    filled = query.replace(":opening", opening).replace(":excepts", _EXCEPTS)
    return filled.replace(":role", f"({role})::text")
