"""
The smallest change that brings a branch to its policy, and what is left to a person.

Each part of it is tried on the branch as it is: what would keep a pull request from being merged
is refused.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from verifier.decide.drift.effective_bypass import (
    effective_bypass,
    is_same,
    permitted_on,
    requirements,
)
from verifier.decide.drift.exemptions import is_exempt
from verifier.decide.drift.mergeable import Merging, why_blocked
from verifier.decide.drift.merged_protection import effective, required_checks
from verifier.decide.drift.refused_pushes import NOBODY, Pushers, refused_pushes
from verifier.model.bypass import Actor, ActorKind, Bypass, BypassMode, Role
from verifier.model.finding import Outcome, Unobserved
from verifier.model.merging import FIXABLE, Fix, ReportedCheck, own_ruleset
from verifier.model.protection import (
    OF_REVIEWS,
    Demand,
    Drift,
    Exemption,
    Protection,
    ProtectionPolicy,
    ProtectionSource,
    RequiredCheck,
    Requirement,
    Setting,
)

_BY_HAND = {
    Setting.CODE_OWNERS: "a sole code owner could not merge anything",
    Setting.LAST_PUSH: "whoever pushes last needs someone else to approve",
    Setting.SIGNATURES: "whoever does not sign commits could not merge anything",
}
_NEEDS_MORE = "it needs more than an on/off switch"
#: These have the same number everywhere, or none.
_WITHOUT_NUMBER = (ActorKind.OWNERS, ActorKind.DEPLOY_KEYS)


@dataclass(frozen=True, slots=True)
class BranchToFix:
    """One branch as it is."""

    repository: str
    name: str
    protection: Protection | Unobserved
    merging: Merging
    exemptions: Sequence[Exemption] = ()
    actors: Sequence[Actor] = ()
    """Teams, people and apps with their numbers, as far as GitHub tells them."""
    why_not_ours: str | Unobserved = ""
    """Why the ruleset of our name must be left alone, as it guards something else."""
    pushers: Pushers = NOBODY
    """Who pushes to it, or may, without a pull request."""


@dataclass(slots=True)
class _Draft:
    """The ruleset as it grows; what hurts is left out."""

    protection: Protection
    merging: Merging
    levels: dict[Setting, int] = field(default_factory=dict)
    checks: list[RequiredCheck] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def harm(self, levels: dict[Setting, int], checks: Sequence[RequiredCheck]) -> frozenset[str]:
        """
        Return each reason why somebody could no longer merge a pull request.

        What is in the way of those who are bound by everything may not be in the way of those whom
        a source lets through today, and the fix lets nobody through.
        """
        own = ProtectionSource(
            "the fix",
            {**levels, **({Setting.CHECKS: 1} if checks else {})},
            frozenset(checks),
        )
        return frozenset(
            reason
            for before in (self.protection, *_as_it_binds_some(self.protection))
            for reason in why_blocked(_with(before, own), self.merging)
            - why_blocked(before, self.merging)
        )

    def add(
        self, what: str, levels: dict[Setting, int], checks: Sequence[RequiredCheck] = ()
    ) -> None:
        """Take it in where a pull request can be merged as before, else say why not."""
        harm = self.harm({**self.levels, **levels}, (*self.checks, *checks))
        if harm:
            own = re.compile(rf"{re.escape(what)}(?: \(app \d+\))?: ")
            told = (own.sub("", reason, count=1) for reason in sorted(harm))
            self.refused.append(f"{what} was left out: {'; '.join(told)}")
        else:
            self.levels |= levels
            self.checks += checks


def _with(protection: Protection, source: ProtectionSource) -> Protection:
    return replace(protection, sources=(*protection.sources, source))


def _as_it_binds_some(protection: Protection) -> Iterator[Protection]:
    """What of it surely lets nobody through, alone and with each source that lets somebody."""
    sources = protection.sources
    free = [source for source in sources if source.bypass or source.hidden_bypass is not None]
    binding = tuple(_binding_reviewed(source) for source in sources if source not in free)
    yield replace(protection, sources=binding)
    yield from (replace(protection, sources=(*binding, source)) for source in free)


def _binding_reviewed(source: ProtectionSource) -> ProtectionSource:
    if not source.bypass_of_reviews:
        return source
    free = (*OF_REVIEWS, Setting.CONVERSATIONS)
    return replace(source, levels={s: n for s, n in source.levels.items() if s not in free})


def plan_fix(branch: BranchToFix, policy: ProtectionPolicy, today: date) -> Fix:
    """
    Return what is required and missing, or can be bypassed by somebody who is not permitted.

    Recommendations and what is exempt are left alone.
    """
    protection = branch.protection
    if isinstance(protection, Unobserved):
        return _nothing(f"could not read the protection: {protection.explained}")
    if not protection.is_in_plan:
        return _nothing("GitHub protects no branch of a private repository on this plan")
    why = _why_untouchable(branch, protection, policy, today)
    if why:
        return _nothing(why)
    draft = _Draft(protection, branch.merging)
    for requirement in _missing(branch, protection, policy, today):
        setting = requirement.setting
        if setting is Setting.CHECKS:
            check = RequiredCheck(requirement.check, _app_of(requirement.check, branch.merging))
            draft.add(f"check {check.name}", {}, [check])
        elif setting is Setting.UP_TO_DATE:
            continue
        elif setting in FIXABLE:
            draft.add(str(setting), {setting: requirement.level})
        else:
            why = _BY_HAND.get(setting, _NEEDS_MORE)
            draft.refused.append(f"{setting} must be set manually: {why}")
    _up_to_date(draft, branch, policy, today)
    bypass = tuple(_numbered(branch, protection, permitted_on(policy.permitted, today)))
    is_held = Setting.PULL_REQUEST in draft.levels or draft.checks
    warned = tuple(refused_pushes(branch.name, branch.pushers, bypass)) if is_held else ()
    return Fix(draft.levels, tuple(draft.checks), bypass, tuple(draft.refused), warned)


def _up_to_date(draft: _Draft, branch: BranchToFix, policy: ProtectionPolicy, today: date) -> None:
    """Rulesets have it as a part of required checks alone: of those that are required already."""
    missing = _missing(branch, draft.protection, policy, today)
    if all(requirement.setting is not Setting.UP_TO_DATE for requirement in missing):
        return
    known = [check for check in required_checks(draft.protection) if check.name in policy.checks]
    if draft.checks or known:
        draft.add("up-to-date", {Setting.UP_TO_DATE: 1}, [] if draft.checks else known)
    else:
        draft.refused.append("up-to-date needs at least one required check that a job reports")


def _nothing(why: str) -> Fix:
    return Fix({}, (), (), (why,))


def _why_untouchable(
    branch: BranchToFix, protection: Protection, policy: ProtectionPolicy, today: date
) -> str:
    """Why a ruleset of ours must not be made or extended here; empty where it may."""
    name = own_ruleset(branch.name)
    quoted = f'"{name}"'  # one name may be the beginning of another
    if any(quoted in inactive for inactive in protection.inactive):
        return f'the ruleset "{name}" was turned off manually: enable it, or delete it'
    if isinstance(branch.why_not_ours, Unobserved):
        return f"could not read the rulesets: {branch.why_not_ours.explained}"
    if branch.why_not_ours:
        return branch.why_not_ours
    permitted = permitted_on(policy.permitted, today)
    refused = next(filter(None, map(_why_not_listed, permitted)), "")
    if refused:
        return refused
    unnumbered = [b for b in permitted if next(_numbered(branch, protection, [b]), None) is None]
    if unnumbered:
        return (
            f"{unnumbered[0]} is permitted to bypass, and GitHub did not give its number: "
            "give the number in protection.bypass"
        )
    for source in protection.sources:
        own = Protection((source,))
        if quoted in source.name and not all(
            effective_bypass(own, Requirement(setting, level), permitted).is_nobody
            for setting, level in source.levels.items()
            if level
        ):
            return f'the ruleset "{name}" lets others through: its bypass list was changed manually'
    return ""


def _why_not_listed(permitted: Bypass) -> str:
    """
    Why GitHub takes no ruleset with this actor in its bypass list; empty where it does.

    Source: https://docs.github.com/en/rest/repos/rules, `bypass_actors`
    """
    actor = permitted.actor
    if actor.role is not None and actor.role < Role.WRITE:
        return f"{actor} is permitted to bypass, and a ruleset takes no role below write"
    if actor.kind is ActorKind.DEPLOY_KEYS and permitted.mode is BypassMode.PULL_REQUEST:
        return (
            "deploy keys are permitted to bypass when merging, and a ruleset takes them with mode "
            "always or exempt alone"
        )
    return ""


def _missing(
    branch: BranchToFix, protection: Protection, policy: ProtectionPolicy, today: date
) -> Iterator[Requirement]:
    permitted = permitted_on(policy.permitted, today)
    is_strict = policy.demands.get(Setting.NO_BYPASS) is Demand.REQUIRED and not _is_exempt(
        branch, Setting.NO_BYPASS, today
    )
    for requirement in requirements(policy):
        if _is_exempt(branch, str(requirement), today):
            continue
        is_open = is_strict and not effective_bypass(protection, requirement, permitted).is_nobody
        if is_open or not _is_met(protection, requirement):
            yield requirement


def _is_met(protection: Protection, requirement: Requirement) -> bool:
    if requirement.check:
        return any(check.name == requirement.check for check in required_checks(protection))
    return effective(protection, requirement.setting).level >= requirement.level


def _is_exempt(branch: BranchToFix, setting: str, today: date) -> bool:
    row = Drift(setting, "", "", "", Outcome.FAIL, branch=branch.name, repository=branch.repository)
    return is_exempt(row, branch.exemptions, today)


def _app_of(name: str, merging: Merging) -> int | None:
    """The one app that reported a check lately, to which it is pinned; None for several."""
    heads = merging.facts.heads
    newest: frozenset[ReportedCheck] = frozenset()
    if not isinstance(heads, Unobserved) and heads:
        newest = heads[0]
    apps = {seen.app_id for seen in newest if seen.name == name}
    return apps.pop() if len(apps) == 1 else None


def _numbered(
    branch: BranchToFix, protection: Protection, permitted: Sequence[Bypass]
) -> Iterator[Bypass]:
    """Those whom a ruleset can name: with GitHub's number, as it was seen."""
    seen = [bypass.actor for source in protection.sources for bypass in source.bypass]
    for bypass in permitted:
        known = [bypass.actor, *seen, *branch.actors]
        actor = next((a for a in known if _is_usable(a, bypass.actor)), None)
        if actor is not None:
            yield Bypass(actor, bypass.mode)


def _is_usable(actor: Actor, wanted: Actor) -> bool:
    has_number = bool(actor.number or actor.role is not None or actor.kind in _WITHOUT_NUMBER)
    return has_number and is_same(actor, wanted)
