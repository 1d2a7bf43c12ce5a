"""Deployment, guards, migrations, relations and topology, a table each."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import (
    EXPECTED,
    REF,
    START,
    answer,
    deployment,
    document,
    evidence,
    ledger,
    old,
    probe,
    reading,
    service_evidence,
    state,
)
from verifier.checks import run_checks
from verifier.checks.deployment_status import check_instances, check_status
from verifier.checks.endpoints import check_deep
from verifier.checks.guards import check_guards
from verifier.checks.migrations import check_expected_version, check_ledger
from verifier.checks.relations import check_objects, check_relations, check_sql_probes
from verifier.checks.topology import (
    check_overlap,
    check_replicas,
    check_run_mode,
)
from verifier.model.check_ids import ADDRESS, PENDING, RESTARTING, UP_AGAIN
from verifier.model.deployment import DeploymentStatus
from verifier.model.evidence import (
    Component,
    HealthStatus,
    RelationAnswer,
    ShippedMigrations,
    SqlAnswer,
    Subject,
    Variables,
)
from verifier.model.expectations import SqlExpectation
from verifier.model.finding import FOR_GOOD, Later, NotAsked, Outcome, Unobserved, worst
from verifier.model.migration_ledger import DatabaseObject, Migration
from verifier.model.same_database import ref_in
from verifier.model.verdict import LedgerPolicy

UNREAD = Unobserved("timeout")
GONE = Unobserved("commit b is not in this checkout", is_final=True)


def judge(check, given, expected=EXPECTED):
    return worst(finding.outcome for finding in check(given, expected))


@pytest.mark.parametrize(
    ("changes", "status", "instances"),
    [
        pytest.param({}, Outcome.PASS, Outcome.PASS, id="up"),
        pytest.param({"has_ended": True}, Outcome.PASS, Outcome.FAIL, id="success-but-stopped"),
        pytest.param(
            {"instances": ("EXITED", "CRASHED")},
            Outcome.PASS,
            Outcome.FAIL,
            id="success-but-exited",
        ),
        pytest.param({"instances": ()}, Outcome.PASS, Outcome.INCONCLUSIVE, id="none-listed"),
        pytest.param(
            {"instances": ("RESTARTING",)}, Outcome.PASS, Outcome.INCONCLUSIVE, id="restarting"
        ),
        pytest.param(
            {"status": DeploymentStatus.SLEEPING, "instances": ()},
            Outcome.PASS,
            Outcome.PASS,
            id="asleep",
        ),
        pytest.param(
            {"instances": ("EXITED",), "has_ended": True, "is_scheduled": True},
            Outcome.PASS,
            Outcome.PASS,
            id="a-cron-job-has-ended",
        ),
        pytest.param(
            {"instances": ("CRASHED",), "has_ended": True, "is_scheduled": True},
            Outcome.PASS,
            Outcome.FAIL,
            id="a-cron-job-has-crashed",
        ),
        pytest.param(
            {"status": DeploymentStatus.CRASHED}, Outcome.FAIL, Outcome.PASS, id="crashed"
        ),
        pytest.param(
            {"status": DeploymentStatus.UNKNOWN}, Outcome.INCONCLUSIVE, Outcome.PASS, id="new-word"
        ),
    ],
)
def test_deployment(changes, status, instances):
    given = evidence(service_evidence(judged=deployment(**changes)))

    assert (judge(check_status, given), judge(check_instances, given)) == (status, instances)


@pytest.mark.parametrize(
    ("restarts", "changes", "outcome"),
    [
        pytest.param(0, {}, Outcome.PASS, id="up"),
        pytest.param(1, {}, Outcome.INCONCLUSIVE, id="up-again"),
        pytest.param(1, {"is_scheduled": True}, Outcome.PASS, id="a-schedule-ends-each-time"),
        pytest.param(1, {"status": DeploymentStatus.SLEEPING}, Outcome.PASS, id="asleep"),
        pytest.param(1, {"instances": ("CRASHED",)}, Outcome.FAIL, id="down"),
    ],
)
def test_a_restart_between_two_looks_counts_where_railway_told_of_it(restarts, changes, outcome):
    given = service_evidence(judged=deployment(**changes), restarts=restarts)

    (found,) = check_instances(evidence(given), EXPECTED)

    assert found.outcome is outcome
    assert (found.objects == (RESTARTING, UP_AGAIN)) is (outcome is Outcome.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("words", "wanted", "expected"),
    [
        pytest.param("RUNNING RUNNING", 2, Outcome.PASS, id="both-run"),
        pytest.param("RUNNING CRASHED", 2, Outcome.FAIL, id="one-crashed"),
        pytest.param("RUNNING EXITED", 2, Outcome.FAIL, id="one-exited"),
        pytest.param("RUNNING CRASHED RUNNING", 2, Outcome.PASS, id="a-crashed-one-is-replaced"),
        pytest.param("RUNNING EXITED CREATED", 2, Outcome.INCONCLUSIVE, id="or-is-being"),
        pytest.param("RUNNING RESTARTING", 2, Outcome.INCONCLUSIVE, id="one-restarts"),
        pytest.param("RUNNING INITIALIZING", 2, Outcome.INCONCLUSIVE, id="one-starts"),
        pytest.param("RUNNING", 2, Outcome.INCONCLUSIVE, id="one-is-not-listed"),
        pytest.param("RUNNING REMOVED", 2, Outcome.INCONCLUSIVE, id="one-was-taken-away"),
        pytest.param("RUNNING EXITED", 1, Outcome.PASS, id="more-than-wanted-had-run"),
        pytest.param("RUNNING CRASHED", None, Outcome.INCONCLUSIVE, id="nobody-says-how-many"),
        pytest.param("RUNNING RUNNING", None, Outcome.PASS, id="and-all-run"),
    ],
)
def test_instances_are_counted_against_those_that_must_run(words, wanted, expected):
    judged = deployment(instances=tuple(words.split()), replica_count=wanted)

    assert judge(check_instances, evidence(service_evidence(judged=judged))) is expected


@pytest.mark.parametrize(
    ("words", "wanted", "later"),
    [
        pytest.param("RUNNING REMOVED", 2, Later(Outcome.WARN), id="a-manifest-may-lag"),
        pytest.param("RUNNING CRASHED", None, Later(Outcome.WARN), id="nobody-says-how-many"),
        pytest.param("RUNNING RESTARTING", 2, None, id="what-restarts-is-not-up"),
    ],
)
def test_instances_that_are_not_proven_to_lack_only_warn_in_the_end(words, wanted, later):
    judged = deployment(instances=tuple(words.split()), replica_count=wanted)

    (found,) = check_instances(evidence(service_evidence(judged=judged)), EXPECTED)

    assert found.later == later


def test_the_latest_statement_of_railway_counts():
    crashed = deployment(status=DeploymentStatus.CRASHED)
    given = service_evidence(judged=deployment(), after=state(crashed, old()))

    assert judge(check_status, evidence(given)) is Outcome.FAIL


def variables(own=True, **values):
    return Variables(values, of_this_deployment=own)


RIGHT = {"APP_ENV": "production", "SUPABASE_PROJECT_REF": REF}


@pytest.mark.parametrize(
    ("container", "markers", "same_database", "expected"),
    [
        pytest.param(variables(**RIGHT), None, True, Outcome.PASS, id="agree"),
        pytest.param(
            variables(**RIGHT | {"APP_ENV": "staging"}),
            None,
            True,
            Outcome.CRITICAL,
            id="container",
        ),
        pytest.param(
            variables(SUPABASE_PROJECT_REF=REF), None, True, Outcome.FAIL, id="container-unset"
        ),
        pytest.param(
            variables(**RIGHT, SUPABASE_URL=f"https://{REF}.supabase.co"),
            None,
            True,
            Outcome.PASS,
            id="the-address-agrees",
        ),
        pytest.param(
            variables(**RIGHT, SUPABASE_URL="https://other.supabase.co"),
            None,
            True,
            Outcome.CRITICAL,
            id="the-address-is-another-project's",
        ),
        pytest.param(
            variables(own=False, **RIGHT, SUPABASE_URL="https://other.supabase.co"),
            None,
            True,
            Outcome.INCONCLUSIVE,
            id="perhaps-another-project's",
        ),
        pytest.param(
            variables(own=False, **RIGHT | {"APP_ENV": "staging"}),
            None,
            True,
            Outcome.INCONCLUSIVE,
            id="not-this-deployment's-variables",
        ),
        pytest.param(variables(own=False, **RIGHT), None, True, Outcome.PASS, id="variables-now"),
        pytest.param(UNREAD, None, True, Outcome.INCONCLUSIVE, id="variables-unread"),
        pytest.param(
            variables(**RIGHT), {"environment": "staging"}, True, Outcome.CRITICAL, id="database"
        ),
        pytest.param(
            variables(**RIGHT),
            {"environment": "staging"},
            False,
            Outcome.INCONCLUSIVE,
            id="our-database-is-another",
        ),
        pytest.param(
            variables(**RIGHT),
            {"environment": "Production"},
            True,
            Outcome.INCONCLUSIVE,
            id="spelled-otherwise",
        ),
        pytest.param(variables(**RIGHT), {"environment": ""}, True, Outcome.FAIL, id="no-marker"),
        pytest.param(variables(**RIGHT), UNREAD, True, Outcome.INCONCLUSIVE, id="marker-unread"),
    ],
)
def test_guards(container, markers, same_database, expected):
    good = {"environment": "production", "supabase_project_ref": REF}
    read = markers if isinstance(markers, Unobserved) else good | (markers or {})
    given = evidence(
        service_evidence(variables=container),
        database=reading(markers=read),
        database_url_matches={"api": same_database},
    )

    assert judge(check_guards, given) is expected


@pytest.mark.parametrize(
    ("markers", "is_used", "outcomes"),
    [
        pytest.param(
            {"environment": "dev"},
            False,
            {Outcome.INCONCLUSIVE},
            id="another-environment-whose-project-is-not-named",
        ),
        pytest.param({"environment": "dev"}, True, {Outcome.CRITICAL, Outcome.FAIL}, id="and-used"),
        pytest.param({}, False, {Outcome.FAIL}, id="nothing-at-all"),
        pytest.param({}, True, {Outcome.FAIL}, id="nothing-and-it-is-used"),
        pytest.param({"environment": "production"}, False, {Outcome.FAIL}, id="right-but-for-one"),
    ],
)
def test_a_marker_that_is_missing_in_what_may_be_another_database(markers, is_used, outcomes):
    given = evidence(
        service_evidence(variables=variables(**RIGHT)),
        database=reading(markers=markers),
        database_url_matches={"api": is_used},
    )

    bad = {f.outcome for f in check_guards(given, EXPECTED) if f.outcome is not Outcome.PASS}
    assert bad == outcomes


def own_document(deployment_id="new", **fields):
    """What the application itself says of its environment and its project."""
    guards = {"environment": ("app_env", "db_env"), "project_ref": ("app_ref", "db_ref")}
    components = tuple(
        Component(
            name, HealthStatus.GOOD, "ok", observed={f: fields[f] for f in own if f in fields}
        )
        for name, own in guards.items()
    )
    return answer(doc=document(components=components), deployment_id=deployment_id)


NOW = variables(own=False, **RIGHT)
ELSEWHERE = "0a1b2c3d-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("container", "told", "red"),
    [
        pytest.param(variables(**RIGHT), {}, [], id="it-says-nothing"),
        pytest.param(
            variables(**RIGHT), {"app_env": "production", "db_ref": REF}, [], id="it-agrees"
        ),
        pytest.param(variables(**RIGHT), {"app_env": "dev"}, ["app_env"], id="another-environment"),
        pytest.param(variables(**RIGHT), {"db_env": "dev"}, ["db_env"], id="another-database"),
        pytest.param(variables(**RIGHT), {"db_ref": "stg"}, ["db_ref"], id="another-project"),
        pytest.param(
            NOW, {"app_env": "dev", "db_env": "dev"}, ["app_env", "db_env"], id="variables-changed"
        ),
        pytest.param(
            NotAsked("no token"), {"app_env": "production", "db_env": "dev"}, ["db_env"], id="alone"
        ),
        pytest.param(
            variables(**RIGHT), {"deployment_id": ELSEWHERE, "db_env": "dev"}, [], id="not-its-own"
        ),
        pytest.param(
            variables(**RIGHT | {"APP_ENV": "dev"}), {"app_env": "dev"}, ["APP_ENV"], id="told-once"
        ),
    ],
)
def test_what_a_deployment_says_of_itself_is_held_against_it(container, told, red):
    service = service_evidence(probe(own_document(**told)), variables=container)

    found = check_guards(evidence(service, database=NotAsked("none")), EXPECTED)

    words = [f.summary.split()[0] for f in found if f.outcome.condemns]
    assert words == red


def test_a_container_that_is_not_guarded_may_lack_what_is_guarded_and_nothing_else():
    wanted = replace(EXPECTED, unguarded=frozenset({"api"}))
    said = probe(own_document(db_env="dev"))

    def red(*probes):
        service = service_evidence(*probes, variables=variables())
        found = check_guards(evidence(service, database=NotAsked("none")), wanted)
        return [f.outcome for f in found if f.outcome.condemns]

    assert (red(), red(said)) == ([], [Outcome.FAIL])


@pytest.mark.parametrize(
    ("url", "outcomes"),
    [
        ("http://localhost:54321", [Outcome.WARN]),
        ("http://127.0.0.1:54321", [Outcome.WARN]),
        ("https://your-project.supabase.example", [Outcome.WARN]),
        ("https://db.example.com", [Outcome.WARN]),
        ("changeme", [Outcome.WARN]),
        ("https://db.acme.io", []),
        ("", []),
    ],
)
def test_an_address_that_cannot_be_meant_is_told(url, outcomes):
    service = service_evidence(variables=variables(**RIGHT, SUPABASE_URL=url))

    found = check_guards(evidence(service), EXPECTED)

    assert [f.outcome for f in found if f.check == ADDRESS] == outcomes


@pytest.mark.parametrize(
    "address",
    [
        "jdbc:postgresql://db.{}.supabase.co:5432/postgres",
        "Host=db.{}.supabase.co;Database=postgres;Username=postgres",
        "host=db.{}.supabase.co dbname=postgres user=postgres",
    ],
)
@pytest.mark.parametrize(
    ("ref", "outcome"), [(REF, Outcome.PASS), ("abcdefghijklmnopqrsx", Outcome.CRITICAL)]
)
def test_an_address_in_a_form_of_its_own_is_guarded(address, ref, outcome):
    service = service_evidence(variables=variables(**RIGHT, DATABASE_URL=address.format(ref)))

    found = check_guards(evidence(service), EXPECTED)

    assert [f.outcome for f in found if f.check == ADDRESS] == [outcome]


@pytest.mark.parametrize(
    ("said", "outcomes"),
    [
        pytest.param(EXPECTED.project_ref, [Outcome.PASS], id="the-expected-one"),
        pytest.param(f" {EXPECTED.project_ref.upper()}\n", [Outcome.PASS], id="in-capitals"),
        pytest.param(
            f"https://{EXPECTED.project_ref}.supabase.co", [Outcome.PASS], id="its-address"
        ),
        pytest.param(f"db.{EXPECTED.project_ref}.supabase.co:5432", [Outcome.PASS], id="its-host"),
        pytest.param(
            "https://stgzqhvtrpyxbnacflek.supabase.co/", [Outcome.FAIL], id="another-address"
        ),
        pytest.param("stgzqhvtrpyxbnacflek.supabase.co", [Outcome.FAIL], id="another-host"),
        pytest.param(
            "postgres://postgres.stgzqhvtrpyxbnacflek@aws-0-sa-east-1.pooler.supabase.com:6543/postgres",
            [Outcome.FAIL],
            id="another-by-the-pooler",
        ),
        pytest.param("stgzqhvtrpyxbnacflek", [Outcome.INCONCLUSIVE], id="another-word"),
        pytest.param("productiondatabaseeu", [Outcome.INCONCLUSIVE], id="a-name-of-twenty-letters"),
        pytest.param("julia-production", [], id="a-name"),
        pytest.param("localhost:54321", [Outcome.WARN], id="the-container-itself"),
        pytest.param("http://localhost:54321", [Outcome.WARN], id="its-own-address"),
        pytest.param("db.acme.io", [], id="a-domain-of-the-project-s"),
        pytest.param("(not configured)", [], id="not-configured"),
        pytest.param("[::x", [], id="no-host"),
        pytest.param("", [], id="not-told"),
    ],
)
def test_the_project_that_a_document_names_is_held_against_the_guards(said, outcomes):
    document = own_document()
    told = replace(document, document=replace(document.document, supabase_project=said))
    service = service_evidence(probe(told), variables=variables(**RIGHT))

    found = [f for f in check_guards(evidence(service), EXPECTED) if f.check == ADDRESS]

    assert [f.outcome for f in found] == outcomes
    named = [re.findall(r"\b(?:project|at) ([^\s,]+)", f.summary)[0] for f in found]
    assert all(name in said.lower() for name in named)


def test_the_project_in_a_document_that_is_not_the_judged_ones_says_nothing():
    document = own_document(deployment_id="old")
    told = replace(
        document,
        document=replace(document.document, supabase_project="stgzqhvtrpyxbnacflek"),
    )
    service = service_evidence(probe(told), variables=variables(**RIGHT))

    assert not [f for f in check_guards(evidence(service), EXPECTED) if f.check == ADDRESS]


NOT_THERE = replace(ledger(), is_there=False)


@pytest.mark.parametrize(
    ("shipped", "applied", "subject", "expected"),
    [
        pytest.param("12", "12", Subject.JUDGED, Outcome.PASS, id="level"),
        pytest.param("12", "1", Subject.JUDGED, Outcome.FAIL, id="one-pending"),
        pytest.param("12", "", Subject.JUDGED, Outcome.FAIL, id="empty-ledger"),
        pytest.param("1", "12", Subject.JUDGED, Outcome.PASS, id="ledger-ahead"),
        pytest.param("1", UNREAD, Subject.JUDGED, Outcome.INCONCLUSIVE, id="ledger-unread"),
        pytest.param("1", NOT_THERE, Subject.JUDGED, Outcome.INCONCLUSIVE, id="ledger-not-there"),
        pytest.param(UNREAD, "1", Subject.JUDGED, Outcome.INCONCLUSIVE, id="checkout-unread"),
        pytest.param(UNREAD, "1", Subject.RESTORED, Outcome.SKIP, id="restored-not-in-checkout"),
        pytest.param(NotAsked("no ledger"), "1", Subject.JUDGED, Outcome.SKIP, id="not-configured"),
    ],
)
def test_pending(shipped, applied, subject, expected):
    def migrations(versions):
        return tuple(map(Migration, versions)) if isinstance(versions, str) else versions

    given = evidence(
        subject=subject,
        shipped={
            "": ShippedMigrations(migrations(shipped)) if isinstance(shipped, str) else shipped
        },
        database=reading(ledgers={"": ledger(*applied) if isinstance(applied, str) else applied}),
    )

    (finding,) = check_ledger(given, EXPECTED)

    assert finding.outcome is expected


def test_several_ledgers_are_told_by_their_names():
    one = ShippedMigrations((Migration("1"),))
    given = evidence(
        shipped={"main": one, "billing": one},
        database=reading(ledgers={"main": ledger("1"), "billing": ledger()}),
    )

    found = {f.summary.split(":")[0]: f.outcome for f in check_ledger(given, EXPECTED)}

    assert found == {"main": Outcome.PASS, "billing": Outcome.FAIL}


@pytest.mark.parametrize(
    ("expected_version", "applied", "outcome"),
    [
        pytest.param("9", ("9",), Outcome.PASS, id="level"),
        pytest.param("10", ("9",), Outcome.FAIL, id="behind-by-number"),
        pytest.param("9", ("10",), Outcome.PASS, id="ahead"),
        pytest.param("9", (), Outcome.FAIL, id="nothing-applied"),
        pytest.param("abc", ("abd",), Outcome.FAIL, id="no-order"),
        pytest.param(UNREAD, ("9",), Outcome.INCONCLUSIVE, id="not-known"),
        pytest.param("9", UNREAD, Outcome.INCONCLUSIVE, id="unread"),
    ],
)
def test_expected_version(expected_version, applied, outcome):
    read = applied if isinstance(applied, Unobserved) else ledger(*applied)
    given = evidence(expected_versions={"": expected_version}, database=reading(ledgers={"": read}))

    assert judge(check_expected_version, given) is outcome


@pytest.mark.parametrize(
    ("problem", "unseen", "expected"),
    [
        pytest.param("", None, Outcome.PASS, id="answers"),
        pytest.param("gone", None, Outcome.FAIL, id="silent"),
        pytest.param("", Unobserved("may not", "grant it"), Outcome.INCONCLUSIVE, id="hidden"),
    ],
)
def test_relations(problem, unseen, expected):
    relation = RelationAnswer("users", "table", problem, unseen)

    (finding,) = check_relations(evidence(database=reading(relations=(relation,))), EXPECTED)

    assert finding.outcome is expected
    assert finding.hint == "grant it" or unseen is None
    assert bool(finding.blameless) is (expected is Outcome.FAIL)


def test_a_marker_that_may_be_hidden_is_not_missing():
    hidden = Unobserved("row level security hides rows", "create policy …")
    given = evidence(database=reading(markers={}, hidden_markers=hidden))

    findings = [f for f in check_guards(given, EXPECTED) if not f.service]

    assert [(f.outcome, f.hint) for f in findings] == [(Outcome.INCONCLUSIVE, hidden.hint)] * 2


def test_a_missing_marker_is_red_and_held_against_no_deployment():
    given = evidence(database=reading(markers={}))

    findings = [f for f in check_guards(given, EXPECTED) if not f.service]

    assert [(f.outcome, bool(f.blameless)) for f in findings] == [(Outcome.FAIL, True)] * 2


PROJECT = Component("project_ref", HealthStatus.GOOD, "ok", observed={"db_ref": REF})
TELLS_ITS_PROJECT = answer(doc=document(components=(PROJECT,), deployment_id="new"))


@pytest.mark.parametrize(
    ("matches", "given_answer", "is_held"),
    [
        pytest.param({"api": True}, answer(), True, id="its-address-is-ours"),
        pytest.param({"api": False}, answer(), False, id="its-address-is-another"),
        pytest.param({}, answer(), False, id="nothing-is-known"),
        pytest.param({}, TELLS_ITS_PROJECT, True, id="its-document-names-our-project"),
        pytest.param(
            {},
            replace(TELLS_ITS_PROJECT, deployment_id="0a1b2c3d-0000-4000-8000-000000000000"),
            False,
            id="somebody-else's-document-does",
        ),
    ],
)
def test_a_pending_migration_is_held_against_what_uses_that_database(
    matches, given_answer, is_held
):
    given = evidence(
        service_evidence(probe(given_answer)),
        database=reading(ledgers={"": ledger("1")}),
        expected_versions={"": "9"},
        database_url_matches=matches,
    )

    findings = [*check_ledger(given, EXPECTED), *check_expected_version(given, EXPECTED)]

    assert [f.outcome for f in findings] == [Outcome.FAIL, Outcome.FAIL]
    assert [not f.blameless for f in findings] == [is_held, is_held]


FRESH = {"fresh_within_s": 60}
MUST = {**FRESH, "missing": Outcome.FAIL}
NOT_YET = Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("answer", "expectation", "now", "in_the_end"),
    [
        pytest.param(SqlAnswer("t", 10), FRESH, Outcome.PASS, None, id="fresh"),
        pytest.param(SqlAnswer("t", 61), FRESH, NOT_YET, Outcome.FAIL, id="stale"),
        pytest.param(SqlAnswer(""), FRESH, NOT_YET, Outcome.WARN, id="nobody-has-written"),
        pytest.param(SqlAnswer(""), MUST, NOT_YET, Outcome.FAIL, id="nobody-has-and-must"),
        pytest.param(SqlAnswer(""), {"equals": "1"}, NOT_YET, Outcome.WARN, id="empty"),
        pytest.param(SqlAnswer("soon"), FRESH, Outcome.FAIL, None, id="no-time"),
        pytest.param(SqlAnswer("1"), {"equals": "1"}, Outcome.PASS, None, id="equal"),
        pytest.param(SqlAnswer("2"), {"equals": "1"}, Outcome.FAIL, None, id="unequal"),
        pytest.param(UNREAD, {"equals": "1"}, Outcome.INCONCLUSIVE, None, id="unread"),
    ],
)
def test_sql_probe(answer, expectation, now, in_the_end):
    given = evidence(
        service_evidence(judged=deployment(minute=-60, settled_at=START - timedelta(minutes=50))),
        database=reading(sql_answers={"beat": answer}),
    )
    wanted = replace(EXPECTED, sql_probes={"beat": SqlExpectation("", **expectation)})

    (found,) = check_sql_probes(given, wanted)

    assert found.outcome is now
    assert (found.later.outcome if found.later else None) is in_the_end


@pytest.mark.parametrize(
    ("up_s", "age_s", "missing", "now", "in_the_end", "due_in_s"),
    [
        pytest.param(20, 5, "warn", Outcome.PASS, None, 0, id="its-own"),
        pytest.param(20, 30, None, NOT_YET, Outcome.WARN, 40, id="fresh-of-the-old"),
        pytest.param(20, 30, "fail", NOT_YET, NOT_YET, 40, id="fresh-of-the-old-and-must"),
        pytest.param(20, 61, None, NOT_YET, Outcome.WARN, 40, id="stale-of-the-old"),
        pytest.param(20, 61, "fail", NOT_YET, NOT_YET, 40, id="stale-of-the-old-and-must"),
        pytest.param(60, 61, None, NOT_YET, Outcome.FAIL, 0, id="never-again"),
        pytest.param(60, 61, "fail", NOT_YET, Outcome.FAIL, 0, id="never-again-and-must"),
        pytest.param(60, 61, "warn", NOT_YET, Outcome.WARN, 0, id="never-again-and-may"),
        pytest.param(20, None, None, NOT_YET, Outcome.WARN, 40, id="not-due"),
        pytest.param(20, None, "fail", NOT_YET, NOT_YET, 40, id="not-due-and-must"),
        pytest.param(None, 61, None, NOT_YET, Outcome.FAIL, 60, id="live-since-nobody-knows-when"),
        pytest.param(None, 601, None, NOT_YET, Outcome.WARN, 60, id="nor-who-wrote-it"),
    ],
)
@pytest.mark.parametrize("service", ["api", ""])
def test_a_heartbeat_is_waited_for_until_one_of_the_deployment_itself_is_due(
    up_s, age_s, missing, now, in_the_end, due_in_s, service
):
    since = None if up_s is None else START - timedelta(seconds=up_s)
    judged = deployment(minute=-10, settled_at=since)
    given = evidence(
        service_evidence(judged=judged, before=state(judged, old(minute=-60))),
        database=reading(sql_answers={"beat": beat(age_s)}),
    )

    (found,) = check_sql_probes(given, expecting_a_beat(service, missing))

    later = found.later or Later(found.outcome)
    assert (found.outcome, later.due_in_s) == (now, due_in_s)
    assert (found.later.outcome if found.later else None) is in_the_end
    assert ("one is due in" in found.summary) is bool(due_in_s)


@pytest.mark.parametrize(
    ("other", "age_s", "now", "due_in_s"),
    [
        pytest.param({}, 30, Outcome.PASS, 0, id="gone-for-long"),
        pytest.param({"settled_at": START - timedelta(seconds=20)}, 30, NOT_YET, 40, id="its-last"),
        pytest.param({"settled_at": START - timedelta(seconds=20)}, 10, Outcome.PASS, 0, id="ours"),
        pytest.param(
            {"status": DeploymentStatus.REMOVING, "instances": ("RUNNING",)},
            1,
            NOT_YET,
            60,
            id="draining",
        ),
        pytest.param(
            {"status": DeploymentStatus.REMOVING, "instances": ("EXITED",)},
            1,
            Outcome.PASS,
            0,
            id="ended",
        ),
        pytest.param({"status": DeploymentStatus.CRASHED}, 30, Outcome.PASS, 0, id="crashed"),
    ],
)
def test_a_heartbeat_is_nobodys_while_the_old_deployment_may_have_written_it(
    other, age_s, now, due_in_s
):
    judged = deployment(minute=-10, settled_at=START - timedelta(seconds=50))
    before = state(judged, old(minute=-60, **other))
    read = reading(sql_answers={"beat": beat(age_s)})
    given = evidence(service_evidence(judged=judged, before=before), database=read)

    (found,) = check_sql_probes(given, expecting_a_beat("api", None))

    assert found.outcome is now
    assert (found.later.due_in_s if found.later else 0) == due_in_s


@pytest.mark.parametrize("wrong_s", [-300, -60, 0, 60, 300])
@pytest.mark.parametrize(
    ("age_s", "read_s_ago", "now"),
    [
        pytest.param(30, 0, Outcome.PASS, id="its-own"),
        pytest.param(55, 0, NOT_YET, id="of-its-predecessor"),
        pytest.param(45, 10, NOT_YET, id="read-before-the-rest-answered"),
    ],
)
def test_a_heartbeat_is_dated_by_railways_clock(wrong_s, age_s, read_s_ago, now):
    """This machine's clock is `wrong_s` ahead of that of everybody else."""
    wrong = timedelta(seconds=wrong_s)
    judged = deployment(minute=-10, settled_at=START - timedelta(seconds=50))
    given = evidence(
        service_evidence(judged=judged, before=state(judged, old(minute=-60))),
        database=reading(
            sql_answers={"beat": beat(age_s)},
            read_at=START + wrong - timedelta(seconds=read_s_ago),
        ),
        at=START + wrong,
        railway_ahead=-wrong,
    )

    (found,) = check_sql_probes(given, expecting_a_beat("api", None))

    assert found.outcome is now
    assert (found.later.due_in_s if found.later else 10) == 10


