"""A Railway of many services with long histories, whose requests a gate's are counted by."""

import re
from dataclasses import replace

import httpx

from tests.builders import EXPECTED, LIMITS, POLICY, START, answer, kept_good, service, sha
from tests.commands.live_gate import LiveSources
from tests.commands.script import BAD, FakeClock, SharedMemory, Silence
from tests.railway.answering import SCOPE, AnsweringRailway, connection, row
from verifier.commands.gate import Gate
from verifier.commands.observe import LiveWorld
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.commands.sources import Asked, Sources
from verifier.decide.gate.arrival import Wanted
from verifier.model.evidence import Endpoint, Probe
from verifier.model.secret import Secret
from verifier.railway.client import RailwayClient

#: What a query calls a service.
_ALIAS = re.compile(r"s\d+")


class WideRailway(AnsweringRailway):
    """So many services, each with so many deployments before the one to be judged."""

    def __init__(self, services, history, now):
        super().__init__(now=now)
        names = ["api", *(f"service-{n}" for n in range(services - 1))]
        self.services = [service(name) for name in names]
        self.own = {s.id: _rows_of(s.name, history) for s in self.services}
        self.is_active = {id_: rows[0]["id"] for id_, rows in self.own.items()}

    def client(self, now_s=lambda: 0.0):
        """Return a client of all its services."""
        scope = replace(SCOPE, service_ids={each.name: each.id for each in self.services})
        return RailwayClient(self.transport(now_s), scope, self.services)

    def active_row(self, name):
        """The row of what answers for a service."""
        return self._find(self.is_active[f"id-{name}"])

    def data(self, name, variables):
        """Return what Railway documents for an operation."""
        aliases = {key: value for key, value in variables.items() if _ALIAS.fullmatch(key)}
        match name:
            case "Fleet":
                rows = {a: self._find(self.is_active[id_]) for a, id_ in aliases.items()}
                up = {f"up_{alias}": connection(found) for alias, found in rows.items()}
                shown = {"environment": {"serviceInstances": self._instances()}}
                return self._pages(aliases, variables) | up | shown
            case "MoreDeployments":
                return self._pages(aliases, variables)
            case "DeploymentVariables":
                return dict.fromkeys(aliases, super().data(name, {})["s0"])
        return super().data(name, variables)

    def _pages(self, aliases, variables):
        first = variables["first"]
        pages = {}
        for alias, id_ in aliases.items():
            at = int(variables.get(f"after_{alias}") or 0)
            rows = self.own[id_]
            is_more = at + first < len(rows)
            shown = rows[at : at + first]
            pages[alias] = connection(*shown, cursor=str(at + first) if is_more else None)
        return pages

    def _instances(self, cursor=None):
        nodes = [
            {
                "serviceId": each.id,
                "activeDeployments": [{"id": self.is_active[each.id]}],
                "domains": {"serviceDomains": [{"domain": f"{each.name}.test"}], "customDomains": []},
            }
            for each in self.services
        ]  # fmt: skip
        return connection(*nodes, cursor=cursor)

    def _find(self, id_):
        return next((r for rows in self.own.values() for r in rows if r["id"] == id_), None)

    def _back(self, what, asked):
        target = self._find(asked["id"])
        owner = next(id_ for id_, rows in self.own.items() if target in rows)
        self.rows = self.own[owner]
        super()._back(what, asked)
        self.rows[0]["id"] = f"back-{owner}"
        self.own[owner] = self.rows
        self.is_active[owner] = self.rows[0]["id"]
        return True


def _rows_of(name, history):
    """The judged deployment, the good one before, and those before that."""
    rows = [row(f"new-{name}", "b", 10), row(f"old-{name}", "a", 0, "REMOVED")]
    earlier = {"createdAt": START.replace(year=START.year - 1).isoformat()}
    rows += [row(f"{n}-{name}", "c", 0, "REMOVED", **earlier) for n in range(history - 2)]
    return rows


class _Rest(LiveSources):
    def probe(self, endpoint, url, domains):
        """Answer as the service that is asked does."""
        serving = self._railway.active_row(httpx.URL(url).host.partition(".")[0])
        doc = BAD if serving["meta"]["commitHash"] == sha("b") else None
        return Probe(endpoint, url, answer(doc=doc, deployment_id=serving["id"]), START, 5)


def requests_of_a_gate(services=1, history=2):
    """Return what Railway was asked, by operation's name, until a bad commit was taken back."""
    clock = FakeClock()
    railway = WideRailway(services, history, clock.now)
    names = [each.name for each in railway.services]
    rest = _Rest(railway, BAD, {})
    sources = Sources(
        railway=railway.client(clock.now_s),
        prober=rest,
        checkout=rest,
        read_database=rest.read_database,
        database_url=Secret("postgresql://db.test/app"),
        asked={name: Asked({Endpoint.DEEP: "/health/deep"}) for name in names},
        secrets=rest,
        news=rest,
        clock=clock,
    )
    task = Task(Wanted(commit_sha=sha("b")), LIMITS, POLICY, EXPECTED, "acme / production")
    memory = SharedMemory(before=kept_good(*names))
    gate = Gate(LiveWorld(sources), memory, task, clock, Journal(clock, Silence()))
    gate.run()
    if int(gate.report().exit_code) != 1:
        raise AssertionError(gate.report())
    return railway.asked
