"""The workflows of a first configuration. `action` is OWNER/NAME@COMMIT of the verifier."""

from collections.abc import Sequence

from verifier.decide.uploads import GateJob
from verifier.model.action_pins import CHECKOUT

GATE = ".github/workflows/railway-gate.yml"
CHECK = ".github/workflows/railway-check.yml"
DRIFT = ".github/workflows/railway-drift.yml"
PREFLIGHT = ".github/workflows/railway-preflight.yml"
#: What a gate may do, whatever starts it.
_PERMISSIONS = """\
permissions:
  contents: write # claims a rollback with a Git reference
  deployments: write # records which deployments passed and failed\
"""
#: What reaches Railway, the database, the application and Slack.
_SECRETS = """\
          railway-token: ${{ secrets.RAILWAY_TOKEN }}
          database-url: ${{ secrets.DATABASE_URL }}
          app-url: ${{ vars.RAILWAY_APP_URL }}
          slack-webhook-url: ${{ secrets.SLACK_WEBHOOK_URL }}
"""
PATHS = frozenset({GATE, CHECK, DRIFT, PREFLIGHT})


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
{_PERMISSIONS}
# One group per commit: in a shared group GitHub keeps a single waiting run, so that the next push
# would cancel the gate of the one before. A Git reference decides which of two gates rolls back.
concurrency:
  group: railway-gate-${{{{ github.sha }}}}
  cancel-in-progress: false
jobs:
  gate:
    name: Gate
    runs-on: ubuntu-24.04
    timeout-minutes: 25
    steps:
      - uses: {CHECKOUT}
        with:
          fetch-depth: 100
          persist-credentials: false
      - uses: {action}
        with:
{_SECRETS}"""


def preflight(action: str) -> str:
    """Return the workflow that keeps a pull request back while a migration is missing."""
    return f"""\
name: Railway preflight
on: pull_request
permissions:
  contents: read
jobs:
  preflight:
    name: Preflight
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    steps:
      - uses: {CHECKOUT}
        with:
          ref: ${{{{ github.event.pull_request.head.sha }}}}
          fetch-depth: 0
          persist-credentials: false
      - uses: {action}
        with:
          command: preflight
          database-url: ${{{{ secrets.DATABASE_URL }}}}
"""


def drift(action: str) -> str:
    """Return the workflow that audits each day."""
    return f"""\
name: Railway drift
on:
  schedule:
    - cron: "17 6 * * *"
  workflow_dispatch:
permissions:
  contents: read
jobs:
  audit:
    name: Audit
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    steps:
      - uses: {CHECKOUT}
        with:
          persist-credentials: false
      - uses: {action}
        with:
          command: audit
          railway-token: ${{{{ secrets.RAILWAY_TOKEN }}}}
          github-token: ${{{{ secrets.AUDIT_TOKEN }}}}
"""


def gates_after_uploads(action: str, jobs: Sequence[GateJob], branch: str) -> str:
    """
    Return the workflow that judges what others upload with `railway up`, in a job for each.

    An upload has no commit: it is the deployment made since that other run began. A run that failed
    is followed as well, since it may have failed because of what it had uploaded.
    """
    names = ", ".join(quoted(job.workflow) for job in jobs)
    return f"""\
name: Railway gate
on:
  # An upload has no commit: the gate verifies what that run deployed, also where the run failed
  # after its upload. A run for a pull request is not followed: its commit, which is read here, may
  # be a stranger's.
  workflow_run: # zizmor: ignore[dangerous-triggers] see the condition of the job
    workflows: [{names}]
    types: [completed]
    branches: [{quoted(branch)}]
{_PERMISSIONS}
concurrency:
  group: railway-gate-${{{{ github.run_id }}}}
  cancel-in-progress: false
jobs:
""" + "".join(_gate_job(action, job, is_alone=len(jobs) == 1) for job in jobs)


def _gate_job(action: str, job: GateJob, *, is_alone: bool) -> str:
    """Return the job that follows one of the workflows; of several, it says which."""
    name = "Gate" if is_alone else quoted(f"Gate of {job.workflow}")
    called = job.workflow.replace("'", "''").replace("\n", " ")
    of_it = "" if is_alone else f"\n      && github.event.workflow_run.name == '{called}'"
    services = quoted(", ".join(job.services))
    waits = f"\n          services: {services}" if job.services else ""
    return f"""\
  {job.id}:
    name: {name}
    if: >-
      github.event.workflow_run.conclusion != 'skipped'
      && github.event.workflow_run.event != 'pull_request'
      && github.event.workflow_run.head_repository.full_name == github.repository{of_it}
    runs-on: ubuntu-24.04
    timeout-minutes: 25
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
{_SECRETS}"""


def check(action: str) -> str:
    """Return the workflow that looks at what is live twice an hour."""
    return f"""\
name: Railway check
on:
  schedule:
    - cron: "11,41 * * * *"
  workflow_dispatch:
permissions:
  contents: read
  deployments: write # records which checks passed
jobs:
  check:
    name: Check
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    steps:
      - uses: {CHECKOUT}
        with:
          persist-credentials: false
      - uses: {action}
        with:
          command: check
{_SECRETS}"""
