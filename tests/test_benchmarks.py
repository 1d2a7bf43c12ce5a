"""The benchmark of practices: its kinds can be pushed, and its table says what was played."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
import yaml

from benchmarks.counted_line import counted
from benchmarks.document import (
    PAGE,
    SHELL,
    falls_short,
    measured_all,
    of_exposure,
    of_overhead,
    of_start,
    parts,
    written,
)
from benchmarks.kinds import BAD, KINDS, Setting, scenario_of
from benchmarks.practice import PRACTICES
from benchmarks.told import GATE, LIMIT, ContradictionError, Played, Told

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


def test_the_page_has_the_figures_of_its_files():
    page = PAGE.read_text("utf-8")
    made = parts()

    assert written(page, made) == page, "run: python -m benchmarks.document"
    assert all(f"<!-- figures: {name} -->" in page for name in made)


def test_what_is_played_again_takes_the_place_of_what_was_kept(tmp_path, capsys):
    path = tmp_path / "practice.json"
    first = Told(path, machine={"commit": "old"})
    first.add(Played(KIND, GATE, 1, 30.0, 8.0, 20.0, "good"))
    first.add(Played(KIND, LIMIT, 1, 12.0, 1.0, 2.0, "good"))

    second = Told(path, Told.read(path).as_played(), {"commit": "new"}, [first.machine])
    second.add(Played(KIND, GATE, 1, 30.0, 6.0, 20.0, "good"))

    kept = Told.read(path).plays
    assert [(one.practice, one.bad_live_s, one.commit) for one in kept] == [
        (GATE, 6.0, "new"),
        (LIMIT, 1.0, "old"),
    ]


def _told(tmp_path, **seconds):
    practices = {"gate": GATE, "limit": LIMIT, "curl": SHELL}
    told = Told(tmp_path / "practice.json", machine={"commit": "abc"})
    for name, bad_live_s in seconds.items():
        told.add(Played(KIND, practices[name], 1, 30.0, bad_live_s, 170.0, "good"))
    return falls_short(told)


def test_what_falls_short_is_told_with_its_reason(tmp_path, capsys):
    short = _told(tmp_path, gate=20.0, limit=1.0, curl=None)

    assert "| all, in the median | 4.00 times | missed |" in short
    assert f"| {KIND} | 4.00 times |  | the first looks may meet" in short
    assert "ends none of 1" in short


def test_what_is_met_is_told_too(tmp_path, capsys):
    short = _told(tmp_path, gate=5.0, limit=1.0, curl=170.0)

    assert "| all, in the median | 1.00 times | met |" in short
    assert KIND not in short
    assert "ends 1: the gate is 20 times as fast in each." in short


def test_the_shell_that_is_nearly_as_fast_is_named(tmp_path, capsys):
    assert f"less in {KIND}." in _told(tmp_path, gate=10.0, limit=1.0, curl=60.0)


def _bent(change):
    """Two plays, of which something was changed by hand."""

    def bend(document):
        change(document["plays"])
        return json.dumps(document)

    return bend


@pytest.mark.parametrize(
    ("bend", "said"),
    [
        pytest.param(_bent(lambda p: p.append(p[0])), "stands there twice", id="twice"),
        pytest.param(_bent(lambda p: p[0].update(bad_live_s=-1)), "served for -1 s", id="negative"),
        pytest.param(_bent(lambda p: p[0].update(bad_live_s=99)), "of 20.0 s", id="longer-than-it-was-there"),
        pytest.param(_bent(lambda p: p[0].update(live="bad")), "and bad serves in the end", id="bad-and-ended"),
        pytest.param(_bent(lambda p: p[0].update(kind="other")), "no such kind", id="unknown-kind"),
        pytest.param(_bent(lambda p: p[1].update({"times the gate": 7})), "the seconds do not give", id="ratio"),
        pytest.param(_bent(lambda p: p[1].update(commit="other")), "nothing is told of the machine", id="no-machine"),
        pytest.param(lambda document: json.dumps(document)[:200], "is not whole", id="half"),
        pytest.param(lambda _: "", "is not whole", id="empty"),
        pytest.param(lambda _: "[]", "is not whole", id="a-list"),
    ],
)  # fmt: skip
def test_figures_that_cannot_be_true_write_no_page(tmp_path, capsys, bend, said):
    path = tmp_path / "practice.json"
    told = Told(path, machine={"commit": "abc"})
    told.add(Played(KIND, GATE, 1, 30.0, 8.0, 20.0, "good"))
    told.add(Played(KIND, LIMIT, 1, 12.0, 1.0, 2.0, "good"))
    path.write_text(bend(json.loads(path.read_text("utf-8"))), "utf-8")

    with pytest.raises(ContradictionError, match=said):
        Told.read(path)


def test_a_limit_that_stands_there_twice_writes_no_page():
    row = {"what": "a", "value": 1, "limit": 2, "unit": "s"}

    with pytest.raises(ContradictionError, match="twice"):
        of_exposure([row, {**row, "value": 3}])


def test_what_was_kept_is_told_with_the_machine_that_played_it(tmp_path, capsys):
    on = {"system": "Linux", "cores": 2, "python": "3.11"}
    loads = {"load at the beginning": [1.0], "load at the end": [9.0]}
    told = Told(
        tmp_path / "practice.json",
        [Played(KIND, LIMIT, 1, 12.0, 1.0, 2.0, "good", "old")],
        {**on, **loads, "commit": "new"},
        [{**on, "commit": "old", "load at the end": [4.0]}],
    )
    told.add(Played(KIND, GATE, 1, 30.0, 8.0, 20.0, "good"))

    said = measured_all(Told.read(told.path))

    assert "commit new; load average" in said
    assert said.splitlines()[-1].endswith("commit old; load average 4: *limit*.")


_COST = {
    "mode": "polling",
    "code": 0,
    "job_s": 330.0,
    "after_live_s": 22.0,
    "railway_requests": 14,
    "railway_bytes": 90_000,
    "github_requests": 4,
    "github_bytes": 16_400,
    "application_requests": 35,
}


def test_what_a_good_deploy_costs_is_told_by_mode():
    assert "| polling | 5.5 | 22 s | 14, 90 kB | 4, 16 kB | 35 |" in of_overhead({"costs": [_COST]})


@pytest.mark.parametrize("bent", [{"code": 1}, {"after_live_s": 400.0}, {"after_live_s": -1.0}])
def test_a_cost_that_no_good_deploy_has_is_not_told(bent):
    with pytest.raises(ContradictionError, match="polling"):
        of_overhead({"costs": [_COST | bent]})


def test_a_line_counts_requests_and_bytes_both_ways():
    class Server(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"12345")

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with (
            counted(f"http://127.0.0.1:{server.server_port}/a/b") as line,
            httpx.Client() as client,
        ):
            answers = [client.post(line.url, content=b"x" * 100).text for _ in range(3)]
        server.shutdown()

    assert line.url.endswith("/a/b")
    assert answers == ["12345"] * 3
    assert line.requests == 3
    assert line.sent > 300
    assert line.received > 15


def test_a_start_that_takes_longer_than_it_may_is_told_as_missed():
    row = {"what": "cold", "seconds": 4.0, "processor_s": 2.0, "base": "python -m venv"}
    row |= {"ratio": 1.5, "limit": 3.0}

    assert "| cold | 4.00 s, missed | 3.0 s | 2.00 s | 1.5 x `python -m venv` |" in of_start([row])
    assert "| cold | 4.00 s |  | 2.00 s |" in of_start([row | {"limit": None}])
