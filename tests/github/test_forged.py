"""What a stranger writes with our hidden mark is none of ours: it is left alone and told."""

import pytest

from tests.github.answers import Answers
from verifier.errors import UnexpectedAnswerError
from verifier.github.authors import Authors
from verifier.github.issue_text import AuditNews, AuditSubject, DriftSight
from verifier.github.memory import GitHubMemory
from verifier.github.messages import keep_comment
from verifier.github.tracked_issue import LABEL, IssueChange, track

BOT = {"user": {"login": "github-actions[bot]", "type": "Bot"}, "author_association": "NONE"}
STRANGER = {"user": {"login": "mallory", "type": "User"}, "author_association": "NONE"}
OTHER_APP = {"user": {"login": "translator[bot]", "type": "Bot"}, "author_association": "NONE"}
OUR_APP = {"user": {"login": "our-app[bot]", "type": "Bot"}, "author_association": "NONE"}
POSING = {"user": {"login": "github-actions[bot]", "type": "User"}, "author_association": "NONE"}
ONCE = {**STRANGER, "author_association": "CONTRIBUTOR"}
COLLABORATOR = {**STRANGER, "author_association": "COLLABORATOR"}
MEMBER = {**STRANGER, "author_association": "MEMBER"}
OWNER = {**STRANGER, "author_association": "OWNER"}
ASKED = "/collaborators/mallory/permission"
MARK = "<!-- railway-deploy-verifier:gate -->"
SUBJECT = AuditSubject("", ("",), ("acme/shop",))


@pytest.fixture
def github():
    github = Answers("acme/shop")
    yield github
    assert github.waiting == []


@pytest.mark.parametrize(
    "author",
    [STRANGER, ONCE, POSING, OTHER_APP, {}],
    ids=["stranger", "contributor", "posing", "other-app", "nobody"],
)
def test_a_comment_of_a_stranger_is_left_alone_and_told(github, author):
    if author is OTHER_APP:
        github.graphql({"viewer": {"login": "our-app[bot]"}})
    github.get("/issues/7/comments", json=[{"id": 1, "body": f"all good {MARK}", **author}])
    github.post("/issues/7/comments", json={"id": 2})

    assert keep_comment(github.api(), 7, "gate", "bad") == 1


@pytest.mark.parametrize(
    "author",
    [BOT, COLLABORATOR, MEMBER, OWNER, OUR_APP],
    ids=["bot", "collaborator", "member", "owner", "our-app"],
)
def test_our_own_comment_is_kept_up_to_date(github, author):
    if author is OUR_APP:
        github.graphql({"viewer": {"login": "our-app[bot]"}})
    if author in (COLLABORATOR, MEMBER):
        github.get(ASKED, json={"permission": "write", "role_name": "maintain"})
    mine = {"id": 2, "body": f"old {MARK}", **author}
    github.get("/issues/7/comments", json=[{"id": 1, "body": MARK, **STRANGER}, mine])
    github.on("PATCH", "/issues/comments/2", json={"id": 2})

    assert keep_comment(github.api(), 7, "gate", "bad") == 1


@pytest.mark.parametrize("author", [COLLABORATOR, MEMBER], ids=["collaborator", "member"])
@pytest.mark.parametrize("permission", ["read", "none", "", "writes"])
def test_who_may_only_read_is_a_stranger(github, author, permission):
    comments = [{"id": number, "body": MARK, **author} for number in (1, 2)]
    github.get("/issues/7/comments", json=comments)
    github.get(ASKED, json={"permission": permission, "role_name": "triage"})
    github.post("/issues/7/comments", json={"id": 3})

    assert keep_comment(github.api(), 7, "gate", "bad") == 2


@pytest.mark.parametrize("status", [403, 404])
@pytest.mark.parametrize(("whose", "forged"), [("mallory", 0), ("github-actions[bot]", 1)])
def test_where_a_token_may_not_ask_a_persons_own_comments_count_alone(
    github, status, whose, forged
):
    github.get("/issues/7/comments", json=[{"id": 1, "body": MARK, **COLLABORATOR}])
    github.get(ASKED, status=status, json={"message": "Must have push access"})
    github.graphql({"viewer": {"login": whose}})
    if forged:
        github.post("/issues/7/comments", json={"id": 3})
    else:
        github.on("PATCH", "/issues/comments/1", json={"id": 1})

    assert keep_comment(github.api(), 7, "gate", "bad") == forged


