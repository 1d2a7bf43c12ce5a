"""Which health paths a configuration should have, from what an application answers at them."""

import re
from collections.abc import Iterator, Mapping, Sequence

from verifier.decide.catch_all import NOWHERE, is_everywhere
from verifier.model.cut_text import cut_to
from verifier.model.deployment import Deployment
from verifier.model.evidence import Answer, Component, HealthDocument, HealthStatus, Origin
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
#: What an application cannot do without: its own stores and guards. What belongs to others, such as
#: a payment service, only warns: its outage must roll nobody back.
_OWN = re.compile(
    r"database|postgres|pgsql|jdbc|doctrine|dbal|sql|mongo|redis|valkey|supabase|migrat|schema|"
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
_WRONG = (HealthStatus.BAD, HealthStatus.CRITICAL)
_GOOD = (HealthStatus.GOOD, HealthStatus.WARNING)


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
    there = {one.path: one for one in found if _answers(one)}
    by_path = {path: one for path, one in there.items() if path not in BESIDE or path in first}
    deep = _most_telling(by_path)
    parts = _good_parts(by_path.get(deep))
    schema = next((p for p in SCHEMA if _rule(by_path.get(p)).startswith("schema")), "")
    steady = [p for p in READY if p in by_path and p != deep and _document(by_path[p])]
    ready = min(steady, key=lambda path: _is_bad(by_path[path]), default="")
    lively = [p for p in (*first, *LIVE) if p in by_path and p not in (ready, schema)]
    lively.sort(key=lambda path: _is_bad(by_path[path]))
    by_itself = (p for p in lively if p != deep and not _is_bad(by_path[p]))
    alive = next(by_itself, next(iter(lively), ""))
    chosen = [by_path[p] for p in dict.fromkeys((deep, ready, alive, schema)) if p]
    page = "" if alive else next((p for p in first if _is_page(surveyed, p)), "")
    return HealthChoice(
        live=alive or page,
        live_is_page=bool(page),
        ready=ready,
        deep=deep,
        schema=schema,
        required=tuple(name for name in parts if is_its_own(name))[:_MOST_REQUIRED],
        others=tuple(name for name in parts if not is_its_own(name))[:_MOST_REQUIRED],
        not_good=_bad_parts(by_path.get(deep))[:_MOST_REQUIRED],
        extras=_extras([one for path, one in there.items() if path not in by_path]),
        sha=_places(chosen, live.commit_sha if live else ""),
        deployment=_places(chosen, live.id if live else ""),
    )


def worth_requiring(surveyed: SurveyedPath) -> tuple[str, ...]:
    """Return the components that are good now and that an application cannot do without."""
    return tuple(name for name in _good_parts(surveyed) if is_its_own(name))[:_MOST_REQUIRED]


def is_its_own(name: str) -> bool:
    """Whether a component is one that an application cannot do without, and no one else's."""
    return bool(_OWN.search(name))


def is_primary_store(name: str) -> bool:
    """Whether a component is a database of the application's own, by its name."""
    spaced = _CAMEL.sub("_", name)
    return bool(_STORE.search(spaced)) and not _COPIES.search(spaced)


def lines_of(choice: HealthChoice) -> Iterator[str]:
    """Yield the lines of the configuration, every path written out."""
    yield "health:"
    # Each comment stands by itself: those in a row are one, which goes on in the next line.
    if choice.not_good:
        listed = ", ".join(map(_text, choice.not_good))
        yield f"  # these are not good now; add them to required once they are: {listed}"
    for name, path in (
        ("live", choice.live),
        ("ready", choice.ready),
        ("deep", choice.deep),
        ("schema", choice.schema),
    ):
        said = _text(path) if path else "null"
        is_page = name == "live" and choice.live_is_page
        yield f"  {name}: {{ path: {said}, expect: html }}" if is_page else f"  {name}: {said}"
    if choice.others:
        yield "  # these only warn, until you add them: " + ", ".join(map(_text, choice.others))
    yield f"  required: [{', '.join(map(_text, choice.required))}]"
    if choice.extras:
        yield "  # open breakers, used-up limits and late jobs: these only warn"
        yield "  extra:"
        for name, path in choice.extras.items():
            yield f"    - {{ name: {name}, path: {_text(path)} }}"
    if choice.sha or choice.deployment:
        yield "identity:"
        yield f"  sha: [{', '.join(map(_text, choice.sha))}]"
        yield f"  deployment: [{', '.join(map(_text, choice.deployment))}]"


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


def told(surveyed: SurveyedPath) -> str:
    """Return one line on what a path answers."""
    answer = surveyed.answer
    if not isinstance(answer, Answer):
        return f"{surveyed.path}: {answer.reason}"
    document = answer.document
    if not isinstance(document, HealthDocument):
        goal = f", redirects to {answer.leads_to}" if answer.origin is Origin.REDIRECT else ""
        return f"{surveyed.path}: HTTP {answer.status_code}{goal}; {document.reason}"
    names = ", ".join(c.name for c in document.components if not c.is_incidental)
    listed = f"; {names}" if names else ""
    return f'{surveyed.path}: HTTP {answer.status_code}, "{cut_to(60, document.word)}"{listed}'


def _answers(surveyed: SurveyedPath) -> bool:
    """Whether a path exists: what is served for every address is no health."""
    answer = surveyed.answer
    if not isinstance(answer, Answer) or answer.origin is not Origin.APPLICATION:
        return False
    if isinstance(answer.document, HealthDocument):
        return meaning_of(answer.status_code) is not Meaning.ABSENT
    return meaning_of(answer.status_code) is Meaning.SUCCESS and not answer.is_page


def _is_bad(surveyed: SurveyedPath) -> bool:
    """Whether a gate would fail by what a path answers now."""
    answer, document = surveyed.answer, _document(surveyed)
    is_good = isinstance(answer, Answer) and meaning_of(answer.status_code) is Meaning.SUCCESS
    return not is_good or bool(document and document.status in _WRONG)


def _document(surveyed: SurveyedPath | None) -> HealthDocument | None:
    if surveyed is None or not isinstance(surveyed.answer, Answer):
        return None
    found = surveyed.answer.document
    return found if isinstance(found, HealthDocument) else None


def _rule(surveyed: SurveyedPath | None) -> str:
    document = _document(surveyed)
    return document.rule if document else ""


def _most_telling(by_path: Mapping[str, SurveyedPath]) -> str:
    order = (*DEEP, *READY, *by_path)
    counts = {p: len(_good_parts(by_path[p])) for p in order if p in by_path and p not in SCHEMA}
    best = max(counts, key=lambda path: counts[path], default="")
    return best if best and counts[best] else ""


def _good_parts(surveyed: SurveyedPath | None) -> tuple[str, ...]:
    """What is good now, by the names that the document gives; parts of parts are left out."""
    document = _document(surveyed)
    if document is None:
        return ()
    bad = set(_bad_parts(surveyed))
    return tuple(name for name in _parts(document) if name not in bad)


def _bad_parts(surveyed: SurveyedPath | None) -> tuple[str, ...]:
    document = _document(surveyed)
    parts = _parts(document) if document else {}
    return tuple(name for name, statuses in parts.items() if not statuses <= set(_GOOD))


def _parts(document: HealthDocument) -> Mapping[str, set[HealthStatus]]:
    """What is said of each part of an application, by the part's name."""
    found: dict[str, set[HealthStatus]] = {}
    for component in document.components:
        if not component.is_incidental and _is_part(component):
            found.setdefault(component.name.split(":")[0], set()).add(component.status)
    return found


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


def _is_part(component: Component) -> bool:
    return "." not in component.name


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


def _text(value: str) -> str:
    return "'" + value.replace("'", "''").replace("\n", " ") + "'"
