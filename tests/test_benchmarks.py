"""The benchmark of practices: its kinds can be pushed, and its table says what was played."""

import json

import pytest
import yaml

from benchmarks.kinds import BAD, KINDS, Setting, scenario_of
from benchmarks.practice import PRACTICES
from benchmarks.told import GATE, LIMIT, Played, Told

KIND = "missing migration"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_is_a_commit_that_differs_from_the_good_one(kind):
    scenario = scenario_of(kind, Setting(gate="stable-for: 90s", slow_build_s=60))

    assert scenario.commits[BAD] != scenario.commits[scenario.live]
    assert yaml.safe_load(scenario.config)["gate"] == {"stable-for": "90s"}


def test_the_gate_of_every_other_practice_has_its_default_limits():
    plain = [one for one in PRACTICES.values() if not one.only]

    assert len(KINDS) == 10
    assert all("gate" not in yaml.safe_load(scenario_of(KINDS[0], p.setting).config) for p in plain)
    assert {kind for one in PRACTICES.values() for kind in one.only} <= {k.name for k in KINDS}


def test_a_table_tells_what_ended_and_what_never_did(tmp_path, capsys):
    told = Told(tmp_path / "practice.json", machine={"commit": "abc"})
    told.add(Played(KIND, GATE, 1, 30.0, 8.0, 20.0, "good"))
    told.add(Played(KIND, "sleep and curl", 1, 180.0, None, 168.0, "bad"))
    told.add(Played(KIND, "poll and smoke", 1, 80.0, 64.0, 65.0, "good"))
    told.add(Played(KIND, LIMIT, 1, 12.0, 1.0, 2.0, "good"))

    assert f"| {KIND} | 8.0 s | 1.0 s |" in told.tables()
    assert f"| {KIND} | for ever, red after 168 s (21 x) | 64.0 s (8 x) |" in told.tables()
    assert f"| {KIND} | 1.60 |" in told.tables()
    written = json.loads(told.path.read_text("utf-8"))
    assert [one["times the gate"] for one in written["plays"]] == [1.0, 21.0, 8.0, 0.12]
    assert written["machine"]["commit"] == "abc"


def test_a_kind_that_the_gate_leaves_live_has_no_ratio(tmp_path):
    told = Told(tmp_path / "practice.json", machine={})
    told.add(Played(KIND, GATE, 0, 30.0, None, 20.0, "bad"))
    told.add(Played(KIND, "5-second loop", 0, 12.0, None, 2.0, "bad"))

    assert f"| {KIND} | for ever, green after 20 s |\n" in told.tables()
    assert f"| {KIND} | for ever, green after 2 s |\n" in told.tables()
