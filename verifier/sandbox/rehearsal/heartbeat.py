"""SQL that writes a heartbeat into a table of a team's, of which little is known."""

from collections.abc import Mapping

#: Fills what the table asks for besides: columns that may not be null and have no default.
_INSERT = """
do $$ declare names text; vals text; begin
select string_agg(quote_ident(attname), ', '), string_agg(case
    when typcategory = 'N' then '0'
    when typcategory = 'B' then 'false'
    when typcategory in ('D', 'T') then 'now()::' || format_type(atttypid, null)
    when typname = 'uuid' then 'gen_random_uuid()'
    when typname in ('json', 'jsonb') then quote_literal('{}')
    else quote_literal('rehearsal') end, ', ')
  into names, vals
  from pg_attribute join pg_type on pg_type.oid = atttypid
  where attrelid = 'TABLE'::regclass and attnum > 0 and not attisdropped and attnotnull
    and not atthasdef and attidentity = '' and attname not in (GIVEN);
execute 'insert into TABLE (' || concat_ws(', ', 'NAMES', names) || ') values ('
  || concat_ws(', ', VALUES, vals) || ')';
end $$
"""


def heartbeat_statement(table: str, values: Mapping[str, str]) -> str:
    """Return a statement that inserts a row; `values` are SQL expressions by plain column names."""
    given = ", ".join(f"'{name.lower()}'" for name in values)
    literals = "'" + ", ".join(values.values()).replace("'", "''") + "'"
    return (
        _INSERT.replace("TABLE", table)
        .replace("GIVEN", given)
        .replace("NAMES", ", ".join(values))
        .replace("VALUES", literals)
    )
