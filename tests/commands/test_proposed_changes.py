"""What `verifier init` proposes for workflows that upload by themselves, applied by `git apply`."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.commands.pipelines import Files
from tests.first_user import DATA
from tests.language.speaking import speaking
from tests.language.test_surfaces_in_portuguese import left_in_english
from verifier.commands.proposed_changes import DIFF, propose_moves
from verifier.decide.first_config import Discovered, propose
from verifier.decide.questions.gate_run_drift import gate_run_drift
from verifier.decide.questions.masked_drift import mask_drift
from verifier.decide.questions.pipeline_drift import pipeline_drift
from verifier.decide.uploads import find_uploads, waits_for_pushes
from verifier.github.workflows import parse_workflow, workflow_value
from verifier.model import project
from verifier.report.spoken import say

ACTION = f"acme/railway-deploy-verifier@{'a' * 40}"
PATH = ".github/workflows/ship.yml"
PUBLIC = sorted((Path(__file__).parents[1] / "data/workflows").glob("*.yml"))
HEAD = """\
name: Ship
on:
  push:
    branches: [main]
jobs:
"""
JOB = """\
  # What is deployed.
  ship:
    runs-on: ubuntu-latest
    timeout-minutes: 10  # enough
    steps:
      - uses: actions/checkout@v4   # three spaces
      - name: Upload # kept
        run: railway up --detach -s api
        env:
          RAILWAY_TOKEN: ${{ secrets.TOKEN_OF_PRODUCTION }}

      # It takes a while.
      - run: sleep 120

      - name: Is it healthy
        id: health
        run: |
          for attempt in 1 2 3; do
          \tcurl -fsS "$URL/health" && exit 0
            sleep 10
          done
          echo "ok=false" >> "$GITHUB_OUTPUT"
          exit 1

      - name: Roll back
        if: steps.health.outputs.ok == 'false'
        run: railway rollback

      - name: Tell
        if: failure()
        run: curl -X POST "$SLACK_WEBHOOK"   # kept
"""
WHOLE = HEAD + JOB
FLAT = WHOLE.replace("\n      ", "\n    ")
PERMITTED = "    permissions:\n      contents: read # to check out\n      id-token: write\n"
TWICE = "      - run: railway up --detach -s worker\n"
BARE = WHOLE[: WHOLE.index("\n      # It takes")]
ACTION_STEP = """\
      - uses: bervproject/railway-deploy@main
        with:
          railway_token: ${{ secrets.DEPLOY }}
          service: api
