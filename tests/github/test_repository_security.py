"""What a repository's own settings leave open, as GitHub's answers tell it."""

import pytest

from tests.github.answers import Answers
from verifier.decide.drift.token_rights import default_rights
from verifier.decide.questions.repository_setting_drift import security_drift
from verifier.errors import UnexpectedAnswerError, UnreachableError
from verifier.github.repository_security import merge_methods_of, read_security
from verifier.model.finding import Outcome, Unobserved
from verifier.model.protection import Demand
from verifier.model.security_settings import (
    ActionPolicy,
    AllowedActions,
    SelectedActions,
    SettingsPolicy,
)

TOKEN = "/actions/permissions/workflow"
ALERTS = "/vulnerability-alerts"
HOOK = {
    "id": 7,
    "active": True,
    "config": {
        "url": "https://hooks.test/s3cret-path",
        "insecure_ssl": "0",
        "secret": "********",
    },
    "last_response": {"code": 200, "status": "active"},
}
OF_ALL = {"enabled": True, "allowed_actions": "all"}
SAFE = {
    "": {"private": False, "security_and_analysis": {}, "permissions": {"admin": True}},
    "/actions/permissions": {**OF_ALL, "sha_pinning_required": True},
    TOKEN: {"default_workflow_permissions": "read", "can_approve_pull_request_reviews": False},
    "/keys": [],
    ALERTS: 204,
    "/hooks": [HOOK],
    "/collaborators": [{"login": "ann"}],
    "/immutable-releases": {"enabled": True},
}
ALL = SettingsPolicy(1, Demand.REQUIRED, Demand.RECOMMENDED)
NOT_FOUND = (404, "Not Found")
FORBIDDEN = (403, "Resource not accessible by integration")


def seen(answers, policy=SettingsPolicy(), url="https://api.github.com"):  # noqa: B008  it cannot be changed
    github = Answers("acme/shop")
    for path, answer in {**SAFE, **answers}.items():
        if isinstance(answer, tuple):
            github.get(path, status=answer[0], json={"message": answer[1]})
        elif isinstance(answer, int):
            github.get(path, status=answer)
        else:
            github.get(path, json=answer)
    return read_security(github.api(url), policy)


def analysis(**status):
    return {key: {"status": value} for key, value in status.items()}


def hook(config=None, **changes):
    return [{**HOOK, **changes, "config": {**HOOK["config"], **(config or {})}}]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        pytest.param({}, [], id="safe"),
        pytest.param(
            {TOKEN: {**SAFE[TOKEN], "default_workflow_permissions": "write"}},
            ["workflow token"],
            id="a-token-that-writes",
        ),
        pytest.param(
            {TOKEN: {**SAFE[TOKEN], "can_approve_pull_request_reviews": True}},
            ["workflow approvals"],
            id="workflows-that-approve",
        ),
        pytest.param(
            {"/keys": [{"title": "ci", "read_only": False}, {"title": "x", "read_only": True}]},
            ["deploy key ci"],
            id="a-key-that-writes",
        ),
        pytest.param(
            {
                "": {
                    **SAFE[""],
                    "security_and_analysis": analysis(
                        secret_scanning="disabled",
                        secret_scanning_push_protection="disabled",
                        dependabot_security_updates="enabled",
                    ),
                }
            },
            ["secret scanning", "push protection"],
            id="what-is-free-is-off",
        ),
        pytest.param(
            {"": {"private": True, "security_and_analysis": analysis(secret_scanning="disabled")}},
            [],
            id="what-costs-is-not-asked-of-a-private-one",
        ),
        pytest.param(
            {ALERTS: (404, "Vulnerability alerts are disabled.")},
            ["Dependabot alerts"],
            id="alerts-are-off",
        ),
        pytest.param(
            {"/hooks": hook({"url": "http://hooks.test/x"})},
            ["webhook 7 to hooks.test: encryption"],
            id="a-hook-in-the-clear",
        ),
        pytest.param(
            {"/hooks": hook({"insecure_ssl": 1})},
            ["webhook 7 to hooks.test: encryption"],
            id="a-hook-whose-certificate-is-not-verified",
        ),
        pytest.param({"/hooks": hook({"insecure_ssl": 0})}, [], id="a-number-for-a-text"),
        pytest.param(
            {"/hooks": hook({"secret": None})},
            ["webhook 7 to hooks.test: secret"],
            id="a-hook-without-a-secret",
        ),
        pytest.param(
            {"/hooks": hook({"secret": None, "url": "https://hooks.slack.com/services/T/B"})},
            [],
            id="a-hook-whose-address-is-the-secret",
        ),
        pytest.param(
            {"/hooks": hook(last_response={"code": 502, "status": "active"})},
            ["webhook 7 to hooks.test: deliveries"],
            id="a-hook-that-nobody-takes",
        ),
        pytest.param(
            {"/hooks": hook(last_response={"code": None, "status": "timeout"})},
            ["webhook 7 to hooks.test: deliveries"],
            id="a-hook-that-nobody-answers",
        ),
        pytest.param(
            {"/hooks": hook(last_response={"code": None, "status": "unused"})}, [], id="a-new-hook"
        ),
        pytest.param(
            {"/hooks": hook({"url": "http://x.test"}, active=False)}, [], id="a-hook-that-is-off"
        ),
        pytest.param(
            {"/hooks": hook({"url": "https://[::x"})},
            ["webhook 7 to an unreadable address: encryption"],
            id="a-hook-to-nowhere",
        ),
    ],
)
def test_what_is_always_watched(answers, told):
    rows = list(security_drift(seen(answers), SettingsPolicy()))

    assert [row.setting.removeprefix("repository-setting: ") for row in rows] == told
    assert {row.severity for row in rows} <= {Outcome.WARN}
    assert not any("s3cret-path" in str(row) for row in rows)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        pytest.param({}, {}, id="as-wanted"),
        pytest.param(
            {"/collaborators": [{"login": "Zoe"}, {"login": "ann"}]},
            {"administrators": ("fail", "2: ann; Zoe")},
            id="too-many",
        ),
        pytest.param(
            {"/actions/permissions": {**OF_ALL, "sha_pinning_required": False}},
            {"pinned actions": ("fail", "off: an action's tag can be moved to other code")},
            id="no-pins",
        ),
        pytest.param(
            {"/actions/permissions": OF_ALL},
            {
                "pinned actions": (
                    "inconclusive",
                    "not visible to this token: this server does not tell it",
                )
            },
            id="an-older-server",
        ),
        pytest.param(
            {"/immutable-releases": NOT_FOUND},
            {"immutable releases": ("warn", "off: a release's files and tag can be replaced")},
            id="releases-that-change",
        ),
    ],
)
def test_what_the_configuration_wants_is_watched(answers, told):
    rows = security_drift(seen(answers, ALL), ALL)

    found = {
        row.setting.removeprefix("repository-setting: "): (row.severity, row.actual) for row in rows
    }
    assert found == told


