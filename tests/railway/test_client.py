"""Railway's answers, good and bad, and what each of them methods. The transport is the seam."""

import json
from dataclasses import replace

import httpx
import pytest

from tests.builders import service
from verifier.errors import (
    ConfigError,
    DeniedError,
    RateLimitedError,
    UnexpectedAnswerError,
    UnknownOutcomeError,
    UnreachableError,
)
from verifier.guarded import web
from verifier.model.deployment import DeploymentStatus, Scope
from verifier.railway.client import RailwayClient
from verifier.railway.token_scope import find_scope, token_scope
from verifier.railway.transport import Transport

SCOPE = Scope("p", "acme", "e", "production", {"api": "id-api"})
ROW = {
    "id": "d1",
    "status": "SUCCESS",
    "createdAt": "2026-01-01T00:00:00.000Z",
    "canRollback": True,
    "deploymentStopped": False,
    "instances": [{"status": "RUNNING"}],
    "meta": {
        "commitHash": "abc",
        "imageDigest": "sha256:1",
        "serviceManifest": {
            "deploy": {
                "multiRegionConfig": {"a": {"numReplicas": 2}, "b": None, "c": {"numReplicas": 1}}
            }
        },
    },
}


def transport(answer):
    http = httpx.Client(transport=httpx.MockTransport(answer))
    return Transport(http, "https://railway.test/graphql/v2")


def client(answer):
    return RailwayClient(transport(answer), SCOPE, [service()])


def data(**fields):
    return lambda request: httpx.Response(200, json={"data": fields})


def errors(message, status=200, **extensions):
    body = {"data": None, "errors": [{"message": message, "extensions": extensions}]}
    return lambda request: httpx.Response(status, json=body)


def no_network(request):
    raise httpx.ConnectError("refused")


def connection(*nodes, more=False):
    return {
        "edges": [{"node": node} for node in nodes],
        "pageInfo": {"hasNextPage": more, "endCursor": "c" if more else None},
    }


BAD_ANSWERS = [
    pytest.param(no_network, UnreachableError, id="no-network"),
    pytest.param(lambda r: httpx.Response(401), DeniedError, id="401"),
    pytest.param(lambda r: httpx.Response(403, text="error code: 1010"), DeniedError, id="403"),
    pytest.param(
        lambda r: httpx.Response(429, text="error code: 1015"), RateLimitedError, id="429"
    ),
    pytest.param(
        lambda r: httpx.Response(502, html="<h1>Bad gateway</h1>"), UnreachableError, id="502-html"
    ),
    pytest.param(
        lambda r: httpx.Response(200, html="<h1>Log in</h1>"), UnexpectedAnswerError, id="200-html"
    ),
    pytest.param(
        lambda r: httpx.Response(200, content=b"\xff\xfe"), UnexpectedAnswerError, id="not-utf8"
    ),
    pytest.param(
        lambda r: httpx.Response(200, content=b"[" * 100_000), UnexpectedAnswerError, id="deep"
    ),
    pytest.param(lambda r: httpx.Response(200, json=[]), UnexpectedAnswerError, id="no-object"),
    pytest.param(errors("Not Authorized"), DeniedError, id="errors-in-200"),
    pytest.param(errors("Project Token not found"), DeniedError, id="wrong-token"),
    pytest.param(errors("Problem processing request"), UnexpectedAnswerError, id="problem"),
    pytest.param(
        errors("x", 400, code="GRAPHQL_VALIDATION_FAILED"), UnexpectedAnswerError, id="invalid"
    ),
    pytest.param(errors("x", code="INTERNAL_SERVER_ERROR"), UnreachableError, id="internal"),
    pytest.param(data(other=1), UnexpectedAnswerError, id="other-shape"),
    pytest.param(
        data(s0={"edges": [{"node": {"id": 1}}]}, environment={}),
        UnexpectedAnswerError,
        id="row-without-status",
    ),
]


@pytest.mark.parametrize(("answer", "error"), BAD_ANSWERS)
def test_bad_answer_to_a_read(answer, error):
    with pytest.raises(error):
        client(answer).fleet()


