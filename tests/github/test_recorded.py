"""GitHub's own example payloads, and whether the local GitHub answers as its description says."""

import json
from pathlib import Path

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.github.answers import Answers
from tests.github.server import TOKEN, LocalGitHub, running
from verifier.errors import AbsentError, DeniedError, ProviderError, RateLimitedError
from verifier.github.protection_sources import parse_classic, parse_ruleset, parse_summary
from verifier.github.repository import GitHubRepository
from verifier.model.finding import Unobserved
from verifier.model.protection import RequiredCheck, Setting
from verifier.sandbox.github.runbook_repository import runbook_repository

SHARED = Path(__file__).parents[3] / "shared" / "github"


def example(name):
    return json.loads((SHARED / "examples" / f"{name}.json").read_text("utf-8"))


@pytest.fixture
def github():
    github = Answers("monalisa/my-repo")
    yield github
    assert github.waiting == []


@pytest.fixture
def repository(github):
    return GitHubRepository(github.api())


if SHARED.exists():
    CLASSIC = "get-repos-owner-repo-branches-branch-protection.200.default"

    def test_the_classic_example():
        found = parse_classic(example(CLASSIC))

        assert found.levels[Setting.APPROVALS] == 2
        assert found.checks == {RequiredCheck("continuous-integration/travis-ci")}
        assert found.bypass == ()
        assert Setting.NO_FORCE_PUSH not in found.levels
        assert {Setting.LOCK, Setting.PUSH_RESTRICTIONS, Setting.LAST_PUSH} <= set(found.levels)

    def test_the_ruleset_example():
        ruleset = example("get-repos-owner-repo-rulesets-ruleset-id.200.default")

        found = parse_ruleset(ruleset["rules"], ruleset, ruleset["name"])

        assert (found.levels, list(map(str, found.bypass))) == ({}, ["team 234"])

    def test_the_unprotected_branch_example():
        assert parse_summary(example("get-repos-owner-repo-branches-branch.200.default")) is None

    def test_the_rules_of_a_branch_are_read_with_their_rulesets(github, repository):
        github.get("/branches/main/protection", json=example(CLASSIC))
        github.graphql({"repository": {"mergeQueue": None}})
        rules = example("get-repos-owner-repo-rules-branches-branch.200.default")
        github.get("/rules/branches/main", json=rules)
        github.get("/rulesets", json=example("get-repos-owner-repo-rulesets.200.default"))
        ruleset = example("get-repos-owner-repo-rulesets-ruleset-id.200.default")
        github.get("/rulesets/42", json=ruleset)
        history = example("get-repos-owner-repo-rulesets-ruleset-id-history.200.default")
        github.get("/rulesets/42/history", json=history)
        github.get("/rulesets/73", status=404, json={"message": "Not Found"})

        github.get("/teams", status=404, json={"message": "Not Found"})

        found = repository.protection("main")

        assert [source.name for source in found.sources] == [
            "classic branch protection",
            'ruleset "super cool ruleset" of repository monalisa/my-repo',
            'ruleset "73" of organization my-org',
        ]
        assert isinstance(found.sources[2].hidden_bypass, Unobserved)
        assert found.sources[0].hidden_queue is None
        changes = [source.last_change for source in found.sources]
        assert changes == ["", f"{ruleset['updated_at'][:10]} by user 1", ""]

    DESCRIPTION = json.loads((SHARED / "openapi-trimmed.json").read_text("utf-8"))
    ASKED = [
        "/repos/{owner}/{repo}/branches/{branch}/protection",
        "/repos/{owner}/{repo}/rules/branches/{branch}",
        "/repos/{owner}/{repo}/rulesets",
        "/repos/{owner}/{repo}/rulesets/{ruleset_id}",
        "/repos/{owner}/{repo}/rulesets/{ruleset_id}/history",
    ]

    @pytest.mark.parametrize("path", ASKED)
    def test_the_local_github_answers_by_the_description(path):
        given = {"owner": "acme", "repo": "shop", "branch": "main", "ruleset_id": 1}
        shop = runbook_repository()
        shop.classic["main"] = {"enforce_admins": {"url": "https://x.test", "enabled": True}}
        with running(LocalGitHub(shop)) as github:
            headers = {"Authorization": f"Bearer {TOKEN}"}
            answer = httpx.get(github.url + path.format(**given), headers=headers).json()

        said = DESCRIPTION["paths"][path]["get"]["responses"]["200"]
        schema = said["content"]["application/json"]["schema"]
        whole = {**schema, "components": DESCRIPTION["components"]}
        Draft202012Validator(whole).validate(answer)


@pytest.mark.parametrize(
    ("asked", "slept", "is_answered"),
    [
        pytest.param(["7", "0"], [7.0, 2.0], True, id="kept-and-longer-the-second-time"),
        pytest.param(["1", "1", "1"], [1.0, 2.0, 4.0], True, id="longer-each-time"),
        pytest.param(["8", "8"], [8.0], False, id="longer-than-there-is-patience"),
        pytest.param(["900"], [], False, id="too-long-at-once"),
    ],
)
def test_silence_is_kept_as_long_as_there_is_patience(github, asked, slept, is_answered):
    waited = []
    api = github.api(patience_s=10, sleep=waited.append)
    for pause in asked:
        headers = {"Retry-After": pause}
        github.get("", status=403, headers=headers, json={"message": "slow down"})
    if is_answered:
        github.get("", json={"id": 1})
        assert api.get("", "Metadata: read") == {"id": 1}
    else:
        with pytest.raises(RateLimitedError):
            api.get("", "Metadata: read")

    assert waited == slept


@pytest.mark.parametrize(
    ("statuses", "patience_s", "slept", "is_answered"),
    [
        pytest.param([502], 10, [1.0], True, id="one-hiccup"),
        pytest.param([502, 504], 10, [1.0, 2.0], True, id="two"),
        pytest.param([502, 503, 500], 10, [1.0, 2.0], False, id="no-more"),
        pytest.param([502, 502], 2, [1.0], False, id="only-as-long-as-there-is-patience"),
        pytest.param([502], 0, [], False, id="no-patience"),
        pytest.param([404], 10, [], False, id="what-is-an-answer-is-one"),
    ],
)
def test_an_error_of_githubs_own_is_asked_again(github, statuses, patience_s, slept, is_answered):
    waited = []
    api = github.api(patience_s=patience_s, sleep=waited.append)
    for status in statuses:
        github.get("", status=status, json={"message": "oops"})
    if is_answered:
        github.get("", json={"id": 1})
        assert api.get("", "Metadata: read") == {"id": 1}
    else:
        with pytest.raises(ProviderError):
            api.get("", "Metadata: read")

    assert waited == slept


@pytest.mark.parametrize(
    ("status", "headers", "message", "error"),
    [
        pytest.param(404, {}, "Not Found", AbsentError, id="not-there-or-no-right"),
        pytest.param(403, {}, "Resource not accessible", DeniedError, id="no-right"),
        pytest.param(403, {"Retry-After": "7"}, "wait", RateLimitedError, id="asked-to-wait"),
        pytest.param(403, {"X-RateLimit-Remaining": "0"}, "no", RateLimitedError, id="used-up"),
        pytest.param(403, {}, "a secondary rate limit", RateLimitedError, id="secondary-limit"),
        pytest.param(429, {}, "slow down", RateLimitedError, id="too-many"),
    ],
)
def test_what_a_refusal_means(github, repository, status, headers, message, error):
    github.get("", status=status, headers=headers, json={"message": message})

    with pytest.raises(error) as caught:
        repository.facts()

    assert type(caught.value) is error
    assert message in caught.value.message
