"""What services really answer, by format and state, and what no wrapping may make of it."""

import json
import random

import pytest

from tests.counted_calls import calls_of
from tests.health.corpus import Row, findings, outcome_of, problem_of, rows
from verifier.health.reader import parse_health
from verifier.model.evidence import HealthDocument, HealthStatus
from verifier.model.finding import Outcome

FILES = (
    "health_formats.jsonl",
    "health_repository_formats.jsonl",
)
ROWS = [row for file in FILES for row in rows(file)]
JSON_ROWS = [r for r in ROWS if isinstance(r.body, dict | list) and r.endpoint == "deep"]
BAD = (HealthStatus.BAD, HealthStatus.CRITICAL)


@pytest.mark.parametrize("file", FILES)
def test_documents_are_read_as_their_users_expect(file):
    problems = {row.name: problem_of(row) for row in rows(file)}

    assert {name: problem for name, problem in problems.items() if problem} == {}


#: Keys that a proxy, a library or a person puts around or beside a document.
WRAPPINGS = {
    "data": lambda body: {"data": body},
    "envelope": lambda body: {"success": True, "code": 200, "data": body, "message": "success"},
    "unknown-key": lambda body: {"shop": body},
    "two-levels": lambda body: {"result": {"health": body}},
    "beside-facts": lambda body: {"version": {"git_sha": "abc1234"}, "uptime": 12, "app": body},
    "more-keys": lambda body: {
        "name": "shop",
        "debug": False,
        "mode": "open",
        "log_level": "CRITICAL",
        "registration": "disabled",
        "limits": {"rate": 10, "burst": None},
        "regions": ["eu", "us"],
        **(body if isinstance(body, dict) else {"checks": body}),
    },
    "a-list": lambda body: [body],
}
#: Each document is tried in one of the wrappings, and with the slow tests in each of them.
EACH_OR_A_SHARE = pytest.mark.parametrize(
    "share", [len(WRAPPINGS), pytest.param(1, marks=pytest.mark.slow)]
)


@EACH_OR_A_SHARE
@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_no_healthy_document_condemns_under_any_wrapping(wrapping, share):
    wrap = WRAPPINGS[wrapping]
    healthy = [row for row in JSON_ROWS if row.outcome == "pass"]
    condemned = [
        row.name
        for row in healthy[list(WRAPPINGS).index(wrapping) % share :: share]
        if any(f.outcome.condemns for f in findings(row, json.dumps(wrap(row.body)).encode()))
    ]

    assert len(healthy) > 60
    assert condemned == []


@EACH_OR_A_SHARE
@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_no_bad_document_passes_under_any_wrapping(wrapping, share):
    wrap = WRAPPINGS[wrapping]
    bad = [row for row in JSON_ROWS if row.outcome == "fail"]
    passed = [
        row.name
        for row in bad[list(WRAPPINGS).index(wrapping) % share :: share]
        if outcome_of(findings(row, json.dumps(wrap(row.body)).encode())).rank
        < Outcome.INCONCLUSIVE.rank
    ]

    assert len(bad) > 60
    assert passed == []


def worst_of(body, status_code=200):
    document = parse_health(json.dumps(body).encode(), status_code=status_code)
    if not isinstance(document, HealthDocument):
        return HealthStatus.UNKNOWN
    statuses = {document.status, *(c.status for c in document.components)}
    return next((status for status in BAD if status in statuses), HealthStatus.GOOD)


SAYS_BAD = (
    {"status": "down"},
    {"status": "CRITICAL"},
    {"healthy": False, "message": "refused"},
    {"success": False},
    {"state": "error"},
    "disconnected",
    {"ok": False},
    {"up": 0},
    {"healthy": 0, "unhealthy": 3},
)
WHERE = ("checks", "components", "services", "details", "entries", "dependencies", "results")
KEYS = ("a", "info", "data", "meta", "checks", "version", "app", "shop", "x-y", "deps", "health")
#: What an object may say of itself beside what is bad in it.
INSIDE = {
    "can_connect": True,
    "connectivity": True,
    "ssl_connection": False,
    "status": "ok",
    "healthy": True,
    "ok": True,
    "state": "running",
    "message": "all good",
    "errors": [],
    "latency_ms": 3,
    "details": {"status": "up"},
    "history": ["ok", "ok"],
    "previous": {"status": "up"},
}
FILLERS = (1, None, "text", "ok", True, [], {}, {"status": "ok"}, ["a"], {"a": {"b": 1}}, "healthy")


