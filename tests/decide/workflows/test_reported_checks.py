"""Which checks wait for ever, and which pass by a skip."""

from dataclasses import replace

import pytest

from tests.decide.workflows.called import reports, with_jobs, workflow
from verifier.decide.workflows.job_permissions import PERMISSIVE, RESTRICTED

#: The event, then why its checks may not be reported: empty where they are, None without any.
EVENTS = [
    ("pull_request", ""),
    ("{ pull_request: }", ""),
    ("{ pull_request: {} }", ""),
    ("[push, pull_request]", ""),
    ("pull_request_target", ""),
    ("push", None),
    ("workflow_dispatch", None),
    ("{ pull_request: { branches: [main] } }", ""),
    ("{ pull_request: { branches: main } }", ""),
    ("{ pull_request: { branches: ['**'] } }", ""),
    ("{ pull_request: { branches: ['rel/**'] } }", "never: only runs on pull requests into"),
    ("{ pull_request: { branches: ['**', '!main'] } }", "never: only runs on pull requests into"),
    ("{ pull_request: { branches: ['!main', '**'] } }", ""),
    ("{ pull_request: { branches-ignore: [main] } }", "never: ignores"),
    ("{ pull_request: { branches-ignore: ['rel/**'] } }", ""),
    ("{ pull_request: { paths: [src/**] } }", "certain paths"),
    ("{ pull_request: { paths: ['**'] } }", ""),
    ("{ pull_request: { paths: ['**', '!docs/**'] } }", "certain paths"),
    ("{ pull_request: { paths: ['!docs/**', '**'] } }", ""),
    ("{ pull_request: { paths: ['**/*'] } }", ""),
    ("{ pull_request: { paths: ['*', '*/**'] } }", ""),
    ("{ pull_request: { paths: ['*', '*/*'] } }", "certain paths"),
    ("{ pull_request: { paths: ['**', '!docs/**', 'docs/**'] } }", ""),
    ("{ pull_request: { paths-ignore: ['docs/**', '!docs/x'] } }", "certain paths"),
    ("{ pull_request: { paths: [src/**], types: [closed] } }", "never: only runs on closed"),
    ("{ pull_request: { paths-ignore: ['**.md'] } }", "certain paths"),
    ("{ pull_request: { types: [opened] } }", "opened, not when commits are pushed"),
    ("{ pull_request: { types: [synchronize] } }", "synchronize, not at first"),
    ("{ pull_request: { types: [opened, synchronize] } }", ""),
    ("{ pull_request: { types: [opened, synchronize, reopened, labeled] } }", ""),
    ("{ pull_request: { types: [labeled] } }", "labeled"),
]


@pytest.mark.parametrize(("on", "pending"), EVENTS, ids=[row[0] for row in EVENTS])
def test_what_starts_a_workflow(on, pending):
    checks = reports(with_jobs(["t: {}"], on)).checks

    if pending is None:
        assert checks == ()
        return
    (check,) = checks
    assert check.never is pending.startswith("never: ")
    assert bool(check.pending) is bool(pending)
    assert pending.removeprefix("never: ") in check.pending


def test_two_workflows_that_report_in_turn_do_not_wait():
    waits = with_jobs(["t: {}"], "{ pull_request: { paths: [src/**] } }", "a.yml")
    other = with_jobs(["t: {}"], "{ pull_request: { paths-ignore: [src/**] } }", "b.yml")
    third = with_jobs(["t: {}"], "{ pull_request: { paths-ignore: [docs/**] } }", "b.yml")

    assert [check.pending for check in reports(waits, other).checks] == ["", ""]
    assert all(check.pending for check in reports(waits, third).checks)


#: Events of two files with a job `t`, and whether every change starts one of them.
TOGETHER = [
    ("paths: [docs/**]", "paths: ['**', '!docs/**']", True),
    ("paths: [docs/**, '*.md']", "paths: ['**', '!docs/**', '!*.md']", True),
    ("paths: [docs/**, '*.md']", "paths: ['**', '!docs/**', '!**.md']", False),
    ("paths: ['*']", "paths: ['*/**']", True),
    ("paths-ignore: [docs/**]", "paths-ignore: [src/**]", True),
    ("paths-ignore: [docs/**]", "paths-ignore: ['**.md']", False),
    ("types: [opened]", "types: [synchronize, reopened]", True),
    ("types: [opened]", "types: [reopened]", False),
    ("types: [opened]", "types: [labeled, synchronize]", True),
    ("types: [opened], paths: [src/**]", "types: [synchronize]", False),
    ("types: [closed]", "types: [opened]", False),
    ("paths: [src/**]", "paths-ignore: [src/**], types: [labeled]", False),
]


