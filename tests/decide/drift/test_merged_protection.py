"""Several protections of one branch into one: a table."""

import pytest

from verifier.decide.drift.merged_protection import effective, required_checks
from verifier.model.finding import Unobserved
from verifier.model.protection import Protection, ProtectionSource, RequiredCheck, Setting

HIDDEN = Unobserved("write access to the ruleset")
ADMINS = ("administrators",)


def source(name, bypass=(), of_reviews=(), checks=(), **levels):
    return ProtectionSource(
        name,
        {Setting(key.replace("_", "-")): level for key, level in levels.items()},
        frozenset(map(RequiredCheck, checks)),
        bypass,
        of_reviews,
    )


CLASSIC = source("classic", approvals=2, pull_request=1)
RULESET = source("ruleset", approvals=1, pull_request=1, no_force_push=1)


@pytest.mark.parametrize(
    ("sources", "setting", "level", "names"),
    [
        pytest.param((), Setting.PULL_REQUEST, 0, (), id="nothing"),
        pytest.param((CLASSIC,), Setting.PULL_REQUEST, 1, ("classic",), id="classic-only"),
        pytest.param((RULESET,), Setting.NO_FORCE_PUSH, 1, ("ruleset",), id="ruleset-only"),
        pytest.param((CLASSIC, RULESET), Setting.APPROVALS, 2, ("classic",), id="the-larger"),
        pytest.param(
            (CLASSIC, RULESET), Setting.PULL_REQUEST, 1, ("classic", "ruleset"), id="both"
        ),
        pytest.param((CLASSIC, RULESET), Setting.SIGNATURES, 0, (), id="in-none"),
    ],
)
def test_the_stricter_one_wins(sources, setting, level, names):
    found = effective(Protection(sources), setting)

    assert (found.level, found.sources) == (level, names)


@pytest.mark.parametrize(
    ("bypasses", "free"),
    [
        pytest.param([()], (), id="nobody"),
        pytest.param([ADMINS], ADMINS, id="one-source"),
        pytest.param([ADMINS, ()], (), id="another-source-holds"),
        pytest.param([ADMINS, ("team ops",)], (), id="nobody-in-both"),
        pytest.param([ADMINS, (*ADMINS, "team ops")], ADMINS, id="the-shared-ones"),
        pytest.param([HIDDEN], HIDDEN, id="not-visible"),
        pytest.param([HIDDEN, ()], (), id="not-visible-and-one-that-holds"),
        pytest.param([HIDDEN, ADMINS], HIDDEN, id="not-visible-and-one-that-does-not"),
    ],
)
def test_who_is_free_of_a_setting_in_every_source_of_it(bypasses, free):
    sources = tuple(source(str(n), bypass, no_deletion=1) for n, bypass in enumerate(bypasses))

    assert effective(Protection(sources), Setting.NO_DELETION).bypass_actors == free


def test_a_source_that_asks_for_less_does_not_hold():
    strict = source("strict", ADMINS, approvals=2)
    mild = source("mild", (), approvals=1)

    assert effective(Protection((strict, mild)), Setting.APPROVALS).bypass_actors == ADMINS


@pytest.mark.parametrize(
    ("setting", "free"), [(Setting.PULL_REQUEST, ("app bot",)), (Setting.NO_DELETION, ())]
)
def test_reviews_have_a_list_of_their_own(setting, free):
    classic = source("classic", (), ("app bot",), pull_request=1, no_deletion=1)

    assert effective(Protection((classic,)), setting).bypass_actors == free


def test_required_checks_are_those_of_all_sources():
    sources = (source("a", checks=["Lint", "Test"]), source("b", checks=["Test"]))

    assert {c.name: s for c, s in required_checks(Protection(sources)).items()} == {
        "Lint": ("a",),
        "Test": ("a", "b"),
    }
