"""`verifier audit` against a local GitHub: what is told, and how it ends."""

import html
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from click.testing import CliRunner

from tests.github.server import TOKEN, LocalGitHub, running
from verifier.cli import cli
from verifier.errors import ConfigError
from verifier.sandbox.github.protected_repository import ADMINISTRATION, RULESETS, SECRETS
from verifier.sandbox.github.runbook_repository import (
    ACTIONS_APP,
    CHECKS,
    CI,
    runbook_repository,
    runbook_ruleset,
)

KEPT = ("GITHUB_REPOSITORY", "GITHUB_WORKSPACE", "GITHUB_ACTIONS", "VERIFIER_CONFIG")
RAILWAY = ("RAILWAY_TOKEN", "RAILWAY_API_TOKEN", "DATABASE_URL")
CLASSIC = {
    "required_status_checks": {
        "strict": True,
        "contexts": list(CHECKS),
        "checks": [{"context": name, "app_id": ACTIONS_APP} for name in CHECKS],
    },
    "enforce_admins": {"enabled": True},
    "required_pull_request_reviews": {"required_approving_review_count": 1},
    "required_linear_history": {"enabled": True},
    "allow_force_pushes": {"enabled": False},
    "allow_deletions": {"enabled": False},
}

NOT_STRICT = {
    **CLASSIC,
    "required_status_checks": {**CLASSIC["required_status_checks"], "strict": False},
}


def queued(*actors):
    """A ruleset with a merge queue, beside classic protection that asks for no newest base."""
    rule = {"type": "merge_queue", "parameters": {"merge_method": "SQUASH"}}
    return changed(
        {"rules": [rule], "bypass_actors": list(actors)},
        classic={"main": NOT_STRICT},
        queues=("main",),
        files={".github/workflows/ci.yml": CI.replace("  push:", "  merge_group:\n  push:", 1)},
    )


OWNERS = {"actor_type": "OrganizationAdmin", "actor_id": 1, "bypass_mode": "always"}


@pytest.fixture
def shop():
    return runbook_repository()


@pytest.fixture
def github(shop):
    with running(LocalGitHub(shop)) as github:
        yield github


@pytest.fixture
def audit(github, tmp_path):
    def audit(*arguments, config="", **environ):
        path = tmp_path / ".github" / "verifier.yml"
        path.parent.mkdir(exist_ok=True)
        if config:
            path.write_text(f"version: 1\nservices: {{ api: {{}} }}\n{config}", "utf-8")
        env = {
            **dict.fromkeys((*KEPT, *RAILWAY)),
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_API_URL": github.url,
            "GITHUB_REPOSITORY": "acme/shop",
            **environ,
        }
        return CliRunner(env=env).invoke(
            cli,
            ["audit", "--checkout", str(tmp_path), *map(str, arguments)],
            standalone_mode=False,
        )

    return audit


def told(done):
    return {row["setting"]: row["severity"] for row in json.loads(done.stdout)["drift"]}


def test_a_repository_as_the_runbook_wants_it_has_no_drift(audit):
    done = audit("--json")

    assert (done.return_value, told(done)) == (0, {})


@pytest.mark.parametrize("form", ["text", "json", "html", "markdown"])
@pytest.mark.parametrize(
    "arguments", [[], ["--repo", "acme/shop"], ["--org", "acme"]], ids=["job", "named", "org"]
)
def test_an_audit_without_a_configuration_says_what_it_did_not_compare(audit, form, arguments):
    done = audit(*arguments, "--format", form, RAILWAY_TOKEN="t")

    shown = " ".join(html.unescape(re.sub(r"<[^>]*>", "", done.stdout)).split())
    assert done.return_value == 0
    assert "verifier.yml: GitHub was compared with the runbook's table" in shown
    assert "no service at Railway, though there is a token for it" in shown


def test_an_audit_with_a_configuration_has_nothing_of_that_to_say(audit):
    assert json.loads(audit("--json", config="audit: {}").stdout)["notes"] == []


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("", "fail"),
        (".github/CODEOWNERS", None),
        ("docs/CODEOWNERS", None),
        ("src/CODEOWNERS", "fail"),
    ],
)
def test_code_owners_take_a_file_that_names_them(audit, shop, path, severity):
    shop.rulesets[0]["rules"] = [
        {**rule, "parameters": {**rule["parameters"], "require_code_owner_review": True}}
        if rule["type"] == "pull_request"
        else rule
        for rule in shop.rulesets[0]["rules"]
    ]
    if path:
        shop.files[path] = "* @acme/ops"

    done = audit("--json", config="protection: { settings: { code-owners: required } }")

    assert told(done).get("code-owners") == severity


@pytest.mark.parametrize(
    "more", ["x: &a {}\ny: { <<: *a }\n", "jobs: {}\n"], ids=["a merge key", "a key twice"]
)
def test_a_workflow_that_github_cannot_read_is_a_warning(audit, shop, more):
    shop.files[".github/workflows/ci.yml"] = CI + more

    done = audit("--json")

    assert told(done)["refused-workflows"] == "warn"


@pytest.mark.parametrize(
    "environ", [{}, {"RAILWAY_API_TOKEN": "of-another-job"}], ids=["alone", "beside-a-token"]
)
def test_an_audit_needs_no_services(audit, tmp_path, environ):
    path = tmp_path / "verifier.yml"
    path.write_text("version: 1\nprotection: { approvals: 2 }\n", "utf-8")

    done = audit("--json", "--config", path, **environ)

    assert (done.return_value, told(done)) == (0, {"approvals": "warn"})


KEY = {"id": 1, "key": "ssh-ed25519 A", "title": "mirror", "verified": True, "read_only": False}


@pytest.mark.parametrize(
    ("key", "bound", "permitted", "severity"),
    [
        ({"read_only": False}, False, ["administrators"], "fail"),
        ({"read_only": False}, False, ["administrators", "deploy-keys"], "skip"),
        ({"read_only": True}, False, ["administrators"], "skip"),
        (None, False, ["administrators"], "skip"),
        ({"read_only": False}, True, [], None),
    ],
    ids=["writes", "permitted", "reads", "none", "administrators-bound"],
)
def test_a_deploy_key_that_writes_is_an_administrator_of_classic_protection(
    audit, shop, key, bound, permitted, severity
):
    shop.rulesets, shop.classic = [], {"main": CLASSIC | {"enforce_admins": {"enabled": bound}}}
    shop.settings["/keys"] = [KEY | key] if key else []
    who = ", ".join(f"{{ actor: {name}, reason: x, until: 2099-01-01 }}" for name in permitted)

    done = audit("--json", config=f"protection: {{ bypass: [{who}] }}")
    planned = audit("--fix", config=f"protection: {{ bypass: [{who}] }}")

    assert told(done).get("no-bypass") == severity
    assert done.return_value == int(severity == "fail")
    assert ("custom roles" in done.stdout) is (severity == "skip")
    assert ("require pull-request" in planned.output) is (severity == "fail")


