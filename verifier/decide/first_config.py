"""A first configuration, from what was seen of a repository and its environment at Railway."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from verifier.decide.health_choice import lines_of
from verifier.model.action_pins import CHECKOUT
from verifier.model.health_survey import HealthChoice

_ROLES = {
    "api": ("api", "web", "app", "server", "backend"),
    "worker": ("worker", "queue", "jobs", "consumer"),
    "scheduler": ("scheduler", "cron", "beat", "clock"),
}
_NOT_OURS = ("postgres", "redis", "mysql", "mongo", "minio")


@dataclass(frozen=True, slots=True)
class Seen:
    """What was looked at."""

    project: str
    environment: str
    variables: Mapping[str, Mapping[str, str]]
    """Of each service, by its name."""
    tool: str
    """Of the migrations; empty where none was recognised."""
    checks: tuple[str, ...]
    """What the workflows report on a pull request."""
    health: HealthChoice | None = None
    """The health paths that work now; None where no application could be asked."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Files to be written, by path, and what a person has to set."""

    files: Mapping[str, str]
    to_set: tuple[str, ...]


def propose(seen: Seen, action: str) -> Proposal:
    """Return configuration and workflows; `action` is OWNER/NAME@COMMIT of the verifier."""
    files = {
        ".github/verifier.yml": configuration(seen),
        ".github/workflows/railway-gate.yml": _gate(action),
        ".github/workflows/railway-drift.yml": _drift(action),
    }
    secrets = ["RAILWAY_TOKEN (a project token of the environment)"]
    secrets += ["DATABASE_URL (a read-only role; verifier doctor prints the SQL for it)"]
    secrets += ["AUDIT_TOKEN (a fine-grained token; docs/commands/audit.md lists its permissions)"]
    if seen.tool:
        files[".github/workflows/railway-preflight.yml"] = _preflight(action)
    to_set = [f"secret {secret}" for secret in secrets]
    if _asks_for_address(_ours(seen)):
        to_set.append("variable RAILWAY_APP_URL (public address of the api service)")
    return Proposal(files, tuple(to_set))


def role_of(name: str, variables: Mapping[str, str]) -> str:
    """Guess what a service is for, empty where nothing tells."""
    said = variables.get("RUN_MODE", "").casefold()
    words = said or name.casefold()
    return next((r for r, known in _ROLES.items() if any(k in words for k in known)), "")


def configuration(seen: Seen) -> str:
    """Return the text of `.github/verifier.yml`."""
    services = _ours(seen)
    lines = ["version: 1", "railway:", f"  project: {_text(seen.project)}"]
    lines += [f"  environment: {_text(seen.environment)}", "services:"]
    for name, variables in services.items():
        parts = _service(name, variables, has_default=_asks_for_address(services))
        lines.append(f"  {_text(name)}: {{ {', '.join(parts)} }}")
    lines += lines_of(seen.health) if seen.health else ()
    lines += _guards(services.values())
    if seen.tool:
        lines.append(f"ledger: {{ tool: {seen.tool} }}")
    if seen.checks:
        lines += ["protection:", "  checks:"]
        lines += [f"    - {_text(check)}" for check in seen.checks]
    lines += ["audit:", "  secrets: [RAILWAY_TOKEN, DATABASE_URL]"]
    lines += ["  scheduled: [.github/workflows/railway-drift.yml]"]
    return "\n".join(lines) + "\n"


def _ours(seen: Seen) -> Mapping[str, Mapping[str, str]]:
    """The variables of the services that are no databases, by name."""
    return {
        name: variables
        for name, variables in seen.variables.items()
        if not any(word in name.casefold() for word in _NOT_OURS)
    } or dict(seen.variables)


def _asks_for_address(services: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether RAILWAY_APP_URL would be the address of one of them: of the only api there is."""
    apis = [name for name, variables in services.items() if role_of(name, variables) == "api"]
    return len(apis) == 1


def _service(name: str, variables: Mapping[str, str], *, has_default: bool) -> Sequence[str]:
    """Write a service; of several that may be the api, those alone that have an address are."""
    role = role_of(name, variables)
    domain = "" if has_default else variables.get("RAILWAY_PUBLIC_DOMAIN", "")
    role = "" if role == "api" and not (has_default or domain) else role
    parts = [f"role: {role}"] if role else []
    if domain:
        parts.append(f"url: {_text(f'https://{domain}')}")
    if variables.get("RUN_MODE"):
        parts.append(f"run-mode: {_text(variables['RUN_MODE'])}")
    if role == "scheduler":
        parts.append("replicas: 1")
    return parts


def _guards(services: Collection[Mapping[str, str]]) -> Sequence[str]:
    wanted = {"app-env": "APP_ENV", "supabase-project-ref": "SUPABASE_PROJECT_REF"}
    found = {
        key: next((v[name] for v in services if v.get(name)), "") for key, name in wanted.items()
    }
    lines = [f"  {key}: {_text(value)}" for key, value in found.items() if value]
    return ["guards:", *lines] if lines else []


def _text(value: str) -> str:
    """As YAML reads it back, whatever it is."""
    return "'" + value.replace("'", "''").replace("\n", " ") + "'"


def _gate(action: str) -> str:
    return f"""\
name: Railway gate
on:
  push:
    branches: [main]
permissions:
  contents: write # claims a rollback with a Git reference
  deployments: write # records what was verified and condemned
# One group per commit: in a shared group GitHub keeps a single waiting run, so that the next push
# would cancel the gate of the one before. A Git reference decides which of two gates rolls back.
concurrency:
  group: railway-gate-${{{{ github.sha }}}}
  cancel-in-progress: false
jobs:
  gate:
    name: Gate
    runs-on: ubuntu-24.04
    timeout-minutes: 25
    steps:
      - uses: {CHECKOUT}
        with:
          fetch-depth: 100
          persist-credentials: false
      - uses: {action}
        with:
          railway-token: ${{{{ secrets.RAILWAY_TOKEN }}}}
          database-url: ${{{{ secrets.DATABASE_URL }}}}
          app-url: ${{{{ vars.RAILWAY_APP_URL }}}}
"""


def _preflight(action: str) -> str:
    return f"""\
name: Railway preflight
on: pull_request
permissions:
  contents: read
jobs:
  preflight:
    name: Preflight
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    steps:
      - uses: {CHECKOUT}
        with:
          ref: ${{{{ github.event.pull_request.head.sha }}}}
          fetch-depth: 0
          persist-credentials: false
      - uses: {action}
        with:
          command: preflight
          database-url: ${{{{ secrets.DATABASE_URL }}}}
"""


def _drift(action: str) -> str:
    return f"""\
name: Railway drift
on:
  schedule:
    - cron: "17 6 * * *"
  workflow_dispatch:
permissions:
  contents: read
jobs:
  audit:
    name: Audit
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    steps:
      - uses: {CHECKOUT}
        with:
          persist-credentials: false
      - uses: {action}
        with:
          command: audit
          railway-token: ${{{{ secrets.RAILWAY_TOKEN }}}}
          github-token: ${{{{ secrets.AUDIT_TOKEN }}}}
"""
