"""What `--fix` writes of a ruleset that has rules of its own."""

import json
import shlex

import httpx
import pytest

from tests.github.answers import Answers
from verifier.errors import ProviderError, UnexpectedAnswerError, UnknownOutcomeError
from verifier.github.apply_fix import apply_fix, merged_rules, why_not_ours
from verifier.github.connection import own_host
from verifier.model.merging import Fix, own_ruleset
from verifier.model.protection import Setting


def of_message(pattern):
    parameters = {"operator": "starts_with", "pattern": pattern}
    return {"type": "commit_message_pattern", "parameters": parameters}


def checks_of(name):
    return {
        "type": "required_status_checks",
        "parameters": {
            "required_status_checks": [{"context": name}],
            "strict_required_status_checks_policy": False,
        },
    }


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([of_message("A"), of_message("B")], id="patterns"),
        pytest.param([of_message("A"), of_message("A")], id="the-same-twice"),
        pytest.param([checks_of("a"), checks_of("b")], id="checks"),
        pytest.param([{"type": "a-new-one", "note": "kept"}, {}], id="unknown-ones"),
    ],
)
def test_a_fix_keeps_every_rule_also_two_of_one_type(rules):
    assert merged_rules(rules, Fix(levels={Setting.NO_DELETION: 1}, checks=())) == [
        *rules,
        {"type": "deletion"},
    ]


def test_a_fix_makes_the_first_rule_of_a_type_stricter_and_keeps_the_second():
    first, second = merged_rules(
        [checks_of("a"), checks_of("b")], Fix(levels={Setting.UP_TO_DATE: 1}, checks=())
    )

    assert first["parameters"]["strict_required_status_checks_policy"] is True
    assert second == checks_of("b")


@pytest.mark.parametrize(
    "changes", [{"id": None}, {"id": "7"}, {"id": 0}, {"id": True}, {"name": None}, {"name": 7}]
)
def test_a_ruleset_that_may_be_ours_and_is_not_told_whole_is_left_alone(changes):
    github = Answers("acme/shop")
    github.get("/rulesets", json=[{"id": 7, "name": own_ruleset("main"), **changes}])
    github.get("/rulesets", json=[{"id": 7, "name": own_ruleset("main"), **changes}])
    fix = Fix({Setting.NO_DELETION: 1}, (), (), ())

    with pytest.raises(UnexpectedAnswerError, match="malformed"):
        why_not_ours(github.api(), "main")
    with pytest.raises(UnexpectedAnswerError, match="malformed"):
        apply_fix(github.api(), "acme/shop", "main", fix)
    assert {request.method for request in github.requests} == {"GET"}


def of_pull_requests(**changes):
    parameters = {"required_approving_review_count": 2, "require_last_push_approval": True}
    return {"type": "pull_request", "parameters": {**parameters, **changes}}


@pytest.mark.parametrize(
    "changes",
    [
        {"rules": None},
        {"rules": {}},
        {"rules": [None]},
        {"rules": [{"type": None}]},
        {"rules": [{"type": "required_status_checks", "parameters": None}]},
        {"rules": [{"type": "required_status_checks"}]},
        {"rules": [{"type": "required_status_checks", "parameters": {}}]},
        {"rules": [checks_of(None)]},
        {
            "rules": [
                {"type": "required_status_checks", "parameters": {"required_status_checks": [None]}}
            ]
        },
        {"rules": [{"type": "pull_request", "parameters": None}]},
        {"rules": [of_pull_requests(required_approving_review_count=None)]},
        {"rules": [of_pull_requests(require_last_push_approval=None)]},
        {"bypass_actors": None},
        {"bypass_actors": [None]},
    ],
)
def test_a_ruleset_of_which_a_part_is_not_told_is_not_written_back_without_it(changes):
    github = Answers("acme/shop")
    names = {"include": ["refs/heads/main"], "exclude": []}
    whole = {
        "name": own_ruleset("main"),
        "target": "branch",
        "enforcement": "active",
        "conditions": {"ref_name": names},
        "bypass_actors": [],
        "rules": [checks_of("Test"), of_pull_requests()],
    }
    github.get("/rulesets", json=[{"id": 7, "name": own_ruleset("main")}])
    github.get("/rulesets/7", json={**whole, **changes})
    fix = Fix({Setting.NO_DELETION: 1, Setting.UP_TO_DATE: 1, Setting.APPROVALS: 1}, (), (), ())

    with pytest.raises(UnexpectedAnswerError, match="not shown in full; nothing was changed"):
        apply_fix(github.api(), "acme/shop", "main", fix)
    assert {request.method for request in github.requests} == {"GET"}


