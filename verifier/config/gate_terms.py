"""The file's sections in the gate's own terms: limits, policy, expectations."""

from verifier.config.health import by_exactness, extra_of, required_of, wanted_answers
from verifier.config.sections import Config
from verifier.model.expectations import Expectations, ServiceHealth, SqlExpectation
from verifier.model.finding import Outcome
from verifier.model.verdict import Limits, Policy, RollbackMode, Waiver

#: What does things twice goes back first.
_FIRST_TO_GO_BACK = ("scheduler", "worker", "api")


def limits_of(config: Config) -> Limits:
    """Return the limits of the gate, in seconds."""
    gate = config.gate
    return Limits(
        interval_s=gate.interval,
        fail_after=gate.fail_after,
        stable_for_s=gate.stable_for,
        ready_within_s=gate.ready_within,
        appear_within_s=gate.appear_within,
        build_within_s=gate.build_within,
        deploy_within_s=gate.deploy_within,
        restore_within_s=gate.restore_within,
        deadline_s=gate.deadline,
        flap_bad=gate.flap.bad,
        flap_of=gate.flap.of,
        reach_within_s=gate.reach_within,
    )


def policy_of(config: Config, mode: RollbackMode | None = None) -> Policy:
    """Return what was decided beforehand about rollbacks; `mode` overrides the file's."""
    gate = config.gate
    return Policy(
        mode or gate.rollback,
        gate.on_inconclusive,
        gate.order or _FIRST_TO_GO_BACK,
        config.rollback.on_destructive_migration,
        is_in_order=gate.order is not None,
        cancels=gate.cancel,
        judges_live=gate.judge_live,
        redeploys=config.rollback.redeploy,
        holds=config.rollback.hold,
        prefer=config.rollback.prefer,
        verified_within_s=config.rollback.verified_within,
        tolerated=frozenset(config.rollback.tolerate),
    )


def expectations_of(config: Config) -> Expectations:
    """Return what the checks compare the evidence with."""
    guards = config.guards
    return Expectations(
        required_components=required_of(config.health),
        components=by_exactness(config.health.components),
        answers=wanted_answers(config.health),
        app_env=guards.app_env if guards else "",
        project_ref=guards.supabase_project_ref if guards else "",
        sql_probes={
            probe.name: SqlExpectation(
                probe.service,
                probe.fresh_within,
                probe.equals,
                Outcome(probe.missing) if probe.missing else None,
            )
            for probe in config.probes
        },
        ledger_policies={name: s.reactions() for name, s in config.ledgers.items()},
        extras={section.name: extra_of(section) for section in config.health.extra},
        of_services={
            name: ServiceHealth(required_of(own), wanted_answers(own))
            for name, section in config.services.items()
            if section.health is not None
            for own in [config.health_of(name)]
        },
        waivers=tuple(Waiver(w.check, w.reason, w.until) for w in config.waivers),
    )