def test_deployments_are_read_newest_first_whatever_their_order():
    newer = {
        **ROW,
        "id": "d2",
        "createdAt": "2026-01-02T00:00:00Z",
        "status": "HOVERING",
        "meta": None,
    }
    domains = {"serviceDomains": [{"domain": "a.test"}], "customDomains": [{"domain": "b.test"}]}
    instance = {"serviceId": "id-api", "activeDeployments": [{"id": "d1"}], "domains": domains}
    fields = {
        "s0": connection(ROW, newer),
        "environment": {"serviceInstances": connection(instance)},
    }

    state = client(data(**fields)).fleet()["api"]

    assert [d.id for d in state.deployments] == ["d2", "d1"]
    assert (state.active, state.domains) == (("d1",), ("a.test", "b.test"))
    assert (state.deployments[0].status, state.deployments[0].status_word) == (
        DeploymentStatus.UNKNOWN,
        "HOVERING",
    )
    assert (state.deployments[1].commit_sha, state.deployments[1].replica_count) == ("abc", 3)


def test_the_request_names_us_and_has_a_query_string():
    seen = []

    def answer(request):
        seen.append(request)
        return httpx.Response(200, json={"data": {"httpLogs": []}})

    client(answer).logged_requests("d1", ["r1"])

    assert seen[0].url.query == b"source=railway-deploy-verifier"
    assert web.open_client().headers["user-agent"].startswith("railway-deploy-verifier/")


@pytest.mark.parametrize(
    ("deploy", "expected"),
    [
        pytest.param({"cronSchedule": "*/5 * * * *"}, True, id="a-cron-job"),
        pytest.param({"cronSchedule": None}, False, id="none"),
        pytest.param({}, False, id="untold"),
    ],
)
def test_a_schedule_is_read_from_the_manifest(deploy, expected):
    row = {**ROW, "meta": {"serviceManifest": {"deploy": deploy}}}
    fields = {"s0": connection(row), "environment": {"serviceInstances": connection()}}

    (found,) = client(data(**fields)).fleet()["api"].deployments

    assert found.is_scheduled is expected


def test_the_documented_form_of_the_rollback_is_tried_only_where_the_real_one_is_invalid():
    sent = []

    def answer(request):
        sent.append("{ id }" in json.loads(request.content)["query"])
        if not sent[-1]:
            return errors("must have a selection", 400, code="GRAPHQL_VALIDATION_FAILED")(request)
        return httpx.Response(200, json={"data": {"deploymentRollback": {"id": "d2"}}})

    client(answer).roll_back("d1")

    assert sent == [False, True]


def test_a_rollback_is_sent_once_when_nobody_answers():
    sent = []

    def answer(request):
        sent.append(request)
        raise httpx.ReadTimeout("slow")

    with pytest.raises(UnknownOutcomeError):
        client(answer).roll_back("d1")

    assert len(sent) == 1


@pytest.mark.parametrize(
    ("snapshot", "own"),
    [
        pytest.param({"variables": {"A": "1"}}, True, id="of-the-deployment"),
        pytest.param(None, False, id="no-snapshot"),
        pytest.param("refused", False, id="snapshot-refused"),
    ],
)
def test_variables_say_whose_they_are(snapshot, own):
    asked = []

    def answer(request):
        body = json.loads(request.content)
        asked.append(body["variables"])
        if "deploymentSnapshot" not in body["query"]:
            values = {"A": "2", "B": None}
            return httpx.Response(200, json={"data": {"s0": values, "s1": values}})
        if snapshot == "refused":
            return errors("Not Authorized")(request)
        return httpx.Response(200, json={"data": {"s0": snapshot, "s1": snapshot}})

    scope = replace(SCOPE, service_ids={"api": "id-api", "worker": "id-worker"})
    railway = RailwayClient(transport(answer), scope, [service(), service(name="worker")])

    read = railway.variables({"api": "d1", "worker": "d2"})
    railway.variables({"api": "d3", "worker": "d4"})

    assert {name: (v.values, v.of_this_deployment) for name, v in read.items()} == dict.fromkeys(
        ("api", "worker"), ({"A": "1" if own else "2"}, own)
    )
    assert "1" not in repr(read)
    assert asked[0] == {"s0": "d1", "s1": "d2"}
    assert len(asked) == (2 if own else 3), "what was refused once is not asked for again"


