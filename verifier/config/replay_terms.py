"""The file in the terms of a replay: what it asks, and what each answer is worth."""

from functools import partial

from verifier.config.health import by_exactness
from verifier.config.named_checks import is_asked
from verifier.config.sections import Config
from verifier.model.check_ids import (
    DUPLICATES,
    FAILED_MIGRATION,
    HEADS,
    MODIFIED,
    ORDER,
    PENDING,
    UNKNOWN,
    component_check,
)
from verifier.model.expectations import worth_of
from verifier.model.replay import ReplayTerms
from verifier.model.verdict import Reaction, Waiver

#: The setting of `ledger.policy` that says what a check of the ledger is worth.
_REACTIONS = {
    PENDING: "pending",
    FAILED_MIGRATION: "failed",
    MODIFIED: "modified",
    UNKNOWN: "unknown",
    ORDER: "out_of_order",
    HEADS: "heads",
    DUPLICATES: "heads",
}


def replay_terms_of(config: Config) -> ReplayTerms:
    """Return what decides about the findings of a recorded report."""
    worth = {
        component_check(name).partition(".")[2]: value
        for name, value in config.health.components.items()
        if "*" not in name
    }
    patterns = {n: v for n, v in by_exactness(config.health.components).items() if "*" in n}
    return ReplayTerms(
        partial(is_asked, config),
        tuple(Waiver(w.check, w.reason, w.until) for w in config.waivers),
        partial(worth_of, components={**worth, **patterns}),
        partial(_reaction, config),
        config.gate.rollback,
        config.gate.on_inconclusive,
    )


def _reaction(config: Config, check: str) -> Reaction | None:
    """Only where one ledger is configured: a report does not say of which a finding is."""
    setting = _REACTIONS.get(check)
    if setting is None or len(config.ledgers) != 1:
        return None
    (ledger,) = config.ledgers.values()
    value: Reaction = getattr(ledger.policy, setting)
    return value
