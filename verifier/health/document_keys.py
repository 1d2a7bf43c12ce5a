"""The keys under which health documents keep a status, components, messages and names."""

import re
from functools import lru_cache

from verifier.health.vocabulary import without_accents
from verifier.health.word_set import word_set

#: Ruby, Elixir and Clojure ask with a mark at the end: `ok?`.
_SEPARATORS = re.compile(r"[\s_-]+|\?$")


@lru_cache(4096)
def normal(key: str) -> str:
    """Return a key as the sets here have it: `globalStatus` and `global_status` are one."""
    return _SEPARATORS.sub("", without_accents(key[:80])).casefold()


#: A word that is not known counts as a status under these alone.
STATUS = word_set("status healthstatus globalstatus overallstatus currentstatus statusname statut")
#: These hold a status where its word is known; otherwise they may be anything.
MAYBE_STATUS = word_set(
    "state statestr health healthstate aggregatedhealthstate overall result outcome condition "
    "systemmode systemstate serverstate servicestate "
    "verdict servicestatus indicator estado situacao saude zustand stato etat durum"
) | frozenset(map(normal, ("статус", "состояние", "状态", "狀態", "状態", "상태", "ステータス")))
#: What sums up a health: `healthSummary`, `overall_result`, `self_check_result`.
_SUMS = frozenset(
    start + end
    for start in ("health", "healthcheck", "selfcheck", "overall", "global", "aggregate")
    for end in ("status", "state", "result", "outcome", "verdict", "summary", "rating", "level")
)
MAYBE_STATUS |= _SUMS | {"summary"}
#: The status of the whole, and a component that a configuration may name.
OF_THE_WHOLE = word_set(
    "appstatus applicationstatus systemstatus overallhealth apphealth app application service"
)
#: Of these, those under which no setting stands: "critical" and "red" say how it is.
OF_HEALTH = (
    word_set(
        "health healthstate aggregatedhealthstate overall overallhealth apphealth appstatus "
        "applicationstatus systemstatus servicestatus verdict indicator saude"
    )
    | _SUMS
)
#: True is good. Hand-written documents, OkComputer (`success`), Dropwizard (`healthy`).
GOOD_FLAGS = word_set(
    "healthy ishealthy ok isok success successful issuccess ready isready alive isalive up isup "
    "available isavailable connected isconnected online isonline operational reachable isreachable "
    "passed ispassed pass passing ispassing working isworking works serving isserving initialized "
    "isinitialized isoperational sucesso exito saudavel saludable "
    "disponivel disponible conectado conectada ruok overallhealthy"
)
#: False under these is "not yet" as long as something else says good.
NOT_YET_FLAGS = word_set(
    "ready isready available isavailable initialized isinitialized serving isserving connected "
    "isconnected online isonline isworking "
    "reachable isreachable working disponivel disponible conectado conectada overallhealthy"
)


def _flags(words: str) -> frozenset[str]:
    """The words, and what is asked with them: `isDown`, `hasErrors`, `hasAnyFailures`."""
    asked = ("", "is", "are", "has", "have", "any", "hasany")
    return frozenset(start + word for word in words.split() for start in asked)


#: True under these, likewise.
NOT_YET_FLAGS_OF_TROUBLE = _flags(
    "disconnected unreachable unavailable offline unready notready notconnected notreachable "
    "notavailable notworking"
)
#: True is bad.
BAD_FLAGS = NOT_YET_FLAGS_OF_TROUBLE | _flags(
    "error errors errored failed failing failure failures down unhealthy unresponsive sealed dead "
    "broken crash crashed fault faults faulty exception exceptions problem problems nothealthy "
    "notok notrunning notalive"
)
DEGRADED_FLAGS = _flags("degraded degradedmode warning warnings issue issues impaired")
#: True under these is worth a look, false says nothing of how it is.
ENDING_FLAGS = _flags(
    "maintenance inmaintenance undermaintenance draining terminating stopping overloaded"
)
#: Likewise of the whole; a component may be made for that.
MAINTENANCE_MODES = word_set(
    "maintenancemode inmaintenancemode ismaintenancemode isinmaintenancemode safemode insafemode "
    "recoverymode inrecoverymode emergencymode readonly isreadonly readonlymode"
)
CODES = word_set("code statuscode httpstatus httpcode httpstatuscode")

