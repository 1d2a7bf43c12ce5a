"""Several protections of one branch into one: a table."""

import pytest

from verifier.decide.drift.merged_protection import effective, required_checks
from verifier.model.protection import Protection, ProtectionSource, RequiredCheck, Setting


def source(name, checks=(), **levels):
    return ProtectionSource(
        name,
        {Setting(key.replace("_", "-")): level for key, level in levels.items()},
        frozenset(map(RequiredCheck, checks)),
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


def test_required_checks_are_those_of_all_sources():
    sources = (source("a", checks=["Lint", "Test"]), source("b", checks=["Test"]))

    assert {c.name: s for c, s in required_checks(Protection(sources)).items()} == {
        "Lint": ("a",),
        "Test": ("a", "b"),
    }


def test_a_merge_queue_tests_with_the_newest_base():
    queue = ProtectionSource("ruleset", {Setting.MERGE_QUEUE: 1})

    assert effective(Protection((queue,)), Setting.UP_TO_DATE).sources == ("ruleset",)
    assert not effective(Protection((ProtectionSource("r", {}),)), Setting.UP_TO_DATE).level
