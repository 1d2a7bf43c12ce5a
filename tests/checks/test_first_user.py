"""Every recorded state of the first user's application, and what a gate makes of it."""

import json

import httpx
import pytest

from tests.builders import EXPECTED, LIMITS, START, deployment, old, service_evidence, state
from tests.builders import evidence as make_evidence
from tests.first_user import DATA, REF
from verifier.checks import run_checks
from verifier.config.sections import HealthSection, IdentitySection
from verifier.decide.gate.causes import likeliest_cause
from verifier.decide.gate.judge import Live, judge
from verifier.guarded.probe import IdentityPaths, read_answer
from verifier.guarded.web import Fetched
from verifier.model.evidence import Endpoint, Probe
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.verdict import Expectations, Sample, Verdict, VerdictWord

STATES = json.loads((DATA / "health.json").read_text("utf-8"))
PATHS = {
    Endpoint.LIVE: "/health",
    Endpoint.READY: "/health/ready",
    Endpoint.DEEP: "/health/deep",
    Endpoint.SCHEMA: "/health/schema",
}
IDENTITY = IdentityPaths(IdentitySection().sha, IdentitySection().deployment)
JUDGED = deployment(
    "3f0a6c1e-7b52-4d8e-9a41-c2d95e80b7f6", commit_sha="5d1e8f0c2b7a49e3816fd0a4c9b27e5f13d8604a"
)
PASSED, FAILED, UNCLEAR = VerdictWord.PASSED, VerdictWord.FAILED, VerdictWord.INCONCLUSIVE
WRONG, AWAY, LACKS = "wrong environment", "does not reach its database", "is missing what"
REDIS, UNCOMPARED, UNHEALTHY = "cannot reach Redis", "could not compare", "runs but is unhealthy"

#: State, verdict, likeliest cause, and what the reason names.
TABLE = (
    ("app-env-case", FAILED, WRONG, "critical"),
    ("app-env-unset", FAILED, WRONG, "critical"),
    ("app-env-wrong", FAILED, WRONG, "critical"),
    ("circuit-open", PASSED, "", ""),
    ("critical-table-missing", FAILED, LACKS, "component.tables"),
    ("critical-table-missing-clientes", FAILED, LACKS, "component.tables"),
    ("critical-view-missing", FAILED, LACKS, "component.views"),
    ("database-hanging", UNCLEAR, "", ""),
    ("database-refuses-key", FAILED, AWAY, "component.supabase"),
    ("database-unreachable-503", FAILED, AWAY, "component.supabase"),
    ("database-unreachable-522-html", FAILED, AWAY, "component.supabase"),
    ("database-unreachable-dns", FAILED, AWAY, "component.supabase"),
    ("database-unreachable-refused", FAILED, AWAY, "component.supabase"),
    ("dev-good", FAILED, WRONG, "critical"),
    ("dev-no-allowlist", FAILED, WRONG, "critical"),
    ("evolution-closed", PASSED, "", ""),
    ("fingerprint-function-absent", PASSED, "", ""),
    ("good", PASSED, "", ""),
    ("jobs-none", PASSED, "", ""),
    ("jobs-stale", PASSED, "", ""),
    ("localhost-urls", FAILED, WRONG, "critical"),
    ("marker-rows-absent", FAILED, UNCOMPARED, "component.environment"),
    ("marker-table-absent", FAILED, LACKS, "component.tables"),
    ("marker-table-empty", FAILED, LACKS, "component.schema_version"),
    ("project-ref-unset", FAILED, UNCOMPARED, "component.project_ref"),
    ("project-ref-wrong", FAILED, WRONG, "critical"),
    ("prompts-broken", FAILED, UNHEALTHY, "health.deep"),
    ("prompts-sentinel-missing", FAILED, UNHEALTHY, "health.deep"),
    ("prompts-table-absent", FAILED, UNHEALTHY, "health.deep"),
    ("prompts-warning", PASSED, "", ""),
    ("railway-up-no-commit", PASSED, "", ""),
    ("rate-limit-used-up", PASSED, "", ""),
    ("redis-down", FAILED, REDIS, "component.redis"),
    ("redis-hanging", UNCLEAR, "", ""),
    ("redis-password-refused", FAILED, REDIS, "component.redis"),
    ("redis-url-with-password", PASSED, "", ""),
    ("schema-drift", PASSED, "", ""),
    ("schema-version-absent", FAILED, LACKS, "component.schema_version"),
    ("schema-version-ahead", PASSED, "", ""),
    ("schema-version-behind", FAILED, LACKS, "20251230140000 is behind 20251231211500"),
    ("schema-version-empty", FAILED, LACKS, "component.schema_version"),
    ("schema-version-not-a-number-semver", FAILED, LACKS, "1.4.0 is behind"),
    ("schema-version-not-a-number-word", FAILED, LACKS, "latest is behind"),
    ("schema-version-short-number", FAILED, LACKS, "3 is behind"),
    ("supabase-url-localhost", PASSED, "", ""),
    ("two-views-missing", FAILED, LACKS, "component.views"),
    ("wrong-database", FAILED, WRONG, "critical"),
)


