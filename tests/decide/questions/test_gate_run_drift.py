"""What ends a gate in the middle, or drops one that waits: read from workflow files."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import START
from verifier.decide.questions.gate_run_drift import (
    disabled_gate_drift,
    gate_run_drift,
    parked_gate_drift,
)
from verifier.github.workflows import parse_workflow
from verifier.model.finding import Outcome, Unobserved
from verifier.model.workflow import WaitingRun

ACTION = "uses: owner/railway-deploy-verifier@abc"


def workflow(step="run: verifier gate", job="", top=""):
    return parse_workflow(
        ".github/workflows/gate.yml",
        f"on: push\n{top}\njobs:\n  gate:\n    runs-on: x\n    {job}\n    steps: [{{ {step} }}]\n",
    )


def grouped(expression):
    return f'concurrency: "gate-${{{{ {expression} }}}}"'


CANCELS = "concurrency: { group: 'gate-${{ github.sha }}', cancel-in-progress: true }"
SHARED = "concurrency: { group: gate }"
REF = "concurrency: gate-${{ github.ref }}"
IN_LINE = "concurrency: { group: gate, queue: max }"
ITS_OWN = "concurrency: { group: 'gate-${{ github.sha }}', cancel-in-progress: false }"
BY_DEPLOYMENT = "concurrency: 'x-${{ github.event.deployment_status.id }}'"
BY_EVENT = "concurrency: { group: '${{ github.sha }}', cancel-in-progress: \"${{ x }}\" }"


@pytest.mark.parametrize(
    ("found", "told"),
    [
        pytest.param(workflow(), [], id="none"),
        pytest.param(workflow(job=CANCELS), ["cancel-in-progress"], id="cancelled"),
        pytest.param(workflow(top=CANCELS), ["cancel-in-progress"], id="the-workflow-is"),
        pytest.param(workflow(job=SHARED), ["concurrency"], id="dropped"),
        pytest.param(workflow(top=REF), ["concurrency"], id="by-branch"),
        pytest.param(workflow(job=IN_LINE), [], id="in-line"),
        pytest.param(workflow(job=ITS_OWN), [], id="of-one-commit"),
        pytest.param(workflow(job=BY_DEPLOYMENT), [], id="of-one-deployment"),
        pytest.param(workflow(job=BY_EVENT), [], id="only-a-run-tells"),
        pytest.param(
            workflow(job=grouped("github.event.workflow_run.head_sha")), [], id="of-a-run"
        ),
        pytest.param(workflow(job=grouped("github.run_number")), [], id="by-number"),
        pytest.param(workflow(job=grouped("github.event.deployment.sha")), [], id="by-commit"),
        pytest.param(
            workflow(job=grouped("github.event['deployment_status']['id']")), [], id="by-status"
        ),
        pytest.param(
            workflow(job=grouped("toJSON(github.event.deployment)")), [], id="by-all-of-it"
        ),
        pytest.param(workflow(job=grouped("github.event.client_payload.sha")), [], id="by-payload"),
        *(
            pytest.param(workflow(job=grouped(shared)), ["concurrency"], id=f"shared-{shared}")
            for shared in (
                "github.event.deployment.environment",
                "github.event['deployment']['environment']",
                "github.event.deployment_status.environment",
                "github.event.deployment_status.state",
                "github.event.deployment.task",
                "github.event.deployment.creator.login",
                "github.event.client_payload.environment",
                "github.event_name == 'deployment_status'",
            )
        ),
        pytest.param(workflow(job=grouped("format('{0}', github['sha'])")), [], id="by-index"),
        pytest.param(
            workflow(job=grouped("github.event.workflow_run.head_branch")),
            ["concurrency"],
            id="of-a-branch-s-run",
        ),
        pytest.param(workflow("run: make test", CANCELS), [], id="no-gate"),
        pytest.param(workflow("run: verifier audit", SHARED), [], id="an-audit"),
        pytest.param(workflow(ACTION, SHARED), ["concurrency"], id="the-action"),
        pytest.param(workflow(f"{ACTION}, with: {{ command: audit }}", SHARED), [], id="its-audit"),
    ],
)
def test_what_is_told(found, told):
    rows = list(gate_run_drift([found]))

    start = "gate-run: .github/workflows/gate.yml: gate: "
    assert [row.setting.removeprefix(start) for row in rows] == told


def waiting(hours, file="gate.yml", *, is_behind=False):
    created_at = START - timedelta(hours=hours)
    return WaitingRun(f".github/workflows/{file}", created_at, "https://run.test/1", is_behind)


def behind(hours, **more):
    return waiting(hours, is_behind=True, **more)


@pytest.mark.parametrize(
    ("found", "runs", "words"),
    [
        pytest.param(workflow(), [], "", id="none-waits"),
        pytest.param(
            workflow(),
            [waiting(72)],
            "a run waits for an approval, the oldest for 72 hours",
            id="days",
        ),
        pytest.param(workflow(), [waiting(72), waiting(8)], "2 runs wait", id="two"),
        pytest.param(workflow(), [waiting(5)], "", id="hours"),
        pytest.param(workflow(), [waiting(72, "other.yml")], "", id="another-workflow"),
        pytest.param(workflow("run: make"), [waiting(72)], "", id="no-gate"),
        pytest.param(workflow(), Unobserved("HTTP 403"), "could not read which", id="unread"),
        pytest.param(workflow("run: make"), Unobserved("HTTP 403"), "", id="unread-and-no-gate"),
    ],
)
def test_a_gate_that_waits_for_an_approval_judges_nothing(found, runs, words):
    rows = list(parked_gate_drift([found], runs, START))

    assert [words in row.actual for row in rows] == ([True] if words else [])


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        pytest.param([behind(7)], {"queue": "a run waits for another one of its"}, id="hours"),
        pytest.param([behind(7), behind(9)], {"queue": "the oldest for 9 hours"}, id="two"),
        pytest.param([behind(5)], {}, id="not-long"),
        pytest.param([behind(72, file="other.yml")], {}, id="another-workflow"),
        pytest.param(
            [waiting(80), behind(72)],
            {"approval": "for 80 hours", "queue": "for 72 hours"},
            id="behind-one-that-waits",
        ),
    ],
)
def test_a_gate_whose_group_is_held_judges_nothing(runs, told):
    rows = list(parked_gate_drift([workflow()], runs, START))

    assert [row.setting.rpartition(": ")[2] for row in rows] == list(told)
    assert all(words in row.actual for row, words in zip(rows, told.values(), strict=True))


OFF = replace(workflow(), is_disabled=True)
CALLED = parse_workflow(
    ".github/workflows/gate.yml",
    "on: workflow_call\njobs: { gate: { steps: [{ run: verifier gate }] } }\n",
)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        pytest.param([OFF], [Outcome.FAIL], id="the-only-one-is-off"),
        pytest.param(
            [OFF, replace(workflow(), path="other.yml")], [Outcome.WARN], id="another-is-on"
        ),
        pytest.param([OFF, replace(OFF, path="other.yml")], [Outcome.FAIL] * 2, id="both-are-off"),
        pytest.param([workflow()], [], id="on"),
        pytest.param([replace(workflow(), is_disabled=Unobserved("HTTP 403"))], [], id="unread"),
        pytest.param([replace(CALLED, is_disabled=True)], [], id="others-call-it"),
        pytest.param(
            [replace(workflow("run: make test"), is_disabled=True)], [], id="without-a-gate"
        ),
    ],
)
def test_a_gate_whose_workflow_is_disabled_judges_nothing(found, told):
    assert [row.severity for row in disabled_gate_drift(found, "acme/shop")] == told