"""
TEXTS = {
    "first-user": (DATA / "ci.yml").read_text("utf-8"),
    "first-user-dashboard": (DATA / "dashboard-ci.yml").read_text("utf-8"),
    "first-user-crlf": (DATA / "ci.yml").read_text("utf-8").replace("\n", "\r\n"),
    "first-user-behind-token": (DATA / "ci-behind-token.yml").read_text("utf-8"),
    "comments": WHOLE,
    "crlf": WHOLE.replace("\n", "\r\n"),
    "byte-order-mark": f"\ufeff{WHOLE}",
    "without-last-line-end": WHOLE.rstrip("\n"),
    "dashes-at-the-keys-depth": FLAT,
    "job-permissions": WHOLE.replace("    steps:", f"{PERMITTED}    steps:"),
    "workflow-permissions": f"permissions:\n  contents: read\n{WHOLE}",
    "all-permissions": f"permissions: write-all\n{WHOLE}",
    "two-uploads": WHOLE.replace("\n      # It", f"\n{TWICE}\n      # It").replace(
        "TOKEN_OF_PRODUCTION", "RAILWAY_TOKEN"
    ),
    "nothing-to-take-out": BARE,
    "without-last-line-end-crlf": BARE.rstrip("\n").replace("\n", "\r\n"),
    "another-job-behind": f"{WHOLE}\n  after:\n    needs: ship\n    runs-on: x\n    steps: [run: x]\n",
    "an-action-uploads": HEAD
    + JOB[: JOB.index("      - name: Upload")]
    + ACTION_STEP
    + JOB[JOB.index("      - run: sleep") :],
    "python-of-its-own": WHOLE.replace(
        "      - name: Upload", "      - uses: actions/setup-python@v5\n      - name: Upload"
    ),
}
PUSHED = JOB.replace("    steps:", "    if: github.event_name == 'push'\n    steps:")
PUBLIC_TEXTS = {
    f"public-{path.stem}": re.sub(
        r"(?m)^on: pull_request$", "on: [pull_request, push]", path.read_text("utf-8")
    ).rstrip("\n")
    + "\n"
    + PUSHED
    for path in PUBLIC
}


@pytest.fixture
def in_portuguese():
    with speaking("pt-BR"):
        yield


def seen(texts):
    found = find_uploads([parse_workflow(path, text) for path, text in texts.items()])
    services = {name: {"APP_ENV": "production"} for name in ("whats-agents", "Dashboard", "api")}
    return Discovered("julia", "production", services, "", (), uploads=found)


def moves(text, action=ACTION, path=PATH):
    return propose_moves(Files({path: text}), seen({path: text}), action)


def applied(folder, diff, text, path=PATH):
    """The bytes of a file after `git apply`."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
    (folder / "x.diff").write_bytes(diff.encode())
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    done = subprocess.run(["git", "apply", "x.diff"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return file.read_bytes().decode()


def lint(folder):
    if shutil.which("actionlint") is None:
        return []
    arguments = ["actionlint", "-no-color", "-shellcheck=", "-format", "{{json .}}", PATH]
    done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True)
    return sorted(row["message"] for row in json.loads(done.stdout or "[]"))


def audited(text):
    workflow = parse_workflow(PATH, text)
    rows = (*pipeline_drift([workflow]), *gate_run_drift([workflow]), *mask_drift([workflow]))
    return [row.setting for row in rows]


def steps_of(text):
    jobs = yaml.safe_load(text)["jobs"]
    return next(j for j in (jobs.get("ship"), jobs.get("deploy")) if j)["steps"]


@pytest.mark.parametrize("name", TEXTS)
def test_the_change_can_be_applied_and_says_what_was_meant(name, tmp_path):
    text = TEXTS[name]

    found = moves(text)
    after = applied(tmp_path, found.diff, text)

    assert workflow_value(PATH, after)["jobs"]
    steps = steps_of(after)
    (gate,) = [step for step in steps if step.get("uses") == ACTION]
    assert gate["with"]["since"] == "${{ steps.upload-begins.outputs.at }}"
    assert not any("sleep" in s.get("run", "") or "rollback" in s.get("run", "") for s in steps)
    assert not any("/health" in step.get("run", "") for step in steps)
    kept = [row for row in audited(text) if ": Upload" in row or "Tests" in row or "Types" in row]
    assert [row for row in audited(after) if "Health" in row or "Roll" in row] == []
    assert set(kept) <= set(audited(after)) <= set(audited(text))


@pytest.mark.parametrize("name", TEXTS)
def test_every_other_line_stays_byte_for_byte(name, tmp_path):
    text = TEXTS[name]

    found = moves(text)
    after = applied(tmp_path, found.diff, text)

    rows = found.diff.split("\n")
    added = {row[1:].rstrip("\r") for row in rows if row.startswith("+")}
    removed = [row[1:] for row in rows if row.startswith("-") and row[:3] != "---"]
    begin = min(
        n for n in map(text.find, ("- name: Wait", "- run: sleep", "name: Upload")) if n > 0
    )
    ends = [n for n in map(text.find, ("- name: Tell", "\n  after:")) if n > 0]
    steps = text[begin : min(ends, default=None)].split("\n")
    for row in removed:
        is_step = any(row.endswith(step) for step in steps)
        is_changed = "timeout-minutes: 10" in row or "contents: read #" in row
        assert is_step or is_changed or row.rstrip("\r") in added
    assert all(row in after.split("\n") for row in set(text.split("\n")) - set(removed))
    endings = {"\r\n"} if "\r\n" in text else {"\n"}
    assert {row[-2:] if row.endswith("\r\n") else "\n" for row in after.splitlines(True)[:-1]} == (
        endings
    )


@pytest.mark.parametrize("name", TEXTS)
def test_actionlint_says_no_more_than_before(name, tmp_path):
    text = TEXTS[name]
    (tmp_path / "x").mkdir()
    diff = moves(text).diff
    applied(tmp_path / "x", "", text) if not diff else None
    after = applied(tmp_path, diff, text)
    found = lint(tmp_path)
    (tmp_path / PATH).write_text(text, "utf-8", newline="")

    assert after != text
    assert set(found) <= set(lint(tmp_path))


def test_the_gate_is_given_the_token_of_the_upload(tmp_path):
    found = {name: moves(TEXTS[name]).diff for name in ("comments", "an-action-uploads")}

    assert "railway-token: ${{ secrets.TOKEN_OF_PRODUCTION }}" in found["comments"]
    assert "railway-token: ${{ secrets.DEPLOY }}" in found["an-action-uploads"]


def test_the_job_may_write_what_a_gate_writes_and_all_that_it_might_before(tmp_path):
    texts = {n: TEXTS[n] for n in ("job-permissions", "workflow-permissions", "comments")}
    said = {}
    for name, text in texts.items():
        after = applied(tmp_path, moves(text).diff, text)
        said[name] = yaml.safe_load(after)["jobs"]["ship"]["permissions"]

    needed = {"contents": "write", "deployments": "write"}
    assert said["job-permissions"] == {**needed, "id-token": "write"}
    assert said["workflow-permissions"] == said["comments"] == needed


def test_the_job_is_given_time_for_the_gate(tmp_path):
    after = applied(tmp_path, moves(WHOLE).diff, WHOLE)

    assert "    timeout-minutes: 35  # enough\n" in after


def test_the_gate_runs_where_an_upload_failed_and_not_where_there_was_none():
    (line,) = [row for row in moves(WHOLE).diff.split("\n") if "outcome" in row]

    assert (
        line.strip("+ ") == "if: ${{ !cancelled() && steps.railway-upload.outcome != 'skipped' }}"
    )


TELLING = """\
      - name: Tell
        if: failure()
        run: |
          curl -d '{"text": "it failed, roll back"}' URL
"""


@pytest.mark.parametrize(
    ("url", "is_certain"),
    [
        ('"$SLACK_WEBHOOK"', True),
        ("https://hooks.slack.com/services/x", True),
        ('"${{ secrets.DISCORD_WEBHOOK }}"', True),
        ('"$BACKBOARD"', False),
        ("https://backboard.railway.com/graphql/v2 -H 'x-from: slack-webhook'", False),
        ('"$SLACK_WEBHOOK" "$RAILWAY_API"', False),
        ('"$SLACK_WEBHOOK"; railway rollback "$ID"', False),
        ('"$SLACK_WEBHOOK"; ./roll-back.sh', False),
    ],
)
def test_a_message_that_speaks_of_a_rollback_makes_none(url, is_certain):
    text = WHOLE[: WHOLE.index("      - name: Tell")] + TELLING.replace("URL", url)

    found = moves(text)

    assert bool(found.diff) is is_certain, found.told
    assert ("not known for certain: Tell" in found.told[0]) is not is_certain


def test_enough_public_workflows_can_be_changed():
    found = [name for name, text in PUBLIC_TEXTS.items() if moves(text).diff]

    assert len(found) >= 10


@pytest.mark.parametrize("name", PUBLIC_TEXTS)
def test_a_public_workflow_with_an_upload_is_changed_or_told_of(name, tmp_path):
    text = PUBLIC_TEXTS[name]

    found = moves(text)

    assert len(found.told) == len(seen({PATH: text}).uploads)
    if not found.diff:
        assert all("no change is proposed" in line for line in found.told)
        return
    after = applied(tmp_path, found.diff, text)
    assert set(audited(after)) < set(audited(text))
    assert ACTION in after
    found_then = lint(tmp_path)
    (tmp_path / PATH).write_text(text, "utf-8", newline="")
    assert set(found_then) <= set(lint(tmp_path))


AWAITED = """\
name: After deploy
on:
  push:
    branches: [main]
jobs:
  verify:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v4
      - name: Wait for Railway
        run: sleep 120
      - name: Is it healthy
        run: |
          for attempt in 1 2 3; do
            curl -fsS "https://julia.up.railway.app/health" && exit 0
            sleep 10
          done
          exit 1
      - name: Tell
        if: failure()
        run: curl -X POST "$SLACK_WEBHOOK"   # kept
"""
POLLED = AWAITED.replace("      - name: Wait for Railway\n        run: sleep 120\n", "")
OF_MAIN = AWAITED.replace("[main]", "[main, develop]")
IF_MAIN = "    if: github.ref == 'refs/heads/main'\n    steps:"


def waits(text, action=ACTION):
    workflows = [parse_workflow(PATH, text)]
    uploads = find_uploads(workflows)
    found = replace(seen({PATH: text}), waits=waits_for_pushes(workflows, uploads))
    return propose_moves(Files({PATH: text}), found, action)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(AWAITED, id="waits-and-asks"),
        pytest.param(POLLED, id="asks-again-and-again"),
        pytest.param(AWAITED.replace("\n", "\r\n"), id="crlf"),
        pytest.param(OF_MAIN.replace("    steps:", IF_MAIN), id="kept-to-the-deployed-branch"),
        pytest.param(
            AWAITED.replace("push:", "pull_request:\n  push:").replace(
                "    steps:", "    if: github.event_name == 'push'\n    steps:"
            ),
            id="kept-from-pull-requests",
        ),
    ],
)
def test_a_job_that_waits_for_a_push_is_given_the_gate_in_place_of_its_waits(text, tmp_path):
    found = waits(text)
    after = applied(tmp_path, found.diff, text)

    steps = yaml.safe_load(after)["jobs"]["verify"]["steps"]
    assert [step.get("name", step.get("uses")) for step in steps] == [
        "actions/checkout@v4",
        "Railway gate",
        "Tell",
    ]
    assert "since" not in steps[1]["with"]
    assert "if" not in steps[1]
    assert steps[1]["with"]["railway-token"] == "${{ secrets.RAILWAY_TOKEN }}"
    assert set(audited(after)) <= set(audited(text))
    assert "Is it healthy" in found.told[0]
    assert any(line.startswith("With it, delete") for line in found.afterwards)
    assert waits(after) == waits("on: push\njobs: {}\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(OF_MAIN, "for something else than main", id="another-branch"),
        pytest.param(
            AWAITED.replace("push:", "pull_request:\n  push:"), "for a pull request", id="a-pull"
        ),
        pytest.param(
            AWAITED.replace("push:", "schedule: [{ cron: '1 1 * * *' }]\n  push:"),
            "runs for schedule",
            id="by-the-clock",
        ),
        pytest.param(AWAITED.replace("ubuntu-latest", "macos-15"), "another machine", id="a-mac"),
        pytest.param(
            AWAITED.replace(
                "      - name: Tell", "      - run: ./smoke.sh && sleep 1\n      - name: Tell"
            ),
            "not known for certain: ./smoke.sh",
            id="a-test-of-theirs",
        ),
        pytest.param(
            AWAITED.replace(
                "        run: sleep 120", "        if: failure()\n        run: sleep 120"
            ),
            "under conditions of their own",
            id="conditions",
        ),
        pytest.param(
            AWAITED.replace(
                "- name: Wait for Railway",
                "- run: railway redeploy --service julia-api --yes\n      - name: Wait for Railway",
            ),
            "may deploy something else than the pushed commit",
            id="of-no-pushed-commit",
        ),
        pytest.param(
            AWAITED.replace(
                "- name: Wait for Railway",
                "- run: curl -d 'mutation { serviceInstanceRedeploy }' https://api.test\n"
                "      - name: Wait for Railway",
            ),
            "may deploy something else than the pushed commit",
            id="of-no-pushed-commit-by-the-api",
        ),
        pytest.param(
            AWAITED.replace("https://julia.up.railway.app", "http://localhost:8000"),
            None,
            id="the-application-of-a-test",
        ),
        pytest.param(AWAITED.replace("  push:", "  release:"), None, id="not-for-a-push"),
        pytest.param(AWAITED.replace("sleep", "echo"), None, id="without-a-wait"),
    ],
)
def test_a_wait_that_is_not_changed_is_told_of_with_its_reason(text, told):
    found = waits(text)

    assert found.diff == ""
    assert [told in line for line in found.told] == ([True] if told else [])


