"""Which of the paths that an application answers a first configuration names, and for what."""

import pytest

from tests.decide.test_catch_all import OK, surveyed
from verifier.decide.health_choice import choose
from verifier.decide.health_section import lines_of


def chosen(answers, first=("/health",)):
    return choose(list(surveyed(answers, (404, {"detail": "Not Found"}))), first, None)


def parts(*names):
    return 200, {"status": "ok", "checks": dict.fromkeys(names, "ok")}


STATUS_PAGE = (
    200,
    {
        "page": {"name": "x"},
        "status": {"indicator": "none", "description": "All Systems Operational"},
        "components": [
            {"name": "API", "status": "operational"},
            {"name": "Stripe", "status": "operational"},
        ],
    },
)


@pytest.mark.parametrize(
    "given",
    [
        (200, {"ready": False, "orders": []}),
        (200, {"status": "pending"}),
        (200, {"status": "no such word"}),
        (503, {"status": "not ready"}),
        (503, {"status": "ok"}),
    ],
)
@pytest.mark.parametrize("good", [OK, (200, {"status": "ok"}), (200, "OK")])
def test_a_path_for_ready_that_is_not_good_now_is_left_out_and_told(given, good):
    choice = chosen({"/health": good, "/ready": given})

    lines = list(lines_of(choice))
    assert (choice.live, choice.ready, choice.unready) == ("/health", "", "/ready")
    told = lines.index("  # this is not good now; set ready to it once it is: '/ready'")
    assert lines[told + 1] == "  ready: null"


def test_a_path_for_ready_stays_where_it_is_good_or_railway_itself_asks_it():
    down = (503, {"status": "not ready"})

    good = chosen({"/health": OK, "/ready": down, "/api/ready": (200, {"status": "ready"})})
    named = chosen({"/healthz": (200, "ok"), "/ready": down}, ["/ready"])

    assert (good.ready, good.unready) == ("/api/ready", "")
    assert (named.ready, named.unready) == ("/ready", "")


@pytest.mark.parametrize("word", ["no such word", "pending"])
def test_what_is_not_known_to_be_good_is_not_live_in_place_of_a_path_that_is(word):
    odd = (200, {"status": word})

    assert chosen({"/health": OK, "/healthz": odd}, []).live == "/health"
    assert chosen({"/health": odd, "/status": (200, "ok")}).live == "/health"


@pytest.mark.parametrize("word", ["closed", "open", "no such word", "ok"])
@pytest.mark.parametrize("first", [["/health"], []])
def test_status_of_whatever_is_live_only_where_no_path_of_health_is(word, first):
    given = {"/status": (200, {"status": word})}

    assert chosen({"/health": OK, **given}, first).live == "/health"
    assert chosen(given, ["/status"]).live == "/status"
    is_good = word != "no such word"
    assert chosen({"/health/deep": OK, **given}, []).live == (
        "/status" if is_good else "/health/deep"
    )


@pytest.mark.parametrize(
    ("answers", "first", "deep"),
    [
        pytest.param(
            {"/health": parts("database"), "/health/detailed": parts("a", "b", "c")},
            ["/health"],
            "/health",
            id="named-before-more",
        ),
        pytest.param(
            {"/health": parts("database"), "/status": STATUS_PAGE},
            ["/health"],
            "/health",
            id="named-before-a-status-page",
        ),
        pytest.param(
            {"/health": parts("queue"), "/status": STATUS_PAGE},
            [],
            "/health",
            id="a-status-page-last",
        ),
        pytest.param(
            {"/health": parts("database"), "/status": parts("managed_postgres", "cloud_redis")},
            ["/health"],
            "/health",
            id="named-before-stores-of-other-names",
        ),
        pytest.param(
            {"/health": parts("database"), "/health/deep": parts("database", "redis")},
            ["/health"],
            "/health/deep",
            id="one-that-tells-all-the-stores-of-the-named-and-more",
        ),
        pytest.param(
            {"/health": parts("web"), "/health/deep": parts("database")},
            ["/health"],
            "/health/deep",
            id="stores-before-a-named-one-without",
        ),
        pytest.param(
            {"/health": parts("a"), "/health/deep": parts("a", "b")},
            ["/health"],
            "/health",
            id="named-before-more-of-no-stores",
        ),
        pytest.param(
            {"/health": parts("database"), "/health/detailed": parts("a", "b", "c")},
            [],
            "/health",
            id="stores-before-more",
        ),
        pytest.param(
            {
                "/health": parts("database"),
                "/health/deep": (503, {"status": "down", "database": "ok", "redis": "ok"}),
            },
            ["/health"],
            "/health",
            id="named-and-good-before-more-that-is-bad",
        ),
        pytest.param(
            {"/health": parts("database"), "/ready": (503, {"status": "down", "database": "ok"})},
            [],
            "/health",
            id="good-before-bad-that-tells-the-same",
        ),
        pytest.param({"/status": STATUS_PAGE}, [], "/status", id="a-status-page-alone"),
        pytest.param({"/health": (200, {"status": "ok"})}, ["/health"], "", id="none"),
    ],
)
def test_deep_is_where_an_application_tells_of_its_own_stores(answers, first, deep):
    assert chosen(answers, first).deep == deep


@pytest.mark.parametrize("said", [{"required": False}, {"optional": True}, {"critical": "no"}])
def test_what_a_document_can_do_without_is_not_proposed_as_required(said):
    checks = {"database": {"status": "ok", "critical": True}, "redis": {"status": "ok", **said}}
    answers = {"/health": (200, {"status": "ok", "checks": checks})}

    found = chosen(answers)

    assert (found.required, found.others) == (("database",), ("redis",))


@pytest.mark.parametrize(
    ("body", "required", "others"),
    [
        ({"status": "ok", "database": 1, "redis": 1}, ("database", "redis"), ()),
        ({"status": "ok", "database": 1, "queue": 0}, ("database",), ()),
        (
            {"health.db_connection": {"healthy": True}, "health.web": {"healthy": True}},
            ("health.db_connection",),
            ("health.web",),
        ),
        (
            {"main.pool.ConnectivityCheck": {"healthy": True}, "org.shop.Node": {"healthy": True}},
            ("main.pool.ConnectivityCheck",),
            ("org.shop.Node",),
        ),
        (
            {"status": "ok", "checks": {"postgres": {"duration": "3ms"}, "web": "ok"}},
            ("postgres",),
            ("web",),
        ),
        ({"checks": {"database": {"status": "ok", "checks": {"read": "ok"}}}}, ("database",), ()),
        ({"components": {"component": {"name": "database", "status": "ok"}}}, ("database",), ()),
        ({"status": "ok", "results": [{"status": "ok"}, {"name": "a", "ok": True}]}, (), ("a",)),
    ],
)
def test_what_can_be_judged_is_required_or_named(body, required, others):
    found = chosen({"/health": (200, body)})

    assert (found.deep, found.required, found.others) == ("/health", required, others)


def test_what_is_listed_and_not_judged_is_told():
    odd = {"status": "ok", "checks": {"database": "ok", "search": "indexing v2"}}
    silent = {"status": "ok", "checks": {"database": {"took": "a while"}}}

    some, none = (list(lines_of(chosen({"/health": (200, each)}))) for each in (odd, silent))

    told = "  # these are listed without a status that is known, and not judged: 'search'"
    assert told in some
    told = "  # these are listed and not judged; set deep once they are good: 'database'"
    assert told in none
    assert "  deep: null" in none
