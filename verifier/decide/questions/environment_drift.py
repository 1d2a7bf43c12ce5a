"""Environments that must exist, and who may deploy to them."""

from collections.abc import Iterator, Sequence

from verifier.decide.drift.deploying_jobs import refused_jobs
from verifier.decide.drift.question import Asked, AuditPolicy, Question
from verifier.model.finding import NotAsked, Outcome, Unobserved
from verifier.model.named_values import Branches, GitHubEnvironment, WantedEnvironment
from verifier.model.protection import Drift, DriftKind, Protection
from verifier.model.workflow import Workflow

KIND = DriftKind("environment", unread_by=frozenset({"environments", "protection"}))
_WHERE = "see Settings > Environments of the repository"
_Row = tuple[str, str, str, Outcome]
#: Branches that are usually protected by a rule of their own.
_RELEASES = ("release/", "releases/", "hotfix/")


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
        setting = f"{KIND}: {one.name}"
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


def _minutes(number: int) -> str:
    return "1 minute" if number == 1 else f"{number} minutes"


def _guards(wanted: WantedEnvironment, found: GitHubEnvironment) -> Iterator[_Row]:
    if wanted.has_reviewers and not found.reviewers:
        yield ": reviewers", "somebody approves", "approval is not required", Outcome.FAIL
    if found.wait_minutes < wanted.wait_minutes:
        expected = f"at least {_minutes(wanted.wait_minutes)}"
        yield ": wait timer", expected, _minutes(found.wait_minutes), Outcome.FAIL
    if wanted.binds_administrators and found.lets_administrators_by is not False:
        expected = "administrators cannot bypass the rules"
        if found.lets_administrators_by:
            yield ": administrators", expected, "they can", Outcome.FAIL
        else:
            yield ": administrators", expected, "GitHub does not tell", Outcome.INCONCLUSIVE


def _ask(asked: Asked) -> Iterator[Drift]:
    found = asked.evidence.environments
    if not isinstance(found, NotAsked):
        protection = asked.evidence.protections.get(asked.evidence.facts.default_branch)
        wanted, workflows = asked.policy.environments, asked.read_workflows
        yield from environment_drift(wanted, found, protection, workflows)


def _is_wanted(policy: AuditPolicy) -> bool:
    return bool(policy.environments)


QUESTION = Question(KIND, _ask, _is_wanted)
