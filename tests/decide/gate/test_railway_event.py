"""Which `deployment_status` events start a gate."""

import json
from pathlib import Path

import pytest

from tests.builders import sha
from verifier.decide.gate.railway_event import Announced, NotOurs, read_event

EXAMPLES = Path(__file__).parents[4] / "shared" / "github" / "examples"


def event(environment="acme / production", state="success", commit=None):
    return {
        "deployment": {"sha": commit or sha("b"), "environment": environment},
        "deployment_status": {"state": state},
    }


@pytest.mark.parametrize(
    ("given", "project", "told"),
    [
        pytest.param(event(), "acme", None, id="ours"),
        pytest.param(event(), "", None, id="any-project"),
        pytest.param(event("Acme / Production"), "acme", None, id="spelled-differently"),
        pytest.param(event("production"), "acme", None, id="without-a-project"),
        pytest.param(event(state="failure"), "acme", None, id="failed"),
        pytest.param(event(state="error"), "acme", None, id="error"),
        pytest.param(event("acme / pr-7"), "acme", "pr-7", id="a-preview"),
        pytest.param(event("other / production"), "acme", "other", id="another-project"),
        pytest.param(event("railway-verifier"), "", "railway-verifier", id="a-gates-own-record"),
        pytest.param(event("not-production"), "", "not-production", id="ends-alike"),
        pytest.param(event(state="in_progress"), "acme", "not finished", id="under-way"),
        pytest.param(event(state="inactive"), "acme", "not finished", id="replaced"),
        pytest.param({}, "acme", "has no deployment", id="another-event"),
        pytest.param(None, "acme", "has no deployment", id="nothing"),
    ],
)
def test_event(given, project, told):
    found = read_event(given, project, "production")

    if told is None:
        assert found == Announced(sha("b"))
    else:
        assert isinstance(found, NotOurs)
        assert told in found.reason


def documented():
    """GitHub's own examples, where they are at hand, beside one of ours."""
    paths = sorted(EXAMPLES.glob("event.deployment_status.*.json"))
    return [event(), *(json.loads(path.read_bytes()) for path in paths)]


@pytest.mark.parametrize("given", documented())
def test_what_github_documents_is_understood(given):
    found = read_event(given, "", given["deployment"]["environment"])

    assert isinstance(found, Announced) is (given["deployment_status"]["state"] == "success")
