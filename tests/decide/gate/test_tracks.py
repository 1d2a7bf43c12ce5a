"""Services on their own way, folded into one verdict. The limits are defaults."""

import pytest

from tests.builders import LIMITS, deployment, old
from verifier.decide.gate.arrival import Arrival, Stage
from verifier.decide.gate.judge import failing_verdict
from verifier.decide.gate.polling import LONGEST_S
from verifier.decide.gate.reasons import named_findings
from verifier.decide.gate.track import Progress, Track
from verifier.decide.gate.tracks import advance, condemned, fold
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.finding import Finding, Outcome
from verifier.model.verdict import Verdict, VerdictWord, Wait

BAD = Verdict(VerdictWord.FAILED, "bad", (Finding("health.deep", Outcome.FAIL, "bad"),))
GOOD = Verdict(VerdictWord.PASSED, "good", (Finding("health.deep", Outcome.PASS, "good"),))
EXCUSED = Verdict(
    VerdictWord.FAILED, "a view", (Finding("r", Outcome.FAIL, "a view", blameless="why"),)
)
#: Two services that hold, and of which nothing has failed lately.
CALM_3 = Wait(3, good_since_s=1, is_calm=True)
CALM_6 = Wait(6, good_since_s=7, is_calm=True)
UNCLEAR = Verdict(VerdictWord.INCONCLUSIVE, "unclear")


def track(stage, decision=None, since_s=0.0, name="api", status=Status.BUILDING, **changes):
    found = None if stage is Stage.MISSING else deployment(f"new-{name}", status=status)
    live_s = 0.0 if stage is Stage.LIVE else None
    return Track(Arrival(name, stage, str(stage), found, **changes), since_s, live_s, decision)


def live(decision, **changes):
    return track(Stage.LIVE, decision, status=Status.SUCCESS, **changes)


def decide(*tracks, now_s=10.0, until_s=700.0):
    decision = fold(tracks, Progress(now_s, 0.0, until_s), LIMITS)
    return decision.word if isinstance(decision, Verdict) else Wait


BUILDING = track(Stage.UNDER_WAY, name="worker")
MISSING = track(Stage.MISSING, name="worker")
SKIPPED = track(Stage.NOT_DEPLOYED, name="worker")
TAKEN = track(Stage.SUPERSEDED, name="worker")
PASSED_BY = track(Stage.UNAFFECTED, name="worker")
PUT_BACK = track(Stage.ROLLED_BACK, name="worker")
BROKEN = track(Stage.FAILED, name="worker")


@pytest.mark.parametrize(
    ("tracks", "now_s", "expected"),
    [
        pytest.param([live(BAD), BUILDING], 10, VerdictWord.FAILED, id="bad-beside-a-build"),
        pytest.param([live(BAD), MISSING], 10, VerdictWord.FAILED, id="bad-beside-nothing"),
        pytest.param([live(BAD), SKIPPED], 10, VerdictWord.FAILED, id="bad-beside-a-skip"),
        pytest.param([live(EXCUSED), BUILDING], 10, Wait, id="nobody-to-blame-beside-a-build"),
        pytest.param([live(EXCUSED), live(GOOD)], 10, VerdictWord.FAILED, id="and-alone"),
        pytest.param([live(EXCUSED), live(BAD), BUILDING], 10, VerdictWord.FAILED, id="and-bad"),
        pytest.param([live(BAD), TAKEN], 10, VerdictWord.FAILED, id="bad-beside-a-newer"),
        pytest.param([live(Wait(2)), SKIPPED], 10, Wait, id="a-skip-keeps-nobody-from-judging"),
        pytest.param([live(Wait(2)), BROKEN], 10, VerdictWord.FAILED, id="a-build-that-failed"),
        pytest.param([live(GOOD), BUILDING], 10, Wait, id="good-beside-a-build"),
        pytest.param([live(GOOD), MISSING], 179, Wait, id="good-while-one-may-appear"),
        pytest.param([live(GOOD), MISSING], 180, VerdictWord.FAILED, id="one-never-appeared"),
        pytest.param([live(GOOD), SKIPPED], 10, VerdictWord.FAILED, id="one-was-skipped"),
        pytest.param([live(GOOD), TAKEN], 10, VerdictWord.PASSED, id="one-was-taken-over"),
        pytest.param([live(GOOD), PASSED_BY], 10, VerdictWord.PASSED, id="one-was-passed-by"),
        pytest.param([live(GOOD), PUT_BACK], 10, VerdictWord.FAILED, id="one-was-put-back"),
        pytest.param([live(GOOD), live(GOOD)], 10, VerdictWord.PASSED, id="all-good"),
        pytest.param([live(UNCLEAR), live(GOOD)], 10, VerdictWord.INCONCLUSIVE, id="one-unclear"),
        pytest.param([live(UNCLEAR), SKIPPED], 10, VerdictWord.FAILED, id="unclear-and-skipped"),
        pytest.param([TAKEN, TAKEN], 10, VerdictWord.SUPERSEDED, id="all-taken-over"),
        pytest.param([TAKEN, PASSED_BY], 10, VerdictWord.SUPERSEDED, id="the-rest-taken-over"),
        pytest.param([PASSED_BY], 10, VerdictWord.UNAFFECTED, id="all-passed-by"),
        pytest.param([MISSING], 180, VerdictWord.FAILED, id="never-came"),
        pytest.param([BUILDING], 600, VerdictWord.INCONCLUSIVE, id="builds-for-ever"),
        pytest.param([BUILDING, live(GOOD)], 700, VerdictWord.INCONCLUSIVE, id="out-of-time"),
    ],
)
def test_one_verdict_on_all(tracks, now_s, expected):
    assert decide(*tracks, now_s=now_s) is expected


