"""The first user's recorded states, each played to a gate and to a check from end to end."""

from dataclasses import replace
from types import MappingProxyType
from unittest.mock import patch

import pytest

from tests.builders import (
    EXPECTED,
    LIMITS,
    POLICY,
    deployment,
    evidence,
    old,
    service_evidence,
)
from tests.commands.script import (
    FakeClock,
    ScriptedWorld,
    SharedMemory,
    Silence,
)
from tests.first_user import (
    COMMIT,
    DEPLOYMENT_ID,
    EXTRAS,
    PATHS,
    REF,
    STATES,
    answers_of,
    beside,
    edge_error,
    snapshot,
)
from verifier.commands.check import check
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal, Observation
from verifier.commands.run_state import Task
from verifier.config.sections import HealthSection
from verifier.decide.gate.arrival import Wanted
from verifier.decide.gate.recognition import Scene, recognise
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.evidence import Answer
from verifier.model.expectations import Expectations
from verifier.model.finding import NotAsked, Outcome, Unobserved
from verifier.model.verdict import VerdictWord

BEFORE_ID, BEFORE_COMMIT = "0a1b2c3d-1111-4222-8333-444455556666", "a" * 40
GOOD_BEFORE = old(
    BEFORE_ID, commit_sha=BEFORE_COMMIT, status=Status.SUCCESS, instances=("RUNNING",)
)
NEW = deployment(DEPLOYMENT_ID, commit_sha=COMMIT)
ARRIVES_S = 30.0
AWAY_NOW = Unobserved("could not reach the database")
NONE = NotAsked("nothing is configured")
PASSED, FAILED, UNCLEAR = VerdictWord.PASSED, VerdictWord.FAILED, VerdictWord.INCONCLUSIVE
WRONG, AWAY, LACKS = "wrong environment", "does not reach its database", "is missing what"
REDIS, UNCOMPARED, UNHEALTHY = "cannot reach Redis", "could not compare", "runs but is unhealthy"
HANGS, SHUT, UNSEEN = "waits for hangs", "does not listen", "could not confirm"

#: State, verdict, likeliest cause, and what a finding names.
TABLE = (
    ("app-env-case", FAILED, WRONG, "wrong environment or database (environment)"),
    ("app-env-unset", FAILED, WRONG, "wrong environment or database (environment)"),
    ("app-env-wrong", FAILED, WRONG, "wrong environment or database (environment)"),
    ("build-args-as-ci", PASSED, "", ""),
    ("build-args-stale", UNCLEAR, UNSEEN, "commit a94f1c3b answered, not 5d1e8f0c"),
    ("circuit-open", PASSED, "", ""),
    ("critical-table-missing", FAILED, LACKS, "component.tables"),
    ("critical-table-missing-clientes", FAILED, LACKS, "component.tables"),
    ("critical-view-missing", FAILED, LACKS, "component.views"),
    ("database-hanging", UNCLEAR, UNSEEN, "health.live: no answer within 10 s"),
    ("database-refuses-key", FAILED, AWAY, "component.supabase"),
    ("database-unreachable-503", FAILED, AWAY, "component.supabase"),
    ("database-unreachable-522-html", FAILED, AWAY, "component.supabase"),
    ("database-unreachable-dns", FAILED, AWAY, "component.supabase"),
    ("database-unreachable-refused", FAILED, AWAY, "component.supabase"),
    ("dev-good", FAILED, WRONG, "APP_ENV is dev, expected production"),
    ("dev-no-allowlist", FAILED, WRONG, "wrong environment or database (dev_guardrails)"),
    ("evolution-closed", PASSED, "", ""),
    ("fingerprint-function-absent", PASSED, "", ""),
    ("good", PASSED, "", ""),
    ("jobs-none", PASSED, "", ""),
    ("jobs-stale", PASSED, "", ""),
    ("localhost-urls", FAILED, WRONG, "wrong environment or database (localhost_check)"),
    ("marker-rows-absent", FAILED, UNCOMPARED, "component.environment"),
    ("marker-table-absent", FAILED, LACKS, "component.tables"),
    ("marker-table-empty", FAILED, LACKS, "component.schema_version"),
    ("no-railway-variables", PASSED, "", ""),
    ("project-ref-unset", FAILED, UNCOMPARED, "component.project_ref"),
    ("project-ref-wrong", FAILED, WRONG, "wrong environment or database (project_ref)"),
    ("prompts-broken", FAILED, UNHEALTHY, "health.deep"),
    ("prompts-sentinel-missing", FAILED, UNHEALTHY, "health.deep"),
    ("prompts-table-absent", FAILED, UNHEALTHY, "health.deep"),
    ("prompts-warning", PASSED, "", ""),
    ("railway-up-no-commit", PASSED, "", ""),
    ("rate-limit-used-up", PASSED, "", ""),
    ("redis-down", FAILED, REDIS, "component.redis"),
    ("redis-hanging", FAILED, HANGS, "no answer within 10 s, although it lives"),
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
    ("start-up", PASSED, "", ""),
    ("supabase-url-localhost", PASSED, "", ""),
    ("supabase-url-missing", FAILED, SHUT, "no answer for 120 s"),
    ("two-views-missing", FAILED, LACKS, "component.views"),
    ("wrong-database", FAILED, WRONG, "wrong environment or database (environment, project_ref)"),
    ("prod-2025-12-31", FAILED, LACKS, "component.schema_version"),
    ("dev-2025-12-31", FAILED, WRONG, "APP_ENV is dev, expected production"),
)
IDS = [row[0] for row in TABLE]
FAILING = [row[0] for row in TABLE if row[1] is FAILED and row[2] != WRONG]
AWAY_STATES = [row[0] for row in TABLE if row[2] == AWAY]
STARTS_WITHIN_S = 8.0
WARN_RANK = Outcome.WARN.rank


