"""Endpoints that misbehave, over real sockets."""

import contextlib
import gzip
import socket
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import certifi
import httpx
import pytest

from tests.patience import PATIENCE_S, without_waiting
from verifier.errors import NotSentError, ProviderError, UnexpectedAnswerError, UnreachableError
from verifier.guarded import web
from verifier.guarded.deadline import ends_within
from verifier.guarded.path_survey import survey
from verifier.guarded.probe import IdentityPaths, Prober, read_answer, read_extra
from verifier.model.evidence import Answer, Endpoint, HealthDocument, Origin
from verifier.model.expected_value import parse_comparison
from verifier.model.extra_endpoint import Extra
from verifier.model.finding import Unobserved

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
PATHS = IdentityPaths(("version.git_sha", "header:X-Commit"), ("version.deployment_id",))


def fetch(client, url, limit_s):
    return web.fetch(client, client.build_request("GET", url), limit_s=limit_s, limit_bytes=1_000)


@contextlib.contextmanager
def full_listener():
    """A port whose queue is full: connecting to it takes for ever; yields it."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        yield port
        for filler in fillers:
            filler.close()


@contextlib.contextmanager
def server(serve, host="127.0.0.1", port=0):
    """A server that lets `serve(connection)` speak to each client; yields its address."""
    listener = socket.create_server((host, port))

    def accept():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

    def answer(connection):
        with connection, contextlib.suppress(OSError):
            connection.recv(65536)
            serve(connection)

    threading.Thread(target=accept, daemon=True).start()
    with listener:
        yield f"http://{host}:{listener.getsockname()[1]}/health"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("SSL_CERT_FILE", "/nowhere", id="no-certificates"),
        pytest.param("HTTPS_PROXY", "ftp://proxy.test", id="another-kind-of-proxy"),
        pytest.param("HTTPS_PROXY", "socks5://proxy.test", id="socks"),
        pytest.param("HTTPS_PROXY", "http://proxy.test:x", id="no-proxy-at-all"),
    ],
)
def test_a_runner_that_cannot_connect_is_told(monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(UnreachableError, match="settings of this runner"):
        web.open_client()


def endless(connection):
    connection.sendall(HEAD + b"\r\n")
    while True:
        connection.sendall(b" " * 10)
        time.sleep(0.01)


def never(connection):
    connection.recv(1)


def huge(connection):
    connection.sendall(HEAD + b"Content-Length: 100000000\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)


def reset(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")


def redirected_nowhere(connection):
    connection.sendall(
        b"HTTP/1.1 302 Found\r\nLocation: https://x\x01y/\r\nContent-Length: 0\r\n\r\n"
    )


def redirected_to_no_name(connection):
    connection.sendall(
        b"HTTP/1.1 302 Found\r\nLocation: http://xn--/\r\nContent-Length: 0\r\n"
        b"Connection: close\r\n\r\n"
    )


def compressed(connection):
    body = gzip.compress(b"0" * 1000)
    connection.sendall(
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    )


def one_header_byte_at_a_time(connection):
    for byte in HEAD + b"X-Filler: " + b"x" * 10_000:
        connection.sendall(bytes([byte]))
        time.sleep(0.1)


def one_body_byte_at_a_time(connection):
    connection.sendall(HEAD + b"Content-Length: 10000\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.1)


def continue_for_ever(connection):
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.05)


def trailers_for_ever(connection):
    connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n")
    while True:
        connection.sendall(b"X: y\r\n")
        time.sleep(0.05)


def garbage(connection):
    connection.sendall(b"\x00\x01\x02 what\r\n\r\n")


def test_certificates_are_read_once_for_all_clients_and_again_for_others(monkeypatch, tmp_path):
    made = []
    make = httpx.create_ssl_context
    monkeypatch.setattr(httpx, "create_ssl_context", lambda: made.append(1) or make())
    (tmp_path / "own.pem").write_bytes(Path(certifi.where()).read_bytes())

    for name in ("own.pem", "own.pem", "nowhere.pem"):
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / name))
        with contextlib.suppress(UnreachableError):
            web.open_client().close()

    assert len(made) == 2


@pytest.mark.parametrize(
    ("serve", "error", "told"),
    [
        pytest.param(endless, UnreachableError, "no complete response", id="endless"),
        pytest.param(never, UnreachableError, "no answer within", id="black-hole"),
        pytest.param(
            one_header_byte_at_a_time, UnreachableError, "no answer within", id="slow-headers"
        ),
        pytest.param(
            one_body_byte_at_a_time, UnreachableError, "no complete response", id="slow-body"
        ),
        pytest.param(continue_for_ever, UnreachableError, "no answer within", id="100-continue"),
        pytest.param(trailers_for_ever, UnreachableError, "no complete response", id="trailers"),
        pytest.param(huge, UnexpectedAnswerError, "larger than", id="100-MB"),
        pytest.param(reset, UnreachableError, "the response broke off", id="cut"),
        pytest.param(compressed, UnexpectedAnswerError, "compressed", id="compressed-unasked"),
        pytest.param(garbage, UnreachableError, "no connection", id="no-http"),
        pytest.param(
            redirected_nowhere,
            UnexpectedAnswerError,
            "the response is a redirect to an invalid address",
            id="nowhere",
        ),
        pytest.param(
            redirected_to_no_name,
            UnexpectedAnswerError,
            "the response is a redirect to an invalid address",
            id="to-no-name",
        ),
    ],
)
@pytest.mark.slow
def test_a_bad_server_ends_within_the_limits(serve, error, told):
    # Who ends by itself has the time that it needs.
    limit_s = 0.4 if told in ("no answer within", "no complete response") else PATIENCE_S

    with (
        without_waiting(),
        server(serve) as url,
        web.open_client() as client,
        pytest.raises(error, match=told),
    ):
        web.fetch(client, client.build_request("GET", url), limit_s=limit_s, limit_bytes=1_000_000)


def test_a_connection_that_is_used_again_obeys_the_limit_of_each_exchange():
    def once(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        connection.recv(65536)
        continue_for_ever(connection)

    with server(once) as url, web.open_client() as client:
        fetch(client, url, limit_s=PATIENCE_S)
        with without_waiting(), pytest.raises(UnreachableError, match="no answer within"):
            fetch(client, url, limit_s=0.4)


def test_a_limit_inside_another_ends_with_the_outer_one():
    with server(never) as url, web.open_client() as client, without_waiting(), ends_within(0.3):
        for _ in range(2):
            with pytest.raises(UnreachableError):
                fetch(client, url, limit_s=2 * PATIENCE_S)


def test_a_name_that_is_never_resolved_ends_within_the_limit(monkeypatch):
    is_over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: is_over.wait() and [])

    with (
        without_waiting(),
        web.open_client() as client,
        pytest.raises(NotSentError, match="not resolved in time"),
    ):
        fetch(client, "http://slow.test/health", limit_s=0.3)
    is_over.set()


@pytest.mark.slow
def test_an_address_that_answers_is_found_behind_one_that_does_not(monkeypatch):
    def ok(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with full_listener() as deaf, server(ok, "127.0.0.2", deaf) as url:
        found = [(2, 1, 6, "", (host, deaf)) for host in ("127.0.0.1", "127.0.0.2")]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        with web.open_client() as client:
            assert (
                fetch(client, url.replace("127.0.0.2", "two.test"), PATIENCE_S).status_code == 200
            )


@pytest.mark.parametrize(
    ("url", "told"),
    [
        pytest.param("http://127.0.0.1:1/x", "refused", id="refused"),
        pytest.param("http://nowhere.invalid/x", "no connection", id="no-such-name"),
        pytest.param("ftp://127.0.0.1/x", "no connection", id="another-protocol"),
    ],
)
def test_what_never_left_is_told_from_what_may_have(url, told):
    with web.open_client() as client, pytest.raises(NotSentError, match=told):
        fetch(client, url, limit_s=PATIENCE_S)


@pytest.mark.parametrize(
    ("errno", "is_final"),
    [
        pytest.param(socket.EAI_NONAME, True, id="no-such-name"),
        pytest.param(socket.EAI_AGAIN, False, id="no-name-server"),
    ],
)
def test_a_name_that_does_not_exist_is_told_from_a_name_server_that_fails(
    errno, is_final, monkeypatch
):
    def refuse(*_, **__):
        raise socket.gaierror(errno, "no")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with web.open_client() as client:
        prober = Prober(client, PATHS, lambda: datetime.now(UTC))
        answer = prober.probe(Endpoint.LIVE, "http://shop.test/health").answer

    assert isinstance(answer, Unobserved)
    assert answer.is_final is is_final, answer


@pytest.mark.parametrize("serve", [never, reset, garbage])
def test_what_was_sent_is_never_told_as_not_sent(serve):
    with (
        server(serve) as url,
        web.open_client() as client,
        pytest.raises(UnreachableError) as caught,
    ):
        fetch(client, url, limit_s=1)

    assert not isinstance(caught.value, NotSentError)


def test_nobody_listening_is_unreachable():
    url = "http://127.0.0.1:1/health"
    with web.open_client() as client, pytest.raises(ProviderError, match="no connection"):
        web.fetch(client, client.build_request("GET", url), limit_s=PATIENCE_S, limit_bytes=10)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/health", "http://xn--/health", "http://xn--zzzzzz99999/", "http://["],
)
def test_a_probe_never_raises(url):
    with web.open_client() as client:
        prober = Prober(client, PATHS, lambda: datetime.now(UTC))
        probe = prober.probe(Endpoint.LIVE, url)
        (surveyed,) = survey(client, url, ["/health"])

    assert isinstance(probe.answer, Unobserved)
    assert isinstance(surveyed.answer, Unobserved)


def test_redirects_are_not_followed():
    def redirect(connection):
        connection.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/login\r\nContent-Length: 0\r\n\r\n"
        )

    with server(redirect) as url, web.open_client() as client:
        probe = Prober(client, PATHS, lambda: datetime.now(UTC)).probe(Endpoint.LIVE, url)

    assert isinstance(probe.answer, Answer)
    assert probe.answer.origin is Origin.REDIRECT


FAULT = b'{"status":"error","code":502,"message":"Application failed to respond","request_id":"r"}'


@pytest.mark.parametrize(
    ("status", "headers", "body", "origin"),
    [
        pytest.param(200, {}, b'{"status":"ok"}', Origin.APPLICATION, id="application"),
        pytest.param(503, {}, b'{"status":"error"}', Origin.APPLICATION, id="application-says-503"),
        pytest.param(502, {"x-railway-fallback": "true"}, b"<html>", Origin.EDGE, id="edge-page"),
        pytest.param(502, {}, FAULT, Origin.EDGE, id="edge-json-without-its-header"),
        pytest.param(200, {}, FAULT, Origin.APPLICATION, id="the-same-words-in-a-200"),
        pytest.param(200, {"x-cache": "HIT"}, b"{}", Origin.CACHE, id="cache-hit"),
        pytest.param(200, {"x-cache": "Stale"}, b"{}", Origin.CACHE, id="cache-stale"),
        pytest.param(200, {"age": "7"}, b"{}", Origin.CACHE, id="aged"),
        pytest.param(200, {"age": "0", "x-cache": "MISS"}, b"{}", Origin.APPLICATION, id="fresh"),
        pytest.param(307, {}, b"", Origin.REDIRECT, id="redirect"),
    ],
)
def test_who_answered(status, headers, body, origin):
    assert read_answer(web.Fetched(status, headers, body), PATHS).origin is origin


def test_identity_comes_from_a_header_or_the_document():
    body = b'{"status":"ok","version":{"git_sha":"abc","deployment_id":"d1"}}'

    by_header = read_answer(web.Fetched(200, {"x-commit": "def"}, body), PATHS)
    by_document = read_answer(web.Fetched(200, {}, body), PATHS)

    assert isinstance(by_document.document, HealthDocument)
    assert (by_header.commit_sha, by_document.commit_sha, by_document.deployment_id) == (
        "def",
        "abc",
        "d1",
    )


@pytest.mark.parametrize("said", ["unknown", "", " none ", "null"])
def test_a_header_that_names_nothing_leaves_it_to_the_document(said):
    body = b'{"status":"ok","version":{"git_sha":"abc1234\\n"}}'

    answer = read_answer(web.Fetched(200, {"x-commit": said}, body), PATHS)

    assert answer.commit_sha == "abc1234"


def test_an_extra_endpoint_with_a_key_twice_is_not_believed():
    extra = Extra("queue", "/q", {"$.d": parse_comparison("< 1000")})

    answer = read_extra(web.Fetched(200, {}, b'{"d":5000,"d":5}'), PATHS, extra, datetime.now(UTC))

    assert [found.reason for found in answer.found.values()] == [
        'the document has the key "d" twice, with different values'
    ]


def test_places_of_identity_with_nothing_are_told_where_none_of_their_kind_has_anything():
    body = b'{"status":"ok","version":{"git_sha":"abc"}}'

    answer = read_answer(web.Fetched(200, {}, body), PATHS)
    silent = read_answer(web.Fetched(200, {}, b"OK"), PATHS)

    assert answer.unnamed_at == ("version.deployment_id",)
    assert silent.unnamed_at == ("version.git_sha", "header:X-Commit", "version.deployment_id")


def test_the_client_takes_nothing_from_the_surroundings_that_would_identify_us():
    request = web.open_client().build_request("GET", "http://127.0.0.1/")

    assert request.headers["accept-encoding"] == "identity"
    assert not isinstance(request, httpx.Response)
