"""What a role may do beyond reading, whatever the configuration asks of it."""

import psycopg

from verifier.errors import UnexpectedAnswerError
from verifier.model.database_rights import Power, PowerKind

#: Of each kind what it is about, worst first. A member counts where it does not inherit, too: it
#: may take on the other role. A table counts where its schema may be used.
_POWERS = """
with me as (select * from pg_catalog.pg_roles where rolname = current_user),
schemas as (
  select oid, nspname::text as name, has_schema_privilege(oid, 'usage') as is_open,
    has_schema_privilege(oid, 'create') as may_create
  from pg_catalog.pg_namespace
  where nspname !~ '^pg_' and nspname <> 'information_schema'
),
found (rank, kind, name) as (
  select 1, 'becomes', rolname::text from pg_catalog.pg_roles
  where rolsuper and pg_has_role(oid, 'member')
  union all
  select 2, 'member', rolname::text from pg_catalog.pg_roles
  where rolname in ('pg_write_all_data', 'pg_execute_server_program', 'pg_write_server_files',
    'pg_signal_backend', 'pg_maintain', 'pg_create_subscription', 'pg_checkpoint')
    and pg_has_role(oid, 'member')
  union all
  select 3, 'owns_database', datname::text from pg_catalog.pg_database
  where datname = current_database() and pg_has_role(datdba, 'member')
  union all
  select 4, 'creates_roles', '' from me where rolcreaterole
  union all
  select 5, 'creates_databases', '' from me where rolcreatedb
  union all
  select 6, 'replicates', '' from me where rolreplication
  union all
  select 7, 'owns', s.name || '.' || c.relname from pg_catalog.pg_class c
  join schemas s on s.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and pg_has_role(c.relowner, 'member')
  union all
  select 8, 'writes', s.name || '.' || c.relname from pg_catalog.pg_class c
  join schemas s on s.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'f') and s.is_open and not pg_has_role(c.relowner, 'member')
    and (has_table_privilege(c.oid, 'insert, update, delete, truncate, trigger')
      or has_any_column_privilege(c.oid, 'insert, update'))
  union all
  select 9, 'creates_schemas', current_database()::text
  where has_database_privilege(current_database(), 'create')
  union all
  select 10, 'creates_in', name from schemas where may_create
)
select kind, name from found order by rank, name limit 1000
"""


def read_powers(connection: psycopg.Connection) -> tuple[Power, ...]:
    """
    Return what the role that is logged in may do beyond reading, the worst first.

    Raises:
        UnexpectedAnswerError: the catalogue is malformed.
        psycopg.Error: it could not be read.
    """
    found: list[Power] = []
    for row in connection.execute(_POWERS.encode()).fetchall():
        match row:
            case (str(kind), str(name)) if kind in set(PowerKind):
                found.append(Power(PowerKind(kind), name))
            case _:
                raise UnexpectedAnswerError("the database catalogue is malformed")
    # Whoever can be a superuser can do all the rest.
    supreme = tuple(power for power in found if power.kind is PowerKind.BECOMES)
    return supreme or tuple(found)
