"""What a repository's own settings leave open, beside what guards its branches."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from verifier.decide.drift.protection_drift import SEVERITY
from verifier.decide.drift.question import Asked, Question
from verifier.model.finding import NotAsked, Outcome, Unobserved
from verifier.model.phrases import first_of
from verifier.model.protection import Demand, Drift, DriftKind
from verifier.model.security_settings import (
    RepositorySecurity,
    SettingsPolicy,
    Webhook,
    WorkflowToken,
)

KIND = DriftKind("repository-setting", unread_by=frozenset({"repository-settings"}))

T = TypeVar("T")

_WHERE = "repository settings"
_WHOLE = f"{KIND}s"
_ACTIONS = "Settings > Actions > General"
#: Their addresses are secrets, and they take no other one.
_KNOWN_BY_ADDRESS = ("discord.com", "hooks.slack.com", "hooks.zapier.com", "webhook.office.com")
#: Name, what is expected, what is, what to do, and how bad it is.
_Row = tuple[str, str, str, str, Outcome]


def security_drift(
    seen: RepositorySecurity | Unobserved, policy: SettingsPolicy
) -> Iterator[Drift]:
    """
    Yield each setting that lets more than its owner may think, or than the policy allows.

    What this token may not see is told once, and counts for nothing: only what the policy
    requires is inconclusive then.
    """
    if isinstance(seen, Unobserved):
        actual = f"could not be read: {seen.reason}"
        yield Drift(_WHOLE, "readable", actual, "GitHub", Outcome.INCONCLUSIVE, seen.hint)
        return
    for name, expected, actual, hint, severity in _found(seen, policy):
        setting = f"{KIND}: {name}"
        yield Drift(setting, expected, actual, _WHERE, severity, hint)
    yield from _unseen(seen, policy)


def _found(seen: RepositorySecurity, policy: SettingsPolicy) -> Iterator[_Row]:
    if isinstance(seen.workflow_token, WorkflowToken):
        yield from _of_token(seen.workflow_token)
    for title in _known(seen.writing_keys):
        actual = "it may push, whoever holds it"
        hint = "add it again without write access, or remove it, in Settings > Deploy keys"
        yield f"deploy key {title}", "read only", actual, hint, Outcome.WARN
    for feature in _known(seen.switched_off):
        hint = "turn it on in Settings > Advanced Security: it is free for a public repository"
        yield feature, "on", "off", hint, Outcome.WARN
    if seen.has_alerts is False:
        actual = "off: vulnerable dependencies are not reported"
        hint = "turn them on in Settings > Advanced Security: they are free"
        yield "Dependabot alerts", "on", actual, hint, Outcome.WARN
    for webhook in _known(seen.webhooks):
        yield from _of_webhook(webhook)
    yield from _of_policy(seen, policy)


def _of_token(token: WorkflowToken) -> Iterator[_Row]:
    where = f"{_ACTIONS} > Workflow permissions"
    if token.may_write is True:
        actual = "the token of every workflow without `permissions:` may write to the repository"
        hint = f"set it to read in {where}"
        yield "workflow token", "read by default", actual, hint, Outcome.WARN
    if token.may_approve is True:
        actual = "workflows may approve pull requests: a change can approve itself"
        hint = f"take it away in {where}"
        yield "workflow approvals", "not allowed", actual, hint, Outcome.WARN


def _of_webhook(webhook: Webhook) -> Iterator[_Row]:
    name = f"webhook {webhook.number} to {webhook.host}"
    hint = f"change it in Settings > Webhooks > {webhook.host}"
    if not webhook.is_encrypted:
        actual = "what it sends can be read and changed in transit"
        yield f"{name}: encryption", "https:// with SSL verification", actual, hint, Outcome.WARN
    is_known = webhook.host.endswith(_KNOWN_BY_ADDRESS)
    if not webhook.has_secret and not is_known:
        actual = "it has none: its receiver takes anybody's events for GitHub's"
        yield f"{name}: secret", "a secret", actual, hint, Outcome.WARN
    if webhook.last_failure:
        actual = f"its last delivery failed: {webhook.last_failure}"
        yield f"{name}: deliveries", "delivered", actual, hint, Outcome.WARN


def _of_policy(seen: RepositorySecurity, policy: SettingsPolicy) -> Iterator[_Row]:
    most, people = policy.administrators, seen.administrators
    if most is not None and isinstance(people, tuple) and len(people) > most:
        actual = f"{len(people)}: {first_of(sorted(people, key=str.casefold), 10)}"
        hint = "give them the role maintain in Settings > Collaborators and teams"
        yield "administrators", f"at most {most}", actual, hint, Outcome.FAIL
    if seen.requires_pins is False and policy.sha_pins in SEVERITY:
        actual = "off: an action's tag can be moved to other code"
        hint = f"require actions to be pinned to a full-length commit SHA in {_ACTIONS}"
        yield "pinned actions", "required", actual, hint, SEVERITY[policy.sha_pins]
    if seen.has_immutable_releases is False and policy.immutable_releases in SEVERITY:
        actual = "off: a release's files and tag can be replaced"
        hint = "enable release immutability in Settings > General > Releases"
        severity = SEVERITY[policy.immutable_releases]
        yield "immutable releases", "on", actual, hint, severity


def _least_known(token: WorkflowToken | Unobserved) -> object:
    """What is not known of it, where it is one of its rights."""
    if isinstance(token, Unobserved):
        return token
    return token.may_approve if isinstance(token.may_approve, Unobserved) else token.may_write


def _known(parts: Sequence[T] | Unobserved) -> Sequence[T]:
    return () if isinstance(parts, Unobserved) else parts


def _unseen(seen: RepositorySecurity, policy: SettingsPolicy) -> Iterator[Drift]:
    required = (
        ("administrators", seen.administrators, policy.administrators is not None),
        ("pinned actions", seen.requires_pins, policy.sha_pins is Demand.REQUIRED),
        (
            "immutable releases",
            seen.has_immutable_releases,
            policy.immutable_releases is Demand.REQUIRED,
        ),
    )
    watched: tuple[tuple[str, object], ...] = (
        ("the workflow token", _least_known(seen.workflow_token)),
        ("whether GitHub Actions is on", seen.has_actions),
        ("which actions may run", seen.action_policies),
        ("deploy keys", seen.writing_keys),
        ("secret scanning", seen.switched_off),
        ("Dependabot alerts", seen.has_alerts),
        ("webhooks", seen.webhooks),
        *((name, part) for name, part, is_required in required if not is_required),
    )
    for name, part, is_required in required:
        if is_required and isinstance(part, Unobserved):
            setting = f"{KIND}: {name}"
            actual = f"not visible to this token: {part.reason}"
            yield Drift(setting, "known", actual, "GitHub", Outcome.INCONCLUSIVE, part.hint)
    hidden = [name for name, part in watched if isinstance(part, Unobserved)]
    if hidden:
        actual = f"not visible to this token, and so not looked at: {', '.join(hidden)}"
        hint = "give the audit a token with Administration: read and Webhooks: read"
        yield Drift(_WHOLE, "visible", actual, "GitHub", Outcome.SKIP, hint)


def _ask(asked: Asked) -> Iterator[Drift]:
    seen = asked.evidence.security
    if not isinstance(seen, NotAsked):
        yield from security_drift(seen, asked.policy.settings)


QUESTION = Question(KIND, _ask)
