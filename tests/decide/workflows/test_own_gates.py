"""Which gates there are already: in what a workflow calls, what follows it, and for whom they run."""

import pytest
import yaml

from verifier.decide.upload_gates import push_points, upload_points
from verifier.decide.uploads import find_uploads
from verifier.decide.workflows.own_gates import OwnGates
from verifier.decide.workflows.unfolded_actions import unfolded
from verifier.github.workflows import parse_action, parse_workflow

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
    return {"ci/gate": parse_action("ci/gate/action.yml", yaml.safe_dump(said))}.get


def none(_path):
    return None


def upload_of(*workflows, read=none, actions=none):
    whole = [unfolded(workflow, actions) for workflow in workflows]
    (upload,) = find_uploads(whole, read, "production", "main")
    return upload


def is_judged(*workflows, read=none, actions=none):
    return upload_of(*workflows, read=read, actions=actions).has_gate


def pushes_are_judged(*workflows, read=none, actions=none):
    whole = {w.path: unfolded(w, actions) for w in workflows}
    return OwnGates(whole, read, "production", "main").judge_pushes()


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
    mine_is = composite(*steps)

    whole = workflow("deploy", MAIN, deploy=job(UPLOAD, mine))
    assert is_judged(whole, actions=mine_is) is expected
    assert pushes_are_judged(workflow("verify", MAIN, gate=job(mine)), actions=mine_is) is expected


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

    text = f"runs:\n  using: composite\n  steps:\n    - run: |\n        {line}verifier\n"

    assert not pushes_are_judged(verify, actions=lambda _: parse_action("action.yml", text))


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


CONFIG = ".github/verifier-staging.yml"
STAGED = {"uses": ACTION, "with": {"config": CONFIG}}
BY_OPTION = {"run": f"verifier gate --config {CONFIG}", "shell": "bash"}
BY_VARIABLE = {"run": "verifier gate", "shell": "bash", "env": {"VERIFIER_CONFIG": CONFIG}}


@pytest.mark.parametrize("gate", [STAGED, BY_OPTION, BY_VARIABLE])
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (None, False),
        ("guards: { app-env: staging }", False),
        ("railway: { environment: staging }", False),
        ("services:\n  api: {}", False),
        ("guards:\n  app-env: production  # not staging\n", True),
    ],
)
def test_a_gate_with_another_environments_configuration_is_none_of_this_one_s(gate, said, expected):
    read = {CONFIG: said}.get

    assert is_judged(workflow("deploy", MAIN, a=job(UPLOAD, gate)), read=read) is expected
    assert pushes_are_judged(workflow("verify", MAIN, a=job(gate)), read=read) is expected


def test_nor_is_one_whose_configuration_speaks_of_another_environment_under_the_usual_name():
    read = {".github/verifier.yml": "version: 1\nguards: { app-env: staging }\n"}.get

    assert not is_judged(workflow("deploy", MAIN, a=job(UPLOAD, GATE)), read=read)
    assert is_judged(workflow("deploy", MAIN, a=job(UPLOAD, GATE)))


@pytest.mark.parametrize(("stage", "expected"), [("staging", False), ("production", True)])
def test_an_environment_that_a_called_gate_is_given_says_whose_it_is(stage, expected):
    asked = {"workflow_call": {"inputs": {"stage": {"type": "string"}}}}
    gate = workflow("called", asked, g=job(GATE, environment="${{ inputs.stage }}"))
    calls = {"uses": CALLED, "with": {"stage": stage}}

    assert is_judged(workflow("deploy", MAIN, a=job(UPLOAD), g=calls), gate) is expected
    assert pushes_are_judged(workflow("verify", MAIN, g=calls), gate) is expected


def test_so_does_one_by_the_branch():
    by_branch = "${{ github.ref_name == 'main' && 'production' || 'staging' }}"
    other = by_branch.replace("==", "!=")

    assert pushes_are_judged(workflow("verify", BOTH, g=job(GATE, environment=by_branch)))
    assert not pushes_are_judged(workflow("verify", BOTH, g=job(GATE, environment=other)))


OF_WORKER = {"uses": ACTION, "with": {"services": "worker"}}
BEFORE = {"needs": "a"}


