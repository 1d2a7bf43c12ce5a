"""What a node of GitHub's GraphQL API is taken for: what was not read is never "none"."""

from datetime import UTC, datetime

import pytest

from verifier.commands.audit_questions import QUESTIONS
from verifier.decide.drift.question import AuditPolicy
from verifier.decide.drift.repository_drift import repository_drift
from verifier.errors import UnexpectedAnswerError
from verifier.github.bulk_answers import cut_nodes, denied_fields
from verifier.github.bulk_parse import parse_repository
from verifier.github.bypass_actors import bypass_of_ruleset
from verifier.github.protection_sources import parse_classic
from verifier.github.ref_patterns import matches_ref
from verifier.model.finding import Outcome, Unobserved
from verifier.model.protection import ProtectionPolicy

ACTIONS = {"app": {"databaseId": 15368, "slug": "github-actions"}}


def run(name, conclusion="SUCCESS"):
    return {"name": name, "conclusion": conclusion, "checkSuite": ACTIONS}


def pull(base="main", nodes=(), total=None, merged_at="2026-01-20T00:00:00Z"):
    contexts = {"totalCount": len(nodes) if total is None else total, "nodes": list(nodes)}
    head = {"nodes": [{"commit": {"statusCheckRollup": {"contexts": contexts}}}]}
    return {"baseRefName": base, "mergedAt": merged_at, "commits": head}


def pulls(*nodes, total=None):
    return {"totalCount": len(nodes) if total is None else total, "nodes": list(nodes)}


def repository(**changes):
    return {
        "nameWithOwner": "acme/shop",
        "isPrivate": False,
        "viewerPermission": "ADMIN",
        "defaultBranchRef": {"name": "main", "branchProtectionRule": None},
        "rulesets": {"totalCount": 0, "nodes": []},
        **changes,
    }


HELD = {"context": "Vercel", "state": "PENDING"}


@pytest.mark.parametrize(
    ("found", "names"),
    [
        (pulls(), []),
        (pulls(pull(nodes=[run("Test")])), [["Test", True]]),
        (pulls(pull(nodes=[run("Test", "FAILURE"), HELD])), [["Test", False], ["Vercel", False]]),
        (pulls(pull("develop"), pull(nodes=[run("Test")])), [["Test", True]]),
        (
            pulls(
                pull(nodes=[run("Old")], merged_at="2026-01-01T00:00:00Z"),
                pull(nodes=[run("Test")]),
            ),
            [["Test", True]],
        ),
        (pulls(pull("develop")), []),
        (pulls(*[pull("develop")] * 5, total=9), "none of the latest 5"),
        (pulls(pull(nodes=[run("Test")], total=160)), "only 1 of the checks"),
    ],
    ids=["none", "one", "not passed", "other branch", "newest merge", "elsewhere", "unseen", "cut"],
)
def test_the_head_of_the_latest_merged_pull_request(found, names):
    heads = parse_repository(repository(pullRequests=found)).merged_heads["main"]

    if isinstance(names, str):
        assert isinstance(heads, Unobserved)
        assert names in heads.reason
    else:
        seen = [[check.name, check.is_passed] for head in heads for check in head]
        assert sorted(seen) == names


def test_an_unreadable_time_costs_no_repository():
    found = pulls(pull(nodes=[run("Test")], merged_at="yesterday"))

    seen = parse_repository(repository(pullRequests=found, pushedAt="today"))

    assert seen.facts.pushed_at is None
    assert [[check.seen_at for check in head] for head in seen.merged_heads["main"]] == [[None]]


@pytest.mark.parametrize(
    ("denied", "hidden"),
    [((), 0), (("defaultBranchRef",), 1), (("pullRequests",), 0)],
)
def test_a_refused_field_is_not_off(denied, hidden):
    seen = parse_repository(repository(), denied)

    assert len(seen.protections["main"].hidden) == hidden
    assert isinstance(seen.merged_heads["main"], Unobserved) == ("pullRequests" in denied)


@pytest.mark.parametrize(
    ("changes", "is_in_plan"),
    [
        ({}, True),
        ({"isPrivate": True}, None),
        ({"isPrivate": True, "viewerPermission": "READ"}, True),
    ],
)
def test_a_plan_that_protects_nothing_looks_like_no_protection(changes, is_in_plan):
    found = parse_repository(repository(**changes)).protections["main"]

    assert found.is_in_plan is is_in_plan