def our_ruleset(**changes):
    return {
        "name": own_ruleset("main"),
        "target": "branch",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": ["refs/heads/main"], "exclude": []}},
        "bypass_actors": [],
        "rules": [{"type": "non_fast_forward"}],
        **changes,
    }


LISTED = [{"id": 7, "name": own_ruleset("main")}]
DELETION = Fix({Setting.NO_DELETION: 1}, (), (), ())
#: GitHub may have done what it was asked for.
LOST = [
    {"error": httpx.ReadError("cut")},
    {"error": httpx.ReadTimeout("late")},
    {"status": 502, "json": {"message": "Server Error"}},
    {"text": "<html>"},
    {"json": []},
]
WITHOUT_NUMBER = {"json": {"id": None, "name": "x"}}


@pytest.mark.parametrize("answer", [*LOST, WITHOUT_NUMBER], ids=repr)
def test_a_ruleset_that_was_made_can_be_undone_though_the_answer_was_lost(answer):
    github = Answers("acme/shop")
    github.get("/rulesets", json=[])
    github.post("/rulesets", **answer)
    github.get("/rulesets", json=LISTED)

    undo = apply_fix(github.api(), "acme/shop", "main", DELETION)

    assert undo == "gh api -X DELETE repos/acme/shop/rulesets/7"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://api.github.com", ""),
        ("https://github.example.com/api/v3", "github.example.com"),
        ("https://api.example.com/api/v3", "api.example.com"),
        ("https://api.octocorp.ghe.com", "octocorp.ghe.com"),
    ],
)
def test_the_host_is_named_where_it_is_not_github_com(url, host):
    assert own_host(url) == host


def test_an_undo_holds_no_command_of_the_runner():
    github = Answers("acme/shop")
    github.get("/rulesets", json=LISTED)
    github.get("/rulesets/7", json=our_ruleset(rules=[of_message("##[error]x")]))
    github.on("PUT", "/rulesets/7", json={"id": 7})

    undo = apply_fix(github.api(), "acme/shop", "main", DELETION)

    assert "#" not in undo
    assert json.loads(shlex.split(undo)[2])["rules"] == [of_message("##[error]x")]


@pytest.mark.parametrize("answer", LOST, ids=repr)
def test_a_ruleset_that_was_extended_can_be_undone_though_the_answer_was_lost(answer):
    github = Answers("acme/shop")
    github.get("/rulesets", json=LISTED)
    github.get("/rulesets/7", json=our_ruleset())
    github.on("PUT", "/rulesets/7", **answer)
    github.get("/rulesets/7", json=our_ruleset(rules=[{"type": "deletion"}]))

    undo = apply_fix(github.api(), "acme/shop", "main", DELETION)

    assert undo.endswith("| gh api -X PUT repos/acme/shop/rulesets/7 --input -")
    assert "non_fast_forward" in undo


@pytest.mark.parametrize(
    ("verb", "after", "told"),
    [
        ("POST", {"json": []}, "no ruleset of that name was there afterwards"),
        ("POST", {"status": 503}, "whether it was carried out is not known"),
        ("PUT", {"json": our_ruleset()}, "the ruleset was as before afterwards"),
        ("PUT", {"status": 503}, "whether it was carried out is not known"),
    ],
)
def test_what_became_of_a_change_whose_answer_was_lost_is_told(verb, after, told):
    github = Answers("acme/shop")
    github.get("/rulesets", json=LISTED if verb == "PUT" else [])
    path = "/rulesets/7" if verb == "PUT" else "/rulesets"
    if verb == "PUT":
        github.get(path, json=our_ruleset())
    github.on(verb, path, 502, json={"message": "Server Error"})
    github.get(path, **after)

    with pytest.raises(UnknownOutcomeError, match=told) as error:
        apply_fix(github.api(), "acme/shop", "main", DELETION)
    assert own_ruleset("main") in error.value.hint


@pytest.mark.parametrize(
    "answer",
    [
        {"error": httpx.ConnectError("refused")},
        {
            "status": 422,
            "json": {"message": "Validation Failed", "errors": ["Name must be unique"]},
        },
        {"status": 403, "json": {"message": "Resource not accessible"}},
    ],
)
def test_what_github_did_not_take_is_not_looked_for(answer):
    github = Answers("acme/shop")
    github.get("/rulesets", json=[])
    github.post("/rulesets", **answer)

    with pytest.raises(ProviderError):
        apply_fix(github.api(), "acme/shop", "main", DELETION)
    assert github.waiting == []
    assert len(github.requests) == 2
