"""What is asked for the evidence of one moment, how often, and what becomes of bad answers."""

import threading
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from tests.builders import (
    START,
    answer,
    deployment,
    document,
    old,
    reading,
    sha,
    state,
)
from tests.commands.script import FakeClock
from tests.patience import PATIENCE_S
from verifier.commands.observe import LiveWorld
from verifier.commands.sources import Asked, Sources
from verifier.errors import DeniedError, ProviderError, UnreachableError
from verifier.model.deployment import DeploymentStatus
from verifier.model.evidence import (
    Endpoint,
    HealthStatus,
    Origin,
    Probe,
    ShippedMigrations,
    Subject,
    Variables,
)
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.migration_ledger import Migration
from verifier.model.secret import Secret
from verifier.model.verdict import Wait

DOWN = UnreachableError("HTTP 502")
DENIED = DeniedError("Not Authorized")
HANGS = "hangs"
CRITICAL = answer(doc=document(HealthStatus.CRITICAL, "CRITICAL"))
PATHS = {Endpoint.LIVE: "/health", Endpoint.DEEP: "/health/deep"}
OURS = "postgresql://reader:secret@db.test/app?sslmode=require"


class Script:
    """
    Every source in one object that writes down what it is asked, in order.

    `says` holds what a source returns, by its name: an exception is raised, `HANGS` never ends,
    a function is called with what was asked.
    """

    def __init__(self, says):
        self.clock = FakeClock()
        self.says = {"database": reading(), "variables": self._own_variables, **says}
        self.asked = []
        self.never = threading.Event()

    def _take(self, source, *details):
        self.asked.append((source, *details))
        found = self.says.get(source)
        if found == HANGS:
            self.never.wait()
        if isinstance(found, Exception):
            raise found
        return found(*details) if callable(found) else found

    def count(self, source):
        return sum(row[0] == source for row in self.asked)

    @staticmethod
    def _own_variables(judged):
        return {name: Variables({"ID": id_}, of_this_deployment=True) for name, id_ in judged}

    def budget(self):
        return self.says.get("budget")

    def states(self, names, *, partial):
        return self._take("states", tuple(names))

    def ahead_s(self):
        return self.says.get("ahead")

    def fleet(self, *, partial):
        return self._take("fleet")

    def history(self, *, partial):
        return self._take("history")

    def variables(self, judged):
        return self._take("variables", tuple(judged.items()))

    def logged_requests(self, deployment_id, request_ids):
        return self._take("request log", deployment_id, tuple(request_ids)) or frozenset()

    def probe(self, endpoint, url, domains):
        found = self._take("probe", url)
        return Probe(endpoint, url, found or answer(), START, 5)

    def read_database(self):
        return self._take("database")

    def shipped(self, commit):
        return self._take("shipped", commit) or {}

    def expected_versions(self, commit):
        return self._take("expected versions", commit) or {}

    def learn(self, variables):
        self.asked.append(("learn", dict(variables)))

    def stops(self, deployment_id):
        return self.says.get("stops", 0)

    def subscribe(self, deployments, *, limit_s):
        return self._take("subscribe", frozenset(d.id for d in deployments))

    @property
    def is_open(self):
        return bool(self.says.get("news"))

    def wait(self, seconds):
        return self._take("news", seconds)


@dataclass
class Case:
    """One look at services whose `new` deployment is judged."""

    services: dict = field(default_factory=lambda: {"api": state(deployment(), old())})
    judged: dict = field(default_factory=lambda: {"api": deployment()})
    subject: Subject = Subject.JUDGED
    with_database: bool = True
    within_s: float = 60
    says: dict = field(default_factory=dict)
    asked: Asked = field(default_factory=lambda: Asked(PATHS))
    script: Script = None
    world: LiveWorld = None

    def __post_init__(self):
        self.script = script = Script({"fleet": self.services, **self.says})
        self.world = LiveWorld(
            Sources(
                railway=script,
                prober=script,
                checkout=script,
                read_database=script.read_database if self.with_database else None,
                database_url=Secret(OURS),
                asked={name: self.asked for name in self.services},
                secrets=script,
                news=script,
                clock=script.clock,
            )
        )

    def look(self):
        """Return the evidence of a look."""
        return self.world.observe(self.judged, self.services, self.subject, self.within_s).evidence


