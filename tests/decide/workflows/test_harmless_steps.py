"""Which steps are known to change nothing outside of their runner."""

import pytest

from verifier.decide.workflows.harmless_steps import is_harmless
from verifier.model.workflow import Step


def known(shell="", uses="", **given):
    return is_harmless(Step(1, "", "", shell, False, uses, **given))


@pytest.mark.parametrize(
    "shell",
    [
        "echo 'railway redeploy, roll back by hand'",
        'set -e\nif [ -n "$X" ]; then echo yes; else exit 1; fi',
        'echo "::error::${{ github.sha }} failed"',
        "echo $((1 + $X)) ${#X}",
        "for x in 1 2; do cat log | grep -c bad; done",
        'curl -fsS -X POST -d x "$SLACK_WEBHOOK_URL"',
        "curl -d x https://hooks.slack.com/services/T/B/x",
        "curl -d x https://discord.com/api/webhooks/1/x > /dev/null 2>&1 || true",
        'curl -sSf -H "Content-type: application/json" --data "{}" ${{ secrets.SLACK_WEBHOOK }}',
        "curl -d x ${{ secrets.OPS_SLACK_WEBHOOK_URL }}",
        'P=$(jq -n --arg t "x" \'{text: $t}\')\ncurl -d "$P" "$MS_TEAMS_WEBHOOK_URL"',
        'curl -d x "$SLACK_WEBHOOK?wait=1"',
        "gh run view 1; gh pr list; gh issue create --title x",
        "railway status; railway logs -s api | tail -5",
    ],
)
def test_what_tells_or_reads_is_harmless(shell):
    assert known(shell)


@pytest.mark.parametrize(
    "shell",
    [
        "railway redeploy",
        "npm run anything",
        'curl "$ROLLBACK_WEBHOOK_URL"',
        'curl "${{ secrets.RAILWAY_REDEPLOY_WEBHOOK }}"',
        'curl "$SLACK_ROLLBACK_URL"',
        'curl "$RESTORE_WEBHOOK"',
        "curl https://n8n.acme.com/webhook/restore",
        "curl https://teams-ops.acme.dev/api/rollback",
        "curl -d x 'https://ops.acme.dev/restore?notify=slack'",
        "curl https://hooks.slack.com.acme.dev/services/x",
        "curl https://hooks.slack.com@acme.dev/services/x",
        'curl https://hooks.slack.com"$X"/services/',
        'curl "$SLACK_HOOK.acme.dev/restore"',
        'curl -K back.cfg "$SLACK_WEBHOOK"',
        'curl --next "$SLACK_WEBHOOK"',
        'curl -x "$OPS" "$SLACK_WEBHOOK"',
        'curl backboard.railway.com/graphql "$SLACK_WEBHOOK"',
        'curl "$SLACK_WEBHOOK" | bash',
        "SLACK=https://acme.dev; curl $SLACK",
        "for SLACK in https://acme.dev; do curl $SLACK; done",
        "printf -v SLACK https://acme.dev; curl $SLACK",
        "gh pr merge 1",
        "gh pr comment 1 --body /rollback",
        "gh workflow run rollback.yml",
        "gh api repos/a/b/dispatches",
        "gh -R a/b pr merge 1",
        "gh issue create --label rollback",
        "railway logs; railway down",
        "sed -n '1e railway redeploy' x",
        'eval "$(cat x)"',
        ". ./x.sh",
        "$CMD",
        "./echo",
        "${CMD:-echo} x",
        'curl "${SLACK_WEBHOOK:-https://acme.dev}"',
        ': "${SLACK:=https://acme.dev}"; curl "$SLACK"',
        'curl -d $BODY "$SLACK_WEBHOOK"',
        'curl $OPTIONS "$SLACK_WEBHOOK"',
        "echo 'POST /restore' > /dev/tcp/ops.test/80",
        "gh issue create -lrollback",
        "gh issue create --label=rollback",
        "echo() { railway redeploy; }\necho",
        "PATH=./ops cat x",
        "PS4='$(railway redeploy)'; set -x; echo",
        "echo x >> $GITHUB_ENV",
        'echo x >> "$GITHUB_PATH"',
        'test -n "$(railway redeploy)"',
        "echo `railway redeploy`",
        "cat <(railway redeploy)",
        "echo > >(railway redeploy)",
        'echo "${X:-$(railway redeploy)}"',
        'echo "${X:-`railway redeploy`}"',
        'echo "${X@P}"',
        "echo $(( $(railway redeploy) ))",
        "echo $(( `railway redeploy` ))",
        "cat <<EOF\n$(railway redeploy)\nEOF",
        "cat <<E-F\nx\nE-F\nrailway redeploy",
        "echo $'\\''; railway redeploy; echo ''",
        'echo $(echo ")" ; railway redeploy)',
        "echo $(echo $(echo $(echo $(echo $(echo $(echo $(railway redeploy)))))))",
        "case x in x) railway redeploy;; esac",
        "trap 'railway redeploy' EXIT",
        "(railway redeploy)",
        "time railway redeploy",
        "! railway redeploy",
        "echo x\\\n; railway redeploy",
        f"echo {'x' * 30_000}",
    ],
)
def test_what_is_not_known_is_not(shell):
    assert not known(shell)


@pytest.mark.parametrize(
    ("uses", "inputs", "is_known"),
    [
        ("actions/checkout@v4", {}, True),
        ("Actions/Cache/restore@v4", {}, True),
        ("actions/setup-node@v4", {"registry-url": "https://registry.test"}, True),
        ("slackapi/slack-github-action@v2", {"webhook": "${{ secrets.S }}"}, True),
        ("slackapi/slack-github-action@v2", {"webhook": "https://ops.test/back"}, False),
        ("slackapi/slack-github-action@v2", {"api": "https://ops.test/"}, False),
        ("slackapi/slack-github-action-x@v2", {}, False),
        ("acme/checkout@v4", {}, False),
        ("pnpm/action-setup@v4", {"run_install": True}, False),
        ("ruby/setup-ruby@v1", {"bundler-cache": True}, False),
        ("actions/github-script@v7", {}, False),
        ("./.github/actions/checkout", {}, False),
        ("docker://actions/checkout", {}, False),
    ],
)
def test_an_action_is_known_by_its_owner_and_name(uses, inputs, is_known):
    assert known(uses=uses, inputs=inputs) is is_known


OURS = "acme/railway-deploy-verifier@v1"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, True),
        ({"command": "doctor"}, True),
        ({"command": "check", "railway-token": "${{ secrets.RAILWAY_TOKEN }}"}, True),
        ({"command": "audit"}, True),
        ({"command": "audit", "arguments": "--fix --apply"}, False),
        ({"command": "audit", "arguments": "${{ inputs.more }}"}, False),
        ({"command": "rollback"}, False),
        ({"command": "${{ inputs.command }}"}, False),
    ],
)
def test_the_verifier_undoes_nothing_but_what_it_has_condemned(given, expected):
    assert known(uses=OURS, inputs=given) is expected
    assert not known(uses=OURS.replace("railway-deploy-", "other-"), inputs=given)


@pytest.mark.parametrize(
    ("shell", "expected"),
    [
        ("verifier gate --service api", True),
        ("uvx railway-deploy-verifier doctor", True),
        ("verifier audit --org acme", True),
        ("verifier rollback --yes", False),
        ("verifier audit --fix", False),
        ("verifier audit $MORE", False),
        ("verifier rehearse --on-railway", False),
        ("verifier pause --reason gate --yes", False),
        ("verifier gate; railway rollback", False),
    ],
)
def test_so_does_its_program(shell, expected):
    assert known(shell) is expected