@pytest.mark.parametrize("arguments", [[], ["--org", "acme"]], ids=["alone", "in-bulk"])
@pytest.mark.parametrize(
    ("listed", "who"),
    [
        ({"actor_type": "EnterpriseOwner", "actor_id": 1}, "owners of the enterprise can"),
        ({"actor_type": "RepositoryRole", "actor_id": 9001}, "the role custom-9001 can"),
    ],
    ids=["enterprise", "own-role"],
)
def test_who_may_bypass_is_called_alike_alone_and_in_bulk(audit, shop, arguments, listed, who):
    shop.rulesets[0]["bypass_actors"] = [{**listed, "bypass_mode": "always"}]

    done = audit("--json", *arguments)

    (row,) = [r for r in json.loads(done.stdout)["drift"] if r["setting"] == "no-bypass"]
    assert row["actual"].startswith(who)


@pytest.mark.parametrize("arguments", [[], ["--org", "acme"]], ids=["alone", "in-bulk"])
@pytest.mark.parametrize(
    ("keys", "severity"),
    [([KEY], "fail"), ([KEY | {"read_only": True}], None), ([], None)],
    ids=["writes", "reads", "none"],
)
def test_a_list_that_names_deploy_keys_frees_nobody_where_none_writes(
    audit, shop, arguments, keys, severity
):
    listed = {"actor_type": "DeployKey", "actor_id": None, "bypass_mode": "always"}
    shop.rulesets[0]["bypass_actors"], shop.settings["/keys"] = [listed], keys

    done = audit("--json", *arguments)

    assert told(done).get("no-bypass") == severity


def changed(ruleset=None, **changes):
    """Change the repository; `ruleset` changes its only ruleset."""

    def change(shop):
        for name, value in changes.items():
            setattr(shop, name, value)
        if ruleset is not None:
            shop.rulesets[0] |= ruleset

    return change


def without(kind):
    return {"rules": [rule for rule in runbook_ruleset()["rules"] if rule["type"] != kind]}


ADMIN = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}
OWNER = {"actor_id": 1, "actor_type": "OrganizationAdmin", "bypass_mode": "always"}
TEAM = {"actor_id": 21, "actor_type": "Team", "bypass_mode": "always"}
APP = {"actor_id": 31, "actor_type": "Integration", "bypass_mode": "always"}
UNBOUND = CLASSIC | {"enforce_admins": {"enabled": False}}
READER = {"rights": frozenset()}
FORCED = CLASSIC | {"force_push_allowances": {"users": [{"id": 7, "login": "mallory"}]}}


@pytest.mark.parametrize(
    ("change", "code", "drift"),
    [
        pytest.param(changed(rulesets=[], classic={"main": CLASSIC}), 0, {}, id="classic-only"),
        pytest.param(changed(classic={"main": CLASSIC}), 0, {}, id="both"),
        pytest.param(
            changed({"source_type": "Organization", "source": "acme"}), 0, {}, id="organisation"
        ),
        pytest.param(
            changed(without("non_fast_forward")), 1, {"no-force-push": "fail"}, id="force-push"
        ),
        pytest.param(
            changed(without("required_linear_history")),
            0,
            {"linear-history": "warn"},
            id="recommended",
        ),
        pytest.param(
            changed(without("non_fast_forward"), classic={"main": CLASSIC}),
            0,
            {},
            id="classic-has-what-the-ruleset-lacks",
        ),
        pytest.param(
            changed({"bypass_actors": [ADMIN]}), 1, {"no-bypass": "fail"}, id="bypass-list"
        ),
        pytest.param(
            changed({"bypass_actors": [ADMIN]}, classic={"main": CLASSIC}),
            0,
            {},
            id="bypassed-here-and-not-there",
        ),
        pytest.param(
            changed({"bypass_actors": [OWNER]}, classic={"main": UNBOUND}),
            1,
            {"no-bypass": "fail"},
            id="an-owner-is-an-administrator",
        ),
        pytest.param(
            changed({"bypass_actors": [TEAM]}, classic={"main": UNBOUND}),
            4,
            {"no-bypass": "inconclusive"},
            id="a-team-may-have-administrators",
        ),
        pytest.param(
            changed({"bypass_actors": [APP]}, classic={"main": UNBOUND}),
            0,
            {},
            id="an-app-is-no-administrator",
        ),
        pytest.param(
            changed({"current_user_can_bypass": "always"}, rights=frozenset({ADMINISTRATION})),
            1,
            {"no-bypass": "fail"},
            id="the-token-itself-may-bypass",
        ),
        pytest.param(
            changed(
                {"bypass_actors": [ADMIN]},
                classic={"main": CLASSIC | {"enforce_admins": {"enabled": False}}},
            ),
            1,
            {"no-bypass": "fail"},
            id="bypassed-in-both",
        ),
        pytest.param(
            changed(rights=frozenset({ADMINISTRATION, SECRETS})),
            4,
            {"no-bypass": "inconclusive"},
            id="bypass-not-visible",
        ),
        pytest.param(
            changed(rights=frozenset({RULESETS})),
            0,
            {"repository-settings": "skip"},
            id="classic-not-visible-ruleset-enough",
        ),
        pytest.param(
            changed(rights=frozenset(), rulesets=[], classic={"main": CLASSIC}),
            4,
            {
                "pull-request": "inconclusive",
                "approvals": "inconclusive",
                "up-to-date": "inconclusive",
                "no-force-push": "inconclusive",
                "no-deletion": "inconclusive",
                "linear-history": "inconclusive",
                "repository-settings": "skip",
            },
            id="reader-sees-the-checks-alone",
        ),
        pytest.param(
            changed({"enforcement": "evaluate"}),
            1,
            {
                "pull-request": "fail",
                "approvals": "warn",
                **{f"checks: {name}": "fail" for name in CHECKS},
                "up-to-date": "fail",
                "no-force-push": "fail",
                "no-deletion": "warn",
                "linear-history": "warn",
                "inactive-ruleset": "warn",
            },
            id="evaluate-mode-guards-nothing",
        ),
        pytest.param(
            changed(files={".github/workflows/ci.yml": CI.replace("Run Tests", "Tests")},
                    check_names=(CHECKS[0], "Tests", CHECKS[2])),
            1,
            {"check-reported: Run Tests": "fail"},
            id="a-job-was-renamed",
        ),
        pytest.param(
            changed(merge_methods=("merge",)), 1, {"linear-history": "fail"}, id="no-way-to-merge"
        ),
        pytest.param(changed(merge_methods=("merge", "rebase")), 0, {}, id="a-way-to-merge"),
        pytest.param(
            changed(rulesets=[], classic={"main": FORCED}),
            1,
            {"no-bypass": "fail"},
            id="somebody-may-force-push",
        ),
        pytest.param(
            changed(classic={"main": FORCED}), 0, {}, id="somebody-may-but-the-ruleset-forbids"
        ),
        pytest.param(
            changed(queues=("main",), classic={"main": CLASSIC}),
            1,
            {f"check-reported: {name}": "fail" for name in CHECKS},
            id="a-classic-merge-queue",
        ),
        pytest.param(queued(), 0, {}, id="a-ruleset-s-merge-queue"),
        pytest.param(
            queued(OWNERS), 4, {"no-bypass": "inconclusive"}, id="a-ruleset-s-merge-queue-skipped"
        ),
        pytest.param(
            changed({"rules": [*runbook_ruleset()["rules"], {"type": "code_quality"}]}),
            0,
            {"unjudged-rule": "skip"},
            id="a-rule-that-is-not-known",
        ),
        pytest.param(
            changed(pushed_at=None), 0, {"protection": "warn"}, id="empty-repository"
        ),
        pytest.param(
            changed(default_branch=""), 4, {"protection": "inconclusive"}, id="no-default-branch"
        ),
        pytest.param(
            changed(rulesets=[], is_archived=True), 0, {"protection": "warn"}, id="archived"
        ),
        pytest.param(
            changed(
                rulesets=[],
                classic={
                    "main": CLASSIC
                    | {"required_status_checks": {"strict": True, "contexts": list(CHECKS)}}
                },
            ),
            0,
            {"check-source": "warn"},
            id="anybody-may-set-a-status",
        ),
    ],
)  # fmt: skip
def test_what_is_told(shop, audit, change, code, drift):
    change(shop)

    done = audit("--json")

    assert (done.return_value, told(done)) == (code, drift)


