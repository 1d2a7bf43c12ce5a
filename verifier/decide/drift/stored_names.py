"""Secrets, variables and environments that must exist, and how pushes came onto the branch."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from verifier.model.audited_repository import DirectPush, GitHubEnvironment, StoredName
from verifier.model.finding import Outcome, Unobserved
from verifier.model.protection import Drift, DriftKind


def name_drift(
    kind: DriftKind,
    wanted: Sequence[str],
    stored: Sequence[StoredName] | Unobserved,
    max_age: timedelta | None,
    now: datetime,
) -> Iterator[Drift]:
    """
    Yield the names that are not stored, or were stored too long ago.

    `kind` is SECRET or VARIABLE. A name counts wherever it is: repository, organisation or
    environment. Values are never read.
    """
    if not wanted:
        return
    if isinstance(stored, Unobserved):
        actual = f"not visible to this token: {stored.reason}"
        yield Drift(f"{kind}s", "present", actual, "GitHub", Outcome.INCONCLUSIVE, stored.hint)
        return
    by_name: dict[str, list[StoredName]] = {}
    for one in stored:
        by_name.setdefault(one.name.upper(), []).append(one)
    for name in wanted:
        found = by_name.get(name.upper(), [])
        if not found:
            hint = f"gh {kind} set {name}"
            yield Drift(
                f"{kind} {name}",
                "present",
                "missing",
                "GitHub",
                Outcome.FAIL,
                hint,
            )
            continue
        newest = max(found, key=lambda one: one.updated_at)
        if max_age is not None and now - newest.updated_at > max_age:
            days = (now - newest.updated_at).days
            yield Drift(
                f"{kind} {name}",
                f"renewed within {max_age.days} days",
                f"{days} days old",
                newest.place,
                Outcome.WARN,
                "renew it",
            )


def environment_drift(
    wanted: Sequence[str], found: Sequence[GitHubEnvironment] | Unobserved
) -> Iterator[Drift]:
    """Yield the environments that are not there, or that anybody may deploy to."""
    if not wanted:
        return
    if isinstance(found, Unobserved):
        actual = f"could not be read: {found.reason}"
        yield Drift("environments", "present", actual, "GitHub", Outcome.INCONCLUSIVE, found.hint)
        return
    # GitHub tells no names apart by their case.
    by_name = {environment.name.casefold(): environment for environment in found}
    for name in wanted:
        environment = by_name.get(name.casefold())
        if environment is None:
            actual, severity = "missing", Outcome.FAIL
        elif not environment.rules:
            actual, severity = "no rule: every branch may deploy to it", Outcome.WARN
        else:
            continue
        yield Drift(
            f"{DriftKind.ENVIRONMENT}: {name}",
            "present, with a protection rule",
            actual,
            "GitHub",
            severity,
            "see Settings > Environments of the repository",
        )


def push_drift(pushes: Sequence[DirectPush] | Unobserved) -> Iterator[Drift]:
    """Yield what came onto the branch without a merged pull request, and who pushed it."""
    if isinstance(pushes, Unobserved):
        actual = f"could not be read: {pushes.reason}"
        hint = pushes.hint
        yield Drift("history", "pull requests", actual, "GitHub", Outcome.INCONCLUSIVE, hint)
        return
    for push in pushes:
        what = "force-pushed" if push.is_forced else "pushed without a pull request"
        yield Drift(
            f"{DriftKind.HISTORY}: {push.sha[:12]}",
            "a merged pull request",
            f"{what} by {push.actor} on {push.at:%Y-%m-%d}",
            "activity of the branch",
            Outcome.WARN,
            "review the change, and who may bypass the protection",
        )
