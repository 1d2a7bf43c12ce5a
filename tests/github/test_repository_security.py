"""What a repository's own settings give away, as GitHub's answers tell it."""

import pytest

from verifier.decide.drift.repository_settings import security_drift
from verifier.errors import AbsentError, DeniedError, UnreachableError
from verifier.github.repository_security import read_security

RIGHTS = "/actions/permissions/workflow"
SAFE = {
    "": {"private": False, "security_and_analysis": {}},
    RIGHTS: {"default_workflow_permissions": "read", "can_approve_pull_request_reviews": False},
    "/keys": [],
}


class Answers:
    """GitHub's answers by path; an error is raised."""

    def __init__(self, by_path):
        self.by_path = by_path

    def get(self, path, permission):
        answer = self.by_path[path]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def pages(self, path, permission):
        yield from self.get(path, permission)


def analysis(**status):
    return {key: {"status": value} for key, value in status.items()}


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        pytest.param({}, [], id="safe"),
        pytest.param(
            {RIGHTS: {"default_workflow_permissions": "write"}},
            ["repository-setting: workflow token"],
            id="a-token-that-writes",
        ),
        pytest.param(
            {RIGHTS: {"can_approve_pull_request_reviews": True}},
            ["repository-setting: workflow approvals"],
            id="workflows-that-approve",
        ),
        pytest.param(
            {"/keys": [{"title": "ci", "read_only": False}, {"title": "x", "read_only": True}]},
            ["repository-setting: deploy key ci"],
            id="a-key-that-writes",
        ),
        pytest.param({"/keys": [{"title": "old"}]}, [], id="a-key-that-does-not-say"),
        pytest.param(
            {
                "": {
                    "private": False,
                    "security_and_analysis": analysis(
                        secret_scanning="disabled",
                        secret_scanning_push_protection="disabled",
                        dependabot_security_updates="enabled",
                    ),
                }
            },
            ["repository-setting: secret scanning", "repository-setting: push protection"],
            id="what-is-free-is-off",
        ),
        pytest.param(
            {"": {"private": True, "security_and_analysis": analysis(secret_scanning="disabled")}},
            [],
            id="what-costs-is-not-asked-of-a-private-one",
        ),
        pytest.param({"": {"private": False}}, [], id="not-shown"),
        pytest.param(
            {RIGHTS: DeniedError("HTTP 403"), "/keys": AbsentError("HTTP 404", "Not Found")},
            [],
            id="what-the-token-may-not-see",
        ),
    ],
)
def test_a_repository(answers, told):
    seen = read_security(Answers({**SAFE, **answers}))

    assert [row.setting for row in security_drift(seen)] == told


def test_what_github_did_not_tell_is_raised():
    with pytest.raises(UnreachableError):
        read_security(Answers({**SAFE, RIGHTS: UnreachableError("HTTP 502")}))
