"""A run that has condemned one commit of several judges and takes out the others meanwhile."""

from dataclasses import replace
from itertools import pairwise

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, deployment, document, evidence, old, sha
from tests.commands.script import BARE, CRITICAL, FakeClock, ScriptedWorld, SharedMemory, Silence
from tests.commands.slow_railway import SlowRailway
from tests.commands.test_gate import LIVE_OLD, new_gate
from tests.commands.test_gate_meanwhile import shows
from tests.commands.test_gate_tracks import BOTH, SKIPPED_BY_PATHS
from verifier.commands.judgements import Judgement, other_commit
from verifier.commands.ports import Journal
from verifier.commands.watch import Watch
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.evidence import ShippedMigrations, Subject
from verifier.model.migration_ledger import Migration
from verifier.model.past_verdict import PastStatus, PastVerdict

#: The run is asked about commit c, which passes one service by: there commit b is taken on.
PASSED_BY = deployment("skipped", 20, "c", **SKIPPED_BY_PATHS)
BEFORE = old("older", -10, "z", can_redeploy=True)
CRASHED = {"status": Status.CRASHED, "instances": ()}
OWN = (deployment("new", 20, "c"), (), [PASSED_BY, deployment("w", 10, "b", **CRASHED)])
ANOTHER = (deployment(), (PASSED_BY,), [deployment("w", 20, "c", **CRASHED)])


def critical_from_7_s(now_s):
    return CRITICAL if now_s >= 7 else document()


def two_commits(
    bad, beside, in_worker, how, *, is_live=True, claims=(), health=critical_from_7_s, **script
):
    """The worker has crashed and its rollback is slow; `bad` is critical in the api from 7 s on."""
    verified = [
        PastVerdict(name, d.id, d.commit_sha, d.image_digest, PastStatus.VERIFIED)
        for name, d in (("worker", BEFORE), ("api", LIVE_OLD))
    ]
    shown = bad if is_live else replace(bad, status=Status.BUILDING, instances=())
    gate, world, _ = new_gate(
        wanted=Wanted(commit_sha=sha("c")),
        memory=SharedMemory(verified, claims=dict(claims)),
        health={bad.commit_sha[:1]: health},
        names=BOTH,
        deployments={"api": [*beside, shown, LIVE_OLD], "worker": [*in_worker, BEFORE]},
        active={"api": ("new" if is_live else "old",), "worker": ("w",)},
        at={7: shows("api", *beside, bad, LIVE_OLD, active=("new",)), **script.pop("at", {})},
        **script,
    )
    world.__class__ = SlowRailway
    world.slow = {BEFORE.id: how} if how else {}
    gate.run()
    return gate.report(), world


@pytest.mark.parametrize("is_live", [True, False], ids=["live-before", "goes-live"])
@pytest.mark.parametrize("commits", [OWN, ANOTHER], ids=["own", "another"])
@pytest.mark.parametrize(
    ("how", "claims"),
    [
        pytest.param("hangs", (), id="hangs"),
        pytest.param("lost", (), id="is-lost"),
        pytest.param(100.0, (), id="is-slow"),
        pytest.param(None, (("w", 1),), id="is-another-run's"),
    ],
)
def test_what_is_bad_waits_for_no_rollback_of_another_commit(commits, is_live, how, claims):
    _, world = two_commits(*commits, how, is_live=is_live, claims=claims)

    (at_s,) = [at_s for at_s, what in world.mutations if what == "old"]
    assert world.critical_s <= 7 + LIMITS.stable_for_s / 2
    assert at_s - world.critical_s <= 2
    assert world.active["api"] == ("back-api",)


def test_a_slow_rollback_is_followed_to_its_end_after_another_commit_was_taken_out():
    report, world = two_commits(*OWN, 100.0)

    assert [what for _, what in world.mutations] == ["older", "old"]
    assert (report.exit_code, world.active["worker"]) == (1, ("back-worker",))
    assert {s.rollback.outcome for s in report.services} == {"restored"}


def test_production_is_verified_once_all_is_back():
    report, world = two_commits(*OWN, 100.0, health=document())

    assert [what for _, what in world.mutations] == ["older"]
    assert (report.exit_code, "the rest: passed" in report.reason) == (1, True)
    assert [e.event for e in report.timeline].count("verify") == 1


@pytest.mark.parametrize("is_live", [True, False], ids=["live-before", "goes-live"])
def test_a_lost_rollback_is_sent_again_while_or_after_another_commit_is_judged(is_live):
    _, world = two_commits(*OWN, "lost", is_live=is_live)

    assert [what for _, what in world.mutations] == ["older", "old", "older"]
    first, _, again = (at_s for at_s, _ in world.mutations)
    assert 100 <= again - first < 110, "once its request has ended"


@pytest.mark.parametrize(
    ("until_s", "condemned"),
    [
        pytest.param(90, ["older"], id="for-so-long"),
        pytest.param(1e9, ["older", "old"], id="after"),
    ],
)
def test_what_all_share_condemns_only_where_it_lasts_beyond_another_rollback(until_s, condemned):
    missing = ShippedMigrations((*evidence().shipped[""].migrations, Migration("3", "three")))
    seen = {"shipped": {"": missing}, "database_url_matches": {"api": True, "worker": True}}
    broken = {5: lambda world: world.seen.update(seen)}
    mended = {until_s: lambda world: world.seen.clear()}

    _, world = two_commits(*OWN, 100.0, health=document(), at=broken | mended)

    assert [what for _, what in world.mutations] == condemned
    assert all(at_s > 100 for at_s, _ in world.mutations[1:])


