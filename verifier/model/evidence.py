"""Evidence: everything that was observed at one moment, before anybody judges it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from verifier.model.deployment import Deployment, Service, ServiceState
from verifier.model.extra_endpoint import Found
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.migration_ledger import DatabaseObject, LedgerReading, Migration


class Endpoint(StrEnum):
    """The health endpoints that an application may have."""

    LIVE = "live"
    READY = "ready"
    DEEP = "deep"
    SCHEMA = "schema"
    EXTRA = "extra"
    """One of the team's own, beside its health."""


class Subject(StrEnum):
    """What the deployments that are looked at are to this run."""

    JUDGED = "judged"
    BEFORE = "before"
    """What served when the run began."""
    RESTORED = "restored"


class HealthStatus(StrEnum):
    """What a health document says of the application or of one component."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    CRITICAL = "critical"
    SKIPPED = "skipped"
    PENDING = "pending"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Component:
    """One entry of a health document."""

    name: str
    status: HealthStatus
    word: str
    """The document's own word for the status."""
    message: str = ""
    observed: Mapping[str, str] = field(default_factory=dict)
    """Further fields whose values are text, numbers, booleans or lists of these."""
    place: str = ""
    """Where it stands in the document: keys, separated by dots."""
    is_incidental: bool = False
    """Whether it may as well be a setting: it counts only where it is required by name."""
    doubt: str = ""
    """
    What it holds that may speak against its good status, where the component is needed; or that
    nobody knows its word.
    """
    is_dispensable: bool = False
    """Whether the document says that the whole can do without it."""


#: The rule of a document that says itself how it is.
OWN_STATUS = "its own status"
#: The rules of documents that say only how their components are.
WORST_COMPONENT = "the worst component, since it has no overall status"
LINES = "lines of names and words"
KUBERNETES = "Kubernetes' verbose text"
BESIDE = "the HTTP code and the words of its components"
#: What an entry is called that has no name of its own.
UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class HealthDocument:
    """A health document of any dialect in one shape."""

    status: HealthStatus
    word: str
    components: tuple[Component, ...] = ()
    commit_sha: str = ""
    deployment_id: str = ""
    deploy_safe: bool | None = None
    message: str = ""
    """What it says beside its status."""
    rule: str = ""
    """How the status of the whole was found."""
    supabase_project: str = ""
    """The project, or the host, that it says the application's requests go to."""
    passwords_at: tuple[str, ...] = ()
    """Where it shows the password of an address, keys separated by dots."""
    objects: frozenset[str] = frozenset()
    """The keys of its outer objects, in small letters, whether they tell a status or not."""

    @property
    def own_word(self) -> str:
        """What it says itself; empty where its word was made of what its components say."""
        is_made = self.word == self.status.value and self.rule != OWN_STATUS
        return "" if is_made else self.word

    @property
    def is_critical(self) -> bool:
        """Whether it says anywhere that this is the wrong environment or database."""
        statuses = {self.status, *(component.status for component in self.components)}
        return HealthStatus.CRITICAL in statuses


class Origin(StrEnum):
    """Who gave an HTTP answer, as far as the answer itself tells."""

    APPLICATION = "application"
    EDGE = "edge"
    """Railway's edge, in place of an application that it could not reach."""
    CACHE = "cache"
    REDIRECT = "redirect"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer to a probe."""

    status_code: int
    origin: Origin
    document: HealthDocument | Unobserved
    """`Unobserved` where the body is no health document, with what it is instead."""
    content_type: str = ""
    request_id: str = ""
    """`X-Railway-Request-Id`; empty where the answer did not pass Railway's edge."""
    commit_sha: str = ""
    deployment_id: str = ""
    """Identity from the document or the configured headers; empty where neither says."""
    unnamed_at: tuple[str, ...] = ()
    """Where `identity` says that a commit or an id stands, while none of these places has one."""
    text: str = ""
    """The beginning of a body that is no health document, on one line; empty for a page."""
    leads_to: str = ""
    """Where a redirect leads: host and path alone, since queries hold secrets."""
    found: Mapping[str, Found | Unobserved] = field(default_factory=dict)
    """By JSONPath, what stands there in the answer of an extra endpoint."""

    @property
    def is_page(self) -> bool:
        """Whether it is a page for people: JSON is none, whatever its sender calls it."""
        return "html" in self.content_type and not self.text.lstrip().startswith(("{", "["))


@dataclass(frozen=True, slots=True)
class Probe:
    """One request to one health endpoint."""

    endpoint: Endpoint
    url: str
    answer: Answer | Unobserved
    started_at: datetime
    duration_ms: int
    is_late: bool = False
    """Whether the request was taken and no answer came within the limit."""
    extra: str = ""
    """Name of the extra endpoint; empty for one of health."""
    late_s: float = 0.0
    """How many seconds before its look it was asked, where only then Railway's log told whose
    answer it is."""
    is_told_again: bool = False
    """Whether an earlier look has told this answer already, and it is no further one."""


