"""What answers for itself while `init` looks is asked by the gate, or told: nothing is silent."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest

from verifier.decide.health_choice import choose, usual_paths
from verifier.decide.health_section import lines_of, not_yet
from verifier.decide.unasked_health import hidden, unasked
from verifier.guarded.probe import IdentityPaths, read_answer
from verifier.guarded.web import Fetched
from verifier.model.finding import Unobserved
from verifier.model.health_survey import SurveyedPath, WhyUnasked

OK = (200, {"status": "ok"})
NOT_FOUND = (404, {"detail": "Not Found"})
LATE = None
READY = (200, {"status": "ok", "checks": {"database": "ok", "redis": "ok"}})
TELLING = (200, {"status": "ok", "components": {"database": "ok", "redis": "ok"}})
PARTS = {"environment": {"status": "critical"}, "database": {"status": "critical"}}
CRITICAL = (503, {"status": "critical", "components": PARTS})
DOWN = (503, {"status": "down", "checks": {"database": "down"}})
FASTAPI = (503, {"detail": "DEPLOY TO WRONG ENVIRONMENT: project_ref abc is not xyz"})
BARE = {"status": "critical", "message": "DEPLOY TO WRONG ENVIRONMENT"}
DEGRADED = {"status": "degraded", "components": {"database": {"status": "down"}}}
PAGE = (200, "<!doctype html><html><body>shop</body></html>")
FAILS = (500, "<html>Server Error</html>")
UP = (200, {"status": "UP"})
SHOP = {"/health": OK, "/health/ready": READY}


def fetched(answer, path):
    code, body = answer
    is_page = isinstance(body, str) and body.startswith("<")
    kind = "text/html" if is_page else "text/plain" if isinstance(body, str) else "application/json"
    data = body if isinstance(body, str) else json.dumps(body)
    data = data.replace("PATH", path).replace("NONCE", f"Zz{path[-3:]}q")
    leads = {"location": f"https://shop.example/login?next={path}"} if code == 302 else {}
    if code == 307:
        leads = {"location": f"{path}/"}
    return Fetched(code, {"content-type": kind, **leads}, data.encode())


def surveyed(answers, nowhere, first):
    for path in usual_paths(first):
        answer = answers.get(path, nowhere)
        if answer is LATE:
            yield SurveyedPath(path, Unobserved(f"no answer from {path} within 8 s"))
            continue
        got = fetched(answer, path)
        yield SurveyedPath(path, read_answer(got, IdentityPaths((), ())), body=got.body.decode())


def chosen(answers, first=(), nowhere=NOT_FOUND):
    asked = list(surveyed(answers, nowhere, first))
    choice = choose(asked, first, None)
    choice = replace(choice, unasked=unasked(asked, first, choice))
    return replace(choice, hidden=hidden(asked, first, choice))


def asked_by(choice):
    return {choice.live, choice.ready, choice.deep, choice.schema, *choice.extras.values()} - {""}


def told_of(choice):
    return {one.path for one in choice.unasked} | ({choice.unready} - {""})


KINDS = {
    "parts-503": {**SHOP, "/health/deep": CRITICAL},
    "parts-200": {**SHOP, "/health/deep": (200, CRITICAL[1])},
    "fastapi": {**SHOP, "/health/deep": FASTAPI},
    "fastapi-object": {**SHOP, "/health/deep": (503, {"detail": CRITICAL[1]})},
    "bare-503": {**SHOP, "/health/deep": (503, BARE)},
    "bare-200": {**SHOP, "/health/deep": (200, BARE)},
    "page-500": {**SHOP, "/health/deep": FAILS},
    "plain-503": {**SHOP, "/health/deep": (503, "unhealthy: wrong environment")},
    "nothing-503": {**SHOP, "/health/deep": (503, "")},
    "late": {**SHOP, "/health/deep": LATE},
    "401": {**SHOP, "/health/deep": (401, {"detail": "Not authenticated"})},
    "403-page": {**SHOP, "/health/deep": (403, "<html>Forbidden</html>")},
    "429": {**SHOP, "/health/deep": (429, "slow down")},
    "422": {**SHOP, "/health/deep": (422, {"detail": "header missing"})},
    "login": {**SHOP, "/health/deep": (302, "")},
    "slash": {**SHOP, "/health/deep": (307, "")},
    "page-200": {**SHOP, "/health/deep": PAGE},
    "list": {**SHOP, "/health/deep": (503, {"status": "unhealthy", "errors": ["environment"]})},
    "flags": {**SHOP, "/health/deep": (503, {"ok": False, "database": False})},
    "strings": {**SHOP, "/health/deep": (503, {"database": "error: relation missing"})},
    "one-good": {**SHOP, "/health/deep": (503, {**BARE, "components": {"database": "ok"}})},
    "degraded": {**SHOP, "/health/deep": (200, DEGRADED)},
    "degraded-alone": {"/health": OK, "/health/deep": (200, DEGRADED)},
    "alone": {"/health/deep": (503, "wrong environment")},
    "alone-page": {"/health/deep": FAILS},
    "only-deep": {"/health": OK, "/health/deep": CRITICAL},
    "bare-good": {"/health": OK, "/health/deep": OK},
    "bare-good-beside-parts": {**SHOP, "/health/deep": OK},
    "two-deep": {"/health/deep": TELLING, "/health/detailed": (503, BARE)},
    "schema-bare": {**SHOP, "/health/deep": TELLING, "/health/schema": (503, {"status": "error"})},
    "schema-parts": {
        **SHOP,
        "/health/schema": (503, {"schema": {"status": "critical"}, "missing_tables": ["sends"]}),
    },
    "schema-page": {**SHOP, "/health/schema": FAILS},
    "live-bad": {"/health/live": OK, "/health": (503, {"status": "unhealthy"})},
    "live-two": {"/health/live": OK, "/health": OK, "/ping": (200, "pong")},
    "live-parts": {"/health/live": OK, "/health/ready": READY, "/health": DOWN},
    "ready-bad": {"/health": OK, "/ready": DOWN},
    "ready-two": {**SHOP, "/readyz": (503, "no"), "/ready": (503, {"status": "not ready"})},
    "django": {"/health": OK, "/ht/": FAILS},
    "django-words": {"/health": OK, "/ht/": (200, {"DatabaseBackend": "working"})},
    "spring": {"/actuator/health": UP},
    "spring-down": {"/actuator/health": (503, {"status": "DOWN"})},
    "spring-probes": {
        "/actuator/health": UP,
        "/actuator/health/readiness": UP,
        "/actuator/health/liveness": UP,
    },
    "spring-probes-down": {
        "/actuator/health": (503, {"status": "DOWN", "groups": ["liveness", "readiness"]}),
        "/actuator/health/readiness": UP,
        "/actuator/health/liveness": UP,
    },
    "quarkus": {"/q/health": (503, {"status": "DOWN", "checks": []}), "/q/health/live": UP},
    "dockerflow": {"/__lbheartbeat__": (200, ""), "/__heartbeat__": (500, {"status": "error"})},
    "html-status": {**SHOP, "/status": PAGE},
}


@pytest.mark.parametrize("answers", KINDS.values(), ids=KINDS)
def test_each_path_that_answers_is_asked_or_told(answers):
    choice = chosen(answers)

    assert asked_by(choice) | told_of(choice) == set(answers)
    lines, points = list(lines_of(choice)), list(not_yet(choice))
    for path in told_of(choice):
        assert any(line.lstrip().startswith("#") and f"'{path}'" in line for line in lines)
        assert any(path in point for point in points)
    assert not any("none of the usual health paths answers" in point for point in points)


NAMED = {
    "parts-503": CRITICAL,
    "parts-200": (200, CRITICAL[1]),
    "detail": FASTAPI,
    "plain": (503, "down"),
    "page": FAILS,
    "late": LATE,
    "not-there": NOT_FOUND,
    "closed": (401, {"detail": "Not authenticated"}),
    "elsewhere": (302, ""),
    "good": OK,
    "page-of-its-own": PAGE,
}


@pytest.mark.parametrize("answer", NAMED.values(), ids=NAMED)
def test_a_path_that_somebody_has_named_is_asked_or_told(answer):
    path = "/internal/checks"
    choice = chosen({**SHOP, path: answer}, [path])

    assert path in asked_by(choice) | told_of(choice)
    assert path != choice.deep


@pytest.mark.parametrize("answer", [OK, UP, (200, {"status": "healthy", "version": "1.2"})])
@pytest.mark.parametrize("path", ["/health/deep", "/actuator/health", "/__heartbeat__"])
def test_a_deep_path_that_is_good_is_asked_as_deep_though_it_lists_no_parts(path, answer):
    choice = chosen({"/health": OK, path: answer})

    assert (choice.live, choice.deep, choice.required) == ("/health", path, ())


def test_a_deep_path_that_railway_itself_asks_stays_live():
    choice = chosen({"/health/deep": OK}, ["/health/deep"])

    assert (choice.live, choice.deep) == ("/health/deep", "")


@pytest.mark.parametrize("name", KINDS)
def test_what_is_bad_now_is_not_made_deep(name):
    choice = chosen(KINDS[name])

    answer = KINDS[name].get(choice.deep, OK)
    assert answer[0] == 200
    assert answer[1]["status"] in ("ok", "UP") if "status" in answer[1] else "status" not in answer


CATCH_ALL = {
    "page": PAGE,
    "page-with-a-nonce": (200, "<html><script nonce=NONCE></script></html>"),
    "page-of-its-path": (200, "<html><title>PATH</title></html>"),
    "404-page": (404, "<html>Not found: NONCE</html>"),
    "404-text": (404, "Cannot GET PATH"),
    "login": (302, ""),
    "login-page": (401, "<html>Please log in NONCE</html>"),
    "401": (401, {"detail": "Not authenticated", "request": "NONCE"}),
    "403": (403, "Forbidden NONCE"),
    "405": (405, {"detail": "Method Not Allowed"}),
    "410": (410, "Gone"),
    "500": (500, "<html>error NONCE</html>"),
    "good": (200, {"status": "okay", "path": "PATH"}),
    "error-200": (200, {"error": "no route"}),
    "late": LATE,
}


@pytest.mark.parametrize("nowhere", CATCH_ALL.values(), ids=CATCH_ALL)
@pytest.mark.parametrize("answers", [{}, {"/health": OK}, SHOP], ids=["none", "one", "shop"])
def test_what_every_address_answers_is_not_told(answers, nowhere):
    choice = chosen(answers, nowhere=nowhere)

    assert told_of(choice) == set()


@pytest.mark.parametrize("nowhere", [PAGE, (302, ""), (404, "<html>no</html>")])
def test_beside_what_every_address_answers_a_path_of_its_own_is_told(nowhere):
    choice = chosen({**SHOP, "/health/deep": FASTAPI}, nowhere=nowhere)

    assert told_of(choice) == {"/health/deep"}


@pytest.mark.parametrize(
    ("path", "answer", "why", "key"),
    [
        ("/health/deep", FASTAPI, WhyUnasked.BAD, "deep"),
        ("/health/schema", FAILS, WhyUnasked.BAD, "schema"),
        ("/readyz", FAILS, WhyUnasked.BAD, "ready"),
        ("/ping", FAILS, WhyUnasked.BAD, "live"),
        ("/healthz", DOWN, WhyUnasked.BAD, "deep"),
        ("/health/deep", (401, ""), WhyUnasked.CLOSED, "deep"),
        ("/health/deep", (302, ""), WhyUnasked.MOVED, "deep"),
        ("/ping", (200, "pong"), WhyUnasked.SPARE, "live"),
        ("/status", (200, {"version": "1"}), WhyUnasked.SPARE, "live"),
    ],
)
def test_each_is_told_for_what_it_would_be_and_why(path, answer, why, key):
    (told,) = chosen({**SHOP, path: answer}).unasked

    assert (told.path, told.why, told.key) == (path, why, key)


def test_a_file_without_identity_says_so_where_a_path_that_is_bad_may_have_it():
    bad = chosen({**SHOP, "/health/deep": FASTAPI})

    told = "  # identity is not written: nothing that is good now names the commit or deployment"
    assert told in list(lines_of(bad))
    assert any("identity" in point and "/health/deep" in point for point in not_yet(bad))
    for other in (chosen(SHOP), replace(bad, sha=("version",))):
        assert told not in list(lines_of(other))
        assert not any("identity" in point for point in not_yet(other))


def test_a_named_path_that_is_not_there_is_no_health_that_answers():
    choice = chosen({}, ["/internal/checks"])

    first, second, *rest = not_yet(choice)
    assert first.startswith("none of the usual health paths answers")
    assert second.startswith("/internal/checks is named for Railway's health check, and answers")
    assert not rest


def test_comments_in_a_row_stay_apart():
    both = {"/ping": (401, ""), "/up": (200, "up"), "/readyz": FAILS, "/ready": (503, BARE)}
    lines = list(lines_of(chosen({**SHOP, **both})))

    for line, following in pairwise(lines):
        assert not (line.startswith("  # ") and following.startswith("  # "))
