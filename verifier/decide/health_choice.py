"""Which health paths a configuration should have, from what an application answers at them."""

import re
from collections.abc import Collection, Mapping, Sequence

from verifier.decide.catch_all import NOWHERE, is_everywhere
from verifier.decide.health_now import GOOD, distance, document_of, exists, is_bad, is_good, rule_of
from verifier.model.deployment import Deployment
from verifier.model.evidence import UNNAMED, Answer, HealthDocument, HealthStatus, Origin
from verifier.model.health_survey import HealthChoice, SurveyedPath
from verifier.model.http_status import Meaning, meaning_of

#: By what they are usually for, the more telling first.
#: Sources: Rails and Laravel (/up), Kubernetes (…z), Spring Boot Actuator, Quarkus (/q/…),
#: Dockerflow (/__…__), django-health-check (/ht/), Strapi (/_health).
LIVE = (
    "/health/live",
    "/healthz",
    "/livez",
    "/health",
    "/up",
    "/api/health",
    "/healthcheck",
    "/_health",
    "/ping",
    "/actuator/health/liveness",
    "/q/health/live",
    "/__lbheartbeat__",
    "/status",
)
READY = (
    "/health/ready",
    "/readyz",
    "/ready",
    "/api/ready",
    "/actuator/health/readiness",
    "/q/health/ready",
)
DEEP = (
    "/health/deep",
    "/health/detailed",
    "/api/health/deep",
    "/actuator/health",
    "/q/health",
    "/health/all.json",
    "/okcomputer/all.json",
    "/ht/",
    "/__heartbeat__",
)
SCHEMA = ("/health/schema",)
#: May as well be a page for the public, of parts and of others' services, or of an order or a shop.
STATUS_PAGE = "/status"
#: Where breakers, limits and jobs are told. None of these does anything when it is asked, as far as
#: anybody knows; one that does is seen by being asked twice.
BESIDE = (
    "/health/circuits",
    "/health/circuit-breakers",
    "/actuator/circuitbreakers",
    "/health/rate-limit",
    "/health/limits",
    "/health/jobs",
)
#: Where an application may say who it is, besides its health.
IDENTITY = ("/info", "/actuator/info", "/version")
_MOST_REQUIRED = 30
_UNREAD = {HealthStatus.UNKNOWN}
#: What an application cannot do without: its own stores and guards. What belongs to others, such as
#: a payment service, only warns: its outage must roll nobody back.
_OWN = re.compile(
    r"database|postgres|pgsql|jdbc|doctrine|dbal|sql|mongo|redis|valkey|supabase|migrat|schema|hikari|"
    r"pool\.connectivitycheck|"
    r"tables|views|environment|project_ref|datasource|(?:^|[^a-z])(?:db|pg)(?:$|[^a-z])",
    re.IGNORECASE,
)
#: Where it keeps what it cannot lose. What holds copies, or is searched in, is not that.
_STORE = re.compile(
    r"database|postgres|pgsql|jdbc|doctrine|dbal|sql|mongo|supabase|datasource|"
    r"(?:^|[^a-z])(?:db|pg)(?:$|[^a-z])",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_COPIES = re.compile(
    r"redis|valkey|cache|replica|standby|secondary|search|vector|analytic|backup|metric|export|dump|"
    r"archive|stats|monitor|report",
    re.IGNORECASE,
)


def usual_paths(first: Sequence[str]) -> tuple[str, ...]:
    """Return the paths to ask, those that Railway or the repository name first."""
    return tuple(dict.fromkeys((*first, *LIVE, *READY, *DEEP, *SCHEMA, *BESIDE, *NOWHERE)))


def choose(
    surveyed: Sequence[SurveyedPath], first: Sequence[str], live: Deployment | None
) -> HealthChoice:
    """
    Return the paths that work now; `first` are those that somebody has already named.

    An identity is taken only where it is that of `live`, the one active deployment.
    """
    found = [one for one in surveyed if one.path in first or not is_everywhere(one, surveyed)]
    there = {one.path: one for one in found if exists(one)}
    by_path = {path: one for path, one in there.items() if path not in BESIDE or path in first}
    telling = _most_telling(by_path, first)
    deep = telling or _bare(by_path, first)
    parts, needed = _good_parts(by_path.get(deep)), _needed(by_path.get(deep))
    schema = next((p for p in SCHEMA if rule_of(by_path.get(p)).startswith("schema")), "")
    unready = ""
    steady = [p for p in READY if p in by_path and p != deep and document_of(by_path[p])]
    ready = min(steady, key=lambda path: distance(by_path[path]), default="")
    lively = [p for p in (*first, *LIVE) if p in by_path and p not in (ready, schema)]
    lively.sort(key=lambda path: is_bad(by_path[path]))
    by_itself = (p for p in lively if p != deep and _is_own_live(by_path[p], first))
    others = [*lively, *([deep] if deep else [])]
    alive = next(by_itself, min(others, key=lambda path: distance(by_path[path]), default=""))
    is_left_out = ready not in first and not is_good(by_path.get(ready))
    if is_left_out and any(is_good(by_path.get(path)) for path in (deep, alive)):
        ready, unready = "", ready
    chosen = [by_path[p] for p in dict.fromkeys((deep, ready, alive, schema)) if p]
    page = "" if alive else next((p for p in first if _is_page(surveyed, p)), "")
    return HealthChoice(
        live=alive or page,
        live_is_page=bool(page),
        ready=ready,
        unready=unready,
        deep=deep,
        schema=schema,
        required=tuple(name for name in parts if name in needed)[:_MOST_REQUIRED],
        others=tuple(name for name in parts if name not in needed)[:_MOST_REQUIRED],
        not_good=bad_parts(by_path.get(deep))[:_MOST_REQUIRED],
        unread=_unread_parts(by_path.get(deep))[:_MOST_REQUIRED],
        unjudged=_unjudged(chosen)[:_MOST_REQUIRED] if not telling else (),
        extras=_extras([one for path, one in there.items() if path not in by_path]),
        sha=_places(chosen, live.commit_sha if live else ""),
        deployment=_places(chosen, live.id if live else ""),
    )


def worth_requiring(surveyed: SurveyedPath) -> tuple[str, ...]:
    """Return the components that are good now and that an application cannot do without."""
    needed = _needed(surveyed)
    return tuple(name for name in _good_parts(surveyed) if name in needed)[:_MOST_REQUIRED]


def is_its_own(name: str) -> bool:
    """Whether a component is one that an application cannot do without, and no one else's."""
    return bool(_OWN.search(name))


def is_primary_store(name: str) -> bool:
    """Whether a component is a database of the application's own, by its name."""
    spaced = _CAMEL.sub("_", name)
    return bool(_STORE.search(spaced)) and not _COPIES.search(spaced)


def counts_itself(first: SurveyedPath, again: SurveyedPath) -> bool:
    """Whether asking twice has used up more of a limit: then no look should ask it."""
    before, after = (_said_of_limits(one) for one in (first, again))
    return bool(before) and before != after


def _said_of_limits(surveyed: SurveyedPath) -> Mapping[str, str]:
    if not isinstance(surveyed.beside, HealthDocument):
        return {}
    components = surveyed.beside.components
    return {c.name: c.message for c in components if c.word in ("free", "used up")}


def _extras(beside: Sequence[SurveyedPath]) -> Mapping[str, str]:
    """By the last part of their paths."""
    told = [one.path for one in beside if isinstance(one.beside, HealthDocument)]
    return {path.rpartition("/")[2]: path for path in told}


def _is_own_live(surveyed: SurveyedPath, first: Sequence[str]) -> bool:
    """Whether it can stand beside `deep`: what nobody named has to be about health, and good."""
    if surveyed.path in first:
        return not is_bad(surveyed)
    return surveyed.path != STATUS_PAGE and not distance(surveyed)


def _most_telling(by_path: Mapping[str, SurveyedPath], first: Sequence[str]) -> str:
    """
    Return the path that tells most of what an application cannot do without.

    One that is named stays, unless another tells all its stores and more, and is no worse now.
    """
    order = dict.fromkeys((*first, *DEEP, *READY, *by_path))
    told = {p: _good_parts(by_path[p]) for p in order if p in by_path and p not in SCHEMA}
    telling = [path for path in told if told[path]]
    own = {path: {name for name in told[path] if is_its_own(name)} for path in telling}
    rest = [path for path in telling if path not in first]
    worth = {p: (len(own[p]), -distance(by_path[p]), p != STATUS_PAGE, len(told[p])) for p in rest}
    best = max(rest, key=lambda path: worth[path], default="")
    named = next((path for path in first if path in telling), "")
    if not named or not best:
        return named or best
    is_no_worse = distance(by_path[best]) <= distance(by_path[named])
    return best if is_no_worse and own[best] > own[named] else named


def _bare(by_path: Mapping[str, SurveyedPath], first: Sequence[str]) -> str:
    """Return a deep path that is good, and says so as a whole; a named one stays `live`."""
    good = (path for path in DEEP if path not in first and is_good(by_path.get(path)))
    return next((path for path in good if not bad_parts(by_path[path])), "")


def _good_parts(surveyed: SurveyedPath | None) -> tuple[str, ...]:
    """What is good now, by the names that the document gives; parts of parts are left out."""
    document = document_of(surveyed)
    if document is None:
        return ()
    bad = {*bad_parts(surveyed), *_unread_parts(surveyed)}
    return tuple(name for name in _parts(document) if name not in bad)


def _needed(surveyed: SurveyedPath | None) -> frozenset[str]:
    """What is its own, and is not called dispensable by the document: that is bad at will."""
    document = document_of(surveyed)
    named = document.components if document else ()
    without = {c.name.split(":")[0] for c in named if c.is_dispensable}
    return frozenset(filter(is_its_own, _good_parts(surveyed))) - without


def bad_parts(surveyed: SurveyedPath | None) -> tuple[str, ...]:
    document = document_of(surveyed)
    parts = _parts(document) if document else {}
    return tuple(
        name for name, statuses in parts.items() if statuses - _UNREAD and not statuses <= set(GOOD)
    )


def _unread_parts(surveyed: SurveyedPath | None) -> tuple[str, ...]:
    """What is listed without a status that is known, by name."""
    document = document_of(surveyed)
    parts = _parts(document) if document else {}
    return tuple(name for name, statuses in parts.items() if statuses <= _UNREAD)


def _unjudged(chosen: Sequence[SurveyedPath]) -> tuple[str, ...]:
    """What the paths list that are asked for something else, where none is asked for its parts."""
    documents = [document for one in chosen if (document := document_of(one))]
    return tuple(dict.fromkeys(name for document in documents for name in _parts(document)))


def _parts(document: HealthDocument) -> Mapping[str, set[HealthStatus]]:
    """What is said of each part of an application, by the part's name."""
    told = [(c.name.split(":")[0], c) for c in document.components if not c.is_incidental]
    names = {name for name, _ in told}
    found: dict[str, set[HealthStatus]] = {}
    for name, component in told:
        if name.rpartition(".")[2] != UNNAMED and not _is_within(name, names):
            found.setdefault(name, set()).add(component.status)
    return found


def _is_within(name: str, names: Collection[str]) -> bool:
    """Whether it is a part of one that is named itself: `database.replica`, but not `main.Pool`."""
    keys = name.split(".")
    return any(".".join(keys[:end]) in names for end in range(1, len(keys)))


def _is_page(surveyed: Sequence[SurveyedPath], path: str) -> bool:
    """Whether Railway's own health check is a page: one that somebody chose for that."""
    return any(
        one.path == path
        and isinstance(one.answer, Answer)
        and one.answer.origin is Origin.APPLICATION
        and meaning_of(one.answer.status_code) is Meaning.SUCCESS
        and one.answer.is_page
        for one in surveyed
    )


def _places(surveyed: Sequence[SurveyedPath], value: str) -> tuple[str, ...]:
    """Places that name this commit or deployment; an abbreviated commit counts."""
    if not value:
        return ()
    return tuple(
        dict.fromkeys(
            place
            for one in surveyed
            for place, said in one.ids.items()
            if value.casefold().startswith(said.casefold())
        )
    )
