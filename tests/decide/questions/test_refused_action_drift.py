"""Required checks whose job uses an action that GitHub does not let run."""

from dataclasses import replace

import pytest

from tests.decide.questions.asking import ask
from tests.decide.workflows.called import with_jobs
from tests.patience import processor_s
from verifier.decide.questions.refused_action_drift import QUESTION
from verifier.model.finding import NotAsked, Outcome, Unobserved
from verifier.model.merging import ACTIONS_APP, ReportedCheck
from verifier.model.protection import Protection, ProtectionSource, RequiredCheck, Setting
from verifier.model.security_settings import (
    ActionPolicy,
    AllowedActions,
    RepositorySecurity,
    SelectedActions,
)

UNSEEN = Unobserved("HTTP 403")
SEEN = RepositorySecurity(UNSEEN, UNSEEN, UNSEEN, UNSEEN, UNSEEN, has_actions=True)
COMMIT = "3d3c42e5aac5ba805825da76410c181273ba90b1"
RAN = [[ReportedCheck("t", ACTIONS_APP, is_job=True)]]
FAIL, WARN = Outcome.FAIL, Outcome.WARN
PERHAPS, TOLD = Outcome.INCONCLUSIVE, Outcome.SKIP


def own(**changes):
    policy = ActionPolicy("acme/shop", "acme", AllowedActions.OWN)
    return replace(policy, **changes)


def selected(*patterns, github=False, verified=False, **changes):
    chosen = SelectedActions(github, verified, patterns)
    return own(allowed=AllowedActions.SELECTED, selected=chosen, **changes)


PINS = own(allowed=AllowedActions.ALL, needs_pins=True)
SERVER = own(has_githubs=True)


def job(*uses, name="t"):
    steps = "".join(f'{{ uses: "{each}" }}, ' for each in uses)
    return f"{name}: {{ runs-on: x, steps: [{steps}{{ run: make }}] }}"


def rows(policies, *jobs, heads=(), check=RequiredCheck("t", ACTIONS_APP), security=SEEN):  # noqa: B008  it cannot be changed
    guards = Protection((ProtectionSource("ruleset", {Setting.CHECKS: 1}, frozenset([check])),))
    if security is SEEN:
        security = replace(SEEN, action_policies=policies)
    return ask(
        QUESTION,
        protections={"main": guards},
        workflows=(with_jobs(list(jobs)),),
        merged_heads={"main": tuple(map(frozenset, heads))},
        security=security,
    )


def severities(found):
    return [row.severity for row in found]


