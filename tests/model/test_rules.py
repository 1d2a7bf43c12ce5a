"""Rules that several rooms follow, each in one table."""

from pathlib import Path

import pytest

import verifier
from verifier.model.check_ids import may_be_waived
from verifier.model.http_status import Meaning, meaning_of
from verifier.model.phrases import first_of
from verifier.model.report import RestoreOutcome

PACKAGE = Path(verifier.__file__).parent


@pytest.mark.parametrize(
    ("codes", "meaning"),
    [
        ((200, 204, 299), Meaning.SUCCESS),
        ((301, 307), Meaning.REDIRECT),
        ((401, 403, 407), Meaning.DENIED),
        ((404,), Meaning.ABSENT),
        ((408, 425, 429), Meaning.NOT_NOW),
        ((400, 405, 410, 422), Meaning.REJECTED),
        ((500, 502, 503, 504, 599, 0, 999), Meaning.BROKEN),
    ],
)
def test_an_http_code_has_one_meaning(codes, meaning):
    assert {meaning_of(code) for code in codes} == {meaning}


@pytest.mark.parametrize(
    ("texts", "told"),
    [((), ""), (("a",), "a"), (("a", "b"), "a; b"), (("a", "b", "c", "d"), "a; b (and 2 more)")],
)
def test_a_list_is_shortened(texts, told):
    assert first_of(texts, 2) == told


@pytest.mark.parametrize(
    ("outcome", "is_back", "may_be_made", "was_tried"),
    [
        (RestoreOutcome.PLANNED, False, False, False),
        (RestoreOutcome.RESTORED, True, True, True),
        (RestoreOutcome.ADOPTED, True, True, True),
        (RestoreOutcome.REFUSED, False, False, True),
        (RestoreOutcome.NOT_SENT, False, False, True),
        (RestoreOutcome.UNKNOWN, False, True, True),
    ],
)
def test_a_rollback_was_made(outcome, is_back, may_be_made, was_tried):
    assert (outcome.is_back, outcome.may_be_made, outcome.was_tried) == (
        is_back,
        may_be_made,
        was_tried,
    )


@pytest.mark.parametrize("check", ["guards.app_env", "deployment.status", "railway.answers"])
def test_what_is_never_known_to_be_wrong_is_not_waived(check):
    assert not may_be_waived(check)
    assert may_be_waived("migrations.order")