@pytest.mark.parametrize(
    ("changes", "denied", "severity"),
    [
        ({"isEmpty": False}, ("defaultBranchRef",), Outcome.INCONCLUSIVE),
        ({"isEmpty": True}, ("defaultBranchRef",), Outcome.INCONCLUSIVE),
        ({"isEmpty": None}, (), Outcome.INCONCLUSIVE),
        ({"isEmpty": False, "pushedAt": "2026-01-20T00:00:00Z"}, (), Outcome.INCONCLUSIVE),
        ({"isEmpty": True}, (), Outcome.WARN),
        ({"isArchived": True}, ("defaultBranchRef",), Outcome.WARN),
    ],
)
def test_a_default_branch_that_is_hidden_is_not_a_repository_without_one(changes, denied, severity):
    found = parse_repository(repository(defaultBranchRef=None, **changes), denied)
    policy = AuditPolicy(QUESTIONS, lambda *_: ProtectionPolicy())

    rows = repository_drift(found, policy, datetime(2026, 1, 20, tzinfo=UTC))

    assert [row.severity for row in rows] == [severity]


@pytest.mark.parametrize(
    ("blob", "severities"),
    [
        ({"text": "on: push\njobs: {}\n", "isTruncated": False}, []),
        ({"text": "on: pu", "isTruncated": True}, [Outcome.INCONCLUSIVE]),
        ({"text": None}, [Outcome.INCONCLUSIVE]),
        ({"text": "on: [\n", "isTruncated": False}, [Outcome.SKIP]),
    ],
    ids=["read", "a part", "no text", "refused by GitHub too"],
)
def test_a_workflow_that_was_not_read_is_inconclusive_where_github_may_run_it(blob, severities):
    entry = {"path": ".github/workflows/a.yml", "object": blob}
    found = parse_repository(repository(object={"entries": [entry]}))

    rows = repository_drift(
        found,
        AuditPolicy(QUESTIONS, lambda *_: ProtectionPolicy({})),
        datetime(2026, 1, 20, tzinfo=UTC),
    )

    assert [row.severity for row in rows if row.setting == "workflows"] == severities


def ruleset(**changes):
    return {
        "name": "main",
        "enforcement": "ACTIVE",
        "target": "BRANCH",
        "conditions": {"refName": {"include": ["~ALL"], "exclude": []}},
        "rules": {"nodes": [{"type": "DELETION", "parameters": None}]},
        **changes,
    }


REFS = {"include": ["~ALL"], "exclude": []}


def rules(*nodes):
    return ruleset(rules={"nodes": list(nodes)})


@pytest.mark.parametrize(
    ("found", "is_hidden"),
    [
        pytest.param(ruleset(), False, id="whole"),
        pytest.param(ruleset(target="PUSH", conditions=None), False, id="of pushes"),
        pytest.param(ruleset(target=None), True, id="target"),
        pytest.param(ruleset(target=5), True, id="target-number"),
        pytest.param(ruleset(conditions={"refName": None}), True, id="refs"),
        pytest.param(ruleset(conditions={}), True, id="no-refs"),
        *(
            pytest.param(ruleset(conditions={"refName": {**REFS, **bent}}), True, id=str(bent))
            for key in REFS
            for bent in ({key: None}, {key: [None]}, {key: "~ALL"}, {key: [{}]})
        ),
        pytest.param(ruleset(conditions={"refName": {"include": []}}), True, id="no-exclude"),
        pytest.param(None, True, id="ruleset"),
        pytest.param(ruleset(rules=None), True, id="rules"),
        pytest.param(ruleset(rules={"nodes": None}), True, id="list-of-rules"),
        pytest.param(rules(None), True, id="rule"),
        pytest.param(rules({"type": None}), True, id="kind-of-a-rule"),
        pytest.param(rules({"type": "PULL_REQUEST", "parameters": None}), True, id="reviews"),
        pytest.param(
            rules({"type": "REQUIRED_STATUS_CHECKS", "parameters": None}), True, id="checks"
        ),
        pytest.param(ruleset(conditions=None), True, id="conditions"),
        pytest.param(ruleset(target="TAG", rules=None), False, id="of-tags"),
        pytest.param(ruleset(enforcement="DISABLED", rules=None), False, id="not-in-force"),
    ],
)
def test_a_part_of_a_ruleset_that_is_hidden_is_not_off(found, is_hidden):
    listed = {"totalCount": 1, "nodes": [found]}

    (protection,) = parse_repository(repository(rulesets=listed)).protections.values()

    assert bool(protection.hidden) is is_hidden


