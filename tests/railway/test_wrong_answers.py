"""Every call to Railway against one that answers wrongly: only the right answer is an answer."""

import copy
import inspect
import json
import re

import httpx
import pytest

from tests.fuzz.fuzzing import paths_of
from tests.railway.answering import SCOPE, AnsweringRailway, row
from verifier.errors import ConfigError, ProviderError
from verifier.railway import operations
from verifier.railway.client import RailwayClient
from verifier.railway.cron_runs import read_cron_runs
from verifier.railway.environment import read_environment
from verifier.railway.tcp_addresses import read_tcp_addresses
from verifier.railway.token_scope import find_scope, token_scope

#: By the name of the operation that is answered wrongly: a call that asks it.
CALLS = {
    "ProjectTokenScope": lambda r: token_scope(r.transport()),
    "Workspaces": lambda r: find_scope(r.transport(), "acme", "production"),
    "Projects": lambda r: find_scope(r.transport(), "acme", "production"),
    "Project": lambda r: find_scope(r.transport(), "acme", "production"),
    "Fleet": lambda r: r.client().fleet(),
    "Instances": lambda r: r.client().fleet(),
    "Deployments": lambda r: r.client().fleet(),
    "MoreDeployments": lambda r: r.client().history(),
    "Deployment": lambda r: r.client().check_owner("api", "new"),
    "RequestLog": lambda r: r.client().logged_requests("new", ["request"]),
    "BuildLog": lambda r: r.client().build_log("new"),
    "DeployLog": lambda r: r.client().deploy_log("new"),
    "DeploymentVariables": lambda r: r.client().variables({"api": "new"}),
    "ServiceVariables": lambda r: r.client().service_variables(["api"]),
    "Platform": lambda r: r.client().incident(),
    "AutoDeploy": lambda r: r.client().auto_deploy("api"),
    "SetAutoDeploy": lambda r: r.client().set_auto_deploy("api", enabled=False),
    "Readiness": lambda r: r.client().facts(),
    "Audit": lambda r: read_environment(r.transport(), SCOPE, ["api"]),
    "AuditedServices": lambda r: read_environment(r.transport(), SCOPE, ["api"]),
    "CronRuns": lambda r: read_cron_runs(r.transport(), SCOPE, "api"),
    "TcpProxies": lambda r: read_tcp_addresses(r.transport(), SCOPE, "api"),
    "RollBack": lambda r: r.client().roll_back("old"),
    "Redeploy": lambda r: r.client().redeploy("old"),
    "Cancel": lambda r: r.client().cancel("new"),
}
#: News only say when to look, and are asked over a socket: see the tests of subscriptions.
NEWS = {"FollowDeployment"}
JSON = {"Content-Type": "application/json"}
BODIES = {
    "empty": b"",
    "null": b"null",
    "number": b"7",
    "text": b'"ok"',
    "list": b"[]",
    "object": b"{}",
    "no-data": b'{"data": null}',
    "data-of-text": b'{"data": "ok"}',
    "data-of-nothing": b'{"data": {}}',
    "data-of-a-list": b'{"data": [1]}',
    "errors-of-text": b'{"errors": "x"}',
    "errors-of-numbers": b'{"errors": [7]}',
    "error": b'{"errors": [{"message": "Problem processing request"}], "data": null}',
    "message-of-no-text": b'{"errors": [{"message": {"a": [1]}}]}',
    "half-an-emoji": b'{"errors": [{"message": "\\ud83d", "traceId": "\\ud83d"}]}',
    "denied": b'{"errors": [{"message": "Not Authorized", "path": ["s0"]}], "data": null}',
    "denied-elsewhere": b'{"errors": [{"message": "Not Authorized", "path": [["a"]]}]}',
    "html": b"<html>login</html>",
    "cut": b'{"data": {"s0": {"edges": [{"no',
    "deep": b"[" * 5000 + b"]" * 5000,
    "deep-object": b'{"data": ' * 5000 + b"1" + b"}" * 5000,
    "huge-number": b"9" * 10_000,
    "no-utf-8": b'{"data": "\xff\xfe"}',
}
STATUSES = (100, 201, 202, 204, 206, 301, 304, 400, 401, 403, 404, 409, 418, 422, 429, 451)
STATUSES += (500, 502, 503, 504, 521, 999)
LOCATIONS = (
    "https://evil.test/graphql/v2",
    "http://railway.test/graphql/v2",
    "https://railway.test:8443/",
    "//evil.test/",
    "https://railway.test@evil.test/",
    "/graphql/v2",
    "",
    "http://[",
    "javascript:alert(1)",
)
ODD = (None, True, -1, 10**400, "x", [[]], {}, {"edges": [{}]}, "\ud83d")


def railway(operation, **changes):
    """Return a Railway on which the call for this operation comes to ask it."""
    found = AnsweringRailway(**changes)
    if operation == "Instances":
        first = found._fleet
        found._fleet = lambda asked: {
            **first(asked),
            "environment": {"serviceInstances": found._instances("next")},
        }
    if operation == "Deployments":
        found.active = ["ancient"]
        known = found._find
        found._find = lambda id_: row("ancient", "d", 0) if id_ == "ancient" else known(id_)
    if operation == "ServiceVariables":
        found.broken = {"DeploymentVariables": lambda _: httpx.Response(403), **found.broken}
    return found


