"""An outage that begins while a deployment is judged is not the deployment's doing."""

from dataclasses import replace

import pytest

from tests.builders import (
    EXPECTED,
    LIMITS,
    POLICY,
    deployment,
    document,
    evidence,
    old,
    probe,
    service_evidence,
    sha,
)
from tests.commands.script import (
    BAD,
    BARE,
    CRITICAL,
    KEPT_GOOD,
    SILENT,
    FakeClock,
    ScriptedWorld,
    SharedMemory,
    Silence,
    unheard,
)
from tests.commands.test_gate_tracks import SKIPPED_BY_PATHS
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal, Observation
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import DeploymentStatus, served_since
from verifier.model.evidence import HealthStatus
from verifier.model.past_verdict import PastStatus, PastVerdict

OTHER_BAD = replace(
    BAD, components=(*document().components, replace(BAD.components[-1], name="s3"))
)


REQUIRED = replace(EXPECTED, required_components=("environment", "schema_version", "redis"))
WITH_REDIS = document(
    components=(*document().components, replace(BAD.components[-1], status=HealthStatus.GOOD))
)


class AllAnswer(ScriptedWorld):
    """Every service has an address; what is asked is kept."""

    def observe(self, judged, before, subject, within_s):
        after = self._read()
        services = [
            service_evidence(
                probe(self._answer(d, self.active[name][0])),
                judged=d,
                before=before[name],
                after=after[name],
            )
            for name, d in judged.items()
        ]
        since = served_since(before, judged.values())
        seen = evidence(*services, subject=subject, served_since=since, at=self.clock.now())
        return Observation(seen, after)

    def failing_in_depth(self, serving, fleet):
        return frozenset(n for n, d in serving.items() if self._document(d) != document())


class SecondAnswerCounts(AllAnswer):
    """Of what runs older code the first answer of each second is another deployment's."""

    asked_s = None

    def observe(self, judged, before, subject, within_s):
        seen = super().observe(judged, before, subject, within_s)
        if all(d.commit_sha != sha("a") for d in judged.values()):
            return seen
        is_second, self.asked_s = self.asked_s == self.clock.seconds, self.clock.seconds
        if is_second:
            return seen
        return unheard(seen, "another deployment answered")


class SlowWitness(AllAnswer):
    """What runs older code needs so long for an answer, from when it was asked first."""

    needs_s, begins_s = 5.0, 4
    asked_s = None

    def observe(self, judged, before, subject, within_s):
        seen, now_s = super().observe(judged, before, subject, within_s), self.clock.seconds
        if now_s < self.begins_s or all(d.commit_sha != sha("a") for d in judged.values()):
            return seen
        self.asked_s = now_s if self.asked_s is None else self.asked_s
        due_s = self.asked_s + self.needs_s
        self.clock.sleep(max(0.0, min(within_s, due_s - now_s)))
        if self.clock.seconds >= due_s:
            self.asked_s = None
            return seen
        return unheard(seen, "no answer in time")


class NeverAnswers(SlowWitness):
    needs_s, begins_s = 1e9, 0


def away(*spans, otherwise=None, then=BAD):
    """Say what is answered: `then` while an outage lasts, else the good or another document."""

    def answers(seconds):
        is_away = any(begin <= seconds < end for begin, end in spans)
        return then if is_away else (otherwise or document())

    return answers


