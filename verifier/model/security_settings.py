"""What a repository's own settings leave open, and what of them is watched."""

from dataclasses import dataclass
from enum import StrEnum

from verifier.model.finding import NotAsked, Unobserved
from verifier.model.protection import Demand

_NOT_WATCHED = NotAsked("the configuration does not ask for it")
_NOT_SEEN = Unobserved("GitHub did not tell it")


@dataclass(frozen=True, slots=True)
class SettingsPolicy:
    """What is asked of a repository's settings beyond what is always looked at."""

    administrators: int | None = None
    """How many there may be at most; None for any number."""
    sha_pins: Demand = Demand.IGNORED
    """Whether GitHub must refuse actions that are not pinned to a commit."""
    immutable_releases: Demand = Demand.IGNORED
    """Whether a release must be kept from being changed."""


@dataclass(frozen=True, slots=True)
class WorkflowToken:
    """The token that a workflow gets where it does not say what it needs."""

    may_write: bool | Unobserved
    may_approve: bool | Unobserved
    """Whether it may approve pull requests."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An active webhook; of its address only the host is kept, which is no secret."""

    number: int
    host: str
    is_encrypted: bool
    """Whether its address is https:// and the certificate is verified."""
    has_secret: bool
    last_failure: str
    """Why the last delivery failed; empty where it did not, or there was none."""


class AllowedActions(StrEnum):
    """Which actions may run, as GitHub's API calls it."""

    ALL = "all"
    OWN = "local_only"
    SELECTED = "selected"


@dataclass(frozen=True, slots=True)
class SelectedActions:
    """What may run beside an owner's own actions, where some are selected."""

    by_github: bool
    by_verified: bool
    """Those whose creator is verified in the Marketplace."""
    patterns: tuple[str, ...] = ()
    """Of actions and workflows with their version; those that begin with ! are refused."""


@dataclass(frozen=True, slots=True)
class ActionPolicy:
    """Which actions and workflows of other repositories GitHub lets run."""

    place: str
    """Whose setting it is: OWNER/NAME of the repository, or its organisation."""
    owner: str
    """Whose own actions always may, unless a pattern refuses them."""
    allowed: AllowedActions
    selected: SelectedActions | Unobserved = _NOT_SEEN
    """What is selected; it counts only where that is what is allowed."""
    needs_pins: bool = False
    """Whether an action must be pinned to a commit."""
    is_alone: bool = False
    """Whether no enterprise has its owner, so that nobody else's actions count as its own."""
    has_githubs: bool = False
    """
    Whether GitHub's own actions may be of the owner's enterprise, as those that an own server has.

    Source: https://docs.github.com/en/enterprise-server@latest/admin/managing-github-actions-for-your-enterprise/managing-access-to-actions-from-githubcom/about-using-actions-in-your-enterprise
    """


@dataclass(frozen=True, slots=True)
class RepositorySecurity:
    """What was seen; each part that a token may not see is `Unobserved`."""

    workflow_token: WorkflowToken | Unobserved
    writing_keys: tuple[str, ...] | Unobserved
    """Titles of deploy keys that may push."""
    switched_off: tuple[str, ...] | Unobserved
    """What GitHub gives to a public repository, and is off."""
    has_alerts: bool | Unobserved
    """Whether Dependabot tells of vulnerable dependencies."""
    webhooks: tuple[Webhook, ...] | Unobserved
    administrators: tuple[str, ...] | Unobserved | NotAsked = _NOT_WATCHED
    """Logins."""
    requires_pins: bool | Unobserved | NotAsked = _NOT_WATCHED
    has_immutable_releases: bool | Unobserved | NotAsked = _NOT_WATCHED
    merge_methods: frozenset[str] | Unobserved = _NOT_SEEN
    """How pull requests may be merged: merge, squash, rebase."""
    has_actions: bool | Unobserved = _NOT_SEEN
    """Whether GitHub Actions runs anything there, by its own setting and its organisation's."""
    action_policies: tuple[ActionPolicy, ...] | Unobserved = _NOT_SEEN
    """Each must allow an action; none where GitHub Actions is switched off."""
    policy_above: Unobserved | None = None
    """Why the organisation's was not seen, where it has an organisation."""
