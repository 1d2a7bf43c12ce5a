"""A first configuration, from what was seen of a repository and its environment at Railway."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from verifier.decide import first_workflows as workflows
from verifier.decide.check_points import check_points
from verifier.decide.code_constants import pattern_of
from verifier.decide.first_guards import guard_lines, guard_points, unguarded
from verifier.decide.first_workflows import OF_PROJECT, OF_VIEWER, quoted
from verifier.decide.health_section import lines_of, not_yet
from verifier.decide.moved_pipeline import Moves
from verifier.decide.upload_gates import gate_jobs, push_points, upload_points
from verifier.decide.uploads import Upload
from verifier.model.checkout_facts import NO_FACTS, CheckoutFacts
from verifier.model.health_survey import HealthChoice
from verifier.model.workflow import Workflow

_ROLES = {
    "api": ("api", "web", "app", "server", "backend"),
    "worker": ("worker", "queue", "jobs", "consumer"),
    "scheduler": ("scheduler", "cron", "beat", "clock"),
}
NO_WORKFLOWS = (
    "no workflow is written: say which repository and commit of the verifier they are to use, "
    "with --action OWNER/NAME@COMMIT"
)
CONFIG = ".github/verifier.yml"
_PINNED = re.compile(r"@[0-9a-f]{40}$|^\./")
_NOT_OURS = ("postgres", "redis", "mysql", "mongo", "minio")


@dataclass(frozen=True, slots=True)
class Discovered:
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
    facts: CheckoutFacts = NO_FACTS
    uploads: tuple[Upload, ...] = ()
    """None where Railway builds from the repository."""
    waits: tuple[str, ...] = ()
    """Paths of workflows that wait for what Railway deploys of a push by itself."""
    workflows: tuple[Workflow, ...] = ()
    """All of the repository that can be read."""
    unread: tuple[str, ...] = ()
    """Of each workflow that cannot be read, why."""
    has_gate: bool = False
    """Whether a workflow of the repository's own judges what is pushed."""
    waited_for: tuple[str, ...] = ()
    """Services that those alone wait for which judge what is pushed; empty for all."""
    by_paths: tuple[str, ...] = ()
    """Workflows of those that judge what is pushed, where certain paths alone start them."""
    branch: str = "main"
    """The one that is deployed."""
    updaters: Mapping[str, str] = field(default_factory=dict)
    """What says who proposes newer commits of actions: texts by path, of what is there."""
    filtered: tuple[str, ...] = ()
    """Checks that a pull request may wait for without end, since paths keep them from running."""
    written: tuple[str, ...] = ()
    """What the owner of the workflows has called them, their jobs and their steps."""
    skipped: tuple[str, ...] = ()
    """Checks of jobs that a condition may skip, which GitHub counts as success."""
    has_audit: bool = True
    """Whether there is, or is proposed, the workflow that audits by a schedule."""
    has_split_gate: bool = False
    """Whether a gate of the repository's own rolls back with a token that its readers never see."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Where a service of role `api` was asked for its health."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Files to be written, by path, and what a person has to set and to decide."""

    files: Mapping[str, str]
    to_set: tuple[str, ...]
    open_points: tuple[str, ...] = ()
    """What could not be found, or is not certain."""
    upkeep: tuple[str, ...] = ()
    """How to be sent newer commits of the actions, first a sentence; empty where that is so."""
    names: tuple[str, ...] = ()
    """What is called so by users: services, and checks of jobs."""
    moves: Moves = Moves()  # noqa: RUF009 it is frozen
    """Changes of the workflows that are there."""


