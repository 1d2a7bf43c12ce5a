"""Who can bypass, against an independent model that tries every person in every world."""

import random
from datetime import date, timedelta

import pytest

from tests.decide.drift import merge_model
from verifier.config.protection_section import ProtectionSection
from verifier.decide.drift.effective_bypass import effective_bypass, permitted_on
from verifier.decide.drift.protection_drift import protection_drift
from verifier.github.protection_sources import parse_classic, parse_ruleset
from verifier.model.bypass import (
    CLASSIC_ADMINISTRATORS,
    Actor,
    ActorKind,
    Bypass,
    BypassMode,
    PermittedBypass,
    Role,
)
from verifier.model.finding import Outcome
from verifier.model.protection import (
    CLASSIC,
    Protection,
    ProtectionSource,
    RequiredCheck,
    Requirement,
    Setting,
)

TODAY = date(2026, 1, 31)
COMBINATIONS = 450
ACTORS = [
    ("RepositoryRole", 5),
    ("RepositoryRole", 2),
    ("RepositoryRole", 4),
    ("OrganizationAdmin", 1),
    ("Team", 21),
    ("Team", 22),
    ("User", 11),
    ("User", 12),
    ("Integration", 31),
    ("Integration", 32),
    ("DeployKey", None),
]
PERMITTED = {
    ("RepositoryRole", 5): "administrators",
    ("RepositoryRole", 4): "role write",
    ("OrganizationAdmin", 1): "owners",
    ("Team", 21): "team 21",
    ("User", 11): "user 11",
    ("Integration", 31): "app 31",
    ("DeployKey", None): "deploy-keys",
}
ASKED = [("pull-request", 1), ("approvals", 1), ("approvals", 2), ("checks", 1)]
ASKED += [("no-force-push", 1), ("no-deletion", 1)]


def drawn_ruleset(draw, number):
    rules = []
    if draw.random() < 0.8:
        count = draw.choice((0, 1, 2))
        parameters = {"required_approving_review_count": count}
        rules.append({"type": "pull_request", "parameters": parameters})
    if draw.random() < 0.6:
        checks = [{"context": name} for name in draw.choice((["Test"], ["Lint"], ["Lint", "Test"]))]
        parameters = {"required_status_checks": checks}
        rules.append({"type": "required_status_checks", "parameters": parameters})
    if draw.random() < 0.6:
        rules += [{"type": "non_fast_forward"}, {"type": "deletion"}]
    ruleset = {"id": number, "rules": rules}
    match draw.random():
        case chance if chance < 0.1:
            ruleset["current_user_can_bypass"] = draw.choice(
                ("never", "never", "always", "pull_requests_only", "exempt")
            )
        case chance if chance < 0.15:
            ruleset["bypass_actors"] = None
        case _:
            modes = ("always", "always", "pull_request", "exempt")
            ruleset["bypass_actors"] = [
                {"actor_type": kind, "actor_id": who, "bypass_mode": draw.choice(modes)}
                for kind, who in draw.sample(ACTORS, draw.choice((0, 1, 1, 1, 2, 3)))
            ]
    return ruleset


def drawn_classic(draw):
    reviews = {"required_approving_review_count": draw.choice((0, 1, 2))}
    if draw.random() < 0.4:
        reviews["bypass_pull_request_allowances"] = draw.choice(
            (
                {"users": [{"id": 11, "login": "alice"}]},
                {"teams": [{"id": 21, "slug": "ops"}]},
                {"apps": [{"id": 31, "slug": "renovate"}]},
            )
        )
    return {
        "enforce_admins": {"enabled": draw.random() < 0.5},
        "required_pull_request_reviews": reviews,
        "required_status_checks": {"checks": [{"context": draw.choice(("Test", "Lint"))}]},
        "allow_force_pushes": {"enabled": draw.random() < 0.3},
        "allow_deletions": {"enabled": draw.random() < 0.3},
    }


def drawn(seed):
    draw = random.Random(seed)  # noqa: S311  the same combinations each time
    chance = draw.random()
    classic = drawn_classic(draw) if chance < 0.5 else "hidden" if chance < 0.6 else None
    rulesets = [drawn_ruleset(draw, n) for n in range(draw.choice((0, 1, 1, 2, 2, 3)))]
    permitted = draw.sample(list(PERMITTED), draw.choice((0, 0, 0, 1, 2)))
    return {"classic": classic, "rulesets": rulesets}, permitted, draw.choice(ASKED)


