"""Gathers the evidence of one moment: health endpoints, variables, database and checkout."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from verifier.commands.health_questions import (
    ELSEWHERE,
    Address,
    Question,
    health_questions,
    lane_of,
    limit_s,
    questions_elsewhere,
)
from verifier.commands.known_variables import (
    VariablesOnce,
    names_database,
    variables_before,
    variables_of_others,
)
from verifier.commands.parallel import ParallelCalls
from verifier.commands.request_log import RequestLog
from verifier.commands.response_count import ResponseCount
from verifier.commands.response_times import ResponseTimes
from verifier.commands.restart_count import RestartCount
from verifier.commands.retries import attempt_source
from verifier.commands.sources import Sources
from verifier.commands.telling_answers import (
    is_critical_answer,
    is_failing_answer,
    is_never_enough,
)
from verifier.decide.migrations.comparison import expected_by_all, shipped_together
from verifier.model.deployment import Deployment, Fleet, served_since
from verifier.model.evidence import (
    DatabaseReading,
    Evidence,
    Probe,
    ServiceEvidence,
    ShippedMigrations,
    Subject,
    Variables,
)
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.same_database import project_read_at

#: What served before can only excuse: the deployment that is to be judged does not wait for it.
_BEFORE_LIMIT_S = 5.0


@dataclass(frozen=True, slots=True)
class _VariablesRead:
    """By service name."""

    by_service: Mapping[str, Variables]


@dataclass(frozen=True, slots=True)
class _Shipped:
    """What the judged commits ship and expect, by ledger."""

    migrations: Mapping[str, ShippedMigrations | Unobserved | NotAsked]
    expected: Mapping[str, str | Unobserved | NotAsked]


_Answer = Probe | DatabaseReading | _VariablesRead | _Shipped | Unobserved | NotAsked


_DATABASE = Question("database")


@dataclass(frozen=True, slots=True)
class Gathered:
    """The answers of one look, before Railway is read again."""

    answers: Mapping[Question, _Answer]
    missing: Unobserved | NotAsked
    """Stands for what did not answer."""

    def probes(self, service: str) -> tuple[Probe, ...]:
        """Return the probes of one service, in the order in which they answered."""
        return tuple(
            answer
            for key, answer in self.answers.items()
            if key.service == service and key.what != ELSEWHERE and isinstance(answer, Probe)
        )

    def elsewhere(self, service: str) -> tuple[Probe, ...]:
        """Return what the further addresses of one service answered."""
        return tuple(
            answer
            for key, answer in self.answers.items()
            if key.service == service and key.what == ELSEWHERE and isinstance(answer, Probe)
        )

    def of(self, what: str) -> _Answer:
        """Return the answer to a question that is asked once for all services."""
        found = next((a for key, a in self.answers.items() if key.what == what), None)
        return self.missing if found is None else found


class Gatherer:
    """Asks all sources at once; knows what containers have, and that a database was reached."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._questions: ParallelCalls[Question, _Answer] = ParallelCalls()
        self.variables = VariablesOnce(sources.railway, sources.secrets)
        self._has_read_database = False
        self._no_answer: dict[Question, _Answer] = {}
        """What further addresses failed to answer: no look waits for one of them twice."""
        deepest = {name: asked.deepest for name, asked in sources.asked.items()}
        self._responses = ResponseCount(deepest)
        self._restarts = RestartCount(sources.news)
        self._times = ResponseTimes()
        extras = (extra for asked in sources.asked.values() for extra in asked.extras)
        self._log = RequestLog(sources.railway, {extra.name: extra for extra in extras})

    def gather(
        self, judged: Mapping[str, Deployment], before: Fleet, subject: Subject, within_s: float
    ) -> Gathered:
        """
        Ask everything about these deployments, by service name, for `within_s` at most.

        Where a verdict depends on it, stops listening as soon as one health document says that
        this is the wrong environment.
        """
        started_at = self._sources.clock.now()
        probes = health_questions(judged, before, self._sources.asked)
        questions: dict[Question, Callable[[], _Answer]] = {
            key: partial(self._probe, address, before[key.service].domains)
            for key, address in probes.items()
        }
        further = (
            questions_elsewhere(judged, before, self._sources.asked)
            if subject is Subject.JUDGED
            else {}
        )
        for key, address in further.items():
            if key not in self._no_answer:
                questions[key] = partial(self._probe, address, before[key.service].domains)
        questions[_DATABASE] = self._read_database
        ids = frozenset(deployment.id for deployment in judged.values())
        questions[Question("checkout", about=ids)] = partial(self._read_checkout, judged)
        is_before = subject is Subject.BEFORE
        questions[Question("variables", about=ids)] = partial(self._read_variables, judged)
        answers = self._questions.ask(
            questions,
            min(within_s, _BEFORE_LIMIT_S if is_before else limit_s(probes)),
            is_critical_answer if subject is Subject.JUDGED else is_never_enough,
            is_failing_answer if subject is Subject.JUDGED else is_never_enough,
            lane_of,
        )
        decided = subject is Subject.JUDGED and any(map(is_critical_answer, answers.values()))
        missing = _why_missing(decided)
        if isinstance(missing, Unobserved):
            for key, to in probes.items():
                missed = Probe(to.endpoint, to.url, missing, started_at, 0, is_before, key.extra)
                answers.setdefault(key, missed)
        answers |= self._elsewhere(further, answers)
        return Gathered(answers, missing)

    def evidence(
        self,
        judged: Mapping[str, Deployment],
        before: Fleet,
        after: Fleet,
        subject: Subject,
        gathered: Gathered,
    ) -> Evidence:
        """Return what was gathered between two statements of Railway's."""
        found = tuple(
            self._beside(
                ServiceEvidence(
                    service=before[name].service,
                    judged=deployment,
                    before=before[name],
                    after=after[name],
                    probes=gathered.probes(name),
                    elsewhere=gathered.elsewhere(name),
                    variables=_variables(name, gathered),
                    variables_before=variables_before(
                        before[name], deployment, self.variables.known
                    ),
                )
            )
            for name, deployment in judged.items()
        )
        shipped = gathered.of("checkout")
        if not isinstance(shipped, _Shipped):
            reason = gathered.missing if shipped is gathered.missing else _unread(shipped)
            shipped = _Shipped({"": reason}, {"": reason})
        database = _database(gathered)
        self._has_read_database |= isinstance(database, DatabaseReading)
        return Evidence(
            at=self._sources.clock.now(),
            subject=subject,
            services=found,
            database=database,
            shipped=shipped.migrations,
            expected_versions=shipped.expected,
            peers=variables_of_others(judged, before, self.variables.known),
            database_url_matches={
                s.service.name: names_database(s.variables, self._sources.database_url)
                for s in found
            },
            database_project=project_read_at(self._sources.database_url.reveal()),
            served_since=served_since(before, judged.values()),
            database_was_read=self._has_read_database,
            railway_ahead=timedelta(seconds=self._sources.railway.ahead_s() or 0.0),
        )

    def _beside(self, service: ServiceEvidence) -> ServiceEvidence:
        counted = self._restarts.beside(self._responses.beside(self._log.beside(service)))
        return self._times.beside(counted)

    def _elsewhere(
        self, further: Mapping[Question, Address], answers: Mapping[Question, _Answer]
    ) -> Mapping[Question, _Answer]:
        """Return what of further addresses is known to give no answer, and keep what is so now."""
        for key in further:
            answer = answers.get(key)
            if isinstance(answer, Probe) and isinstance(answer.answer, Unobserved):
                self._no_answer[key] = answer
        return {key: found for key, found in self._no_answer.items() if key in further}

    def _probe(self, to: Address, domains: Collection[str]) -> Probe:
        started_at = self._sources.clock.now()
        prober, extra = self._sources.prober, to.extra
        probe = attempt_source(
            "probe",
            lambda: (
                prober.probe_extra(extra, to.url, domains)
                if extra
                else prober.probe(to.endpoint, to.url, domains)
            ),
        )
        if isinstance(probe, Unobserved):
            name = extra.name if extra else ""
            return Probe(to.endpoint, to.url, probe, started_at, 0, extra=name)
        return probe

    def _read_database(self) -> DatabaseReading | Unobserved | NotAsked:
        if self._sources.read_database is None:
            return NotAsked("no database check is configured")
        begun_at = self._sources.clock.now()
        read = attempt_source("database", self._sources.read_database)
        return replace(read, read_at=begun_at) if isinstance(read, DatabaseReading) else read

    def _read_checkout(self, judged: Mapping[str, Deployment]) -> _Shipped | Unobserved:
        checkout = self._sources.checkout
        commits = sorted({d.commit_sha for d in judged.values()})
        return attempt_source(
            "checkout",
            lambda: _Shipped(
                shipped_together([checkout.shipped(commit) for commit in commits]),
                expected_by_all([checkout.expected_versions(commit) for commit in commits]),
            ),
        )

    def _read_variables(self, judged: Mapping[str, Deployment]) -> _VariablesRead | Unobserved:
        ids = {name: deployment.id for name, deployment in judged.items()}
        read = attempt_source("variables", lambda: self.variables.of(ids))
        return read if isinstance(read, Unobserved) else _VariablesRead(read)


def _why_missing(decided: bool) -> Unobserved | NotAsked:
    if decided:
        return NotAsked("skipped: another answer had already decided")
    return Unobserved("no answer in time")


def _variables(name: str, gathered: Gathered) -> Variables | Unobserved | NotAsked:
    match gathered.of("variables"):
        case _VariablesRead(by_service) if name in by_service:
            return by_service[name]
        case Unobserved() | NotAsked() as reason:
            return reason
        case _:
            return gathered.missing


def _database(gathered: Gathered) -> DatabaseReading | Unobserved | NotAsked:
    match gathered.of("database"):
        case DatabaseReading() | Unobserved() | NotAsked() as read:
            return read
        case _:
            return gathered.missing


def _unread(answer: _Answer) -> Unobserved | NotAsked:
    return answer if isinstance(answer, Unobserved | NotAsked) else Unobserved("it was not read")