ELSEWHERE = CI.replace("  pull_request:\n", "")
RENAMED = CI.replace("name: Run Tests", "name: Tests")


@pytest.mark.parametrize(
    ("files", "names", "actual", "hint"),
    [
        (CI, CHECKS, "not required", "require it in "),
        (ELSEWHERE, (), "not required; no job reports it", "see first that every pull request"),
        (RENAMED, ("Tests",), "not required; no job reports it", "gets it (they get Build Docker"),
        (CI, (), "not required; it was not reported on the latest", "see first that every pull"),
        (None, (), "not required; no job reports it", "see first that every pull request gets it,"),
    ],
    ids=["reported", "push-only", "renamed", "never-seen", "no-workflow"],
)
def test_nobody_is_told_to_require_what_no_pull_request_gets(
    audit, shop, files, names, actual, hint
):
    workflows = {".github/workflows/ci.yml": files} if files else {}
    changed(rulesets=[], files=workflows, check_names=names)(shop)

    rows = {row["setting"]: row for row in json.loads(audit("--json").stdout)["drift"]}

    row = rows["checks: Run Tests"]
    assert row["actual"].startswith(actual)
    assert hint in row["hint"]
    assert row["hint"].endswith("audit --fix --repo acme/shop") is (actual == "not required")


def test_a_fix_is_named_for_what_it_would_do_alone(audit, shop):
    shop.rulesets = []

    rows = {row["setting"]: row["hint"] for row in json.loads(audit("--json").stdout)["drift"]}

    fixed = {name for name, hint in rows.items() if "verifier audit --fix --repo acme/shop" in hint}
    assert fixed == {
        "pull-request",
        "up-to-date",
        "no-force-push",
        *(f"checks: {n}" for n in CHECKS),
    }


@pytest.mark.parametrize(
    ("pattern", "severity"), [("relese/*", "warn"), ("ma*", None), ("main", None)]
)
def test_a_pattern_that_no_branch_fits_is_told(audit, pattern, severity):
    done = audit("--json", config=f"protection: {{ branches: ['{pattern}'] }}")

    assert (done.return_value, told(done).get("protection")) == (0, severity)


@pytest.mark.parametrize("arguments", [[], ["--org", "acme"]], ids=["alone", "in-bulk"])
@pytest.mark.parametrize(
    ("conditions", "is_told"),
    [
        ({"include": ["refs/heads/develop"], "exclude": []}, True),
        ({"include": ["~ALL"], "exclude": ["refs/heads/main"]}, True),
        ({"include": ["~DEFAULT_BRANCH"], "exclude": []}, False),
    ],
    ids=["another", "excluded", "this-one"],
)
def test_a_ruleset_that_misses_the_branch_is_named(audit, shop, arguments, conditions, is_told):
    shop.rulesets[0] |= {"name": "Main", "conditions": {"ref_name": conditions}}

    rows = json.loads(audit("--json", *arguments).stdout)["drift"]

    said = 'ruleset "Main" is in force, but not for this branch'
    found = {row["setting"] for row in rows if said in row["hint"]}
    assert ({"pull-request", "no-force-push"} <= found) is is_told
    assert bool(found) is is_told


@pytest.mark.parametrize("arguments", [[], ["--org", "acme"]], ids=["alone", "in-bulk"])
def test_a_bypass_of_an_organisation_s_ruleset_is_left_to_its_owners(audit, shop, arguments):
    shop.rulesets[0] |= {
        "source_type": "Organization", "source": "acme", "bypass_actors": [OWNER],
    }  # fmt: skip

    rows = {row["setting"]: row for row in json.loads(audit("--json", *arguments).stdout)["drift"]}

    assert "in the settings of its organisation or enterprise" in rows["no-bypass"]["hint"]


@pytest.mark.parametrize("bare", [{"pushed_at": None}, {"is_archived": True}])
def test_what_has_nothing_to_protect_is_not_said_to_be_protected(shop, audit, bare):
    other = runbook_repository("acme/other")
    changed(rulesets=[], **bare)(other)

    with running(LocalGitHub(shop, other)) as github:
        given = {"GITHUB_API_URL": github.url}
        alone = audit("--repo", "acme/other", **given)
        beside_another = audit("--repo", "acme/other", "--repo", "acme/shop", **given)

    assert alone.return_value == 0
    assert "Nothing to protect" in alone.output
    assert "are in place" not in alone.output
    assert "in place wherever there is something to protect" in beside_another.output


@pytest.mark.parametrize(
    ("end", "fault", "setting"),
    [
        pytest.param(
            "/protection",
            (500, "oops", {}),
            "protection",
            id="server-error",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "/rulesets",
            (403, "You have exceeded a secondary rate limit.", {"Retry-After": "600"}),
            "protection",
            id="secondary-limit",
        ),
        pytest.param("/acme/shop", (404, "Not Found", {}), "repository", id="no-such-repository"),
        pytest.param("/acme/shop", (401, "Bad credentials", {}), "repository", id="bad-token"),
        pytest.param(
            "/workflows", (403, "Resource not accessible", {}), "checks-reported", id="no-right"
        ),
    ],
)
def test_what_cannot_be_read_is_never_a_clean_bill(github, audit, end, fault, setting):
    github.faults[end] = [fault] * 3

    done = audit("--json")

    assert (done.return_value, told(done)[setting]) == (4, "inconclusive")


