"""Migrations that would run once a gate has judged: judged before them, a good deploy fails."""

import re
from collections.abc import Sequence

from verifier.decide.workflows.migration_words import is_for_migrations, may_migrate, migrates
from verifier.decide.workflows.reaches_railway import is_known_harmless, is_of_others, secrets_of
from verifier.decide.workflows.runs_after import End, Later, after_run, after_step, alongside
from verifier.decide.workflows.second_rollback import name_of
from verifier.decide.workflows.upload_job import TooOddError, UploadJob
from verifier.model.workflow import Workflow

#: A database of the job's own, as tests have.
_OWN_DATABASE = re.compile(
    r"localhost|127\.0\.0\.1|supabase\s+start|docker[ -]compose|sqlite|:memory:|[_/]test\b",
    re.IGNORECASE,
)
_SECRET_OF_DATABASES = re.compile(r"^(?!.*TEST).*(?:DATABASE|SUPABASE|POSTGRES|MYSQL|PG|DB)", re.I)
_OF_TABLES = re.compile(r"\bdb\b|\bdatabase\b|\becto\b|\bsqitch\b|\bupgrade\b", re.IGNORECASE)


def unknown_behind(
    workflow: Workflow, place: UploadJob, others: Sequence[Workflow]
) -> tuple[str, ...]:
    """
    Return what runs behind a gate that passed and may be a migration, as nobody can tell.

    Raises:
        TooOddError: one of them, or a job that the gate does not wait for, evidently is one.
    """
    behind = [
        *after_step(workflow, place.job, place.behind, End.SUCCESS),
        *after_run(workflow, others, End.SUCCESS),
    ]
    beside = [each for each in alongside(workflow, place.job, others) if not _is_of_tests(each)]
    for each in (*behind, *beside):
        is_own = each.workflow is workflow and each.job.id == place.job.id
        is_one = each.step is not None and migrates(each.step)
        is_one = is_one or (not is_own and is_for_migrations(each.job))
        if is_one and not is_known_harmless(each):
            name = name_of(each, workflow)
            raise TooOddError(f"has migrations that the gate does not wait for: {name}")
    named = [each for each in beside if _may_migrate(each)]
    unknown = (name_of(each, workflow) for each in (*behind, *named) if not is_known_harmless(each))
    return tuple(dict.fromkeys(unknown))


def _is_of_tests(later: Later) -> bool:
    """Tell whether what a job beside the gate migrates is a database of its own."""
    job = later.job
    said = [job.variables, *(step.variables for step in job.steps)]
    texts = [*(step.shell for step in job.steps), *(str(dict(each)) for each in said)]
    is_own = job.has_containers or any(map(_OWN_DATABASE.search, texts))
    return is_own and not any(map(_SECRET_OF_DATABASES.search, secrets_of(later)))


def _may_migrate(later: Later) -> bool:
    """Tell whether something beside the gate may migrate, by its words or by what it is given."""
    step = later.step
    by_words = step is not None and (may_migrate(step) or _OF_TABLES.search(step.shell))
    return bool(by_words) or any(not is_of_others(name) for name in secrets_of(later))
