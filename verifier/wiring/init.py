"""What `verifier init` looks at: an environment at Railway by its token, and a folder."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from verifier.config.env_checks import railway_headers_of, railway_url_of
from verifier.database.files import Folder
from verifier.database.tool_detection import choose_tool, signs_of
from verifier.database.worktree import Worktree
from verifier.decide.code_constants import SUFFIXES, TELLING, find_constants
from verifier.errors import (
    ConfigError,
    MissingSettingError,
    UnexpectedAnswerError,
    WrongInputError,
)
from verifier.github.workflows import (
    FOLDER,
    action_in,
    parse_workflow,
    workflow_in,
    workflow_value,
)
from verifier.guarded import web
from verifier.guarded.checkout_file import MOST_CONFIG, read_inside, resolve_inside
from verifier.guarded.path_survey import survey
from verifier.model.checkout_facts import CheckoutFacts
from verifier.model.deployment import Scope, Service, sole_active
from verifier.model.finding import Unobserved
from verifier.model.health_survey import ServedService, SurveyedPath
from verifier.model.workflow import LocalAction, Value, Workflow
from verifier.railway.client import RailwayClient
from verifier.railway.config_file import parse_railway_file
from verifier.railway.environment import read_environment
from verifier.railway.token_scope import find_scope, token_scope
from verifier.railway.transport import Transport

_MOST_CONFIG = 200_000
#: Of a database's whole structure, as a dump writes it.
_MOST_SQL = 8_000_000
_MOST_SOURCES = 5_000
_TESTS = re.compile(r"(?:^|/)(?:tests?|spec|__tests__)/|(?:^|/)test_[^/]*$|[._](?:test|spec)\.")


@dataclass(frozen=True, slots=True)
class TokenEnvironment:
    """The environment that a token leads to."""

    scope: Scope
    client: RailwayClient
    transport: Transport
    http: httpx.Client
    app_url: str
    """Public address of the api service, where somebody said so; it wins over Railway's."""

    def variables(self, service: str) -> Mapping[str, str]:
        """Return what a service has now; raises `ProviderError`."""
        return self.client.service_variables([service])[service]

    def served(self) -> Mapping[str, ServedService]:
        """Return the services that have a domain; raises `ProviderError`."""
        fleet = self.client.fleet(partial=True)
        observed = read_environment(self.transport, self.scope, list(fleet)).services
        live = sole_active(fleet)
        named = {
            name: ServedService(
                self._address(state.domains),
                observed[name].health_path if name in observed else "",
                live.get(name),
            )
            for name, state in fleet.items()
        }
        return {name: service for name, service in named.items() if service.url}

    def survey(self, url: str, paths: Sequence[str]) -> Sequence[SurveyedPath]:
        """Ask an application at many paths once."""
        return survey(self.http, url, paths)

    def _address(self, domains: Sequence[str]) -> str:
        if self.app_url and urlsplit(self.app_url).netloc in domains:
            return self.app_url
        return f"https://{domains[0]}" if domains else ""


