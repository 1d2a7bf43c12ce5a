"""When samples make a verdict. Times are seconds on the run's clock; the limits are defaults."""

from dataclasses import replace

import pytest

from tests.builders import LIMITS, START, deployment
from verifier.decide.gate.judge import Live, judge
from verifier.model.check_ids import RAILWAY, SILENT
from verifier.model.finding import FOR_GOOD, Finding, Later, Outcome, Provenance
from verifier.model.known_before import KnownBefore, SeenCheck
from verifier.model.verdict import Sample, Verdict, VerdictWord, Wait

OUTCOMES = {
    "p": Outcome.PASS,
    "w": Outcome.WARN,
    "?": Outcome.INCONCLUSIVE,
    "f": Outcome.FAIL,
    "c": Outcome.CRITICAL,
    "-": Outcome.SKIP,
}


def samples(letters, every_s=2.0, check="a.b"):
    """One sample a letter, `every_s` apart, from 0 s on."""
    return [
        Sample(
            n * every_s,
            (Finding(check, OUTCOMES[letter.lower()], letter, is_bare=letter == "F"),),
            deployments={"api": "new"},
        )
        for n, letter in enumerate(letters)
    ]


def decide(given, until_s=600.0, is_health_checked=False, **changes):
    live = Live("api", deployment(is_health_checked=is_health_checked), 0.0, until_s)
    return judge(given, live, replace(LIMITS, **changes))


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        pytest.param("c", VerdictWord.FAILED, id="critical-at-first-sight"),
        pytest.param("ppc", VerdictWord.FAILED, id="critical-after-passes"),
        pytest.param("f", None, id="one-failure-is-a-hiccup"),
        pytest.param("ff", None, id="two-failures"),
        pytest.param("fff", VerdictWord.FAILED, id="three-in-a-row"),
        pytest.param("ffpf", VerdictWord.FAILED, id="three-of-four-is-flapping"),
        pytest.param("ffppppppf", None, id="a-failure-nine-answers-ago-is-forgotten"),
        pytest.param("fppppppp", None, id="one-failure-and-good-for-longer-than-stable-for"),
        pytest.param("fpppppppp", VerdictWord.PASSED, id="one-failure-and-eight-good-answers"),
        pytest.param("pppppfppfpp", None, id="what-flaps-does-not-pass-between-two-failures"),
        pytest.param("FFFpppppp", VerdictWord.PASSED, id="not-yet-makes-no-good-answer-wait"),
        pytest.param("FFF", None, id="an-answer-that-names-nothing-is-not-yet"),
        pytest.param("FFFp", None, id="and-is-forgiven-by-the-first-good-one"),
        pytest.param("pFFF", VerdictWord.FAILED, id="after-which-it-is-a-failure"),
        pytest.param("FFFFFFpF", None, id="not-yet-is-no-half-of-flapping-later"),
        pytest.param("FFFFFFf", None, id="nor-of-a-failure-that-names-its-cause"),
        pytest.param("F" * 61, VerdictWord.FAILED, id="as-after-ready-within"),
        pytest.param("FFfff", VerdictWord.FAILED, id="what-names-its-cause-needs-no-warm-up"),
        pytest.param("ff?f", VerdictWord.FAILED, id="seeing-nothing-neither-counts-nor-interrupts"),
        pytest.param("fff?", None, id="the-latest-answer-must-fail"),
        pytest.param("pppppp", VerdictWord.PASSED, id="good-for-ten-seconds"),
        pytest.param("ppppp", None, id="good-for-eight-seconds"),
        pytest.param("pppwww", VerdictWord.PASSED, id="a-warning-is-good-enough"),
        pytest.param("ppp?pppp", None, id="an-unseen-sample-breaks-the-stable-time"),
        pytest.param("------", None, id="skips-alone-never-pass"),
        pytest.param("?" * 61, VerdictWord.INCONCLUSIVE, id="nothing-seen-for-ready-within"),
        pytest.param("?" * 60, None, id="nothing-seen-yet"),
    ],
)
def test_verdict(letters, expected):
    decision = decide(samples(letters))

    assert (decision.word if isinstance(decision, Verdict) else None) is expected


