"""Code owners are asked where somebody is one."""

import base64
from datetime import date

import pytest

from verifier.decide.drift.bypass_drift import bypass_drift
from verifier.decide.drift.code_owners import code_owner_drift
from verifier.errors import UnexpectedAnswerError
from verifier.github.owners_file import parse_code_owners
from verifier.github.protection_sources import parse_classic
from verifier.model.audited_repository import CodeOwners
from verifier.model.finding import Outcome, Unobserved
from verifier.model.protection import Demand, Protection, ProtectionPolicy, Setting

REVIEWS = {"required_approving_review_count": 1, "require_code_owner_reviews": True}


def protection(**reviews):
    classic = {"enforce_admins": {"enabled": True}}
    return Protection(
        (parse_classic({**classic, "required_pull_request_reviews": {**REVIEWS, **reviews}}),)
    )


def policy(demand, setting=Setting.CODE_OWNERS):
    return ProtectionPolicy({setting: demand})


@pytest.mark.parametrize(
    ("demand", "owners", "severity"),
    [
        (Demand.REQUIRED, CodeOwners("CODEOWNERS", True), None),
        (Demand.REQUIRED, CodeOwners(""), Outcome.FAIL),
        (Demand.REQUIRED, CodeOwners("docs/CODEOWNERS"), Outcome.FAIL),
        (Demand.RECOMMENDED, CodeOwners(""), Outcome.WARN),
        (Demand.REQUIRED, Unobserved("HTTP 500"), Outcome.INCONCLUSIVE),
        (Demand.IGNORED, CodeOwners(""), None),
    ],
)
def test_an_approval_that_is_nobodys_is_told(demand, owners, severity):
    told = list(code_owner_drift(protection(), policy(demand), owners))

    assert [row.severity for row in told] == [severity] * (severity is not None)


def test_where_it_is_off_that_alone_is_told():
    off = protection(require_code_owner_reviews=False)

    assert list(code_owner_drift(off, policy(Demand.REQUIRED), CodeOwners(""))) == []


@pytest.mark.parametrize(
    ("text", "names_somebody"),
    [
        ("* @acme/ops", True), ("*.py ann@acme.io # why", True), ("# * @acme/ops", False),
        ("", False), ("/docs/", False), ("\ufeff* @ann", True), ("* # @ann", False),
    ],
)  # fmt: skip
def test_a_file_names_somebody_or_nobody(text, names_somebody):
    said = {"encoding": "base64", "content": base64.b64encode(text.encode()).decode()}

    assert parse_code_owners("CODEOWNERS", said) == CodeOwners("CODEOWNERS", names_somebody)


@pytest.mark.parametrize(
    "said", [{}, {"encoding": "none", "content": ""}, {"encoding": "base64", "content": "a"}]
)
def test_a_file_that_github_does_not_show_is_not_read(said):
    with pytest.raises(UnexpectedAnswerError):
        parse_code_owners("CODEOWNERS", said)


def test_a_hint_names_the_list_that_lets_somebody_through():
    allowed = {"users": [{"login": "bot", "id": 7}], "teams": [], "apps": []}
    found = protection(bypass_pull_request_allowances=allowed)
    wanted = policy(Demand.REQUIRED, Setting.PULL_REQUEST)

    (row,) = bypass_drift(found, wanted, date(2026, 11, 27), Outcome.FAIL)

    assert "Allow specified actors to bypass required pull requests" in row.hint
