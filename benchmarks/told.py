"""What was played, as a file with machine and commit, and as tables for docs/benchmarks.md."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from statistics import median

from benchmarks.kinds import KINDS

#: What the others are compared with.
GATE, LIMIT = "gate, subscription", "limit"
#: Two further looks, `gate.interval` apart, as `gate.fail-after` asks but of what is critical.
CONFIRMATION_S = 4.0


class ContradictionError(ValueError):
    """A file of figures is not whole, or its figures contradict one another."""


@dataclass(frozen=True, slots=True)
class Played:
    """One commit under one practice."""

    kind: str
    practice: str
    code: int
    """What the job ended with: 0 is green."""
    job_s: float
    """From the push to the job's end."""
    bad_live_s: float | None
    """The longest of all services; None where the bad commit serves on."""
    served_s: float
    """From the moment it began to serve to the end of the play."""
    live: str
    """What serves at the end: good, bad, or both."""
    commit: str = ""
    """Of the code that played it."""

    def is_of(self, other: "Played") -> bool:
        """Whether both are of the same kind under the same practice."""
        return (self.kind, self.practice) == (other.kind, other.practice)

    @property
    def cell(self) -> str:
        """How long it served, and of what ends badly how."""
        if self.bad_live_s is not None:
            return f"{self.bad_live_s:.1f} s" + ("" if self.code else ", green")
        return f"for ever, {'red' if self.code else 'green'} after {self.served_s:.0f} s"


