"""`python -m app.main`: the API with its health endpoints, or a worker or scheduler loop."""

import hashlib
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg
import redis
from app.constants import EXPECTED_SCHEMA_VERSION
from app.trouble import Trouble, read_trouble

_ENV = os.environ
_TABLES = ("app_settings", "users", "job_executions")
_VIEWS = ("active_users",)


def connect() -> psycopg.Connection:
    return psycopg.connect(_ENV["DATABASE_URL"], connect_timeout=3, autocommit=True)


def run_loop() -> None:
    """Write a heartbeat each second, as a worker or scheduler does its jobs."""
    while True:
        try:
            with connect() as connection:
                while True:
                    connection.execute(
                        "insert into job_executions (job, started_at) values (%s, now())",
                        (_ENV["RUN_MODE"],),
                    )
                    time.sleep(1)
        except psycopg.OperationalError:
            time.sleep(1)


def ready() -> tuple[int, dict[str, object]]:
    """Always 200: the body alone tells."""
    checks = {"redis": _redis_status(), "database": "ok", "evolution": "unknown"}
    try:
        with connect() as connection:
            connection.execute("select 1")
    except psycopg.Error:
        checks["database"] = "error"
    good = checks["redis"] == checks["database"] == "ok"
    return 200, {
        "status": "ready" if good else "not_ready",
        "checks": checks,
        "timestamp": time.time(),
    }


def schema(connection: psycopg.Connection) -> dict[str, object]:
    rows = connection.execute(
        "select table_name, column_name from information_schema.columns "
        "where table_schema = 'public' order by 1, 2"
    ).fetchall()
    fingerprint = hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]
    return {
        "fingerprint": fingerprint,
        "tables_checked": list(_TABLES),
        "columns_count": len(rows),
        "current_version": _settings(connection).get("schema_version", ""),
        "expected_version": EXPECTED_SCHEMA_VERSION,
    }


def deep() -> tuple[int, dict[str, object]]:
    """Hard guards first; when one is violated the rest is never looked at."""
    names = ("environment", "project_ref", "redis", "supabase", "tables", "views")
    checks: dict[str, dict[str, object]] = {
        name: {"status": "pending"} for name in (*names, "schema_version")
    }
    try:
        with connect() as connection:
            settings = _settings(connection)
            checks["environment"] = _guard("app_env", "APP_ENV", "db_env", settings, "environment")
            checks["project_ref"] = _guard(
                "app_ref", "SUPABASE_PROJECT_REF", "db_ref", settings, "supabase_project_ref"
            )
            if any(check["status"] == "CRITICAL" for check in checks.values()):
                return 503, {
                    "status": "CRITICAL",
                    "message": "wrong environment",
                    "checks": checks,
                    "deploy_safe": False,
                    "http_status": 503,
                }
            checks["supabase"] = {"status": "ok"}
            checks["tables"] = _relations(connection, _TABLES)
            checks["views"] = _relations(connection, _VIEWS)
            current = settings.get("schema_version", "")
            behind = current < EXPECTED_SCHEMA_VERSION
            checks["schema_version"] = {
                "status": "warning" if behind else "ok",
                "current": current,
                "expected": EXPECTED_SCHEMA_VERSION,
            }
            fingerprint = schema(connection)
    except psycopg.Error as error:
        checks["supabase"] = {"status": "error", "message": str(error)}
        fingerprint = {"fingerprint": "error"}
    checks["redis"] = {"status": _redis_status()}
    healthy = not any(check["status"] in ("error", "pending") for check in checks.values())
    return (200 if healthy else 503), {
        "status": "healthy" if healthy else "unhealthy",
        "version": {
            "git_sha": _ENV.get("RAILWAY_GIT_COMMIT_SHA", "unknown"),
            "deployment_id": _ENV.get("RAILWAY_DEPLOYMENT_ID"),
            "railway_environment": _ENV.get("RAILWAY_ENVIRONMENT_NAME"),
            "run_mode": _ENV.get("RUN_MODE"),
        },
        "runtime_endpoints": {},
        "schema": fingerprint,
        "checks": checks,
        "deploy_safe": healthy,
        "http_status": 200 if healthy else 503,
    }


def _guard(
    ours: str, variable: str, theirs: str, settings: dict[str, str], marker: str
) -> dict[str, object]:
    value = _ENV.get(variable)
    if not value:
        return {"status": "skipped", "message": f"{variable} is not set"}
    same = value == settings.get(marker)
    return {
        "status": "ok" if same else "CRITICAL",
        ours: value,
        theirs: settings.get(marker),
    }


def _settings(connection: psycopg.Connection) -> dict[str, str]:
    return dict(connection.execute("select key, value from app_settings").fetchall())


def _relations(connection: psycopg.Connection, names: tuple[str, ...]) -> dict[str, object]:
    missing = [
        name
        for name in names
        if connection.execute("select to_regclass(%s)", (name,)).fetchone() == (None,)
    ]
    return {"status": "error" if missing else "ok", "missing": missing}


def _redis_status() -> str:
    try:
        with redis.Redis.from_url(_ENV["REDIS_URL"], socket_timeout=2) as client:
            client.ping()
    except redis.RedisError:
        return "error"
    return "ok"


class Handler(BaseHTTPRequestHandler):
    """Answers the health endpoints as the first user's system does."""

    protocol_version = "HTTP/1.1"

    trouble: Trouble

    def do_GET(self) -> None:
        wrong = self.trouble.answer() if self.path != "/health" else None
        if wrong is not None:
            self.reply(*wrong)
            return
        match self.path:
            case "/health":
                now = time.time()
                answer = 200, {"status": "healthy", "timestamp": now, "service": "julia-api"}
            case "/health/ready":
                answer = ready()
            case "/health/deep":
                answer = deep()
            case "/health/schema":
                try:
                    with connect() as connection:
                        answer = 200, schema(connection)
                except psycopg.Error:
                    answer = 200, {"fingerprint": "fallback-0"}
            case _:
                answer = 404, {"detail": "Not Found"}
        code, document = answer
        body = json.dumps(document).encode()
        self.reply(code, body)

    def reply(self, code: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing for each request."""


class Server(ThreadingHTTPServer):
    """Shares its port with the other instances of its deployment."""

    allow_reuse_port = True


def main() -> None:
    Handler.trouble = read_trouble(_ENV.get("TROUBLE", ""))
    Handler.trouble.begin()
    if _ENV.get("RUN_MODE") == "api":
        Server(("127.0.0.1", int(_ENV["PORT"])), Handler).serve_forever()
    else:
        run_loop()


if __name__ == "__main__":
    main()
