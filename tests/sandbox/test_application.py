"""The sandbox's application answers, field by field, what the real system was recorded to answer."""

import importlib
import sys
import threading
from pathlib import Path

import psycopg
import pytest
from fakeredis import TcpFakeServer

import verifier.sandbox
from tests.first_user import BESIDE, COMMIT, DEPLOYMENT_ID, REF, STATES, VERSION, build_database

#: Words and lists that decide; of all else the kind counts.
DECIDING = ("status", "missing", "violations", "deploy_safe", "schema_up_to_date", "is_production")
OTHER_REF = "stgzqhvtrpyxbnacflek"
GOOD = {
    "APP_ENV": "production",
    "SUPABASE_PROJECT_REF": REF,
    "EVOLUTION_API_URL": "http://evolution.example.net:8080",
    "CHATWOOT_URL": "https://chatwoot.example.net",
    "JULIA_API_URL": "http://api.railway.internal:8000",
    "RAILWAY_GIT_COMMIT_SHA": COMMIT,
    "RAILWAY_DEPLOYMENT_ID": DEPLOYMENT_ID,
    "RAILWAY_ENVIRONMENT_NAME": "production",
    "RUN_MODE": "api",
}


def mark(key, value):
    return f"update app_settings set value = '{value}' where key = '{key}'"


STAGING = (mark("environment", "staging"), mark("supabase_project_ref", OTHER_REF))
NO_MARKERS = "delete from app_settings where key in ('environment', 'supabase_project_ref')"
IN_DEV = (mark("environment", "dev"), mark("supabase_project_ref", OTHER_REF))
DEV = {"APP_ENV": "dev", "SUPABASE_PROJECT_REF": OTHER_REF}
NOWHERE = "postgresql://postgres@127.0.0.1:1/x"


def case(state, *statements, **changes):
    return pytest.param(state, statements, changes, id=state)


CASES = [
    case("good"),
    case("wrong-database", *STAGING),
    case("app-env-case", APP_ENV="Production"),
    case("app-env-unset", APP_ENV=None),
    case("app-env-wrong", APP_ENV="staging"),
    case("project-ref-unset", SUPABASE_PROJECT_REF=None),
    case("project-ref-wrong", SUPABASE_PROJECT_REF=OTHER_REF),
    case("marker-rows-absent", NO_MARKERS),
    case("marker-table-absent", "drop table app_settings"),
    case("marker-table-empty", "delete from app_settings"),
    case("critical-table-missing", "alter table touch_reconciliation_log rename to gone"),
    case("critical-view-missing", "alter view campaign_metrics rename to gone"),
    case("schema-version-behind", mark("schema_version", "20251230140000")),
    case("schema-version-empty", mark("schema_version", "")),
    case("schema-version-absent", "delete from app_settings where key = 'schema_version'"),
    case("prompts-table-absent", "drop table prompts"),
    case("redis-down", REDIS_URL="redis://127.0.0.1:1"),
    case("database-unreachable-refused", DATABASE_URL=NOWHERE),
    case("localhost-urls", JULIA_API_URL="http://svc:invented-password@localhost:8000"),
    case("dev-good", *IN_DEV, **DEV, OUTBOUND_ALLOWLIST="+5511900000000"),
    case("dev-no-allowlist", *IN_DEV, **DEV),
]


@pytest.fixture(scope="module")
def redis_url():
    server = TcpFakeServer(("127.0.0.1", 0), server_type="redis")
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"redis://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def application(monkeypatch, redis_url):
    """Its modules, as `python -m app.main` imports them."""
    monkeypatch.syspath_prepend(str(Path(verifier.sandbox.__file__).parent))
    for name, value in {**GOOD, "REDIS_URL": redis_url}.items():
        monkeypatch.setenv(name, value)
    yield lambda name: importlib.import_module(f"app.{name}")
    for name in [name for name in sys.modules if name == "app" or name.startswith("app.")]:
        del sys.modules[name]


def form(value, name=""):
    """What a reader of the document depends on."""
    if isinstance(value, dict):
        return {key: form(inner, key) for key, inner in sorted(value.items())}
    if name in DECIDING:
        return value
    if isinstance(value, list):
        return sorted({str(form(item)) for item in value})
    return type(value).__name__


def answers(application, expected):
    documents = application("documents")
    role = application("stand_in").StandIn()
    return {
        "/health": documents.live(),
        "/health/ready": documents.ready(),
        "/health/deep": documents.deep(role, expected),
        "/health/schema": documents.schema(role, expected),
    }


def of_one_service(recorded, state):
    """What was recorded, less what another service or another address of it told."""
    if state == "localhost-urls":
        recorded["/health/deep"]["body"]["checks"]["localhost_check"]["violations"].pop(0)
    return {path: (told["status"], told["body"]) for path, told in recorded.items()}


@pytest.mark.parametrize(("state", "statements", "changes"), CASES)
def test_each_state_is_answered_as_it_was_recorded(
    application, database, monkeypatch, state, statements, changes
):
    build_database(database, *statements)
    for name, value in {"DATABASE_URL": database, **changes}.items():
        monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)

    told = answers(application, VERSION)

    recorded = of_one_service(STATES[state], state)
    assert {path: (code, form(body)) for path, (code, body) in told.items()} == {
        path: (code, form(body)) for path, (code, body) in recorded.items()
    }


@pytest.mark.parametrize("path", ["jobs", "rate-limit", "circuits"])
def test_what_is_told_beside_health_has_the_recorded_form(application, database, monkeypatch, path):
    monkeypatch.setenv("DATABASE_URL", database)
    telemetry = application("telemetry")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("create table job_executions (job_name text, started_at timestamptz)")
        connection.execute(
            "insert into job_executions select unnest(%s::text[]), now()", (list(telemetry.JOBS),)
        )

    code, told = getattr(telemetry, path.replace("-", "_"))()

    recorded = BESIDE["good"][f"/health/{path}"]
    assert (code, form(told)) == (recorded["status"], form(recorded["body"]))
