"""No gate is proposed before what may undo the deploy once the gate has failed."""

import pytest

from tests.commands.pipelines import AWAITING, WHOLE, follower, job, pipeline, proposed, run

REDEPLOY = run("railway redeploy --yes --service api")
TELLS = run("echo it failed")
CONCLUSION = "github.event.workflow_run.conclusion"
STATE = "github.event.deployment_status.state"
OF_RUN, OF_DEPLOYMENT = f"${{{{ {CONCLUSION} }}}}", "  deployment_status:\n"
MAIN = "github.ref == 'refs/heads/main'"


def step(condition, body=REDEPLOY):
    return body.replace("- run", f"- if: {condition}\n        run", 1)


def is_refused(found):
    assert len(found.told) >= 1
    assert bool(found.diff) is ("may run more after a failure" not in found.told[0]), found.told
    return not found.diff


MAY_FOLLOW = (
    "failure()",
    "failure ()",
    "Failure()",
    "ALWAYS()",
    "cancelled() || failure()",
    "${{ !cancelled() }}",
    "${{ !success() }}",
    "${{ !(success()) }}",
    "success() == false",
    "success() != true",
    "false == success()",
    f"success() && github.ref == 'x' || {MAIN}",
    f"{MAIN} || success()",
    "always() && needs.deploy.result == 'failure'",
    "always() && needs.deploy.result != 'success'",
    "always() && needs.deploy.outputs.undo",
    "always() && contains(fromJSON('[\"failure\"]'), needs.deploy.result)",
    f">-\n      failure()\n      && {MAIN}",
)
NEVER_FOLLOWS = (
    "",
    MAIN,
    "success()",
    "needs.deploy.result == 'success'",
    "needs.deploy.result == 'failure'",
    "always() && needs.deploy.result == 'success'",
    "${{ !failure() && !cancelled() }}",
    "failure() && github.event_name == 'pull_request'",
)


@pytest.mark.parametrize("condition", MAY_FOLLOW)
def test_a_job_that_may_run_after_the_gates_failure_keeps_the_change_back(condition):
    assert is_refused(proposed(pipeline(jobs=job(REDEPLOY, condition))))


@pytest.mark.parametrize("condition", NEVER_FOLLOWS)
def test_a_job_that_a_failure_skips_is_no_matter(condition):
    found = proposed(pipeline(jobs=job(run("npm run purge-cdn"), condition)))

    assert not is_refused(found)


@pytest.mark.parametrize("condition", MAY_FOLLOW[:13])
def test_a_step_that_may_run_after_the_gates_failure_does_so_too(condition):
    body = run("node scripts/restore-previous.js")

    assert is_refused(proposed(pipeline(WHOLE + step(condition.replace("\n  ", "\n      "), body))))


def test_a_job_behind_one_that_is_skipped_is_skipped_with_it():
    first = job(run("npm run purge"), "", "first")
    behind = job(REDEPLOY, "", "second", "    needs: first\n")

    assert not is_refused(proposed(pipeline(jobs=first + behind)))
    assert is_refused(
        proposed(pipeline(jobs=first + behind.replace("first\n", "first\n    if: always()\n")))
    )


def test_a_chain_of_jobs_is_followed_in_whatever_order_they_are_written():
    keys = {
        "last": "    needs: [middle, third]\n",
        "third": "    needs: [middle]\n",
        "middle": "    needs: [deploy]\n",
    }
    for undoing, condition in (("last", "failure()"), ("third", "always()"), ("last", "")):
        jobs = "".join(
            job(REDEPLOY, condition, name, said)
            if name == undoing
            else job(TELLS, "always()", name, said)
            for name, said in keys.items()
        )
        assert is_refused(proposed(pipeline(jobs=jobs))) is bool(condition)


@pytest.mark.parametrize("going_on", ["true", "${{ true }}"])
def test_what_needs_a_job_that_may_fail_runs_after_its_failure(going_on):
    text = pipeline(jobs=job(REDEPLOY), keys=f"    continue-on-error: {going_on}\n")

    assert is_refused(proposed(text))


HARMLESS_BEHIND = {
    "a-message": TELLS,
    "slack": run('curl -d \'{"text":"failed"}\' "$SLACK_WEBHOOK_URL"'),
    "an-action": "      - uses: slackapi/slack-github-action@v2\n",
    "a-file": "      - uses: actions/upload-artifact@v4\n",
    "cleaning": run("rm -rf dist"),
    "a-summary": run('echo "done ${{ job.status }}" >> "$GITHUB_STEP_SUMMARY"'),
    "logs": run("railway logs -s api | tail -50"),
    "an-issue": run('gh issue create --title "deploy failed" --body x'),
}