def test_no_second_gate_is_written_beside_one_of_the_repositorys_own(tmp_path):
    found = replace(seen({}), has_gate=True)

    assert ".github/workflows/railway-gate.yml" not in propose(found, ACTION).files


def changed(old, new):
    assert old in WHOLE
    return WHOLE.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            changed("    steps:", "    strategy: { matrix: { a: [1] } }\n    steps:"),
            "has a strategy",
        ),
        (changed("    steps:", "    container: node\n    steps:"), "has a container"),
        (changed("ubuntu-latest", "windows-latest"), "on another machine"),
        (changed("  push:\n", "  workflow_call:\n  push:\n"), "runs for workflow_call"),
        (changed("  push:\n", "  pull_request:\n  push:\n"), "for a pull request"),
        (changed("--detach", "--detach -e staging"), "uploads to staging"),
        (
            changed("--detach", "--detach -e 'production eu' -e production"),
            "uploads to production eu",
        ),
        (changed("--detach", '--detach --environment "$TO"'), "uploads to $TO"),
        (changed("curl -fsS", "curl -fsS -X POST"), "not known for certain: Is it healthy"),
        (changed("sleep 120", "./wait.sh && sleep 9"), "not known for certain: ./wait.sh"),
        (changed("          exit 1\n", ""), "not known for certain: Roll back"),
        (changed("          exit 1\n", "          exit 0\n"), "not known for certain: Roll back"),
        (changed("if: steps.health.outputs.ok == 'false'", "if: failure()"), "certain: Roll back"),
        (changed("if: failure()", "if: steps.health.outputs.ok"), "asks elsewhere for"),
        (changed("-s api", "-s api && sleep 60"), "uploads and waits in one step"),
        (changed("    timeout", "    permissions: read-all\n    timeout"), "read-all"),
        (changed("actions/checkout@v4", "acme/build@v4"), "names no permissions"),
        (changed('"$SLACK_WEBHOOK"', '"$SLACK_WEBHOOK?t=$GITHUB_TOKEN"'), "names no permissions"),
        (changed("jobs:", "concurrency: { group: x, cancel-in-progress: true }\njobs:"), "audit"),
        (
            changed("    steps:\n", "    steps: &all\n")
            + "  b:\n    runs-on: x\n    steps: *all\n",
            "in 2 jobs",
        ),
        (changed("- run: sleep 120", "- &w\n        run: sleep 120\n      - *w"), "separate lines"),
        (changed("  ship:\n", "  ship:\n    outputs: { a: x }\n").replace("\n", "\r"), "end lines"),
        (
            HEAD + "  a: { runs-on: ubuntu-latest, steps: [{ run: railway up }] }\n",
            "separate lines",
        ),
        (changed("run: railway up --detach -s api", "run: ./deploy.sh"), None),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 50 else "",
)
def test_what_is_not_certain_is_told_and_nothing_is_proposed(text, told):
    found = moves(text)

    assert found.diff == ""
    assert [told in line for line in found.told] == ([True] if told else [])


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(
            'curl -s "$CDN/purge" && echo already live', id="an-address-that-is-no-health"
        ),
        pytest.param("curl -s $URL/health; curl -s $CDN/purge", id="two-addresses"),
        pytest.param("curl -s $URL/health >> $GITHUB_ENV", id="a-variable-for-later"),
        pytest.param("curl -s $URL/health | python3 judge.py", id="a-program-of-theirs"),
    ],
)
def test_a_step_that_may_do_something_besides_asking_is_not_taken_out(run):
    found = moves(changed("sleep 120", run))

    assert found.diff == ""
    assert "not known for certain" in found.told[0]


