"""The sections of `.github/verifier.yml`: types, defaults, and what each setting means."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictInt

from verifier.config.audit import AuditSection
from verifier.config.cause_section import CauseSection
from verifier.config.fields import (
    Duration,
    Format,
    Language,
    PositiveDuration,
    Section,
    Version,
)
from verifier.config.health import HealthSection, health_of
from verifier.config.ledgers import Ledgers, LedgerSection
from verifier.config.pause_section import PauseSection
from verifier.config.protection_section import ProtectionSection
from verifier.config.service_section import ServiceSection
from verifier.model.breaking_change import ChangeKind
from verifier.model.check_ids import RENAMED, may_be_waived
from verifier.model.sql import is_query
from verifier.model.verdict import (
    DestructiveMode,
    InconclusiveMode,
    NotifyMode,
    Prefer,
    RollbackMode,
)


class RailwaySection(Section):
    """Which project and environment at Railway."""

    project: str | None = None
    """Name or id. Not needed with a project token."""
    environment: str = "production"
    """Name or id of the environment."""


class IdentitySection(Section):
    """Where a response names its deployment: paths into the document, or `header:NAME`."""

    sha: tuple[str, ...] = ("version.git_sha",)
    """Where responses name the commit."""
    deployment: tuple[str, ...] = ("version.deployment_id",)
    """Where responses name the deployment's id."""


class FlapSection(Section):
    """How many failures among the last answers fail a check that flaps between good and bad."""

    bad: Annotated[StrictInt, Field(ge=1, le=100)] = 3
    """Number of failures that fail the check."""
    of: Annotated[StrictInt, Field(ge=1, le=100)] = 8
    """So many answers are looked at."""


class GateSection(Section):
    """How long to wait, how to judge, and what a failing verdict may do."""

    deadline: PositiveDuration = 900.0
    """For the whole gate, including a rollback and its verification."""
    appear_within: PositiveDuration = 180.0
    """From the start of the gate to the deployment's record at Railway."""
    build_within: PositiveDuration = 600.0
    """From the deployment's record until it is built."""
    deploy_within: PositiveDuration = 300.0
    """From built to active."""
    ready_within: PositiveDuration = 120.0
    """From active to the first attributed response; later the longest time without one."""
    restore_within: PositiveDuration = 120.0
    """From requesting a rollback until Railway shows it as done."""
    reach_within: PositiveDuration = 60.0
    """How long Railway may be unreachable when the gate starts."""
    interval: PositiveDuration = 2.0
    """Between two looks at what is live."""
    fail_after: Annotated[StrictInt, Field(ge=1, le=100)] = 3
    """Consecutive failures before the deployment is failed."""
    flap: FlapSection = FlapSection()
    stable_for: Duration = 10.0
    """How long everything must stay good."""
    rollback: RollbackMode = RollbackMode.AUTO
    on_inconclusive: InconclusiveMode = InconclusiveMode.KEEP
    order: tuple[str, ...] | None = None
    """Roles or names of services: each is rolled back after the one before. Else all at once."""
    cancel: StrictBool = True
    """Cancel deployments of a failed commit that are still being built."""
    judge_live: StrictBool = True
    """Where a commit skips a service, judge its live deployment if no gate has judged it."""


class RollbackSection(Section):
    """Limits on rollbacks."""

    on_destructive_migration: DestructiveMode = DestructiveMode.REFUSE
    """What to do if migrations between both commits removed what the older code uses."""
    tolerate: tuple[ChangeKind, ...] = ()
    """Kinds of such changes that only warn."""
    redeploy: StrictBool = False
    """Redeploy the old image where Railway cannot roll back to it, or denies that to this token."""
    hold: StrictBool = False
    """After a rollback, turn auto-deploy off until `verifier release`."""
    prefer: Prefer = Prefer.VERIFIED
    """`verified`: by a gate; `recent`: a newer one that served for an hour without complaint."""
    verified_within: PositiveDuration = 259200.0
    """With `verified`: how much older it may be than one that served without complaint."""
    drill_every: PositiveDuration | None = None
    """`ready` and `audit` warn where no rollback of a service was proven for so long."""


class GuardsSection(Section):
    """The environment that container, database and this file must agree on."""

    app_env: str = ""
    """Value of APP_ENV in the containers and of the marker `environment`."""
    supabase_project_ref: str = ""
    """Value of SUPABASE_PROJECT_REF and of the marker `supabase_project_ref`."""
    table: str | None = "app_settings"
    """Table of the markers, with columns key and value; null where there is none."""

    @property
    def markers(self) -> dict[str, str]:
        """The expected value of each marker that the file names one for."""
        named = {"environment": self.app_env, "supabase_project_ref": self.supabase_project_ref}
        return {key: value for key, value in named.items() if value}


class PreflightSection(Section):
    """What a pull request may do before its migrations are applied."""

    migration_only: Literal["block", "allow"] = "block"
    """Whether one that only adds migrations passes before they are applied."""


class RelationsSection(Section):
    """Tables and views that must be readable, and other objects that must exist."""

    tables: tuple[str, ...] = ()
    """Tables that must be readable."""
    views: tuple[str, ...] = ()
    """Views that must be readable."""
    extensions: tuple[str, ...] = ()
    """Extensions that must be installed."""
    functions: tuple[str, ...] = ()
    """Functions that must exist, with or without their schema."""
    rls: tuple[str, ...] = ()
    """Tables whose row level security must be on."""


