"""What an application answers at every address is none of its health paths."""

import json

import pytest

from verifier.decide.health_choice import choose, usual_paths
from verifier.guarded.probe import IdentityPaths, read_answer
from verifier.guarded.web import Fetched
from verifier.model.health_survey import SurveyedPath

OK = (200, {"status": "ok", "db": "ok"})


def surveyed(answers, everywhere):
    for path in usual_paths(["/health"]):
        code, body = answers.get(path) or everywhere_of(path, everywhere)
        data = body if isinstance(body, str) else json.dumps(body)
        data = data.replace("PATH", path).replace("LAST", path.rpartition("/")[2])
        kind = "text/plain" if isinstance(body, str) else "application/json"
        fetched = Fetched(code, {"content-type": kind}, data.encode())
        yield SurveyedPath(path, read_answer(fetched, IdentityPaths((), ())), body=data)


def everywhere_of(path, everywhere):
    """One answer for all, or one for each folder, of which the last stands for the others."""
    if not isinstance(everywhere, dict):
        return everywhere
    return next(answer for folder, answer in everywhere.items() if path.startswith(folder))


CATCH_ALL = (
    (500, {"error": "no route"}),
    (500, "Internal Server Error"),
    (400, {"status": "error"}),
    (403, {"status": "fail"}),
    (422, {"status": "error"}),
    (200, {"error": "Not found"}),
    (200, {"success": False, "message": "Route not found"}),
    (200, {"code": 404, "message": "x"}),
    (200, {"status": 404}),
    (200, None),
    (200, "404 page not found"),
    (200, "Cannot GET PATH"),
    (200, {"status": "ok"}),
    (200, {"status": "ok", "path": "PATH"}),
    (200, {"status": "ok", "route": {"name": "PATH", "status": "ok"}}),
    (200, {"error": "NO ROUTE PATH (request 1f0e2d3c)"}),
    {"/api/": (200, {"error": "Not found"}), "/": (404, {"detail": "no"})},
    {"/api/": (500, {"error": "boom"}), "/": (404, {"detail": "no"})},
    {"/health/": (503, {"status": "fail", "message": "unknown check"}), "/": (404, "no")},
    {"/health/": (400, {"status": "error", "message": "unknown check"}), "/": (404, "no")},
    {"/health/": (200, {"status": "ok", "db": "ok"}), "/": (404, "no")},
    {"/health/": (200, {"name": "LAST", "status": "up"}), "/": (404, "no")},
    {"/health/": (200, {"name": "LAST", "status": "unknown"}), "/": (404, "no")},
    {"/health/": (200, {"name": "LAST", "status": None}), "/": (404, "no")},
    {"/health/": (200, {"check": {"LAST": "ok"}}), "/": (404, "no")},
    (200, {"slug": "LAST", "user": None}),
    (200, {"slug": "LAST"}),
    (200, {"username": "LAST", "status": "active"}),
    (200, {"data": {"slug": "LAST"}, "ok": True}),
    (200, [{"page": "LAST"}]),
    (200, {"status": "LAST"}),
    (200, {"short": "LAST", "clicks": 3, "of": "https://example.com/LAST"}),
    (200, "LAST"),
)


@pytest.mark.parametrize("everywhere", CATCH_ALL)
def test_a_path_that_nobody_has_is_not_written(everywhere):
    choice = choose(list(surveyed({"/health": OK}, everywhere)), ["/health"], None)

    assert (choice.live, choice.ready, choice.deep) == ("/health", "", "/health")


def test_a_path_that_railway_names_counts_though_every_other_answers_the_same():
    choice = choose(list(surveyed({}, (200, {"status": "ok"}))), ["/health"], None)

    assert (choice.live, choice.ready) == ("/health", "")


def test_one_path_that_answers_nobody_else_is_no_echo():
    there = {"/health": OK, "/readyz": (200, {"status": 200}), "/livez": (200, {"status": "live"})}

    choice = choose(list(surveyed(there, (200, {"status": 404}))), ["/health"], None)

    assert (choice.live, choice.ready) == ("/livez", "/readyz")


def test_a_path_that_is_bad_now_is_written_where_no_other_is_good():
    down = (503, {"status": "down"})

    bad = choose(list(surveyed({"/healthz": down, "/health/ready": down}, (404, "no"))), [], None)

    assert (bad.live, bad.ready, bad.unready) == ("/healthz", "/health/ready", "")