@pytest.mark.parametrize("bodies_of", [300, pytest.param(2000, marks=pytest.mark.slow)])
def test_no_keys_around_a_bad_component_make_it_good(bodies_of):
    """Whatever stands around, beside or within it, a component that says it is bad is bad."""
    bodies = [around_a_bad_component(seed) for seed in range(bodies_of)]

    assert [body for body in bodies if worst_of(body) not in BAD] == []


def around_a_bad_component(seed):
    random_ = random.Random(seed)  # noqa: S311
    bad = random_.choice(SAYS_BAD)
    if isinstance(bad, dict) and random_.random() < 0.5:
        inside = random_.sample(sorted(INSIDE), random_.randrange(4))
        keys = [*inside, *bad]
        random_.shuffle(keys)
        bad = {key: bad.get(key, INSIDE.get(key)) for key in keys}
    body = {random_.choice(WHERE): {"database": bad}}
    for _ in range(random_.randrange(6)):
        beside = {random_.choice(KEYS): random_.choice(FILLERS) for _ in range(3)}
        if random_.random() < 0.5:
            body = {**beside, random_.choice(KEYS): body}
        else:
            body = {**beside, **body}
        if random_.random() < 0.2:
            body = {"status": random_.choice(("ok", "UP", "healthy")), **body}
    return body


def steps_of_reading(body: bytes) -> int:
    return calls_of(lambda: parse_health(body))


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


#: Documents of any size, in each shape whose parts are compared or walked.
SIZED = {
    "map": lambda n: _json({"status": "ok", "checks": {f"p-{i}": "ok" for i in range(n)}}),
    "list": lambda n: _json([{"name": f"p-{i}", "status": "up"} for i in range(n)]),
    "repeats": lambda n: _json({"checks": [{"name": "db", "status": "up"}] * n}),
    "pairs": lambda n: _json({"checks": [[f"p-{i}", "ok"] for i in range(n)]}),
    "tuples": lambda n: _json({"checks": {f"p-{i}": ["ok", "5 ms"] for i in range(n)}}),
    "failures": lambda n: _json({"status": "ok", "failed": [f"p-{i}" for i in range(n)]}),
    "good-names": lambda n: _json({"status": "ok", "passed": [f"p-{i}" for i in range(n)]}),
    "flat": lambda n: _json({f"p_{i}_status": "ok" for i in range(n)}),
    "flags": lambda n: _json({"status": "ok", **{f"p_{i}_ok": True for i in range(n)}}),
    "numbers": lambda n: _json({"status": "ok", "pool": {f"n{i}": i for i in range(n)}}),
    "counts": lambda n: _json({"ok": 0, **{f"up{i}": i for i in range(n)}}),
    "messages": lambda n: _json({"checks": {f"p-{i}": {"error": f"e{i}"} for i in range(n)}}),
    "sentence": lambda n: _json({"status": "ok " + "up and running " * n}),
    "words": lambda n: _json({"status": "ok", "checks": ["ok", "down"] * n}),
    "kinds": lambda n: _json(
        {"checks": {"check": [{"name": f"p-{i}", "status": "up"} for i in range(n)]}}
    ),
    "table": lambda n: "".join(
        ["Required:\n", *(f"p{i}  OK  {i} ms\n" for i in range(n))]
    ).encode(),
    "lines": lambda n: "".join(f"p-{i}: ok\n" for i in range(n)).encode(),
}


@pytest.mark.parametrize("of_size", SIZED.values(), ids=SIZED)
@pytest.mark.slow
def test_reading_twice_as_much_takes_twice_the_steps(of_size):
    parse_health(of_size(400))  # what is kept of keys is not counted

    assert steps_of_reading(of_size(400)) < 2.5 * steps_of_reading(of_size(200))


@pytest.mark.slow
@pytest.mark.parametrize("word", ["ok", "down"])
def test_judging_twice_as_many_parts_takes_twice_the_steps(word):
    def judged(number: int) -> object:
        parts = {f"p{i}": {"status": word} for i in range(number)}
        body = {"status": "ok", "database": {"status": "ok", "checks": parts}}
        form = "application/json"
        return findings(Row("", "", "", "deep", ["database"], 200, form, body, "", ""))

    judged(400)  # what is kept of keys is not counted

    assert calls_of(lambda: judged(400)) < 2.5 * calls_of(lambda: judged(200))


@pytest.mark.slow
def test_reading_many_components_leaves_none_out():
    """What is read of one more component does not depend on how many there are."""
    names = [f"part-{n}" for n in range(4000)]
    body = {"status": "ok", "a": {"checks": {name: {"status": "ok"} for name in names}}}

    document = parse_health(json.dumps(body).encode())

    assert [c.name for c in document.components if not c.is_incidental] == [
        f"a.{name}" for name in names
    ]
