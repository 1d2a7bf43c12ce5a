"""Whether the approval of code owners, where it is required, is anybody's."""

from collections.abc import Iterator

from verifier.decide.drift.merged_protection import effective
from verifier.model.audited_repository import CodeOwners
from verifier.model.finding import Outcome, Unobserved
from verifier.model.protection import Demand, Drift, Protection, ProtectionPolicy, Setting

_HINT = "add .github/CODEOWNERS on that branch, such as: * @OWNER/TEAM"
_EXPECTED = "on, with a CODEOWNERS file that names somebody"


def wants_owners(policy: ProtectionPolicy) -> bool:
    """Tell whether a branch is to have them."""
    return policy.demands.get(Setting.CODE_OWNERS, Demand.IGNORED) is not Demand.IGNORED


def code_owner_drift(
    protection: Protection, policy: ProtectionPolicy, owners: CodeOwners | Unobserved
) -> Iterator[Drift]:
    """Yield that the setting is on and asks for nobody: GitHub then merges without an owner."""
    if not wants_owners(policy) or not effective(protection, Setting.CODE_OWNERS).level:
        return  # that it is off is told already
    if isinstance(owners, Unobserved):
        actual = f"on; could not read whether there is a CODEOWNERS file: {owners.reason}"
        severity, hint = Outcome.INCONCLUSIVE, owners.hint
    elif owners.names_somebody:
        return
    else:
        required = policy.demands[Setting.CODE_OWNERS] is Demand.REQUIRED
        severity, hint = Outcome.FAIL if required else Outcome.WARN, _HINT
        actual = (
            "on, but the branch has no CODEOWNERS file, so GitHub requires no approval by an owner"
        )
        if owners.path:
            actual = (
                f"on, but {owners.path} names no owner, so GitHub requires no approval by an owner"
            )
    yield Drift(Setting.CODE_OWNERS, _EXPECTED, actual, "GitHub", severity, hint)
