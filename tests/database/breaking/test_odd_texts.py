"""Migrations that are written as nobody should: what their tool applies of them is found."""

import pytest

from verifier.database.breaking_changes import breaking_changes
from verifier.database.migration_reading import read_migration
from verifier.model.migration_ledger import Migration

OLD = "create table users (id bigint primary key, email text, plan text, age int);"
DROP = "alter table users drop column plan;"
AGE = "alter table users drop column age"
PLAN = ["dropped plan"]
BOTH = ["dropped age", "dropped plan"]
UNREAD = ["unread"]
NOTHING = []


def found_in(tool, content, file):
    older = read_migration("supabase", Migration("1", file="1.sql"), OLD.encode())
    newer = {"2": read_migration(tool, Migration("2", file=file), content)}
    found = breaking_changes(newer, [older])
    return sorted({f"{change.kind} {change.name}".strip() for change in found})


#: Tool, text, and what it breaks for a person who reads it as the tool does.
ROWS = [
    ("dbmate", f"-- migrate:down\n{DROP}", NOTHING),
    ("dbmate", DROP, PLAN),
    ("dbmate", "", NOTHING),
    ("dbmate", f"-- migrate:up\n-- migrate:down\n{DROP}", NOTHING),
    (
        "dbmate",
        f"-- migrate:up\nselect 1;\n-- migrate:down\n{AGE};\n-- migrate:up\n{DROP}",
        NOTHING,
    ),
    ("goose", f"-- +goose Down\n{DROP}", NOTHING),
    ("goose", DROP, PLAN),
    ("node-pg-migrate", f"-- Down Migration\n{DROP}", NOTHING),
    ("supabase", f"/* a /* b */ {AGE}; */ {DROP}", PLAN),
    ("supabase", f"/* a /* b */ insert c */ {DROP}", PLAN),
    ("supabase", f"/* a /* b */ 1 */ -- c\n/**/ {DROP}", PLAN),
    ("supabase", f"/* -- */ {DROP}", PLAN),
    ("supabase", f"insert into t values ('/*'); {DROP}", PLAN),
    ("supabase", f"/* a /* b */ {DROP}", UNREAD),
    ("supabase", f"{'/*' * 5000}{'*/' * 5000}{DROP}", PLAN),
    ("supabase", f"insert into t values ($$; {AGE}; $$); {DROP}", PLAN),
    ("supabase", f"insert into t values ($a$ $b$; {AGE}; $b$ $a$); {DROP}", PLAN),
    ("supabase", f"insert into t values ($é$; {AGE};$é$); {DROP}", PLAN),
    ("supabase", f"prepare x as select $1; {DROP}", PLAN),
    ("supabase", f"create table a$b$ (id int); {DROP}", PLAN),
    ("supabase", f"insert into t values (E'a''b\\'c; {AGE};'); {DROP}", PLAN),
    ("supabase", f"insert into t values ('a\\'); {DROP}", PLAN),
    ("supabase", f"\\copy users from 'it.csv' csv\n{DROP}", PLAN),
    ("supabase", f"\\copy (select * from users; {AGE}) to 'x.csv'\n{DROP}", PLAN),
    ("supabase", f"copy users from stdin;\n1\t{AGE};\n\\.\n{DROP}", PLAN),
    ("supabase", f"--\n-- Data; of it's\n--\n\ncopy users from stdin;\nit's\n\\.\n{DROP}", PLAN),
    ("supabase", f"\\set x 'a\n\\connect other\n{DROP}", PLAN),
    ("supabase", f"\\restrict abc\n{DROP}\n\\unrestrict abc\n", PLAN),
    ("supabase", f"\\if :x\n{DROP}\n\\else\n{AGE};\n\\endif\n", BOTH),
    ("supabase", f"select 1 as x \\gset\n{DROP}", PLAN),
    ("supabase", f"{AGE} \\g out.txt\n{DROP}", BOTH),
    ("supabase", f"{AGE}\\; {DROP}", BOTH),
    ("supabase", f"select 'drop table users' \\gexec\n{DROP}", ["dropped plan", "unread"]),
    ("supabase", f"\\! psql -f other.sql\n{DROP}", ["dropped plan", "unread"]),
    ("supabase", f"-- as of old machines\r{DROP}\r", PLAN),
    ("supabase", f"-- of Windows\r\n{DROP}\r\n", PLAN),
    ("supabase", f"select 1;\0{DROP}", UNREAD),
    ("supabase", f"{AGE};\ufeff{DROP}", ["dropped age", "unread"]),
    ("supabase", f"comment on table users is 'caf\xe9'; {DROP}".encode("latin-1"), PLAN),
    ("supabase", DROP.encode("utf-16"), PLAN),
    ("supabase", DROP.encode("utf-16-le"), UNREAD),
    ("supabase", bytes(range(256)), UNREAD),
    (
        "supabase",
        f"create function f() returns int begin atomic {'select 1;' * 5000} end; {DROP}",
        PLAN,
    ),
    (
        "supabase",
        f"/* a */ create rule r as on insert to users do also (select ')'; select 2;); {DROP}",
        PLAN,
    ),
    ("supabase", b"insert into t values ('" + b"x" * 50_000_000 + b"');" + DROP.encode(), PLAN),
]


@pytest.mark.parametrize(("tool", "text", "expected"), ROWS, ids=lambda value: repr(value)[:50])
def test_what_is_applied_is_found(tool, text, expected):
    content = text if isinstance(text, bytes) else text.encode()

    assert found_in(tool, content, "2.sql") == expected


def test_code_of_50_mb_is_told_and_not_parsed():
    assert found_in("alembic", b"x = 1\n" * 8_000_000, "2.py") == UNREAD
