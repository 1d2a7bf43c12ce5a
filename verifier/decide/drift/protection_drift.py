"""The policy of a branch against what guards it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from verifier.decide.drift.bypass_drift import bypass_drift
from verifier.decide.drift.merged_protection import (
    effective,
    hidden_of,
    required_checks,
    unread_queue,
)
from verifier.model.finding import Outcome, Unobserved
from verifier.model.phrases import named
from verifier.model.protection import (
    Demand,
    Drift,
    Effective,
    Protection,
    ProtectionPolicy,
    Setting,
)

#: How bad it is where what is wanted so much is not there.
SEVERITY = {Demand.REQUIRED: Outcome.FAIL, Demand.RECOMMENDED: Outcome.WARN}
_NOT_IN_PLAN = (
    "GitHub protects no branch of a private repository on this plan: upgrade it, or make the "
    "repository public"
)
_PERHAPS_NOT_IN_PLAN = (
    "upgrade the plan, if that is GitHub's free one: it protects no branch of a private repository"
)
#: A merge queue has them on, whatever else does.
_BY_QUEUE = (Setting.UP_TO_DATE, Setting.MERGE_QUEUE)
_WHERE = "the repository's Settings > Rules > Rulesets (or Branches)"


def protection_drift(
    protection: Protection | Unobserved, policy: ProtectionPolicy, today: date
) -> Iterator[Drift]:
    """
    Yield what is weaker than the policy, who can do without it, and what could not be seen.

    A setting that a seen source switches on is on, whatever the others are: the stricter one wins.
    """
    if isinstance(protection, Unobserved):
        text = f"could not be read: {protection.reason}"
        hint = protection.hint
        yield Drift("protection", "readable", text, "GitHub", Outcome.INCONCLUSIVE, hint)
        return
    for setting, demand in policy.demands.items():
        if demand is Demand.IGNORED:
            continue
        severity = SEVERITY[demand]
        match setting:
            case Setting.CHECKS:
                yield from _missing_checks(protection, policy, severity)
            case Setting.NO_BYPASS:
                yield from bypass_drift(protection, policy, today, severity)
            case _:
                wanted = policy.approvals if setting is Setting.APPROVALS else 1
                found = effective(protection, setting)
                if found.level < wanted:
                    row = _weaker(setting, wanted, found, severity)
                    if setting in _BY_QUEUE and row.severity is not Outcome.INCONCLUSIVE:
                        row = _perhaps_by_queue(row, unread_queue(protection))
                    if setting is Setting.UP_TO_DATE and not policy.checks:
                        row = _without_checks(row)
                    if row.severity is not Outcome.INCONCLUSIVE and not found.level:
                        row = replace(row, hint=_with_others(row.hint, protection))
                    yield replace(row, hint=_way_out(protection, row.hint))
    if policy.demands.get(Setting.LOCK, Demand.IGNORED) is Demand.IGNORED:
        yield from _locked(protection)


def _locked(protection: Protection) -> Iterator[Drift]:
    """A branch that nobody may change has no way for a pull request either."""
    found = effective(protection, Setting.LOCK)
    if found.level:
        actual = "locked: only those who may bypass the lock can merge a pull request"
        hint = f'turn off "Lock branch" or "Restrict updates" in {_WHERE}'
        sources = ", ".join(found.sources)
        yield Drift(Setting.LOCK, "off", actual, sources, Outcome.WARN, hint)


def _weaker(
    setting: Setting,
    wanted: int,
    found: Effective,
    severity: Outcome,
) -> Drift:
    expected = f"at least {wanted}" if setting is Setting.APPROVALS else "on"
    if found.hidden:
        return Drift(
            setting,
            expected,
            f"not visible to this token: {'; '.join(found.hidden)}",
            "GitHub",
            Outcome.INCONCLUSIVE,
            hint="give the audit a token with that permission",
        )
    actual = str(found.level) if setting is Setting.APPROVALS else "off"
    source = ", ".join(found.sources) or "not set anywhere"
    hint = f"turn it on in {_WHERE}"
    return Drift(setting, expected, actual, source, severity, hint)


def _perhaps_by_queue(row: Drift, unread: Unobserved | None) -> Drift:
    """The drift, inconclusive where a merge queue may be there that was not read."""
    if unread is None:
        return row
    actual = f"could not read whether there is a merge queue, which would do: {unread.reason}"
    return replace(row, actual=actual, severity=Outcome.INCONCLUSIVE, hint=unread.hint)


def _way_out(protection: Protection, hint: str) -> str:
    """What to do, where the plan may be what keeps the branch from being protected."""
    if protection.is_in_plan is None:
        return f"{hint}; or {_PERHAPS_NOT_IN_PLAN}"
    return hint if protection.is_in_plan else _NOT_IN_PLAN


def _with_others(hint: str, protection: Protection) -> str:
    """What to do, where a ruleset may have been meant for this branch."""
    others = protection.elsewhere
    if not others:
        return hint
    verb = "is" if len(others) == 1 else "are"
    return f"{hint} ({named(others)} {verb} in force, but not for this branch)"


def _without_checks(row: Drift) -> Drift:
    """GitHub asks for branches that are up to date only where some check is required."""
    if row.severity is not Outcome.FAIL:
        return row
    hint = "it takes a required check: name one in protection.checks"
    return replace(row, severity=Outcome.WARN, hint=hint)


def _missing_checks(
    protection: Protection,
    policy: ProtectionPolicy,
    severity: Outcome,
) -> Iterator[Drift]:
    required = {check.name for check in required_checks(protection)}
    hint = f"require it in {_WHERE}, or name your own checks in protection.checks"
    hint = _way_out(protection, hint)
    for name in policy.checks:
        if name in required:
            continue
        hidden = hidden_of(protection, Setting.CHECKS)
        is_hidden = bool(hidden)
        actual = "not required"
        if is_hidden:
            actual = f"not visible to this token: {'; '.join(hidden)}"
        yield Drift(
            f"checks: {name}",
            "required",
            actual,
            "GitHub",
            Outcome.INCONCLUSIVE if is_hidden else severity,
            hint="" if is_hidden else hint,
        )
