"""What a railway.json says that does not do what it says: a row a case."""

from datetime import date

import pytest

from verifier.decide.questions.railway_file_drift import LAST_DAY, health_words, railway_file_drift
from verifier.model.finding import Outcome, Unobserved
from verifier.model.railway_file import FileMistake, FileSettings, RailwayFile
from verifier.railway.config_file import parse_railway_file

TODAY = date(2026, 11, 26)
HIDDEN = Unobserved("no git here")


def of(path="railway.json", mistakes=(), *, tracked=(), words=(), watched=(), **settings):
    return RailwayFile(
        path,
        mistakes,
        {"": FileSettings(**settings)},
        {"": watched},
        words if isinstance(words, Unobserved) else frozenset(words),
        tracked,
    )


def told(*files, today=TODAY):
    rows = list(railway_file_drift(files, today))
    assert all(row.severity is Outcome.WARN for row in rows)
    return [row.setting.removeprefix("railway-file: railway.json: ") for row in rows]


@pytest.mark.parametrize(
    ("command", "is_told"),
    [
        ("uvicorn main:app --host 0.0.0.0 --port 8000", True),
        ("uvicorn main:app --port=8000", True),
        ("gunicorn app:app -b 0.0.0.0:8000", True),
        ("gunicorn app:app --bind=:8000", True),
        ("next start -p 3000", True),
        ("uvicorn main:app --host 127.0.0.1 --port $PORT", True),
        ("vite preview --host localhost --port $PORT", True),
        ("uvicorn main:app --host 0.0.0.0 --port $PORT", False),
        ("uvicorn main:app --port ${PORT:-8000}", False),
        ("gunicorn app:app -b 0.0.0.0:$PORT", False),
        ("celery -A app worker -b redis://redis:6379", False),
        ("mkdir -p /data && node server.js", False),
        ("node server.js", False),
        ("python -m worker --timeout 8000", False),
        ("PORT=8000 uvicorn main:app --port 8000", False),
    ],
)
def test_a_port_that_ignores_what_railway_gives(command, is_told):
    asked = told(of(start_command=command, health_path="/ready", words={"ready"}))
    unasked = told(of(start_command=command))

    assert (asked, unasked) == (["deploy.startCommand"] * is_told, [])


@pytest.mark.parametrize(
    ("command", "builder", "dockerfile", "is_told"),
    [
        ("uvicorn main:app --port $PORT", "DOCKERFILE", "", True),
        ("uvicorn main:app --port ${PORT}", "", "Dockerfile.api", True),
        ("uvicorn main:app --port $PORT", "RAILPACK", "", False),
        ("/bin/sh -c 'exec uvicorn main:app --port $PORT'", "DOCKERFILE", "", False),
        ("bash -lc 'uvicorn main:app --port $PORT'", "DOCKERFILE", "", False),
        ("bash -euo pipefail -c 'serve --port $PORT'", "DOCKERFILE", "", False),
        ("env bash -c 'serve --port $PORT'", "DOCKERFILE", "", False),
        ("/usr/bin/env sh -ec 'serve --port $PORT'", "DOCKERFILE", "", False),
        ("bash run.sh --port $PORT", "dockerfile", "", True),
        ("./start.sh", "DOCKERFILE", "", False),
    ],
)
def test_a_dockerfile_s_command_has_no_shell(command, builder, dockerfile, is_told):
    file = of(
        start_command=command, builder=builder, dockerfile=dockerfile, tracked=("Dockerfile.api",)
    )

    assert told(file) == ["deploy.startCommand"] * is_told


def test_an_environment_s_own_command_is_asked_with_the_health_check_of_all():
    base = FileSettings(builder="DOCKERFILE", health_path="/up")
    own = FileSettings(start_command="serve --port 3000")
    file = RailwayFile(
        "railway.json", (), {"": base, "environments.staging.": own}, known_words=frozenset({"up"})
    )

    assert told(file) == ["environments.staging.deploy.startCommand"]