@pytest.mark.parametrize(
    "run",
    [
        'echo "ok=false" >> "$GITHUB_OUTPUT"\n          if [ -n "$STRICT" ]; then exit 1; fi',
        'if [ 1 ]; then\n          echo "ok=false" >> "$GITHUB_OUTPUT"\n          else exit 1; fi',
        'echo "ok=$ok" >> "$GITHUB_OUTPUT"\n          exit 1',
        'echo "ok=false" >> "$GITHUB_OUTPUT"\n          exit "$code"',
        'echo "ok=false" >> "$GITHUB_OUTPUT"\n          exit 1 || true',
    ],
)
def test_a_rollback_that_might_run_is_not_taken_out(run):
    found = moves(changed('echo "ok=false" >> "$GITHUB_OUTPUT"\n          exit 1', run))

    assert found.diff == ""
    assert "not known for certain: Roll back" in found.told[0]


@pytest.mark.parametrize(
    ("condition", "is_certain"),
    [
        ("steps.health.outcome == 'failure'", True),
        ("${{ steps.health.conclusion == 'failure' }}", True),
        ("github.ref == 'refs/heads/main' && steps.health.outcome == 'failure'", True),
        ("steps.health.outcome == 'success'", False),
        ("!(steps.health.outcome == 'failure')", False),
        ("!(steps.health.outputs.ok == 'false')", False),
        ("steps.health.outcome == 'failure' || github.ref", False),
        ("always() && steps.health.outcome == 'failure'", False),
        ("steps.health.outcome == 'failure' && ${{ github.ref }}", False),
        ("steps.elsewhere.outcome == 'failure'", False),
    ],
)
def test_a_rollback_after_a_failure_that_ends_the_job_never_runs(condition, is_certain):
    found = moves(changed("steps.health.outputs.ok == 'false'", condition))

    assert bool(found.diff) is is_certain, found.told


