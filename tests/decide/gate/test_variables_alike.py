"""A rollback that would change no variable is none for what variables are wrong for."""

import pytest

from tests.builders import deployment, old, state
from verifier.decide.gate.variables_alike import are_alike, condemned_for_variables, unless_in_vain
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.known_before import NOTHING_KNOWN, KnownBefore, SeenCheck, SeenFailing
from verifier.model.verdict import Keep, Move, RollBackTo, Verdict, VerdictWord

API = Finding("guards.app_env", Outcome.CRITICAL, "APP_ENV is prod", "api")
WORKER = Finding("guards.address", Outcome.CRITICAL, "another project", "worker")
DEEP = Finding("health.deep", Outcome.FAIL, "unhealthy", "api")
INSIDE = Finding("component.environment", Outcome.CRITICAL, "CRITICAL", "api")
NO_MARKER = Finding("guards.app_env", Outcome.FAIL, "no marker", blameless="no rollback helps")
DEEP_BEFORE = KnownBefore(failing=(SeenFailing(SeenCheck("health.deep", "api"), frozenset()),))


@pytest.mark.parametrize(
    ("findings", "before", "services"),
    [
        pytest.param((API,), NOTHING_KNOWN, {"api"}, id="one"),
        pytest.param((API, WORKER), NOTHING_KNOWN, {"api", "worker"}, id="two"),
        pytest.param((API, INSIDE), NOTHING_KNOWN, set(), id="the-application-says-so-itself"),
        pytest.param((API, NO_MARKER), NOTHING_KNOWN, {"api"}, id="beside-what-blames-nobody"),
        pytest.param((API, DEEP), DEEP_BEFORE, {"api"}, id="beside-what-failed-before"),
        pytest.param(
            (API, DEEP),
            KnownBefore(frozenset({SeenCheck("health.deep", "api")})),
            set(),
            id="beside-a-failure-of-its-own",
        ),
        pytest.param((INSIDE,), NOTHING_KNOWN, set(), id="no-guard"),
    ],
)
def test_who_is_condemned_for_variables_alone(findings, before, services):
    verdict = Verdict(VerdictWord.FAILED, "it failed", findings)

    assert condemned_for_variables(verdict, before) == services


REF = "kdwmzqhvtrpyxbnacfle"
GIVEN = {
    "APP_ENV": "prod",
    "SUPABASE_PROJECT_REF": REF,
    "DATABASE_URL": f"postgresql://postgres:one@db.{REF}.supabase.co:5432/postgres",
    "SUPABASE_URL": f"https://{REF}.supabase.co",
}


@pytest.mark.parametrize(
    ("changed", "alike"),
    [
        pytest.param({}, True, id="the-same"),
        pytest.param({"APP_ENV": "production"}, False, id="environment"),
        pytest.param({"APP_ENV": None}, False, id="environment-was-not-set"),
        pytest.param({"SUPABASE_PROJECT_REF": "other"}, False, id="project"),
        pytest.param({"SUPABASE_URL": "https://other.supabase.co"}, False, id="address"),
        pytest.param({"DATABASE_URL": "postgresql://x@db.test/app"}, False, id="database"),
        pytest.param({"DATABASE_URL": None}, False, id="database-was-not-set"),
        pytest.param(
            {"DATABASE_URL": GIVEN["DATABASE_URL"].replace("one", "two")}, True, id="a-new-password"
        ),
        pytest.param({"RAILWAY_GIT_COMMIT_SHA": "a"}, True, id="what-differs-each-time"),
    ],
)
def test_what_is_alike(changed, alike):
    other = {name: value for name, value in (GIVEN | changed).items() if value is not None}

    assert are_alike(GIVEN, other) is alike
    assert are_alike(other, GIVEN) is alike


@pytest.mark.parametrize(
    ("alike", "goes"),
    [
        pytest.param({"api": True}, False, id="alike"),
        pytest.param({"api": False}, True, id="different"),
        pytest.param({"api": Unobserved("HTTP 502")}, True, id="not-read"),
        pytest.param({"api": True, "worker": False}, True, id="one-of-two-is-different"),
        pytest.param({"api": True, "worker": True}, False, id="both"),
        pytest.param({}, True, id="condemned-for-something-else"),
    ],
)
def test_what_changes_nothing_is_not_done(alike, goes):
    moves = tuple(
        Move(state(deployment(), old(), name=name).service, deployment(), old())
        for name in ("api", "worker")
    )

    plan = unless_in_vain(RollBackTo(moves), alike)

    assert isinstance(plan, RollBackTo) is goes
    if isinstance(plan, Keep):
        assert plan.is_excused
        assert "were wrong before this deploy" in plan.reason