def asked(operation, answer):
    """Make the call while the operation is answered so; return what it raised, and Railway."""
    shown = railway(operation, broken={operation: answer})
    try:
        CALLS[operation](shown)
    except (ProviderError, ConfigError) as error:
        return error, shown
    return None, shown


def says(status, body):
    """Return what answers so."""
    return lambda _: httpx.Response(status, content=body, headers=JSON)


def right_data(operation):
    """Return what Railway documents as the answer to what the call asks."""
    sent = {}

    def listen(request):
        sent.update(json.loads(request.content)["variables"])
        return httpx.Response(502)

    asked(operation, listen)
    return railway(operation).data(operation, sent)


def test_every_operation_has_a_row():
    source = inspect.getsource(operations)
    names = set(re.findall(r"(?:query|mutation|subscription) ([A-Z]\w+)", source))

    assert names == {*CALLS, *NEWS}


def test_every_call_of_the_client_has_a_row():
    methods = {
        name
        for name, value in vars(RailwayClient).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }
    source = inspect.getsource(inspect.getmodule(test_every_operation_has_a_row))
    rows = set(re.findall(r"r\.client\(\)\.(\w+)", source))

    # `states` is `fleet` of some services, `variables_at_start` asks what `variables` does and has
    # its own test below; the other three ask nothing.
    asks_the_same = {"states", "variables_at_start"}
    assert methods - rows == {*asks_the_same, "budget", "link", "ahead_s"}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_what_deployments_were_started_with_is_told_or_refused(body):
    shown = railway("DeploymentVariables", broken={"DeploymentVariables": says(200, body)})

    try:
        found = shown.client().variables_at_start(["new"])
    except ProviderError:
        return
    assert found == {}


@pytest.mark.parametrize("operation", CALLS)
def test_the_right_answer_is_one(operation):
    shown = railway(operation)

    CALLS[operation](shown)

    expected = "ServiceVariables" if operation == "ServiceVariables" else operation
    assert expected in shown.asked


#: What a wrong answer to these is worth: another question is asked in its place.
BORNE = {"DeploymentVariables": "ServiceVariables"}


def refuses(operation, answer):
    """Whether the call takes this for no answer."""
    error, shown = asked(operation, answer)
    return error is not None or BORNE.get(operation) in shown.asked


@pytest.mark.parametrize("operation", CALLS)
def test_an_answer_that_is_not_the_right_one_is_none(operation):
    for name, body in BODIES.items():
        # One of several rows may be refused; the others count.
        is_right = (operation, name) == ("Deployments", "denied")

        assert is_right or refuses(operation, says(200, body)), name


@pytest.mark.slow
@pytest.mark.parametrize("operation", CALLS)
def test_an_answer_of_the_wrong_status_is_none_whatever_it_says(operation):
    right = json.dumps({"data": right_data(operation)}).encode()
    for status in STATUSES:
        for body in (right, *BODIES.values()) if status in (403, 500) else (right, b"", b"{}"):
            assert refuses(operation, says(status, body)), (status, body[:80])


@pytest.mark.parametrize("operation", CALLS)
def test_nothing_is_led_to_another_address_or_round_in_a_circle(operation):
    seen = []

    def answer(request):
        seen.append(request.url.host)
        status = (301, 302, 303, 307, 308)[len(seen) % 5]
        return httpx.Response(status, headers={"Location": LOCATIONS[len(seen) - 1]})

    for _ in LOCATIONS:
        assert refuses(operation, answer)

    assert seen == ["railway.test"] * len(LOCATIONS)


def changed(value, path, odd):
    """Return a copy that has something odd at one place."""
    copied = copy.deepcopy(value)
    inner = copied
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = odd
    return copied


@pytest.mark.slow
@pytest.mark.parametrize("operation", CALLS)
def test_an_odd_value_at_any_place_of_an_answer_breaks_nothing(operation):
    right = right_data(operation)
    for path in paths_of(right):
        for odd in ODD:
            body = json.dumps({"data": changed(right, path, odd)}).encode()

            asked(operation, says(200, body))  # what it raised besides would end a run


@pytest.mark.parametrize(
    "operation", ["Fleet", "Instances", "Projects", "Audit", "MoreDeployments"]
)
def test_a_list_that_never_ends_is_not_read_for_ever(operation):
    shown = railway(operation)
    right = shown.data(operation, {"first": 100})

    def endless(value):
        if isinstance(value, dict) and "pageInfo" in value:
            return {**value, "pageInfo": {"hasNextPage": True, "endCursor": "again"}}
        return {k: endless(v) for k, v in value.items()} if isinstance(value, dict) else value

    def answer(_):
        assert len(shown.asked) < 200
        return httpx.Response(200, json={"data": endless(right)})

    shown.broken = {operation: answer}
    if operation in ("Projects", "Audit"):
        with pytest.raises(ProviderError, match="does not end"):
            CALLS[operation](shown)
    else:  # what was read of it counts
        CALLS[operation](shown)