@pytest.mark.parametrize(
    ("path", "watched", "is_told"),
    [
        ("railway.json", (), True),
        ("railway.json", ("src/a.py",), False),
        ("services/api/railway.json", ("services/api/a.py",), False),
        ("services/api/railway.json", ("services/worker/a.py",), True),
        ("services/api/railway.json", ("services/api-old/a.py",), True),
        ("services/api/railway.json", HIDDEN, False),
    ],
)
def test_watch_patterns_that_deploy_nothing(path, watched, is_told):
    rows = told(of(path, watch_patterns=("x/**",), watched=watched))

    assert len(rows) == is_told
    assert all(row.endswith("build.watchPatterns") for row in rows)


def test_no_watch_patterns_deploy_everything():
    assert told(of(watched=())) == []


@pytest.mark.parametrize(
    ("path", "words", "is_told"),
    [
        ("/healthz", {"health"}, True),
        ("/healthz", {"healthz"}, False),
        ("/api/v1/ready?full=1", set(), True),
        ("/actuator/health", set(), False),
        ("/up", set(), False),
        ("/Health", {"health"}, False),
        ("/", set(), False),
        ("/api", set(), False),
        ("/healthz", HIDDEN, False),
    ],
)
def test_a_health_path_that_no_route_serves(path, words, is_told):
    assert told(of(health_path=path, words=words)) == ["deploy.healthcheckPath"] * is_told


@pytest.mark.parametrize(
    ("tracked", "is_told"), [(("Dockerfile", "nginx.conf"), False), (("Dockerfile", "a.py"), True)]
)
def test_an_image_without_code_may_serve_its_health_path(tracked, is_told):
    found = told(of(health_path="/healthz", tracked=tracked))

    assert found == ["deploy.healthcheckPath"] * is_told


@pytest.mark.parametrize(
    ("path", "said", "mistakes"),
    [
        ("railway.json", '{"build": {"builder": "nixpacks"}}', 0),
        ("railway.json", '{"deploy": {"restartPolicyType": "on_failure"}}', 0),
        ("railway.json", '{"build": {"builder": "docker"}}', 1),
        ("grafana/dashboards/railway.json", '{"title": "Railway", "panels": []}', 0),
        ("grafana/dashboards/railway.json", "[1]", 0),
        ("api/railway.json", '{"deploy": {"startcmd": "x"}}', 1),
        ("api/railway.json", '{"$schema": "https://railway.com/railway.schema.json", "x": 1}', 1),
        ("railway.json", '{"bild": {}}', 1),
    ],
)
def test_what_is_a_mistake_in_a_file(path, said, mistakes):
    assert len(parse_railway_file(path, said).mistakes) == mistakes


def test_words_of_a_health_path():
    assert health_words("/api/v1/Deep-Health/ready?x=word") == {"deep", "health", "ready"}


@pytest.mark.parametrize(
    ("settings", "rows"),
    [
        ({"builder": "NIXPACKS"}, ["build.builder"]),
        ({"builder": "RAILPACK"}, []),
        ({"dockerfile": "./Dockerfile.web"}, ["build.dockerfilePath"]),
        ({"dockerfile": "api/Dockerfile"}, []),
        ({"dockerfile": "Dockerfile"}, []),
    ],
)
def test_what_builds_it(settings, rows):
    assert told(of(tracked=("api/Dockerfile", "main.py"), **settings)) == rows


def test_without_git_files_are_not_missed():
    assert told(of(tracked=HIDDEN, dockerfile="Dockerfile")) == []


def test_mistakes_stand_where_they_are():
    mistake = FileMistake("deploy.healthCheckPath", "healthcheckPath", "Railway ignores it")

    assert told(of(mistakes=(mistake,))) == ["deploy.healthCheckPath"]


def test_what_railway_reads_no_more_is_told_once():
    file = of(builder="NIXPACKS", start_command="serve -p 3000", health_path="/x")
    rows = list(railway_file_drift((file,), LAST_DAY))

    assert [row.setting for row in rows] == ["railway-file: railway.json"]
    assert "reads it no more since 2026-12-01" in rows[0].actual