NOT_IN_PLAN = (
    403,
    "Upgrade to GitHub Pro or make this repository public to enable this feature.",
    {},
)


def test_a_plan_without_classic_protection_has_none(github, audit):
    github.faults["/protection"] = [NOT_IN_PLAN]

    assert audit("--json").return_value == 0


def test_a_plan_without_any_protection_fails_with_the_way_out(github, audit):
    for end in ("/protection", "/rules/branches/main", "/rulesets"):
        github.faults[end] = [NOT_IN_PLAN] * 3

    done = audit("--json")

    rows = [r for r in json.loads(done.stdout)["drift"] if r["severity"] == "fail"]
    assert done.return_value == 1
    assert {"pull-request", "no-force-push", "up-to-date"} <= {row["setting"] for row in rows}
    assert all("make the repository public" in row["hint"] for row in rows)


def test_a_plan_without_any_protection_is_not_fixed(github, audit):
    for end in ("/protection", "/rules/branches/main", "/rulesets"):
        github.faults[end] = [NOT_IN_PLAN] * 3

    done = audit("--fix")

    assert "on this plan" in done.stdout


#: The runbook's table as the only configuration.
TABLE = """\
protection:
  checks: [Lint & Type Check, Run Tests, Build Docker Image]
  settings:
    pull-request: required
    up-to-date: required
    no-bypass: required
    no-force-push: required
"""
MASTER = {"default_branch": "master", "branches": ("master",)}
OFF = {"pull-request", "no-force-push", "up-to-date", *(f"checks: {name}" for name in CHECKS)}


WORLDS = {
    "unprotected": ({"rulesets": []}, OFF),
    "classic only": ({"rulesets": [], "classic": {"main": CLASSIC}}, set()),
    "ruleset only": ({}, set()),
    "both": ({"classic": {"main": CLASSIC}}, set()),
    "default branch master": (MASTER, set()),
    "free private plan": ({"rulesets": []}, OFF),
    "master, unprotected": ({**MASTER, "rulesets": []}, OFF),
    "master, classic only": ({**MASTER, "rulesets": [], "classic": {"master": CLASSIC}}, set()),
}
THE_RUNBOOK_S = (
    "unprotected", "classic only", "ruleset only", "both", "free private plan",
    "default branch master",
)  # fmt: skip


@pytest.mark.parametrize("world", WORLDS)
def test_the_runbooks_table_as_the_only_configuration(shop, github, audit, world):
    changes, failing = WORLDS[world]
    for name, value in changes.items():
        setattr(shop, name, value)
    if world == "free private plan":
        for end in ("/protection", "/main", "/rulesets"):
            github.faults[end] = [NOT_IN_PLAN] * 3

    done = audit("--json", config=TABLE)

    assert {name for name, severity in told(done).items() if severity == "fail"} == failing
    assert done.return_value == (1 if failing else 0)


def test_all_worlds_of_the_runbook_are_played():
    assert set(THE_RUNBOOK_S) <= set(WORLDS)


def test_a_repository_renamed_in_the_middle_is_followed(shop, github, audit):
    github.repositories["acme/store"] = runbook_repository("acme/store")
    shop.renamed_to = "acme/store"

    done = audit("--json")

    assert (done.return_value, told(done)) == (0, {})


@pytest.mark.parametrize("branch", ["release/1.0", 'it\'s "quoted"', "🚀", "a#b?c%d"])
def test_a_branch_of_any_name_is_asked_for(shop, audit, branch):
    shop.branches = (branch,)
    shop.rulesets[0]["conditions"]["ref_name"]["include"] = ["~ALL"]

    done = audit(
        "--json", config=f"protection: {{ branch: {json.dumps(branch, ensure_ascii=False)} }}\n"
    )

    assert (done.return_value, told(done)) == (0, {})


def test_patterns_find_further_branches(shop, audit):
    shop.branches = ("main", "release/1", "feature")

    done = audit("--json", config="protection: { branches: ['release/*'] }\n")

    assert {row["branch"] for row in json.loads(done.stdout)["drift"]} == {"release/1"}


@pytest.mark.parametrize(
    ("include", "exclude", "told_of"),
    [
        (["~DEFAULT_BRANCH"], [], ["main"]),
        (["~ALL"], ["~DEFAULT_BRANCH"], ["release/1"]),
        (["refs/heads/release/*"], [], ["release/1"]),
        (["refs/heads/*"], [], ["main"]),
        (["refs/heads/gone"], [], []),
        ([], [], []),
    ],
    ids=str,
)
def test_a_ruleset_that_is_not_enforced_is_told_of_its_own_branches(
    shop, audit, include, exclude, told_of
):
    shop.branches = ("main", "release/1")
    idle = {"name": "old", "target": "branch", "enforcement": "disabled", "rules": []}
    conditions = {"ref_name": {"include": include, "exclude": exclude}}
    shop.rulesets.append({**idle, "id": 77, "conditions": conditions})

    done = audit("--json", config="protection: { branches: ['release/*', main] }\n")

    rows = json.loads(done.stdout)["drift"]
    assert [row["branch"] for row in rows if row["setting"] == "inactive-ruleset"] == told_of


def test_a_ruleset_that_is_not_enforced_and_cannot_be_read_is_told(shop, github, audit):
    idle = {"name": "old", "target": "branch", "enforcement": "disabled", "rules": []}
    shop.rulesets.append({**idle, "id": 77, "conditions": {"ref_name": {"include": []}}})
    github.faults["/rulesets/77"] = [(403, "Resource not accessible", {})]

    assert told(audit("--json"))["inactive-ruleset"] == "warn"


def test_one_repository_that_cannot_be_read_hides_no_other(github, audit):
    done = audit("--json", "--repo", "acme/gone", "--repo", "acme/shop")

    value = json.loads(done.stdout)
    assert (done.return_value, value["repositories"]) == (4, 1)
    assert [row["repository"] for row in value["drift"]] == ["acme/gone"]


EXEMPT = (
    "protection:\n  exemptions: [{{ setting: no-force-push, reason: migration, until: {day} }}]\n"
)


@pytest.mark.parametrize(
    ("day", "code", "words"),
    [("2999-01-01", 0, "exempt until 2999-01-01: migration"), ("2001-01-01", 1, "expired on 2001")],
    ids=["valid", "expired"],
)
def test_an_exemption_has_a_last_day(shop, audit, day, code, words):
    shop.rulesets[0] |= without("non_fast_forward")

    done = audit("--json", config=EXEMPT.format(day=day))

    (row,) = json.loads(done.stdout)["drift"]
    assert done.return_value == code
    assert words in row["actual"]