@pytest.mark.parametrize(
    ("letters", "instances", "expected"),
    [
        pytest.param("pFFF", 2, None, id="another-instance-may-still-start"),
        pytest.param("pFpFpFpF", 2, None, id="as-it-may-in-turns"),
        pytest.param("pFpFpFpppppppp", 2, VerdictWord.PASSED, id="until-all-of-them-are-good"),
        pytest.param("p" + "F" * 11, 2, None, id="which-answers-by-chance"),
        pytest.param("p" + "F" * 12, 2, VerdictWord.FAILED, id="but-not-every-time"),
        pytest.param("p" + "F" * 12, 3, None, id="more-of-them-answer-longer"),
        pytest.param("pF" * 31, 2, VerdictWord.FAILED, id="after-ready-within-it-is-flapping"),
        pytest.param("pfff", 2, VerdictWord.FAILED, id="what-names-its-cause-is-no-start"),
        pytest.param("pFFF", 1, VerdictWord.FAILED, id="one-instance-has-started"),
    ],
)
def test_an_answer_of_one_instance_is_none_of_the_start_of_another(letters, instances, expected):
    judged = deployment(instances=("RUNNING",) * instances)
    decision = judge(samples(letters), Live("api", judged, 0.0, 600.0), LIMITS)

    assert (decision.word if isinstance(decision, Verdict) else None) is expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        pytest.param(300, None, id="for-ten-minutes"),
        pytest.param(301, VerdictWord.INCONCLUSIVE, id="to-the-end"),
    ],
)
def test_the_silence_of_railway_says_nothing_of_what_it_runs(count, expected):
    decision = decide(samples("?" * count, check=RAILWAY))

    assert (decision.word if isinstance(decision, Verdict) else None) is expected


def test_what_was_good_for_a_second_has_been_good():
    """The next look comes early where Railway's news call for it; both count as one answer."""
    good, *bad = samples("pFFF")
    early = [replace(s, at_s=s.at_s - 0.8) for s in bad]

    assert isinstance(decide([good, *early]), Verdict)
    assert isinstance(decide(early), Wait)


def test_failures_of_different_checks_do_not_add_up():
    mixed = [*samples("f", check="a.a"), *samples("ff", check="a.b")]

    assert isinstance(decide(mixed), Wait)


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        pytest.param("pppppp", VerdictWord.INCONCLUSIVE, id="at-once-when-the-rest-is-good"),
        pytest.param("ppppp", None, id="not-before"),
        pytest.param("pp?ppp", None, id="not-while-anything-may-change"),
        pytest.param("pfff", VerdictWord.FAILED, id="a-failure-beside-it-condemns"),
        pytest.param("pppc", VerdictWord.FAILED, id="and-so-does-what-is-critical"),
    ],
)
def test_what_no_waiting_can_change_is_not_waited_for(rest, expected):
    final = Finding("a.final", Outcome.INCONCLUSIVE, "no such host", "api", later=FOR_GOOD)
    looks = [replace(s, findings=(*s.findings, final)) for s in samples(rest)]

    decision = decide(looks)

    assert (decision.word if isinstance(decision, Verdict) else None) is expected


@pytest.mark.parametrize(("looks", "ends"), [(1, False), (2, False), (3, True)])
def test_what_no_waiting_can_change_is_given_up_once_it_was_so_several_times(looks, ends):
    """A name server that does not know a name may know it a moment later."""
    final = Finding("a.final", Outcome.INCONCLUSIVE, "no such host", "api", later=FOR_GOOD)
    seen = [
        replace(s, findings=(*s.findings, final) if n >= 6 - looks else s.findings)
        for n, s in enumerate(samples("pppppp", every_s=4))
    ]

    assert isinstance(decide(seen), Verdict) is ends


def test_no_findings_never_pass():
    empty = [Sample(n * 2.0, (), deployments={"api": "new"}) for n in range(20)]

    assert isinstance(decide(empty), Wait)


def test_without_a_look_at_it_there_is_nothing_to_wait_for():
    elsewhere = [replace(s, deployments={"api": "another"}) for s in samples("ccc")]

    assert decide(elsewhere) == Wait(0.0)


