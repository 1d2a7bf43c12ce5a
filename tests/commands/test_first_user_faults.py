"""Faults of the first user's real database, told by every command as what they are."""

import psycopg
import pytest
from click.testing import CliRunner

from tests.commands.test_first_user_chain import CONFIG, judge, roles, started
from tests.commands.test_init_checkout import checkout
from verifier.cli import cli
from verifier.commands.ports import attempt
from verifier.decide.diagnosis import check_pause, check_questions
from verifier.wiring.doctor import open_setup

__all__ = ["checkout", "roles", "started"]  # fixtures

#: Statements, exit codes of gate, ledger, preflight and pause, and what doctor says with its hint.
TABLE = {
    "good": ([], (0, 0, 0, 0), ""),
    "markers-hidden": (
        ["drop policy deploy_verifier_reads on app_settings"],
        (4, 4, 4, 0),
        'row level security may hide rows of public.app_settings from deploy_verifier -> create policy "deploy_verifier_reads" on "public"."app_settings"',
    ),
    "one-marker-hidden": (
        [
            "drop policy deploy_verifier_reads on app_settings",
            "create policy p on app_settings for select to deploy_verifier "
            "using (key <> 'schema_version')",
        ],
        (4, 4, 4, 0),
        "row level security may hide rows of public.app_settings",
    ),
    "no-right-on-markers": (
        ["revoke select on app_settings from deploy_verifier"],
        (4, 4, 4, 0),
        'deploy_verifier may not read public.app_settings -> grant select on "public"."app_settings"',
    ),
    "no-right-on-a-relation": (
        ["revoke select on clientes from deploy_verifier"],
        (4, 0, 0, 0),
        'deploy_verifier may not read public.clientes -> grant select on "public"."clientes"',
    ),
    "no-right-on-the-schema": (
        [
            "revoke usage on schema public from deploy_verifier",
            "revoke usage on schema public from public",
            "grant usage on schema public to deploy_pauser",
        ],
        (4, 4, 4, 0),
        'may not use the schema public -> grant usage on schema "public" to "deploy_verifier"',
    ),
    "another-search-path": (
        ["alter role deploy_verifier set search_path = pg_catalog"],
        (4, 0, 0, 0),
        "which deploy_verifier does not search -> name it public.app_settings",
    ),
    "a-view-whose-owner-may-not": (
        [
            "create role poor nologin",
            "grant create on schema public to poor",
            "alter view campaign_metrics owner to poor",
        ],
        (4, 0, 0, 0),
        "the view public.campaign_metrics may not read the tables or views below it "
        "-> grant select on public.campaign_sends to poor;",
    ),
    "a-policy-that-fails": (
        [
            "insert into clientes (telefone) values ('1')",
            "create policy tenant on clientes using (telefone = current_setting('app.tenant'))",
        ],
        (4, 0, 0, 0),
        'row level security may hide rows of public.clientes from deploy_verifier -> create policy "deploy_verifier_reads" on "public"."clientes"',
    ),
    "a-marker-is-there-twice": (
        [
            "alter table app_settings drop constraint app_settings_pkey",
            "insert into app_settings values ('environment', 'dev')",
        ],
        (4, 0, 0, 0),
        "app_settings has several rows environment that differ, expected one -> keep the row",
    ),
    "the-version-is-empty": (
        ["update app_settings set value = '' where key = 'schema_version'"],
        (4, 4, 4, 0),
        "the row schema_version of app_settings is empty -> write the version",
    ),
    "a-role-that-may-not-log-in": (
        ["alter role deploy_verifier nologin"],
        (None, 4, 4, 0),
        "the database refused the connection",
    ),
    "a-relation-is-gone": (
        ["drop view campaign_metrics"],
        (3, 0, 0, 0),
        "the view campaign_metrics: it does not exist",
    ),
    "a-marker-is-gone": (
        ["delete from app_settings where key = 'supabase_project_ref'"],
        (3, 0, 0, 0),
        "",
    ),
    "the-column-has-another-name": (
        ["alter table app_settings rename column value to val"],
        (4, 4, 4, 0),
        'column "value" does not exist -> guards.table names a table with the columns key and',
    ),
    # The recorded application says that its database has the version: it uses another one.
    "the-version-is-behind": (
        ["update app_settings set value = '20251101000000' where key = 'schema_version'"],
        (4, 1, 1, 0),
        "",
    ),
    "the-version-is-ahead": (
        ["update app_settings set value = '20270101000000' where key = 'schema_version'"],
        (0, 0, 0, 0),
        "",
    ),
    "the-version-is-gone": (
        ["delete from app_settings where key = 'schema_version'"],
        (4, 4, 4, 0),
        "0 schema_version rows with a value, expected one -> write the version",
    ),
    "the-switch-has-other-words": (
        [
            "alter table julia_status drop constraint julia_status_status_check",
            "truncate julia_status",
            "alter table julia_status add constraint own check (status in ('on', 'off'))",
        ],
        (0, 0, 0, 4),
        "the constraint own refuses status 'pausado'",
    ),
    "the-switch-wants-a-ticket": (
        [
            "truncate julia_status",
            "alter table julia_status add constraint own check (motivo ~ '^INC-')",
        ],
        (0, 0, 0, 4),
        "the constraint own refuses motivo 'incident'",
    ),
    "the-switch-has-a-trigger": (
        [
            "create function no() returns trigger language plpgsql as "
            "$$ begin raise exception 'only by the bot'; end $$",
            "create trigger own before insert on julia_status for each row execute function no()",
        ],
        (0, 0, 0, 4),
        "the trigger own was not tried",
    ),
    "the-switch-may-not-be-written": (
        ["revoke insert on julia_status from deploy_pauser"],
        (0, 0, 0, 4),
        "permission denied for table julia_status -> grant select, insert on julia_status",
    ),
    "the-switch-is-gone": (
        ["drop table julia_status cascade"],
        (0, 0, 0, 4),
        'relation "julia_status" does not exist',
    ),
}


def code_of(*arguments):
    done = CliRunner().invoke(cli, [*arguments], standalone_mode=False)
    return getattr(done.exception, "exit_code", done.return_value)


def doctor_says(folder):
    with open_setup(folder / CONFIG, folder) as setup:
        findings = [
            *check_questions(attempt(setup.ask_database), "deploy_verifier"),
            *check_pause(attempt(setup.ask_pause)),
        ]
    return [f"{f.summary} -> {f.hint}" for f in findings if f.outcome != "pass"]


@pytest.mark.parametrize("fault", TABLE)
@pytest.mark.slow
def test_a_fault_is_told_as_what_it_is_and_moves_nobody(roles, database, monkeypatch, fault):
    monkeypatch.chdir(roles)
    statements, codes, told = TABLE[fault]
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("drop role if exists poor")
        for statement in statements:
            connection.execute(statement)

    if codes[0] is not None:
        gate, _, world = judge(roles)
        assert (gate.exit_code, world.mutations) == (codes[0], []), gate.reason
    asked = (("ledger",), ("preflight", "--base", "main"), ("pause", "--reason", "x", "--yes"))
    assert tuple(code_of(*arguments) for arguments in asked) == codes[1:]
    said = doctor_says(roles)
    assert any(told in line for line in said) if told else said == []
