"""What a probe may call: how a function is spelled changes nothing."""

import pytest

from verifier.model.sql import is_query, outlasting

OUTLASTING = [
    "select pg_advisory_lock(1)",
    "select 1 where PG_TRY_ADVISORY_LOCK (1)",
    'select "pg_advisory_lock"(1)',
    'select pg_catalog."pg_advisory_lock_shared" (1)',
    'select "pg_catalog" . "pg_terminate_backend"(1)',
    "select pg_advisory_lock /* why */ (1)",
    "select pg_advisory_lock/* a /* b */ c */(1)",
    "select pg_advisory_lock -- why\n (1)",
    'select "pg_advisory_lock"/**/(1)',
    'select U&"pg\\005fadvisory_lock"(1)',
    "select u&\"d!0061ta!+000061\" uescape '!' from x",
    "with x as (select pg_catalog.pg_reload_conf()) select * from x",
    "select dblink_exec('dbname=x', 'drop table y')",
    "select query_to_xml('select pg_adv' || 'isory_lock(1)', true, true, '')",
    r"select query_to_xml(E'select pg\x5fadvisory_lock(1)', true, true, '')",
    "select * from ts_stat('select ' || 'x')",
    "select * from crosstab('select ' || 'x') as t(a int)",
    "select content from http_post('https://example.com', 'x', 'text/plain')",
    "select pg_logical_slot_get_changes('a', null, null)",
    "select pg_wal_replay_pause()",
    "values (pg_cancel_backend(1))",
]
READING = [
    "select count(*) from pg_locks where locktype = 'advisory'",
    "select pg_advisory_xact_lock(1)",
    "select count(*) from pg_stat_activity where query like '%pg_advisory_lock%'",
    "select max(updated_at) from http_requests",
    "select value from dblinks -- comment",
    "select set_config('a.b', 'c', false)",
    "with old as (select now() - max(at) as age from beats) select age from old",
]


@pytest.mark.parametrize("text", OUTLASTING)
def test_what_no_transaction_undoes_is_seen_however_it_is_spelled(text):
    assert outlasting(text)


@pytest.mark.parametrize("text", READING)
def test_what_reads_is_asked(text):
    assert is_query(text)
    assert outlasting(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "do $$ begin perform 1; end $$",
        "commit",
        "explain analyze select 1",
        "copy a to program 'x'",
    ],
)
def test_what_is_no_query_is_not_asked(text):
    assert not is_query(text)
