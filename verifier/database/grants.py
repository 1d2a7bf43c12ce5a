"""Which rights a database role lacks for what the configuration asks of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import psycopg
from psycopg import sql

from verifier.database.powers import read_powers
from verifier.database.row_policies import statements_of_new
from verifier.database.visibility import as_texts, parse_sights, sights_query
from verifier.errors import UnexpectedAnswerError
from verifier.model.database_rights import DatabaseRole, Right, Rights

#: Privileges of what is there; `to_regclass` looks along the search path as a query would.
_RIGHTS = """
select w.name, n.nspname::text, c.relname::text,
  has_schema_privilege(n.oid, 'usage'), has_table_privilege(c.oid, 'select'),
  has_table_privilege(c.oid, 'insert, update, delete, truncate')
    or has_any_column_privilege(c.oid, 'insert, update') or pg_has_role(c.relowner, 'member')
from unnest(%(names)s::text[]) as w (name)
join pg_catalog.pg_class c on c.relname::text = regexp_replace(w.name, '^.*[.]', '')
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  and (w.name not like '%%.%%' or n.nspname::text = split_part(w.name, '.', 1))
where c.relkind in ('r', 'p', 'v', 'm', 'f')
  and (w.name like '%%.%%' or n.nspname::text not in ('pg_catalog', 'information_schema'))
order by array_position(current_schemas(false), n.nspname), n.nspname
"""
_ROLE = """
select current_user::text, rolsuper, current_database()::text, pg_is_in_recovery(),
  current_setting('server_version'), coalesce((select ssl from pg_stat_ssl
  where pid = pg_backend_pid()), false)
from pg_catalog.pg_roles where rolname = current_user
"""
NEW_ROLE = "deploy_verifier"


def read_rights(
    connection: psycopg.Connection, names: Sequence[str], rows_of: Collection[str] = ()
) -> Rights:
    """
    Return the rights on these tables and views; the first of a name along the search path.

    Of those in `rows_of` every row is to be seen; of the others it is enough that they answer.

    Raises:
        UnexpectedAnswerError: the catalogue is malformed.
        psycopg.Error: it could not be read.
    """
    match connection.execute(_ROLE.encode()).fetchone():
        case (str(user), bool(is_super), str(database), bool(recovers), str(version), bool(ssl)):
            # Weaker ones take any certificate, or one of any server that the same authority signed.
            is_proven = ssl and connection.info.get_parameters().get("sslmode") == "verify-full"
            role = DatabaseRole(user, is_super, database, recovers, version, ssl, is_proven)
        case _:
            raise UnexpectedAnswerError("the database did not report the current user")
    asked_query = sights_query(list(rows_of))
    sights = parse_sights(
        connection.execute(asked_query.text, asked_query.parameters).fetchall() if rows_of else ()
    )
    found: dict[str, Right] = {}
    for row in connection.execute(_RIGHTS.encode(), {"names": list(names)}).fetchall():
        match row:
            case (str(asked), str(schema), str(name), use, read, write):
                right = Right(asked, schema, name, bool(use), bool(read), bool(write))
                found.setdefault(asked, right)
            case _:
                raise UnexpectedAnswerError("the database catalogue is malformed")
    read_by_row = [found[name] for name in rows_of if name in found]
    of_new = _policies_of_new(connection, read_by_row)
    for right in read_by_row:
        sight = sights.of(right.asked)
        policies = sight.policies if sight else ()
        found[right.asked] = replace(right, policies=policies, policies_of_new=of_new[right.asked])
    absent = tuple(name for name in names if name not in found)
    # A superuser may do everything, which is told as that.
    powers = () if role.is_superuser else read_powers(connection)
    return Rights(role, tuple(found.values()), absent, powers)


def _policies_of_new(
    connection: psycopg.Connection, tables: Sequence[Right]
) -> Mapping[str, tuple[str, ...]]:
    """Return what a role without rights of its own needs to see all rows, by what is asked for."""
    asked = {
        "role": NEW_ROLE,
        "schemas": [right.schema for right in tables],
        "tables": [right.name for right in tables],
    }
    rows = connection.execute(statements_of_new().encode(), asked).fetchall() if tables else []
    found = {(str(schema), str(name)): as_texts(texts) for schema, name, texts in rows}
    return {right.asked: found.get((right.schema, right.name), ()) for right in tables}


def missing_grants(rights: Rights) -> tuple[str, ...]:
    """Return the SQL that gives the role what it lacks, GRANTs and policies."""
    role = rights.role.name
    grants = _grants(
        role,
        [right for right in rights.tables if not right.may_use_schema],
        [right for right in rights.tables if not right.may_read],
    )
    return grants + _once(text for right in rights.tables for text in right.policies)


def role_sql(rights: Rights) -> tuple[str, ...]:
    """Return the SQL of a new role that may read what is asked for, and nothing else."""
    role, database = sql.Identifier(NEW_ROLE), sql.Identifier(rights.role.database)
    head = (
        sql.SQL("create role {} login password 'CHOOSE ONE';").format(role).as_string(None),
        sql.SQL("alter role {} set default_transaction_read_only = on;")
        .format(role)
        .as_string(None),
        sql.SQL("grant connect on database {} to {};").format(database, role).as_string(None),
    )
    return (
        *head,
        *_grants(NEW_ROLE, rights.tables, rights.tables),
        *_once(text for right in rights.tables for text in right.policies_of_new),
    )


def _once(statements: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(statements))


def _grants(role: str, used: Sequence[Right], read: Sequence[Right]) -> tuple[str, ...]:
    to = sql.Identifier(role)
    schemas = dict.fromkeys(right.schema for right in used)
    tables = dict.fromkeys((right.schema, right.name) for right in read)
    grants = [
        sql.SQL("grant usage on schema {} to {};").format(sql.Identifier(schema), to)
        for schema in schemas
    ]
    grants += [
        sql.SQL("grant select on {} to {};").format(sql.Identifier(schema, name), to)
        for schema, name in tables
    ]
    return tuple(grant.as_string(None) for grant in grants)