@pytest.mark.parametrize("refusal", [FORBIDDEN, NOT_FOUND], ids=["403", "404"])
def test_what_a_token_may_not_see_is_told_and_never_taken_for_fine(refusal):
    hidden = {path: refusal for path in SAFE if path} | {"": {"private": False}}

    *required, unseen = security_drift(seen(hidden, ALL), ALL)

    assert [(row.setting, row.severity) for row in required] == [
        ("repository-setting: administrators", Outcome.INCONCLUSIVE),
        ("repository-setting: pinned actions", Outcome.INCONCLUSIVE),
    ]
    assert (unseen.setting, unseen.severity) == ("repository-settings", Outcome.SKIP)
    assert unseen.actual == (
        "not visible to this token, and so not looked at: the workflow token, whether GitHub "
        "Actions is on, which actions may run, deploy keys, secret scanning, Dependabot alerts, webhooks, immutable releases"
    )


OF_ACME = {"": {**SAFE[""], "owner": {"login": "acme", "type": "Organization"}}}


@pytest.mark.parametrize(
    ("own", "above", "has_actions"),
    [
        ({"enabled": False}, None, False),
        ({"enabled": True}, {"enabled_repositories": "all"}, True),
        ({"enabled": True}, {"enabled_repositories": "selected"}, True),
        ({"enabled": True}, {"enabled_repositories": "none"}, False),
        ({"enabled": True}, FORBIDDEN, True),
        ({"enabled": True}, (502, "Bad gateway"), True),
        ({"enabled": True}, {}, True),
        (FORBIDDEN, {"enabled_repositories": "none"}, False),
        (FORBIDDEN, FORBIDDEN, None),
        ({"enabled": None}, {"enabled_repositories": None}, None),
        ({"enabled": 0}, None, None),
        ({}, None, None),
    ],
)
def test_only_an_explicit_no_tells_that_actions_are_switched_off(own, above, has_actions):
    github = Answers("acme/shop")
    for path, answer in {**SAFE, **(OF_ACME if above else {}), "/actions/permissions": own}.items():
        if isinstance(answer, int):
            github.get(path, status=answer)
        elif isinstance(answer, tuple):
            github.get(path, status=answer[0], json={"message": answer[1]})
        else:
            github.get(path, json=answer)
    if isinstance(above, tuple):
        github.get_at("/orgs/acme/actions/permissions", status=above[0], json={"message": above[1]})
    elif above is not None:
        github.get_at("/orgs/acme/actions/permissions", json=above)

    found = read_security(github.api(), SettingsPolicy()).has_actions

    assert (None if isinstance(found, Unobserved) else found) is has_actions