@pytest.mark.parametrize(
    ("older", "told"),
    [
        pytest.param({"variables": {"A": "0"}}, {"d1": {"A": "1"}, "d0": {"A": "0"}}, id="kept"),
        pytest.param(None, {"d1": {"A": "1"}}, id="no-longer-kept"),
        pytest.param("refused", {"d1": {"A": "1"}}, id="refused"),
    ],
)
def test_what_older_deployments_were_started_with_is_read_as_far_as_it_is_kept(older, told):
    def answer(request):
        asked = json.loads(request.content)["variables"]
        if "s1" not in asked:
            return httpx.Response(200, json={"data": {"s0": {"variables": {"A": "1"}}}})
        found = None if older == "refused" else older
        body = {"data": {"s0": {"variables": {"A": "1"}}, "s1": found}}
        if older == "refused":
            body["errors"] = [{"message": "Not Authorized", "path": ["s1"]}]
        return httpx.Response(200, json=body)

    railway = client(answer)

    read = railway.variables_at_start(["d1", "d0"])

    assert {id_: v.values for id_, v in read.items()} == told
    assert railway.variables({"api": "d1"})["api"].of_this_deployment


def test_only_requests_of_the_judged_deployment_are_its_own():
    rows = [{"requestId": "r1", "deploymentId": "d1"}, {"requestId": "r2", "deploymentId": "d0"}]

    assert client(data(httpLogs=rows)).logged_requests("d1", ["r1", "r2", 'x" OR "']) == {"r1"}


def test_the_request_log_is_asked_of_twenty_requests_at_most():
    asked = []

    def answer(request):
        asked.append(json.loads(request.content)["variables"])
        return httpx.Response(200, json={"data": {"httpLogs": []}})

    client(answer).logged_requests("d1", [f"r{number}" for number in range(50)])

    (variables,) = asked
    assert variables["filter"].split(" OR ") == [f"@requestId:r{number}" for number in range(20)]
    assert variables["limit"] == 40


def project(name="acme", id_="p"):
    return {"id": id_, "name": name}


def scope_answers(projects, environments=("production",)):
    def answer(request):
        query = json.loads(request.content)["query"]
        if "apiToken" in query:
            return httpx.Response(200, json={"data": {"apiToken": {"workspaces": [{"id": "w"}]}}})
        if "projects(" in query:
            return httpx.Response(200, json={"data": {"projects": connection(*projects)}})
        found = {
            **project(),
            "environments": connection(
                *(
                    {"id": f"e-{e}" + "-again" * environments[:n].count(e), "name": e}
                    for n, e in enumerate(environments)
                )
            ),
            "services": connection(
                {"id": "s", "name": "api", "deletedAt": None},
                {"id": "x", "name": "gone", "deletedAt": "2026"},
            ),
        }
        return httpx.Response(200, json={"data": {"project": found}})

    return transport(answer)


def test_a_scope_is_found_by_name_or_id():
    for named in ("acme", "p"):
        scope = find_scope(scope_answers([project()]), named, "production")
        assert (scope.project_id, scope.environment_id, dict(scope.service_ids)) == (
            "p",
            "e-production",
            {"api": "s"},
        )


def test_two_services_of_one_name_are_known_as_that():
    services = [{"id": id_, "name": name, "deletedAt": None} for id_, name in ("1a", "2a", "3b")]
    answer = {
        "projectId": "p",
        "environmentId": "e",
        "project": {"name": "acme", "services": connection(*services)},
        "environment": {"name": "production"},
    }

    assert token_scope(transport(data(projectToken=answer))).ambiguous == {"a"}


