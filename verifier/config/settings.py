"""Config file and environment into `Settings`: checked whole, all mistakes told at once."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from verifier.config.cross_references import (
    reference_problems,
    service_problems,
)
from verifier.config.env_checks import (
    environment_problems,
    pause_address,
    railway_headers_of,
    railway_problems,
    railway_url_of,
    receivers_of,
    section,
    service_with_default_url,
    token_mistakes,
)
from verifier.config.health import secrets_of
from verifier.config.pause_section import PauseSection
from verifier.config.problems import problem_of
from verifier.config.sections import Config, GuardsSection
from verifier.config.valid_part import without
from verifier.guarded.mistakes import InvalidConfigError, Problem
from verifier.guarded.repeated_keys import readings
from verifier.guarded.yaml_document import Document, parse_document, read_document
from verifier.model.database_address import address_mistake
from verifier.model.job_pages import repository_page, run_page
from verifier.model.secret import Secret

GITHUB_URL = "https://api.github.com"


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
    no_github: str = ""
    """What the environment lacks of that, for a person."""
    health_headers: Mapping[str, Secret] = field(default_factory=dict)
    """Sent to the health endpoints on the service's own domains, by name."""
    own_headers: Mapping[str, Mapping[str, Secret]] = field(default_factory=dict)
    """Sent in their place to single services, by their names."""
    receivers: frozenset[str] = frozenset()
    """Keys of `notify` for which the environment says where."""

    def service_url(self, name: str) -> str:
        """Return the public address of a service, empty where it has none."""
        services = section(section(self.document.value).get("services"))
        default = self.app_url if name == service_with_default_url(services) else ""
        return self.config.services[name].url or default


def load_settings(path: Path, environ: Mapping[str, str]) -> Settings:
    """
    Read `path` and the environment.

    Raises:
        InvalidConfigError: with every mistake of both.
    """
    return _load(path, environ, environment_problems)


def load_with_gaps(
    path: Path, environ: Mapping[str, str]
) -> tuple[Settings, tuple[str, ...], tuple[str, ...]]:
    """
    Read what is there, and say what of the environment is not: of Railway, and everything else.

    Raises:
        InvalidConfigError: with every mistake of the file.
    """
    document, config = load_document(path)
    if missing := list(service_problems(document, config)):
        raise InvalidConfigError(missing)
    of_railway = [*token_mistakes(environ), *(p.text for p in railway_problems(document, environ))]
    others = [p.text for p in environment_problems(document, environ) if p.text not in of_railway]
    return settings_of(document, config, environ), tuple(of_railway), tuple(others)


def load_railway(path: Path, environ: Mapping[str, str]) -> Settings:
    """Read what asking Railway alone takes, without a database; raises `InvalidConfigError`."""
    return _load(path, environ, _problems_with_railway)


def _problems_with_railway(document: Document, environ: Mapping[str, str]) -> list[Problem]:
    tokens = [document.key_problem(("railway",), text) for text in token_mistakes(environ)]
    return [*tokens, *railway_problems(document, environ)]


def _load(
    path: Path,
    environ: Mapping[str, str],
    problems_with: Callable[[Document, Mapping[str, str]], Iterable[Problem]],
) -> Settings:
    document, config, problems = read_config(read_document(path))
    problems += problems_with(document, environ)
    if config is not None:
        problems += service_problems(document, config)
        problems += reference_problems(document, config)
    if problems or config is None:
        raise InvalidConfigError(problems)
    return settings_of(document, config, environ)


def settings_of(document: Document, config: Config, environ: Mapping[str, str]) -> Settings:
    """Return the settings of a file without mistakes; what the environment lacks stays empty."""
    return Settings(
        config=config,
        document=document,
        railway_url=railway_url_of(environ),
        railway_headers=railway_headers_of(environ),
        has_project_token=bool(environ.get("RAILWAY_TOKEN", "").strip()),
        database_url=Secret(environ.get("DATABASE_URL", "").strip()),
        pause_url=pause_address(environ),
        app_url=environ.get("RAILWAY_APP_URL", "").strip().rstrip("/"),
        github=_github(environ),
        no_github=_lacking(environ),
        health_headers=secrets_of(config.health.headers, environ),
        own_headers={
            name: secrets_of(service.health.headers, environ)
            for name, service in config.services.items()
            if service.health is not None and "headers" in service.health.model_fields_set
        },
        receivers=frozenset(receivers_of(config.notify.slack_channel, environ)),
    )


def load_pause(
    path: Path, environ: Mapping[str, str]
) -> tuple[PauseSection, GuardsSection | None, Secret]:
    """
    Read what pausing takes, and nothing else: in an emergency a Railway token may be missing.

    Returns the section, what the database is to say of itself, and its address.

    Raises:
        InvalidConfigError: with every mistake of the file, or no DATABASE_URL.
    """
    document, config, problems = read_config(read_document(path))
    url = pause_address(environ)
    if mistake := address_mistake(url.reveal(), url.variable):
        problems.append(document.key_problem(("pause",), mistake))
    if problems or config is None:
        raise InvalidConfigError(problems)
    return config.pause, config.guards, url


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
    config: Config | None = None
    for reading in readings(document):
        config, found = _as_read(reading)
        problems += found
        if config is not None and reading is not document:
            problems += reference_problems(reading, config)
    return document, config, list(dict.fromkeys(problems))


def _as_read(document: Document) -> tuple[Config | None, list[Problem]]:
    try:
        return Config.model_validate(document.value), []
    except ValidationError as error:
        mistakes = [problem_of(document, details) for details in error.errors()]
        rest = without(document.value, [details["loc"] for details in error.errors()])
        return None, [*mistakes, *_further(document, rest)]


def _further(document: Document, rest: object) -> Iterable[Problem]:
    """Return how what is right by itself does not fit together, beside what is wrong."""
    try:
        return reference_problems(document, Config.model_validate(rest))
    except ValidationError:
        return ()


def _lacking(environ: Mapping[str, str]) -> str:
    missing = [
        name
        for name in ("GITHUB_TOKEN", "GITHUB_REPOSITORY", "GITHUB_SHA")
        if not environ.get(name, "").strip()
    ]
    if not missing:
        return "GITHUB_REPOSITORY is not OWNER/NAME"
    return f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set"


def _github(environ: Mapping[str, str]) -> GitHubJob | None:
    token = environ.get("GITHUB_TOKEN", "").strip()
    repository = environ.get("GITHUB_REPOSITORY", "").strip()
    sha = environ.get("GITHUB_SHA", "").strip()
    if not (token and sha and re.fullmatch(r"[\w.-]+/[\w.-]+", repository)):
        return None
    return GitHubJob(
        url=environ.get("GITHUB_API_URL", "").strip().rstrip("/") or GITHUB_URL,
        token=Secret(token),
        repository=repository,
        sha=sha,
        run_url=run_page(environ),
        page_url=repository_page(environ),
    )
