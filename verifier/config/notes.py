"""What a run does not ask, and which settings have no effect in it: told in every report."""

from collections.abc import Iterator

from verifier.config.env_checks import section, service_with_default_url
from verifier.config.health import endpoints_of
from verifier.config.sections import Config
from verifier.config.settings import Settings
from verifier.model.check_ids import UNASKED
from verifier.model.finding import Finding, Outcome
from verifier.model.verdict import InconclusiveMode, NotifyMode, RollbackMode

_TOLD_BY = {"slack": "SLACK_WEBHOOK_URL", "webhook": "VERIFIER_WEBHOOK_URL"}


def notes_of(settings: Settings) -> tuple[Finding, ...]:
    """Tell what is not asked, and which settings have no effect."""
    return (
        *_absent_sections(settings.config),
        *_unasked_services(settings),
        *_unasked_extras(settings),
        *without_effect(settings),
    )


def without_effect(settings: Settings) -> Iterator[Finding]:
    """Yield what was set, and has no effect for want of a variable or while something is off."""
    services = section(section(settings.document.value).get("services"))
    urls = [s.url for s in settings.config.services.values() if s.url]
    app_url = settings.app_url
    if app_url and app_url not in urls and not service_with_default_url(services):
        text = "RAILWAY_APP_URL is not used: the services have addresses of their own"
        yield Finding("config.app_url", Outcome.SKIP, text)
    for text in _unheard(settings.config, settings.receivers):
        yield Finding("config.notify", Outcome.SKIP, text)
    for check, text in switched_off(settings.config).items():
        yield Finding(check, Outcome.SKIP, text)


def switched_off(config: Config) -> dict[str, str]:
    """Return what the file itself keeps from having an effect for now, by the id of the note."""
    found: dict[str, str] = {}
    is_off = config.gate.rollback is RollbackMode.OFF
    if is_off and config.gate.on_inconclusive is InconclusiveMode.ROLLBACK:
        text = "gate.on-inconclusive: rollback has no effect while gate.rollback is off"
        found["config.on_inconclusive"] = text
    return found


def _unheard(config: Config, receivers: frozenset[str]) -> Iterator[str]:
    """Yield the settings of `notify` that were written down, and for which nothing says where."""
    notify = config.notify
    modes = {"slack": notify.slack, "webhook": notify.webhook}
    for key, mode in modes.items():
        if key in notify.model_fields_set and mode is not NotifyMode.NEVER and key not in receivers:
            yield f"notify.{key}: {mode} has no effect: {_TOLD_BY[key]} is not set"
    if notify.slack_channel and "slack-channel" not in receivers:
        yield "notify.slack-channel has no effect: SLACK_BOT_TOKEN is not set"


def _absent_sections(config: Config) -> Iterator[Finding]:
    absent = {
        "guards": config.guards,
        "ledger": config.ledger,
        "relations": config.relations,
        "probes": config.probes or None,
    }
    for name, configured in absent.items():
        if configured is None:
            text = f"no {name} section in the configuration: not checked"
            yield Finding(f"config.{name}", Outcome.SKIP, text)


def _unasked_services(settings: Settings) -> Iterator[Finding]:
    config = settings.config
    asked = {name: endpoints_of(config.health_of(name)) for name in config.services}
    if not any(asked[name] and settings.service_url(name) for name in asked):
        text = "no health endpoint is checked at all: only Railway's own status decides"
        hint = "set RAILWAY_APP_URL, or url at a service, and the paths of the health section"
        yield Finding(UNASKED, Outcome.WARN, text, hint=hint)
        return
    for name, endpoints in asked.items():
        if not settings.service_url(name):
            text = "it has no url: judged by Railway's status alone, not by its health endpoints"
            yield Finding("config.url", Outcome.SKIP, text, name)
        elif not endpoints:
            text = "all its health endpoints are null: judged by Railway's status alone"
            yield Finding("config.url", Outcome.SKIP, text, name)


def _unasked_extras(settings: Settings) -> Iterator[Finding]:
    for extra in settings.config.health.extra:
        service = extra.service or settings.config.default_service
        if service and not settings.service_url(service):
            text = f"{extra.name} is not asked: {service} has no url"
            yield Finding("config.extra", Outcome.SKIP, text, service)
