"""Actions of the repository itself: their steps, with what they are given, to any depth."""

import pytest
import yaml

from verifier.decide.uploads import find_uploads
from verifier.decide.workflows.own_gates import OwnGates
from verifier.decide.workflows.unfolded_actions import unfolded
from verifier.github.workflows import parse_action, parse_workflow

MAIN = {"push": {"branches": ["main"]}}
GATE = {"uses": "acme/railway-deploy-verifier@v1"}


def action(*steps, **inputs):
    said = {name: {"default": value} for name, value in inputs.items()}
    text = yaml.safe_dump({"inputs": said, "runs": {"using": "composite", "steps": [*steps]}})
    return parse_action("action.yml", text)


def whole(*steps, actions, **keys):
    job = {"runs-on": "x", "steps": [*steps], **keys}
    text = yaml.safe_dump({"name": "deploy", "on": MAIN, "jobs": {"deploy": job}})
    return unfolded(parse_workflow(".github/workflows/deploy.yml", text), actions.get)


def uploads(*steps, actions, files=None, **keys):
    return find_uploads([whole(*steps, actions=actions, **keys)], (files or {}).get, "production")


UP = {"run": "railway up -s ${{ inputs.service }}", "shell": "bash"}


@pytest.mark.parametrize(
    ("given", "services"),
    [
        ({"service": "api"}, ("api",)),
        ({"service": "${{ github.event.inputs.which }}"}, ()),
        ({"Service": "api"}, ("api",)),
        ({}, ("worker",)),
        ({"service": "${{ 'a' }}${{ 'pi' }}"}, ("api",)),
    ],
)
def test_a_step_says_which_service_an_action_uploads(given, services):
    step = {"uses": "./ship", "with": given}

    (found,) = uploads(step, actions={"ship": action(UP, service="worker")})

    assert (found.services, found.unread) == (services, ())


@pytest.mark.parametrize(
    ("written", "service"),
    [
        ("${{ inputs.stage == 'production' && 'api' || 'other' }}", "api"),
        ("${{ inputs['stage'] != 'production' && 'api' || 'inputs.stage' }}", "inputs.stage"),
        ("${{ format('{0}-x', inputs.stage) }}", "production-x"),
        ("${{ format('{0}-x', inputs.both) }}", "a'{b}-production-x"),
    ],
)
def test_expressions_of_an_action_are_worked_out_with_what_it_is_given(written, service):
    ship = action({"run": f'railway up -s "{written}"', "shell": "bash"})
    given = {"stage": "${{ env.STAGE }}", "both": "a'{b}-${{ env.STAGE }}"}

    found = whole({"uses": "./ship", "with": given}, actions={"ship": ship})
    text = found.jobs[0].steps[0].shell
    (upload,) = uploads(
        {"uses": "./ship", "with": given}, actions={"ship": ship}, env={"STAGE": "production"}
    )

    assert "inputs.both" not in text
    assert upload.services == ((service,) if "'" not in service else ())


def test_an_action_is_read_to_the_depth_that_github_allows():
    actions = {f"a{n}": action({"uses": f"./a{n + 1}/"}) for n in range(9)}
    deep = {**actions, "a9": action({"run": "railway up -s api"}, GATE)}

    (found,) = uploads({"uses": "./a0"}, actions=deep)

    assert (found.services, found.has_gate) == (("api",), True)


def test_a_token_that_an_action_is_given_says_where_it_uploads():
    up = {"run": "railway up", "env": {"RAILWAY_TOKEN": "${{ inputs.token }}"}}
    ship = {"uses": "./ship", "with": {"token": "${{ secrets.RAILWAY_TOKEN_STAGING }}"}}

    (found,) = uploads(ship, actions={"ship": action(up)})

    assert found.elsewhere == "staging"


@pytest.mark.parametrize(
    ("condition", "given", "expected"),
    [
        ("inputs.command == 'gate'", {"command": "gate"}, True),
        ("inputs.command == 'gate'", {"command": "check"}, False),
        ("${{ inputs.command != 'gate' }}", {}, False),
        ("inputs.command", {"command": "no"}, True),
        ("", {}, True),
    ],
)
def test_a_gate_in_an_action_counts_where_it_may_run(condition, given, expected):
    gate = {**GATE, "if": condition} if condition else GATE
    verify = whole(
        {"uses": "./verify", "with": given}, actions={"verify": action(gate, command="gate")}
    )

    assert OwnGates({"w": verify}, {}.get, "production", "main").judge_pushes() is expected


def test_the_verifiers_other_commands_in_an_action_are_no_gate():
    own = {**GATE, "with": {"command": "${{ inputs.command }}"}}
    actions = {"verify": action(own, command="gate")}

    for given, expected in (({}, True), ({"command": "check"}, False)):
        verify = whole({"uses": "./verify", "with": given}, actions=actions)
        assert OwnGates({"w": verify}, {}.get, "production", "main").judge_pushes() is expected


def test_a_step_that_never_runs_uploads_nothing_in_an_action_either():
    ship = {"uses": "./ship", "if": "false"}

    found = whole(ship, actions={"ship": action(GATE)})

    assert not OwnGates({"w": found}, {}.get, "production", "main").judge_pushes()


@pytest.mark.parametrize(
    "run", ["${{ github.action_path }}/up.sh", "$GITHUB_ACTION_PATH/up.sh", "./tools/ship/up.sh"]
)
def test_a_script_beside_an_action_is_read(run):
    actions = {"tools/ship": action({"run": run, "shell": "bash"})}
    files = {"tools/ship/up.sh": "railway up -s api\n"}

    (found,) = uploads({"uses": "./tools/ship"}, actions=actions, files=files)

    assert found.services == ("api",)


def test_what_is_no_action_of_steps_uploads_nothing_and_one_that_cannot_be_read_is_told():
    image = parse_action("action.yml", "runs: { using: docker, image: Dockerfile }")
    assert uploads({"uses": "./image"}, actions={"image": image}) == ()

    (found,) = uploads({"uses": "./gone"}, actions={}, env={"RAILWAY_TOKEN": "x"})
    assert found.unread == ("gone",)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("given", ["x" * 10_000, "${{ inputs.a }}${{ inputs.a }}" * 50])
@pytest.mark.parametrize("run", ["echo ${{ inputs.a }}", "railway up -s ${{ inputs.a }}\n"])
def test_actions_that_use_one_another_without_end_keep_nobody_busy(given, run):
    step = {"uses": "./a", "with": {"a": given}}
    again = action({"run": run * 100, "shell": "bash"}, *[step] * 40)

    (found,) = uploads(step, actions={"a": again}, env={"RAILWAY_TOKEN": "x"})

    assert "a" in found.unread
