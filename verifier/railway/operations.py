"""
Every GraphQL document that is sent to Railway.

Source: Railway's schema of August 2026; https://docs.railway.com/integrations/api.
"""

from collections.abc import Sequence

from verifier.model.deployment import MAY_ANSWER, DeploymentStatus

SCOPE = """
query ProjectTokenScope {
  projectToken {
    projectId environmentId
    project {
      name
      services(first: 500) { edges { node { id name deletedAt } } pageInfo { hasNextPage } }
    }
    environment { name }
  }
}
"""

WORKSPACES = """
query Workspaces { apiToken { workspaces { id } } }
"""

PROJECTS = """
query Projects($workspace: String, $after: String) {
  projects(workspaceId: $workspace, first: 100, after: $after) {
    edges { node { id name } } pageInfo { hasNextPage endCursor }
  }
}
"""

PROJECT = """
query Project($project: String!) {
  project(id: $project) {
    id name
    environments(first: 500) { edges { node { id name } } pageInfo { hasNextPage } }
    services(first: 500) { edges { node { id name deletedAt } } pageInfo { hasNextPage } }
  }
}
"""

#: More deployments of one service than may ever answer at once.
_MOST_RUNNING = 10
#: Not these: a word to come may mean one that answers.
_CANNOT_ANSWER = tuple(status for status in DeploymentStatus if status not in MAY_ANSWER)

_ROW = """
fragment Row on Deployment {
  id status createdAt statusUpdatedAt canRollback canRedeploy deploymentStopped
  instances { status } meta
}
"""

_INSTANCES = """
fragment Instances on EnvironmentServiceInstancesConnection {
  edges { node {
    serviceId activeDeployments { id }
    domains { serviceDomains { domain } customDomains { domain } }
  } }
  pageInfo { hasNextPage endCursor }
}
"""

INSTANCES = f"""
query Instances($project: String!, $environment: String!, $after: String) {{
  environment(id: $environment, projectId: $project) {{
    serviceInstances(first: 500, after: $after) {{ ...Instances }}
  }}
}}
{_INSTANCES}"""

DEPLOYMENT = """
query Deployment($id: String!) { deployment(id: $id) { id serviceId environmentId } }
"""

REQUEST_LOG = """
query RequestLog($id: String!, $filter: String!, $limit: Int!) {
  httpLogs(deploymentId: $id, filter: $filter, limit: $limit) { requestId deploymentId }
}
"""

FOLLOW_DEPLOYMENT = """
subscription FollowDeployment($id: String!) {
  deployment(id: $id) { id status deploymentStopped }
}
"""

BUILD_LOG = """
query BuildLog($id: String!, $limit: Int!) {
  buildLogs(deploymentId: $id, limit: $limit) { message severity }
}
"""

DEPLOY_LOG = """
query DeployLog($id: String!, $limit: Int!) {
  deploymentLogs(deploymentId: $id, limit: $limit) { message severity }
}
"""

ROLL_BACK = """
mutation RollBack($id: String!) { deploymentRollback(id: $id) }
"""

#: For the form in Railway's documentation, which contradicts the schema of August 2026.
ROLL_BACK_OBJECT = """
mutation RollBack($id: String!) { deploymentRollback(id: $id) { id } }
"""

REDEPLOY = """
mutation Redeploy($id: String!) { deploymentRedeploy(id: $id, usePreviousImageTag: true) { id } }
"""

#: Ends one that is still queued, waiting or being built; such a one ends REMOVED.
CANCEL = """
mutation Cancel($id: String!) { deploymentCancel(id: $id) }
"""

#: Mutations of one Boolean; the others answer with an object that has an id.
ANSWERED_BY_TRUE = frozenset({ROLL_BACK, CANCEL})

PLATFORM = """
query Platform { platformStatus { isStable incident { message status url } } }
"""

SET_AUTO_DEPLOY = """
mutation SetAutoDeploy(
  $project: String!, $environment: String!, $service: String!, $enabled: Boolean!
) {
  serviceInstanceAutoDeployUpdate(input: {
    projectId: $project, environmentId: $environment, serviceId: $service, enabled: $enabled
  }) { enabled }
}
"""

AUTO_DEPLOY = """
query AutoDeploy($project: String!, $environment: String!, $service: String!) {
  serviceInstanceAutoDeployStatus(
    projectId: $project, environmentId: $environment, serviceId: $service
  ) { enabled canEnable reason }
}
"""

READINESS = """
query Readiness($project: String!, $environment: String!) {
  project(id: $project) { subscriptionType }
  environment(id: $environment, projectId: $project) {
    canAccess
    deploymentTriggers(first: 200) { edges { node { serviceId branch checkSuites } } }
  }
}
"""

AUDIT = """
query Audit($project: String!, $environment: String!, $first: Int!, $after: String) {
  environment(id: $environment, projectId: $project) {
    unmergedChangesCount
    serviceInstances(first: $first, after: $after) {
      edges { node {
        serviceId numReplicas region sleepApplication cronSchedule
        healthcheckPath restartPolicyType edgeConfig { underAttackModeUntil }
        overlapSeconds drainingSeconds activeDeployments { id createdAt meta }
        domains { serviceDomains { domain } customDomains { domain } }
      } } pageInfo { hasNextPage endCursor }
    }
    deploymentTriggers(first: 200) {
      edges { node { serviceId repository branch checkSuites } }
    }
  }
}
"""

