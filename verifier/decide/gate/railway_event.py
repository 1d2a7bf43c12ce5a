"""GitHub's `deployment_status` event: is it Railway's, about this gate's environment, and final?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from verifier.model.exit_code import ExitCode
from verifier.model.report import Report
from verifier.model.verdict import VerdictWord

#: States after which Railway does nothing more by itself.
_ENDED = frozenset({"success", "failure", "error"})
#: Source: https://github.com/apps/railway-app. No person can have a name with brackets.
_APP = "railway-app"
_BOT = f"{_APP}[bot]"
#: Railway links each status to its project and environment.
_PAGE = re.compile(r"/project/([\w-]+)\?(?:.*&)?environmentId=([\w-]+)")


@dataclass(frozen=True, slots=True)
class Announced:
    """A deployment of this commit has ended, one way or the other: judge it."""

    commit_sha: str


@dataclass(frozen=True, slots=True)
class NotOurs:
    """The event asks for nothing."""

    reason: str


def read_event(event: object, project: str, environment: str) -> Announced | NotOurs:
    """
    Decide what a `deployment_status` event asks for.

    Everyone who may write to the repository can post such an event under any name, so who made
    deployment and status decides first. Railway names GitHub's environment
    "PROJECT / ENVIRONMENT" and makes one record for all services of a project. `project` and
    `environment` are names or ids at Railway; an empty project means any.

    Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads#deployment_status
    """
    match event:
        case {
            "deployment": {"sha": str(sha), "environment": str(named)} as deployment,
            "deployment_status": {"state": str(state)} as status,
        }:
            pass
        case _:
            return NotOurs("the event has no deployment, state or environment")
    for what, made in (("deployment", deployment), ("deployment status", status)):
        author = _other_author(made)
        if author:
            return NotOurs(f"the {what} was made by {author}, not by Railway's GitHub app")
    if not _is_about(named, _ids(status), project, environment):
        wanted = f"{project} / {environment}" if project else environment
        return NotOurs(f"the event is for environment {named!r}, not {wanted!r}")
    if state not in _ENDED:
        return NotOurs(f"the deployment has not finished: its state is {state!r}")
    return Announced(sha.lower())


def _other_author(made: object) -> str:
    """Who made it, where that is not Railway's app; empty where it is."""
    match made:
        case {"performed_via_github_app": {"slug": str(slug)}} if slug != _APP:
            return f"the app {slug!r}"
        case {"creator": {"login": str(login)}}:
            # GitHub leaves the app out of many events: the bot's name is then all there is.
            return "" if login == _BOT else repr(login)
        case _:
            return "an unnamed author"


def _ids(status: Mapping[object, object]) -> tuple[str, str]:
    """Project and environment id from the address that Railway gives; empty where it is another."""
    for name in ("target_url", "environment_url"):
        found = _PAGE.search(str(status.get(name)))
        if found:
            return found[1], found[2]
    return "", ""


def _is_about(named: str, ids: tuple[str, str], project: str, environment: str) -> bool:
    project_id, environment_id = ids
    owner, _, name = named.casefold().rpartition(" / ")
    is_whole_name = named.casefold() == environment.casefold()
    is_environment = environment.casefold() in (name, environment_id.casefold())
    is_project = not owner or not project or project.casefold() in (owner, project_id.casefold())
    return is_whole_name or (is_environment and is_project)


def nothing_to_judge(environment: str, reason: str, now: datetime) -> Report:
    """Return the report of a gate that was called for something else."""
    return Report(
        command="gate",
        verdict=VerdictWord.UNAFFECTED,
        reason=reason,
        exit_code=ExitCode.GOOD,
        commit="",
        environment=environment,
        started_at=now,
        ended_at=now,
    )