class RecordedWorld(ScriptedWorld):
    """What serves before answers as recorded in `good`, or as `before` says; the new in `plays`."""

    plays = "good"
    before = "good"
    database = NONE
    database_was_read = False
    shipped = MappingProxyType({"": NONE})
    versions = MappingProxyType({"": NONE})

    def observe(self, judged, before, subject, within_s):
        after = self._read()
        services = [
            service_evidence(
                *self._probes(deployment),
                judged=deployment,
                before=before[name],
                after=after[name],
                variables=NotAsked("the document tells"),
            )
            for name, deployment in judged.items()
        ]
        if any(probe.is_late for one in services for probe in one.probes):
            self.clock.sleep(10.0)
        seen = evidence(
            *services,
            subject=subject,
            at=self.clock.now(),
            database=self.database,
            shipped=self.shipped,
            expected_versions=self.versions,
            database_was_read=self.database_was_read,
        )
        return Observation(seen, after)

    def _next(self, _deployment_id):
        return "api"

    def _probes(self, judged):
        is_new = judged.id == DEPLOYMENT_ID
        name = self.plays if is_new else self.before
        is_starting = self.clock.seconds < ARRIVES_S + STARTS_WITHIN_S and name == "start-up"
        if name == "supabase-url-missing" or is_starting:
            return tuple(map(edge_error, PATHS))
        found = snapshot(name) if name not in STATES else answers_of(name)
        found = (*found, *beside(name))
        return found if is_new else tuple(_of(probe, judged) for probe in found)


def _of(probe, judged):
    """An answer of another deployment than the recorded one."""
    given = probe.answer
    if not isinstance(given, Answer):
        return probe
    if given.deployment_id == DEPLOYMENT_ID:
        given = replace(given, deployment_id=judged.id)
    if given.commit_sha == COMMIT:
        given = replace(given, commit_sha=judged.commit_sha)
    return replace(probe, answer=given)


def arrives(world):
    world.show("api", NEW, GOOD_BEFORE_GONE, active=(NEW.id,))


GOOD_BEFORE_GONE = replace(GOOD_BEFORE, status=Status.REMOVED, instances=("REMOVED",))


def task(command):
    expected = Expectations(HealthSection().required, EXPECTED.app_env, REF, {}, extras=EXTRAS)
    wanted = Wanted(commit_sha=COMMIT)
    return Task(wanted, LIMITS, POLICY, expected, "acme / production", command)


