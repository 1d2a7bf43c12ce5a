"""Which steps of a workflow speak of a migration, by the words of tools and of people."""

import re

from verifier.model.workflow import Job, Step

_EVIDENT = re.compile(
    r"migrat|\b(?:prisma|alembic|flyway|liquibase|knex|dbmate|goose|sqlx|atlas|drizzle-kit)\b|"
    r"\bsupabase\s+db\b|\b(?:rails|rake)\s+db:|\bpsql\b|\bsyncdb\b|\baerich\b|\bdoctrine\b|"
    r"\bmikro-orm\b|\bsequelize|\bhasura\b|\bpgroll\b|upgrade[-_: ]?(?:database|db|tables|head)",
    re.IGNORECASE,
)
#: Those that a test speaks by as well.
_POSSIBLE = re.compile(r"schema|\bdb:", re.IGNORECASE)


def migrates(step: Step) -> bool:
    """Tell whether a step evidently migrates a database."""
    return bool(_EVIDENT.search(_said(step)))


def may_migrate(step: Step) -> bool:
    """Tell whether a step may do so by its words."""
    return migrates(step) or bool(_POSSIBLE.search(_said(step)))


def is_for_migrations(job: Job) -> bool:
    """Tell whether a job is evidently there to migrate, whatever its steps run."""
    given = f"{job.name or ''}\n{dict(job.inputs)}\n{dict(job.variables)}"
    return bool(_EVIDENT.search(f"{job.id}\n{job.calls}\n{job.folder}\n{given}"))


def _said(step: Step) -> str:
    given = f"{dict(step.inputs)}\n{dict(step.variables)}"
    return f"{step.name}\n{step.shell}\n{step.uses}\n{step.folder}\n{given}"
