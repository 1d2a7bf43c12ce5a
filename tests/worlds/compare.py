"""Compares what the gate said of a world with the truth."""

from dataclasses import dataclass
from datetime import datetime

from tests.worlds.draw import Quality
from tests.worlds.play import End

_DEADLINE_S = 55
#: A busy machine is slow to start and to end a command.
_SLACK_S = 20


@dataclass(frozen=True)
class Comparison:
    """One world: its cell in the matrix, and what was wrong."""

    seed: int
    truth: str
    said: str
    wrong: tuple[str, ...]
    left_live: str
    """Why something bad serves at the end; empty where nothing does."""
    is_false_alarm: bool
    """Whether production was told not to be known good, and everything that serves is good."""
    reaction_s: float | None
    """From the first critical answer to the first mutation."""
    took_s: float


def compare(world, played):
    """Compare a world that was played with the truth."""
    first = next((g for g in played.gates if g.code >= 0), played.gates[-1])
    wrong = [text for rule in _RULES if (text := rule(world, played, first))]
    bad = _bad_live(world, played)
    reason = f"exit {first.code}: {first.report.get('reason', '')[:150]}" if bad else ""
    return Comparison(
        world.seed,
        str(truth_of(world, played)),
        f"{first.code} {first.report.get('verdict', 'no report')}",
        tuple(wrong),
        reason,
        first.code == 3 and not bad and not truth_of(world, played).is_incomplete,
        _reaction_s(first.report),
        sum(g.took_s for g in played.gates),
    )


@dataclass(frozen=True)
class Truth:
    """What is true of the judged commit, as far as it got anywhere."""

    worst: Quality
    is_incomplete: bool
    """Whether a service that it touches was kept from it."""

    def __str__(self):
        return self.worst.name.lower() + (", incomplete" if self.is_incomplete else "")


def truth_of(world, played):
    """What a newer commit took over while it was built is not the judged commit's any more."""
    gone = (End.TAKEN_OVER, End.DISPLACED, End.KEPT)
    counts = [q for name, q in world.judged.quality.items() if played.ends[name] not in gone]
    is_displaced = End.DISPLACED in played.ends.values()
    return Truth(max(counts, default=Quality.GOOD), bool(world.judged.lost) or is_displaced)


def _bad_live(world, played):
    """Services in which something bad serves, or nothing."""
    versions = {v.name: v for v in (world.judged, world.newer) if v is not None}
    return [
        name
        for name, commit in played.live.items()
        if not commit
        or (commit in versions and versions[commit].quality.get(name, Quality.GOOD) >= Quality.BAD)
    ]


def _good_condemned(world, played, first):
    truth = truth_of(world, played)
    if truth.worst is not Quality.GOOD:
        return ""
    if played.withdrawn:
        return f"good, and withdrawn in {', '.join(sorted(played.withdrawn))}"
    if first.report.get("verdict") == "failed" and not truth.is_incomplete:
        return "good condemned"
    return ""


def _bad_passed(world, played, first):
    """What a newer commit has taken over is for the newer one's gate to judge."""
    ours = [q for name, q in world.judged.quality.items() if name not in played.taken_over]
    is_lost = world.judged.lost - played.taken_over or End.DISPLACED in played.ends.values()
    is_bad = max(ours, default=Quality.GOOD) >= Quality.BAD or is_lost
    return "bad passed" if is_bad and first.report.get("verdict") == "passed" else ""


def _green_over_bad(world, played, first):
    bad = _bad_live(world, played)
    is_green = all(g.code == 0 for g in played.gates if g.code >= 0)
    return f"green over bad in {', '.join(bad)}" if bad and is_green else ""


def _half_rollback(world, played, first):
    """A yes that Railway does not keep is not asked for again: whoever said so is to blame."""
    if any(m.answer == "yes" and not m.done for m in world.faults.mutations):
        return ""
    stays = [n for n, c in played.live.items() if c == world.judged.name]
    went = [n for n in played.withdrawn if played.live[n] != world.judged.name]
    return f"half a rollback: {', '.join(stays)} stays" if stays and went else ""


def _one_over_bad(world, played, first):
    stays = [n for n, c in played.live.items() if c == world.judged.name]
    bad = [n for n in _bad_live(world, played) if not played.live[n]]
    is_wrong = first.code == 1 and (stays or bad)
    return f"exit 1, and it serves in {', '.join(stays)}, none in {bad}" if is_wrong else ""


def _twice(world, played, first):
    most = 1 if world.newer is None else 2
    many = [name for name, count in played.rollbacks.items() if count > most]
    return f"rolled back more than once: {', '.join(many)}" if many else ""


def _broke(world, played, first):
    for gate in played.gates:
        if gate.code not in (0, 1, 3, 4, -9) or "the verifier broke" in gate.told:
            return f"exit {gate.code}: {gate.told[-300:]}"
        if gate.code >= 0 and not gate.report:
            return "no report"
        if gate.took_s > _DEADLINE_S + _SLACK_S:
            return f"took {gate.took_s:.0f} s"
    return ""


def _reported_untruly(world, played, first):
    """What the report of the last gate says is active must serve, as nothing moved since."""
    last = played.gates[-1]
    if not last.report or world.newer is not None:
        return ""
    rolled_back = {
        s["name"]
        for s in last.report["services"]
        if (s.get("rollback") or {}).get("outcome") in ("restored", "adopted")
    }
    untrue = [n for n in rolled_back if played.live[n] == world.judged.name]
    return f"reported as restored, and it is not: {', '.join(untrue)}" if untrue else ""


_RULES = (
    _good_condemned,
    _bad_passed,
    _green_over_bad,
    _half_rollback,
    _one_over_bad,
    _twice,
    _broke,
    _reported_untruly,
)


def _reaction_s(report):
    events = {}
    for entry in report.get("timeline", ()):
        events.setdefault(entry["event"], datetime.fromisoformat(entry["at"]))
    if "critical" in events and "rollback" in events:
        return (events["rollback"] - events["critical"]).total_seconds()
    return None