@pytest.mark.parametrize(("count", "word"), [(10, None), (11, VerdictWord.FAILED)])
def test_railways_own_health_check_ends_the_warm_up_early(count, word):
    decision = decide(samples("F" * count), is_health_checked=True)

    assert (decision.word if isinstance(decision, Verdict) else None) is word


def test_answers_right_after_one_another_are_one():
    assert isinstance(decide(samples("fffff", every_s=0.4)), Wait)


def test_a_reason_names_the_limit_that_was_reached():
    assert decide(samples("fff")).reason.endswith("(failed 3 times in a row, gate.fail-after: 3)")
    assert decide(samples("fpfpf")).reason.endswith("(flapping: 3 of the last 5 answers failed)")


def test_what_another_service_says_is_its_own():
    theirs = [
        replace(s, findings=tuple(replace(f, service="worker") for f in s.findings))
        for s in samples("c")
    ]

    assert isinstance(decide(theirs), Wait)


def test_the_last_look_falls_on_the_end_of_the_stable_time():
    assert decide(samples("pp", every_s=9.5)) == Wait(0.5)


def test_looks_at_what_is_good_are_not_evenly_spaced():
    first, second = decide(samples("p")), decide(samples("pp", every_s=3.0))

    assert first.seconds != second.seconds


def test_what_lacks_less_than_a_moment_has_been_good_for_long_enough():
    assert decide(samples("pp", every_s=10 - 1e-9)).word is VerdictWord.PASSED


def test_the_end_of_the_time_is_inconclusive():
    assert decide(samples("pf"), until_s=2.0).word is VerdictWord.INCONCLUSIVE


def test_stable_for_nothing_passes_at_once():
    verdict = decide(samples("p"), stable_for_s=0)

    assert (verdict.word, verdict.reason) == (VerdictWord.PASSED, "all checks passed")


def silent(letters, from_sample=0, answers=()):
    """Samples of a service that is silent from one sample on, but for some that it answers."""
    given = samples(letters)
    return [
        replace(
            sample,
            silent=frozenset({"api"} if n >= from_sample and n not in answers else ()),
            findings=(
                Finding(
                    "health.live", Outcome.PASS if n in answers else Outcome.INCONCLUSIVE, "", "api"
                ),
            ),
        )
        for n, sample in enumerate(given)
    ]


@pytest.mark.parametrize(
    ("given", "fails"),
    [
        pytest.param(silent("?" * 61), True, id="silent-since-it-is-active"),
        pytest.param(
            silent("?" * 61, from_sample=30), True, id="its-predecessor-answered-for-a-while"
        ),
        pytest.param(silent("?" * 61, from_sample=60), False, id="silent-but-once"),
        pytest.param(silent("?" * 61, answers=[30]), False, id="it-answered-in-between"),
        pytest.param(silent("?" * 60), False, id="the-limit-has-not-ended"),
    ],
)
def test_proven_silence_fails_when_the_readiness_limit_ends(given, fails):
    decision = decide(given)

    failed = isinstance(decision, Verdict) and decision.word is VerdictWord.FAILED
    assert failed is fails
    if fails:
        assert decision.findings[-1].check == SILENT


def test_silence_that_is_first_proven_at_the_limit_is_followed_to_its_end():
    first_proven_at_the_limit = silent("?" * 61, from_sample=60)
    followed = silent("?" * 63, from_sample=60)

    assert isinstance(decide(first_proven_at_the_limit), Wait)
    assert decide(followed).word is VerdictWord.FAILED


def test_what_stops_being_silent_at_the_limit_stays_unclear():
    assert decide(silent("?" * 61)[:60] + samples("?" * 61)[60:]).word is (VerdictWord.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        pytest.param("ppp", None, id="not-while-the-others-are-open"),
        pytest.param("pppppp", VerdictWord.FAILED, id="alone-it-is-red"),
        pytest.param("ppf", None, id="not-while-a-first-failure-is-unconfirmed"),
        pytest.param("pff", None, id="nor-a-second"),
        pytest.param("fff", VerdictWord.FAILED, id="once-both-are-confirmed"),
    ],
)
def test_what_nobody_is_to_blame_for_never_makes_a_rollback_of_one_failing_look(own, expected):
    given = [
        replace(sample, findings=(*sample.findings, replace(theirs.findings[0], blameless="why")))
        for sample, theirs in zip(samples(own), samples("f" * len(own), check="c.d"), strict=True)
    ]
    verdict = decide(given)

    assert (verdict.word if isinstance(verdict, Verdict) else None) is expected


