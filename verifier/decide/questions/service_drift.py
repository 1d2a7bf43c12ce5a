"""The services at Railway against the configuration."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from verifier.decide.drift.missed_runs import cron_run_drift
from verifier.decide.drift.question import Question
from verifier.decide.drift.service_setup import Row, environment_drift, setup_drift
from verifier.decide.questions.railway_file_drift import LAST_DAY
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.protection import Drift, DriftKind
from verifier.model.service_settings import ObservedEnvironment, ObservedService, WantedService

KIND = DriftKind("service", unread_by=frozenset({"services"}))

_RAILWAY = "Railway"
_TARGET = "rollback target"
_MODES = ("api", "worker", "scheduler")


def service_drift(
    wanted: Sequence[WantedService],
    observed: ObservedEnvironment | Unobserved,
    now: datetime,
) -> Iterator[Drift]:
    """Yield what differs of each configured service, and what is about to break."""
    if isinstance(observed, Unobserved):
        actual = f"could not be read: {observed.reason}"
        hint = observed.hint
        yield Drift("services", "as configured", actual, _RAILWAY, Outcome.INCONCLUSIVE, hint)
        return
    for service in wanted:
        found = observed.services.get(service.name)
        if found is None:
            setting = f"{KIND}: {service.name}"
            yield Drift(setting, "present", "missing", _RAILWAY, Outcome.FAIL)
            continue
        rows = (
            *_differences(service, found, now),
            *setup_drift(service, found, now),
            *cron_run_drift(found, now),
        )
        for part, expected, actual, severity, hint in rows:
            setting = f"{KIND}: {service.name}: {part}"
            yield Drift(setting, expected, actual, _RAILWAY, severity, hint)
    for part, expected, actual, severity, hint in environment_drift(wanted, observed):
        yield Drift(f"{KIND}: {part}", expected, actual, _RAILWAY, severity, hint)
    if count := observed.unapplied_changes:
        staged = (
            "1 staged change is not applied"
            if count == 1
            else f"{count} staged changes are not applied"
        )
        yield Drift(
            f"{KIND}: staged changes",
            "none",
            staged,
            _RAILWAY,
            Outcome.WARN,
            "apply or discard them: the next deploy may include them",
        )


def rollback_target_drift(found: Sequence[Finding] | Unobserved) -> Iterator[Drift]:
    """Yield the services whose next bad deploy could not be undone, or barely."""
    expected = "a verified deployment to roll back to"
    if isinstance(found, Unobserved):
        actual = f"could not be read: {found.reason}"
        hint = found.hint
        yield Drift(
            f"{KIND}: {_TARGET}",
            expected,
            actual,
            _RAILWAY,
            Outcome.INCONCLUSIVE,
            hint,
        )
        return
    for finding in found:
        if finding.outcome is not Outcome.PASS:
            setting = f"{KIND}: {finding.service}: {_TARGET}"
            actual, severity = finding.summary, finding.outcome
            yield Drift(setting, expected, actual, _RAILWAY, severity, finding.hint)


def drill_drift(found: Iterable[Finding]) -> Iterator[Drift]:
    """Yield the services of which no rollback was proven for too long."""
    for finding in found:
        if finding.outcome is Outcome.WARN:
            setting = f"{KIND}: {finding.service}: last proven rollback"
            expected = "within rollback.drill-every"
            yield Drift(setting, expected, finding.summary, _RAILWAY, finding.outcome, finding.hint)


def _differences(wanted: WantedService, found: ObservedService, now: datetime) -> Iterator[Row]:
    yield from _replicas(wanted, found)
    yield from _variables(wanted, found)
    trigger = found.trigger
    compared: tuple[tuple[str, object, object], ...] = (
        ("sleep", wanted.sleeps, found.sleeps),
        ("cron", wanted.cron, found.cron),
        ("restart policy", wanted.restart, found.restart),
        ("health-check path", wanted.health_path, found.health_path),
        ("source branch", wanted.branch, trigger.branch if trigger else "none"),
        ("wait for CI", wanted.waits_for_ci, trigger.waits_for_ci if trigger else False),
    )
    for part, expected, actual in compared:
        if expected is not None and expected != actual:
            yield part, _shown(expected), _shown(actual), Outcome.FAIL, ""
    if wanted.auto_deploys is not None:
        yield from _auto_deploy(wanted.auto_deploys, found.auto_deploys)
    if found.config_file:
        is_over = now.date() >= LAST_DAY
        verb = "stopped" if is_over else "stops"
        text = f"{found.config_file}, which Railway {verb} reading on {LAST_DAY}"
        hint = "move its settings to .railway/railway.ts or the dashboard, then compare them"
        yield "config file", "none", text, Outcome.FAIL if is_over else Outcome.WARN, hint
    if found.under_attack_until is not None and found.under_attack_until > now:
        text = (
            f"on until {found.under_attack_until:%Y-%m-%d %H:%M} UTC: probes get a challenge page"
        )
        yield "under-attack mode", "off", text, Outcome.WARN, ""


def _replicas(wanted: WantedService, found: ObservedService) -> Iterator[Row]:
    if wanted.replicas is None:
        return
    regions = {region: n for region, n in found.replicas_by_region.items() if n}
    total = sum(regions.values())
    if total != wanted.replicas:
        listed = ", ".join(f"{n} in {region}" for region, n in sorted(regions.items())) or "none"
        yield "replicas", str(wanted.replicas), listed, Outcome.FAIL, ""
    elif wanted.replicas == 1 and len(regions) > 1:
        listed = ", ".join(sorted(regions))
        yield "replicas", "1 in one region", f"regions {listed}", Outcome.FAIL, ""


def _variables(wanted: WantedService, found: ObservedService) -> Iterator[Row]:
    needed = tuple(dict.fromkeys((*wanted.variables, *wanted.values)))
    if not needed and not wanted.run_mode:
        return
    if found.variables is None:
        yield "variables", "readable", "could not be read", Outcome.INCONCLUSIVE, ""
        return
    yield from _run_mode(wanted.run_mode, found.variables)
    for name in needed:
        value = found.variables.get(name)
        if value is None or not value.strip():
            yield f"variable {name}", "set", "not set", Outcome.FAIL, ""
        elif name in wanted.values and value != wanted.values[name]:
            # Both values are markers of an environment, and no secret.
            expected = wanted.values[name]
            yield f"variable {name}", expected, value, Outcome.CRITICAL, ""


def _run_mode(wanted: str, variables: Mapping[str, str]) -> Iterator[Row]:
    if not wanted:
        return
    mode = variables.get("RUN_MODE", "").strip()
    if mode == wanted:
        return
    known = "" if mode in _MODES or not mode else ", an unknown mode"
    yield "RUN_MODE", wanted, f"{mode or 'not set'}{known}", Outcome.FAIL, ""


def _auto_deploy(wanted: bool, found: bool | None) -> Iterator[Row]:
    if found is None:
        yield "auto-deploy", _shown(wanted), "not reported by Railway", Outcome.INCONCLUSIVE, ""
    elif found != wanted:
        hint = "if a gate holds it after a rollback: verifier release" if wanted else ""
        yield "auto-deploy", _shown(wanted), _shown(found), Outcome.FAIL, hint


def _shown(value: object) -> str:
    match value:
        case True:
            return "on"
        case False:
            return "off"
        case "":
            return "none"
        case _:
            return str(value)


QUESTION = Question(KIND)