@dataclass(frozen=True, slots=True)
class RelationAnswer:
    """Whether one table or view answered a `LIMIT 1`."""

    name: str
    kind: str
    problem: str = ""
    """The database's own words; empty where it answered."""
    unseen: Unobserved | None = None
    """Why nobody can tell: it is hidden from this role, or did not answer in time."""


@dataclass(frozen=True, slots=True)
class SqlAnswer:
    """The single value that an SQL probe returned."""

    value: str
    age_s: float | None = None
    """Seconds since that time, by the database's clock, where the value is a timestamp."""


@dataclass(frozen=True, slots=True)
class DatabaseReading:
    """What one read-only session saw."""

    markers: Mapping[str, str] | Unobserved | NotAsked
    """Rows of the marker table."""
    ledgers: Mapping[str, LedgerReading | Unobserved]
    """By the names that the configuration gives them."""
    relations: tuple[RelationAnswer, ...] = ()
    objects: Mapping[DatabaseObject, bool] | Unobserved = field(default_factory=dict)
    """Whether each of the required objects is there."""
    sql_answers: Mapping[str, SqlAnswer | Unobserved] = field(default_factory=dict)
    hidden_markers: Unobserved | None = None
    """Why a marker that was not seen may be there; None where the table hides no row."""
    read_at: datetime | None = field(default=None, compare=False)
    """When it was begun, by this machine's clock; None where nobody says."""


@dataclass(frozen=True, slots=True)
class ShippedMigrations:
    """What a commit was built with."""

    migrations: tuple[Migration, ...]
    is_chained: bool = False
    """Whether a checksum covers all files before its own."""


@dataclass(frozen=True, slots=True)
class Variables:
    """The variables of a service's container."""

    values: Mapping[str, str] = field(repr=False)
    of_this_deployment: bool
    """True where Railway keeps them with the judged deployment; False where they are merely
    what the service has now."""


@dataclass(frozen=True, slots=True)
class ServiceEvidence:
    """What was seen of one service while its judged deployment was looked at."""

    service: Service
    judged: Deployment
    before: ServiceState
    """Railway's statement just before the probes."""
    after: ServiceState
    """Railway's statement just after them."""
    probes: tuple[Probe, ...]
    variables: Variables | Unobserved | NotAsked
    elsewhere: tuple[Probe, ...] = ()
    """What its further addresses answered, beside the one that is configured."""
    logged_requests: frozenset[str] = frozenset()
    """Request ids that Railway's log says the judged deployment served."""
    responses: int = 0
    """How often it was asked in depth and the judged deployment proved to answer, since a question
    was last left open."""
    unanswered: int = 0
    """How often in this look it was asked in depth and nobody answered, while others of the same
    questions were answered: one of its instances does not answer."""
    restarts: int = 0
    """How often, since the look before, Railway's news told that all its instances had stopped."""
    times_ms: Mapping[Endpoint, tuple[int, ...]] = field(default_factory=dict)
    """How long the judged deployment took to answer in the last looks, oldest first; only of
    endpoints that it has answered in this one."""
    slowest_before_ms: Mapping[Endpoint, int] = field(default_factory=dict)
    """The slowest answer of the deployment that served before, as far as this run asked it."""
    variables_before: Variables | Unobserved = field(
        default_factory=lambda: Unobserved("they were not read")
    )
    """Of the deployment that served before the judged one, as it was started with."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything observed at one moment."""

    at: datetime
    subject: Subject
    services: tuple[ServiceEvidence, ...]
    database: DatabaseReading | Unobserved | NotAsked
    shipped: Mapping[str, ShippedMigrations | Unobserved | NotAsked]
    """By the name of their ledger; an only ledger has the name ""."""
    expected_versions: Mapping[str, str | Unobserved | NotAsked]
    """Schema versions that the code needs, by ledger."""
    peers: Mapping[str, Variables] = field(default_factory=dict)
    """Of services that are not looked at, what their live deployments were started with, where
    it is known; by service name."""
    database_url_matches: Mapping[str, bool] = field(default_factory=dict)
    """By service name: whether its DATABASE_URL and the verifier's name the same database."""
    database_project: str = ""
    """The Supabase project that the verifier's own DATABASE_URL names; empty if it names none."""
    served_since: datetime | None = None
    """When the newest deployment was made, of whatever service of the environment, that served
    before what is looked at; None where none did."""
    database_was_read: bool = False
    """Whether this run has read the database at any time."""
    railway_ahead: timedelta = timedelta()
    """By how much Railway's clock is ahead of this machine's, which `at` is by, at the least."""

    @property
    def at_railway(self) -> datetime:
        """When it was observed, by the clock that Railway's own times are of."""
        return self.at + self.railway_ahead