def test_a_policy_that_names_an_unknown_setting_is_told(audit):
    done = audit(config="protection: { settings: { no-forcepush: required } }\n")

    assert isinstance(done.exception, ConfigError)
    assert "did you mean 'no-force-push'?" in done.exception.message


@pytest.mark.parametrize(
    ("arguments", "environ", "error"),
    [
        pytest.param([], {"GITHUB_TOKEN": ""}, "found no GITHUB_TOKEN", id="no-token"),
        pytest.param(["--repo", "shop"], {}, "OWNER/NAME", id="no-owner"),
        pytest.param(["--repo", "/"], {}, "OWNER/NAME", id="neither"),
        pytest.param(["--repo", "acme/"], {}, "OWNER/NAME", id="no-name"),
        pytest.param([], {"GITHUB_REPOSITORY": ""}, "OWNER/NAME", id="no-repository"),
    ],
)
def test_a_wrong_call_is_told(audit, arguments, environ, error):
    done = audit(*arguments, **environ)

    assert (done.exception.exit_code, error in str(done.exception)) == (2, True)


def test_names_of_secrets_and_environments_are_looked_up_everywhere(shop, audit):
    shop.stored = {
        "actions/secrets": ["RAILWAY_TOKEN"],
        "actions/organization-secrets": ["SLACK_WEBHOOK_URL"],
        "environments/production/secrets": ["DATABASE_URL"],
    }
    shop.environments = [{"name": "production", "protection_rules": []}]

    done = audit(
        "--json",
        config="audit:\n  secrets: [RAILWAY_TOKEN, SLACK_WEBHOOK_URL, DATABASE_URL, GONE]\n"
        "  environments: [production]\n",
    )

    assert told(done) == {"secret GONE": "fail", "environment: production": "warn"}


def test_a_secret_is_looked_for_where_the_job_is_given_it(shop, audit):
    shop.files[".github/workflows/deploy.yml"] = (
        "on: push\njobs:\n  deploy:\n    runs-on: x\n    environment: production\n    steps:\n"
        '      - { run: ship, env: { A: "${{ secrets.HERE }}", B: "${{ secrets.GONE }}" } }\n'
    )
    shop.stored = {"environments/production/secrets": ["HERE"]}

    done = audit("--json")

    assert told(done) == {"secret GONE in environment production": "warn"}


@pytest.mark.parametrize(
    ("chosen", "severity"), [(["main"], None), (["main", "*"], "warn")], ids=["one", "any"]
)
def test_an_environment_that_any_chosen_branch_may_deploy_to_is_told(shop, audit, chosen, severity):
    policy = {"protected_branches": False, "custom_branch_policies": True}
    shop.environments = [{"name": "production", "deployment_branch_policy": policy}]
    shop.chosen_branches = [{"id": 1, "name": name} for name in chosen]

    done = audit("--json", config="audit: { environments: [production] }\n")

    assert told(done).get("environment: production") == severity


def test_secrets_that_the_token_cannot_list_are_not_missing(shop, audit):
    shop.rights = frozenset({ADMINISTRATION, RULESETS})

    done = audit("--json", config="audit: { secrets: [RAILWAY_TOKEN] }\n")

    assert (done.return_value, told(done)) == (4, {"secrets": "inconclusive"})


ISSUE = "audit: { issue: true }\n"


@pytest.mark.slow
def test_one_issue_is_opened_updated_and_closed(shop, audit):
    audit(config=ISSUE)
    assert shop.issues == []

    shop.rulesets[0] |= without("non_fast_forward")
    first = audit(config=ISSUE)
    again = audit(config=ISSUE)
    shop.rulesets[0] |= without("pull_request")
    more = audit(config=ISSUE)
    shop.rulesets[0] |= runbook_ruleset()
    closed = audit(config=ISSUE)
    shop.rulesets[0] |= without("non_fast_forward")
    back = audit(config=ISSUE)

    assert [done.stderr.splitlines()[-1] for done in (first, again, more, closed, back)] == [
        "issue #100: opened",
        "issue #100: unchanged",
        "issue #100: updated",
        "issue #100: closed",
        "issue #100: reopened",
    ]
    assert len(shop.issues) == 1


def test_two_configurations_keep_two_issues(shop, audit, tmp_path):
    (tmp_path / "other.yml").write_text(f"version: 1\nprotection: {{ approvals: 2 }}\n{ISSUE}")
    shop.rulesets[0] |= without("non_fast_forward")

    said = [
        audit(config=ISSUE).stderr.splitlines()[-1],
        audit("--config", "other.yml").stderr.splitlines()[-1],
        audit(config=ISSUE).stderr.splitlines()[-1],
    ]

    assert said == ["issue #100: opened", "issue #101: opened", "issue #100: unchanged"]


def test_an_issue_without_its_label_is_found_by_its_mark(shop, audit):
    shop.rulesets[0] |= without("non_fast_forward")
    audit(config=ISSUE)
    shop.issues[0]["labels"] = []

    again = audit(config=ISSUE)

    assert again.stderr.splitlines()[-1] == "issue #100: unchanged"
    assert len(shop.issues) == 1


def test_an_issue_that_cannot_be_kept_changes_no_verdict(github, audit):
    github.faults["/issues"] = [(410, "Issues are disabled for this repo", {})]

    done = audit(config=ISSUE)

    assert (done.return_value, "Issues are disabled" in done.stderr) == (0, True)


def test_a_fix_is_planned_made_and_read_again(shop, audit):
    shop.rulesets.clear()

    planned = audit("--fix")
    assert (planned.return_value, shop.rulesets) == (1, [])
    assert "require the check Run Tests" in planned.stderr

    made = audit("--fix", "--apply", "--json")
    assert (made.return_value, set(told(made).values())) == (0, {"warn"})
    once = json.dumps(shop.rulesets)

    again = audit("--fix", "--apply", "--json")
    assert (again.return_value, json.dumps(shop.rulesets)) == (0, once)


def test_a_fix_closes_a_bypass_and_takes_nothing_away(shop, audit):
    shop.rulesets[0] |= {"bypass_actors": [ADMIN]}
    before = json.dumps(shop.rulesets[0])

    done = audit("--fix", "--apply", "--json")

    # What is only recommended is left alone.
    assert (done.return_value, told(done)) == (0, {"no-bypass: recommended": "warn"})
    assert json.dumps(shop.rulesets[0]) == before


