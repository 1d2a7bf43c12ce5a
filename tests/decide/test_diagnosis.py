"""What the facts of a set-up are worth."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import START
from verifier.decide.diagnosis import (
    CLOCK,
    check_clock,
    check_database,
    check_repository,
    diagnosis_of,
    github_token,
)
from verifier.model.database_rights import (
    DatabaseAccess,
    DatabaseRole,
    Power,
    PowerKind,
    Right,
    Rights,
)
from verifier.model.finding import Finding, Outcome, Unobserved


@pytest.mark.parametrize(
    ("theirs", "outcome", "words"),
    [
        pytest.param(START, Outcome.PASS, "is accurate", id="level"),
        pytest.param(START - timedelta(seconds=30), Outcome.PASS, "is accurate", id="at-the-limit"),
        pytest.param(START - timedelta(seconds=31), Outcome.WARN, "31 s off", id="ahead"),
        pytest.param(START + timedelta(hours=1), Outcome.WARN, "-3600 s off", id="behind"),
        pytest.param(Unobserved("no date"), Outcome.SKIP, "did not report", id="not-told"),
    ],
)
def test_clock(theirs, outcome, words):
    finding = check_clock(theirs, START)

    assert (finding.outcome, words in finding.summary) == (outcome, True)


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("ghs_abc", "the token of a job or an app"),
        ("github_pat_abc", "a fine-grained personal token"),
        ("abc", "a token"),
    ],
    ids=["job", "fine-grained", "unknown"],
)
def test_kind_of_a_token(token, kind):
    assert github_token(token) == kind


def test_a_repository_that_is_seen_tells_nothing_of_the_right_to_write():
    finding = check_repository("a token", "acme/shop", [])

    assert finding.outcome is Outcome.PASS
    assert "write access is not tested" in finding.summary


def access(*, superuser=False, writes=False, absent=(), missing=()):
    role = DatabaseRole("reader", superuser, "shop", False, "17.2", True)
    right = Right("users", "public", "users", True, not missing, writes)
    return DatabaseAccess(Rights(role, (right,), absent), missing, ())


@pytest.mark.parametrize(
    ("found", "outcomes"),
    [
        pytest.param(access(), ["pass", "pass"], id="enough"),
        pytest.param(access(missing=("grant …",)), ["pass", "fail"], id="too-little"),
        pytest.param(access(writes=True), ["pass", "pass", "warn"], id="too-much"),
        pytest.param(access(superuser=True), ["pass", "pass", "warn"], id="superuser"),
        pytest.param(access(absent=("gone",)), ["pass", "warn", "pass"], id="table-not-there"),
        pytest.param(Unobserved("down"), ["fail"], id="not-read"),
    ],
)
def test_database(found, outcomes):
    assert [finding.outcome for finding in check_database(found)] == outcomes


@pytest.mark.parametrize(
    ("is_encrypted", "is_proven", "is_told"),
    [(True, False, True), (True, True, False), (False, False, False)],
    ids=["any-certificate", "checked", "this-machine"],
)
def test_what_encryption_does_not_prove_is_told(is_encrypted, is_proven, is_told):
    told = access()
    role = replace(told.rights.role, is_encrypted=is_encrypted, is_proven=is_proven)

    finding, *_ = check_database(replace(told, rights=replace(told.rights, role=role)))

    assert ("who answers is not checked" in finding.summary) is is_told
    assert ("sslmode=verify-full" in finding.hint) is is_told


def powers(*found):
    told = access()
    return replace(told, rights=replace(told.rights, powers=found))


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        (PowerKind.BECOMES, "postgres", "become postgres, a superuser"),
        (PowerKind.MEMBER, "pg_write_all_data", "do what pg_write_all_data may"),
        (PowerKind.OWNS_DATABASE, "shop", "change the database shop, whose owner it is"),
        (PowerKind.CREATES_ROLES, "", "create roles"),
        (PowerKind.CREATES_DATABASES, "", "create databases"),
        (PowerKind.REPLICATES, "", "replicate the database"),
        (PowerKind.OWNS, "public.a", "change public.a, whose owner it is"),
        (PowerKind.WRITES, "public.a", "write public.a"),
        (PowerKind.CREATES_SCHEMAS, "shop", "create schemas"),
        (PowerKind.CREATES_IN, "public", "create tables in the schema public"),
    ],
)
def test_a_role_that_can_do_more_than_read_is_a_warning(kind, name, words):
    *_, finding = check_database(powers(Power(kind, name)))

    assert finding.outcome is Outcome.WARN
    assert finding.summary == f"reader can do more than read: {words}"
    assert ("from public;" in finding.hint) is (kind is PowerKind.CREATES_IN)


def test_a_long_list_of_what_a_role_can_do_is_cut():
    *_, finding = check_database(powers(*(Power(PowerKind.WRITES, f"a.t{n}") for n in range(9))))

    assert finding.summary.endswith("write a.t4 (and 4 more)")


@pytest.mark.parametrize(
    ("outcome", "code", "advice"),
    [
        pytest.param(Outcome.PASS, 0, (), id="well"),
        pytest.param(Outcome.WARN, 0, (), id="worth-a-look"),
        pytest.param(Outcome.FAIL, 1, ("do it",), id="missing"),
    ],
)
def test_report(outcome, code, advice):
    report = diagnosis_of([Finding(CLOCK, outcome, "x", hint="do it")], "production", START, START)

    assert (report.exit_code, report.advice) == (code, advice)
