"""Config file and environment into `Settings`: checked whole, all mistakes told at once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from verifier.config.document import (
    Document,
    InvalidConfigError,
    Problem,
    read_document,
)
from verifier.config.fields import Url
from verifier.config.problems import problem_of
from verifier.config.references import reference_problems
from verifier.config.sections import Config, PauseSection
from verifier.model.finding import Finding, Outcome
from verifier.model.secret import Secret
from verifier.model.verdict import (
    Expectations,
    Limits,
    Policy,
    RollbackMode,
    SqlExpectation,
    Waiver,
)
from verifier.railway.transport import URL

_GITHUB_URL = "https://api.github.com"
DEFAULT_PATH = Path(".github/verifier.yml")


@dataclass(frozen=True, slots=True)
class Forge:
    """The repository at GitHub that a run belongs to."""

    url: str
    token: Secret
    repository: str
    """OWNER/NAME."""
    sha: str
    """A commit that it has."""
    run_url: str
    """Page of this run, empty outside of a job."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that was said beforehand: the file, and what the environment adds."""

    config: Config
    document: Document
    railway_url: str
    railway_headers: Mapping[str, str] = field(repr=False)
    """The header that carries the token, by its kind."""
    has_project_token: bool
    database_url: Secret
    app_url: str
    forge: Forge | None
    """None where the environment names no repository, or holds no token for it."""

    def service_url(self, name: str) -> str:
        """Return the public address of a service, empty where it has none."""
        services = _section(_section(self.document.value).get("services"))
        default = self.app_url if name == _service_with_default_url(services) else ""
        return self.config.services[name].url or default

    def notes(self) -> tuple[Finding, ...]:
        """Tell which checks are not made because their section is not there, or not used yet."""
        config = self.config
        absent = {
            "guards": config.guards,
            "ledger": config.ledger,
            "relations": config.relations,
            "probes": config.probes or None,
        }
        not_configured = [
            Finding(f"config.{name}", Outcome.SKIP, f"there is no section {name}: not checked")
            for name, section in absent.items()
            if section is None
        ]
        if config.notify is None:
            return tuple(not_configured)
        text = "this version sends no Slack messages"
        return (*not_configured, Finding("config.notify", Outcome.SKIP, text))


def load_settings(path: Path, environ: Mapping[str, str]) -> Settings:
    """
    Read `path` and the environment.

    Raises:
        InvalidConfigError: with every mistake of both.
    """
    document, config, problems = _read(path)
    problems += _environment_problems(document, environ)
    if config is not None:
        problems += reference_problems(document, config)
    if problems or config is None:
        raise InvalidConfigError(problems)
    project_token = environ.get("RAILWAY_TOKEN", "").strip()
    api_token = environ.get("RAILWAY_API_TOKEN", "").strip()
    return Settings(
        config=config,
        document=document,
        railway_url=environ.get("RAILWAY_API_URL", "").strip() or URL,
        railway_headers=(
            {"Project-Access-Token": project_token}
            if project_token
            else {"Authorization": f"Bearer {api_token}"}
        ),
        has_project_token=bool(project_token),
        database_url=Secret(environ.get("DATABASE_URL", "").strip()),
        app_url=environ.get("RAILWAY_APP_URL", "").strip().rstrip("/"),
        forge=_forge(environ),
    )


def load_pause(path: Path, environ: Mapping[str, str]) -> tuple[PauseSection, Secret]:
    """
    Read what pausing takes, and nothing else: in an emergency a Railway token may be missing.

    Returns the section and the address of the database.

    Raises:
        InvalidConfigError: with every mistake of the file, or no DATABASE_URL.
    """
    document, config, problems = _read(path)
    url = environ.get("DATABASE_URL", "").strip()
    if not url.startswith(("postgres://", "postgresql://")):
        text = "found no PostgreSQL address in DATABASE_URL, expected postgresql://…"
        problems.append(document.key_problem(("pause",), text))
    if problems or config is None:
        raise InvalidConfigError(problems)
    return config.pause, Secret(url)


def load_file(path: Path) -> Config:
    """
    Read the file alone, for what needs no token.

    Raises:
        InvalidConfigError: with every mistake of the file.
    """
    _, config, problems = _read(path)
    if problems or config is None:
        raise InvalidConfigError(problems)
    return config


def _read(path: Path) -> tuple[Document, Config | None, list[Problem]]:
    document = read_document(path)
    problems = list(document.duplicates())
    try:
        return document, Config.model_validate(document.value), problems
    except ValidationError as error:
        told = [problem_of(document, details) for details in error.errors()]
        return document, None, problems + told


