"""Six stacks: the file that init writes, unedited, is read by doctor and by a gate."""

import json

import httpx
import pytest

from tests.builders import LIMITS, POLICY, deployment, evidence, old, service_evidence
from tests.commands.script import FakeClock, ScriptedWorld, SharedMemory, Silence
from tests.decide.test_health_stacks import STACKS
from verifier.checks.health_setup import check_health_path
from verifier.commands.gate import Gate
from verifier.commands.init import init
from verifier.commands.ports import Journal, Observation
from verifier.commands.run_state import Task
from verifier.config.gate_terms import expectations_of
from verifier.config.settings import load_text
from verifier.decide.gate.arrival import Wanted
from verifier.guarded.path_survey import survey
from verifier.guarded.probe import IdentityPaths, Prober
from verifier.model.checkout_facts import NO_FACTS
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.deployment import Scope
from verifier.model.finding import NotAsked, Outcome
from verifier.model.health_survey import ServedService
from verifier.model.verdict import VerdictWord
from verifier.wiring.connect import asked_of

OLD = old("old", status=Status.SUCCESS, instances=("RUNNING",))
GONE = old("old", instances=("REMOVED",))
NEW = deployment("new")
NONE = NotAsked("nothing is configured")
URL = "https://api.test"


def application(answers):
    """A client of an application that answers so, through Railway's edge."""
    count = iter(range(10_000))

    def handle(request):
        code, kind, body = answers.get(request.url.path, (404, "text/html", "<h1>Not Found</h1>"))
        data = body if isinstance(body, str) else json.dumps(body)
        headers = {"content-type": kind, "x-railway-request-id": f"r{next(count)}"}
        return httpx.Response(code, headers=headers, text=data)

    return httpx.Client(transport=httpx.MockTransport(handle))


class Environment:
    scope = Scope("p", "acme", "e", "production", {"api": "1"})

    def __init__(self, stack):
        self.stack = stack

    def variables(self, service):
        return {}

    def served(self):
        return {"api": ServedService(URL, self.stack.first, None)}

    def survey(self, url, paths):
        return survey(application(self.stack.good), url, paths)


class Project:
    def tool(self):
        return ""

    def script(self, path):
        return None

    def read(self, path):
        return None

    def workflows(self):
        return ()

    def facts(self):
        return NO_FACTS

    def health_path(self):
        return ""

    def branch(self):
        return "main"


class StackWorld(ScriptedWorld):
    """The old deployment answers as the stack does when all is well, the new one as `answers`."""

    clients: dict
    asked: object

    def observe(self, judged, before, subject, within_s):
        services = [
            service_evidence(
                *self.probes(self.clients[d.id]), judged=d, before=before[name], variables=NONE
            )
            for name, d in judged.items()
        ]
        seen = evidence(
            *services,
            subject=subject,
            at=self.clock.now(),
            database=NONE,
            shipped={"": NONE},
            expected_versions={"": NONE},
        )
        return Observation(seen, self._read())

    def probes(self, client):
        prober = Prober(client, IdentityPaths((), ()), self.clock.now)
        paths = self.asked.paths.items()
        return [prober.probe(endpoint, URL + path) for endpoint, path in paths]


def written(stack, rollback="plan"):
    """The configuration that init writes, with nothing edited but what a failure may do."""
    proposal, _ = init(Environment(stack), Project(), "acme/verifier@abc")
    text = proposal.files[".github/verifier.yml"].replace("rollback: plan", f"rollback: {rollback}")
    return load_text(text, "verifier.yml")


def gate(stack, answers, rollback="plan"):
    config = written(stack, rollback)
    clock = FakeClock()
    world = StackWorld(
        clock,
        deployments={"api": [deployment("new", status=Status.BUILDING, instances=()), OLD]},
        active={"api": ("old",)},
        at={30.0: lambda world: world.show("api", NEW, GONE, active=("new",))},
    )
    world.clients = {"old": application(stack.good), "new": application(answers)}
    world.asked = asked_of(config)["api"]
    wanted = Wanted(commit_sha=NEW.commit_sha)
    task = Task(wanted, LIMITS, POLICY, expectations_of(config), "acme / production", "gate")
    run = Gate(world, SharedMemory(before=()), task, clock, Journal(clock, Silence()))
    run.run()
    return run.report(), world


@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
def test_doctor_is_content_with_the_file_as_it_stands(stack):
    config = written(stack)
    expected, asked = expectations_of(config), asked_of(config)["api"]
    prober = Prober(application(stack.good), IdentityPaths((), ()), FakeClock().now)

    told = [
        finding
        for endpoint, path in asked.paths.items()
        for finding in check_health_path(
            "api",
            prober.probe(endpoint, URL + path),
            expected.required_of("api"),
            expected.answer_of("api", endpoint),
        )
    ]

    assert asked.paths
    assert {f.outcome for f in told} == {Outcome.PASS}


@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
def test_a_good_deploy_passes(stack):
    report, world = gate(stack, stack.good)

    assert (report.verdict, report.exit_code, world.mutations) == (VerdictWord.PASSED, 0, [])


@pytest.mark.slow
@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
def test_a_bad_deploy_is_rolled_back(stack):
    report, world = gate(stack, stack.bad, "auto")

    assert report.verdict is VerdictWord.FAILED, report.reason
    assert [deployment_id for _, deployment_id in world.mutations] == ["old"]
