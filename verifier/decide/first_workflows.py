"""The workflows of a first configuration. `action` is OWNER/NAME@COMMIT of the verifier."""

import re
from collections.abc import Mapping, Sequence

from verifier.decide.upload_gates import GateJob, followed
from verifier.decide.workflows.gate_in_job import APP_URL
from verifier.model.action_pins import CHECKOUT

GATE = ".github/workflows/railway-gate.yml"
CHECK = ".github/workflows/railway-check.yml"
DRIFT = ".github/workflows/railway-drift.yml"
PREFLIGHT = ".github/workflows/railway-preflight.yml"
#: What a gate may do, whatever starts it: of its job alone.
_PERMISSIONS = """\
    permissions:
      contents: write # claims a rollback with a Git reference
      deployments: write # records which deployments passed and failed\
"""
#: A job that named an environment would make a deployment beside those that a gate records.
_UNBOUND = "# zizmor: ignore[secrets-outside-env]"
_WHY_UNGROUPED = """\
# No concurrency group: GitHub keeps a single waiting run of one, and any workflow of the repository
# can name it, a fork's pull request too. A Git reference decides which of two gates rolls back.\
"""
_UNGROUPED = "# zizmor: ignore[concurrency-limits]"
#: The secrets that reach Railway: what may deploy, and what only reads, which is all that there is
#: in a repository whose gate has its rights split.
OF_PROJECT = "RAILWAY_TOKEN"
OF_VIEWER = "RAILWAY_READ_API_TOKEN"
_INPUTS = {OF_PROJECT: "railway-token", OF_VIEWER: "railway-api-token"}


def _token(secret: str) -> str:
    return f"          {_INPUTS[secret]}: ${{{{ secrets.{secret} }}}} {_UNBOUND}\n"


#: What reaches the database, the application and Slack.
_OTHER_SECRETS = f"""\
          database-url: ${{{{ secrets.DATABASE_URL }}}} {_UNBOUND}
          app-url: {APP_URL} {_UNBOUND}
          slack-webhook-url: ${{{{ secrets.SLACK_WEBHOOK_URL }}}} {_UNBOUND}
"""
#: What GitHub reads as more than itself in a filter of branches, or as an expression.
_PATTERN = re.compile(r"[*?+\[\]!\\]|\$\{\{")
PATHS = frozenset({GATE, CHECK, DRIFT, PREFLIGHT})
#: Where a repository says what proposes newer commits of the actions that it pins.
UPDATERS = (
    ".github/dependabot.yml",
    ".github/dependabot.yaml",
    "renovate.json",
    "renovate.json5",
    ".renovaterc",
    ".renovaterc.json",
    ".github/renovate.json",
    ".github/renovate.json5",
)
_DEPENDABOT = """\
version: 2
updates:
  - package-ecosystem: github-actions
    directory: /
    schedule: { interval: weekly }
    cooldown: { default-days: 7 }
"""


def upkeep(updaters: Mapping[str, str]) -> Sequence[str]:
    """
    Return how to keep the pins of the workflows fresh, where nothing does so yet.

    `updaters` has the text of each file of `UPDATERS` that is there.
    """
    dependabot, renovate = UPDATERS[:2], UPDATERS[2:]
    if any(name in updaters for name in renovate):
        return ()
    there = next((name for name in dependabot if name in updaters), "")
    if "github-actions" in updaters.get(there, ""):
        return ()
    entry = _DEPENDABOT.splitlines()
    return (
        "The workflows pin each action to a commit. To be sent newer ones, put this into "
        f"{there or dependabot[0]}, or add helpers:pinGitHubActionDigests to Renovate's extends:",
        *(f"  {line}" for line in (entry[2:] if there else entry)),
    )


def quoted(value: str) -> str:
    """Return a text as YAML reads it back, whatever it is."""
    return "'" + value.replace("'", "''").replace("\n", " ") + "'"


def gate(action: str, branch: str) -> str:
    """Return the workflow that judges each push to the branch that is deployed."""
    return f"""\
name: Railway gate
on:
  push:
    branches: [{quoted(branch)}]
permissions: {{}}
{_WHY_UNGROUPED}
jobs:
  gate:
    name: Gate {_UNGROUPED}
    runs-on: ubuntu-24.04
    timeout-minutes: 25
{_PERMISSIONS}
    steps:
      - uses: {CHECKOUT}
        with:
          fetch-depth: 100
          persist-credentials: false
      - uses: {action}
        with:
{_token(OF_PROJECT)}{_OTHER_SECRETS}"""


def preflight(action: str) -> str:
    """Return the workflow that keeps a pull request back while a migration is missing."""
    return f"""\
name: Railway preflight
on: pull_request
permissions: {{}}
concurrency:
  group: railway-preflight-${{{{ github.ref }}}}
  cancel-in-progress: true
jobs:
  preflight:
    name: Preflight
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read # checks the pull request out
    steps:
      - uses: {CHECKOUT}
        with:
          ref: ${{{{ github.event.pull_request.head.sha }}}}
          fetch-depth: 0
          persist-credentials: false
      - uses: {action}
        with:
          command: preflight
          database-url: ${{{{ secrets.DATABASE_URL }}}} {_UNBOUND}
"""


