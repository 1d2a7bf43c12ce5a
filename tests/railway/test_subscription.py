"""News over a real websocket: what ends a wait, and what does not."""

import json
import threading
import time

import pytest
from websockets.datastructures import Headers
from websockets.http11 import Response
from websockets.sync.server import serve

from verifier.railway.subscription import Follower

ACK = {"type": "connection_ack"}


def status(word, id_="d1"):
    return {"type": "next", "id": id_, "payload": {"data": {"deployment": {"status": word}}}}


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


def until(holds):
    """Wait for what another thread is about to do."""
    end_s = time.monotonic() + 20
    while not holds() and time.monotonic() < end_s:
        time.sleep(0.01)


def follower(url):
    return Follower(url, {"Project-Access-Token": "t"}, "tests", time.monotonic)


@pytest.mark.parametrize(
    ("script", "is_news", "is_open"),
    [
        pytest.param([status("SUCCESS")], True, True, id="live"),
        pytest.param([status("BUILDING"), status("FAILED")], True, True, id="failed"),
        pytest.param([status("BUILDING"), status("DEPLOYING")], False, True, id="under-way"),
        pytest.param([status("A_WORD_TO_COME")], False, True, id="unknown-word"),
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

    assert following.subscribe(["d1"])
    assert following.wait(20 if is_news or not is_open else 0.3) is (is_news or not is_open)
    assert following.is_open is is_open
    following.close()


def test_it_names_itself_and_its_token_and_answers_a_ping(railway):
    url, lines, heard, headers = railway
    lines += [{"type": "ping"}, status("SUCCESS")]
    following = follower(url)

    following.subscribe(["d1"])
    following.wait(20)
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
        following.subscribe(["d1"]),
        following.subscribe(["d1"]),
        following.subscribe(["d1", "d2"]),
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

        assert following.subscribe(["d1"])
        assert is_closed.wait(20)
        assert not following.subscribe(["d1", "d2"])
        assert following.subscribe(["d1", "d2"])
        following.wait(0.2)
        following.close()
        until(lambda: len(heard) >= 3)
        server.shutdown()
        thread.join()

    assert sorted(heard) == ["d1", "d1", "d2"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "http://nowhere.invalid/x", "nonsense"])
def test_where_no_socket_opens_nothing_is_followed(url):
    following = follower(url)

    assert not following.subscribe(["d1"])
    assert not following.is_open
    following.wait(5)


def test_a_redirect_is_not_followed_with_the_token(railway):
    url, _, heard, headers = railway

    def send_away(_, request):
        return Response(302, "Found", Headers({"Location": url.replace("http", "ws", 1)}))

    with serve(lambda socket: None, "127.0.0.1", 0, process_request=send_away) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        following = follower(f"http://localhost:{server.socket.getsockname()[1]}/x")
        following.subscribe(["d1"])
        server.shutdown()
        thread.join()

    assert (following.is_open, heard, headers) == (False, [], [])