def test_a_fix_never_requires_a_check_that_nobody_reports(shop, audit):
    shop.rulesets.clear()
    shop.files = {".github/workflows/ci.yml": CI.replace("Run Tests", "Tests")}

    done = audit("--fix", "--apply", "--json")

    rules = {rule["type"]: rule for rule in shop.rulesets[0]["rules"]}
    required = rules["required_status_checks"]["parameters"]["required_status_checks"]
    assert "Run Tests" not in {check["context"] for check in required}
    assert "no job reports it" in done.stderr
    assert told(done)["checks: Run Tests"] == "fail"


@pytest.mark.slow
def test_who_may_force_push_is_not_called_nobody_where_it_was_not_read(shop, github, audit):
    shop.rulesets, shop.classic = [], {"main": CLASSIC}
    github.faults["/graphql"] = [(502, "Bad Gateway", {})] * 9

    done = audit("--json")

    unseen = {"no-bypass": "inconclusive", "checks-reported": "inconclusive"}
    assert (done.return_value, told(done)) == (4, unseen)
    assert "whether there is a merge queue" in done.stdout


def test_a_fix_requires_no_check_that_a_classic_merge_queue_would_wait_for(shop, audit):
    shop.rulesets, shop.queues = [], ("main",)
    shop.classic = {"main": {"enforce_admins": {"enabled": True}}}

    done = audit("--fix", "--apply", "--json")

    assert "the merge queue would wait for it forever" in done.stderr
    assert "required_status_checks" not in [r["type"] for r in shop.rulesets[0]["rules"]]


def test_what_actions_would_report_is_told_where_they_are_switched_off(shop, audit):
    shop.settings["/actions/permissions"] = {"enabled": False}

    done = audit("--json")

    assert (done.return_value, told(done)) == (1, {"actions-off": "fail"})


def test_a_fix_requires_no_check_of_actions_where_they_are_switched_off(shop, audit):
    shop.rulesets, shop.settings["/actions/permissions"] = [], {"enabled": False}

    planned, done = audit("--fix"), audit("--json")

    assert "require pull-request" in planned.output
    assert "GitHub Actions is switched off" in planned.output
    assert "require the check" not in planned.output
    rows = json.loads(done.stdout)["drift"]
    (hint,) = {row["hint"] for row in rows if row["setting"] == f"checks: {CHECKS[1]}"}
    assert "--fix" not in hint


@pytest.mark.parametrize(("method", "is_planned"), [("MERGE", False), ("SQUASH", True)])
def test_a_fix_requires_no_linear_history_of_a_queue_that_makes_merge_commits(
    shop, audit, method, is_planned
):
    shop.rulesets, shop.queues, shop.queue_method = [], ("main",), method
    shop.classic = {"main": CLASSIC | {"required_linear_history": {"enabled": False}}}

    done = audit("--fix", config="protection: { settings: { linear-history: required } }")

    assert ("require linear-history" in done.output) is is_planned
    assert ("makes merge commits" in done.output) is not is_planned


def test_a_fix_of_a_branch_takes_pull_request_target_from_the_default_branch(shop, audit):
    shop.rulesets, shop.branches = [], ("main", "dev")
    shop.branch_files = {"dev": {".github/workflows/empty.yml": "on: push\njobs: {}\n"}}
    shop.files = {".github/workflows/ci.yml": CI.replace("pull_request", "pull_request_target")}

    done = audit("--fix", config="protection: { branch: dev, checks: [Run Tests] }\n")

    assert "acme/shop dev: require the check Run Tests" in done.stderr
    shop.files, shop.branch_files = shop.branch_files["dev"], {"dev": shop.files}
    done = audit("--fix", config="protection: { branch: dev, checks: [Run Tests] }\n")
    assert "check Run Tests was left out" in done.stderr


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        ({"merged_at": "2023-01-01T00:00:00Z"}, "last reported on 2023-01-01"),
        ({"failed_checks": frozenset({"Run Tests"})}, "it failed on a pull request"),
    ],
    ids=["long ago", "failed"],
)
def test_a_fix_requires_no_check_that_may_not_pass(shop, audit, seen, why):
    shop.rulesets.clear()
    for name, value in seen.items():
        setattr(shop, name, value)

    done = audit("--fix", "--apply")

    required = [c["context"] for r in shop.rulesets[0]["rules"] if "check" in r["type"]
                for c in r["parameters"]["required_status_checks"]]  # fmt: skip
    assert (why in done.stderr, "Run Tests" in required) == (True, False)


def test_what_is_wrong_with_a_change_is_told_in_githubs_words(shop, github, audit):
    shop.rulesets.clear()
    said = {"message": "Validation Failed", "errors": ["Invalid rule 'deletion'", {"field": "name",
            "code": "already_exists"}]}  # fmt: skip

    async def refuse(_request):
        return web.json_response(said, status=422)

    github.routes.insert(0, lambda app: app.router.add_post("/repos/acme/shop/rulesets", refuse))

    with running(github):
        done = audit("--fix", "--apply", GITHUB_API_URL=github.url)

    assert "Invalid rule 'deletion'; name: already_exists" in done.stderr