def said(branch, permitted, wanted, level):
    """What the audit says, in the model's words."""
    sources = [
        parse_ruleset(ruleset["rules"], ruleset, f"ruleset {ruleset['id']}")
        for ruleset in branch["rulesets"]
    ]
    if isinstance(branch["classic"], dict):
        sources.append(parse_classic(branch["classic"]))
    hidden = ("classic branch protection",) if branch["classic"] == "hidden" else ()
    until = {"reason": "r", "until": "2026-12-31", "mode": "exempt"}
    section = ProtectionSection.model_validate(
        {
            "checks": ["Test"],
            "approvals": level,
            "settings": {
                **{s: "ignored" for s in Setting if s is not Setting.NO_BYPASS},
                wanted: "required",
            },
            "bypass": [{"actor": PERMITTED[who], **until} for who in permitted],
        }
    )
    seen = Protection(tuple(sources), hidden)
    drift = protection_drift(seen, section.policy("acme/shop", "main"), TODAY)
    # What is skipped says who is not visible, beside nobody.
    rows = [row for row in drift if row.severity is not Outcome.SKIP]
    if not rows:
        return "nobody"
    (row,) = rows
    if row.severity == "inconclusive":
        return "cannot tell"
    return "somebody" if row.setting == Setting.NO_BYPASS else "not required"


def test_the_audit_says_of_every_combination_what_is_so():
    wrong, counted = [], {}
    for seed in range(COMBINATIONS):
        branch, permitted, (wanted, level) = drawn(seed)
        expected = merge_model.verdict(branch, wanted, level, permitted)
        found = said(branch, permitted, wanted, level)
        counted[expected] = counted.get(expected, 0) + 1
        if found != expected:
            wrong.append((seed, branch, permitted, wanted, level, expected, found))

    assert wrong == []
    assert min(counted.values()) > COMBINATIONS / 20, counted


def free_of(lists, setting=Setting.APPROVALS, permitted=(), **changes):
    """What is said where each of some sources has a list of who is let through."""
    sources = tuple(
        ProtectionSource(str(n), {setting: 1}, frozenset(), tuple(listed), **changes)
        for n, listed in enumerate(lists)
    )
    return effective_bypass(Protection(sources), Requirement(setting), permitted)


def role(which):
    return Bypass(Actor(ActorKind.ROLE, role=which))


def merging(bypass):
    return Bypass(bypass.actor, BypassMode.PULL_REQUEST)


ADMINS = Bypass(CLASSIC_ADMINISTRATORS)
OWNERS = Bypass(Actor(ActorKind.OWNERS))
OPS = Bypass(Actor(ActorKind.TEAM, 21, "ops"))
DEV = Bypass(Actor(ActorKind.TEAM, 22, "dev"))
ALICE = Bypass(Actor(ActorKind.USER, 11, "alice"))
OWN_ROLE = Bypass(Actor(ActorKind.ROLE, 9001, "deployer"))


