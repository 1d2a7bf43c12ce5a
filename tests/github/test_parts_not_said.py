"""Whole answers of GitHub with a part that is null, of another type or missing: never "off"."""

from dataclasses import replace
from datetime import date

import pytest

from verifier.decide.drift.mergeable import Merging, why_blocked, why_no_method
from verifier.decide.drift.protection_drift import protection_drift
from verifier.decide.drift.reports import Reports
from verifier.decide.drift.repository_drift import method_drift
from verifier.github.bulk_protection import parse_protection
from verifier.github.protection_sources import parse_classic, parse_ruleset
from verifier.github.repository_security import merge_methods_of
from verifier.model.finding import Outcome, Unobserved
from verifier.model.merging import MergeFacts
from verifier.model.protection import (
    Demand,
    Protection,
    ProtectionPolicy,
    ProtectionSource,
    Setting,
)
from verifier.model.security_settings import RepositorySecurity

NOT_ASKED = (Setting.LOCK, Setting.NO_BYPASS, Setting.PUSH_RESTRICTIONS, Setting.DEPLOYMENTS)
ALL = [setting for setting in Setting if setting not in NOT_ASKED]
REVIEWS = {
    "required_approving_review_count": 2,
    "dismiss_stale_reviews": True,
    "require_code_owner_reviews": True,
    "require_last_push_approval": True,
}
CLASSIC = {
    "required_pull_request_reviews": REVIEWS,
    "required_status_checks": {"strict": True, "contexts": ["Test"], "checks": []},
    "enforce_admins": {"enabled": True},
    "required_linear_history": {"enabled": True},
    "required_signatures": {"enabled": True},
    "required_conversation_resolution": {"enabled": True},
    "allow_force_pushes": {"enabled": False},
    "allow_deletions": {"enabled": False},
}
OF_PULL_REQUEST = {
    "required_approving_review_count": 2,
    "dismiss_stale_reviews_on_push": True,
    "require_code_owner_review": True,
    "require_last_push_approval": True,
    "required_review_thread_resolution": True,
}
OF_CHECKS = {
    "required_status_checks": [{"context": "Test"}],
    "strict_required_status_checks_policy": True,
}
IN_BULK = {
    "requiresApprovingReviews": True,
    "requiredApprovingReviewCount": 2,
    "dismissesStaleReviews": True,
    "requiresCodeOwnerReviews": True,
    "requireLastPushApproval": True,
    "requiresConversationResolution": True,
    "requiresLinearHistory": True,
    "requiresCommitSignatures": True,
    "allowsForcePushes": False,
    "allowsDeletions": False,
    "requiresStatusChecks": True,
    "requiresStrictStatusChecks": True,
    "requiredStatusChecks": [{"context": "Test", "app": None}],
    "isAdminEnforced": True,
}
RULE_IN_BULK = {
    "requiredApprovingReviewCount": 2,
    "dismissStaleReviewsOnPush": True,
    "requireCodeOwnerReview": True,
    "requireLastPushApproval": True,
    "requiredReviewThreadResolution": True,
}
NO_ANSWER = [None, "2", {}, []]


def told(protection):
    """What a policy that wants everything says, by setting."""
    policy = ProtectionPolicy(dict.fromkeys(ALL, Demand.RECOMMENDED), 2, ("Test",))
    found = protection_drift(protection, policy, date(2026, 11, 1))
    return {row.setting: str(row.severity) for row in found if row.setting != "merge-queue"}


def classic(**changes):
    return Protection((parse_classic({**CLASSIC, **changes}),))


def ruleset(**changes):
    rules = [{"type": "pull_request", "parameters": {**OF_PULL_REQUEST, **changes}}]
    return Protection((parse_ruleset(rules, {}, "r"),))


def node(rule=None, rulesets=(), **changes):
    return {
        "viewerPermission": "ADMIN",
        "defaultBranchRef": {"name": "main", "branchProtectionRule": rule},
        "rulesets": {"totalCount": len(rulesets), "nodes": list(rulesets)},
        "mergeQueue": None,
        **changes,
    }


def in_bulk(**changes):
    return parse_protection(node({**IN_BULK, **changes}), "main", ())


