"""A Railway of one service that answers every operation as documented, but for the one broken."""

import json
import re

import httpx

from tests.builders import START, service, sha
from verifier.model.deployment import Scope
from verifier.railway.client import RailwayClient
from verifier.railway.transport import Transport

URL = "https://railway.test/graphql/v2"
SCOPE = Scope("p", "acme", "e", "production", {"api": "id-api"})
#: One for all: certificates are read each time that one is made.
_HTTP = httpx.Client()
_NAME = re.compile(r"(?:query|mutation|subscription) (\w+)")


def row(id_, commit, minute, status="SUCCESS", **changes):
    """One row of `Deployment`, as Railway's schema has it."""
    return {
        "id": id_,
        "status": status,
        "createdAt": START.replace(minute=minute).isoformat(),
        "statusUpdatedAt": START.replace(minute=minute).isoformat(),
        "canRollback": True,
        "canRedeploy": True,
        "deploymentStopped": False,
        "instances": [{"status": "RUNNING"}],
        "meta": {
            "commitHash": sha(commit),
            "imageDigest": f"sha256:{commit}",
            "reason": "deploy",
            "serviceManifest": {
                "deploy": {"healthcheckPath": "/", "multiRegionConfig": {"eu": {"numReplicas": 1}}}
            },
        },
        **changes,
    }


def connection(*nodes, cursor=None):
    """A page of a GraphQL connection, with another one behind `cursor`."""
    page = {"hasNextPage": cursor is not None, "endCursor": cursor}
    return {"edges": [{"node": node} for node in nodes], "pageInfo": page}


