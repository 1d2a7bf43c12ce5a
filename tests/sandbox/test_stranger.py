"""A wrong `url`: whatever a stranger answers there, it condemns nobody and breaks nothing."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.sandbox.runs import gate
from verifier.sandbox.scenarios.scenario import read_scenario
from verifier.sandbox.world import Sandbox

pytestmark = pytest.mark.slow

EDGE = {"x-railway-request-id": "r", "x-railway-edge": "railway/us-west2"}
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def live():
    """A sandbox in which the judged commit already serves."""
    with Sandbox(read_scenario(Path(__file__).parent / "town.yml")) as sandbox:
        sandbox.push("good")
        yield sandbox


@pytest.fixture
def stranger(request):
    """A server that gives one answer to everything; a list of chunks is sent for ever."""
    status, headers, body = request.param

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if isinstance(body, bytes):
                self.send_header("content-length", str(len(body)))
            self.end_headers()
            if isinstance(body, bytes):
                self.wfile.write(body)
            else:
                self._send_for_ever(body)

        def _send_for_ever(self, chunks):
            try:
                while True:
                    for chunk in chunks:
                        self.wfile.write(chunk)
            except OSError:
                self.close_connection = True

        def log_message(self, *_):
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "stranger",
    [
        pytest.param((500, EDGE | JSON, b'{"status": "CRITICAL"}'), id="another-service-critical"),
        pytest.param((503, EDGE | JSON, b'{"status": "not_ready"}'), id="another-service-failing"),
        pytest.param((200, EDGE | JSON, b'{"status": "healthy"}'), id="another-service-healthy"),
        pytest.param(
            (502, EDGE | {"x-railway-fallback": "true"}, b"failed to respond"),
            id="another-service-silent",
        ),
        pytest.param((404, EDGE | {"x-railway-fallback": "true"}, b"not found"), id="no-service"),
        pytest.param((200, {"content-type": "text/html"}, b"<form>Sign in</form>"), id="login"),
        pytest.param((200, JSON, [b" " * 65_536]), id="endless"),
    ],
    indirect=True,
)
def test_a_stranger_condemns_nobody(live, stranger, tmp_path):
    config = tmp_path / "verifier.yml"
    config.write_text(live.scenario.config.replace("ready-within: 3s", "ready-within: 1s"), "utf-8")

    run = gate(live, "good", tmp_path, "--config", str(config), RAILWAY_APP_URL=stranger)

    assert (run.code, live.api.requests.count("RollBack")) == (4, 0), run.out + run.err
    assert "Traceback" not in run.err