@pytest.mark.parametrize(
    ("lists", "surely", "perhaps"),
    [
        pytest.param([[]], [], 0, id="nobody"),
        pytest.param([[ADMINS]], ["administrators"], 0, id="one-source"),
        pytest.param([[ADMINS], []], [], 0, id="another-source-holds"),
        pytest.param([[ADMINS], [ADMINS, OPS]], ["administrators"], 0, id="the-shared-ones"),
        pytest.param(
            [[OWNERS], [ADMINS]], ["owners of the organisation"], 0, id="an-owner-administrates"
        ),
        pytest.param(
            [[role(Role.WRITE)], [ADMINS]], ["administrators"], 0, id="a-higher-role-has-the-lower"
        ),
        pytest.param(
            [[role(Role.WRITE)], [role(Role.MAINTAIN)]], ["the role maintain"], 0, id="the-higher"
        ),
        pytest.param([[ADMINS], [OPS]], [], 2, id="who-is-in-a-team-is-not-visible"),
        pytest.param([[OPS], [DEV]], [], 2, id="two-teams-may-share-members"),
        pytest.param([[ALICE], [OPS]], [], 2, id="a-user-may-be-in-a-team"),
        pytest.param([[OWN_ROLE], [ADMINS]], [], 2, id="an-own-role-may-be-anything"),
        pytest.param(
            [[Bypass(Actor(ActorKind.TEAM, 21))], [Bypass(Actor(ActorKind.TEAM, 21, "Ops"))]],
            ["team 21"],
            0,
            id="one-team-by-its-number",
        ),
        pytest.param(
            [[Bypass(Actor(ActorKind.TEAM, 0, "ops"))], [Bypass(Actor(ActorKind.TEAM, 21, "Ops"))]],
            ["team ops"],
            0,
            id="one-team-by-its-name",
        ),
        pytest.param(
            [[ALICE], [Bypass(Actor(ActorKind.USER, 12, "bob"))]], [], 0, id="two-users-are-two"
        ),
        pytest.param(
            [[Bypass(Actor(ActorKind.APP, 31))], [ADMINS]], [], 0, id="an-app-has-no-role"
        ),
        pytest.param(
            [[Bypass(Actor(ActorKind.DEPLOY_KEYS))], [ADMINS]], [], 2, id="a-key-as-administrator"
        ),
        pytest.param(
            [[merging(ADMINS)], [ADMINS]],
            ["administrators (through a pull request)"],
            0,
            id="as-far-as-the-stricter-one-lets-it",
        ),
        pytest.param(
            [[Bypass(Actor(ActorKind.UNKNOWN, 7, "Robot"))], [ADMINS]],
            [],
            2,
            id="a-sort-of-its-own",
        ),
        pytest.param(
            [
                [Bypass(Actor(ActorKind.UNKNOWN, 7, "Robot"))],
                [Bypass(Actor(ActorKind.APP, 31))],
                [Bypass(Actor(ActorKind.DEPLOY_KEYS))],
            ],
            [],
            0,
            id="whoever-it-is-is-no-app-and-a-key-at-once",
        ),
        pytest.param(
            [[Bypass(Actor(ActorKind.UNKNOWN, 7, "Robot"))], [Bypass(Actor(ActorKind.APP, 31))]],
            [],
            2,
            id="it-may-be-an-app",
        ),
        pytest.param(
            [
                [Bypass(Actor(ActorKind.UNKNOWN, 7, "Robot"))],
                [Bypass(Actor(ActorKind.UNKNOWN, 8, "Other"))],
            ],
            [],
            2,
            id="two-sorts-of-their-own",
        ),
        pytest.param([[Bypass(Actor(ActorKind.UNKNOWN))]], ["somebody"], 0, id="an-actor-not-told"),
    ],
)
def test_who_may_bypass_every_source(lists, surely, perhaps):
    found = free_of(lists)

    assert [list(map(str, found.surely)), len(found.perhaps)] == [surely, perhaps]
    assert found.hidden is None


@pytest.mark.parametrize(
    ("setting", "surely"),
    [
        (Setting.APPROVALS, 1),
        (Setting.UP_TO_DATE, 1),
        (Setting.PULL_REQUEST, 0),
        (Setting.NO_FORCE_PUSH, 0),
        (Setting.NO_DELETION, 0),
    ],
)
def test_whoever_is_freed_for_pull_requests_must_still_make_one(setting, surely):
    assert len(free_of([[merging(ADMINS)]], setting).surely) == surely


@pytest.mark.parametrize(
    ("permitted", "surely"),
    [
        pytest.param(ADMINS, [], id="by-name"),
        pytest.param(role(Role.WRITE), [], id="within-a-wider-one"),
        pytest.param(OWNERS, ["administrators"], id="only-some-of-them"),
        pytest.param(merging(ADMINS), ["administrators"], id="only-by-pull-requests"),
    ],
)
def test_who_may_be_free_is_left_out(permitted, surely):
    assert list(map(str, free_of([[ADMINS]], permitted=[permitted]).surely)) == surely


