"""Draws a world from a seed: what the commits are, what becomes of them, and what fails beside."""

import random
from dataclasses import dataclass, field
from enum import IntEnum

from verifier.sandbox.scenarios.scenario import Commit, Faults, MutationAnswer

API, WORKER = SERVICES = ("julia-api", "julia-worker")
BY_PATHS = "No changes to watched files"
#: Longer than any world.
_FOR_EVER = 999
_ODD = ("yes", "empty", "cut", "html", "null", "false", "error", "coded-error", "429", "500")


class Quality(IntEnum):
    """What is true of a commit in one service, the worse the higher."""

    GOOD = 0
    UNSEEN = 1
    """Uses another database, and has no address where it would say so: no check can tell."""
    UNSTEADY = 2
    """Good and bad in turns: both verdicts are right."""
    BAD = 3
    CRITICAL = 4


@dataclass(frozen=True)
class Version:
    """A commit, by its name in the scenario, and the truth about it."""

    name: str
    commit: Commit
    quality: dict[str, Quality] = field(default_factory=dict)
    """Of each service that it would serve in; those that it never comes to are left out."""
    lost: frozenset[str] = frozenset()
    """Services that are kept from being deployed, though the commit touches them."""

    @property
    def worst(self):
        """The quality of the whole commit."""
        return max(self.quality.values(), default=Quality.GOOD)


@dataclass(frozen=True)
class World:
    """Everything that is drawn. Times in seconds."""

    seed: int
    judged: Version
    newer: Version | None
    newer_after_s: float
    faults: Faults
    github: str
    is_health_checked: bool
    gate_after_s: float
    killed_after_s: float | None


def draw(seed):
    """The same seed draws the same world."""
    dice = random.Random(seed)  # noqa: S311  worlds, not secrets
    return World(
        seed=seed,
        judged=_judged(dice),
        newer=_newer(dice) if dice.random() < 0.3 else None,
        newer_after_s=round(dice.uniform(0.2, 5), 1),
        faults=_faults(dice),
        github=dice.choices(["works", "down", "read-only", "hangs"], [8, 1, 1, 1])[0],
        is_health_checked=dice.random() < 0.5,
        gate_after_s=round(dice.choice([0, dice.uniform(0, 1.5)]), 1),
        killed_after_s=round(dice.uniform(0.3, 5), 1) if dice.random() < 0.08 else None,
    )


def _judged(dice):
    """The commit that the first gate judges."""
    changes = {"migrations": 2, "troubles": {}, "builds": {}, "fates": {}, "skipped": {}}
    quality = {API: _api(dice, changes), WORKER: _worker(dice, changes)}
    name = "behind" if changes["migrations"] == 3 else "judged"
    lost = _arrivals(dice, changes, quality)
    return Version(name, Commit.model_validate(changes), quality, frozenset(lost))


def _api(dice, changes):
    """Choose what the api is like."""
    words = ["plain", "cold", "behind", "unhealthy", "bare", "deaf", "exits", "crash", "flap", "db"]
    word = dice.choices(words, [12, 6, 3, 3, 2, 1, 1, 2, 1, 5])[0]
    named = dice.choice(["bare", "not-ok"])
    match word:
        case "cold":
            kind = dice.choice(["bare", "not-ok", "refuse"])
            changes["troubles"][API] = f"{kind}:{dice.uniform(0.3, 2.5):.1f}"
        case "behind":
            changes["migrations"] = 3
        case "unhealthy" | "bare":
            changes["troubles"][API] = f"{word if word == 'unhealthy' else named}:{_FOR_EVER}"
        case "deaf" | "exits":
            changes["start"] = word
        case "crash":
            changes["troubles"][API], changes["restarts"] = "crash:0.3", dice.randint(1, 5)
        case "flap":
            changes["troubles"][API] = f"flap:{dice.uniform(0.3, 0.8):.1f}"
        case "db":
            changes["database"] = "staging"
    if word in ("plain", "cold"):
        return Quality.GOOD
    known = {"flap": Quality.UNSTEADY, "db": Quality.CRITICAL}
    return known.get(word, Quality.BAD)


def _worker(dice, changes):
    """Choose what the worker is like."""
    if changes.get("start") == "exits":
        return Quality.BAD
    word = dice.choices(["plain", "wrong-run-mode", "crash"], [12, 1, 1])[0]
    if word == "wrong-run-mode":
        changes["variables"] = {"RUN_MODE": "api"}
    if word == "crash":
        changes["troubles"][WORKER], changes["restarts"] = "crash:0.2", dice.randint(0, 3)
    is_behind = changes["migrations"] == 3  # what is pending condemns every service
    if word != "plain" or is_behind:
        return Quality.BAD
    return Quality.UNSEEN if changes.get("database") == "staging" else Quality.GOOD


def _arrivals(dice, changes, quality):
    """Choose how each service gets there; return those that never do, though they should."""
    lost = []
    for service in dice.sample(SERVICES, k=2):
        words = ["at once", "slowly", "very slowly", *_NEVER, "by paths", "build-fails"]
        word = dice.choices(words, [14, 5, 2, 1, 1, 1, 1, 1])[0]
        if lost and word in _NEVER:
            continue  # of which nothing at all would be there to be judged
        if word in ("slowly", "very slowly"):
            most_s = 3 if word == "slowly" else 12
            changes["builds"][service] = f"{dice.uniform(300, most_s * 1000):.0f}ms"
        elif word in _NEVER:
            lost.append(service)
            del quality[service]
            _keep(service, word, changes)
        elif word == "by paths":
            del quality[service]
            changes["skipped"][service] = BY_PATHS
        elif word == "build-fails":
            changes["fates"][service] = word
            quality[service] = Quality.BAD
    return lost


_NEVER = ("absent", "skipped", "needs-approval")


def _keep(service, word, changes):
    """Have a service kept from being deployed."""
    if word == "skipped":
        changes["skipped"][service] = ""
    else:
        changes["fates"][service] = word


def _newer(dice):
    """A later commit, which is good, for one service or both; it may never get there."""
    touched = dice.choice([(API,), (WORKER,), SERVICES])
    changes = {"migrations": 2, "fates": {}, "builds": {}}
    changes["skipped"] = {name: BY_PATHS for name in SERVICES if name not in touched}
    quality, lost = {}, []
    for service in touched:
        word = dice.choices(["comes", "build-fails", *_NEVER], [6, 2, 1, 1, 1])[0]
        if word in _NEVER:
            lost.append(service)
            _keep(service, word, changes)
        elif word == "build-fails":
            changes["fates"][service] = word
            quality[service] = Quality.BAD
        else:
            changes["builds"][service] = f"{dice.uniform(100, 4000):.0f}ms"
            quality[service] = Quality.GOOD
    return Version("newer", Commit.model_validate(changes), quality, frozenset(lost))


def _faults(dice):
    """Choose what Railway's API does."""
    share = dice.choice([0, 0, 0.03, 0.12])
    hiccups = {n: dice.choice(["502", "429", "cut"]) for n in range(1, 80) if dice.random() < share}
    odd = []
    if dice.random() < 0.3:
        odd = [
            MutationAnswer(answer=dice.choice(_ODD), done=dice.random() < 0.6)
            for _ in range(dice.randint(1, 3))
        ]
    news = dice.choices(["works", "refused", "silent", "mute", "cut"], [8, 1, 1, 1, 1])[0]
    return Faults(reads=hiccups, mutations=tuple(odd), news=news)