@pytest.mark.parametrize("name", HARMLESS_BEHIND)
def test_what_is_known_to_change_nothing_may_follow_a_failure(name):
    behind = HARMLESS_BEHIND[name]

    assert not is_refused(proposed(pipeline(jobs=job(behind, "always()"))))


@pytest.mark.parametrize(
    ("steps", "keys"),
    [
        (TELLS.replace("- run", "- shell: ./ops/restore.sh {0}\n        run"), ""),
        (TELLS.replace("- run", "- shell: node {0}\n        run"), ""),
        (TELLS + "        env:\n          BASH_ENV: ./ops/restore.sh\n", ""),
        (TELLS, "    defaults:\n      run:\n        shell: ./ops/restore.sh {0}\n"),
        (TELLS, "    container: acme/restore\n"),
        (TELLS, "    services: { db: { image: acme/restore } }\n"),
        (TELLS, "    env: { PATH: ./ops }\n"),
        ("      - uses: docker://acme/slack-restore\n", ""),
        ("      - uses: ./.github/actions/rollback-and-tell-slack\n", ""),
        ("      - uses: acme-teams/railway-redeploy@v1\n", ""),
        ("      - uses: acme/restore-discord@v1\n", ""),
        ("      - uses: actions/github-script@v7\n", ""),
        ("      - uses: actions/setup-restore@v1\n", ""),
        (
            run('curl -X POST "$URL"') + "        env:\n          URL: ${{ secrets.RESTORE }}\n",
            "",
        ),
        (
            run('curl "$SLACK_URL"') + "        env:\n          SLACK_URL: https://ops.test\n",
            "",
        ),
    ],
)
def test_where_it_runs_makes_a_harmless_step_unknown(steps, keys):
    behind = job(steps, "failure()", keys=f"    needs: deploy\n{keys}")

    assert is_refused(proposed(pipeline(jobs=behind)))


def test_a_workflow_that_is_called_after_a_failure_is_not_known():
    behind = "  undo:\n    needs: deploy\n    if: failure()\n    uses: ./.github/workflows/x.yml\n"

    assert is_refused(proposed(pipeline(jobs=behind)))


NODE = run("node scripts/restore-previous.js")
LOOKS = f"""\
name: After
on:
  workflow_run:
    workflows: [Deploy]
jobs:
  look:
    runs-on: x
    outputs: {{ failed: "${{{{ {CONCLUSION} == 'failure' }}}}" }}
    steps: [run: echo]
{job(REDEPLOY, "needs.look.outputs.failed == 'true'", "undo", "    needs: look" + chr(10))}"""
CALLS = "name: After\non: workflow_run\njobs:\n  undo:\n    uses: ./.github/workflows/x.yml\n"
FOLLOWING = {
    "equal": follower(REDEPLOY, f"{CONCLUSION} == 'failure'"),
    "other-than-success": follower(REDEPLOY, f"{CONCLUSION}!='success'"),
    "turned": follower(REDEPLOY, f"${{{{ 'success' != {CONCLUSION} }}}}"),
    "not": follower(REDEPLOY, f"${{{{ !({CONCLUSION} == 'success') }}}}"),
    "in-a-list": follower(REDEPLOY, f"contains(fromJSON('[\"failure\"]'), {CONCLUSION})"),
    "begins": follower(REDEPLOY, f"startsWith({CONCLUSION}, 'fail')"),
    "by-its-shell": follower(run(f'[ "{OF_RUN}" = success ] || railway redeploy')),
    "without-a-condition": follower(NODE),
    "of-a-script": follower("      - uses: actions/github-script@v7\n"),
    "by-another-job": LOOKS,
    "called": CALLS.replace("on: workflow_run", "on: { workflow_run: { workflows: Deploy } }"),
    "a-webhook": follower(run('curl -X POST "$RESTORE_WEBHOOK_URL"')),
    "an-action": follower("      - uses: acme/restore-and-slack@v1\n"),
    "a-state": follower(REDEPLOY, f"{STATE} == 'failure'", OF_DEPLOYMENT),
    "an-error": follower(REDEPLOY, f"{STATE} == 'error'", OF_DEPLOYMENT),
    "no-success": follower(
        REDEPLOY, f"{STATE} != 'success' && {STATE} != 'pending'", OF_DEPLOYMENT
    ),
    "a-step-of-it": follower(step(f"${{{{ !({STATE} == 'success') }}}}"), "", OF_DEPLOYMENT),
    "a-suite": follower(
        REDEPLOY, "github.event.check_suite.conclusion == 'failure'", "  check_suite:\n"
    ),
    "a-check": follower(
        REDEPLOY, "github.event.check_run.conclusion == 'failure'", "  check_run:\n"
    ),
    "a-pattern": follower(REDEPLOY, "", '  workflow_run: { workflows: ["Dep*"] }\n'),
    "by-the-clock": follower(
        run('test "$(gh run list -w Deploy -L1 -q .[0])" = success || railway redeploy'),
        "",
        "  schedule:\n    - cron: '*/5 * * * *'\n",
    ),
}