@pytest.mark.parametrize(
    ("jobs", "expected"),
    [
        ({"a": job(GATE, UPLOAD)}, False),
        ({"a": job(UPLOAD, GATE)}, True),
        ({"a": job(GATE), "b": job(UPLOAD, **BEFORE)}, False),
        ({"a": job(UPLOAD), "b": job(GATE, **BEFORE)}, True),
        ({"a": job(GATE), "b": job(UPLOAD)}, True),
        ({"a": job(UPLOAD, {**GATE, "if": "failure()"})}, False),
        ({"a": job(UPLOAD, {**GATE, "if": "always()"})}, True),
        ({"a": job({**UPLOAD, "id": "u"}, {**GATE, "if": "steps.u.outcome == 'failure'"})}, False),
        ({"a": job(UPLOAD), "b": job(GATE, **BEFORE, **{"if": "failure()"})}, False),
        (
            {"a": job(UPLOAD), "b": job(GATE, **BEFORE, **{"if": "needs.a.result == 'failure'"})},
            False,
        ),
    ],
)
def test_a_gate_before_its_upload_or_after_a_failure_alone_judges_none(jobs, expected):
    assert is_judged(workflow("deploy", MAIN, **jobs)) is expected


def test_a_called_gate_before_the_upload_judges_none():
    gate = workflow("called", "workflow_call", gate=job(GATE))
    calls = {"uses": CALLED}

    assert not is_judged(workflow("deploy", MAIN, a=calls, b=job(UPLOAD, needs="a")), gate)
    assert is_judged(workflow("deploy", MAIN, a=job(UPLOAD), b={**calls, "needs": "a"}), gate)


def test_one_that_follows_a_failure_alone_judges_none():
    run = {"workflow_run": {"workflows": ["deploy"]}}
    failed = {"if": "github.event.workflow_run.conclusion == 'failure'"}

    follows = workflow("v", run, g=job(GATE, **failed))

    assert not is_judged(workflow("deploy", MAIN, a=job(UPLOAD)), follows)


@pytest.mark.parametrize(
    "gate", [OF_WORKER, {"run": "verifier gate --service=worker", "shell": "bash"}]
)
def test_a_gate_of_another_service_judges_none_and_what_one_leaves_out_is_told(gate):
    both = job(UPLOAD, {"run": "railway up -s worker"}, gate)

    assert not is_judged(workflow("deploy", MAIN, a=job(UPLOAD, gate)))
    upload = upload_of(workflow("deploy", MAIN, a=both))
    assert (upload.has_gate, upload.unjudged) == (True, ("api",))
    (line,) = upload_points([upload], ["api", "worker"], "main")
    assert "no gate judges the upload of api, though one judges what else" in line


def test_a_gate_of_each_service_leaves_none_out():
    of_api = {"uses": ACTION, "with": {"services": "api, Dashboard"}}
    steps = [UPLOAD, of_api, {"run": "railway up -s worker"}, OF_WORKER]

    upload = upload_of(workflow("deploy", MAIN, a=job(*steps)))

    assert (upload.has_gate, upload.unjudged) == (True, ())


def test_a_job_behind_the_gate_that_uploads_too_is_told():
    jobs = {"a": job(UPLOAD, GATE), "b": job({"run": "railway up"}, needs="a")}

    upload = upload_of(workflow("deploy", MAIN, **jobs))

    assert (upload.has_gate, upload.unjudged) == (True, ("b",))


NOT_HERE = job({"run": "echo hello"}, **{"if": "github.ref_name != 'main'"})


@pytest.mark.parametrize(
    ("jobs", "expected"),
    [
        ({"a": NOT_HERE, "g": job(GATE, needs=["a", "deploy"])}, False),
        ({"a": job(needs="b"), "b": NOT_HERE, "g": job(GATE, needs=["a", "deploy"])}, False),
        ({"a": job({"run": "x"}, **{"if": False}), "g": job(GATE, needs=["a"])}, False),
        (
            {"a": job(needs="deploy", **{"if": "failure()"}), "g": job(GATE, needs=["a"])},
            False,
        ),
        (
            {
                "a": NOT_HERE,
                "g": job(GATE, needs=["a"], **{"if": "always() && needs.a.result == 'success'"}),
            },
            False,
        ),
        ({"a": NOT_HERE, "g": job(GATE, needs=["a"], **{"if": "!failure()"})}, True),
        ({"a": NOT_HERE, "g": job(GATE, needs=["a"], **{"if": "always()"})}, True),
        (
            {
                "a": NOT_HERE,
                "g": job(
                    GATE, needs=["a"], **{"if": "!cancelled() && needs.a.result != 'failure'"}
                ),
            },
            True,
        ),
        ({"a": job({"run": "x"}, **{"if": "vars.A"}), "g": job(GATE, needs=["a"])}, True),
        ({"a": NOT_HERE, "g": job(GATE, needs=["deploy"])}, True),
    ],
)
def test_a_gate_that_is_skipped_with_a_job_that_it_needs_judges_none(jobs, expected):
    pushed = {"push": {"branches": ["main", "staging"]}}

    assert is_judged(workflow("deploy", pushed, deploy=job(UPLOAD), **jobs)) is expected
    assert pushes_are_judged(workflow("v", pushed, deploy=job(), **jobs)) is expected
    called = workflow("called", "workflow_call", deploy=job(UPLOAD), **jobs)
    assert is_judged(workflow("deploy", pushed, all={"uses": CALLED}), called) is expected


