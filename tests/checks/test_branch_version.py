"""What a branch newly writes beside the expected version that is compared."""

import pytest

from tests.builders import ledger
from verifier.checks.branch_version import check_alike, steps_of
from verifier.model.check_ids import EXPECTED_VERSION, PENDING
from verifier.model.finding import Finding, Outcome, Unobserved
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


def test_one_migration_is_one_step_however_it_was_noticed():
    pending = Finding(PENDING, Outcome.FAIL, "5 is missing", hint="apply it with: push")
    version = Finding(
        EXPECTED_VERSION,
        Outcome.FAIL,
        "the code expects 5",
        hint="apply the migration that brings ledger to 5 in production, then run this again",
    )

    assert steps_of((version, pending), ["5"]) == ("Apply it with: push.",)
    assert len(steps_of((version, pending), ["15"])) == 2
    assert len(steps_of((version,), ["5"])) == 1