@pytest.mark.parametrize(("one", "other", "is_whole"), TOGETHER)
def test_two_workflows_that_start_in_turn_do_not_wait(one, other, is_whole):
    found = reports(
        with_jobs(["t: {}"], f"{{ pull_request: {{ {one} }} }}", "a.yml"),
        with_jobs(["t: {}"], f"{{ pull_request: {{ {other} }} }}", "b.yml"),
    )

    assert [bool(check.pending) for check in found.checks] == [not is_whole] * 2


@pytest.mark.parametrize(
    ("on", "is_in"),
    [
        ("[pull_request]", False),
        ("[pull_request, merge_group]", True),
        ("{ pull_request: , merge_group: { branches: [main] } }", True),
        ("{ pull_request: , merge_group: { branches: [dev] } }", False),
        ("{ pull_request: , merge_group: { branches-ignore: [main] } }", False),
        ("{ pull_request: , merge_group: { types: [checks_requested] } }", True),
        ("{ pull_request: , merge_group: { types: [destroyed] } }", False),
    ],
)
def test_what_a_merge_queue_gets(on, is_in):
    (check,) = reports(with_jobs(["t: {}"], on)).checks

    assert check.in_merge_queue is is_in


@pytest.mark.parametrize(
    ("jobs", "is_skipped"),
    [
        (["t: { if: github.event_name == 'pull_request' }"], True),
        (["t: { if: github.event.pull_request }"], True),
        (["t: { if: github.event_name != 'push' }"], False),
        (["t: {}"], False),
        (["u: { if: github.event_name == 'pull_request' }", "t: { needs: u }"], True),
        (["t: { if: github.event_name == 'push' }"], False),  # told of the pull request itself
    ],
)
def test_a_job_that_only_the_merge_queue_skips(jobs, is_skipped):
    found = reports(with_jobs(jobs, "[pull_request, merge_group]"), required=["u", "t"]).checks

    assert bool(found[-1].skipped_in_queue) is is_skipped


#: What else there is beside a workflow for pull requests: whether the queue gets `t`, and doubts.
OTHER_FILES = [
    ("t: {}", "merge_group", True, 0),
    ("t: {}", "{ merge_group: { branches: [main] } }", True, 0),
    ("t: {}", "{ merge_group: { branches: [dev] } }", False, 0),
    ("u: { name: t }", "merge_group", True, 0),
    ("u: {}", "merge_group", False, 0),
    ("u: { name: \"${{ github.event_name == 'merge_group' && 't' || 'u' }}\" }", "merge_group",
     True, 0),
    ("t: { if: github.event.merge_group }", "merge_group", True, 0),
    ("u: { name: \"${{ github.event.merge_group.base_ref }}\" }", "merge_group", False, 0),
    ("u: { name: '${{ vars.X }}' }", "merge_group", False, 1),
    ("u: { uses: other/shared/.github/workflows/x.yml@v1 }", "merge_group", False, 1),
    ("t: {}", "push", False, 0),
]  # fmt: skip


@pytest.mark.parametrize(("job", "on", "is_in", "doubts"), OTHER_FILES)
def test_what_a_merge_queue_gets_from_another_workflow(job, on, is_in, doubts):
    other = with_jobs([job], on, "queue.yml")

    found = reports(with_jobs(["t: {}"]), other)

    assert [check.in_merge_queue for check in found.checks] == [is_in]
    assert len(found.in_queue) == doubts


def test_a_disabled_workflow_brings_the_merge_queue_nothing():
    other = replace(with_jobs(["t: {}"], "merge_group", "queue.yml"), is_disabled=True)

    assert [check.in_merge_queue for check in reports(with_jobs(["t: {}"]), other).checks] == [
        False
    ]


