"""All repositories of an owner: the same verdicts as one by one, in few requests, resumable."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from graphql import build_schema, graphql_sync, parse, validate

from tests.commands.test_audit import (
    ADMIN,
    CLASSIC,
    KEPT,
    OWNERS,
    RAILWAY,
    changed,
    queued,
    told,
    without,
)
from tests.github.server import TOKEN, LocalGitHub, running
from tests.patience import PATIENCE_S, until, without_waiting
from verifier.cli import cli
from verifier.commands.audit import AuditRequest
from verifier.commands.audit_questions import QUESTIONS
from verifier.commands.organisation import OwnerSources, Selection, audit_owner
from verifier.decide.drift.question import AuditPolicy
from verifier.decide.questions.actions_off_drift import KIND as ACTIONS_OFF
from verifier.decide.questions.refused_action_drift import KIND as REFUSED_ACTION
from verifier.errors import DeniedError, ProviderError, UnreachableError
from verifier.github.bulk import Bulk
from verifier.github.bulk_document import KEYS, LIST, READ, VIEWER
from verifier.github.bulk_parse import parse_repository
from verifier.github.connection import graphql_url
from verifier.github.server_types import TYPES, fitted, server_types
from verifier.guarded import web
from verifier.model.audited_repository import ListedRepository, RepositoryFacts
from verifier.model.finding import Outcome, Unobserved
from verifier.model.protection import Drift, ProtectionPolicy
from verifier.sandbox.github.audited_graphql import read_github_snapshot
from verifier.sandbox.github.protected_repository import ADMINISTRATION, RULESETS, SECRETS
from verifier.sandbox.github.runbook_repository import (
    CHECKS,
    CI,
    runbook_repository,
    runbook_ruleset,
)
from verifier.wiring.organisation import _sight


@pytest.fixture
def github():
    github = LocalGitHub(*(runbook_repository(f"acme/r{n:03}") for n in range(120)))
    with running(github) as github:
        yield github


@pytest.fixture
def audit(github, tmp_path):
    def audit(*arguments, config="", **environ):
        path = tmp_path / ".github" / "verifier.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"version: 1\nservices: {{ api: {{}} }}\n{config}", "utf-8")
        given = {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": github.url, **environ}
        runner = CliRunner(env={**dict.fromkeys((*KEPT, *RAILWAY)), **given})
        command = ["audit", "--checkout", str(tmp_path), *map(str, arguments)]
        return runner.invoke(cli, command, standalone_mode=False)

    return audit


@pytest.mark.parametrize(
    "document",
    [LIST, READ, KEYS, TYPES, VIEWER],
    ids=["list", "read", "keys", "types", "viewer"],
)
def test_what_is_sent_is_valid(document):
    assert validate(build_schema(SCHEMA), parse(document)) == []


SCHEMA = read_github_snapshot()


def without_lines(*words):
    """The schema of an older server."""
    return "\n".join(line for line in SCHEMA.splitlines() if not any(w in line for w in words))


@pytest.mark.parametrize(
    ("schema", "gone", "kept"),
    [
        pytest.param(SCHEMA, [], ["rulesets", "on User", "lockBranch"], id="current"),
        pytest.param(
            SCHEMA.replace(
                "union BypassActor = App | Team | User", "union BypassActor = App | Team"
            ),
            [],
            ["rulesets", "bypassPullRequestAllowances", "on User"],
            id="no-users-among-actors",
        ),
        pytest.param(
            without_lines("lockBranch", "requireLastPushApproval", "requiresDeployments"),
            ["lockBranch", "requireLastPushApproval", "requiresDeployments"],
            ["isAdminEnforced", "rulesets"],
            id="fewer-switches",
        ),
        pytest.param(
            without_lines("  rulesets("),
            ["rulesets", "bypassMode"],
            ["lockBranch"],
            id="no-rulesets",
        ),
        pytest.param(
            without_lines("  bypassForcePushAllowances"),
            ["bypassForcePushAllowances"],
            ["bypassPullRequestAllowances"],
            id="no-allowances",
        ),
    ],
)
def test_an_older_server_is_asked_for_what_it_has(schema, gone, kept):
    built = build_schema(schema)
    types = server_types(graphql_sync(built, TYPES, root_value={}).data)

    document = fitted(READ, types)

    assert validate(built, parse(document)) == []
    assert [word for word in gone if word in document] == []
    assert [word for word in kept if word not in document] == []
    assert types.has_rulesets == ("rulesets" in document)


def test_of_a_server_without_rulesets_none_are_hidden():
    seen = {"nameWithOwner": "acme/shop", "isPrivate": True, "viewerPermission": "ADMIN"}
    at = {**seen, "defaultBranchRef": {"name": "main"}}

    (without,) = parse_repository(at, has_rulesets=False).protections.values()
    (with_some,) = parse_repository(at).protections.values()

    assert (without.hidden, with_some.hidden) == ((), ("rulesets are not visible to this token",))


@pytest.mark.parametrize(("total", "is_hidden"), [(20, False), (21, True), (10_000, True)])
def test_rulesets_beyond_the_first_page_are_hidden(total, is_hidden):
    found = {"totalCount": total, "nodes": [{"name": str(n), "target": "TAG"} for n in range(20)]}
    seen = {"nameWithOwner": "acme/shop", "isPrivate": True, "viewerPermission": "ADMIN"}

    evidence = parse_repository({**seen, "defaultBranchRef": {"name": "main"}, "rulesets": found})

    assert bool(evidence.protections["main"].hidden) == is_hidden


@pytest.mark.slow
def test_many_repositories_take_few_requests(github, audit):
    done = audit("--org", "acme", "--json")

    assert (done.return_value, told(done)) == (0, {})
    assert json.loads(done.stdout)["repositories"] == 120
    assert github.graphql.requests == 2 + 1 + 3


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(changed(), id="nothing"),
        pytest.param(changed(rulesets=[], classic={"main": CLASSIC}), id="classic-only"),
        pytest.param(changed(classic={"main": CLASSIC}), id="both"),
        pytest.param(changed({"source_type": "Organization", "source": "acme"}), id="organisation"),
        pytest.param(changed(without("non_fast_forward")), id="force-push"),
        pytest.param(changed({"bypass_actors": [ADMIN]}), id="bypass-list"),
        pytest.param(changed(rights=frozenset({ADMINISTRATION, SECRETS})), id="bypass-hidden"),
        pytest.param(changed(rights=frozenset({RULESETS})), id="classic-hidden"),
        pytest.param(changed({"enforcement": "evaluate"}), id="evaluate-mode"),
        pytest.param(
            changed({"conditions": {"ref_name": {"include": ["refs/heads/rel/*"], "exclude": []}}}),
            id="about-another-branch",
        ),
        pytest.param(
            changed(
                files={".github/workflows/ci.yml": CI.replace("Run Tests", "Tests")},
                check_names=("Tests",),
            ),
            id="a-job-was-renamed",
        ),
        pytest.param(
            changed(
                without("x"),
                own_checks=("Lint & Type Check",),
                check_names=("Run Tests", "Build Docker Image"),
                files={".github/workflows/ci.yml": CI.replace("Lint & Type Check", "Lint")},
            ),
            id="by-codeql-s-default-setup",
        ),
        pytest.param(changed(pushed_at=None), id="empty"),
        pytest.param(changed(default_branch=""), id="no-default-branch"),
        pytest.param(queued(), id="a-ruleset-s-merge-queue"),
        pytest.param(queued(OWNERS), id="a-ruleset-s-merge-queue-that-owners-skip"),
    ],
)
@pytest.mark.slow
def test_in_bulk_is_told_what_is_told_one_by_one(github, audit, change):
    change(github.repositories["acme/r007"])
    config = "audit: { history-days: 0 }\n"

    bulk = audit("--org", "acme", "--include", "r007", "--json", config=config)
    single = audit("--repo", "acme/r007", "--json", config=config)

    alone = told(single)
    alone.pop("repository-settings", None)  # they are not read in bulk
    assert (bulk.return_value, told(bulk)) == (single.return_value, alone)


@pytest.mark.parametrize(
    ("arguments", "code", "drift", "read"),
    [
        pytest.param(["--include", "acme/r00*"], 0, {}, 10, id="with-the-owner"),
        pytest.param(["--exclude", "ACME/R*"], 4, {}, 0, id="excluded-with-the-owner"),
        pytest.param(
            ["--include", "r00*", "--one-by-one", "shop"],
            4,
            {"repository": "inconclusive"},
            10,
            id="nobody-of-that-name",
        ),
        pytest.param(
            ["--include", "r00*", "--include", "others/r000"],
            4,
            {"repository": "inconclusive"},
            10,
            id="another-owner-s",
        ),
        pytest.param(
            ["--include", "r00*", "--exclude", "old-*"],
            0,
            {"repository": "warn"},
            10,
            id="nothing-to-exclude",
        ),
    ],
)
def test_a_pattern_names_repositories_with_or_without_owner_or_is_told(
    audit, arguments, code, drift, read
):
    done = audit("--org", "acme", "--json", *arguments)

    assert (done.return_value, told(done)) == (code, drift)
    assert json.loads(done.stdout)["repositories"] == read


def test_a_share_tells_a_pattern_that_names_none_once(audit, tmp_path):
    for n in (1, 2):
        path = tmp_path / f"{n}.json"
        audit("--org", "acme", "--shard", f"{n}/2", "--one-by-one", "shop", "--report", path)

    done = audit("merge", tmp_path / "1.json", tmp_path / "2.json", "--json")

    assert len(json.loads(done.stdout)["drift"]) == 1


def test_a_repository_read_by_name_with_its_owner_is_read_alone(github, audit):
    github.repositories["acme/r003"].settings["/keys"] = [WRITING]

    done = audit("--org", "acme", "--include", "r003", "--one-by-one", "acme/r003", "--json")

    assert told(done) == {"repository-setting: deploy key ci": "warn"}


WRITING = {"id": 1, "key": "ssh-ed25519 A", "title": "ci", "read_only": False}


@pytest.mark.parametrize(
    ("keys", "bound", "drift", "asked"),
    [
        pytest.param([WRITING], False, {"no-bypass": "fail"}, 1, id="writes"),
        pytest.param([WRITING | {"read_only": True}], False, {"no-bypass": "skip"}, 1, id="reads"),
        pytest.param([], False, {"no-bypass": "skip"}, 1, id="none"),
        pytest.param([WRITING], True, {}, 0, id="administrators-bound"),
        pytest.param(
            [WRITING | {"read_only": None}], False, {"no-bypass": "inconclusive"}, 1, id="not-told"
        ),
        pytest.param(
            [WRITING | {"read_only": True}] * 101,
            False,
            {"no-bypass": "inconclusive"},
            1,
            id="many",
        ),
    ],
)
def test_in_bulk_a_deploy_key_is_an_administrator_as_well(github, audit, keys, bound, drift, asked):
    shop = github.repositories["acme/r007"]
    shop.rulesets, shop.classic = [], {"main": CLASSIC | {"enforce_admins": {"enabled": bound}}}
    shop.settings["/keys"] = keys
    config = "protection:\n  bypass:\n  - { actor: administrators, reason: x, until: 2099-01-01 }\n"

    done = audit("--org", "acme", "--include", "r007", "--json", config=config)

    assert told(done) == drift
    assert github.graphql.requests == 2 + 1 + 1 + asked


@pytest.mark.slow
def test_repositories_that_matter_are_read_one_by_one(github, audit, tmp_path):
    github.repositories["acme/r003"].settings["/keys"] = [{"title": "ci", "read_only": False}]
    github.repositories["acme/r004"].settings["/keys"] = [{"title": "ci", "read_only": False}]
    command = ("--org", "acme", "--include", "r00*", "--one-by-one", "r003", "--json")

    first = audit(*command, "--state", tmp_path / "state", "--report", tmp_path / "old.json")
    asked = github.graphql.requests
    again = audit(*command, "--state", tmp_path / "state")
    github.repositories["acme/r003"].settings["/keys"] = []
    mended = audit(*command, "--previous", tmp_path / "old.json", "--report", tmp_path / "new.json")

    assert told(first) == told(again) == {"repository-setting: deploy key ci": "warn"}
    assert github.graphql.requests == asked + 1 + 4  # whose token it is, and the third audit's
    assert told(mended) == {}
    assert (
        "resolved: acme/r003 repository-setting: deploy key ci"
        in json.loads((tmp_path / "new.json").read_text())["changes"]
    )


def test_archived_and_excluded_ones_are_left_out(github, audit, tmp_path):
    github.repositories["acme/r000"].is_archived = True

    done = audit("--org", "acme", "--exclude", "r1*", "--json", "--report", tmp_path / "r.json")

    report = json.loads((tmp_path / "r.json").read_text())
    told = json.loads(done.stdout)
    assert told["repositories"] == 120 - 1 - 20
    (left_out,) = [f for f in report["findings"] if f["check"] == "audit.archived"]
    assert left_out["summary"] == "archived repositories left out, as they are read-only: 1"
    assert left_out["detail"] == "acme/r000"


def test_what_is_found_of_some_repositories_says_nothing_of_the_others(github, audit):
    github.repositories["acme/r000"].rulesets = []
    issue = "audit: { issue: true }"

    said = [
        audit(
            "--org", "acme", *chosen, config=issue, GITHUB_REPOSITORY="acme/r000"
        ).stderr.splitlines()[-1]
        for chosen in ([], ["--include", "r01*"], ["--exclude", "r000"], [])
    ]

    assert said == [
        "issue #100: opened",
        "issue: not needed",
        "issue: not needed",
        "issue #100: unchanged",
    ]


@pytest.mark.slow
def test_archived_ones_are_counted_by_a_run_that_goes_on_from_an_earlier_one(
    github, audit, tmp_path
):
    github.repositories["acme/r000"].is_archived = True
    state = ("--org", "acme", "--state", tmp_path / "state", "--report", tmp_path / "r.json")
    for _ in range(2):
        audit(*state)
        told = json.loads((tmp_path / "r.json").read_text())

        assert "audit.archived" in {finding["check"] for finding in told["findings"]}


@pytest.mark.parametrize("kind", [ACTIONS_OFF, REFUSED_ACTION])
def test_what_bulk_does_not_ask_of_github_actions_is_said(audit, tmp_path, kind):
    audit("--org", "acme", "--include", "*1", "--report", tmp_path / "r.json")

    told = {
        f["check"]: f["summary"] for f in json.loads((tmp_path / "r.json").read_text())["findings"]
    }
    assert not kind.is_in_bulk
    assert "whether GitHub Actions is on, which actions it lets run" in told["audit.bulk"]


@pytest.mark.slow
def test_shares_make_the_whole(github, audit, tmp_path):
    github.repositories["acme/r050"].rulesets.clear()
    paths = [tmp_path / f"{n}.json" for n in (1, 2, 3)]
    for n, path in enumerate(paths, start=1):
        audit("--org", "acme", "--shard", f"{n}/3", "--report", path)

    done = audit("merge", *paths, "--json")
    (tmp_path / "shares").mkdir()
    for path in paths:
        path.rename(tmp_path / "shares" / path.name)
    of_a_folder = audit("merge", tmp_path / "shares", "--json")

    assert of_a_folder.stdout == done.stdout
    audit("merge", tmp_path / "shares", "--report", tmp_path / "whole.json")
    whole = json.loads((tmp_path / "whole.json").read_text())
    assert [f["check"] for f in whole["findings"]] == ["audit.bulk"]
    counted = [
        len(json.loads(path.read_text())["audited"]) for path in (tmp_path / "shares").iterdir()
    ]
    assert (sum(counted), min(counted) > 20) == (120, True)
    assert json.loads(done.stdout)["repositories"] == 120
    assert done.return_value == 1


def test_the_matrix_of_shares(audit):
    done = audit("shard", "--count", 3)

    assert json.loads(done.stdout)["include"] == [{"shard": f"{n}/3"} for n in (1, 2, 3)]


@pytest.mark.slow
def test_a_run_that_was_stopped_asks_only_for_what_is_missing(github, audit, tmp_path):
    state = tmp_path / "state"
    github.repositories["acme/r010"].rulesets.clear()
    whole = audit("--org", "acme", "--json")
    audit("--org", "acme", "--state", state)
    lines = state.read_text().splitlines()
    state.write_text("\n".join(lines[:72]) + '\n{"id": "R_ac')
    asked = []

    for _ in range(2):
        for repository in github.repositories.values():
            repository.requests.clear()
        done = audit("--org", "acme", "--state", state, "--json")
        asked.append(sum(bool(r.requests) for r in github.repositories.values()))
        assert json.loads(done.stdout) == json.loads(whole.stdout)

    assert asked == [50, 0]


def test_a_line_of_a_state_that_is_nested_too_deeply_is_read_again(audit, tmp_path):
    state = tmp_path / "state"
    first = audit("--org", "acme", "--include", "r000", "--state", state, "--json")
    state.write_text(state.read_text() + "[" * 200_000 + "\n")

    again = audit("--org", "acme", "--include", "r000", "--state", state, "--json")

    assert (again.return_value, again.stdout) == (first.return_value, first.stdout)


@pytest.mark.slow
def test_a_run_that_is_killed_is_gone_on_with(github, audit, tmp_path):
    state = tmp_path / "state"
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "verifier.yml").write_text("version: 1\nservices: { api: {} }\n")
    given = {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": github.url, "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "verifier", "audit", "--org", "acme", "--state", str(state)]
    killed = subprocess.Popen(
        [*command, "--checkout", str(tmp_path)],
        env=given,
        cwd=Path(__file__).parents[2],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until(lambda: state.exists() and state.read_text().count("\n") >= 4, every_s=0.002)
    killed.kill()
    killed.wait()
    before = state.read_text().rpartition("\n")[0].count('{"id"')

    done = audit("--org", "acme", "--state", state, "--json")

    assert before > 0
    assert json.loads(done.stdout) == json.loads(audit("--org", "acme", "--json").stdout)
    assert f"{before} of them as they were on" in done.stderr


@pytest.mark.parametrize(
    ("path", "told"),
    [
        pytest.param("nowhere/state", "cannot be written", id="no-folder"),
        pytest.param(".", "is a directory", id="a-folder"),
    ],
)
def test_a_state_that_cannot_be_kept_is_told(audit, tmp_path, path, told):
    done = audit("--org", "acme", "--state", tmp_path / path)

    assert told in done.exception.message


@pytest.mark.slow
def test_a_state_of_another_audit_is_refused(audit, tmp_path):
    audit("--org", "acme", "--state", tmp_path / "state")

    done = audit("--org", "acme", "--include", "r0*", "--state", tmp_path / "state")

    assert "another audit" in done.exception.message


def edited(state, **changes):
    """The state with another header."""
    header, *lines = state.read_text().splitlines()
    state.write_text("\n".join([json.dumps({**json.loads(header), **changes}), *lines]) + "\n")


LONG_AGO = "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({"started_at": LONG_AGO}, "it was made on 2026-01-01 at 00:00", id="old"),
        pytest.param({"started_at": "2999-01-01T00:00:00+00:00"}, "2999", id="of-the-future"),
        pytest.param({"started_at": None}, "does not say when", id="of-no-time"),
        pytest.param({"started_at": "2026-01-01"}, "does not say when", id="of-no-zone"),
        pytest.param({"version": "0.0.1"}, "another version", id="another-version"),
        pytest.param({"policy": "x"}, "the configuration was changed", id="another-policy"),
        pytest.param({"viewer": "reader"}, "another token", id="another-token"),
    ],
)
@pytest.mark.slow
def test_a_state_that_does_not_count_any_more_is_renewed(github, audit, tmp_path, change, why):
    state = tmp_path / "state"
    audit("--org", "acme", "--include", "r00*", "--state", state)
    edited(state, **change)
    github.repositories["acme/r001"].rulesets.clear()

    done = audit("--org", "acme", "--include", "r00*", "--state", state, "--json")
    again = audit("--org", "acme", "--include", "r00*", "--state", state, "--json")

    assert f"starting again, not from {state}: " in done.stderr
    assert why in done.stderr
    assert done.return_value == 1
    assert ("starting again" in again.stderr, again.stdout) == (False, done.stdout)


def test_a_bent_state_is_read_again(audit, tmp_path):
    state = tmp_path / "state"
    audit("--org", "acme", "--include", "r000", "--state", state)
    header = state.read_text().splitlines()[0]
    state.write_text(f'{header}\n{{"listed": [["a"]]}}\n{{"id": "R_acme/r000", "drift": [7]}}\n')

    done = audit("--org", "acme", "--include", "r000", "--state", state)

    assert (done.return_value, "1 repository, " in done.stderr) == (0, True)


def test_what_a_state_gives_back_has_its_age(audit, tmp_path):
    state = tmp_path / "state"
    first = audit("--org", "acme", "--include", "r000", "--state", state)
    again = audit("--org", "acme", "--include", "r000", "--state", state)

    assert "as they were on" not in first.stderr
    assert "1 of them as they were on" in again.stderr


@pytest.mark.parametrize(
    ("token", "other", "is_same"),
    [("ghp_a", "ghp_b", False), ("github_pat_a", "github_pat_b", False), ("ghs_a", "ghs_b", True)],
)
def test_another_token_of_the_same_login_may_see_more(token, other, is_same):
    assert (_sight("ann", token) == _sight("ann", other)) is is_same
    assert token not in _sight("ann", token)


def test_a_state_counts_for_as_long_as_it_may(audit, tmp_path):
    state = tmp_path / "state"
    audit("--org", "acme", "--include", "r00*", "--state", state)
    edited(state, started_at=LONG_AGO)

    done = audit("--org", "acme", "--include", "r00*", "--state", state, "--state-max-age", "9999h")
    wrong = audit("--org", "acme", "--state", state, "--state-max-age", "soon")

    assert "starting again" not in done.stderr
    assert "such as 30m or 1h" in str(wrong.exception)


def test_a_share_that_is_lost_is_told(audit, tmp_path):
    for number in (1, 3, 4):
        selected = ("--include", "r00*", "--shard", f"{number}/4")
        audit("--org", "acme", *selected, "--report", tmp_path / f"{number}")

    done = audit("merge", tmp_path / "1", tmp_path / "3", tmp_path / "4", "--json")
    twice = audit("merge", tmp_path / "1", tmp_path / "1")

    assert (done.return_value, told(done)) == (4, {"share acme 2/4": "inconclusive"})
    assert "share acme 1/4 is there twice" in twice.exception.message


class Flawed(httpx.Client):
    """GraphQL that fails for some repositories, as `answers` says of each request's ids."""

    def __init__(self, answers):
        super().__init__(transport=httpx.MockTransport(self.answer))
        self.answers, self.asked = answers, []

    def answer(self, request):
        ids = json.loads(request.content)["variables"]["ids"]
        self.asked.append(len(ids))
        status, body = self.answers(ids, self.asked)
        return httpx.Response(status, text=body)