def propose(seen: Discovered, action: str, schema_url: str = "") -> Proposal:
    """
    Return configuration and workflows.

    `action` is OWNER/NAME@COMMIT of the verifier; where it is empty no workflow is proposed.
    `schema_url` is what editors complete and check the configuration by; empty for no such line.
    """
    # What the YAML language server, and with it most editors, reads.
    schema_line = f"# yaml-language-server: $schema={schema_url}\n" if schema_url else ""
    written = _workflows(seen, action) if action else {}
    tokens = _tokens(seen, written)
    files = {CONFIG: f"{schema_line}{configuration(seen, tokens)}", **written}
    described = {
        OF_PROJECT: "secret RAILWAY_TOKEN (a project token of the environment)",
        OF_VIEWER: "secret RAILWAY_READ_API_TOKEN (the account token of a member with the "
        "role Viewer, which cannot deploy)",
    }
    secrets = [
        *(described[name] for name in tokens),
        "secret DATABASE_URL (a read-only role; verifier doctor prints the SQL for it)",
        "secret AUDIT_TOKEN (a fine-grained token that reads Actions, Administration, Checks, "
        "Commit statuses, Contents, Dependabot secrets, Environments, Pull requests, Secrets, "
        "Variables and Webhooks of this repository)",
        "secret SLACK_WEBHOOK_URL (an incoming webhook; leave it out for no messages)",
    ]
    if (api := _only_api(own_services(seen))) and api not in seen.addresses:
        secrets.append("variable or secret RAILWAY_APP_URL (public address of the api service)")
    upkeep = tuple(workflows.upkeep(seen.updaters)) if action else ()
    return Proposal(files, tuple(secrets), tuple(_open_points(seen, action)), upkeep)


def _tokens(seen: Discovered, files: Collection[str]) -> Sequence[str]:
    """Return the secrets by which Railway is reached; a gate of our own needs what may deploy."""
    if not seen.has_split_gate:
        return (OF_PROJECT,)
    may_deploy = (OF_PROJECT,) if workflows.GATE in files else ()
    return (OF_VIEWER, *may_deploy)


def _workflows(seen: Discovered, action: str) -> Mapping[str, str]:
    """The workflows by their paths; without migrations there is nothing for a preflight."""
    jobs = gate_jobs(seen.uploads, list(own_services(seen)))
    files = {}
    if jobs:
        files[workflows.GATE] = workflows.gates_after_uploads(action, jobs, seen.branch)
    elif not seen.has_gate and not any(u.has_gate or u.is_of_merges for u in seen.uploads):
        files[workflows.GATE] = workflows.gate(action, seen.branch)
    token = OF_VIEWER if seen.has_split_gate else OF_PROJECT
    files[workflows.CHECK] = workflows.check(action, token)
    files[workflows.DRIFT] = workflows.drift(action, token)
    if seen.tool or seen.facts.version:
        files[workflows.PREFLIGHT] = workflows.preflight(action)
    return files


def role_of(name: str, variables: Mapping[str, str]) -> str:
    """Guess what a service is for, empty where nothing tells."""
    said = variables.get("RUN_MODE", "").casefold()
    words = said or name.casefold()
    return next((r for r, known in _ROLES.items() if any(k in words for k in known)), "")


def configuration(seen: Discovered, tokens: Sequence[str] = (OF_PROJECT,)) -> str:
    """Return the text of `.github/verifier.yml`; `tokens` are the secrets that reach Railway."""
    services = own_services(seen)
    lines = ["version: 1", "railway:", f"  project: {quoted(seen.project)}"]
    lines += [f"  environment: {quoted(seen.environment)}", "services:"]
    for name, variables in services.items():
        parts = _service(seen, name, variables)
        if name in unguarded(services):
            parts = [*parts, "guarded: false"]
        lines.append(f"  {quoted(name)}: {{ {', '.join(parts)} }}")
    lines += lines_of(seen.health) if seen.health else ()
    lines += ["# Shows what a failing gate would roll back. Set auto once you trust its verdicts."]
    lines += ["gate: { rollback: plan }"]
    lines += guard_lines(services.values())
    lines += _ledger(seen)
    lines += _relations(seen.facts)
    if seen.facts.has_kill_switch:
        lines.append("pause: { paused: pausado, running: ativo }")
    if seen.checks:
        lines += ["protection:", "  checks:", *(f"    - {quoted(c)}" for c in seen.checks)]
    else:
        lines.append("protection: { checks: [] }")
    lines += ["audit:", f"  secrets: [{', '.join((*tokens, 'DATABASE_URL'))}]"]
    lines += [f"  scheduled: [{workflows.DRIFT}]"] if seen.has_audit else []
    return "\n".join(lines) + "\n"


