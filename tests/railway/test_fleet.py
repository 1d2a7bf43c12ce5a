"""Many services in few requests, one of them gone, long histories, and named services alone."""

import json
import math
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.builders import service
from verifier.errors import DeniedError, UnreachableError
from verifier.model.deployment import MAY_ANSWER, Scope
from verifier.railway.client import RailwayClient
from verifier.railway.transport import Transport

START = datetime(2026, 1, 1, tzinfo=UTC)


class Project:
    """A project of `count` services; `rows` deployments each, of which `skipped` are skipped."""

    def __init__(self, count=1, rows=3, skipped=(), instance_page=500, active=1):
        names = [f"svc{index}" for index in range(count)]
        self.ids = {name: f"id-{name}" for name in names}
        self.rows, self.skipped = rows, skipped
        self.instance_page, self.active = instance_page, active
        self.gone, self.nulls, self.broken = set(), set(), ""
        self.up, self.filters = {}, True
        self.asked, self.sizes = [], []

    def client(self):
        http = httpx.Client(transport=httpx.MockTransport(self))
        scope = Scope("p", "acme", "e", "production", self.ids)
        services = [replace(service(), name=name, id=id_) for name, id_ in self.ids.items()]
        return RailwayClient(Transport(http, "https://railway.test/graphql/v2"), scope, services)

    def __call__(self, request):
        body = json.loads(request.content)
        query, given = body["query"], body["variables"]
        aliases = {a: given[a] for a in given if re.fullmatch(r"s[0-9]+", a)}
        self.asked.append([query.split("(")[0].split()[-1], len(aliases), given.get("first")])
        refused = [alias for alias, id_ in aliases.items() if id_ in self.gone]
        if refused or self.broken:
            message = self.broken or "Not Authorized"
            path = refused[:1] or ["s0"]
            errors = [
                {"message": message, "path": path, "extensions": {"code": "INTERNAL_SERVER_ERROR"}}
            ]
            return httpx.Response(200, json={"data": None, "errors": errors})
        if query.startswith("query Deployments"):
            return httpx.Response(200, json={"data": self._by_id(aliases)})
        data = {
            alias: None if id_ in self.nulls else self._page(id_, given, alias)
            for alias, id_ in aliases.items()
        }
        if "up_s0" in query:
            data |= {
                f"up_{alias}": self._running(id_, given, alias) for alias, id_ in aliases.items()
            }
        if "serviceInstances" in query:
            data["environment"] = {"serviceInstances": self._instances(given.get("after"))}
        response = httpx.Response(200, json={"data": data})
        self.sizes.append(len(response.content))
        return response

    def _by_id(self, aliases):
        parts = {alias: id_.rpartition("-") for alias, id_ in aliases.items()}
        return {alias: self._row(id_, int(number)) for alias, (id_, _, number) in parts.items()}

    def _page(self, id_, given, alias):
        start = int(given.get(f"after_{alias}") or 0)
        end = min(start + given["first"], self.rows)
        page = {"hasNextPage": end < self.rows, "endCursor": str(end)}
        return {"edges": [{"node": self._row(id_, n)} for n in range(start, end)], "pageInfo": page}

    def _running(self, id_, given, alias):
        """Those that may answer; whoever does not know the filter gives the newest of all."""
        if not self.filters:
            return self._page(id_, {"first": 10}, alias)
        page = {"hasNextPage": len(self.up) > 10}
        rows = [{"node": self._row(id_, number)} for number in list(self.up)[:10]]
        return {"edges": rows, "pageInfo": page}

    def _row(self, id_, number):
        """Number 0 is the newest."""
        usual = "SKIPPED" if number in self.skipped else "REMOVED"
        return {
            "id": f"{id_}-{number}",
            "status": self.up.get(number, usual),
            "createdAt": (START - timedelta(hours=number)).isoformat(),
            "meta": {"commitHash": "a" * 40, "serviceManifest": {"deploy": {"filler": "x" * 2000}}},
        }

    def _instances(self, after):
        start = int(after or 0)
        ids = list(self.ids.values())
        end = min(start + self.instance_page, len(ids))
        nodes = [
            {"serviceId": id_, "activeDeployments": [{"id": f"{id_}-{self.active}"}]}
            for id_ in ids[start:end]
        ]
        page = {"hasNextPage": end < len(ids), "endCursor": str(end)}
        return {"edges": [{"node": node} for node in nodes], "pageInfo": page}


@pytest.mark.parametrize(
    ("count", "asked"),
    [
        pytest.param(3, [["Fleet", 3, 20]], id="three"),
        pytest.param(100, [["Fleet", 100, 10]], id="a-hundred-in-one-request"),
        pytest.param(101, [["Fleet", 100, 10], ["Fleet", 1, 10]], id="more-in-several"),
    ],
)
def test_a_fleet_takes_few_requests(count, asked):
    project = Project(count, rows=50)

    fleet = project.client().fleet()

    assert (len(fleet), project.asked) == (count, asked)


def test_named_services_are_read_alone_and_cheaply():
    project = Project(100, rows=50)
    client = project.client()
    client.fleet()

    read = client.states(["svc7", "svc3"], rows=5)

    assert (set(read), project.asked[1]) == ({"svc3", "svc7"}, ["Fleet", 2, 5])
    assert project.sizes[1] < 40_000 < 2_000_000 < project.sizes[0]


