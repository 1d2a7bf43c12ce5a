"""Config file and environment into `Settings`: checked whole, all mistakes told at once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from verifier.config.cross_references import default_service, reference_problems
from verifier.config.env_checks import (
    environment_problems,
    pause_address,
    railway_problems,
    section,
    service_with_default_url,
    token_mistakes,
)
from verifier.config.health import endpoints_of
from verifier.config.problems import problem_of
from verifier.config.sections import Config, PauseSection
from verifier.guarded.yaml_document import (
    Document,
    InvalidConfigError,
    Problem,
    parse_document,
    read_document,
)
from verifier.model.check_ids import UNASKED
from verifier.model.database_address import address_mistake
from verifier.model.finding import Finding, Outcome
from verifier.model.secret import Secret

GITHUB_URL = "https://api.github.com"
DEFAULT_PATH = Path(".github/verifier.yml")


#: Source: https://docs.railway.com/integrations/api
RAILWAY_API_URL = "https://backboard.railway.com/graphql/v2"


@dataclass(frozen=True, slots=True)
class GitHubJob:
    """The repository at GitHub that a run belongs to."""

    url: str
    token: Secret
    repository: str
    """OWNER/NAME."""
    sha: str
    """A commit that it has."""
    run_url: str
    """Page of this run, empty outside of a job."""
    page_url: str = ""
    """The repository's page."""


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
    pause_url: Secret
    app_url: str
    github: GitHubJob | None
    """None where the environment names no repository, or holds no token for it."""
    health_headers: Mapping[str, Secret] = field(default_factory=dict)
    """Sent to the health endpoints on the service's own domains, by name."""

    def service_url(self, name: str) -> str:
        """Return the public address of a service, empty where it has none."""
        services = section(section(self.document.value).get("services"))
        default = self.app_url if name == service_with_default_url(services) else ""
        return self.config.services[name].url or default

    def notes(self) -> tuple[Finding, ...]:
        """Tell what is not asked, and which settings have no effect."""
        return (
            *self._absent_sections(),
            *self._unasked_services(),
            *self._unasked_extras(),
            *self._without_effect(),
        )

    def _absent_sections(self) -> Iterator[Finding]:
        config = self.config
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

    def _unasked_services(self) -> Iterator[Finding]:
        names = list(self.config.services)
        unasked = [
            name
            for name in names
            if not (endpoints_of(self.config.health_of(name)) and self.service_url(name))
        ]
        if len(unasked) == len(names):
            text = "no health endpoint is checked at all: only Railway's own status decides"
            hint = "set RAILWAY_APP_URL, or url at a service, and the paths of the health section"
            yield Finding(UNASKED, Outcome.WARN, text, hint=hint)
            return
        for name in unasked:
            text = "it has no url: judged by what Railway says of it, not by its health endpoints"
            yield Finding("config.url", Outcome.SKIP, text, name)

    def _unasked_extras(self) -> Iterator[Finding]:
        for extra in self.config.health.extra:
            service = extra.service or default_service(self.config)
            if service and not self.service_url(service):
                text = f"{extra.name} is not asked: {service} has no url"
                yield Finding("config.extra", Outcome.SKIP, text, service)

    def _without_effect(self) -> Iterator[Finding]:
        services = section(section(self.document.value).get("services"))
        urls = [s.url for s in self.config.services.values() if s.url]
        if self.app_url and self.app_url not in urls and not service_with_default_url(services):
            text = "RAILWAY_APP_URL is not used: the services have addresses of their own"
            yield Finding("config.app_url", Outcome.SKIP, text)
        if self.config.language != "en":
            text = f"language: {self.config.language} has no effect yet: texts are in English"
            yield Finding("config.language", Outcome.SKIP, text)


def load_settings(path: Path, environ: Mapping[str, str]) -> Settings:
    """
    Read `path` and the environment.

    Raises:
        InvalidConfigError: with every mistake of both.
    """
    document, config, problems = read_config(read_document(path))
    problems += environment_problems(document, environ)
    if config is not None:
        problems += reference_problems(document, config)
    if problems or config is None:
        raise InvalidConfigError(problems)
    return settings_of(document, config, environ)


def load_with_gaps(
    path: Path, environ: Mapping[str, str]
) -> tuple[Settings, tuple[str, ...], tuple[str, ...]]:
    """
    Read what is there, and say what of the environment is not: of Railway, and everything else.

    Raises:
        InvalidConfigError: with every mistake of the file.
    """
    document, config = load_document(path)
    of_railway = [*token_mistakes(environ), *(p.text for p in railway_problems(document, environ))]
    others = [p.text for p in environment_problems(document, environ) if p.text not in of_railway]
    return settings_of(document, config, environ), tuple(of_railway), tuple(others)


