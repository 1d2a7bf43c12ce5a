"""What a role is allowed to see: hidden is not absent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from psycopg import sql

from verifier.database.isolated_queries import Query, Rows, Unanswered
from verifier.database.row_policies import with_policies
from verifier.errors import UnexpectedAnswerError
from verifier.model.finding import Unobserved

#: Everybody may read the catalogue. Row security hides rows without a word, unless a policy of
#: this role lets it see every row and none restricts that. Of a view the tables below count: they
#: are asked with the rights of its owner, or with those of the caller (`security_invoker`).
#: Source: https://www.postgresql.org/docs/current/ddl-rowsecurity.html
_SEEN = """
with recursive asked as (
  select w.name, c.oid, c.relkind, n.oid as schema_id, n.nspname, c.relname
  from unnest(%(names)s::text[], %(schemas)s::text[], %(tables)s::text[])
    as w (name, in_schema, bare)
  join pg_catalog.pg_class c on c.relname::text = w.bare
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    and (w.in_schema = '' or n.nspname::text = w.in_schema)
  where c.relkind in ('r', 'p', 'v', 'm', 'f')
    and (w.in_schema <> '' or n.nspname !~ '^(pg_|information_schema$)')
), below as (
  select distinct oid as top, oid, relkind, 0::oid as owner from asked
  union
  select b.top, c.oid, c.relkind,
    case when 'security_invoker=true' = any(coalesce(v.reloptions, '{}')) then 0::oid
         else v.relowner end
  from below b
  join pg_catalog.pg_class v on v.oid = b.oid
  join pg_catalog.pg_rewrite r on r.ev_class = v.oid
  join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass
    and d.objid = r.oid and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> v.oid
  join pg_catalog.pg_class c on c.oid = d.refobjid
  where b.relkind = 'v'
), hiding as (
  select b.top
  from below b
  join pg_catalog.pg_class c on c.oid = b.oid and c.relkind in ('r', 'p') and c.relrowsecurity
  join pg_catalog.pg_roles o on o.oid = b.owner or (b.owner = 0 and o.rolname = current_user)
  where not (o.rolsuper or o.rolbypassrls)
    and (c.relforcerowsecurity or not pg_has_role(o.oid, c.relowner, 'usage'))
    and not (
      exists (select from pg_catalog.pg_policy p where p.polrelid = c.oid and p.polpermissive
        and p.polcmd in ('r', '*') and pg_get_expr(p.polqual, p.polrelid) = 'true'
        and exists (select from unnest(p.polroles) m (id)
          where m.id = 0 or pg_has_role(o.oid, nullif(m.id, 0), 'usage')))
      and not exists (select from pg_catalog.pg_policy p where p.polrelid = c.oid
        and not p.polpermissive and p.polcmd in ('r', '*')
        and not (:excepts)
        and exists (select from unnest(p.polroles) m (id)
          where m.id = 0 or pg_has_role(o.oid, nullif(m.id, 0), 'usage'))))
)
select a.name, a.nspname::text, a.relname::text, a.relkind in ('v', 'm'), current_user::text,
  has_schema_privilege(a.schema_id, 'usage'), has_any_column_privilege(a.oid, 'select'),
  a.nspname = any(current_schemas(false)), a.oid in (select top from hiding),
  array(select distinct format('grant select on %%I.%%I to %%I;', n.nspname, c.relname, o.rolname)
    from below b join pg_catalog.pg_class c on c.oid = b.oid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_roles o on o.oid = b.owner or (b.owner = 0 and o.rolname = current_user)
    where b.top = a.oid and b.oid <> a.oid
    and not has_any_column_privilege(o.oid, c.oid, 'select') order by 1),
  case when a.relkind in ('r', 'p') and a.oid in (select top from hiding)
    then (:opening) else '{}' end