@dataclass(frozen=True, slots=True)
class ProjectFolder:
    """A checkout, or what is to become one."""

    root: Path

    def tool(self) -> str:
        """
        Return the migration tool, empty where none is recognised.

        Raises:
            UnexpectedAnswerError: the folder cannot be read.
        """
        signs = self._signs()
        tool = signs if isinstance(signs, Unobserved) else choose_tool(signs, ())
        return "" if isinstance(tool, Unobserved) else tool.tool

    def _signs(self) -> Mapping[str, int] | Unobserved:
        """Return the signs of tools; why there are none where a file that may be one is broken."""
        folder = Folder(self.root)
        if not folder.paths:
            return {}
        try:
            return signs_of(folder)
        except UnexpectedAnswerError as error:
            return Unobserved(str(error))

    def facts(self) -> CheckoutFacts:
        """
        Return what constants of the code tell. Of tests, and of what is too large, nothing is read.

        Raises:
            UnexpectedAnswerError: the folder cannot be read.
        """
        folder = Folder(self.root)
        sources = [
            path for path in folder.paths if path.endswith(SUFFIXES) and not _TESTS.search(path)
        ][:_MOST_SOURCES]
        texts = {path: self._text(path) for path in sources}
        facts = find_constants(
            {p: text for p, text in texts.items() if any(word in text for word in TELLING)}
        )
        signs = self._signs()
        if not isinstance(signs, Unobserved):
            return facts
        doubt = f"{signs.reason}; its migrations were not looked for"
        return replace(facts, doubts=(*facts.doubts, doubt))

    def _text(self, path: str) -> str:
        """What a file says; nothing where it is too large for what it is."""
        return self._read(path, _MOST_SQL if path.endswith(".sql") else _MOST_CONFIG) or ""

    def script(self, path: str) -> str | None:
        """Return the text of a file that a workflow runs; None where it cannot be read here."""
        return self._read(path, _MOST_CONFIG)

    def _read(self, path: str, most_bytes: int) -> str | None:
        try:
            return read_inside(self.root, path, most_bytes).decode("utf-8", "replace")
        except UnexpectedAnswerError:
            return None

    def action(self, folder: str) -> LocalAction | None:
        """Return the action of a folder; None where it cannot be read here."""
        return action_in(self.root, folder)

    def workflows(self) -> list[Workflow | Unobserved]:
        """Return the workflows, by the names of their files."""
        return [
            workflow_in(self.root, f"{FOLDER}{file.name}")
            for file in sorted((self.root / FOLDER).glob("*.y*ml"))
        ]

    def parsed(self, path: str, text: str) -> Workflow | Unobserved:
        """Return a workflow by its text."""
        return parse_workflow(path, text)

    def document(self, path: str, text: str) -> Mapping[str, Value]:
        """Return a workflow's text as data; nothing where it cannot be read."""
        return workflow_value(path, text)

    def health_path(self) -> str:
        """
        Return the health check that the checkout's configuration of Railway names.

        Source: https://docs.railway.com/reference/config-as-code
        """
        for name in ("railway.json", "railway.toml"):
            said = parse_railway_file(name, self._text(name)).settings.get("")
            if said and said.health_path.startswith("/"):
                return said.health_path
        return ""

    def branch(self) -> str:
        """Return the default branch of the repository it was cloned from, else `main`."""
        return Worktree(self.root).default_branch() or "main"

    def read(self, path: str) -> str | None:
        """
        Return the text of a file; None where there is none.

        Raises:
            WrongInputError: it is a link to somewhere else, no plain file, or too large.
        """
        if not (self.root / path).exists():
            return None
        try:
            return read_inside(self.root, path, MOST_CONFIG).decode("utf-8", "replace")
        except UnexpectedAnswerError as error:
            raise WrongInputError(error.message) from error

    def write(self, path: str, text: str) -> None:
        """
        Write a file, and the folders above it.

        Raises:
            WrongInputError: the disk did not take it, or its place is a link to somewhere else.
        """
        file = self.root / path
        try:
            resolve_inside(self.root, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8", newline="\n")
        except UnexpectedAnswerError as error:
            raise WrongInputError(
                f"{file} cannot be written: it points outside {self.root}"
            ) from error
        except OSError as error:
            raise WrongInputError(f"{file} cannot be written: {error.strerror}") from error


def open_environment(
    environ: Mapping[str, str], project: str, environment: str, *, is_named: bool
) -> TokenEnvironment:
    """
    Find the environment by the token that `environ` holds.

    Raises:
        MissingSettingError: no token, or one that needs a project's name.
        ConfigError: a project's token that is not of what a person named.
        ProviderError: Railway could not be asked.
    """
    transport, scope = _find(environ, project, environment, is_named=is_named)
    services = [Service(name, id_) for name, id_ in scope.service_ids.items()]
    return TokenEnvironment(
        scope,
        RailwayClient(transport, scope, services),
        transport,
        web.open_client(),
        environ.get("RAILWAY_APP_URL", "").strip().rstrip("/"),
    )


def _is_meant(scope: Scope, project: str, environment: str) -> bool:
    """Whether a token's scope is what was named, by name or id; what was not named may be any."""
    return project in ("", scope.project_name, scope.project_id) and environment in (
        "",
        scope.environment_name,
        scope.environment_id,
    )


def _find(
    environ: Mapping[str, str], project: str, environment: str, *, is_named: bool
) -> tuple[Transport, Scope]:
    url, headers = railway_url_of(environ), railway_headers_of(environ)
    if environ.get("RAILWAY_TOKEN", "").strip():
        transport = Transport(web.open_client(headers), url)
        scope = token_scope(transport)
        if not _is_meant(scope, project, environment if is_named else ""):
            raise ConfigError(
                f"RAILWAY_TOKEN is a token of {scope.project_name} / {scope.environment_name}",
                hint="leave --project and --environment out, or use the token of what they name",
            )
        return transport, scope
    if not headers or not project:
        raise MissingSettingError(
            "found no RAILWAY_TOKEN, and no RAILWAY_API_TOKEN with --project",
            hint="create a project token in the project's settings on Railway",
        )
    transport = Transport(web.open_client(headers), url)
    return transport, find_scope(transport, project, environment)
