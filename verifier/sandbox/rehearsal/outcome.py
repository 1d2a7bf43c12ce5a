"""What came out of an incident, and what of it is not as it must be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from verifier.sandbox.rehearsal.incident import Incident

_BAD = ("fail", "critical")
_WAIVED = "waived"
_EXIT_MEANS = {
    0: "green",
    1: "failed, production good again or untouched",
    2: "wrong usage or configuration",
    3: "failed, production NOT confirmed healthy",
    4: "inconclusive",
}


@dataclass(frozen=True, slots=True)
class Played:
    """One incident, played to its end. Times in seconds."""

    name: str
    incident: Incident
    exit_code: int
    report: Mapping[str, object]
    """The gate's own, empty where it left none."""
    live: Mapping[str, str]
    """`before`, `pushed` or `newer` by service; empty where nothing serves."""
    rollbacks: Mapping[str, int]
    """How many took effect, by service."""
    gate_s: float
    bad_live_s: float | None
    """How long the slowest service served the pushed commit, 0 where none ever did; None where it
    was not put back."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """What the sandbox's PostgreSQL did not take."""
    unknown_paths: tuple[str, ...] = ()
    """Configured health paths that stand nowhere in the checkout."""
    rollback: str = "auto"
    """`gate.rollback`: what a failing verdict may do."""
    lacks_push: bool = False
    """Whether the gate had ended before it was time for the newer push, which was not made then."""
    present_views: tuple[str, ...] = ()
    """What the database has of the incident's missing views: of these the commit lacked nothing."""

    @property
    def verdict(self) -> str:
        """The gate's word."""
        return str(self.report.get("verdict") or "no verdict")

    @property
    def recovered_in_s(self) -> float | None:
        """From the first condemning answer to the proven recovery, by the gate's own report."""
        found = self.report.get("recovered_in_s")
        return found if isinstance(found, float) else None

    @property
    def reason(self) -> str:
        """Why the gate came to its verdict."""
        return str(self.report.get("reason") or "it left no report")

    @property
    def advice(self) -> list[str]:
        """What the gate said is to be done, first thing first."""
        found = self.report.get("advice")
        return [str(line) for line in found] if isinstance(found, list) else []

    @property
    def was_found(self) -> bool:
        """Whether the gate came to its verdict, and by one of the checks that had to fail."""
        must = self.incident.must
        if self.verdict != must.verdict:
            return False
        if not must.found_by or must.verdict != "failed":
            return True
        bad = self.bad_checks()
        return any(fnmatchcase(check, pattern) for check in bad for pattern in must.found_by)

    @property
    def was_only_planned(self) -> bool:
        """Whether what had to be rolled back was not, because the configuration says so."""
        is_wanted = self.incident.must.live == "before" and "pushed" in self.live.values()
        return is_wanted and self.was_found and self.rollback != "auto"

    def bad_checks(self) -> list[str]:
        """Return the ids of the checks that failed, in the report's order."""
        return list(dict.fromkeys(check for check, _ in self._told(_BAD)))

    def only_warned(self) -> list[str]:
        """Return what checks say that only warned where the gate had to fail."""
        must = self.incident.must
        if must.verdict != "failed":
            return []
        told = (
            f"{check}: {found.get('summary')}"
            for check, found in self._told(("warn",))
            if found.get("leniency") == _WAIVED
            or any(fnmatchcase(check, pattern) for pattern in must.found_by)
        )
        return list(dict.fromkeys(told))

    def _told(self, outcomes: tuple[str, ...]) -> list[tuple[str, Mapping[str, object]]]:
        findings = self.report.get("findings")
        return [
            (str(finding.get("check")), finding)
            for finding in (findings if isinstance(findings, list) else [])
            if isinstance(finding, dict) and finding.get("outcome") in outcomes
        ]


def unmet(played: Played) -> Iterator[str]:
    """Yield a sentence for each thing that is not as it must be; nothing where all is."""
    must = played.incident.must
    if played.verdict != must.verdict:
        yield f"the verdict is {played.verdict}, it must be {must.verdict}"
    if played.exit_code != must.exit_code:
        yield (
            f"the gate exited with {_exit(played.exit_code)}, it must be {_exit(must.exit_code)}"
        )
    if played.lacks_push and (newer := played.incident.newer) is not None:
        late = f"the gate had ended before newer.after, {newer.after:g} s"
        yield f"the newer commit was not pushed: {late}"
    if played.present_views:
        there = ", ".join(played.present_views)
        yield (
            f"commit.missing-views: the database has {there}, by your migrations or schema: name "
            "views that nothing makes"
        )
    elsewhere: dict[str, list[str]] = {}
    for service, commit in played.live.items():
        if commit != must.live:
            elsewhere.setdefault(commit, []).append(service)
    for commit, services in elsewhere.items():
        many = "" if len(services) > 1 else "s"
        serves = f"still serve{many} the {commit} commit" if commit else f"serve{many} nothing"
        yield f"{', '.join(services)} {serves}, it must be the one {_which(must.live)}"
    for service, count in played.rollbacks.items():
        if count > 1:
            yield f"{service} was rolled back {count} times"
        if count and not must.may_roll_back:
            yield f"{service} was rolled back, though nothing of its commit was to be undone"
    if played.verdict == must.verdict and not played.was_found:
        yield (
            f"what failed is {', '.join(played.bad_checks()) or 'no check'}, one of it must be "
            f"{' or '.join(must.found_by)}"
        )
    limit_s = must.bad_live_at_most
    if limit_s is not None and (played.bad_live_s is None or played.bad_live_s > limit_s):
        took = "to the end" if played.bad_live_s is None else f"{played.bad_live_s:.1f} s"
        yield f"the pushed commit was live {took}, it must be at most {limit_s:.0f} s"


def _exit(code: int) -> str:
    return f"{code} ({_EXIT_MEANS.get(code, 'killed')})"


def _which(commit: str) -> str:
    return {"before": "from before", "pushed": "that was pushed"}.get(commit, "pushed last")