def play(name, before="good", database=NONE, was_read=False, version=NONE):
    """A gate that starts while the deployment is being built."""
    clock = FakeClock()
    building = replace(NEW, status=Status.BUILDING, instances=())
    world = RecordedWorld(
        clock,
        deployments={"api": [building, GOOD_BEFORE]},
        active={"api": (BEFORE_ID,)},
        at={ARRIVES_S: arrives},
    )
    world.plays, world.before, world.database = name, before, database
    world.versions = {"": version}
    world.database_was_read = was_read
    memory = SharedMemory(before=())
    gate = Gate(world, memory, task("gate"), clock, Journal(clock, Silence()))
    gate.run()
    return gate.report(), world


def look(name):
    clock = FakeClock()
    world = RecordedWorld(
        clock, deployments={"api": [NEW, GOOD_BEFORE_GONE]}, active={"api": (NEW.id,)}
    )
    world.plays = name
    journal = Journal(clock, Silence())
    return check(world, SharedMemory(before=()), task("check"), clock, journal), world


def told(report):
    said = (f"{f.check}: {f.summary}" for f in report.findings if f.outcome.rank > WARN_RANK)
    return " ".join(said)


@pytest.mark.parametrize(("name", "word", "cause", "named"), TABLE, ids=IDS)
def test_a_recorded_state_after_a_deploy_from_a_good_one(name, word, cause, named):
    report, world = play(name)

    assert report.verdict is word, report.reason
    assert [deployment_id for _, deployment_id in world.mutations] == (
        [BEFORE_ID] if word is FAILED else []
    )
    assert report.exit_code == {PASSED: 0, FAILED: 1, UNCLEAR: 4}[word]
    assert (cause in report.cause.text) if cause else report.cause is None
    assert named in told(report)


@pytest.mark.parametrize(("name", "word", "cause", "named"), TABLE, ids=IDS)
def test_a_recorded_state_when_it_is_only_looked_at(name, word, cause, named):
    report, world = look(name)

    assert report.verdict is word, report.reason
    assert report.exit_code == {PASSED: 0, FAILED: 3, UNCLEAR: 4}[word]
    assert (cause in report.cause.text) if cause else report.cause is None
    assert named in told(report)
    assert world.mutations == []


@pytest.mark.parametrize(
    ("names", "known"),
    [
        (AWAY_STATES, "database-away"),
        (("marker-rows-absent", "project-ref-unset"), "environment-unknown"),
        (("app-env-wrong", "wrong-database"), "environment-wrong"),
        (("project-ref-wrong",), "database-wrong"),
        (("redis-down",), "redis-away"),
        (("critical-table-missing", "critical-view-missing"), "object-missing"),
        (("schema-version-behind", "marker-table-empty"), "migration-pending"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_known_cause_says_what_the_headline_says(names, known):
    for name in names:
        report, _ = look(name)

        assert [cause.id for cause in recognise(report, Scene())] == [known], name


@pytest.mark.parametrize("status", [500, 200], ids=["a-code-alone", "no-checks"])
@pytest.mark.slow
def test_a_document_that_lost_its_components_says_nothing_of_the_database(status):
    body = "Internal Server Error" if status == 500 else {"status": "unhealthy", "checks": {}}
    kind = "text/plain" if status == 500 else "application/json"
    lost = {
        **STATES["good"],
        "/health/deep": {"status": status, "content_type": kind, "body": body},
    }
    with patch.dict(STATES, {"lost": lost}):
        report, _ = play("lost")

    assert "runs but is unhealthy" in report.cause.text
    assert [cause.id for cause in recognise(report, Scene())] == ["unhealthy"]


@pytest.mark.parametrize("name", FAILING)
def test_what_was_so_before_the_deploy_is_red_and_not_rolled_back(name):
    report, world = play(name, before=name)

    assert (report.verdict, world.mutations) == (FAILED, [])
    assert report.exit_code == 3


NOWHERE = {"status": 404, "content_type": "application/json", "body": {"detail": "Not Found"}}


@pytest.mark.parametrize(
    ("path", "word"),
    [("/health/deep", FAILED), ("/health/ready", FAILED), ("/health/schema", UNCLEAR)],
)
def test_a_path_that_leads_nowhere_since_ever_is_the_configurations_fault(path, word):
    """Not before the time of a start is over: this very commit may add it."""
    with patch.dict(STATES, {"nowhere": {**STATES["good"], path: NOWHERE}}):
        report, world = play("nowhere", before="nowhere")

    assert (report.verdict, world.mutations) == (word, [])
    assert world.clock.seconds <= ARRIVES_S + LIMITS.ready_within_s + 15.0
    assert "has no such path" in report.cause.text
    assert report.cause.kind == "configuration"
    assert recognise(report, Scene()) == ()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"status": 404, "error": "Not Found", "path": "/health/deep"}, id="spring"),
        pytest.param({"status": "error", "message": "Not Found"}, id="jsend"),
        pytest.param({"ok": False, "error": "not found"}, id="not-ok"),
    ],
)
def test_a_path_that_leads_nowhere_does_so_whatever_the_framework_says_of_it(body):
    with patch.dict(
        STATES, {"nowhere": {**STATES["good"], "/health/deep": {**NOWHERE, "body": body}}}
    ):
        report, world = play("nowhere", before="nowhere")

    assert (report.verdict, world.mutations) == (FAILED, [])
    assert world.clock.seconds <= ARRIVES_S + LIMITS.ready_within_s + 15.0


