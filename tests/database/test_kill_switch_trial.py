"""What doctor tells of the kill switch, against a real PostgreSQL: nothing is ever written."""

import psycopg
import pytest

from tests.database.test_session import run
from tests.first_user import as_role, build_database
from verifier.config.sections import PauseSection
from verifier.database.kill_switch_trial import SwitchTrial, written_by
from verifier.model.secret import Secret

SECTION = PauseSection()
INSERT = "insert into julia_status (status, motivo, alterado_por, alterado_via) "
VALUES = [
    {"status": status, "reason": "a drill", "actor": "verifier: doctor"}
    for status in ("pausado", "ativo")
]
WRITER = (
    "create role deploy_pauser login",
    "grant usage on schema public to deploy_pauser",
    "grant select, insert on julia_status to deploy_pauser",
)
READS = "create policy reads on julia_status for select to deploy_pauser using (true)"
WRITES = "create policy writes on julia_status for insert to deploy_pauser with check (true)"


@pytest.fixture
def pausable(database):
    build_database(database)
    run(database, "drop role if exists deploy_pauser", *WRITER)
    yield database
    run(database, "drop owned by deploy_pauser", "drop role deploy_pauser")


def problems(url, write=SECTION.write, read=SECTION.read, values=VALUES, role="deploy_pauser"):
    trial = SwitchTrial(Secret(as_role(url, role)), write, read, values)
    return [f"{found.reason} {found.hint}" for found in trial.problems()]


def rows(url):
    with psycopg.connect(url) as connection:
        return connection.execute("select count(*) from julia_status").fetchone()


def test_the_role_of_the_documentation_may_pause_and_resume(pausable):
    run(pausable, READS, WRITES)
    before = rows(pausable)

    assert problems(pausable) == []
    assert rows(pausable) == before


@pytest.mark.parametrize(
    ("statements", "told"),
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
            [READS, WRITES, "alter table julia_status rename motivo to por_que"],
            'column "motivo" of relation "julia_status" does not exist',
            id="no-such-column",
        ),
    ],
)
def test_what_keeps_the_switch_from_working_is_told_with_what_mends_it(pausable, statements, told):
    run(pausable, *statements)

    found = problems(pausable)

    assert any(told in problem for problem in found), found


@pytest.mark.parametrize(
    ("write", "values", "told"),
    [
        pytest.param(
            SECTION.write,
            [VALUES[0] | {"status": "paused"}],
            "julia_status_status_check refuses status 'paused': CHECK",
            id="status-in-another-word",
        ),
        pytest.param(
            INSERT + "values (%(status)s, %(reason)s, null, %(actor)s)",
            VALUES,
            "julia_status_alterado_via_check refuses alterado_via 'verifier: doctor'",
            id="actor-where-only-four-words-may-stand",
        ),
    ],
)
def test_a_value_that_a_constraint_refuses_is_told_with_what_it_allows(
    pausable, write, values, told
):
    run(pausable, READS, WRITES)

    found = problems(pausable, write=write, values=values)

    assert any(told in problem and "ARRAY[" in problem for problem in found), found


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
        (SECTION.write, {"status": "pausado", "motivo": "a drill", "alterado_via": "manual"}),
        ("update flags set status = %(status)s, by = 'x' where id = 1", {"status": "pausado"}),
        ("insert into t (a, b) values (coalesce(%(status)s, 'x'), now())", {}),
        ("select pause(%(status)s)", {}),
    ],
)
def test_what_is_written_is_read_from_the_statement(statement, written):
    assert written.items() <= written_by(statement, VALUES[0]).items()


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

    found = problems(pausable)

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
