"""No gate is proposed where only a run knows which environment an upload is for."""

import pytest

from tests.commands.pipelines import CHECKOUT, TOKEN, WHOLE, pipeline, proposed, run
from verifier.decide.uploads import find_uploads
from verifier.github.workflows import parse_workflow

IS_MAIN = "github.ref == 'refs/heads/main'"
ONLY_MAIN = "    branches: [main]\n"
BY_HAND = f"{ONLY_MAIN}  workflow_dispatch:\n"
CHOSEN = (
    f"{IS_MAIN} && secrets.RAILWAY_TOKEN_PRODUCTION || secrets.RAILWAY_TOKEN_STAGING",
    f"{IS_MAIN} && secrets.RAILWAY_TOKEN || secrets.RAILWAY_TOKEN_DEV",
    "github.event_name == 'push' && secrets.RAILWAY_TOKEN || secrets.RAILWAY_TOKEN_TEST",
    "secrets[format('RAILWAY_TOKEN_{0}', github.ref_name)]",
    "steps.token.outputs.value",
)
ONE = "secrets.RAILWAY_TOKEN"


def ask(command, keys=""):
    return pipeline(CHECKOUT + run(command) + TOKEN + run("sleep 60"), keys=keys)


@pytest.mark.parametrize("chosen", CHOSEN)
def test_a_token_that_a_run_chooses_is_neither_another_environments_nor_certain(chosen):
    text = pipeline().replace(ONE, chosen).replace(ONLY_MAIN, BY_HAND, 1)

    (upload,) = find_uploads([parse_workflow("a.yml", text)], environment="production")
    found = proposed(text)

    assert upload.elsewhere == ""
    assert found.diff == ""
    assert "only a run knows the RAILWAY_TOKEN of the job deploy" in found.told[0]


def test_so_is_one_by_a_variable_of_the_job():
    held = pipeline(keys=f"    env: {{ T: '${{{{ {ONE} }}}}' }}\n").replace(
        f"RAILWAY_TOKEN: ${{{{ {ONE} }}}}", "RAILWAY_TOKEN: ${{ env.T }}"
    )

    assert proposed(held).diff
    assert not proposed(held.replace(f"T: '${{{{ {ONE}", f"T: '${{{{ github.ref && {ONE}")).diff


PRODUCTION = f"{IS_MAIN} && secrets.RAILWAY_TOKEN_PRODUCTION || secrets.RAILWAY_TOKEN_STAGING"


@pytest.mark.parametrize(
    ("chosen", "keys", "on"),
    [
        (PRODUCTION, "", ONLY_MAIN),
        (PRODUCTION, f"    if: {IS_MAIN}\n", BY_HAND),
        (PRODUCTION, f"    if: {IS_MAIN}\n", "    branches: [main, staging]\n"),
        ("github.event_name == 'push' && secrets.A || secrets.B", "", ONLY_MAIN),
        ("secrets[format('RAILWAY_TOKEN_{0}', github.ref_name)]", "", ONLY_MAIN),
        ("github.ref_name == 'main' && secrets.A || secrets.B", "", ONLY_MAIN),
    ],
)
def test_a_token_that_is_the_same_secret_in_all_runs_is_certain_and_the_gates_too(chosen, keys, on):
    found = proposed(pipeline(keys=keys).replace(ONE, chosen).replace(ONLY_MAIN, on, 1))

    assert f"+          railway-token: ${{{{ {chosen} }}}}" in found.diff


@pytest.mark.parametrize(
    ("chosen", "on"),
    [
        (PRODUCTION, "    branches: [main, staging]\n"),
        (PRODUCTION, "    branches: ['**']\n"),
        (PRODUCTION, f"{ONLY_MAIN}    tags: ['v*']\n"),
        ("secrets.RAILWAY_TOKEN_PRODUCTION || secrets.RAILWAY_TOKEN_STAGING", ONLY_MAIN),
        ("!secrets.A && secrets.B || secrets.C", ONLY_MAIN),
        ("github.actor == 'x' && secrets.A || secrets.B", ONLY_MAIN),
        ("inputs.to == 'p' && secrets.A || secrets.B", ONLY_MAIN),
        (f"{IS_MAIN} && vars.A || secrets.B", ONLY_MAIN),
        (f"{IS_MAIN} && secrets.A || secrets.B }}}}${{{{ secrets.C", ONLY_MAIN),
        (f"{IS_MAIN} && secrets[vars.NAME] || secrets.B", ONLY_MAIN),
    ],
)
def test_one_that_may_be_another_secret_is_not(chosen, on):
    found = proposed(pipeline().replace(ONE, chosen).replace(ONLY_MAIN, on, 1))

    assert found.diff == ""
    assert "only a run knows the RAILWAY_TOKEN of the job deploy" in found.told[0]


