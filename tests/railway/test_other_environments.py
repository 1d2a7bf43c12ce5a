"""The other environments of a project, as far as a token sees them."""

import json

import httpx
import pytest

from tests.railway.test_client import SCOPE, transport
from verifier.errors import ProviderError
from verifier.model.service_settings import OtherEnvironment
from verifier.railway.other_environments import read_others

LISTED = [("e", "production"), ("s", "staging"), ("x", "gone")]
THEIRS = {"DATABASE_URL": "postgresql://db.test/app"}


def railway(*, hidden=(), broken=(), lists=True):
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
        return error("Problem processing request") if asked[-1] in broken else ok(s0=THEIRS)

    return answer, asked


def ok(**data):
    return httpx.Response(200, json={"data": data})


def error(message):
    return httpx.Response(200, json={"data": None, "errors": [{"message": message}]})


@pytest.mark.parametrize(
    ("given", "found", "asked"),
    [
        pytest.param({}, ["staging", "gone"], ["s", "x"], id="all"),
        pytest.param({"broken": ("s",)}, ["gone"], ["s", "x"], id="one-that-cannot-be-read"),
        pytest.param({"hidden": ("s",)}, [], ["s"], id="a-token-of-one-environment"),
        pytest.param({"lists": False}, [], [], id="a-token-that-may-not-list"),
    ],
)
def test_what_the_token_sees(given, found, asked):
    answer, questions = railway(**given)

    others = read_others(transport(answer), SCOPE, ["api"])

    assert others == tuple(OtherEnvironment(name, {"api": THEIRS}) for name in found)
    assert questions == asked


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
