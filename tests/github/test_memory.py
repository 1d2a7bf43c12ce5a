"""GitHub's answers, good and bad, and what each of them means for records and claims."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import requests
import responses
from responses import matchers

from verifier.errors import DeniedError, UnexpectedAnswerError, UnreachableError
from verifier.github.api import Api
from verifier.github.connection import asking, open_repository
from verifier.github.memory import GitHubMemory
from verifier.model.known_before import KnownBefore, SeenCheck, SeenFailing
from verifier.model.past_verdict import Claim, PastStatus, PastVerdict

API = "https://forge.test:443"
ROOT = f"{API}/repos/acme/shop"
REFS = f"{ROOT}/git/refs"
ASKED = f"{ROOT}/git/matching-refs/verifier%2Frollback%2Fd1%2Fasked"
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
    with responses.RequestsMock(assert_all_requests_are_fired=True) as github:
        yield github


@pytest.fixture
def memory():
    repository = open_repository(API, "token", "acme/shop", "tests")
    return GitHubMemory(
        repository, "acme/shop", "railway-verifier", "production-id", SHA, "https://run.test/1"
    )


def deployment(payload, number=1):
    return {
        "id": number,
        "url": f"{ROOT}/deployments/{number}",
        "payload": payload,
        "created_at": "2026-01-01T12:00:00Z",
    }


def sent(github):
    return [json.loads(call.request.body) for call in github.calls]


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
    query = {"environment": "railway-verifier", "task": "railway-deploy-verifier"}
    github.get(
        f"{ROOT}/deployments",
        json=[deployment(payload)],
        match=[matchers.query_param_matcher({**query, "per_page": "100"})],
    )

    assert memory.records() == expected


def test_one_page_of_records_is_enough(github, memory):
    page = [deployment(PAYLOAD, number) for number in range(100)]
    github.get(f"{ROOT}/deployments", json=page, headers={"Link": f'<{ROOT}?page=2>; rel="next"'})

    assert len(memory.records()) == 100
    assert len(github.calls) == 1


def test_records_of_other_environments_cut_none_of_ours(github, memory):
    others = {**PAYLOAD, "railway_environment": "staging-id"}
    pages = {
        1: [deployment(others, number) for number in range(100)],
        2: [deployment(PAYLOAD, number) for number in range(100, 130)],
    }
    for number, page in pages.items():
        more = {"Link": f'<{ROOT}/deployments?page=2>; rel="next"'} if number == 1 else {}
        github.get(f"{ROOT}/deployments", json=page, headers=more)

    assert len(memory.records()) == 30


def test_what_is_remembered_together_has_one_commit_and_one_standing(github, memory):
    worker = PastVerdict("worker", "d2", SHA, "", PastStatus.VERIFIED)
    uploaded = PastVerdict("job", "d3", "", "sha256:3", PastStatus.CONDEMNED)
    github.post(f"{ROOT}/deployments", json=deployment({}, 1), status=201)
    github.post(f"{ROOT}/deployments/1/statuses", json={"id": 2}, status=201)
    github.post(f"{ROOT}/deployments", json=deployment({}, 3), status=201)
    github.post(f"{ROOT}/deployments/3/statuses", json={"id": 4}, status=201)

    memory.remember([API_RECORD, worker, uploaded])

    first, success, second, failure = sent(github)
    assert first["ref"] == SHA
    assert [entry["service"] for entry in first["payload"]["records"]] == ["api", "worker"]
    assert (first["required_contexts"], first["auto_merge"]) == ([], False)
    assert (success["state"], success["auto_inactive"]) == ("success", False)
    assert success["target_url"] == "https://run.test/1"
    assert second["ref"] == SHA, "an upload has no commit: the run's stands for it"
    assert failure["state"] == "failure"


def test_what_is_remembered_is_what_is_read(github, memory):
    github.post(f"{ROOT}/deployments", json=deployment({}, 1), status=201)
    github.post(f"{ROOT}/deployments/1/statuses", json={"id": 2}, status=201)
    memory.remember([API_RECORD])

    github.get(f"{ROOT}/deployments", json=[deployment(sent(github)[0]["payload"])])

    assert memory.records() == (API_RECORD,)


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
        match=[matchers.json_params_matcher({"ref": ref, "sha": SHA})],
    )
    if asked is not None:
        name = "asked" if attempt == 1 else f"asked-{attempt}"
        found = [{"ref": f"refs/verifier/rollback/d1/{name}"}]
        github.get(ASKED.replace("asked", name), json=found if asked else [])

    assert memory.claim("d1", attempt) is expected


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
        pytest.param({"status": 502, "body": "<html>"}, UnreachableError, "HTTP 502", id="502"),
        pytest.param(
            {"status": 422, "json": {"message": "Object does not exist"}},
            UnexpectedAnswerError,
            "Object does not exist",
            id="422",
        ),
        pytest.param(
            {"body": requests.ConnectionError("refused")},
            UnreachableError,
            "did not answer",
            id="down",
        ),
        pytest.param(
            {"body": requests.Timeout("slow")}, UnreachableError, "did not answer", id="slow"
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
    if error is DeniedError:
        assert raised.value.message.endswith("GITHUB_TOKEN needs contents: write")


def test_certificates_that_are_not_there_are_told(monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    repository = open_repository("https://127.0.0.1:1", "t", "acme/shop", "verifier")

    with pytest.raises(UnreachableError, match="did not answer"), asking("read", "nothing"):
        list(repository.get_branches())
    with pytest.raises(UnreachableError, match="did not answer"):
        Api(repository.requester, "acme/shop").get("/branches", "nothing")


def test_a_page_that_is_no_list_of_deployments_is_told(github, memory):
    github.get(f"{ROOT}/deployments", body="<html>login</html>", content_type="text/html")

    with pytest.raises(UnexpectedAnswerError, match="could not read the records of earlier gates"):
        memory.records()


HOLDS = f"{ROOT}/git/matching-refs/verifier%2Fhold%2F"


def held(service_id):
    return {"ref": f"refs/verifier/hold/{service_id}", "url": f"{REFS}/verifier/hold/{service_id}"}


def test_a_hold_is_a_reference(github, memory):
    github.post(REFS, status=201, json=held("s1"))

    memory.hold("s1")

    assert sent(github) == [{"ref": "refs/verifier/hold/s1", "sha": SHA}]


def test_holds_are_told_by_the_services_ids(github, memory):
    github.get(HOLDS, json=[held("s1"), held("s2")])

    assert memory.holds() == {"s1", "s2"}


def test_only_the_released_service_is_forgotten(github, memory):
    github.get(f"{HOLDS}s1", json=[held("s1"), held("s10")])
    github.delete(f"{REFS}/verifier/hold/s1", status=204)

    memory.release("s1")


def test_a_hold_that_github_refuses_is_told(github, memory):
    github.post(REFS, status=403, json={"message": "Resource not accessible by integration"})

    with pytest.raises(DeniedError, match="contents: write"):
        memory.hold("s1")


SEEN = KnownBefore(
    frozenset({SeenCheck("health.deep", "api"), SeenCheck("migrations", "")}),
    (SeenFailing(SeenCheck("component.redis", "api"), frozenset({"redis"})),),
)


def test_what_was_seen_of_the_checks_is_kept_and_read_back(github, memory):
    github.post(f"{ROOT}/deployments", json=deployment({}, 1), status=201)
    github.post(f"{ROOT}/deployments/1/statuses", json={"id": 2}, status=201)
    record = replace(API_RECORD, status=PastStatus.SEEN, seen=SEEN)
    memory.remember([record])

    kept, state = sent(github)
    github.get(f"{ROOT}/deployments", json=[deployment(kept["payload"])])

    assert memory.records() == (record,)
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
    github.get(f"{ROOT}/deployments", json=[deployment(payload)])

    (record,) = memory.records()

    assert record.seen == expected