@pytest.mark.parametrize(
    ("secret", "chosen"),
    [
        ("RAILWAY_TOKEN_STAGING", "secrets.RAILWAY_TOKEN_STAGING || secrets.PROD"),
        ("DEV_TOKEN", "secrets.DEV_TOKEN || secrets.PROD"),
        ("DEV_TOKEN", "(secrets.PROD && secrets.DEV_TOKEN) || secrets.PROD"),
        ("T_DEV", "secrets['T_DEV'] || secrets.PROD"),
    ],
)
def test_a_certain_secret_of_another_environment_gets_no_gate_of_this_one(secret, chosen):
    chosen = f"{IS_MAIN} && {chosen}"

    text = pipeline().replace(ONE, chosen)
    (upload,) = find_uploads([parse_workflow("a.yml", text)], environment="production")

    assert upload.elsewhere in ("staging", "dev")
    assert proposed(text).diff == ""
    named = text.replace("--service api", "--service api -e production")
    (line,) = proposed(named).told
    assert f"uploads with secrets.{secret}, and the gate looks at production" in line


BY_BRANCH = f"{IS_MAIN} && 'production' || 'staging'"


@pytest.mark.parametrize(
    ("chosen", "on"),
    [
        (BY_BRANCH, "    branches: [main, staging]\n"),
        (BY_BRANCH, "    branches: ['**']\n"),
        (BY_BRANCH, "    branches-ignore: [next]\n"),
        (BY_BRANCH, f"{ONLY_MAIN}    tags: ['v*']\n"),
        (BY_BRANCH, BY_HAND),
        ("github.ref_name", BY_HAND),
        ("github.ref_name == 'production' && 'production' || 'staging'", BY_HAND),
        ("github.event_name == 'push' && 'production' || 'staging'", BY_HAND),
        ("github.actor == 'x' && 'production' || 'staging'", ONLY_MAIN),
        ("vars.STAGE", ONLY_MAIN),
        ("inputs.stage", BY_HAND),
    ],
)
@pytest.mark.parametrize("form", ["environment: {}", "environment: {{ name: '{}' }}"])
def test_an_environment_of_github_that_a_run_chooses_is_not_certain(chosen, on, form):
    said = f"${{{{ {chosen} }}}}"
    if "'{}'" in form:
        said = said.replace("'", "''")
    text = pipeline(keys=f"    {form.format(said)}\n").replace(ONLY_MAIN, on, 1)

    found = proposed(text)

    assert found.diff == ""
    assert "only a run knows the environment of the job deploy" in found.told[0]


@pytest.mark.parametrize(
    ("chosen", "keys", "on"),
    [
        (BY_BRANCH, "", ONLY_MAIN),
        ("github.ref_name", "", ONLY_MAIN),
        ("github.ref != 'refs/heads/staging' && 'production' || 'staging'", "", ONLY_MAIN),
        (BY_BRANCH, f"    if: {IS_MAIN}\n", "    branches: [main, staging]\n"),
        (BY_BRANCH, f"    if: {IS_MAIN}\n", BY_HAND),
        (BY_BRANCH, "    if: github.event_name == 'push'\n", BY_HAND),
        (BY_BRANCH, f"    if: {IS_MAIN} && github.actor != 'x'\n", BY_HAND),
        ("format('{0}', 'production')", "", BY_HAND),
    ],
)
def test_one_that_is_the_same_in_all_runs_is_certain(chosen, keys, on):
    said = f"    environment: ${{{{ {chosen} }}}}\n"

    found = proposed(pipeline(keys=f"{keys}{said}").replace(ONLY_MAIN, on, 1))

    assert "Railway gate" in found.diff