def test_a_called_gate_is_skipped_with_what_its_caller_needs():
    gate = workflow("called", "workflow_call", gate=job(GATE))
    jobs = {"deploy": job(UPLOAD), "a": NOT_HERE, "g": {"uses": CALLED, "needs": ["deploy", "a"]}}

    assert not is_judged(workflow("deploy", BOTH, **jobs), gate)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("github.event.workflow_run.event == 'workflow_dispatch'", False),
        ("github.event.workflow_run.event == 'pull_request'", False),
        ("github.event.workflow_run.head_branch == 'staging'", False),
        ("github.event.workflow_run.event == 'push'", True),
        ("github.event.workflow_run.event != 'pull_request'", True),
        ("github.event_name == 'workflow_dispatch'", False),
    ],
)
@pytest.mark.parametrize("more", [{}, {"workflow_dispatch": None}])
def test_a_gate_follows_the_runs_of_an_event(condition, expected, more):
    run = {"workflow_run": {"workflows": ["deploy"]}, **more}
    follows = workflow("v", run, g=job(GATE, **{"if": condition}))

    assert is_judged(workflow("deploy", MAIN, a=job(UPLOAD)), follows) is expected


def test_one_that_follows_another_event_may_judge_what_is_started_by_that():
    run = {"workflow_run": {"workflows": ["deploy"]}}
    condition = "github.event.workflow_run.event == 'workflow_dispatch'"
    follows = workflow("v", run, g=job(GATE, **{"if": condition}))

    assert is_judged(workflow("deploy", {"workflow_dispatch": None}, a=job(UPLOAD)), follows)


OF_EVENT = "github.event.deployment.environment"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (f"{OF_EVENT} == 'shop / production'", True),
        (f"{OF_EVENT} == 'shop / staging'", False),
        (
            f"github.event.deployment_status.state == 'success' && contains({OF_EVENT}, 'stag')",
            False,
        ),
        ("github.event.deployment_status.environment == 'shop / staging'", False),
        (f"${{{{ !endsWith({OF_EVENT}, 'production') }}}}", False),
        (f"endsWith({OF_EVENT}, 'Production')", True),
        ("github.event.deployment_status.state == 'success'", True),
        ("github.event.deployment.creator.login == 'railway-app[bot]'", True),
        ("github.event.deployment.creator.login == 'vercel[bot]'", False),
        ("contains(fromJSON(vars.ENVIRONMENTS), github.event.deployment.environment)", True),
    ],
)
def test_a_gate_for_the_deployments_of_another_environment_judges_none_of_this_one(
    condition, expected
):
    gate = workflow("v", "deployment_status", g=job(GATE, **{"if": condition}))

    own = OwnGates({gate.path: gate}, none, "production", "main", "shop")
    assert own.judge_pushes() is expected
    untold = OwnGates({gate.path: gate}, none, "production", "main")
    assert untold.judge_pushes() is ("vercel" not in condition)


OF_API = {"uses": ACTION, "with": {"services": "API"}}


@pytest.mark.parametrize(
    ("flows", "left"),
    [
        ([workflow("v", MAIN, g=job(OF_API))], "worker"),
        ([workflow("v", MAIN, g=job(OF_API), h=job(OF_WORKER))], ""),
        ([workflow("v", MAIN, g=job(OF_API), h=job(GATE))], ""),
        ([workflow("v", MAIN, g=job(GATE))], ""),
        ([workflow("v", MAIN, g=job({"run": "echo"}))], ""),
        ([workflow("d", MAIN, g=job({"run": "railway up -s worker"}, OF_WORKER))], "api"),
        ([workflow("d", MAIN, g=job({"run": "railway up -s worker"}))], ""),
        ([workflow("d", MAIN, g=job({"run": "railway up"}, GATE))], ""),
    ],
)
def test_a_service_that_no_gate_of_the_repository_waits_for_is_told(flows, left):
    own = OwnGates({w.path: w for w in flows}, none, "production", "main")
    uploads = find_uploads(flows, none, "production", "main")

    lines = list(push_points(uploads, ["api", "worker"], own.waited_for()))

    told = [line for line in lines if line.startswith("the gates of the repository wait for")]
    assert [f"what is deployed of {left}. " in line for line in told] == [True] * bool(left)


