"""What a new user gets wrong: one clear sentence, the right exit code, no traceback."""

from pathlib import Path

import pytest

from tests.sandbox.runs import environ, verifier
from verifier.sandbox.scenarios.scenario import read_scenario
from verifier.sandbox.world import Sandbox

pytestmark = pytest.mark.slow

SHA = "f" * 40


@pytest.fixture(scope="module")
def town():
    with Sandbox(read_scenario(Path(__file__).parent / "town.yml")) as sandbox:
        sandbox.repository.check_out("good")
        yield sandbox


@pytest.mark.parametrize(
    ("arguments", "changes", "code", "told"),
    [
        pytest.param([], {"RAILWAY_TOKEN": None}, 2, "found no token", id="no-token"),
        pytest.param(
            [], {"RAILWAY_TOKEN": "wrong"}, 4, "Project Token not found", id="wrong-token"
        ),
        pytest.param(
            [],
            {"RAILWAY_TOKEN": None, "RAILWAY_API_TOKEN": "wrong"},
            2,
            "found no project",
            id="no-project",
        ),
        pytest.param(
            [], {"RAILWAY_API_URL": "http://127.0.0.1:1/x"}, 4, "no connection", id="no-railway"
        ),
        pytest.param(
            [], {"RAILWAY_API_URL": "not an address"}, 2, "RAILWAY_API_URL", id="no-address"
        ),
        pytest.param([], {"DATABASE_URL": None}, 2, "found no DATABASE_URL", id="no-database-url"),
        pytest.param(
            [], {"DATABASE_URL": "postgresql://[::x/"}, 2, "not the address", id="bad-database-url"
        ),
        pytest.param(["--config", "nowhere.yml"], {}, 2, "found no such file", id="no-config"),
        pytest.param(["--since", "yesterday"], {}, 2, "takes a time", id="bad-time"),
        pytest.param(["--since", "2099-01-01T00:00"], {}, 2, "still to come", id="a-time-to-come"),
        pytest.param(
            ["--service", "julia-api, julia-apy"], {}, 2, "found julia-apy", id="one-of-a-list"
        ),
        pytest.param(["--sha", "abc"], {}, 2, "full commit hash", id="short-sha"),
        pytest.param(["--deployment", "nobody=1"], {}, 2, "takes SERVICE=ID", id="unknown-service"),
        pytest.param(
            ["--deployment", "julia-api=42"], {}, 2, "an id of Railway's", id="malformed-id"
        ),
        pytest.param(
            ["--service", "julia-apy"], {}, 2, "julia-api, julia-worker", id="misspelt-service"
        ),
        pytest.param(
            ["--service", "julia-api", "--deployment", "julia-api=42"],
            {},
            2,
            "--service or --deployment, not both",
            id="service-and-deployment",
        ),
        pytest.param(
            [], {"VERIFIER_SERVICES": "julia-api,"}, 2, "an empty name", id="empty-service"
        ),
        pytest.param(["--rollback", "maybe"], {}, 2, "'maybe' is not one of", id="bad-choice"),
        pytest.param(["--nope"], {}, 2, "No such option", id="unknown-option"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(town, arguments, changes, code, told):
    done = verifier(
        "gate", "--sha", SHA, *arguments, env=environ(town, **changes), cwd=town.repository.folder
    )

    assert (done.returncode, told in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr


def test_a_deployment_of_another_service_is_refused_at_once(town):
    workers = town.account.services["julia-worker"].active.id
    given = ["--deployment", f"julia-api={workers}"]

    done = verifier("gate", *given, env=environ(town), cwd=town.repository.folder)

    assert done.returncode == 2, done.stderr
    assert "is one of julia-worker, not of julia-api" in done.stderr


@pytest.mark.parametrize(
    ("config", "told"),
    [
        pytest.param(
            "services: { juliaapi: { role: api } }",
            "did you mean 'julia-api'?",
            id="unknown-service",
        ),
        pytest.param(
            "services: { julia-api: { role: api } }\nrailway: { environment: prod }",
            "production",
            id="unknown-environment",
        ),
        pytest.param(
            "services: { julia-api: { role: api } }\nrailway: { project: acne }",
            "acme",
            id="unknown-project",
        ),
    ],
)
def test_what_railway_does_not_have_is_a_configuration_error(town, tmp_path, config, told):
    path = tmp_path / "verifier.yml"
    path.write_text(f"version: 1\n{config}\n", "utf-8")

    done = verifier("gate", "--sha", SHA, "--config", str(path), env=environ(town), cwd=tmp_path)

    assert (done.returncode, told in done.stderr) == (2, True), done.stderr


def test_an_account_token_finds_the_project_by_name(town, tmp_path):
    path = tmp_path / "verifier.yml"
    path.write_text(
        "version: 1\nrailway: { project: acme }\nservices: { julia-api: { role: api } }\n"
        "gate: { appear-within: 500ms, interval: 100ms }\n",
        "utf-8",
    )
    env = environ(town, RAILWAY_TOKEN=None, RAILWAY_API_TOKEN=town.account.token)

    done = verifier("gate", "--sha", SHA, "--config", str(path), env=env, cwd=tmp_path)

    assert (done.returncode, "no deployment of this commit" in done.stdout) == (1, True), (
        done.stderr
    )


def test_without_anything_to_judge_it_asks_for_it(town):
    done = verifier("gate", env=environ(town, GITHUB_SHA=None), cwd=town.repository.folder)

    assert (done.returncode, "nothing to judge" in done.stderr) == (2, True)


def test_a_traceback_is_shown_only_on_request(town):
    env = environ(town, RAILWAY_TOKEN="wrong")

    done = verifier("--debug", "gate", "--sha", SHA, env=env, cwd=town.repository.folder)

    assert (done.returncode, "Traceback" in done.stderr) == (4, True)
