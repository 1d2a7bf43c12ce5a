"""The line of `verifier doctor` over a set-up in which things are missing."""

from dataclasses import dataclass, field, replace

import pytest

from tests.builders import EXPECTED, START, answer, kept_good, probe, reading
from tests.commands.script import FakeClock
from verifier.commands.doctor import doctor
from verifier.errors import ConfigError, DeniedError, UnreachableError
from verifier.model.database_rights import DatabaseAccess, DatabaseRole, Rights
from verifier.model.deployment import Scope
from verifier.model.evidence import Endpoint, RelationAnswer, SqlAnswer
from verifier.model.finding import NotAsked, Outcome, Unobserved
from verifier.model.migration_ledger import DatabaseObject
from verifier.model.platform import EnvironmentFacts
from verifier.model.secret import Secret
from verifier.model.switch_answer import SwitchAnswer

ROLE_SQL = ("create role reader;",)


class Environment:
    scope = Scope("p", "acme", "e", "production", {"api": "id"})

    def facts(self):
        return EnvironmentFacts("pro", can_access=True, waiting_for_ci=frozenset())

    def records(self):
        return kept_good("api")


class Repository:
    name = "acme/shop"
    token = Secret("ghs_abc")

    def read_deployments(self):
        return []

    def time(self):
        return FakeClock().now()


@dataclass
class Setup:
    """Everything is well, but for `errors`, by the name of the question."""

    errors: dict = field(default_factory=dict)
    rights: object = field(
        default_factory=lambda: DatabaseAccess(
            Rights(DatabaseRole("reader", False, "shop", False, "17", True), (), ()), (), ROLE_SQL
        )
    )
    answers: object = field(default_factory=reading)
    repository: object = field(default_factory=Repository)
    switch: object = NotAsked("no kill switch is configured")
    versions = ("1", "3.11", "Linux", "deploy/verifier.yml")
    environment = "production"
    has_project_token = False
    missing: tuple = ()
    notes: tuple = ()
    can_ask_railway: bool = True
    services = ("api",)
    checkout: object = None
    health_urls = (("api", Endpoint.DEEP, "https://x/health"),)
    extra_urls = ()
    expected = replace(EXPECTED, required_components=())

    def find_environment(self):
        return self._or_error("railway", Environment())

    def probe(self, endpoint, url):
        error = self.errors.get("application")
        return probe(Unobserved(str(error)) if error else answer(deployment_id=""), endpoint)

    def read_rights(self):
        return self._or_error("database", self.rights)

    def shipped(self):
        return {"": self.checkout or NotAsked("no ledger")}

    def expected_versions(self):
        return {"": "1", "billing": self.checkout or NotAsked("none is configured")}

    def ask_database(self):
        return self._or_error("questions", self.answers)

    def ask_pause(self):
        return self._or_error("pause", self.switch)

    def _or_error(self, question, answer):
        if question in self.errors:
            raise self.errors[question]
        return answer


def told(diagnosis):
    return {f.check.removeprefix("doctor."): str(f.outcome) for f in diagnosis.report.findings}


WELL = {
    "versions": "pass",
    "railway": "pass",
    "ready.rights": "pass",
    "baseline": "pass",
    "github": "pass",
    "clock": "pass",
    "application": "pass",
    "database": "pass",
    "grants": "pass",
    "questions": "pass",
}


def test_a_setup_that_is_well():
    diagnosis = doctor(Setup(), FakeClock())

    assert told(diagnosis) == WELL
    assert (diagnosis.report.exit_code, diagnosis.role_sql) == (0, ROLE_SQL)
    assert diagnosis.report.started_at > START


def test_the_file_that_was_read_is_named():
    first = doctor(Setup(), FakeClock()).report.findings[0]

    assert first.summary == "verifier 1 on Python 3.11, Linux; configuration: deploy/verifier.yml"


@pytest.mark.parametrize(
    ("switch", "outcome"),
    [
        (SwitchAnswer(role="pauser", statuses=("on", "off")), "pass"),
        (SwitchAnswer((Unobserved("the constraint refuses 'paused'", "set pause"),)), "fail"),
    ],
)
def test_the_kill_switch_is_asked_where_there_is_one(switch, outcome):
    diagnosis = doctor(Setup(switch=switch), FakeClock())

    assert told(diagnosis) == WELL | {"pause": outcome}
    assert diagnosis.report.exit_code == (0 if outcome == "pass" else 1)


def test_the_kill_switch_is_told_by_what_was_tried_and_what_was_not():
    switch = SwitchAnswer(
        doubts=(Unobserved("the trigger own was not tried", "read what it does"),),
        role="pauser",
        constraints=("status_check",),
        statuses=("pausado", "ativo"),
        reasons=("incident", "INC-1: errors"),
    )

    diagnosis = doctor(Setup(switch=switch), FakeClock())

    doubt, said = (f for f in diagnosis.report.findings if f.check == "doctor.pause")
    assert (doubt.outcome, doubt.summary) == ("warn", "the trigger own was not tried")
    assert said.summary == (
        "pauser may run pause.write and pause.read with the statuses pausado and ativo, and "
        "status_check would allow them. Asked with the reasons: incident; INC-1: errors. "
        "Nothing was written"
    )
    assert diagnosis.report.exit_code == 0


def test_a_kill_switch_that_cannot_be_asked_is_told():
    diagnosis = doctor(
        Setup({"pause": DeniedError("no login")}, switch=SwitchAnswer()), FakeClock()
    )

    assert told(diagnosis)["pause"] == "fail"


