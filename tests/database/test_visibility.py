"""Hidden is not absent: what row security, rights and search paths keep from a role."""

import psycopg
import pytest

from tests.first_user import POLICY, REF, VERSION, as_role, build_database
from verifier.database.ledgers import LEDGERS
from verifier.database.questions import Questions
from verifier.database.session import Database, read_ledger_alone
from verifier.model.finding import Unobserved

ROLE = "deploy_verifier"
POLICY_SQL = (
    f'create policy "{ROLE}_reads" on "public"."app_settings" for select to "{ROLE}" using (true);'
)


def read(url, *statements, role=ROLE, **questions):
    build_database(url, *statements)
    asked = {"marker_table": "app_settings", "ledgers": {"": LEDGERS["plain"]}, **questions}
    return Database(as_role(url, role), Questions(**asked)).read()


def test_the_role_of_doctor_sees_no_row_and_says_so(database):
    reading = read(database)

    assert reading.markers == {}
    assert reading.hidden_markers.hint == POLICY_SQL
    assert reading.ledgers[""].hint == POLICY_SQL


@pytest.mark.parametrize(
    ("role", "statements"),
    [
        pytest.param(ROLE, [POLICY], id="policy-of-the-role"),
        pytest.param(ROLE, [POLICY.replace("to deploy_verifier", "")], id="policy-of-everybody"),
        pytest.param("postgres", [], id="superuser"),
        pytest.param(ROLE, ["alter role deploy_verifier bypassrls"], id="bypasses"),
        pytest.param(ROLE, ["alter table app_settings owner to deploy_verifier"], id="owner"),
        pytest.param(ROLE, ["alter table app_settings disable row level security"], id="none-on"),
    ],
)
def test_who_sees_every_row_is_told_what_is_absent(database, role, statements):
    reading = read(database, *statements, role=role)

    assert reading.hidden_markers is None
    assert reading.markers["supabase_project_ref"] == REF
    assert [entry.version for entry in reading.ledgers[""].entries] == [VERSION]


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param([POLICY.replace("true", "key = 'environment'")], id="some-rows"),
        pytest.param(
            [POLICY, "create policy p on app_settings as restrictive using (key <> 'x')"],
            id="restricted",
        ),
        pytest.param([POLICY.replace("for select", "for insert").replace("using", "with check")]),
        pytest.param([POLICY.replace("to deploy_verifier", "to anon")], id="of-somebody-else"),
        pytest.param(
            [
                "alter table app_settings owner to deploy_verifier",
                "alter table app_settings force row level security",
            ],
            id="forced",
        ),
    ],
)
def test_who_may_not_see_every_row_is_told_that(database, statements):
    assert read(database, *statements).hidden_markers


