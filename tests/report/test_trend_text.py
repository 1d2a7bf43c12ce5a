"""How drift went over several audits, as it is printed."""

from dataclasses import replace
from datetime import timedelta

from tests.builders import START
from tests.report.test_surfaces import audit_report
from verifier.commands.audit_questions import KINDS
from verifier.decide.drift.changes import BULK
from verifier.decide.drift.trend import trend_of
from verifier.model.finding import Finding, Outcome
from verifier.model.protection import Drift
from verifier.report.trend_text import trend_lines


def audit(day, *settings, bulk=False):
    drift = tuple(Drift(s, "on", "off", "x", Outcome.FAIL, repository="a/b") for s in settings)
    findings = (Finding(BULK, Outcome.SKIP, "not read"),) if bulk else ()
    ended = START + timedelta(days=day)
    return replace(
        audit_report("x"), drift=drift, audited=("a/b",), findings=findings, ended_at=ended
    )


def test_audits_are_told_in_order_with_what_came_and_what_was_seen_to_go():
    reports = [
        audit(2, "checks: A", bulk=True),
        audit(0, "approvals", "history: abc"),
        audit(1, "approvals", "history: abc", "checks: A"),
    ]

    lines = list(trend_lines(trend_of(reports, KINDS)))

    assert lines == [
        "ended                 repositories  critical  fail  inconclusive  warn  new  resolved",
        f"{START:%Y-%m-%d %H:%M} UTC             1         0     2             0     0    -         -",
        f"{START + timedelta(days=1):%Y-%m-%d %H:%M} UTC             1         0     3             "
        "0     0    1         0",
        f"{START + timedelta(days=2):%Y-%m-%d %H:%M} UTC             1         0     1             "
        "0     0    0         1",
    ]