def node(id_):
    return {"id": id_, "nameWithOwner": f"acme/{id_}", "isPrivate": True}


def read(answers, many=300):
    flawed = Flawed(answers)
    bulk = Bulk(flawed, "https://api.github.com/graphql", 0, lambda _: None)
    listed = [ListedRepository(str(n), f"acme/{n}") for n in range(many)]
    found = dict(bulk.read(listed))
    return flawed, {r.name: e for r, e in found.items() if isinstance(e, Unobserved)}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(502, "bad gateway", id="http"),
        pytest.param(200, "<html>", id="no-json"),
        pytest.param(200, '{"errors": [{"message": "Something went wrong"}]}', id="no-data"),
    ],
)
def test_one_broken_repository_among_300_hides_no_other(status, body):
    def answers(ids, _):
        if "137" in ids:
            return status, body
        return 200, json.dumps({"data": {"nodes": list(map(node, ids))}})

    flawed, unread = read(answers)

    assert list(unread) == ["acme/137"]
    assert len(flawed.asked) < 25


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(range(20, 27), id="seven-side-by-side"),
        pytest.param(range(60, 79), id="nineteen-side-by-side"),
        pytest.param([*range(20, 27), 119], id="and-the-last"),
        pytest.param(range(0, 8), id="at-the-start"),
        pytest.param(range(113, 120), id="at-the-end"),
    ],
)
def test_broken_repositories_that_stand_side_by_side_hide_none_behind_them(broken):
    broken = {str(n) for n in broken}
    seen = []

    def answers(ids, _):
        if broken & set(ids):
            return 502, "bad gateway"
        return 200, json.dumps({"data": {"nodes": list(map(node, ids))}})

    bulk = Bulk(Flawed(answers), "https://api.github.com/graphql", 0, lambda _: None)
    listed = [ListedRepository(str(n), f"acme/{n}") for n in range(120)]
    with contextlib.suppress(UnreachableError):
        for repository, found in bulk.read(listed):
            seen += [] if isinstance(found, Unobserved) else [repository.id]

    assert set(seen) == {str(n) for n in range(120)} - broken


