"""GitHub's `deployment_status` event: is it about what this gate guards, and has it ended?"""

from dataclasses import dataclass

#: States after which Railway does nothing more by itself.
_ENDED = frozenset({"success", "failure", "error"})


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

    Railway names GitHub's environment "PROJECT / ENVIRONMENT" and makes one record for all
    services of a project. `project` and `environment` are Railway's names; an empty project
    means any.

    Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads#deployment_status
    """
    match event:
        case {
            "deployment": {"sha": str(sha), "environment": str(named)},
            "deployment_status": {"state": str(state)},
        }:
            pass
        case _:
            return NotOurs("the event has no deployment, state or environment")
    wanted = f"{project} / {environment}" if project else environment
    owner, _, name = named.casefold().rpartition(" / ")
    is_whole_name = named.casefold() == environment.casefold()
    is_project = not owner or not project or owner == project.casefold()
    if not is_whole_name and not (name == environment.casefold() and is_project):
        return NotOurs(f"the event is for environment {named!r}, not {wanted!r}")
    if state not in _ENDED:
        return NotOurs(f"the deployment has not finished: its state is {state!r}")
    return Announced(sha.lower())