def test_one_look_that_proves_less_excuses_nothing_that_was_proven():
    given = samples("ffff")
    given[2] = replace(given[2], findings=(replace(given[2].findings[0], blameless="why"),))

    assert isinstance(decide(given[:3]), Wait)
    assert not any(f.blameless for f in decide(given).findings)


@pytest.mark.parametrize(
    ("later", "seconds", "expected"),
    [
        pytest.param(Later(Outcome.WARN), 118, None, id="not-yet"),
        pytest.param(Later(Outcome.WARN), 130, VerdictWord.PASSED, id="a-warning-in-the-end"),
        pytest.param(Later(Outcome.FAIL), 122, None, id="a-failure-in-the-end-is-confirmed"),
        pytest.param(Later(Outcome.FAIL), 124, VerdictWord.FAILED, id="and-then-condemns"),
        pytest.param(Later(Outcome.FAIL, 300.0), 298, None, id="a-limit-of-its-own"),
        pytest.param(Later(Outcome.FAIL, 300.0), 304, VerdictWord.FAILED, id="which-ends-too"),
    ],
)
def test_what_nobody_has_written_yet_is_waited_for(later, seconds, expected):
    finding = Finding("probe.beat", Outcome.INCONCLUSIVE, "no value", "api", later=later)
    looks = [
        Sample(float(s), (finding,), deployments={"api": "new"}) for s in range(0, seconds + 1, 2)
    ]

    decision = decide(looks)

    assert (decision.word if isinstance(decision, Verdict) else None) is expected


@pytest.mark.parametrize(
    ("worth", "until_s", "seconds", "expected"),
    [
        pytest.param(Outcome.WARN, 600, 178, None, id="beyond-the-limit-of-readiness"),
        pytest.param(Outcome.WARN, 600, 190, VerdictWord.PASSED, id="until-it-is-due"),
        pytest.param(Outcome.FAIL, 600, 182, None, id="and-then-confirmed"),
        pytest.param(Outcome.FAIL, 600, 184, VerdictWord.FAILED, id="and-failed"),
        pytest.param(Outcome.WARN, 185, 118, None, id="due-too-late-for-this-run"),
        pytest.param(Outcome.WARN, 185, 130, VerdictWord.PASSED, id="so-it-does-not-wait"),
        pytest.param(Outcome.INCONCLUSIVE, 150, 148, None, id="unless-proof-is-asked-for"),
        pytest.param(Outcome.INCONCLUSIVE, 150, 150, VerdictWord.INCONCLUSIVE, id="never-passed"),
    ],
)
def test_a_heartbeat_that_is_due_after_readiness_is_waited_for(worth, until_s, seconds, expected):
    """It is due 180 s after the deployment went live, readiness ends after 120 s."""
    looks = [
        Sample(
            float(s),
            (
                Finding(
                    "probe.beat",
                    Outcome.INCONCLUSIVE,
                    "no value",
                    "api",
                    later=Later(worth, due_in_s=max(0.0, 180.0 - s)),
                ),
            ),
            deployments={"api": "new"},
        )
        for s in range(0, seconds + 1, 2)
    ]

    decision = decide(looks, until_s=float(until_s))

    assert (decision.word if isinstance(decision, Verdict) else None) is expected


def told_late(letters, late):
    """Samples whose answers are so many seconds older than their look."""
    return [
        replace(
            s,
            findings=tuple(
                replace(f, evidence=Provenance("GET /", START, late_s=seconds)) for f in s.findings
            ),
        )
        for s, seconds in zip(samples(letters), late, strict=True)
    ]