def test_a_certain_one_that_is_another_gets_no_gate_of_this_one():
    chosen = "github.ref == 'refs/heads/main' && 'staging' || 'production'"

    text = pipeline(keys=f"    environment: ${{{{ {chosen} }}}}\n")
    (upload,) = find_uploads([parse_workflow("a.yml", text)], environment="production")

    assert upload.elsewhere == "staging"
    assert proposed(text).diff == ""


def test_a_token_that_names_a_stage_is_still_another_environments():
    for token in ("secrets.RAILWAY_TOKEN_STAGING", "secrets['RAILWAY_TOKEN_DEV']"):
        text = pipeline().replace(ONE, token)
        (upload,) = find_uploads([parse_workflow("a.yml", text)], environment="production")
        assert upload.elsewhere in ("staging", "dev")


@pytest.mark.parametrize(
    ("named", "keys"),
    [
        ("--environment Production", ""),
        ("--environment ${{ env.STAGE }}", "    env: { STAGE: production }\n"),
        ('--environment "$STAGE"', "    env: { STAGE: production }\n"),
        ("--environment=$STAGE", "    env: { STAGE: \"${{ 'production' }}\" }\n"),
        ("-e ${{ 'production' }}", ""),
    ],
)
def test_an_environment_by_a_variable_is_read(named, keys):
    assert proposed(ask(f"railway up -s api {named}", keys)).diff


@pytest.mark.parametrize(
    "named",
    ["${{ inputs.environment }}", "${{ steps.env.outputs.name }}", "$STAGE", "$(cat stage)"],
)
def test_one_that_only_a_run_knows_is_told_as_it_is_written(named):
    (line,) = proposed(ask(f"railway up -s api --environment {named}")).told

    shown = named if "$(" not in named else "…"
    assert f"uploads to {shown}, which only a run knows, and the gate looks at production" in line


def test_another_one_is_told_by_its_name():
    (line,) = proposed(ask("railway up -s api -e qa-2; railway up -e production")).told

    assert "uploads to qa-2, and the gate looks at production" in line


def test_a_machine_may_be_named_in_a_list():
    text = pipeline().replace("runs-on: ubuntu-latest", "runs-on: [ubuntu-latest]")

    assert proposed(text).diff
    assert not proposed(text.replace("[ubuntu-latest]", "[self-hosted, ubuntu-latest]")).diff


ASK = "curl -fsS https://app.test/health"
READS = run("jq -e .ok health.json")
KEPT = """\
      - uses: actions/upload-artifact@v4
        with: { path: out, if-no-files-found: error }
"""


@pytest.mark.parametrize(
    ("command", "behind"),
    [
        (f"{ASK} -o health.json", READS),
        (f"{ASK} -sSohealth.json", READS),
        (f"{ASK} --output=./health.json", READS),
        (f"{ASK} > health.json", READS),
        (f'{ASK} >> "tmp/health.json"', READS),
        (f"{ASK} | jq . > health.json", READS),
        (f'{ASK} -o "$FILE"', run("cat $FILE")),
        ("curl -fsSO https://app.test/health.json", READS),
        ("wget https://app.test/health.json", READS),
        (f"{ASK} > out/any", KEPT),
    ],
)
def test_a_file_that_a_later_step_reads_keeps_its_health_check(command, behind):
    steps = "      - name: Health check\n        run: " + command + "\n"

    found = proposed(pipeline(WHOLE + steps + behind))

    assert found.diff == ""
    assert "which Health check writes" in found.told[0]


@pytest.mark.parametrize(
    "command",
    [
        f"{ASK} > /dev/null 2>&1",
        f"{ASK} -o /dev/null -w x",
        f'{ASK} >> "$GITHUB_STEP_SUMMARY"',
        f"{ASK} -o answer.json",
        "set -euo pipefail; " + ASK,
    ],
)
def test_a_file_that_nobody_reads_goes_with_it(command):
    steps = "      - name: Health check\n        run: " + command + "\n"

    assert proposed(pipeline(WHOLE + steps + READS)).diff
