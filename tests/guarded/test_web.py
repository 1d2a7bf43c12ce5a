"""Endpoints that misbehave, over real sockets."""

import contextlib
import gzip
import socket
import threading
import time
from datetime import UTC, datetime

import httpx
import pytest

from verifier.errors import ProviderError, UnexpectedAnswerError, UnreachableError
from verifier.guarded import web
from verifier.guarded.probe import IdentityPaths, Prober, read_answer
from verifier.model.evidence import Answer, Endpoint, HealthDocument, Origin
from verifier.model.finding import Unobserved

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
PATHS = IdentityPaths(("version.git_sha", "header:X-Commit"), ("version.deployment_id",))


@contextlib.contextmanager
def server(serve):
    """A server that lets `serve(connection)` speak to each client; yields its address."""
    listener = socket.create_server(("127.0.0.1", 0))

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
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/health"


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


def compressed(connection):
    body = gzip.compress(b"0" * 1000)
    connection.sendall(
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    )


def garbage(connection):
    connection.sendall(b"\x00\x01\x02 what\r\n\r\n")


@pytest.mark.parametrize(
    ("serve", "error", "told"),
    [
        pytest.param(endless, UnreachableError, "no complete response", id="endless"),
        pytest.param(never, UnreachableError, "no answer within", id="slow"),
        pytest.param(huge, UnexpectedAnswerError, "larger than", id="100-MB"),
        pytest.param(reset, UnreachableError, "no connection", id="cut"),
        pytest.param(compressed, UnexpectedAnswerError, "compressed", id="compressed-unasked"),
        pytest.param(garbage, UnreachableError, "no connection", id="no-http"),
    ],
)
def test_a_bad_server_ends_within_the_limits(serve, error, told):
    with server(serve) as url, web.open_client() as client, pytest.raises(error, match=told):
        web.fetch(client, client.build_request("GET", url), limit_s=0.4, limit_bytes=1_000_000)


def test_nobody_listening_is_unreachable():
    url = "http://127.0.0.1:1/health"
    with web.open_client() as client, pytest.raises(ProviderError, match="no connection"):
        web.fetch(client, client.build_request("GET", url), limit_s=2, limit_bytes=10)


def test_a_probe_never_raises():
    with web.open_client() as client:
        prober = Prober(client, PATHS, lambda: datetime.now(UTC))
        probe = prober.probe(Endpoint.LIVE, "http://127.0.0.1:1/health")

    assert isinstance(probe.answer, Unobserved)


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


def test_the_client_takes_nothing_from_the_surroundings_that_would_identify_us():
    request = web.open_client().build_request("GET", "http://127.0.0.1/")

    assert request.headers["accept-encoding"] == "identity"
    assert not isinstance(request, httpx.Response)