@pytest.mark.parametrize(
    ("most", "requests"),
    [(50, 20), (49, 45), (25, 45), (13, 96)],
)
def test_pages_that_are_too_heavy_are_not_tried_again_and_again(most, requests):
    def answers(ids, _):
        if len(ids) > most:
            return 502, "too heavy"
        return 200, json.dumps({"data": {"nodes": list(map(node, ids))}})

    flawed, unread = read(answers, many=1000)

    assert (unread, len(flawed.asked)) == ({}, requests)


LIMITED = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}
SECONDARY = {"errors": [{"message": "You have exceeded a secondary rate limit"}], "data": None}


@pytest.mark.parametrize(
    ("status", "body", "headers", "pauses"),
    [
        pytest.param(429, {}, {}, [60, 120], id="no-word-of-how-long"),
        pytest.param(403, {}, {"retry-after": "7"}, [7, 14], id="as-asked-then-longer"),
        pytest.param(200, SECONDARY, {}, [60, 120], id="secondary-that-looks-right"),
        pytest.param(200, LIMITED, {}, [60, 120], id="primary-that-looks-right"),
    ],
)
def test_a_limit_is_kept_for_as_long_as_github_asks(status, body, headers, pauses):
    answers = [(status, body, headers)] * 2 + [(200, {"data": {"nodes": [node("0")]}}, {})]
    slept = []

    def answer(_request):
        status, body, headers = answers.pop(0)
        return httpx.Response(status, json=body, headers=headers)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    bulk = Bulk(http, "https://api.github.com/graphql", 0, slept.append)

    assert len(list(bulk.read([ListedRepository("0", "acme/0")]))) == 1
    assert slept == pauses


