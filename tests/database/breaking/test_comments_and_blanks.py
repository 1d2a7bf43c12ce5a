"""Comments and blanks between the words of a migration change nothing of what it means."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.database.breaking.breaking_sql import USERS
from tests.database.breaking.test_breaking_sql import SQL_ROWS
from verifier.database.breaking_changes import breaking_changes
from verifier.database.migration_reading import read_migration
from verifier.model.migration_ledger import Migration

#: What a tool reads by its comments, or psql by its lines, is more than SQL.
PLAIN = [
    row.new
    for row in SQL_ROWS
    if row.tool == "supabase" and not any(mark in row.new for mark in ("\\", "--", "copy", "/*"))
]
#: Quotes, in which a blank is one, and what stands between them.
PIECES = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|(\$\w*\$).*?\1|\s+|[^\s'\"$]+|\$", re.DOTALL)
BLANKS = [
    *(" ", "\n", "\t", "\r\n", "\f", " \n\n "),
    *("/**/", "/* ; drop table users; */", "/* ' */", "/* $$ */", "/* -- */"),
    *("-- ' ; \"\n", "--\n", "-- /*\n", "-- $x$\r", "/*\n*/--*/\n", "/*/**/*/"),
    *("/* a /* b */ * /* / */ */", "/* **/", f"/* {'x' * 2000} */", "/*a*/ -- b\n /*c*/ \n"),
]


def found_in(sql):
    older = read_migration("supabase", Migration("1", file="1.sql"), f"{USERS};".encode())
    newer = read_migration("supabase", Migration("2", file="2.sql"), sql.encode())
    return {(c.kind, c.owner, c.name) for c in breaking_changes({"2": newer}, [older])}


@given(st.sampled_from(PLAIN), st.lists(st.sampled_from(BLANKS), min_size=1, max_size=9))
def test_what_stands_between_words_means_nothing(sql, blanks):
    pieces = [piece[0] for piece in PIECES.finditer(sql)]
    assert "".join(pieces) == sql
    places = [n for n, piece in enumerate(pieces) if piece.isspace()]

    for n, place in enumerate(places):
        pieces[place] = f" {blanks[n % len(blanks)]} "
    changed = f"{blanks[-1]} {''.join(pieces)} {blanks[0]}"

    assert found_in(changed) == found_in(sql)


@pytest.mark.parametrize("blank", ["/**/", "-- a\n", *BLANKS], ids=repr)
def test_a_body_of_sql_begins_behind_a_comment_too(blank):
    sql = f"create function f() returns int begin {blank} atomic select 1; select 2; end; drop table users"

    assert {kind for kind, _, _ in found_in(sql)} == {"dropped"}


@pytest.mark.parametrize("blank", BLANKS, ids=repr)
def test_a_condition_of_every_row_is_known_with_any_blank_in_it(blank):
    sql = f"delete from users {blank} where {blank} ( {blank} 1 {blank} = {blank} 1 )"

    assert {kind for kind, _, _ in found_in(sql)} == {"emptied"}


@pytest.mark.parametrize("blank", BLANKS, ids=repr)
def test_each_blank_stands_between_all_words(blank):
    sql = 'alter table "users" drop column plan , add column x int not null ; drop table other ;'

    assert found_in(sql.replace(" ", f" {blank} ")) == found_in(sql) != set()
