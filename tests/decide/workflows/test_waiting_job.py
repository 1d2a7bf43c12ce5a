"""Which workflows wait for what a push deploys, and which ask what they have started themselves."""

import pytest

from verifier.decide.workflows.waiting_job import waits_for_a_push
from verifier.github.workflows import parse_workflow
from verifier.model.workflow import Workflow

TEXT = """
on: {event}
jobs:
  smoke:
    runs-on: ubuntu-latest
    steps:
      - run: |
          sleep 60
          curl --fail {url}/health
"""


@pytest.mark.parametrize(
    ("event", "url", "expected"),
    [
        pytest.param("push", "https://shop.example", True, id="elsewhere"),
        pytest.param("push", "http://localhost:8000", False, id="here"),
        pytest.param("push", "https://localhost:8443", False, id="here-with-a-certificate"),
        pytest.param("push", "http://web:8000", False, id="beside-it"),
        pytest.param("workflow_dispatch", "https://shop.example", False, id="by-hand"),
    ],
)
def test_only_what_a_push_deployed_elsewhere_is_waited_for(event, url, expected):
    workflow = parse_workflow(".github/workflows/a.yml", TEXT.format(event=event, url=url))

    assert isinstance(workflow, Workflow)
    assert waits_for_a_push(workflow) is expected
