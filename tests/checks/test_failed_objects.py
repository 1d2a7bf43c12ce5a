"""On what exactly a check fails, so that something else before a deploy excuses nothing."""

from dataclasses import replace

import pytest

from tests.builders import (
    EXPECTED,
    answer,
    deployment,
    document,
    evidence,
    probe,
    reading,
    service_evidence,
    state,
)
from verifier.checks import run_checks
from verifier.decide.gate.seen_before import known_from
from verifier.health.reader import parse_health
from verifier.model.check_ids import NO_ANSWER
from verifier.model.evidence import Component, Endpoint, HealthStatus, SqlAnswer, Variables
from verifier.model.expectations import SqlExpectation
from verifier.model.finding import Finding, Outcome, condemning
from verifier.model.known_before import (
    FAILED_BEFORE,
    NEVER_GOOD,
    KnownBefore,
    SeenCheck,
    SeenFailing,
)

BAD, SKIPPED, GOOD = HealthStatus.BAD, HealthStatus.SKIPPED, HealthStatus.GOOD
HEALTHY = evidence()


def deep(status=BAD, *, name="views", **observed):
    """A look at a deep document, of which one component says this."""
    told = Component(name, status, str(status), observed=observed)
    word, whole = ("unhealthy", BAD) if status is BAD else ("healthy", GOOD)
    given = document(whole, word, (*document().components, told))
    return evidence(service_evidence(probe(answer(doc=given))))


def version(expects):
    components = (
        Component("environment", GOOD, "ok"),
        Component(
            "schema_version",
            HealthStatus.WARNING,
            "warning",
            observed={"current": "0100", "expected": expects},
        ),
    )
    given = document(HealthStatus.WARNING, "degraded", components)
    return evidence(service_evidence(probe(answer(doc=given))))


def runs(run_mode="api", replicas=1, **changes):
    live = deployment(**changes)
    its = state(live, run_mode="api", replicas=replicas)
    given = Variables({"APP_ENV": "production", "RUN_MODE": run_mode}, of_this_deployment=True)
    return evidence(service_evidence(probe(), judged=live, before=its, variables=given))


def value(text):
    return evidence(database=reading(sql_answers={"beat": SqlAnswer(text)}))


def ready(code, body, kind="application/json"):
    read = parse_health(body, content_type=kind, status_code=code)
    given = answer(code, read, content_type=kind)
    return evidence(service_evidence(probe(), probe(given, Endpoint.READY)))


ASKED = replace(
    EXPECTED,
    required_components=("environment", "schema_version", "views"),
    sql_probes={"beat": SqlExpectation("api", equals="0")},
)


@pytest.mark.parametrize(
    ("before", "now", "check", "is_same"),
    [
        pytest.param(deep(missing="v_a"), deep(missing="v_a"), "component.views", True, id="view"),
        pytest.param(deep(missing="v_a"), deep(missing="v_b"), "component.views", False, id="views"),
        pytest.param(deep(missing="v_a, v_b"), deep(missing="v_b"), "component.views", True, id="less"),
        pytest.param(deep(missing="v_a"), deep(missing="v_a, v_b"), "health.deep", False, id="more"),
        pytest.param(deep(took_ms="5"), deep(took_ms="9"), "health.deep", True, id="how-long"),
        pytest.param(deep(pending="3"), deep(pending="4"), "component.views", True, id="a-count"),
        pytest.param(deep(SKIPPED), deep(), "component.views", False, id="was-not-looked-at"),
        pytest.param(HEALTHY, deep(), "component.views", False, id="was-not-there"),
        pytest.param(version("0102"), version("0102"), "component.schema_version", True, id="version"),
        pytest.param(version("0102"), version("0301"), "component.schema_version", False, id="versions"),
        pytest.param(runs("worker"), runs("worker"), "topology.run_mode", True, id="mode"),
        pytest.param(runs("worker"), runs(""), "topology.run_mode", False, id="modes"),
        pytest.param(
            runs(replica_count=2), runs(replica_count=3), "topology.replicas", False, id="too-many"
        ),
        pytest.param(
            runs(replica_count=3), runs(replica_count=2), "topology.replicas", True, id="fewer"
        ),
        pytest.param(
            runs(replicas=2, replica_count=2, instances=("RUNNING", "CRASHED")),
            runs(replicas=2, replica_count=2, instances=("CRASHED", "CRASHED")),
            "deployment.instances",
            False,
            id="one-then-none-runs",
        ),
        pytest.param(
            runs(instances=("CRASHED",)),
            runs(instances=("EXITED",)),
            "deployment.instances",
            True,
            id="none-then-none-runs",
        ),
        pytest.param(value("3"), value("4"), "probe.beat", True, id="another-count"),
        pytest.param(value("red"), value("blue"), "probe.beat", False, id="another-value"),
    ],
)  # fmt: skip
def test_what_failed_before_excuses_the_same_alone(before, now, check, is_same):
    known = known_from(run_checks(before, ASKED))
    found = [f for f in condemning(run_checks(now, ASKED)) if f.check == check]

    assert found
    assert all(known.excuses(finding) is is_same for finding in found)


