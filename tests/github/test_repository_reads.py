"""What a repository is read as: an unclear word, a broken list or a program is never the good case."""

import json
from datetime import UTC, datetime

import pytest

from tests.github.answers import Answers
from verifier.decide.questions.schedule_drift import schedule_drift
from verifier.errors import UnexpectedAnswerError
from verifier.github.listed_workflows import disabled_among, in_force, listed_workflows
from verifier.github.repository import GitHubRepository
from verifier.github.workflows import parse_workflow
from verifier.model.finding import Unobserved

PATH = ".github/workflows/ci.yml"


def entry(**changed):
    return {
        "id": 1,
        "path": PATH,
        "state": "active",
        "created_at": "2026-01-01T00:00:00Z",
    } | changed


def asked(*entries):
    github = Answers("acme/shop")
    github.get("/actions/workflows", json={"total_count": len(entries), "workflows": entries})
    return listed_workflows(github.api())


NO_TEXT = [None, 7, [], {}]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([entry()], False),
        ([entry(state="disabled_manually")], True),
        ([entry(state="Disabled_Manually")], True),
        ([entry(state="disabled_fork", path=f"{PATH}@refs/heads/main")], True),
        ([entry(state="deleted")], None),
        ([entry(state="deleted"), entry(id=2)], False),
        ([entry(state="disabled_inactivity"), entry(id=2, state="disabled_manually")], True),
    ],
)
def test_what_github_says_of_a_workflow_counts(entries, expected):
    assert disabled_among(asked(*entries)).get(PATH) is expected


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([entry(state=None)], "its state is none"),
        ([entry(state="")], "its state is none"),
        ([entry(state=0)], "its state is none"),
        ([entry(state=["active"])], "its state is none"),
        ([entry(state="disabled_by_policy")], "its state is disabled_by_policy"),
        ([entry(state="disabled_manually"), entry(id=2, state="x")], "its state is x"),
        ([entry(state="disabled_manually"), entry(id=2)], "as active and as disabled"),
    ],
)
def test_an_unclear_state_is_not_taken_for_active(entries, told):
    found = disabled_among(asked(*entries))[PATH]

    assert isinstance(found, Unobserved)
    assert told in found.reason


@pytest.mark.parametrize("path", [None, "", 1, [], {}, [PATH]])
def test_a_list_with_a_workflow_without_a_path_is_malformed(path):
    with pytest.raises(UnexpectedAnswerError, match="malformed"):
        asked(entry(path=path))


@pytest.mark.parametrize("broken", [None, {}, [], "x"])
def test_a_list_with_something_else_in_it_is_malformed(broken):
    with pytest.raises(UnexpectedAnswerError, match="malformed"):
        asked(entry(), broken)


@pytest.mark.parametrize(
    "answer",
    [
        {"encoding": "none", "content": ""},
        {"encoding": "base64", "content": "b246\ud83d"},
        {"encoding": "base64", "content": "gICA"},
        {"encoding": "base64", "content": None},
        {},
    ],
)
def test_a_workflow_whose_text_is_not_given_is_unread(answer):
    github = Answers("acme/shop")
    github.get("/contents/.github/workflows", json=[{"path": PATH}])
    github.get(f"/contents/{PATH}", content=json.dumps(answer).encode())

    (found,) = GitHubRepository(github.api()).workflows("main")

    assert isinstance(found, Unobserved)
    assert not found.is_final


@pytest.mark.parametrize("path", NO_TEXT)
def test_a_workflow_file_without_a_path_is_not_passed_by(path):
    github = Answers("acme/shop")
    github.get("/contents/.github/workflows", json=[{"path": path}, {"path": "README.md"}])

    with pytest.raises(UnexpectedAnswerError, match="malformed"):
        GitHubRepository(github.api()).workflows("main")


@pytest.mark.parametrize("path", NO_TEXT)
def test_a_run_that_waits_without_a_path_may_be_the_gates(path):
    run = {"path": path, "created_at": "2026-01-01T00:00:00Z", "html_url": "x"}
    github = Answers("acme/shop")
    for runs in ([run], []):
        github.get("/actions/runs", json={"total_count": len(runs), "workflow_runs": runs})

    with pytest.raises(UnexpectedAnswerError, match="malformed"):
        GitHubRepository(github.api()).waiting_runs()


@pytest.mark.parametrize("key", ["activity_type", "after"])
@pytest.mark.parametrize("value", NO_TEXT)
def test_a_push_of_which_a_part_is_not_told_is_not_passed_by(key, value):
    push = {"activity_type": "push", "after": "c" * 40, "timestamp": "2026-01-01T00:00:00Z"}
    github = Answers("acme/shop")
    github.get("/activity", json=[{**push, key: value}])

    with pytest.raises(UnexpectedAnswerError, match="malformed"):
        GitHubRepository(github.api()).direct_pushes("main", datetime(2025, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("bases", "is_told"),
    [
        pytest.param([{"ref": "main"}], False, id="into-it"),
        pytest.param([{"ref": "develop"}], True, id="into-another"),
        pytest.param([{"ref": "develop"}, {"ref": "main"}], False, id="into-both"),
        pytest.param([{}], False, id="not-said"),
        pytest.param([], True, id="none"),
    ],
)
def test_a_push_of_what_was_merged_into_another_branch_is_a_direct_one(bases, is_told):
    sha, at = "c" * 40, "2026-01-01T00:00:00Z"
    push = {"activity_type": "push", "after": sha, "timestamp": at}
    github = Answers("acme/shop")
    for _ in ("push", "force_push"):
        github.get("/activity", json=[push])
    github.get(f"/commits/{sha}/pulls", json=[{"merged_at": at, "base": base} for base in bases])

    found = GitHubRepository(github.api()).direct_pushes("main", datetime(2025, 1, 1, tzinfo=UTC))

    assert [pushed.sha for pushed in found] == ([sha] if is_told else [])


def test_half_a_character_in_a_name_breaks_nothing():
    github = Answers("acme/shop")
    said = '{"full_name": "acme/shop", "private": true, "default_branch": "m\\ud83dn"}'
    github.get("", content=said.encode())

    assert GitHubRepository(github.api()).facts().default_branch == "m\ufffdn"


def test_a_programs_account_approves_nothing():
    github = Answers("acme/shop")
    may_push = {"permissions": {"push": True}}
    people = [{"login": name, "type": kind} | may_push for name, kind in
              (("ann", "User"), ("fixer", "Bot"), ("acme", "Organization"))]  # fmt: skip
    github.get("/collaborators", json=[*people, {"login": "ben", **may_push}])

    assert GitHubRepository(github.api()).approvers() == 2


def test_a_scheduled_workflow_that_github_does_not_list_is_told():
    text = "on: { schedule: [{ cron: '0 6 * * *' }] }\njobs: { t: { runs-on: x } }\n"
    workflow = parse_workflow(PATH, text)
    github = Answers("acme/shop")
    github.get("/actions/workflows", json={"total_count": 0, "workflows": []})

    schedules = GitHubRepository(github.api()).schedules([workflow])
    (row,) = schedule_drift(schedules, None, datetime(2026, 11, 1, tzinfo=UTC), "acme/shop")

    assert (str(row.severity), row.setting) == ("inconclusive", f"schedule: {PATH}")
    assert "does not list it" in row.actual


def test_a_deleted_workflow_is_passed_by_where_another_took_its_place():
    gone, there = entry(state="deleted"), entry(id=2)

    assert [each.number for each in in_force(asked(gone, there), {PATH})] == [2]
    assert [each.number for each in in_force(asked(gone), {PATH})] == [1]