def test_a_404_without_words_is_not_taken_for_off():
    hidden = {"/immutable-releases": 404, "": {"private": False}}

    assert isinstance(seen(hidden, ALL).has_immutable_releases, Unobserved)


@pytest.mark.parametrize("path", ["", TOKEN, "/keys", ALERTS, "/hooks"])
def test_what_github_did_not_tell_is_raised(path):
    with pytest.raises(UnreachableError):
        seen({path: 502})


def test_an_empty_200_is_no_yes():
    with pytest.raises(Exception, match="HTTP 200"):
        seen({ALERTS: 200})


@pytest.mark.parametrize("answer", [{}, [], {"default_workflow_permissions": None}])
def test_rights_of_a_token_that_are_not_told_are_not_to_read_alone(answer):
    assert isinstance(seen({TOKEN: answer}).workflow_token, Unobserved)


@pytest.mark.parametrize("value", [None, 7, "x", [], {}])
def test_of_two_rights_of_a_token_one_that_is_not_told_is_no_right_that_it_lacks(value):
    writes = {"default_workflow_permissions": "write", "can_approve_pull_request_reviews": value}
    approves = {"default_workflow_permissions": value, "can_approve_pull_request_reviews": True}

    for answer, name in ((writes, "workflow token"), (approves, "workflow approvals")):
        told, hidden = security_drift(seen({TOKEN: answer}), SettingsPolicy())
        assert told.setting == f"repository-setting: {name}"
        assert "the workflow token" in hidden.actual
    assert default_rights(seen({TOKEN: approves})) is None


def test_a_404_without_words_may_as_well_hide_alerts_that_are_on():
    (row,) = security_drift(seen({ALERTS: NOT_FOUND}), SettingsPolicy())

    assert (row.severity, row.actual.endswith("Dependabot alerts")) == ("skip", True)


@pytest.mark.parametrize(
    ("answers", "part"),
    [
        (
            {
                TOKEN: {
                    "default_workflow_permissions": None,
                    "can_approve_pull_request_reviews": False,
                }
            },
            "the workflow token",
        ),
        (
            {
                TOKEN: {
                    "default_workflow_permissions": "read",
                    "can_approve_pull_request_reviews": None,
                }
            },
            "the workflow token",
        ),
        ({"/keys": [{"title": "ci", "read_only": None}]}, "deploy keys"),
        (
            {"": {**SAFE[""], "security_and_analysis": analysis(secret_scanning=None)}},
            "secret scanning",
        ),
        ({"/hooks": hook(active=None)}, "webhooks"),
    ],
)
def test_what_is_null_is_not_taken_for_safe(answers, part):
    (row,) = security_drift(seen(answers), SettingsPolicy())

    assert (row.severity, part in row.actual) == (Outcome.SKIP, True)


@pytest.mark.parametrize("said", [{"enabled": None}, {}, {"enabled": "yes"}])
def test_immutable_releases_of_which_nothing_is_said_are_not_told_as_off(said):
    policy = SettingsPolicy(immutable_releases=Demand.REQUIRED)
    rows = security_drift(seen({"/immutable-releases": said}, policy), policy)

    assert [row.severity for row in rows] == [Outcome.INCONCLUSIVE]


def test_a_way_to_merge_of_which_nothing_is_said_is_not_told_as_off():
    facts = {"allow_merge_commit": None, "allow_squash_merge": True, "allow_rebase_merge": True}

    assert isinstance(merge_methods_of(facts), Unobserved)


def test_an_administrator_without_a_name_is_not_left_out_of_the_number():
    people = {"/collaborators": [{"login": "ana"}, {"login": None}]}

    with pytest.raises(UnexpectedAnswerError, match="could not read the administrators"):
        seen(people, SettingsPolicy(administrators=1))


def test_a_repository_that_does_not_say_whether_it_is_private_is_not_told_as_safe():
    (row,) = security_drift(seen({"": {**SAFE[""], "private": None}}), SettingsPolicy())

    assert row.severity == Outcome.SKIP


CHOSEN = {
    "github_owned_allowed": True,
    "verified_allowed": False,
    "patterns_allowed": ["a/*", " !a/b@* "],
}
SOME = {"enabled": True, "allowed_actions": "selected", "sha_pinning_required": True}
SELECTED_PATH = "/actions/permissions/selected-actions"


