"""What is asked and found at the paths of an application, over real HTTP."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from verifier.guarded import web
from verifier.guarded.path_survey import survey
from verifier.model.finding import Unobserved

SHA = "4f1d2c3b9a8e7f6d5c4b3a2918070605f4e3d2c1"
ID = "3f2a1b4c-0000-4000-8000-000000000000"
BODIES = {
    "/health": {
        "status": "ok",
        "checks": {"db": "up"},
        "version": {"git_sha": SHA, "build": "not an id"},
        "git": {"commit": {"id": {"abbrev": SHA[:7]}}},
        "request": {"id": ID},
    },
    "/list": [1, 2],
}


class Application(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(BODIES.get(self.path, "none")).encode()
        self.send_response(200 if self.path in BODIES else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Deployment-Id", ID)
        self.send_header("X-Request-Id", ID)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Application)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_identity_is_found_by_name_and_form(address):
    with web.open_client() as http:
        health, listed, absent = survey(http, address, ["/health", "/list", "/none"])

    assert health.ids == {
        "header:x-deployment-id": ID,
        "version.git_sha": SHA,
        "git.commit.id.abbrev": SHA[:7],
    }
    assert listed.ids == {"header:x-deployment-id": ID}
    assert (health.answer.status_code, absent.answer.status_code) == (200, 404)


def test_an_application_that_is_not_there_is_an_answer_too():
    with web.open_client() as http:
        (silent,) = survey(http, "http://127.0.0.1:1", ["/health"])

    assert isinstance(silent.answer, Unobserved)


def test_a_short_body_is_kept_as_it_was_sent_and_a_long_one_is_not(address, monkeypatch):
    monkeypatch.setitem(BODIES, "/long", "x" * 20_001)
    with web.open_client() as http:
        short, long = survey(http, address, ["/list", "/long"])

    assert (short.body, long.body) == ("[1, 2]", "")
