"""Were all running instances asked, where answers do not say which one gave them?"""

import math
from collections.abc import Iterator

from verifier.checks.deployment_status import current
from verifier.model.check_ids import SILENT_INSTANCE, UNATTRIBUTED
from verifier.model.evidence import Evidence, ServiceEvidence
from verifier.model.expectations import Expectations
from verifier.model.finding import Finding, Later, Outcome, Provenance

#: Good answers prove a deployment with several instances only where it is no likelier than this
#: that one of them never answered.
MISSED_AT_MOST = 0.01
#: So many looks make a verdict at least; together they ask often enough.
_LOOKS = 3
#: At once, of one service.
_MOST_IN_A_LOOK = 24


def check_unattributed(evidence: Evidence, _: Expectations) -> Iterator[Finding]:
    """
    Tell how sure it is that each of several instances has answered.

    Railway's edge chooses among those of a region by chance: until enough answers came in this
    run nothing is proven; where they do not come in time, that is a warning.
    """
    for service in evidence.services:
        deployment = current(service)
        running = deployment.instances.count("RUNNING")
        if running <= 1 or not service.probes:
            continue
        if service.unanswered:
            yield _silent_instance(evidence, service, running)
            continue
        missed = chance_of_a_miss(running, service.responses)
        is_sure = missed <= MISSED_AT_MOST
        text = f"{running} instances are running; {_met(running, service.responses)}"
        later = None if is_sure else Later(Outcome.WARN)
        outcome = Outcome.PASS if is_sure else Outcome.INCONCLUSIVE
        if is_sure and deployment.region_count > 1:
            outcome = Outcome.WARN
            text += (
                f"; they run in {deployment.region_count} regions, and only those of the region "
                "nearest to this machine can have been asked"
            )
        yield Finding(
            UNATTRIBUTED,
            outcome,
            text,
            service.service.name,
            evidence=Provenance("railway", evidence.at, "deployment id"),
            later=later,
        )


def _silent_instance(evidence: Evidence, service: ServiceEvidence, running: int) -> Finding:
    return Finding(
        UNATTRIBUTED,
        Outcome.INCONCLUSIVE,
        f"{running} instances are running; in one look {service.unanswered} of the requests got no "
        "response, and others did: an instance does not answer",
        service.service.name,
        hint="read the deploy logs of each instance on Railway",
        evidence=Provenance("railway", evidence.at, "deployment id"),
        objects=(SILENT_INSTANCE,),
    )


def turns_in_a_look(instances: int) -> int:
    """Return how often a look asks a service of so many instances."""
    if instances <= 1:
        return 1
    needed = math.log(MISSED_AT_MOST / instances) / math.log(1 - 1 / instances)
    return min(math.ceil(math.ceil(needed) / _LOOKS), _MOST_IN_A_LOOK)


def chance_of_a_miss(instances: int, responses: int) -> float:
    """Return at most how likely one of so many never answered, where the edge draws by chance."""
    return min(1.0, instances * (1 - 1 / instances) ** responses)


def _met(instances: int, responses: int) -> str:
    """Say of how many instances so many answers are to be expected, and how sure that is."""
    if chance_of_a_miss(instances, responses) <= MISSED_AT_MOST:
        return f"{responses} answers: the chance that one was never asked is below 1%"
    met = instances * (1 - (1 - 1 / instances) ** responses)
    missed = chance_of_a_miss(instances, responses)
    return (
        f"{responses} answers are those of about {met:.1f} of them: the chance that one was never "
        f"asked is {missed:.0%}"
    )
