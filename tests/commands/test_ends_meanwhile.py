"""Applications that end, or are started again and again, while a deployment is judged."""

from dataclasses import replace

import pytest

from tests.commands.script import SILENT
from tests.commands.test_outage_meanwhile import AllAnswer, away, run, run_timed


class Ending(AllAnswer):
    """Applications end, or are started again and again, while an outage lasts."""

    words, ends_of = staticmethod(lambda _seconds: ("CRASHED",)), ("api", "worker")
    begins_s, ends_s = 4, 60

    def _read(self):
        fleet = super()._read()
        if not self.begins_s <= self.clock.seconds < self.ends_s:
            return fleet
        words = self.words(self.clock.seconds)
        return {
            name: replace(
                state,
                deployments=tuple(
                    replace(d, instances=words) if d.id in state.active else d
                    for d in state.deployments
                ),
            )
            if name in self.ends_of
            else state
            for name, state in fleet.items()
        }


def loop(seconds):
    return ("RUNNING",) if int(seconds / 3) % 2 else ("RESTARTING",)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(lambda _: ("EXITED",), id="exited"),
        pytest.param(lambda _: ("RESTARTING",), id="restarting"),
        pytest.param(loop, id="up-and-down"),
    ],
)
def test_applications_that_end_in_all_code_condemn_nothing(words):
    world = type("AllEnd", (Ending,), {"words": staticmethod(words)})
    outage = away((4, 60), then=SILENT)
    report, mutations = run({"a": outage, "b": outage}, world=world)

    assert (report.verdict, report.exit_code, mutations) == ("passed", 0, [])


@pytest.mark.parametrize(
    ("script", "health"),
    [
        pytest.param({"ends_of": ("api",)}, {"b": SILENT}, id="the-other-runs"),
        pytest.param({"begins_s": 0}, {"a": SILENT, "b": SILENT}, id="the-other-had-ended-before"),
    ],
)
def test_a_deployment_that_ends_by_itself_is_rolled_back(script, health):
    world = type("Ends", (Ending,), {**script, "ends_s": 1e9})
    report, mutations, at_s = run_timed(health, world=world)

    assert report.verdict == "failed"
    assert mutations[:1] == ["old"]
    assert at_s[0] < 30


class OtherRestarts(AllAnswer):
    """The api has ended for good; the worker is started again for three seconds now and then."""

    every_s = 25

    def _read(self):
        fleet = super()._read()
        is_again = self.clock.seconds % self.every_s < 3
        words = {"api": ("CRASHED",), "worker": ("RESTARTING",) if is_again else ("RUNNING",)}
        return {
            name: replace(
                state,
                deployments=tuple(
                    replace(d, instances=words[name]) if d.id in state.active else d
                    for d in state.deployments
                ),
            )
            for name, state in fleet.items()
        }


@pytest.mark.parametrize("every_s", [8, 25])
def test_what_stays_down_is_not_excused_by_what_restarts_now_and_then(every_s):
    world = type("Restarts", (OtherRestarts,), {"every_s": every_s})
    report, mutations = run({"b": SILENT}, world=world)

    assert report.verdict == "failed"
    assert mutations[:1] == ["old"]
