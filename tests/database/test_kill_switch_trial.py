"""What doctor tells of the kill switch, against a real PostgreSQL: nothing is ever written."""

import psycopg
import pytest

from tests.database.test_session import run
from tests.first_user import as_role, build_database
from verifier.config.pause_section import PauseSection
from verifier.database.kill_switch_trial import SwitchTrial
from verifier.database.written_row import planned_row
from verifier.model.secret import Secret

pytestmark = pytest.mark.slow

SECTION = PauseSection()
INSERT = "insert into julia_status (status, motivo, alterado_por, alterado_via) "
STATUSES = ("pausado", "ativo")
REASONS = ("a drill", "INC-7: the queue grows, paused until it is repaired")
WRITER = (
    "create role deploy_pauser login",
    "grant usage on schema public to deploy_pauser",
    "grant select, insert on julia_status to deploy_pauser",
)
READS = "create policy reads on julia_status for select to deploy_pauser using (true)"
WRITES = "create policy writes on julia_status for insert to deploy_pauser with check (true)"


#: Of a session, whatever its database says.
WRITABLE = "set default_transaction_read_only = off"


@pytest.fixture
def pausable(database):
    build_database(database)
    run(database, "drop role if exists deploy_pauser", *WRITER)
    yield database
    run(database, WRITABLE, "drop owned by deploy_pauser", "drop role deploy_pauser")


def ask(url, write=SECTION.write, read=SECTION.read, statuses=STATUSES, reasons=REASONS):
    address = Secret(as_role(url, "deploy_pauser"))
    return SwitchTrial(address, write, read, statuses, reasons, "verifier: doctor").ask()


def told(found):
    return [f"{each.reason} {each.hint}" for each in found]


def problems(url, **asked):
    return told(ask(url, **asked).problems)


def doubts(url, **asked):
    return told(ask(url, **asked).doubts)


def rows(url):
    with psycopg.connect(url) as connection:
        return connection.execute("select count(*) from julia_status").fetchone()


def test_the_role_of_the_documentation_may_pause_and_resume(pausable):
    run(pausable, READS, WRITES)
    before = rows(pausable)

    assert problems(pausable) == []
    assert rows(pausable) == before


#: As a provider sets it whose disk is full.
READ_ONLY_DATABASE = (
    "do $$ begin execute format('alter database %I set default_transaction_read_only = on', "
    "current_database()); end $$"
)


def test_somebody_elses_lock_is_told_and_not_waited_for(pausable):
    run(pausable, READS, WRITES)
    with psycopg.connect(pausable) as other:
        other.execute("lock table julia_status")

        assert problems(pausable) == [
            f"{name}: somebody else locks it, for over 1 s run it again when that has ended"
            for name in ("pause.write", "pause.read")
        ]


def test_what_holds_in_another_database_keeps_nobody_from_writing(pausable):
    read_only = "set default_transaction_read_only ="
    run(pausable, READS, WRITES, READ_ONLY_DATABASE)
    run(pausable, WRITABLE, f"alter role deploy_pauser {read_only} off")
    elsewhere = f"alter role deploy_pauser in database template1 {read_only} on"
    run(pausable, WRITABLE, elsewhere)

    assert problems(pausable) == []


LATE = "insert into julia_status (status, motivo, created_at) values ('ativo', 'x', {})"
PLAIN_READ = "select status from julia_status where %(status)s <> %(reason)s and %(actor)s <> ''"