@pytest.mark.parametrize(
    "limit",
    [
        None,
        {},
        "x",
        {"remaining": 4000, "resetAt": None},
        {"remaining": 4000, "resetAt": 7},
        {"remaining": None, "resetAt": "2026-01-31T13:00:00Z"},
        {"remaining": "x"},
    ],
)
def test_what_is_not_told_of_the_limit_ends_no_audit(limit):
    def answers(ids, _asked):
        return 200, json.dumps({"data": {"rateLimit": limit, "nodes": list(map(node, ids))}})

    flawed, unread = read(answers)

    assert (len(flawed.asked), unread) == (6, {})


def test_an_api_that_is_not_there_any_more_is_asked_once():
    def answers(ids, asked):
        return (
            (200, json.dumps({"data": {"nodes": list(map(node, ids))}}))
            if not asked[1:]
            else (404, "{}")
        )

    flawed = Flawed(answers)
    bulk = Bulk(flawed, "https://api.github.com/graphql", 0, lambda _: None)
    found = []

    with pytest.raises(DeniedError, match="HTTP 404"):
        found += bulk.read([ListedRepository(str(n), f"acme/{n}") for n in range(300)])

    assert flawed.asked == [50, 50]


@pytest.mark.parametrize("status", [201, 202, 206, 299, 301, 302, 307, 400, 409, 410, 418, 451])
def test_only_one_status_is_an_answer(status):
    body = json.dumps({"data": {"nodes": [node("0")]}})

    _, unread = read(lambda *_: (status, body), many=1)

    assert unread["acme/0"].reason == f"GitHub's GraphQL API answered HTTP {status}"