def look(**case):
    given = Case(**case)
    return given.look(), given.script


#: A look that ends before a source that hangs.
A_MOMENT_S = 1.0


def urls(script):
    return sorted(row[1] for row in script.asked if row[0] == "probe")


RUNNING = ("RUNNING",)
LIVE_URL, DEEP_URL = "https://api.test/health", "https://api.test/health/deep"


@pytest.mark.parametrize(
    ("instances", "deep"),
    [
        pytest.param((), 1, id="none-listed"),
        pytest.param(RUNNING, 1, id="one"),
        pytest.param(RUNNING * 3, 5, id="so-often-that-three-looks-meet-each"),
        pytest.param((*RUNNING * 2, "EXITED", "CREATED"), 3, id="those-that-run"),
        pytest.param(RUNNING * 10, 22, id="ten"),
        pytest.param(RUNNING * 40, 24, id="no-more-at-once"),
    ],
)
def test_each_endpoint_is_asked_once_and_in_depth_so_often_that_all_are_met(instances, deep):
    judged = deployment(instances=instances)

    evidence, script = look(services={"api": state(judged, old())}, judged={"api": judged})

    assert urls(script) == [LIVE_URL, *[DEEP_URL] * deep]
    assert len(evidence.services[0].probes) == 1 + deep


def test_a_service_without_an_address_and_one_that_is_not_judged_are_not_asked():
    services = {
        "api": state(deployment(), old()),
        "worker": state(deployment(), old(), name="worker", role="worker", url=""),
        "other": state(old(), name="other"),
    }
    judged = {"api": deployment(), "worker": deployment()}

    evidence, script = look(services=services, judged=judged)

    assert urls(script) == [LIVE_URL, DEEP_URL]
    assert [(s.service.name, len(s.probes)) for s in evidence.services] == [
        ("api", 2),
        ("worker", 0),
    ]


def test_railway_is_read_once_after_the_questions_and_the_earlier_reading_is_the_callers():
    later = {"api": state(deployment(instances=("CRASHED",)), old())}
    case = Case(says={"fleet": later})

    observation = case.world.observe(case.judged, case.services, Subject.JUDGED, 60)

    (service,) = observation.evidence.services
    assert case.script.count("fleet") == 1
    first_reading = case.script.asked.index(("fleet",))
    asked_before = {row[0] for row in case.script.asked[:first_reading]}
    assert {"probe", "database", "variables"} <= asked_before
    assert service.before == case.services["api"]
    assert (service.after, observation.after) == (later["api"], later)


def test_the_time_of_the_evidence_is_that_of_its_end():
    case = Case()
    case.script.says["fleet"] = lambda: (case.script.clock.sleep(7), case.services)[1]

    assert case.look().at == START + timedelta(hours=1, seconds=7)


def test_responses_in_depth_are_counted_over_all_looks():
    case = Case(says={"probe": lambda url: None if url.endswith("deep") else answer()})
    judged = deployment(instances=("RUNNING",) * 3)
    fleet = {"api": state(judged, old())}

    looks = [case.world.observe({"api": judged}, fleet, Subject.JUDGED, 60) for _ in range(2)]

    assert [look.evidence.services[0].responses for look in looks] == [5, 10]


@pytest.mark.parametrize("error", [DOWN, DENIED], ids=["down", "denied"])
def test_a_second_reading_of_railway_that_fails_is_no_evidence_at_all(error):
    with pytest.raises(ProviderError, match=error.message):
        look(says={"fleet": error})


@pytest.mark.parametrize("source", ["database", "variables", "request log"])
@pytest.mark.parametrize("error", [DOWN, DENIED], ids=["down", "denied"])
def test_a_source_that_fails_is_unobserved_and_costs_no_other_one(source, error):
    unnamed = {"probe": lambda url: answer(deployment_id="")}
    services = {"api": state(deployment(), old(status=DeploymentStatus.REMOVING))}

    evidence, script = look(services=services, says={**unnamed, source: error})

    (service,) = evidence.services
    failed = Unobserved(error.message)
    assert evidence.database == (failed if source == "database" else reading())
    own = Variables({"ID": "new"}, of_this_deployment=True)
    assert service.variables == (failed if source == "variables" else own)
    assert script.count("request log") == 1
    assert len(service.probes) == 2


