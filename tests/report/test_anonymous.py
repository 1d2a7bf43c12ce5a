"""A report that can be shown in public still tells what happened, and not to whom."""

from dataclasses import replace

import pytest

from tests.report.every_field import filled
from tests.report.situations import ALL, BAD, ROLLED_BACK
from tests.report.test_surfaces import audit_report, report
from verifier.model.background import Background
from verifier.model.report import Report
from verifier.report import json_report
from verifier.report.anonymous import anonymised

TELLING = (
    "julia-api: https://shop.acme.test/health of shop.up.railway.app (10.1.2.3) said "
    f"ana@acme.test; deployment 3f2a9c1e-0000-4000-8000-000000000001, commit {BAD} ({BAD[:8]})"
)
THEIRS = (
    "julia",
    "acme",
    "ana@",
    "Ana",
    "Bia",
    "railway.app",
    "10.1.2.3",
    "3f2a9c1e",
    BAD[:8],
    "Send campaigns",
    "STRIPE",
    "secret line",
    "github.test",
)
GIVEN = replace(
    ROLLED_BACK,
    environment="acme / production",
    reason=TELLING,
    advice=(TELLING,),
    background=(Background("julia-api", ("secret line",), ("STRIPE_KEY",), ("abc1234 by Ana",)),),
)


def test_nothing_tells_whose_it_is():
    text = json_report.render(anonymised(GIVEN))

    assert [word for word in THEIRS if word in text] == []


def test_it_can_still_be_followed():
    shown = anonymised(GIVEN)

    assert shown.reason.startswith("service-1: https://host-")
    assert [s.name for s in shown.services] == ["service-1", "service-2", "service-3"]
    assert shown.commit[:8] in shown.reason
    assert len({s.judged.commit for s in shown.services}) == 1
    assert shown.environment == "project / production"


@pytest.mark.parametrize(
    "given", [*ALL.values(), GIVEN, filled(Report), audit_report("weak"), report(findings=())]
)
def test_what_was_found_stays(given):
    shown = anonymised(given)

    kept = ("command", "verdict", "exit_code", "started_at", "ended_at", "recovered_in_s")
    assert [getattr(shown, k) for k in kept] == [getattr(given, k) for k in kept]
    assert [(f.outcome, f.evidence) for f in shown.findings if not f.evidence] == [
        (f.outcome, f.evidence) for f in given.findings if not f.evidence
    ]
    assert [e.event for e in shown.timeline] == [e.event for e in given.timeline]
    assert anonymised(shown).verdict == given.verdict


def test_a_service_called_like_a_word_of_ours_changes_none_of_ours():
    given = report(services=tuple(replace(s, name="failed") for s in ROLLED_BACK.services[:1]))

    assert anonymised(given).verdict == "failed"