@pytest.mark.parametrize(
    ("at", "read", "is_told"),
    [
        pytest.param("now() + interval '1 day'", SECTION.read, True, id="of-tomorrow"),
        pytest.param("'infinity'", SECTION.read, True, id="for-ever"),
        pytest.param("null", SECTION.read, True, id="without-a-time"),
        pytest.param("now() - interval '1 day'", SECTION.read, False, id="of-yesterday"),
        pytest.param("now() + interval '1 day'", PLAIN_READ, False, id="the-time-is-not-asked"),
    ],
)
def test_a_row_that_stays_the_newest_is_told(pausable, at, read, is_told):
    run(pausable, READS, WRITES, "alter table julia_status alter created_at drop not null")
    run(pausable, LATE.format(at))

    answer = ask(pausable, read=read)

    found = [each for each in told(answer.problems) if "stays newer than what is written" in each]
    assert (bool(found), answer.is_written) == (is_told, True), told(answer.problems)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        pytest.param([READS], "keeps deploy_pauser from every insert", id="no-policy-to-write"),
        pytest.param([WRITES], "keeps deploy_pauser from every select", id="no-policy-to-read"),
        pytest.param(
            [READS, WRITES, "revoke insert on julia_status from deploy_pauser"],
            "pause.write: permission denied for table julia_status grant select, insert",
            id="no-right",
        ),
        pytest.param(
            [READS, WRITES, "alter role deploy_pauser set default_transaction_read_only = on"],
            "sessions of deploy_pauser are read-only by default",
            id="read-only-role",
        ),
        pytest.param(
            [READS, WRITES, READ_ONLY_DATABASE],
            "sessions of deploy_pauser are read-only by default",
            id="read-only-database",
        ),
        pytest.param(
            [READS, WRITES, "alter table julia_status rename motivo to por_que"],
            'column "motivo" of relation "julia_status" does not exist',
            id="no-such-column",
        ),
    ],
)
def test_what_keeps_the_switch_from_working_is_told_with_what_mends_it(
    pausable, statements, expected
):
    run(pausable, *statements)

    found = problems(pausable)

    assert any(expected in problem for problem in found), found


@pytest.mark.parametrize(
    ("write", "statuses", "expected"),
    [
        pytest.param(
            SECTION.write,
            ("paused",),
            "julia_status_status_check refuses status 'paused' set pause",
            id="status-in-another-word",
        ),
        pytest.param(
            INSERT + "values (%(status)s, %(reason)s, null, %(actor)s)",
            STATUSES,
            "julia_status_alterado_via_check refuses alterado_via 'verifier: doctor'",
            id="actor-where-only-four-words-may-stand",
        ),
    ],
)
def test_a_value_that_a_constraint_refuses_is_told_with_what_it_allows(
    pausable, write, statuses, expected
):
    run(pausable, READS, WRITES)

    found = problems(pausable, write=write, statuses=statuses)

    assert any(expected in problem and "ARRAY[" in problem for problem in found), found


@pytest.mark.parametrize(
    ("policies", "is_written"), [([READS, WRITES], True), ([WRITES], True), ([READS], False)]
)
def test_a_row_that_would_only_not_be_seen_is_told_as_one_that_is_written(
    pausable, policies, is_written
):
    run(pausable, *policies)

    assert ask(pausable).is_written is is_written


def test_a_second_statement_is_never_run(pausable):
    run(pausable, READS, WRITES)

    found = problems(pausable, write=f"{SECTION.write}; delete from julia_status")

    assert "multiple commands" in found[0]
    assert rows(pausable) == (1,)


def test_a_statement_that_runs_itself_writes_nothing(pausable):
    run(pausable, READS, WRITES)

    problems(pausable, write=f"analyze {SECTION.write}")

    assert rows(pausable) == (1,)


@pytest.mark.parametrize(
    ("statement", "written"),
    [
        (SECTION.write, {"status": "'pausado'::text", "alterado_via": "'manual'::text"}),
        (INSERT + "values (%(status)s::text, lower(%(reason)s), '', null)", {"motivo": "'a b'"}),
        ("update julia_status set motivo = 'x', status = %(status)s where id is null", {}),
        ("with x as (update julia_status set status = 'erro' returning id) select * from x", {}),
        ("insert into julia_status (status) select %(status)s from julia_status", {}),
        ("select pg_sleep(0) where 'x' = %(status)s", None),
    ],
)
def test_what_is_written_is_what_the_planner_says(database, statement, written):
    build_database(database)
    asked = {"status": "pausado", "reason": "A b", "actor": "x"}
    with psycopg.connect(database, autocommit=True) as connection:
        row = planned_row(connection, statement, asked)

    if written is None:
        assert row is None
    else:
        assert row is not None
        assert all(row.values[name].startswith(text) for name, text in written.items())
        assert row.table == '"public"."julia_status"'


