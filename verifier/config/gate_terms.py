"""The file's sections in the gate's own terms: limits, policy, expectations."""

from verifier.config.health import by_exactness, extra_of, required_of, wanted_answers
from verifier.config.sections import Config, IdentitySection
from verifier.model.expectations import Expectations, ServiceHealth, SqlExpectation
from verifier.model.finding import Outcome
from verifier.model.known_cause import CauseRule
from verifier.model.verdict import Limits, Policy, RollbackMode, Waiver

#: What does things twice goes back first.
_FIRST_TO_GO_BACK = ("scheduler", "worker", "api")


def causes_of(config: Config) -> tuple[CauseRule, ...]:
    """Return the failures that the team knows itself."""
    return tuple(
        CauseRule(
            c.id,
            c.text,
            c.step,
            tuple(filter(None, [c.check])),
            tuple(filter(None, [c.log])),
            tuple(filter(None, [c.status])),
        )
        for c in config.causes
    )


def limits_of(config: Config) -> Limits:
    """
    Return the limits of the gate, in seconds.

    Without a `gate.flap` of its own a file that asks for more failures in a row asks for as many in
    between good answers: the default would else fail what was good once before `fail-after` does.
    """
    gate = config.gate
    most = 0 if "bad" in gate.flap.model_fields_set else gate.fail_after
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
        flap_bad=max(gate.flap.bad, most),
        flap_of=max(gate.flap.of, most),
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
        drill_every_s=config.rollback.drill_every,
    )


def _written_places(identity: IdentitySection) -> tuple[str, ...]:
    """Return the places that the file names; the usual ones need not be there."""
    return tuple(
        place
        for kind, places in (("sha", identity.sha), ("deployment", identity.deployment))
        if kind in identity.model_fields_set
        for place in places
    )


def expectations_of(config: Config) -> Expectations:
    """Return what the checks compare the evidence with."""
    guards = config.guards
    return Expectations(
        required_components=required_of(config.health),
        components=by_exactness(config.health.components),
        answers=wanted_answers(config.health),
        answer_within_s=config.health.answer_within,
        identity=_written_places(config.identity),
        app_env=guards.app_env if guards else "",
        project_ref=guards.supabase_project_ref if guards else "",
        unguarded=frozenset(n for n, section in config.services.items() if not section.guarded),
        sql_probes={
            probe.name: SqlExpectation(
                probe.service,
                probe.fresh_within,
                probe.equals,
                Outcome(probe.missing) if probe.missing else None,
                probe.sql,
            )
            for probe in config.probes
        },
        ledger_policies={name: s.reactions() for name, s in config.ledgers.items()},
        extras={section.name: extra_of(section) for section in config.health.extra},
        of_services={
            name: ServiceHealth(required_of(own), wanted_answers(own), own.answer_within)
            for name, section in config.services.items()
            if section.health is not None
            for own in [config.health_of(name)]
        },
        waivers=tuple(Waiver(w.check, w.reason, w.until) for w in config.waivers),
    )