@pytest.mark.parametrize(
    ("owner", "environment", "told"),
    [
        pytest.param("id-api", "e", "", id="its-own"),
        pytest.param("id-worker", "e", "d1 is one of worker, not of api", id="another-service"),
        pytest.param("id-gone", "e", "d1 is one of id-gone, not of api", id="unknown-service"),
        pytest.param("id-api", "staging", "d1 is not in environment production", id="elsewhere"),
    ],
)
def test_whose_a_deployment_is(owner, environment, told):
    scope = replace(SCOPE, service_ids={"api": "id-api", "worker": "id-worker"})
    row = {"id": "d1", "serviceId": owner, "environmentId": environment}
    railway = RailwayClient(transport(data(deployment=row)), scope, [service()])

    if not told:
        railway.check_owner("api", "d1")
    else:
        with pytest.raises(ConfigError, match=told):
            railway.check_owner("api", "d1")


@pytest.mark.parametrize(
    ("projects", "environment", "told"),
    [
        pytest.param([], "production", "sees no project", id="no-project"),
        pytest.param(
            [project(id_="p"), project(id_="q")],
            "production",
            "several projects",
            id="two-of-that-name",
        ),
        pytest.param([project()], "prod", "no environment prod", id="no-environment"),
    ],
)
def test_a_scope_that_is_not_there_is_a_configuration_error(projects, environment, told):
    with pytest.raises(ConfigError, match=told):
        find_scope(scope_answers(projects), "acme", environment)


def test_of_two_environments_of_one_name_none_is_taken_but_by_its_id():
    both = ("production", "production")

    with pytest.raises(ConfigError, match="several environments of project acme") as caught:
        find_scope(scope_answers([project()], both), "acme", "production")
    scope = find_scope(scope_answers([project()], both), "acme", "e-production-again")

    assert caught.value.hint == "use an id: e-production, e-production-again"
    assert scope.environment_id == "e-production-again"


def test_a_token_that_is_refused_says_what_it_might_be():
    with pytest.raises(DeniedError) as caught:
        token_scope(transport(errors("Project Token not found")))

    assert "RAILWAY_API_TOKEN" in caught.value.hint


INCIDENT = {"status": "INVESTIGATING", "message": "Networking", "url": "https://status.test"}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param({"isStable": True, "incident": None}, "", id="stable"),
        pytest.param(
            {"isStable": False, "incident": INCIDENT}, "Networking (https://status.test)", id="one"
        ),
        pytest.param(
            {"isStable": False, "incident": {**INCIDENT, "status": "RESOLVED"}}, "", id="over"
        ),
        pytest.param({"isStable": False, "incident": None}, "it is not stable", id="untold"),
    ],
)
def test_an_incident_of_the_platform(status, expected):
    assert client(data(platformStatus=status)).incident() == expected


def test_auto_deploy_is_read_and_switched():
    asked = []

    def answer(request):
        asked.append(json.loads(request.content)["variables"])
        if "enabled" in asked[-1]:
            return data(serviceInstanceAutoDeployUpdate={"enabled": False})(request)
        status = {"enabled": False, "canEnable": False, "reason": "NO_REPO"}
        return data(serviceInstanceAutoDeployStatus=status)(request)

    railway = client(answer)
    railway.set_auto_deploy("api", enabled=False)
    found = railway.auto_deploy("api")

    ids = {"project": "p", "environment": "e", "service": "id-api"}
    assert asked == [{**ids, "enabled": False}, ids]
    assert (found.enabled, found.reason) == (False, "NO_REPO")


def test_the_facts_of_an_environment():
    triggers = [
        {"node": {"serviceId": "id-api", "branch": "main", "checkSuites": True}},
        {"node": {"serviceId": "id-other", "branch": "main", "checkSuites": True}},
    ]
    environment = {"canAccess": True, "deploymentTriggers": {"edges": triggers}}

    facts = client(data(project={"subscriptionType": "hobby"}, environment=environment)).facts()

    assert (facts.subscription, facts.can_access) == ("hobby", True)
    assert facts.waiting_for_ci == {"api"}


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        pytest.param(lambda c: c.auto_deploy("api"), "serviceInstanceAutoDeployStatus", id="auto"),
        pytest.param(lambda c: c.facts(), "project", id="facts"),
    ],
)
def test_an_answer_of_another_shape_is_refused(ask, field):
    with pytest.raises(UnexpectedAnswerError):
        ask(client(data(**{field: None})))


def test_a_redeploy_is_taken_by_its_new_id():
    client(data(deploymentRedeploy={"id": "d2"})).redeploy("d1")
