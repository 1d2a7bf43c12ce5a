"""A gate over the client of Railway and a world of sources, each of which a test can break."""

from tests.builders import EXPECTED, LIMITS, POLICY, START, answer, reading, sha
from tests.commands.script import FakeClock, SharedMemory, Silence
from tests.railway.answering import AnsweringRailway
from verifier.commands.gate import Gate
from verifier.commands.observe import LiveWorld
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.commands.sources import Asked, Sources
from verifier.decide.gate.arrival import Wanted
from verifier.model.evidence import Endpoint, Probe
from verifier.model.secret import Secret


class LiveSources:
    """
    Every source but Railway: what runs commit b answers as `bad` says, everything else is well.

    What stands in `breaks` by the name of a method is raised there.
    """

    def __init__(self, railway, bad, breaks):
        self._railway, self._bad, self._breaks = railway, bad, breaks

    def _ask(self, source, found):
        if source in self._breaks:
            raise self._breaks[source]
        return found

    def probe(self, endpoint, url, domains):
        serving = self._railway.serving
        is_judged = serving["meta"]["commitHash"] == sha("b")
        told = answer(doc=self._bad if is_judged else None, deployment_id=serving["id"])
        return self._ask("probe", Probe(endpoint, url, told, START, 5))

    def read_database(self):
        return self._ask("read_database", reading())

    def shipped(self, commit):
        return self._ask("shipped", {})

    def expected_versions(self, commit):
        return self._ask("expected_versions", {})

    def breaking_changes(self, older, newer):
        return self._ask("breaking_changes", ())

    def commits_between(self, older, newer):
        return self._ask("commits_between", ())

    def learn(self, variables):
        self._ask("learn", None)

    def hide(self, text):
        return self._ask("hide", text)

    @property
    def is_open(self):
        return "wait" in self._breaks

    def stops(self, deployment_id):
        return 0

    def subscribe(self, deployments, *, limit_s):
        return self._ask("subscribe", False)

    def wait(self, seconds):
        return self._ask("wait", False)


def run_live(bad=None, breaks=None, wrong=None, from_time=1):
    """
    Run a gate and return its exit code, verdict, rollback and what Railway was asked to change.

    `wrong` are answers of Railway by operation, given from the `from_time`-th question on.
    """
    clock = FakeClock()
    railway = AnsweringRailway(now=clock.now)
    for operation, answered in (wrong or {}).items():
        railway.break_operation(operation, answered, from_time)
    rest = LiveSources(railway, bad, breaks or {})
    sources = Sources(
        railway=railway.client(clock.now_s),
        prober=rest,
        checkout=rest,
        read_database=rest.read_database,
        database_url=Secret("postgresql://db.test/app"),
        asked={"api": Asked({Endpoint.DEEP: "/health/deep"})},
        secrets=rest,
        news=rest,
        clock=clock,
    )
    task = Task(Wanted(commit_sha=sha("b")), LIMITS, POLICY, EXPECTED, "acme / production")
    gate = Gate(LiveWorld(sources), SharedMemory(), task, clock, Journal(clock, Silence()))
    gate.run()
    report = gate.report()
    undone = report.services[0].rollback if report.services else None
    outcome = undone.outcome if undone else None
    return report.exit_code, report.verdict, outcome, tuple(railway.mutations)