def test_an_answer_of_any_size_is_not_taken_in(monkeypatch):
    monkeypatch.setattr("verifier.github.bulk_answers._LIMIT_BYTES", 1000)
    body = json.dumps({"data": {"nodes": [node("0")]}, "more": "x" * 1000})

    _, unread = read(lambda *_: (200, body), many=1)

    assert "larger than 1,000 bytes" in unread["acme/0"].reason


def test_an_answer_that_drips_ends_with_its_time(monkeypatch):
    monkeypatch.setattr("verifier.github.bulk_answers._LIMIT_S", 0.5)
    listed = [ListedRepository("0", "acme/0")]
    with dripping() as url, web.open_client() as http:
        bulk = Bulk(http, url, 0, lambda _: None, _read="query")
        with without_waiting():
            ((_, found),) = bulk.read(listed)

    assert isinstance(found, Unobserved)


@contextlib.contextmanager
def dripping():
    """A server whose answer comes one byte at a time, and never ends."""
    is_over = threading.Event()

    def answer(connection):
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        with contextlib.suppress(OSError):
            while not is_over.wait(0.1):
                connection.sendall(b" ")
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=lambda: answer(server.accept()[0]), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/graphql"
        is_over.set()
        thread.join(PATIENCE_S)


def test_a_server_that_is_down_is_not_asked_for_each_repository():
    with pytest.raises(UnreachableError):
        read(lambda *_: (502, "bad gateway"))