def test_which_actions_may_run_is_read_with_what_is_selected():
    found = seen({"/actions/permissions": SOME, SELECTED_PATH: CHOSEN})

    assert found.action_policies == (
        ActionPolicy(
            "this repository",
            "this repository",
            AllowedActions.SELECTED,
            SelectedActions(True, False, ("a/*", "!a/b@*")),
            needs_pins=True,
        ),
    )


@pytest.mark.parametrize(
    "answer",
    [
        FORBIDDEN,
        (409, "Conflict"),
        {},
        {**CHOSEN, "github_owned_allowed": None},
        {**CHOSEN, "verified_allowed": "no"},
        {**CHOSEN, "patterns_allowed": None},
        {**CHOSEN, "patterns_allowed": [1]},
    ],
)
def test_what_is_selected_is_not_known_where_github_does_not_say_it(answer):
    (policy,) = seen({"/actions/permissions": SOME, SELECTED_PATH: answer}).action_policies

    assert isinstance(policy.selected, Unobserved)


@pytest.mark.parametrize(
    "answer", [FORBIDDEN, {}, {"enabled": True}, {"enabled": True, "allowed_actions": "none"}]
)
def test_a_policy_that_is_not_said_is_told(answer):
    found = seen({"/actions/permissions": answer})

    assert isinstance(found.action_policies, Unobserved)
    *_, row = security_drift(found, SettingsPolicy())
    assert "which actions may run" in row.actual


@pytest.mark.parametrize(
    ("owner", "is_alone"),
    [
        ({"login": "ann", "type": "User"}, True),
        ({"login": "ann_corp", "type": "User"}, False),
        ({"login": "ann"}, False),
    ],
)
def test_only_a_person_outside_of_an_enterprise_is_alone(owner, is_alone):
    facts = {**SAFE[""], "full_name": "ann/shop", "owner": owner}

    (policy,) = seen({"": facts}).action_policies

    assert (policy.place, policy.owner, policy.is_alone) == ("ann/shop", owner["login"], is_alone)


@pytest.mark.parametrize(
    ("url", "has_githubs"),
    [
        ("https://api.github.com", False),
        ("https://git.acme.test", True),
        ("https://api.acme.ghe.test", True),
    ],
)
def test_one_enterprise_may_have_all_that_lies_on_an_own_server(url, has_githubs):
    owner = {"login": "ann", "type": "User"}

    (policy,) = seen({"": {**SAFE[""], "owner": owner}}, url=url).action_policies

    assert (policy.has_githubs, policy.is_alone) == (has_githubs, not has_githubs)


@pytest.mark.parametrize(
    ("url", "has_githubs"),
    [("https://api.github.com", False), ("https://git.acme.test", True)],
)
def test_an_organisations_policy_says_too_where_it_was_read(url, has_githubs):
    github = Answers("acme/shop")
    for path, answer in {**SAFE, **OF_ACME}.items():
        if isinstance(answer, int):
            github.get(path, status=answer)
        else:
            github.get(path, json=answer)
    above = {"enabled_repositories": "all", "allowed_actions": "local_only"}
    github.get_at("/orgs/acme/actions/permissions", json=above)

    found = read_security(github.api(url), SettingsPolicy())

    assert [each.has_githubs for each in found.action_policies] == [has_githubs] * 2


@pytest.mark.parametrize(
    ("above", "places", "is_seen"),
    [
        ({"enabled_repositories": "all", "allowed_actions": "local_only"}, ["acme"], True),
        ({"enabled_repositories": "none"}, None, True),
        (FORBIDDEN, [], False),
        (NOT_FOUND, [], False),
        ({"enabled_repositories": "all"}, [], False),
    ],
)
def test_an_organisations_policy_counts_where_it_is_visible(above, places, is_seen):
    github = Answers("acme/shop")
    for path, answer in {**SAFE, **OF_ACME}.items():
        if isinstance(answer, int):
            github.get(path, status=answer)
        else:
            github.get(path, json=answer)
    whole = {"json": above}
    if isinstance(above, tuple):
        whole = {"status": above[0], "json": {"message": above[1]}}
    github.get_at("/orgs/acme/actions/permissions", **whole)

    found = read_security(github.api(), SettingsPolicy())

    assert (found.policy_above is None) is is_seen
    expected = () if places is None else ("this repository", *places)
    assert tuple(each.place for each in found.action_policies) == expected


def test_a_key_that_does_not_say_whether_it_writes_is_not_known_to_read():
    (row,) = security_drift(seen({"/keys": [{"title": "ci"}]}), SettingsPolicy())

    assert (row.severity, "deploy keys" in row.actual) == (Outcome.SKIP, True)


def test_a_key_that_writes_is_told_beside_one_that_does_not_say_it():
    keys = [{"title": "ci"}, {"title": "bot", "read_only": False}]

    assert seen({"/keys": keys}).writing_keys == ("bot",)