def answers_of(name, headers=()):
    """The recorded answers to what a gate asks, as if they had come through Railway's edge."""
    for endpoint, path in PATHS.items():
        recorded = STATES[name].get(path)
        if recorded is None:
            continue
        url = f"https://api.test{path}"
        if recorded["status"] is None:
            yield Probe(endpoint, url, Unobserved("no answer within 10 s"), START, 10_000)
            continue
        told = {
            "content-type": recorded["content_type"],
            "x-railway-request-id": "r",
            **dict(headers),
        }
        body = json.dumps(recorded["body"]).encode()
        fetched = Fetched(recorded["status"], httpx.Headers(told), body)
        yield Probe(endpoint, url, read_answer(fetched, IDENTITY), START, 10)


def look(name, database):
    around = state(JUDGED, old())
    service = service_evidence(
        *answers_of(name),
        judged=JUDGED,
        before=around,
        variables=NotAsked("the document tells"),
    )
    none = NotAsked("no ledger is configured")
    return make_evidence(
        service, database=database, shipped={"": none}, expected_versions={"": none}
    )


def verdict_on(name, database=None):
    """Look at one state for a minute, as often as a gate does."""
    required = HealthSection().required
    wanted = Expectations(required, EXPECTED.app_env, REF, {})
    database = database or NotAsked("no database is configured")
    findings = run_checks(look(name, database), wanted)
    samples = [Sample(n * 2.0, findings, deployments={"api": JUDGED.id}) for n in range(70)]
    live = Live("api", JUDGED, 0.0, 138.0)
    for count in range(1, len(samples) + 1):
        decision = judge(samples[:count], live, LIMITS)
        if isinstance(decision, Verdict):
            return decision
    raise AssertionError("no verdict")


@pytest.mark.parametrize(("name", "word", "cause", "told"), TABLE, ids=[row[0] for row in TABLE])
def test_a_recorded_state(name, word, cause, told):
    verdict = verdict_on(name)

    assert verdict.word is word, verdict.reason
    if cause:
        assert cause in likeliest_cause(verdict).text
    if told == "critical":
        assert any(str(f.outcome) == "critical" for f in verdict.findings)
    else:
        failing = [f"{f.check} {f.summary}" for f in verdict.findings if f.outcome.condemns]
        assert told in " ".join(failing)


def test_every_state_has_its_row_or_its_reason():
    """The others are about identity, and a process that is not up: they have tests of their own."""
    elsewhere = {
        "build-args-as-ci",
        "build-args-stale",
        "no-railway-variables",
        "start-up",
        "supabase-url-missing",
    }

    assert {row[0] for row in TABLE} | elsewhere == set(STATES)


AWAY_STATES = [row[0] for row in TABLE if row[2] == AWAY]


@pytest.mark.parametrize("name", AWAY_STATES)
def test_an_outage_that_the_verifier_sees_as_well_is_no_deployments_doing(name):
    verdict = verdict_on(name, database=Unobserved("could not reach the database"))

    condemning = [f for f in verdict.findings if f.outcome.condemns]
    assert verdict.word is FAILED
    assert [bool(f.blameless) for f in condemning] == [True] * len(condemning)


@pytest.mark.parametrize(
    "name", ["critical-table-missing-clientes", "redis-down", "prompts-broken"]
)
def test_an_outage_of_the_database_excuses_nothing_else(name):
    verdict = verdict_on(name, database=Unobserved("could not reach the database"))

    assert any(f.outcome.condemns and not f.blameless for f in verdict.findings)
