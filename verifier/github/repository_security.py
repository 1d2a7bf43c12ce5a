"""
What a repository's own settings leave open, as far as a token may see it.

Sources: https://docs.github.com/en/rest/actions/permissions,
https://docs.github.com/en/rest/deploy-keys/deploy-keys, https://docs.github.com/en/rest/repos/repos,
https://docs.github.com/en/rest/repos/webhooks
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar
from urllib.parse import urlsplit

from verifier.errors import AbsentError, DeniedError
from verifier.github.action_policies import read_actions
from verifier.github.api import Api
from verifier.github.json_shapes import JsonObject, all_texts, count, mapping
from verifier.model.finding import Hidden, NotAsked, Unobserved
from verifier.model.protection import Demand
from verifier.model.security_settings import (
    RepositorySecurity,
    SettingsPolicy,
    Webhook,
    WorkflowToken,
)

T = TypeVar("T")

_ADMINISTRATION = "Administration: read"
#: Free for a public repository. GitHub's keys under `security_and_analysis`.
_FREE = {
    "secret_scanning": "secret scanning",
    "secret_scanning_push_protection": "push protection",
    "dependabot_security_updates": "Dependabot security updates",
}
_NOT_WATCHED = NotAsked("the configuration does not ask for it")
#: Of GitHub's webhooks, `insecure_ssl` comes as a number and as a text.
_VERIFIED = ("0", "None", "False")
_FIRST_BAD_STATUS = 400
#: What GitHub says with a 404, and not where it sends somewhere else.
_ABSENT = "Not Found"
_PINNED = "sha_pinning_required"
_OLDER = Unobserved("this server does not tell it")
_NO_ALERTS = "Vulnerability alerts are disabled."
_MERGE_METHODS = {
    "allow_merge_commit": "merge",
    "allow_squash_merge": "squash",
    "allow_rebase_merge": "rebase",
}


#: Where it says nothing is null, or no answer to what was asked.
_NOT_SAID = Unobserved("GitHub's answer does not say it")


def read_security(api: Api, policy: SettingsPolicy) -> RepositorySecurity:
    """
    Return what is open of what `policy` watches; what this token may not see is `Unobserved`.

    Raises:
        ProviderError: GitHub did not tell, for another reason than the token's rights.
    """
    facts = mapping(api.get("", "Metadata: read"))
    is_admin = mapping(facts.get("permissions")).get("admin") is True
    actions = _unless_hidden(lambda: mapping(api.get("/actions/permissions", _ADMINISTRATION)))

    def is_on(read: Callable[[], bool | Unobserved], *off: str) -> bool | Unobserved:
        """Whether it is; GitHub says by a 404 that it is off, in words that say so."""
        try:
            return read()
        except AbsentError as error:
            return False if error.said in off else Unobserved(error.message, error.hint)
        except DeniedError as error:
            return Unobserved(error.message, error.hint)

    seen = read_actions(api, actions, _said(actions, "enabled", _NOT_SAID), facts)
    return RepositorySecurity(
        workflow_token=_unless_hidden(lambda: _workflow_token(api)),
        writing_keys=_unless_hidden(lambda: _writing_keys(api)),
        switched_off=_switched_off(facts),
        has_alerts=is_on(
            lambda: api.says_yes("/vulnerability-alerts", _ADMINISTRATION),
            _NO_ALERTS,
        ),
        webhooks=_unless_hidden(lambda: _webhooks(api)),
        administrators=(
            _NOT_WATCHED
            if policy.administrators is None
            else _unless_hidden(lambda: tuple(_administrators(api)))
        ),
        requires_pins=(
            _NOT_WATCHED if policy.sha_pins is Demand.IGNORED else _said(actions, _PINNED, _OLDER)
        ),
        has_actions=seen.has_actions,
        action_policies=seen.policies,
        policy_above=seen.above,
        merge_methods=merge_methods_of(facts),
        has_immutable_releases=(
            _NOT_WATCHED
            if policy.immutable_releases is Demand.IGNORED
            # It has no words of its own for what is off; an administrator may see it.
            else is_on(lambda: _immutable(api), *([_ABSENT] if is_admin else []))
        ),
    )


def merge_methods_of(facts: JsonObject) -> frozenset[str] | Unobserved:
    """Return how pull requests may be merged, of what GitHub says of a repository."""
    if not facts.keys() >= _MERGE_METHODS.keys():
        return Hidden("GitHub shows merge methods only with write access")
    if not all(isinstance(facts.get(key), bool) for key in _MERGE_METHODS):
        return _NOT_SAID
    return frozenset(name for key, name in _MERGE_METHODS.items() if facts.get(key) is True)


def _unless_hidden(read: Callable[[], T]) -> T | Unobserved:
    """The part, or that the token may not see it; GitHub says so by 403 and by 404."""
    try:
        return read()
    except (AbsentError, DeniedError) as error:
        return Unobserved(error.message, error.hint)


def _workflow_token(api: Api) -> WorkflowToken | Unobserved:
    rights = mapping(api.get("/actions/permissions/workflow", _ADMINISTRATION))
    granted = rights.get("default_workflow_permissions")
    approves = rights.get("can_approve_pull_request_reviews")
    may_write = granted == "write" if granted in ("read", "write") else _NOT_SAID
    may_approve = approves if isinstance(approves, bool) else _NOT_SAID
    if may_write is may_approve is _NOT_SAID:
        return _NOT_SAID
    return WorkflowToken(may_write, may_approve)


def _writing_keys(api: Api) -> tuple[str, ...] | Unobserved:
    keys = [*map(mapping, api.pages("/keys", _ADMINISTRATION))]
    writing = tuple(
        str(key.get("title") or key.get("id")) for key in keys if key.get("read_only") is False
    )
    if writing:
        return writing
    return () if all(key.get("read_only") is True for key in keys) else _NOT_SAID


def _switched_off(facts: JsonObject) -> tuple[str, ...] | Unobserved:
    is_private = facts.get("private")
    if not isinstance(is_private, bool):
        return _NOT_SAID
    if is_private:
        return ()
    features = facts.get("security_and_analysis")
    if not isinstance(features, dict):
        return Unobserved(f"secret scanning and Dependabot: the token needs {_ADMINISTRATION}")
    # What a server does not have is missing there.
    said = {
        name: mapping(features[key]).get("status") for key, name in _FREE.items() if key in features
    }
    if any(status not in ("enabled", "disabled") for status in said.values()):
        return _NOT_SAID
    return tuple(name for name, status in said.items() if status == "disabled")


def _webhooks(api: Api) -> tuple[Webhook, ...] | Unobserved:
    hooks = [*map(mapping, api.pages("/hooks", "Webhooks: read"))]
    if not all(isinstance(hook.get("active"), bool) for hook in hooks):
        return _NOT_SAID
    return tuple(_active(hooks))


def _active(hooks: Sequence[JsonObject]) -> Iterator[Webhook]:
    for hook in hooks:
        config, last = mapping(hook.get("config")), mapping(hook.get("last_response"))
        if not hook["active"]:
            continue
        scheme, host = _address(str(config.get("url") or ""))
        code = last.get("code")
        is_bad = isinstance(code, int) and code >= _FIRST_BAD_STATUS
        is_lost = code is None and last.get("status") not in (None, "unused", "pending")
        yield Webhook(
            number=count(hook.get("id")),
            host=host,
            is_encrypted=scheme == "https" and str(config.get("insecure_ssl")) in _VERIFIED,
            has_secret=bool(config.get("secret")),
            last_failure=f"HTTP {code}" if is_bad else "no answer" if is_lost else "",
        )


def _address(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        return parts.scheme.lower(), parts.hostname or "an unreadable address"
    except ValueError:
        return "", "an unreadable address"


def _administrators(api: Api) -> Iterator[str]:
    people = api.pages("/collaborators", "Metadata: read", permission="admin")
    return all_texts(people, "login", "read the administrators")


def _said(answer: JsonObject | Unobserved, key: str, unsaid: Unobserved) -> bool | Unobserved:
    if isinstance(answer, Unobserved):
        return answer
    value = answer.get(key)
    return value if isinstance(value, bool) else unsaid


def _immutable(api: Api) -> bool | Unobserved:
    enabled = mapping(api.get("/immutable-releases", _ADMINISTRATION)).get("enabled")
    return enabled if isinstance(enabled, bool) else _NOT_SAID
