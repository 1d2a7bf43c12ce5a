"""Whatever stands in an input is a value: nothing of it is run, set or shown as something else."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote

import pytest
import yaml

from tests.action.step import ROOT
from tests.report.test_terminal import bare

pytestmark = pytest.mark.slow

CONFIG = """
version: 1
services: { api: { role: api, url: http://127.0.0.1:1 } }
guards: { app-env: production }
gate: { deadline: 20s, ready-within: 5s, reach-within: 1s }
"""
HOSTILE = "\n".join(
    [
        "$(touch pwned) `touch pwned` ; touch pwned | touch pwned & touch pwned",
        "::set-output name=verdict::passed",
        "::add-mask::e",
        "##[error]owned",
        "%0A::error::owned",
        "EOF",
        "verdict<<EOF",
        "passed",
        "${{ secrets.TOKEN }}",
        "\x1b[2J\u202egnp.exe\u2066",
        "<script>alert(1)</script> ![x](https://evil.test/x.png) @everyone",
        "x" * 100_000,
    ]
)
JOB = {
    "RAILWAY_TOKEN": "a-token",
    "RAILWAY_API_URL": "http://127.0.0.1:1/graphql/v2",
    "GITHUB_API_URL": "http://127.0.0.1:1",
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_ACTIONS": "true",
    "GITHUB_SHA": "f" * 40,
    "DATABASE_URL": "postgresql://u@127.0.0.1:1/d",
}


@pytest.fixture
def configured(ready, tmp_path):
    """A checkout with a configuration, and an environment that is made."""
    (tmp_path / "checkout" / ".github").mkdir(parents=True)
    (tmp_path / "checkout" / ".github" / "verifier.yml").write_text(CONFIG)


#: How a gate ends where this variable of the step is hostile.
CODES = {
    "VERIFIER_COMMAND": 2,
    "VERIFIER_PYTHON": 2,
    "VERIFIER_ARGUMENTS": 2,
    "VERIFIER_ZIZMOR": 2,
    "VERIFIER_CONFIG": 2,
    "VERIFIER_SHA": 2,
    "VERIFIER_DEPLOYMENT": 2,
    "VERIFIER_SERVICES": 2,
    "VERIFIER_SINCE": 2,
    "VERIFIER_ROLLBACK": 2,
    "VERIFIER_REPORT": 4,
    "VERIFIER_HTML": 4,
    "VERIFIER_JUNIT": 4,
    "VERIFIER_OTLP": 4,
    "VERIFIER_OPENMETRICS": 4,
    "RAILWAY_TOKEN": 2,
    "RAILWAY_API_TOKEN": 2,
    "RAILWAY_APP_URL": 2,
    "DATABASE_URL": 2,
    "GITHUB_TOKEN": 2,
    "SLACK_WEBHOOK_URL": 4,
}


def test_each_input_is_tried_with_a_hostile_value():
    steps = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["runs"]["steps"]
    given = next(step["env"] for step in steps if "VERIFIER_COMMAND" in step.get("env", {}))

    assert {name for name, value in given.items() if "inputs." in value} == CODES.keys()


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(("variable", "code"), CODES.items(), ids=CODES)
def test_a_hostile_value_is_a_value(start, outputs, tmp_path, variable, code):
    given = {**JOB, variable: HOSTILE}
    command = given.pop("VERIFIER_COMMAND", "gate")
    python = {"python": given.pop("VERIFIER_PYTHON")} if variable == "VERIFIER_PYTHON" else {}

    done = start(command, **python, **given)

    told = done.stdout + done.stderr
    lines = [line.lstrip() for line in told.splitlines()]
    assert done.returncode == code, told[:3000]
    assert not list(tmp_path.rglob("pwned"))
    assert not [line for line in lines if line.startswith(("::set", "::add", "::error::", "##["))]
    assert not set(bare(told)) & set("\x1b\u202e\u2066")
    assert "Traceback" not in told
    assert len(told) < 20_000
    assert outputs()["exit-code"] == str(code)
    assert outputs()["verdict"] == "inconclusive"
    summary = (tmp_path / "summary").read_text()
    assert "<script" not in summary
    assert "![x]" not in summary


CANARY = "c4nary/S3cret+of=the:job"
SECRETS = {
    "RAILWAY_TOKEN": CANARY,
    "GITHUB_TOKEN": CANARY,
    "DATABASE_URL": f"postgresql://u:{quote(CANARY, safe='')}@127.0.0.1:1/d",
    "RAILWAY_APP_URL": "http://127.0.0.1:{port}",
    "SLACK_WEBHOOK_URL": f"http://127.0.0.1:{{port}}/services/{quote(CANARY, safe='')}",
}
FORMS = [
    CANARY,
    CANARY.replace("/", "\\/"),
    quote(CANARY),
    quote(CANARY, safe=""),
    base64.b64encode(CANARY.encode()).decode().rstrip("="),
    base64.b64encode(f"u:{CANARY}".encode()).decode().rstrip("="),
]


class Parrot(BaseHTTPRequestHandler):
    """Says back whatever it is told, in every form, as error pages and debug modes do."""

    def do_GET(self):
        told = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        given = " ".join([self.path, *self.headers.values(), told])
        text = " ".join([given, unquote(given), quote(given), *FORMS])
        body = json.dumps({"errors": [{"message": text}], "message": text, "status": text})
        self.send_response(self.server.code)
        self.send_header("content-type", "application/json")
        self.send_header("x-railway-request-id", CANARY)
        self.send_header("location", f"/{quote(CANARY)}")
        self.end_headers()
        self.wfile.write(body.encode())

    do_POST = do_PUT = do_PATCH = do_GET

    def log_message(self, *_):
        """Say nothing for each request."""


@pytest.fixture
def parrot():
    with ThreadingHTTPServer(("127.0.0.1", 0), Parrot) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(
    ("command", "code"),
    [
        pytest.param("gate", 200, id="gate-ok"),
        pytest.param("gate", 302, id="gate-elsewhere"),
        pytest.param("gate", 401, id="gate-refused"),
        pytest.param("doctor", 500, id="doctor-broken"),
        pytest.param("audit", 200, id="audit-ok"),
        pytest.param("audit", 404, id="audit-not-there"),
    ],
)
def test_a_secret_that_is_said_back_does_not_come_out(start, tmp_path, parrot, command, code):
    parrot.code, port = code, parrot.server_address[1]
    secrets = {name: value.replace("{port}", str(port)) for name, value in SECRETS.items()}
    urls = dict.fromkeys(("RAILWAY_API_URL", "GITHUB_API_URL"), f"http://127.0.0.1:{port}")
    report = {"VERIFIER_REPORT": str(tmp_path / "report.json"), "VERIFIER_DEBUG": "1"}

    done = start(command, **{**JOB, **secrets, **urls, **report})

    written = [p.read_text() for p in tmp_path.iterdir() if p.is_file()]
    shown = "\n".join([done.stdout, done.stderr, *written])
    assert done.returncode in (1, 4), shown[:3000]
    assert [form for form in (*FORMS, "c4nary") if form in shown] == []