def own_services(seen: Discovered) -> Mapping[str, Mapping[str, str]]:
    """The variables of the services that are no databases, by name."""
    return {
        name: variables
        for name, variables in seen.variables.items()
        if not any(word in name.casefold() for word in _NOT_OURS)
    } or dict(seen.variables)


def _only_api(services: Mapping[str, Mapping[str, str]]) -> str:
    """The one that RAILWAY_APP_URL would be the address of; empty for none or several."""
    apis = [name for name, variables in services.items() if role_of(name, variables) == "api"]
    return apis[0] if len(apis) == 1 else ""


def _service(seen: Discovered, name: str, variables: Mapping[str, str]) -> Sequence[str]:
    """Write a service; of several that may be the api, those alone that have an address are."""
    role, has_default = role_of(name, variables), bool(_only_api(own_services(seen)))
    domain = "" if has_default else variables.get("RAILWAY_PUBLIC_DOMAIN", "")
    url = seen.addresses.get(name) or (f"https://{domain}" if domain else "")
    role = "" if role == "api" and not (has_default or url) else role
    parts = [f"role: {role}"] if role else []
    if url:
        parts.append(f"url: {quoted(url)}")
    if variables.get("RUN_MODE"):
        parts.append(f"run-mode: {quoted(variables['RUN_MODE'])}")
    if role == "scheduler":
        parts.append("replicas: 1")
    return parts


def _ledger(seen: Discovered) -> Sequence[str]:
    version = seen.facts.version
    if version is None:
        return [f"ledger: {{ tool: {seen.tool} }}"] if seen.tool else []
    return [
        "ledger:",
        f"  tool: {seen.tool or 'plain'}",
        "  expected:",
        f"    file: {quoted(version.file)}",
        f"    pattern: {quoted(pattern_of(version))}",
    ]


def _relations(facts: CheckoutFacts) -> Sequence[str]:
    named = {"tables": facts.tables, "views": facts.views}
    lines = [
        f"  {kind}: [{', '.join(map(quoted, names))}]" for kind, names in named.items() if names
    ]
    return ["relations:", *lines] if lines else []


def _open_points(seen: Discovered, action: str) -> Iterator[str]:
    if not action:
        yield NO_WORKFLOWS
    elif not _PINNED.search(action):
        yield f"the workflows use {action}: name the full hash of a commit, which cannot be moved"
    services = own_services(seen)
    if not any(services.values()):
        yield "no variable of any service could be read: roles are guessed from names, no guards"
    yield from guard_points(services, seen.environment)
    if seen.health is None:
        yield "no health path was found, so health has the usual ones"
    else:
        yield from not_yet(seen.health)
    if not seen.tool and seen.facts.version is None:
        yield "no migration tool was found, and no constant such as EXPECTED_SCHEMA_VERSION"
    yield from seen.facts.doubts
    if not (seen.facts.tables or seen.facts.views):
        yield "no list of relations such as CRITICAL_TABLES was found"
    yield from check_points(seen.checks, seen.filtered, seen.skipped)
    if action and (seen.tool or seen.facts.version):
        yield (
            "Preflight keeps nothing back until it is required: add it to protection.checks and to "
            "the branch's protection once it has run on a pull request"
        )
    yield from upload_points(seen.uploads, services, seen.branch, seen.unread)
    if action:
        yield from push_points(seen.uploads, services, seen.waited_for, seen.by_paths)