def test_a_disabled_workflow_reports_nothing():
    (check,) = reports(replace(with_jobs(["t: {}"]), is_disabled=True)).checks

    assert check.never
    assert "gh workflow enable ci.yml" in check.pending


#: Jobs besides `a: {}` and `b: {}`, the required ones, and why the first one may be skipped.
CONDITIONS = [
    ("t: {}", (), ""),
    ("t: { if: true }", (), ""),
    ("t: { needs: a, if: success() || failure() }", (), ""),
    ("t: { needs: a, if: failure() || success() }", (), ""),
    ("t: { needs: a, if: '!failure()' }", (), "when a, which is not required"),
    ("t: { needs: a, if: failure() }", (), "has the condition"),
    ("t: { if: false }", (), "holds on no pull request"),
    ("t: { if: '${{ false }}' }", (), "holds on no pull request"),
    ("t: { if: github.actor != 'bot' }", (), "has the condition"),
    ("t: { if: github.event_name == 'pull_request' }", (), ""),
    ("t: { if: github.event_name != 'pull_request' }", (), "holds on no pull request"),
    ("t: { if: github.event_name == 'push' || github.actor == 'a' }", (), "has the condition"),
    ("t: { if: github.event_name == 'pull_request' || github.actor == 'a' }", (), ""),
    ("t: { if: github.actor == 'a' || github.event_name == 'pull_request' }", (), ""),
    ("t: { if: github.actor == 'a' && github.event_name == 'push' }", (), "on no pull request"),
    ("t: { if: github.ref == 'refs/heads/main' }", (), "holds on no pull request"),
    ("t: { if: github.ref_name == 'main' }", (), "holds on no pull request"),
    ("t: { if: \"startsWith(github.ref, 'refs/tags/')\" }", (), "holds on no pull request"),
    ("t: { if: github.base_ref == 'main' }", (), ""),
    ("t: { if: github.base_ref == 'dev' }", (), "holds on no pull request"),
    ("t: { if: github.repository == 'acme/shop' }", (), ""),
    ("t: { if: github.repository == 'acme/fork' }", (), "holds on no pull request"),
    ("t: { if: github.repository_owner == 'ACME' }", (), ""),
    ("t: { if: github.event.pull_request }", (), ""),
    ("t: { if: github.event.pull_request.draft == false }", (), "has the condition"),
    ("t: { if: github.event.schedule }", (), "holds on no pull request"),
    ("t: { if: inputs.deploy }", (), "holds on no pull request"),
    ("t: { if: vars.ON == 'true' }", (), "has the condition"),
    ("t: { if: always() }", (), ""),
    ("t: { if: '!cancelled()' }", (), ""),
    ("t: { if: success() }", (), ""),
    ("t: { if: failure() }", (), "holds on no pull request"),
    ("t: { if: cancelled() }", (), "holds on no pull request"),
    ("t: { if: '${{ always() }}', needs: a }", (), ""),
    ("t: { if: always(), needs: a }", (), ""),
    ("t: { if: '!cancelled()', needs: a }", (), ""),
    ("t: { if: \"always() && github.actor == 'x'\", needs: a }", (), "has the condition"),
    ("t: { if: \"!cancelled() && needs.a.result == 'success'\", needs: a }", (), "condition"),
    ("t: { if: 'success() || failure()', needs: a }", ("a",), ""),
    ("t: { if: '!failure()', needs: a }", (), "a, which is not required, fails"),
    ("t: { if: '!failure()', needs: a }", ("a",), ""),
    ("t: { if: failure(), needs: a }", (), "has the condition"),
    ("t: { needs: a }", (), "a, which is not required, fails"),
    ("t: { needs: [a] }", ("a",), ""),
    ("t: { needs: [a, b] }", ("a",), "b, which is not required, fails"),
    ("t: { needs: [a, b] }", ("a", "b"), ""),
    ("t: { needs: s }\n  s: { if: github.actor == 'x' }", ("s",), "skipped with s"),
    ("t: { needs: s }\n  s: { if: false }", ("s",), "skipped with s"),
    ("t: { needs: s, if: always() }\n  s: { if: false }", ("s",), ""),
    *((f"t: {{ needs: s, if: '{condition}' }}\n  s: {{ if: github.event_name == 'push' }}", (), "")
      for condition in ("!failure()", "!failure() && !cancelled()", "always() && !failure()")),
    ("t: { needs: s, if: '!failure()' }\n  s: { if: github.actor == 'x' }", ("s",), ""),
    ("t: { needs: s, if: '!failure()' }\n  s: { if: github.actor == 'x' }", (),
     "s, which is not required, fails"),
    ("t: { needs: s, if: '!failure()' }\n  s: { needs: a, if: github.event_name == 'push' }", (),
     "a, which is not required, fails"),
    ("t: { needs: s, if: failure() }\n  s: { if: false }", (), "holds on no pull request"),
    ("t: { needs: m }\n  m: { needs: s, if: '!failure()' }\n  s: { if: false }", ("m",),
     "skipped with s"),
    ("t: { needs: m }\n  m: { needs: s, if: always() }\n  s: { if: false }", ("m", "s"),
     "skipped with s"),
    ("t: { needs: m }\n  m: { needs: a, if: always() }", ("m",), "a, which is not required"),
    ("t: { needs: m }\n  m: { needs: a, if: always() }", ("m", "a"), ""),
    ("t: { needs: m }\n  m: { strategy: { matrix: { x: [1, 2] } } }", ("m (1)",), "m, which is"),
    ("t: { needs: m }\n  m: { strategy: { matrix: { x: [1, 2] } } }", ("m (1)", "m (2)"), ""),
    ("t: { if: \"${{ github.actor }} == 'x'\" }", (), ""),
    ("t: { if: github.workflow_ref }", (), "has the condition"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("jobs", "required", "skippable"), CONDITIONS, ids=[f"{row[0]}-{row[1]}" for row in CONDITIONS]
)
def test_what_a_skip_passes(jobs, required, skippable):
    text = f"on: pull_request\njobs:\n  {jobs}\n  a: {{}}\n  b: {{}}\n"

    found = reports(workflow(text), required=required, repository="acme/shop").checks

    check = next(check for check in found if check.name == "t")
    assert bool(check.skippable) is bool(skippable)
    assert skippable in check.skippable
    assert check.pending == ""


#: What is reported under more names than the job has: skipped, it is reported as one alone.
EXPANDED = [
    ("t: { strategy: { matrix: { x: [1] } } }", "t (1)", ""),
    ("t: { if: github.actor == 'x', strategy: { matrix: { x: [1] } } }", "t (1)", "as t, and"),
    ("t: { needs: a, strategy: { matrix: { x: [1] } } }", "t (1)", ""),
    ("t: { needs: s, strategy: { matrix: { x: [1] } } }\n  s: { if: github.actor == 'x' }",
     "t (1)", "as t, and"),
    ("t: { uses: ./.github/workflows/b.yml }", "t / inner", ""),
    ("t: { if: github.actor == 'x', uses: ./.github/workflows/b.yml }", "t / inner", "as t, and"),
    ("t: { needs: a, uses: ./.github/workflows/b.yml }", "t / inner", ""),
]  # fmt: skip


@pytest.mark.parametrize(("jobs", "name", "pending"), EXPANDED, ids=[row[0] for row in EXPANDED])
def test_what_a_skip_leaves_waiting(jobs, name, pending):
    called = with_jobs(["inner: {}"], "workflow_call", "b.yml")

    found = reports(workflow(f"on: pull_request\njobs:\n  {jobs}\n  a: {{}}\n"), called).checks

    check = next(check for check in found if check.name == name)
    assert (bool(check.pending), check.skippable) == (bool(pending), "")
    assert pending in check.pending


#: Rights of the caller's job, of what it calls, and what it asks for too much.
RIGHTS = [
    ("", "", ""),
    ("", "permissions: { contents: write }, ", ""),
    ("permissions: { contents: read }, ", "", ""),
    ("permissions: { contents: read }, ", "permissions: { contents: read }, ", ""),
    ("permissions: { contents: read }, ", "permissions: { contents: write }, ", "contents: write"),
    ("permissions: { contents: read }, ", "permissions: { id-token: write }, ", "id-token: write"),
    ("permissions: {}, ", "permissions: { contents: none }, ", ""),
    ("permissions: {}, ", "permissions: { contents: read }, ", "contents: read"),
    ("permissions: read-all, ", "permissions: { contents: write }, ", "contents: write"),
    ("permissions: read-all, ", "permissions: { contents: read }, ", ""),
    ("permissions: read-all, ", "permissions: write-all, ", "write-all"),
    ("permissions: write-all, ", "permissions: write-all, ", ""),
]


#: The repository's default, what a called workflow asks for, and what of it is too much.
DEFAULTS = [
    (None, "packages: write", ""),
    (RESTRICTED, "packages: read", ""),
    (RESTRICTED, "packages: write", "packages: write"),
    (RESTRICTED, "contents: read, checks: read", "checks: read"),
    (PERMISSIVE, "contents: write, checks: write, models: read", ""),
    (PERMISSIVE, "contents: read, id-token: write", "id-token: write"),
    (PERMISSIVE, "id-token: none", ""),
]


@pytest.mark.parametrize(("default", "wanted", "over"), DEFAULTS)
def test_a_called_workflow_that_asks_for_more_than_the_repository_gives(default, wanted, over):
    caller = with_jobs(["ci: { uses: ./.github/workflows/b.yml }"])
    called = with_jobs(
        [f"t: {{ permissions: {{ {wanted} }}, runs-on: x }}"], "workflow_call", "b.yml"
    )

    (check,) = reports(caller, called, default_rights=default).checks

    assert (check.never, over in check.pending) == (bool(over), True)


def test_a_workflow_of_the_repository_that_is_called_in_full_is_known():
    called = with_jobs(["t: { runs-on: x }"], "workflow_call", "b.yml")

    def at(ref):
        caller = with_jobs([f"ci: {{ uses: acme/shop/.github/workflows/b.yml@{ref} }}"])
        found = reports(caller, called, repository="acme/shop")
        return [check.name for check in found.checks], len(found.unresolved)

    assert (at("main"), at("v1")) == ((["ci / t"], 0), ([], 1))


def test_the_name_of_the_workflow_is_known():
    flow = workflow("name: CI\non: pull_request\njobs: { t: { name: '${{ github.workflow }} t' } }")

    assert [check.name for check in reports(flow).checks] == ["CI t"]


def test_a_workflow_for_closed_pull_requests_never_reports():
    (check,) = reports(
        with_jobs(["t: { runs-on: x }"], "{ pull_request: { types: [closed] } }")
    ).checks

    assert check.never


@pytest.mark.parametrize(
    ("on", "names"),
    [
        ("push", {"t"}),
        ("{ push: { branches: [main] } }", set()),
        ("{ push: { tags: [v*] } }", set()),
        ("{ push: { paths: [src/**] } }", {"t"}),
        ("{ push: { branches: ['*', '**/*'] } }", {"t"}),
        ("{ push: { branches: ['*', 'rel/**'] } }", set()),
        ("{ push: { branches: ['**', '!gh-pages'] } }", {"t"}),
        ("{ push: { branches-ignore: [gh-pages] } }", {"t"}),
        ("{ push: { branches-ignore: [dependabot/**] } }", set()),
        ("{ push: { branches: ['**'], tags-ignore: ['**'] } }", {"t"}),
        # Only filters of tags: nothing runs for a branch.
        ("{ push: { tags-ignore: ['**'] } }", set()),
        ("pull_request", set()),
    ],
)
def test_what_a_push_to_any_branch_reports(on, names):
    assert reports(with_jobs(["t: { runs-on: x }"], on)).by_push == names


@pytest.mark.parametrize(("given", "wanted", "over"), RIGHTS)
def test_a_called_workflow_that_asks_for_more_than_it_is_given(given, wanted, over):
    caller = with_jobs([f"ci: {{ {given}uses: ./.github/workflows/b.yml }}", "other: {}"])
    called = with_jobs([f"t: {{ {wanted}runs-on: x }}"], "workflow_call", "b.yml")

    found = reports(caller, called).checks

    assert [check.never for check in found] == [bool(over)] * 2
    assert all(over in check.pending for check in found)
