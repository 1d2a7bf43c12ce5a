"""What lies behind a failure is told once for all services that share it."""

import pytest

from tests.report.situations import BROKEN_BUILD, NAMES, situation
from verifier.model.background import Background
from verifier.model.finding import Finding, Outcome
from verifier.report import terminal
from verifier.report.behind import behind

LOG, COMMITS = ("ERROR no make",), ("c0ffee0 Send",)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param((), (), id="nothing"),
        pytest.param((Background("a"),), (), id="nothing-to-say"),
        pytest.param((Background("a", LOG),), (Background("a", LOG),), id="one"),
        pytest.param(
            tuple(Background(name, LOG, commits=COMMITS) for name in "abc"),
            (Background("a, b and c", LOG, commits=COMMITS),),
            id="all-alike",
        ),
        pytest.param(
            (Background("a", LOG, commits=COMMITS), Background("b", ("other",), commits=COMMITS)),
            (
                Background("a", LOG),
                Background("a and b", commits=COMMITS),
                Background("b", ("other",)),
            ),
            id="in-part",
        ),
    ],
)
def test_what_is_the_same_is_told_once(given, expected):
    assert behind(given) == expected


def test_a_build_that_failed_in_three_services_is_one_finding_and_one_log():
    hints = {name: f"read the build logs of {name} at Railway" for name in NAMES}
    given = situation(
        services=BROKEN_BUILD.services,
        findings=tuple(
            Finding("deployment.arrival", Outcome.FAIL, "the build failed", name, hint=hint)
            for name, hint in hints.items()
        ),
        background=tuple(Background(name, LOG, commits=COMMITS) for name in NAMES),
        advice=tuple(f"R{hint[1:]}." for hint in hints.values()),
    )
    shown = terminal.render(given)

    assert shown.count("the build failed") == shown.count(LOG[0]) == shown.count(COMMITS[0]) == 1
    assert "1. Read the build logs of julia-api, julia-worker and julia-scheduler" in shown