@pytest.mark.parametrize(
    ("policy", "uses", "alone", "after_a_run"),
    [
        pytest.param(own(allowed=AllowedActions.ALL), "a/b@v1", None, None, id="all"),
        pytest.param(own(), "actions/checkout@v4", FAIL, FAIL, id="own-and-of-github"),
        pytest.param(own(), "ACTIONS/checkout@v4", FAIL, FAIL, id="own-and-of-github-in-capitals"),
        pytest.param(SERVER, "actions/checkout@v4", PERHAPS, WARN, id="own-at-an-own-server"),
        pytest.param(
            selected(has_githubs=True), "github/a@v1", PERHAPS, WARN, id="selected-at-an-own-server"
        ),
        pytest.param(
            replace(SERVER, needs_pins=True), "actions/a@v1", FAIL, FAIL, id="pins-at-an-own-server"
        ),
        pytest.param(own(), "./.github/actions/x", None, None, id="own-and-local"),
        pytest.param(own(), "$/actions/x", None, None, id="own-and-at-its-own-commit"),
        pytest.param(own(), "Acme/tool@v1", None, None, id="own-and-of-the-owner"),
        pytest.param(own(), "a/b@v1", PERHAPS, WARN, id="own-and-perhaps-of-the-enterprise"),
        pytest.param(own(is_alone=True), "a/b@v1", FAIL, FAIL, id="own-of-a-person"),
        pytest.param(own(), "docker://alpine:3", PERHAPS, TOLD, id="own-and-an-image"),
        pytest.param(selected(github=True), "actions/cache@v4", None, None, id="of-github"),
        pytest.param(
            selected(github=True), "github/codeql-action/init@v3", None, None, id="codeql"
        ),
        pytest.param(selected(), "actions/checkout@v4", FAIL, FAIL, id="selected-without-github"),
        pytest.param(selected(github=True), "a/b@v1", PERHAPS, WARN, id="selected-and-not-named"),
        pytest.param(
            selected(verified=True), "docker/login-action@v3", PERHAPS, TOLD, id="verified-perhaps"
        ),
        pytest.param(selected("a/*"), "a/b@v1", None, None, id="pattern-of-an-owner"),
        pytest.param(selected("a*/*"), "abc/b@v1", None, None, id="pattern-of-owners"),
        pytest.param(selected("a/b@*"), "A/B@v1", None, None, id="pattern-in-capitals"),
        pytest.param(selected("a/b@v1"), "a/b@v1", None, None, id="pattern-of-a-version"),
        pytest.param(
            selected("a/b@v1", is_alone=True), "a/b@v2", FAIL, FAIL, id="pattern-of-another-version"
        ),
        # Real repositories tried both: the first never ran, the second did.
        pytest.param(selected("a/b@*"), "a/b/sub@v1", PERHAPS, WARN, id="pattern-without-its-part"),
        pytest.param(
            selected("a/b@*", is_alone=True), "a/b/sub@v1", FAIL, FAIL, id="no-pattern-of-its-part"
        ),
        pytest.param(selected("a/b/*"), "a/b/sub/x@v1", None, None, id="pattern-of-all-its-parts"),
        pytest.param(
            selected("a/*", "!a/b@*"), "a/b/sub@v1", PERHAPS, TOLD, id="refused-and-a-part-of-it"
        ),
        pytest.param(selected("a/b"), "a/b@v1", PERHAPS, TOLD, id="pattern-without-a-version"),
        pytest.param(selected("*"), "a/b@v1", PERHAPS, TOLD, id="pattern-of-all"),
        pytest.param(selected("a/*", "!a/b@*"), "a/b@v1", FAIL, FAIL, id="refused-by-name"),
        pytest.param(selected("!a/b@v1", "a/*"), "a/b@v1", FAIL, FAIL, id="refused-before-allowed"),
        pytest.param(selected("!a/b@v1", "a/*"), "a/b@v2", None, None, id="refused-in-one-version"),
        pytest.param(selected("!acme/x@*"), "acme/x@v1", FAIL, FAIL, id="refused-of-the-owner"),
        pytest.param(
            selected("!actions/cache@*", github=True),
            "actions/cache@v4",
            FAIL,
            FAIL,
            id="refused-one",
        ),
        pytest.param(
            own(allowed=AllowedActions.SELECTED), "a/b@v1", PERHAPS, TOLD, id="selected-and-unread"
        ),
        pytest.param(
            own(allowed=AllowedActions.SELECTED), "acme/b@v1", None, None, id="unread-and-its-own"
        ),
        pytest.param(PINS, "actions/checkout@v4", FAIL, FAIL, id="not-pinned"),
        pytest.param(PINS, "acme/tool@main", FAIL, FAIL, id="not-pinned-and-of-the-owner"),
        pytest.param(PINS, f"actions/checkout@{COMMIT}", None, None, id="pinned"),
        pytest.param(PINS, f"actions/checkout@{COMMIT[:39]}", FAIL, FAIL, id="pinned-too-short"),
        pytest.param(PINS, "./local", None, None, id="pins-and-local"),
    ],
)
def test_what_may_run(policy, uses, alone, after_a_run):
    assert severities(rows((policy,), job(uses))) == ([alone] if alone else [])
    assert severities(rows((policy,), job(uses), heads=RAN)) == (
        [after_a_run] if after_a_run else []
    )


