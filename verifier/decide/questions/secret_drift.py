"""Are the secrets that jobs read stored where GitHub gives them to these jobs?"""

import re
from collections.abc import Iterator, Mapping, Sequence

from verifier.decide.drift.question import Asked, AuditPolicy, Question
from verifier.decide.drift.stored_names import (
    how_to_store,
    is_wanted,
    name_drift,
    others_with,
    shared_drift,
)
from verifier.decide.workflows.own_steps import SPLIT, called_gate
from verifier.model.finding import NotAsked, Outcome, Unobserved
from verifier.model.named_values import StoredNames, WantedName
from verifier.model.protection import Demand, Drift, DriftKind
from verifier.model.workflow import Job, Workflow

KIND = DriftKind("secret", unread_by=frozenset({"secrets", "secrets that jobs read"}))

#: What differs between environments by its nature; a registry's token may well be one for all.
_OF_AN_ENVIRONMENT = re.compile(r"RAILWAY|DATABASE|SUPABASE|REDIS|POSTGRES|(?:^|_)(?:DB|PG)_")
#: What the second job of the split gate alone is given, in its environment.
_OF_ROLLBACKS = ("RAILWAY_ROLLBACK_TOKEN", "RAILWAY_ROLLBACK_API_TOKEN")
_NEVER = ("false", "${{ false }}")
_Workflows = Sequence[Workflow | Unobserved]


def secrets_read(workflows: _Workflows) -> tuple[WantedName, ...]:
    """Return what jobs read, by name, each where its job reads it."""
    return tuple(_readers(workflows))


def read_secret_drift(
    demand: Demand,
    workflows: _Workflows,
    configured: Sequence[WantedName],
    stored: StoredNames | Unobserved,
    repository: str,
) -> Iterator[Drift]:
    """Yield the secrets that a job is not given; those that are configured are told elsewhere."""
    if demand is Demand.IGNORED:
        return
    readers = _readers(workflows)
    known = {(one.name.upper(), one.environment.casefold()) for one in configured}
    wanted = [one for one in readers if (one.name, one.environment.casefold()) not in known]
    if wanted and isinstance(stored, Unobserved):
        yield _unseen(demand, stored)
        return
    if isinstance(stored, Unobserved):
        return
    hidden: list[Unobserved] = []
    for one in wanted:
        found = [each for each in stored.found if is_wanted(each, one)]
        unread = [why for place, why in stored.unread.items() if one.may_be_in(place)]
        others = others_with(one, wanted, stored) if _OF_AN_ENVIRONMENT.search(one.name) else ()
        if found and others:
            yield shared_drift(KIND, one, found[0].place, others, repository)
        elif not found and unread:
            hidden += unread
        elif not found:
            yield _missing(demand, one, readers[one], stored, repository)
    if hidden:
        yield _unseen(demand, hidden[0])


def _unseen(demand: Demand, why: Unobserved) -> Drift:
    outcome = Outcome.INCONCLUSIVE if demand is Demand.REQUIRED else Outcome.SKIP
    actual = f"not all visible to this token: {why.reason}"
    return Drift("secrets that jobs read", "present", actual, "GitHub", outcome, why.hint)


def _missing(
    demand: Demand, one: WantedName, job: str, stored: StoredNames, repository: str
) -> Drift:
    elsewhere = [s.place for s in stored.found if s.name.upper() == one.name]
    actual = f"missing: {job} reads it"
    if elsewhere and one.environment:
        actual = (
            f"in {', '.join(elsewhere)} alone, and {job}, which reads it, has environment "
            f"{one.environment}"
        )
    elif elsewhere:
        actual = f"in {', '.join(elsewhere)} alone, and {job}, which reads it, has no environment"
    return Drift(
        f"{KIND} {one.name}{one.where}",
        "present",
        actual,
        "GitHub",
        Outcome.FAIL if demand is Demand.REQUIRED else Outcome.WARN,
        how_to_store(KIND, one, repository),
    )


def _readers(workflows: _Workflows) -> Mapping[WantedName, str]:
    """Return the first job that reads each, for a person."""
    found: dict[WantedName, str] = {}
    for workflow in workflows:
        # What only others call is given its secrets by them, under names of its own.
        if not isinstance(workflow, Workflow) or set(workflow.triggers) <= {"workflow_call"}:
            continue
        if workflow.is_disabled is True:
            continue
        for job in workflow.jobs:
            if job.condition.strip() not in _NEVER:
                for name in sorted(job.secrets | workflow.secrets):
                    found.setdefault(_wanted(name, job), f"the job {job.id} of {workflow.path}")
    return found


def _wanted(name: str, job: Job) -> WantedName:
    """
    Return where a job is given it.

    What a called workflow is passed by name is that of the environment of its own job, if that has
    one of this name: https://github.com/actions/runner/issues/1490. So it may be in any.
    """
    if called_gate(job) == SPLIT and name in _OF_ROLLBACKS:
        return WantedName(name, str(job.inputs.get("environment") or ""))
    if job.environment is None or job.calls:
        return WantedName(name)
    return WantedName(name, job.environment, is_outside_environments=not job.environment)


def _ask(asked: Asked) -> Iterator[Drift]:
    policy, stored = asked.policy, asked.evidence.secrets
    if not isinstance(stored, NotAsked):
        renewed = policy.secrets_renewed_within
        yield from name_drift(KIND, policy.secrets, stored, renewed, asked)
        yield from read_secret_drift(
            policy.secrets_read, asked.workflows, policy.secrets, stored, asked.evidence.facts.place
        )


def _is_wanted(policy: AuditPolicy) -> bool:
    return bool(policy.secrets) or policy.secrets_read is not Demand.IGNORED


QUESTION = Question(KIND, _ask, is_wanted=_is_wanted)
