"""A first configuration: look at a repository and its environment, propose files, write them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import unified_diff
from typing import Protocol

from verifier.commands.ports import attempt
from verifier.commands.proposed_changes import DIFF, propose_moves
from verifier.decide.catch_all import NOWHERE
from verifier.decide.drift.reported_checks import reports_on_pull_request
from verifier.decide.first_config import CONFIG, Discovered, Proposal, propose, role_of
from verifier.decide.first_workflows import DRIFT, PATHS, UPDATERS
from verifier.decide.health_choice import choose, counts_itself, usual_paths
from verifier.decide.survey_lines import answer_line
from verifier.decide.unasked_health import hidden, unasked
from verifier.decide.uploads import find_uploads, waits_for_pushes
from verifier.decide.workflows.own_gates import OwnGates
from verifier.decide.workflows.own_steps import SPLIT, called_gate
from verifier.decide.workflows.unfolded_actions import unfolded
from verifier.model.checkout_facts import CheckoutFacts
from verifier.model.deployment import Scope
from verifier.model.evidence import Answer, Origin
from verifier.model.finding import Unobserved
from verifier.model.health_survey import HealthChoice, ServedService, SurveyedPath
from verifier.model.http_status import Meaning, meaning_of
from verifier.model.pull_files import BaseBranch, PullFiles
from verifier.model.workflow import LocalAction, Value, Workflow


class Environment(Protocol):
    """The environment at Railway that a token leads to."""

    @property
    def scope(self) -> Scope: ...
    def variables(self, service: str) -> Mapping[str, str]:
        """Those of one service; may raise a `ProviderError`."""

    def served(self) -> Mapping[str, ServedService]:
        """The services with a public address, by name; may raise a `ProviderError`."""

    def survey(self, url: str, paths: Sequence[str]) -> Sequence[SurveyedPath]:
        """Ask an application at many paths once."""


class RepositoryFolder(Protocol):
    """The folder of a repository."""

    def tool(self) -> str:
        """Name of the migration tool; empty where none is recognised."""

    def workflows(self) -> Sequence[Workflow | Unobserved]: ...
    def facts(self) -> CheckoutFacts:
        """What constants of the code tell."""

    def health_path(self) -> str:
        """What railway.json or railway.toml name as health check; empty where they do not."""

    def branch(self) -> str:
        """The default branch, as far as the checkout knows; else `main`."""

    def read(self, path: str) -> str | None:
        """The text of a file; None where there is none."""

    def script(self, path: str) -> str | None:
        """The text of what a workflow runs; None where it cannot be read here."""

    def action(self, folder: str) -> LocalAction | None:
        """An action of the repository; None where it cannot be read here."""

    def write(self, path: str, text: str) -> None: ...
    def parsed(self, path: str, text: str) -> Workflow | Unobserved: ...
    def document(self, path: str, text: str) -> Mapping[str, Value]: ...


@dataclass(frozen=True, slots=True)
class SeenHealth:
    """What was found of the health of the service that the public reaches."""

    choice: HealthChoice | None
    lines: tuple[str, ...]
    """What each path answers, for a person."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Where which service was asked."""


def look_for_health(
    environment: Environment, project: RepositoryFolder, seen: Discovered
) -> SeenHealth:
    """Ask the service of role `api`, or the only one with an address, at all usual paths."""
    served = attempt(environment.served)
    if isinstance(served, Unobserved):
        return SeenHealth(None, (f"health paths not looked for: {served.explained}",))
    apis = [n for n in served if role_of(n, seen.variables.get(n, {})) == "api"]
    names = apis if len(apis) == 1 else list(served)
    if len(names) != 1:
        text = f"health paths not looked for: {len(names)} services have a public address"
        return SeenHealth(None, (text,))
    service = served[names[0]]
    asked = {names[0]: service.url} if names == apis else {}
    first = [path for path in (service.health_path, project.health_path()) if path]
    surveyed = environment.survey(service.url, usual_paths(first))
    lines = [
        answer_line(one) for one in surveyed if not _is_absent(one) and one.path not in NOWHERE
    ]
    if not any(_is_heard(one) for one in surveyed):
        told = (f"{names[0]} does not answer at {service.url}", *lines[:1])
        return SeenHealth(None, told, asked)
    choice = choose(surveyed, first, service.live)
    again = environment.survey(service.url, list(choice.extras.values()))
    counting = [two.path for one in surveyed for two in again if _is_counted(one, two)]
    kept = {name: path for name, path in choice.extras.items() if path not in counting}
    lines += [f"{path} is not written: requesting it uses up what it returns" for path in counting]
    choice = replace(choice, extras=kept, unasked=unasked(surveyed, first, choice))
    choice = replace(choice, hidden=hidden(surveyed, first, choice))
    return SeenHealth(choice, (f"{names[0]} at {service.url} answers:", *lines), asked)


def _is_heard(surveyed: SurveyedPath) -> bool:
    """Whether the application itself may have answered, and not Railway's edge in its place."""
    answer = surveyed.answer
    return not isinstance(answer, Unobserved) and answer.origin is not Origin.EDGE


def _is_counted(one: SurveyedPath, again: SurveyedPath) -> bool:
    return one.path == again.path and counts_itself(one, again)


