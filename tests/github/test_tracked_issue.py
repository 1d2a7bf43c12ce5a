"""The one issue of an audit over several audits: what is kept, and what a person closed."""

from zlib import crc32

import pytest

from verifier.errors import AbsentError
from verifier.github.issue_text import FORMER_MARK, AuditNews, AuditSubject, DriftSight
from verifier.github.tracked_issue import IssueChange, track

SUBJECT = AuditSubject(".github/verifier.yml", ("main",), ("acme/shop",))
BOT = {"type": "Bot", "login": "github-actions[bot]"}


class Issues:
    """GitHub's issues and labels, all of a workflow's own bot."""

    def __init__(self):
        self.all = []
        self.labels = {}

    def get(self, path, permission):
        name = path.removeprefix("/labels/")
        if name not in self.labels:
            raise AbsentError("could not read the label", "Not Found")
        return self.labels[name]

    def pages(self, path, permission, **query):
        return iter(self.all)

    def change(self, verb, path, permission, wanted):
        assert len(wanted.get("description", "")) <= 100
        if path.startswith("/labels"):
            self.labels.setdefault("railway-drift", {}).update(wanted)
            return self.labels["railway-drift"]
        if verb == "POST":
            self.all.append({**wanted, "user": BOT, "state": "open", "number": len(self.all) + 1})
            return self.all[-1]
        issue = self.all[int(path.rpartition("/")[2]) - 1]
        issue.update(wanted)
        return issue


@pytest.fixture
def issues():
    return Issues()


def told(seen, *rows, marks=None, not_asked=()):
    table = ["| | what |", "|---|---|", *(f"| x | {row} |" for row in rows)]
    body = "\n".join(table) if rows else ""
    kept = [row for row in rows if ": HTTP" not in row]
    known = marks or {f"{crc32(row.encode()):08x}:{row.split()[0]}" for row in kept}
    return AuditNews("Drift", body, frozenset(known), seen, frozenset(not_asked))


def changes(issues, *audits, subject=SUBJECT):
    return [track(issues, subject, audit).change for audit in audits]


def play(issues, audits):
    found = []
    for audit in audits:
        if audit is CLOSED:
            issues.all[0]["state"] = "closed"
        else:
            found += changes(issues, audit)
    return found


OFF = told(DriftSight.DRIFT, "force pushes")
REWORDED = told(DriftSight.DRIFT, "force pushes, today", marks=OFF.marks)
MORE = told(DriftSight.DRIFT, "force pushes", "deletions")
OTHER_PART = told(DriftSight.PART, "deletions", "secrets: HTTP 403")
GOOD = told(DriftSight.NO_DRIFT)
LESS_SEEN = told(DriftSight.PART, "deletions", "rulesets: HTTP 403")
SERVICES = told(DriftSight.DRIFT, "service api", "deletions")
WITHOUT_RAILWAY = told(DriftSight.NO_DRIFT, not_asked=["service"])
OF_GITHUB_ALONE = told(DriftSight.DRIFT, "deletions", not_asked=["service"])
BLIND = told(DriftSight.NOT_ALL, "rulesets: HTTP 403")
CLOSED = "a person closes it"
NOT_YET = IssueChange.NOT_YET.value


@pytest.mark.parametrize(
    ("audits", "done"),
    [
        pytest.param([GOOD], ["not needed"], id="never-needed"),
        pytest.param([OFF, OFF, MORE], ["opened", "unchanged", "updated"], id="kept-up-to-date"),
        pytest.param([OFF, GOOD, GOOD], ["opened", "closed", "unchanged"], id="gone"),
        pytest.param([OFF, GOOD, OFF], ["opened", "closed", "reopened"], id="back-again"),
        pytest.param([OFF, CLOSED, OFF], ["opened", "unchanged"], id="closed-stays-closed"),
        pytest.param([OFF, CLOSED, REWORDED], ["opened", "unchanged"], id="other-words"),
        pytest.param([OFF, CLOSED, MORE], ["opened", "reopened"], id="until-it-changes"),
        pytest.param([OFF, CLOSED, BLIND, OFF], ["opened", "unchanged", "unchanged"], id="blind"),
        pytest.param(
            [OFF, CLOSED, GOOD, OFF], ["opened", "unchanged", "reopened"], id="gone-since"
        ),
        pytest.param([BLIND, GOOD], [NOT_YET, "not needed"], id="missed-once"),
        pytest.param([BLIND, BLIND, GOOD], [NOT_YET, "opened", "closed"], id="missed-twice"),
        pytest.param([BLIND, GOOD, BLIND], [NOT_YET, "not needed", NOT_YET], id="not-in-a-row"),
        pytest.param([BLIND, OFF, BLIND], [NOT_YET, "opened", "updated"], id="seen-between"),
        pytest.param([OFF, BLIND, BLIND], ["opened", "updated", "unchanged"], id="blind-later"),
        pytest.param([OFF, BLIND, GOOD], ["opened", "updated", "closed"], id="blind-and-good"),
        pytest.param([MORE, CLOSED, LESS_SEEN], ["opened", "unchanged"], id="closed-and-less-seen"),
        pytest.param([OFF, CLOSED, LESS_SEEN], ["opened", "reopened"], id="closed-and-new-drift"),
        pytest.param(
            [MORE, LESS_SEEN, CLOSED, MORE],
            ["opened", "updated", "unchanged"],
            id="closed-and-seen-again",
        ),
        pytest.param([SERVICES, WITHOUT_RAILWAY], ["opened", "unchanged"], id="not-looked-for"),
        pytest.param(
            [SERVICES, CLOSED, OF_GITHUB_ALONE, WITHOUT_RAILWAY],
            ["opened", "unchanged", "unchanged"],
            id="closed-and-not-looked-for",
        ),
        pytest.param(
            [SERVICES, GOOD, WITHOUT_RAILWAY], ["opened", "closed", "unchanged"], id="gone-before"
        ),
        pytest.param([OFF, OTHER_PART, OTHER_PART], ["opened", "updated", "unchanged"], id="part"),
        pytest.param([OFF, GOOD, BLIND], ["opened", "closed", NOT_YET], id="gone-then-blind"),
        pytest.param(
            [OFF, GOOD, BLIND, BLIND, BLIND],
            ["opened", "closed", NOT_YET, "reopened", "unchanged"],
            id="gone-then-blind-twice",
        ),
        pytest.param(
            [OFF, GOOD, BLIND, GOOD, BLIND],
            ["opened", "closed", NOT_YET, "unchanged", NOT_YET],
            id="gone-then-blind-not-in-a-row",
        ),
        pytest.param(
            [BLIND, OFF, GOOD, BLIND],
            [NOT_YET, "opened", "closed", NOT_YET],
            id="blind-long-before-it-was-gone",
        ),
        pytest.param(
            [OFF, CLOSED, GOOD, BLIND, OFF],
            ["opened", "unchanged", NOT_YET, "reopened"],
            id="closed-and-gone-then-blind",
        ),
    ],
)
def test_audits_one_after_another(issues, audits, done):
    assert play(issues, audits) == done
    assert len(issues.all) <= 1


