"""Environments that must be there, and what guards them."""

import pytest

from tests.decide.workflows.called import with_jobs
from verifier.decide.questions.environment_drift import environment_drift
from verifier.model.finding import Outcome, Unobserved
from verifier.model.named_values import (
    Branches,
    GitHubEnvironment,
    WantedEnvironment,
)
from verifier.model.protection import (
    CLASSIC,
    Protection,
    ProtectionSource,
    Setting,
)

DENIED = Unobserved("HTTP 403")
FAIL, INCONCLUSIVE, WARN = Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.WARN
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