#: Everything in one of these is a component.
COMPONENTS = word_set(
    "checks check components component entries services servicestatuses dependencies deps "
    "checkresults results healthchecks healthcheck subsystems systems backends integrations "
    "connections probes indicators monitors upstreams circuits circuitbreakers breakers healthy "
    "contributors modules plugins checklist statuses entities servicos servicios componentes "
    "dependencias verificacoes"
)
#: What a component has in one of these it consists of.
PARTS = word_set(
    "checks check components component services dependencies deps entries healthchecks "
    "subsystems contributors subcomponents subchecks verificacoes componentes dependencias"
)
#: What nobody works without once it has run out.
EXPIRING = word_set("license licence certificate cert subscription tls ssl")
#: One component with a name may be in one of these.
ONE_COMPONENT = word_set("check component service probe indicator dependency")
#: The same, and the key is part of their names. django-watchman has a "default" in each.
KINDS = word_set("databases datastores datasources caches storages queues")
#: Components may be in one of these, beside facts that are none.
MAYBE_COMPONENTS = word_set(
    "details detail info data status state health resources items system systemhealth tests "
    "metrics result outcome overall"
)
#: What is in these has failed, unless it says otherwise of itself.
FAILURES = word_set(
    "error err errors failures failed failing failedchecks unhealthy unhealthyservices problems "
    "failedservices timeouts down exceptions exception erro erros falhas errores fallos"
)
WARNINGS = word_set("warnings warning degraded degradedservices issues incidents")
#: The document itself may be in one of these.
WRAPPERS = word_set("data result response payload body health healthcheck")

#: Beside these a number counts, whatever its own key is.
COUNTERS = word_set(
    "size total max min maximum minimum idle used inuse waiting limit capacity queued enqueued "
    "processed completed delayed rejected hits misses unacked unacknowledged consumers messages "
    "inflight unprocessed"
)
#: What is so can be counted: slots, people, checks. "healthy: 0" is a flag.
COUNTED = word_set("available online passed pass passing")
#: Who comes from outside: that nobody is there is no fault.
CROWDS = word_set(
    "users clients sessions visitors players members guests subscribers devices sockets viewers "
    "customers"
)

#: Of these one at least does the work.
WORK = word_set(
    "replicas pods instances nodes members brokers shards workers servers hosts backends upstreams "
    "targets peers partitions endpoints containers agents"
)

