"""Workflow files from a few lines, and the names of the checks that they report."""

from dataclasses import replace

from verifier.decide.drift.reported_checks import reports_on_pull_request
from verifier.github.workflows import FOLDER, parse_workflow
from verifier.model.pull_files import BaseBranch, PullFiles
from verifier.model.workflow import Workflow

WITHOUT_STEPS = "has no steps, and calls no workflow"


def workflow(text, file="ci.yml"):
    parsed = parse_workflow(f"{FOLDER}{file}", text)
    assert isinstance(parsed, Workflow), parsed
    # What these jobs do is of no matter here: only `parse_workflow` itself asks for their steps.
    return replace(parsed, fault="") if parsed.fault.endswith(WITHOUT_STEPS) else parsed


def with_jobs(jobs, on="pull_request", file="ci.yml"):
    """A workflow of these lines: jobs in YAML's flow style."""
    return workflow(f"on: {on}\njobs:\n" + "".join(f"  {job}\n" for job in jobs), file)


def reports(
    *workflows, branch="main", required=(), repository="", default_rights=None, of_default=None
):
    """What is reported; the branch is the default one unless there are files `of_default`."""
    base = BaseBranch(branch, repository, branch if of_default is None else "main")
    files, names = PullFiles(workflows, of_default), frozenset(required)
    return reports_on_pull_request(files, base, names, default_rights)


def names(*workflows):
    """The names, and a question mark where only a run tells."""
    found = reports(*workflows)
    return [check.name for check in found.checks] + ["?"] * len(found.unresolved)
