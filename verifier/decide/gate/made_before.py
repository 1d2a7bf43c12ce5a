"""Tells what was made before the time from which on a run wants deployments."""

from collections.abc import Sequence
from datetime import UTC, datetime

from verifier.model.deployment import Deployment

_SINCE_HINT = (
    "give --since a time before the upload began, by Railway's clock, or name the deployment: "
    "--deployment SERVICE=ID"
)
_UPLOAD_HINT = (
    "run the gate after railway up with --since, a time before the upload began, or with "
    "--deployment SERVICE=ID, the id that railway up prints"
)
#: Railway's clock is told in whole seconds, and takes its time to arrive.
_SAME_CLOCK_S = 2.0


def nothing_since(
    since: datetime, older: Sequence[Deployment], commit_sha: str, ahead_s: float
) -> tuple[str, str]:
    """
    Say that nothing has come, and what is too old for it, with a hint.

    Deployments of other commits may well have been made since: of the commit that is waited for,
    and uploads, there are none. `ahead_s` is by how much Railway's clock is ahead of the runner's.
    """
    text = f"no upload made since {_time(since)} has appeared yet"
    if commit_sha:
        text = f"no deployment of commit {commit_sha[:8]}, and {text}"
    if not older:
        return text, ""
    newest = max(older, key=lambda d: d.created_at)
    kind = "deployment" if newest.commit_sha else "upload"
    text += f"; {kind} {newest.id[:8]} of {_time(newest.created_at)} was made before that"
    if abs(ahead_s) >= _SAME_CLOCK_S:
        word = "ahead of" if ahead_s > 0 else "behind"
        text += f"; Railway's clock is {abs(ahead_s):.0f} s {word} the runner's"
    return text, _SINCE_HINT


def only_uploads(deployments: Sequence[Deployment]) -> tuple[Deployment, ...]:
    """Return them where each is an upload, newest first; none where one has a commit."""
    made = [d for d in deployments if d.reason != "rollback"]
    if any(d.commit_sha for d in made):
        return ()
    return tuple(sorted(made, key=lambda d: d.created_at, reverse=True))


def no_commit(service: str, commit_sha: str, newest: Deployment | None) -> tuple[str, str]:
    """Say why no deployment is found by a commit, with a hint; `newest` came during the run."""
    text = (
        f"deployment {newest.id[:8]} was made since this run began"
        if newest
        else f"each deployment of {service} is an upload or an image"
    )
    return f"{text} and has no commit: --sha {commit_sha[:8]} finds none", _UPLOAD_HINT


def not_shown(service: str, deployment_id: str) -> tuple[str, str]:
    """Say that Railway does not show what is waited for, by its id or a commit, with a hint."""
    if not deployment_id:
        return "no deployment of this commit has appeared yet", ""
    text = f"Railway shows no deployment {deployment_id} of {service} yet"
    return text, "give --deployment the id that railway up printed for this service, as SERVICE=ID"


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