def test_what_is_live_is_looked_at_as_often_as_railway_is_asked_whatever_news_say():
    wait = fold([live(GOOD), BUILDING], Progress(300.0, 0.0, 700.0), LIMITS)

    assert wait == Wait(LONGEST_S, LONGEST_S)


@pytest.mark.parametrize(
    ("waits", "expected_s"),
    [
        pytest.param([Wait(5, good_since_s=1), Wait(5.8, good_since_s=2)], 5.8, id="together"),
        pytest.param([Wait(3, good_since_s=1), Wait(5, good_since_s=3)], 3, id="not-together"),
        pytest.param([CALM_3, CALM_6], 6, id="calm-until-the-last-one"),
        pytest.param([Wait(4, good_since_s=1), CALM_3, CALM_6], 4, id="unless-another-is-not"),
        pytest.param([Wait(2), CALM_6], 2, id="unless-another-fails"),
        pytest.param([Wait(2), Wait(2.5, good_since_s=1)], 2, id="one-is-in-doubt"),
    ],
)
def test_services_that_hold_are_looked_at_together(waits, expected_s):
    names = ("api", "worker", "cron")[: len(waits)]
    tracks = [live(wait, name=name) for wait, name in zip(waits, names, strict=True)]

    assert fold(tracks, Progress(10.0, 0.0, 700.0), LIMITS).seconds == expected_s


def test_what_condemns_one_service_condemns_the_commit():
    tracks = {t.service: t for t in (live(BAD), BUILDING, track(Stage.LIVE, GOOD, name="cron"))}

    assert sorted(condemned(tracks)) == ["api", "cron", "worker"]


def test_a_failed_build_is_condemned_as_its_commit_may_still_come_to_another_service():
    assert list(condemned({"worker": BROKEN, "api": track(Stage.MISSING)})) == ["worker"]


def test_a_commit_taken_on_is_condemned_by_itself():
    taken = Track(Arrival("api", Stage.LIVE, "", old("new-api"), is_taken_on=True), 0.0, 0.0, BAD)

    assert list(condemned({"api": taken, "worker": live(GOOD, name="worker")})) == ["api"]


def test_a_new_deployment_of_a_service_starts_its_time_anew():
    first = advance({}, [Arrival("api", Stage.LIVE, "", deployment("x"))], 1.0)
    same = advance(first, [Arrival("api", Stage.LIVE, "", deployment("x"))], 5.0)
    moved = advance(same, [Arrival("api", Stage.LIVE, "", deployment("y"))], 9.0)

    assert [t["api"].live_since_s for t in (first, same, moved)] == [1.0, 1.0, 9.0]


