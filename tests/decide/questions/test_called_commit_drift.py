"""A called workflow of the verifier that runs another commit of it."""

import pytest
import yaml

from tests.decide.questions.asking import ask
from verifier.decide.questions.called_commit_drift import QUESTION
from verifier.github.workflows import parse_workflow
from verifier.model.finding import Outcome, Unobserved

NEW, OLD = "b" * 40, "a" * 40


def call(file="gate.yml", ref=NEW, commit: object = OLD, verifier="acme/guard", owner="acme/guard"):
    given = {"verifier": verifier, "verifier-commit": commit}
    job = {"uses": f"{owner}/.github/workflows/{file}@{ref}", "with": given}
    text = yaml.safe_dump({"name": "mine", "on": "push", "jobs": {"guard": job}})
    return parse_workflow(".github/workflows/mine.yml", text)


@pytest.mark.parametrize("file", ["gate.yml", "gate-split.yml", "drift.yml", "audit-org.yml"])
def test_a_workflow_that_runs_another_commit_is_told(file):
    (row,) = ask(QUESTION, workflows=(Unobserved("HTTP 502"), call(file)))

    assert row.severity is Outcome.WARN
    assert row.setting == "called-commit: .github/workflows/mine.yml: guard"
    assert row.actual == "uses is of bbbbbbbb, and verifier-commit is aaaaaaaa"


@pytest.mark.parametrize(
    "workflow",
    [
        pytest.param(call(commit=NEW.upper()), id="the-same"),
        pytest.param(call(ref="v1"), id="a-tag-is-not-compared"),
        pytest.param(call(commit="${{ vars.COMMIT }}"), id="only-a-run-knows"),
        pytest.param(call(commit=1), id="no-text"),
        pytest.param(call(verifier="acme/other"), id="commits-of-two-repositories"),
        pytest.param(
            call(verifier="acme/fork", owner="acme/railway-deploy-verifier"), id="of-a-fork"
        ),
        pytest.param(call(file="ci.yml"), id="none-of-its-own"),
    ],
)
def test_nothing_else_is(workflow):
    assert ask(QUESTION, workflows=(workflow,)) == []
