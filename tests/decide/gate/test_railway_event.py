"""Which `deployment_status` events start a gate."""

import json
from pathlib import Path

import pytest

from tests.builders import sha
from verifier.decide.gate.railway_event import Announced, NotOurs, read_event

EXAMPLES = Path(__file__).parents[4] / "shared" / "github" / "examples"
RAILWAY = "railway-app[bot]"
PROJECT_ID = "7f3a9c1e-0000-4000-8000-000000000001"
ENVIRONMENT_ID = "7f3a9c1e-0000-4000-8000-000000000002"
PAGE = f"https://railway.com/project/{PROJECT_ID}?environmentId={ENVIRONMENT_ID}"
OTHER_PAGE = "https://railway.com/project/other?environmentId=another"


def made_by(login, app=None):
    return {"creator": {"login": login}, "performed_via_github_app": app}


def event(
    environment="acme / production",
    state="success",
    *,
    deployment=None,
    status=None,
    page=PAGE,
    commit=None,
):
    """As Railway's app causes it, with what another author or address changes."""
    by_railway = made_by(RAILWAY)
    return {
        "deployment": {
            "sha": commit or sha("b"),
            "environment": environment,
            **by_railway,
            **(deployment or {}),
        },
        "deployment_status": {
            "state": state,
            "target_url": page,
            "environment_url": page,
            **by_railway,
            **(status or {}),
        },
    }


def without(key, part="deployment"):
    given = event()
    del given[part][key]
    return given


@pytest.mark.parametrize(
    ("given", "project", "told"),
    [
        pytest.param(event(), "acme", None, id="ours"),
        pytest.param(event(), "", None, id="any-project"),
        pytest.param(event("Acme / Production"), "acme", None, id="spelled-differently"),
        pytest.param(event("production"), "acme", None, id="without-a-project"),
        pytest.param(event(), PROJECT_ID, None, id="project-by-id"),
        pytest.param(event(page=OTHER_PAGE), PROJECT_ID, PROJECT_ID, id="another-project-by-id"),
        pytest.param(event(page=""), "acme", None, id="without-an-address"),
        pytest.param(
            event(status={"environment_url": "https://shop.up.railway.app"}), PROJECT_ID, None,
            id="id-in-the-target-alone",
        ),
        pytest.param(event(state="failure"), "acme", None, id="failed"),
        pytest.param(event(state="error"), "acme", None, id="error"),
        pytest.param(event("acme / pr-7"), "acme", "pr-7", id="a-preview"),
        pytest.param(event("other / production"), "acme", "other", id="another-project"),
        pytest.param(event("railway-verifier"), "", "railway-verifier", id="another-environment"),
        pytest.param(event("not-production"), "", "not-production", id="ends-alike"),
        pytest.param(event(state="in_progress"), "acme", "not finished", id="under-way"),
        pytest.param(event(state="inactive"), "acme", "not finished", id="replaced"),
        pytest.param({}, "acme", "has no deployment", id="another-event"),
        pytest.param(None, "acme", "has no deployment", id="nothing"),
    ],
)  # fmt: skip
def test_event(given, project, told):
    found = read_event(given, project, "production")

    if told is None:
        assert found == Announced(sha("b"))
    else:
        assert isinstance(found, NotOurs)
        assert told in found.reason


@pytest.mark.parametrize(
    ("given", "is_ours"),
    [
        pytest.param(event(), True, id="that-environment"),
        pytest.param(event("acme / renamed"), True, id="whatever-its-name"),
        pytest.param(event(page=OTHER_PAGE), False, id="another"),
        pytest.param(event("other / production"), False, id="another-project"),
    ],
)
def test_an_environment_is_found_by_its_id(given, is_ours):
    assert isinstance(read_event(given, "acme", ENVIRONMENT_ID), Announced) is is_ours


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param(
            event(deployment=made_by("mallory")),
            "the deployment was made by 'mallory'",
            id="deployment-by-a-person",
        ),
        pytest.param(
            event(status=made_by("mallory")),
            "the deployment status was made by 'mallory'",
            id="status-on-railways-deployment",
        ),
        pytest.param(
            event(deployment=made_by("github-actions[bot]")),
            "'github-actions[bot]'",
            id="a-workflow-such-as-a-gate",
        ),
        pytest.param(event(deployment=made_by("railway-app")), "'railway-app'", id="a-namesake"),
        pytest.param(
            event(status=made_by(RAILWAY, {"slug": "railway-app-2"})),
            "the app 'railway-app-2'",
            id="another-app",
        ),
        pytest.param(
            event(deployment=made_by("mallory", {"slug": "railway-app"})),
            "'mallory'",
            id="a-person-through-the-app",
        ),
        pytest.param(without("creator"), "an unnamed author", id="nobody"),
        pytest.param(event(status={"creator": None}), "an unnamed author", id="a-deleted-author"),
    ],
)
def test_only_railways_own_deployments_start_a_gate(given, told):
    found = read_event(given, "acme", "production")

    assert isinstance(found, NotOurs)
    assert told in found.reason
    assert "not by Railway's GitHub app" in found.reason


@pytest.mark.parametrize(
    "given",
    [
        event(),
        event(status=made_by(RAILWAY, {"slug": "railway-app"})),
        without("performed_via_github_app"),
    ],
    ids=["app-is-null", "app-is-named", "app-is-left-out"],
)
def test_railways_bot_is_known_with_and_without_its_app(given):
    assert read_event(given, "acme", "production") == Announced(sha("b"))


def documented():
    """GitHub's own examples, where they are at hand, beside one of ours."""
    paths = sorted(EXAMPLES.glob("event.deployment_status.*.json"))
    return [event(), *(json.loads(path.read_bytes()) for path in paths)]


@pytest.mark.parametrize("given", documented())
def test_what_github_documents_is_understood(given):
    environment = given["deployment"]["environment"]
    makers = {given[part]["creator"]["login"] for part in ("deployment", "deployment_status")}
    by_railway = json.loads(json.dumps(given))
    for part in ("deployment", "deployment_status"):
        by_railway[part]["creator"]["login"] = RAILWAY

    found = read_event(given, "", environment)
    theirs = read_event(by_railway, "", environment)

    assert isinstance(found, Announced) is (makers == {RAILWAY})
    assert isinstance(theirs, Announced) is (given["deployment_status"]["state"] == "success")
