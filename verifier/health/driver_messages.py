"""What drivers and clients say when they do not reach what they talk to, and whose words it is."""

import re

from verifier.health.vocabulary import without_accents
from verifier.model.late_pattern import LatePattern

#: Each row: a pattern and who writes so. None of these is written of what works.
_MESSAGES: tuple[tuple[str, str], ...] = (
    (r"\brefused\b|\bhang up\b|reset by peer|broken pipe|no route to host", "sockets"),
    (r"\b(?:network|host) is (?:down|unreachable)\b|name or service not known", "sockets"),
    (r"no such host|name resolution|no address associated", "resolvers"),
    (
        r"(?-i:\bE(?:CONN[A-Z]+|NOTFOUND|TIMEDOUT|HOST[A-Z]+|NET[A-Z]+|PIPE|AI_[A-Z]+))",
        "Node, libc",
    ),
    (
        r"(?-i:\bE(?:NOSPC|ACCES|MFILE|ADDRINUSE|PERM|NOENT)\b|\bERR_(?!\w*NOT_IMPL)[A-Z]{3})|\bUND_ERR_",
        "Node, undici",
    ),
    (r"no space left on|too many open files|out of (?:memory|disk|space)\b", "kernels"),
    (r"segmentation fault|stack overflow|core dumped|deadlock detected", "kernels, databases"),
    (r"\btimed[ -]?out\b|deadline exceeded|context cancell?ed", "Go, gRPC, Python"),
    (r"\btime-?out (?:exceeded|error|expired|connecting|reading|waiting|while)", "clients"),
    (
        r"\b(?:connect(?:ion)?|read|write|query|request|heartbeat|socket|gateway|statement|acquire)"
        r"\s+time-?out\b(?!\s*[:=(]?\s*\d)",
        "clients",
    ),
    (r"\boperation was aborted|\bwas rolled back due to|rolled back due to a", "fetch, SQLAlchemy"),
    (r"\b(?:could ?n[o']t|can ?not|can't|unable to|failed to)\s+(?:be )?[a-z]", "all"),
    (r"\b(?:fetch|ping|query|login|auth\w*|connect\w*|request|handshake|lookup) failed", "all"),
    (r"\bfailed (?:to|with|after|while|because)\b|handshake (?:failure|error)", "all"),
    (
        r"\bbad (?:connection|auth|gateway)\b|internal server error|temporarily unavailable",
        "Go, HTTP",
    ),
    (
        r"\b(?:http|status(?: code)?)(?:/\d\.\d)?\s*[:=]?\s*5\d\d\b|gateway time-?out",
        "HTTP clients",
    ),
    (
        r"\b(?:connections?|socket|channel|client|topology|session|database|server|stream|pool)\b"
        r"[^,;|]{0,40}?\b(?:(?:is|was|has been|has|got|already) )?"
        r"(?:closed|terminated|dropped|gone away|reset|lost)\b(?! \d)",
        "ioredis, node-redis, MongoDB, AMQP, MySQL, database/sql",
    ),
    (r"\blost connection\b|closed the connection|\bunexpectedly\b|\bunexpected (?:eof|end)", "all"),
    (r"terminating connection|cancell?ing statement|gone away", "PostgreSQL, MySQL"),
    (r"^\W*eof\W*$|:\s*eof\s*$|socket closed|connection closed", "Go, gRPC"),
    (r"too many (?:clients|connections)|connection slots are reserved", "PostgreSQL, MySQL, Redis"),
    (
        r"max(?:imum)? (?:number of )?(?:clients|retries|connections)\b"
        r".{0,40}(?:reached|exceeded|limit)",
        "Redis",
    ),
    (r"password authentication|authentication (?:is )?required|access ?denied", "all"),
    (r"\b(?:permission|relaying) denied|not authori[sz]ed on|no pg_hba", "databases, SMTP"),
    (r"invalid (?:login|credentials|username|password|api.?key)|credentials invalid", "SMTP, APIs"),
    (r"not accepted\b|too many login|5\d\d 5\.\d\.\d|never received", "SMTP"),
    (r"(?:relation|table|database|column|role|bucket)\b.{0,60}does not exist", "databases, S3"),
    (r"\bunknown (?:database|host|topic|column|table)\b(?!s)|unknown_topic", "MySQL, Kafka"),
    (r"database is locked|database system is|(?:in|against) a read.only", "SQLite, PostgreSQL"),
    (r"(?-i:\b(?:NOAUTH|WRONGPASS|MISCONF|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|NOPERM)\b)", "Redis"),
    (
        r"(?-i:^(?:READONLY|LOADING|OOM|BUSY) [A-Za-z])|max retries (?:per|exceeded)",
        "Redis, requests",
    ),
    (
        r"\bbuffering timed|no (?:suitable|living|available) (?:servers|connections|brokers)",
        "drivers",
    ),
    (r"nobrokersavailable|run out of available|transport failure|not_available\b", "Kafka"),
    (
        r"(?-i:^P[12]\d{3}\b|\b(?:28P01|3D000|53300|57P0\d|42P01)\b)|\bsqlstate\b",
        "Prisma, PostgreSQL",
    ),
    (r"queuepool limit|no database ?error|connection ?not ?established", "SQLAlchemy, Rails"),
    (r"(?-i:\bSQLITE_(?!OK\b|ROW\b|DONE\b)[A-Z]{3,}|\bER_[A-Z]{2,}_[A-Z_]+)", "SQLite, MySQL"),
    (r"certificate signed by unknown|certificate has expired|certificate_verify_failed", "TLS"),
    (
        r"(?-i:[A-Za-z](?:Error|Exception)\b(?!s|: 0|=0))|traceback \(most",
        "Python, Node, Java, Ruby",
    ),
    (r"nosuchbucket|invalidaccesskey|signaturedoesnotmatch|expiredtoken|tooskewed", "S3"),
    (r"(?:no|missing|not load|locate) (?:auth\w* )?credentials", "S3, Elasticsearch"),
    (r"not_discovered|_exception\b|all shards failed|watermark exceeded", "Elasticsearch"),
    (r"no nodes replied|no running celery|is not a function\b", "Celery, Node"),
    (r"ssl syscall|does not support ssl|self-signed certificate in|i/o timeout", "libpq, Node, Go"),
    (
        r"\b(?:connection|internal|an) error\b|isn't writeable|"
        r"not (?:yet )?(?:connected|primary)\b",
        "all",
    ),
    (r"connections are down|does not host this|\bnot available\b|disconnected\b", "Kafka, SMTP"),
    (
        r"no rows in result|migrations are pending|queue backed up|(?-i:^(?:end|EOF)$)",
        "Go, Rails, ioredis",
    ),
    (
        r"^no (?:[a-z]+ )?(?:workers?|processes|response|consumers?|brokers?|nodes?)\b|not enough",
        "queues",
    ),
    (
        r"quota exceeded|rate.?limited|too many requests|exceeds (?:the )?(?:limit|threshold)",
        "APIs",
    ),
    (
        r"(?-i:\b[A-Z][A-Z_]{3,} (?:environment variable )?(?:is )?not set|missing [A-Z_]{5,})",
        "all",
    ),
    (r"lag too high|\bof undefined \(|no module named|slowdown: please", "Node, Python, S3"),
    (r"(?-i:^SASL\b)|access_refused|precondition_failed|connection_forced", "AMQP"),
    (
        r"(?:conexao|ligacao) recusad[ao]|tempo (?:limite )?(?:esgotado|excedido)|sem conexao",
        "Portuguese",
    ),
    (r"nao (?:foi possivel|responde|conseguiu)|(?:falha|erro) (?:de|na|ao) [a-z]+", "Portuguese"),
    (r"conexion (?:rechazada|perdida)|tiempo (?:de espera )?agotado|sin conexion", "Spanish"),
    (r"no (?:se pudo|responde)\b|(?:fallo|error) (?:de|en la|al) (?:conexion|conectar)", "Spanish"),
    (r"verbindung (?:verweigert|abgelehnt|fehlgeschlagen|getrennt)|zeituberschreitung", "German"),
    (r"nicht (?:erreichbar|verfugbar|verbunden)\b|fehlgeschlagen", "German"),
    (r"connexion (?:refusee|perdue|impossible)|delai (?:d'attente )?depasse", "French"),
    (r"\binjoignable\b|\bindisponible\b|hors (?:ligne|service)\b|deconnectee?\b", "French"),
)
_ERROR = LatePattern("|".join(pattern for pattern, _ in _MESSAGES), re.IGNORECASE)
#: So speaks what looks back, or what says what is checked.
_NOT_NOW = LatePattern(
    r"^if\b|\b(?:unable to find any|cannot be better|last (?:failure|error):? \d|"
    r"could ?n[o']t [a-z]+\?)|"
    r"\b(?:as expected|anonymous (?:access|requests?)|recovered|reconnected|restored|"
    r"succeeded|formerly|previously|whether|would|should|"
    r"(?:checks?|fails?|alerts?|warns?|triggers?|retry|retries) (?:if|when|that))\b|"
    r"\b(?:not|never|no)\s+(?:timed out|refused|failed)|\b0 (?:timed out|refused|failed)",
    re.IGNORECASE,
)
#: What is counted and there is none of.
_NONE = LatePattern(
    r"(?<![\d.])\b(?:0|zero|no deadlocks?)\s+[a-z]+(?:\s[a-z]+)?|"
    r"\b[a-z]+(?:\s[a-z]+)?\s*[:=]\s*0\b(?![.:])|"
    r"\b(?:refused|rejected|broken|lost|failed|dropped|disconnected) [a-z]+ 0\b(?![.:]\d)|"
    r"\b(?:exceeded|refused|failed|dropped|lost|timed out|closed) 0\b(?![.:]\d)(?: times)?|"
    r"\b(?:expired|refused|failed|closed|lost)\s*[:=]\s*(?:no|none|false)\b|"
    r"\brate.?limit(?:ed|ing|s)? (?:to|at|of|is|enabled)\b|\bno [a-z]+ (?:is|are) pending\b|"
    r"\bidle connections? (?:were |was )?closed|closed \d* ?idle connections?\b",
    re.IGNORECASE,
)
_LONGEST = 2000


def is_driver_error(text: str) -> bool:
    """Whether a text is what a driver or a client says when it does not get through now."""
    start = _NONE.sub(" ", without_accents(text[:_LONGEST]))
    return bool(_ERROR.search(start)) and not _NOT_NOW.search(start)
