"""What can be done about a fact that could not be read reaches the person who reads the report."""

from datetime import timedelta

import pytest

from tests.builders import EXPECTED, LIMITS, START, deployment, evidence
from verifier.checks import run_checks
from verifier.commands.ports import attempt
from verifier.database.session import Database, Questions
from verifier.decide.gate.advice import Aftermath, advise
from verifier.decide.gate.judge import Live, judge
from verifier.errors import DeniedError
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Unobserved
from verifier.model.report import Report
from verifier.model.verdict import Keep, Sample, VerdictWord
from verifier.report import markdown

NO_IPV6 = "GitHub's runners have no IPv6"


def unreadable():
    return attempt(Database("postgresql://x@[::1]:1/y", Questions("app_settings")).read)


def test_a_failed_read_keeps_its_hint():
    def refuse():
        raise DeniedError("refused", hint="ask for the right")

    assert attempt(refuse) == Unobserved("refused", "ask for the right")


@pytest.mark.parametrize(
    "check", ["guards.app_env", "migrations.pending", "migrations.expected_version"]
)
def test_an_address_without_ipv4_is_explained_by_each_check_that_needs_the_database(check):
    given = evidence(database=unreadable(), expected_versions={"": "2"})

    hints = [f.hint for f in run_checks(given, EXPECTED) if f.check == check and not f.service]

    assert [NO_IPV6 in hint for hint in hints] == [True] * len(hints) != []


def test_the_job_summary_says_once_that_the_runner_has_no_ipv6():
    findings = run_checks(evidence(database=unreadable()), EXPECTED)
    looked_at = {"api": "new"}
    samples = [
        Sample(at_s, findings, deployments=looked_at) for at_s in (0.0, LIMITS.ready_within_s)
    ]

    verdict = judge(samples, Live("api", deployment(), 0.0, LIMITS.deadline_s), LIMITS)

    assert verdict.word is VerdictWord.INCONCLUSIVE
    code, kept = ExitCode.INCONCLUSIVE, Keep("nothing was rolled back")
    report = Report(
        command="gate",
        verdict=verdict.word,
        reason=verdict.reason,
        exit_code=code,
        commit="",
        environment="production",
        started_at=START,
        ended_at=START + timedelta(minutes=2),
        findings=verdict.findings,
        advice=advise(code, verdict, kept, Aftermath({}, None, {}), {}),
    )
    assert markdown.render(report).count(NO_IPV6) == 1
