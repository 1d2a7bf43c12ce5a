"""Reports of shares: whether they make the whole."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import START
from verifier.decide.drift.audit_report import Audited, merged, report_of


def share(number, repository, many=3, owner="acme", basis="p1", hours=0):
    started_at = START + timedelta(hours=hours)
    name = f"{owner} {number}/{many}" if number else ""
    return Audited((), (repository,), (), name, basis, started_at)


def written(text):
    return replace(share(2, "a"), share=text)


@pytest.mark.parametrize(
    ("shares", "missing"),
    [
        pytest.param([share(1, "a"), share(2, "b"), share(3, "c")], [], id="all"),
        pytest.param([share(3, "c"), share(1, "a")], ["share acme 2/3"], id="one-is-lost"),
        pytest.param([share(2, "b")], ["share acme 1/3", "share acme 3/3"], id="two-are-lost"),
        pytest.param([share(0, "a"), share(0, "b")], [], id="single-audits"),
        pytest.param([share(1, "a", 2), share(2, "b", 2, hours=5)], [], id="hours-apart"),
    ],
)
def test_what_is_missing_is_told(shares, missing):
    found = merged(shares)

    assert [(row.setting, row.severity) for row in found.drift] == [
        (setting, "inconclusive") for setting in missing
    ]
    assert len(found.repositories) == len(shares)


@pytest.mark.parametrize(
    ("shares", "why"),
    [
        pytest.param([share(1, "a"), share(1, "b")], "share acme 1/3 is there twice", id="twice"),
        pytest.param([share(1, "a"), share(2, "b", 4)], "of different audits", id="other-split"),
        pytest.param(
            [share(1, "a"), share(2, "b", owner="evil")], "of different audits", id="other-owner"
        ),
        pytest.param(
            [share(1, "a", 2), share(2, "b", 2, basis="p2")],
            "different configurations",
            id="other-policy",
        ),
        pytest.param(
            [share(1, "a", 2), share(2, "b", 2, basis="")],
            "different configurations",
            id="of-an-older-version",
        ),
        pytest.param(
            [share(1, "a", 2), share(2, "b", 2, hours=24 * 60)], "one was made on", id="months-ago"
        ),
        pytest.param([share(1, "a"), share(0, "b")], "others of no share", id="one-of-no-share"),
        pytest.param([share(0, "a"), share(0, "a")], "more than one", id="one-repository-twice"),
        *(
            pytest.param([written(text), share(1, "b")], "is none that an audit", id=text)
            for text in (
                "acme 2/999999999",
                "acme 2/257",
                "acme 0/3",
                "acme 4/3",
                "acme -1/3",
                "acme ²/3",
                "acme 02/3",
                "acme x",
                "acme",
                " 2/3",
                "acme 2/3 ",
                "acme 2/3\n",
            )
        ),
    ],
)
def test_what_does_not_belong_together_is_refused(shares, why):
    with pytest.raises(ValueError, match=why):
        merged(shares)


def ended(why="GitHub's API rejected this token"):
    return Audited((), (), why_ended=why)


@pytest.mark.parametrize(
    ("shares", "rows"),
    [
        pytest.param([share(0, "a"), ended()], ["report"], id="beside-a-single-audit"),
        pytest.param([share(1, "a", 2), ended()], ["report", "share acme 2/2"], id="of-a-share"),
        pytest.param([ended("no"), ended("not")], ["report", "report"], id="alone"),
    ],
)
def test_an_audit_that_ended_before_it_read_anything_is_told(shares, rows):
    found = merged(shares)

    assert sorted(row.setting for row in found.drift) == rows
    assert {row.severity for row in found.drift} == {"inconclusive"}
    assert report_of(found, START, START).reason.startswith("report: ended before it read")
    told = [row.actual for row in found.drift if row.setting == "report"]
    assert told == [f"ended before it read anything: {s.why_ended}" for s in shares if s.why_ended]