def test_reviews_and_force_pushes_have_lists_of_their_own():
    of_reviews, of_force_push = {"bypass_of_reviews": (ALICE,)}, {"bypass_of_force_push": (OPS,)}

    assert free_of([[]], Setting.PULL_REQUEST, **of_reviews).surely == (ALICE,)
    assert free_of([[]], Setting.NO_DELETION, **of_reviews).is_nobody
    assert free_of([[]], Setting.NO_FORCE_PUSH, **of_force_push).surely == (OPS,)


def test_approvals_are_asked_at_the_level_that_is_wanted():
    strict = ProtectionSource("strict", {Setting.APPROVALS: 2}, bypass=(ADMINS,))
    mild = ProtectionSource("mild", {Setting.APPROVALS: 1})
    both = Protection((strict, mild))

    assert effective_bypass(both, Requirement(Setting.APPROVALS, 1)).is_nobody
    assert effective_bypass(both, Requirement(Setting.APPROVALS, 2)).surely == (ADMINS,)


def test_a_permission_holds_on_its_last_day_and_not_after_it():
    permitted = [PermittedBypass(ADMINS, "on call", TODAY)]

    assert permitted_on(permitted, TODAY) == (ADMINS,)
    assert permitted_on(permitted, TODAY + timedelta(days=1)) == ()


def test_a_permission_that_has_ended_is_told_with_the_drift():
    bypass = [{"actor": "administrators", "reason": "on call", "until": "2026-01-30"}]
    policy = ProtectionSection.model_validate({"bypass": bypass}).policy("acme/shop", "main")
    whole = dict.fromkeys((Setting.PULL_REQUEST, Setting.NO_FORCE_PUSH, Setting.UP_TO_DATE), 1)
    source = ProtectionSource("ruleset", whole, bypass=(ADMINS,))

    rows = {r.setting: r for r in protection_drift(Protection((source,)), policy, TODAY)}

    assert rows["no-bypass"].actual == (
        "administrators can bypass pull-request, up-to-date, no-force-push "
        "(was permitted for administrators until 2026-01-30)"
    )


@pytest.mark.parametrize("names", [[], ["Lint"]])
def test_up_to_date_holds_only_beside_a_required_check(names):
    found = parse_classic({"required_status_checks": {"strict": True, "contexts": names}})

    assert (Setting.UP_TO_DATE in found.levels) == bool(names)


@pytest.mark.parametrize(
    ("other_app", "is_free"), [(None, True), (15368, False)], ids=["any-source", "pinned-too"]
)
def test_a_check_of_any_source_holds_nobody_who_bypasses_the_pinned_one(other_app, is_free):
    writers = Bypass(Actor(ActorKind.ROLE, role=Role.WRITE))
    pinned = ProtectionSource(
        "a", {Setting.CHECKS: 1}, frozenset({RequiredCheck("Test", 15368)}), bypass=(writers,)
    )
    other = ProtectionSource(
        "b", {Setting.CHECKS: 1}, frozenset({RequiredCheck("Test", other_app)})
    )
    wanted = Requirement(Setting.CHECKS, check="Test")

    found = effective_bypass(Protection((pinned, other)), wanted)

    assert found.is_nobody is not is_free


def asking(name, *bypass, **more):
    return ProtectionSource(name, {Setting.PULL_REQUEST: 1}, bypass=bypass, **more)


@pytest.mark.parametrize(
    ("sources", "told", "untold"),
    [
        ([asking("ruleset A", OWNERS)], ["of ruleset A in the repository's"], ["organisation"]),
        (
            [asking("ruleset O", OWNERS, is_above=True)],
            ["of ruleset O in the settings of its organisation or enterprise"],
            ["the repository's Settings"],
        ),
        (
            [asking("ruleset A", ADMINS), asking("ruleset O", OWNERS, is_above=True)],
            ["of ruleset A in the repository's", "of ruleset O in the settings of its org"],
            ["classic"],
        ),
        (
            [asking(CLASSIC, ADMINS), asking("ruleset A", merging(OWNERS), OWNERS)],
            ["in the classic rule turn on", "of ruleset A in the repository's"],
            ["organisation or enterprise"],
        ),
        ([asking(CLASSIC, ADMINS)], ["in the classic rule turn on"], ["Rulesets"]),
    ],
    ids=["own", "organisation", "both", "classic-too", "classic"],
)
def test_a_bypass_is_told_with_where_each_list_stands(sources, told, untold):
    policy = ProtectionSection().policy("acme/shop", "main")

    rows = {r.setting: r for r in protection_drift(Protection(tuple(sources)), policy, TODAY)}

    hint = rows["no-bypass"].hint
    assert [words for words in told if words not in hint] == []
    assert [words for words in untold if words in hint] == []
    assert hint.endswith("; or permit them by name in protection.bypass")


