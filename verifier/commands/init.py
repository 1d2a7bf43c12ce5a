"""A first configuration: look at a repository and its environment, propose files, write them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from verifier.commands.ports import attempt
from verifier.decide.drift.reported_checks import reports_on_pull_request
from verifier.decide.first_config import Proposal, Seen, propose
from verifier.model.deployment import Scope
from verifier.model.finding import Unobserved
from verifier.model.workflow import Workflow


class Environment(Protocol):
    """The environment at Railway that a token leads to."""

    @property
    def scope(self) -> Scope: ...
    def variables(self, service: str) -> Mapping[str, str]:
        """Those of one service; may raise a `ProviderError`."""


class Project(Protocol):
    """The folder of a repository."""

    def tool(self) -> str:
        """Name of the migration tool; empty where none is recognised."""

    def workflows(self) -> Sequence[Workflow | Unobserved]: ...
    def has(self, path: str) -> bool: ...
    def write(self, path: str, text: str) -> None: ...


def look_around(environment: Environment, project: Project) -> Seen:
    """Return what is there; a service whose variables cannot be read has none."""
    scope = environment.scope
    tool = project.tool()
    variables = {name: _variables(environment, name) for name in scope.service_ids}
    reports = reports_on_pull_request(project.workflows(), "main", frozenset())
    return Seen(
        project=scope.project_name,
        environment=scope.environment_name,
        variables=variables,
        tool=tool,
        checks=tuple(dict.fromkeys(check.name for check in reports.checks)),
    )


def init(environment: Environment, project: Project, action: str) -> Proposal:
    """Return the files for what is there; `action` is OWNER/NAME@COMMIT of the verifier."""
    return propose(look_around(environment, project), action)


def write_files(
    proposal: Proposal, project: Project, may_replace: Callable[[str], bool]
) -> Iterator[tuple[str, bool]]:
    """
    Yield each path right after it was dealt with, and whether it was written.

    What is there already is kept, unless a person says of it that it may be replaced.
    """
    for path, text in proposal.files.items():
        if project.has(path) and not may_replace(path):
            yield path, False
            continue
        project.write(path, text)
        yield path, True


def _variables(environment: Environment, service: str) -> Mapping[str, str]:
    read = attempt(lambda: environment.variables(service))
    return {} if isinstance(read, Unobserved) else read
