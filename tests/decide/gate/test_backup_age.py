"""What a restored database would lose: what is told of its backups before a deploy."""

from datetime import timedelta

import pytest

from tests.builders import START
from verifier.decide.gate.backup_age import BACKUP, check_backups
from verifier.model.backups import Backups
from verifier.model.finding import Unobserved


def ago(**age):
    return START - timedelta(**age)


@pytest.mark.parametrize(
    ("backups", "outcome", "told"),
    [
        pytest.param(Backups(ago(hours=5)), "pass", "last backup is 5 h old", id="daily"),
        pytest.param(Backups(ago(hours=26)), "pass", "last backup is 26 h old", id="just-a-day"),
        pytest.param(Backups(ago(hours=27)), "warn", "last backup is 27 h old", id="a-day-missed"),
        pytest.param(Backups(ago(days=9)), "warn", "last backup is 216 h old", id="long-gone"),
        pytest.param(Backups(), "warn", "Supabase has no backup of the database", id="none"),
        pytest.param(
            Backups(ago(days=3), (ago(days=7), ago(minutes=2))),
            "pass",
            "to any moment up to 2 min ago",
            id="any-moment",
        ),
        pytest.param(
            Backups(ago(hours=3), (ago(days=9), ago(days=2))),
            "pass",
            "last backup is 3 h old",
            id="the-newer-of-both",
        ),
        pytest.param(
            Backups(None, (ago(days=9), ago(days=2))),
            "warn",
            "to any moment up to 48 h ago",
            id="the-log-stands-still",
        ),
        pytest.param(Backups(ago(minutes=-3)), "pass", "is 0 min old", id="clocks-differ"),
        pytest.param(Unobserved("HTTP 502", "later"), "warn", "HTTP 502", id="unread"),
    ],
)
def test_what_is_told(backups, outcome, told):
    finding = check_backups(backups, START)

    assert (finding.check, finding.outcome) == (BACKUP, outcome)
    assert told in finding.summary
    assert bool(finding.hint) == (outcome == "warn")