@pytest.mark.parametrize(
    ("push", "expected"),
    [
        ({"tags": ["v*"]}, False),
        ({"tags": ["v*"], "branches": ["main"]}, True),
        ({"tags": ["v*"], "branches-ignore": ["staging"]}, True),
        ({"tags": ["v*"], "branches-ignore": ["main"]}, False),
        ({}, True),
    ],
)
def test_a_gate_of_tags_alone_judges_no_push_to_a_branch(push, expected):
    assert pushes_are_judged(workflow("v", {"push": push}, g=job(GATE))) is expected


MIDDLE = "./.github/workflows/middle.yml"


@pytest.mark.parametrize(
    ("jobs", "expected"),
    [
        ({"a": NOT_HERE, "g": {"uses": CALLED, "needs": "a"}}, False),
        ({"a": NOT_HERE, "b": job(needs="a"), "g": {"uses": CALLED, "needs": "b"}}, False),
        ({"g": {"uses": CALLED, "if": "inputs.stage == 'staging'"}}, False),
        ({"g": {"uses": CALLED, "if": "inputs.stage == 'production'"}}, True),
        ({"a": NOT_HERE, "g": {"uses": CALLED, "needs": "a", "if": "always()"}}, True),
        ({"a": NOT_HERE, "g": {"uses": CALLED}}, True),
    ],
)
def test_a_call_that_is_skipped_between_two_calls_brings_no_gate(jobs, expected):
    given = {"workflow_call": {"inputs": {"stage": {"type": "string"}}}}
    middle = workflow("middle", given, **jobs)
    gate = workflow("called", "workflow_call", gate=job(GATE))
    outer = {"uses": MIDDLE, "with": {"stage": "production"}}

    whole = workflow("deploy", BOTH, deploy=job(UPLOAD), v={**outer, "needs": "deploy"})
    assert is_judged(whole, middle, gate) is expected
    assert pushes_are_judged(workflow("v", BOTH, v=outer), middle, gate) is expected


TAGGED = {"push": {"branches": ["main"], "tags": ["v*"]}}
OF_A_TAG = {"if": "startsWith(github.ref, 'refs/tags/')"}


@pytest.mark.parametrize(
    ("upload", "gate", "expected"),
    [
        (job(UPLOAD), job(GATE, **OF_A_TAG), False),
        (job(UPLOAD), job(GATE, **{"if": "github.ref_type == 'tag'"}), False),
        (job(UPLOAD, **OURS), job({**GATE, **OF_A_TAG}), False),
        (job(UPLOAD, **OF_A_TAG), job(GATE, **OF_A_TAG), True),
        (job(UPLOAD, **OF_A_TAG), job(GATE, **OURS), False),
        (job(UPLOAD, **OF_A_TAG), job(GATE, **{"if": "github.ref_type == 'branch'"}), False),
        (job(UPLOAD, **OF_A_TAG), job(GATE, **{"if": "contains(github.ref, '-rc')"}), True),
        (job(UPLOAD, **OF_A_TAG), job(GATE, **{"if": "github.ref == 'refs/tags/v2'"}), True),
        (job(UPLOAD), job(GATE), True),
        (job(UPLOAD, **OURS), job(GATE, **OURS), True),
    ],
)
def test_a_gate_of_tags_judges_none_of_a_branch_s_uploads_nor_the_other_way_round(
    upload, gate, expected
):
    assert is_judged(workflow("deploy", TAGGED, u=upload, g=gate)) is expected


def test_what_railway_deploys_of_a_branch_has_no_gate_of_tags_beside_it():
    assert pushes_are_judged(workflow("v", TAGGED, g=job(GATE)))
    assert not pushes_are_judged(workflow("v", TAGGED, g=job(GATE, **OF_A_TAG)))