def look_around(environment: Environment, project: RepositoryFolder) -> Discovered:
    """Return what is there; a service whose variables cannot be read has none."""
    scope = environment.scope
    tool = project.tool()
    variables = {name: _variables(environment, name) for name in scope.service_ids}
    branch = project.branch()
    found = project.workflows()
    whole = [w if isinstance(w, Unobserved) else unfolded(w, project.action) for w in found]
    # Those that a first run wrote are no news of the repository's own.
    workflows = [w for w in found if isinstance(w, Unobserved) or w.path not in PATHS]
    own = [w for w in whole if isinstance(w, Unobserved) or w.path not in PATHS]
    read = [w for w in workflows if isinstance(w, Workflow)]
    uploads = find_uploads(own, project.script, scope.environment_name, branch)
    base = BaseBranch(branch)
    checks = reports_on_pull_request(PullFiles(workflows), base, frozenset()).checks
    never = {check.name for check in checks if check.pending}
    # Where what it needs is required too, only its own condition lets a job be skipped.
    required = frozenset(check.name for check in checks) - never
    again = reports_on_pull_request(PullFiles(workflows), base, required).checks
    skipped = {check.name for check in again if check.skippable} - never
    gates = OwnGates(
        {w.path: w for w in own if isinstance(w, Workflow)},
        project.script,
        scope.environment_name,
        branch,
        scope.project_name,
    )
    return Discovered(
        project=scope.project_name,
        environment=scope.environment_name,
        variables=variables,
        tool=tool,
        checks=tuple(dict.fromkeys(c.name for c in checks if c.name not in never | skipped)),
        facts=project.facts(),
        uploads=uploads,
        waits=waits_for_pushes(workflows, uploads),
        workflows=tuple(read),
        unread=tuple(w.reason.partition("\n")[0] for w in found if isinstance(w, Unobserved)),
        has_gate=gates.judge_pushes(),
        has_split_gate=any(called_gate(job) == SPLIT for w in read for job in w.jobs),
        waited_for=gates.waited_for(),
        by_paths=gates.by_paths(),
        branch=branch,
        updaters={p: text for p in UPDATERS if (text := project.read(p)) is not None},
        filtered=tuple(dict.fromkeys(c.name for c in checks if c.name in never)),
        skipped=tuple(dict.fromkeys(c.name for c in checks if c.name in skipped)),
        written=tuple(text for workflow in read for text in _written_in(workflow)),
    )


def _written_in(workflow: Workflow) -> Iterator[str]:
    """Yield what its owner has called a workflow, its file, its jobs and its steps."""
    yield from (workflow.path, workflow.path.rpartition("/")[2], workflow.name)
    for job in workflow.jobs:
        yield from (str(job.name or ""), *(step.name for step in job.steps))


def init(
    environment: Environment, project: RepositoryFolder, action: str, schema_url: str = ""
) -> tuple[Proposal, SeenHealth]:
    """
    Return the files for what is there.

    `action` is OWNER/NAME@COMMIT of the verifier, `schema_url` where editors find the schema.
    """
    seen = look_around(environment, project)
    health = look_for_health(environment, project, seen)
    has_audit = bool(action) or project.read(DRIFT) is not None
    seen = replace(seen, health=health.choice, has_audit=has_audit, addresses=health.addresses)
    proposal = propose(seen, action, schema_url)
    moves = propose_moves(project, seen, action)
    files = {**proposal.files, **({DIFF: moves.diff} if action and moves.diff else {})}
    uploaded = (name for upload in seen.uploads for name in upload.services)
    names = (*seen.variables, *seen.checks, *seen.filtered, *seen.skipped, *seen.written, *uploaded)
    return replace(proposal, files=files, moves=moves, names=names), health


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that was there already and is as it was."""

    path: str
    difference: tuple[str, ...]
    """What would have been written, as lines of a unified diff; empty where it is the same."""


def is_of_init(kept: KeptFile) -> bool:
    """Whether init owns a file, and may write it again unasked: people tune the configuration."""
    return kept.path != CONFIG


def write_files(
    proposal: Proposal,
    project: RepositoryFolder,
    may_replace: Callable[[KeptFile], bool],
) -> Iterator[str | KeptFile]:
    """
    Yield each file right after it was dealt with: its path where it was written.

    What is there already and differs is kept, unless it may be replaced.
    """
    for path, text in proposal.files.items():
        there = project.read(path)
        if there is not None:
            kept = KeptFile(path, _difference(path, there, text))
            if not kept.difference or not may_replace(kept):
                yield kept
                continue
        project.write(path, text)
        yield path


def _difference(path: str, there: str, proposed: str) -> tuple[str, ...]:
    old, new = there.splitlines(), proposed.splitlines()
    return tuple(unified_diff(old, new, path, f"{path}, proposed", lineterm=""))


def _is_absent(surveyed: SurveyedPath) -> bool:
    answer = surveyed.answer
    return isinstance(answer, Answer) and meaning_of(answer.status_code) is Meaning.ABSENT


def _variables(environment: Environment, service: str) -> Mapping[str, str]:
    read = attempt(lambda: environment.variables(service))
    return {} if isinstance(read, Unobserved) else read