def run_timed(
    health,
    *,
    verified=True,
    world=AllAnswer,
    expected=EXPECTED,
    at=None,
    api=None,
    kept=(),
    worker="a",
    limits=LIMITS,
    good_before=KEPT_GOOD,
):
    """Commit b touches the api alone."""
    skipped = deployment("skipped", 60, "b", **SKIPPED_BY_PATHS)
    own = deployment("w-old", 0, worker)
    records = [*kept, PastVerdict("api", "old", sha("a"), "sha256:a", PastStatus.VERIFIED)]
    if verified:
        records.append(
            PastVerdict("worker", own.id, own.commit_sha, own.image_digest, PastStatus.VERIFIED)
        )
    clock = FakeClock()
    world = world(
        clock,
        health=health,
        names=("api", "worker"),
        deployments={"api": api or [deployment(), old()], "worker": [skipped, own]},
        active={"worker": (own.id,), "api": ("old",) if api else ("new",)},
        at=at or {},
    )
    task = Task(Wanted(commit_sha=sha("b")), limits, POLICY, expected, "acme / production")
    memory = SharedMemory(records, before=good_before)
    gate = Gate(world, memory, task, clock, Journal(clock, Silence()))
    gate.run()
    mutations = world.mutations
    return gate.report(), [what for _, what in mutations], [at_s for at_s, _ in mutations]


def run(health, **script):
    report, mutations, _ = run_timed(health, **script)
    return report, mutations


def test_who_was_not_heard_of_is_asked_again_before_anything_condemns():
    outage = away((4, 60))
    report, mutations = run({"a": outage, "b": outage}, world=SecondAnswerCounts)

    assert (report.verdict, report.exit_code, mutations) == ("passed", 0, [])


@pytest.mark.parametrize("begins_s", [0, 4])
def test_what_fails_alike_in_code_that_was_not_changed_is_waited_out(begins_s):
    outage = away((begins_s, 60))
    report, mutations = run({"a": outage, "b": outage})

    assert (report.verdict, report.exit_code, mutations) == ("passed", 0, [])
    assert any(
        "run other code fail the same way at the same time (worker)" in entry.text
        for entry in report.timeline
    )


class OwnAddresses(AllAnswer):
    """Each service has its own domain, and nothing but what is active can answer there."""

    def _read(self):
        return {name: self._alone(name, state) for name, state in super()._read().items()}

    def _alone(self, name, state):
        shown = [replace(d, instances=()) if d.skipped_reason else d for d in state.deployments]
        return replace(state, domains=(f"{name}.test",), deployments=tuple(shown))


def built_until(second):
    building = deployment(status=DeploymentStatus.BUILDING, instances=())
    serving = old(status=DeploymentStatus.SUCCESS, instances=("RUNNING",))
    live = {second: lambda world: world.show("api", deployment(), old(), active=("new",))}
    return {"api": [building, serving], "at": live}


@pytest.mark.parametrize("bad", [BAD, BARE], ids=["named", "bare"])
@pytest.mark.parametrize("begins_s", [26, 36])
def test_who_dies_of_what_this_fails_by_speaks_of_the_environment_as_well(bad, begins_s):
    """The one other service was good as the run began, and ends in an outage in which api talks."""
    report, mutations = run(
        {"c": away((begins_s, 70), then=SILENT), "b": away((begins_s, 70), then=bad)},
        worker="c",
        world=OwnAddresses,
        **built_until(30),
    )

    assert (report.verdict, report.exit_code, mutations) == ("passed", 0, [])
    said = "services that run other code were good and do not answer any more (worker)"
    assert bad is BARE or any(said in entry.text for entry in report.timeline)


def test_who_died_beside_a_deployment_that_is_never_good_is_believed_for_a_while_only():
    health = {"c": away((26, 1e9), then=SILENT), "b": BAD}
    report, mutations, at_s = run_timed(health, worker="c", world=OwnAddresses, **built_until(30))

    assert (report.verdict, mutations) == ("failed", ["old"])
    assert 30 + 60 < at_s[0] < 30 + LIMITS.ready_within_s + 10


def test_who_was_down_before_the_deploy_refutes_nothing_and_excuses_nothing():
    health = {"c": SILENT, "b": BAD}
    report, mutations, at_s = run_timed(health, worker="c", world=OwnAddresses, **built_until(30))

    assert (report.verdict, mutations) == ("failed", ["old"])
    assert at_s[0] < 40


def test_an_outage_without_an_end_is_red_and_nothing_is_rolled_back():
    outage = away((4, 1e9))
    report, mutations = run({"a": outage, "b": outage})

    assert (report.verdict, report.exit_code, mutations) == ("inconclusive", 4, [])
    assert (
        "services that run other code fail the same way at the same time (worker)" in report.reason
    )
    assert any("run verifier rollback" in step for step in report.advice), report.advice