def load_railway(path: Path, environ: Mapping[str, str]) -> Settings:
    """Read what asking Railway alone takes, without a database; raises `InvalidConfigError`."""
    document, config, problems = read_config(read_document(path))
    problems += [document.key_problem(("railway",), text) for text in token_mistakes(environ)]
    problems += railway_problems(document, environ)
    if config is not None:
        problems += reference_problems(document, config)
    if problems or config is None:
        raise InvalidConfigError(problems)
    return settings_of(document, config, environ)


def settings_of(document: Document, config: Config, environ: Mapping[str, str]) -> Settings:
    """Return the settings of a file without mistakes; what the environment lacks stays empty."""
    project_token = environ.get("RAILWAY_TOKEN", "").strip()
    api_token = environ.get("RAILWAY_API_TOKEN", "").strip()
    return Settings(
        config=config,
        document=document,
        railway_url=environ.get("RAILWAY_API_URL", "").strip() or RAILWAY_API_URL,
        railway_headers=(
            {"Project-Access-Token": project_token}
            if project_token
            else {"Authorization": f"Bearer {api_token}"}
        ),
        has_project_token=bool(project_token),
        database_url=Secret(environ.get("DATABASE_URL", "").strip()),
        pause_url=Secret(pause_address(environ)),
        app_url=environ.get("RAILWAY_APP_URL", "").strip().rstrip("/"),
        github=_github(environ),
        health_headers={
            name: Secret(environ.get(said.removeprefix("env:"), "").strip())
            for name, said in config.health.headers.items()
        },
    )


def load_pause(path: Path, environ: Mapping[str, str]) -> tuple[PauseSection, Secret]:
    """
    Read what pausing takes, and nothing else: in an emergency a Railway token may be missing.

    Returns the section and the address of the database.

    Raises:
        InvalidConfigError: with every mistake of the file, or no DATABASE_URL.
    """
    document, config, problems = read_config(read_document(path))
    url = pause_address(environ)
    if mistake := address_mistake(url):
        problems.append(document.key_problem(("pause",), mistake))
    if problems or config is None:
        raise InvalidConfigError(problems)
    return config.pause, Secret(url)


def load_file(path: Path) -> Config:
    """
    Read the file alone, for what needs no token.

    Raises:
        InvalidConfigError: with every mistake of the file.
    """
    return _config_of(read_document(path))


def load_text(text: str, file: str) -> Config:
    """Read a configuration that is not on disk, of that name; raises `InvalidConfigError`."""
    return _config_of(parse_document(file, text))


def _config_of(document: Document) -> Config:
    _, config, problems = read_config(document)
    if problems or config is None:
        raise InvalidConfigError(problems)
    return config


def load_document(path: Path) -> tuple[Document, Config]:
    """
    Read the file alone, with where each setting stands, and check also how its sections fit.

    Raises:
        InvalidConfigError: with every mistake of the file.
    """
    document, config, problems = read_config(read_document(path))
    if config is not None:
        problems += reference_problems(document, config)
    if problems or config is None:
        raise InvalidConfigError(problems)
    return document, config


def read_config(document: Document) -> tuple[Document, Config | None, list[Problem]]:
    """Return the configuration of a document; None beside the mistakes that make it none."""
    problems = list(document.duplicates())
    try:
        return document, Config.model_validate(document.value), problems
    except ValidationError as error:
        mistakes = [problem_of(document, details) for details in error.errors()]
        return document, None, problems + mistakes


def _github(environ: Mapping[str, str]) -> GitHubJob | None:
    token = environ.get("GITHUB_TOKEN", "").strip()
    repository = environ.get("GITHUB_REPOSITORY", "").strip()
    sha = environ.get("GITHUB_SHA", "").strip()
    if not (token and sha and re.fullmatch(r"[\w.-]+/[\w.-]+", repository)):
        return None
    run_id = environ.get("GITHUB_RUN_ID", "")
    server = environ.get("GITHUB_SERVER_URL", "https://github.com")
    return GitHubJob(
        url=environ.get("GITHUB_API_URL", "").strip().rstrip("/") or GITHUB_URL,
        token=Secret(token),
        repository=repository,
        sha=sha,
        run_url=f"{server}/{repository}/actions/runs/{run_id}" if run_id else "",
        page_url=f"{server}/{repository}",
    )
