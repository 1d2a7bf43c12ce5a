"""What Supabase's management API says of a project's backups, and what it may answer instead."""

from datetime import UTC, datetime

import httpx
import pytest

from verifier.database.supabase_backups import read_backups
from verifier.errors import DeniedError, ProviderError, UnexpectedAnswerError, UnreachableError
from verifier.guarded.deadline import bind
from verifier.model.backups import Backups
from verifier.model.secret import Secret

REF = "abcdefghijklmnopqrst"


def answering(answer):
    asked = []

    def respond(request):
        asked.append(request)
        return answer(request) if callable(answer) else answer

    return bind(httpx.Client(transport=httpx.MockTransport(respond))), asked


def daily(status="COMPLETED", at="2026-03-01T04:10:11.123Z"):
    return {"id": 1, "is_physical_backup": True, "status": status, "inserted_at": at}


def answered(**more):
    told = {"region": "sa-east-1", "walg_enabled": True, "pitr_enabled": False, "backups": []}
    return httpx.Response(200, json={**told, **more})


AT = datetime(2026, 3, 1, 4, 10, 11, 123000, tzinfo=UTC)
WINDOW = {
    "earliest_physical_backup_date_unix": 1772200000,
    "latest_physical_backup_date_unix": 1772350000,
}
FROM, UNTIL = (datetime.fromtimestamp(s, UTC) for s in (1772200000, 1772350000))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param({"backups": [daily()]}, Backups(AT), id="a-backup"),
        pytest.param(
            {"backups": [daily(at="2026-02-28T04:00:00Z"), daily(), daily("FAILED", "2026-03-02")]},
            Backups(AT),
            id="the-newest-that-ended-well",
        ),
        pytest.param({"backups": [daily(at="2026-03-01 04:10:11.123")]}, Backups(AT), id="no-zone"),
        pytest.param({}, Backups(), id="none"),
        pytest.param({"backups": None}, Backups(), id="no-list"),
        pytest.param(
            {"pitr_enabled": True, "physical_backup_data": WINDOW},
            Backups(None, (FROM, UNTIL)),
            id="any-moment",
        ),
        pytest.param(
            {"pitr_enabled": False, "physical_backup_data": WINDOW}, Backups(), id="switched-off"
        ),
        pytest.param(
            {"pitr_enabled": True, "physical_backup_data": {}}, Backups(), id="not-begun-yet"
        ),
    ],
)
def test_what_it_says(told, expected):
    http, asked = answering(answered(**told))

    assert read_backups(http, Secret("sbp_1"), REF) == expected
    (request,) = asked
    assert str(request.url) == f"https://api.supabase.com/v1/projects/{REF}/database/backups"
    assert request.headers["authorization"] == "Bearer sbp_1"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(httpx.Response(401), DeniedError, id="no-such-token"),
        pytest.param(httpx.Response(403), DeniedError, id="not-this-token"),
        pytest.param(httpx.Response(404), DeniedError, id="not-shown-to-it"),
        pytest.param(httpx.Response(429), UnreachableError, id="too-many"),
        pytest.param(httpx.Response(502, text="<html>"), UnreachableError, id="away"),
        pytest.param(
            httpx.Response(302, headers={"location": "https://elsewhere.test/"}),
            UnexpectedAnswerError,
            id="led-away",
        ),
        pytest.param(httpx.Response(200, text="<html>"), UnexpectedAnswerError, id="a-page"),
        pytest.param(httpx.Response(200, json=[]), UnexpectedAnswerError, id="a-list"),
        pytest.param(httpx.Response(200, json={"a": 1}), UnexpectedAnswerError, id="another-thing"),
        pytest.param(answered(backups=[daily(at="soon")]), UnexpectedAnswerError, id="no-time"),
        pytest.param(
            answered(
                pitr_enabled=True,
                physical_backup_data={
                    **WINDOW,
                    "latest_physical_backup_date_unix": 10**20,
                },
            ),
            UnexpectedAnswerError,
            id="no-date",
        ),
    ],
)
def test_what_is_no_statement(answer, kind):
    http, asked = answering(answer)

    with pytest.raises(kind) as raised:
        read_backups(http, Secret("sbp_1"), REF)
    assert len(asked) == 1
    assert "sbp_1" not in raised.value.explained


@pytest.mark.parametrize("ref", ["", "../organizations", "abc?x", "ABCDEFGHIJKLMNOPQRST"])
def test_what_names_no_project_is_not_asked(ref):
    http, asked = answering(answered())

    with pytest.raises(ProviderError, match="project"):
        read_backups(http, Secret("sbp_1"), ref)
    assert asked == []


def test_a_token_that_no_header_can_carry_is_told():
    http, asked = answering(answered())

    with pytest.raises(DeniedError):
        read_backups(http, Secret("sbp_á"), REF)
    assert asked == []
