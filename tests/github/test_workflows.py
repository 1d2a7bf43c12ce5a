"""Workflow files: what hides a result, and what GitHub does not take."""

import pytest

from verifier.decide.workflows.hidden_results import masks_of
from verifier.github.workflows import parse_workflow
from verifier.model.finding import Unobserved

PATH = ".github/workflows/ci.yml"


@pytest.mark.parametrize(
    ("jobs", "is_refused"),
    [
        ("lint: {}, Lint: {}", True),
        ("a: { env: { x: 1, X: 2 } }", True),
        ("lint: {}, linter: {}", False),
        ("a: { x: 1 }, b: { X: 2 }", False),
    ],
)
def test_keys_that_differ_in_case_alone_are_one_key(jobs, is_refused):
    found = parse_workflow(PATH, f"on: push\njobs: {{ {jobs} }}\n")

    assert isinstance(found, Unobserved) == is_refused


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

    assert [mask.line for mask in masks_of(job)] == ([5] if masked else [])


@pytest.mark.parametrize(
    "text", ["- a", "on: [", "\t", "a: &a [*a]"], ids=["list", "broken", "tab", "loop"]
)
def test_a_file_that_is_no_workflow_is_told(text):
    found = parse_workflow(PATH, text)

    assert isinstance(found, Unobserved) or found.jobs == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("on: a\njobs:\n  t: { x: &x { b: 1 }, y: { <<: *x } }\n", "3:1", id="merge"),
        pytest.param("on: push\non: pull_request\n", "found 'on' twice", id="twice"),
        pytest.param("jobs:\n  t: {}\n  t: {}\n", "found 't' twice", id="job-twice"),
    ],
)
def test_what_github_does_not_take_is_not_read(text, told):
    found = parse_workflow(PATH, text)

    assert isinstance(found, Unobserved)
    assert told in found.reason


def test_anchors_are_followed():
    text = "on: push\njobs:\n  a: &a { name: A }\n  b: *a\n"

    assert [(job.id, job.name) for job in parse_workflow(PATH, text).jobs] == [
        ("a", "A"),
        ("b", "A"),
    ]


def test_a_file_without_end_is_not_read():
    found = parse_workflow("a.yml", "on: push\n" + "# x\n" * 200_000)

    assert found == Unobserved("a.yml is larger than 512 KiB, and was not read")


@pytest.mark.parametrize(
    ("text", "is_github_s"),
    [
        ("on: push\nx: &a {}\njobs: { a: { <<: *a } }\n", True),
        ("on: push\non: push\n", True),
        ("on: [push\n", True),
        ("on: push\n" + "# x\n" * 200_000, False),
    ],
    ids=["merge key", "twice", "no YAML", "too large for us"],
)
def test_what_github_cannot_read_either_is_known(text, is_github_s):
    assert parse_workflow("a.yml", text).is_final is is_github_s


@pytest.mark.parametrize(
    "said", ["production", "{ name: production }", "{ name: production, deployment: false }"]
)
def test_a_job_has_its_environment_also_where_no_deployment_is_recorded(said):
    text = (
        f"on: push\njobs: {{ a: {{ runs-on: x, environment: {said}, steps: [{{ run: x }}] }} }}\n"
    )

    (job,) = parse_workflow(PATH, text).jobs

    assert job.environment == "production"
