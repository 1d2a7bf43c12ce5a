"""What stayed because it is good is no more than that for the runs that come later."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import START, deployment, document
from tests.commands.script import BAD, BARE, CRITICAL, FakeClock, SharedMemory
from tests.commands.test_gate_tracks import SKIPPED_BY_PATHS
from tests.commands.test_good_beside_live import Beside, from_s, play, run, said_of
from tests.commands.test_good_beside_more_to_come import GONE
from tests.commands.test_good_beside_unbuilt import VERIFIED
from verifier.errors import UnreachableError
from verifier.model.past_verdict import PastStatus


def next_run(memory, commit_in_api, health, *, is_skipped):
    """Commit f comes to the worker alone, or to the api alone, half an hour later."""
    new, prev = deployment("new", 60, "b"), deployment("prev", 55, "e", **GONE)
    at_80 = deployment("f", 80, "f"), deployment("skipped-f", 80, "f", **SKIPPED_BY_PATHS)
    serving, web = deployment("w-old", 0, "c"), deployment("d-web", 30, "d")
    shown = {"web": [replace(at_80[1], id="skipped-too"), web]}
    if is_skipped:
        shown["api"], shown["worker"] = [at_80[1], new, prev], [at_80[0], replace(serving, **GONE)]
        active = {"api": ("new",), "worker": ("f",), "web": ("d-web",)}
    else:
        gone = replace(new, **GONE)
        shown["api"], shown["worker"] = [at_80[0], gone, prev], [at_80[1], serving]
        active = {"api": ("f",), "worker": ("w-old",), "web": ("d-web",)}
    clock = FakeClock()
    clock.seconds = 1800.0
    documents = dict.fromkeys("abcdef", document()) | {commit_in_api: health}
    names = ("api", "worker", "web")
    world = Beside(clock, health=documents, names=names, deployments=shown, active=active, at={})
    return run(world, memory, "f").report(), [what for _, what in world.mutations]


@pytest.mark.slow
@pytest.mark.parametrize("web_s", [0, 3])
@pytest.mark.parametrize(
    ("health", "code", "due"),
    [(BAD, 3, []), (BARE, 3, []), (CRITICAL, 1, ["prev"])],
    ids=["named", "bare", "critical"],
)
def test_no_later_run_is_green_over_what_stayed(health, code, due, web_s):
    _, _, memory = play(web_s=web_s)
    report, mutations = next_run(memory, "b", health, is_skipped=True)

    assert (int(report.exit_code), mutations) == (code, due)


@pytest.mark.parametrize("records", [[], [replace(VERIFIED, at=START)]], ids=["unknown", "known"])
def test_no_later_run_goes_back_to_what_stayed(records):
    _, _, memory = play(web_s=3)
    memory.found += records
    report, mutations = next_run(memory, "f", CRITICAL, is_skipped=False)

    assert (int(report.exit_code), mutations) == (1, ["prev"])


@pytest.mark.parametrize("web_s", [12, 16])
def test_what_is_critical_in_the_last_look_is_verified_by_no_record(web_s):
    """It had passed beside what went back, and nobody judges it again unless that is told."""
    gate, _, memory = play(from_s(8, CRITICAL), from_s(web_s, CRITICAL))

    assert gate.report().exit_code == 3
    assert said_of("new", memory) == {PastStatus.CONDEMNED}
    assert said_of("d-web", memory) == set()


class UnreadMeanwhile(SharedMemory):
    """Its records can be read as a run begins, and not any more."""

    clock = None

    def records(self):
        if self.clock.seconds > 0:
            raise UnreachableError("could not read the records: HTTP 502")
        return super().records()


@pytest.mark.parametrize("health", [CRITICAL, BAD], ids=["critical", "named"])
def test_what_stayed_is_verified_by_no_look_at_what_is_back(health):
    _, _, memory = play(web=health, web_s=3, memory=UnreadMeanwhile)

    assert PastStatus.VERIFIED in said_of("back-web", memory)
    assert said_of("new", memory) == {PastStatus.CONDEMNED}


def redeployed(at_s):
    """A person has the api's commit deployed once more while the run goes on."""
    at = START + timedelta(hours=1, seconds=at_s)
    again = replace(deployment("new2", 60, "b"), reason="redeploy", created_at=at)
    gone = [deployment("new", 60, "b", **GONE), deployment("prev", 55, "e", **GONE)]

    def begin(world):
        Beside.__post_init__(world)
        world.at[at_s] = lambda w: w.show("api", again, *gone, active=("new2",))

    return {"__post_init__": begin}


@pytest.mark.parametrize("at_s", [5, 12])
def test_nor_is_another_deployment_of_what_stayed(at_s):
    _, world, memory = play(web=CRITICAL, web_s=3, memory=UnreadMeanwhile, **redeployed(at_s))

    assert world.active["api"] == ("new2",)
    assert said_of("new", memory) == {PastStatus.CONDEMNED}
    assert said_of("new2", memory) == set()
