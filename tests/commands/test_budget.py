"""How many requests a whole gate makes of Railway's API, which allows few an hour."""

import json
from datetime import timedelta

import httpx
import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, REF, START, answer, sha
from tests.commands.script import FakeClock, Silence
from verifier.commands.gate import Gate
from verifier.commands.no_memory import NoMemory
from verifier.commands.observe import LiveWorld
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.commands.sources import Asked, Sources
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import Service
from verifier.model.evidence import Endpoint, Probe
from verifier.model.finding import NotAsked
from verifier.model.secret import Secret
from verifier.railway.client import RailwayClient
from verifier.railway.token_scope import token_scope
from verifier.railway.transport import Transport

NAMES = ("api", "worker", "scheduler")
SERVICES = [Service(name, f"id-{name}", role=name) for name in NAMES]
DAY = timedelta(days=1)
VARIABLES = {"APP_ENV": "production", "SUPABASE_PROJECT_REF": REF}
URL = "https://api.test"


class SlowRailway:
    """Three services whose commit b is built for `build_s`; commit a had taken `usual_s`."""

    def __init__(self, clock, build_s, usual_s):
        self.clock = clock
        self.build_s = build_s
        self.usual_s = usual_s
        self.asked = []

    def __call__(self, request):
        body = json.loads(request.content)
        name = body["query"].split("(")[0].split("{")[0].split()[-1]
        self.asked.append(name)
        given = {
            "ProjectTokenScope": lambda _: self._scope(),
            "Fleet": self._fleet,
            "DeploymentVariables": lambda variables: {
                alias: {"variables": VARIABLES} for alias in variables
            },
        }[name](body["variables"])
        return httpx.Response(200, json={"data": given})

    def _scope(self):
        services = [{"id": s.id, "name": s.name, "deletedAt": None} for s in SERVICES]
        return {
            "projectToken": {
                "projectId": "p",
                "environmentId": "e",
                "project": {
                    "name": "acme",
                    "services": {
                        "edges": [{"node": s} for s in services],
                        "pageInfo": {"hasNextPage": False},
                    },
                },
                "environment": {"name": "production"},
            }
        }

    def _fleet(self, variables):
        is_live = self.clock.seconds >= self.build_s
        active = "new" if is_live else "old"
        rows = [
            self._row("new", "b", START, self.build_s, "SUCCESS" if is_live else "BUILDING"),
            self._row("old", "a", START - DAY, self.usual_s, "REMOVED" if is_live else "SUCCESS"),
        ]
        instances = [
            {
                "serviceId": service.id,
                "activeDeployments": [{"id": active}],
                "domains": {"serviceDomains": [{"domain": "api.test"}], "customDomains": []},
            }
            for service in SERVICES
        ]
        deployments = {"edges": [{"node": row} for row in rows]}
        return {
            **{alias: deployments for alias in variables if alias.startswith("s")},
            "environment": {"serviceInstances": {"edges": [{"node": n} for n in instances]}},
        }

    def _row(self, id_, commit, created_at, took_s, status):
        return {
            "id": id_,
            "status": status,
            "createdAt": created_at.isoformat(),
            "statusUpdatedAt": (created_at + timedelta(seconds=took_s)).isoformat(),
            "canRollback": True,
            "instances": [{"status": "RUNNING"}],
            "meta": {"commitHash": sha(commit), "imageDigest": f"sha256:{commit}"},
        }


class GoodProber:
    """The application answers well, and says nothing of who it is."""

    def __init__(self, clock):
        self.clock = clock

    def probe(self, endpoint, url, domains):
        given = answer(deployment_id="", commit_sha="")
        return Probe(endpoint, url, given, self.clock.now(), 5)


class NothingShipped:
    def shipped(self, sha):
        return {}

    def expected_versions(self, sha):
        return {}

    def breaking_changes(self, older_sha, sha):
        return NotAsked("no ledger")

    def commits_between(self, older_sha, sha):
        return ()


class NoSecrets:
    def learn(self, variables):
        """Nothing is secret."""

    def hide(self, text):
        return text


class NoNews:
    is_open = False

    def stops(self, deployment_id):
        return 0

    def subscribe(self, deployments, *, limit_s):
        return False


class PromptNews:
    """Tells at once that the deployment has settled, and nothing before."""

    def __init__(self, clock, settled_s):
        self.clock = clock
        self.settled_s = settled_s
        self.followed = set()

    @property
    def is_open(self):
        return bool(self.followed)

    def subscribe(self, deployments, *, limit_s):
        new = {d.id for d in deployments} - self.followed
        self.followed |= new
        return bool(new)

    def stops(self, deployment_id):
        return 0

    def wait(self, seconds):
        left_s = self.settled_s - self.clock.seconds
        is_near = 0 < left_s <= seconds
        self.clock.sleep(left_s if is_near else seconds)
        return is_near


def play(build_s, usual_s, news=None):
    clock = FakeClock()
    railway = SlowRailway(clock, build_s, usual_s)
    http = httpx.Client(transport=httpx.MockTransport(railway))
    transport = Transport(http, "https://railway.test/graphql/v2", clock.now_s)
    scope = token_scope(transport)
    services = [
        Service(s.name, s.id, role=s.role, url=URL if s.name == "api" else "") for s in SERVICES
    ]
    sources = Sources(
        railway=RailwayClient(transport, scope, services),
        prober=GoodProber(clock),
        checkout=NothingShipped(),
        read_database=None,
        database_url=Secret(""),
        asked={"api": Asked({Endpoint.DEEP: "/health/deep"})},
        secrets=NoSecrets(),
        news=PromptNews(clock, build_s) if news else NoNews(),
        clock=clock,
    )
    task = Task(Wanted(commit_sha=sha("b")), LIMITS, POLICY, EXPECTED, "acme / production")
    gate = Gate(LiveWorld(sources), NoMemory("none"), task, clock, Journal(clock, Silence()))
    gate.run()
    return gate.report(), railway, clock


@pytest.mark.parametrize("usual_s", [0, 30, 100, 200, 260, 300, 340, 600])
@pytest.mark.parametrize("build_s", [60, 120, 180, 300])
@pytest.mark.slow
def test_by_polling_what_is_live_is_seen_within_ten_seconds(build_s, usual_s):
    report, railway, clock = play(build_s=build_s, usual_s=usual_s)

    assert report.exit_code == 0
    assert clock.seconds <= build_s + 10 + LIMITS.stable_for_s
    # Every ten seconds and every two around the usual end. Once live, what has no address is
    # asked about each second, for a restart between two looks; eight requests besides.
    assert len(railway.asked) <= build_s / 10 + 10 + LIMITS.stable_for_s + 8, railway.asked


def test_with_news_it_takes_nine_and_no_time_is_lost():
    report, railway, clock = play(build_s=290, usual_s=290, news=True)

    assert report.exit_code == 0
    assert len(railway.asked) <= 9, railway.asked
    assert clock.seconds == 290 + LIMITS.stable_for_s


def test_news_that_never_come_keep_nobody_past_the_limits():
    report, railway, clock = play(build_s=1e9, usual_s=290, news=True)

    assert report.exit_code == 4
    assert clock.seconds <= LIMITS.deadline_s
    assert len(railway.asked) <= 8, railway.asked


@pytest.mark.parametrize("build_s", [3, 10, 40, 120])
def test_a_quick_build_is_seen_soon(build_s):
    report, _, clock = play(build_s=build_s, usual_s=build_s)

    assert report.exit_code == 0
    assert clock.seconds - LIMITS.stable_for_s <= build_s + max(5, build_s / 4)