@pytest.mark.parametrize(
    ("setting", "sources", "is_told"),
    [
        pytest.param("pull-request", [asking(CLASSIC, ADMINS)], True, id="classic"),
        pytest.param("pull-request", [asking(CLASSIC)], False, id="administrators-are-bound"),
        pytest.param(
            "no-force-push",
            [ProtectionSource(CLASSIC, {Setting.NO_FORCE_PUSH: 1}, bypass=(ADMINS,))],
            False,
            id="blocked-for-all",
        ),
        pytest.param("pull-request", [asking("ruleset", ADMINS)], False, id="ruleset"),
        pytest.param(
            "pull-request", [asking(CLASSIC, ADMINS), asking("ruleset")], False, id="ruleset-binds"
        ),
    ],
)
def test_custom_roles_that_no_token_sees_are_told_where_they_may_be_free(setting, sources, is_told):
    until = {"reason": "r", "until": "2026-12-31"}
    section = ProtectionSection.model_validate(
        {
            "settings": {
                **{s: "ignored" for s in Setting if s is not Setting.NO_BYPASS},
                setting: "required",
            },
            "bypass": [{"actor": "administrators", **until}],
        }
    )

    rows = list(
        protection_drift(Protection(tuple(sources)), section.policy("acme/shop", "main"), TODAY)
    )

    told = [(r.setting, r.severity, "custom roles" in r.actual) for r in rows]
    assert told == ([("no-bypass", Outcome.SKIP, True)] if is_told else [])


ASKS_ONE = {Setting.APPROVALS: 1}
WRITE = Bypass(Actor(ActorKind.ROLE, role=Role.WRITE))


@pytest.mark.parametrize(
    ("settings", "sources", "told"),
    [
        pytest.param(
            {},
            [ProtectionSource("one", {Setting.PULL_REQUEST: 1}), ("two", ASKS_ONE, (WRITE,))],
            [("no-bypass: recommended", "warn", "approvals")],
            id="approvals-that-are-recommended",
        ),
        pytest.param(
            {"approvals": "required"},
            [("two", ASKS_ONE, (WRITE,))],
            [("no-bypass", "fail", "approvals")],
            id="approvals-that-are-required",
        ),
        pytest.param(
            {},
            [("two", {Setting.NO_DELETION: 1, Setting.LINEAR_HISTORY: 1}, (WRITE,))],
            [("no-bypass: recommended", "warn", "no-deletion, linear-history")],
            id="history-and-deletion",
        ),
        pytest.param(
            {},
            [("two", {**ASKS_ONE, Setting.PULL_REQUEST: 1}, (WRITE,))],
            [("no-bypass", "fail", "pull-request")],
            id="told-once-of-who-is-free-of-something-required",
        ),
        pytest.param({}, [("two", ASKS_ONE, ())], [], id="nobody"),
        pytest.param(
            {"approvals": "ignored"}, [("two", ASKS_ONE, (WRITE,))], [], id="what-is-ignored"
        ),
        pytest.param(
            {"no-bypass": "ignored"}, [("two", ASKS_ONE, (WRITE,))], [], id="bypasses-are-ignored"
        ),
    ],
)
def test_who_bypasses_what_is_only_recommended_is_a_warning(settings, sources, told):
    policy = ProtectionSection.model_validate({"settings": settings}).policy("acme/shop", "main")
    made = [
        source
        if isinstance(source, ProtectionSource)
        else ProtectionSource(source[0], source[1], bypass=source[2])
        for source in sources
    ]

    rows = [
        row
        for row in protection_drift(Protection(tuple(made)), policy, TODAY)
        if row.kind == Setting.NO_BYPASS
    ]

    assert [(r.setting, str(r.severity), r.actual.partition("bypass ")[2]) for r in rows] == told
