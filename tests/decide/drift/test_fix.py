"""The smallest change that helps, and what is left to a person."""

from dataclasses import replace
from datetime import date

import pytest

from verifier.config.audit import ProtectionSection
from verifier.decide.drift.fix import plan_fix
from verifier.decide.drift.reported_checks import Reported, Reports
from verifier.model.bypass import ADMINISTRATORS, Bypass
from verifier.model.finding import Unobserved
from verifier.model.protection import (
    Demand,
    Protection,
    ProtectionSource,
    RequiredCheck,
    Setting,
)

TODAY = date(2026, 1, 31)
POLICY = ProtectionSection(checks=("Lint", "Test")).policy("acme/shop", "main")
REPORTS = Reports((Reported("Lint", "ci.yml", 1), Reported("Test", "ci.yml", 2)), ())
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
            without(bypass=(Bypass(ADMINISTRATORS),)),
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
    fix = plan_fix(protection, POLICY, REPORTS, TODAY)

    assert (set(fix.levels), fix.checks, fix.refused) == (levels, checks, ())


@pytest.mark.parametrize(
    ("reports", "why"),
    [
        pytest.param(Reports(REPORTS.checks[:1], ()), "no job reports it", id="nobody-reports-it"),
        pytest.param(
            Reports((REPORTS.checks[0], replace(REPORTS.checks[1], pending="paths")), ()),
            "could wait for it forever: paths",
            id="it-may-wait-for-ever",
        ),
        pytest.param(Unobserved("HTTP 502"), "HTTP 502", id="the-workflows-were-not-read"),
    ],
)
def test_a_check_that_would_lock_everybody_out_is_refused(reports, why):
    fix = plan_fix(NONE, POLICY, reports, TODAY)

    assert "Test" not in fix.checks
    assert any("Test" in refusal and why in refusal for refusal in fix.refused)


def test_what_takes_more_than_a_switch_is_left_to_a_person():
    policy = replace(POLICY, demands={Setting.MERGE_QUEUE: Demand.REQUIRED})

    fix = plan_fix(NONE, policy, REPORTS, TODAY)

    assert (fix.is_needed, len(fix.refused)) == (False, 1)


def test_a_protection_that_was_not_read_is_not_touched():
    fix = plan_fix(Unobserved("HTTP 502"), POLICY, REPORTS, TODAY)

    assert (fix.is_needed, "HTTP 502" in fix.refused[0]) == (False, True)


def test_recommendations_are_left_alone():
    policy = replace(POLICY, demands={Setting.LINEAR_HISTORY: Demand.RECOMMENDED})

    assert not plan_fix(NONE, policy, REPORTS, TODAY).is_needed
