"""The first user's system as it was recorded: the structure of its database, its answers."""

import json
from functools import cache
from pathlib import Path

import httpx
import psycopg

from tests.builders import START
from verifier.config.sections import IdentitySection
from verifier.guarded.probe import IdentityPaths, read_answer, read_extra
from verifier.guarded.web import Fetched
from verifier.model.evidence import Endpoint, Probe
from verifier.model.extra_endpoint import Extra
from verifier.model.finding import Unobserved

DATA = Path(__file__).parent / "data" / "first_user"
REF = "kdwmzqhvtrpyxbnacfle"
VERSION = "20251231211500"
#: What lets the verifier's role see the markers, and change none.
POLICY = (
    "create policy deploy_verifier_reads on app_settings for select to deploy_verifier using (true)"
)
EXTRAS = {name: Extra(name, f"/health/{name}") for name in ("circuits", "rate-limit", "jobs")}
BESIDE = json.loads((DATA / "beside_health.json").read_text("utf-8"))
STATES = json.loads((DATA / "health.json").read_text("utf-8"))
PATHS = {
    Endpoint.LIVE: "/health",
    Endpoint.READY: "/health/ready",
    Endpoint.DEEP: "/health/deep",
    Endpoint.SCHEMA: "/health/schema",
}
#: What the recorded answers name.
DEPLOYMENT_ID = "3f0a6c1e-7b52-4d8e-9a41-c2d95e80b7f6"
COMMIT = "5d1e8f0c2b7a49e3816fd0a4c9b27e5f13d8604a"

_THROUGH_EDGE = {"x-railway-request-id": "r"}
_IDENTITY = IdentityPaths(IdentitySection().sha, IdentitySection().deployment)


def build_database(url: str, *statements: str) -> None:
    """Make the first user's tables in an empty database, then run these statements."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute((DATA / "schema.sql").read_text("utf-8"))
        for statement in statements:
            connection.execute(statement)


def as_role(url: str, role: str) -> str:
    """Return the address with another user."""
    return url.replace("postgres:@", f"{role}:@")


def answers_of(name: str) -> tuple[Probe, ...]:
    """Return the recorded answers to what a gate asks, as if they came through Railway's edge."""
    return probes(STATES[name])


def beside(name: str) -> tuple[Probe, ...]:
    """Return the recorded answers to what a gate asks beside health; where none is, the good."""
    recorded = BESIDE["good"] | BESIDE.get(name, {})
    return tuple(_extra(name, json.dumps(recorded[e.path])) for name, e in EXTRAS.items())


def snapshot(name: str) -> tuple[Probe, ...]:
    """Return the answers of older code, of which only the deep one was kept."""
    kept = json.loads((DATA / "snapshots.json").read_text("utf-8"))[name]
    told = {"status": 200, "content_type": "application/json"}
    live = {**told, "body": {"status": "healthy", "service": "julia-api"}}
    return probes({"/health": live, "/health/deep": {**told, "body": kept}})


def probes(recorded: dict) -> tuple[Probe, ...]:
    """Return the probes of what was answered at each path."""
    return tuple(
        _probe(endpoint, path, json.dumps(recorded[path], sort_keys=True))
        for endpoint, path in PATHS.items()
        if path in recorded
    )


def edge_error(endpoint: Endpoint) -> Probe:
    """Return what Railway's edge answers for an application that does not listen."""
    told = httpx.Headers(
        {"content-type": "application/json", "x-railway-fallback": "true"} | _THROUGH_EDGE
    )
    body = b'{"status":"error","code":502,"message":"Application failed to respond"}'
    answer = read_answer(Fetched(502, told, body), _IDENTITY)
    return Probe(endpoint, f"https://api.test{PATHS[endpoint]}", answer, START, 10)


@cache
def _extra(name: str, text: str) -> Probe:
    extra = EXTRAS[name]
    recorded = json.loads(text)
    told = {"content-type": recorded["content_type"]} | _THROUGH_EDGE
    body = json.dumps(recorded["body"]).encode()
    fetched = Fetched(recorded["status"], httpx.Headers(told), body)
    answer = read_extra(fetched, _IDENTITY, extra, START)
    url = f"https://api.test{extra.path}"
    return Probe(Endpoint.EXTRA, url, answer, START, 10, extra=extra.name)


@cache
def _probe(endpoint: Endpoint, path: str, text: str) -> Probe:
    recorded = json.loads(text)
    url = f"https://api.test{path}"
    if recorded["status"] is None:
        late = Unobserved("no answer within 10 s")
        return Probe(endpoint, url, late, START, 10_000, is_late=True)
    told = {"content-type": recorded["content_type"]} | _THROUGH_EDGE
    body = json.dumps(recorded["body"]).encode()
    fetched = Fetched(recorded["status"], httpx.Headers(told), body)
    return Probe(endpoint, url, read_answer(fetched, _IDENTITY), START, 10)
