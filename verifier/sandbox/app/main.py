"""`python -m app.main`: the API with its health endpoints, or a worker or scheduler loop."""

import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg
from app import documents, telemetry
from app.stand_in import read_stand_in
from app.trouble import Trouble, read_trouble

_ENV = os.environ
_ROLE = read_stand_in(_ENV.get("STAND_IN", ""))
_HEARTBEAT = "insert into job_executions (job_name, started_at) select unnest(%s::text[]), now()"


def expected_version() -> str:
    """What the code says, or a rehearsal for it."""
    if _ROLE.version:
        return str(_ROLE.version)
    from app.constants import EXPECTED_SCHEMA_VERSION

    return str(EXPECTED_SCHEMA_VERSION)


def run_loop(trouble: Trouble) -> None:
    """Write down a run of each job each second, as a worker or scheduler does them."""
    jobs = list(telemetry.JOBS) if _ENV["RUN_MODE"] == "scheduler" else [_ENV["RUN_MODE"]]
    while True:
        try:
            with documents.connect() as connection:
                while not trouble.is_mute():
                    if _ROLE.heartbeats is None:
                        connection.execute(_HEARTBEAT, (jobs,))
                    for statement in _ROLE.heartbeats or ():
                        connection.execute(statement.encode())
                    time.sleep(1)
        except psycopg.Error:
            pass
        time.sleep(1)


class Handler(BaseHTTPRequestHandler):
    """Answers the health endpoints."""

    protocol_version = "HTTP/1.1"

    trouble: Trouble

    def do_GET(self) -> None:
        self.trouble.hang()
        endpoint = _ROLE.paths.get(self.path)
        wrong = self.trouble.answer() if endpoint != "live" else None
        if wrong is not None:
            self.reply(*wrong)
            return
        if self.path in _ROLE.pages:
            self.reply(200, b"<html><body>It works</body></html>", "text/html")
            return
        match endpoint:
            case "live":
                answer = documents.live()
            case "ready":
                answer = documents.ready()
            case "deep":
                answer = documents.deep(_ROLE, expected_version())
            case "schema":
                answer = documents.schema(_ROLE, expected_version())
            case "jobs":
                answer = telemetry.jobs()
            case "rate-limit":
                answer = telemetry.rate_limit()
            case "circuits":
                answer = telemetry.circuits()
            case _:
                answer = 404, {"detail": "Not Found"}
        code, document = answer
        commit, deployment = (
            _ENV.get(f"RAILWAY_{name}", "") for name in ("GIT_COMMIT_SHA", "DEPLOYMENT_ID")
        )
        headers = _ROLE.identify(document, commit, deployment)
        self.reply(code, json.dumps(document).encode(), headers=headers)

    def reply(
        self,
        code: int,
        body: bytes,
        kind: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> None:
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
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
    serves = _ROLE.serves or _ENV.get("RUN_MODE") == "api"
    if not serves:
        run_loop(Handler.trouble)
    if _ROLE.heartbeats:
        threading.Thread(target=run_loop, args=(Handler.trouble,), daemon=True).start()
    Server(("127.0.0.1", int(_ENV["PORT"])), Handler).serve_forever()


if __name__ == "__main__":
    main()
