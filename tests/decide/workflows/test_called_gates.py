"""The verifier's own workflows, called from another repository: whose gate is one, and which is."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from tests.builders import START
from verifier.decide.questions.gate_run_drift import (
    disabled_gate_drift,
    gate_run_drift,
    has_gate,
    parked_gate_drift,
)
from verifier.decide.uploads import find_uploads
from verifier.decide.workflows.own_gates import OwnGates
from verifier.github.workflows import parse_workflow
from verifier.model import project
from verifier.model.workflow import WaitingRun

PAGE = Path(__file__).parents[3] / "docs" / "workflows.md"
COMMIT = "a" * 40
CALLERS = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
GATES = [text for text in CALLERS if re.search(r"workflows/gate[\w-]*\.yml@", text)]
(SPLIT,) = [text for text in GATES if "gate-split.yml" in text]
CANCELS = "concurrency: { group: gate, cancel-in-progress: true }"


def caller(text, repository="acme/deploy-guard", top=""):
    written = text.replace(project.PLACEHOLDER, repository).replace("COMMIT", COMMIT)
    return parse_workflow(".github/workflows/mine.yml", f"{top}\n{written}")


def calls(uses, on="push", **given):
    gate = {"uses": uses, "with": given}
    text = yaml.safe_dump({"name": "mine", "on": on, "jobs": {"gate": gate}})
    return parse_workflow(".github/workflows/mine.yml", text)


def judges_pushes(workflow, config=""):
    gates = OwnGates({workflow.path: workflow}, lambda _: config, "production", "main")
    return gates.judge_pushes()


@pytest.mark.parametrize("text", GATES)
def test_a_gate_that_the_page_shows_is_one_under_any_name(text):
    assert len(GATES) == 3
    for repository in ("acme/deploy-guard", "acme/railway-deploy-verifier"):
        assert judges_pushes(caller(text, repository))
        assert has_gate([caller(text, repository)])


@pytest.mark.parametrize("text", [text for text in CALLERS if text not in GATES])
def test_an_audit_that_is_called_is_no_gate(text):
    assert not has_gate([caller(text)])


@pytest.mark.parametrize(
    ("uses", "given", "expected"),
    [
        ("acme/g/.github/workflows/gate.yml@v1", {"verifier": "Acme/G"}, True),
        ("acme/g/.github/workflows/gate.yml@v1", {"verifier": "acme/other"}, False),
        ("acme/g/.github/workflows/gate.yml@v1", {}, False),
        ("acme/g/.github/workflows/gate.yml@v1", {"verifier": "${{ vars.V }}"}, False),
        ("acme/g/.github/workflows/ci.yml@v1", {"verifier": "acme/g"}, False),
        ("acme/railway-deploy-verifier/.github/workflows/gate.yml@v1", {}, True),
        ("acme/railway-deploy-verifier/.github/workflows/ci.yml@v1", {}, False),
        ("acme/railway-deploy-verifier-x/.github/workflows/gate.yml@v1", {}, False),
    ],
)
def test_whose_workflow_it_is_says_its_path_and_what_it_is_given(uses, given, expected):
    assert judges_pushes(calls(uses, **given)) is expected


def test_a_called_gate_counts_for_its_branch_and_environment_alone():
    uses, given = "acme/g/.github/workflows/gate.yml@v1", {"verifier": "acme/g"}

    assert not judges_pushes(calls(uses, {"push": {"branches": ["develop"]}}, **given))
    assert not judges_pushes(calls(uses, "pull_request", **given))
    staging = {**given, "config": ".github/verifier-staging.yml"}
    assert not judges_pushes(calls(uses, **staging), "railway: { environment: staging }")
    assert judges_pushes(calls(uses, **staging), "railway: { environment: production }")


def test_an_upload_is_judged_by_the_gate_that_is_called_behind_it():
    gate = {"uses": "acme/g/.github/workflows/gate.yml@v1", "with": {"verifier": "acme/g"}}
    gate["secrets"] = {"railway-token": "${{ secrets.RAILWAY_TOKEN }}"}
    up = {"runs-on": "x", "steps": [{"run": "railway up -s api"}]}

    def found(**jobs):
        text = yaml.safe_dump({"name": "d", "on": {"push": {"branches": ["main"]}}, "jobs": jobs})
        workflow = parse_workflow(".github/workflows/d.yml", text)
        (upload,) = find_uploads([workflow], lambda _: None, "production", "main")
        return upload

    behind = found(up=up, gate={**gate, "needs": "up"})
    assert behind.has_gate
    assert not behind.unread
    assert not found(gate=gate, up={**up, "needs": "gate"}).has_gate


@pytest.mark.parametrize("text", GATES)
def test_an_audit_asks_of_a_called_gate_what_it_asks_of_a_step(text):
    rows = gate_run_drift([caller(text, top=CANCELS)])
    assert [row.setting.rpartition(": ")[2] for row in rows] == [
        "cancel-in-progress",
        "concurrency",
    ]
    off = replace(caller(text), is_disabled=True)
    assert [row.setting.rpartition(": ")[2] for row in disabled_gate_drift([off], "acme/shop")] == [
        "disabled"
    ]


def test_a_split_gate_that_waits_for_its_reviewers_has_judged():
    approval = WaitingRun(".github/workflows/mine.yml", START - timedelta(hours=30), "https://r")
    behind = replace(approval, is_behind=True)

    def told(text, run):
        return [
            row.setting.rpartition(": ")[2]
            for row in parked_gate_drift([caller(text)], [run], START)
        ]

    plain, _ = (text for text in GATES if text is not SPLIT)
    assert told(SPLIT, approval) == []
    assert told(SPLIT, behind) == ["queue"]
    assert told(plain, approval) == ["approval"]
