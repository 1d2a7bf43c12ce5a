"""Silence that is proven to be the judged deployment's, and has lasted too long."""

from collections.abc import Sequence

from verifier.model.check_ids import HEALTH, SILENT, SILENT_INSTANCE, UNATTRIBUTED, is_of
from verifier.model.finding import Finding, Outcome
from verifier.model.known_before import KnownBefore
from verifier.model.verdict import Limits, Sample


def silence(
    samples: Sequence[Sample], service: str, since_s: float, warm_up_s: float, limits: Limits
) -> Finding | None:
    """
    Return the failure of a deployment that does not answer; it was live at `since_s`.

    It is borne for `warm_up_s`, and for `ready_within_s` where it has answered before.
    """
    latest = samples[-1]
    tail = samples[-limits.fail_after :]
    if len(tail) < limits.fail_after or not all(service in sample.silent for sample in tail):
        return None
    answered = [s.at_s - f.late_s for s in samples for f in _answers(s, service)]
    silent_s = latest.at_s - max([since_s, *answered])
    limit_s = limits.ready_within_s if answered else warm_up_s
    if silent_s < limit_s:
        return None
    text = (
        f"no answer for {silent_s:.0f} s: Railway's edge does not reach it, and it is the only "
        "active deployment"
    )
    return Finding(SILENT, Outcome.FAIL, text, service, hint=_shut(service))


def silent_in_turns(
    samples: Sequence[Sample], service: str, before: KnownBefore | None, limits: Limits
) -> Finding | None:
    """
    Return the failure of a deployment that answers and is silent in turns, for longer than borne.

    It is borne for as long as silence is. That is told of what is only followed, where nothing is
    known from `before` and nothing goes back.
    """
    silent = [sample.at_s for sample in samples if service in sample.silent]
    if before is not None or not silent or samples[-1].at_s - silent[0] < limits.ready_within_s:
        return None
    told = [s for s in samples if service in s.silent or _answers(s, service)][-limits.flap_of :]
    bad = sum(service in sample.silent for sample in told)
    if bad < limits.flap_bad or bad == len(told):
        return None
    text = f"flapping: {bad} of the last {len(told)} looks got no answer, others did"
    return Finding(SILENT, Outcome.FAIL, text, service, hint=_shut(service))


def silent_instance(
    samples: Sequence[Sample], service: str, since_s: float, limits: Limits
) -> Finding | None:
    """
    Return the failure of a deployment of which one instance of several does not answer.

    It is borne for `ready_within_s`, as an instance that starts later than the others, or again,
    is; then it counts in `flap_bad` of the last `flap_of` looks, since a look may miss it.
    """
    told = [
        (sample.at_s, finding)
        for sample in samples
        for finding in sample.findings
        if (finding.check, finding.service) == (UNATTRIBUTED, service)
    ]
    all_met_s = [at_s for at_s, f in told if f.outcome is not Outcome.INCONCLUSIVE and not f.later]
    missed_s = samples[-1].at_s - max([since_s, *all_met_s])
    missed = sum(SILENT_INSTANCE in f.objects for _, f in told[-limits.flap_of :])
    if missed < limits.flap_bad or missed_s < limits.ready_within_s:
        return None
    text = (
        f"an instance does not answer: for {missed_s:.0f} s some requests have got no response, "
        "while others have"
    )
    return Finding(
        SILENT, Outcome.FAIL, text, service, hint=_shut(service), objects=(SILENT_INSTANCE,)
    )


def _answers(sample: Sample, service: str) -> list[Finding]:
    """Return what rests on an answer of a health endpoint that counts."""
    return [
        f
        for f in sample.findings
        if f.service == service
        and is_of(f.check, HEALTH)
        and f.outcome not in (Outcome.INCONCLUSIVE, Outcome.SKIP)
    ]


def _shut(service: str) -> str:
    return f"does it listen on 0.0.0.0 and on the port in PORT? Read the deploy logs of {service}"
