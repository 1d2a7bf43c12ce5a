"""Drift that is accepted until a day."""

from datetime import date

import pytest

from verifier.decide.drift.exemptions import exempt
from verifier.model.finding import Outcome
from verifier.model.protection import Drift, Exemption

ROW = Drift(
    "checks: Run Tests", "on", "off", "x", Outcome.FAIL, branch="main", repository="acme/shop"
)
LAST_DAY = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("changes", "today", "severity"),
    [
        pytest.param({}, LAST_DAY, "warn", id="on-its-last-day"),
        pytest.param({}, date(2026, 2, 1), "fail", id="the-day-after"),
        pytest.param({"setting": "checks: Run Tests"}, LAST_DAY, "warn", id="this-one"),
        pytest.param({"setting": "no-bypass"}, LAST_DAY, "fail", id="another-setting"),
        pytest.param({"repository": "acme/*"}, LAST_DAY, "warn", id="a-pattern"),
        pytest.param({"repository": "Acme/Shop"}, LAST_DAY, "warn", id="in-other-letters"),
        pytest.param({"branch": "Main"}, LAST_DAY, "fail", id="a-branch-in-other-letters"),
        pytest.param({"repository": "acme/docs"}, LAST_DAY, "fail", id="another-repository"),
        pytest.param({"branch": "release/*"}, LAST_DAY, "fail", id="another-branch"),
    ],
)
def test_an_exemption(changes, today, severity):
    exemption = Exemption(**{"setting": "checks", "reason": "r", "until": LAST_DAY, **changes})

    (row,) = exempt([ROW], [exemption], today)

    assert row.severity == severity


def test_what_was_not_seen_is_not_exempt():
    unseen = Drift("checks", "on", "?", "x", Outcome.INCONCLUSIVE)

    (row,) = exempt([unseen], [Exemption("checks", "r", LAST_DAY)], LAST_DAY)

    assert row.severity is Outcome.INCONCLUSIVE
