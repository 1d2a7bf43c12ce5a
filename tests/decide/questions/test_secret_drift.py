"""Secrets that jobs read, each looked up where such a job is given it, without being configured."""

from datetime import UTC, datetime

import pytest

from verifier.decide.questions.secret_drift import read_secret_drift, secrets_read
from verifier.github.workflows import parse_workflow
from verifier.model.finding import Outcome, Unobserved
from verifier.model.named_values import (
    ORGANISATION,
    REPOSITORY,
    StoredName,
    StoredNames,
    WantedName,
    environment_place,
)
from verifier.model.protection import Demand

NOW = datetime(2026, 2, 1, tzinfo=UTC)
PATH = ".github/workflows/ci.yml"
PRODUCTION, STAGING = environment_place("production"), environment_place("staging")
#: As in the first user's pipeline: tests outside of environments, a deploy in `production`.
PIPELINE = """\
on: {push: {branches: [main]}}
env: {ORG: "${{ secrets.SHARED }}"}
jobs:
  test:
    name: Run Tests
    steps:
      - run: pytest
        env:
          SUPABASE_URL: ${{ secrets.SUPABASE_URL }}
          MODEL: ${{ secrets.MODEL || 'small' }}
      - uses: docker/login-action@v3
        with: { password: "${{ secrets.GITHUB_TOKEN }}" }
  deploy:
    name: Deploy to Railway
    environment: { name: production, url: "https://x" }
    steps:
      - run: railway up --detach
        env: { RAILWAY_TOKEN: "${{ secrets.RAILWAY_TOKEN }}" }
      - run: test "${{ secrets['RAILWAY_APP_URL'] != '' }}"
      - uses: acme/railway-deploy-verifier@v1
        with: { slack-webhook-url: "${{ secrets.SLACK }}" }
"""


def job(reads="TOKEN", environment="", more="", on="push"):
    named = f"    environment: {environment}\n" if environment else ""
    return (
        f"on: {on}\njobs:\n  ship:\n{named}{more}    steps:\n"
        f'      - run: ship\n        env: {{ T: "${{{{ secrets.{reads} }}}}" }}\n'
    )


def calling(calls, secret, given=""):
    return f"""
on: push
jobs:
  gate:
    uses: {calls}
    with: {{ verifier: acme/railway-deploy-verifier{given} }}
    secrets: {{ {secret}: "${{{{ secrets.{secret} }}}}" }}
"""


def told(text, places=(), unread=(), demand=Demand.RECOMMENDED, configured=()):
    stored = StoredNames(
        tuple(StoredName(name, place, NOW) for name, place in places),
        dict.fromkeys(unread, Unobserved("HTTP 403")),
    )
    workflows = [parse_workflow(PATH, text)]
    return list(read_secret_drift(demand, workflows, configured, stored, "acme/shop"))


def test_each_job_reads_in_its_own_environment():
    wanted = secrets_read([parse_workflow(PATH, PIPELINE)])

    assert [(one.name, one.where) for one in wanted] == [
        ("SHARED", ""),
        ("SUPABASE_URL", ""),
        ("RAILWAY_APP_URL", " in environment production"),
        ("RAILWAY_TOKEN", " in environment production"),
        ("SHARED", " in environment production"),
    ]


