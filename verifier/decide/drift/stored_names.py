"""Secrets, variables and environments that must exist, and how pushes came onto the branch."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from verifier.decide.drift.deploying_jobs import refused_jobs
from verifier.model.audited_repository import DirectPush
from verifier.model.finding import Outcome, Unobserved
from verifier.model.named_values import (
    Branches,
    GitHubEnvironment,
    StoredName,
    StoredNames,
    WantedEnvironment,
    WantedName,
    environment_place,
)
from verifier.model.protection import Drift, DriftKind, Protection
from verifier.model.workflow import Workflow

_WHERE = "see Settings > Environments of the repository"
_Row = tuple[str, str, str, Outcome]
#: Branches that are usually protected by a rule of their own.
_RELEASES = ("release/", "releases/", "hotfix/")


def name_drift(
    kind: DriftKind,
    wanted: Sequence[WantedName],
    stored: StoredNames | Unobserved,
    max_age: timedelta | None,
    now: datetime,
) -> Iterator[Drift]:
    """
    Yield the names that are not stored where they are needed, or were stored too long ago.

    `kind` is SECRET or VARIABLE. A name that is found is there, whatever else the token cannot
    see; one that is not is missing only where everything was seen that it may be in.
    """
    if not wanted:
        return
    if isinstance(stored, StoredNames) and stored.are_all_unread:
        stored = next(iter(stored.unread.values()), stored)
    if isinstance(stored, Unobserved):
        actual = f"not visible to this token: {stored.reason}"
        yield Drift(f"{kind}s", "present", actual, "GitHub", Outcome.INCONCLUSIVE, stored.hint)
        return
    for one in wanted:
        found = [s for s in stored.found if is_wanted(s, one)]
        setting = f"{kind} {one.name}{one.where}"
        if not found:
            yield _missing(kind, setting, one, stored)
            continue
        others = others_with(one, wanted, stored)
        if others:
            yield shared_drift(kind, one, found[0].place, others)
        if max_age is None:
            continue
        expected = f"renewed within {max_age.days} days"
        dated = {s.updated_at: s for s in found if s.updated_at is not None}
        if not dated:
            actual, hint = "GitHub gives no readable time for it", "see when it was set last"
            yield Drift(setting, expected, actual, found[0].place, Outcome.INCONCLUSIVE, hint)
        elif now - max(dated) > max_age:
            newest = dated[max(dated)]
            days = (now - max(dated)).days
            actual = f"{days} days old"
            yield Drift(setting, expected, actual, newest.place, Outcome.WARN, "renew it")


def is_wanted(stored: StoredName, wanted: WantedName) -> bool:
    """Tell whether a name is the one that is wanted, where it is wanted."""
    # GitHub tells no names apart by their case.
    return stored.name.upper() == wanted.name.upper() and wanted.may_be_in(stored.place)


def others_with(
    one: WantedName, wanted: Sequence[WantedName], stored: StoredNames
) -> Sequence[str]:
    """Return the other environments that are given the same value, as none has its own."""
    if not one.environment or _may_have_own(one, stored):
        return ()
    return [
        each.environment
        for each in wanted
        if each.environment
        and each.name.upper() == one.name.upper()
        and each.environment.casefold() != one.environment.casefold()
        and not _may_have_own(each, stored)
    ]


def _may_have_own(one: WantedName, stored: StoredNames) -> bool:
    place = environment_place(one.environment)
    names = (each.name.upper() for each in stored.found if each.place == place)
    return place in stored.unread or one.name.upper() in names


def _missing(kind: DriftKind, setting: str, wanted: WantedName, stored: StoredNames) -> Drift:
    unread = {place: why for place, why in stored.unread.items() if wanted.may_be_in(place)}
    if unread:
        place, why = next(iter(unread.items()))
        actual = f"not found, and the names of {place} are not visible: {why.reason}"
        return Drift(setting, "present", actual, "GitHub", Outcome.INCONCLUSIVE, why.hint)
    hint = how_to_store(kind, wanted)
    return Drift(setting, "present", "missing", "GitHub", Outcome.FAIL, hint)


def shared_drift(kind: DriftKind, one: WantedName, place: str, others: Sequence[str]) -> Drift:
    """Say of a name that other environments are given its value, too."""
    actual = f"one value for {one.environment} and {', '.join(others)}, from the {place}"
    setting, hint = f"{kind} {one.name}{one.where}", how_to_store(kind, one)
    return Drift(setting, "its own value", actual, place, Outcome.WARN, hint)


def how_to_store(kind: DriftKind, one: WantedName) -> str:
    """Return the command that stores a secret or a variable where it is wanted."""
    option = f" --env {one.environment}" if one.environment else ""
    option += " --app dependabot" if one.is_for_dependabot else ""
    return f"run gh {kind} set {one.name}{option}"


def environment_drift(
    wanted: Sequence[WantedEnvironment],
    found: Sequence[GitHubEnvironment] | Unobserved,
    protection: Protection | Unobserved | None = None,
    workflows: Sequence[Workflow] = (),
) -> Iterator[Drift]:
    """
    Yield the environments that are not there, or are guarded less than wanted.

    `protection` is that of the default branch: "protected branches" are those with a classic rule.
    A branch that one of the `workflows` deploys must be let in.
    """
    if not wanted:
        return
    if isinstance(found, Unobserved):
        actual = f"could not be read: {found.reason}"
        yield Drift("environments", "present", actual, "GitHub", Outcome.INCONCLUSIVE, found.hint)
        return
    # GitHub tells no names apart by their case.
    by_name = {environment.name.casefold(): environment for environment in found}
    for one in wanted:
        setting = f"{DriftKind.ENVIRONMENT}: {one.name}"
        environment = by_name.get(one.name.casefold())
        if environment is None:
            yield Drift(setting, "present", "missing", "GitHub", Outcome.FAIL, _WHERE)
            continue
        rows = (
            *_branches(environment, protection),
            *_left_out(environment, workflows),
            *_guards(one, environment),
        )
        for part, expected, actual, severity in rows:
            yield Drift(f"{setting}{part}", expected, actual, "GitHub", severity, _WHERE)


def _branches(
    environment: GitHubEnvironment, protection: Protection | Unobserved | None
) -> Iterator[_Row]:
    expected = "only certain branches may deploy to it"
    if environment.branches is Branches.ANY and not environment.has_custom_rules:
        guards = _waited_for(environment)
        left = f" once {' and '.join(guards)}" if guards else ""
        yield "", expected, f"every branch may deploy to it{left}", Outcome.WARN
    elif environment.branches is Branches.CHOSEN and not environment.has_custom_rules:
        yield from _chosen(environment, expected)
    elif environment.branches is Branches.PROTECTED and _has_no_classic_rule(protection):
        actual = (
            "protected branches may deploy to it, and only a classic rule makes one: without any "
            "in the repository every branch may"
        )
        yield "", expected, actual, Outcome.WARN


def _waited_for(environment: GitHubEnvironment) -> list[str]:
    """What is still waited for, whatever the branch."""
    guards = ["a reviewer approves"] if environment.reviewers else []
    return guards + (["a timer runs"] if environment.wait_minutes else [])


def _chosen(environment: GitHubEnvironment, expected: str) -> Iterator[_Row]:
    """What is chosen so widely that it leaves nobody out who can push."""
    chosen = environment.chosen
    if isinstance(chosen, Unobserved):
        actual = f"could not read which branches may deploy to it: {chosen.reason}"
        yield "", expected, actual, Outcome.INCONCLUSIVE
        return
    if not chosen:
        actual = "no branch and no tag may deploy to it: none is chosen"
        yield "", expected, actual, Outcome.WARN
    wide = [pattern for pattern in chosen if _is_wide(pattern)]
    if wide:
        guards = _waited_for(environment)
        left = f" once {' and '.join(guards)}" if guards else ""
        actual = (
            f"every branch or tag that fits {', '.join(wide)}, which whoever can push may make, "
            f"may deploy to it{left}"
        )
        yield "", expected, actual, Outcome.WARN


def _left_out(environment: GitHubEnvironment, workflows: Sequence[Workflow]) -> Iterator[_Row]:
    for job, path, branch in refused_jobs(environment, workflows):
        actual = f"{branch} may not, and a push to it starts job {job} of {path}, which is refused"
        yield "", "the branch of each job may deploy to it", actual, Outcome.WARN
        return


def _is_wide(pattern: str) -> bool:
    """Whether a name that fits may be made by whoever can push: not one of a release's folder."""
    return bool(set("*?[") & set(pattern)) and not pattern.startswith(_RELEASES)


def _has_no_classic_rule(protection: Protection | Unobserved | None) -> bool:
    return (
        isinstance(protection, Protection)
        and not protection.hidden
        and not any(source.is_classic for source in protection.sources)
    )


def _guards(wanted: WantedEnvironment, found: GitHubEnvironment) -> Iterator[_Row]:
    if wanted.has_reviewers and not found.reviewers:
        yield ": reviewers", "somebody approves", "approval is not required", Outcome.FAIL
    if found.wait_minutes < wanted.wait_minutes:
        expected = f"at least {wanted.wait_minutes} minutes"
        yield ": wait timer", expected, f"{found.wait_minutes} minutes", Outcome.FAIL
    if wanted.binds_administrators and found.lets_administrators_by is not False:
        expected = "administrators cannot bypass the rules"
        if found.lets_administrators_by:
            yield ": administrators", expected, "they can", Outcome.FAIL
        else:
            yield ": administrators", expected, "GitHub does not tell", Outcome.INCONCLUSIVE


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
