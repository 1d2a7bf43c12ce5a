"""Secrets and variables that must be there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.decide.questions.asking import asked
from verifier.decide.drift.stored_names import name_drift
from verifier.decide.questions.secret_drift import KIND as SECRET
from verifier.model.finding import Outcome, Unobserved
from verifier.model.named_values import (
    DEPENDABOT,
    ORGANISATION,
    REPOSITORY,
    StoredName,
    StoredNames,
    WantedName,
    environment_place,
)

NOW = datetime(2026, 2, 1, tzinfo=UTC)
ASKED = replace(asked(), at=NOW)
PRODUCTION, STAGING = environment_place("Production"), environment_place("staging")
DENIED = Unobserved("HTTP 403")
ANYWHERE = WantedName("TOKEN")
IN_PRODUCTION = WantedName("TOKEN", "PRODUCTION")
FOR_DEPENDABOT = WantedName("TOKEN", is_for_dependabot=True)
FAIL, INCONCLUSIVE, WARN = Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.WARN


@pytest.mark.parametrize(
    ("wanted", "place", "unread", "told"),
    [
        (ANYWHERE, REPOSITORY, (), None),
        (ANYWHERE, ORGANISATION, (), None),
        (ANYWHERE, STAGING, (), None),
        (ANYWHERE, DEPENDABOT, (), FAIL),
        (ANYWHERE, "", (), FAIL),
        (ANYWHERE, "", (ORGANISATION,), INCONCLUSIVE),
        (ANYWHERE, REPOSITORY, (ORGANISATION, PRODUCTION), None),
        (IN_PRODUCTION, PRODUCTION, (), None),
        (IN_PRODUCTION, REPOSITORY, (), None),
        (IN_PRODUCTION, ORGANISATION, (), None),
        (IN_PRODUCTION, STAGING, (), FAIL),
        (IN_PRODUCTION, STAGING, (PRODUCTION,), INCONCLUSIVE),
        (IN_PRODUCTION, PRODUCTION, (REPOSITORY,), None),
        (IN_PRODUCTION, "", (STAGING,), FAIL),
        (FOR_DEPENDABOT, DEPENDABOT, (), None),
        (FOR_DEPENDABOT, REPOSITORY, (), FAIL),
        (FOR_DEPENDABOT, "", (REPOSITORY,), FAIL),
        (FOR_DEPENDABOT, "", (DEPENDABOT,), INCONCLUSIVE),
    ],
)
def test_a_secret_counts_where_its_jobs_read_it(wanted, place, unread, told):
    found = (StoredName("token", place, NOW),) if place else ()
    stored = StoredNames(found, dict.fromkeys(unread, DENIED))

    rows = list(name_drift(SECRET, [wanted], stored, None, ASKED))

    assert [row.severity for row in rows] == ([] if told is None else [told])


@pytest.mark.parametrize(
    ("wanted", "setting", "hint"),
    [
        (ANYWHERE, "secret TOKEN", "run gh secret set TOKEN --repo acme/shop"),
        (
            IN_PRODUCTION,
            "secret TOKEN in environment PRODUCTION",
            "run gh secret set TOKEN --env PRODUCTION --repo acme/shop",
        ),
        (
            FOR_DEPENDABOT,
            "secret TOKEN for Dependabot",
            "run gh secret set TOKEN --app dependabot --repo acme/shop",
        ),
    ],
)
def test_what_is_missing_says_where(wanted, setting, hint):
    (row,) = name_drift(SECRET, [wanted], StoredNames(()), None, ASKED)

    assert (row.setting, row.hint) == (setting, hint)


def test_of_several_places_the_newest_counts():
    old, new = NOW - timedelta(days=400), NOW - timedelta(days=20)
    both = (StoredName("TOKEN", REPOSITORY, old), StoredName("TOKEN", PRODUCTION, new))

    def days(max_age):
        found = StoredNames(both)
        limit = timedelta(days=max_age)
        return [r.actual for r in name_drift(SECRET, [ANYWHERE], found, limit, ASKED)]

    assert (days(30), days(10)) == ([], ["20 days old"])


def test_an_unreadable_age_hides_no_other_name():
    found = StoredNames((StoredName("TOKEN", REPOSITORY, None), StoredName("OLD", REPOSITORY, NOW)))
    wanted = [ANYWHERE, WantedName("OLD")]

    rows = name_drift(SECRET, wanted, found, timedelta(days=10), ASKED)

    assert [(row.setting, row.severity) for row in rows] == [("secret TOKEN", INCONCLUSIVE)]


@pytest.mark.parametrize(
    ("places", "unread", "told"),
    [
        pytest.param([REPOSITORY], (), ["PRODUCTION", "staging"], id="one-for-both"),
        pytest.param([REPOSITORY, STAGING], (), [], id="staging-has-its-own"),
        pytest.param([PRODUCTION, STAGING], (), [], id="each-has-its-own"),
        pytest.param([REPOSITORY], (STAGING,), [], id="staging-was-not-read"),
    ],
)
def test_one_value_for_two_environments_is_told(places, unread, told):
    wanted = [IN_PRODUCTION, WantedName("Token", "staging"), WantedName("OTHER")]
    found = (*(StoredName("TOKEN", p, NOW) for p in places), StoredName("OTHER", REPOSITORY, NOW))
    stored = StoredNames(found, dict.fromkeys(unread, DENIED))

    rows = list(name_drift(SECRET, wanted, stored, None, ASKED))

    assert [row.setting.rpartition(" ")[2] for row in rows] == told
    assert all(row.severity is WARN and "one value for" in row.actual for row in rows)