@pytest.mark.parametrize(("status", "what"), [("waiting", "approval"), ("pending", "queue")])
def test_a_gate_that_is_parked_is_told(shop, audit, status, what):
    path = ".github/workflows/gate.yml"
    shop.files[path] = "on: push\njobs: { gate: { runs-on: x, steps: [{ run: verifier gate }] } }"
    at = (datetime.now(UTC) - timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    run = {"path": path, "status": status, "created_at": at, "html_url": "https://run.test/1"}
    shop.waiting_runs = [run]

    done = audit("--json")

    assert (done.return_value, told(done)) == (0, {f"gate-run: {path}: {what}": "warn"})


def test_rulesets_are_read_once_for_all_branches(shop, audit):
    shop.branches = ("main", "release/1")
    shop.rulesets[0]["conditions"]["ref_name"]["include"] = ["~ALL"]

    audit("--json", config="protection: { branches: ['release/*'] }\n")

    assert shop.requests.count("GET /repos/acme/shop/rulesets/1") == 1


def test_whether_workflows_are_disabled_is_not_guessed(github, audit):
    github.faults["/actions/workflows"] = [(403, "Resource not accessible by integration", {})] * 9

    done = audit("--json")

    assert (done.return_value, set(told(done).values())) == (4, {"inconclusive"})
    assert "whether its workflow is disabled" in done.stdout


def test_an_app_is_permitted_by_its_slug(shop, audit):
    shop.rulesets[0] |= {"bypass_actors": [APP]}
    permitted = "{ actor: app app-31, reason: releases, until: 2999-01-01 }"

    done = audit("--json", config=f"protection: {{ bypass: [{permitted}] }}")

    assert (done.return_value, told(done)) == (0, {})


def test_a_token_that_ended_meanwhile_is_said_to_have_ended(github, audit):
    github.faults["/rules/branches/main"] = [(401, "Bad credentials", {})]

    done = audit("--json")

    assert "the token has ended or was revoked" in done.stdout
    assert "Metadata: read" not in done.stdout


def test_a_fix_without_the_right_changes_nothing(shop, audit):
    shop.rulesets.clear()
    shop.rights = frozenset({RULESETS})

    done = audit("--fix", "--apply")

    assert "acme/shop, main: not changed: " in done.stderr
    assert "Administration: write" in done.stderr
    assert shop.rulesets == []


@pytest.mark.parametrize("kept_back", ["no-right", "archived", "gone"])
def test_a_repository_that_cannot_be_fixed_keeps_no_other_back(shop, audit, kept_back):
    first, last = runbook_repository(), runbook_repository()
    first.name, last.name = "acme/first", "acme/last"
    for each in (first, last):
        each.rulesets.clear()
    first.is_archived = kept_back == "archived"
    if kept_back == "no-right":
        first.rights = frozenset({RULESETS})

    there = [each for each in (shop, first, last) if each is not first or kept_back != "gone"]
    with running(LocalGitHub(*there)) as github:
        repositories = ("--repo", "acme/first", "--repo", "acme/last")
        done = audit(*repositories, "--fix", "--apply", "--json", GITHUB_API_URL=github.url)

    assert (first.rulesets, len(last.rulesets)) == ([], 1)
    assert ("acme/first, main: not changed: " in done.stderr) is (kept_back == "no-right")
    assert ("acme/first: not changed: could not be read" in done.stderr) is (kept_back == "gone")
    seen = {(row["repository"], row["severity"]) for row in json.loads(done.stdout)["drift"]}
    assert "acme/first" in {repository for repository, _ in seen}
    assert ("acme/last", "fail") not in seen


def test_drift_goes_to_files_and_is_compared_with_the_last_report(shop, audit, tmp_path):
    audit("--report", tmp_path / "first.json")
    shop.rulesets[0] |= without("non_fast_forward")

    done = audit(
        "--sarif", tmp_path / "d.sarif", "--csv", tmp_path / "d.csv",
        "--previous", tmp_path / "first.json", "--report", tmp_path / "second.json",
    )  # fmt: skip

    sarif = json.loads((tmp_path / "d.sarif").read_text())
    (result,) = sarif["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("drift/no-force-push", "error")
    assert (tmp_path / "d.csv").read_text().splitlines()[1].startswith("acme/shop,main,no-force")
    assert "new: acme/shop no-force-push: off" in done.stdout
    (row,) = json.loads((tmp_path / "second.json").read_text())["drift"]
    assert (row["setting"], row["expected"], row["actual"]) == ("no-force-push", "on", "off")


def activity(kind, sha, days_ago=1):
    at = datetime.now(UTC) - timedelta(days=days_ago)
    return {
        "activity_type": kind,
        "after": sha,
        "timestamp": at.isoformat(),
        "actor": {"login": "mona"},
    }


@pytest.mark.parametrize(
    ("entries", "told_of"),
    [
        pytest.param([activity("pr_merge", "a" * 40)], [], id="merged-at-github"),
        pytest.param([activity("push", "b" * 40)], [], id="merged-by-hand"),
        pytest.param([activity("push", "c" * 40)], ["history: cccccccccccc"], id="pushed"),
        pytest.param([activity("force_push", "b" * 40)], ["history: bbbbbbbbbbbb"], id="forced"),
        pytest.param([activity("push", "c" * 40, days_ago=20)], [], id="long-ago"),
        pytest.param(
            [*([activity("push", "b" * 40)] * 120), activity("force_push", "d" * 40)],
            ["history: dddddddddddd"],
            id="forced-before-many-pushes",
        ),
    ],
)
def test_pushes_without_a_pull_request_are_told_with_who_made_them(shop, audit, entries, told_of):
    shop.activity, shop.merged = entries, frozenset({"b" * 40})

    rows = json.loads(audit("--json").stdout)["drift"]

    assert [row["setting"] for row in rows] == told_of
    assert all("by mona on" in row["actual"] for row in rows)


DRIFT = ".github/workflows/drift.yml"


@pytest.mark.parametrize(
    ("state", "hours_ago", "severity"),
    [("active", 3, None), ("active", 100, "fail"), ("disabled_inactivity", 3, "fail")],
    ids=["alive", "overdue", "asleep"],
)
def test_scheduled_workflows_are_looked_at(shop, audit, state, hours_ago, severity):
    at = (datetime.now(UTC) - timedelta(hours=hours_ago)).isoformat()
    shop.files[DRIFT] = "on: { schedule: [{ cron: 0 */6 * * * }] }\njobs: {}\n"
    shop.workflows = [{"id": 3, "path": DRIFT, "state": state, "created_at": at}]
    shop.runs = {3: [{"run_started_at": at, "conclusion": "success", "html_url": "x"}]}

    done = audit("--json", config=f"audit: {{ scheduled: [{DRIFT}] }}\n")

    expected = {f"schedule: {DRIFT}": severity} if severity else {}
    assert (done.return_value, told(done)) == (1 if severity else 0, expected)


def test_a_masked_gate_is_told(shop, audit):
    shop.files[".github/workflows/gate.yml"] = (
        "on: push\njobs:\n  gate:\n    runs-on: x\n    steps:\n"
        "      - { uses: acme/railway-deploy-verifier@v1, continue-on-error: true }\n"
    )

    assert told(audit("--json")) == {"masked: .github/workflows/gate.yml: gate": "fail"}


@pytest.mark.parametrize(
    ("rights", "source"),
    [
        ((ADMINISTRATION, RULESETS), " changed 2026-01-31 by user 7"),
        ((RULESETS,), " changed 2026-01-31"),
    ],
)
def test_who_changed_a_ruleset_and_when_stands_beside_its_bypass(shop, audit, rights, source):
    shop.rights = frozenset(rights)
    shop.rulesets[0] |= {"bypass_actors": [ADMIN], "updated_at": "2026-01-31T12:00:00Z"}
    shop.history = [{"version_id": 2, "actor": {"id": 7, "type": "User"}}]

    rows = json.loads(audit("--json").stdout)["drift"]

    (bypass,) = [row for row in rows if row["setting"] == "no-bypass"]
    assert bypass["source"] == f'GitHub; ruleset "main" of repository acme/shop{source}'


def test_a_team_is_named_and_may_be_permitted_by_its_name(shop, audit):
    shop.rulesets[0] |= {"bypass_actors": [TEAM]}
    shop.teams.append({"id": 21, "slug": "ops"})
    permitted = "{ actor: team ops, reason: on call, until: 2099-12-31 }"

    done = audit("--json")
    allowed = audit("--json", config=f"protection: {{ bypass: [{permitted}] }}")

    (row,) = json.loads(done.stdout)["drift"]
    assert row["actual"].startswith("team ops can bypass pull-request, checks: Lint & Type Check")
    assert told(allowed) == {}


@pytest.mark.slow
def test_a_plan_is_written_reviewed_and_made_as_it_was_written(shop, audit, tmp_path):
    shop.rulesets.clear()
    plan = tmp_path / "plan.json"

    written = audit("--fix", "--plan", plan)
    command = f"verifier audit --fix --repo acme/shop --apply --plan {plan}"
    assert (command in written.stderr, shop.rulesets) == (True, [])

    shop.check_names = CHECKS[:2]
    refused = audit("--fix", "--apply", "--plan", plan)
    assert (refused.exception.exit_code, shop.rulesets) == (2, [])
    assert "no longer what would be changed" in refused.exception.message
    assert "This changes" not in refused.stderr

    shop.check_names = CHECKS
    made = audit("--fix", "--apply", "--plan", plan)
    assert made.return_value == 0
    (undo,) = [line for line in made.stderr.splitlines() if "To undo: gh api --hostname" in line]
    assert undo.endswith(" -X DELETE repos/acme/shop/rulesets/100")


def test_a_fix_tells_whose_pushes_it_ends(shop, audit):
    shop.rulesets, shop.settings["/keys"] = [], [KEY]
    shop.activity = [activity("push", "c" * 40)]

    done = audit("--fix")

    assert "warning: mona pushed to main without a pull request on" in done.stderr
    assert "warning: deploy keys may push (mirror), which GitHub refuses on main" in done.stderr


def test_outside_of_a_job_there_is_no_repository_for_the_issue(audit):
    done = audit("--repo", "acme/shop", config="audit: { issue: true }", GITHUB_REPOSITORY="")

    assert done.return_value == 0
    assert (
        "audit.issue opens it in the job's repository: GITHUB_REPOSITORY is not set" in done.stderr
    )
    assert "404" not in done.stderr


def guarding(*include, exclude=()):
    return {"ref_name": {"include": list(include), "exclude": list(exclude)}}


def test_a_fix_keeps_who_is_permitted_to_bypass(shop, audit):
    shop.rulesets.clear()
    permitted = "{ actor: administrators, mode: always, reason: on call, until: 2099-12-31 }"

    audit("--fix", "--apply", config=f"protection: {{ bypass: [{permitted}] }}")

    assert shop.rulesets[0]["bypass_actors"] == [ADMIN]


def test_a_fix_extends_its_ruleset_and_leaves_the_rest_of_it_alone(shop, audit):
    shop.rulesets.clear()
    audit("--fix", "--apply")
    shop.rulesets[0]["rules"] = [r for r in shop.rulesets[0]["rules"] if r["type"] != "deletion"]
    shop.rulesets[0] |= without("non_fast_forward")
    before = json.loads(json.dumps(shop.rulesets[0]))

    done = audit("--fix", "--apply")

    kept = {key: value for key, value in shop.rulesets[0].items() if key != "rules"}
    assert kept == {key: value for key, value in before.items() if key != "rules"}
    assert " -X PUT repos/acme/shop/rulesets/100 --input -" in done.stderr


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"conditions": guarding("refs/heads/develop")}, id="another-branch"),
        pytest.param(
            {"conditions": guarding("refs/heads/main", "refs/heads/gh-pages")}, id="one-more"
        ),
        pytest.param({"conditions": guarding("~ALL")}, id="all-branches"),
        pytest.param(
            {"conditions": guarding("refs/heads/main", exclude=["refs/heads/main"])}, id="excluded"
        ),
        pytest.param({"target": "tag"}, id="tags"),
    ],
)
@pytest.mark.slow
def test_a_fix_leaves_a_ruleset_alone_that_was_made_to_guard_something_else(shop, audit, changes):
    shop.rulesets.clear()
    audit("--fix", "--apply")
    shop.rulesets[0] |= {"rules": [{"type": "deletion"}], **changes}
    before = json.dumps(shop.rulesets)

    done = [audit("--fix", *also) for also in ([], ["--apply"], ["--apply"])]

    assert json.dumps(shop.rulesets) == before
    assert all("no longer guards main and nothing else" in each.stderr for each in done)
    assert all("To undo" not in each.stderr for each in done)


