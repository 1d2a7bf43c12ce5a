"""`verifier init`: looks at a repository and its environment at Railway, and proposes files."""

from collections.abc import Mapping
from pathlib import Path

from verifier.commands.ports import attempt
from verifier.config.settings import RAILWAY_API_URL
from verifier.database.files import Folder
from verifier.database.ledgers.detect import choose_tool, signs_of
from verifier.decide.drift.reported_checks import reports_on_pull_request
from verifier.decide.first_config import Seen
from verifier.errors import ConfigError
from verifier.github.workflows import FOLDER, parse_workflow
from verifier.guarded import web
from verifier.model.deployment import Scope, Service
from verifier.model.finding import Unobserved
from verifier.railway.client import RailwayClient
from verifier.railway.scope import find_scope, token_scope
from verifier.railway.transport import Transport


def look_around(environ: Mapping[str, str], checkout: Path, project: str, environment: str) -> Seen:
    """
    Return what is there.

    Raises:
        ConfigError: no token, or one that needs a project's name.
        ProviderError: Railway could not be asked.
    """
    transport, scope = _find(environ, project, environment)
    files = Folder(checkout)
    tool = choose_tool(signs_of(files), ())
    services = [Service(name, id_) for name, id_ in scope.service_ids.items()]
    client = RailwayClient(transport, scope, services)
    return Seen(
        project=scope.project_name,
        environment=scope.environment_name,
        variables={name: _variables(client, name) for name in scope.service_ids},
        tool="" if isinstance(tool, Unobserved) else tool.tool,
        checks=_checks(checkout),
    )


def _find(environ: Mapping[str, str], project: str, environment: str) -> tuple[Transport, Scope]:
    url = environ.get("RAILWAY_API_URL", "").strip() or RAILWAY_API_URL
    token = environ.get("RAILWAY_TOKEN", "").strip()
    if token:
        transport = Transport(web.open_client({"Project-Access-Token": token}), url)
        return transport, token_scope(transport)
    token = environ.get("RAILWAY_API_TOKEN", "").strip()
    if not token or not project:
        raise ConfigError(
            "found no RAILWAY_TOKEN, and no RAILWAY_API_TOKEN with --project",
            hint="create a project token in the project's settings on Railway",
        )
    transport = Transport(web.open_client({"Authorization": f"Bearer {token}"}), url)
    return transport, find_scope(transport, project, environment)


def _variables(client: RailwayClient, name: str) -> Mapping[str, str]:
    read = attempt(lambda: client.service_variables([name]))
    return {} if isinstance(read, Unobserved) else read[name]


def _checks(checkout: Path) -> tuple[str, ...]:
    texts = {
        f"{FOLDER}{file.name}": file.read_text("utf-8", "replace")
        for file in sorted((checkout / FOLDER).glob("*.y*ml"))
    }
    workflows = [parse_workflow(path, text) for path, text in texts.items()]
    reports = reports_on_pull_request(workflows, "main", frozenset())
    return tuple(dict.fromkeys(check.name for check in reports.checks))
