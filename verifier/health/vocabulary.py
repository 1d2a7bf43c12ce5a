"""The words that health documents use for a status, and what they mean."""

import re
import unicodedata
from collections.abc import Iterable

from verifier.health.word_set import word_set
from verifier.model.evidence import HealthStatus

#: Each row: what it means, the words, who says so. Case, spaces, hyphens and underscores are one;
#: accents are left out.
_WORDS: tuple[tuple[HealthStatus, str, str], ...] = (
    (HealthStatus.GOOD, "up", "Spring Boot Actuator, MicroProfile, Terminus, Micronaut"),
    (HealthStatus.GOOD, "pass passed passing", "IETF health+json, Consul, OkComputer"),
    (HealthStatus.GOOD, "healthy", "ASP.NET Core, Docker, Prometheus"),
    (HealthStatus.GOOD, "ok okay success successful succeeded", "Terminus, health-go, by hand"),
    (HealthStatus.GOOD, "working", "django-health-check 3"),
    (HealthStatus.GOOD, "ready server_is_ready server_available", "Loki, Lightship, Jaeger"),
    (HealthStatus.GOOD, "green", "Elasticsearch, OpenSearch"),
    (HealthStatus.GOOD, "health_ok", "Ceph"),
    (HealthStatus.WARNING, "health_warn", "Ceph"),
    (HealthStatus.BAD, "health_err", "Ceph"),
    (HealthStatus.GOOD, "serving imok", "gRPC's health protocol, ZooKeeper's `ruok`"),
    (HealthStatus.GOOD, "check_result_ok", "laminas-diagnostics"),
    (HealthStatus.GOOD, "online connected reachable responding responsive", "by hand"),
    (HealthStatus.GOOD, "available operational operating alive live running active", "by hand"),
    (HealthStatus.GOOD, "all_systems_operational normal nominal good fine pong", "by hand"),
    (HealthStatus.GOOD, "fulfilled", "JavaScript's Promise.allSettled"),
    (HealthStatus.GOOD, "loaded initialized initialised started established idle", "by hand"),
    (HealthStatus.GOOD, "accessible writable readable valid", "by hand"),
    (HealthStatus.GOOD, "configured enabled", "by hand, as not_configured and disabled"),
    (HealthStatus.GOOD, "current applied complete completed", "migrations, by hand"),
    (HealthStatus.GOOD, "true yes y yeah yep", "by hand"),
    (HealthStatus.GOOD, "up_to_date in_sync synced all_good", "migrations, replicas, by hand"),
    (HealthStatus.GOOD, "saudavel operacional disponivel acessivel no_ar", "Portuguese, by hand"),
    (HealthStatus.GOOD, "ativo ativa pronto pronta rodando em_execucao", "Portuguese, by hand"),
    (HealthStatus.GOOD, "conectado conectada funcionando sucesso sim", "Portuguese, by hand"),
    (HealthStatus.GOOD, "saludable operativo disponible accesible en_linea", "Spanish, by hand"),
    (HealthStatus.GOOD, "activo activa listo en_ejecucion exito", "Spanish, by hand"),
    (HealthStatus.GOOD, "open closed", "connections, circuit breakers: see `open_or_closed`"),
    (HealthStatus.WARNING, "warn warning warnings", "IETF health+json, spatie, Consul"),
    (HealthStatus.WARNING, "degraded degraded_performance", "ASP.NET Core, status pages"),
    (HealthStatus.WARNING, "partially_available", "health-go"),
    (HealthStatus.WARNING, "partial partially_degraded partial_outage impaired", "by hand"),
    (HealthStatus.WARNING, "yellow", "Elasticsearch, OpenSearch"),
    (HealthStatus.WARNING, "check_result_warning", "laminas-diagnostics"),
    (HealthStatus.WARNING, "slow unstable limited", "by hand"),
    (HealthStatus.WARNING, "half_open", "circuit breakers"),
    (HealthStatus.WARNING, "concerning maintenance_required", "Cloudera Manager, YDB"),
    (HealthStatus.WARNING, "circuit_open circuit_half_open", "Spring Cloud Circuit Breaker"),
    (HealthStatus.WARNING, "settling under_maintenance has_issues", "Alertmanager, Instatus"),
    (HealthStatus.WARNING, "minor major", "Indeed's status, which answers 200 to both"),
    (HealthStatus.WARNING, "degradado degradada parcialmente_disponivel", "Portuguese, Spanish"),
    (HealthStatus.WARNING, "instavel inestable lento lenta parcial", "Portuguese, Spanish"),
    (HealthStatus.WARNING, "aviso atencao alerta advertencia", "Portuguese, Spanish"),
    (HealthStatus.BAD, "down out_of_service", "Spring Boot Actuator, MicroProfile"),
    (HealthStatus.BAD, "fail failed failing failure failures", "IETF health+json, Pinglish"),
    (HealthStatus.BAD, "unhealthy", "ASP.NET Core, Docker"),
    (HealthStatus.BAD, "unavailable service_unavailable", "health-go, healthcheck"),
    (HealthStatus.BAD, "error errored errors exception problem", "Terminus, ukfast, by hand"),
    (HealthStatus.BAD, "crashed", "spatie/laravel-health"),
    (HealthStatus.BAD, "shutting_down server_is_shutting_down", "Terminus, Lightship"),
    (HealthStatus.BAD, "not_ready server_is_not_ready", "Loki, Lightship"),
    (HealthStatus.BAD, "red", "Elasticsearch, OpenSearch"),
    (HealthStatus.BAD, "not_serving", "gRPC's health protocol"),
    (HealthStatus.BAD, "check_result_critical", "laminas-diagnostics"),
    (HealthStatus.BAD, "critical crit fatal", "Consul, Nagios, hootsuite; see CRITICAL"),
    (HealthStatus.BAD, "ko nok nok_ok not_ok", "LiipMonitorBundle, by hand"),
    (HealthStatus.BAD, "disconnected not_connected unreachable not_responding", "by hand"),
    (HealthStatus.BAD, "offline dead broken bad lost refused rejected", "by hand"),
    (HealthStatus.BAD, "not_available not_working not_healthy not_running", "by hand"),
    (HealthStatus.BAD, "timeout timed_out time_out outage major_outage corrupt", "by hand"),
    (HealthStatus.BAD, "inaccessible not_accessible", "by hand"),
    (HealthStatus.BAD, "stale expired stopped terminated", "by hand"),
    (HealthStatus.BAD, "abnormal faulty inoperative", "by hand"),
    (HealthStatus.BAD, "emergency emerg severe suspended", "syslog, Oracle, by hand"),
    (HealthStatus.BAD, "desconectado desconectada caido caida", "Portuguese, Spanish, by hand"),
    (HealthStatus.BAD, "indisponivel inacessivel fora_do_ar fora quebrado", "Portuguese, by hand"),
    (HealthStatus.BAD, "erro erros falha falhas falhou sem_conexao", "Portuguese, by hand"),
    (HealthStatus.BAD, "nao_conectado nao_disponivel nao_saudavel nao_ok", "Portuguese, by hand"),
    (HealthStatus.BAD, "no_disponible no_conectado no_saludable sin_conexion", "Spanish, by hand"),
    (HealthStatus.BAD, "fallo fallos falla fallido inaccesible inalcanzable", "Spanish, by hand"),
    (HealthStatus.BAD, "critico critica parado parada expirado", "Portuguese, Spanish, by hand"),
    (HealthStatus.BAD, "false no nao n", "by hand"),
    (HealthStatus.SKIPPED, "skipped skip check_result_skip", "spatie, laminas-diagnostics"),
    (HealthStatus.SKIPPED, "disabled not_configured unconfigured not_applicable n/a", "by hand"),
    (HealthStatus.SKIPPED, "not_checked not_used not_in_use not_needed not_required", "by hand"),
    (HealthStatus.SKIPPED, "desativado desabilitado nao_configurado", "Portuguese, by hand"),
    (HealthStatus.SKIPPED, "desactivado deshabilitado no_configurado", "Spanish, by hand"),
    (
        HealthStatus.PENDING,
        "iniciando inicializando conectando reconectando",
        "Portuguese, Spanish",
    ),
    (HealthStatus.GOOD, "gesund verfügbar verfuegbar erreichbar verbunden bereit läuft", "German"),
    (HealthStatus.GOOD, "laeuft betriebsbereit erfolgreich in_ordnung", "German"),
    (HealthStatus.WARNING, "warnung eingeschränkt beeinträchtigt", "German"),
    (HealthStatus.BAD, "fehler fehlgeschlagen ausgefallen ausfall störung gestört", "German"),
    (HealthStatus.BAD, "stoerung gestoert kaputt defekt getrennt gestoppt ungesund", "German"),
    (HealthStatus.BAD, "nicht_verfügbar nicht_verfuegbar nicht_erreichbar", "German"),
    (HealthStatus.BAD, "nicht_verbunden nicht_bereit nicht_gesund", "German"),
    (HealthStatus.GOOD, "opérationnel opérationnelle connecté connectée en_ligne", "French"),
    (HealthStatus.GOOD, "prêt sain saine réussi succès fonctionnel", "French"),
    (HealthStatus.WARNING, "avertissement dégradé dégradée", "French"),
    (HealthStatus.BAD, "erreur échec indisponible hors_ligne en_panne injoignable", "French"),
    (HealthStatus.BAD, "déconnecté déconnectée arrêté arrêtée défaillant défaillante", "French"),
    (HealthStatus.GOOD, "operativa connesso connessa disponibile pronto raggiungibile", "Italian"),
    (HealthStatus.WARNING, "avviso degradato", "Italian"),
    (HealthStatus.BAD, "errore guasto guasta disconnesso disconnessa fallito", "Italian"),
    (HealthStatus.BAD, "irraggiungibile non_disponibile non_raggiungibile", "Italian"),
    (HealthStatus.GOOD, "saglikli calisiyor bagli hazir basarili cevrimici aktif", "Turkish"),
    (HealthStatus.BAD, "hata hatali basarisiz cevrimdisi kullanilamiyor calismiyor", "Turkish"),
    (HealthStatus.BAD, "erisilemiyor baglanti_yok bagli_degil", "Turkish"),
    (HealthStatus.GOOD, "działa dostępny dostępna połączony połączona gotowy", "Polish"),
    (HealthStatus.BAD, "błąd niedostępny niedostępna awaria rozłączony nie_działa", "Polish"),
    (HealthStatus.GOOD, "gezond beschikbaar bereikbaar verbonden", "Dutch"),
    (HealthStatus.BAD, "fout storing niet_beschikbaar onbereikbaar niet_verbonden", "Dutch"),
    (HealthStatus.GOOD, "работает ок доступен доступна доступно исправен исправна", "Russian"),
    (HealthStatus.GOOD, "норма готов готова успешно подключен подключена в_порядке", "Russian"),
    (HealthStatus.WARNING, "предупреждение деградация нестабильно", "Russian"),
    (HealthStatus.BAD, "ошибка сбой отказ недоступен недоступна недоступно авария", "Russian"),
    (HealthStatus.BAD, "не_работает нет_соединения нет_связи остановлен остановлена", "Russian"),
    (HealthStatus.BAD, "неисправен неисправна не_доступен не_доступна упал упала", "Russian"),
    (
        HealthStatus.GOOD,
        "正常 健康 良好 可用 在线 已连接 已連線 运行中 成功 就绪",
        "Chinese",
    ),
    (HealthStatus.WARNING, "警告 降级 降級 部分可用", "Chinese, Japanese"),
    (HealthStatus.BAD, "异常 異常 错误 錯誤 失败 失敗 故障 不可用 离线 離線 断开", "Chinese"),
    (HealthStatus.BAD, "已断开 未连接 连接失败 停止 已停止 超时 不健康 宕机", "Chinese"),
    (HealthStatus.GOOD, "稼働中 動作中 接続済み 利用可能 オンライン", "Japanese"),
    (HealthStatus.BAD, "エラー 障害 障害発生 停止中 切断 利用不可 接続不可 オフライン", "Japanese"),
    (HealthStatus.GOOD, "정상 양호 성공 연결됨 작동중 실행중 온라인", "Korean"),
    (HealthStatus.WARNING, "경고 저하", "Korean"),
    (HealthStatus.BAD, "오류 에러 실패 장애 비정상 연결_끊김 연결_실패 중지 중지됨", "Korean"),
    (HealthStatus.BAD, "사용_불가 오프라인 중단", "Korean"),
    (HealthStatus.GOOD, "سليم متصل يعمل متاح جاهز", "Arabic"),
    (HealthStatus.BAD, "خطأ فشل معطل غير_متصل غير_متاح لا_يعمل متوقف", "Arabic"),
    (HealthStatus.PENDING, "pendente pendiente carregando cargando", "Portuguese, Spanish"),
    (HealthStatus.PENDING, "pending starting initializing initialising", "Docker, by hand"),
    (HealthStatus.PENDING, "not_loaded not_initialized not_initialised not_started", "by hand"),
    (HealthStatus.PENDING, "uninitialized uninitialised", "by hand"),
    (HealthStatus.PENDING, "booting loading warming_up connecting reconnecting", "by hand"),
)
#: Words under which the parts of something are counted: good, not good, less than good. With none
#: good and some that are not it is bad, with some of both degraded, whatever else is said. Jobs,
#: tests and people are counted over time as well, so "failed" and "offline" are none of these.
COUNTED_STATES: tuple[tuple[str, str, str, str], ...] = (
    ("healthy", "unhealthy nothealthy down", "degraded", "AWS target groups, LiteLLM, by hand"),
    ("up", "down", "degraded", "HAProxy, by hand"),
    ("ready", "notready unready", "", "Kubernetes (`NotReady`), by hand"),
    ("reachable", "unreachable notreachable", "", "by hand"),
    ("alive", "dead", "", "by hand"),
    ("passing", "failing critical", "warning", "Consul, by hand"),
)
#: Source: https://github.com/elastic/kibana (`ServiceStatusLevels`)
LEVELS = {
    "available": HealthStatus.GOOD,
    "degraded": HealthStatus.WARNING,
    "unavailable": HealthStatus.BAD,
    "critical": HealthStatus.BAD,
}
#: Source: https://github.com/Radarr/Radarr (`HealthCheckResult`; Sonarr and others have it too)
TYPES = {
    "ok": HealthStatus.GOOD,
    "notice": HealthStatus.GOOD,
    "warning": HealthStatus.WARNING,
    "error": HealthStatus.BAD,
}
#: Source: https://serde.rs/enum-representations.html (externally tagged)
TAGS = {"Ok": HealthStatus.GOOD, "Err": HealthStatus.BAD}
#: Beside a status these are settings rather than what somebody found out.
_SETTINGS = (
    "true yes y yeah yep false no n open closed active disabled enabled live normal good bad fine",
    "red yellow green slow limited partial skip skipped not_configured unconfigured",
    "not_applicable n/a stopped expired stale problem warning warn critical crit fatal pending",
    "loading connecting minor major configured enabled valid current applied complete completed",
    "emergency emerg severe suspended errors failures",
    "sim nao ativo ativa activo activa parcial lento lenta critico critica parado parada expirado",
    "desativado desabilitado nao_configurado desactivado deshabilitado no_configurado fora aktif",
    "pendente pendiente carregando cargando aviso alerta",
    "not_used not_in_use not_needed not_required",
    "idle started loaded readable writable accessible established initialized initialised",
)
_AMBIGUOUS = word_set(" ".join(_SETTINGS))
_YES_OR_NO = frozenset(("true", "yes", "y", "yeah", "yep", "sim", "false", "no", "n", "nao"))
#: Marks that are a status by themselves.
MARKS = {
    **dict.fromkeys("✓✔✅☑🟢👍", HealthStatus.GOOD),
    **dict.fromkeys("✗✘✖❌✕⛔🔴🛑", HealthStatus.BAD),
    **dict.fromkeys("⚠🟡🟠", HealthStatus.WARNING),
}
#: Which part something has in a group, or that it is there: no trouble beside a good flag, open by
#: itself. MongoDB, Redis, Raft, PostgreSQL's replicas, Kafka's groups, AMQP, by hand.
_ROLES = word_set(
    "primary secondary leader follower candidate master slave replica standby arbiter stable "
    "subscribed listening authenticated synchronized read_write readwrite writer reader"
)
#: The first user's word for the wrong environment. In lower case others call any failure so.
_WRONG_ENVIRONMENT = "CRITICAL"