@pytest.mark.parametrize(
    ("kept", "objects", "is_same"),
    [
        pytest.param((), ("v_a",), True, id="earlier-versions-kept-no-view"),
        pytest.param((), (), True, id="fails-in-one-way"),
        pytest.param(("v_a",), (), False, id="not-said-on-what"),
        pytest.param(("redis",), ("redis: bad",), True, id="earlier-versions-kept-the-component"),
        pytest.param(("redis",), ("views: bad",), False, id="another-component"),
    ],
)
def test_what_earlier_versions_kept(kept, objects, is_same):
    known = KnownBefore(failing=(SeenFailing(SeenCheck("a.b", "api"), frozenset(kept)),))

    assert known.excuses(Finding("a.b", Outcome.FAIL, "x", "api", objects=objects)) is is_same


NO_PATH = {
    "fastapi": (404, b'{"detail":"Not Found"}'),
    "spring": (404, b'{"timestamp":"2026-01-01","status":404,"error":"Not Found","path":"/x"}'),
    "nest": (404, b'{"statusCode":404,"message":"Cannot GET /x","error":"Not Found"}'),
    "own": (404, b'{"status":"error","message":"not found"}'),
    "method": (405, b'{"detail":"Method Not Allowed"}'),
    "request": (400, b'{"error":"bad request"}'),
    "gone": (410, b'{"error":"gone"}'),
}


@pytest.mark.parametrize("now", NO_PATH)
@pytest.mark.parametrize("before", NO_PATH)
def test_a_path_that_never_led_anywhere_condemns_in_no_words(before, now):
    known = known_from(run_checks(ready(*NO_PATH[before]), EXPECTED))
    found = [f for f in run_checks(ready(*NO_PATH[now]), EXPECTED) if f.check == "health.ready"]

    assert [f.outcome for f in found] == [Outcome.FAIL]
    assert known.weighed(found[0]).blameless in (FAILED_BEFORE, NEVER_GOOD)


@pytest.mark.parametrize(
    ("objects", "condemns"),
    [
        pytest.param({"v_a"}, True, id="it-said-what"),
        pytest.param({"HTTP 5xx", "redis: bad"}, True, id="it-said-what-beside-the-code"),
        pytest.param({"HTTP 5xx"}, False, id="a-code-alone"),
        pytest.param({"HTTP 404", "error: bad"}, False, id="no-such-path"),
        pytest.param({"not there"}, False, id="no-such-component"),
        pytest.param({"not looked at"}, False, id="skipped"),
        pytest.param({NO_ANSWER}, False, id="hung"),
    ],
)
def test_what_was_never_good_condemns_only_where_it_said_what_was_wrong(objects, condemns):
    known = KnownBefore(failing=(SeenFailing(SeenCheck("a.b", "api"), frozenset(objects)),))

    found = Finding("a.b", Outcome.FAIL, "x", "api", objects=("else",))
    assert known.may_condemn(found) is condemns
