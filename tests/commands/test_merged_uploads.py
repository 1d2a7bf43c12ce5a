"""What `verifier init` says of a workflow that uploads as a pull request is merged."""

import pytest

from tests.commands.pipelines import pipeline
from verifier.commands.proposed_changes import propose_moves
from verifier.decide.first_config import Discovered, propose
from verifier.decide.uploads import find_uploads
from verifier.github.workflows import parse_workflow, workflow_value
from verifier.model.workflow import Workflow

ACTION = f"acme/railway-deploy-verifier@{'a' * 40}"
PATH = ".github/workflows/deploy.yml"
GATE = ".github/workflows/railway-gate.yml"
PUSH = "on:\n  push:\n    branches: [main]\n"
CLOSED = "on:\n  pull_request:\n    types: [closed]\n    branches: [main]\n"
MERGED = "    if: github.event.pull_request.merged == true\n"


def text_of(on, keys):
    text = pipeline(keys=keys)
    assert PUSH in text
    return text.replace(PUSH, on)


class OneFile:
    def __init__(self, text):
        self.text = text

    def script(self, path):
        return self.text if path == PATH else None

    def parsed(self, path, text):
        return parse_workflow(path, text)

    def document(self, path, text):
        return workflow_value(path, text)


@pytest.mark.parametrize(
    ("on", "keys"),
    [
        pytest.param(CLOSED, MERGED, id="merged"),
        pytest.param(CLOSED, "", id="closed"),
        pytest.param(CLOSED.replace("[c", "[opened, c"), MERGED, id="opened-too"),
    ],
)
def test_an_upload_of_a_merged_pull_request_is_told_and_no_gate_waits_for_a_push(on, keys):
    text = text_of(on, keys)
    workflow = parse_workflow(PATH, text)
    assert isinstance(workflow, Workflow)
    (upload,) = find_uploads([workflow], environment="production")
    seen = Discovered(
        project="shop",
        environment="production",
        variables={"api": {"A": "b"}},
        tool="",
        checks=(),
        uploads=(upload,),
        workflows=(workflow,),
        branch="main",
    )

    found, proposal = propose_moves(OneFile(text), seen, ACTION), propose(seen, ACTION)

    assert (upload.is_of_merges, upload.can_be_followed, found.diff) == (True, False, "")
    assert "runs for pull requests, whose commit is not" in found.told[0]
    assert any("Let it run on push to main instead" in point for point in proposal.open_points)
    assert GATE not in proposal.files


def test_a_preview_that_its_pull_request_closes_is_no_deploy():
    on = CLOSED.replace("[closed]", "[opened, synchronize, closed]")
    text = text_of(on, "    if: github.event.action != 'closed'\n")

    assert find_uploads([parse_workflow(PATH, text)], environment="production") == ()


def test_an_upload_on_push_is_followed_still():
    (upload,) = find_uploads([parse_workflow(PATH, text_of(PUSH, ""))], environment="production")

    assert (upload.is_of_merges, upload.can_be_followed) == (False, True)