MESSAGES = (
    "message",
    "output",
    "exception",
    "error",
    "err",
    "notificationMessage",
    "description",
    "detail",
    "reason",
    "cause",
    "msg",
    "mensagem",
    "mensaje",
    "shortSummary",
    "title",
    "text",
)
NAMES = (
    "name",
    "checkName",
    "componentName",
    "check_name",
    "component",
    "service",
    "Name",
    "checker",
    "healthChecker",
    "healthCheck",
    "check",
    "key",
    "label",
    "resource",
    "dependency",
    "dep",
    "id",
    "CheckID",
    "service_id",
    "serviceId",
    "alias",
    "server",
    "model",
    "type",
)
#: The object under one of these is what is said of the component that holds it.
SAID_OF_IT = word_set("health status state result outcome")
#: Beside a status these are never components, whatever their value.
FACTS = word_set(
    "version timestamp time datetime date now uptime name service app application env environment "
    "mode level loglevel severity priority tier hostname host region commit sha gitsha buildid "
    "build release releaseid serviceid description message msg notes output title type instance "
    "node id path url method debug maintenance phase stage color platform runtime language "
    "duration totalduration latency responsetime requestid traceid statuscode code detail reason "
    "serverstatus businessimpact technicalsummary panicguide runbook impact help hint "
    "tagline motto slogan tip releasenotes changelog motd quote "
    "branch gitbranch tag gittag author commitmessage commitsubject committer "
    "links copyright license documentation deploysafe httpstatus runmode pid elapsed elapsedtime"
)
#: What an object says of itself; never the name of a component.
OF_ITSELF = (
    STATUS
    | MAYBE_STATUS
    | GOOD_FLAGS
    | BAD_FLAGS
    | DEGRADED_FLAGS
    | CODES
    | frozenset(key.casefold() for key in MESSAGES)
)
_EARLIER = re.compile(r"(?<!e)last|prev|recent|former|history|expected|default|desired|target")
_LAST_TIME = re.compile(r"(?<!e)last(?!ic)")
_ANOTHER_TIME = re.compile(r"prev|former|history|expected")
_DEPENDENCY = re.compile(
    r"(?:^|[^a-z])(?:db|database|postgres(?:ql)?|pg|sql|mysql|mariadb|mongo(?:db)?|redis|valkey|"
    r"cache|memcached?|queue|kafka|rabbitmq|amqp|broker|nats|sqs|storage|s3|bucket|disk|smtp|mail|"
    r"email|search|elastic(?:search)?|opensearch|supabase|celery|sidekiq|worker|scheduler|"
    r"migrations?|база_данных|бд|数据库|缓存|队列|데이터베이스|veritabani|datenbank|base_de_donnees|"
    r"banco|bd|base_de_dados|base_de_datos|fila|cola|stripe|upstream|vault|"
    r"cassandra|clickhouse|dynamo(?:db)?)(?:$|[^a-z])"
)
#: What runs by itself: a word of trouble is said of it, while of an account it may be meant.
_PROCESS = re.compile(
    r"(?:^|[^a-z])(?:api|app|web|frontend|backend|gateway|server|proxy|auth|horizon|resque|cron|"
    r"beat|consumers?|producers?|subscribers?|listeners?|processors?|dispatcher|poller|pipeline|"
    r"replication|replicas?|indexer|indexing|ingest(?:er|ion)?|sync(?:er)?|crawler|daemon|agent|"
    r"engine|runner|collector|exporter|importer|streams?|stream_processor|workers|queues|jobs)"
    r"(?:$|[^a-z])"
)
#: False is good under these: `needsDbUpgrade`, `pending_migrations`.
_WANTING = re.compile(r"(?:has_|is_)?(?:needs?|requires?|pending|missing|outdated)(?:$|[_-])")
#: Whether these are so is a setting, not a state: `supabaseConfigured`, `hasStripe`.
_SETTING = re.compile(
    r"^(?:has|uses?|with)_(?!.*(?:error|fail|problem|issue|down|lost|unreach|unavail|disconn|crash))|"
    r"(?:^|_)(?:configured|enabled|installed|supported|present)$"
)
_ENDING = re.compile(
    r"(?:[_-]?(?:not[_-]?)?(?:status|state|health|healthy|online|connected|connection|"
    r"available|alive|ready|reachable|check)|"
    r"[_-](?:(?:not[_-]?)?(?:ok|up)|disconnected|unavailable|unreachable|unhealthy|offline|down))$",
    re.IGNORECASE,
)
#: `isKafkaOk` is about Kafka.
_ASKED = re.compile(r"^(?:is|are)_(?=\w)", re.IGNORECASE)
_WORD_ENDS = re.compile(r"[^a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(4096)
def is_about_now(key: str) -> bool:
    """Whether a key may name a component: no fact of the process, nothing of the past."""
    return normal(key) not in FACTS and not _EARLIER.search(key.casefold())


def is_of_the_last_time(key: str) -> bool:
    """Whether a key tells how something ended that is not going on: `last_run`."""
    return bool(_LAST_TIME.search(key.casefold()))


def is_of_another_time(key: str) -> bool:
    """Whether a key tells how something was before, or should be: `previous`, `expected`."""
    return bool(_ANOTHER_TIME.search(key.casefold()))


@lru_cache(4096)
def names_component(key: str) -> bool:
    """Whether a key is likely to name a component, so that even "false" is a statement of it."""
    spaced = _CAMEL.sub("_", key).casefold()
    if _WANTING.match(spaced) or _SETTING.search(spaced):
        return False
    return is_about_now(key) and bool(_DEPENDENCY.search(spaced) or stem(key) != key)


@lru_cache(4096)
def names_process(key: str) -> bool:
    """Whether the last word of a key names something that runs by itself: `mail_consumer`."""
    last = _CAMEL.sub("_", key.rstrip("?!")).casefold().rpartition("_")[2]
    return is_about_now(key) and bool(_PROCESS.search(last))


@lru_cache(4096)
def ends_in_dependency(key: str) -> bool:
    """Whether the last word of a key names what an application depends on: `primary_db`."""
    words = _WORD_ENDS.split(_CAMEL.sub("_", key.rstrip("?!")).casefold())
    return bool(_DEPENDENCY.search(words[-1]))


def tells_status(key: str) -> bool:
    """Whether a key says itself that a status stands there: `celery_status`."""
    return normal(key).endswith(("status", "health")) and stem(key) != key


@lru_cache(4096)
def stem(name: str) -> str:
    """Return the component that a name such as `database_status` is about."""
    snake = _CAMEL.sub("_", name)
    shorter = _ENDING.sub("", snake)
    return _ASKED.sub("", shorter) if shorter and len(shorter) < len(snake) else name