def test_a_rollback_may_run_where_the_job_goes_on_after_the_failure():
    text = changed("steps.health.outputs.ok == 'false'", "steps.health.outcome == 'failure'")

    found = moves(text.replace("id: health", "id: health\n        continue-on-error: true"))

    assert found.diff == ""


def test_of_a_rollback_that_may_run_the_way_to_a_change_is_told():
    text = changed("if: steps.health.outputs.ok == 'false'", "if: failure()")
    step = text[text.index("      - name: Roll back") : text.index("      - name: Tell")]

    found = moves(text)

    assert "delete that step on a branch and run init there again" in found.told[0]
    assert moves(text.replace(step, "")).diff


CHECKOUT_STEP = "- uses: actions/checkout@v4   # three spaces\n"
UNDO = """
  undo:
    needs: ship
    if: failure()
    runs-on: ubuntu-latest
    steps:
      - run: npm i -g @railway/cli
      - run: railway rollback --service api
"""
OTHER_UNDO = """\
name: Undo
on:
  workflow_run: { workflows: [Ship], types: [completed] }
jobs:
  undo:
    if: github.event.workflow_run.conclusion == 'failure'
    runs-on: ubuntu-latest
    steps: [{ run: railway rollback }]
"""


@pytest.mark.parametrize(
    "behind",
    [
        pytest.param(UNDO, id="a-job"),
        pytest.param(
            UNDO.replace("failure()", "always() && needs.ship.result == 'failure'"), id="by-result"
        ),
        pytest.param(
            "\n  told:\n    needs: ship\n    if: always()\n    runs-on: x\n    steps: [run: echo a]\n"
            + UNDO.replace("needs: ship", "needs: [told]"),
            id="a-job-behind-a-job",
        ),
        pytest.param(
            "\n  undo:\n    needs: ship\n    if: failure()\n    uses: ./.github/workflows/undo.yml\n",
            id="a-called-workflow",
        ),
        pytest.param(
            "      - if: failure()\n        run: node scripts/restore-previous.js\n", id="a-script"
        ),
        pytest.param(
            "      - if: ${{ always() }}\n        uses: ./.github/actions/undo\n", id="uses"
        ),
        pytest.param(UNDO.replace("failure()", "${{ !success() }}"), id="without-success"),
        pytest.param(
            UNDO.replace("railway rollback --service api", "gh pr merge --admin restore"),
            id="merges",
        ),
        pytest.param(
            UNDO.replace("run: railway rollback --service api", "uses: a/workflow-webhook@v3"),
            id="a-webhook-of-any-kind",
        ),
        pytest.param(
            UNDO.replace(
                "run: railway rollback --service api",
                "run: curl -d @redeploy.json https://backboard.railway.app; curl $SLACK_WEBHOOK",
            ),
            id="a-message-beside-it",
        ),
    ],
)
def test_nothing_is_proposed_where_something_may_undo_the_deploy_after_the_gate(behind):
    for found in (moves(WHOLE + behind), waits(AWAITED + behind.replace("ship", "verify"))):
        assert found.diff == ""
        assert "after a failure" in found.told[0]


