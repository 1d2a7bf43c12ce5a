"""GitHub's GraphQL API of another day against what is asked of it."""

import pytest
from graphql import build_schema, introspection_from_schema

from verifier.errors import UnexpectedAnswerError
from verifier.github.graphql_changes import check_github_contract, documents
from verifier.model.finding import Outcome
from verifier.sandbox.github.audited_graphql import read_github_snapshot

SCHEMA = read_github_snapshot()


def compared(before="", after=""):
    assert before in SCHEMA
    today = build_schema(SCHEMA.replace(before, after, 1) if before else SCHEMA)
    given = introspection_from_schema(today, input_value_deprecation=True)
    return list(check_github_contract(given, SCHEMA))


def test_every_question_is_compared():
    known = {"READ", "LIST", "VIEWER", "KEYS", "LOGIN", "APPS", "QUEUE", "FORCE_PUSH", "TYPES"}

    assert known == set(documents())


def test_what_is_gone_fails_and_names_the_question():
    gone = compared("isArchived", "wasArchived")

    assert {f.outcome for f in gone} == {Outcome.FAIL}
    assert any("LIST" in f.summary and "isArchived" in f.summary for f in gone)


@pytest.mark.parametrize(
    ("before", "after", "outcome", "said"),
    [
        pytest.param("isEmpty: Boolean!", "isEmpty: Boolean", Outcome.FAIL, "Repository.isEmpty changed its type from Boolean! to Boolean", id="may-be-null"),
        pytest.param("lockBranch: Boolean!", "lockBranch: String!", Outcome.FAIL, "from Boolean! to String!", id="another-type"),
        pytest.param("requiredStatusChecks: [StatusCheckConfiguration!]!", "requiredStatusChecks: [StatusCheckConfiguration]!", Outcome.FAIL, "[StatusCheckConfiguration!]! to [StatusCheckConfiguration]!", id="null-in-a-list"),
        pytest.param("target: RepositoryRulesetTarget\n", "target: [RepositoryRulesetTarget]\n", Outcome.FAIL, "to [RepositoryRulesetTarget]", id="a-list"),
        pytest.param("databaseId: Int slug: String! }\ntype User", "databaseId: Int slug: String }\ntype User", Outcome.FAIL, "App.slug", id="within-a-fragment"),
        pytest.param("enum RuleEnforcement { ACTIVE", "enum RuleEnforcement { ACTIVE WARN", Outcome.WARN, "RuleEnforcement may be WARN now", id="new-word"),
        pytest.param("union BypassActor = App", "type Robot { id: ID! }\nunion BypassActor = Robot | App", Outcome.WARN, "BypassActor may be Robot now", id="new-member"),
        pytest.param("type Tree implements GitObject", "type Tag implements GitObject { oid: GitObjectID! }\ntype Tree implements GitObject", Outcome.PASS, "fit", id="an-open-interface"),
        pytest.param("pushedAt: DateTime\n", "pushedAt: DateTime!\n", Outcome.PASS, "fit", id="never-null-now"),
        pytest.param("isFork: Boolean!", "isFork: Boolean", Outcome.PASS, "fit", id="not-asked-for"),
        pytest.param("enum IssueOrderField {", "enum IssueOrderField { COMMENTS", Outcome.PASS, "fit", id="word-of-a-question"),
        pytest.param("TAG }", "}", Outcome.PASS, "fit", id="word-gone"),
        pytest.param("union RuleParameters =", "type Size { max: Int }\nunion RuleParameters = Size |", Outcome.PASS, "fit", id="told-by-its-word"),
        pytest.param("isArchived: Boolean!", "isArchived: Boolean! @deprecated(reason: \"see X\")", Outcome.WARN, "see X", id="deprecated"),
        pytest.param("rulesets(first: Int,", "rulesets(first: Int @deprecated(reason: \"see Y\"),", Outcome.WARN, "Repository.rulesets(first:)", id="deprecated-argument"),
    ],
)  # fmt: skip
def test_what_is_answered_otherwise_is_told(before, after, outcome, said):
    found = compared(before, after)

    assert {f.outcome for f in found} == {outcome}
    assert any(said in f.summary for f in found), found


@pytest.mark.parametrize("answer", [{}, {"__schema": None}, {"__schema": {"types": 7}}])
def test_an_answer_that_is_no_schema_is_none(answer):
    with pytest.raises(UnexpectedAnswerError, match="GitHub's schema"):
        list(check_github_contract(answer, SCHEMA))


def test_questions_that_all_fit_are_counted():
    (found,) = compared()

    assert (found.outcome, "all 9 questions fit" in found.summary) == (Outcome.PASS, True)


def _first(answer, kind):
    types = answer["__schema"]["types"]
    return next(t for t in types if t["kind"] == kind and not t["name"].startswith("__"))


@pytest.mark.parametrize(
    "odd",
    [
        lambda answer: _first(answer, "ENUM")["enumValues"][0].update(name="a-b"),
        lambda answer: _first(answer, "ENUM")["enumValues"][0].update(name="true"),
        lambda answer: _first(answer, "ENUM")["enumValues"][0].update(name=""),
        lambda answer: _first(answer, "OBJECT").update(name="a-b"),
        lambda answer: _first(answer, "OBJECT")["fields"][0].update(name="a b"),
        lambda answer: _first(answer, "INPUT_OBJECT")["inputFields"][0].update(name="é"),
        lambda answer: _first(answer, "SCALAR").update(name="7"),
        lambda answer: answer["__schema"]["directives"][0].update(name="a-b"),
    ],
)
def test_a_name_that_graphql_does_not_have_makes_it_no_schema(odd):
    answer = introspection_from_schema(build_schema(SCHEMA))
    odd(answer)

    with pytest.raises(UnexpectedAnswerError, match="no introspection"):
        list(check_github_contract(answer, SCHEMA))
