"""The section `services` of `.github/verifier.yml`: what each is, and how it is set up."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from verifier.config.fields import Duration, HealthPath, Section, ServiceUrl
from verifier.config.health import ServiceHealthSection


class ServiceSection(Section):
    """One service. Its key is its name at Railway."""

    role: str = ""
    """What it is for: api, worker, scheduler, or one of `roles`; used by `gate.order`."""
    run_mode: str = ""
    """Value that RUN_MODE must have in its container."""
    url: ServiceUrl | None = None
    """Public address. Default: RAILWAY_APP_URL, for the service of role `api` or the only one."""
    health: ServiceHealthSection | None = None
    """What of the section `health` is different for it."""
    guarded: StrictBool = True
    """Whether its container must have the variables of `guards`. A wrong address, or a health
    document that names another environment, counts all the same."""
    replicas: Annotated[StrictInt, Field(ge=1, le=50)] | None = None
    """Instances that must run."""
    sleep: StrictBool | None = None
    """Whether it may sleep when idle. This and the following are only compared by `audit`."""
    cron: str | None = None
    """Its cron schedule; empty for none."""
    restart: Literal["always", "on-failure", "never"] | None = None
    """Its restart policy."""
    health_path: HealthPath | None = None
    """Path of Railway's own health check."""
    source_branch: str | None = None
    """Branch that it is deployed from."""
    wait_for_ci: StrictBool | None = None
    """Whether Railway waits for CI before it deploys a push."""
    auto_deploy: StrictBool | None = None
    """Whether a push deploys it."""
    public: StrictBool | None = None
    """Whether it has an address on the internet. Default, as a warning: an api has one, a worker or
    scheduler has none."""
    overlap: Duration | None = None
    """How long Railway lets the old deployment run beside the new one."""
    draining: Duration | None = None
    """How long Railway lets the old deployment finish its work."""
    variables: tuple[str, ...] = ()
    """Names of variables that must be set."""
    variables_from: str | None = None
    """File of the repository, such as .env.example, whose names must all be set."""
    variables_except: tuple[str, ...] = ()
    """Patterns of names in that file that this service does not need, such as POSTGRES_*."""
