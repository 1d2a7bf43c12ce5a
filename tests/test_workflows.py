"""No other run may cancel a gate, nor take the place of what it leaves."""

import re
from pathlib import Path

import pytest
import yaml

from verifier.decide.first_config import Discovered, propose
from verifier.model import project

ROOT = Path(__file__).parents[1]
ACTION = f"acme/railway-deploy-verifier@{'a' * 40}"
#: How workflows call it: those of others by its own name, ours wherever it is published.
NAMES = ("railway-deploy-verifier", project.REPOSITORY or project.PLACEHOLDER)


def written_by_init():
    proposal = propose(Discovered("p", "e", {"api": {}}, "supabase", ()), ACTION)
    return {path: text for path, text in proposal.files.items() if "workflows/" in path}


def in_files():
    folders = (ROOT / ".github", *(ROOT / "examples").glob("*/.github"))
    paths = [path for folder in folders for path in (folder / "workflows").glob("*.yml")]
    return {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in paths}


def in_docs():
    for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        blocks = re.findall(r"```yaml\n(.*?)```", path.read_text("utf-8"), re.DOTALL)
        for number, block in enumerate(blocks):
            if "\njobs:" in block:
                yield f"{path.relative_to(ROOT)}[{number}]", block


def is_gate(job):
    """Whether the action is called as it is without the input `command`."""
    ours = [s for s in job.get("steps", []) if any(n in s.get("uses", "") for n in NAMES)]
    return any(step.get("with", {}).get("command", "gate") == "gate" for step in ours)


def workflows():
    """Each workflow in which a gate runs."""
    for name, text in {**written_by_init(), **in_files(), **dict(in_docs())}.items():
        workflow = yaml.safe_load(text)
        if any(is_gate(job) for job in workflow["jobs"].values()):
            yield pytest.param(workflow, id=name)


GATES = list(workflows())


def test_every_kind_of_gate_is_among_them():
    names = {gate.id.partition("[")[0] for gate in GATES}

    assert names >= {
        ".github/workflows/railway-gate.yml",
        ".github/workflows/gate.yml",
        ".github/workflows/gate-split.yml",
        "examples/julia/.github/workflows/ci.yml",
        "README.md",
        "docs/running.md",
    }


@pytest.mark.parametrize("workflow", GATES)
def test_no_other_run_can_end_a_gate_by_the_name_of_its_group(workflow):
    gates = [job for job in workflow["jobs"].values() if is_gate(job)]

    # A group is the repository's, and a fork's pull request runs there.
    # Source: https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
    assert [part["concurrency"] for part in (workflow, *gates) if "concurrency" in part] == []


def uploads():
    """Each step that leaves something for another job or for people, in whatever workflow."""
    for name, text in {**written_by_init(), **in_files(), **dict(in_docs())}.items():
        for job in yaml.safe_load(text)["jobs"].values():
            for step in job.get("steps", []):
                if step.get("uses", "").startswith("actions/upload-artifact@"):
                    yield pytest.param(step["with"], id=f"{name} {step['with'].get('name')}")


@pytest.mark.parametrize("given", list(uploads()))
def test_a_job_that_is_run_again_leaves_what_it_has_now(given):
    is_of_its_own = "github.run_attempt" in given.get("name", "")

    # A second attempt belongs to the same run, which takes no second artifact of a name.
    # Source: https://github.com/actions/upload-artifact#inputs, `overwrite`
    assert is_of_its_own or given.get("overwrite") is True


@pytest.mark.parametrize("name", ["gate.yml", "gate-split.yml"])
def test_what_two_calls_of_one_run_leave_does_not_collide(name):
    """Staging and production may be judged by one run, which takes no second artifact of a name."""
    workflow = yaml.safe_load(in_files()[f".github/workflows/{name}"])
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    named = {step["with"]["name"] for step in steps if "artifact@" in step.get("uses", "")}
    handed_on = {
        f"${{{{ needs.{job}.outputs.{key} }}}}": said for job, key, said in outputs(workflow)
    }

    assert named
    assert all("job.check_run_id" in handed_on.get(each, each) for each in named)


@pytest.mark.parametrize("name", ["gate.yml", "gate-split.yml"])
def test_a_called_gate_is_told_what_was_uploaded(name):
    """An upload has no commit: a gate that is not told of it says that nothing was deployed."""
    workflow = yaml.safe_load(in_files()[f".github/workflows/{name}"])
    inputs = workflow[True]["workflow_call"]["inputs"]
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    (gate,) = [s["with"] for s in steps if s.get("with", {}).get("command") == "gate"]

    for given in ("services", "since", "deployment"):
        assert not inputs[given].get("required")
        assert inputs[given]["default"] == ""
        assert gate[given] == f"${{{{ inputs.{given} }}}}"


def test_a_call_cancels_none_that_has_another_configuration():
    """Staging and production may be audited by one workflow, each with its own file."""
    for name, workflow in CALLED.items():
        if "config" in workflow[True]["workflow_call"]["inputs"] and "concurrency" in workflow:
            assert "${{ inputs.config }}" in workflow["concurrency"]["group"], name


def outputs(workflow):
    for job, value in workflow["jobs"].items():
        yield from ((job, key, said) for key, said in value.get("outputs", {}).items())


def test_an_issue_says_that_railways_api_differs_only_where_it_was_compared():
    (job,) = yaml.safe_load(in_files()[".github/workflows/contract.yml"])["jobs"].values()
    (compare,) = [step for step in job["steps"] if step.get("run") == "make contract"]
    (tell,) = [step for step in job["steps"] if "gh issue create" in step.get("run", "")]

    # Without a network the verdict is inconclusive; where the set-up fails there is none.
    assert tell["if"] == f"failure() && steps.{compare['id']}.outputs.verdict == 'failed'"


CALLED = {
    path.name: workflow
    for path in (ROOT / ".github/workflows").glob("*.yml")
    if "workflow_call" in (workflow := yaml.safe_load(path.read_text("utf-8")))[True]
}


def calls():
    """Each job of a page that calls a workflow of this repository."""
    for name, text in in_docs():
        for job in yaml.safe_load(text)["jobs"].values():
            found = re.search(r"/\.github/workflows/([\w-]+\.yml)@", job.get("uses", ""))
            if found:
                yield pytest.param(found[1], job, id=f"{name} {found[1]}")


def test_each_workflow_that_can_be_called_has_a_page_that_calls_it():
    assert {call.values[0] for call in calls()} == set(CALLED)


@pytest.mark.parametrize(("name", "job"), list(calls()))
def test_a_page_calls_a_workflow_as_it_can_be_called(name, job):
    called = CALLED[name]
    takes = called[True]["workflow_call"]
    for kind, given in (("inputs", job["with"]), ("secrets", job["secrets"])):
        needed = {key for key, said in takes[kind].items() if said.get("required")}
        assert needed <= set(given) <= set(takes[kind]), kind
    # Only a name that is passed reaches a job that has it from its environment.
    of_environments = {key for key in takes["secrets"] if key.endswith("ROLLBACK_TOKEN")}
    assert of_environments <= set(job["secrets"])
    for each in called["jobs"].values():
        assert each["permissions"].items() <= job["permissions"].items() or (
            {k: "write" for k in each["permissions"]}.items() <= job["permissions"].items()
        )
