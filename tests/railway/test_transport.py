"""What may be concluded from an answer, and when the next request may be sent."""

import gzip
import json
import socket
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from tests.builders import service
from tests.patience import PATIENCE_S
from verifier.errors import (
    DeniedError,
    InvalidRequestError,
    LostAnswerError,
    NotSentError,
    RateLimitedError,
    UnexpectedAnswerError,
    UnknownOutcomeError,
    UnreachableError,
)
from verifier.guarded import web
from verifier.model.deployment import Scope
from verifier.model.platform import RateBudget
from verifier.railway.client import RailwayClient
from verifier.railway.transport import Transport

URL = "https://railway.test/graphql/v2"
SCOPE = Scope("p", "acme", "e", "production", {"api": "id-api"})
GZIPPED = gzip.compress(json.dumps({"data": {"deploymentRollback": True}}).encode())


def transport(answer, now_s=lambda: 0.0):
    return Transport(httpx.Client(transport=httpx.MockTransport(answer)), URL, now_s)


def client(answer):
    return RailwayClient(transport(answer), SCOPE, [service()])


def data(status=200, /, **fields):
    return lambda _: httpx.Response(status, json={"data": fields})


def errors(*messages, status=200, code=None, data=None):
    extensions = {"extensions": {"code": code}} if code else {}
    body = {"data": data, "errors": [{"message": m, **extensions} for m in messages]}
    return lambda _: httpx.Response(status, json=body)


