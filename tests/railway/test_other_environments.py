"""The other environments of a project, as far as a token sees them."""

import json
from dataclasses import replace

import httpx
import pytest

from tests.railway.test_client import SCOPE, transport
from verifier.errors import ProviderError
from verifier.model.finding import Hidden
from verifier.model.service_settings import OtherEnvironment
from verifier.railway.other_environments import read_others

LISTED = [("e", "production"), ("s", "staging"), ("x", "gone")]
THEIRS = {"DATABASE_URL": "postgresql://db.test/app"}


def railway(*, hidden=(), broken=(), away=(), lists=True):
    asked = []

    def answer(request):
        given = json.loads(request.content)
        if "query Project(" in given["query"]:
            rows = [{"node": {"id": i, "name": n}} for i, n in LISTED]
            page = {"edges": rows, "pageInfo": {"hasNextPage": False}}
            project = {"id": "p", "name": "acme", "environments": page, "services": page}
            return ok(project=project) if lists else error("Not Authorized")
        asked.append(given["variables"]["environment"])
        if asked[-1] in hidden:
            return error("Not Authorized")
        if asked[-1] in away:
            return httpx.Response(502)
        return error("Problem processing request") if asked[-1] in broken else ok(s0=THEIRS)

    return answer, asked


def ok(**data):
    return httpx.Response(200, json={"data": data})


def error(message):
    return httpx.Response(200, json={"data": None, "errors": [{"message": message}]})


@pytest.mark.parametrize(
    ("given", "found", "unread", "asked"),
    [
        pytest.param({}, ["staging", "gone"], [], ["s", "x"], id="all"),
        pytest.param({"broken": ("s",)}, ["gone"], [], ["s", "x"], id="one-without-that-service"),
        pytest.param(
            {"hidden": ("s",)}, ["gone"], [("staging", True)], ["s", "x"], id="one-that-is-hidden"
        ),
        pytest.param(
            {"away": ("s", "x")},
            [],
            [("staging", False), ("gone", False)],
            ["s", "x"],
            id="none-answers-now",
        ),
        pytest.param({"lists": False}, [], [("", True)], [], id="a-token-of-one-environment"),
    ],
)
def test_what_the_token_sees_and_what_was_not_seen(given, found, unread, asked):
    answer, questions = railway(**given)

    others = read_others(transport(answer), SCOPE, ["api"])

    assert [o for o in others if o.unread is None] == [
        OtherEnvironment(name, {"api": THEIRS}) for name in found
    ]
    found = [(o.name, isinstance(o.unread, Hidden)) for o in others if o.unread is not None]
    assert found == unread
    assert list(dict.fromkeys(questions)) == asked


def test_an_environment_without_one_of_the_services_is_asked_for_the_others():
    def answer(request):
        given = json.loads(request.content)
        if "query Project(" in given["query"]:
            rows = [{"node": {"id": i, "name": n}} for i, n in LISTED[:2]]
            page = {"edges": rows, "pageInfo": {"hasNextPage": False}}
            return ok(project={"id": "p", "name": "acme", "environments": page, "services": page})
        asked = given["variables"]
        if scope.service_ids["worker"] in asked.values():
            return error("Problem processing request")
        return ok(s0=THEIRS)

    scope = replace(SCOPE, service_ids={"api": "service-1", "worker": "service-2"})

    others = read_others(transport(answer), scope, ["api", "worker"])

    assert others == (OtherEnvironment("staging", {"api": THEIRS}),)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(error("Problem processing request"), id="an-error"),
        pytest.param(ok(project={"environments": None}), id="no-list"),
        pytest.param(ok(project=None), id="no-project"),
    ],
)
def test_a_list_that_cannot_be_read_is_not_an_empty_one(said):
    with pytest.raises(ProviderError):
        read_others(transport(lambda _: said), SCOPE, ["api"])
