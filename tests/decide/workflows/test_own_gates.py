"""Which gates there are already: in what a workflow calls, what follows it, and for whom they run."""

import pytest
import yaml

from verifier.decide.uploads import find_uploads
from verifier.decide.workflows.own_gates import OwnGates
from verifier.github.workflows import parse_workflow

ACTION = "acme/railway-deploy-verifier@v1"
GATE = {"uses": ACTION}
UPLOAD = {"run": "railway up -s api"}
MAIN = {"push": {"branches": ["main"]}}
BOTH = {"push": {"branches": ["main", "staging"]}}
CALLED = "./.github/workflows/called.yml"
OF_STAGING = {"if": "github.ref == 'refs/heads/staging'"}


def job(*steps, **keys):
    return {"runs-on": "x", "steps": [*steps], **keys}


def workflow(name, on, **jobs):
    text = yaml.safe_dump({"name": name, "on": on, "jobs": jobs})
    return parse_workflow(f".github/workflows/{name}.yml", text)


def composite(*steps):
    said = {"name": "g", "runs": {"using": "composite", "steps": [*steps]}}
    return {"ci/gate/action.yml": yaml.safe_dump(said)}.get


def none(_path):
    return None


def is_judged(*workflows, read=none):
    (upload,) = find_uploads(workflows, read, "production", "main")
    return upload.has_gate


def pushes_are_judged(*workflows, read=none):
    return OwnGates({w.path: w for w in workflows}, read, "production", "main").judge_pushes()


def test_a_called_workflow_judges_what_its_caller_uploads():
    gate = workflow("called", "workflow_call", gate=job(GATE))

    assert is_judged(workflow("deploy", MAIN, deploy=job(UPLOAD), gate={"uses": CALLED}), gate)
    assert pushes_are_judged(workflow("verify", MAIN, gate={"uses": CALLED}), gate)
    off = {"uses": CALLED, **OF_STAGING}
    assert not is_judged(workflow("deploy", MAIN, deploy=job(UPLOAD), gate=off), gate)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([GATE], True),
        ([{"run": "verifier gate", "shell": "bash"}], True),
        ([{"run": "set -e\nuvx railway-deploy-verifier gate\n", "shell": "bash"}], True),
        ([{"uses": ACTION, "with": {"command": "check"}}], False),
        ([{"run": "echo hello", "shell": "bash"}], False),
    ],
)
def test_an_action_of_the_repository_may_be_the_gate(steps, expected):
    mine = {"uses": "./ci/gate"}
    read = composite(*steps)

    assert is_judged(workflow("deploy", MAIN, deploy=job(UPLOAD, mine)), read=read) is expected
    assert pushes_are_judged(workflow("verify", MAIN, gate=job(mine)), read=read) is expected


@pytest.mark.parametrize(
    ("run", "condition", "expected"),
    [
        ({"workflows": ["deploy"]}, "", True),
        ({"workflows": ["deploy"], "branches": ["main"]}, "", True),
        ({"workflows": ["deploy"], "branches": ["staging"]}, "", False),
        ({"workflows": ["other"]}, "", False),
        ({"workflows": ["deploy"]}, "github.event.workflow_run.head_branch == 'main'", True),
        ({"workflows": ["deploy"]}, "github.event.workflow_run.head_branch == 'next'", False),
    ],
)
def test_a_workflow_that_follows_judges_it(run, condition, expected):
    gate = job(GATE, **({"if": condition} if condition else {}))

    found = [workflow("deploy", MAIN, a=job(UPLOAD)), workflow("v", {"workflow_run": run}, g=gate)]

    assert is_judged(*found) is expected


@pytest.mark.parametrize(
    ("on", "gate", "expected"),
    [
        (MAIN, job(GATE), True),
        (BOTH, job(GATE), True),
        ("push", job(GATE), True),
        ("deployment_status", job(GATE), True),
        ({**MAIN, "pull_request": None}, job(GATE), True),
        ({"push": {"branches": ["develop"]}}, job(GATE), False),
        ({"push": {"branches-ignore": ["main"]}}, job(GATE), False),
        ("pull_request", job(GATE), False),
        (BOTH, job(GATE, **OF_STAGING), False),
        (BOTH, job({**GATE, **OF_STAGING}), False),
        (["push", "pull_request"], job(GATE, **{"if": "github.event_name != 'push'"}), False),
        (MAIN, job({**GATE, "if": "false"}), False),
        (MAIN, job({**GATE, "if": "${{ false && always() }}"}), False),
        (BOTH, job(GATE, environment="staging"), False),
        (BOTH, job(GATE, environment="production"), True),
        (BOTH, job({**GATE, "with": {"railway-token": "${{ secrets.STAGING_TOKEN }}"}}), False),
    ],
)
def test_a_gate_counts_where_it_may_judge_what_reaches_this_environment(on, gate, expected):
    assert pushes_are_judged(workflow("verify", on, gate=gate)) is expected


def test_the_gate_of_another_environment_s_upload_is_none_of_this_one_s():
    staging = job(UPLOAD, GATE, environment="staging", **OF_STAGING)
    ours = {"environment": "production", "if": "github.ref == 'refs/heads/main'"}

    assert not is_judged(workflow("deploy", BOTH, a=staging, b=job(UPLOAD, **ours)))
    assert is_judged(workflow("deploy", BOTH, a=staging, b=job(UPLOAD, GATE, **ours)))


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "line", [" " * 200_000, "\n" * 200_000, "verifier " * 20_000, "$(" * 50_000]
)
def test_an_action_that_nobody_writes_by_hand_keeps_nobody_busy(line):
    verify = workflow("verify", MAIN, gate=job({"uses": "./ci/gate"}))

    assert not pushes_are_judged(verify, read={"ci/gate/action.yml": line + "\nverifier"}.get)


BY_HAND = {"if": "github.event_name == 'workflow_dispatch'"}
OURS = {"if": "github.ref == 'refs/heads/main'"}
#: A job that uploads from the deployed branch, one that does so elsewhere, and who has the gate.
PAIRS = [
    (job(UPLOAD, **OURS), job(UPLOAD, GATE, **OF_STAGING), False),
    (job(UPLOAD, GATE, **OURS), job(UPLOAD, **OF_STAGING), True),
    (job(UPLOAD), job(UPLOAD, GATE, **BY_HAND), False),
    (job(UPLOAD, GATE, **BY_HAND), job({"run": "make"}), True),
    (job(UPLOAD, GATE, **BY_HAND), job(UPLOAD, GATE, **OF_STAGING), True),
]


@pytest.mark.parametrize(("one", "other", "expected"), PAIRS)
def test_more_events_do_not_make_another_branch_s_gate_this_one_s(one, other, expected):
    by_hand = {**BOTH, "workflow_dispatch": None}

    assert is_judged(workflow("deploy", by_hand, a=one, b=other)) is expected
