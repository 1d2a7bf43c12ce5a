"""Every call to GitHub against one that answers wrongly: only the right answer is an answer."""

import re
from pathlib import Path

import httpx
import pytest

from verifier.errors import ProviderError, UnexpectedAnswerError
from verifier.github.api import Api, _beyond
from verifier.github.connection import Connection
from verifier.github.issue_text import AuditNews, AuditSubject, DriftSight
from verifier.github.memory import GitHubMemory
from verifier.github.messages import (
    author_of,
    keep_comment,
    set_status,
    tell_railway_deployment,
)
from verifier.github.repository import GitHubRepository
from verifier.github.tracked_issue import track
from verifier.model.exit_code import ExitCode
from verifier.model.past_verdict import PastStatus, PastVerdict

API = "https://forge.test"
ROOT = Path(__file__).parents[2]
SHA = "a" * 40
RECORD = PastVerdict("api", "d1", SHA, "", PastStatus.VERIFIED)


def memory(api):
    return GitHubMemory(api, "acme/shop", "railway-verifier", "production-id", SHA, "")


CALLS = {
    "records": lambda api: memory(api).records(),
    "remember": lambda api: memory(api).remember([RECORD]),
    "claim": lambda api: memory(api).claim("d1", 1),
    "settle": lambda api: memory(api).settle("d1", 1),
    "hold": lambda api: memory(api).hold("s1"),
    "holds": lambda api: memory(api).holds(),
    "release": lambda api: memory(api).release("s1"),
    "status": lambda api: set_status(api, SHA, "x", ExitCode.GOOD, "x", ""),
    "author": lambda api: author_of(api, SHA),
    "railway": lambda api: tell_railway_deployment(api, SHA, "x", "failure", "x", ""),
    "comment": lambda api: keep_comment(api, 1, "gate", "x"),
    "issue": lambda api: track(
        api, AuditSubject("", (), ()), AuditNews("x", "x", "f", DriftSight.DRIFT)
    ),
    "facts": lambda api: GitHubRepository(api).facts(),
    "branches": lambda api: GitHubRepository(api).branches(["*"]),
    "rules": lambda api: GitHubRepository(api).protection("main"),
}

JSON = {"Content-Type": "application/json"}
BODIES = {
    "empty": b"",
    "null": b"null",
    "number": b"7",
    "text": b'"ok"',
    "object": b"{}",
    "another-reference": b'{"ref": "refs/verifier/rollback/d9/1"}',
    "reference-of-no-text": b'{"ref": ["refs/verifier/rollback/d1/1"]}',
    "list-of-numbers": b"[[1], 2]",
    "html": b"<html>login</html>",
    "cut": b'{"ref": "refs/verifier/rol',
    "deep": b"[" * 5000 + b"]" * 5000,
    "huge-number": b"9" * 10_000,
    "no-utf-8": b'{"ref": "\xff\xfe"}',
    "half-an-emoji": b'{"message": "\\ud83d", "ref": "\\ud83d"}',
    "message-of-no-text": b'{"message": {"a": 1}}',
}
OBJECTS = ("another-reference", "reference-of-no-text", "half-an-emoji", "message-of-no-text")
STATUSES = (200, 201, 202, 204, 304, 400, 401, 403, 404, 409, 418, 422, 429, 451, 500, 503, 999)
#: One for all: certificates are read each time that one is made.
HTTP = httpx.Client()
#: What GitHub documents, for which see the tests of each call.
READS = {"records", "holds", "release", "comment", "issue", "branches", "rules"}


def is_right(call, status, body):
    if call == "status":  # all that is asked of it is to be taken
        return status == 201 and body in OBJECTS
    # What is too deep for one Python is a list as any other to a newer one.
    return status == 200 and call in READS and body in ("list-of-numbers", "deep")


def asked(call, answer):
    """Make the call, and return what it raised."""
    HTTP._transport = httpx.MockTransport(answer)
    try:
        CALLS[call](Api(Connection(HTTP, API), "acme/shop"))
    except ProviderError as error:
        return error
    return None


@pytest.mark.parametrize("call", CALLS)
def test_an_answer_that_is_not_the_right_one_is_none(call):
    for status in STATUSES:
        for name, body in BODIES.items():
            if is_right(call, status, name):
                continue

            def answer(_, status=status, body=body):
                return httpx.Response(status, content=body, headers=JSON)

            assert asked(call, answer), (status, name)


#: By the method of `Api`: all that is ever asked of GitHub about one repository goes through these.
METHODS = {
    "get": lambda api: api.get("/x", "x"),
    "pages": lambda api: list(api.pages("/x", "x")),
    "elsewhere": lambda api: api.elsewhere("/apps/x", "no permission", "read the app x"),
    "says_yes": lambda api: api.says_yes("/x", "x"),
    "change": lambda api: api.change("POST", "/x", "x", {}),
    "ask": lambda api: api.ask("query", "x", {}, purpose="ask"),
    "viewer": lambda api: api.viewer(),
}
LISTS = ("list-of-numbers", "deep")
NO_JSON = ("empty", "null", "html", "cut", "huge-number", "no-utf-8")
#: The status and the bodies that each takes for an answer.
TAKEN = {
    "get": (200, set(BODIES) - set(NO_JSON)),
    "elsewhere": (200, set(BODIES) - set(NO_JSON)),
    "pages": (200, set(LISTS) - {"list-of-numbers"}),
    "says_yes": (204, set(BODIES)),
    "change": (201, set(OBJECTS)),
    "ask": (200, set()),
    "viewer": (200, set()),
}


