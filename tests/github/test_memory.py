"""GitHub's answers, good and bad, and what each of them means for records and claims."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from tests.github.answers import Answers
from verifier.errors import DeniedError, UnexpectedAnswerError, UnreachableError
from verifier.github.connection import open_connection
from verifier.github.memory import GitHubMemory
from verifier.model.known_before import KnownBefore, SeenCheck, SeenFailing
from verifier.model.past_verdict import Claim, LatestClaim, PastStatus, PastVerdict

REFS = "/git/refs"
ASKED = "/git/matching-refs/verifier/rollback/d1/asked"
SHA, OTHER = "a" * 40, "b" * 40
EXISTS = {"message": "Reference already exists"}
AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
API_RECORD = PastVerdict("api", "d1", SHA, "sha256:1", PastStatus.VERIFIED, AT)
ENTRY = {
    "service": "api",
    "deployment": "d1",
    "commit": SHA,
    "image": "sha256:1",
    "standing": "verified",
}
PAYLOAD = {
    "format": "verifier.record/v1",
    "railway_environment": "production-id",
    "records": [ENTRY],
}


@pytest.fixture
def github():
    github = Answers("acme/shop")
    yield github
    assert github.waiting == []


@pytest.fixture
def memory(github):
    return GitHubMemory(
        github.api(), "acme/shop", "railway-verifier", "production-id", SHA, "https://run.test/1"
    )


def deployment(payload, number=1):
    return {"id": number, "payload": payload, "created_at": "2026-01-01T12:00:00Z"}


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        pytest.param(PAYLOAD, (API_RECORD,), id="ours"),
        pytest.param({**PAYLOAD, "railway_environment": "staging-id"}, (), id="of staging"),
        pytest.param({**PAYLOAD, "format": "verifier.record/v2"}, (), id="of a later version"),
        pytest.param({**PAYLOAD, "records": "none"}, (), id="records are no list"),
        pytest.param(
            {**PAYLOAD, "records": [ENTRY, 7, {}]}, (API_RECORD,), id="entries of rubbish"
        ),
        pytest.param(
            {**PAYLOAD, "records": [{**ENTRY, "standing": "fine"}]}, (), id="no such standing"
        ),
        pytest.param({**PAYLOAD, "records": [{**ENTRY, "commit": None}]}, (), id="no commit"),
        pytest.param({}, (), id="empty"),
        pytest.param("text of another tool", (), id="text"),
    ],
)
def test_records_are_read_from_payloads_of_ours_alone(github, memory, payload, expected):
    github.get("/deployments", json=[deployment(payload)])

    assert memory.records() == expected
    assert dict(github.requests[0].url.params) == {
        "environment": "railway-verifier",
        "task": "railway-deploy-verifier",
        "per_page": "100",
        "page": "1",
    }


def test_one_page_of_records_is_enough(github, memory):
    page = [deployment(PAYLOAD, number) for number in range(100)]
    github.get("/deployments", json=page, headers={"Link": '<https://x.test?page=2>; rel="next"'})

    records = memory.records()

    assert len(records) == 100
    assert len(github.requests) == 1


def test_records_of_other_environments_cut_none_of_ours(github, memory):
    others = {**PAYLOAD, "railway_environment": "staging-id"}
    pages = {
        1: [deployment(others, number) for number in range(100)],
        2: [deployment(PAYLOAD, number) for number in range(100, 130)],
    }
    for page in pages.values():
        github.get("/deployments", json=page)

    assert len(memory.records()) == 30


def test_records_of_some_days_are_read_until_older_ones_come(github, memory):
    seconds = {**ENTRY, "standing": "condemned", "restored_in_s": 12.3, "put_back_in_s": 5}
    odd = {**ENTRY, "restored_in_s": "soon", "put_back_in_s": -1}
    old = {**deployment(PAYLOAD, 3), "created_at": "2025-12-01T12:00:00Z"}
    page = [deployment({**PAYLOAD, "records": [seconds, odd]}), old]
    github.get("/deployments", json=page)

    found, is_complete = memory.records_since(AT.replace(day=1, hour=0))

    assert [(r.status, r.restored_in_s) for r in found] == [("condemned", 12.3), ("verified", None)]
    assert [r.put_back_in_s for r in found] == [5.0, None]
    assert is_complete


def test_seconds_to_restore_are_kept(github, memory):
    github.post("/deployments", json=deployment({}, 1))
    github.post("/deployments/1/statuses", json={"id": 2})

    memory.remember([replace(API_RECORD, restored_in_s=12.34, put_back_in_s=5.67)])

    (kept,) = github.sent()[0]["payload"]["records"]
    assert (kept["restored_in_s"], kept["put_back_in_s"]) == (12.3, 5.7)


def test_what_is_remembered_together_has_one_commit_and_one_standing(github, memory):
    worker = PastVerdict("worker", "d2", SHA, "", PastStatus.VERIFIED)
    uploaded = PastVerdict("job", "d3", "", "sha256:3", PastStatus.CONDEMNED)
    github.post("/deployments", json=deployment({}, 1))
    github.post("/deployments/1/statuses", json={"id": 2})
    github.post("/deployments", json=deployment({}, 3))
    github.post("/deployments/3/statuses", json={"id": 4})

    memory.remember([API_RECORD, worker, uploaded])

    first, success, second, failure = github.sent()
    assert first["ref"] == SHA
    assert [entry["service"] for entry in first["payload"]["records"]] == ["api", "worker"]
    assert (first["required_contexts"], first["auto_merge"]) == ([], False)
    assert (success["state"], success["auto_inactive"]) == ("success", False)
    assert success["target_url"] == "https://run.test/1"
    assert second["ref"] == SHA, "an upload has no commit: the run's stands for it"
    assert failure["state"] == "failure"


def test_looks_without_a_verdict_crowd_no_verdict_out(github, memory):
    look = {**PAYLOAD, "records": [{**ENTRY, "standing": "seen"}]}
    github.get("/deployments", json=[deployment(look, number) for number in range(100)])
    github.get("/deployments", json=[deployment(PAYLOAD, 100)])

    assert memory.records()[-1] == API_RECORD


def test_what_a_run_takes_back_is_not_read_any_more(github, memory):
    for number in (1, 2):
        github.post("/deployments", json=deployment({}, number))
        github.post(f"/deployments/{number}/statuses", json={"id": number})
    condemned = replace(API_RECORD, status=PastStatus.CONDEMNED)
    memory.remember([condemned])
    memory.remember([replace(condemned, status=PastStatus.SEEN, takes_back=True)])
    written, _, taken_back, _ = (sent.get("payload") for sent in github.sent())

    github.get("/deployments", json=[deployment(taken_back), deployment(written)])

    assert memory.records() == ()


def test_what_one_job_takes_back_another_of_the_same_run_still_condemns(github, memory):
    other = GitHubMemory(
        github.api(), "acme/shop", "railway-verifier", "production-id", SHA, "https://run.test/1"
    )
    for number in (1, 2, 3):
        github.post("/deployments", json=deployment({}, number))
        github.post(f"/deployments/{number}/statuses", json={"id": number})
    condemned = replace(API_RECORD, status=PastStatus.CONDEMNED)
    memory.remember([condemned])
    other.remember([condemned])
    other.remember([replace(condemned, status=PastStatus.SEEN, takes_back=True)])
    oldest_first = [sent["payload"] for sent in github.sent() if "payload" in sent]

    github.get("/deployments", json=[deployment(payload) for payload in reversed(oldest_first)])

    assert [record.status for record in memory.records()] == [PastStatus.CONDEMNED]


@pytest.mark.parametrize(
    "record", [API_RECORD, replace(API_RECORD, status=PastStatus.SEEN, given_up=True)]
)
def test_what_is_remembered_is_what_is_read(github, memory, record):
    github.post("/deployments", json=deployment({}, 1))
    github.post("/deployments/1/statuses", json={"id": 2})
    memory.remember([record])

    github.get("/deployments", json=[deployment(github.sent()[0]["payload"])])

    assert memory.records() == (replace(record, run_url="https://run.test/1"),)


def test_why_a_person_rolled_back_is_kept_and_read_back(github, memory):
    github.post("/deployments", json=deployment({}, 1))
    github.post("/deployments/1/statuses", json={"id": 2})
    memory.remember([replace(API_RECORD, reason="payments fail")])

    github.get("/deployments", json=[deployment(github.sent()[0]["payload"])])

    assert [record.reason for record in memory.records()] == ["payments fail"]


CLAIMS = "/git/matching-refs/verifier/rollback/"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param([], {}, id="none"),
        pytest.param(["d1/1"], {"d1": LatestClaim(1, Claim.HELD)}, id="begun"),
        pytest.param(["d1/1", "d1/asked"], {"d1": LatestClaim(1, Claim.SPENT)}, id="asked"),
        pytest.param(
            ["d1/1", "d1/asked", "d1/2"], {"d1": LatestClaim(2, Claim.HELD)}, id="begun-again"
        ),
        pytest.param(
            ["d1/1", "d1/asked", "d1/2", "d1/asked-2", "d2/1"],
            {"d1": LatestClaim(2, Claim.SPENT), "d2": LatestClaim(1, Claim.HELD)},
            id="of-two-deployments",
        ),
        pytest.param(["d1/asked", "d1/x", "d1/²", "1"], {}, id="names-of-strangers"),
    ],
)
def test_claims_are_told_by_what_became_of_the_latest(github, memory, names, expected):
    shown = [{"ref": f"refs/verifier/rollback/{name}"} for name in names]
    github.get(CLAIMS, json=shown)

    assert memory.claimed() == expected


@pytest.mark.parametrize(
    ("attempt", "exists", "asked", "expected"),
    [
        pytest.param(1, False, None, Claim.GRANTED, id="nobody before us"),
        pytest.param(1, True, False, Claim.HELD, id="somebody is at it"),
        pytest.param(1, True, True, Claim.SPENT, id="somebody has asked Railway"),
        pytest.param(2, False, None, Claim.GRANTED, id="taken over"),
        pytest.param(2, True, False, Claim.HELD, id="somebody else took over"),
        pytest.param(2, True, True, Claim.SPENT, id="and asked Railway as well"),
    ],
)
def test_a_claim_is_a_reference_that_can_be_created_once(
    github, memory, attempt, exists, asked, expected
):
    ref = f"refs/verifier/rollback/d1/{attempt}"
    github.post(
        REFS,
        json=EXISTS if exists else {"ref": ref},
        status=422 if exists else 201,
    )
    if asked is not None:
        name = "asked" if attempt == 1 else f"asked-{attempt}"
        found = [{"ref": f"refs/verifier/rollback/d1/{name}"}]
        github.get(ASKED.replace("asked", name), json=found if asked else [])

    assert memory.claim("d1", attempt) is expected
    assert github.sent() == [{"ref": ref, "sha": SHA}]


def test_settling_twice_is_no_error(github, memory):
    github.post(REFS, json=EXISTS, status=422)

    memory.settle("d1", 1)


@pytest.mark.parametrize(
    ("answer", "error", "text"),
    [
        pytest.param(
            {"status": 401, "json": {"message": "Bad credentials"}},
            DeniedError,
            "Bad credentials",
            id="401",
        ),
        pytest.param(
            {"status": 403, "json": {"message": "Resource not accessible by integration"}},
            DeniedError,
            "not accessible",
            id="403",
        ),
        pytest.param(
            {"status": 404, "json": {"message": "Not Found"}}, DeniedError, "HTTP 404", id="404"
        ),
        pytest.param(
            {"status": 403, "json": {"message": "You have exceeded a secondary rate limit"}},
            UnreachableError,
            "limit",
            id="secondary limit",
        ),
        pytest.param(
            {"status": 429, "json": {"message": "API rate limit exceeded"}},
            UnreachableError,
            "limit",
            id="limit",
        ),
        pytest.param({"status": 502, "text": "<html>"}, UnreachableError, "HTTP 502", id="502"),
        pytest.param(
            {"status": 422, "json": {"message": "Object does not exist"}},
            UnexpectedAnswerError,
            "Object does not exist",
            id="422",
        ),
        pytest.param(
            {"error": httpx.ConnectError("refused")},
            UnreachableError,
            "did not answer",
            id="down",
        ),
        pytest.param(
            {"error": httpx.ReadTimeout("slow")}, UnreachableError, "did not answer", id="slow"
        ),
    ],
)
def test_a_claim_that_github_does_not_grant_is_one_clear_sentence(
    github, memory, answer, error, text
):
    github.post(REFS, **answer)

    with pytest.raises(error, match=text) as raised:
        memory.claim("d1", 1)

    assert raised.value.message.startswith("could not claim the rollback: GitHub's API ")
    if error is DeniedError and answer["status"] != 401:
        assert re.search("the token (needs|lacks) Contents: write$", raised.value.message)


def test_certificates_that_are_not_there_are_told(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")

    with pytest.raises(UnreachableError, match="settings of this runner"):
        open_connection("https://forge.test", "t")


def test_a_page_that_is_no_list_of_deployments_is_told(github, memory):
    github.get("/deployments", html="<html>login</html>")

    with pytest.raises(UnexpectedAnswerError, match="could not read the records of earlier gates"):
        memory.records()


HOLDS = "/git/matching-refs/verifier/hold/"


def held(service_id):
    return {"ref": f"refs/verifier/hold/{service_id}"}


def test_a_hold_is_a_reference(github, memory):
    github.post(REFS, json=held("s1"))

    memory.hold("s1")

    assert github.sent() == [{"ref": "refs/verifier/hold/s1", "sha": SHA}]


def test_holds_are_told_by_the_services_ids(github, memory):
    github.get(HOLDS, json=[held("s1"), held("s2")])

    assert memory.holds() == {"s1", "s2"}


@pytest.mark.parametrize("odd", [{}, {"ref": None}, {"ref": "heads/main"}, "refs/verifier/hold/s2"])
def test_a_list_of_which_one_reference_is_malformed_is_not_taken(github, memory, odd):
    github.get(HOLDS, json=[held("s1"), odd])

    with pytest.raises(UnexpectedAnswerError, match="GitHub's list is malformed"):
        memory.holds()


def test_only_the_released_service_is_forgotten(github, memory):
    github.get(f"{HOLDS}s1", json=[held("s1"), held("s10")])
    github.delete(
        f"{REFS}/verifier/hold/s1",
    )

    memory.release("s1")


def test_a_hold_that_github_refuses_is_told(github, memory):
    github.post(REFS, status=403, json={"message": "Resource not accessible by integration"})

    with pytest.raises(DeniedError, match="Contents: write"):
        memory.hold("s1")


SEEN = KnownBefore(
    frozenset({SeenCheck("health.deep", "api", "a1b2c3d4"), SeenCheck("migrations", "")}),
    (SeenFailing(SeenCheck("component.redis", "api"), frozenset({"redis"})),),
)


def test_what_was_seen_of_the_checks_is_kept_and_read_back(github, memory):
    github.post("/deployments", json=deployment({}, 1))
    github.post("/deployments/1/statuses", json={"id": 2})
    record = replace(API_RECORD, status=PastStatus.SEEN, seen=SEEN)
    memory.remember([record])

    kept, state = github.sent()
    github.get("/deployments", json=[deployment(kept["payload"])])

    assert memory.records() == (replace(record, run_url="https://run.test/1"),)
    assert state["state"] == "inactive", "neither a success nor a failure"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, None, id="of-an-older-format"),
        pytest.param({"good": [["health.deep", "api"]]}, None, id="cut"),
        pytest.param({"good": "all", "failing": []}, None, id="forged"),
        pytest.param(
            {"good": [["health.deep", "api"], ["x"], 7], "failing": [["a", "b"], None]},
            KnownBefore(frozenset({SeenCheck("health.deep", "api")})),
            id="rubbish-among-it",
        ),
    ],
)
def test_what_was_seen_is_read_only_where_it_is_well_formed(github, memory, fields, expected):
    payload = {**PAYLOAD, "records": [{**ENTRY, **fields}]}
    github.get("/deployments", json=[deployment(payload)])

    (record,) = memory.records()

    assert record.seen == expected


@pytest.mark.parametrize("time", [None, "", "yesterday", "2026-13-45T99:00:00Z", 7, {}], ids=str)
def test_an_unreadable_time_costs_no_record_but_what_it_would_excuse(github, memory, time):
    failing = {
        **ENTRY,
        "standing": "condemned",
        "good": [["http", "api"]],
        "failing": [["a", "api", []]],
    }
    broken = {**deployment({**PAYLOAD, "records": [failing]}, 2), "created_at": time}
    github.get("/deployments", json=[deployment(PAYLOAD, 3), broken, deployment(PAYLOAD)])

    first, second, third = memory.records()

    assert (first, third) == (API_RECORD, API_RECORD)
    assert (second.status, second.at) == (PastStatus.CONDEMNED, None)
    assert second.seen == KnownBefore(frozenset({SeenCheck("http", "api")}))


def test_an_unreadable_time_ends_no_history(github, memory):
    broken = {**deployment(PAYLOAD, 2), "created_at": "yesterday"}
    github.get("/deployments", json=[deployment(PAYLOAD, 3), broken, deployment(PAYLOAD)])

    found, is_complete = memory.records_since(AT)

    assert ([record.at for record in found], is_complete) == ([AT, None, AT], True)