def beside(other):
    """What is proposed where another workflow stands beside the one that uploads."""
    found = parse_workflow(".github/workflows/undo.yml", other)
    mine = parse_workflow(PATH, WHOLE)
    return propose_moves(
        Files({PATH: WHOLE}), replace(seen({PATH: WHOLE}), workflows=(mine, found)), ACTION
    )


def test_nothing_is_proposed_where_another_workflow_may_roll_back_after_it():
    found = beside(OTHER_UNDO)

    assert beside(OTHER_UNDO.replace("railway rollback", "echo it failed")).diff
    assert found.diff == ""
    assert "railway rollback (job undo of .github/workflows/undo.yml)" in found.told[0]


@pytest.mark.parametrize(
    ("reads", "is_kept_back"),
    [
        ("cat health.json", True),
        ("cat *.json", True),
        ("cat ./out/hea*.j?on", True),
        ("jq . health.[jx]son", True),
        ("grep -rl ok .", False),
        ("cat *.txt", False),
        ("ls *", False),
        ("for f in *; do cat $f; done", True),
        ("echo 2 * 3", False),
    ],
)
def test_a_file_that_another_step_reads_by_a_pattern_is_kept(reads, is_kept_back):
    text = changed('curl -fsS "$URL/health"', 'curl -fsS -o health.json "$URL/health"')
    text += f"      - name: Later\n        if: always()\n        run: {reads}\n"

    found = moves(text)

    assert ("may ask elsewhere for health.json" in " ".join(found.told)) is is_kept_back


