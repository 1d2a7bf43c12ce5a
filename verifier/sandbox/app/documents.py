"""The documents of the health endpoints, field by field as a real system of this kind answers."""

import hashlib
import json
import os
from datetime import UTC, datetime

import psycopg
import redis
from app import deep_checks
from app.stand_in import StandIn

Answer = tuple[int, dict[str, object]]

_ENV = os.environ


def connect() -> psycopg.Connection:
    """Connect as the application does: with a key that row level security does not bind."""
    return psycopg.connect(_ENV["DATABASE_URL"], connect_timeout=3, autocommit=True)


def now() -> str:
    return datetime.now(UTC).isoformat()


def live() -> Answer:
    return 200, {"status": "healthy", "timestamp": now(), "service": "julia-api"}


def ready() -> Answer:
    """Return 200 always: the body alone tells."""
    checks = {"redis": _redis_status(), "database": "ok"}
    try:
        with connect() as connection:
            connection.execute("select 1")
    except psycopg.Error as error:
        checks |= {"database": "error", "database_error": str(error)}
    checks["evolution"] = "ok" if checks["database"] == "ok" else "unknown"
    status = "ready" if checks["redis"] == "ok" else "degraded"
    if checks["database"] != "ok":
        status = "not_ready"
    return 200, {"status": status, "checks": checks, "timestamp": now()}


def schema(role: StandIn, expected: str) -> Answer:
    """Return 200 always; where the database is away nothing but the error."""
    try:
        with connect() as connection:
            settings = _read_settings(connection)
            fingerprint = _fingerprint(connection, role)["fingerprint"]
    except psycopg.Error as error:
        return 200, {"error": str(error), "timestamp": now()}
    current = settings.get("schema_version")
    return 200, {
        "current_version": current,
        "expected_version": expected,
        "schema_up_to_date": current is not None and current >= expected,
        "applied_at": settings.get("schema_applied_at"),
        "fingerprint": fingerprint,
        "critical_tables": list(role.tables),
        "critical_views": list(role.views),
        "timestamp": now(),
    }


def deep(role: StandIn, expected: str) -> Answer:
    """Look at the hard guards first; when one is violated the rest stays pending."""
    checks = deep_checks.pending(role, expected)
    try:
        with connect() as connection:
            settings = _settings(connection)
            checks |= deep_checks.guards(role, settings)
            if role.guards and any(check["status"] == "CRITICAL" for check in checks.values()):
                return 503, {
                    "status": "CRITICAL",
                    "message": "DEPLOY TO WRONG ENVIRONMENT DETECTED! ROLLBACK IMMEDIATELY!",
                    "checks": checks,
                    "runtime_endpoints": deep_checks.endpoints(),
                    "deploy_safe": False,
                    "timestamp": now(),
                }
            checks["supabase"] = {"status": "ok", "message": None}
            checks["tables"] = deep_checks.relations(connection, role.tables)
            checks["views"] = deep_checks.relations(connection, role.views)
            checks["schema_version"] = deep_checks.schema_version(
                settings.get("schema_version"), expected
            )
            if role.is_example:
                checks["prompts"] = deep_checks.prompts(connection)
            fingerprint = _fingerprint(connection, role)
    except psycopg.Error as error:
        checks |= deep_checks.without_database(role, expected, str(error))
        fingerprint = {
            "fingerprint": f"fallback-{_hash(role.tables)}",
            "tables_checked": list(role.tables),
            "error": str(error),
        }
    if role.is_example:
        checks |= {
            "localhost_check": deep_checks.localhost(),
            "dev_guardrails": deep_checks.guardrails(),
        }
    word = _redis_status()
    checks["redis"] = {"status": word, "message": None if word == "ok" else "Redis ping failed"}
    checks |= {name: {"status": "ok"} for name in role.components if name not in checks}
    bad = ("error", "pending", "CRITICAL")
    blocking = [name for name, c in checks.items() if c["status"] in bad]
    healthy = not [name for name in blocking if name != "schema_version"]
    return (200 if healthy else 503), {
        "status": "healthy" if healthy else "unhealthy",
        "version": {
            "git_sha": _ENV.get("RAILWAY_GIT_COMMIT_SHA", "unknown"),
            "deployment_id": _ENV.get("RAILWAY_DEPLOYMENT_ID"),
            "railway_environment": _ENV.get("RAILWAY_ENVIRONMENT_NAME"),
            "run_mode": _ENV.get("RUN_MODE"),
        },
        "runtime_endpoints": deep_checks.endpoints(),
        "schema": fingerprint,
        "checks": checks,
        "deploy_safe": healthy,
        "timestamp": now(),
    }


def _settings(connection: psycopg.Connection) -> dict[str, str]:
    """Return the markers; none where their table is not there."""
    try:
        return _read_settings(connection)
    except psycopg.errors.UndefinedTable:
        return {}


def _read_settings(connection: psycopg.Connection) -> dict[str, str]:
    return dict(connection.execute("select key, value from app_settings").fetchall())


def _fingerprint(connection: psycopg.Connection, role: StandIn) -> dict[str, object]:
    rows = connection.execute(
        "select table_name, column_name from information_schema.columns "
        "where table_schema = 'public' order by 1, 2"
    ).fetchall()
    return {
        "fingerprint": _hash(rows),
        "tables_checked": list(role.tables),
        "columns_count": len(rows),
    }


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]


def _redis_status() -> str:
    try:
        with redis.Redis.from_url(_ENV["REDIS_URL"], socket_timeout=2) as client:
            client.ping()
    except redis.RedisError:
        return "error"
    return "ok"