def test_a_called_workflow_needs_no_pin_and_must_be_allowed():
    call = "t: { uses: b/c/.github/workflows/x.yml@v1 }"
    check = RequiredCheck("t / x", ACTIONS_APP)
    ran = [[ReportedCheck("t / x", ACTIONS_APP, is_job=True)]]

    assert rows((PINS,), call, check=check, heads=ran) == []
    assert severities(rows((own(is_alone=True),), call, check=check, heads=ran)) == [FAIL]


def test_an_organisation_refuses_what_a_repository_allows():
    found = rows((own(allowed=AllowedActions.ALL), own(place="acme")), job("actions/checkout@v4"))

    assert [(row.severity, "acme allows" in row.actual) for row in found] == [(FAIL, True)]


def test_the_row_names_job_action_and_setting():
    (row,) = rows((PINS,), job("./x", "a/b@v1"))

    assert (row.setting, row.branch, row.file, row.line > 0, row.actual, row.hint) == (
        "refused-action: t",
        "main",
        ".github/workflows/ci.yml",
        True,
        "it can never succeed: its job uses a/b@v1, and acme/shop requires actions to be pinned "
        "to a full-length commit SHA",
        "pin it to a full-length commit SHA",
    )


def test_github_starts_no_job_of_a_file_of_which_another_one_is_refused():
    other = job("actions/checkout@v4", name="other")

    assert severities(rows((own(),), job(), other)) == [FAIL]
    assert severities(rows((own(),), job(), other, heads=RAN)) == [FAIL]
    assert rows((own(),), job(), job("a/b@v1", name="other")) == []


@pytest.mark.parametrize("heads", [(), RAN])
def test_a_job_that_is_not_pinned_fails_by_itself(heads):
    assert rows((PINS,), job(), job("actions/checkout@v4", name="other"), heads=heads) == []


def test_a_list_stands_beside_pins():
    both = replace(PINS, allowed=AllowedActions.OWN)

    (row,) = rows((both,), job(), job("actions/checkout@v4", name="other"))

    assert row.severity is FAIL
    assert "allows only actions of its owner" in row.actual


def test_a_server_whose_actions_are_another_app_has_no_jobs_of_githubs():
    seen = [[ReportedCheck("t", 7, is_job=True)]]

    assert rows((own(),), job("actions/checkout@v4"), heads=seen) == []
    found = rows((own(),), job("actions/checkout@v4"), check=RequiredCheck("t", 7), heads=seen)
    assert severities(found) == [FAIL]


@pytest.mark.slow
def test_a_thousand_patterns_are_looked_at_quickly():
    patterns = [f"{'a*' * 40}{number}/*@*" for number in range(1000)]
    used = [f"{'a' * 60}/action-{number}@v1" for number in range(20)]

    def look():
        assert severities(rows((selected(*patterns),), job(*used))) == [PERHAPS]

    assert processor_s(look, 3) < 3


def test_a_check_of_another_app_runs_no_action():
    assert rows((own(),), job("actions/checkout@v4"), check=RequiredCheck("t", 9)) == []
    seen = [[ReportedCheck("t", 9)]]
    assert rows((own(),), job("actions/checkout@v4"), check=RequiredCheck("t"), heads=seen) == []


@pytest.mark.parametrize(
    "security",
    [
        SEEN,
        replace(SEEN, action_policies=UNSEEN),
        replace(SEEN, action_policies=(own(),), has_actions=False),
        UNSEEN,
        NotAsked("it is not read in bulk"),
    ],
)
def test_only_what_was_seen_is_refused(security):
    assert rows((), job("actions/checkout@v4"), security=security) == []


def test_an_organisation_that_is_not_visible_is_told_and_changes_nothing():
    seen = replace(SEEN, action_policies=(), policy_above=UNSEEN)

    (row,) = rows((), job("actions/checkout@v4"), security=seen)

    assert (row.setting, row.severity) == ("action-policies", TOLD)
    assert rows((), job("./local"), security=seen) == []
