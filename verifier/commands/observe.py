"""Gathers the evidence of one moment: Railway, health endpoints, database and checkout."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import unquote, urlsplit

from verifier.checks.identity import can_only_be_judged
from verifier.commands.adapters import Sources
from verifier.commands.failure_context import gather_background
from verifier.commands.parallel import in_parallel
from verifier.commands.ports import Observation, attempt
from verifier.decide.migrations.breaking_change_policy import BreakingChanges
from verifier.decide.migrations.comparison import expected_by_all, shipped_together
from verifier.model.background import Background
from verifier.model.deployment import Deployment, Fleet
from verifier.model.evidence import (
    Answer,
    DatabaseReading,
    Endpoint,
    Evidence,
    HealthDocument,
    Origin,
    Probe,
    ServiceEvidence,
    Subject,
    Variables,
)
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.platform import AutoDeploy
from verifier.model.verdict import Wait

#: A probe and a database session end by themselves before this.
_LIMIT_S = 15.0


@dataclass(frozen=True, slots=True)
class _VariablesRead:
    """By service name."""

    by_service: Mapping[str, Variables]


_Answer = Probe | DatabaseReading | _VariablesRead | Unobserved | NotAsked
_Key = tuple[str, str]
_DATABASE: _Key = ("", "database")
_VARIABLES: _Key = ("", "variables")
_DEEP = Endpoint.DEEP
_MOST_TURNS = 5
#: Railway is asked again after this, though its news say nothing.
_LONGEST_SILENCE_S = 300.0


class LiveWorld:
    """
    The world of the gate, over its sources.

    Remembers what cannot change, the variables, and whether Railway was read since it gives news:
    until then a change may have been missed.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._is_read_since = False
        self._variables: dict[str, Variables] = {}

    def fleet(self) -> Fleet:
        """Read the services with their latest deployments."""
        read = self._sources.railway.fleet()
        self._is_read_since = True
        return read

    def subscribe(self, deployment_ids: Collection[str]) -> None:
        """Have news of these deployments end the next `wait`, where Railway gives news."""
        if self._sources.news.subscribe(deployment_ids):
            self._is_read_since = False

    def patience_s(self, wait: Wait) -> float:
        """How long to wait before Railway is asked again: longer where it will give news."""
        if self._sources.news.is_open and self._is_read_since:
            return min(max(wait.seconds, _LONGEST_SILENCE_S), wait.at_most_s)
        return wait.seconds

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until there is news; return whether there is."""
        if self._sources.news.is_open:
            return self._sources.news.wait(seconds)
        self._sources.clock.sleep(seconds)
        return False

    def history(self) -> Fleet:
        """Read the services with as many deployments as a plan may want."""
        return self._sources.railway.history()

    def roll_back(self, deployment_id: str) -> None:
        """Ask Railway to put this deployment back."""
        self._sources.railway.roll_back(deployment_id)

    def redeploy(self, deployment_id: str) -> None:
        """Ask Railway to start this deployment's image again."""
        self._sources.railway.redeploy(deployment_id)

    def incident(self) -> str:
        """Return what Railway says is wrong with its platform, empty where nothing is."""
        return self._sources.railway.incident()

    def auto_deploy(self, service: str) -> AutoDeploy:
        """Whether a push deploys a service."""
        return self._sources.railway.auto_deploy(service)

    def set_auto_deploy(self, service: str, *, enabled: bool) -> None:
        """Have pushes deploy a service, or not."""
        self._sources.railway.set_auto_deploy(service, enabled=enabled)

    def breaking_changes(self, older: Deployment, judged: Deployment) -> BreakingChanges:
        """What the migrations between two deployments' commits took away from the older one."""
        return self._sources.checkout.breaking_changes(older.commit_sha, judged.commit_sha)

    def background(self, service: str, judged: Deployment, good: Deployment | None) -> Background:
        """What lies behind the failure of a deployment; `good` is the last good one."""
        given = self._sources
        return gather_background(
            given.railway, given.checkout, given.secrets, service, judged, good
        )

    def link(self, service: str) -> str:
        """Address of the service's page at Railway, for a person."""
        return self._sources.railway.link(service)

    def observe(
        self, judged: Mapping[str, Deployment], before: Fleet, subject: Subject
    ) -> Observation:
        """
        Ask everything at once, then Railway again.

        Where a verdict depends on it, stops listening as soon as one health document says that
        this is the wrong environment: what is not answered then is `Unobserved`.
        """
        services = {name: before[name].service for name in judged}
        asked = {
            (name, f"{endpoint} {turn}"): (endpoint, service.url + path)
            for name, service in services.items()
            if service.url
            for endpoint, path in self._sources.paths.items()
            for turn in range(_turns(endpoint, judged[name]))
        }
        questions: dict[_Key, Callable[[], _Answer]] = {
            key: partial(self._sources.prober.probe, endpoint, url)
            for key, (endpoint, url) in asked.items()
        }
        questions[_DATABASE] = self._read_database
        if subject is not Subject.BEFORE:  # which can only excuse the judged deployment
            questions[_VARIABLES] = partial(self._read_variables, judged)
        started_at = self._sources.clock.now()
        is_enough = _is_critical if subject is Subject.JUDGED else _is_never_enough
        answers = in_parallel(questions, _LIMIT_S, is_enough)
        if subject is Subject.BEFORE:
            answers[_VARIABLES] = NotAsked("not read for the previous deployment")
        missing = _why_missing(any(is_enough(answer) for answer in answers.values()))
        if isinstance(missing, Unobserved):
            for key, (endpoint, url) in asked.items():
                answers.setdefault(key, Probe(endpoint, url, missing, started_at, 0))
        after = self.fleet()
        found = tuple(
            self._with_request_log(
                ServiceEvidence(
                    service=service,
                    judged=judged[name],
                    before=before[name],
                    after=after[name],
                    probes=tuple(
                        answer
                        for key, answer in answers.items()
                        if key[0] == name and isinstance(answer, Probe)
                    ),
                    variables=_variables(name, answers.get(_VARIABLES), missing),
                )
            )
            for name, service in services.items()
        )
        commits = sorted({d.commit_sha for d in judged.values()})
        evidence = Evidence(
            at=self._sources.clock.now(),
            subject=subject,
            services=found,
            database=_database(answers.get(_DATABASE), missing),
            shipped=shipped_together([self._sources.checkout.shipped(c) for c in commits]),
            expected_versions=expected_by_all(
                [self._sources.checkout.expected_versions(c) for c in commits]
            ),
            database_url_matches={s.service.name: self._uses_our_database(s) for s in found},
        )
        return Observation(evidence, after)

    def _read_database(self) -> DatabaseReading | Unobserved | NotAsked:
        if self._sources.read_database is None:
            return NotAsked("no database check is configured")
        return attempt(self._sources.read_database)

    def _read_variables(self, judged: Mapping[str, Deployment]) -> _VariablesRead | Unobserved:
        """Read once for each deployment: neither a snapshot nor a running container changes."""
        new = {name: d.id for name, d in judged.items() if d.id not in self._variables}
        read = attempt(lambda: self._sources.railway.variables(new)) if new else {}
        if isinstance(read, Unobserved):
            return read
        for name, variables in read.items():
            self._sources.secrets.learn(variables.values)
            self._variables[new[name]] = variables
        return _VariablesRead({name: self._variables[d.id] for name, d in judged.items()})

    def _with_request_log(self, service: ServiceEvidence) -> ServiceEvidence:
        """Ask Railway's request log, but only about answers that do not name themselves."""
        answers = [p.answer for p in service.probes if isinstance(p.answer, Answer)]
        unnamed = [
            answer.request_id
            for answer in answers
            if answer.request_id
            and answer.origin is Origin.APPLICATION
            and not answer.deployment_id
            and not can_only_be_judged(service)
        ]
        if not unnamed:
            return service
        read = self._sources.railway.logged_requests
        logged = attempt(lambda: read(service.judged.id, unnamed))
        return (
            service if isinstance(logged, Unobserved) else replace(service, logged_requests=logged)
        )

    def _uses_our_database(self, service: ServiceEvidence) -> bool:
        if not isinstance(service.variables, Variables):
            return False
        theirs = service.variables.values.get("DATABASE_URL", "")
        return bool(theirs) and _database_of(theirs) == _database_of(
            self._sources.database_url.reveal()
        )