@dataclass(frozen=True)
class Told:
    """The plays of a run, written down after each."""

    path: Path
    plays: list[Played] = field(default_factory=list)
    machine: Mapping[str, object] = field(default_factory=lambda: machine())
    earlier: Sequence[Mapping[str, object]] = ()
    """What plays that were kept were made on."""

    @classmethod
    def read(cls, path: Path) -> "Told":
        """Return what an earlier run wrote down."""
        try:
            document = json.loads(path.read_text("utf-8"))
            known = [field.name for field in fields(Played)]
            plays = [Played(**{n: one[n] for n in known if n in one}) for one in document["plays"]]
            told = cls(path, plays, document["machine"], document.get("earlier", ()))
            written = [one.get("times the gate") for one in document["plays"]]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ContradictionError(f"{path} is not whole: {error}") from error
        if mistakes := list(told.contradictions(written)):
            raise ContradictionError("\n".join(f"{path}: {text}" for text in mistakes))
        return told

    def contradictions(self, written: Sequence[object]) -> Iterator[str]:
        """Yield what cannot be true; `written` are the ratios that the file has, play by play."""
        commits = {str(one.get("commit", "")) for one in (self.machine, *self.earlier)}
        kinds = [kind.name for kind in KINDS]
        for n, (one, ratio) in enumerate(zip(self.as_played(), written, strict=True)):
            name = f"{one.kind}, {one.practice}"
            if one.kind not in kinds:
                yield f"{name}: there is no such kind"
            if any(one.is_of(other) for other in self.plays[:n]):
                yield f"{name}: stands there twice"
            if one.commit not in commits:
                yield f"{name}: nothing is told of the machine of commit {one.commit}"
            took = one.bad_live_s
            if (took is None) == (one.live == "good"):
                yield f"{name}: served for {took} s, and {one.live} serves in the end"
            if took is not None and not 0 <= took <= one.served_s:
                yield f"{name}: served for {took} s of {one.served_s} s"
            if ratio != self._ratios(one).get("times the gate"):
                yield f"{name}: {ratio} times the gate, which the seconds do not give"

    def as_played(self) -> list[Played]:
        """Return its plays, each with the commit that played it."""
        was = str(self.machine.get("commit", ""))
        return [replace(one, commit=one.commit or was) for one in self.plays]

    def add(self, played: Played) -> None:
        """Write one down, in the place of an earlier one of the same."""
        played = replace(played, commit=played.commit or str(self.machine.get("commit", "")))
        at = next((n for n, one in enumerate(self.plays) if one.is_of(played)), len(self.plays))
        self.plays[at : at + 1] = [played]
        sys.stdout.write(f"{played.kind:<26}{played.practice:<28}{played.cell}, {played.live}\n")
        sys.stdout.flush()
        self.write({**self.machine, "load at the end": os.getloadavg()})

    def write(self, machine: Mapping[str, object]) -> None:
        """Write all of it down, whole or not at all."""
        kept = {one.commit for one in self.as_played()}
        document = {
            "machine": machine,
            "earlier": [one for one in self.earlier if one.get("commit") in kept],
            "plays": [{**asdict(one), **self._ratios(one)} for one in self.as_played()],
        }
        beside = self.path.with_suffix(".part")
        beside.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
        beside.replace(self.path)

    def tables(self) -> str:
        """Return kinds by modes of the gate, kinds by practices, and the gate beside the limit."""
        names = list(dict.fromkeys(one.practice for one in self.plays))
        kinds = list(dict.fromkeys(one.kind for one in self.plays))
        ours = [name for name in names if name.startswith("gate") or name == LIMIT]
        text = ""
        for some in (ours, [name for name in names if name not in ours]):
            rows = [[kind, *(self.cell(kind, name) for name in some)] for kind in kinds]
            text += table(["kind of bad commit", *some], rows) + "\n" if some else ""
        compared = [(kind, self.of_limit(kind)) for kind in kinds]
        ratios = [(kind, ratio) for kind, ratio in compared if ratio is not None]
        if ratios:
            cells = [[kind, f"{ratio:.2f}"] for kind, ratio in ratios]
            cells.append(["median", f"{median(ratio for _, ratio in ratios):.2f}"])
            text += table(["kind", "gate / (limit and confirmation)"], cells)
        return text

    def find(self, kind: str, practice: str) -> Played | None:
        """Return one play."""
        found = (one for one in self.plays if (one.kind, one.practice) == (kind, practice))
        return next(found, None)

    def cell(self, kind: str, practice: str) -> str:
        """Return a cell, of another practice with how many times the gate's it is."""
        one = self.find(kind, practice)
        if one is None:
            return ""
        times = self._ratios(one).get("times the gate")
        is_practice = times is not None and not practice.startswith("gate") and practice != LIMIT
        return f"{one.cell} ({times:.0f} x)" if is_practice else one.cell

    def _ratios(self, one: Played) -> dict[str, float]:
        """
        Of a play to the gate's of its kind; a lower bound where a red job leaves the bad commit.

        Where it is green nobody is told, and there is no end to count to.
        """
        gate = self.find(one.kind, GATE)
        is_unnoticed = one.bad_live_s is None and one.code == 0
        if gate is None or not gate.bad_live_s or is_unnoticed:
            return {}
        served_s = one.served_s if one.bad_live_s is None else one.bad_live_s
        return {"times the gate": round(served_s / gate.bad_live_s, 2)}

    def of_limit(self, kind: str) -> float | None:
        """Return the gate's over the limit and its confirmation; None where either never ended."""
        gate, best = self.find(kind, GATE), self.find(kind, LIMIT)
        if gate is None or best is None or gate.bad_live_s is None or not best.bad_live_s:
            return None
        is_critical = next(one.is_critical for one in KINDS if one.name == kind)
        return gate.bad_live_s / (best.bad_live_s + (0.0 if is_critical else CONFIRMATION_S))


def machine() -> dict[str, object]:
    """Return what a figure depends on besides the code, and the code's commit."""
    git = ["git", "describe", "--always", "--dirty", "--abbrev=8"]
    found = subprocess.run(git, capture_output=True, text=True, check=False)  # noqa: S603
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "commit": found.stdout.strip(),
        "load at the beginning": os.getloadavg(),
    }


def write_figures(path: Path, seen: Mapping[str, object], found: Mapping[str, object]) -> None:
    """Write what was found down, with the machine as it was seen before, and its load now."""
    document = {"machine": {**seen, "load at the end": os.getloadavg()}, **found}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def mapping_of(found: object) -> Mapping[str, object]:
    """Return an object of a file of figures."""
    return found if isinstance(found, dict) else {}


def rows_of(found: object) -> list[Mapping[str, object]]:
    """Return a list of such objects."""
    return list(map(mapping_of, found)) if isinstance(found, list) else []


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
