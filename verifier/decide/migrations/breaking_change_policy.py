"""Could the older code run with the schema as it is now?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from verifier.model.breaking_change import BreakingChange
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.phrases import first_of
from verifier.model.verdict import DestructiveMode, Keep, Policy, RollBackTo

_MOST_NAMED = 3

BreakingChanges = tuple[BreakingChange, ...] | Unobserved | NotAsked


def weigh_breaking_changes(
    plan: RollBackTo,
    by_service: Mapping[str, BreakingChanges],
    pending: Sequence[str],
    policy: Policy,
) -> RollBackTo | Keep:
    """
    Refuse a rollback, or warn of it, where migrations took away what the older code needs.

    `by_service` has them by service name, from its target to what is judged. A migration that
    the ledger does not have (`pending`) took nothing away. What cannot be told warns and never
    refuses, and so do the kinds that the policy tolerates.
    """
    warnings: list[str] = []
    needed: list[str] = []
    for found in by_service.values():
        if isinstance(found, NotAsked):
            continue
        if isinstance(found, Unobserved):
            warnings.append(
                f"could not determine whether the older code fits the schema: {found.explained}"
            )
            continue
        for change in found:
            if change.migration in pending or change.is_needed is False:
                continue
            text = f"migration {change.migration}: {change.what}"
            if isinstance(change.is_needed, Unobserved):
                warnings.append(f"{text}; {change.is_needed.explained}")
            elif change.kind in policy.tolerated:
                warnings.append(f"{text}, and the older code uses it; rollback.tolerate allows it")
            else:
                needed.append(f"{text}, and the older code uses it")
    unique = list(dict.fromkeys(needed))
    if unique and policy.on_destructive_migration is DestructiveMode.REFUSE:
        reason = f"the older code cannot run with this schema: {first_of(unique, _MOST_NAMED)}"
        return Keep(reason, plan.refusals, is_condemned=True)
    return replace(plan, warnings=tuple(dict.fromkeys([*plan.warnings, *needed, *warnings])))
