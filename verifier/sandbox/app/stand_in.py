"""What the application is in a rehearsal, from the variable STAND_IN; else it is the example."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

_EXAMPLE_PATHS = {
    "/health": "live",
    "/health/ready": "ready",
    "/health/deep": "deep",
    "/health/schema": "schema",
    "/health/jobs": "jobs",
    "/health/rate-limit": "rate-limit",
    "/health/circuits": "circuits",
}
_EXAMPLE_TABLES = (
    "clientes",
    "conversations",
    "fila_mensagens",
    "doctor_state",
    "intent_log",
    "touch_reconciliation_log",
    "app_settings",
)


@dataclass(frozen=True)
class StandIn:
    """What it serves, needs and writes."""

    paths: Mapping[str, str] = field(default_factory=lambda: dict(_EXAMPLE_PATHS))
    """Which health endpoint answers at a path."""
    pages: tuple[str, ...] = ()
    """Paths that answer with a page of HTML."""
    serves: bool = False
    """Whether it answers requests whatever its RUN_MODE."""
    tables: tuple[str, ...] = _EXAMPLE_TABLES
    views: tuple[str, ...] = ("campaign_sends", "campaign_metrics")
    components: tuple[str, ...] = ()
    """Further components of the deep document."""
    sha: tuple[str, ...] = ()
    """Further places of the commit, `a.b` or `header:NAME`."""
    deployment: tuple[str, ...] = ()
    """Further places of the deployment's id."""
    heartbeats: tuple[str, ...] | None = None
    """Statements that are run each second; None for those of the example."""
    version: str = ""
    """The schema version that it needs; empty for that of `app/constants.py`."""
    is_example: bool = True
    """Whether its deep document has the components that are the example's alone."""
    guards: bool = True
    """Whether it looks for itself at which environment its database belongs to."""

    def identify(self, document: dict[str, object], commit: str, deployment: str) -> dict[str, str]:
        """Write into a document whose it is; return the headers that say so."""
        headers: dict[str, str] = {}
        for places, value in ((self.sha, commit), (self.deployment, deployment)):
            for place in places:
                if place.startswith("header:"):
                    headers[place.removeprefix("header:")] = value
                else:
                    _put(document, place.split("."), value)
        return headers


def _put(document: dict[str, object], place: list[str], value: str) -> None:
    *outer, last = place
    for name in outer:
        inner = document.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        document = inner
    document[last] = value


def read_stand_in(text: str) -> StandIn:
    """Return what a rehearsal asks for; the example where it asks for nothing."""
    given = json.loads(text or "{}").items()
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in given}
    return StandIn(**values)  # type: ignore[arg-type]  # the rehearsal wrote it