#: Policies that a role meets, each of which the printed statements have to open.
MET = {
    "restrictive": ["create policy r on app_settings as restrictive using (key <> 'x')"],
    "restrictive-of-or": [
        "create policy r on app_settings as restrictive for select using (key <> 'x' or key = 'y')"
    ],
    "restrictive-of-and": [
        POLICY,
        "create policy r on app_settings as restrictive for select using (key <> 'x' and key <> '')",
    ],
    "two-restrictive": [
        POLICY,
        "create policy \"R 1\" on app_settings as restrictive using (key like '%x%')",
        "create policy r on app_settings as restrictive to deploy_verifier using (false)",
    ],
    "the-name-is-taken": [
        "create policy deploy_verifier_reads on app_settings for select to deploy_verifier "
        "using (key = 'environment')"
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize("statements", MET.values(), ids=MET)
def test_the_printed_statements_open_what_they_are_printed_for(database, statements):
    hint = read(database, *statements).hidden_markers.hint
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(hint.encode())

    questions = Questions("app_settings", {"": LEDGERS["plain"]})
    reading = Database(as_role(database, ROLE), questions).read()

    assert (reading.hidden_markers, len(reading.markers)) == (None, 4)


@pytest.mark.slow
@pytest.mark.parametrize(
    "condition",
    [
        pytest.param("key <> 'x' and (key <> 'y' or current_user = 'deploy_verifier')", id="and"),
        pytest.param("not (key = 'x' or current_user = 'deploy_verifier')", id="not"),
        pytest.param("key <> 'x' or current_user = 'anon'", id="of-somebody-else"),
        pytest.param("key = 'x'' or current_user = ''deploy_verifier'", id="in-a-text"),
    ],
)
def test_a_condition_that_only_ends_like_an_exception_restricts(database, condition):
    made = f"create policy r on app_settings as restrictive for select using ({condition})"

    assert read(database, POLICY, made).hidden_markers is not None


@pytest.mark.slow
def test_a_right_on_some_columns_is_told_with_the_grant_that_is_missing(database):
    some = ["revoke select on app_settings from deploy_verifier"]
    some += ["grant select (key) on app_settings to deploy_verifier"]

    reading = read(database, *some)

    grant = f'grant select on "public"."app_settings" to "{ROLE}";'
    assert (reading.markers.hint, reading.ledgers[""].hint) == (grant, grant)


def test_a_row_that_is_seen_counts_though_others_are_hidden(database):
    seen = POLICY.replace("true", "key = 'schema_version'")

    reading = read(database, seen)

    assert [entry.version for entry in reading.ledgers[""].entries] == [VERSION]
    assert reading.hidden_markers is not None


@pytest.mark.parametrize(
    ("statements", "name", "hint"),
    [
        pytest.param([], "clientes", 'grant select on "public"."clientes"', id="no-grant"),
        pytest.param(
            ["create schema ops", "create table ops.beats (at timestamptz)"],
            "ops.beats",
            f'grant usage on schema "ops" to "{ROLE}"; grant select on "ops"."beats"',
            id="no-usage",
        ),
        pytest.param(
            ["create schema ops", "create table ops.beats (at timestamptz)"],
            "beats",
            'grant usage on schema "ops"',
            id="no-usage-and-no-schema-named",
        ),
        pytest.param(
            [
                "create schema ops",
                "create table ops.beats (at timestamptz)",
                "grant usage on schema ops to deploy_verifier",
                "grant select on ops.beats to deploy_verifier",
            ],
            "beats",
            "name it ops.beats",
            id="not-searched",
        ),
    ],
)
def test_a_table_that_is_hidden_is_not_missing(database, statements, name, hint):
    (relation,) = read(database, *statements, relations={name: "table"}).relations

    assert relation.problem == ""
    assert hint in relation.unseen.hint


def test_a_view_whose_owner_may_not_read_below_it_is_told_with_the_right_of_the_owner(database):
    statements = [
        "drop role if exists poor",
        "create role poor nologin",
        "grant create on schema public to poor",
        "alter view campaign_metrics owner to poor",
        "grant select on campaign_metrics to deploy_verifier",
    ]

    (relation,) = read(database, *statements, relations={"campaign_metrics": "view"}).relations

    assert relation.problem == ""
    assert relation.unseen.hint == "grant select on public.campaign_sends to poor;"


@pytest.mark.parametrize(
    ("statements", "name", "is_problem"),
    [
        pytest.param([], "gone", True, id="no-such-table"),
        pytest.param([], "gone.too", True, id="no-such-schema"),
        pytest.param(
            [
                "create function f() returns setof int language plpgsql as "
                "$$ begin return query select id from nowhere; end $$",
                "create view broken as select * from f()",
            ],
            "broken",
            True,
            id="it-fails",
        ),
        pytest.param([], "app_settings", False, id="readable"),
    ],
)
def test_what_is_absent_or_broken_is_a_problem(database, statements, name, is_problem):
    (relation,) = read(database, *statements, relations={name: "table"}, role="postgres").relations

    assert (bool(relation.problem), relation.unseen) == (is_problem, None)


BEAT = {"beat": "select max(created_at) from julia_status"}
GRANT = "grant select on julia_status to deploy_verifier"


def test_a_probe_is_told_of_rows_that_are_hidden_from_it(database):
    answer = read(database, GRANT, probes=BEAT).sql_answers["beat"]

    assert isinstance(answer, Unobserved)
    assert 'on "public"."julia_status" for select' in answer.hint


def test_a_probe_under_a_policy_that_shows_every_row_answers(database):
    shown = POLICY.replace("app_settings", "julia_status")
    build_database(database, GRANT, shown)
    reader = Database(as_role(database, ROLE), Questions(probes=BEAT | {"one": "select 1"}))

    answers = [reader.read().sql_answers for _ in range(2)]

    assert [a["beat"].age_s is not None and a["one"].value == "1" for a in answers] == [True, True]


def test_a_view_over_a_hiding_table_may_hide_rows(database):
    made = [
        "create view settings_of_app as select key, value from app_settings",
        "alter view settings_of_app owner to anon",
        "grant select on app_settings to anon",
        "grant select on settings_of_app to deploy_verifier",
    ]

    reading = read(database, *made, marker_table="settings_of_app", ledgers={})

    assert "settings_of_app" in reading.hidden_markers.reason


def test_a_view_of_an_owner_who_sees_all_hides_nothing(database):
    made = [
        "create view settings_of_app as select key, value from app_settings",
        "grant select on settings_of_app to deploy_verifier",
    ]

    reading = read(database, *made, marker_table="settings_of_app", ledgers={})

    assert reading.hidden_markers is None
    assert reading.markers["environment"] == "production"


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        pytest.param(
            [
                "create schema deploy_verifier authorization deploy_verifier",
                "create table deploy_verifier.app_settings (key text, value text)",
                "alter table deploy_verifier.app_settings owner to deploy_verifier",
            ],
            "a table of that name is in the schema public as well",
            id="own-schema",
        ),
        pytest.param(
            [
                "create schema deploy_verifier authorization deploy_verifier",
                "create view deploy_verifier.app_settings as select key, value from public.app_settings where key = 'x'",
                "grant select on deploy_verifier.app_settings to deploy_verifier",
            ],
            "is a view, which may leave rows out",
            id="view-of-some-rows",
        ),
        pytest.param([POLICY, "delete from app_settings where key = 'environment'"], "", id="gone"),
    ],
)
def test_a_marker_that_another_table_or_a_view_may_have_is_not_absent(database, statements, told):
    keys = ("environment", "supabase_project_ref")

    reading = read(database, *statements, marker_keys=keys, ledgers={})

    assert "environment" not in reading.markers
    assert (told in reading.hidden_markers.reason) if told else reading.hidden_markers is None


