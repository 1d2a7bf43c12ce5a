"""Secrets, variables and environments that must be there, and what guards them."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.decide.workflows.called import with_jobs
from verifier.decide.drift.stored_names import environment_drift, name_drift
from verifier.model.finding import Outcome, Unobserved
from verifier.model.named_values import (
    DEPENDABOT,
    ORGANISATION,
    REPOSITORY,
    Branches,
    GitHubEnvironment,
    StoredName,
    StoredNames,
    WantedEnvironment,
    WantedName,
    environment_place,
)
from verifier.model.protection import (
    CLASSIC,
    DriftKind,
    Protection,
    ProtectionSource,
    Setting,
)

NOW = datetime(2026, 2, 1, tzinfo=UTC)
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

    rows = list(name_drift(DriftKind.SECRET, [wanted], stored, None, NOW))

    assert [row.severity for row in rows] == ([] if told is None else [told])


@pytest.mark.parametrize(
    ("wanted", "setting", "hint"),
    [
        (ANYWHERE, "secret TOKEN", "run gh secret set TOKEN"),
        (
            IN_PRODUCTION,
            "secret TOKEN in environment PRODUCTION",
            "run gh secret set TOKEN --env PRODUCTION",
        ),
        (FOR_DEPENDABOT, "secret TOKEN for Dependabot", "run gh secret set TOKEN --app dependabot"),
    ],
)
def test_what_is_missing_says_where(wanted, setting, hint):
    (row,) = name_drift(DriftKind.SECRET, [wanted], StoredNames(()), None, NOW)

    assert (row.setting, row.hint) == (setting, hint)


def test_of_several_places_the_newest_counts():
    old, new = NOW - timedelta(days=400), NOW - timedelta(days=20)
    both = (StoredName("TOKEN", REPOSITORY, old), StoredName("TOKEN", PRODUCTION, new))

    def days(max_age):
        found = StoredNames(both)
        limit = timedelta(days=max_age)
        return [r.actual for r in name_drift(DriftKind.SECRET, [ANYWHERE], found, limit, NOW)]

    assert (days(30), days(10)) == ([], ["20 days old"])


def test_an_unreadable_age_hides_no_other_name():
    found = StoredNames((StoredName("TOKEN", REPOSITORY, None), StoredName("OLD", REPOSITORY, NOW)))
    wanted = [ANYWHERE, WantedName("OLD")]

    rows = name_drift(DriftKind.SECRET, wanted, found, timedelta(days=10), NOW)

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

    rows = list(name_drift(DriftKind.SECRET, wanted, stored, None, NOW))

    assert [row.setting.rpartition(" ")[2] for row in rows] == told
    assert all(row.severity is WARN and "one value for" in row.actual for row in rows)


CLASSIC_RULE = Protection((ProtectionSource(CLASSIC, {Setting.PULL_REQUEST: 1}),))
RULESET = Protection((ProtectionSource('ruleset "main"', {Setting.PULL_REQUEST: 1}),))
HIDDEN = Protection((), hidden=("classic needs Administration: read",))
ANY = (
    "every branch or tag that fits {}, which whoever can push may make, may deploy to it once a "
    "reviewer approves"
)
STRICT = WantedEnvironment("production", True, 5, True)


def environment(branches=Branches.CHOSEN, **changes):
    return GitHubEnvironment("Production", branches, **{"chosen": ("main",), **changes})


@pytest.mark.parametrize(
    ("wanted", "found", "protection", "told"),
    [
        ("production", environment(), None, {}),
        ("staging", environment(), None, {"": (FAIL, "missing")}),
        (
            "production",
            environment(Branches.ANY),
            None,
            {"": (WARN, "every branch may deploy to it")},
        ),
        (
            "production",
            environment(Branches.ANY, reviewers=2, wait_minutes=5),
            None,
            {
                "": (
                    WARN,
                    "every branch may deploy to it once a reviewer approves and a timer runs",
                )
            },
        ),
        ("production", environment(Branches.ANY, has_custom_rules=True), None, {}),
        ("production", environment(chosen=("main", "release/*")), None, {}),
        *(
            (
                "production",
                environment(reviewers=1, chosen=("main", wide)),
                None,
                {"": (WARN, ANY.format(wide))},
            )
            for wide in ("*", "**", "**/*", "?*", "*/*", "v*", "feature/*", "ma*", "[!x]*")
        ),
        ("production", environment(chosen=("*",), has_custom_rules=True), None, {}),
        (
            "production",
            environment(chosen=()),
            None,
            {"": (WARN, "no branch and no tag may deploy to it: none is chosen")},
        ),
        (
            "production",
            environment(chosen=Unobserved("HTTP 502")),
            None,
            {"": (INCONCLUSIVE, "could not read which branches may deploy to it: HTTP 502")},
        ),
        ("production", environment(Branches.PROTECTED), CLASSIC_RULE, {}),
        ("production", environment(Branches.PROTECTED), HIDDEN, {}),
        ("production", environment(Branches.PROTECTED), DENIED, {}),
        (
            "production",
            environment(Branches.PROTECTED),
            RULESET,
            {
                "": (
                    WARN,
                    "protected branches may deploy to it, and only a classic rule makes one: "
                    "without any in the repository every branch may",
                )
            },
        ),
        (
            STRICT,
            environment(reviewers=1, wait_minutes=5, lets_administrators_by=False),
            None,
            {},
        ),
        (
            STRICT,
            environment(lets_administrators_by=True),
            None,
            {
                ": reviewers": (FAIL, "approval is not required"),
                ": wait timer": (FAIL, "0 minutes"),
                ": administrators": (FAIL, "they can"),
            },
        ),
        (
            STRICT,
            environment(reviewers=1, wait_minutes=9),
            None,
            {": administrators": (INCONCLUSIVE, "GitHub does not tell")},
        ),
    ],
)
def test_what_guards_an_environment_is_told_apart(wanted, found, protection, told):
    wish = wanted if isinstance(wanted, WantedEnvironment) else WantedEnvironment(wanted)

    rows = environment_drift([wish], [found], protection)

    start = f"environment: {wish.name}"
    assert {r.setting.removeprefix(start): (r.severity, r.actual) for r in rows} == told


@pytest.mark.parametrize(
    ("on", "job", "chosen", "is_told"),
    [
        ("{ push: { branches: [main] } }", "environment: production", ("release/**",), True),
        ("{ push: { branches: [main] } }", "environment: { name: PRODUCTION }", ("v*",), True),
        ("{ push: { branches: [dev, main] } }", "environment: production", ("main",), True),
        (
            "{ push: { branches: [main] } }",
            "environment: production",
            ("release/**", "main"),
            False,
        ),
        ("{ push: { branches: [main] } }", "environment: production", ("[lm]ain",), False),
        ("{ push: { branches: ['release/**'] } }", "environment: production", ("main",), False),
        ("push", "environment: production", ("main",), False),
        ("{ push: { tags: ['v*'] } }", "environment: production", ("v*",), False),
        ("{ push: { branches: [main] } }", "environment: staging", ("v*",), False),
        ("{ push: { branches: [main] } }", "environment: production, if: x", ("v*",), False),
        ("{ push: { branches: [main] } }", "environment: production", (), False),
    ],
)
def test_a_branch_that_a_job_deploys_and_that_is_left_out(on, job, chosen, is_told):
    workflows = [with_jobs([f"deploy: {{ {job}, runs-on: x }}"], on)]
    found = [environment(chosen=chosen)]

    rows = environment_drift([WantedEnvironment("production")], found, None, workflows)

    assert any("starts job deploy" in row.actual for row in rows) is is_told
