"""Railway's API of another day against what is sent to it."""

import json

import pytest
from graphql import build_schema, introspection_from_schema

from tests.builders import START
from verifier.decide.diagnosis import contract_report
from verifier.errors import UnexpectedAnswerError
from verifier.guarded.graphql_schema import introspection_document
from verifier.model.check_ids import CONTRACT, GITHUB_CONTRACT
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Finding, Outcome
from verifier.model.platform import RAILWAY_API_OF
from verifier.railway import operations
from verifier.railway.api_changes import check_contract, documents
from verifier.report.headline import headline
from verifier.sandbox.railway.snapshot import read_snapshot

SNAPSHOT = read_snapshot()


def compared(before="", after=""):
    """What is found where a part of the snapshot reads otherwise today."""
    assert before in SNAPSHOT
    today = build_schema(SNAPSHOT.replace(before, after, 1) if before else SNAPSHOT)
    given = introspection_from_schema(today, input_value_deprecation=True)
    return list(check_contract(given, SNAPSHOT))


@pytest.mark.parametrize(
    ("before", "after", "outcome", "said"),
    [
        pytest.param("", "", Outcome.PASS, "operations fit Railway's API", id="same"),
        pytest.param("  deploymentRollback(id: String!): Boolean!\n", "", Outcome.FAIL, "Cannot query field 'deploymentRollback'", id="gone"),
        pytest.param("  deploymentRollback(id: String!): Boolean!", "  deploymentRollback(id: String!): Boolean! @deprecated(reason: \"use V2\")", Outcome.WARN, "is deprecated. use V2", id="deprecated"),
        pytest.param("  deploymentRollback(id: String!): Boolean!", "  deploymentRollback(id: String @deprecated(reason: \"use key\")): Boolean!", Outcome.WARN, "Mutation.deploymentRollback(id:) is deprecated. use key", id="deprecated-argument"),
        pytest.param("  deploymentRollback(id: String!): Boolean!", "  deploymentRollback(id: String!): Deployment!", Outcome.FAIL, "must have a selection of subfields", id="another-type"),
        pytest.param("deploymentCancel(id: String!)", "deploymentCancel(id: String!, sure: Boolean!)", Outcome.FAIL, "sure", id="new-required-argument"),
        pytest.param("  platformStatus: PlatformStatus!", "  platformStatus: PlatformStatus", Outcome.FAIL, "changed type from PlatformStatus! to PlatformStatus", id="may-be-null-now"),
        pytest.param("  WAITING\n", "  WAITING\n  FROZEN\n", Outcome.WARN, "FROZEN", id="new-word"),
        pytest.param("  platformStatus: PlatformStatus!", "  platformStatus: PlatformStatus!\n  more: Int", Outcome.PASS, "fit", id="more-fields"),
    ],
)  # fmt: skip
@pytest.mark.slow
def test_what_has_changed_is_told(before, after, outcome, said):
    found = compared(before, after)

    assert {f.outcome for f in found} == {outcome}
    assert any(said.replace("'", "") in f.summary.replace("'", "") for f in found), found


@pytest.mark.parametrize("answer", [{}, {"__schema": None}, {"__schema": {"types": 7}}])
def test_an_answer_that_is_no_schema_is_none(answer):
    with pytest.raises(UnexpectedAnswerError, match="no introspection"):
        list(check_contract(answer, SNAPSHOT))


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ((Outcome.PASS,), ExitCode.GOOD),
        ((Outcome.WARN,), ExitCode.GOOD),
        ((Outcome.WARN, Outcome.FAIL), ExitCode.FAILED_SAFE),
        ((Outcome.INCONCLUSIVE,), ExitCode.INCONCLUSIVE),
        ((), ExitCode.INCONCLUSIVE),
    ],
)
def test_what_was_not_read_is_no_contract_that_is_kept(outcomes, code):
    found = [Finding("railway.contract", outcome, "x") for outcome in outcomes]

    assert contract_report(found, START, START).exit_code is code


@pytest.mark.parametrize(
    ("railway", "github", "said"),
    [
        (Outcome.PASS, Outcome.PASS, "Unchanged: the APIs of Railway and GitHub fit"),
        (Outcome.WARN, Outcome.PASS, "Unchanged: the APIs of Railway and GitHub fit"),
        (Outcome.PASS, Outcome.SKIP, "Unchanged: Railway's API fits what is sent to it; nothing"),
        (Outcome.FAIL, Outcome.SKIP, "Changed: an API no longer"),
        (Outcome.PASS, Outcome.FAIL, "Changed: an API no longer"),
        (Outcome.INCONCLUSIVE, Outcome.SKIP, "Inconclusive: an API could not be compared"),
        (Outcome.PASS, Outcome.INCONCLUSIVE, "Inconclusive: an API could not be compared"),
    ],
)
def test_a_comparison_of_apis_says_nothing_of_what_a_gate_needs(railway, github, said):
    found = [Finding(CONTRACT, railway, "x"), Finding(GITHUB_CONTRACT, github, "x")]

    text = headline(contract_report(found, START, START))

    assert text.startswith(said)
    assert "gate" not in text


def test_the_snapshot_is_dated_alike_everywhere():
    assert RAILWAY_API_OF in SNAPSHOT.partition("\n")[0]
    assert RAILWAY_API_OF in operations.__doc__


def test_every_document_is_compared():
    asked = " ".join(documents().values())

    assert "deploymentRollback(id: $id)" in asked
    assert "{ id } " not in documents()["ROLL_BACK"]
    assert "__schema" in introspection_document()
    assert json.dumps(documents())
