"""What do recorded health documents come to by other terms? Asked again, not read from findings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from verifier.decide.gate.reread import Meant, with_waivers
from verifier.model.check_ids import COMPONENT, DEEP, is_of
from verifier.model.finding import Finding, Outcome
from verifier.model.replay import ReplayTerms

_SETTINGS = "health.required and health.components"
#: Stands for what the recorded run had no finding of.
_UNTOLD = Outcome.SKIP
#: What is good and was not told before is no difference.
UNTOLD_AND_GOOD = (_UNTOLD, Outcome.PASS)


@dataclass(frozen=True, slots=True)
class Anew:
    """The findings of recorded documents by other terms, each with the recorded one."""

    found: tuple[tuple[Finding, Meant], ...] = ()
    checks: frozenset[tuple[str, str]] = frozenset()
    """Checks of endpoints that are told anew, each with its service."""

    @property
    def services(self) -> frozenset[str]:
        """Those of which each component is told anew."""
        return frozenset(service for check, service in self.checks if check == DEEP)

    def covers(self, finding: Finding) -> bool:
        """Whether a recorded finding is one of those."""
        is_component = is_of(finding.check, COMPONENT) and finding.service in self.services
        return is_component or (finding.check, finding.service) in self.checks


def documents_anew(recorded: Sequence[Finding], terms: ReplayTerms, day: date) -> Anew:
    """Ask all recorded documents again of which each answer of their endpoint was recorded."""
    again: dict[tuple[str, str], list[Finding]] = {}
    unknown: set[tuple[str, str]] = set()
    for finding in recorded:
        key = (finding.check, finding.service)
        found = terms.asked_again(finding) if terms.is_asked(*key) else None
        if found is None:
            unknown.add(key)
        else:
            again.setdefault(key, []).extend(found)
    told = {key: found for key, found in again.items() if key not in unknown}
    anew = Anew(checks=frozenset(told))
    now = [finding for found in told.values() for finding in found]
    before = [finding for finding in recorded if anew.covers(finding)]
    return replace(anew, found=tuple(_compared(before, now, terms, day)))


def _compared(
    before: Sequence[Finding], now: Sequence[Finding], terms: ReplayTerms, day: date
) -> Iterator[tuple[Finding, Meant]]:
    """Yield each finding of either side with what it was, and what it is now."""
    keys = dict.fromkeys((f.check, f.service) for f in (*before, *now))
    for key in keys:
        was = [f for f in before if (f.check, f.service) == key]
        found = [f for f in now if (f.check, f.service) == key]
        is_same_list = len(was) == len(found)
        for at, finding in enumerate(found):
            former = was[at] if is_same_list else replace(finding, outcome=_UNTOLD, later=None)
            yield former, _meant(former, finding, terms, day)
        for former in () if is_same_list else was[len(found) :]:
            yield former, Meant((None,), _SETTINGS)


def _meant(former: Finding, finding: Finding, terms: ReplayTerms, day: date) -> Meant:
    if not terms.is_asked(finding.check, finding.service):
        return Meant((None,), "this configuration does not ask it")
    outcomes: tuple[Outcome, ...] = (finding.outcome,)
    later = finding.later
    if later is not None:
        # What it comes to hangs on what was good before, which a run of the same question tells.
        is_told = former.later == later and former.objects == finding.objects
        worst = later.if_good_before or later.outcome
        outcomes = (former.outcome,) if is_told else tuple(dict.fromkeys((*outcomes, worst)))
    found = Meant(outcomes, "" if outcomes == (former.outcome,) else _SETTINGS)
    return with_waivers(found, finding.check, terms, day)
