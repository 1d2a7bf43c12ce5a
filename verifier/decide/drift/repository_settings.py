"""What a repository's own settings give away, beside what guards its branches."""

from collections.abc import Iterator

from verifier.model.audited_repository import RepositorySecurity
from verifier.model.finding import Outcome, Unobserved
from verifier.model.protection import Drift, DriftKind

_WHERE = "repository settings"


def security_drift(seen: RepositorySecurity | Unobserved) -> Iterator[Drift]:
    """Yield a warning for each setting that lets more than its owner may think."""
    if isinstance(seen, Unobserved):
        actual = f"could not be read: {seen.reason}"
        kind = f"{DriftKind.REPOSITORY_SETTING}s"
        yield Drift(kind, "readable", actual, "GitHub", Outcome.INCONCLUSIVE, seen.hint)
        return
    for name, expected, actual, hint in _found(seen):
        setting = f"{DriftKind.REPOSITORY_SETTING}: {name}"
        yield Drift(setting, expected, actual, _WHERE, Outcome.WARN, hint)


def _found(seen: RepositorySecurity) -> Iterator[tuple[str, str, str, str]]:
    actions = "Settings > Actions > General > Workflow permissions"
    if seen.token_may_write:
        actual = "the token of every workflow without `permissions:` may write to the repository"
        yield "workflow token", "read by default", actual, f"set it to read in {actions}"
    if seen.token_may_approve:
        actual = "workflows may approve pull requests: a change can approve itself"
        yield "workflow approvals", "not allowed", actual, f"take it away in {actions}"
    for title in seen.writing_keys:
        actual = "it may push, whoever holds it"
        hint = "add it again without write access, or remove it, in Settings > Deploy keys"
        yield f"deploy key {title}", "read only", actual, hint
    for feature in seen.switched_off:
        hint = "turn it on in Settings > Advanced Security: it is free for a public repository"
        yield feature, "on", "off", hint
