"""Of several commits that fail alike one is taken out first: the one that went live last."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from verifier.decide.gate.remainders import is_of
from verifier.decide.gate.since_live import has_passed
from verifier.decide.gate.unmoved import Earlier, fails_alike, left_open, may_fail
from verifier.decide.gate.witness_choice import went_live
from verifier.model.deployment import Deployment
from verifier.model.finding import Outcome
from verifier.model.verdict import Sample


def after_others(
    sample: Sample,
    live: Mapping[str, Deployment],
    own: frozenset[str],
    earlier: Earlier,
    live_s: Mapping[str, float],
    condemned: frozenset[str] = frozenset(),
) -> Mapping[str, str]:
    """
    Return which services wait for which other one to be taken out, both judged in this run.

    That is of another commit, went live later, and fails alike; those that an earlier gate has
    `condemned` go before all others. What has failed before that was live, or was good in this run,
    does not wait for it. `own` are the services of one release, `live_s` is when a deployment was
    looked at first, by its id.
    """
    found: dict[str, str] = {}

    def turn(name: str) -> tuple[bool, datetime]:
        return name in condemned, went_live(live[name])

    for finding in sample.findings:
        name = finding.service
        looks = earlier.get(name, ())
        if name not in live or not may_fail(finding) or has_passed(finding, sample, looks):
            continue
        failed_s = (
            look.at_s
            for look in looks
            for f in look.findings
            if f.check == finding.check and f.outcome is Outcome.FAIL
        )
        first_s = min(failed_s, default=sample.at_s)
        later = [
            other
            for other, d in live.items()
            if other != name and not {other, name} <= own and not is_of(d, live[name])
            if turn(other) > turn(name) and live_s[d.id] <= first_s
            if fails_alike(finding, other, sample)
        ]
        if later:
            found[name] = max(later, key=turn)
    return found


def held_for(sample: Sample, first: Mapping[str, Deployment]) -> Sample:
    """Return a look in which what fails waits for another one, by service, to be taken out."""
    findings = tuple(
        left_open(
            f,
            f"{first[f.service].named_by_commit} fails the same way and is taken out first: "
            f"{f.summary}",
        )
        if f.service in first and may_fail(f)
        else f
        for f in sample.findings
    )
    return replace(sample, findings=findings)