def test_a_probe_that_saw_nothing_stays_what_it_is():
    evidence, _ = look(says={"probe": lambda url: Unobserved("no connection")})

    assert {p.answer for p in evidence.services[0].probes} == {Unobserved("no connection")}


@pytest.mark.parametrize(
    "hanging",
    [
        "database",
        pytest.param("variables", marks=pytest.mark.slow),
        pytest.param("probe", marks=pytest.mark.slow),
    ],
)
def test_a_source_that_hangs_is_unobserved_in_time(hanging):
    evidence, script = look(says={hanging: HANGS}, within_s=A_MOMENT_S)

    (service,) = evidence.services
    late = Unobserved("no answer in time")
    assert evidence.database == (late if hanging == "database" else reading())
    assert (service.variables == late) == (hanging == "variables")
    assert [p.answer for p in service.probes] == [late if hanging == "probe" else answer()] * 2
    assert {p.url for p in service.probes} == {LIVE_URL, DEEP_URL}
    assert script.count("fleet") == 1


@pytest.mark.parametrize(
    ("subject", "ends"),
    [
        pytest.param(Subject.JUDGED, True, id="judged"),
        pytest.param(Subject.RESTORED, False, id="restored"),
        pytest.param(Subject.BEFORE, False, id="before", marks=pytest.mark.slow),
    ],
)
def test_a_critical_answer_ends_the_waiting_where_a_verdict_hangs_on_it(subject, ends):
    says = {
        "probe": lambda url: CRITICAL if url == DEEP_URL else answer(),
        "database": HANGS,
        "variables": HANGS,
    }

    evidence, script = look(subject=subject, says=says, within_s=A_MOMENT_S)

    (service,) = evidence.services
    decided = NotAsked("skipped: another answer had already decided")
    late = Unobserved("no answer in time")
    assert evidence.database == (decided if ends else late)
    by_url = {p.url: p.answer for p in service.probes}
    assert by_url == {LIVE_URL: answer(), DEEP_URL: CRITICAL}
    assert script.count("fleet") == 1


def test_an_instance_is_asked_one_thing_at_a_time_and_first_whether_it_lives():
    let_go = threading.Event()
    asked = []

    def frozen_by_what_is_asked_in_depth(url):
        asked.append(url)
        if url == DEEP_URL:
            let_go.wait()
        return answer()

    case = Case(says={"probe": frozen_by_what_is_asked_in_depth}, within_s=A_MOMENT_S)
    first, second = case.look(), case.look()
    while_frozen = list(asked)
    let_go.set()
    case.within_s = 60
    third = case.look()

    late = Unobserved("no answer in time")
    assert while_frozen == [LIVE_URL, DEEP_URL]
    assert [p.answer for p in first.services[0].probes] == [answer(), late]
    assert [p.answer for p in second.services[0].probes] == [late, late]
    assert [p.answer for p in third.services[0].probes] == [answer()] * 2


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(answer(doc=document(HealthStatus.BAD, "unhealthy")), id="bad"),
        pytest.param(answer(doc=Unobserved("HTML")), id="no-document"),
        pytest.param(Unobserved("no connection"), id="nothing-seen"),
    ],
)
def test_nothing_less_than_critical_ends_the_waiting(given):
    answered = threading.Event()

    def probed(url):
        answered.set()
        return given

    def slow_database():
        answered.wait(PATIENCE_S)
        return reading()

    evidence, _ = look(says={"probe": probed, "database": slow_database})

    assert evidence.database == reading()


def test_what_served_before_is_asked_for_its_variables_as_well():
    evidence, script = look(subject=Subject.BEFORE)

    assert script.count("variables") == script.count("learn") == 1
    assert isinstance(evidence.services[0].variables, Variables)
    assert evidence.subject is Subject.BEFORE


def test_without_a_check_of_the_database_it_is_not_read():
    evidence, script = look(with_database=False)

    assert script.count("database") == 0
    assert evidence.database == NotAsked("no database check is configured")