@pytest.mark.parametrize(
    ("audits", "kept", "gone"),
    [
        pytest.param([OFF, BLIND], ["force pushes", "rulesets"], [], id="blind"),
        pytest.param([OFF, OTHER_PART], ["force pushes", "deletions"], [], id="part"),
        pytest.param(
            [OFF, OTHER_PART, BLIND], ["force pushes", "deletions", "rulesets"], [], id="both"
        ),
        pytest.param(
            [MORE, OTHER_PART, told(DriftSight.PART, "secrets")],
            ["force pushes", "deletions"],
            [],
            id="part-after-part",
        ),
        pytest.param([SERVICES, OF_GITHUB_ALONE], ["service api"], [], id="not-looked-for"),
        pytest.param([OTHER_PART, OFF], ["force pushes"], ["deletions"], id="whole-again"),
        pytest.param([OFF, BLIND, MORE], ["deletions"], ["rulesets"], id="seen-again"),
        pytest.param([OFF, CLOSED, OTHER_PART], ["force pushes", "deletions"], [], id="closed"),
        pytest.param(
            [OFF, CLOSED, GOOD, OTHER_PART], ["deletions"], ["force pushes"], id="closed-and-gone"
        ),
    ],
)
def test_what_was_not_seen_erases_nothing(issues, audits, kept, gone):
    play(issues, audits)

    text = issues.all[0]["body"]
    assert [word for word in kept if text.count(f"| {word}") != 1] == []
    assert [word for word in gone if word in text] == []


@pytest.mark.parametrize(
    "other",
    [
        AuditSubject("staging.yml", ("main",), ("acme/shop",)),
        AuditSubject(".github/verifier.yml", ("release/*",), ("acme/shop",)),
        AuditSubject(".github/verifier.yml", ("main",), ("acme 2/4",)),
    ],
    ids=["configuration", "branch", "owner"],
)
def test_another_audit_has_an_issue_of_its_own(issues, other):
    changes(issues, OFF)

    assert changes(issues, MORE, GOOD, subject=other) == ["opened", "closed"]
    assert changes(issues, OFF) == ["unchanged"]
    assert [issue["state"] for issue in issues.all] == ["open", "closed"]


def test_an_issue_of_an_earlier_version_is_taken_over_once(issues):
    issues.all.append(
        {"number": 1, "state": "open", "user": BOT, "body": f"{OFF.body}\n\n{FORMER_MARK}\n"}
    )

    assert changes(issues, OFF, OFF) == ["updated", "unchanged"]
    assert changes(issues, OFF, subject=AuditSubject("b.yml", ("main",), ("acme/shop",))) == [
        "opened"
    ]


@pytest.mark.parametrize("mark", [SUBJECT.mark, FORMER_MARK], ids=["ours", "former"])
def test_an_issue_that_a_stranger_wrote_is_not_taken(issues, mark):
    stranger = {"user": {"type": "User"}, "author_association": "NONE"}
    issues.all.append({"number": 1, "state": "closed", "body": mark, **stranger})

    assert changes(issues, OFF) == ["opened"]
    assert issues.all[0]["body"] == mark


def test_a_text_without_end_is_cut(issues):
    rows = [f"row {number} {'x' * 90}" for number in range(1000)]

    changes(
        issues, told(DriftSight.DRIFT, *rows), told(DriftSight.PART, *rows[500:]), BLIND, GOOD, GOOD
    )

    assert [len(issue["body"]) < 65_536 for issue in issues.all] == [True]
    assert changes(issues, OFF) == ["reopened"]
