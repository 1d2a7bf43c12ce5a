"""
A repository at GitHub as audits see it: protection, rulesets, workflows, names, pushes, issues.

What a token may not see is refused in GitHub's words.
"""

import base64
from collections.abc import Awaitable, Callable

from aiohttp import web

from verifier.sandbox.github.protected_repository import (
    ADMINISTRATION,
    RULESETS,
    SECRETS,
    ProtectedRepository,
)
from verifier.sandbox.github.rest_answers import JsonObject, now, page, refusal

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_SUMMARY_KEYS = ("id", "name", "target", "source_type", "source", "enforcement", "node_id")
_REFUSED = "Resource not accessible by integration"
_MERGE_SETTINGS = {
    "allow_merge_commit": "merge",
    "allow_squash_merge": "squash",
    "allow_rebase_merge": "rebase",
}
_SETTINGS = (
    *(f"/actions/permissions{part}" for part in ("", "/workflow", "/selected-actions")),
    "/keys",
    "/hooks",
    "/immutable-releases",
)
_ACTIONS = {"id": 15368, "slug": "github-actions"}
_OWN_SUITE = 2
_POLICIES = "/environments/{environment}/deployment-branch-policies"


class Guarded:
    """The routes of all repositories; `find` looks one up by OWNER/NAME."""

    def __init__(self, find: Callable[[str], ProtectedRepository | None]) -> None:
        self._find = find

    def add_to(self, application: web.Application) -> None:
        """Add the routes."""
        root = "/repos/{owner}/{repo}"
        get = {
            "": self._facts,
            "/branches": self._branches,
            "/branches/{branch}": self._branch,
            "/branches/{branch}/protection": self._protection,
            "/rules/branches/{branch}": self._rules,
            "/rulesets": self._rulesets,
            "/rulesets/{id}": self._ruleset,
            "/rulesets/{id}/history": self._history,
            "/contents/{path:.*}": self._contents,
            "/commits": self._commits,
            "/commits/{ref}/check-runs": self._check_runs,
            "/commits/{ref}/status": self._statuses,
            "/commits/{ref}/pulls": self._pulls,
            "/pulls": self._merged_pulls,
            "/actions/workflows": self._page_of("workflows", "workflows"),
            "/actions/workflows/{id}/runs": self._runs,
            "/actions/runs": self._all_runs,
            "/actions/{kind:secrets|organization-secrets}": self._stored,
            "/actions/{kind:variables|organization-variables}": self._stored,
            "/dependabot/{kind:secrets}": self._stored,
            "/environments": self._page_of("environments", "environments"),
            _POLICIES: self._page_of("chosen_branches", "branch_policies"),
            "/environments/{environment}/{kind:secrets|variables}": self._stored,
            "/activity": self._activity,
            "/teams": self._page_of("teams"),
            "/collaborators": self._page_of("collaborators"),
            "/vulnerability-alerts": self._alerts,
            **dict.fromkeys(_SETTINGS, self._setting),
        }
        for path, handler in get.items():
            application.router.add_get(root + path, handler)
        application.router.add_post(root + "/rulesets", self._write_ruleset)
        application.router.add_put(root + "/rulesets/{id}", self._write_ruleset)

    async def _facts(self, request: web.Request) -> web.Response:
        found = repository_of(request, self._find)
        return web.json_response(
            {
                "id": 1,
                "full_name": found.name,
                "private": found.is_private,
                "archived": found.is_archived,
                "default_branch": found.default_branch or None,
                "pushed_at": found.pushed_at,
                "size": 0 if found.pushed_at is None else 7,
                "permissions": {"admin": ADMINISTRATION in found.rights, "pull": True},
                **{key: method in found.merge_methods for key, method in _MERGE_SETTINGS.items()},
            }
        )

    async def _setting(self, request: web.Request) -> web.Response:
        found = repository_of(request, self._find)
        if ADMINISTRATION not in found.rights:
            return refusal(403, _REFUSED)
        end = request.path.partition(f"/repos/{found.name}")[2]
        said = found.settings.get(end)
        return refusal(409, "Conflict") if said is None else web.json_response(said)

    async def _alerts(self, request: web.Request) -> web.Response:
        found = repository_of(request, self._find)
        if ADMINISTRATION not in found.rights:
            return refusal(403, _REFUSED)
        if not found.has_alerts:
            return refusal(404, "Vulnerability alerts are disabled.")
        return web.Response(status=204)

    async def _branches(self, request: web.Request) -> web.Response:
        found = repository_of(request, self._find)
        return page(request, [{"name": name, "protected": False} for name in found.branches])

    async def _branch(self, request: web.Request) -> web.Response:
        found, branch = repository_of(request, self._find), request.match_info["branch"]
        if branch not in found.branches:
            return refusal(404, "Branch not found")
        classic = found.classic.get(branch)
        checks = classic.get("required_status_checks") if classic else None
        said = checks if isinstance(checks, dict) else {}
        admins = classic.get("enforce_admins") if classic else None
        is_for_all = isinstance(admins, dict) and admins.get("enabled") is True
        level = ("everyone" if is_for_all else "non_admins") if said else "off"
        shown = {
            "enforcement_level": level,
            "contexts": said.get("contexts", []),
            "checks": said.get("checks", []),
        }
        return web.json_response(
            {
                "name": branch,
                "protected": classic is not None or bool(found.applying(branch)),
                "protection": {"enabled": classic is not None, "required_status_checks": shown},
            }
        )

    async def _protection(self, request: web.Request) -> web.Response:
        found, branch = repository_of(request, self._find), request.match_info["branch"]
        if ADMINISTRATION not in found.rights:
            return refusal(403, _REFUSED)
        classic = found.classic.get(branch)
        if classic is None:
            return refusal(404, "Branch not protected")
        return web.json_response(classic)

    async def _rules(self, request: web.Request) -> web.Response:
        found = repository_of(request, self._find)
        return page(request, found.applying(request.match_info["branch"]))

    async def _rulesets(self, request: web.Request) -> web.Response:
        found = repository_of(request, self._find)
        shown = [
            {key: ruleset[key] for key in _SUMMARY_KEYS if key in ruleset}
            for ruleset in found.rulesets
            if request.query.get("includes_parents") != "false"
            or ruleset.get("source_type", "Repository") == "Repository"
        ]
        return page(request, shown)

    async def _ruleset(self, request: web.Request) -> web.Response:
        found = repository_of(request, self._find)
        ruleset = found.ruleset(int(request.match_info["id"]))
        if ruleset is None:
            return refusal(404, "Not Found")
        hidden = () if RULESETS in found.rights else ("bypass_actors",)
        return web.json_response({k: v for k, v in ruleset.items() if k not in hidden})

    async def _history(self, request: web.Request) -> web.Response:
        found = repository_of(request, self._find)
        if not {ADMINISTRATION, RULESETS} <= found.rights:
            return refusal(403, _REFUSED)
        return page(request, found.history)

    async def _write_ruleset(self, request: web.Request) -> web.Response:
        found = repository_of(request, self._find)
        if ADMINISTRATION not in found.rights:
            return refusal(403, _REFUSED)
        body: JsonObject = await request.json()
        if "id" not in request.match_info:
            made = {"id": next(found.ids), "source_type": "Repository", "source": found.name} | body
            found.rulesets.append(made)
            return web.json_response(made, status=201)
        ruleset = found.ruleset(int(request.match_info["id"]))
        if ruleset is None:
            return refusal(404, "Not Found")
        ruleset |= body
        return web.json_response(ruleset)

    async def _contents(self, request: web.Request) -> web.Response:
        found, path = repository_of(request, self._find), request.match_info["path"]
        files = found.branch_files.get(request.query.get("ref", ""), found.files)
        if path in files:
            content = base64.b64encode(files[path].encode()).decode()
            said = {"type": "file", "path": path, "encoding": "base64", "content": content}
            return web.json_response(said)
        inside = [p for p in files if p.startswith(f"{path}/")]
        if not inside:
            return refusal(404, "Not Found")
        return web.json_response([{"type": "file", "path": p} for p in inside])

    async def _commits(self, request: web.Request) -> web.Response:
        found, path = repository_of(request, self._find), request.query.get("path", "")
        until = request.query.get("until", "9999")
        dates = [found.changed.get(path, ""), found.written.get(path, "")]
        commits: list[JsonObject] = [
            {"sha": "c" * 40, "commit": {"committer": {"date": date}}}
            for date in dates
            if date and date <= until
        ]
        return page(request, commits)

    async def _check_runs(self, request: web.Request) -> web.Response:
        found = repository_of(request, self._find)
        jobs = {name: 1 for name in found.check_names}
        jobs |= {name: _OWN_SUITE for name in found.own_checks}
        runs: list[JsonObject] = [
            {
                "name": name,
                "app": _ACTIONS,
                "conclusion": found.conclusion_of(name),
                "check_suite": {"id": suite},
            }
            for name, suite in jobs.items()
        ]
        runs += [
            {"name": name, "app": {"id": app}, "conclusion": "success"}
            for name, app in found.app_checks.items()
        ]
        return page(request, runs, "check_runs")

    async def _all_runs(self, request: web.Request) -> web.Response:
        found = repository_of(request, self._find)
        runs = [r for r in found.waiting_runs if r["status"] == request.query.get("status")]
        if "head_sha" in request.query:
            runs = [{"event": "pull_request", "check_suite_id": 1}]
            runs += [{"event": "dynamic", "check_suite_id": _OWN_SUITE}] * bool(found.own_checks)
        return page(request, runs, "workflow_runs")

    async def _merged_pulls(self, request: web.Request) -> web.Response:
        merged_at = repository_of(request, self._find).merged_at or now()
        return page(request, [{"number": 1, "merged_at": merged_at, "head": {"sha": "head"}}])

    async def _statuses(self, request: web.Request) -> web.Response:
        repository_of(request, self._find)
        return page(request, [], "statuses")

    async def _pulls(self, request: web.Request) -> web.Response:
        found = repository_of(request, self._find)
        is_merged = request.match_info["ref"] in found.merged
        return web.json_response([{"number": 1, "merged_at": now()}] if is_merged else [])

    def _page_of(self, attribute: str, key: str = "") -> _Handler:
        async def answer(request: web.Request) -> web.Response:
            return page(request, getattr(repository_of(request, self._find), attribute), key)

        return answer

    async def _runs(self, request: web.Request) -> web.Response:
        found = repository_of(request, self._find)
        runs = found.runs.get(int(request.match_info["id"]), [])
        return page(request, runs, "workflow_runs")

    async def _stored(self, request: web.Request) -> web.Response:
        found = repository_of(request, self._find)
        if SECRETS not in found.rights:
            return refusal(403, _REFUSED)
        kind = request.match_info["kind"]
        end = request.path.partition(f"/{request.match_info['repo']}/")[2]
        entries: list[JsonObject] = [
            {"name": name, "created_at": now(), "updated_at": now()}
            for name in found.stored.get(end, [])
        ]
        return page(request, entries, kind.removeprefix("organization-"))

    async def _activity(self, request: web.Request) -> web.Response:
        kind = request.query.get("activity_type", "")
        listed = repository_of(request, self._find).activity
        fitting = [e for e in listed if kind in ("", e.get("activity_type"))]
        return web.json_response(fitting[: int(request.query.get("per_page", "30"))])


def repository_of(
    request: web.Request, find: Callable[[str], ProtectedRepository | None]
) -> ProtectedRepository:
    """Return the repository that a request is about; one that was renamed leads on."""
    name = f"{request.match_info['owner']}/{request.match_info['repo']}"
    found = find(name)
    if found is None:
        raise web.HTTPNotFound
    found.requests.append(f"{request.method} {request.path}")
    if found.renamed_to:
        moved = request.path_qs.replace(f"/repos/{name}", f"/repos/{found.renamed_to}", 1)
        raise web.HTTPMovedPermanently(location=f"http://{request.host}{moved}")
    return found