@pytest.mark.parametrize("enforcement", [None, "", "active?", 1, []])
def test_a_ruleset_that_does_not_say_whether_it_is_in_force_guards_nothing(enforcement):
    listed = {"totalCount": 1, "nodes": [ruleset(enforcement=enforcement)]}

    (protection,) = parse_repository(repository(rulesets=listed)).protections.values()

    assert (protection.sources, protection.inactive) == ((), ())
    assert "a part of a ruleset is not visible to this token" in protection.hidden


def test_refused_files_are_not_none():
    assert isinstance(parse_repository(repository(), ("object",)).workflows, Unobserved)


@pytest.mark.parametrize(
    ("state", "is_disabled"),
    [("ACTIVE", False), ("DISABLED_INACTIVITY", True), ("DISABLED_MANUALLY", True)],
)
def test_a_workflow_that_the_latest_pull_request_ran_and_that_is_disabled_now(state, is_disabled):
    path = ".github/workflows/ci.yml"
    one = pull(nodes=[run("Test")])
    ran = {"workflowRun": {"workflow": {"state": state}, "file": {"path": path}}}
    one["commits"]["nodes"][0]["commit"]["checkSuites"] = {"nodes": [ran, {"workflowRun": None}]}
    blob = {"text": "on: pull_request\njobs: {}\n", "isTruncated": False}
    tree = {"entries": [{"path": path, "object": blob}]}

    (found,) = parse_repository(repository(pullRequests=pulls(one), object=tree)).workflows

    assert found.is_disabled is is_disabled


#: As Ruby's File.fnmatch with FNM_PATHNAME answers.
PATTERNS = [
    ("refs/heads/main", "main", True),
    ("refs/heads/ma[hi]n", "main", True),
    ("refs/heads/ma[!hi]n", "main", False),
    ("refs/heads/ma[^x]n", "main", True),
    ("refs/heads/ma[a-i]n", "main", True),
    ("refs/heads/*", "main", True),
    ("refs/heads/*", "rel/prod", False),
    ("refs/heads/**", "rel/prod", False),
    ("refs/heads/**", "main", True),
    ("refs/heads/**/*", "rel/prod", True),
    ("refs/heads/**/*", "main", True),
    ("refs/heads/**/prod", "a/b/prod", True),
    ("refs/heads/rel/**/*", "rel/a/b", True),
    ("refs/heads/rel**", "rel/a", False),
    ("refs/heads/m?in", "main", True),
    ("refs/heads/rel?prod", "rel/prod", False),
    ("refs/heads/rel[/]prod", "rel/prod", False),
    (r"refs/heads/\*", "main", False),
    (r"refs/heads/\*", "*", True),
    ("refs/heads/ma[in", "ma[in", True),
    ("refs/heads/v1.0", "v1x0", False),
    ("main", "main", False),
]


@pytest.mark.parametrize(("pattern", "branch", "is_match"), PATTERNS)
def test_a_pattern_of_a_ruleset_is_matched_as_github_does(pattern, branch, is_match):
    assert matches_ref(pattern, f"refs/heads/{branch}") is is_match


@pytest.mark.parametrize(
    ("pattern", "branch"),
    [
        ("refs/heads/[z-a]", "m"),
        ("refs/heads/m[a-\\]in", "main"),
        (f"refs/heads/{'*' * 40}x", "a" * 60),
        (f"refs/heads/{'*a' * 40}x", "a" * 200),
        (f"refs/heads/{'**/' * 30}x", "a/" * 100 + "a"),
    ],
)
def test_an_odd_pattern_of_a_ruleset_fits_nothing_at_once(pattern, branch):
    assert not matches_ref(pattern, f"refs/heads/{branch}")


@pytest.mark.parametrize(
    ("said", "kinds", "is_whole"),
    [
        ({"bypass_actors": []}, [], True),
        ({"bypass_actors": [], "current_user_can_bypass": "never"}, [], True),
        ({"bypass_actors": [], "current_user_can_bypass": "always"}, ["token"], False),
        ({"bypass_actors": ["x"]}, [], False),
        ({"bypass_actors": [None, {"actor_type": "DeployKey"}]}, ["deploy keys"], False),
    ],
)
def test_a_list_that_is_bent_or_denied_is_not_whole(said, kinds, is_whole):
    found, why = bypass_of_ruleset(said)

    assert [each.actor.kind for each in found] == kinds
    assert (why is None) is is_whole


