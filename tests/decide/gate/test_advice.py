"""What a person is told to do, once for all services that it is the same for."""

import pytest

from tests.builders import deployment, old, service
from verifier.decide.gate.advice import Aftermath, advise, naming_plan
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Finding, Outcome
from verifier.model.platform import HoldOutcome
from verifier.model.report import RestoreOutcome, RollbackResult
from verifier.model.verdict import Keep, Move, RollBackTo, Verdict, VerdictWord

FAILED, PASSED = VerdictWord.FAILED, VerdictWord.PASSED
SWITCHED_OFF = Keep("gate.rollback: off", is_by_setting=True)


def test_a_reason_that_several_rollbacks_failed_for_is_said_once():
    results = {
        name: RollbackResult(f"target-{name}", "", RestoreOutcome.REFUSED, "Railway says 403")
        for name in ("api", "worker")
    }
    after = Aftermath(results, None, {}, fails_too=False)
    failed = Verdict(VerdictWord.FAILED, "it is bad")

    steps = advise(ExitCode.NOT_RECOVERED, failed, RollBackTo(()), after, {"api": "https://a.test"})

    assert steps == (
        "Look at production now: verifier check says what is live and how it is.",
        "Roll back manually at Railway, api to target-api, worker to target-worker "
        "(Railway says 403): api https://a.test",
    )


@pytest.mark.parametrize(
    ("hint", "steps"),
    [
        ("name the deployment", ("Name the deployment.",)),
        (
            "",
            (
                "No failure was found, but success was not confirmed: look at health.deep of api "
                "first.",
            ),
        ),
    ],
    ids=["what-helps-is-known", "nothing-is-known"],
)
def test_what_is_unclear_is_followed_by_what_helps_and_by_nothing_that_the_headline_says(
    hint, steps
):
    unclear = Finding("health.deep", Outcome.INCONCLUSIVE, "not traced", "api", hint=hint)
    verdict = Verdict(VerdictWord.INCONCLUSIVE, "not traced", (unclear,))
    after = Aftermath({}, None, {}, fails_too=False)

    assert advise(ExitCode.INCONCLUSIVE, verdict, RollBackTo(()), after, {}) == steps


def test_what_is_only_planned_is_not_also_to_be_made_by_hand():
    results = {"api": RollbackResult("target", "", RestoreOutcome.PLANNED, "planned")}
    after = Aftermath(results, None, {}, fails_too=False)
    failed = Verdict(VerdictWord.FAILED, "it is bad")

    steps = advise(ExitCode.NOT_RECOVERED, failed, RollBackTo(()), after, {"api": "https://a.test"})

    assert sum("oll back" in step for step in steps) == 1
    assert steps[0] == "Roll back as planned: verifier rollback: api https://a.test"
    assert naming_plan(steps, "out/plan.json")[0] == (
        "Roll back as planned: verifier rollback --plan out/plan.json: api https://a.test"
    )


@pytest.mark.parametrize(
    "results", [{}, {"api": RollbackResult("target", "new", RestoreOutcome.UNKNOWN, "cut")}]
)
def test_who_is_sent_to_railway_by_a_cancelled_run_is_told_the_page(results):
    after = Aftermath(results, None, {}, fails_too=False)
    unclear = Verdict(VerdictWord.INCONCLUSIVE, "cancelled")

    steps = advise(ExitCode.CANCELLED, unclear, Keep("cut"), after, {"api": "https://a.test"})

    assert any(step.endswith(": api https://a.test") for step in steps)


@pytest.mark.parametrize(
    ("plan", "word", "afterwards", "first", "told"),
    [
        pytest.param(SWITCHED_OFF, FAILED, None, "Roll back: ", "Nothing was", id="off"),
        pytest.param(SWITCHED_OFF, FAILED, FAILED, "Roll back: ", "Nothing was", id="off-and-bad"),
        pytest.param(SWITCHED_OFF, FAILED, PASSED, "Look", "If a rollback", id="good-by-now"),
        pytest.param(Keep("no target"), FAILED, None, "Look", "If a rollback", id="no-way-back"),
        pytest.param(Keep("no"), VerdictWord.INCONCLUSIVE, None, "Look", "If a", id="unclear"),
    ],
)
def test_what_is_known_to_be_bad_is_to_be_rolled_back_and_not_to_be_looked_at(
    plan, word, afterwards, first, told
):
    seen = afterwards and Verdict(afterwards, "as it is now")
    after = Aftermath({}, seen, {}, fails_too=False)

    steps = advise(ExitCode.NOT_RECOVERED, Verdict(word, "it is bad"), plan, after, {})

    assert steps[0].startswith(first)
    assert any(step.startswith(told) for step in steps)


def test_nobody_is_sent_to_the_command_that_has_just_answered():
    after = Aftermath({}, None, {}, fails_too=False, command="check")
    failed = Verdict(VerdictWord.FAILED, "it is bad")

    steps = advise(ExitCode.NOT_RECOVERED, failed, Keep("only looked"), after, {})

    assert steps == (
        "Nothing was rolled back: only looked.",
        "If a rollback is needed: verifier rollback, or manually at Railway.",
    )