def drift(action: str, token: str = OF_PROJECT) -> str:
    """Return the workflow that audits each day; `token` is the secret that reaches Railway."""
    return f"""\
name: Railway drift
on:
  schedule:
    - cron: "17 6 * * *"
  workflow_dispatch:
permissions: {{}}
concurrency:
  group: railway-drift
  cancel-in-progress: false
jobs:
  audit:
    name: Audit
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    permissions:
      contents: read # reads the configuration
    steps:
      - uses: {CHECKOUT}
        with:
          persist-credentials: false
      - uses: {action}
        with:
          command: audit
{_token(token)}          github-token: ${{{{ secrets.AUDIT_TOKEN }}}} {_UNBOUND}
"""


def gates_after_uploads(action: str, jobs: Sequence[GateJob], branch: str) -> str:
    """
    Return the workflow that judges what others upload with `railway up`, in a job for each.

    An upload has no commit: it is the deployment made since that other run began. A run that failed
    is followed as well, since it may have failed because of what it had uploaded.
    """
    names = ", ".join(quoted(name) for name in dict.fromkeys(job.workflow for job in jobs))
    of_jobs = [followed(job.branches, branch) for job in jobs]
    branches = dict.fromkeys(name for names_of_job in of_jobs for name in names_of_job)
    listed = ", ".join(quoted(name) for name in branches)
    return f"""\
name: Railway gate
on:
  # An upload has no commit: the gate verifies what that run deployed, also where the run failed
  # after its upload. A run for a pull request is not followed: its commit, which is read here, may
  # be a stranger's.
  workflow_run: # zizmor: ignore[dangerous-triggers] see the condition of the job
    workflows: [{names}]
    types: [completed]
    branches: [{listed}]
permissions: {{}}
{_WHY_UNGROUPED}
jobs:
""" + "".join(
        _gate_job(action, job, "" if len(jobs) == 1 else _of_it(job, own, list(branches)))
        for job, own in zip(jobs, of_jobs, strict=True)
    )


def _of_it(job: GateJob, own: Sequence[str], branches: Sequence[str]) -> str:
    """
    Return the condition under which a run is of the workflow that this job follows.

    By its file: the name of a run may be its `run-name`, and two workflows may share a name. GitHub
    shows the path of some runs with `@` and what they ran of.
    """
    path = job.path.replace("'", "''")
    run = "github.event.workflow_run"
    conditions = f"\n      && startsWith(format('{{0}}@', {run}.path), '{path}@')"
    if set(own) != set(branches) and not any(_PATTERN.search(name) for name in own):
        called = [name.replace("'", "''") for name in own]
        either = " || ".join(f"{run}.head_branch == '{name}'" for name in called)
        conditions += f"\n      && ({either})"
    return conditions


def _gate_job(action: str, job: GateJob, of_it: str) -> str:
    """Return the job that follows one of the workflows; of several, `of_it` says which."""
    # A job's name is read for expressions.
    name = quoted(f"Gate of {job.workflow}".replace("${{", "$ {{")) if of_it else "Gate"
    services = quoted(", ".join(job.services))
    waits = f"\n          services: {services}" if job.services else ""
    return f"""\
  {job.id}:
    name: {name} {_UNGROUPED}
    if: >-
      github.event.workflow_run.conclusion != 'skipped'
      && github.event.workflow_run.event != 'pull_request'
      && github.event.workflow_run.head_repository.full_name == github.repository{of_it}
    runs-on: ubuntu-24.04
    timeout-minutes: 25
{_PERMISSIONS}
    steps:
      - uses: {CHECKOUT}
        with:
          ref: ${{{{ github.event.workflow_run.head_sha }}}}
          fetch-depth: 100
          persist-credentials: false
      - uses: {action}
        with:{waits}
          sha: ${{{{ github.event.workflow_run.head_sha }}}}
          since: ${{{{ github.event.workflow_run.run_started_at }}}}
{_token(OF_PROJECT)}{_OTHER_SECRETS}"""


def check(action: str, token: str = OF_PROJECT) -> str:
    """Return the workflow that looks at what is live twice an hour; `token` as for `drift`."""
    return f"""\
name: Railway check
on:
  schedule:
    - cron: "11,41 * * * *"
  workflow_dispatch:
permissions: {{}}
concurrency:
  group: railway-check
  cancel-in-progress: false
jobs:
  check:
    name: Check
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read # reads the configuration
      deployments: write # records which checks passed
    steps:
      - uses: {CHECKOUT}
        with:
          persist-credentials: false
      - uses: {action}
        with:
          command: check
{_token(token)}{_OTHER_SECRETS}"""