@pytest.mark.parametrize(
    ("letters", "late", "expected"),
    [
        pytest.param("?" * 8 + "FFF", [0] * 8 + [16] * 3, None, id="of-the-warm-up-not-yet"),
        pytest.param("?" * 8 + "FFF", [0] * 11, VerdictWord.FAILED, id="of-now-after-the-warm-up"),
        pytest.param("?" * 8 + "FFFp", [0] * 8 + [16] * 4, None, id="and-no-failure-later"),
        pytest.param("?" * 8 + "FFFpf", [0] * 8 + [16] * 5, None, id="nor-half-of-one"),
        pytest.param("????pppppp", [8] * 10, VerdictWord.PASSED, id="held-though-late"),
        pytest.param("pppppp", [0, 2, 4, 6, 8, 9], None, id="ever-later-holds-for-less"),
        pytest.param("????pp", [8, 8, 8, 8, 8, 0], None, id="nor-is-it-held-by-catching-up"),
        pytest.param("fff", [4, 6, 8], None, id="of-one-moment-are-one-answer"),
    ],
)
def test_an_answer_counts_for_the_moment_at_which_it_was_given(letters, late, expected):
    live = Live("api", deployment(is_health_checked=True), 0.0, 600.0)
    decision = judge(told_late(letters, late), live, LIMITS)

    assert (decision.word if isinstance(decision, Verdict) else None) is expected


@pytest.mark.parametrize(("count", "word"), [(5, None), (6, VerdictWord.FAILED)])
def test_a_warm_up_is_over_when_the_start_is(count, word):
    decision = decide(
        samples("F" * count), is_health_checked=True, warm_up_s=60.0, ready_within_s=10.0
    )

    assert (decision.word if isinstance(decision, Verdict) else None) is word


@pytest.mark.parametrize(("after", "word"), [(0, VerdictWord.PASSED), (1, None), (5, None)])
def test_what_was_good_before_nobody_looked_for_a_while_has_not_held(after, word):
    looks = [replace(s, is_after_pause=n == after) for n, s in enumerate(samples("pppppp"))]

    decision = decide(looks)

    assert (decision.word if isinstance(decision, Verdict) else None) is word


def test_what_is_silent_is_condemned_beside_what_nobody_is_to_blame_for():
    excused = Finding("a.b", Outcome.FAIL, "a fact", "api", blameless="whoever is to blame")
    looks = [
        Sample(n * 2.0, (excused,), frozenset({"api"}), deployments={"api": "new"})
        for n in range(61)
    ]

    verdict = decide(looks)

    assert verdict.word is VerdictWord.FAILED
    assert [f.check for f in verdict.condemned_by] == [SILENT]
    assert excused in verdict.findings


@pytest.mark.parametrize(
    ("good", "word"),
    [
        pytest.param({SeenCheck("a.b", "api")}, VerdictWord.FAILED, id="good-before"),
        pytest.param(set(), VerdictWord.PASSED, id="never-seen-good"),
    ],
)
def test_what_may_be_worth_more_is_so_only_where_it_was_good_before(good, word):
    later = Later(Outcome.WARN, 0.0, if_good_before=Outcome.FAIL)
    open_ = Finding("a.b", Outcome.INCONCLUSIVE, "not yet", "api", later=later)
    looks = [Sample(n * 2.0, (open_,), deployments={"api": "new"}) for n in range(6)]
    live = Live("api", deployment(), 0.0, 600.0, KnownBefore(frozenset(good)))

    assert judge(looks, live, LIMITS).word is word


@pytest.mark.parametrize(
    ("due_s", "is_awaited"),
    [
        pytest.param(94.0, True, id="in-time-to-be-confirmed"),
        pytest.param(95.0, False, id="too-late-to-be-seen-often-enough"),
    ],
)
def test_what_is_due_too_late_for_this_run_is_not_waited_for(due_s, is_awaited):
    """The run ends at 100 s, and three answers take 6 s."""
    looks = [
        Sample(
            at_s,
            (
                Finding(
                    "a.b",
                    Outcome.INCONCLUSIVE,
                    "not yet",
                    "api",
                    later=Later(Outcome.FAIL, 10.0, due_in_s=due_s - at_s),
                ),
            ),
            deployments={"api": "new"},
        )
        for at_s in (20.0, 22.0, 24.0)
    ]

    assert isinstance(decide(looks, until_s=100.0, stable_for_s=0), Wait) is is_awaited