def test_an_answer_that_comes_late_counts_while_another_commit_is_judged():
    """Railway denies the rollback after 6 s: then a redeploy takes its place, as configured."""
    _, world = two_commits(*OWN, "is denied late", policy=replace(POLICY, redeploys=True))

    made_at_s = {what: at_s for at_s, what in world.mutations}
    assert list(made_at_s) == ["old", "redeploy older"]
    assert 20 <= made_at_s["redeploy older"] < 40


def test_a_second_plan_leaves_alone_what_is_being_put_back():
    """Commit c goes live in the worker while the rollback of commit b there is not decided."""
    own = deployment("own-deployment", 20, "c", **CRASHED)
    gate, world, _ = new_gate(
        wanted=Wanted(commit_sha=sha("c")),
        memory=SharedMemory([PastVerdict("api", "older", sha("z"), "", PastStatus.VERIFIED)]),
        health={"b": CRITICAL},
        names=BOTH,
        deployments={
            "api": [PASSED_BY, deployment(), BEFORE],
            "worker": [deployment("w", 10, "b"), LIVE_OLD],
        },
        active={"worker": ("w",)},
        at={20: shows("worker", own, deployment("w", 10, "b"), LIVE_OLD, active=(own.id,))},
    )
    world.__class__ = SlowRailway
    world.slow = {"old": "lost"}

    gate.run()

    first_s, then_s, *_ = (at_s for at_s, what in world.mutations if what == "old")
    assert then_s - first_s >= LIMITS.restore_within_s


class Moving:
    """A rollback beside a watch, which is asked when it may go on."""

    moving = frozenset({"worker"})

    def __init__(self, clock):
        self.clock = clock
        self.asked_s = []

    def go_on(self, fleet):
        self.asked_s.append(self.clock.seconds)
        return True


def test_a_rollback_is_gone_on_with_between_two_looks():
    clock, limits = FakeClock(), replace(LIMITS, stable_for_s=80)
    world, beside = ScriptedWorld(clock), Moving(clock)
    watch = Watch(world, clock, Journal(clock, Silence()), limits, EXPECTED, beside=beside)
    fleet = world.fleet()

    watched = watch.run({"api": fleet["api"].deployments[0]}, fleet, Subject.JUDGED, 900.0)

    assert watched.verdict.word == "passed"
    pauses = [after - before for before, after in pairwise(beside.asked_s)]
    assert 0 < max(pauses) <= 2


@pytest.mark.parametrize("falls_s", [30, 60, 110])
def test_a_further_judgement_goes_on_with_the_time_to_get_ready(falls_s):
    """The worker falls while the api, of another commit, names no cause: "starting"."""
    fell = [PASSED_BY, deployment("w", 10, "b", **CRASHED), BEFORE]
    bad = deployment("new", 20, "c")
    gate, world, _ = new_gate(
        wanted=Wanted(commit_sha=sha("c")),
        memory=SharedMemory([PastVerdict("worker", "older", sha("z"), "", PastStatus.VERIFIED)]),
        health={"c": BARE},
        names=BOTH,
        deployments={
            "api": [bad, LIVE_OLD],
            "worker": [PASSED_BY, deployment("w", 10, "b"), BEFORE],
        },
        active={"worker": ("w",)},
        at={falls_s: shows("worker", *fell, active=("w",))},
    )

    gate.run()

    made = {what: at_s for at_s, what in world.mutations}
    assert made["older"] < LIMITS.ready_within_s
    assert made["old"] <= LIMITS.ready_within_s + LIMITS.fail_after * LIMITS.interval_s


def test_what_a_gate_verified_in_the_api_stays_its_way_back_where_an_old_worker_has_crashed():
    """Commit b is CRITICAL in the api; the worker, which it passes by, crashed long ago with a."""
    crashed = old("w", 0, "a", **CRASHED)
    about = {"worker": crashed, "api": LIVE_OLD}
    kept = [
        PastVerdict(n, d.id, d.commit_sha, d.image_digest, PastStatus.VERIFIED)
        for n, d in about.items()
    ]
    memory = SharedMemory(kept)
    gate, world, _ = new_gate(
        memory=memory,
        health={"b": CRITICAL},
        names=BOTH,
        deployments={
            "api": [deployment(status=Status.BUILDING, instances=()), LIVE_OLD],
            "worker": [deployment("skipped", 20, "b", **SKIPPED_BY_PATHS), crashed],
        },
        active={"api": ("old",), "worker": ("w",)},
        at={30: shows("api", deployment(), LIVE_OLD, active=("new",))},
    )

    gate.run()

    assert [what for _, what in world.mutations] == ["old"]
    condemned = {r.deployment_id for r in memory.found if r.status is PastStatus.CONDEMNED}
    assert condemned == {"w", "new"}


@pytest.mark.parametrize(
    ("condemned", "own", "other"),
    [
        ("bb", "c", "b"),
        ("bc", "c", ""),
        ("cc", "c", ""),
        ("ab", "c", ""),
        ("", "c", ""),
        ("bb", "", ""),
    ],
)
def test_another_commit_is_told_where_it_alone_is_condemned(condemned, own, other):
    found = [Judgement(condemned={"x": deployment("d", 1, letter)}) for letter in condemned]

    assert other_commit(found, own and sha(own)) == (other and sha(other))