def test_every_method_of_the_client_has_a_row():
    asking = {name for name, each in vars(Api).items() if not isinstance(each, property)}
    methods = {name for name in asking if not name.startswith("_")}

    assert methods == set(METHODS) == set(TAKEN)


@pytest.mark.parametrize("method", METHODS)
def test_a_method_takes_one_status_and_one_shape(method):
    status_taken, bodies = TAKEN[method]
    taken = set()
    for status in STATUSES:
        for name, body in BODIES.items():

            def answer(_, status=status, body=body):
                return httpx.Response(status, content=body, headers=JSON)

            HTTP._transport = httpx.MockTransport(answer)
            try:
                METHODS[method](Api(Connection(HTTP, API), "acme/shop"))
            except ProviderError:
                continue
            taken.add((status, name))

    # What is too deep for one Python is a list as any other to a newer one.
    assert taken - {(status_taken, "deep")} == {
        (status_taken, name) for name in bodies if name != "deep"
    }


def test_nothing_else_asks_github():
    """But for the reading in bulk, whose wrong answers stand in the tests of organisations."""
    asking = {
        path.stem
        for path in (ROOT / "verifier/github").glob("*.py")
        if re.search(r"\b_?connection\.(?:send|ask)\(|\bfetch\(|\.post\(", path.read_text("utf-8"))
    }

    assert asking == {"api", "connection", "bulk_answers"}


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.test/repos/acme/shop",
        "http://forge.test/repos/acme/shop",
        "https://forge.test:8443/",
        "//evil.test/",
        "http://xn--/",
        "https://forge.test@evil.test/",
        "",
        "http://[",
        "\x00",
        "javascript:alert(1)",
        "/repos/acme/shop/elsewhere",
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 304, 307, 308])
def test_nothing_is_led_to_another_host_or_round_in_a_circle(status, location):
    for call in CALLS:
        seen = []

        def answer(request, seen=seen):
            seen.append(request)
            return httpx.Response(status, headers={"Location": location.encode()})

        assert asked(call, answer), call
        assert {str(request.url.copy_with(path="/", query=None)) for request in seen} == {f"{API}/"}
        assert len(seen) <= 3


def test_a_change_is_not_sent_to_another_address():
    seen = []

    def answer(request):
        seen.append(request.url.path)
        return httpx.Response(307, headers={"Location": "/repositories/1/git/refs"})

    assert asked("claim", answer)
    assert seen == ["/repos/acme/shop/git/refs"]


def test_a_question_follows_a_repository_that_was_renamed():
    def answer(request):
        if request.url.path.startswith("/repositories/1"):
            return httpx.Response(200, json={"full_name": "acme/new", "private": True})
        return httpx.Response(301, headers={"Location": f"{API}/repositories/1"})

    http = httpx.Client(transport=httpx.MockTransport(answer))
    api = Api(Connection(http, API), "acme/old")

    assert GitHubRepository(api).facts().name == "acme/new"


@pytest.mark.parametrize(
    ("asked_for", "led_to"),
    [
        ("/branches/main/protection", "/repos/acme/shop/branches/master/protection"),
        ("/branches/main", "/repositories/1/branches/master"),
        ("/rulesets/7", "/repos/acme/shop/rulesets/8"),
        ("/rulesets/7", "/repos/acme/shop"),
        ("/rulesets/7", "/rulesets/7"),
        ("", "/repositories/1/rulesets"),
    ],
)
def test_a_question_is_not_answered_by_another_thing_of_the_repository(asked_for, led_to):
    def answer(request):
        if request.url.path == f"/repos/acme/shop{asked_for}":
            return httpx.Response(301, headers={"Location": f"{API}{led_to}"})
        return httpx.Response(200, json={"of": request.url.path})

    http = httpx.Client(transport=httpx.MockTransport(answer))
    with pytest.raises(UnexpectedAnswerError, match="led elsewhere"):
        Api(Connection(http, API), "acme/shop").get(asked_for, "Metadata: read")


def test_a_question_is_asked_whole_where_a_repository_is_now():
    def answer(request):
        if request.url.path.startswith("/repositories/1/"):
            return httpx.Response(200, json=[dict(request.url.params)])
        led = f"{API}/repositories/1{request.url.path.removeprefix('/repos/acme/old')}"
        return httpx.Response(301, headers={"Location": led})

    http = httpx.Client(transport=httpx.MockTransport(answer))
    (asked,) = Api(Connection(http, API), "acme/old").pages("/issues", "p", labels="drift")

    assert asked["labels"] == "drift"


@pytest.mark.parametrize("said", ["9" * 5_000, "\u00b2", "\u0661", "-1", "1e9", ""])
def test_a_limit_that_is_no_number_is_not_known(said):
    headers = {"x-ratelimit-remaining": said, "x-ratelimit-limit": said}

    assert _beyond(10, headers) is None


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        httpx.ReadTimeout("slow"),
        httpx.WriteError("broken"),
        httpx.RemoteProtocolError("no HTTP"),
        httpx.LocalProtocolError("no HTTP"),
        httpx.DecodingError("no gzip"),
        httpx.ProxyError("no proxy"),
        httpx.TooManyRedirects("many"),
        httpx.UnsupportedProtocol("ftp"),
        OSError(104, "reset"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_github_that_does_not_answer_is_told(error):
    def answer(_):
        raise error

    for call in CALLS:
        found = asked(call, answer)
        assert found, call
        assert found.message.startswith("could not ")