def test_variables_are_read_once_a_deployment():
    case = Case()
    case.look()
    case.look()
    restored = deployment("back", minute=20)
    case.judged = {"api": restored}
    case.services["api"] = state(restored, deployment())

    evidence = case.look()

    asked = [row[1] for row in case.script.asked if row[0] == "variables"]
    assert asked == [(("api", "new"),), (("api", "back"),)]
    assert evidence.services[0].variables.values == {"ID": "back"}


def test_variables_that_were_not_read_are_asked_for_again():
    case = Case(says={"variables": DOWN})
    case.look()
    case.script.says["variables"] = Script._own_variables

    assert case.look().services[0].variables.values == {"ID": "new"}


def test_secrets_are_learnt_before_anything_else_is_done_with_an_answer():
    def wait_for_probes(judged):
        probed.wait(PATIENCE_S)
        return Script._own_variables(judged)

    probed = threading.Event()
    unnamed = {"probe": lambda url: (probed.set(), answer(deployment_id=""))[1]}
    services = {"api": state(deployment(), old(status=DeploymentStatus.REMOVING))}

    _, script = look(services=services, says={**unnamed, "variables": wait_for_probes})

    learnt = script.asked.index(("learn", {"ID": "new"}))
    later = [row[0] for row in script.asked[learnt + 1 :]]
    assert {"fleet", "request log"} <= set(later)


TWO_DOMAINS = {"api": state(deployment(), old(), domains=("api.test", "*.acme.com", "acme.com"))}


@pytest.mark.parametrize(
    ("subject", "asked"), [(Subject.JUDGED, 1), (Subject.BEFORE, 0), (Subject.RESTORED, 0)]
)
def test_what_is_judged_is_asked_at_its_other_address_as_well(subject, asked):
    evidence, script = look(services=TWO_DOMAINS, subject=subject)

    assert script.asked.count(("probe", "https://acme.com/health")) == asked
    (service,) = evidence.services
    assert [p.url for p in service.elsewhere] == ["https://acme.com/health"] * asked
    assert {p.url for p in service.probes} == {
        "https://api.test/health",
        "https://api.test/health/deep",
    }


def test_an_address_that_gave_no_answer_is_not_waited_for_twice():
    def probed(url):
        return Unobserved("no answer") if "acme" in url else answer()

    case = Case(services=TWO_DOMAINS, says={"probe": probed})

    seen = [case.look().services[0].elsewhere for _ in range(2)]

    assert [[p.answer for p in probes] for probes in seen] == [[Unobserved("no answer")]] * 2
    assert case.script.asked.count(("probe", "https://acme.com/health")) == 1


ALONE = (deployment(), old())
BESIDE_OLD = (deployment(), old(status=DeploymentStatus.REMOVING))


@pytest.mark.parametrize(
    ("given", "deployments", "asked"),
    [
        pytest.param(answer(deployment_id=""), BESIDE_OLD, True, id="unnamed"),
        pytest.param(answer(), BESIDE_OLD, False, id="names-its-deployment"),
        pytest.param(answer(deployment_id=""), ALONE, False, id="nothing-else-could-answer"),
        pytest.param(
            answer(deployment_id="", request_id=""), BESIDE_OLD, False, id="not-through-the-edge"
        ),
        pytest.param(
            answer(502, deployment_id="", origin=Origin.EDGE), BESIDE_OLD, False, id="the-edge's"
        ),
        pytest.param(
            answer(deployment_id="", origin=Origin.CACHE), BESIDE_OLD, False, id="a-cache's"
        ),
        pytest.param(Unobserved("no connection"), BESIDE_OLD, False, id="no-answer"),
    ],
)
def test_the_request_log_is_asked_only_of_answers_that_do_not_name_themselves(
    given, deployments, asked
):
    says = {"probe": lambda url: given, "request log": frozenset({"request"})}

    evidence, script = look(services={"api": state(*deployments)}, says=says)

    rows = [row for row in script.asked if row[0] == "request log"]
    assert rows == ([("request log", "new", ("request", "request"))] if asked else [])
    assert evidence.services[0].logged_requests == ({"request"} if asked else frozenset())