def test_a_fix_leaves_a_ruleset_alone_that_was_switched_off(shop, audit):
    shop.rulesets.clear()
    audit("--fix", "--apply")
    shop.rulesets[0]["enforcement"] = "disabled"
    before = json.dumps(shop.rulesets)

    done = audit("--fix", "--apply")

    assert (json.dumps(shop.rulesets), "turned off manually" in done.stderr) == (before, True)


@pytest.mark.parametrize(
    ("app_checks", "app", "severity"),
    [
        pytest.param({"codecov": 254}, 254, None, id="by-its-app"),
        pytest.param({"codecov": 7}, 254, "fail", id="by-another-app"),
        pytest.param({}, 254, "warn", id="not-seen"),
        pytest.param({"codecov": 254}, None, None, id="of-any-source"),
        pytest.param({}, None, "fail", id="of-any-source-and-not-seen"),
    ],
)
def test_a_check_of_an_app_is_looked_for_on_merged_pull_requests(
    shop, audit, app_checks, app, severity
):
    shop.app_checks = app_checks
    rule = shop.rulesets[0]["rules"][1]["parameters"]["required_status_checks"]
    rule.append({"context": "codecov", "integration_id": app})

    found = told(audit("--json"))

    assert found.get("check-reported: codecov") == severity


@pytest.mark.parametrize("app", [None, 15368])
def test_a_check_of_codeqls_default_setup_is_not_called_renamed(github, shop, audit, app):
    shop.own_checks = ("Analyze (python)",)
    rule = shop.rulesets[0]["rules"][1]["parameters"]["required_status_checks"]
    rule.append({"context": "Analyze (python)", "integration_id": app})

    done = audit("--json")
    github.faults["/actions/runs"] = [(403, "Resource not accessible by integration", {})] * 9
    without_right = audit("--json")

    said = next(row for row in json.loads(done.stdout)["drift"] if "Analyze" in row["setting"])
    assert (said["severity"], "CodeQL's default setup" in said["actual"]) == ("warn", True)
    assert told(without_right)["check-reported: Analyze (python)"] == "inconclusive"


def test_a_check_pinned_to_an_app_that_no_job_can_satisfy_fails(shop, audit):
    rule = shop.rulesets[0]["rules"][1]["parameters"]["required_status_checks"]
    rule[0]["integration_id"] = 254

    assert told(audit("--json")) == {"check-reported: Lint & Type Check": "fail"}


def test_a_job_of_pushes_alone_does_not_count(shop, audit):
    shop.files = {".github/workflows/ci.yml": CI.replace("  pull_request:\n", "")}
    shop.check_names = ()

    found = told(audit("--json"))

    assert found == {f"check-reported: {name}": "fail" for name in CHECKS}