CRON_RUNS = """
query CronRuns($environment: String!, $service: String!, $first: Int!) {
  deploymentInstanceExecutions(
    input: { environmentId: $environment, serviceId: $service }, first: $first
  ) { edges { node { status createdAt } } pageInfo { hasNextPage } }
}
"""

TCP_PROXIES = """
query TcpProxies($environment: String!, $service: String!) {
  tcpProxies(environmentId: $environment, serviceId: $service) { domain proxyPort deletedAt }
}
"""


def audited_services(count: int) -> str:
    """
    Return the query for variables and auto-deploy of the services `s0`, `s1`, ….

    Variables answer under these names, as they are written as `raw_s0`, …, auto-deploy as
    `auto_s0`, …. Its further variables are `project` and `environment`.
    """
    names = _names(count)
    place = "projectId: $project, environmentId: $environment"
    aliases = "\n".join(
        f"  {name}: variables({place}, serviceId: ${name})"
        f"\n  raw_{name}: variables({place}, serviceId: ${name}, unrendered: true)"
        f"\n  auto_{name}: serviceInstanceAutoDeployStatus(projectId: $project, "
        f"environmentId: $environment, serviceId: ${name}) {{ enabled }}"
        for name in names
    )
    declared = f"$project: String!, $environment: String!, {_declared(names)}"
    return f"query AuditedServices({declared}) {{\n{aliases}\n}}"


def deployment_variables(count: int) -> str:
    """Return the query for the variables of the deployments `s0`, `s1`, …, under these names."""
    names = _names(count)
    aliases = "\n".join(
        f"  {name}: deploymentSnapshot(deploymentId: ${name}) {{ variables }}" for name in names
    )
    return f"query DeploymentVariables({_declared(names)}) {{\n{aliases}\n}}"


def service_variables(count: int) -> str:
    """
    Return the query for what the services `s0`, `s1`, … have now, under these names.

    Its further variables are `project` and `environment`.
    """
    names = _names(count)
    aliases = "\n".join(
        f"  {name}: variables(projectId: $project, environmentId: $environment, serviceId: ${name})"
        for name in names
    )
    declared = f"$project: String!, $environment: String!, {_declared(names)}"
    return f"query ServiceVariables({declared}) {{\n{aliases}\n}}"


def fleet(service_count: int, without: Sequence[DeploymentStatus] = ()) -> str:
    """
    Return the query that reads many services at one moment, with one request.

    Its variables are `project`, `environment`, `first` (deployments per service) and the
    service ids as `s0`, `s1`, …; the deployments answer under the same names, and as `up_s0`, …
    those that may answer requests, however many others came after them. Deployments whose status
    is in `without` are left out.
    """
    names = _names(service_count)
    aliases = "\n".join(
        f"{_deployments(name, 'first: $first', without)}\n{_running(name)}" for name in names
    )
    declared = f"$project: String!, $environment: String!, $first: Int!, {_declared(names)}"
    return f"""
query Fleet({declared}) {{
{aliases}
  environment(id: $environment, projectId: $project) {{
    serviceInstances(first: 500) {{ ...Instances }}
  }}
}}
{_INSTANCES}{_ROW}"""


def more_deployments(service_count: int, without: Sequence[DeploymentStatus] = ()) -> str:
    """Return the query for the page of each service behind the cursors `after_s0`, …."""
    names = _names(service_count)
    aliases = "\n".join(
        _deployments(name, f"first: $first, after: $after_{name}", without) for name in names
    )
    cursors = _declared([f"after_{name}" for name in names])
    declared = f"$project: String!, $environment: String!, $first: Int!, {_declared(names)}"
    return f"query MoreDeployments({declared}, {cursors}) {{\n{aliases}\n}}\n{_ROW}"


def deployments(count: int) -> str:
    """Return the query for the deployments `s0`, `s1`, … by their ids, under these names."""
    names = _names(count)
    aliases = "\n".join(f"  {name}: deployment(id: ${name}) {{ ...Row }}" for name in names)
    return f"query Deployments({_declared(names)}) {{\n{aliases}\n}}\n{_ROW}"


def _deployments(name: str, page: str, without: Sequence[DeploymentStatus]) -> str:
    return (
        f"  {name}: deployments(input: {{ projectId: $project, environmentId: $environment, "
        f"serviceId: ${name}{_not_in(without)} }}, {page}) "
        "{ edges { node { ...Row } } pageInfo { hasNextPage endCursor } }"
    )


def _running(name: str) -> str:
    return _deployments(f"up_{name}", f"first: {_MOST_RUNNING}", _CANNOT_ANSWER).replace(
        f"$up_{name}", f"${name}"
    )


def _not_in(statuses: Sequence[DeploymentStatus]) -> str:
    return f", status: {{ notIn: [{', '.join(statuses)}] }}" if statuses else ""


def _names(count: int) -> list[str]:
    return [f"s{index}" for index in range(count)]


def _declared(names: list[str]) -> str:
    return ", ".join(f"${name}: String!" for name in names)