@pytest.mark.parametrize(
    ("theirs", "matches"),
    [
        pytest.param({"DATABASE_URL": OURS}, True, id="the-same"),
        pytest.param(
            {"DATABASE_URL": "postgres://app:other@DB.test:5432/app?sslmode=require"},
            True,
            id="another-role-and-the-usual-port",
        ),
        pytest.param({"DATABASE_URL": OURS.replace("db.test", "dev.test")}, False, id="host"),
        pytest.param({"DATABASE_URL": OURS.replace("/app", "/other")}, False, id="database"),
        pytest.param({"DATABASE_URL": OURS.replace("test/", "test:6543/")}, False, id="port"),
        pytest.param(
            {"DATABASE_URL": OURS.replace("sslmode=require", "options=-csearch_path%3Dx")},
            False,
            id="settings",
        ),
        pytest.param({"DATABASE_URL": "postgresql://[nonsense"}, False, id="no-address"),
        pytest.param({"DATABASE_URL": ""}, False, id="empty"),
        pytest.param({}, False, id="none"),
    ],
)
def test_a_services_database_is_ours_only_where_both_addresses_say_so(theirs, matches):
    says = {"variables": {"api": Variables(theirs, of_this_deployment=True)}}

    evidence, _ = look(says=says)

    assert evidence.database_url_matches == {"api": matches}


def test_a_database_that_nobody_could_compare_is_not_ours():
    evidence, _ = look(says={"variables": DENIED})

    assert evidence.database_url_matches == {"api": False}


def test_the_checkout_is_asked_of_each_judged_commit_once():
    def shipped(commit):
        return {"": ShippedMigrations((Migration("1", "one"),))}

    services = {name: state(deployment(), old(), name=name) for name in ("api", "worker", "third")}
    judged = {
        "api": deployment(),
        "worker": deployment(),
        "third": deployment(commit="c"),
    }

    evidence, script = look(services=services, judged=judged, says={"shipped": shipped})

    for source in ("shipped", "expected versions"):
        assert [row[1] for row in script.asked if row[0] == source] == [sha("b"), sha("c")]
    assert evidence.shipped == {"": ShippedMigrations((Migration("1", "one"),))}


@pytest.mark.parametrize(
    ("is_open", "is_read", "at_most_s", "expected_s"),
    [
        pytest.param(True, True, 900, 300, id="news-and-read-since"),
        pytest.param(True, True, 60, 60, id="news-and-little-time-left"),
        pytest.param(True, False, 900, 2, id="a-change-may-have-been-missed"),
        pytest.param(False, True, 900, 2, id="no-news"),
    ],
)
def test_railway_is_left_alone_only_while_its_news_can_be_trusted(
    is_open, is_read, at_most_s, expected_s
):
    case = Case(says={"news": is_open, "subscribe": True})
    case.world.subscribe([deployment()])
    if is_read:
        case.world.fleet()

    assert case.world.patience_s(Wait(2, at_most_s)) == expected_s


def test_one_reading_answers_all_news_that_came_before_it():
    case = Case(says={"news": True})
    told = iter([True, True, False])
    case.script.wait = lambda seconds: next(told) if seconds == 0 else False

    case.world.fleet()

    assert list(told) == []
    assert case.script.count("fleet") == 1


@pytest.mark.parametrize("is_open", [True, False], ids=["news", "no-news"])
def test_waiting_ends_with_news_where_there_are_some(is_open):
    case = Case(says={"news": is_open})

    assert case.world.wait(5) is is_open
    assert case.script.clock.seconds == (0 if is_open else 5)
    assert case.script.count("news") == is_open


@pytest.mark.parametrize(
    ("worker", "since_minute"),
    [
        pytest.param(deployment("w", minute=5), 5, id="another-service-served-newer-code"),
        pytest.param(deployment("w", minute=15), 0, id="later-than-what-is-judged"),
        pytest.param(
            deployment("w", minute=5, status=DeploymentStatus.FAILED), 0, id="never-served"
        ),
    ],
)
def test_what_served_before_is_looked_for_in_every_service(worker, since_minute):
    services = {"api": state(deployment(), old()), "worker": state(worker, name="worker")}

    seen, _ = look(services=services)

    assert seen.served_since == START + timedelta(minutes=since_minute)
