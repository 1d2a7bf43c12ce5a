"""What a stranger writes with our hidden mark is none of ours: it is left alone and told."""

import pytest

from tests.github.answers import Answers
from verifier.github.messages import keep_comment
from verifier.github.tracked_issue import LABEL, MARKER, IssueChange, Seen, track

BOT = {"user": {"login": "github-actions[bot]", "type": "Bot"}, "author_association": "NONE"}
STRANGER = {"user": {"login": "mallory", "type": "User"}, "author_association": "NONE"}
ONCE = {**STRANGER, "author_association": "CONTRIBUTOR"}
COLLABORATOR = {**STRANGER, "author_association": "COLLABORATOR"}
MARK = "<!-- railway-deploy-verifier:gate -->"


@pytest.fixture
def github():
    github = Answers("acme/shop")
    yield github
    assert github.waiting == []


@pytest.mark.parametrize("author", [STRANGER, ONCE, {}], ids=["stranger", "contributor", "nobody"])
def test_a_comment_of_a_stranger_is_left_alone_and_told(github, author):
    github.get("/issues/7/comments", json=[{"id": 1, "body": f"all good {MARK}", **author}])
    github.post("/issues/7/comments", json={"id": 2})

    assert keep_comment(github.api(), 7, "gate", "bad") == 1


@pytest.mark.parametrize("author", [BOT, COLLABORATOR], ids=["bot", "collaborator"])
def test_our_own_comment_is_kept_up_to_date(github, author):
    mine = {"id": 2, "body": f"old {MARK}", **author}
    github.get("/issues/7/comments", json=[{"id": 1, "body": MARK, **STRANGER}, mine])
    github.on("PATCH", "/issues/comments/2", json={"id": 2})

    assert keep_comment(github.api(), 7, "gate", "bad") == 1


def test_an_issue_of_a_stranger_is_not_the_tracked_one(github):
    forged = {"number": 1, "state": "closed", "title": "x", "body": MARKER, **STRANGER}
    ours = {"number": 9, "state": "open", "title": "x", "body": MARKER, **BOT}
    for found in ([], [forged], [ours]):  # by the label, among the latest, and after opening
        github.get("/issues", json=found)
    github.post("/issues", json=ours)

    tracked = track(github.api(), "x", "drift", Seen.DRIFT)

    assert (tracked.change, tracked.number) == (IssueChange.OPENED, 9)
    assert github.sent()[0]["labels"] == [LABEL]