def test_the_next_push_deploys_the_commit_that_was_rolled_back():
    results = {"api": RollbackResult("target", "new", RestoreOutcome.RESTORED, "")}
    failed = Verdict(VerdictWord.FAILED, "it is bad")

    def step(other):
        after = Aftermath(results, None, {}, fails_too=False, other=other)
        steps = advise(ExitCode.FAILED_SAFE, failed, RollBackTo(()), after, {})
        return next(step for step in steps if "next push" in step)

    assert "deploys this commit again" in step("")
    assert "deploys commit cccccccc again" in step("c" * 40)
    assert step("c" * 40).endswith("This run was started for another commit.")


@pytest.mark.parametrize(
    ("outcome", "afterwards", "is_said"),
    [
        (RestoreOutcome.RESTORED, None, True),
        (RestoreOutcome.UNKNOWN, None, True),
        (RestoreOutcome.RESTORED, VerdictWord.FAILED, True),
        (RestoreOutcome.RESTORED, VerdictWord.PASSED, False),
        (RestoreOutcome.PLANNED, None, False),
    ],
)
def test_a_cancelled_run_tells_that_what_it_rolled_back_is_not_confirmed(
    outcome, afterwards, is_said
):
    results = {"api": RollbackResult("target", "new", outcome, "")}
    seen = Verdict(afterwards, "seen") if afterwards else None
    after = Aftermath(results, seen, {}, fails_too=False)
    failed = Verdict(VerdictWord.FAILED, "it is bad")

    steps = advise(ExitCode.CANCELLED, failed, RollBackTo(()), after, {})

    told = [step for step in steps if "production is NOT confirmed healthy" in step]
    assert bool(told) is is_said, steps
    assert not any("during a rollback" in step for step in steps)


@pytest.mark.parametrize(
    ("again", "is_told"), [(Outcome.PASS, False), (Outcome.INCONCLUSIVE, True)]
)
def test_what_was_unclear_for_a_moment_is_no_step_once_it_has_passed(again, is_told):
    """Between two deployments an answer may be traced to neither: the document lacks nothing."""
    results = {"api": RollbackResult("target", "new", RestoreOutcome.RESTORED, "")}
    bad = Finding("health.deep", Outcome.CRITICAL, "another's database", "api", hint="look there")
    unclear = Finding("health.live", Outcome.INCONCLUSIVE, "not traced", "api", hint="name the id")
    word = VerdictWord.PASSED if again is Outcome.PASS else VerdictWord.INCONCLUSIVE
    seen = Verdict(word, "seen", (Finding("health.live", again, "as seen", "api"),))
    after = Aftermath(results, seen, {}, fails_too=False)
    verdict = Verdict(VerdictWord.FAILED, "it is bad", (bad, unclear))

    steps = advise(ExitCode.FAILED_SAFE, verdict, RollBackTo(()), after, {})

    assert "Look there." in steps
    assert ("Name the id." in steps) is is_told


_OFF = "Auto-deploy of api is off: run verifier release once the fix is ready."
_ON = (
    "Auto-deploy is still on: the next push deploys what was rolled back again unless it is fixed "
    "or reverted first."
)


@pytest.mark.parametrize(
    ("holds", "told"),
    [({"api": HoldOutcome.HELD}, (_OFF,)), ({}, (_ON,))],
    ids=["switched-off", "on"],
)
def test_a_manual_rollback_that_went_well_says_what_the_next_push_does(holds, told):
    results = {"api": RollbackResult("target", "new", RestoreOutcome.RESTORED, "")}
    passed = Verdict(VerdictWord.PASSED, "as it should be")
    after = Aftermath(results, passed, holds, fails_too=False, command="rollback")

    assert advise(ExitCode.GOOD, passed, RollBackTo(()), after, {}) == told


def test_what_passes_and_moved_nothing_says_nothing():
    passed = Verdict(VerdictWord.PASSED, "as it should be")
    after = Aftermath({}, passed, {}, fails_too=False)

    assert advise(ExitCode.GOOD, passed, RollBackTo(()), after, {}) == ()


@pytest.mark.parametrize(
    ("afterwards", "outcome", "is_told"),
    [
        (None, RestoreOutcome.RESTORED, True),
        (FAILED, RestoreOutcome.RESTORED, True),
        (VerdictWord.INCONCLUSIVE, RestoreOutcome.UNKNOWN, True),
        (PASSED, RestoreOutcome.RESTORED, False),
        (None, RestoreOutcome.REFUSED, False),
        (None, RestoreOutcome.PLANNED, False),
    ],
)
def test_what_nobody_vouches_for_is_to_be_looked_at_until_it_is_proven(
    afterwards, outcome, is_told
):
    unknown = Move(service("api"), deployment(), old(), is_into_the_unknown=True)
    known = Move(service("worker"), deployment(), old("w-old"))
    results = {n: RollbackResult("old", "", outcome, "why") for n in ("api", "worker")}
    seen = Verdict(afterwards, "how it is") if afterwards else None
    after = Aftermath(results, seen, {}, fails_too=False)
    plan = RollBackTo((unknown, known))

    told = advise(ExitCode.NOT_RECOVERED, Verdict(FAILED, "it is bad"), plan, after, {})

    step = (
        "Look at api yourself: old, which it went back to, was verified by no gate and found good "
        "by no run; nothing else was known to be good."
    )
    assert [s for s in told if "yourself" in s] == ([step] if is_told else [])
