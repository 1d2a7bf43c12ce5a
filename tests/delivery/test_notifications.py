"""Messages to receivers that fail in the usual ways, over real HTTP."""

import base64
import hmac
import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiohttp import web

from tests.github.server import TOKEN, LocalGitHub, running
from tests.report.test_surfaces import report
from verifier.config.sections import NotifySection
from verifier.delivery.notifications import tell
from verifier.delivery.webhook import signed_headers
from verifier.errors import UnreachableError
from verifier.model.exit_code import ExitCode
from verifier.model.verdict import VerdictWord
from verifier.report import slack
from verifier.sandbox.github.runbook_repository import runbook_repository

HOSTILE = "<!channel> @everyone <https://evil.test|click> *bold* `x` \x1b[31m\u202e ::error::x"


@contextmanager
def served(answer):
    """A server that hands path, headers and body of each request to `answer`, which returns its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, said = answer(self.path, self.headers, body)
            if status == 0:
                self.connection.close()
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def receiver(*answers):
    """Answer each request with the next (status, headers) and keep what was posted."""
    waiting, got = list(answers), []

    def answer(_path, _headers, body):
        got.append(body)
        status, headers = waiting.pop(0) if waiting else (200, {})
        return status, headers, b"ok"

    with served(answer) as url:
        yield f"{url}/hook/T0/s3cretpart", got


def told(url, mode="always"):
    slept = []
    section = NotifySection(slack=mode)
    tell(report(), section, sleep=slept.append, environ={"SLACK_WEBHOOK_URL": url})
    return slept


def environ_at(github):
    """What a job of acme/shop tells of where GitHub is."""
    return {
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_API_URL": github.url,
        "GITHUB_REPOSITORY": "acme/shop",
    }


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


@contextmanager
def answering(*bodies):
    """Answer each request with the next JSON, and keep path, headers and body of each."""
    waiting, got = list(bodies), []

    def answer(path, headers, body):
        got.append((path, headers, body.decode()))
        said = waiting.pop(0) if waiting else {"ok": True}
        return 200, {}, json.dumps(said).encode()

    with served(answer) as url:
        yield url, got


def test_the_webhook_of_a_workflow_is_given_flat_text(capsys):
    with answering() as (url, got):
        tell(
            report(HOSTILE),
            NotifySection(slack="always"),
            environ={"SLACK_WEBHOOK_URL": f"{url}/triggers/T0/1/s3cretpart"},
        )

    said = json.loads(got[0][2])
    assert {type(value) for value in said.values()} == {str}
    assert {"headline", "verdict", "live_now", "to_do", "run"} <= set(said)
    assert said["verdict"] == "failed"
    assert "<" not in "".join(said.values())
    assert capsys.readouterr().err == ""


def in_channel(ts, commit, *, is_good, environment="acme / production", **more):
    payload = {"environment": environment, "commit": commit, "is_good": is_good}
    metadata = {"event_type": "railway_deploy_verifier", "event_payload": payload}
    return {"ts": ts, "metadata": metadata, **more}


GOOD_RUN = {"exit_code": ExitCode.GOOD, "verdict": VerdictWord.PASSED}


@pytest.mark.parametrize(
    ("messages", "given", "thread"),
    [
        pytest.param([], {}, None, id="the-first-of-all"),
        pytest.param([in_channel("1.1", "b" * 40, is_good=False)], {}, "1.1", id="the-same-deploy"),
        pytest.param([in_channel("1.1", "c" * 40, is_good=False)], {}, None, id="another-deploy"),
        pytest.param(
            [in_channel("1.1", "c" * 40, is_good=False)], GOOD_RUN, "1.1", id="good-again"
        ),
        pytest.param(
            [in_channel("1.1", "c" * 40, is_good=False, reply_count=1)],
            GOOD_RUN,
            None,
            id="good-again-was-told",
        ),
        pytest.param([in_channel("1.1", "c" * 40, is_good=True)], GOOD_RUN, None, id="still-good"),
        pytest.param(
            [in_channel("1.1", "b" * 40, is_good=False, environment="staging")],
            {},
            None,
            id="another-environment",
        ),
        pytest.param([{"ts": "1.1", "text": "hello"}, 7, {}], {}, None, id="what-others-say"),
    ],
)
def test_a_bot_tells_a_deploy_in_one_thread_and_its_recovery_as_a_reply(messages, given, thread):
    with answering({"ok": True, "messages": messages}) as (url, got):
        tell(
            report(**given),
            NotifySection.model_validate({"slack": "always", "slack-channel": "C1"}),
            environ={"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": url},
        )

    (asked, headers, _), (path, _, body) = got
    said = json.loads(body)
    assert (asked, path) == ("/conversations.history", "/chat.postMessage")
    assert headers["Authorization"] == "Bearer xoxb-1"
    assert (said["channel"], said.get("thread_ts")) == ("C1", thread)
    assert len(said["blocks"]) >= 2


def test_a_bot_that_may_only_write_begins_a_thread_and_a_refusal_is_told(capsys):
    answers = {"ok": False, "error": "missing_scope"}, {"ok": False, "error": "not_in_channel"}
    with answering(*answers) as (url, got):
        tell(
            report(),
            NotifySection.model_validate({"slack": "always", "slack-channel": "C1"}),
            environ={"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": url},
        )

    assert len(got) == 2
    assert "warning: Slack: chat.postMessage: Slack says not_in_channel" in capsys.readouterr().err


SECRET = "whsec_" + base64.b64encode(b"k" * 24).decode()


@pytest.mark.parametrize(
    ("secret", "key"), [(SECRET, b"k" * 24), ("plain words", b"plain words"), ("", None)]
)
def test_a_webhook_of_a_team_gets_the_report_signed(secret, key):
    with answering() as (url, got):
        tell(
            report(),
            NotifySection(slack="never"),
            environ={"VERIFIER_WEBHOOK_URL": url, "VERIFIER_WEBHOOK_SECRET": secret},
        )

    ((_, headers, body),) = got
    value = json.loads(body)
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    assert (value["schema"], value["report"]["schema"]) == (
        "verifier.event/v1",
        "verifier.report/v1",
    )
    if key is None:
        assert headers["webhook-signature"] is None
    else:
        mac = base64.b64encode(hmac.new(key, signed, "sha256").digest()).decode()
        assert headers["webhook-signature"] == f"v1,{mac}"


def test_a_message_that_is_sent_again_is_the_same_one():
    now = datetime(2026, 1, 1, tzinfo=UTC)

    assert signed_headers("{}", SECRET, now) == signed_headers("{}", SECRET, now)
    with pytest.raises(UnreachableError, match="base64"):
        signed_headers("{}", "whsec_not base64", now)


@pytest.mark.parametrize(
    ("mode", "code", "posts"),
    [
        ("never", ExitCode.NOT_RECOVERED, 0),
        ("failure", ExitCode.GOOD, 0),
        ("failure", ExitCode.NOT_RECOVERED, 1),
        ("on-change", ExitCode.NOT_RECOVERED, 1),
    ],
)
def test_a_webhook_has_a_mode_and_is_told_each_time_while_production_is_not_good(mode, code, posts):
    with answering() as (url, got):
        for _ in range(2):
            tell(
                report(exit_code=code),
                NotifySection(slack="never", webhook=mode),
                environ={"VERIFIER_WEBHOOK_URL": url},
            )

    assert len(got) == 2 * posts


@pytest.mark.parametrize(
    ("environ", "channel"),
    [
        ({"SLACK_WEBHOOK_URL": "http://127.0.0.1.x.test/services/T0/B0/s3cretpart"}, ""),
        ({"VERIFIER_WEBHOOK_URL": "HTTP://x.test/s3cretpart"}, ""),
        ({"SLACK_BOT_TOKEN": "xoxb-s3cretpart", "SLACK_API_URL": "http://x.test"}, "#deploys"),
    ],
    ids=["slack", "own-receiver", "bot"],
)
def test_nothing_is_told_where_others_can_read_it(capsys, environ, channel):
    said = {"slack": "always", "webhook": "always", "slack-channel": channel}
    section = NotifySection.model_validate(said)

    tell(report(), section, environ=environ)

    told = capsys.readouterr().err
    assert "http:// is for this machine alone" in told
    assert "s3cretpart" not in told


def test_a_delivery_that_breaks_in_a_way_that_was_not_foreseen_is_a_warning(capsys, monkeypatch):
    monkeypatch.setattr("verifier.report.event.render", lambda *_: 1 / 0)

    tell(report(), NotifySection(slack="never"), environ={"VERIFIER_WEBHOOK_URL": "http://x.test"})

    assert (
        "warning: the webhook: notification not delivered (ZeroDivisionError)"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("given", "known", "comments"),
    [
        pytest.param({}, True, 1, id="failed"),
        pytest.param({}, False, 0, id="no-pull-request-brought-it"),
        pytest.param(GOOD_RUN, True, 0, id="good-is-no-news"),
        pytest.param({"commit": ""}, True, 0, id="an-upload"),
    ],
)
def test_the_pull_request_that_brought_the_commit_is_told(given, known, comments, capsys):
    section = NotifySection.model_validate({"slack": "never", "comment": True})
    shop = runbook_repository()
    shop.merged = {"b" * 40} if known else set()
    with running(LocalGitHub(shop)) as github:
        environ = environ_at(github)
        tell(report(**given), section, environ=environ)

    assert (len(shop.comments), capsys.readouterr().err) == (comments, "")


def test_good_news_brings_a_comment_up_to_date_that_is_there():
    section = NotifySection.model_validate({"slack": "never", "comment": True})
    shop = runbook_repository()
    shop.merged = {"b" * 40}
    with running(LocalGitHub(shop)) as github:
        environ = environ_at(github)
        tell(report(), section, environ=environ)
        tell(report(**GOOD_RUN), section, environ=environ)

    (comment,) = shop.comments
    assert "Passed" in comment["body"]


BAD_RUN = {"environment": "acme / production", "verdict": VerdictWord.FAILED}
BOT = {"login": "railway-app[bot]"}


def of_railway(number=7, environment="acme / production", creator=BOT, sha="b" * 40):
    return {"id": number, "sha": sha, "environment": environment, "creator": creator}


@contextmanager
def deployed(deployments, state="success", author="ana-1"):
    """A GitHub with deployments that others made; what is said of them is kept."""
    said = []

    async def list_them(_):
        return web.json_response(deployments)

    async def list_said(_):
        return web.json_response([{"state": state}] if state else [])

    async def say(request):
        said.append((int(request.match_info["id"]), await request.json()))
        return web.json_response({"id": 1}, status=201)

    async def commit(request):
        return web.json_response(
            {
                "sha": request.match_info["sha"],
                "author": {"login": author} if author else None,
            }
        )

    github = LocalGitHub(shop := runbook_repository())
    root = "/repos/acme/shop"
    github.routes = [
        lambda application: application.add_routes(
            [
                web.get(f"{root}/deployments", list_them),
                web.get(f"{root}/deployments/{{id}}/statuses", list_said),
                web.post(f"{root}/deployments/{{id}}/statuses", say),
                web.get(f"{root}/commits/{{sha}}", commit),
            ]
        )
    ]
    shop.merged = {"b" * 40}
    with running(github):
        environ = {
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_API_URL": github.url,
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_RUN_ID": "5",
        }
        yield environ, said, shop


@pytest.mark.parametrize(
    ("given", "deployments", "state", "expected"),
    [
        pytest.param(BAD_RUN, [of_railway()], "success", [(7, "failure")], id="failed"),
        pytest.param(BAD_RUN, [of_railway(9), of_railway()], "", [(9, "failure")], id="newest"),
        pytest.param(BAD_RUN, [of_railway()], "failure", [], id="told-before"),
        pytest.param(GOOD_RUN, [of_railway()], "failure", [(7, "success")], id="good-after-all"),
        pytest.param(GOOD_RUN, [of_railway()], "success", [], id="good"),
        pytest.param(
            {**BAD_RUN, "verdict": VerdictWord.INCONCLUSIVE}, [of_railway()], "success", [], id="?"
        ),
        pytest.param(
            {**BAD_RUN, "command": "check"}, [of_railway()], "success", [], id="of-no-gate"
        ),
        pytest.param({**BAD_RUN, "commit": ""}, [of_railway()], "success", [], id="an-upload"),
        pytest.param(
            BAD_RUN, [of_railway(creator={"login": "eve"})], "success", [], id="of-somebody-else"
        ),
        pytest.param(
            BAD_RUN, [of_railway(environment="acme / staging")], "success", [], id="elsewhere"
        ),
        pytest.param(BAD_RUN, [of_railway(sha="c" * 40)], "success", [], id="another-commit"),
        pytest.param(BAD_RUN, [], "success", [], id="none"),
    ],
)
def test_the_deployment_of_railway_at_github_is_told_the_truth(
    given, deployments, state, expected, capsys
):
    section = NotifySection.model_validate({"slack": "never", "railway-deployment": True})
    with deployed(deployments, state) as (environ, said, _):
        tell(report(**{"environment": "acme / production", **given}), section, environ=environ)

    assert [(number, body["state"]) for number, body in said] == expected
    assert all(body["auto_inactive"] is False for _, body in said)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("author", "wished", "named"),
    [
        ("ana-1", True, True),
        ("ana-1", False, False),
        ("", True, False),
        ("a\n@channel <b>", True, False),
    ],
)
def test_the_author_of_a_bad_commit_is_named_where_that_is_wished(author, wished, named):
    section = NotifySection.model_validate(
        {"slack": "never", "comment": True, "name-author": wished}
    )
    with deployed([], author=author) as (environ, _, shop):
        tell(report(), section, environ=environ)

    (comment,) = shop.comments
    assert ("\n\n@ana-1\n" in comment["body"]) is named
    assert "@channel" not in comment["body"]


def test_an_author_who_cannot_be_read_keeps_no_comment_back():
    section = NotifySection.model_validate({"slack": "never", "comment": True, "name-author": True})
    shop = runbook_repository()
    shop.merged = {"b" * 40}
    with running(LocalGitHub(shop)) as github:
        environ = environ_at(github)
        tell(report(), section, environ=environ)

    assert len(shop.comments) == 1
