"""Environments and names at GitHub, as its answers tell them."""

import pytest

from tests.github.answers import Answers
from verifier.errors import UnexpectedAnswerError
from verifier.github.environments import read_environments, read_names
from verifier.model.finding import Unobserved
from verifier.model.named_values import (
    DEPENDABOT,
    ORGANISATION,
    REPOSITORY,
    Branches,
    GitHubEnvironment,
    WantedName,
    environment_place,
)

AT = "2026-01-31T12:00:00Z"
REVIEWERS = {"type": "required_reviewers", "reviewers": [{"type": "User"}, {"type": "Team"}]}
TIMER = {"type": "wait_timer", "wait_timer": 30}
BRANCHES = {"type": "branch_policy"}
CHOSEN = {"protected_branches": False, "custom_branch_policies": True}
PROTECTED = {"protected_branches": True, "custom_branch_policies": False}


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ({}, GitHubEnvironment("staging", Branches.ANY)),
        (
            {
                "protection_rules": [TIMER, REVIEWERS, BRANCHES],
                "deployment_branch_policy": CHOSEN,
                "can_admins_bypass": True,
            },
            GitHubEnvironment("staging", Branches.CHOSEN, 2, 30, True),
        ),
        (
            {"protection_rules": [BRANCHES], "deployment_branch_policy": PROTECTED},
            GitHubEnvironment("staging", Branches.PROTECTED),
        ),
        (
            {"protection_rules": [{"type": "datadog"}], "deployment_branch_policy": None},
            GitHubEnvironment("staging", Branches.ANY, has_custom_rules=True),
        ),
    ],
    ids=["bare", "all", "protected", "an-app"],
)
def test_an_environment(said, read):
    github = Answers("acme/shop")
    github.get("/environments", json={"environments": [{"name": "staging", **said}]})

    assert read_environments(github.api(), []) == (read,)


POLICIES = "/environments/Staging%2Feu/deployment-branch-policies"


def test_the_branches_of_an_environment_that_is_looked_at():
    github = Answers("acme/shop")
    chosen = {"protection_rules": [BRANCHES], "deployment_branch_policy": CHOSEN}
    listed = [{"name": "Staging/eu", **chosen}, {"name": "preview-17", **chosen}]
    github.get("/environments", json={"environments": listed})
    policies = [{"id": 1, "name": "*"}, {"id": 2, "name": "v*", "type": "tag"}]
    github.get(POLICIES, json={"branch_policies": policies})

    staging, preview = read_environments(github.api(), ["staging/EU"])

    assert (staging.chosen, preview.chosen) == (("*", "v*"), ())


def test_branches_of_an_environment_that_are_not_told_are_not_none():
    github = Answers("acme/shop")
    chosen = {"name": "Staging/eu", "deployment_branch_policy": CHOSEN}
    github.get("/environments", json={"environments": [chosen]})
    github.get(POLICIES, status=403, json={"message": "Forbidden"})

    (found,) = read_environments(github.api(), ["staging/eu"])

    assert isinstance(found.chosen, Unobserved)


def test_names_are_looked_for_only_where_they_may_be():
    github = Answers("acme/shop")
    for path in (
        "/actions/secrets",
        "/actions/organization-secrets",
        "/environments/a%2Fb/secrets",
    ):
        github.get(path, json={"secrets": [{"name": path[1:8], "updated_at": AT}]})

    names = read_names(github.api(), "secrets", [WantedName("X", "a/b")], [])

    assert [name.place for name in names.found] == [
        REPOSITORY,
        ORGANISATION,
        environment_place("A/B"),
    ]


def test_one_place_that_is_hidden_hides_no_other():
    github = Answers("acme/shop")
    github.get("/actions/secrets", json={"secrets": [{"name": "A", "updated_at": AT}]})
    github.get("/actions/organization-secrets", status=403, json={"message": "Forbidden"})
    github.get("/environments/gone/secrets", status=404, json={"message": "Not Found"})
    github.get("/dependabot/secrets", json={"secrets": []})

    wanted = [WantedName("A"), WantedName("A", is_for_dependabot=True)]
    names = read_names(github.api(), "secrets", wanted, ["gone"])

    assert [name.name for name in names.found] == ["A"]
    assert set(names.unread) == {ORGANISATION, environment_place("gone")}
    assert not names.are_all_unread
    assert DEPENDABOT not in names.unread


def test_an_environment_of_whose_rules_nothing_is_said_is_not_told_as_open():
    github = Answers("acme/shop")
    row = {"name": "production", "protection_rules": None}
    github.get("/environments", json={"total_count": 1, "environments": [row]})

    with pytest.raises(UnexpectedAnswerError, match="what guards an environment"):
        read_environments(github.api(), [])


@pytest.mark.parametrize(
    "changes",
    [
        {"name": None},
        {"protection_rules": [None]},
        {"protection_rules": [{"type": None}]},
        {"protection_rules": [{"type": "wait_timer", "wait_timer": None}]},
        {"protection_rules": [{"type": "required_reviewers", "reviewers": None}]},
        {"protection_rules": [{"type": "required_reviewers"}]},
        {"protection_rules": [{"type": "required_reviewers", "reviewers": [None]}]},
        {"deployment_branch_policy": {}},
        {"deployment_branch_policy": {**CHOSEN, "custom_branch_policies": None}},
        {"deployment_branch_policy": []},
    ],
)
def test_an_environment_of_which_a_part_is_not_told_is_not_told_as_open(changes):
    github = Answers("acme/shop")
    row = {"name": "production", "protection_rules": [TIMER, REVIEWERS], **changes}
    github.get("/environments", json={"total_count": 1, "environments": [row]})

    with pytest.raises(UnexpectedAnswerError, match="what guards an environment"):
        read_environments(github.api(), [])


def test_a_pattern_of_branches_that_is_null_is_not_none():
    github = Answers("acme/shop")
    chosen = {"name": "Staging/eu", "deployment_branch_policy": CHOSEN}
    github.get("/environments", json={"environments": [chosen]})
    github.get(POLICIES, json={"branch_policies": [{"name": "main"}, {"name": None}]})

    (found,) = read_environments(github.api(), ["staging/eu"])

    assert isinstance(found.chosen, Unobserved)


def test_a_stored_name_that_is_null_is_not_a_name():
    github = Answers("acme/shop")
    github.get("/actions/secrets", json={"secrets": [{"name": None, "updated_at": AT}]})

    with pytest.raises(UnexpectedAnswerError, match="malformed"):
        read_names(github.api(), "secrets", [WantedName("X")], [])
