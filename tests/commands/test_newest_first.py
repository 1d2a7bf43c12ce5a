"""A late run judges two commits that fail alike: the one that went live last is taken out first."""

from tests.builders import EXPECTED, LIMITS, POLICY, deployment, document, old, sha
from tests.commands.script import BAD, CRITICAL, FakeClock, SharedMemory, Silence
from tests.commands.test_gate_tracks import SKIPPED_BY_PATHS
from tests.commands.test_outage_meanwhile import AllAnswer
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.model.past_verdict import PastStatus, PastVerdict

OLDER, NEWER = deployment("new", 10, "b"), deployment("w", 20, "c")
PASSED_BY = deployment("skipped", 20, "c", **SKIPPED_BY_PATHS)


class Shared(AllAnswer):
    """What one deployment breaks is broken for both while it is live."""

    def _document(self, judged):
        is_broken = any(self.culprit in active for active in self.active.values())
        return self.says if is_broken and judged.commit_sha[0] in "bc" else document()


def play(culprit, *, says=BAD, kept=()):
    before = {"api": old("old"), "worker": old("w-old")}
    clock = FakeClock()
    world = Shared(
        clock,
        names=("api", "worker"),
        deployments={"api": [PASSED_BY, OLDER, before["api"]], "worker": [NEWER, before["worker"]]},
        active={"api": ("new",), "worker": ("w",)},
    )
    world.culprit, world.says = culprit, says
    records = list(kept) + [
        PastVerdict(name, d.id, d.commit_sha, d.image_digest, PastStatus.VERIFIED)
        for name, d in before.items()
    ]
    task = Task(Wanted(commit_sha=sha("c")), LIMITS, POLICY, EXPECTED, "acme / production")
    gate = Gate(world, SharedMemory(records), task, clock, Journal(clock, Silence()))
    gate.run()
    return gate.report(), world.mutations


def test_what_went_live_last_is_taken_out_and_the_other_stays_where_it_is_good_then():
    report, mutations = play("w")

    assert [what for _, what in mutations] == ["w-old"]
    assert report.verdict == "failed"
    assert any("is taken out first" in entry.text for entry in report.timeline)


def test_what_still_fails_once_that_is_gone_goes_back_too():
    _, mutations = play("new")

    assert [what for _, what in mutations] == ["w-old", "old"]
    assert mutations[1][0] - mutations[0][0] < 30


def test_what_an_earlier_gate_has_failed_goes_first():
    """Its own gate may be about to take it out, or has tried."""
    failed = PastVerdict("api", "new", sha("b"), "sha256:b", PastStatus.CONDEMNED)
    _, mutations = play("new", kept=[failed])

    assert [what for _, what in mutations] == ["old"]


def test_critical_waits_for_no_other():
    _, mutations = play("w", says=CRITICAL)

    assert {what for _, what in mutations} == {"w-old", "old"}
    assert {at_s for at_s, _ in mutations} == {mutations[0][0]}
