"""Where a token points: which project, which environment, which services."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from verifier.errors import ConfigError, UnexpectedAnswerError
from verifier.model.deployment import Scope
from verifier.railway import operations
from verifier.railway.parse import next_page, nodes, texts
from verifier.railway.transport import Transport

#: Of a hundred projects each.
_MOST_PAGES = 50


def token_scope(transport: Transport) -> Scope:
    """Return the environment that the project token is for."""
    data = transport.read("read what this token is for", operations.SCOPE)
    match data:
        case {
            "projectToken": {
                "projectId": str(project_id),
                "environmentId": str(environment_id),
                "project": {"name": str(project), "services": services},
                "environment": {"name": str(environment)},
            }
        }:
            ids, twice = _service_ids(services)
            return Scope(project_id, project, environment_id, environment, ids, twice)
        case _:
            raise UnexpectedAnswerError("Railway's answer about this token is malformed")


def find_scope(transport: Transport, project: str, environment: str) -> Scope:
    """
    Find an environment by the names or ids of project and environment.

    Raises:
        ConfigError: this token sees no such project or environment, or several of that name.
    """
    project_id = _find_project(transport, project)
    data = transport.read("read the project", operations.PROJECT, {"project": project_id}).get(
        "project"
    )
    match data:
        case {"name": str(name), "environments": environments, "services": services}:
            names = {
                str(node.get("id")): str(node.get("name"))
                for node in nodes(environments, "environments")
            }
            id_ = _environment_id(names, environment, name)
            ids, twice = _service_ids(services)
            return Scope(project_id, name, id_, names[id_], ids, twice)
        case _:
            raise UnexpectedAnswerError("Railway's project is malformed")


def check_owner(
    transport: Transport, scope: Scope, service: str, deployment_id: str, limit_s: float
) -> None:
    """
    Make sure that a deployment is one of `service` in the environment of `scope`.

    Raises:
        ConfigError: it is another service's, or of another environment.
        ProviderError: Railway shows this token no such deployment.
    """
    purpose, asked = f"find deployment {deployment_id}", {"id": deployment_id}
    data = transport.read(purpose, operations.DEPLOYMENT, asked, limit_s=limit_s)
    match data.get("deployment"):
        case {"environmentId": str(environment)} if environment != scope.environment_id:
            text = f"deployment {deployment_id} is not in environment {scope.environment_name}"
            raise ConfigError(text)
        case {"serviceId": str(owner)} if owner == scope.service_ids[service]:
            return
        case {"serviceId": str(owner)}:
            names = {id_: name for name, id_ in scope.service_ids.items()}
            name = names.get(owner, owner)
            raise ConfigError(f"deployment {deployment_id} is one of {name}, not of {service}")
        case _:
            raise UnexpectedAnswerError(f"Railway shows no deployment {deployment_id}")


def _find_project(transport: Transport, project: str) -> str:
    found: dict[str, str] = {}
    for workspace in _workspaces(transport):
        for node in _projects(transport, workspace):
            if project in (node.get("id"), node.get("name")):
                found[str(node.get("id"))] = str(node.get("name"))
    if len(found) == 1:
        return next(iter(found))
    if found:
        ids = ", ".join(sorted(found))
        raise ConfigError(f"several projects are named {project}", hint=f"use an id: {ids}")
    raise ConfigError(
        f"this token sees no project {project}",
        hint="check railway.project, and the workspace that RAILWAY_API_TOKEN was made in",
    )


def _projects(transport: Transport, workspace: str | None) -> Iterator[Mapping[str, object]]:
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        connection = transport.read(
            "list the projects", operations.PROJECTS, {"workspace": workspace, "after": cursor}
        ).get("projects")
        yield from nodes(connection, "projects")
        cursor = next_page(connection)
        if cursor is None:
            return
    raise UnexpectedAnswerError("Railway's list of projects does not end")


def _workspaces(transport: Transport) -> Sequence[str | None]:
    data = transport.read("list the workspaces", operations.WORKSPACES)
    match data:
        case {"apiToken": {"workspaces": list(workspaces)}}:
            return list(texts(workspaces, "id")) or [None]
        case _:
            raise UnexpectedAnswerError("Railway's list of workspaces is malformed")


def _service_ids(connection: object) -> tuple[Mapping[str, str], frozenset[str]]:
    """Return the ids by name, and which names several services have."""
    named = [
        (str(node.get("name")), str(node.get("id")))
        for node in nodes(connection, "services")
        if node.get("deletedAt") is None
    ]
    counts = Counter(name for name, _ in named)
    return dict(named), frozenset(name for name, count in counts.items() if count > 1)


def _environment_id(names: Mapping[str, str], wanted: str, project: str) -> str:
    """Return the id of the environment of that name or id; `names` are by id."""
    found = [id_ for id_, name in names.items() if wanted in (id_, name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise ConfigError(
            f"several environments of project {project} are named {wanted}",
            hint=f"use an id: {', '.join(sorted(found))}",
        )
    raise ConfigError(
        f"project {project} has no environment {wanted}",
        hint=f"railway.environment can be: {', '.join(sorted(names.values())) or 'none'}",
    )