class AnsweringRailway:
    """
    `rows` are the deployments of its service, newest first, of which the first is active.

    An operation in `broken` is answered by the function that stands there.
    """

    def __init__(self, *rows, broken=None, now=lambda: START.replace(hour=13)):
        self.rows = list(rows) or [row("new", "b", 10), row("old", "a", 0, "REMOVED")]
        self.active = [self.rows[0]["id"]]
        self.broken = dict(broken or {})
        self.now = now
        self.written = {}
        self.mutations = []
        self.asked = []

    @property
    def serving(self):
        """The row of what answers requests."""
        return self._find(self.active[0])

    def break_operation(self, name, wrong, from_time):
        """Answer the `from_time`-th question of this operation, and later ones, wrongly."""

        def answered(request):
            if self.asked.count(name) >= from_time:
                return wrong(request)
            return httpx.Response(200, json={"data": self.data(name, _sent(request)["variables"])})

        self.broken[name] = answered

    def answer(self, request):
        """Answer one request, as the transport of an `httpx.Client`."""
        sent = _sent(request)
        name = _NAME.search(sent["query"])[1]
        self.asked.append(name)
        if name in self.broken:
            return self.broken[name](request)
        return httpx.Response(200, json={"data": self.data(name, sent["variables"])})

    def transport(self, now_s=lambda: 0.0):
        """Return a transport that asks this Railway."""
        _HTTP._transport = httpx.MockTransport(self.answer)
        return Transport(_HTTP, URL, now_s)

    def client(self, now_s=lambda: 0.0):
        """Return a client that asks this Railway."""
        return RailwayClient(self.transport(now_s), SCOPE, [service()])

    def data(self, name, variables):
        """Return what Railway documents for an operation."""
        answers = {
            "ProjectTokenScope": self._token,
            "Workspaces": lambda _: {"apiToken": {"workspaces": [{"id": "w"}]}},
            "Projects": lambda _: {"projects": connection({"id": "p", "name": "acme"})},
            "Project": lambda _: {"project": self._project()},
            "Fleet": self._fleet,
            "Instances": lambda _: {"environment": {"serviceInstances": self._instances()}},
            "MoreDeployments": lambda _: {"s0": connection(row("older", "c", 0, "REMOVED"))},
            "Deployments": lambda asked: {a: self._find(asked[a]) for a in asked},
            "Deployment": lambda asked: {
                "deployment": {"id": asked["id"], "serviceId": "id-api", "environmentId": "e"}
            },
            "RequestLog": lambda asked: {
                "httpLogs": [{"requestId": "request", "deploymentId": asked["id"]}]
            },
            "BuildLog": lambda _: {"buildLogs": [{"message": "built", "severity": "info"}]},
            "DeployLog": lambda _: {"deploymentLogs": [{"message": "up", "severity": "info"}]},
            "DeploymentVariables": lambda _: {"s0": {"variables": _VARIABLES}},
            "ServiceVariables": lambda _: {"s0": _VARIABLES},
            "Platform": lambda _: {"platformStatus": {"isStable": True, "incident": None}},
            "AutoDeploy": lambda _: {"serviceInstanceAutoDeployStatus": {"enabled": True}},
            "SetAutoDeploy": lambda asked: {
                "serviceInstanceAutoDeployUpdate": {"enabled": asked["enabled"]}
            },
            "Readiness": lambda _: {
                "project": {"subscriptionType": "pro"},
                "environment": {"canAccess": True, "deploymentTriggers": connection()},
            },
            "Audit": lambda _: {"environment": self._settings()},
            "CronRuns": lambda _: {
                "deploymentInstanceExecutions": connection(
                    {"status": "EXITED", "createdAt": "2026-01-01T11:00:00Z"},
                    {"status": "RUNNING", "createdAt": "2026-01-01T12:00:00Z"},
                )
            },
            "TcpProxies": lambda _: {
                "tcpProxies": [
                    {"domain": "roundhouse.proxy.rlwy.net", "proxyPort": 11105, "deletedAt": None},
                    {
                        "domain": "a.proxy.rlwy.net",
                        "proxyPort": 1,
                        "deletedAt": "2026-01-01T00:00Z",
                    },
                ]
            },
            "AuditedServices": lambda _: {
                "s0": _VARIABLES,
                "raw_s0": self.written,
                "auto_s0": {"enabled": True},
            },
            "RollBack": lambda asked: {"deploymentRollback": self._back("roll back", asked)},
            "Redeploy": lambda asked: {
                "deploymentRedeploy": {"id": self._back("redeploy", asked) and "back"}
            },
            "Cancel": lambda _: {"deploymentCancel": True},
        }
        return answers[name](variables)

    def _token(self, _):
        return {
            "projectToken": {
                "projectId": "p",
                "environmentId": "e",
                "project": {"name": "acme", "services": self._services()},
                "environment": {"name": "production"},
            }
        }

    def _services(self):
        return connection({"id": "id-api", "name": "api", "deletedAt": None})

    def _project(self):
        environments = connection({"id": "e", "name": "production"})
        own = {"environments": environments, "services": self._services()}
        return {"id": "p", "name": "acme", **own}

    def _instances(self, cursor=None):
        domains = {"serviceDomains": [{"domain": "api.test"}], "customDomains": []}
        active = [{"id": id_} for id_ in self.active]
        own = {"serviceId": "id-api", "activeDeployments": active, "domains": domains}
        return connection(own, cursor=cursor)

    def _fleet(self, asked):
        more = "next" if asked["first"] > 20 else None
        return {
            "s0": connection(*self.rows, cursor=more),
            "up_s0": connection(*(r for r in self.rows if r["status"] == "SUCCESS")),
            "environment": {"serviceInstances": self._instances()},
        }

    def _settings(self):
        node = {
            "serviceId": "id-api",
            "numReplicas": 1,
            "region": "eu",
            "sleepApplication": False,
            "cronSchedule": None,
            "healthcheckPath": "/",
            "restartPolicyType": "ALWAYS",
            "edgeConfig": {"underAttackModeUntil": 1_800_000_000},
            "activeDeployments": [{"id": self.rows[0]["id"], "meta": self.rows[0]["meta"]}],
        }
        trigger = {
            "serviceId": "id-api",
            "repository": "acme/shop",
            "branch": "main",
            "checkSuites": True,
        }
        return {
            "unmergedChangesCount": 0,
            "serviceInstances": connection(node),
            "deploymentTriggers": connection(trigger),
        }

    def _find(self, id_):
        return next((r for r in self.rows if r["id"] == id_), None)

    def _back(self, what, asked):
        self.mutations.append(f"{what} {asked['id']}")
        target = self._find(asked["id"])
        back = {
            **target,
            "id": "back",
            "status": "SUCCESS",
            "createdAt": self.now().isoformat(),
            "statusUpdatedAt": self.now().isoformat(),
            "meta": {**target["meta"], "reason": "rollback"},
        }
        self.rows = [back, *({**r, "status": "REMOVED"} for r in self.rows)]
        self.active = ["back"]
        return True


def _sent(request):
    return json.loads(request.content)


_VARIABLES = {"APP_ENV": "production", "SUPABASE_PROJECT_REF": "abcdefghijklmnop"}
