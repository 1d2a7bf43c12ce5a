"""What drivers say when they do not get through is told, wherever it stands in a document."""

from pathlib import Path

import pytest

from tests.health.test_components_that_are_not_required import found, outcome
from verifier.health.driver_messages import is_driver_error

DATA = Path(__file__).parents[1] / "data" / "driver_messages.txt"
#: Driver, component, message.
MESSAGES = [line.split("|", 2) for line in DATA.read_text("utf-8").splitlines()]
#: Where a component stands, by its name and its message.
PLACES = {
    "a plain field": lambda name, said: {"status": "ok", name: said},
    "a check": lambda name, said: {"status": "ok", "checks": {name: said}},
    "an error": lambda name, said: {"status": "ok", name: {"error": said}},
    "the detail of a check": lambda name, said: {
        "status": "ok",
        "checks": {name: {"detail": said}},
    },
    "the message of a check": lambda name, said: {
        "status": "ok",
        "checks": {name: {"message": said}},
    },
    "a message beside ok": lambda name, said: {
        "status": "ok",
        "checks": {name: {"status": "ok", "message": said}},
    },
    "an error beside ok": lambda name, said: {
        "status": "ok",
        "checks": {name: {"status": "ok", "error": said}},
    },
}
#: One word that a client says of itself while it is not through; its status tells as much.
WORDS = ("reconnecting",)


@pytest.mark.parametrize(
    "every", [len(PLACES), pytest.param(1, marks=pytest.mark.slow)], ids=["in-turn", "all"]
)
@pytest.mark.parametrize("place", PLACES)
def test_a_driver_s_message_never_passes_silently(place, every):
    """In turn each message stands in one place, and each place has messages of many drivers."""
    first = list(PLACES).index(place) % every
    told = [row for row in MESSAGES if row[2] not in WORDS][first::every]
    place = PLACES[place]

    assert [row for row in told if outcome(place(*row[1:]), ()) == "pass"] == []
    bad = ("inconclusive", "fail")
    assert [row for row in told if outcome(place(*row[1:]), row[1:2]) not in bad] == []


@pytest.mark.parametrize("name", ["payments", "search_backend", "gateway", "elasticsearch"])
def test_an_error_is_told_whatever_its_component_is_called(name):
    body = {"status": "ok", "db": "ok", name: "connect ECONNREFUSED 10.0.0.1:443"}

    telling = [f for f in found(body) if f.outcome.value == "warn"]
    assert [f.check for f in telling] == [f"component.{name}"]


def test_an_error_as_the_message_of_the_whole_is_told():
    body = {"status": "ok", "message": "redis: connection refused", "db": "ok"}

    assert outcome(body) == "warn"
    assert outcome({**body, "message": "Recovered from a refused connection"}) == "pass"


@pytest.mark.parametrize(
    "text",
    [
        "0 timed out",
        "timeout 30s",
        "connect timeout=3s",
        "connection pool: 5 open, 3 idle, 0 closed",
        "reconnected after a reset by peer",
        "connections refused=0",
        "refused connections: 0",
        "circuit closed",
        "read-only replica",
        "max retries: 3",
        "client closed 2 stale connections",
        "Checks whether the database refused anybody",
        "Fails if the broker cannot be reached",
        "no deadlock detected",
        "2 unknown hosts ignored",
        "ErrorTracker enabled",
        "authentication enabled",
        "never timed out",
        "0 exceptions",
        "certificate has 80 days left",
        "status code 200",
        "rate limit 90/100",
        "idle sockets closed by the pool",
        "Successfully connected to database",
        "No pending migrations",
    ],
)
def test_what_works_says_no_such_thing(text):
    assert not is_driver_error(text)
    assert outcome({"status": "ok", "checks": {"db": {"status": "ok", "message": text}}}) == "pass"


#: Keys of explanation: what would be, what was meant, what to do.
EXPLAINED = [
    "businessImpact",
    "technicalSummary",
    "panicGuide",
    "runbook",
    "help",
    "hint",
    "remediation",
    "doc",
    "about",
    "desc",
    "purpose",
    "summary",
    "label",
    "explanation",
    "meaning",
    "on_fail",
    "failureMessage",
    "fix",
    "advice",
    "displayName",
]
EXPLANATIONS = (
    "Users cannot log in",
    "Unable to connect to the payment provider means no orders",
    "Could not connect: restart the pod",
    "connection refused on 5432",
)


@pytest.mark.parametrize("said", EXPLANATIONS)
def test_what_a_good_component_explains_condemns_nothing(said):
    entries = [{"status": "ok", key: said} for key in EXPLAINED]

    assert {outcome({"checks": {"db": entry}}, ()) for entry in entries} == {"pass"}
    named = [{"name": "db", "ok": True, key: said} for key in EXPLAINED]
    assert {outcome({"status": "ok", "checks": [entry]}, ("db",)) for entry in named} == {"pass"}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"summary": {"total": 3, "passed": 1, "failed": 2}}, "warn"),
        ({"ok": 1, "failed": 2}, "warn"),
        ({"ok": 1, "failed": 0}, "pass"),
        ({"status": 200, "message": "error"}, "warn"),
        ({"status": "ok", "message": "degraded: replica lag"}, "warn"),
        ({"status": "ok", "message": "All good, no errors"}, "pass"),
        ({"status": "ok", "issues": [{"component": "db", "severity": "critical"}]}, "warn"),
        ({"status": "ok", "issues": []}, "pass"),
    ],
)
def test_what_a_good_document_counts_or_lists_of_trouble_is_told(body, told):
    assert outcome(body, ()) == told