def _query(value: str) -> str:
    if not is_query(value):
        raise ValueError("a query that starts with select or with")
    return value


class ProbeSection(Section):
    """One SQL query that returns one value, and what that value must be."""

    name: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9_-]{0,60}$")]
    """Name of the probe in reports."""
    service: str = ""
    """Service that fails on a bad value."""
    sql: Annotated[str, AfterValidator(_query)]
    """A query that starts with select or with."""
    fresh_within: PositiveDuration | None = None
    """The value is a timestamp, at most this old."""
    equals: Version | None = None
    """The value must equal this text."""
    missing: Literal["warn", "fail"] | None = None
    """Outcome if there is no value since the deploy, once `gate.ready-within` ends and one was
    due."""


def _waivable(value: str) -> str:
    check = RENAMED.get(value, value)
    if not may_be_waived(check):
        raise ValueError("a check that may be waived: not guards.*, deployment.* or railway.*")
    return check


class RedactionSection(Section):
    """What of the containers' variables is hidden: all values that do not look public."""

    public: tuple[str, ...] = ()
    """Names of variables whose values may be shown."""


class MemorySection(Section):
    """Where gates store results for later runs; needs a GITHUB_TOKEN."""

    environment: Annotated[str, Field(min_length=1, max_length=255)] = "railway-verifier"
    """GitHub environment whose deployments hold the results. Best used for nothing else."""


class WaiverSection(Section):
    """A check that is known to be wrong: until a given day its failure is only a warning."""

    check: Annotated[str, AfterValidator(_waivable)]
    """Its id, as in docs/checks.md."""
    reason: Annotated[str, Field(min_length=1)]
    """Why; shown in every report."""
    until: date
    """Last day, as 2026-12-31."""


class NotifySection(Section):
    """Where verdicts are sent. A failed delivery changes no verdict."""

    slack: NotifyMode = NotifyMode.ON_CHANGE
    """By SLACK_WEBHOOK_URL, or by SLACK_BOT_TOKEN in slack-channel."""
    slack_channel: Annotated[str, Field(max_length=100)] = ""
    """Id of the channel where a bot posts each deploy in one thread, such as C0123456789."""
    webhook: NotifyMode = NotifyMode.ALWAYS
    """By VERIFIER_WEBHOOK_URL, signed with VERIFIER_WEBHOOK_SECRET."""
    commit_status: StrictBool = False
    """Set a status on the commit."""
    comment: StrictBool = False
    """Keep one comment on the pull request; after a deploy, on the one that brought the commit."""
    name_author: StrictBool = False
    """Name the author of a commit that failed in that comment, so that GitHub tells them."""
    railway_deployment: StrictBool = False
    """Tell a gate's verdict on the deployment that Railway has made at GitHub."""


class Config(Section):
    """`.github/verifier.yml`."""

    version: Format
    """Version of this file's format."""
    railway: RailwaySection = RailwaySection()
    services: Annotated[dict[str, ServiceSection], Field(default_factory=dict, min_length=1)]
    """The services to verify, by their names at Railway. Only an audit can do without."""
    roles: tuple[str, ...] = ()
    """Roles of services besides api, worker and scheduler."""
    health: HealthSection = HealthSection()
    identity: IdentitySection = IdentitySection()
    gate: GateSection = GateSection()
    rollback: RollbackSection = RollbackSection()
    guards: GuardsSection | None = None
    """What container, database and this file must agree on; left out: not checked."""
    ledger: Ledgers | None = None
    """The migrations tool and its table, or a list of several; left out: not checked."""
    preflight: PreflightSection = PreflightSection()
    relations: RelationsSection | None = None
    """What must be in the database; left out: not checked."""
    probes: tuple[ProbeSection, ...] = ()
    """SQL queries with what they must return."""
    waivers: tuple[WaiverSection, ...] = ()
    """Checks that only warn for a while."""
    causes: tuple[CauseSection, ...] = ()
    """Failures that your team knows, shown with their next step."""
    memory: MemorySection = MemorySection()
    redaction: RedactionSection = RedactionSection()
    pause: PauseSection = PauseSection()
    protection: ProtectionSection = ProtectionSection()
    audit: AuditSection = AuditSection()
    notify: NotifySection = NotifySection()
    language: Language = "en"
    """Language of messages and reports; --language and VERIFIER_LANGUAGE count more."""

    def health_of(self, service: str) -> HealthSection:
        """Return what is asked of a service: its own section, and else what all have."""
        return health_of(self.health, self.services[service].health)

    @property
    def default_service(self) -> str | None:
        """The only service of role `api`, or the only one: who is asked where none is named."""
        apis = [name for name, said in self.services.items() if said.role == "api"]
        names = apis or list(self.services)
        return names[0] if len(names) == 1 else None

    @property
    def ledgers(self) -> Mapping[str, LedgerSection]:
        """By name; one alone that has no name is called ""."""
        sections = self.ledger if isinstance(self.ledger, tuple) else (self.ledger,)
        return {section.name or "": section for section in sections if section is not None}
