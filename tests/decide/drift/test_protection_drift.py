"""A policy against what was seen: what is hidden is neither on nor off."""

from dataclasses import replace
from datetime import date

import pytest

from verifier.config.protection_section import ProtectionSection
from verifier.decide.drift.protection_drift import protection_drift
from verifier.model.bypass import CLASSIC_ADMINISTRATORS, Bypass
from verifier.model.finding import Unobserved
from verifier.model.protection import Protection, ProtectionSource, RequiredCheck, Setting

POLICY = ProtectionSection.model_validate(
    {
        "checks": ["Test"],
        "settings": {
            "approvals": "ignored",
            "no-deletion": "ignored",
            "linear-history": "ignored",
            "up-to-date": "ignored",
            "no-force-push": "ignored",
        },
    }
).policy("acme/shop", "main")
HIDDEN = ("classic branch protection needs a token with Administration: read",)
REVIEWED = ProtectionSource(
    "ruleset",
    {Setting.PULL_REQUEST: 1, Setting.CHECKS: 1},
    frozenset({RequiredCheck("Test")}),
)
LOCKED = replace(REVIEWED, levels={**REVIEWED.levels, Setting.LOCK: 1})
FREE = ProtectionSource(
    "classic", REVIEWED.levels, REVIEWED.checks, (Bypass(CLASSIC_ADMINISTRATORS),)
)


@pytest.mark.parametrize(
    ("protection", "told"),
    [
        pytest.param(Protection((REVIEWED,)), {}, id="as-it-should-be"),
        pytest.param(Protection((REVIEWED,), HIDDEN), {}, id="seen-to-be-on-whatever-is-hidden"),
        pytest.param(
            Protection(()), {"pull-request": "fail", "checks: Test": "fail"}, id="seen-to-be-off"
        ),
        pytest.param(
            Protection((), HIDDEN),
            {"pull-request": "inconclusive", "checks: Test": "inconclusive"},
            id="hidden",
        ),
        pytest.param(Protection((FREE,)), {"no-bypass": "fail"}, id="bypassed"),
        pytest.param(Protection((FREE, REVIEWED)), {}, id="bypassed-in-one-of-two"),
        pytest.param(Protection((LOCKED,)), {"lock": "warn"}, id="nobody-can-merge"),
        pytest.param(Unobserved("HTTP 502"), {"protection": "inconclusive"}, id="not-read"),
    ],
)
def test_what_is_told(protection, told):
    assert {
        d.setting: d.severity for d in protection_drift(protection, POLICY, date(2026, 1, 31))
    } == told


@pytest.mark.parametrize(
    ("checks", "hidden", "severity"),
    [
        pytest.param(["Test"], (), "fail", id="with-a-check"),
        pytest.param([], (), "warn", id="no-check-to-be-up-to-date-for"),
        pytest.param([], HIDDEN, "inconclusive", id="hidden"),
    ],
)
def test_up_to_date_takes_a_required_check(checks, hidden, severity):
    policy = ProtectionSection(checks=tuple(checks)).policy("acme/shop", "main")
    off = Protection((ProtectionSource("ruleset", {}, frozenset()),), hidden)

    rows = protection_drift(off, policy, date(2026, 1, 31))

    assert [str(row.severity) for row in rows if row.setting == "up-to-date"] == [severity]


@pytest.mark.parametrize("setting", [Setting.UP_TO_DATE, Setting.MERGE_QUEUE])
@pytest.mark.parametrize(
    ("levels", "unread", "severities"),
    [
        pytest.param({}, None, ["fail"], id="no-queue"),
        pytest.param({}, Unobserved("HTTP 502"), ["inconclusive"], id="queue-not-read"),
        pytest.param({Setting.MERGE_QUEUE: 1}, None, [], id="queue"),
    ],
)
def test_what_a_merge_queue_does_is_not_off_where_none_was_read(
    setting, levels, unread, severities
):
    policy = ProtectionSection.model_validate(
        {"checks": ["Test"], "settings": {setting: "required"}}
    ).policy("acme/shop", "main")
    classic = ProtectionSource("classic branch protection", levels, hidden_queue=unread)

    rows = list(protection_drift(Protection((classic,)), policy, date(2026, 1, 31)))

    assert [str(row.severity) for row in rows if row.setting == setting] == severities
    assert all("HTTP 502" in row.actual for row in rows if row.severity == "inconclusive")


def test_a_branch_that_is_to_be_locked_is_told_of_nothing():
    section = ProtectionSection.model_validate(
        {"checks": ["Test"], "settings": {"lock": "required"}}
    )
    policy = section.policy("acme/shop", "main")

    rows = protection_drift(Protection((LOCKED,)), policy, date(2026, 1, 31))

    assert [row for row in rows if row.setting == "lock"] == []
