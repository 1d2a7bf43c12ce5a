"""Does each service run in its RUN_MODE, as often as it must?"""

from collections.abc import Iterator

from verifier.checks.deployment_status import current
from verifier.model.check_ids import OVERLAP, REPLICAS, RUN_MODE
from verifier.model.deployment import MAY_ANSWER
from verifier.model.evidence import Evidence, Variables
from verifier.model.expectations import Expectations
from verifier.model.finding import Finding, NotAsked, Outcome, Provenance, hint_of


def check_run_mode(evidence: Evidence, _: Expectations) -> Iterator[Finding]:
    """Compare RUN_MODE of the container with the configured one."""
    for service in evidence.services:
        wanted = service.service.run_mode
        name = service.service.name
        if not wanted:
            continue
        if not isinstance(service.variables, Variables):
            skipped = isinstance(service.variables, NotAsked)
            outcome = Outcome.SKIP if skipped else Outcome.INCONCLUSIVE
            text = f"RUN_MODE was not read: {service.variables.reason}"
            yield Finding(RUN_MODE, outcome, text, name, hint=hint_of(service.variables))
            continue
        value = service.variables.values.get("RUN_MODE", "")
        own = service.variables.of_this_deployment
        provenance = Provenance("railway", evidence.at, "deployment id" if own else "")
        if value == wanted:
            yield Finding(RUN_MODE, Outcome.PASS, f"RUN_MODE is {value}", name, evidence=provenance)
        else:
            yield Finding(
                RUN_MODE,
                Outcome.FAIL if own else Outcome.INCONCLUSIVE,
                f"RUN_MODE is {value or 'not set'}, expected {wanted}",
                name,
                hint=f"set RUN_MODE of {name} to {wanted} on Railway",
                evidence=provenance,
                objects=(value or "not set",) if own else (),
            )


def check_overlap(evidence: Evidence, _: Expectations) -> Iterator[Finding]:
    """
    Tell where an older deployment of what may run only once still runs beside the judged one.

    That is so for a moment after each deploy, and ends by itself or by no rollback.
    """
    for service in evidence.services:
        if service.service.replicas != 1:
            continue
        both = {d.id: d for d in (*service.before.deployments, *service.after.deployments)}
        beside = [
            id_[:8]
            for id_, d in both.items()
            if id_ != service.judged.id and d.status in MAY_ANSWER and "RUNNING" in d.instances
        ]
        if beside and "RUNNING" in current(service).instances:
            yield Finding(
                OVERLAP,
                Outcome.WARN,
                f"it must run once, but deployment {', '.join(beside)} is still running too",
                service.service.name,
                hint="set its overlap and draining at Railway to 0, or have it take a lock",
                evidence=Provenance("railway", evidence.at, "deployment id"),
            )


def check_replicas(evidence: Evidence, _: Expectations) -> Iterator[Finding]:
    """Too many is wrong at once (two schedulers do everything twice); too few may be starting."""
    for service in evidence.services:
        wanted = service.service.replicas
        if wanted is None:
            continue
        deployment = current(service)
        running = deployment.instances.count("RUNNING")
        configured = deployment.replica_count
        count = max(running, configured or 0)
        text = f"{running} running, {configured or 'unknown'} configured, expected {wanted}"
        if count > wanted:
            outcome = Outcome.FAIL
        elif running < wanted:
            outcome = Outcome.INCONCLUSIVE
        else:
            outcome = Outcome.PASS
        hint = f"set the replicas of {service.service.name} to {wanted} on Railway"
        if count <= wanted and configured in (None, wanted):
            # As many are configured as must run: what does not run ended, or is still to come.
            hint = f"read the deploy logs of {service.service.name} on Railway"
        yield Finding(
            REPLICAS,
            outcome,
            text,
            service.service.name,
            hint="" if outcome is Outcome.PASS else hint,
            evidence=Provenance("railway", evidence.at, "deployment id"),
            objects=tuple(f"{n} replicas" for n in range(wanted + 1, count + 1)),
        )