def says(status=200, content=b"", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx.Response(status, content=content, headers=named)


def raises(error):
    def answer(request):
        raise error

    return answer


TRUE = {"deploymentRollback": True}
NOT_DONE = [
    pytest.param(raises(httpx.ConnectError("refused")), NotSentError, id="refused-connection"),
    pytest.param(raises(httpx.ConnectTimeout("late")), NotSentError, id="no-connection-in-time"),
    pytest.param(says(401), DeniedError, id="401"),
    pytest.param(says(403, b"error code: 1010"), DeniedError, id="403-of-the-front"),
    pytest.param(says(429, b"error code: 1015"), RateLimitedError, id="429-of-the-front"),
    pytest.param(errors("Too many", status=429), RateLimitedError, id="429-of-railway"),
    pytest.param(errors("Not Authorized"), DeniedError, id="not-authorized"),
    pytest.param(errors("not authorized."), DeniedError, id="not-authorized-in-other-letters"),
    pytest.param(errors("Project Token not found"), DeniedError, id="no-such-token"),
    pytest.param(errors("x", code="GRAPHQL_PARSE_FAILED"), InvalidRequestError, id="parse-in-200"),
    pytest.param(errors("Variable", status=400), InvalidRequestError, id="400"),
]
#: Answers of the API itself that are no clean yes.
ODD = [
    pytest.param(data(deploymentRollback=False), id="false"),
    pytest.param(data(deploymentRollback=None), id="null"),
    pytest.param(data(deploymentRollback="d2"), id="id"),
    pytest.param(data(deploymentRollback=1), id="one"),
    pytest.param(data(deploymentRollback={"id": "d2"}), id="object"),
    pytest.param(data(), id="no-fields"),
    pytest.param(data(deploymentRollback=True, deploymentCancel=True), id="two-fields"),
    pytest.param(lambda _: httpx.Response(200, json={"data": None}), id="data-null"),
    pytest.param(lambda _: httpx.Response(200, json={"errors": "x"}), id="errors-no-list"),
    pytest.param(errors("Problem processing request"), id="errors-without-code"),
    pytest.param(errors("Service deployment rate limit exceeded"), id="another-rate-limit"),
    pytest.param(errors("x", code="INTERNAL_SERVER_ERROR"), id="internal"),
    pytest.param(errors("x", code="BAD_USER_INPUT"), id="bad-input-in-200"),
    pytest.param(errors("Not Authorized", data=TRUE), id="denied-and-done"),
    pytest.param(errors("Not Authorized", "Problem"), id="denied-and-more"),
    pytest.param(
        lambda _: httpx.Response(
            200,
            json={
                "errors": [
                    {"message": "x", "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}},
                    {"message": "y", "extensions": {"code": "INTERNAL_SERVER_ERROR"}},
                ]
            },
        ),
        id="invalid-and-internal",
    ),
    pytest.param(errors("Upstream: not authorized at host 7"), id="a-denial-within-other-words"),
    pytest.param(errors("x", status=400, data=TRUE), id="400-and-done"),
    pytest.param(errors("x", status=502), id="502-with-errors"),
    pytest.param(data(201, deploymentRollback=True), id="201"),
    pytest.param(data(500, deploymentRollback=True), id="500-with-data"),
]
#: No answer of the API: what stands in front of it, a part of one, or nothing.
LOST = [
    pytest.param(lambda _: httpx.Response(200, json={}), id="no-data"),
    pytest.param(lambda _: httpx.Response(200, json=[]), id="no-object"),
    pytest.param(says(), id="empty"),
    pytest.param(says(200, b'{"data": {"deployment', content_type="application/json"), id="cut"),
    pytest.param(says(200, b"<h1>Log in</h1>", content_type="text/html"), id="html"),
    pytest.param(
        says(200, json.dumps({"data": TRUE}).encode(), content_type="text/html"), id="wrong-type"
    ),
    pytest.param(says(200, json.dumps({"data": TRUE}).encode()), id="no-type"),
    pytest.param(says(200, b"\xff\xfe", content_type="application/json"), id="not-utf8"),
    pytest.param(says(200, GZIPPED, content_encoding="gzip"), id="compressed"),
    pytest.param(says(301, location="https://railway.test/"), id="redirect"),
    pytest.param(says(400, b"<h1>Bad request</h1>"), id="400-html"),
    pytest.param(says(500), id="500"),
    pytest.param(says(502, b"<h1>Bad gateway</h1>"), id="502-html"),
    pytest.param(says(504), id="504"),
    pytest.param(raises(httpx.ReadTimeout("late")), id="no-answer-in-time"),
    pytest.param(raises(httpx.WriteTimeout("late")), id="not-sent-in-time"),
    pytest.param(raises(httpx.RemoteProtocolError("gone")), id="cut-connection"),
    pytest.param(raises(httpx.ReadError("reset")), id="reset"),
    pytest.param(
        lambda _: httpx.Response(502, json={"status": "error", "code": 502}), id="json-of-the-front"
    ),
]


@pytest.mark.parametrize(("answer", "error"), NOT_DONE)
def test_a_mutation_that_was_provably_not_carried_out(answer, error):
    with pytest.raises(error) as caught:
        client(answer).roll_back("d1")

    assert not isinstance(caught.value, UnknownOutcomeError)
    assert caught.value.message.startswith("could not roll back: ")


@pytest.mark.parametrize(
    ("answer", "is_lost"),
    [pytest.param(*row.values, rows is LOST, id=row.id) for rows in (ODD, LOST) for row in rows],
)
def test_no_odd_answer_to_a_mutation_is_taken_for_a_no(answer, is_lost):
    with pytest.raises(
        UnknownOutcomeError, match=r"could not roll back: .*does not say whether"
    ) as caught:
        client(answer).roll_back("d1")

    assert isinstance(caught.value, LostAnswerError) is is_lost


@pytest.mark.parametrize(
    ("fields", "is_data"),
    [
        ({"a": True}, True),
        ({"a": False}, True),
        ({"a": 0}, True),
        ({"a": None, "b": {}}, True),
        ({"a": None}, False),
        ({"a": None, "b": None}, False),
        ({}, False),
    ],
)
def test_what_has_no_value_is_no_data_of_a_mutation(fields, is_data):
    sent = transport(data(**fields))

    if is_data:
        assert sent.write("roll back", "mutation { a }") == fields
    else:
        with pytest.raises(UnknownOutcomeError, match="does not say whether"):
            sent.write("roll back", "mutation { a }")


@pytest.mark.parametrize(
    ("ask", "field", "yes", "odd"),
    [
        pytest.param(lambda c: c.roll_back("d1"), "deploymentRollback", True, {"id": "d"}, id="b"),
        pytest.param(lambda c: c.cancel("d1"), "deploymentCancel", True, {"id": "d"}, id="cancel"),
        pytest.param(lambda c: c.redeploy("d1"), "deploymentRedeploy", {"id": "d"}, True, id="re"),
        pytest.param(
            lambda c: c.set_auto_deploy("api", enabled=False),
            "serviceInstanceAutoDeployUpdate",
            {"enabled": False},
            {"enabled": True},
            id="auto-deploy",
        ),
    ],
)
def test_the_documented_value_alone_is_a_clean_yes(ask, field, yes, odd):
    ask(client(data(**{field: yes})))
    with pytest.raises(UnknownOutcomeError):
        ask(client(data(**{field: odd})))


def test_a_mutation_to_nobody_has_not_been_sent():
    with web.open_client() as http, pytest.raises(NotSentError):
        Transport(http, "http://127.0.0.1:1/graphql/v2").write("roll back", "mutation { a }")


def test_a_mutation_that_is_read_and_never_answered_is_not_known_within_its_limit():
    with socket.create_server(("127.0.0.1", 0)) as listener, web.open_client() as http:
        heard = []

        def swallow():
            connection, _ = listener.accept()
            with connection:
                while piece := connection.recv(65536):
                    heard.append(piece)

        thread = threading.Thread(target=swallow, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/graphql/v2"
        with pytest.raises(UnknownOutcomeError, match=r"no answer within 0\.5 s"):
            Transport(http, url).write("roll back", "mutation { a }", limit_s=0.5)
        http.close()
        thread.join(PATIENCE_S)

    assert heard


SOON = {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "30"}


@pytest.mark.parametrize(
    ("headers", "status", "pause_s"),
    [
        pytest.param({"Retry-After": "7"}, 429, 7, id="told-how-long"),
        pytest.param({}, 429, 10, id="a-bare-429-of-the-front"),
        pytest.param({"Retry-After": "soon"}, 429, 10, id="told-in-words"),
        pytest.param({"Retry-After": "99999999"}, 429, 3600, id="absurdly-long"),
        pytest.param({"Retry-After": "7"}, 200, 7, id="with-an-answer"),
        pytest.param({"Retry-After": "1.5"}, 429, 2, id="a-fraction"),
        pytest.param(
            {
                "Date": "Wed, 01 Jan 2025 00:00:00 GMT",
                "Retry-After": "Wed, 01 Jan 2025 00:00:40 GMT",
            },
            429,
            40,
            id="told-as-a-date",
        ),
        pytest.param(SOON, 429, 30, id="told-by-the-reset"),
        pytest.param({**SOON, "Retry-After": "7"}, 429, 7, id="retry-after-wins"),
    ],
)
@pytest.mark.parametrize("begun_s", [0, 86_400])
def test_nothing_is_sent_while_railway_asks_for_silence(headers, status, pause_s, begun_s):
    now_s, sent = [0.0], []

    def answer(request):
        sent.append(now_s[0])
        return httpx.Response(status, headers=headers, json={"data": {"ok": True}})

    asks = transport(answer, lambda: now_s[0])
    for second in (0, pause_s - 1, pause_s, pause_s + 1):
        now_s[0] = float(begun_s + second)
        with suppress(RateLimitedError):
            asks.write("roll back", "mutation { a }")
        if len(sent) == 2:
            break

    assert sent == [begun_s, begun_s + pause_s]


DATED = {**SOON, "Date": "Wed, 01 Jan 2025 00:00:00 GMT"}


@pytest.mark.parametrize(
    ("headers", "budget"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param({"X-RateLimit-Remaining": "1000"}, None, id="no-limit"),
        pytest.param(
            {"X-RateLimit-Limit": "many", "X-RateLimit-Remaining": "9"}, None, id="rubbish"
        ),
        pytest.param(SOON, RateBudget(100, 0, 30.0), id="seconds"),
        pytest.param(
            {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "7"},
            RateBudget(100, 7, 3600.0),
            id="no-reset-is-an-hour",
        ),
        pytest.param(
            {**DATED, "X-RateLimit-Reset": "1735689660"},
            RateBudget(100, 0, 60.0),
            id="a-moment",
        ),
        pytest.param(
            {**DATED, "X-RateLimit-Reset": "1735689660000"},
            RateBudget(100, 0, 60.0),
            id="a-moment-in-milliseconds",
        ),
        pytest.param(
            {**DATED, "X-RateLimit-Reset": "2025-01-01T00:01:00Z"},
            RateBudget(100, 0, 60.0),
            id="a-date",
        ),
        pytest.param({**SOON, "X-RateLimit-Reset": "9" * 8}, RateBudget(100, 0, 3600.0), id="far"),
    ],
)
def test_what_the_headers_leave_room_for(headers, budget):
    asks = transport(lambda _: httpx.Response(200, headers=headers, json={"data": {}}))

    asks.read("look", "{ a }")

    assert asks.budget() == budget


@pytest.mark.parametrize(
    ("date", "ahead_s"),
    [
        pytest.param(timedelta(seconds=-90), -90, id="this-clock-is-ahead"),
        pytest.param(timedelta(seconds=90), 90, id="this-clock-is-behind"),
        pytest.param(None, None, id="untold"),
    ],
)
def test_how_far_railways_clock_is_ahead(date, ahead_s):
    said = {} if date is None else {"Date": format_datetime(datetime.now(UTC) + date, usegmt=True)}
    asks = transport(lambda _: httpx.Response(200, headers=said, json={"data": {}}))

    asks.read("look", "{ a }")

    assert asks.ahead_s == (None if ahead_s is None else pytest.approx(ahead_s, abs=5))


def test_the_budget_ends_with_its_count():
    now_s = [0.0]
    asks = transport(
        lambda _: httpx.Response(200, headers=SOON, json={"data": {}}), lambda: now_s[0]
    )
    asks.read("look", "{ a }")

    now_s[0] = 20
    assert asks.budget() == RateBudget(100, 0, 10.0)
    now_s[0] = 30
    assert asks.budget() is None


@pytest.mark.parametrize(
    ("budget", "requests", "kept", "every_s"),
    [
        pytest.param(RateBudget(1000, 1000, 3600), 1, 0, 3.6, id="hobby"),
        pytest.param(RateBudget(100, 100, 3600), 1, 10, 40, id="free"),
        pytest.param(RateBudget(1000, 500, 3600), 2, 100, 18, id="two-requests-a-look"),
        pytest.param(RateBudget(100, 10, 1800), 1, 10, 1800, id="nothing-left-to-spend"),
    ],
)
def test_how_often_a_budget_lets_one_look(budget, requests, kept, every_s):
    assert budget.every_s(requests, kept) == pytest.approx(every_s)


def test_with_nothing_left_queries_wait_and_mutations_do_not():
    now_s, sent = [0.0], []
    headers = {**SOON, "X-RateLimit-Reset": "600"}

    def answer(request):
        sent.append((now_s[0], b"mutation" in request.content))
        return httpx.Response(200, headers=headers, json={"data": {"a": True}})

    asks = transport(answer, lambda: now_s[0])
    asks.read("look", "{ a }")
    with pytest.raises(RateLimitedError, match="used up") as caught:
        asks.read("look", "{ a }")
    asks.write("roll back", "mutation { a }")
    now_s[0] = caught.value.retry_after_s
    asks.read("look", "{ a }")

    assert sent == [(0, False), (0, True), (60, False)]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        pytest.param(httpx.ConnectError("refused"), UnreachableError, id="no-connection"),
        pytest.param(httpx.ReadTimeout("late"), UnreachableError, id="no-answer"),
    ],
)
def test_a_query_without_an_answer_says_what_was_asked(error, kind):
    with pytest.raises(kind, match="could not look: Railway's API gave no"):
        transport(raises(error)).read("look", "{ a }")


def test_a_compressed_answer_to_a_query_says_what_was_asked():
    with pytest.raises(UnexpectedAnswerError, match="could not look: the response is compressed"):
        transport(says(200, GZIPPED, content_encoding="gzip")).read("look", "{ a }")