@pytest.mark.parametrize(("age_s", "now"), [(30, Outcome.PASS), (61, NOT_YET)])
def test_what_was_restored_may_have_the_heartbeat_of_what_it_replaced(age_s, now):
    judged = deployment(minute=-10, settled_at=START - timedelta(seconds=20))
    read = reading(sql_answers={"beat": beat(age_s)})
    given = evidence(service_evidence(judged=judged), database=read, subject=Subject.RESTORED)

    (found,) = check_sql_probes(given, expecting_a_beat("api", "warn"))

    assert found.outcome is now
    assert found.later is None or found.later.outcome is Outcome.FAIL


def beat(age_s):
    return SqlAnswer("") if age_s is None else SqlAnswer("t", age_s)


def expecting_a_beat(service, missing):
    expected = SqlExpectation(service, 60, missing=Outcome(missing) if missing else None)
    return replace(EXPECTED, sql_probes={"beat": expected})


@pytest.mark.parametrize(
    ("subject", "within_s", "outcome"),
    [
        pytest.param(Subject.JUDGED, 300.0, Outcome.INCONCLUSIVE, id="it-may-still-be-applied"),
        pytest.param(Subject.JUDGED, 0.0, Outcome.FAIL, id="nobody-applies-it"),
        pytest.param(Subject.BEFORE, 300.0, Outcome.FAIL, id="before"),
    ],
)
def test_a_migration_that_is_applied_on_merge_is_waited_for(subject, within_s, outcome):
    given = evidence(database=reading(ledgers={"": ledger("1")}), subject=subject)
    wanted = replace(EXPECTED, ledger_policies={"": LedgerPolicy(applied_within_s=within_s)})

    (found,) = [f for f in check_ledger(given, wanted) if f.check == PENDING]

    assert found.outcome is outcome
    assert (found.later == Later(Outcome.FAIL, 300.0)) is (outcome is Outcome.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        pytest.param(variables(RUN_MODE="api"), Outcome.PASS, id="right"),
        pytest.param(variables(RUN_MODE="worker"), Outcome.FAIL, id="wrong"),
        pytest.param(variables(), Outcome.FAIL, id="unset"),
        pytest.param(variables(own=False), Outcome.INCONCLUSIVE, id="not-this-deployment's"),
        pytest.param(UNREAD, Outcome.INCONCLUSIVE, id="unread"),
    ],
)
def test_run_mode(container, expected):
    around = state(deployment(), old(), run_mode="api")

    assert (
        judge(check_run_mode, evidence(service_evidence(before=around, variables=container)))
        is expected
    )


