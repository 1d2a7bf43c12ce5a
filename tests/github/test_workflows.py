"""Workflow files: what hides a result, and what GitHub does not take."""

import pytest

from verifier.github.workflows import parse_workflow
from verifier.model.finding import Unobserved

PATH = ".github/workflows/ci.yml"


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