@pytest.mark.parametrize(
    "bent",
    [
        {"allow_force_pushes": True},
        {"allow_deletions": None},
        {"required_pull_request_reviews": {"bypass_pull_request_allowances": ["x"]}},
        {"required_pull_request_reviews": {"bypass_pull_request_allowances": {"users": "joe"}}},
        {"required_pull_request_reviews": {"bypass_pull_request_allowances": {"apps": [5]}}},
    ],
)
def test_a_classic_rule_that_is_bent_is_unread(bent):
    with pytest.raises(UnexpectedAnswerError):
        parse_classic(bent)


def test_a_ruleset_that_is_not_about_the_branch_guards_nothing():
    ruleset = {
        "name": "all",
        "enforcement": "ACTIVE",
        "target": "BRANCH",
        "conditions": {"refName": {"include": ["refs/heads/**"], "exclude": []}},
        "rules": {"nodes": [{"type": "DELETION"}, {"type": "CODE_QUALITY"}]},
        "bypassActors": {"totalCount": 0, "nodes": []},
    }

    def sources(branch):
        ref = {"name": branch, "branchProtectionRule": None}
        listed = {"totalCount": 1, "nodes": [ruleset]}
        seen = parse_repository(repository(defaultBranchRef=ref, rulesets=listed))
        return seen.protections[branch].sources

    assert sources("rel/prod") == ()
    assert [source.unjudged_rules for source in sources("main")] == [("code_quality",)]


@pytest.mark.parametrize("said", [None, {}, {"totalCount": 0, "nodes": None}, []])
def test_merged_pull_requests_that_are_not_told_are_not_none(said):
    heads = parse_repository(repository(pullRequests=said)).merged_heads["main"]

    assert isinstance(heads, Unobserved)


@pytest.mark.parametrize(
    "head",
    [
        {"nodes": None},
        {"nodes": [None]},
        {"nodes": [{"commit": {"statusCheckRollup": {"contexts": None}}}]},
        {"nodes": [{"commit": {"statusCheckRollup": {"contexts": {"nodes": []}}}}]},
    ],
)
def test_what_the_latest_pull_request_reported_is_not_nothing_where_it_is_not_told(head):
    seen = pulls({**pull(), "commits": head})

    assert isinstance(
        parse_repository(repository(pullRequests=seen)).merged_heads["main"], Unobserved
    )


def test_a_pull_request_on_which_nothing_reported_is_one():
    seen = pulls({**pull(), "commits": {"nodes": [{"commit": {"statusCheckRollup": None}}]}})

    assert parse_repository(repository(pullRequests=seen)).merged_heads["main"] == (frozenset(),)


def test_how_many_pull_requests_were_merged_is_not_none_where_it_is_not_said():
    seen = {"totalCount": None, "nodes": []}

    assert isinstance(
        parse_repository(repository(pullRequests=seen)).merged_heads["main"], Unobserved
    )


def test_workflow_files_that_are_not_told_are_not_none():
    assert isinstance(parse_repository(repository(object={"entries": None})).workflows, Unobserved)
    (file,) = parse_repository(repository(object={"entries": [{"path": None}]})).workflows
    assert isinstance(file, Unobserved)
    assert parse_repository(repository(object=None)).workflows == ()
    assert parse_repository(repository(object={})).workflows == ()


@pytest.mark.parametrize("path", [None, [], ["nodes"], "nodes"])
def test_an_error_that_does_not_say_what_it_is_about_is_about_all(path):
    data = {"nodes": [{"id": "a", "object": None}, None]}
    failed = {"data": data, "errors": [{"type": "INTERNAL", "path": path}]}
    refused = {"data": data, "errors": [{"type": "FORBIDDEN", "path": path}]}

    assert list(cut_nodes(failed)) == [0, 1]
    assert denied_fields(refused) == {0: {"id", "object"}, 1: frozenset()}


def test_an_error_about_something_else_is_about_no_repository():
    beside = {"data": {"nodes": [{}]}, "errors": [{"type": "INTERNAL", "path": ["rateLimit"]}]}

    assert list(cut_nodes(beside)) == []
