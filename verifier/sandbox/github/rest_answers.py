"""What the local GitHub answers with: a page of a list, or a refusal."""

from datetime import UTC, datetime

from aiohttp import web

JsonObject = dict[str, object]


def now() -> str:
    """Return the time as GitHub writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def refusal(status: int, message: str) -> web.Response:
    """Return an error as GitHub words it."""
    return web.json_response({"message": message, "status": str(status)}, status=status)


def page(request: web.Request, entries: list[JsonObject], key: str = "") -> web.Response:
    """Return the page of a list that is asked for."""
    size, page = int(request.query.get("per_page", 30)), int(request.query.get("page", 1))
    shown = entries[(page - 1) * size : page * size]
    return web.json_response({"total_count": len(entries), key: shown} if key else shown)
