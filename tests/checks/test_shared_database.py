"""Whether the services of one environment use one database, and what a difference is worth."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, deployment, evidence, service_evidence, state
from verifier.checks.shared_database import check_shared_database
from verifier.model.evidence import Subject, Variables
from verifier.model.finding import Later, Outcome, Unobserved

SHOP = "postgresql://app:secret@db.test:5432/shop"
OTHER = "postgresql://app:secret@db.test:5432/staging"
POOLED = "postgresql://reader:other@pooler.test:6432/shop"
PROD = "postgresql://postgres:x@db.abc.supabase.co:5432/postgres"
PROD_POOLER = "postgresql://reader.abc:y@aws-0-eu-central-1.pooler.supabase.com:6543/postgres"
PROD_REPLICA = "postgresql://postgres:x@db.abc-rr-us-east-1-qwert.supabase.co:5432/postgres"
STAGING = "postgresql://postgres:x@db.xyz.supabase.co:5432/postgres"


def variables(url, own=True):
    return Variables({"DATABASE_URL": url} if url else {}, of_this_deployment=own)


def service(name, now, before=None, own=True):
    return service_evidence(
        judged=deployment(),
        before=state(deployment(), name=name, role=name),
        variables=variables(now, own),
        variables_before=Unobserved("not read") if before is None else variables(before),
    )


def look(*services, **changes):
    found = check_shared_database(evidence(*services, **changes), EXPECTED)
    return {f.service: (str(f.outcome), bool(f.blameless)) for f in found}


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param(SHOP, SHOP, ("pass", False), id="one-database"),
        pytest.param(None, SHOP, ("pass", False), id="one-database-nothing-known-before"),
        pytest.param(SHOP, OTHER, ("fail", True), id="left-it-for-another-one-at-the-same-host"),
        pytest.param(SHOP, POOLED, ("fail", True), id="perhaps-its-pooler"),
        pytest.param(OTHER, OTHER, ("skip", False), id="another-one-as-before"),
        pytest.param(None, OTHER, ("warn", False), id="another-one-nothing-known-before"),
        pytest.param(POOLED, OTHER, ("warn", False), id="from-one-of-its-own-to-another"),
        pytest.param(SHOP, "", None, id="names-none"),
        pytest.param(SHOP, "no address", None, id="unreadable"),
        pytest.param(SHOP, SHOP + "?schema=jobs", ("pass", False), id="another-schema"),
    ],
)
def test_a_worker_beside_an_api_that_stayed(before, now, expected):
    found = look(service("api", SHOP, SHOP), service("worker", now, before))

    assert found.get("worker") == expected


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param(PROD, PROD_POOLER, ("pass", False), id="by-its-pooler"),
        pytest.param(PROD, PROD_REPLICA, ("pass", False), id="by-its-replica"),
        pytest.param(PROD, STAGING, ("fail", False), id="of-another-project"),
        pytest.param(PROD, SHOP, ("fail", True), id="outside-of-supabase"),
        pytest.param(STAGING, STAGING, ("skip", False), id="of-another-project-as-before"),
    ],
)
def test_a_database_at_supabase_is_known_by_its_project(before, now, expected):
    found = look(service("api", PROD, PROD), service("worker", now, before))

    assert found.get("worker") == expected


def test_the_service_that_stayed_is_not_to_blame():
    found = look(service("api", PROD, PROD), service("worker", STAGING, PROD))

    assert found == {"api": ("skip", False), "worker": ("fail", False)}


def test_services_that_move_together_are_one():
    found = look(service("api", STAGING, PROD), service("worker", STAGING, PROD))

    assert found == {"api": ("pass", False), "worker": ("pass", False)}


def test_a_service_that_is_not_deployed_now_is_compared_too():
    """A commit for the worker alone: the api's variables are known from when it was looked at."""
    (found,) = check_shared_database(
        evidence(service("worker", STAGING, PROD), peers={"api": variables(PROD)}), EXPECTED
    )

    assert (found.outcome, found.later) == (Outcome.INCONCLUSIVE, Later(Outcome.FAIL))
    assert not found.blameless


@pytest.mark.parametrize(
    ("own", "subject"),
    [
        pytest.param(False, Subject.JUDGED, id="variables-of-today-alone"),
        pytest.param(True, Subject.BEFORE, id="before-the-deploy"),
        pytest.param(True, Subject.RESTORED, id="after-a-rollback"),
    ],
)
def test_what_is_not_the_judged_deployments_own_condemns_nobody(own, subject):
    found = look(
        service("api", PROD, PROD), service("worker", STAGING, PROD, own=own), subject=subject
    )

    assert found["worker"] == ("warn", False)


def test_one_service_alone_is_compared_with_nothing():
    assert look(service("api", STAGING, PROD)) == {}


def test_no_value_is_shown():
    services = service("api", PROD, PROD), service("worker", STAGING, PROD)

    told = " ".join(map(str, check_shared_database(evidence(*services), EXPECTED)))

    assert [word for word in ("abc", "xyz", "postgres:", "supabase.co") if word in told] == []


def test_variables_that_were_not_read_say_nothing():
    unread = replace(service("worker", STAGING, PROD), variables=Unobserved("denied"))

    assert look(service("api", PROD, PROD), unread) == {}


class Counted(dict):
    """Variables that count how often somebody looks into them."""

    looks = 0

    def get(self, key, default=None):
        """Return a value, and count."""
        self.looks += 1
        return super().get(key, default)


@pytest.mark.parametrize("count", [2, 40])
def test_each_address_is_read_once_however_many_services_there_are(count):
    given = [Counted(DATABASE_URL=SHOP) for _ in range(count)]
    services = [
        replace(service(f"s{n}", SHOP), variables=Variables(own, of_this_deployment=True))
        for n, own in enumerate(given)
    ]

    look(*services)

    assert [own.looks for own in given] == [1] * count