@pytest.mark.parametrize("name", FOLLOWING)
def test_another_workflow_that_may_undo_the_deploy_keeps_the_change_back(name):
    found = proposed(pipeline(AWAITING if name == "not" else WHOLE), FOLLOWING[name])

    assert found.diff == ""
    assert "of .github/workflows/after0.yml)" in found.told[0]


def test_so_does_one_that_follows_what_follows():
    first = follower(TELLS)
    second = follower(REDEPLOY, "", "  workflow_run: { workflows: [After] }\n")

    assert is_refused(proposed(pipeline(), first, second.replace("name: After", "name: Last")))
    assert not is_refused(proposed(pipeline(), second.replace("name: After", "name: Last")))


DOCS = run("npm run docs:build -- --section rollback") + "      - uses: actions/deploy-pages@v4\n"
OF_CI = "  workflow_run: { workflows: [CI] }\n"
NO_MATTER = {
    "on-success": follower(DOCS, f"{CONCLUSION} == 'success'"),
    "not-on-failure": follower(DOCS, f"{CONCLUSION} != 'failure'"),
    "of-another": follower(run("npm run collect-flaky"), "", OF_CI),
    "tells": follower(run('curl -d x "$SLACK_WEBHOOK"'), f"{CONCLUSION} == 'failure'"),
    "tests": follower(run("npx playwright test"), f"{STATE} == 'success'", OF_DEPLOYMENT),
    "keeps-a-file": follower(
        run("npx playwright test")
        + "      - if: failure()\n        uses: actions/upload-artifact@v4\n",
        f"{STATE} == 'success'",
        OF_DEPLOYMENT,
    ),
    "behind-what-is-skipped": follower(DOCS, f"{CONCLUSION} == 'success'")
    + job(REDEPLOY, "", "last", "    needs: after\n"),
    "nightly": follower(run("npm run report"), "", "  schedule:\n    - cron: '1 1 * * *'\n"),
}


@pytest.mark.parametrize("name", NO_MATTER)
def test_another_workflow_that_cannot_is_no_matter(name):
    assert not is_refused(proposed(pipeline(), NO_MATTER[name]))


@pytest.mark.parametrize("question", ["gh run watch", "gh api repos/a/b/actions/runs"])
def test_a_job_alongside_that_asks_for_the_run_may_undo_it(question):
    watching = job(run(f"{question} || railway redeploy"), "", "watch", "")

    assert is_refused(proposed(pipeline(jobs=watching)))
    assert not is_refused(proposed(pipeline(jobs=job(run("npm test"), "", "test", ""))))
    told = job(run("gh run watch || echo failed"), "", "watch", "")
    assert not is_refused(proposed(pipeline(jobs=told)))


def test_the_sentence_claims_no_more_than_is_known():
    (line,) = proposed(pipeline(jobs=job(NODE, "failure()"))).told

    assert "node scripts/restore-previous.js (job later)" in line
    assert "does not know whether this undoes the deploy" in line
    assert "put the gate in yourself" in line
    assert "delete" not in line


def test_services_that_the_job_has_for_its_tests_undo_nothing():
    keys = "    services:\n      db:\n        image: postgres\n"

    assert not is_refused(proposed(pipeline(WHOLE + step("failure()", TELLS), keys=keys)))