def test_what_is_wrong_for_several_services_is_said_once():
    pending = Finding("migrations.pending", Outcome.FAIL, "1 migration shipped but not applied: 7")
    behind = Finding("health.schema", Outcome.FAIL, "version 6 is behind 7", "api")
    limit = "failed 3 times in a row, gate.fail-after: 3"
    of_the_api = failing_verdict([behind, pending], [behind, pending], limit)
    of_the_worker = failing_verdict([pending], [pending], limit)

    verdict = fold([live(of_the_api), live(of_the_worker)], Progress(10.0, 0.0, 700.0), LIMITS)

    assert verdict.reason == (
        "health.schema of api: version 6 is behind 7; "
        f"migrations.pending: 1 migration shipped but not applied: 7 ({limit})"
    )
    assert verdict.findings == (behind, pending)


@pytest.mark.parametrize("own_is_bad", [True, False])
def test_of_two_commits_of_one_image_only_the_condemned_one_goes(own_is_bad):
    image = "sha256:same"
    own = deployment("own", 20, "f", image_digest=image)
    earlier = deployment("earlier", 10, "e", image_digest=image)
    words = (BAD, GOOD) if own_is_bad else (GOOD, BAD)
    tracks = {
        "api": Track(Arrival("api", Stage.LIVE, "", own), 0.0, 0.0, words[0]),
        "worker": Track(
            Arrival("worker", Stage.LIVE, "", earlier, is_taken_on=True), 0.0, 0.0, words[1]
        ),
    }

    assert condemned(tracks) == ({"api": own} if own_is_bad else {"worker": earlier})


_REFUSED = "could not reach the database: connection failed: port 1 failed: Connection refused"


def _unclear(*summaries):
    findings = [Finding(check, Outcome.INCONCLUSIVE, text, name) for check, name, text in summaries]
    return Verdict(VerdictWord.INCONCLUSIVE, named_findings(findings), tuple(findings))


def test_an_error_that_several_checks_share_is_said_once_with_their_names():
    shared = [
        ("guards.app_env", "", f"could not read the database markers: {_REFUSED}"),
        ("guards.project_ref", "", f"could not read the database markers: {_REFUSED}"),
        ("migrations.pending", "", f"could not read the ledger: {_REFUSED}"),
    ]
    beat = ("probe.beat", "worker", _REFUSED)
    tracks = [live(_unclear(*shared)), live(_unclear(*shared, beat), name="worker")]

    verdict = fold(tracks, Progress(10.0, 0.0, 700.0), LIMITS)

    assert verdict.reason == (
        "guards.app_env, guards.project_ref, migrations.pending and probe.beat of worker: "
        f"{_REFUSED}"
    )


@pytest.mark.parametrize(
    ("stage", "text", "reason"),
    [
        (Stage.FAILED, "the build or start failed", "a, b and c: the build or start failed"),
        (Stage.UNAFFECTED, "Railway skipped it: x", "a, b and c: Railway skipped it: x"),
        (Stage.SUPERSEDED, "deployment {} has taken over", "a, b and c: newer deployments have"),
        (Stage.ROLLED_BACK, "deployment {} already rolled it back", "a, b and c: other deploy"),
    ],
)
def test_what_became_of_several_services_is_said_once(stage, text, reason):
    tracks = [Track(Arrival(n, stage, text.format(n * 8), deployment(n)), 0.0, None) for n in "abc"]

    verdict = fold(tracks, Progress(10.0, 0.0, 700.0), LIMITS)

    assert verdict.reason.startswith(reason)
    assert "; " not in verdict.reason


def test_services_that_passed_are_said_to_have_held_for_the_shortest_time():
    held = [
        Verdict(VerdictWord.PASSED, f"all checks passed and held for {s} s", held_s=s)
        for s in (11.0, 10.2)
    ]

    verdict = fold([live(each) for each in held], Progress(10.0, 0.0, 700.0), LIMITS)

    assert verdict.reason == "all checks passed and held for 10.2 s"


def test_a_build_that_failed_says_whose_logs_to_read():
    tracks = [Track(Arrival("api", Stage.FAILED, "", deployment("a")), 0.0, None)]

    verdict = fold(tracks, Progress(10.0, 0.0, 700.0), LIMITS)

    assert [f.hint for f in verdict.findings] == ["read the build logs of api at Railway"]
