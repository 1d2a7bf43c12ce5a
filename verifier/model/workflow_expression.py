"""Texts of a workflow file that hold expressions, and where they stand."""

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """A part of a file in which GitHub knows some contexts and functions, and others not."""

    RUN_NAME = "run-name"
    CONCURRENCY = "concurrency"
    VARIABLES = "env"
    CALL_OUTPUTS = "on.workflow_call.outputs"
    OF_JOB = "jobs.<job_id>"
    """Its name, runs-on, timeout, concurrency, environment, container and services."""
    STRATEGY = "jobs.<job_id>.strategy"
    JOB_VARIABLES = "jobs.<job_id>.env"
    JOB_DEFAULTS = "jobs.<job_id>.defaults"
    JOB_OUTPUTS = "jobs.<job_id>.outputs"
    JOB_SECRETS = "jobs.<job_id>.secrets"
    ENVIRONMENT_URL = "jobs.<job_id>.environment.url"
    CONTAINER_VARIABLES = "jobs.<job_id>.container.env"
    CONTAINER_CREDENTIALS = "jobs.<job_id>.container.credentials"
    OF_STEP = "jobs.<job_id>.steps"


@dataclass(frozen=True, slots=True)
class WrittenExpressions:
    """A text with `${{` in it."""

    place: Place
    where: str
    """For a reader, such as "runs-on of job test"."""
    text: str