@pytest.mark.parametrize("answer", [{}, {"permission": None}, {"permission": True}, []])
def test_where_github_does_not_say_what_somebody_may_nothing_is_written(github, answer):
    github.get("/issues/7/comments", json=[{"id": 1, "body": MARK, **MEMBER}])
    github.get(ASKED, json=answer)

    with pytest.raises(UnexpectedAnswerError, match="what mallory may do here"):
        keep_comment(github.api(), 7, "gate", "bad")


def test_an_issue_of_a_reader_in_our_words_closes_none_of_ours(github):
    older = {"number": 1, "state": "closed", "title": "x", "body": SUBJECT.mark, **MEMBER}
    ours = {"number": 9, "state": "open", "title": "x", "body": SUBJECT.mark, **BOT}
    github.get("/issues", json=[older, ours])
    github.get(ASKED, json={"permission": "read"})
    github.on("PATCH", "/issues/9", json=ours)

    tracked = track(github.api(), SUBJECT, AuditNews("x", "drift", "f", DriftSight.DRIFT))

    assert (tracked.change, tracked.number) == (IssueChange.UPDATED, 9)
    assert tracked.forged == (1,)


def test_where_github_does_not_say_whose_the_token_is_nothing_is_written(github):
    github.get("/issues/7/comments", json=[{"id": 1, "body": MARK, **OTHER_APP}])
    github.graphql({"viewer": None})

    with pytest.raises(UnexpectedAnswerError, match="whose the token is"):
        keep_comment(github.api(), 7, "gate", "bad")


@pytest.mark.parametrize(
    ("creator", "is_counted"),
    [(BOT, True), (OUR_APP, True), (OTHER_APP, False), (STRANGER, True)],
    ids=["workflow", "our-app", "other-app", "person"],
)
def test_a_record_of_another_app_does_not_count_and_is_told(github, creator, is_counted):
    entry = {"service": "a", "deployment": "d", "commit": "a" * 40, "image": "sha256:1"}
    entry["standing"] = "verified"
    payload = {"format": "verifier.record/v1", "railway_environment": "p", "records": [entry]}
    made = {"id": 1, "payload": payload, "creator": creator["user"]}
    github.get("/deployments", json=[made, made])
    if creator in (OUR_APP, OTHER_APP):
        github.graphql({"viewer": {"login": "our-app[bot]"}})
    memory = GitHubMemory(github.api(), "acme/shop", "e", "p", "a" * 40, "")

    assert len(memory.records()) == 2 * is_counted
    assert ("translator[bot]" in memory.how_it_keeps) is not is_counted
    assert memory.uncounted == ({} if is_counted else {"d": "translator[bot]"})


def test_a_record_of_nobody_is_told_as_such(github):
    entry = {"service": "a", "deployment": "d", "commit": "a" * 40, "image": "sha256:1"}
    entry["standing"] = "verified"
    payload = {"format": "verifier.record/v1", "railway_environment": "p", "records": [entry]}
    github.get("/deployments", json=[{"id": 1, "payload": payload, "creator": None}])
    memory = GitHubMemory(github.api(), "acme/shop", "e", "p", "a" * 40, "")

    assert (memory.records(), memory.uncounted) == ((), {"d": "an unknown author"})
    assert "an unknown author" in memory.how_it_keeps


@pytest.mark.parametrize(
    "creator",
    [
        None,
        {},
        {"login": "translator[bot]"},
        *({"login": "translator[bot]", "type": kind} for kind in (None, 7, "bot", "App", "User")),
        *({"login": "someone", "type": kind} for kind in (None, 7, "Mannequin", "Organization")),
    ],
)
def test_a_record_of_nobody_does_not_count(github, creator):
    assert not Authors(github.api()).may_deploy({"creator": creator})


def test_where_github_does_not_say_whose_the_token_is_other_records_are_kept(github):
    github.graphql({"viewer": None})
    authors = Authors(github.api())

    assert not authors.may_deploy({"creator": OTHER_APP["user"]})
    assert authors.may_deploy({"creator": BOT["user"]})


def test_an_issue_of_a_stranger_is_not_the_tracked_one(github):
    forged = {"number": 1, "state": "closed", "title": "x", "body": SUBJECT.mark, **STRANGER}
    ours = {"number": 9, "state": "open", "title": "x", "body": SUBJECT.mark, **BOT}
    for found in ([], [forged], [ours]):  # by the label, among the latest, and after opening
        github.get("/issues", json=found)
    github.post("/issues", json=ours)

    tracked = track(github.api(), SUBJECT, AuditNews("x", "drift", "f", DriftSight.DRIFT))

    assert (tracked.change, tracked.number) == (IssueChange.OPENED, 9)
    assert tracked.forged == (1,)
    assert github.sent()[0]["labels"] == [LABEL]
