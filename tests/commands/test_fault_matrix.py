"""No fault of any call makes a gate say the opposite of what is true: `make faults` plays it whole."""

import ast
import dataclasses

import pytest

from tests.commands.calls_in_code import modules_of, operations_in, requests_in
from tests.commands.fault_matrix import (
    AT_RAILWAY,
    ELSEWHERE,
    HTTP,
    RAISED,
    SOURCES,
    WORLDS,
    cells,
    methods,
    mistake,
    named_at_github,
    operations_in_code,
    play,
    rows,
    sign,
    table,
)
from verifier.commands.sources import Sources

#: Cells that are played at once with all tests; the others take minutes.
QUICK = [
    ("railway.Fleet", "truncated", "once", "good"),
    ("railway.RollBack", "429, with a time", "once", "bad"),
    ("railway.RollBack, carried out", "reset", "once", "critical"),
    ("railway.RollBack, carried out", "killed", "once", "bad"),
    ("prober.probe", "500", "always", "good"),
    ("prober.probe", "HTML", "later", "good"),
    ("memory.claim", "500", "always", "critical"),
    ("database.read_database", "refused", "once", "good"),
]
SLOW = cells()[7 :: len(cells()) // 240]


def test_every_call_of_the_code_has_a_row_or_says_who_else_makes_it():
    calls = operations_in_code() | {f"{s}.{m}" for s, p in SOURCES.items() for m in methods(p)}
    named = {call.partition(",")[0].removeprefix("railway.") for call, _ in rows()}

    assert named | set(ELSEWHERE) == calls | {"prober.probe", "database.read_database"}
    assert named & set(ELSEWHERE) == set()


def test_every_request_to_github_and_railway_says_whose_it_is():
    github = modules_of("github")

    assert operations_in(github) | requests_in(github) == named_at_github()
    assert requests_in(modules_of("railway")) == AT_RAILWAY


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('ASKED = "query New($id: String!) { a(id: $id) { b } }"', {"New"}),
        ('def f(n):\n    return f"mutation New({n}) {{ a }}"', {"New"}),
        ('def f(n):\n    return "subscription New " + f"{{ {n} }}"', {"New"}),
        ('ASKED = "{ viewer { login } }"', {"here:1"}),
        ('ASKED = """\nmutation { a(b: 1) }"""', {"here:1"}),
        ('ASKED = "query ($id: ID!) { a }"', {"here:1"}),
        ('ASKED = """{\n  me: viewer { id } }"""', {"here:1"}),
        ('"query New { a } is told here, not sent."', set()),
        ('SAID = "a query New was sent"\nJSON = \'{"query": 1}\'\nUSED = f"{SAID} {JSON}"', set()),
    ],
)
def test_an_operation_of_any_module_is_seen(source, found):
    assert operations_in({"here": ast.parse(source)}) == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('api.get(f"/a/{n}/b", _P)', "GET /a/{}/b"),
        ('self._api.get("/a" + n, _P)', "GET /a<n>"),
        ('list(api.pages("/a", _P, key="a"))', "GET /a"),
        ('api.change("POST", "/a", _P, {})', "POST /a"),
        ('api.change(verb, "/a", _P)', "<verb> /a"),
        ('path = f"/a/{n}"; api.says_yes(path, _P)', "GET /a/{}"),
        ('lambda: api.get("/a", _P)', "GET /a"),
        ('httpx.get("https://a.test/")', "GET https://a.test/"),
        ('http.request("PUT", url)', "PUT <url>"),
        ('mapping.get("/a")', None),
    ],
)
def test_a_request_of_any_module_is_seen(line, found):
    asked = requests_in({"here": ast.parse(f"def f(n):\n    {line}")})

    assert asked == ({f"here: {found}"} if found else set())


def test_every_source_of_evidence_is_among_the_rows():
    beside = {"railway", "prober", "read_database", "database_url", "asked", "clock"}

    assert {f.name for f in dataclasses.fields(Sources)} == beside | (set(SOURCES) - {"memory"})


def test_every_row_is_of_a_call_that_these_gates_make():
    assert set(QUICK) <= set(cells())
    asked = set()
    for world in WORLDS:
        asked |= set(play(world, {})[0].faults.asked)

    assert [call for call, _ in rows() if call not in asked] == []


@pytest.mark.parametrize(
    ("world", "code", "active"), [("good", 0, "new"), ("bad", 1, "back"), ("critical", 1, "back")]
)
def test_without_a_fault_the_verdict_is_the_right_one(world, code, active):
    town, report = play(world, {})

    assert (int(report.exit_code), town.railway.active) == (code, [active])
    assert (mistake(world, town, report), sign(world, town, report)) == ("", ".")


def test_an_opposite_verdict_would_be_noticed():
    good, passed = play("good", {})
    bad, failed = play("bad", {})

    assert mistake("bad", good, passed) == "a bad deployment passed"
    assert mistake("good", bad, failed) == "a good deployment was rolled back"
    bad.railway.active = ["new"]
    assert "while the bad deployment serves" in mistake("bad", bad, failed)


@pytest.mark.parametrize(("call", "fault", "when", "world"), QUICK)
def test_a_fault_never_turns_a_verdict_round(call, fault, when, world):
    assert mistake(world, *play(world, {call: (fault, when)})) == ""


@pytest.mark.timeout(1800)  # a silence of Railway is waited out, in each of its cells
@pytest.mark.slow
def test_no_fault_of_a_tenth_of_the_matrix_turns_a_verdict_round():
    found = {
        (call, fault, when, world): mistake(world, *play(world, {call: (fault, when)}))
        for call, fault, when, world in SLOW
    }

    assert {cell: text for cell, text in found.items() if text} == {}


def test_the_table_has_a_line_for_each_call_and_counts_what_is_wrong():
    found = {("a.b", fault, w): ["."] for fault in RAISED for w in WORLDS} | {
        ("c.d", "500", "bad"): [".", "X"]
    }

    text = table(found)

    assert f"{len(RAISED) * 3 + 2} gates, 1 opposite verdicts" in text
    assert len([line for line in text.splitlines() if line.startswith(("a.b", "c.d"))]) == 2
    assert "-X-" in text
    assert all(fault in text for fault in HTTP)