@pytest.mark.parametrize(
    ("records", "outcome"),
    [
        pytest.param(kept_good("api"), "pass", id="seen-good"),
        pytest.param((), "warn", id="nothing-kept"),
        pytest.param(kept_good("worker"), "warn", id="another-service-alone"),
        pytest.param((replace(kept_good("api")[0], seen=None),), "warn", id="an-older-format"),
    ],
)
def test_whether_there_is_a_baseline_is_told(records, outcome, monkeypatch):
    monkeypatch.setattr(Environment, "records", lambda _: records)

    diagnosis = doctor(Setup(), FakeClock())

    assert told(diagnosis)["baseline"] == outcome
    assert diagnosis.report.exit_code == 0


def test_what_the_environment_lacks_is_told_beside_what_can_be_asked():
    setup = Setup(missing=("found no token", "found no SECRET"), can_ask_railway=False)

    diagnosis = doctor(setup, FakeClock())

    asked = {name: "pass" for name in WELL if name not in ("railway", "ready.rights", "baseline")}
    assert told(diagnosis) == {**asked, "environment": "fail"}
    assert [f.summary for f in diagnosis.report.findings[1:3]] == [
        "found no token",
        "found no SECRET",
    ]
    assert diagnosis.report.exit_code == 1


@pytest.mark.parametrize("question", ["railway", "application", "database"])
def test_what_does_not_answer_hides_nothing_else(question):
    diagnosis = doctor(Setup({question: UnreachableError("no answer")}), FakeClock())

    expected = "warn" if question == "application" else "fail"
    others = {name: outcome for name, outcome in told(diagnosis).items() if name != question}
    assert told(diagnosis)[question] == expected
    assert others.items() <= WELL.items()


def test_a_configuration_that_does_not_fit_keeps_its_hint():
    error = ConfigError("no such service", hint="name another")

    diagnosis = doctor(Setup({"railway": error}), FakeClock())

    assert (diagnosis.report.exit_code, diagnosis.report.advice) == (1, ("name another",))


def test_what_a_gate_would_not_find_in_the_checkout_is_told():
    missing = Unobserved("this checkout has no plain migrations", "set ledger.path")

    diagnosis = doctor(Setup(checkout=missing), FakeClock())

    failed = {f.summary: f.hint for f in diagnosis.report.findings if f.outcome.condemns}
    assert failed == {
        f"a gate could not read the {what}: this checkout has no plain migrations": "set ledger.path"
        for what in ("migrations of this checkout", "expected version of this checkout (billing)")
    }
    assert diagnosis.report.exit_code == 1


def test_a_clock_is_not_compared_with_a_github_that_refuses():
    repository = Repository()
    repository.read_deployments = refuse

    diagnosis = doctor(Setup(repository=repository), FakeClock())

    assert told(diagnosis)["github"] == "fail"
    assert "clock" not in told(diagnosis)


def refuse():
    raise DeniedError("bad credentials")


def test_no_database_is_asked_where_nothing_reads_one():
    diagnosis = doctor(Setup(rights=NotAsked("nothing reads one")), FakeClock())

    assert "database" not in told(diagnosis)
    assert diagnosis.role_sql == ()


def test_a_run_without_github_is_told():
    lacking = NotAsked("GITHUB_SHA is not set")
    diagnosis = doctor(Setup(repository=lacking), FakeClock())

    rows = {f.check: f for f in diagnosis.report.findings}
    row, records = rows["doctor.github"], rows["doctor.baseline"]
    assert row.summary == "GITHUB_SHA is not set: no records are kept between runs"
    assert records.summary == ("the records of earlier runs were not read (GITHUB_SHA is not set)")
    assert row.hint == records.hint == "export GITHUB_SHA=$(git rev-parse HEAD)"
    assert row.outcome is records.outcome is Outcome.WARN


HIDDEN = Unobserved("row level security may hide rows", "create policy …")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        pytest.param({"markers": {}, "hidden_markers": HIDDEN}, "the markers", id="hidden-rows"),
        pytest.param({"markers": HIDDEN}, "the markers", id="no-grant"),
        pytest.param({"ledgers": {"main": HIDDEN}}, "the ledger main", id="ledger"),
        pytest.param(
            {"relations": (RelationAnswer("users", "table", unseen=HIDDEN),)},
            "the table users",
            id="hidden-table",
        ),
        pytest.param(
            {"relations": (RelationAnswer("users", "table", "it does not exist"),)},
            "the table users",
            id="missing-table",
        ),
        pytest.param({"objects": HIDDEN}, "the required objects", id="objects"),
        pytest.param(
            {"objects": {DatabaseObject("extension", "x"): False}}, "the extension x", id="object"
        ),
        pytest.param({"sql_answers": {"beat": HIDDEN}}, "the probe beat", id="probe"),
    ],
)
def test_a_question_that_the_role_cannot_answer_is_told_before_a_gate_asks_it(changes, what):
    diagnosis = doctor(Setup(answers=reading(**changes)), FakeClock())

    (found,) = [f for f in diagnosis.report.findings if f.check == "doctor.questions"]
    assert (str(found.outcome), found.summary.split(":")[0]) == ("fail", what)
    assert found.hint
    assert diagnosis.report.exit_code == 1


def test_answers_that_are_there_are_enough():
    answers = reading(
        sql_answers={"beat": SqlAnswer("1")}, relations=(RelationAnswer("users", "table"),)
    )

    assert told(doctor(Setup(answers=answers), FakeClock())) == WELL


def test_a_place_of_identity_that_no_response_has_is_told():
    setup = Setup()
    setup.expected = replace(Setup.expected, identity=("build.commit",))
    setup.probe = lambda endpoint, url: probe(
        answer(deployment_id="", unnamed_at=("build.commit",)), endpoint
    )

    found = [
        f for f in doctor(setup, FakeClock()).report.findings if f.check == "doctor.application"
    ]

    assert [f.outcome.value for f in found] == ["pass", "warn"]
    assert "build.commit" in found[-1].summary
