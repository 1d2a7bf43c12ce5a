"""What a role may do beyond reading, whatever the configuration asks of it."""

import psycopg

from verifier.errors import UnexpectedAnswerError
from verifier.model.database_rights import Power, PowerKind

#: Of each kind what it is about, worst first. A member counts where it does not inherit, too: it
#: may take on the other role, and then has its rights. That a role may make others, databases or
#: copies is never inherited. A table counts where its schema may be used.
#: What is owned can be changed and dropped, whatever is not granted; with a table its sequences.
#: Of each kind that has no row of its own here PostgreSQL keeps who owns it.
_POWERS = """
with me as (select * from pg_catalog.pg_roles where rolname = current_user),
roles as (
  select oid from me
  union
  select oid from pg_catalog.pg_roles
  where pg_has_role(oid, 'member') and not pg_has_role(oid, 'usage')
),
schemas as (
  select oid, nspname::text as name, nspowner
  from pg_catalog.pg_namespace
  where nspname !~ '^pg_' and nspname <> 'information_schema'
),
owned (owner, name) as (
  select c.relowner, s.name || '.' || c.relname from pg_catalog.pg_class c
  join schemas s on s.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') or c.relkind = 'S' and not exists (
    select from pg_catalog.pg_depend d where d.objid = c.oid
      and d.classid = 'pg_catalog.pg_class'::regclass and d.deptype in ('a', 'i'))
  union all
  select p.proowner, s.name || '.' || p.proname || '()' from pg_catalog.pg_proc p
  join schemas s on s.oid = p.pronamespace
  union all
  select t.typowner, s.name || '.' || t.typname from pg_catalog.pg_type t
  join schemas s on s.oid = t.typnamespace where t.typtype in ('e', 'd', 'r')
  union all
  select nspowner, name from schemas s
  where not exists (select from roles r where has_schema_privilege(r.oid, s.oid, 'create'))
  union all
  select d.refobjid, pg_describe_object(d.classid, d.objid, 0) from pg_catalog.pg_shdepend d
  where d.deptype = 'o' and d.refclassid = 'pg_catalog.pg_authid'::regclass
    and d.dbid = (select oid from pg_catalog.pg_database where datname = current_database())
    and d.classid not in ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_proc'::regclass,
      'pg_catalog.pg_namespace'::regclass, 'pg_catalog.pg_default_acl'::regclass)
    and not exists (select from pg_catalog.pg_type t
      where d.classid = 'pg_catalog.pg_type'::regclass
      and t.oid = d.objid and (t.typtype in ('e', 'd', 'r') or t.typelem <> 0))
),
found (rank, kind, name) as (
  select 1, 'becomes', rolname::text from pg_catalog.pg_roles
  where rolsuper and pg_has_role(oid, 'member')
  union all
  select 2, 'member', rolname::text from pg_catalog.pg_roles
  where rolname in ('pg_write_all_data', 'pg_execute_server_program', 'pg_write_server_files',
    'pg_read_server_files', 'pg_signal_backend', 'pg_maintain', 'pg_create_subscription',
    'pg_checkpoint')
    and pg_has_role(oid, 'member')
  union all
  select 3, 'owns_database', datname::text from pg_catalog.pg_database
  where datname = current_database() and pg_has_role(datdba, 'member')
  union all
  select 4, 'creates_roles', '' from pg_catalog.pg_roles
  where rolcreaterole and pg_has_role(oid, 'member')
  union all
  select 5, 'creates_databases', '' from pg_catalog.pg_roles
  where rolcreatedb and pg_has_role(oid, 'member')
  union all
  select 6, 'replicates', '' from pg_catalog.pg_roles
  where rolreplication and pg_has_role(oid, 'member')
  union all
  select 7, 'owns', name from owned where pg_has_role(owner, 'member')
  union all
  select 8, 'writes', s.name || '.' || c.relname from pg_catalog.pg_class c
  join schemas s on s.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'f', 'S') and not pg_has_role(c.relowner, 'member')
    and exists (select from roles r where has_schema_privilege(r.oid, s.oid, 'usage')
      and case when c.relkind = 'S' then has_sequence_privilege(r.oid, c.oid, 'update')
        else has_table_privilege(r.oid, c.oid, 'insert, update, delete, truncate, trigger')
          or has_any_column_privilege(r.oid, c.oid, 'insert, update') end)
  union all
  select 9, 'creates_schemas', current_database()::text
  where exists (select from roles r
    where has_database_privilege(r.oid, current_database(), 'create'))
  union all
  select 10, 'creates_in', name from schemas s
  where exists (select from roles r where has_schema_privilege(r.oid, s.oid, 'create'))
)
select distinct kind, name, rank from found order by rank, name limit 1000
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
            case (str(kind), str(name), _) if kind in set(PowerKind):
                found.append(Power(PowerKind(kind), name))
            case _:
                raise UnexpectedAnswerError("the database catalogue is malformed")
    # Whoever can be a superuser can do all the rest.
    supreme = tuple(power for power in found if power.kind is PowerKind.BECOMES)
    return supreme or tuple(found)
