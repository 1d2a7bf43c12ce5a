"""Messages to receivers that fail in the usual ways, over real HTTP."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.github.server import TOKEN, LocalGitHub, running
from tests.report.test_surfaces import report
from verifier.config.sections import NotifySection
from verifier.delivery.notifications import tell
from verifier.report import slack
from verifier.sandbox.github.runbook_repository import runbook_repository

HOSTILE = "<!channel> @everyone <https://evil.test|click> *bold* `x` \x1b[31m\u202e ::error::x"


@contextmanager
def receiver(*answers):
    """Answer each request with the next (status, headers) and keep what was posted."""
    waiting, got = list(answers), []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            status, headers = waiting.pop(0) if waiting else (200, {})
            if status == 0:
                self.connection.close()
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook/T0/s3cretpart", got
    finally:
        server.shutdown()
        server.server_close()


def told(url, mode="always"):
    slept = []
    section = NotifySection(slack=mode)
    tell(report(), section, sleep=slept.append, environ={"SLACK_WEBHOOK_URL": url})
    return slept


def test_a_message_says_what_is_live(capsys):
    with receiver() as (url, got):
        assert told(url) == []

    (message,) = map(json.loads, got)
    shown = json.dumps(message)
    assert "Failed and rolled back" in message["text"]
    assert "Live now: api: back (rolled back)" in shown
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("answers", "posts", "slept", "warns"),
    [
        pytest.param([(429, {"Retry-After": "7"})], 2, [7.0], False, id="slow-down"),
        pytest.param([(429, {"Retry-After": "900"})], 1, [], True, id="slow-down-for-long"),
        pytest.param([(500, {}), (502, {})], 3, [1.0, 1.0], False, id="hiccups"),
        pytest.param([(500, {})] * 3, 3, [1.0, 1.0], True, id="down"),
        pytest.param([(404, {})], 1, [], True, id="no-such-hook"),
        pytest.param([(0, {})], 2, [1.0], False, id="hung-up-once"),
        pytest.param([(302, {"Location": "https://evil.test"})], 1, [], True, id="led-elsewhere"),
    ],
)
def test_a_receiver_that_fails(capsys, answers, posts, slept, warns):
    with receiver(*answers) as (url, got):
        assert told(url) == slept

    error = capsys.readouterr().err
    assert (len(got), "warning: Slack" in error) == (posts, warns)
    assert "s3cretpart" not in error


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/hook", "nonsense", "http://[bad"])
def test_a_receiver_that_is_not_there_is_told(capsys, url):
    told(url)

    assert "warning: Slack" in capsys.readouterr().err


def test_nothing_that_the_world_says_is_markup_there():
    message = json.loads(slack.render(report(HOSTILE), "https://run.test/1?a=<b>"))

    kinds = [block["text"]["type"] for block in message["blocks"] if "text" in block]
    (link,) = [e["text"] for b in message["blocks"] for e in b.get("elements", [])]
    assert set(kinds) == {"plain_text"}
    assert link == "<https://run.test/1?a=&lt;b&gt;|Run and report>"
    assert "<" not in message["text"]
    texts = [block["text"]["text"] for block in message["blocks"] if "text" in block]
    assert "@everyone" in "".join(texts)
    assert not set("\x1b\u202e") & set("".join(texts))


def environ(github, tmp_path):
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7}}))
    return {
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_API_URL": github.url,
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_RUN_ID": "5",
    }


def test_one_comment_is_kept_and_the_commit_gets_its_status(tmp_path, capsys):
    section = NotifySection.model_validate(
        {"slack": "never", "commit-status": True, "comment": True}
    )
    shop = runbook_repository()
    with running(LocalGitHub(shop)) as github:
        for text in ("first", "first", "second"):
            tell(report(text), section, environ=environ(github, tmp_path))

    (comment,) = shop.comments
    assert "second" in comment["body"]
    assert [r for r in shop.requests if "PATCH" in r] == [
        "PATCH /repos/acme/shop/issues/comments/100"
    ]
    assert {s["state"] for s in shop.statuses} == {"failure"}
    assert capsys.readouterr().err == ""


def test_what_github_refuses_is_told(tmp_path, capsys):
    section = NotifySection.model_validate({"slack": "never", "commit-status": True})
    with running(LocalGitHub()) as github:
        tell(report(), section, environ=environ(github, tmp_path))

    assert "warning: the commit status" in capsys.readouterr().err
