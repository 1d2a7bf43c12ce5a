"""Which known causes a report shows: a team's own first, then what the log says, then checks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from shlex import quote

from verifier.decide.gate.causes_by_check import BY_CHECK
from verifier.decide.gate.causes_by_log import BY_LOG
from verifier.decide.gate.given_up import is_path_of_configuration
from verifier.model.check_ids import BLOCKED_BY_CI, NOT_THERE, component_check
from verifier.model.cut_text import cut_to
from verifier.model.database_away import is_database_away
from verifier.model.deployment import Service
from verifier.model.finding import Finding, Outcome
from verifier.model.known_cause import CauseRule, KnownCause
from verifier.model.report import Report
from verifier.model.verdict import VerdictWord

_MOST = 8
_RED = (VerdictWord.FAILED, VerdictWord.INCONCLUSIVE)
_LONGEST = 200
_UNHEALTHY, _NOT_IN_IT = "unhealthy", "component-not-there"
(_AWAY,) = (rule for rule in BY_CHECK if rule.id == "database-away")


@dataclass(frozen=True, slots=True)
class Scene:
    """The names of the project that a report is about."""

    services: Mapping[str, Service] = field(default_factory=dict)
    environment: str = ""
    """Railway's name of it."""
    app_env: str = ""
    project_ref: str = ""
    own: tuple[CauseRule, ...] = ()
    """What the team knows itself."""


def recognise(report: Report, scene: Scene) -> tuple[KnownCause, ...]:
    """
    Return the causes that are known, the most telling first, each once with all its services.

    Of a service's failed checks nothing general is said where its log says something exact.
    Nothing rests on it: it explains a verdict, and makes none.
    """
    if report.verdict not in _RED:
        return ()
    own = [*_own(report, scene)]
    by_log = [*_by_log(report, scene)]
    explained = {service for cause in (*own, *by_log) for service in cause.services}
    by_check = [c for c in _by_check(report, scene) if not explained & set(c.services)]
    return _joined([*own, *by_log, *by_check])[:_MOST]


def _joined(causes: Sequence[KnownCause]) -> tuple[KnownCause, ...]:
    """One of each id, with the services of all; the step is that of the first."""
    found: dict[str, KnownCause] = {}
    for cause in causes:
        known = found.get(cause.id)
        if known is None:
            found[cause.id] = cause
        else:
            services = tuple(dict.fromkeys((*known.services, *cause.services)))
            found[cause.id] = replace(known, services=services)
    return tuple(found.values())


def _own(report: Report, scene: Scene) -> Iterator[KnownCause]:
    logs = {background.service: background.log_lines for background in report.background}
    statuses = {s.name: s.judged.status for s in report.services if s.judged}
    names = [*(service.name for service in report.services), ""]
    for rule in scene.own:
        for name in names:
            signs = _signs_of(rule, name, report, logs.get(name, ()), statuses.get(name, ""))
            if signs:
                yield _cause(rule, name, signs[0], report, scene)


def _signs_of(
    rule: CauseRule, name: str, report: Report, lines: Sequence[str], status: str
) -> tuple[str, ...]:
    """What of a service shows each thing that a rule names; nothing where one is missing."""
    signs: list[str] = []
    if rule.log:
        found = [line for line in lines if any(_stands_in(text, line) for text in rule.log)]
        signs += found[:1] or [""]
    if rule.checks:
        failed = [f.check for f in _bad(report) if f.service == name and _fits(rule, f.check)]
        signs += failed[:1] or [""]
    if rule.statuses:
        signs.append(status if status in rule.statuses else "")
    return tuple(signs) if all(signs) else ()


def _by_log(report: Report, scene: Scene) -> Iterator[KnownCause]:
    for background in report.background:
        for sign in BY_LOG:
            line = next(filter(sign.pattern.search, background.log_lines), "")
            told = sign.pattern.search(line)
            if told:
                found = next((group for group in told.groups() if group), "")
                yield _cause(sign.rule, background.service, line, report, scene, found)
                break


def _by_check(report: Report, scene: Scene) -> Iterator[KnownCause]:
    away = {f.service for f in report.findings if is_database_away(_failed_of(f.service, report))}
    for name in sorted(away):
        yield _cause(_AWAY, name, component_check("schema_version"), report, scene)
    explained = set(away)
    for rule in BY_CHECK:
        shown = [f for f in report.findings if _shows(rule, f)]
        for finding in shown:
            # A step that needs a service is none for what all share: its own hint says what to do.
            is_told = bool(finding.service) or "{service}" not in rule.step
            if is_told and finding.service not in explained:
                yield _cause(rule, finding.service, finding.check, report, scene)
        # The first rule that fits a service counts, with everything that it fits there.
        explained |= {f.service for f in shown}


def _failed_of(service: str, report: Report) -> list[Finding]:
    return [f for f in report.findings if f.service == service and f.outcome.condemns]


def _shows(rule: CauseRule, finding: Finding) -> bool:
    """
    Whether a finding shows a cause: what could not be read has causes of all sorts.

    What has vanished from a health document says no more than that the application is not well;
    what it was never seen to have, that the configuration requires what is not there. Of a path
    that never led anywhere the cause of the verdict says all.
    """
    if is_path_of_configuration(finding):
        return False
    is_missing = finding.objects == (NOT_THERE,)
    if is_missing and rule.id != (_NOT_IN_IT if finding.blameless else _UNHEALTHY):
        return False
    if rule.id == _NOT_IN_IT and not is_missing:
        return False
    if finding.outcome is Outcome.CRITICAL and _matches(finding.check, rule.critical):
        return True
    is_shown = finding.outcome.condemns or (
        finding.outcome is Outcome.INCONCLUSIVE and finding.check == BLOCKED_BY_CI
    )
    return is_shown and _fits(rule, finding.check)


def _bad(report: Report) -> Sequence[Finding]:
    """What failed; where nothing did, what is unclear: of a team's own rules, which know it."""
    failed = [f for f in report.findings if f.outcome.condemns]
    return failed or [f for f in report.findings if f.outcome is Outcome.INCONCLUSIVE]


def _fits(rule: CauseRule, check: str) -> bool:
    return _matches(check, rule.checks)


def _matches(check: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(check, pattern) for pattern in patterns)


def _stands_in(text: str, line: str) -> bool:
    """Whether the parts between the stars stand in a line, in their order."""
    at, written = 0, line.casefold()
    for part in text.casefold().split("*"):
        start = written.find(part, at)
        if start < 0:
            return False
        at = start + len(part)
    return True


def _cause(
    rule: CauseRule, name: str, sign: str, report: Report, scene: Scene, found: str = ""
) -> KnownCause:
    service = scene.services.get(name)
    names = {
        "service": quote(name) if name else "…",
        "environment": quote(scene.environment or "production"),
        "commit": report.commit[:8] or "COMMIT",
        "found": cut_to(_LONGEST, found),
        "app_env": quote(scene.app_env or "…"),
        "project_ref": quote(scene.project_ref or "…"),
        "run_mode": quote(service.run_mode if service and service.run_mode else "…"),
    }
    return KnownCause(
        rule.id,
        _filled(rule.text, names),
        _filled(rule.step, names),
        (name,) if name else (),
        cut_to(_LONGEST, sign),
    )


def _filled(text: str, names: Mapping[str, str]) -> str:
    """Put names in the place of braces; what one of them holds is not read again."""
    parts = text.split("{")
    filled = [parts[0]]
    for part in parts[1:]:
        name, closed, rest = part.partition("}")
        filled.append(f"{names[name]}{rest}" if closed and name in names else f"{{{part}")
    return " ".join("".join(filled).split())