@pytest.mark.parametrize(
    ("kind", "is_well_later", "unread", "requests"),
    [
        pytest.param("RESOURCE_LIMITS_EXCEEDED", True, [], 2, id="whole-at-the-second-look"),
        pytest.param("RESOURCE_LIMITS_EXCEEDED", False, ["acme/3"], 2, id="never-whole"),
        pytest.param("FORBIDDEN", False, [], 1, id="of-rights"),
    ],
)
def test_what_came_in_part_is_asked_for_once_more(kind, is_well_later, unread, requests):
    error = {"type": kind, "message": "m", "path": ["nodes", 3, "object"]}

    def answers(ids, asked):
        body = {"data": {"nodes": list(map(node, ids))}}
        if len(asked) == 1 or not is_well_later:
            body["errors"] = [{**error, "path": ["nodes", ids.index("3"), "object"]}]
        return 200, json.dumps(body)

    flawed, found = read(answers, many=10)

    assert (list(found), len(flawed.asked)) == (unread, requests)


def page(*names, total=None, cursor=None, more=False):
    nodes = [name and {"id": name, "nameWithOwner": f"acme/{name}"} for name in names]
    info = {"hasNextPage": more, "endCursor": cursor}
    found = {"nodes": nodes, "totalCount": total or len(names), "pageInfo": info}
    return 200, {"data": {"repositoryOwner": {"repositories": found}}}


