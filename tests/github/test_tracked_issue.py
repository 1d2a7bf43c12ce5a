"""The one issue of an audit over several audits: what is kept, and what a person closed."""

import pytest

from verifier.github.tracked_issue import MARKER, IssueChange, Seen, track


class Issues:
    """GitHub's issues, all of a workflow's own bot."""

    def __init__(self):
        self.all = []

    def pages(self, path, permission, **query):
        return iter(self.all)

    def change(self, verb, path, permission, wanted):
        if verb == "POST":
            bot = {"user": {"type": "Bot"}, "state": "open", "number": len(self.all) + 1}
            self.all.append({**wanted, **bot})
            return self.all[-1]
        issue = self.all[int(path.rpartition("/")[2]) - 1]
        issue.update(wanted)
        return issue


@pytest.fixture
def issues():
    return Issues()


def changes(issues, *audits):
    return [track(issues, "Drift", body, seen).change for body, seen in audits]


OFF = ("force pushes are on", Seen.DRIFT)
MORE = ("force pushes and deletions are on", Seen.DRIFT)
GOOD = ("", Seen.NO_DRIFT)
BLIND = ("rulesets: HTTP 403", Seen.NOT_ALL)
CLOSED = "a person closes it"


@pytest.mark.parametrize(
    ("audits", "told"),
    [
        pytest.param([GOOD], ["not needed"], id="never-needed"),
        pytest.param([OFF, OFF, MORE], ["opened", "unchanged", "updated"], id="kept-up-to-date"),
        pytest.param([OFF, GOOD, GOOD], ["opened", "closed", "unchanged"], id="gone"),
        pytest.param([OFF, GOOD, OFF], ["opened", "closed", "reopened"], id="back-again"),
        pytest.param([OFF, CLOSED, OFF], ["opened", "unchanged"], id="closed-stays-closed"),
        pytest.param([OFF, CLOSED, MORE], ["opened", "reopened"], id="until-it-changes"),
        pytest.param([OFF, CLOSED, BLIND, OFF], ["opened", "unchanged", "unchanged"], id="blind"),
        pytest.param(
            [OFF, CLOSED, GOOD, OFF], ["opened", "unchanged", "reopened"], id="gone-since"
        ),
        pytest.param([BLIND, BLIND, GOOD], ["opened", "unchanged", "closed"], id="not-seen"),
        pytest.param([OFF, BLIND, BLIND], ["opened", "updated", "unchanged"], id="blind-later"),
        pytest.param([OFF, BLIND, GOOD], ["opened", "updated", "closed"], id="blind-and-good"),
        pytest.param([BLIND, OFF, BLIND], ["opened", "updated", "updated"], id="seen-between"),
    ],
)
def test_audits_one_after_another(issues, audits, told):
    found = []
    for audit in audits:
        if audit is CLOSED:
            issues.all[0]["state"] = "closed"
        else:
            found += changes(issues, audit)

    assert found == told
    assert len(issues.all) <= 1


def test_what_was_not_seen_erases_nothing(issues):
    changes(issues, OFF, BLIND)

    known, _, blind = issues.all[0]["body"].partition(MARKER)
    assert (OFF[0] in known, BLIND[0] in blind) == (True, True)


def test_what_is_seen_again_stands_alone(issues):
    changes(issues, OFF, BLIND, MORE)

    assert issues.all[0]["body"] == f"{MORE[0]}\n\n{MARKER}\n"


def test_a_text_without_end_is_cut(issues):
    long = ("x" * 100_000, Seen.DRIFT)

    assert changes(issues, long, ("y" * 100_000, Seen.NOT_ALL)) == [
        IssueChange.OPENED,
        IssueChange.UPDATED,
    ]
    assert len(issues.all[0]["body"]) < 65_536