def rule_in_bulk(kind="PULL_REQUEST", **changes):
    parameters = {**(RULE_IN_BULK if kind == "PULL_REQUEST" else {}), **changes}
    names = {"include": ["~DEFAULT_BRANCH"], "exclude": []}
    made = {
        "name": "r",
        "target": "BRANCH",
        "enforcement": "ACTIVE",
        "conditions": {"refName": names},
        "source": {"nameWithOwner": "acme/shop"},
        "rules": {"nodes": [{"type": kind, "parameters": parameters}]},
        "bypassActors": {"totalCount": 0, "nodes": []},
    }
    return parse_protection(node(rulesets=[made]), "main", ())


@pytest.mark.parametrize("value", NO_ANSWER)
@pytest.mark.parametrize(
    ("seen", "key", "setting"),
    [
        (ruleset, "required_approving_review_count", "approvals"),
        (ruleset, "dismiss_stale_reviews_on_push", "stale-reviews"),
        (ruleset, "require_code_owner_review", "code-owners"),
        (ruleset, "require_last_push_approval", "last-push"),
        (ruleset, "required_review_thread_resolution", "conversations"),
        (in_bulk, "requiredApprovingReviewCount", "approvals"),
        (in_bulk, "dismissesStaleReviews", "stale-reviews"),
        (in_bulk, "requiresLinearHistory", "linear-history"),
        (in_bulk, "allowsForcePushes", "no-force-push"),
        (in_bulk, "requiresApprovingReviews", "pull-request"),
        (rule_in_bulk, "requiredApprovingReviewCount", "approvals"),
        (rule_in_bulk, "requireLastPushApproval", "last-push"),
    ],
)
def test_what_is_no_answer_is_as_what_was_not_seen(seen, key, setting, value):
    assert told(seen(**{key: value}))[setting] == "inconclusive"


@pytest.mark.parametrize("value", NO_ANSWER)
@pytest.mark.parametrize(
    ("key", "setting"),
    [
        ("required_approving_review_count", "approvals"),
        ("dismiss_stale_reviews", "stale-reviews"),
        ("require_last_push_approval", "last-push"),
    ],
)
def test_the_same_of_the_reviews_of_classic_protection(key, setting, value):
    found = told(classic(required_pull_request_reviews={**REVIEWS, key: value}))

    assert found == {setting: "inconclusive"}


@pytest.mark.parametrize("key", ["required_linear_history", "allow_force_pushes"])
@pytest.mark.parametrize("value", [{"enabled": None}, {}])
def test_a_switch_that_is_neither_on_nor_off_is_not_taken_for_one(key, value):
    setting = {"required_linear_history": "linear-history", "allow_force_pushes": "no-force-push"}

    assert told(classic(**{key: value})) == {setting[key]: "inconclusive"}


@pytest.mark.parametrize("value", [{}, {"strict": True}, {"checks": None, "contexts": None}])
def test_checks_that_are_not_listed_are_not_taken_for_none(value):
    assert told(classic(required_status_checks=value))["checks: Test"] == "inconclusive"


@pytest.mark.parametrize("value", [None, {}, "Test"])
def test_the_same_of_rulesets_and_in_bulk(value):
    rules = [{"type": "required_status_checks", "parameters": {"required_status_checks": value}}]
    seen = Protection((parse_ruleset(rules, {}, "r"),))

    assert told(seen)["checks: Test"] == "inconclusive"
    assert told(in_bulk(requiredStatusChecks=value))["checks: Test"] == "inconclusive"
    of_rule = rule_in_bulk("REQUIRED_STATUS_CHECKS", requiredStatusChecks=value)
    assert told(of_rule)["checks: Test"] == "inconclusive"


@pytest.mark.parametrize("seen", [classic, in_bulk])
def test_a_whole_answer_says_what_it_said(seen):
    assert told(seen()) == {}


def test_another_source_that_is_strict_enough_decides():
    of_both = (*classic().sources, *ruleset(required_approving_review_count=None).sources)

    assert "approvals" not in told(Protection(of_both))