@pytest.mark.parametrize(
    ("statement", "written"),
    [
        ("update julia_status set motivo = 'x', status = %(status)s", ("status", "motivo")),
        ("update julia_status set motivo = 'a, id = 1', status = 'b'", ("status", "motivo")),
        ("update julia_status set motivo = case when status = 'x' then 'a' end", ()),
    ],
)
def test_of_an_update_only_what_it_sets_is_known(database, statement, written):
    build_database(database)
    with psycopg.connect(database, autocommit=True) as connection:
        row = planned_row(connection, statement, {"status": "pausado"})

    assert row is not None
    assert tuple(row.values) == written


WRITING_CHECK = """
create function allowed(t text) returns bool language plpgsql security definer as $$ begin
  perform set_config('default_transaction_read_only', 'off', false);
  insert into audit_trail values (t);
  return true;
end $$"""


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param(
            ["alter table julia_status add constraint own check (allowed(status))"], id="a-function"
        ),
        pytest.param(
            [
                "create domain tried as text check (allowed(value))",
                "alter table julia_status add extra tried",
                "alter table julia_status add constraint own check (status <> 'x')",
            ],
            id="a-domain",
        ),
    ],
)
def test_a_constraint_that_runs_code_of_the_database_is_named_and_never_run(pausable, statements):
    run(pausable, READS, WRITES, "create table audit_trail (x text)", WRITING_CHECK, *statements)
    run(pausable, "truncate audit_trail")

    found = doubts(pausable)

    with psycopg.connect(pausable) as connection:
        assert connection.execute("select * from audit_trail").fetchall() == []
    assert any("own was not tried: it runs a function" in problem for problem in found), found


@pytest.mark.parametrize("statement", ["select 1; {}", "analyze {}", "(analyze) {}"])
def test_no_form_of_a_statement_without_parameters_is_run(pausable, statement):
    run(pausable, READS, WRITES)
    insert = INSERT + "values ('ativo', 'x', 'x', 'manual')"
    text = f"select 1; set default_transaction_read_only = off; commit; {insert}"

    assert problems(pausable, read=statement.format(insert))
    assert problems(pausable, read=text)
    assert rows(pausable) == (1,)


def test_a_function_that_is_run_while_the_statement_is_planned_writes_nothing(pausable):
    run(pausable, READS, WRITES, "create table audit_trail (x text)")
    run(pausable, WRITING_CHECK.replace("security definer", "immutable security definer"))

    assert problems(pausable, read="select status from julia_status where allowed('x')")

    with psycopg.connect(pausable) as connection:
        assert connection.execute("select * from audit_trail").fetchall() == []


def test_a_constraint_that_fails_is_no_lost_connection(pausable):
    run(pausable, READS, WRITES, "truncate julia_status")
    run(
        pausable, "alter table julia_status add constraint own check (1 / (length(status) - 5) > 0)"
    )

    found = problems(pausable)

    assert any("own could not be tried: division by zero" in problem for problem in found), found


def test_a_column_that_must_be_given_and_is_not_is_told(pausable):
    run(pausable, READS, WRITES, "truncate julia_status")
    run(pausable, "alter table julia_status add origem text not null")

    found = problems(pausable)

    assert any("julia_status needs a value for origem" in problem for problem in found), found


def test_both_statuses_are_asked(pausable):
    run(pausable, "create type st as enum ('pausado', 'rodando')")
    run(pausable, "create table flags (status st)", "grant all on flags to deploy_pauser")
    write = "insert into flags (status) values (%(status)s)"

    found = problems(pausable, write=write, read="select status from flags")

    run(pausable, "drop table flags", "drop type st")
    assert any('invalid input value for enum st: "ativo"' in problem for problem in found), found


def test_a_constraint_is_tried_with_what_a_cast_or_a_function_makes_of_a_value(pausable):
    run(pausable, READS, WRITES)
    write = INSERT + "values (upper(%(status)s)::text, %(reason)s, %(actor)s, 'manual')"

    found = problems(pausable, write=write)

    assert any("julia_status_status_check refuses status 'PAUSADO'" in p for p in found), found