def test_what_is_active_is_known_however_old_it_is():
    project = Project(3, rows=80, active=70)

    state = project.client().fleet()["svc2"]

    assert state.deployments[-1].id == state.active[0] == "id-svc2-70"
    assert project.asked == [["Fleet", 3, 20], ["Deployments", 3, None]]


def test_instances_on_further_pages_are_read():
    project = Project(7, instance_page=3)

    fleet = project.client().fleet()

    assert [bool(state.active) for state in fleet.values()] == [True] * 7
    assert [name for name, *_ in project.asked] == ["Fleet", "Instances", "Instances"]


def test_a_service_that_was_deleted_does_not_take_the_others_with_it():
    project = Project(5)
    project.gone = {"id-svc1", "id-svc3"}

    fleet = project.client().fleet(partial=True)

    assert [name for name, state in fleet.items() if state.unread] == ["svc1", "svc3"]
    assert all(state.active for state in fleet.values() if not state.unread)
    assert fleet["svc1"].unread == (
        "Railway does not show service svc1 to this token "
        '(it says "Not Authorized"): it may have been deleted'
    )


def test_a_null_for_one_service_is_told_of_that_one():
    project = Project(3)
    project.nulls = {"id-svc1"}

    fleet = project.client().fleet(partial=True)

    assert [bool(state.unread) for state in fleet.values()] == [False, True, False]
    assert len(project.asked) == 1


def test_whoever_wants_the_whole_fleet_is_told_which_service_is_lost():
    project = Project(3)
    project.gone = {"id-svc1"}

    with pytest.raises(DeniedError, match="does not show service svc1"):
        project.client().fleet()


def test_where_no_service_is_shown_the_token_is_to_blame():
    project = Project(3)
    project.gone = set(project.ids.values())

    with pytest.raises(DeniedError):
        project.client().fleet(partial=True)


def test_a_failure_inside_one_service_is_no_deletion():
    project = Project(3)
    project.broken = "Problem processing request"

    with pytest.raises(UnreachableError):
        project.client().fleet()


@pytest.mark.parametrize(
    ("count", "rows", "skipped", "requests", "read"),
    [
        pytest.param(1, 40, (), 1, 40, id="short"),
        pytest.param(1, 300, (), 1, 100, id="long"),
        pytest.param(1, 300, range(150), 3, 300, id="mostly-skipped"),
        pytest.param(1, 5000, range(4900), 11, 1100, id="skipped-without-end"),
        pytest.param(20, 300, (), 2, 100, id="twenty-services"),
    ],
)
def test_a_history_is_read_as_far_as_it_is_needed(count, rows, skipped, requests, read):
    project = Project(count, rows=rows, skipped=skipped)

    history = project.client().history()

    assert len(project.asked) == requests, project.asked
    assert {len(state.deployments) for state in history.values()} == {read}
    assert {state.has_older for state in history.values()} == {read < rows}


@pytest.mark.slow
@pytest.mark.parametrize("at_once", [True, False], ids=["all-at-once", "one-after-another"])
def test_what_is_read_grows_no_faster_than_the_fleet(at_once):
    """By powers of the number of services: 1 is in step with it, 2 its square."""
    sizes = {}
    for count in (10, 30, 100):
        project = Project(count, rows=30)
        names = list(project.ids)
        for some in [names] if at_once else [[name] for name in names]:
            project.client().states(some)
        sizes[count] = sum(project.sizes)

    powers = [math.log(sizes[b] / sizes[a], b / a) for a, b in ((10, 30), (30, 100), (10, 100))]
    assert max(powers) < 1.15, sizes


def test_a_history_of_one_service_asks_for_that_one():
    project = Project(100, rows=30)

    assert set(project.client().history(["svc5"], rows=10)) == {"svc5"}
    assert project.asked == [["Fleet", 1, 10]]


@pytest.mark.parametrize(
    ("rows", "up", "filters", "read", "may_hide"),
    [
        pytest.param(26, {0: "SUCCESS", 25: "REMOVING"}, True, [0, 25], False, id="long-draining"),
        pytest.param(15, {0: "SUCCESS", 14: "REMOVING"}, False, [0, 14], False, id="all-on-a-page"),
        pytest.param(26, {0: "SUCCESS", 25: "REMOVING"}, False, [0], True, id="filter-not-known"),
        pytest.param(26, dict.fromkeys(range(11), "SUCCESS"), True, range(11), True, id="too-many"),
        pytest.param(26, {25: "A_WORD_TO_COME"}, True, [25], False, id="word-to-come"),
    ],
)
def test_whoever_may_answer_is_known_behind_any_number_of_skipped_commits(
    rows, up, filters, read, may_hide
):
    project = Project(1, rows=rows, skipped=range(1, rows), active=0)
    project.up, project.filters = up, filters

    (state,) = project.client().fleet().values()

    answering = [d.id for d in state.deployments if d.status in MAY_ANSWER]
    assert answering == [f"id-svc0-{number}" for number in read]
    assert state.may_hide is may_hide
