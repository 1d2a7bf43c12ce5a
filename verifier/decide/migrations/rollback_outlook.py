"""Before anything is deployed: could one go back over these migrations?"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from verifier.decide.migrations.breaking_change_policy import BreakingChanges
from verifier.model.breaking_change import BreakingChange
from verifier.model.check_ids import PENDING
from verifier.model.finding import Finding, NotAsked, Outcome, Unobserved
from verifier.model.report import takes_from_live_code
from verifier.model.verdict import DestructiveMode, Policy

_HINT = (
    "first release code that does without it, and let a later pull request take it away; "
    "or name the kind in rollback.tolerate"
)
_NOT_YET = (
    "do not apply it yet, as the code that serves now uses what it takes away: first release code "
    "that does without it, and let a later pull request take it away"
)


def hold_back(findings: Sequence[Finding]) -> Iterator[Finding]:
    """
    Yield findings of a pull request, without the advice to apply what breaks the code that serves.

    Applying one pending migration applies all, so none of them is advised then.
    """
    is_held = takes_from_live_code(findings)
    for finding in findings:
        is_pending = finding.check == PENDING and finding.outcome.condemns
        yield replace(finding, hint=_NOT_YET) if is_held and is_pending else finding


def check_outlook(
    check: str, changes: BreakingChanges, older: str, policy: Policy, refused: Outcome
) -> Iterator[Finding]:
    """
    Say of each change that a rollback would be refused for, or cannot be judged by, why.

    `older` says whose code it is held against; a change that would have a rollback refused has the
    outcome `refused`. Nothing to say where no migration is new.
    """
    if isinstance(changes, NotAsked):
        return
    if isinstance(changes, Unobserved):
        text = f"could not determine whether {older} can run with the new schema: {changes.reason}"
        yield Finding(check, Outcome.WARN, text, hint=changes.hint)
        return
    for change in changes:
        if change.is_needed is not False:
            yield _tell(check, change, older, policy, refused)


def _tell(
    check: str, change: BreakingChange, older: str, policy: Policy, refused: Outcome
) -> Finding:
    text = f"migration {change.migration}: {change.what}"
    outcome, hint = Outcome.WARN, ""
    if isinstance(change.is_needed, Unobserved):
        text = f"{text}; {change.is_needed.reason} before you rely on a rollback"
    elif change.kind in policy.tolerated:
        text = f"{text}, and {older} uses it; rollback.tolerate allows a rollback anyway"
    elif policy.on_destructive_migration is DestructiveMode.REFUSE:
        text = f"{text}, and {older} uses it: this cannot be rolled back over"
        outcome, hint = refused, _HINT
    else:
        text = f"{text}, and {older} uses it: a rollback over it may break it"
        hint = _HINT
    return Finding(check, outcome, text, hint=hint, file=change.file, line=change.line or 1)
