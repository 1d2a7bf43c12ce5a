"""The smallest change that helps, and what is left to a person."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from verifier.config.protection_section import ProtectionSection
from verifier.decide.drift.fix import BranchToFix, plan_fix
from verifier.decide.drift.mergeable import Merging, why_never_reported
from verifier.decide.drift.refused_pushes import Pushers
from verifier.decide.drift.reports import Reported, Reports, Unresolved
from verifier.decide.workflows.job_names import JobName, NotKnown
from verifier.model.audited_repository import DirectPush
from verifier.model.bypass import (
    CLASSIC_ADMINISTRATORS,
    Actor,
    ActorKind,
    Bypass,
    BypassMode,
    PermittedBypass,
)
from verifier.model.finding import Unobserved
from verifier.model.merging import ACTIONS_APP, MergeFacts, ReportedCheck, own_ruleset
from verifier.model.protection import (
    Demand,
    Exemption,
    Protection,
    ProtectionSource,
    RequiredCheck,
    Setting,
)
from verifier.model.security_settings import ActionPolicy, AllowedActions

TODAY = date(2026, 1, 31)
RECENTLY = datetime(2026, 1, 20, 12, tzinfo=UTC)
LONG_AGO = datetime(2023, 1, 1, tzinfo=UTC)
POLICY = ProtectionSection(checks=("Lint", "Test")).policy("acme/shop", "main")
REPORTS = Reports((Reported("Lint", "ci.yml", 1), Reported("Test", "ci.yml", 2)), ())


def seen_check(name, app_id=None, *, is_job=False, is_passed=True, seen_at=RECENTLY):
    return ReportedCheck(name, app_id, is_job, is_passed, seen_at)


HEAD = frozenset(seen_check(name, ACTIONS_APP, is_job=True) for name in ("Lint", "Test"))
ALL_METHODS = frozenset({"merge", "squash", "rebase"})
FACTS = MergeFacts((HEAD, HEAD), ALL_METHODS, approvers=3)
OWN_ACTIONS = ActionPolicy("acme/shop", "acme", AllowedActions.OWN)
WHOLE = ProtectionSource(
    "ruleset",
    dict.fromkeys(
        (
            Setting.PULL_REQUEST,
            Setting.CHECKS,
            Setting.UP_TO_DATE,
            Setting.NO_FORCE_PUSH,
        ),
        1,
    ),
    frozenset({RequiredCheck("Lint"), RequiredCheck("Test")}),
)
NONE = Protection(())


def without(*settings, **changes):
    levels = {s: n for s, n in WHOLE.levels.items() if s not in settings}
    return Protection((replace(WHOLE, levels=levels, **changes),))


@pytest.mark.parametrize(
    ("protection", "levels", "checks"),
    [
        pytest.param(Protection((WHOLE,)), set(), (), id="nothing-is-missing"),
        pytest.param(
            NONE,
            {Setting.PULL_REQUEST, Setting.UP_TO_DATE, Setting.NO_FORCE_PUSH},
            ("Lint", "Test"),
            id="unprotected",
        ),
        pytest.param(
            without(Setting.NO_FORCE_PUSH), {Setting.NO_FORCE_PUSH}, (), id="one-is-missing"
        ),
        pytest.param(
            without(Setting.UP_TO_DATE),
            {Setting.UP_TO_DATE},
            ("Lint", "Test"),
            id="up-to-date-comes-with-the-checks-there-are",
        ),
        pytest.param(
            without(checks=frozenset({RequiredCheck("Lint")})), set(), ("Test",), id="one-check"
        ),
        pytest.param(
            without(bypass=(Bypass(CLASSIC_ADMINISTRATORS),)),
            set(WHOLE.levels) - {Setting.CHECKS},
            ("Lint", "Test"),
            id="all-can-be-bypassed",
        ),
        pytest.param(
            without(hidden_bypass=Unobserved("hidden")),
            set(WHOLE.levels) - {Setting.CHECKS},
            ("Lint", "Test"),
            id="whether-it-can-be-bypassed-is-hidden",
        ),
    ],
)
def test_what_is_planned(protection, levels, checks):
    fix = planned(protection)

    assert (set(fix.levels), names(fix), fix.refused) == (levels, checks, ())


def names(fix):
    return tuple(check.name for check in fix.checks)


def planned(
    protection=NONE, policy=POLICY, reports=REPORTS, facts=FACTS, exemptions=(), actors=(), **more
):
    merging = Merging(reports, facts, TODAY)
    seen = BranchToFix("acme/shop", "main", protection, merging, exemptions, actors, **more)
    return plan_fix(seen, policy, TODAY)


def required(*settings, checks=(), approvals=1):
    """A policy that wants these and nothing else."""
    demands = dict.fromkeys((*settings, Setting.NO_BYPASS), Demand.REQUIRED)
    return replace(POLICY, demands=demands, checks=tuple(checks), approvals=approvals)


def guarded(**changes):
    """A branch with one more ruleset that has these."""
    return Protection((ProtectionSource("theirs", **{"levels": {}, **changes}),))


ONE_CHECK = required(Setting.CHECKS, checks=["Test"])
QUEUE = guarded(levels={Setting.MERGE_QUEUE: 1})
PERHAPS_QUEUE = guarded(hidden_queue=Unobserved("HTTP 502"))
NOT_IN_QUEUE = Reports((Reported("Test", "ci.yml", 2, in_merge_queue=False),), ())
PERHAPS_IN_QUEUE = replace(NOT_IN_QUEUE, in_queue=(Unresolved("vars.X"),))
CODECOV = seen_check("codecov", 254)
VERCEL = seen_check("vercel")
BY_APP = required(Setting.CHECKS, checks=["codecov"])
OWN = f'ruleset "{own_ruleset("main")}" of repository acme/shop'
ADMINS = Bypass(CLASSIC_ADMINISTRATORS)
TEAM = Bypass(Actor(ActorKind.TEAM, 21, "ops"))
LATER = date(2026, 12, 31)


def permitting(*bypasses):
    permitted = tuple(PermittedBypass(each, "on call", LATER) for each in bypasses)
    return replace(required(Setting.PULL_REQUEST), permitted=permitted)


def having(name, **changes):
    """A head whose job is as told."""
    return frozenset({seen_check(name, ACTIONS_APP, is_job=True, **changes)})


def exempting(setting, until=LATER):
    return (Exemption(setting, "for now", until),)


def facts(**changes):
    return replace(FACTS, **changes)


#: What is there, what is planned, and words of what is refused.
SITUATIONS = {
    "a job that reports": ({"policy": ONE_CHECK}, ["Test"], ""),
    "no job of that name": (
        {"policy": ONE_CHECK, "reports": Reports(REPORTS.checks[:1], ())},
        [],
        "no job reports it",
    ),
    "a job that may not run": (
        {
            "policy": ONE_CHECK,
            "reports": Reports((replace(REPORTS.checks[1], pending="paths"),), ()),
        },
        [],
        "could wait for it forever: paths",
    ),
    "two jobs of that name, one of which always runs": (
        {
            "policy": ONE_CHECK,
            "reports": Reports((replace(REPORTS.checks[1], pending="paths"), *REPORTS.checks), ()),
        },
        ["Test"],
        "",
    ),
    "workflows that could not be read": (
        {"policy": ONE_CHECK, "reports": Unobserved("HTTP 502")},
        [],
        "HTTP 502",
    ),
    "pull requests that could not be read": (
        {"policy": ONE_CHECK, "facts": facts(heads=Unobserved("HTTP 403"))},
        [],
        "HTTP 403",
    ),
    "a job, where GitHub Actions is switched off": (
        {"policy": ONE_CHECK, "facts": facts(has_actions=False)},
        [],
        "GitHub Actions is switched off",
    ),
    "a job's name by an app, where GitHub Actions is switched off": (
        {
            "policy": ONE_CHECK,
            "reports": Reports((), ()),
            "facts": facts(heads=(frozenset({seen_check("Test", 254)}),), has_actions=False),
        },
        ["Test"],
        "",
    ),
    "a job with an action that may not run": (
        {
            "policy": ONE_CHECK,
            "reports": Reports((replace(REPORTS.checks[1], uses=("actions/checkout@v4",)),), ()),
            "facts": facts(action_policies=(OWN_ACTIONS,)),
        },
        [],
        "its job cannot run: it uses actions/checkout@v4, and acme/shop allows only actions of its",
    ),
    "a job beside one with an action that may not run": (
        {
            "policy": ONE_CHECK,
            "reports": Reports(
                (replace(REPORTS.checks[1], used_beside=("a/b@v1", "github/x@v1")),), ()
            ),
            "facts": facts(action_policies=(OWN_ACTIONS,)),
        },
        [],
        "GitHub runs no job of its file: another one uses github/x@v1",
    ),
    "a job that passed with an action that another enterprise may have": (
        {
            "policy": ONE_CHECK,
            "reports": Reports((replace(REPORTS.checks[1], uses=("a/b@v1",)),), ()),
            "facts": facts(action_policies=(OWN_ACTIONS,)),
        },
        ["Test"],
        "",
    ),
    "no pull request was merged yet": (
        {"policy": ONE_CHECK, "facts": facts(heads=())},
        [],
        "not reported on the latest merged",
    ),
    "the job is new": (
        {"policy": ONE_CHECK, "facts": facts(heads=(frozenset(), HEAD))},
        [],
        "not reported on the latest merged",
    ),
    "the job is in the newest pull request alone": (
        {"policy": ONE_CHECK, "facts": facts(heads=(HEAD, frozenset()))},
        ["Test"],
        "",
    ),
    "a status of the job's name": (
        {"policy": ONE_CHECK, "facts": facts(heads=(frozenset({seen_check("Test")}),))},
        [],
        "not reported on the latest merged",
    ),
    "a job of pushes alone": (
        {"policy": ONE_CHECK, "reports": Reports((), ()), "facts": facts(heads=(HEAD, HEAD))},
        [],
        "no job reports it",
    ),
    "a job that failed on the latest merged pull request": (
        {"policy": ONE_CHECK, "facts": facts(heads=(having("Test", is_passed=False), HEAD))},
        [],
        "it failed on a pull request",
    ),
    "a job that failed once before": (
        {"policy": ONE_CHECK, "facts": facts(heads=(HEAD, having("Test", is_passed=False)))},
        ["Test"],
        "",
    ),
    "a job that was last seen years ago": (
        {"policy": ONE_CHECK, "facts": facts(heads=(having("Test", seen_at=LONG_AGO),))},
        [],
        "it was last reported on 2023-01-01",
    ),
    "a job, and nobody knows when it was seen": (
        {"policy": ONE_CHECK, "facts": facts(heads=(having("Test", seen_at=None),))},
        [],
        "not known",
    ),
    "an app that failed": (
        {
            "policy": BY_APP,
            "facts": facts(
                heads=(
                    frozenset({CODECOV}),
                    frozenset({seen_check("codecov", 254, is_passed=False)}),
                )
            ),
        },
        [],
        "it failed on a pull request",
    ),
    "an app that was last seen years ago": (
        {
            "policy": BY_APP,
            "facts": facts(heads=(frozenset({seen_check("codecov", 254, seen_at=LONG_AGO)}),)),
        },
        [],
        "2023-01-01",
    ),
    "perhaps a classic merge queue, and a job for it": (
        {"protection": PERHAPS_QUEUE, "policy": ONE_CHECK},
        ["Test"],
        "",
    ),
    "perhaps a classic merge queue, and a job that is not for it": (
        {"protection": PERHAPS_QUEUE, "policy": ONE_CHECK, "reports": NOT_IN_QUEUE},
        [],
        "whether there is a merge queue",
    ),
    "a merge queue, and a job for it": ({"protection": QUEUE, "policy": ONE_CHECK}, ["Test"], ""),
    "a merge queue, and a job that is not for it": (
        {"protection": QUEUE, "policy": ONE_CHECK, "reports": NOT_IN_QUEUE},
        [],
        "merge_group",
    ),
    "a merge queue, and a job that may be for it": (
        {"protection": QUEUE, "policy": ONE_CHECK, "reports": PERHAPS_IN_QUEUE},
        [],
        "could not read whether a job reports it in the merge queue (vars.X)",
    ),
    "a merge queue, and an app": (
        {
            "protection": QUEUE,
            "policy": BY_APP,
            "facts": facts(heads=(frozenset({CODECOV}),)),
        },
        [],
        "merge queue is not known",
    ),
    "an app that always reports": (
        {"policy": BY_APP, "facts": facts(heads=(frozenset({CODECOV}),) * 3)},
        ["codecov"],
        "",
    ),
    "an app that reports sometimes": (
        {"policy": BY_APP, "facts": facts(heads=(frozenset({CODECOV}), frozenset()))},
        [],
        "no job reports it",
    ),
    "two apps with one name": (
        {
            "policy": BY_APP,
            "facts": facts(heads=(frozenset({CODECOV, seen_check("codecov", 7)}),)),
        },
        ["codecov"],
        "",
    ),
    "a status that is always set": (
        {
            "policy": required(Setting.CHECKS, checks=["vercel"]),
            "facts": facts(heads=(frozenset({VERCEL}),) * 2),
        },
        ["vercel"],
        "",
    ),
    "approvals, and enough people": (
        {"policy": required(Setting.APPROVALS, approvals=2)},
        [Setting.APPROVALS],
        "",
    ),
    "approvals, and one too few": (
        {"policy": required(Setting.APPROVALS, approvals=3)},
        [],
        "too few for 3",
    ),
    "approvals, and one person alone": (
        {"policy": required(Setting.APPROVALS), "facts": facts(approvers=1)},
        [],
        "1 person can write",
    ),
    "approvals, and nobody knows who may": (
        {"policy": required(Setting.APPROVALS), "facts": facts(approvers=Unobserved("HTTP 403"))},
        [],
        "HTTP 403",
    ),
    "no approvals are wanted": ({"policy": required(Setting.APPROVALS, approvals=0)}, [], ""),
    "linear history": (
        {"policy": required(Setting.LINEAR_HISTORY)},
        [Setting.LINEAR_HISTORY],
        "",
    ),
    "linear history, and only merge commits": (
        {
            "policy": required(Setting.LINEAR_HISTORY),
            "facts": facts(methods=frozenset({"merge"})),
        },
        [],
        "no way of merging is left",
    ),
    "linear history, and a ruleset that only merges": (
        {
            "policy": required(Setting.LINEAR_HISTORY),
            "protection": guarded(merge_methods=frozenset({"merge"})),
        },
        [],
        "no way of merging is left",
    ),
    "linear history, and nobody knows how": (
        {
            "policy": required(Setting.LINEAR_HISTORY),
            "facts": facts(methods=Unobserved("shown to writers alone")),
        },
        [],
        "shown to writers alone",
    ),
    "what a sole owner could not do": (
        {"policy": required(Setting.CODE_OWNERS)},
        [],
        "a sole code owner",
    ),
    "signed commits": ({"policy": required(Setting.SIGNATURES)}, [], "does not sign"),
    "the last push": ({"policy": required(Setting.LAST_PUSH)}, [], "someone else"),
    "more than a switch": ({"policy": required(Setting.MERGE_QUEUE)}, [], "on/off switch"),
    "a locked branch": ({"policy": required(Setting.LOCK)}, [], "on/off switch"),
    "a branch that nobody can merge into already": (
        {
            "protection": guarded(levels={Setting.LOCK: 1}),
            "policy": required(Setting.NO_FORCE_PUSH),
        },
        [Setting.NO_FORCE_PUSH],
        "",
    ),
    "a check that no job reports, past which administrators merge": (
        {
            "policy": ONE_CHECK,
            "reports": Reports(REPORTS.checks[:1], ()),
            "facts": facts(heads=(frozenset(),)),
            "protection": guarded(
                levels={Setting.CHECKS: 1},
                checks=frozenset({RequiredCheck("Test")}),
                bypass=(ADMINS,),
            ),
        },
        [],
        "no job reports it",
    ),
    "a check of a disabled workflow, past which administrators merge": (
        {
            "policy": ONE_CHECK,
            "reports": Reports((replace(REPORTS.checks[1], pending="it is disabled"),), ()),
            "protection": guarded(
                levels={Setting.CHECKS: 1},
                checks=frozenset({RequiredCheck("Test", ACTIONS_APP)}),
                bypass=(Bypass(CLASSIC_ADMINISTRATORS, BypassMode.PULL_REQUEST),),
            ),
        },
        [],
        "it is disabled",
    ),
    "an approval that nobody can give, past which administrators merge": (
        {
            "policy": required(Setting.APPROVALS),
            "facts": facts(approvers=1),
            "protection": guarded(levels={Setting.APPROVALS: 1}, bypass=(ADMINS,)),
        },
        [],
        "1 person can write",
    ),
    "an approval that nobody can give, and somebody may do without": (
        {
            "policy": required(Setting.APPROVALS),
            "facts": facts(approvers=1),
            "protection": guarded(
                levels={Setting.APPROVALS: 1},
                bypass_of_reviews=(Bypass(Actor(ActorKind.USER, 11, "ann")),),
            ),
        },
        [],
        "1 person can write",
    ),
    "an approval that nobody can give, and nobody knows who may do without": (
        {
            "policy": required(Setting.APPROVALS),
            "facts": facts(approvers=1),
            "protection": guarded(
                levels={Setting.APPROVALS: 1}, hidden_bypass=Unobserved("HTTP 403")
            ),
        },
        [],
        "1 person can write",
    ),
    "linear history where only merge commits are, past which administrators merge": (
        {
            "policy": required(Setting.LINEAR_HISTORY),
            "facts": facts(methods=frozenset({"merge"})),
            "protection": guarded(levels={Setting.LINEAR_HISTORY: 1}, bypass=(ADMINS,)),
        },
        [],
        "no way of merging is left",
    ),
    "two rulesets that leave no way of merging, of which each lets others through": (
        {
            "policy": required(Setting.LINEAR_HISTORY),
            "protection": Protection(
                (
                    ProtectionSource("linear", {Setting.LINEAR_HISTORY: 1}, bypass=(ADMINS,)),
                    replace(WHOLE, bypass=(TEAM,), merge_methods=frozenset({"merge"})),
                )
            ),
        },
        [],
        "no way of merging is left",
    ),
    "a check that no job reports, and that binds everybody already": (
        {
            "policy": required(Setting.NO_FORCE_PUSH),
            "reports": Reports(REPORTS.checks[:1], ()),
            "protection": guarded(
                levels={Setting.CHECKS: 1}, checks=frozenset({RequiredCheck("Test")})
            ),
        },
        [Setting.NO_FORCE_PUSH],
        "",
    ),
    "a permitted actor": (
        {"policy": permitting(ADMINS)},
        [Setting.PULL_REQUEST],
        "",
    ),
    "a permitted actor without a number": (
        {"policy": permitting(Bypass(Actor(ActorKind.TEAM, 0, "ops")))},
        [],
        "give the number",
    ),
    "a permitted actor whose number was seen": (
        {
            "policy": permitting(Bypass(Actor(ActorKind.TEAM, 0, "ops"))),
            "protection": guarded(bypass=(Bypass(Actor(ActorKind.TEAM, 21, "ops")),)),
        },
        [Setting.PULL_REQUEST],
        "",
    ),
    "an exempt setting": (
        {"policy": required(Setting.PULL_REQUEST), "exemptions": exempting("pull-request")},
        [],
        "",
    ),
    "an exempt check": ({"policy": ONE_CHECK, "exemptions": exempting("checks: Test")}, [], ""),
    "an exemption that has ended": (
        {
            "policy": required(Setting.PULL_REQUEST),
            "exemptions": exempting("pull-request", date(2026, 1, 30)),
        },
        [Setting.PULL_REQUEST],
        "",
    ),
    "an exempt bypass": (
        {
            "policy": required(Setting.PULL_REQUEST),
            "protection": guarded(levels={Setting.PULL_REQUEST: 1}, bypass=(ADMINS,)),
            "exemptions": exempting("no-bypass"),
        },
        [],
        "",
    ),
    "a permitted team whose number the repository tells": (
        {
            "policy": permitting(Bypass(Actor(ActorKind.TEAM, 0, "ops"))),
            "actors": [Actor(ActorKind.TEAM, 21, "Ops")],
        },
        [Setting.PULL_REQUEST],
        "",
    ),
    "nobody knows whether the job's workflow is disabled": (
        {
            "policy": ONE_CHECK,
            "reports": Reports(
                (replace(REPORTS.checks[1], is_disabled=Unobserved("HTTP 403")),), ()
            ),
        },
        [],
        "whether its workflow is disabled",
    ),
    "our ruleset of another branch was switched off": (
        {
            "protection": Protection((), (), (f'"{own_ruleset("main")}-2" (disabled)',)),
            "policy": required(Setting.NO_FORCE_PUSH),
        },
        [Setting.NO_FORCE_PUSH],
        "",
    ),
    "our ruleset was switched off": (
        {"protection": Protection((), (), (f'"{own_ruleset("main")}" (disabled)',))},
        [],
        "turned off manually",
    ),
    "our ruleset lets others through": (
        {
            "protection": Protection(
                (ProtectionSource(OWN, {Setting.PULL_REQUEST: 1}, bypass=(ADMINS,)),)
            )
        },
        [],
        "changed manually",
    ),
    "a protection that was not read": ({"protection": Unobserved("HTTP 502")}, [], "HTTP 502"),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_pull_request_can_be_merged_after_every_fix_as_before(situation):
    seen, wanted, refused = SITUATIONS[situation]

    fix = planned(**seen)

    assert [*fix.levels, *names(fix)] == wanted
    assert refused in "; ".join(fix.refused)
    assert bool(refused) == bool(fix.refused)
    before = seen.get("protection", NONE)
    if not fix.is_needed:
        return
    after = applied(before, fix)
    assert {who for who in PEOPLE if can_merge(after, seen, who)} == {
        who for who in PEOPLE if can_merge(before, seen, who)
    }
    again = planned(**{**seen, "protection": after})
    assert not again.is_needed, "what was applied is planned once more"


PEOPLE = ("a writer", "an administrator")


def applied(protection, fix):
    """The branch with the ruleset that the fix makes."""
    levels = {**fix.levels, **({Setting.CHECKS: 1} if fix.checks else {})}
    own = ProtectionSource(OWN, levels, frozenset(fix.checks), fix.bypass)
    return replace(protection, sources=(*protection.sources, own))


def can_merge(protection, seen, who):
    """A simulated pull request: what the newest one met, merged by this person."""
    met, reports = seen.get("facts", FACTS), seen.get("reports", REPORTS)
    methods = set(met.methods) if isinstance(met.methods, frozenset) else set()
    for source in protection.sources:
        if who == "an administrator" and ADMINS in source.bypass:
            continue
        if source.levels.get(Setting.LOCK):
            return False
        for check in source.checks:
            reported = [s for s in met.heads[0] if s.name == check.name]
            if not any(check.app_id in (None, s.app_id) for s in reported):
                return False
            jobs = [j for j in reports.checks if j.name == check.name]
            if jobs and all(j.pending for j in jobs):
                return False
        if source.levels.get(Setting.APPROVALS, 0) >= met.approvers:
            return False
        if source.levels.get(Setting.LINEAR_HISTORY):
            methods &= {"squash", "rebase"}
        methods &= source.merge_methods or ALL_METHODS
    return bool(methods)


def test_there_are_forty_situations():
    assert len(SITUATIONS) >= 40


def test_a_check_is_pinned_to_the_app_that_reported_it():
    heads = (frozenset({*HEAD, CODECOV}),)
    policy = required(Setting.CHECKS, checks=["Test", "codecov"])

    fix = planned(policy=policy, facts=facts(heads=heads))

    assert [(c.name, c.app_id) for c in fix.checks] == [("Test", ACTIONS_APP), ("codecov", 254)]


def test_a_check_that_several_apps_reported_is_pinned_to_none():
    heads = (frozenset({seen_check("Test", ACTIONS_APP, is_job=True), seen_check("Test", 254)}),)
    policy = required(Setting.CHECKS, checks=["Test"])

    fix = planned(policy=policy, facts=facts(heads=heads))

    assert [(c.name, c.app_id) for c in fix.checks] == [("Test", None)]


def test_a_pinned_check_waits_for_nothing_where_one_of_several_jobs_is_of_that_app():
    by_server = seen_check("Test", 34, is_job=True)
    both = facts(heads=(frozenset({*HEAD, by_server}),))
    other = facts(heads=(frozenset({by_server}),))
    check = RequiredCheck("Test", ACTIONS_APP)

    assert why_never_reported(check, Merging(REPORTS, both, TODAY), has_queue=False) == ""
    assert "pinned" in why_never_reported(check, Merging(REPORTS, other, TODAY), has_queue=False)


@pytest.mark.parametrize(
    ("heads", "is_job"), [([HEAD, HEAD], True), ([HEAD, frozenset()], False)], ids=["each", "one"]
)
def test_a_job_of_a_name_that_only_a_run_tells_is_one_where_each_head_has_it(heads, is_job):
    name = JobName(("Te", NotKnown("vars.X")))
    unnamed = Unresolved("vars.X", name, Reported("Te…", "ci.yml", 9))
    merging = Merging(Reports((), (unnamed,)), facts(heads=tuple(heads)), TODAY)

    why = why_never_reported(RequiredCheck("Test"), merging, has_queue=False)

    assert (why == "") is is_job


def test_recommendations_are_left_alone():
    policy = replace(POLICY, demands={Setting.LINEAR_HISTORY: Demand.RECOMMENDED})

    assert not planned(policy=policy).is_needed


AT = datetime(2026, 1, 30, tzinfo=UTC)
BOT = DirectPush("a" * 40, "github-actions[bot]", AT)
KEYS = {"actor": "deploy-keys", "reason": "r", "until": "2026-12-31"}
PUSHERS = Pushers(("release.yml:9",), (BOT, replace(BOT, sha="b" * 40)), ("ci",))


@pytest.mark.parametrize(
    ("permitted", "told"),
    [
        ([], ["release.yml:9", "github-actions[bot]", "deploy keys"]),
        ([KEYS], ["release.yml:9", "github-actions[bot]"]),
        ([KEYS | {"actor": "app github-actions"}], ["release.yml:9", "deploy keys"]),
    ],
    ids=["nobody", "deploy-keys", "the-app"],
)
def test_what_pushes_is_told_where_pull_requests_become_required(permitted, told):
    policy = ProtectionSection.model_validate(
        {"checks": ["Lint", "Test"], "bypass": permitted}
    ).policy("acme/shop", "main")
    actors = (Actor(ActorKind.APP, 15368, "github-actions"),)

    fix = planned(policy=policy, pushers=PUSHERS, actors=actors)
    of_another_rule = planned(policy=required(Setting.NO_DELETION), pushers=PUSHERS)

    starts = (" seems", " pushed", " may push")
    assert [min((text.partition(s)[0] for s in starts), key=len) for text in fix.warned] == told
    assert not of_another_rule.warned


@pytest.mark.parametrize(
    ("actor", "mode", "why"),
    [
        ("role read", "always", "takes no role below write"),
        ("role triage", "pull-request", "takes no role below write"),
        ("role write", "always", ""),
        ("deploy-keys", "pull-request", "with mode always or exempt alone"),
        ("deploy-keys", "always", ""),
        ("deploy-keys", "exempt", ""),
    ],
)
def test_an_actor_that_no_ruleset_takes_is_refused_before_it_is_sent(actor, mode, why):
    entry = {"actor": actor, "mode": mode, "reason": "r", "until": "2026-12-31"}
    section = ProtectionSection.model_validate({"checks": ["Lint"], "bypass": [entry]})

    fix = planned(policy=section.policy("acme/shop", "main"))

    assert fix.is_needed is not bool(why)
    assert why in "".join(fix.refused)


def test_what_is_left_out_is_named_once():
    fix = planned(reports=Reports((), ()))

    assert any(text.startswith("check Lint was left out: no job") for text in fix.refused)
