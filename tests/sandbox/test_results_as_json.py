"""Commands on a project print their result as JSON, and nothing else on standard output."""

import json

import pytest

from tests.sandbox.runs import environ, verifier

pytestmark = pytest.mark.slow


def test_commands_on_a_project_print_json_alone(town, tmp_path):
    def call(*arguments, **changes):
        done = verifier(
            *arguments, "--json", env=environ(town, **changes), cwd=town.repository.folder
        )
        return json.loads(done.stdout), done

    url = town.environ["RAILWAY_APP_URL"]
    health, _ = call("health", f"{url}/health/deep")
    paused, _ = call("pause", "--reason", "x", "--dry-run", GITHUB_ACTOR="ana")
    released, _ = call("release", "--dry-run")
    begun, _ = call("init", "--checkout", str(tmp_path))

    assert (health["http_status"], health["outcome"]) == (200, "pass")
    assert {"name", "status", "word"} <= set(health["components"][0])
    assert (paused["written"], paused["row"]["reason"]) == (False, "x")
    assert {each["auto_deploy"] for each in released["services"]} == {True}
    assert [f["path"] for f in begun["files"] if f["written"]] == [".github/verifier.yml"]


def test_a_page_that_cannot_be_read_says_why_to_a_program(town):
    url = town.environ["RAILWAY_APP_URL"]

    done = verifier(
        "health", f"{url}/nowhere", "--json", env=environ(town), cwd=town.repository.folder
    )

    assert json.loads(done.stdout)["not_read"]
