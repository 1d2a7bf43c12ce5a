"""News over a real websocket: what ends a wait, and what does not."""

import itertools
import json
import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest
from websockets.datastructures import Headers
from websockets.http11 import Response
from websockets.sync.server import serve

from tests.builders import deployment
from tests.patience import PATIENCE_S, until
from verifier.model.deployment import DeploymentStatus
from verifier.railway.subscription import Follower

ACK = {"type": "connection_ack"}


def status(word, id_="d1", *, is_stopped=False):
    row = {"id": id_, "status": word, "deploymentStopped": is_stopped}
    return {"type": "next", "id": id_, "payload": {"data": {"deployment": row}}}


@pytest.fixture
def railway():
    """A server that sends `script` once it was asked for a subscription; what it was told."""
    script, heard, headers = [], [], []

    def speak(socket):
        headers.append(socket.request.headers)
        for raw in socket:
            message = json.loads(raw)
            heard.append(message)
            if message["type"] == "connection_init":
                socket.send(json.dumps(ACK))
            if message["type"] == "subscribe":
                for line in script:
                    socket.send(line if isinstance(line, str | bytes) else json.dumps(line))

    with serve(speak, "127.0.0.1", 0, subprotocols=["graphql-transport-ws"]) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        port = server.socket.getsockname()[1]
        yield f"http://127.0.0.1:{port}/graphql/v2", script, heard, headers
        server.shutdown()
        thread.join()


def building(*ids):
    return [deployment(id_, status=DeploymentStatus.BUILDING) for id_ in ids]


def follower(url):
    return Follower(url, {"Project-Access-Token": "t"}, "tests", time.monotonic)


@pytest.mark.parametrize(
    ("script", "is_news", "is_open"),
    [
        pytest.param([status("SUCCESS")], True, True, id="live"),
        pytest.param([status("BUILDING"), status("FAILED")], True, True, id="failed"),
        pytest.param([status("BUILDING"), status("DEPLOYING")], False, True, id="under-way"),
        pytest.param([status("A_WORD_TO_COME")], True, True, id="unknown-word"),
        pytest.param([status("WAITING")], True, True, id="waiting"),
        pytest.param([{"type": "complete", "id": "d1"}], True, False, id="complete"),
        pytest.param([{"type": "error", "id": "d1", "payload": []}], True, False, id="error"),
        pytest.param(["no json", b"\xff\xfe", "[]", "7", "{}"], False, True, id="rubbish"),
        pytest.param([{"type": "next", "payload": None}], False, True, id="another-shape"),
        pytest.param(["[" * 100_000], False, True, id="deeply-nested"),
        pytest.param(["x" * 2_000_000], False, False, id="too-large"),
    ],
)
def test_what_ends_a_wait(railway, script, is_news, is_open):
    url, lines, _, _ = railway
    lines += script
    following = follower(url)

    assert following.subscribe(building("d1"))
    assert following.wait(PATIENCE_S if is_news or not is_open else 0.3) is (is_news or not is_open)
    assert following.is_open is is_open
    following.close()


@pytest.mark.parametrize(
    ("later", "is_news"),
    [
        pytest.param(status("CRASHED"), True, id="crashed"),
        pytest.param(status("REMOVING"), True, id="being-removed"),
        pytest.param(status("SUCCESS", is_stopped=True), True, id="stopped-under-success"),
        pytest.param(status("SUCCESS"), False, id="said-again"),
    ],
)
def test_what_happens_to_a_deployment_that_serves_is_news(railway, later, is_news):
    url, lines, _, _ = railway
    lines += [status("BUILDING"), status("SUCCESS"), later]
    following = follower(url)

    following.subscribe(building("d1"))

    assert following.wait(PATIENCE_S)
    assert following.wait(PATIENCE_S if is_news else 0.5) is is_news
    following.close()


@pytest.mark.parametrize(
    ("told", "is_news"),
    [
        pytest.param(status("SUCCESS"), False, id="as-it-was-shown"),
        pytest.param(status("CRASHED"), True, id="changed-since"),
        pytest.param(status("SUCCESS", is_stopped=True), True, id="stopped-since"),
    ],
)
def test_what_railway_has_shown_already_is_no_news(railway, told, is_news):
    url, lines, _, _ = railway
    lines.append(told)
    following = follower(url)

    following.subscribe([deployment("d1")])

    assert following.wait(PATIENCE_S if is_news else 0.5) is is_news
    following.close()


def test_it_is_counted_how_often_what_served_had_stopped(railway):
    url, lines, _, _ = railway
    stopped = status("SUCCESS", is_stopped=True)
    lines += [stopped, status("SUCCESS"), stopped, stopped, status("SUCCESS"), stopped]
    following = follower(url)

    following.subscribe(building("d1"))
    until(lambda: following.wait(0.05) is None or following.stops("d1") == 2)
    following.wait(0.2)  # what is told last comes through as well

    assert (following.stops("d1"), following.stops("d2")) == (2, 0)
    following.close()


@contextmanager
def speaking(speak):
    """A server in whose every connection `speak(socket, number)` runs, numbered from 1; its URL."""
    numbers = itertools.count(1)

    def welcome(socket):
        assert json.loads(socket.recv())["type"] == "connection_init"
        socket.send(json.dumps(ACK))
        speak(socket, next(numbers))

    with serve(welcome, "127.0.0.1", 0, subprotocols=["graphql-transport-ws"]) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.socket.getsockname()[1]}/x"
        server.shutdown()
        thread.join()


