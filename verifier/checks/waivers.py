"""Which checks are known to be wrong, and condemn nobody for a while?"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from verifier.model.finding import Finding, Leniency, Outcome, tolerated
from verifier.model.verdict import Waiver

EXPIRED = "waivers.expired"


def waived(
    findings: Sequence[Finding], waivers: Sequence[Waiver], today: date
) -> Iterator[Finding]:
    """
    Yield the findings, those of a waived check as warnings.

    Only a failure is waived: what is critical condemns, and what was not seen stays unseen.
    """
    current = {waiver.check: waiver for waiver in waivers if today <= waiver.until}
    for finding in findings:
        waiver = current.get(finding.check)
        if waiver is None or finding.outcome is not Outcome.FAIL:
            yield finding
            continue
        text = f"waived until {waiver.until} ({waiver.reason}): {finding.summary}"
        yield tolerated(replace(finding, summary=text), Leniency.WAIVED)
    for waiver in waivers:
        if waiver.check not in current:
            text = f"the waiver of {waiver.check} expired on {waiver.until}: {waiver.reason}"
            hint = "remove it, or renew it with a new date and reason"
            yield Finding(EXPIRED, Outcome.WARN, text, hint=hint)