@pytest.mark.parametrize(
    ("changes", "denied"),
    [({}, {"mergeQueue"}), ({"mergeQueue": "yes"}, ()), ({"mergeQueue": []}, ())],
)
def test_a_merge_queue_that_may_not_be_seen_is_told(changes, denied):
    rule = {**IN_BULK, "requiresStrictStatusChecks": False}
    seen = parse_protection(node(rule, **changes), "main", denied)

    assert told(seen)["up-to-date"] == "inconclusive"
    assert seen.sources[0].hidden_queue is not None


def test_a_merge_queue_that_was_not_asked_for_is_not_taken_for_none():
    asked = {k: v for k, v in node(IN_BULK).items() if k != "mergeQueue"}

    assert parse_protection(asked, "main", ()).sources[0].hidden_queue is not None


@pytest.mark.parametrize("key", ["allow_force_pushes", "allow_deletions"])
def test_what_may_be_allowed_is_not_forbidden_by_saying_nothing(key):
    said = {name: value for name, value in CLASSIC.items() if name != key}

    assert list(told(Protection((parse_classic(said),))).values()) == ["inconclusive"]


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"requiresStatusChecks": None}, "checks: Test"),
        ({"requiresStrictStatusChecks": None}, "up-to-date"),
        ({"requiredStatusChecks": [None]}, "checks: Test"),
        ({"requiredStatusChecks": [{"context": None}]}, "checks: Test"),
    ],
)
def test_checks_of_which_a_part_is_hidden_are_not_taken_for_none(changes, setting):
    assert told(in_bulk(**changes))[setting] == "inconclusive"


def test_whether_a_branch_must_be_up_to_date_is_not_guessed():
    checks = {"strict": None, "contexts": ["Test"], "checks": []}

    assert told(classic(required_status_checks=checks)) == {"up-to-date": "inconclusive"}


@pytest.mark.parametrize(
    ("key", "settings"),
    [
        (
            "required_pull_request_reviews",
            {"pull-request", "approvals", "stale-reviews", "code-owners", "last-push"},
        ),
        ("required_status_checks", {"checks: Test", "up-to-date"}),
    ],
)
def test_a_part_of_classic_protection_that_is_null_is_not_off(key, settings):
    assert told(classic(**{key: None})) == dict.fromkeys(settings, "inconclusive")


@pytest.mark.parametrize("value", NO_ANSWER)
@pytest.mark.parametrize(
    "seen",
    [
        lambda value: in_bulk(isAdminEnforced=value),
        lambda value: classic(enforce_admins=value),
        lambda value: classic(enforce_admins={"enabled": value}),
    ],
    ids=["bulk", "rest", "rest-switch"],
)
def test_administrators_of_whom_nothing_is_said_are_not_told_as_free(seen, value):
    policy = ProtectionPolicy(
        {Setting.PULL_REQUEST: Demand.REQUIRED, Setting.NO_BYPASS: Demand.REQUIRED}
    )
    (row,) = protection_drift(seen(value), policy, date(2026, 11, 1))

    assert (row.setting, str(row.severity)) == (Setting.NO_BYPASS, "inconclusive")
    assert "whether administrators are bound" in row.actual


@pytest.mark.parametrize(
    "changes",
    [
        {"strictRequiredStatusChecksPolicy": None},
        {"requiredStatusChecks": None},
        {"requiredStatusChecks": [None]},
    ],
)
def test_the_same_of_a_rule_in_bulk(changes):
    rule = {"strictRequiredStatusChecksPolicy": True, "requiredStatusChecks": [{"context": "Test"}]}

    assert told(rule_in_bulk("REQUIRED_STATUS_CHECKS", **rule)).keys().isdisjoint({"up-to-date"})
    found = told(rule_in_bulk("REQUIRED_STATUS_CHECKS", **{**rule, **changes}))
    assert found["up-to-date"] == "inconclusive"


@pytest.mark.parametrize("entry", [None, {"context": None}, {}])
def test_a_check_of_a_rule_in_bulk_that_is_hidden_may_be_the_one_that_is_asked_for(entry):
    listed = [{"context": "Lint", "integrationId": None}, entry]
    found = rule_in_bulk("REQUIRED_STATUS_CHECKS", requiredStatusChecks=listed)

    assert told(found)["checks: Test"] == "inconclusive"
    assert {check.name for source in found.sources for check in source.checks} == {"Lint"}


