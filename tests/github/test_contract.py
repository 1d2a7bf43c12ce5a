"""GitHub's GraphQL API of another day against what is asked of it."""

from pathlib import Path

import pytest
from graphql import build_schema, introspection_from_schema

import verifier.sandbox.github
from verifier.errors import UnexpectedAnswerError
from verifier.github.graphql_changes import check_github_contract, documents
from verifier.model.finding import Outcome

SCHEMA = (Path(verifier.sandbox.github.__file__).parent / "schema.graphql").read_text("utf-8")


def compared(before="", after=""):
    assert before in SCHEMA
    today = build_schema(SCHEMA.replace(before, after, 1) if before else SCHEMA)
    return list(check_github_contract(introspection_from_schema(today)))


def test_every_question_is_compared():
    assert {"READ", "LIST", "VIEWER", "LOGIN", "APPS", "QUEUE", "FORCE_PUSH"} == set(documents())


def test_what_is_gone_fails_and_names_the_question():
    gone = compared("isArchived", "wasArchived")

    assert {f.outcome for f in gone} == {Outcome.FAIL}
    assert any("LIST" in f.summary and "isArchived" in f.summary for f in gone)


@pytest.mark.parametrize("answer", [{}, {"__schema": None}, {"__schema": {"types": 7}}])
def test_an_answer_that_is_no_schema_is_none(answer):
    with pytest.raises(UnexpectedAnswerError, match="GitHub's schema"):
        list(check_github_contract(answer))


def test_questions_that_all_fit_are_counted():
    (found,) = compared()

    assert (found.outcome, "all 7 questions fit" in found.summary) == (Outcome.PASS, True)