def test_a_constraint_on_a_column_that_is_not_written_is_tried_with_its_default(pausable):
    run(pausable, READS, WRITES, "truncate julia_status")
    rule = "check (status <> 'pausado' or ends_at is not null)"
    run(pausable, f"alter table julia_status add ends_at timestamptz, add constraint own {rule}")

    found = problems(pausable)

    assert any("own refuses status 'pausado', ends_at NULL" in p for p in found), found
    run(pausable, "alter table julia_status alter ends_at set default now()")
    assert problems(pausable) == []
    assert "own" in ask(pausable).constraints


def test_a_rule_that_only_some_reasons_break_stops_no_pause_and_is_told(pausable):
    run(pausable, READS, WRITES, "truncate julia_status")
    run(pausable, "alter table julia_status add constraint long check (length(motivo) > 20)")

    answer = ask(pausable)

    assert answer.problems == ()
    assert any("long refuses motivo 'a drill'" in text for text in told(answer.doubts))
    assert "long" not in answer.constraints
    assert "julia_status_status_check" in answer.constraints


def test_a_rule_that_every_reason_breaks_stops_the_pause(pausable):
    run(pausable, READS, WRITES, "truncate julia_status")
    run(pausable, "alter table julia_status add constraint own check (length(motivo) > 200)")

    assert any("own refuses motivo" in problem for problem in problems(pausable))


FUNCTION = "create function refuse() returns trigger language plpgsql as "
BODY = "$$ begin raise exception 'no'; end $$"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        pytest.param(
            [
                FUNCTION + BODY,
                "create trigger own before insert on julia_status for each row "
                "execute function refuse()",
            ],
            "the trigger own was not tried",
            id="trigger",
        ),
        pytest.param(
            ["create rule own as on insert to julia_status do also select 1"],
            "the rule own was not tried",
            id="rule",
        ),
        pytest.param(
            ["create unique index own on julia_status (status, alterado_via)"],
            "own was not tried: it looks at other rows",
            id="unique",
        ),
        pytest.param(
            [
                "create table words (word text primary key)",
                "insert into words values ('manual')",
                "delete from julia_status",
                "alter table julia_status add constraint own foreign key (alterado_via) "
                "references words",
            ],
            "own was not tried: it looks at other rows",
            id="foreign-key",
        ),
        pytest.param(
            [
                "drop policy writes on julia_status",
                "create policy own on julia_status for insert to deploy_pauser "
                "with check (status not in (select relname from pg_class))",
            ],
            "the policy own was not tried",
            id="policy-with-a-condition",
        ),
        pytest.param(
            [
                "alter table julia_status rename to statuses",
                "create view julia_status as select * from statuses",
                "grant select, insert on julia_status to deploy_pauser",
            ],
            "pause.write goes through a view",
            id="view",
        ),
    ],
)
def test_what_may_refuse_the_row_and_cannot_be_tried_is_named(pausable, statements, expected):
    run(pausable, READS, WRITES, *statements)

    answer = ask(pausable)

    assert answer.problems == ()
    assert any(expected in text for text in told(answer.doubts)), answer.doubts


def test_a_switched_off_trigger_and_one_of_another_statement_are_nothing_to_tell(pausable):
    run(pausable, READS, WRITES, FUNCTION + BODY)
    for name, verb in (("off", "insert"), ("own", "delete")):
        run(
            pausable,
            f"create trigger {name} before {verb} on julia_status for each row "
            "execute function refuse()",
        )
    run(pausable, "alter table julia_status disable trigger off")

    assert doubts(pausable) == []


def test_a_function_that_writes_is_not_taken_for_a_switch_that_was_tried(pausable):
    run(pausable, READS, WRITES)
    run(pausable, "create function halt(s text) returns text language sql as 'select s'")

    found = doubts(pausable, write="select halt(%(status)s)")

    assert any("what pause.write does was not tried" in text for text in found), found