@pytest.mark.parametrize(
    ("instances", "configured", "expected"),
    [
        pytest.param(("RUNNING",), 1, Outcome.PASS, id="one"),
        pytest.param(("RUNNING", "RUNNING"), 1, Outcome.FAIL, id="two-run"),
        pytest.param(("RUNNING",), 2, Outcome.FAIL, id="two-configured"),
        pytest.param((), None, Outcome.INCONCLUSIVE, id="none-yet"),
    ],
)
def test_replicas(instances, configured, expected):
    judged = deployment(instances=instances, replica_count=configured)
    around = state(judged, old(), replicas=1)

    given = evidence(service_evidence(judged=judged, before=around))

    assert judge(check_replicas, given) is expected


def test_everything_good_passes():
    findings = run_checks(evidence(), EXPECTED)

    assert worst(f.outcome for f in findings) is Outcome.PASS


def test_no_findings_at_all_are_inconclusive():
    assert worst([]) is Outcome.INCONCLUSIVE
    assert worst([Outcome.SKIP]) is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("url", "ref"),
    [
        pytest.param("https://abc.supabase.co", "abc", id="api"),
        pytest.param(
            "postgresql://postgres:x@db.abc.supabase.co:5432/postgres", "abc", id="direct"
        ),
        pytest.param(
            "postgresql://postgres.abc:x@eu-1.pooler.supabase.com:6543/postgres", "abc", id="pooler"
        ),
        pytest.param("https://api.example.org", "", id="own-domain"),
        pytest.param("https://[bad", "", id="no-address"),
    ],
)
def test_the_project_in_an_address(url, ref):
    assert ref_in(url) == ref


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        pytest.param({DatabaseObject("extension", "pgcrypto"): True}, Outcome.PASS, id="there"),
        pytest.param({DatabaseObject("function", "f"): False}, Outcome.FAIL, id="not-there"),
        pytest.param(UNREAD, Outcome.INCONCLUSIVE, id="unread"),
    ],
)
def test_objects(objects, expected):
    assert judge(check_objects, evidence(database=reading(objects=objects))) is expected