@pytest.mark.parametrize("given", ["", ", with: { command: doctor }", ", with: { services: web }"])
def test_the_verifier_in_another_workflow_keeps_no_change_back(given):
    own = f"{{ uses: acme/railway-deploy-verifier@v1{given} }}"
    other = OTHER_UNDO.replace("{ run: railway rollback }", own)

    for on in ("workflow_run: { workflows: [Ship], types: [completed] }", "push:", "schedule:"):
        assert beside(re.sub("workflow_run: .*", on, other)).diff


@pytest.mark.parametrize(
    "step",
    [
        "run: npx prisma migrate deploy",
        "uses: acme/migrate-action@v1",
        "run: make upgrade-database",
    ],
)
def test_nothing_is_proposed_where_a_job_behind_the_gate_migrates(step):
    behind = f"\n  later:\n    needs: ship\n    runs-on: x\n    steps: [{{ {step} }}]\n"

    found = moves(WHOLE + behind)

    assert found.diff == ""
    assert "has migrations that the gate does not wait for" in found.told[0]


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("run: railway rollback", "run: node scripts/restore-previous.js"),
        ("run: railway rollback", "uses: ./.github/actions/restore"),
        ("run: railway rollback", "run: railway redeploy --yes"),
        ("steps: [{ run: railway rollback }]", "uses: ./.github/workflows/restore.yml"),
        ("workflow_run: { workflows: [Ship], types: [completed] }", "deployment_status:"),
    ],
)
def test_whatever_follows_a_failed_run_may_undo_the_deploy(text, other):
    assert beside(OTHER_UNDO.replace(text, other)).diff == ""


@pytest.mark.parametrize(
    "behind",
    [
        "      - if: always()\n        uses: actions/upload-artifact@v4\n",
        "\n  told:\n    needs: ship\n    if: failure()\n    runs-on: x\n"
        "    steps: [{ run: railway logs -s api | tail -50 }]\n",
        "      - if: failure()\n        run: gh issue create --title failed\n",
        "\n  told:\n    needs: ship\n    if: always()\n    runs-on: x\n    steps: [run: echo a]\n",
    ],
)
def test_what_only_tells_or_reads_after_a_failure_undoes_nothing(behind):
    assert moves(WHOLE + behind).diff


MIGRATE = "      - name: Migrate\n        run: npx prisma migrate deploy\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            WHOLE.replace("\n      - name: Is it", f"\n{MIGRATE}\n      - name: Is it"),
            id="between",
        ),
        pytest.param(
            WHOLE.replace("\n      - name: Tell", f"\n{MIGRATE}\n      - name: Tell"), id="behind"
        ),
        pytest.param(BARE + MIGRATE, id="without-a-wait"),
    ],
)
def test_the_gate_stands_behind_the_migration_that_it_judges(text, tmp_path):
    steps = steps_of(applied(tmp_path, moves(text).diff, text))

    names = [step.get("name") for step in steps]
    assert names.index("Migrate") + 1 == names.index("Railway gate")


@pytest.mark.parametrize(
    "given",
    [
        "        with:\n          path: elsewhere\n",
        "        with:\n          sparse-checkout: backend\n",
        "        with:\n          repository: acme/infra\n",
        "        with:\n          ref: release\n",
        "        if: github.event_name == 'workflow_dispatch'\n",
    ],
)
def test_no_gate_is_put_where_its_configuration_may_not_be(given):
    found = moves(changed(CHECKOUT_STEP, CHECKOUT_STEP + given))

    assert found.diff == ""
    assert "whether the gate finds .github/verifier.yml" in found.told[0]


def test_a_token_of_the_workflow_s_own_variables_needs_what_is_not_known():
    found = moves(
        changed("jobs:", "env: { NODE_AUTH_TOKEN: '${{ secrets.GITHUB_TOKEN }}' }\njobs:")
    )

    assert found.diff == ""
    assert "names no permissions" in found.told[0]


