"""The smallest change that brings a branch to its policy, and what is left to a person."""

from collections.abc import Sequence
from datetime import date

from verifier.decide.drift.merged_protection import effective, required_checks
from verifier.decide.drift.reported_checks import Reports
from verifier.decide.drift.who_is_free import permitted_on, who_is_free
from verifier.model.finding import Unobserved
from verifier.model.protection import (
    OF_REVIEWS,
    Demand,
    Fix,
    Protection,
    ProtectionPolicy,
    Requirement,
    Setting,
)

#: What a ruleset can switch on without anything else being known.
_FIXABLE = frozenset(
    {
        *OF_REVIEWS,
        Setting.CONVERSATIONS,
        Setting.NO_FORCE_PUSH,
        Setting.NO_DELETION,
        Setting.LINEAR_HISTORY,
        Setting.SIGNATURES,
        Setting.UP_TO_DATE,
    }
)


def plan_fix(
    protection: Protection | Unobserved,
    policy: ProtectionPolicy,
    reports: Reports | Unobserved,
    today: date,
) -> Fix:
    """
    Return what is required and missing, or can be bypassed; recommendations are left alone.

    A check is required only where a job surely reports it on every pull request: else nobody
    could merge any more.
    """
    if isinstance(protection, Unobserved):
        return Fix({}, (), (f"could not read the protection: {protection.reason}",))
    refused: list[str] = []
    levels: dict[Setting, int] = {}
    for setting, demand in policy.demands.items():
        if demand is not Demand.REQUIRED or setting in (Setting.CHECKS, Setting.NO_BYPASS):
            continue
        wanted = policy.approvals if setting is Setting.APPROVALS else 1
        if not _is_missing(protection, policy, Requirement(setting, wanted), today):
            continue
        if setting in _FIXABLE:
            levels[setting] = wanted
        else:
            refused.append(f"{setting} must be set manually: it needs more than an on/off switch")
    if policy.demands.get(Setting.CHECKS) is not Demand.REQUIRED:
        return Fix(levels, (), tuple(refused))
    checks: list[str] = []
    for name in _missing_checks(protection, policy, today):
        why = _why_not(name, reports)
        if why:
            refused.append(f"check {name} was left out: {why}")
        else:
            checks.append(name)
    if Setting.UP_TO_DATE in levels and not checks:
        # Rulesets have it as a part of required checks alone.
        known = sorted({check.name for check in required_checks(protection)})
        checks = [name for name in known if not _why_not(name, reports)]
        if not checks:
            del levels[Setting.UP_TO_DATE]
            refused.append("up-to-date needs at least one required check that a job reports")
    return Fix(levels, tuple(checks), tuple(refused))


def _is_missing(
    protection: Protection, policy: ProtectionPolicy, requirement: Requirement, today: date
) -> bool:
    if effective(protection, requirement.setting).level < requirement.level:
        return True
    return _can_be_bypassed(protection, policy, requirement, today)


def _missing_checks(protection: Protection, policy: ProtectionPolicy, today: date) -> Sequence[str]:
    required = {check.name for check in required_checks(protection)}
    return [
        name
        for name in policy.checks
        if name not in required
        or _can_be_bypassed(protection, policy, Requirement(Setting.CHECKS, check=name), today)
    ]


def _can_be_bypassed(
    protection: Protection, policy: ProtectionPolicy, requirement: Requirement, today: date
) -> bool:
    if policy.demands.get(Setting.NO_BYPASS) is not Demand.REQUIRED or not requirement.level:
        return False
    permitted = permitted_on(policy.permitted, today)
    return not who_is_free(protection, requirement, permitted).is_nobody


def _why_not(name: str, reports: Reports | Unobserved) -> str:
    if isinstance(reports, Unobserved):
        return f"could not read the workflows ({reports.reason})"
    found = [check for check in reports.checks if check.name == name]
    if not found:
        return "no job reports it, so every pull request would wait for it forever"
    pending = [check.pending for check in found]
    return f"a pull request could wait for it forever: {pending[0]}" if all(pending) else ""
