"""What a branch newly writes beside the expected version that is compared."""

import pytest

from tests.builders import ledger
from verifier.checks.branch_version import check_alike
from verifier.model.finding import Outcome, Unobserved
from verifier.model.migration_ledger import ExpectedVersion, VersionSetting

OLD, NEW = "20251231211500", "20260115090000"
EXPECTED = ExpectedVersion(OLD, "app/constants.py", 3)
RENAMED = VersionSetting(NEW, "app/v.py", 7, f'SCHEMA_REV = "{NEW}"')


def told(alike=(RENAMED,), has=OLD, expected=EXPECTED, known=()):
    reading = ledger(has)
    return list(check_alike(expected, alike, reading, known))


def test_a_later_version_under_another_name_is_told_with_both_places():
    (finding,) = told()

    assert finding.outcome is Outcome.WARN
    assert all(word in finding.summary for word in (NEW, OLD, "app/v.py", "app/constants.py"))
    assert (finding.file, finding.line) == ("app/v.py", 7)
    assert "ledger.expected" in finding.hint


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"has": NEW}, id="production-has-it"),
        pytest.param({"known": {("app/v.py", 7)}}, id="told-already"),
        pytest.param({"expected": Unobserved("no file")}, id="nothing-is-compared"),
        pytest.param({"alike": Unobserved("no commit")}, id="unread"),
    ],
)
def test_what_needs_no_word_gets_none(given):
    assert told(**given) == []