@pytest.mark.parametrize(
    ("text", "places", "actual"),
    [
        pytest.param(job(), [("token", REPOSITORY)], None, id="in-the-repository"),
        pytest.param(job(), [("TOKEN", ORGANISATION)], None, id="in-the-organisation"),
        pytest.param(
            job(), [], "missing: the job ship of .github/workflows/ci.yml reads it", id="nowhere"
        ),
        pytest.param(
            job(),
            [("TOKEN", PRODUCTION)],
            "in environment production alone, and the job ship of .github/workflows/ci.yml, which "
            "reads it, has no environment",
            id="where-no-job-without-environment-is-given-it",
        ),
        pytest.param(job(environment="production"), [("TOKEN", PRODUCTION)], None, id="its-own"),
        pytest.param(
            job(environment="production"),
            [("TOKEN", STAGING)],
            "in environment staging alone, and the job ship of .github/workflows/ci.yml, which "
            "reads it, has environment production",
            id="of-another-environment",
        ),
        pytest.param(
            job(environment="'${{ inputs.to }}'"), [("TOKEN", STAGING)], None, id="any-of-them"
        ),
        pytest.param(job(more="    if: false\n"), [], None, id="never-runs"),
        pytest.param(job(on="workflow_call"), [], None, id="given-by-its-caller"),
        pytest.param(job("TOKEN || inputs.token"), [], None, id="with-a-value-instead"),
    ],
)
def test_a_secret_that_a_job_reads(text, places, actual):
    rows = told(text, places)

    assert [(row.actual, row.severity) for row in rows] == (
        [(actual, Outcome.WARN)] if actual else []
    )


SPLIT = "acme/railway-deploy-verifier/.github/workflows/gate-split.yml@main"
ROLLBACK = "secret RAILWAY_ROLLBACK_TOKEN in environment production"


@pytest.mark.parametrize(
    ("calls", "secret", "places", "expected"),
    [
        pytest.param(SPLIT, "RAILWAY_ROLLBACK_TOKEN", [PRODUCTION], [], id="in-its-environment"),
        pytest.param(SPLIT, "RAILWAY_ROLLBACK_TOKEN", [], [ROLLBACK], id="nowhere"),
        pytest.param(SPLIT, "RAILWAY_ROLLBACK_TOKEN", [STAGING], [ROLLBACK], id="in-another"),
        pytest.param("other/x/.github/workflows/y.yml@v1", "T", [STAGING], [], id="of-any-call"),
        pytest.param("other/x/.github/workflows/y.yml@v1", "T", [], ["secret T"], id="not-there"),
    ],
)
def test_what_a_called_workflow_is_passed_may_be_of_the_environment_of_its_job(
    calls, secret, places, expected
):
    text = calling(calls, secret, ", environment: production")
    rows = told(text, places=[(secret, place) for place in places])

    assert [row.setting for row in rows] == expected
    assert all("--env production" in row.hint for row in rows if calls == SPLIT)


def test_what_is_configured_is_told_once():
    assert told(job(), configured=[WantedName("Token")]) == []
    (row,) = told(job(environment="staging"), configured=[WantedName("TOKEN", "production")])
    assert row.setting == "secret TOKEN in environment staging"


@pytest.mark.parametrize(
    ("demand", "severity"),
    [(Demand.REQUIRED, Outcome.FAIL), (Demand.RECOMMENDED, Outcome.WARN), (Demand.IGNORED, None)],
)
def test_how_much_it_is_demanded(demand, severity):
    assert [row.severity for row in told(job(), demand=demand)] == [severity] * bool(severity)


@pytest.mark.parametrize(
    ("demand", "severity"),
    [(Demand.REQUIRED, Outcome.INCONCLUSIVE), (Demand.RECOMMENDED, Outcome.SKIP)],
)
def test_what_the_token_may_not_see_is_not_missing(demand, severity):
    rows = told(job(environment="production"), unread=[REPOSITORY, PRODUCTION], demand=demand)

    assert [(row.setting, row.severity) for row in rows] == [("secrets that jobs read", severity)]


@pytest.mark.parametrize("name", ["RAILWAY_TOKEN", "DATABASE_URL", "SUPABASE_SERVICE_KEY"])
def test_one_value_that_staging_and_production_share_is_told(name):
    text = job(name, "production") + job(name, "staging").partition("jobs:\n")[2].replace(
        "ship:", "stage:"
    )

    assert [row.expected for row in told(text, [(name, REPOSITORY)])] == ["its own value"] * 2
    assert told(text, [(name, PRODUCTION), (name, STAGING)]) == []
    assert told(text.replace(name, "NPM_TOKEN"), [("NPM_TOKEN", REPOSITORY)]) == []
