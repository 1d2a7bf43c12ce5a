"""What variations of a shell pipeline are read as, each as a person reads it."""

import textwrap

import pytest

from verifier.decide.questions.pipeline_drift import pipeline_drift
from verifier.github.workflows import parse_workflow


def job(*steps, first="run: railway up --detach"):
    """A job with these steps after its first one."""
    inner = "        "
    body = "".join(
        "      - " + textwrap.indent(textwrap.dedent(step).strip(), inner).strip() + "\n"
        for step in (first, *steps)
    )
    return f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{body}"


def sh(text, extra=""):
    """A step that runs several lines."""
    return "run: |\n" + textwrap.indent(text, "  ") + (f"\n{extra}" if extra else "")


H = "{ id: h, run: 'curl -f $URL/health' }"
HC = "{ id: h, continue-on-error: true, run: 'curl -f $URL/health' }"
HO = "{ id: h, run: 'curl -f $URL/health && echo ok=true >> $GITHUB_OUTPUT || echo ok=false >> $GITHUB_OUTPUT' }"
RB = "railway rollback x"
CASES = {
    "not-success": ("none", job(H, f"{{ if: '${{{{ !success() }}}}', run: {RB} }}")),
    "success-false": ("none", job(H, f"{{ if: '${{{{ success() == false }}}}', run: {RB} }}")),
    "always-upper": ("none", job(H, f"{{ if: '${{{{ FAILURE() }}}}', run: {RB} }}")),
    "failure-space": ("none", job(H, f"{{ if: 'failure ()', run: {RB} }}")),
    "coe-outcome": ("none", job(HC, f"{{ if: steps.h.outcome == 'failure', run: {RB} }}")),
    "output-no-exit": ("none", job(HO, f"{{ if: steps.h.outputs.ok == 'false', run: {RB} }}")),
    "output-no-exit-sh": (
        "none",
        job(
            sh(
                'if curl -f $URL/health; then ok=true; else ok=false; fi\necho "ok=$ok" >> "$GITHUB_OUTPUT"',
                "id: h",
            ),
            f"{{ if: steps.h.outputs.ok == 'false', run: {RB} }}",
        ),
    ),
    "success-and-outcome": (
        "dead",
        job(H, f"{{ if: \"success() && steps.h.outcome == 'failure'\", run: {RB} }}"),
    ),
    "not-failure": ("dead", job(H, f"{{ if: '${{{{ !failure() }}}}', run: {RB} }}")),
    "cancelled-only": ("dead", job(H, f"{{ if: cancelled(), run: {RB} }}")),
    "failure-in-string": (
        "dead",
        job(H, f"{{ if: \"steps.h.outputs.m == 'failure()'\", run: {RB} }}"),
    ),
    "env-in-if": ("dead", job(H, f"{{ if: env.ROLLBACK == 'true', run: {RB} }}")),
    "same-shell-dollar-q": (
        "dead",
        job(sh("curl -f $URL/health\nif [ $? -ne 0 ]; then\n  railway rollback x\nfi")),
    ),
    "same-shell-after": (
        "dead",
        job(sh('STATUS=$(curl -sf $URL/health)\nif [ -z "$STATUS" ]; then railway rollback x; fi')),
    ),
    "redeploy-dead": (
        "dead",
        job(H, "{ if: steps.h.outputs.ok == 'false', run: railway redeploy --yes }"),
    ),
    "api-rollback": (
        "dead",
        job(
            H,
            "{ if: steps.h.outputs.ok == 'false', name: Undo, run: 'curl -X POST https://backboard.railway.com/graphql/v2 -d deploymentRollback' }",
        ),
    ),
    "down-dead": (
        "dead",
        job(H, "{ if: steps.h.outputs.ok == 'false', name: Undo, run: railway down --yes }"),
    ),
    "git-revert": (
        "dead",
        job(
            H, "{ if: steps.h.outputs.ok == 'false', name: Undo, run: git revert HEAD && git push }"
        ),
    ),
    "action-rollback": (
        "dead",
        job(
            H,
            "{ if: steps.h.outputs.ok == 'false', name: Rollback, uses: acme/railway-rollback@v1 }",
        ),
    ),
    "script-rollback": (
        "dead",
        job(H, "{ if: steps.h.outputs.ok == 'false', run: ./scripts/rollback.sh }"),
    ),
    "psql-rollback": ("none", job("run: psql -c 'begin; select 1; rollback'")),
    "name-revert-banner": ("none", job("{ name: Revert the banner, run: ./banner.sh }")),
    "echo-rollback": ("none", job("{ run: 'echo to undo: railway rollback x' }")),
    "no-check-rollback-notes": ("none", job("{ name: Upload rollback notes, run: ./notes.sh }")),
    "mask-pipe-tee": ("mask", job("run: pytest | tee out.log")),
    "pipe-tee-bash": ("none", job("{ shell: bash, run: pytest | tee out.log }")),
    "mask-set+e": ("mask", job(sh("set +e\npytest\necho done"))),
    "mask-if-not": ("mask", job(sh("if ! pytest; then\n  echo failed\nfi"))),
    "mask-bin-true": ("mask", job("run: pytest || /bin/true")),
    "mask-nospace": ("mask", job("run: pytest ||true")),
    "mask-printf": ("mask", job("run: pytest || printf failed")),
    "mask-brace": ("mask", job("run: 'pytest || { echo failed; }'")),
    "brace-exit1": ("none", job("run: 'pytest || { echo failed; exit 1; }'")),
    "mask-paren": ("mask", job("run: pytest || (echo failed)")),
    "mask-newline": ("mask", job(sh("pytest ||\n  true"))),
    "mask-curl-slack": ("mask", job("run: pytest || curl -X POST $SLACK")),
    "mask-bg": ("mask", job("run: pytest &")),
    "mask-trap": ("mask", job(sh("trap 'exit 0' EXIT\npytest"))),
    "echo-then-exit1": ("none", job(sh("pytest || echo failed && exit 1"))),
    "echo-then-false": ("none", job(sh("pytest || echo failed | tee x; false"))),
    "semi-exit0-bash-e": ("none", job("run: pytest; exit 0")),
    "mask-exit0-next-line-set+e": ("mask", job(sh("set +e\npytest\nexit 0"))),
    "mask-shell-noe": ("mask", job("{ shell: 'bash {0}', run: 'pytest; exit 0' }")),
    "mask-coe-expr": ("mask", job("{ continue-on-error: '${{ true }}', run: pytest }")),
    "mask-coe-expr-cond": (
        "mask",
        job("{ continue-on-error: \"${{ github.event_name == 'push' }}\", run: pytest }"),
    ),
    "mask-make-test": ("mask", job("run: make test || true")),
    "mask-manage": ("mask", job("run: python manage.py test || true")),
    "mask-unittest": ("mask", job("run: python -m unittest || true")),
    "mask-npx-playwright": ("mask", job("run: npx playwright test || true")),
    "mask-dotnet": ("mask", job("run: dotnet test || true")),
    "mask-gradle": ("mask", job("run: ./gradlew test || true")),
    "mask-npm-t": ("mask", job("run: npm t || true")),
    "mask-rake": ("mask", job("run: bundle exec rails test || true")),
    "mask-npm-ws": ("mask", job("run: npm --workspace api test || true")),
    "mask-mix": ("mask", job("run: mix test || true")),
    "comment": ("none", job(sh("# pytest || true\npytest"))),
    "echoed": ("none", job("run: echo 'pytest || true'")),
    "test-true-in-string": ("none", job("run: pytest -k 'a || true'")),
    "curl-no-f": ("mask", job("run: curl -s $URL/health/deep")),
    "curl-loop-no-fail": (
        "mask",
        job(sh("for i in 1 2 3; do\n  curl -sf $URL/health && break\n  sleep 5\ndone")),
    ),
    "unset-n": (
        "green",
        job(sh('[ -n "$RAILWAY_APP_URL" ] || exit 0\ncurl -f $RAILWAY_APP_URL/health')),
    ),
    "unset-test": (
        "green",
        job(sh('test -z "$RAILWAY_APP_URL" && exit 0\ncurl -f $RAILWAY_APP_URL/health')),
    ),
    "unset-eq": (
        "green",
        job(sh('if [ "$RAILWAY_APP_URL" = "" ]; then exit 0; fi\ncurl -f $RAILWAY_APP_URL/health')),
    ),
    "unset-if-n-wrap": (
        "green",
        job(sh('if [ -n "$RAILWAY_APP_URL" ]; then\n  curl -f $RAILWAY_APP_URL/health\nfi')),
    ),
    "unset-default": (
        "green",
        job(
            sh(
                'if [ -z "${RAILWAY_APP_URL:-}" ]; then\n  echo skip\n  exit 0\nfi\ncurl -f $RAILWAY_APP_URL/health'
            )
        ),
    ),
    "unset-if-health": (
        "green",
        job("{ if: env.RAILWAY_APP_URL != '', run: 'curl -f $RAILWAY_APP_URL/health' }"),
    ),
    "unset-if-deploy": ("green", job(first="{ if: env.RAILWAY_TOKEN != '', run: railway up }")),
    "test-if-main": ("none", job("{ if: github.ref == 'refs/heads/main', run: pytest }")),
    "test-if-dispatch-input": ("none", job("{ if: inputs.skip != 'true', run: pytest }")),
    "test-if-matrix": ("none", job("{ if: matrix.os == 'linux', run: pytest }")),
    "test-if-success": ("none", job("{ if: success(), run: pytest }")),
    "test-if-changed": ("none", job("{ if: steps.f.outputs.api == 'true', run: pytest }")),
}
JOB = "on: push\njobs:\n  deploy:\n    runs-on: x\n    steps:\n      - run: railway up\n      - run: curl -f $URL/health\n  rollback:\n    needs: deploy\n    runs-on: x\n%s    steps:\n      - run: railway rollback x\n"
CASES["job-dead"] = ("dead", JOB % "")
CASES["job-dead-result"] = ("dead", JOB % "    if: needs.deploy.result == 'failure'\n")
CASES["job-ok"] = ("none", JOB % "    if: failure()\n")
CASES["job-always"] = ("none", JOB % "    if: always() && needs.deploy.result == 'failure'\n")
CASES["job-coe"] = (
    "mask",
    "on: push\njobs:\n  t:\n    runs-on: x\n    continue-on-error: true\n    steps:\n      - run: pytest\n",
)
CASES["job-if-secret"] = (
    "green",
    "on: push\njobs:\n  t:\n    runs-on: x\n    if: vars.RUN_TESTS == 'true'\n    steps:\n      - run: pytest\n",
)
CASES["manual-rollback"] = (
    "none",
    "on: workflow_dispatch\njobs:\n  t:\n    runs-on: x\n    steps:\n      - run: railway up\n      - run: railway rollback x\n",
)


def kinds(text):
    """What is said: a rollback is dead, a failure is masked, a job is green without it."""
    told = [row.actual for row in pipeline_drift([parse_workflow("ci.yml", text)])]
    return {
        "dead"
        if "never runs" in actual
        else "mask"
        if "swallowed" in actual or "continue-on-error" in actual
        else "green"
        for actual in told
    }


@pytest.mark.parametrize("name", CASES)
def test_a_pipeline_is_read_as_a_person_reads_it(name):
    expected, text = CASES[name]

    found = kinds(text)

    assert found == set() if expected == "none" else expected in found
