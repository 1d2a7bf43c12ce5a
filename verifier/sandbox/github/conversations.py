"""What a repository is told: issues, comments, commit statuses."""

from collections.abc import Callable

from aiohttp import web

from verifier.sandbox.github.protected_repository import ProtectedRepository
from verifier.sandbox.github.rest_answers import JsonObject, page, refusal
from verifier.sandbox.github.rest_api import repository_of

#: What a workflow writes is its bot's.
_BOT: JsonObject = {
    "user": {"login": "github-actions[bot]", "type": "Bot"},
    "author_association": "NONE",
}


class GuardedTalk:
    """The routes of all repositories; `find` looks one up by OWNER/NAME."""

    def __init__(self, find: Callable[[str], ProtectedRepository | None]) -> None:
        self._find = find

    def add_to(self, application: web.Application) -> None:
        """Add the routes."""
        root, router = "/repos/{owner}/{repo}", application.router
        router.add_get(root + "/issues", self._issues)
        router.add_post(root + "/issues", self._open_issue)
        router.add_patch(root + "/issues/{id}", self._change_issue)
        router.add_get(root + "/labels/{name}", self._label)
        router.add_post(root + "/labels", self._write_label)
        router.add_patch(root + "/labels/{name}", self._write_label)
        router.add_get(root + "/issues/{id}/comments", self._comments)
        router.add_post(root + "/issues/{id}/comments", self._comment)
        router.add_patch(root + "/issues/comments/{id}", self._change_comment)
        router.add_post(root + "/statuses/{sha}", self._set_status)
        router.add_get(root + "/collaborators/{login}/permission", self._permission)

    async def _permission(self, request: web.Request) -> web.Response:
        found, login = repository_of(request, self._find), request.match_info["login"]
        may_write = any(person.get("login") == login for person in found.collaborators)
        permission = "write" if may_write else "read"
        return web.json_response({"permission": permission, "role_name": permission})

    async def _issues(self, request: web.Request) -> web.Response:
        found = repository_of(request, self._find)
        wanted = request.query.get("state", "open")
        label = request.query.get("labels")
        shown = [
            issue
            for issue in found.issues
            if wanted in ("all", issue["state"])
            and (label is None or label in _list(issue.get("labels")))
        ]
        return page(request, shown)

    async def _open_issue(self, request: web.Request) -> web.Response:
        found = repository_of(request, self._find)
        body: JsonObject = await request.json()
        made: JsonObject = {"number": next(found.ids), "state": "open", **_BOT, **body}
        found.issues.append(made)
        for name in map(str, _list(body.get("labels"))):
            found.labels.setdefault(name, {"name": name, "description": None})
        return web.json_response(made, status=201)

    async def _change_issue(self, request: web.Request) -> web.Response:
        return await _change(request, repository_of(request, self._find).issues, "number")

    async def _label(self, request: web.Request) -> web.Response:
        found = repository_of(request, self._find).labels.get(request.match_info["name"])
        return refusal(404, "Not Found") if found is None else web.json_response(found)

    async def _write_label(self, request: web.Request) -> web.Response:
        labels = repository_of(request, self._find).labels
        body: JsonObject = await request.json()
        name = str(request.match_info.get("name", body.get("name")))
        is_new = request.method == "POST"
        if is_new is (name in labels):
            return refusal(422 if is_new else 404, "Validation Failed" if is_new else "Not Found")
        labels[name] = {**labels.get(name, {}), **body}
        return web.json_response(labels[name], status=201 if is_new else 200)

    async def _comments(self, request: web.Request) -> web.Response:
        return page(request, repository_of(request, self._find).comments)

    async def _comment(self, request: web.Request) -> web.Response:
        found = repository_of(request, self._find)
        body: JsonObject = await request.json()
        made: JsonObject = {"id": next(found.ids), **_BOT, **body}
        found.comments.append(made)
        return web.json_response(made, status=201)

    async def _change_comment(self, request: web.Request) -> web.Response:
        return await _change(request, repository_of(request, self._find).comments, "id")

    async def _set_status(self, request: web.Request) -> web.Response:
        body: JsonObject = await request.json()
        repository_of(request, self._find).statuses.append(body)
        return web.json_response(body, status=201)


async def _change(request: web.Request, rows: list[JsonObject], key: str) -> web.Response:
    """Change the row whose `key` is the id in the address, as the body says."""
    wanted = int(request.match_info["id"])
    row = next((row for row in rows if row[key] == wanted), None)
    if row is None:
        return refusal(404, "Not Found")
    body: JsonObject = await request.json()
    row |= body
    return web.json_response(row)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