@pytest.mark.parametrize(
    ("health", "script"),
    [
        pytest.param({"b": BAD}, {}, id="the-other-is-good"),
        pytest.param({"a": away((0, 1e9), then=OTHER_BAD), "b": BAD}, {}, id="of-something-else"),
        pytest.param(
            {"a": away((4, 30)), "b": away((4, 30), otherwise=BAD)}, {}, id="bad-after-the-outage"
        ),
        pytest.param({"a": BAD, "b": BAD}, {"verified": False}, id="the-other-was-never-good"),
    ],
)
def test_a_bad_deployment_is_rolled_back_all_the_same(health, script):
    report, mutations = run(health, **script)

    assert report.verdict == "failed"
    assert "old" in mutations


def test_an_outage_of_a_required_component_is_waited_out():
    outage = away((4, 60), otherwise=WITH_REDIS)
    report, mutations = run({"a": outage, "b": outage}, expected=REQUIRED)

    assert (report.verdict, report.exit_code, mutations) == ("passed", 0, [])


def test_a_document_that_names_nothing_any_more_in_all_code_condemns_nobody():
    outage = away((4, 1e9), then=BARE)
    report, mutations = run({"a": outage, "b": outage})

    assert (report.verdict, report.exit_code, mutations) == ("inconclusive", 4, [])


def test_a_required_component_that_is_bad_in_the_new_code_alone_is_rolled_back():
    report, mutations = run({"a": WITH_REDIS, "b": BAD}, expected=REQUIRED)

    assert (report.verdict, mutations) == ("failed", ["old"])


@pytest.mark.parametrize("needs_s", [1, 3, 5])
def test_a_witness_that_answers_late_is_waited_for(needs_s):
    outage = away((4, 60))
    world = type("Slow", (SlowWitness,), {"needs_s": needs_s})
    report, mutations = run({"a": outage, "b": outage}, world=world)

    assert (report.verdict, report.exit_code, mutations) == ("passed", 0, [])


def test_a_witness_that_never_answers_makes_no_rollback_late():
    report, mutations, at_s = run_timed({"b": BAD}, world=NeverAnswers)

    assert (report.verdict, mutations[0]) == ("failed", "old")
    assert at_s[0] < 8


def newer_worker(world):
    gone = deployment("w-old", 0, "a", status=DeploymentStatus.REMOVED, instances=("REMOVED",))
    skipped = deployment("skipped", 60, "b", **SKIPPED_BY_PATHS)
    world.show("worker", deployment("w-d", 120, "d"), skipped, gone, active=("w-d",))


def test_newer_code_that_breaks_what_all_share_has_nothing_older_rolled_back():
    report, mutations = run({"b": away((5, 1e9)), "d": BAD}, at={5: newer_worker})

    assert (report.verdict, report.exit_code, mutations) == ("inconclusive", 4, [])


def test_newer_code_that_fails_alike_excuses_nothing_that_was_never_good():
    report, mutations = run({"b": BAD, "d": BAD}, at={3: newer_worker})

    assert (report.verdict, mutations[0]) == ("failed", "old")


def test_what_went_on_after_the_last_witness_was_replaced_is_no_outage_for_good():
    own, new = deployment("w-old", 0, "a"), deployment("w-new", 60, "b")
    gone = replace(own, status=DeploymentStatus.REMOVED, instances=("REMOVED",))
    moves = {20: lambda world: world.show("worker", new, gone, active=("w-new",))}
    report, mutations = run({"a": away((0, 30)), "b": BAD}, at=moves)

    assert report.verdict == "failed"
    assert "old" in mutations


def test_critical_asks_nobody_else():
    outage = away((0, 1e9), then=CRITICAL)
    report, mutations = run({"a": outage, "b": outage})

    assert (report.verdict, mutations) == ("failed", ["old"])