@pytest.mark.slow
def test_a_socket_that_goes_silent_is_noticed_by_a_missing_pong():
    is_over = threading.Event()

    def fall_silent(socket, _):
        socket.recv()
        is_over.wait(280)

    with speaking(fall_silent) as url:
        started_s = time.monotonic()
        following = follower(url)
        following.subscribe(building("d1"))

        assert following.wait(240)
        waited_s = time.monotonic() - started_s
        is_over.set()

    assert not following.is_open
    assert waited_s > 8


@pytest.mark.slow
def test_a_quiet_socket_that_answers_pings_stays_open():
    pinged = []

    def answer_pings(socket, _):
        for raw in socket:
            if json.loads(raw)["type"] == "ping":
                pinged.append(time.monotonic())
                socket.send(json.dumps({"type": "pong"}))

    with speaking(answer_pings) as url:
        following = follower(url)
        following.subscribe(building("d1"))

        assert not following.wait(11)
        until(lambda: len(pinged) >= 2 or following.wait(0.1))
        assert following.is_open
        following.close()


def test_after_a_socket_that_died_another_is_opened_and_only_so_often():
    opened = []

    def die(socket, number):
        opened.append(number)
        socket.recv()

    with speaking(die) as url:
        following = follower(url)
        for _ in range(10):
            following.subscribe(building("d1"))
            following.wait(PATIENCE_S)

    assert opened == [1, 2, 3, 4, 5]
    assert not following.is_open


def test_a_socket_that_does_not_open_is_tried_again_after_growing_pauses():
    now_s, tried = [0.0], []

    def hang_up(listener):
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                tried.append(now_s[0])
                connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=hang_up, args=(listener,), daemon=True).start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        following = Follower(url, {}, "tests", lambda: now_s[0])
        for second in range(0, 1000, 5):
            now_s[0] = float(second)
            assert not following.subscribe(building("d1"))

    assert tried == [0, 15, 45, 105, 225]


def test_it_names_itself_and_its_token_and_answers_a_ping(railway):
    url, lines, heard, headers = railway
    lines += [{"type": "ping"}, status("SUCCESS")]
    following = follower(url)

    following.subscribe(building("d1"))
    following.wait(PATIENCE_S)
    following.close()
    until(lambda: len(heard) >= 3)

    assert headers[0]["Project-Access-Token"] == "t"
    assert headers[0]["User-Agent"] == "tests"
    assert [message["type"] for message in heard] == ["connection_init", "subscribe", "pong"]
    assert heard[1]["payload"]["variables"] == {"id": "d1"}


def test_a_deployment_is_subscribed_to_once(railway):
    url, _, heard, _ = railway
    following = follower(url)

    assert [
        following.subscribe(building("d1")),
        following.subscribe(building("d1")),
        following.subscribe(building("d1", "d2")),
    ] == [
        True,
        False,
        True,
    ]
    following.wait(0.2)
    following.close()
    until(lambda: len(heard) >= 3)

    assert [m["id"] for m in heard if m["type"] == "subscribe"] == ["d1", "d2"]


def test_what_a_broken_socket_did_not_take_is_subscribed_to_on_the_next():
    heard, is_closed = [], threading.Event()

    def speak(socket):
        for raw in socket:
            message = json.loads(raw)
            if message["type"] == "connection_init":
                socket.send(json.dumps(ACK))
            if message["type"] == "subscribe":
                heard.append(message["id"])
                if not is_closed.is_set():
                    socket.close()
                    is_closed.set()

    with serve(speak, "127.0.0.1", 0, subprotocols=["graphql-transport-ws"]) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        following = follower(f"http://127.0.0.1:{server.socket.getsockname()[1]}/x")

        assert following.subscribe(building("d1"))
        assert is_closed.wait(PATIENCE_S)
        assert not following.subscribe(building("d1", "d2"))
        assert following.subscribe(building("d1", "d2"))
        following.wait(0.2)
        following.close()
        until(lambda: len(heard) >= 3)
        server.shutdown()
        thread.join()

    assert sorted(heard) == ["d1", "d1", "d2"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "http://nowhere.invalid/x", "nonsense"])
def test_where_no_socket_opens_nothing_is_followed(url):
    following = follower(url)

    assert not following.subscribe(building("d1"))
    assert not following.is_open
    following.wait(PATIENCE_S)


def test_a_resolver_that_hangs_is_left_behind(monkeypatch):
    may_answer, has_answered = threading.Event(), threading.Event()

    def hang(*_, **__):
        may_answer.wait()
        has_answered.set()
        raise OSError("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    following = follower("http://hangs.test/x")
    seen = following.subscribe(building("d1"), limit_s=0.1), has_answered.is_set()
    may_answer.set()

    assert seen == (False, False)


def test_a_redirect_is_not_followed_with_the_token(railway):
    url, _, heard, headers = railway

    def send_away(_, request):
        return Response(302, "Found", Headers({"Location": url.replace("http", "ws", 1)}))

    with serve(lambda socket: None, "127.0.0.1", 0, process_request=send_away) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        following = follower(f"http://localhost:{server.socket.getsockname()[1]}/x")
        following.subscribe(building("d1"))
        server.shutdown()
        thread.join()

    assert (following.is_open, heard, headers) == (False, [], [])