BROKEN = (502, "bad gateway")


@pytest.mark.parametrize(
    ("answers", "names", "told"),
    [
        pytest.param([page("a", "b")], "ab", "", id="whole"),
        pytest.param([BROKEN, BROKEN, page("a")], "a", "", id="at-the-third-try"),
        pytest.param([BROKEN] * 3, "", "HTTP 502", id="never"),
        pytest.param(
            [page("a", total=2, cursor="c", more=True), *[BROKEN] * 3], "a", "502", id="second-page"
        ),
        pytest.param([page("a", None), page("a", "b")], "ab", "", id="a-part-at-first"),
        pytest.param([page("a", None)] * 2, "a", "1 of the 2 repositories", id="a-part-only"),
        pytest.param([page("a", total=9, more=True)], "a", "does not end", id="no-next-page"),
        pytest.param(
            [page("a", cursor="c", more=True)] * 2,
            "aa",
            "does not end",
            id="a-page-that-leads-back",
        ),
        pytest.param(
            [(200, {"data": {"repositoryOwner": {"repositories": {}}}})] * 2,
            "",
            "does not end",
            id="an-empty-page",
        ),
    ],
)
def test_the_list_of_repositories(answers, names, told):
    left, slept = list(answers), []

    def answer(_request):
        status, body = left.pop(0)
        return httpx.Response(status, json=body)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    bulk = Bulk(http, "https://api.github.com/graphql", 0, slept.append)
    listed, why = [], ""
    try:
        for repository in bulk.list_repositories("acme"):
            listed.append(repository.id)
    except ProviderError as error:
        why = error.message

    assert ("".join(listed), told in why, bool(why)) == (names, True, bool(told))
    assert left == []


class Listing:
    """An owner of whose repositories GitHub tells the first ones, and each is well."""

    def list_repositories(self, owner):
        yield ListedRepository("1", f"{owner}/a")
        raise UnreachableError("GitHub's GraphQL API answered HTTP 502")

    def read(self, repositories):
        return [(r, Unobserved("x")) for r in repositories]


class Kept:
    """A state that remembers what it was given to keep."""

    def __init__(self):
        self.listed, self.drift, self.kept = None, {}, []

    def keep_list(self, listed):
        self.kept.append("list")

    def keep_drift(self, id_, drift):
        self.kept.append(id_)


class Alone:
    """An empty repository, read by itself; of some a question had no answer."""

    def __init__(self, misses):
        self.misses = misses

    def facts(self):
        return RepositoryFacts("acme/a", "", False, False, True, None)

    def missed_answers(self):
        return self.misses


@pytest.mark.parametrize(("misses", "kept"), [(False, ["1"]), (True, [])])
def test_a_list_that_broke_off_is_told_and_neither_it_nor_a_fault_is_kept(misses, kept):
    state, selection = Kept(), Selection("acme", one_by_one=("*",))
    request = AuditRequest((), AuditPolicy(QUESTIONS, lambda *_: ProtectionPolicy()))
    sources = OwnerSources(Listing(), lambda _name: Alone(misses))

    found = audit_owner(sources, state, selection, request, datetime.now(UTC))

    (row,) = [row for row in found.drift if row.repository == "acme"]
    assert (row.severity, "ended after 1 repository" in row.actual) == ("inconclusive", True)
    assert state.kept == kept


class Shifted(Listing):
    """A repository is renamed while its owner's are listed, and so is on a later page as well."""

    def list_repositories(self, owner):
        for id_, name in (("1", "a"), ("2", "b"), ("1", "z")):
            yield ListedRepository(id_, f"{owner}/{name}")


def test_a_repository_that_is_listed_twice_is_audited_once():
    request = AuditRequest((), AuditPolicy(QUESTIONS, lambda *_: ProtectionPolicy()))

    found = audit_owner(
        OwnerSources(Shifted(), lambda _name: Alone(False)),
        Kept(),
        Selection("acme"),
        request,
        datetime.now(UTC),
    )

    assert [row.repository for row in found.drift] == ["acme/z", "acme/b"]


