"""Migrations that would run once a gate has judged: judged before them, a good deploy fails."""

from collections.abc import Sequence

from verifier.decide.workflows.migration_words import is_for_migrations, migrates
from verifier.decide.workflows.runs_after import End, Later, after_run, after_step, alongside
from verifier.decide.workflows.second_rollback import is_known_harmless, name_of
from verifier.decide.workflows.upload_job import TooOddError, UploadJob
from verifier.model.workflow import Workflow


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
    beside = [
        Later(workflow, job, step)
        for job in alongside(workflow, place.job)
        for step in (job.steps or (None,))
    ]
    for each in (*behind, *beside):
        is_own = each.workflow is workflow and each.job.id == place.job.id
        is_one = each.step is not None and migrates(each.step)
        is_one = is_one or (not is_own and is_for_migrations(each.job))
        if is_one and not is_known_harmless(each):
            name = name_of(each, workflow)
            raise TooOddError(f"has migrations that the gate does not wait for: {name}")
    unknown = (name_of(each, workflow) for each in behind if not is_known_harmless(each))
    return tuple(dict.fromkeys(unknown))
