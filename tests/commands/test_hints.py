"""What can be done about a fact that could not be read reaches the person who reads the report."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, START, deployment, evidence, sha
from tests.commands.script import CRITICAL, FakeClock, ScriptedWorld, SharedMemory, Silence
from verifier.checks import run_checks
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal, attempt
from verifier.commands.run_state import Task
from verifier.database.questions import Questions
from verifier.database.session import Database
from verifier.decide.gate.advice import Aftermath, advise
from verifier.decide.gate.arrival import Wanted
from verifier.decide.gate.judge import Live, judge
from verifier.delivery import html_report
from verifier.delivery.progress import PlainProgress
from verifier.errors import DeniedError
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.report import Report
from verifier.model.verdict import Keep, Sample, VerdictWord
from verifier.report import annotations, json_report, markdown, slack, terminal

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
        advice=advise(code, verdict, kept, Aftermath({}, None, {}, False), {}),
    )
    assert markdown.render(report).count(NO_IPV6) == 1


class Hinting(ScriptedWorld):
    """A world in which one question is denied, of all services or of what was gone back to."""

    denied = ""

    def _refuse(self, question):
        if self.denied == question:
            raise DENIED

    def fleet(self):
        self._refuse("fleet")
        if self.mutations:
            self._refuse("fleet, after")
        return super().fleet()

    def history(self):
        self._refuse("history")
        return super().history()

    def breaking_changes(self, older, judged):
        self._refuse("breaking_changes")
        return super().breaking_changes(older, judged)

    def states(self, names):
        self._refuse("states")
        return super().states(names)

    def roll_back(self, deployment_id):
        self._refuse("roll_back")
        super().roll_back(deployment_id)

    def background(self, service, judged, good):
        missing = (UNREAD.explained,) if self.denied == "log" else ()
        return replace(super().background(service, judged, good), not_read=missing)

    def auto_deploy(self, service):
        self._refuse("auto_deploy")
        return super().auto_deploy(service)

    def observe(self, judged, before, subject, within_s):
        seen = super().observe(judged, before, subject, within_s)
        is_hidden = self.denied == f"database, {subject}"
        found = replace(seen.evidence, database=UNREAD) if is_hidden else seen.evidence
        return replace(seen, evidence=found)


class Forgetful(SharedMemory):
    def __init__(self, denied):
        super().__init__()
        self.denied = denied

    def _ask(self, question):
        if question == self.denied:
            raise DENIED


HINT = "grant the role read access to it"
DENIED = DeniedError("access refused", hint=HINT)
UNREAD = Unobserved("access refused", HINT)
#: What answers to the judged commit b.
GOOD, BAD_ONE = {}, {"b": CRITICAL}


def surfaces(report, entries):
    """What a person is shown, by surface; on a terminal the events stand above the report."""
    stream = io.StringIO()
    progress = PlainProgress(stream, str)
    for entry in entries:
        progress.happened(entry)
    return {
        "live log": stream.getvalue() + terminal.render(report),
        "terminal": stream.getvalue() + terminal.render(report, terminal.Style(width=80)),
        "summary": markdown.render(report),
        "JSON": json_report.render(report),
        "HTML": html_report.render(report),
        "annotations": annotations.render(report),
        "Slack": slack.render(report, ""),
    }


@pytest.mark.parametrize(
    ("health", "denied", "code", "shown"),
    [
        pytest.param(GOOD, "fleet", 4, {"annotations", "Slack"}, id="start"),
        pytest.param(GOOD, "records", 0, set(), id="records-then-passed"),
        pytest.param(BAD_ONE, "records", 1, set(), id="records-then-failed"),
        pytest.param(GOOD, "database, judged", 4, {"annotations", "Slack"}, id="look-unclear"),
        pytest.param(BAD_ONE, "database, judged", 1, {"annotations", "Slack"}, id="look-failed"),
        pytest.param(GOOD, "remember", 0, set(), id="kept-nothing-then-passed"),
        pytest.param(BAD_ONE, "history", 3, {"Slack"}, id="plan-history"),
        pytest.param(BAD_ONE, "breaking_changes", 1, set(), id="plan-changes"),
        pytest.param(BAD_ONE, "claim", 1, set(), id="mutation-claim"),
        pytest.param(BAD_ONE, "states", 3, {"Slack"}, id="mutation-reread"),
        pytest.param(BAD_ONE, "roll_back", 3, {"Slack"}, id="mutation-denied"),
        pytest.param(BAD_ONE, "settle", 1, set(), id="mutation-settle"),
        pytest.param(BAD_ONE, "fleet, after", 3, {"Slack"}, id="verification-railway"),
        pytest.param(BAD_ONE, "database, restored", 3, {"Slack"}, id="verification-look"),
        pytest.param(BAD_ONE, "auto_deploy", 1, set(), id="after-hold"),
        pytest.param(BAD_ONE, "log", 1, set(), id="after-log"),
        pytest.param(BAD_ONE, "remember", 1, set(), id="after-remember"),
    ],
)
def test_every_surface_says_what_to_do_about_what_could_not_be_read(health, denied, code, shown):
    clock = FakeClock()
    world = Hinting(clock, health=health)
    world.denied = denied
    policy = replace(POLICY, holds=True)
    task = Task(Wanted(commit_sha=sha("b")), LIMITS, policy, EXPECTED, "acme / production")
    journal = Journal(clock, Silence())
    gate = Gate(world, Forgetful(denied), task, clock, journal)
    gate.run()
    report = gate.report()

    assert report.exit_code == code
    told = {
        name
        for name, text in surfaces(report, journal.entries).items()
        if " ".join(HINT.split()) in " ".join(text.lower().split())
    }
    assert told >= {"live log", "terminal", "summary", "JSON", "HTML"} | shown


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.PASS])
@pytest.mark.parametrize(
    ("word", "code"),
    [
        (VerdictWord.PASSED, ExitCode.GOOD),
        (VerdictWord.SUPERSEDED, ExitCode.GOOD),
        (VerdictWord.FAILED, ExitCode.FAILED_SAFE),
        (VerdictWord.FAILED, ExitCode.NOT_RECOVERED),
        (VerdictWord.INCONCLUSIVE, ExitCode.INCONCLUSIVE),
        (VerdictWord.FAILED, ExitCode.CANCELLED),
    ],
)
@pytest.mark.parametrize("command", ["gate", "check", "rollback", "preflight"])
def test_every_surface_says_the_hint_of_a_finding_beside_every_outcome(
    command, word, code, outcome
):
    hinting = Finding("migrations.pending", outcome, "the ledger was not read", hint=HINT)
    findings = (Finding("health.live", Outcome.FAIL, "HTTP 500", "api"), hinting)
    report = Report(
        command, word, "a reason", code, "", "production", START, START, findings=findings
    )

    verbose = terminal.Style(is_verbose=True)
    shown = {
        "terminal": terminal.render(report, verbose),
        "summary": markdown.render(report),
        "JSON": json_report.render(report),
        "HTML": html_report.render(report),
    }
    assert [name for name, text in shown.items() if HINT not in text.lower()] == []