def _forge(environ: Mapping[str, str]) -> Forge | None:
    token = environ.get("GITHUB_TOKEN", "").strip()
    repository = environ.get("GITHUB_REPOSITORY", "").strip()
    sha = environ.get("GITHUB_SHA", "").strip()
    if not (token and sha and re.fullmatch(r"[\w.-]+/[\w.-]+", repository)):
        return None
    run_id = environ.get("GITHUB_RUN_ID", "")
    server = environ.get("GITHUB_SERVER_URL", "https://github.com")
    return Forge(
        url=environ.get("GITHUB_API_URL", "").strip().rstrip("/") or _GITHUB_URL,
        token=Secret(token),
        repository=repository,
        sha=sha,
        run_url=f"{server}/{repository}/actions/runs/{run_id}" if run_id else "",
    )


def limits_of(config: Config) -> Limits:
    """Return the limits of the gate, in seconds."""
    gate = config.gate
    return Limits(
        interval_s=gate.interval,
        fail_after=gate.fail_after,
        stable_for_s=gate.stable_for,
        ready_within_s=gate.ready_within,
        appear_within_s=gate.appear_within,
        build_within_s=gate.build_within,
        deploy_within_s=gate.deploy_within,
        restore_within_s=gate.restore_within,
        deadline_s=gate.deadline,
    )


def policy_of(config: Config, mode: RollbackMode | None = None) -> Policy:
    """Return what was decided beforehand about rollbacks; `mode` overrides the file's."""
    gate = config.gate
    return Policy(
        mode or gate.rollback,
        gate.on_inconclusive,
        gate.order,
        config.rollback.on_destructive_migration,
        config.rollback.redeploy,
        config.rollback.hold,
    )


def expectations_of(config: Config) -> Expectations:
    """Return what the checks compare the evidence with."""
    guards = config.guards
    return Expectations(
        required_components=config.health.required,
        app_env=guards.app_env if guards else "",
        project_ref=guards.supabase_project_ref if guards else "",
        heartbeats={
            probe.name: SqlExpectation(probe.service, probe.fresh_within, probe.equals)
            for probe in config.probes
        },
        ledger_policies={name: s.reactions() for name, s in config.ledgers.items()},
        waivers=tuple(Waiver(w.check, w.reason, w.until) for w in config.waivers),
    )


def _environment_problems(document: Document, environ: Mapping[str, str]) -> Iterator[Problem]:
    """Judge by what the file says, well-formed or not, so that nothing is told one at a time."""

    def is_set(name: str) -> bool:
        return bool(environ.get(name, "").strip())

    value = _section(document.value)
    if not (is_set("RAILWAY_TOKEN") or is_set("RAILWAY_API_TOKEN")):
        yield document.key_problem(
            ("railway",),
            "found no token, expected RAILWAY_TOKEN (project token) or RAILWAY_API_TOKEN "
            "(account or workspace token) in the environment",
        )
    elif not is_set("RAILWAY_TOKEN") and not _section(value.get("railway")).get("project"):
        text = "found no project, expected its name or id: RAILWAY_API_TOKEN sees several"
        yield document.key_problem(("railway",), text)
    for name in ("RAILWAY_API_URL", "RAILWAY_APP_URL", "GITHUB_API_URL"):
        if is_set(name) and not _is_url(environ[name].strip()):
            text = f"found no address in {name}, expected one such as https://example.org"
            yield document.key_problem(("railway",), text)
    need = next(_database_needs(document.value), None)
    if need is not None:
        if not is_set("DATABASE_URL"):
            text = f"found no DATABASE_URL in the environment, expected one: {need} needs it"
            yield document.key_problem((need,), text)
        elif not environ["DATABASE_URL"].strip().startswith(("postgres://", "postgresql://")):
            text = "found no PostgreSQL address in DATABASE_URL, expected postgresql://…"
            yield document.key_problem((need,), text)
    services = _section(value.get("services"))
    api = _service_with_default_url(services)
    if api and _section(services[api]).get("role") == "api" and not is_set("RAILWAY_APP_URL"):
        text = f"found no address of {api}, expected url here or RAILWAY_APP_URL"
        yield document.key_problem(("services", api), text)


def _database_needs(value: object) -> Iterator[str]:
    """Names of the sections that read the database."""
    for name in ("ledger", "guards", "relations", "probes"):
        section = _section(value).get(name)
        without_table = name == "guards" and _section(section).get("table", "") is None
        if section and not without_table:
            yield name
    if _section(_section(value).get("pause")).get("when-not-recovered") is True:
        yield "pause"


def _service_with_default_url(services: Mapping[str, object]) -> str | None:
    """The service RAILWAY_APP_URL is for: the one of role `api`, or the only one."""
    if any(_section(service).get("url") for service in services.values()):
        return None
    apis = [name for name, service in services.items() if _section(service).get("role") == "api"]
    if len(apis) == 1:
        return apis[0]
    return next(iter(services)) if len(services) == 1 else None


def _section(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _is_url(text: str) -> bool:
    try:
        TypeAdapter(Url).validate_python(text)
        return bool(urlsplit(text).hostname)
    except ValidationError:
        return False
