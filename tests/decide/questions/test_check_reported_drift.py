"""A required check that no job of the files reports for certain: what is said of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.decide.workflows.called import with_jobs
from verifier.decide.drift.checks_without_job import without_job
from verifier.decide.drift.reported_checks import reports_on_pull_request
from verifier.decide.questions.check_reported_drift import checks_drift
from verifier.github.workflows import parse_workflow
from verifier.model.finding import Unobserved
from verifier.model.merging import ACTIONS_APP, ReportedCheck
from verifier.model.protection import Protection, ProtectionSource, RequiredCheck, Setting
from verifier.model.pull_files import BaseBranch, PullFiles

AT = datetime(2026, 1, 20, tzinfo=UTC)
JOB = ReportedCheck("ci / t", ACTIONS_APP, is_job=True, seen_at=AT)
SERVERS = ReportedCheck("ci / t", 34, is_job=True, seen_at=AT)
STATUS = ReportedCheck("ci / t", seen_at=AT)
REMOTE = with_jobs(["ci: { uses: other/shared/.github/workflows/ci.yml@v1 }"])
OTHER = with_jobs(["x: { runs-on: x }"])
OWN = with_jobs(["ci: { uses: ./.github/workflows/b.yml }"])
CALLED = with_jobs(["t: { runs-on: x }"], "workflow_call", "b.yml")
PUSHED = with_jobs(["ci: { uses: ./.github/workflows/b.yml }"], "push")
CALLS = ["ci: { uses: ./.github/workflows/b.yml }"]
WRITES = with_jobs(["x: { runs-on: x, permissions: { checks: write, statuses: write } }"])
DEPLOYED = with_jobs(CALLS, "deployment_status")
REVIEWED = with_jobs(CALLS, "pull_request_review")
BASE_PUSH = with_jobs(CALLS, "{ push: { branches: [main] } }")
EVERY_PUSH = with_jobs(CALLS, "{ push: { branches: ['**'] } }")
SOME_PUSHES = with_jobs(CALLS, "{ push: { branches: ['**', '!dependabot/**'] } }")
UNSEEN = Unobserved("HTTP 403")
REFUSED = parse_workflow("junk.yml", "on: push\njobs:\n  z: {runs-on: x}\n  z: {runs-on: x}\n")
TOO_LARGE = parse_workflow("large.yml", " " * 600_000)
ANY_NAME = with_jobs(['z: { name: "${{ vars.X }}", runs-on: x }'])
PARTLY = with_jobs(['z: { name: "ci / ${{ vars.X }}", runs-on: x }'])
NO_FIT = with_jobs(['z: { name: "other ${{ vars.X }}", runs-on: x }'])


def told(workflows, heads, app_id=ACTIONS_APP, levels=None, name="ci / t"):
    check = RequiredCheck(name, app_id)
    source = ProtectionSource("ruleset", {Setting.CHECKS: 1, **(levels or {})}, frozenset({check}))
    seen = heads if isinstance(heads, Unobserved) else tuple(frozenset(head) for head in heads)
    base = BaseBranch("main", "acme/shop", "main")
    files = workflows if isinstance(workflows, Unobserved) else PullFiles(workflows)
    found = checks_drift(base, Protection((source,)), files, seen)
    return [(str(row.severity), row.actual) for row in found]


@pytest.mark.parametrize(
    ("workflows", "heads", "app_id", "severity", "words"),
    [
        pytest.param([OWN, CALLED], [[JOB]], ACTIONS_APP, "", "", id="a-job"),
        pytest.param([OWN, CALLED], [[], [JOB]], ACTIONS_APP, "", "", id="seen-before"),
        pytest.param([OWN, CALLED], [], ACTIONS_APP, "", "", id="nothing-merged-yet"),
        pytest.param([OWN, CALLED], UNSEEN, ACTIONS_APP, "", "", id="heads-unread"),
        pytest.param(
            [OWN, CALLED], [[]], ACTIONS_APP, "warn", "latest merged pull request", id="never-seen"
        ),
        pytest.param(
            [OWN, CALLED], [[], []], ACTIONS_APP, "warn", "none of the 2 latest", id="long-unseen"
        ),
        pytest.param([REMOTE], [[JOB]], ACTIONS_APP, "", "", id="of-another-repository-and-seen"),
        pytest.param(
            [REMOTE], [[]], ACTIONS_APP, "inconclusive", "could not be read", id="and-not-seen"
        ),
        pytest.param([OTHER], [[JOB]], ACTIONS_APP, "inconclusive", "renamed", id="seen-alone"),
        pytest.param([OTHER], [[]], ACTIONS_APP, "fail", "renamed", id="renamed"),
        pytest.param([WRITES], [[JOB]], ACTIONS_APP, "warn", "token", id="a-step-may-write-it"),
        pytest.param([WRITES], [[]], ACTIONS_APP, "fail", "renamed", id="and-did-not"),
        pytest.param(
            [OTHER], [[STATUS]], ACTIONS_APP, "inconclusive", "commit status", id="status-pinned"
        ),
        pytest.param(
            [WRITES], [[STATUS]], ACTIONS_APP, "warn", "commit status", id="status-by-a-step"
        ),
        pytest.param(
            [OTHER, DEPLOYED, CALLED], [[JOB]], ACTIONS_APP, "warn", "without a dep", id="deployed"
        ),
        pytest.param(
            [DEPLOYED, CALLED], [[]], ACTIONS_APP, "inconclusive", "does not have", id="once-more"
        ),
        pytest.param([DEPLOYED, CALLED], [], None, "warn", "deployment_status", id="not-yet"),
        pytest.param([REVIEWED, CALLED], [[JOB]], ACTIONS_APP, "warn", "review", id="reviewed"),
        pytest.param(
            [BASE_PUSH, CALLED], [[]], ACTIONS_APP, "fail", "does not run on", id="base-push"
        ),
        pytest.param([], [[]], ACTIONS_APP, "fail", "no workflow runs on", id="no-workflow"),
        pytest.param([OTHER], [], ACTIONS_APP, "fail", "renamed", id="nothing-was-merged-yet"),
        pytest.param(
            [OTHER], [], None, "warn", "no merged pull request shows", id="perhaps-a-status"
        ),
        pytest.param([OTHER], [[STATUS]], None, "", "", id="a-status"),
        pytest.param([OTHER], [[]], None, "fail", "renamed", id="no-status"),
        pytest.param([OTHER], UNSEEN, None, "inconclusive", "could not read", id="unseen"),
        pytest.param(
            [PUSHED, CALLED], [[JOB]], ACTIONS_APP, "warn", "from a fork waits", id="by-a-push"
        ),
        pytest.param(
            [PUSHED, CALLED], [[]], ACTIONS_APP, "fail", "does not run on", id="push-and-not-seen"
        ),
        pytest.param(
            [REFUSED], [[JOB]], ACTIONS_APP, "fail", "junk.yml:4:3", id="its-file-is-refused"
        ),
        pytest.param(
            [OTHER, REFUSED], [[JOB]], ACTIONS_APP, "fail", "no job", id="renamed-beside-junk"
        ),
        pytest.param([OTHER], [[STATUS]], 254, "", "", id="a-status-that-may-be-its-app-s"),
        pytest.param([OTHER], [[]], 254, "warn", "not found", id="its-app-was-not-seen"),
        pytest.param(
            [OTHER], UNSEEN, 254, "inconclusive", "HTTP 403", id="nobody-knows-of-its-app"
        ),
        pytest.param([OTHER], [[JOB]], 254, "warn", "does not", id="an-app-s-that-a-job-had"),
        pytest.param([OWN, CALLED], [[JOB]], 34, "fail", "never satisfies", id="of-another-app"),
        pytest.param(
            [OWN, CALLED], [[SERVERS]], 34, "", "", id="of-actions-as-an-own-server-has-it"
        ),
        pytest.param([OWN, CALLED], [], 34, "inconclusive", "on this server", id="of-which-app"),
        pytest.param([OWN, CALLED], UNSEEN, 34, "inconclusive", "on this server", id="unread"),
        pytest.param([EVERY_PUSH, CALLED], [[JOB]], ACTIONS_APP, "warn", "fork", id="every-push"),
        pytest.param(
            [SOME_PUSHES, CALLED], [[JOB]], ACTIONS_APP, "warn", "from a fork, or", id="some-pushes"
        ),
        pytest.param([REFUSED], [[STATUS]], None, "", "", id="a-status-beside-junk"),
        pytest.param([OWN, CALLED, REFUSED], [[JOB]], ACTIONS_APP, "", "", id="a-job-beside-junk"),
        pytest.param(
            [TOO_LARGE], [[JOB]], ACTIONS_APP, "inconclusive", "512 KiB", id="not-read-by-us"
        ),
        pytest.param(
            [ANY_NAME], [[JOB]], ACTIONS_APP, "inconclusive", "vars.X", id="may-have-any-name"
        ),
        pytest.param([PARTLY], [[JOB]], ACTIONS_APP, "", "", id="fits-what-is-known-of-the-name"),
        pytest.param([NO_FIT], [[]], ACTIONS_APP, "fail", "renamed", id="may-not-be-the-name"),
    ],
)
def test_what_is_said_of_a_required_check(workflows, heads, app_id, severity, words):
    found = told(workflows, heads, app_id)

    assert [each for each, _ in found] == ([severity] if severity else [])
    assert all(words in actual for _, actual in found)


@pytest.mark.parametrize(
    ("beside", "severity", "words"),
    [
        pytest.param([], "fail", "no on: merge_group", id="nothing"),
        pytest.param(
            [with_jobs(CALLS, "merge_group", "q.yml")], "", "", id="a-workflow-of-its-own"
        ),
        pytest.param(
            [with_jobs(["x: {}"], "merge_group", "q.yml")], "fail", "merge_group", id="another-job"
        ),
        pytest.param(
            [with_jobs(["x: { name: '${{ vars.X }}' }"], "merge_group", "q.yml")],
            "inconclusive",
            "vars.X",
            id="a-job-whose-name-only-a-run-tells",
        ),
        pytest.param([TOO_LARGE], "inconclusive", "512 KiB", id="a-file-that-was-not-read"),
    ],
)
def test_what_is_said_of_a_check_in_a_merge_queue(beside, severity, words):
    found = told([OWN, CALLED, *beside], [[JOB]], levels={Setting.MERGE_QUEUE: 1})

    assert [each for each, _ in found] == ([severity] if severity else [])
    assert all(words in actual for _, actual in found)


def test_a_strategy_that_only_a_run_tells_fails_no_check():
    strategy = 'strategy: "${{ fromJSON(needs.p.outputs.s) }}"'
    job = with_jobs([f"ci: {{ name: ci / t, {strategy}, runs-on: x }}"])

    assert [severity for severity, _ in told([job], [[]])] == ["inconclusive"]
    assert told([job], [[JOB]]) == []


BY_EXPRESSION = (
    "p: { runs-on: x, outputs: { v: x } }",
    "ci: { name: ci / t, needs: p, strategy: { matrix: { v: '${{ fromJSON(needs.p.outputs.v) }}' } } }",
)
#: What keeps every job of a file from being reported, and what is said of it.
HELD_BACK = [
    ("{ pull_request: { paths: [src/**] } }", "warn", "certain paths"),
    ("{ pull_request: { branches: [dev] } }", "fail", "into dev"),
    ("{ pull_request: { types: [closed] } }", "fail", "closed"),
]


@pytest.mark.parametrize("jobs", [["ci: { uses: other/shared/.github/workflows/ci.yml@v1 }"], None])
@pytest.mark.parametrize(("on", "severity", "words"), HELD_BACK)
def test_a_name_that_only_a_run_tells_hides_nothing_of_what_holds_it_back(
    jobs, on, severity, words
):
    name = "ci / t" if jobs else "ci / t (3)"
    held = with_jobs(jobs or BY_EXPRESSION, on)

    ((found, actual),) = told([held], [[replace(JOB, name=name)]], name=name)

    assert (found, words in actual) == (severity, True), actual


def test_a_call_of_another_repository_that_may_be_skipped_is_told():
    held = with_jobs(
        ["ci: { if: github.actor != 'x', uses: other/shared/.github/workflows/ci.yml@v1 }"]
    )

    ((severity, actual),) = told([held], [[JOB]])

    assert severity == "warn"
    assert "once skipped it is only reported as ci" in actual


@pytest.mark.parametrize(
    ("on", "severities"), [("pull_request", ["fail"]), ("[pull_request, merge_group]", [])]
)
def test_a_call_of_another_repository_in_a_merge_queue(on, severities):
    held = with_jobs(["ci: { uses: other/shared/.github/workflows/ci.yml@v1 }"], on)

    found = told([held], [[JOB]], levels={Setting.MERGE_QUEUE: 1})

    assert [severity for severity, _ in found] == severities


def test_a_call_of_another_repository_in_a_disabled_workflow():
    ((severity, actual),) = told([replace(REMOTE, is_disabled=True)], [[JOB]])

    assert severity == "fail"
    assert "disabled" in actual


TWO = [
    with_jobs(["a: { name: ci / t }"], on, file)
    for on, file in (("pull_request", "a.yml"), ("pull_request", "b.yml"))
]
IN_TURN = [
    with_jobs(
        ["a: { name: ci / t }"], f"{{ pull_request: {{ {key}: ['docs/**'] }} }}", f"{key}.yml"
    )
    for key in ("paths", "paths-ignore")
]
SKIPPED = with_jobs(["a: { name: ci / t }", "b: { name: ci / t, if: false }"])
ONE_EACH = [TWO[0], with_jobs(["a: { name: ci / t }"], "push", "b.yml")]


@pytest.mark.parametrize(
    ("workflows", "words"),
    [
        pytest.param(TWO, "2 jobs report it on every pull request", id="two-files"),
        pytest.param(IN_TURN, "", id="in-turn"),
        pytest.param(ONE_EACH, "", id="by-a-push"),
        pytest.param([SKIPPED], "it may be skipped", id="one-is-skipped"),
    ],
)
def test_two_jobs_that_report_one_check(workflows, words):
    found = told(workflows, [[JOB]])

    assert [severity for severity, _ in found] == (["warn"] if words else [])
    assert all(words in actual for _, actual in found)


def test_a_check_that_the_merge_queue_skips():
    jobs = ["a: { name: ci / t, if: github.event_name == 'pull_request' }"]
    queued = with_jobs(jobs, "[pull_request, merge_group]")

    assert told([queued], [[JOB]]) == []
    ((severity, actual),) = told([queued], [[JOB]], levels={Setting.MERGE_QUEUE: 1})

    assert (severity, "the merge queue skips it" in actual) == ("warn", True)


MATRIX = with_jobs(["ci: { runs-on: x, strategy: { matrix: { py: ['3.11', '3.12'] } } }"])
SKIPPABLE = with_jobs(["old: { runs-on: x, if: github.actor == 'x' }"])
PLAIN = with_jobs(["lint: { runs-on: x }", "test: { runs-on: x }"])


@pytest.mark.parametrize(
    ("name", "workflows", "head", "hint"),
    [
        ("ci", [MATRIX, PLAIN], [], "require what pull requests do get, ci (3.11) and ci (3.12),"),
        ("ci", [OWN, CALLED, PLAIN], [], "require what pull requests do get, ci / t,"),
        ("tests", [PLAIN, SKIPPABLE], [], "require what pull requests do get, lint and test,"),
        ("ci", [], [ReportedCheck("circle", 18001)], "require what pull requests do get, circle,"),
        ("ci", [SKIPPABLE], [], "require the new name, or rename the job back"),
        ("ci", [], [], "let a workflow run on pull_request, or do not require it"),
        ("lint", [BASE_PUSH, with_jobs(["lint: {}"], "schedule")], [], "on pull_request, or do"),
        ("ci", [with_jobs(["ci: {}"], "workflow_call")], [], "let a workflow run on"),
    ],
)
def test_what_does_report_is_told_to_who_looks_for_another_name(name, workflows, head, hint):
    files, base = PullFiles(tuple(workflows)), BaseBranch("main", "acme/shop", "main")
    reports = reports_on_pull_request(files, base, frozenset({name}))

    _, severity, told = without_job(RequiredCheck(name, ACTIONS_APP), reports, [frozenset(head)])

    assert severity == "fail"
    assert hint in told