def test_a_view_that_shows_the_markers_hides_nothing(database):
    made = [
        "create view settings_of_app as select key, value from app_settings",
        "grant select on settings_of_app to deploy_verifier",
    ]

    reading = read(database, *made, marker_table="settings_of_app", marker_keys=("environment",))

    assert reading.hidden_markers is None


def test_a_ledger_of_rows_that_may_be_hidden_is_not_read(database):
    made = [
        "create schema supabase_migrations",
        "create table supabase_migrations.schema_migrations (version text primary key)",
        "insert into supabase_migrations.schema_migrations values ('1'), ('2')",
        "alter table supabase_migrations.schema_migrations enable row level security",
        "grant usage on schema supabase_migrations to deploy_verifier",
        "grant select on supabase_migrations.schema_migrations to deploy_verifier",
        "create policy one on supabase_migrations.schema_migrations for select "
        "using (version = '1')",
    ]

    found = read(database, *made, ledgers={"": LEDGERS["supabase"]}).ledgers[""]

    assert isinstance(found, Unobserved)
    assert "create policy" in found.hint


def test_the_table_in_a_tools_own_schema_is_no_other_tools(database):
    made = [
        "create schema supabase_migrations",
        "create table supabase_migrations.schema_migrations (version text primary key)",
    ]
    build_database(database, *made)
    candidates = [LEDGERS[name] for name in ("supabase", "rails", "dbmate")]

    with psycopg.connect(database, autocommit=True) as connection:
        ledger, _ = read_ledger_alone(connection, {}, candidates)

    assert ledger.tool == "supabase"