#: What stands beside the health of the first user, and what is told of it.
BESIDE = (
    ("circuit-open", "extra.circuits", "the breaker evolution is open (server_5xx)"),
    ("rate-limit-used-up", "extra.rate-limit", "rate_limit.hora is used up: msgs_hora 20 of 20"),
    ("jobs-stale", "extra.jobs", "processar_fila_mensagens ran 2 h ago, allowed are 3 min"),
    ("jobs-none", "extra.jobs", 'processar_fila_mensagens reports "missing_critical"'),
)


@pytest.mark.parametrize("run", [play, look], ids=["gate", "check"])
@pytest.mark.parametrize(("name", "check", "says"), BESIDE, ids=[row[0] for row in BESIDE])
def test_what_is_wrong_beside_health_is_a_warning_with_its_reason(run, name, check, says):
    report, world = run(name)

    assert (report.verdict, report.exit_code, world.mutations) == (PASSED, 0, [])
    warned = [f for f in report.findings if f.outcome is Outcome.WARN and f.check == check]
    assert [says in f.summary for f in warned] == [True]
    others = {f.check for f in report.findings if f.check.startswith("extra.")} - {check}
    assert others == {f"extra.{other}" for other in EXTRAS} - {check}


@pytest.mark.parametrize("run", [play, look], ids=["gate", "check"])
@pytest.mark.parametrize(
    ("name", "check", "says"),
    [
        ("supabase-url-localhost", "guards.address", "Supabase is at localhost:54321"),
        ("redis-url-with-password", "health.published", "runtime_endpoints.redis_host"),
    ],
)
def test_what_only_a_field_of_a_healthy_document_tells_is_a_warning(run, name, check, says):
    report, _ = run(name)

    warned = [f.summary for f in report.findings if f.outcome is Outcome.WARN and f.check == check]
    assert [says in summary for summary in warned] == [True]


@pytest.mark.parametrize("run", [play, look], ids=["gate", "check"])
def test_nothing_is_told_of_what_is_right_beside_health(run):
    report, _ = run("good")

    told = {f.check: f.outcome for f in report.findings if f.check.startswith("extra.")}
    assert told == {f"extra.{name}": Outcome.PASS for name in EXTRAS}


def test_every_recorded_state_has_its_row():
    assert {*STATES, "prod-2025-12-31", "dev-2025-12-31"} == set(IDS)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*AWAY_STATES, "redis-hanging"])
def test_an_outage_that_the_verifier_sees_as_well_is_no_deployments_doing(name):
    report, world = play(name, database=AWAY_NOW, was_read=True)

    assert (report.verdict, report.exit_code, world.mutations) == (FAILED, 3, [])


@pytest.mark.slow
@pytest.mark.parametrize("name", AWAY_STATES)
def test_a_runner_that_never_reached_the_database_excuses_nothing(name):
    _, world = play(name, database=Unobserved("DATABASE_URL is not set"))

    assert [deployment_id for _, deployment_id in world.mutations] == [BEFORE_ID]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["critical-table-missing-clientes", "redis-down", "prompts-broken"]
)
def test_an_outage_of_the_database_excuses_nothing_else(name):
    _, world = play(name, database=AWAY_NOW, was_read=True)

    assert [deployment_id for _, deployment_id in world.mutations] == [BEFORE_ID]
