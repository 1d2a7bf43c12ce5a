"""What another policy makes of a recorded run."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import POLICY, deployment
from tests.commands.script import CRITICAL
from tests.commands.test_gate import new_gate
from verifier.config.replay_terms import replay_terms_of
from verifier.config.settings import load_text
from verifier.decide.gate.judge_again import KEEPS, PLANS, ROLLS_BACK, replay
from verifier.model.finding import Finding, Leniency, Outcome
from verifier.model.report import TimelineEntry
from verifier.model.verdict import RollbackMode
from verifier.model.verdict import VerdictWord as Word
from verifier.report.json_report import parse
from verifier.report.replay_text import render

RECORDED = parse(
    (Path(__file__).parents[3] / "docs" / "pictures" / "missing-migration.json").read_bytes()
)
BASE = """version: 1
services: { julia-api: { run-mode: api }, julia-worker: { run-mode: worker }, julia-scheduler: {} }
"""
FULL = f"{BASE}guards: {{ app-env: production }}\nrelations: {{ tables: [users] }}\n"
LEDGER = f"{FULL}ledger: {{ tool: supabase }}\n"
QUIET = (
    f"{FULL}ledger: {{ tool: supabase, policy: {{ pending: ignore }} }}\n"
    "health: { schema: null, required: [], components: { schema_version: warn } }\n"
    "waivers: [{ check: migrations.expected_version, reason: r, until: 2999-12-31 }]\n"
)


def terms(text):
    return replay_terms_of(load_text(text, "verifier.yml"))


def kept(report, by_setting, reason="no target"):
    """The same run, which kept production; None: by what, earlier reports do not say."""
    at = report.ended_at
    services = tuple(replace(s, rollback=None) for s in report.services)
    timeline = (*report.timeline, TimelineEntry(at, "keep", "", f"not rolling back: {reason}"))
    return replace(report, services=services, timeline=timeline, kept_by_setting=by_setting)


def only(outcome, word, **changes):
    """A run in which one check of the ledger said something."""
    finding = Finding("migrations.pending", outcome, changes.pop("summary", "1 pending"), **changes)
    others = [
        replace(f, outcome=Outcome.PASS) for f in RECORDED.findings if f.check != finding.check
    ]
    return replace(RECORDED, findings=(*others, finding), verdict=word)


DOUBT = only(Outcome.INCONCLUSIVE, Word.INCONCLUSIVE)
_ALL = only(Outcome.PASS, Word.PASSED)
#: As a run that has no ledger tells it.
NO_LEDGER = replace(only(Outcome.SKIP, Word.PASSED), worth=())
SILENT = replace(_ALL, findings=tuple(f for f in _ALL.findings if f.check != "migrations.pending"))


@pytest.mark.parametrize(
    ("report", "text", "word", "action"),
    [
        pytest.param(RECORDED, LEDGER, Word.FAILED, ROLLS_BACK, id="the same"),
        pytest.param(RECORDED, f"{LEDGER}gate: {{ rollback: off }}", Word.FAILED, KEEPS, id="off"),
        pytest.param(RECORDED, f"{LEDGER}gate: {{ rollback: plan }}", Word.FAILED, PLANS, id="plan"),
        pytest.param(RECORDED, QUIET, Word.PASSED, KEEPS, id="nothing is worth a failure"),
        pytest.param(only(Outcome.FAIL, Word.FAILED), FULL, Word.PASSED, KEEPS, id="not asked"),
        pytest.param(only(Outcome.CRITICAL, Word.FAILED), QUIET.replace("pending: ignore", "pending: warn"), Word.FAILED, ROLLS_BACK, id="critical stays"),
        pytest.param(only(Outcome.INCONCLUSIVE, Word.INCONCLUSIVE), LEDGER, Word.INCONCLUSIVE, KEEPS, id="inconclusive"),
        pytest.param(only(Outcome.INCONCLUSIVE, Word.INCONCLUSIVE), f"{LEDGER}gate: {{ on-inconclusive: rollback }}", Word.INCONCLUSIVE, ROLLS_BACK, id="inconclusive may roll back"),
        pytest.param(kept(DOUBT, True), f"{LEDGER}gate: {{ on-inconclusive: rollback }}", Word.INCONCLUSIVE, ROLLS_BACK, id="was kept for doubt"),
        pytest.param(only(Outcome.WARN, Word.PASSED, is_tolerated=True, leniency=Leniency.WAIVED), LEDGER, Word.FAILED, None, id="no longer waived, and nobody knows whether it was good before"),
        pytest.param(only(Outcome.WARN, Word.PASSED, is_tolerated=True, summary="waived until 2026-01-01 (r): 1 pending"), LEDGER, None, None, id="an earlier report does not say why it only warns"),
        pytest.param(RECORDED, f"{LEDGER}probes: [{{ name: beat, sql: select 1, equals: 1 }}]\n", Word.FAILED, ROLLS_BACK, id="asks more, and what failed decides"),
        pytest.param(only(Outcome.PASS, Word.PASSED), f"{LEDGER}probes: [{{ name: beat, sql: select 1, equals: 1 }}]\n", None, None, id="asks more than was asked"),
        pytest.param(only(Outcome.PASS, Word.PASSED), f"{LEDGER}health: {{ required: [queue] }}\n", None, None, id="requires what nothing is told of"),
        pytest.param(kept(RECORDED, False), f"{LEDGER}rollback: {{ redeploy: true }}\n", Word.FAILED, None, id="may roll back where the recorded run could not"),
        pytest.param(only(Outcome.FAIL, Word.FAILED, blameless="before as well"), LEDGER, Word.FAILED, KEEPS, id="blameless"),
        pytest.param(kept(RECORDED, True), LEDGER, Word.FAILED, ROLLS_BACK, id="was off"),
        pytest.param(kept(RECORDED, False), LEDGER, Word.FAILED, KEEPS, id="had no target"),
        pytest.param(kept(RECORDED, False, "gate.rollback: off is not why, nor gate.on-inconclusive: keep; rollbacks are switched off (gate.rollback: off)"), LEDGER, Word.FAILED, KEEPS, id="a sentence that names a setting is no setting"),
        pytest.param(kept(RECORDED, None), LEDGER, Word.FAILED, None, id="an earlier report does not say what kept production"),
        pytest.param(kept(replace(RECORDED, findings=()), False), QUIET, Word.FAILED, KEEPS, id="a build that failed"),
        pytest.param(replace(RECORDED, verdict=Word.SUPERSEDED), LEDGER, Word.SUPERSEDED, KEEPS, id="superseded"),
        pytest.param(only(Outcome.WARN, Word.PASSED, summary="1 not applied, possibly intended: x"), LEDGER, None, None, id="a warning that no policy makes a failure of"),
        pytest.param(only(Outcome.WARN, Word.PASSED), f"{LEDGER[:-3]}, policy: {{ pending: warn }} }}\n", Word.PASSED, KEEPS, id="pending only warns there too"),
        pytest.param(DOUBT, f"{LEDGER[:-3]}, policy: {{ pending: warn }} }}\n", None, None, id="what is unclear may be worth less"),
        pytest.param(only(Outcome.PASS, Word.PASSED), LEDGER, Word.PASSED, KEEPS, id="all are applied"),
        pytest.param(only(Outcome.PASS, Word.PASSED), f"{LEDGER[:-3]}, policy: {{ unknown: fail }} }}\n", None, None, id="minds what the run says nothing of"),
        pytest.param(NO_LEDGER, LEDGER, None, None, id="compares a ledger that the run had none of"),
        pytest.param(SILENT, LEDGER, None, None, id="minds what the run may have been told to ignore"),
        pytest.param(only(Outcome.FAIL, Word.FAILED), f"{FULL}ledger: [{{ name: a, tool: supabase, policy: {{ pending: warn }} }}, {{ name: b, tool: alembic }}]\n", None, None, id="several ledgers"),
        pytest.param(only(Outcome.FAIL, Word.FAILED), f"{FULL}ledger: [{{ name: a, tool: supabase, policy: {{ pending: warn }} }}, {{ name: b, tool: alembic, policy: {{ pending: warn }} }}]\n", Word.PASSED, KEEPS, id="several ledgers that agree"),
    ],
)  # fmt: skip
def test_what_another_policy_decides(report, text, word, action):
    found = replay(report, terms(text))

    assert (found.word, found.action) == (word, action)
    assert (str(word) if word else "not known") in render(found)


@pytest.mark.parametrize(
    ("script", "action"),
    [
        pytest.param({"policy": replace(POLICY, mode=RollbackMode.OFF)}, ROLLS_BACK, id="was-off"),
        pytest.param({"deployments": {"api": [deployment()]}}, KEEPS, id="had-no-target"),
    ],
)
def test_why_a_gate_kept_production_is_read_from_its_own_report(script, action):
    gate, *_ = new_gate(health={"b": CRITICAL}, **script)
    gate.run()

    found = replay(gate.report(), terms("version: 1\nservices: { api: { run-mode: api } }\n"))

    assert (found.word, found.action) == (Word.FAILED, action)


def test_a_run_under_its_own_policy_is_the_same():
    found = replay(RECORDED, terms(LEDGER))

    assert found.is_same
    assert [c for c in found.changed if c.recorded.condemns] == []


def test_each_check_that_is_taken_for_something_else_is_told_with_its_reason():
    said = render(replay(RECORDED, terms(QUIET)))

    for part in (
        "health.schema of julia-api: FAILED -> left out",
        "component.schema_version of julia-api: FAILED -> warning (health.components: warn)",
        "migrations.pending: FAILED -> left out (ledger.policy: ignore)",
        "migrations.expected_version: FAILED -> warning (waived until 2999-12-31)",
    ):
        assert part in said, said