_SEVERITY = (
    HealthStatus.SKIPPED,
    HealthStatus.GOOD,
    HealthStatus.WARNING,
    HealthStatus.PENDING,
    HealthStatus.UNKNOWN,
    HealthStatus.BAD,
    HealthStatus.CRITICAL,
)

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_GAPS = re.compile(r"[\s_-]+")
#: Go and Protocol Buffers write `StatusOK`, `STATUS_SERVING`, `SERVER_ACTIVE`.
_OF_AN_ENUM = re.compile(
    r"^(?:(?:(?:health|serving|service)_)?(?:status|state)_|server_(?!is_))(?=\w)"
)
#: Letters whose stroke, or whose missing dot, is no accent of its own.
_WITHOUT_STROKES = {ord(a): b for a, b in zip("\u0131łŁøØđĐ", "ilLoOdD", strict=True)}


def without_accents(text: str) -> str:
    """Return a text as those write it who leave accents out: people write it either way."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text.translate(_WITHOUT_STROKES))
    return "".join(char for char in parts if not unicodedata.combining(char))


def status_of(word: str) -> HealthStatus:
    """Return what one word means, `UNKNOWN` where it is none of the known ones."""
    bare = word.strip()
    if bare == _WRONG_ENVIRONMENT:
        return HealthStatus.CRITICAL
    if bare[:1] in MARKS and not bare[1:].strip("\ufe0f"):
        return MARKS[bare[0]]
    return _STATUS_BY_WORD.get(_normal(word), HealthStatus.UNKNOWN)


def is_plain_word(word: str) -> bool:
    """Whether a word says the same wherever it stands: "ok", but not "open" or "disabled"."""
    return status_of(word) is not HealthStatus.UNKNOWN and means_itself(word)


def means_itself(word: str) -> bool:
    """Whether a word is none of those that are a setting as likely as a status."""
    return _normal(word) not in _AMBIGUOUS


def is_yes_or_no(word: str) -> bool:
    """Whether a word answers a question that its key asks, whatever that is."""
    return _normal(word) in _YES_OR_NO


def is_yes(item: object) -> bool:
    """Whether a value is true, or a word that answers so."""
    is_word = isinstance(item, str) and is_yes_or_no(item)
    return item is True or (is_word and status_of(str(item)) is HealthStatus.GOOD)


def is_role(word: str) -> bool:
    """Whether a word tells which part something has in a group: "PRIMARY", "follower"."""
    return _normal(word) in _ROLES


def worst_status(statuses: Iterable[HealthStatus]) -> HealthStatus:
    """Return the most severe of `statuses`, `UNKNOWN` where there are none."""
    return max(statuses, key=_SEVERITY.index, default=HealthStatus.UNKNOWN)


#: In these stands what is no value of the key, but said of it: `host: (not configured)`.
_BRACKETS = ("()", "[]", "<>")


def _normal(word: str) -> str:
    bare = word.strip().strip(".!\u3002\uff01✓✔✅ ")
    if bare[:1] + bare[-1:] in _BRACKETS:
        bare = bare[1:-1].strip()
    if len(bare) > 40:
        return bare[:41]
    return _OF_AN_ENUM.sub("", _GAPS.sub("_", _CAMEL.sub("_", without_accents(bare))).casefold())


_STATUS_BY_WORD = {_normal(word): status for status, words, _ in _WORDS for word in words.split()}
#: Of several words some write one: `UNDERMAINTENANCE`.
_STATUS_BY_WORD = {w.replace("_", ""): s for w, s in _STATUS_BY_WORD.items()} | _STATUS_BY_WORD