from asked a
order by array_position(current_schemas(false), a.nspname), a.nspname
"""


@dataclass(frozen=True, slots=True)
class Sight:
    """One table or view of a name that is asked for, as the role sees it."""

    asked: str
    """As the configuration names it."""
    schema: str
    name: str
    is_view: bool
    role: str
    may_use_schema: bool
    may_read: bool
    is_near: bool
    """Whether its schema is in the search path, and may be used."""
    hides_rows: bool
    """Whether row level security may keep rows from this role."""
    grants_below: tuple[str, ...] = ()
    """SQL for the rights that a view needs below it, and its owner or this role lacks."""
    policies: tuple[str, ...] = ()
    """SQL that lets this role see every row of a table that hides some."""

    def why_hidden(self) -> Unobserved | None:
        """Tell why the role does not reach it at all, with the SQL that mends it."""
        label = f"{self.schema}.{self.name}"
        if not self.may_use_schema:
            usage, grant = usage_sql(self.role, self.schema), grant_sql(self.role, self)
            text = f"{self.role} may not use the schema {self.schema}"
            return Unobserved(text, f"{usage} {grant}")
        if not self.may_read:
            return Unobserved(f"{self.role} may not read {label}", grant_sql(self.role, self))
        if not self.is_near and "." not in self.asked:
            text = f"{self.asked} is in the schema {self.schema}, which {self.role} does not search"
            return Unobserved(text, f"name it {label} in the configuration")
        if self.grants_below:
            text = f"the view {label} may not read the tables or views below it"
            return Unobserved(text, " ".join(self.grants_below))
        return None

    def why_rows_hidden(self) -> Unobserved | None:
        """Tell why rows that are not seen may be there all the same, None where they may not."""
        if not self.hides_rows:
            return None
        label = f"{self.schema}.{self.name}"
        if self.is_view:
            hint = (
                f"let its owner see all rows of the tables below, or name these instead of {label}"
            )
        else:
            hint = " ".join(self.policies)
        return Unobserved(f"row level security may hide rows of {label} from {self.role}", hint)


@dataclass(frozen=True, slots=True)
class Sights:
    """Everything that bears one of the names that are asked for."""

    found: tuple[Sight, ...]
    unread: Unobserved | None = None
    """Why the catalogue was not read."""

    def of(self, asked: str) -> Sight | None:
        """Return what a query of this name reaches, else what it would mean: the first there is."""
        named = [sight for sight in self.found if sight.asked == asked]
        near = [s for s in named if s.is_near or ("." in asked and s.may_use_schema)]
        return next(iter(near or named), None)

    def why_hidden(self, asked: str) -> Unobserved | None:
        """Tell why what is asked for is there and not reached; None where nothing hides it."""
        sight = self.of(asked)
        return sight.why_hidden() if sight else self.unread

    def why_unread(self, asked: str, answer: Unobserved) -> Unobserved:
        """
        Tell why the rows of what is asked for did not come.

        A right on some columns lets a role ask for those alone.
        """
        hidden, sight = self.why_hidden(asked), self.of(asked)
        is_denied = isinstance(answer, Unanswered) and answer.is_denied
        if hidden is None and is_denied and sight is not None and not sight.is_view:
            return replace(answer, hint=grant_sql(sight.role, sight))
        return hidden or answer

    def why_rows_hidden(self, asked: str) -> Unobserved | None:
        """Tell why rows may be there that are not seen."""
        sight = self.of(asked)
        return sight.why_rows_hidden() if sight else self.unread

    def why_lacking(self, asked: str, keys: Sequence[str], seen: object) -> Unobserved | None:
        """Tell why markers may be there that are not among those seen, or in another table."""
        if not asked:
            return None
        hidden, sight = self.why_rows_hidden(asked), self.of(asked)
        is_seen = not isinstance(seen, dict) or all(key in seen for key in keys)
        if hidden or is_seen or sight is None:
            return hidden
        label = f"{sight.schema}.{sight.name}"
        if sight.is_view:
            hint = "let it show them, or name the table below it in guards.table"
            return Unobserved(f"{label} is a view, which may leave rows out", hint)
        others = [s.schema for s in self.found if s.asked == asked and s.schema != sight.schema]
        if "." in asked or sight.schema == "public" or not others:
            return None
        text = f"{label} is read, and a table of that name is in the schema {others[0]} as well"
        return Unobserved(text, f"name {others[0]}.{sight.name} in guards.table, if it is meant")


def as_texts(value: object) -> tuple[str, ...]:
    """Return an array of texts."""
    return tuple(map(str, value)) if isinstance(value, list) else ()


def sights_query(names: Sequence[str]) -> Query:
    """Return the query for what the role sees of these tables and views."""
    parts = [name.split(".") for name in names]
    return Query(
        with_policies(_SEEN, "current_user").encode(),
        {
            "names": list(names),
            "schemas": [part[-2] if len(part) > 1 else "" for part in parts],
            "tables": [part[-1] for part in parts],
        },
    )


def parse_sights(rows: Rows | Unobserved) -> Sights:
    """
    Return what the role sees.

    Raises:
        UnexpectedAnswerError: the rows are malformed.
    """
    if isinstance(rows, Unobserved):
        return Sights((), rows)
    found: list[Sight] = []
    for row in rows:
        match row:
            case (str(asked), str(schema), str(name), is_view, str(role), *flags, below, policies):
                use, read, near, hides = map(bool, flags)
                sight = Sight(
                    *(asked, schema, name, bool(is_view), role, use, read, near, hides),
                    grants_below=as_texts(below),
                    policies=as_texts(policies),
                )
                found.append(sight)
            case _:
                raise UnexpectedAnswerError("the database catalogue is malformed")
    return Sights(tuple(found))


def usage_sql(role: str, schema: str) -> str:
    """Return the statement that lets a role look into a schema."""
    text = sql.SQL("grant usage on schema {} to {};")
    return text.format(sql.Identifier(schema), sql.Identifier(role)).as_string(None)


def grant_sql(role: str, sight: Sight) -> str:
    """Return the statement that lets a role read a table or view."""
    text = sql.SQL("grant select on {} to {};")
    table = sql.Identifier(sight.schema, sight.name)
    return text.format(table, sql.Identifier(role)).as_string(None)