def test_what_a_state_has_of_a_repository_that_is_not_there_any_more_is_not_told():
    state = Kept()
    gone = Drift("repository", "x", "y", "GitHub", Outcome.FAIL, repository="acme/gone")
    state.listed, state.drift = (ListedRepository("1", "acme/a"),), {"9": (gone,), "1": ()}
    request = AuditRequest((), AuditPolicy(QUESTIONS, lambda *_: ProtectionPolicy()))

    found = audit_owner(
        OwnerSources(Listing(), lambda _name: Alone(False)),
        state,
        Selection("acme"),
        request,
        datetime.now(UTC),
    )

    assert (found.drift, found.repositories) == ((), ("acme/a",))


def test_a_report_of_something_else_is_no_share(audit, tmp_path):
    report = tmp_path / "report.json"
    audit("--org", "acme", "--include", "r000", "--report", report)
    said = json.loads(report.read_text())
    report.write_text(json.dumps({**said, "command": "gate"}))

    done = audit("merge", report)

    assert "is the report of gate, not of an audit" in str(done.exception)


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [
        pytest.param("", True, id="empty"),
        pytest.param("\n", True, id="a-line-break"),
        pytest.param('{"form', True, id="stopped-in-the-first-word"),
        pytest.param('{"format": "verifier.audit-state/v1", "own', True, id="and-later"),
        pytest.param('{"format": "another/v1", "own', False, id="of-another-program"),
        pytest.param("{}", False, id="another-file"),
        pytest.param("notes", False, id="a-text"),
    ],
)
def test_a_state_that_was_never_begun_is_begun(audit, tmp_path, text, is_taken):
    state = tmp_path / "state"
    state.write_text(text)

    done = audit("--org", "acme", "--include", "r000", "--state", state)

    assert (done.exception is None, len(state.read_text().splitlines()) > 1) == (is_taken,) * 2


def test_the_format_of_the_state_has_a_name_that_stays(audit, tmp_path):
    audit("--org", "acme", "--include", "r000", "--state", tmp_path / "state")

    header = json.loads((tmp_path / "state").read_text().splitlines()[0])
    assert header["format"] == "verifier.audit-state/v1"


@pytest.mark.slow
def test_points_are_left_for_others_and_the_report_is_partial(github, audit, tmp_path):
    github.graphql.remaining = 506  # whose token it is, two pages, what the server has, two batches
    state = tmp_path / "state"

    first = audit("--org", "acme", "--state", state, "--json")

    assert first.return_value == 4
    assert json.loads(first.stdout)["repositories"] == 100
    assert "reserved by audit.reserve" in json.loads(first.stdout)["drift"][0]["actual"]

    github.graphql.remaining = 5000
    assert audit("--org", "acme", "--state", state, "--json").return_value == 0


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param((502, "bad gateway", {}), id="an-error", marks=pytest.mark.slow),
        pytest.param((403, "secondary rate limit", {"Retry-After": "0"}), id="secondary-limit"),
    ],
)
def test_a_hiccup_is_survived(github, audit, fault):
    github.faults["/graphql"] = []
    listed = audit("--org", "acme", "--include", "r00*", "--json")
    github.faults["/graphql"] = [fault]

    again = audit("--org", "acme", "--include", "r00*", "--json")

    assert json.loads(again.stdout) == json.loads(listed.stdout)


@pytest.mark.slow
def test_one_repository_that_is_gone_hides_no_other(github, audit, tmp_path):
    state = tmp_path / "state"
    audit("--org", "acme", "--state", state)
    state.write_text("\n".join(state.read_text().splitlines()[:2]) + "\n")
    del github.repositories["acme/r003"]

    done = audit("--org", "acme", "--state", state, "--json")

    (row,) = json.loads(done.stdout)["drift"]
    assert (row["repository"], row["severity"]) == ("acme/r003", "inconclusive")
    assert json.loads(done.stdout)["repositories"] == 119


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--org", "nobody"], "no owner nobody", id="no-such-owner"),
        pytest.param(["--org", "acme", "--shard", "3/2"], "N/M", id="no-such-share"),
        pytest.param(["--org", "acme", "--fix"], "--fix", id="fix-of-many"),
    ],
)
def test_a_wrong_call_is_told(audit, arguments, words):
    assert words in str(audit(*arguments).exception)


@pytest.mark.parametrize(
    ("api", "graphql"),
    [
        ("https://api.github.com", "https://api.github.com/graphql"),
        ("https://git.example.org/api/v3", "https://git.example.org/api/graphql"),
    ],
)
def test_where_graphql_is(api, graphql):
    assert graphql_url(api) == graphql


def test_the_runbooks_repository_has_its_checks():
    assert {r["type"] for r in runbook_ruleset()["rules"]} >= {"pull_request", "deletion"}
    assert all(name in CI for name in CHECKS)


@pytest.mark.parametrize(
    ("patterns", "is_chosen"),
    [
        ({"include": ("SHOP*",)}, True),
        ({"include": ("docs",)}, False),
        ({"exclude": ("SHOP-Api",)}, False),
    ],
)
def test_github_tells_repositories_apart_by_no_case(patterns, is_chosen):
    listed = ListedRepository("R_1", "acme/Shop-api", is_archived=False)

    assert Selection("acme", **patterns).chooses(listed) is is_chosen
    assert Selection("acme", one_by_one=("shop-API",)).reads_alone(listed)