def test_an_upload_of_tags_is_followed_by_what_follows_tags():
    tags = workflow("deploy", {"push": {"tags": ["v[0-9]+.*"]}}, u=job(UPLOAD))
    run = {"workflows": ["deploy"]}

    def follows(**more):
        return workflow("v", {"workflow_run": {**run, **more}}, g=job(GATE))

    assert is_judged(tags, follows())
    assert is_judged(tags, follows(branches=["v*"]))
    assert not is_judged(tags, follows(branches=["main"]))


def test_an_upload_behind_another_workflow_has_no_gate_for_failures_alone():
    run = {"workflow_run": {"workflows": ["ci"]}}
    failed = {"if": "github.event.workflow_run.conclusion == 'failure'"}

    assert not is_judged(workflow("deploy", run, u=job(UPLOAD), g=job(GATE, **failed)))
    assert is_judged(workflow("deploy", run, u=job(UPLOAD), g=job(GATE)))


def test_a_gate_behind_what_follows_the_upload_judges_it():
    deploy = workflow("deploy", MAIN, a=job(UPLOAD))
    tests = workflow("tests", {"workflow_run": {"workflows": ["deploy"]}}, t=job({"run": "x"}))

    def gate(name, **more):
        return workflow("v", {"workflow_run": {"workflows": [name], **more}}, g=job(GATE))

    assert is_judged(deploy, tests, gate("tests"))
    assert not is_judged(deploy, tests, gate("tests", branches=["staging"]))
    assert not is_judged(deploy, tests, gate("others"))
    hindered = workflow(
        "tests", {"workflow_run": {"workflows": ["deploy"], "branches": ["next"]}}, t=job()
    )
    assert not is_judged(deploy, hindered, gate("tests"))
    of_failures = {"if": "github.event.workflow_run.conclusion == 'failure'"}
    undone = workflow("tests", {"workflow_run": {"workflows": ["deploy"]}}, t=job(**of_failures))
    assert not is_judged(
        deploy,
        undone,
        workflow(
            "v",
            {"workflow_run": {"workflows": ["tests"]}},
            g=job(GATE, **{"if": "github.event.workflow_run.conclusion == 'success'"}),
        ),
    )


IN_API = {"push": {"branches": ["main"], "paths": ["api/**"]}}


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ([workflow("v", IN_API, g=job(GATE))], [".github/workflows/v.yml"]),
        ([workflow("v", {"push": {"paths-ignore": ["docs/**"]}}, g=job(GATE))], ["v.yml"]),
        ([workflow("v", {"push": {"paths": ["**"]}}, g=job(GATE))], []),
        ([workflow("v", IN_API, g=job(OF_API))], []),
        ([workflow("v", IN_API, g=job(GATE)), workflow("w", MAIN, g=job(GATE))], []),
        ([workflow("v", IN_API, g=job(GATE)), workflow("w", IN_API, g=job(GATE))], ["v.", "w."]),
        ([workflow("v", {**IN_API, "deployment_status": None}, g=job(GATE))], []),
    ],
)
def test_gates_that_certain_paths_alone_start_are_told(flows, expected):
    own = OwnGates({w.path: w for w in flows}, none, "production", "main")

    told = [
        line
        for line in push_points((), ["api"], own.waited_for(), own.by_paths())
        if "run only when certain paths change" in line
    ]

    assert [all(name in line for name in expected) for line in told] == [True] * bool(expected)


OF_SUCCESS = {"if": "github.event.workflow_run.conclusion == 'success'"}


@pytest.mark.parametrize(
    ("jobs", "expected"),
    [
        ({"u": job(UPLOAD)}, True),
        ({"u": job(UPLOAD, **OF_SUCCESS)}, False),
        ({"u": job({**UPLOAD, **OF_SUCCESS})}, False),
        ({"a": job({"run": "x"}, **OF_SUCCESS), "u": job(UPLOAD, needs="a")}, False),
        ({"a": job({"run": "x"}), "u": job(UPLOAD, needs="a")}, True),
        ({"u": job(UPLOAD, **{"if": "github.event.workflow_run.head_branch == 'main'"})}, True),
        ({"u": job(UPLOAD, **{"if": "github.event.workflow_run.head_branch == 'x'"})}, False),
    ],
)
def test_an_upload_of_what_has_failed_elsewhere_is_told(jobs, expected):
    upload = upload_of(workflow("deploy", {"workflow_run": {"workflows": ["ci"]}}, **jobs))

    told = [line for line in upload_points([upload], ["api"], "main") if "what has failed" in line]

    assert len(told) == expected
    assert not upload_of(workflow("deploy", MAIN, **jobs)).is_of_failures
