"""Gathers what lies behind a failure: logs, changed variables, commits. Nothing depends on it."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from verifier.commands.ports import attempt
from verifier.commands.reading_notes import ReadingNotes
from verifier.decide.gate.log_lines import telling_lines
from verifier.model.background import Background, LogLine
from verifier.model.deployment import Deployment, DeploymentStatus
from verifier.model.evidence import ShippedMigrations, Variables
from verifier.model.finding import NotAsked, Unobserved

#: Railway sets these anew for each deployment.
_RAILWAYS_OWN = ("RAILWAY_", "PORT")


class Logs(Protocol):
    """What Railway keeps of a deployment."""

    def build_log(self, deployment_id: str) -> tuple[LogLine, ...]: ...
    def deploy_log(self, deployment_id: str) -> tuple[LogLine, ...]: ...
    def variables(self, judged: Mapping[str, str]) -> Mapping[str, Variables]: ...


class Secrets(Protocol):
    """Knows what must not be shown."""

    def learn(self, variables: Mapping[str, str]) -> None:
        """Take what is secret among a container's variables."""

    def hide(self, text: str) -> str:
        """Return the text without the secrets that are known."""


class Commits(Protocol):
    """What the checkout knows of commits."""

    def commits_between(self, older_sha: str, sha: str) -> tuple[str, ...] | Unobserved: ...

    def shipped(self, sha: str) -> Mapping[str, ShippedMigrations | Unobserved | NotAsked]: ...


def gather_background(
    logs: Logs,
    commits: Commits,
    secrets: Secrets,
    service: str,
    judged: Deployment,
    good: Deployment | None,
) -> Background:
    """Return what lies behind the failure of `judged`; `good` is the last good deployment."""
    notes = ReadingNotes()
    # Before the log, which may show what is in them.
    variables = attempt(lambda: _variables(logs, secrets, service, judged))
    ask = logs.build_log if judged.status is DeploymentStatus.FAILED else logs.deploy_log
    lines = notes.read_or((), attempt(lambda: ask(judged.id)), "its log")
    cleaned = [LogLine(secrets.hide(line.message), line.severity) for line in lines]
    if good is None:
        return Background(service, telling_lines(cleaned), not_read=notes.not_read)
    before = attempt(lambda: _variables(logs, secrets, service, good))
    names = notes.read_or((), _changed(variables, before), "its variables")
    between: tuple[str, ...] = ()
    if judged.commit_sha and good.commit_sha and judged.commit_sha != good.commit_sha:
        found = commits.commits_between(good.commit_sha, judged.commit_sha)
        between = notes.read_or((), found, "the commits in between")
    migrations: tuple[str, ...] = ()
    if between:
        added = attempt(lambda: _added(commits, judged.commit_sha, good.commit_sha))
        migrations = notes.read_or((), added, "the migrations in between")
    return Background(
        service, telling_lines(cleaned), names, between, migrations, not_read=notes.not_read
    )


def _added(commits: Commits, sha: str, older_sha: str) -> tuple[str, ...]:
    """Return what a commit ships and an older one does not; of what cannot be read others tell."""
    older = set(_labels(commits.shipped(older_sha)))
    return tuple(dict.fromkeys(each for each in _labels(commits.shipped(sha)) if each not in older))


def _labels(
    shipped: Mapping[str, ShippedMigrations | Unobserved | NotAsked],
) -> Iterator[str]:
    for found in shipped.values():
        if isinstance(found, ShippedMigrations):
            yield from (migration.label for migration in found.migrations)


def _variables(logs: Logs, secrets: Secrets, service: str, deployment: Deployment) -> Variables:
    read = logs.variables({service: deployment.id})[service]
    secrets.learn(read.values)
    return read


def _changed(
    new: Variables | Unobserved, old: Variables | Unobserved
) -> tuple[str, ...] | Unobserved:
    if isinstance(new, Unobserved):
        return new
    if isinstance(old, Unobserved):
        return old
    if not (new.of_this_deployment and old.of_this_deployment):
        return Unobserved("this token may not read the variables that deployments started with")
    return tuple(
        sorted(
            name
            for name in new.values.keys() | old.values.keys()
            if new.values.get(name) != old.values.get(name) and not name.startswith(_RAILWAYS_OWN)
        )
    )