def _turns(endpoint: Endpoint, judged: Deployment) -> int:
    """Ask in depth as often as instances run: the edge chooses among them by chance."""
    return max(1, min(judged.instances.count("RUNNING"), _MOST_TURNS)) if endpoint == _DEEP else 1


def _is_never_enough(_: _Answer) -> bool:
    return False


def _is_critical(answer: _Answer) -> bool:
    if not isinstance(answer, Probe) or not isinstance(answer.answer, Answer):
        return False
    document = answer.answer.document
    return isinstance(document, HealthDocument) and document.is_critical


def _why_missing(decided: bool) -> Unobserved | NotAsked:
    if decided:
        return NotAsked("skipped: another answer had already decided")
    return Unobserved("no answer in time")


def _variables(
    name: str, answer: _Answer | None, missing: Unobserved | NotAsked
) -> Variables | Unobserved | NotAsked:
    match answer:
        case _VariablesRead(by_service):
            return by_service[name]
        case Unobserved() | NotAsked():
            return answer
        case _:
            return missing


def _database(
    answer: _Answer | None, missing: Unobserved | NotAsked
) -> DatabaseReading | Unobserved | NotAsked:
    match answer:
        case DatabaseReading() | Unobserved() | NotAsked():
            return answer
        case _:
            return missing


def _database_of(url: str) -> tuple[str, int | None, str, str] | None:
    """Host, port, database and query of an address; None where it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    return (parts.hostname or "").casefold(), port or 5432, unquote(parts.path), parts.query