@pytest.mark.parametrize("contexts", [None, {}, "Test", [None], ["Lint", None]])
def test_names_of_checks_that_are_hidden_may_be_the_one_that_is_asked_for(contexts):
    found = classic(required_status_checks={"strict": True, "contexts": contexts, "checks": []})

    assert told(found)["checks: Test"] == "inconclusive"


@pytest.mark.parametrize("value", [None, "x", []])
@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (
            "pull_request",
            {"approvals", "code-owners", "conversations", "last-push", "stale-reviews"},
        ),
        ("required_status_checks", {"checks: Test", "up-to-date"}),
    ],
)
def test_a_rule_that_does_not_say_what_it_asks_for_is_not_off(kind, settings, value):
    seen = told(Protection((parse_ruleset([{"type": kind, "parameters": value}], {}, "r"),)))

    assert {setting for setting in settings if seen[setting] != "inconclusive"} == set()


@pytest.mark.parametrize("total", [None, "0", {}])
def test_how_many_there_are_is_not_none_where_it_is_not_said(total):
    some = {"totalCount": total, "nodes": []}
    (source,) = in_bulk(bypassPullRequestAllowances=some, bypassForcePushAllowances=some).sources

    assert source.hidden_bypass is not None
    assert source.hidden_force_push is not None
    assert parse_protection({**node(IN_BULK), "rulesets": some}, "main", ()).hidden


def test_an_actor_that_is_null_is_somebody():
    some = {"totalCount": 0, "nodes": [None]}
    (source,) = in_bulk(bypassPullRequestAllowances=some).sources

    assert source.hidden_bypass is not None


ANY_WAY = frozenset({"merge", "squash", "rebase"})
NO_METHODS = [None, 7, "merge", {}, [None], [7]]
MERGE_SETTINGS = ("allow_merge_commit", "allow_squash_merge", "allow_rebase_merge")
NOT_TOLD = Unobserved("not told")


@pytest.mark.parametrize(
    "rule",
    [
        *(
            {"type": "pull_request", "parameters": {**OF_PULL_REQUEST, "allowed_merge_methods": v}}
            for v in NO_METHODS
        ),
        *({"type": "merge_queue", "parameters": {"merge_method": v}} for v in (None, 7, [])),
    ],
)
def test_ways_of_merging_that_a_rule_does_not_tell_are_not_all(rule):
    protection = Protection((parse_ruleset([rule], {}, "ruleset"),))
    merging = Merging(Reports((), ()), MergeFacts((), ANY_WAY, 9), date(2026, 1, 31))

    assert isinstance(why_no_method(protection, ANY_WAY), Unobserved)
    assert any("which ways of merging" in why for why in why_blocked(protection, merging))


def test_a_rule_that_limits_no_way_of_merging_tells_none():
    rule = {"type": "pull_request", "parameters": OF_PULL_REQUEST}

    assert why_no_method(Protection((parse_ruleset([rule], {}, "ruleset"),)), ANY_WAY) is None


@pytest.mark.parametrize(
    ("facts", "severity"),
    [
        ({}, Outcome.SKIP),
        (dict.fromkeys(MERGE_SETTINGS, True), None),
        ({**dict.fromkeys(MERGE_SETTINGS, True), "allow_squash_merge": None}, Outcome.INCONCLUSIVE),
        ({**dict.fromkeys(MERGE_SETTINGS, True), "allow_rebase_merge": 7}, Outcome.INCONCLUSIVE),
        ({**dict.fromkeys(MERGE_SETTINGS, False), "allow_merge_commit": True}, Outcome.FAIL),
    ],
)
def test_ways_of_merging_that_the_repository_does_not_tell_are_told(facts, severity):
    guards = Protection((ProtectionSource("ruleset", {Setting.LINEAR_HISTORY: 1}),))
    security = RepositorySecurity(NOT_TOLD, NOT_TOLD, NOT_TOLD, NOT_TOLD, NOT_TOLD)
    seen = replace(security, merge_methods=merge_methods_of(facts))

    rows = list(method_drift(guards, seen))

    assert [row.severity for row in rows] == ([] if severity is None else [severity])
