"""A required job that succeeds although what it is there for failed: what is said of it."""

import pytest

from tests.decide.workflows.called import with_jobs
from verifier.decide.drift.reported_checks import reports_on_pull_request
from verifier.model.pull_files import BaseBranch, PullFiles

UNIT = "u: { name: unit, runs-on: x, steps: [{ run: make }] }"
E2E = "e: { name: e2e, runs-on: x, steps: [{ run: make }] }"
BASE = BaseBranch("main", "acme/shop", "main")
RESULT = """{ env: { R: "${{ needs.u.result }}" }, run: '[ "$R" = success ]' }"""
FAILURE, CANCELLED = (f"contains(needs.*.result, '{word}')" for word in ("failure", "cancelled"))


def passing(steps, condition="always()", needs="[u]", required=(), jobs=(UNIT, E2E)):
    asked = f"needs: {needs}, if: {condition!r}," if needs else ""
    summary = f"t: {{ {asked} runs-on: x, steps: [{steps}] }}"
    files = PullFiles((with_jobs([*jobs, summary]),))
    found = reports_on_pull_request(files, BASE, frozenset({"t", *required}))
    (told,) = {check.passing for check in found.checks if check.name == "t"}
    return told


@pytest.mark.parametrize(
    ("steps", "condition", "needs", "words"),
    [
        ("{ run: echo done }", "always()", "[u]", "needs.u.result"),
        ("{ run: echo done }", "!cancelled()", "[u]", "needs.u.result"),
        ("{ run: echo done }", "success() || failure()", "[u]", "needs.u.result"),
        ("{ uses: actions/checkout@v5 }", "always()", "[u]", "needs.u.result"),
        ("{ if: failure(), run: exit 1 }", "always()", "[u]", "needs.u.result"),
        (RESULT, "always()", "[u, e]", "needs.e.result"),
        (f'{{ if: "{FAILURE}", run: exit 1 }}', "always()", "[u]", "cancelled"),
        (f'{{ if: "{FAILURE} || {CANCELLED}", run: exit 1 }}', "always()", "[u]", ""),
        (RESULT, "always()", "[u]", ""),
        (RESULT.replace(".u", "['u']"), "always()", "[u]", ""),
        (RESULT.replace("needs.u.result", "toJSON(needs)"), "always()", "[u, e]", ""),
        ("{ if: \"needs.u.result != 'success'\", run: exit 1 }", "always()", "[u]", ""),
        ("{ uses: re-actors/alls-green@v1, with: { jobs: '${{ toJSON(needs) }}' } }", "always()", "[u, e]", ""),
        ("{ uses: lewagon/wait-on-check-action@v1 }", "always()", "[u]", ""),
        ("{ run: gh run view --json jobs }", "always()", "[u]", ""),
        ("{ run: 'echo \"${{ needs.u.result }}\"' }", "always()", "[u]", "only print"),
        ("{ if: \"needs.u.result != 'success'\", run: echo bad }", "always()", "[u]", "only print"),
        ("{ run: 'echo \"${{ needs.u.result }}\" | grep success' }", "always()", "[u]", ""),
        ("{ run: 'echo ${{ needs.u.result }} && exit 1' }", "always()", "[u]", ""),
        ("{ uses: actions/github-script@v8, with: { script: 'needs.u.result' } }", "always()", "[u]", ""),
        ("{ run: echo done }", "success()", "[u]", ""),
        ("{ run: make }", "", "[]", ""),
    ],
)  # fmt: skip
def test_a_job_that_runs_whatever_came_of_others_looks_at_them(steps, condition, needs, words):
    told = passing(steps, condition, needs)

    assert (words in told) if words else told == "", told


def test_a_job_that_is_required_itself_needs_no_look():
    assert passing("{ run: echo done }", required=("unit",)) == ""


@pytest.mark.parametrize(
    ("steps", "is_told"),
    [
        ("{ run: make test, continue-on-error: true }", True),
        ("{ uses: actions/checkout@v5 }, { run: make test, continue-on-error: true }", True),
        ("{ run: make test || true }", True),
        ("{ run: 'make test || echo failed' }", True),
        ("{ run: make test || exit 1 }", False),
        ("{ run: make test }, { run: make report || true }", False),
        ('{ run: "make test\\nmake report || true" }', False),
        ("{ uses: acme/test@v1 }, { run: make report || true }", False),
        ("{ uses: actions/checkout@v5 }", True),
        ("{ uses: actions/checkout@v5 }, { uses: actions/setup-node@v5 }", True),
        ("{ uses: actions/checkout@v5 }, { uses: actions/dependency-review-action@v4 }", False),
        ("{ uses: actions/checkout@v5 }, { run: '# pytest\n\necho ok' }", True),
        ('{ run: "exit 0\n\npytest" }', True),
        ('{ run: "echo go\nexit 0\npytest" }', True),
        ('{ run: "[ -f x ] && exit 0\npytest" }', False),
        ('{ run: "if [ ! -f x ]; then\n  exit 0\nfi\npytest" }', False),
        (
            "{ run: make test, continue-on-error: \"${{ github.event_name == 'schedule' }}\" }",
            False,
        ),
        ("{ run: make test, continue-on-error: \"${{ github.event_name != 'push' }}\" }", True),
        ("{ run: make test, continue-on-error: '${{ matrix.x }}' }", True),
    ],
)
def test_a_job_of_which_no_step_can_fail_is_told(steps, is_told):
    assert bool(passing(steps, needs="")) is is_told


def test_a_job_that_waits_for_an_approval_or_for_others_tests_something():
    jobs = [f"t: {{ {more} runs-on: x, steps: [{{ run: echo ok }}] }}"
            for more in ("environment: live,", "needs: [u],")]  # fmt: skip
    for job in jobs:
        files = PullFiles((with_jobs([UNIT, job]),))
        found = reports_on_pull_request(files, BASE, frozenset({"t", "unit"}))
        assert {check.passing for check in found.checks} == {""}


@pytest.mark.parametrize(
    ("condition", "asks", "is_told"),
    [
        ("github.actor != 'x'", "=~ ^(success|skipped)$", True),
        ("github.actor != 'x'", "== success", False),
        ("needs.c.outputs.src == 'true'", "=~ ^(success|skipped)$", False),
        ("always()", "=~ ^(success|skipped)$", False),
    ],
)
def test_a_job_that_takes_a_skipped_one_for_good_is_told(condition, asks, is_told):
    skipped = f'u: {{ name: unit, if: "{condition}", runs-on: x, steps: [{{ run: make }}] }}'
    steps = f"{{ run: '[[ \"${{{{ needs.u.result }}}}\" {asks} ]]' }}"

    assert ("was skipped" in passing(steps, jobs=(skipped, E2E))) is is_told