@pytest.mark.parametrize(
    ("missing", "later"), [(UNREAD, None), (GONE, FOR_GOOD)], ids=["for-now", "for-good"]
)
def test_what_no_waiting_can_change_says_so(missing, later):
    given = evidence(
        service_evidence(probe(missing)),
        shipped={"": missing},
        expected_versions={"": missing},
    )

    found = [
        *check_ledger(given, EXPECTED),
        *check_expected_version(given, EXPECTED),
        *check_deep(given, EXPECTED),
    ]

    assert [(f.outcome, f.later) for f in found] == [(Outcome.INCONCLUSIVE, later)] * 3


RUNNING_OLD = old(status=DeploymentStatus.REMOVING, instances=("RUNNING",))


@pytest.mark.parametrize(
    ("replicas", "other", "told"),
    [
        pytest.param(1, RUNNING_OLD, [Outcome.WARN], id="two-schedulers"),
        pytest.param(1, old(), [], id="the-old-one-is-gone"),
        pytest.param(1, old(status=DeploymentStatus.REMOVING), [], id="it-runs-nowhere"),
        pytest.param(None, RUNNING_OLD, [], id="as-many-as-you-like"),
        pytest.param(2, RUNNING_OLD, [], id="two-are-meant"),
    ],
)
def test_what_may_run_once_runs_twice_while_it_is_replaced(replicas, other, told):
    around = state(deployment(), other, active=("new",), replicas=replicas)
    seen = evidence(service_evidence(before=around))

    assert [f.outcome for f in check_overlap(seen, EXPECTED)] == told


@pytest.mark.parametrize(
    ("configured", "hint"),
    [
        (1, "read the deploy logs of api on Railway"),
        (None, "read the deploy logs of api on Railway"),
        (3, "set the replicas of api to 1 on Railway"),
        (0, "set the replicas of api to 1 on Railway"),
    ],
)
def test_replicas_that_are_configured_rightly_are_not_to_be_set(configured, hint):
    judged = deployment(instances=("CRASHED",), replica_count=configured)
    around = state(judged, old(), replicas=1)
    given = evidence(service_evidence(judged=judged, before=around, after=around))

    (finding,) = check_replicas(given, None)

    assert finding.hint == hint