@pytest.mark.parametrize(
    ("run", "is_health"),
    [
        ("curl -fsS https://app.test/up", True),
        ("curl -fsS ${{ vars.APP_URL }}/", True),
        ("curl -fsS $URL", True),
        ("curl -fsS $URL/api/orders | grep -q id", False),
        ("curl -fsS https://app.test/login | grep -q Welcome", False),
        ("curl -fsS https://shop.vercel.app/health", False),
    ],
)
def test_only_what_a_gate_asks_too_is_taken_out_as_a_health_check(run, is_health):
    found = moves(
        changed("      - run: sleep 120", f"      - name: Smoke test\n        run: {run}")
    )

    assert bool(found.diff) is is_health, found.told


BY_HAND = "set fetch-depth: 100 in the gate's job"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "given"),
    [
        pytest.param(CHECKOUT_STEP, {"fetch-depth": 100}, id="nothing-said"),
        pytest.param(
            CHECKOUT_STEP + "        with: # theirs\n          token: x\n\n",
            {"token": "x", "fetch-depth": 100},
            id="something-else-said",
        ),
        pytest.param(
            "- with:\n          token: x\n        uses: actions/checkout@v4\n",
            None,
            id="said-first",
        ),
        pytest.param(CHECKOUT_STEP + "        with: { token: x }\n", None, id="in-one-line"),
        pytest.param("- { uses: actions/checkout@v4 }\n", None, id="all-in-one-line"),
        pytest.param(
            CHECKOUT_STEP + "        with:\n          fetch-depth: 0\n",
            {"fetch-depth": 0},
            id="all-of-it",
        ),
        pytest.param(
            CHECKOUT_STEP + "        with:\n          fetch-depth: 1\n", None, id="one-commit"
        ),
    ],
)
def test_the_checkout_brings_the_migrations_in_between_or_it_is_told(step, given, tmp_path):
    text = changed(CHECKOUT_STEP, step)

    found = moves(text)
    (checkout, *_) = steps_of(applied(tmp_path, found.diff, text))

    assert any(BY_HAND in line for line in found.told) is (given is None)
    if given is None:
        assert checkout == steps_of(text)[0]
    else:
        assert checkout["with"] == given


@pytest.mark.slow
def test_the_checkout_of_a_job_that_waits_for_a_push_brings_them_too(tmp_path):
    found = waits(AWAITED)

    (checkout, *_) = yaml.safe_load(applied(tmp_path, found.diff, AWAITED))["jobs"]["verify"][
        "steps"
    ]

    assert checkout["with"] == {"fetch-depth": 100}
    assert not any(BY_HAND in line for line in found.told)


def test_that_a_plan_rolls_nothing_back_is_told_beside_the_change():
    (line,) = [line for line in moves(WHOLE).afterwards if "rollback: plan" in line]

    assert "rolls nothing back" in line


@pytest.mark.usefixtures("in_portuguese")
def test_it_is_told_in_portuguese():
    odd = moves(changed("ubuntu-latest", "macos-15"))
    found = moves(changed("Is it healthy", "Saudável"))

    said = "\n".join(say(line) for line in (*odd.told, *found.told, *found.afterwards))
    said = said.replace(DIFF, "x.diff")

    assert left_in_english(said) == []
    assert "nenhuma mudança é proposta" in said


def test_without_an_action_the_line_to_fill_in_is_loud(tmp_path):
    found = moves(WHOLE, action="")

    assert f"uses: {project.REPOSITORY or project.PLACEHOLDER}@COMMIT # FILL IN" in found.diff
    assert any(line.startswith("Run init again with --action") for line in found.afterwards)
    applied(tmp_path, found.diff, WHOLE)


def test_once_it_is_made_no_other_gate_follows_the_upload_and_nothing_is_proposed(tmp_path):
    after = applied(tmp_path, moves(WHOLE).diff, WHOLE)

    found = seen({PATH: after})

    assert ".github/workflows/railway-gate.yml" not in propose(found, ACTION).files
    assert moves(after) == moves("on: push\njobs: {}\n")


def test_the_gate_of_what_is_changed_is_not_kept_beside_it():
    other = PATH.replace("ship", "odd")
    texts = {PATH: WHOLE, other: changed("ubuntu-latest", "macos-15").replace("Ship", "Odd")}

    one = moves(WHOLE).afterwards
    two = propose_moves(Files(texts), seen(texts), ACTION)

    assert any(
        line.startswith("With it, delete .github/workflows/railway-gate.yml") for line in one
    )
    assert any("take gate-ship out of" in line for line in two.afterwards)
    assert two.diff.count("+++ b/") == 1
