"""What an old pipeline leaves unseen, step by step."""

import pytest

from tests.first_user import DATA
from verifier.decide.questions.pipeline_drift import pipeline_drift
from verifier.github.workflows import parse_workflow
from verifier.model.finding import Outcome, Unobserved


def told(*steps, first="run: railway up"):
    """What is said of a job after its first step."""
    body = "".join(f"      - {step}\n" for step in (first, *steps))
    text = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{body}"
    rows = list(pipeline_drift([parse_workflow("ci.yml", text)]))
    assert {row.severity for row in rows} <= {Outcome.WARN}
    return [row.actual for row in rows]


DEAD = "never runs then: its condition has no failure() or always()"


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        pytest.param("{ run: railway rollback x }", [DEAD], id="rollback-without-condition"),
        pytest.param(
            "{ if: steps.h.outputs.ok == 'false', run: railway rollback x }", [DEAD], id="dead"
        ),
        pytest.param("{ if: failure(), run: railway rollback x }", [], id="after-a-failure"),
        pytest.param(
            "{ if: \"always() && steps.h.outcome == 'failure'\", run: railway rollback x }",
            [],
            id="always",
        ),
        pytest.param("{ run: pytest || true }", ["the failure is swallowed: || true"], id="test"),
        pytest.param(
            "{ run: npm test || echo failed }", ["the failure is swallowed: || echo"], id="npm"
        ),
        pytest.param(
            "{ shell: 'bash {0}', run: railway up; exit 0 }",
            ["the failure is swallowed: ; exit 0"],
            id="up",
        ),
        pytest.param("{ run: railway up; exit 0 }", [], id="a-shell-that-ends-before"),
        pytest.param("{ run: pytest, continue-on-error: true }", ["continue-on-error"], id="on"),
        pytest.param("{ run: pytest }", [], id="a-test"),
        pytest.param("{ run: curl -X POST $SLACK || true }", [], id="a-message-may-fail"),
        pytest.param("{ run: ruff check || true }", [], id="not-a-test"),
        pytest.param("{ if: always(), run: pytest }", [], id="a-test-that-always-runs"),
        pytest.param(
            "{ if: env.KEY != '', run: pytest }",
            ["the job is green without its tests where the condition does not hold"],
            id="tests-that-need-a-secret",
        ),
        pytest.param("{ uses: actions/checkout@v6 }", [], id="an-action"),
    ],
)
def test_a_step(step, expected):
    assert told(step) == expected


def test_a_rollback_by_hand_follows_no_failure():
    assert told("{ run: railway rollback x }", first="run: 'true'") == []


def test_the_first_users_pipeline_is_read_as_a_person_reads_it():
    text = (DATA / "ci.yml").read_text("utf-8")

    rows = list(pipeline_drift([parse_workflow("ci.yml", text), Unobserved("unreadable")]))

    assert [(row.setting.removeprefix("pipeline: ci.yml: "), row.actual) for row in rows] == [
        ("test: Tests", "the job is green without its tests where the condition does not hold"),
        (
            "deploy: Health check",
            "it is green without a health check where RAILWAY_APP_URL is not set",
        ),
        ("deploy: Roll back", DEAD),
        ("deploy: Roll back", "the failure is swallowed: || echo"),
    ]


@pytest.mark.parametrize(
    ("steps", "on", "is_told"),
    [
        ("{ if: github.event_name == 'push', run: pytest }", "[push, pull_request]", True),
        ("{ if: github.event.pull_request.draft == false, run: pytest }", "pull_request", True),
        ("{ if: \"github.actor != 'dependabot[bot]'\", run: pytest }", "pull_request", True),
        ("{ if: github.event_name == 'push', run: pytest }", "push", False),
        ("{ if: github.event_name == 'push', run: pytest }, { run: pytest x }", "pull_request", False),
        ("{ if: success(), run: pytest }", "pull_request", False),
        ("{ id: p, run: pytest, continue-on-error: true }, { if: steps.p.conclusion == 'failure', run: exit 1 }", "pull_request", True),
        ("{ id: p, run: pytest, continue-on-error: true }, { if: steps.p.outcome == 'failure', run: exit 1 }", "pull_request", False),
    ],
)  # fmt: skip
def test_tests_that_run_for_some_changes_or_whose_conclusion_is_asked(steps, on, is_told):
    text = f"on: {on}\njobs:\n  t: {{ runs-on: x, steps: [{steps}] }}\n"

    assert bool(list(pipeline_drift([parse_workflow("ci.yml", text)]))) is is_told
