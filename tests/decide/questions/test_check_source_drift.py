"""A required check that anybody who can write may report."""

from datetime import UTC, datetime

import pytest

from verifier.decide.questions.check_source_drift import check_source_drift
from verifier.model.finding import Unobserved
from verifier.model.merging import ACTIONS_APP, ReportedCheck
from verifier.model.protection import RequiredCheck

AT = datetime(2026, 1, 20, tzinfo=UTC)
JOB = ReportedCheck("ci / t", ACTIONS_APP, is_job=True, seen_at=AT)
STATUS = ReportedCheck("ci / t", seen_at=AT)
UNSEEN = Unobserved("HTTP 403")


@pytest.mark.parametrize(
    ("heads", "words"),
    [
        pytest.param(
            [[ReportedCheck("ci / t", 254)]], "seen lately: ci / t by app 254", id="an-app"
        ),
        pytest.param([[], [ReportedCheck("ci / t", 254)]], "ci / t by app 254", id="a-while-ago"),
        pytest.param([[JOB]], "such as GitHub Actions", id="a-job"),
        pytest.param([[STATUS]], "such as GitHub Actions", id="a-status"),
        pytest.param([[ReportedCheck("other", 254)]], "such as GitHub Actions", id="another-check"),
        pytest.param(UNSEEN, "such as GitHub Actions", id="not-read"),
    ],
)
def test_the_source_to_choose_is_the_app_that_was_seen_to_report_the_check(heads, words):
    seen = heads if isinstance(heads, Unobserved) else tuple(frozenset(head) for head in heads)

    (row,) = check_source_drift({RequiredCheck("ci / t")}, seen)

    assert words in row.hint


@pytest.mark.parametrize(
    ("required", "is_told"),
    [
        pytest.param({RequiredCheck("ci / t", 254)}, False, id="of-one-app"),
        pytest.param(
            {RequiredCheck("ci / t", 254), RequiredCheck("ci / t")}, False, id="of-one-in-a-source"
        ),
        pytest.param(set(), False, id="none"),
        pytest.param({RequiredCheck("ci / t")}, True, id="of-any"),
    ],
)
def test_only_a_check_of_any_source_is_told(required, is_told):
    assert [row.kind for row in check_source_drift(required, ())] == ["check-source"] * is_told