PUSH = "  push:\n    branches: [main]\n"
CLOCK = "  schedule:\n    - cron: '*/5 * * * *'\n"
TOKEN = "        env: { RAILWAY_TOKEN: '${{ secrets.RAILWAY_TOKEN }}' }\n"
SECRET = "        env: { TOKEN: '${{ secrets.OPS_TOKEN }}' }\n"
IF_UNHEALTHY = "curl -f https://app.test/health || "
SCRIPT = (
    "      - uses: actions/github-script@v7\n        with: { script: await require('./x')() }\n"
)
RESTORES = run("node scripts/restore.js")
BESIDE = {
    "redeploys": run("sleep 300", f"{IF_UNHEALTHY}railway redeploy --yes"),
    "by-npx": run(f"{IF_UNHEALTHY}npx -y @railway/cli redeploy"),
    "by-a-script-with-the-token": RESTORES + TOKEN,
    "by-a-script-with-any-secret": RESTORES + SECRET,
    "by-an-action-with-any-secret": "      - uses: ./.github/actions/watch\n"
    "        with: { key: '${{ secrets.KEY }}' }\n",
    "with-all-secrets": RESTORES + "        env: { ALL: '${{ toJSON(secrets) }}' }\n",
    "by-the-api": run(f"{IF_UNHEALTHY}curl -d @undo.json https://backboard.railway.app/graphql/v2"),
    "by-an-address": run(f"{IF_UNHEALTHY}curl -X POST https://ops.test/restore"),
    "asks-github-by-a-script": SCRIPT,
    "asks-github-by-its-api": run(
        "curl https://api.github.com/repos/a/b/commits/main/status | ./x"
    ),
    "starts-a-workflow": run(f"{IF_UNHEALTHY}gh workflow run restore.yml"),
}


@pytest.mark.parametrize("name", BESIDE)
def test_what_runs_beside_the_gate_and_may_act_on_railway_keeps_the_change_back(name):
    steps = BESIDE[name]

    assert is_refused(proposed(pipeline(jobs=job(steps, "", "watch", ""))))
    assert is_refused(proposed(pipeline(), follower(steps, "", PUSH)))
    assert is_refused(proposed(pipeline(AWAITING), follower(steps, "", CLOCK)))


def test_so_does_what_is_called_beside_it():
    called = follower(BESIDE["redeploys"], "", "  workflow_call:\n")
    calls = f"name: Watch\non:\n{CLOCK}jobs:\n  w:\n    uses: ./.github/workflows/after0.yml\n"

    assert is_refused(proposed(pipeline(), called, calls))
    assert not is_refused(proposed(pipeline(), called))
    assert not is_refused(proposed(pipeline(), follower(TELLS, "", "  workflow_call:\n"), calls))


OTHER_UPLOAD = run("railway up -s worker") + TOKEN


@pytest.mark.parametrize(
    ("steps", "condition", "on"),
    [
        (run("npm ci", "npm test"), "", PUSH),
        (run("npm test") + "        env: { K: '${{ secrets.CODECOV_TOKEN }}' }\n", "", PUSH),
        (run("npm run e2e") + "        env: { K: '${{ secrets.APP_URL }}' }\n", "", CLOCK),
        (BESIDE["redeploys"], "", "  workflow_dispatch:\n"),
        (BESIDE["redeploys"], "", "  pull_request:\n"),
        (BESIDE["redeploys"], "github.event_name == 'pull_request'", f"{PUSH}  pull_request:\n"),
        (BESIDE["redeploys"], "", "  push:\n    branches: [develop]\n"),
        (run("railway logs | tail -5") + TOKEN, "", CLOCK),
        (run(f"{IF_UNHEALTHY}curl -d failed $SLACK_WEBHOOK_URL"), "", CLOCK),
        (run("npm start & sleep 5; curl -X POST http://localhost:3000/x"), "", PUSH),
    ],
)
def test_what_runs_beside_the_gate_and_leaves_railway_alone_is_no_matter(steps, condition, on):
    assert not is_refused(proposed(pipeline(), follower(steps, condition, on)))


@pytest.mark.parametrize(
    ("behind", "is_certain"),
    [
        ("", True),
        (run("sleep 60") + run("curl -f https://app.test/health"), True),
        (run("railway rollback").replace("- run", "- if: failure()\n        run"), False),
        (
            run("node scripts/restore.js").replace("- run", "- if: failure()\n        run") + TOKEN,
            False,
        ),
    ],
)
def test_an_upload_beside_it_is_no_rollback(behind, is_certain):
    found = proposed(pipeline(), follower(OTHER_UPLOAD + behind, "", PUSH))

    assert ("deploy.yml: the change adds" in found.told[0]) is is_certain, found.told
