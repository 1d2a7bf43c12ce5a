"""Workflow files: names of jobs, triggers, and what hides a result."""

import pytest

from verifier.decide.drift.filter_patterns import matches
from verifier.decide.drift.reported_checks import reports_on_pull_request
from verifier.github.workflows import parse_workflow
from verifier.model.finding import Unobserved
from verifier.model.workflow import Workflow

PATH = ".github/workflows/ci.yml"


def workflow(jobs, on="[pull_request]", path=PATH):
    parsed = parse_workflow(path, f"on: {on}\njobs:\n" + "".join(f"  {job}\n" for job in jobs))
    assert isinstance(parsed, Workflow), parsed
    return parsed


def reports(*workflows, branch="main", required=()):
    return reports_on_pull_request(workflows, branch, frozenset(required))


@pytest.mark.parametrize(
    ("job", "names"),
    [
        pytest.param("test: {}", ["test"], id="its-id"),
        pytest.param("test: { name: Run Tests }", ["Run Tests"], id="its-name"),
        pytest.param(
            "test: { name: T, strategy: { matrix: { py: ['3.11', '3.13'], os: [a] } } }",
            ["T (3.11, a)", "T (3.13, a)"],
            id="matrix",
        ),
        pytest.param(
            "test: { name: 'T on ${{ matrix.py }}', strategy: { matrix: { py: [1, 2] } } }",
            ["T on 1", "T on 2"],
            id="matrix-in-the-name",
        ),
        pytest.param(
            f"test: {{ name: '${{{{{' ' * 100_000}x' }}", ["${{" + " " * 100_000 + "x"], id="open"
        ),
    ],
)
def test_what_a_job_reports_as(job, names):
    assert [check.name for check in reports(workflow([job])).checks] == names


@pytest.mark.parametrize(
    "job",
    [
        "test: { name: '${{ inputs.name }}' }",
        "test: { strategy: { matrix: '${{ fromJSON(needs.a.outputs.m) }}' } }",
        "test: { strategy: { matrix: { py: [1], include: [{ py: 2 }] } } }",
        "test: { uses: acme/shared/.github/workflows/x.yml@main }",
    ],
    ids=["expression", "matrix-from-a-run", "include", "workflow-of-another-repository"],
)
def test_what_only_a_run_tells_is_not_guessed(job):
    found = reports(workflow([job]))

    assert (found.checks, len(found.unresolved)) == ((), 1)


def test_a_called_workflow_reports_below_its_caller():
    caller = workflow(["ci: { name: CI, uses: ./.github/workflows/inner.yml }"])
    inner = workflow(["t: { name: Test }"], on="workflow_call", path=".github/workflows/inner.yml")

    assert [check.name for check in reports(caller, inner).checks] == ["CI / Test"]


def test_a_workflow_that_calls_itself_ends():
    loop = workflow([f"ci: {{ uses: ./{PATH} }}"])

    assert len(reports(loop).unresolved) == 1


@pytest.mark.parametrize(
    ("on", "pending"),
    [
        pytest.param("pull_request", "", id="always"),
        pytest.param("{ pull_request: {} }", "", id="mapping"),
        pytest.param("{ pull_request: { branches: [main] } }", "", id="this-branch"),
        pytest.param(
            "{ pull_request: { branches: ['rel/**'] } }",
            "only runs on pull requests into",
            id="other-branch",
        ),
        pytest.param("{ pull_request: { branches-ignore: [main] } }", "ignores", id="ignored"),
        pytest.param("{ pull_request: { paths: [src/**] } }", "certain paths", id="paths"),
        pytest.param("{ pull_request: { types: [opened] } }", "opened", id="first-time-only"),
        pytest.param("push", None, id="not-on-pull-requests"),
    ],
)
def test_a_check_that_may_wait_for_ever(on, pending):
    checks = reports(workflow(["t: {}"], on)).checks

    if pending is None:
        assert checks == ()
    else:
        (check,) = checks
        assert bool(check.pending) is bool(pending)
        assert pending in check.pending


@pytest.mark.parametrize(
    ("job", "required", "skippable"),
    [
        pytest.param("t: {}", (), "", id="always"),
        pytest.param("t: { if: github.actor != 'bot' }", (), "condition", id="condition"),
        pytest.param("t: { if: always(), needs: a }", (), "", id="always-after-another"),
        pytest.param("t: { if: '!cancelled()', needs: a }", (), "", id="unless-cancelled"),
        pytest.param("t: { needs: a }", (), "a, which is not required", id="needs-another"),
        pytest.param("t: { needs: [a] }", ("a",), "", id="needs-one-that-is-required"),
    ],
)
def test_a_check_that_a_skip_passes(job, required, skippable):
    found = {c.name: c for c in reports(workflow(["a: {}", job]), required=required).checks}

    assert bool(found["t"].skippable) is bool(skippable)
    assert skippable in found["t"].skippable


STEP = "      - {step}\n"


@pytest.mark.parametrize(
    ("step", "masked"),
    [
        pytest.param("{ uses: acme/railway-deploy-verifier@v1 }", False, id="plain"),
        pytest.param(
            "{ uses: acme/railway-deploy-verifier@v1, continue-on-error: true }", True, id="goes-on"
        ),
        pytest.param("{ run: verifier gate || true }", True, id="or-true"),
        pytest.param("{ run: verifier gate | tee log }", True, id="pipe"),
        pytest.param("{ run: verifier gate | tee log, shell: bash }", False, id="pipefail"),
        pytest.param("{ run: make || true }", False, id="another-step"),
        pytest.param("{ uses: acme/railway-deploy-verifier@v1, if: false }", True, id="never-runs"),
    ],
)
def test_what_hides_the_verifiers_result(step, masked):
    text = f"on: push\njobs:\n  gate:\n    steps:\n      - {step}\n"

    (job,) = parse_workflow(PATH, text).jobs

    assert [mask.line for mask in job.masks] == ([5] if masked else [])


@pytest.mark.parametrize(
    "text", ["- a", "on: [", "\t", "a: &a [*a]"], ids=["list", "broken", "tab", "loop"]
)
def test_a_file_that_is_no_workflow_is_told(text):
    found = parse_workflow(PATH, text)

    assert isinstance(found, Unobserved) or found.jobs == ()


@pytest.mark.parametrize(
    ("pattern", "branch", "fits"),
    [
        ("main", "main", True),
        ("release/*", "release/1", True),
        ("release/*", "release/1/2", False),
        ("release/**", "release/1/2", True),
        ("v?", "v", True),
        ("v?", "v1", False),
        ("main", "maintenance", False),
    ],
)
def test_branch_filters(pattern, branch, fits):
    assert matches(pattern, branch) is fits
