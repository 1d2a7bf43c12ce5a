"""What the checks compare the evidence with, as the configuration says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from verifier.model.check_ids import (
    COMPONENT,
    DUPLICATES,
    FAILED_MIGRATION,
    HEADS,
    MODIFIED,
    ORDER,
    PENDING,
    UNKNOWN,
)
from verifier.model.evidence import Endpoint
from verifier.model.extra_endpoint import Extra
from verifier.model.finding import Outcome
from verifier.model.printable_text import NamingText
from verifier.model.verdict import LedgerPolicy, Reaction, Waiver
from verifier.model.wanted_answer import WantedAnswer


class Worth(StrEnum):
    """What a bad component is worth where the configuration names it."""

    WARN = "warn"
    FAIL = "fail"
    IGNORE = "ignore"


def worth_of(name: str, components: Mapping[str, Worth]) -> Worth | None:
    """Return what the first pattern says that fits a name in lower case; None where none does."""
    found = name.casefold()
    return next(
        (worth for pattern, worth in components.items() if fnmatchcase(found, pattern)), None
    )


@dataclass(frozen=True, slots=True)
class Expectations:
    """What the checks compare the evidence with."""

    required_components: tuple[str, ...]
    app_env: str
    """Expected APP_ENV; empty where no guard was configured."""
    project_ref: str
    sql_probes: Mapping[str, "SqlExpectation"]
    ledger_policies: Mapping[str, LedgerPolicy] = field(default_factory=dict)
    """By the name of the ledger; one that is not there has the default."""
    unguarded: frozenset[str] = frozenset()
    """Services whose container need not have the variables of the guards."""
    waivers: tuple[Waiver, ...] = ()
    answers: Mapping[Endpoint, WantedAnswer] = field(default_factory=dict)
    """What endpoints must answer, where the configuration says it."""
    components: Mapping[str, Worth] = field(default_factory=dict)
    """What bad components are worth, by patterns of their names; the first that fits counts."""
    extras: Mapping[str, Extra] = field(default_factory=dict)
    """Endpoints beside health that are asked as well, by name."""
    of_services: Mapping[str, "ServiceHealth"] = field(default_factory=dict)
    """What differs for single services, by name."""

    identity: tuple[str, ...] = ()
    """Where the configuration itself says that responses name their commit or deployment."""
    answer_within_s: float | None = None
    """What an answer of a health endpoint may take before it is slow; None for no bound."""

    def required_of(self, service: str) -> tuple[str, ...]:
        """Return the components that a service's deep document must have."""
        own = self.of_services.get(service)
        return own.required_components if own else self.required_components

    def answer_of(self, service: str, endpoint: Endpoint) -> WantedAnswer:
        """Return what an endpoint of a service must answer."""
        own = self.of_services.get(service)
        return (own.answers if own else self.answers).get(endpoint, WantedAnswer())

    def answer_within_of(self, service: str) -> float | None:
        """Return what an answer of a service may take before it is slow, in seconds."""
        own = self.of_services.get(service)
        return own.answer_within_s if own else self.answer_within_s


@dataclass(frozen=True, slots=True)
class ServiceHealth:
    """What one service's own health section says."""

    required_components: tuple[str, ...]
    answers: Mapping[Endpoint, WantedAnswer]
    answer_within_s: float | None = None


@dataclass(frozen=True, slots=True)
class SqlExpectation:
    """What the value of an SQL probe must be."""

    service: str
    fresh_within_s: float | None = None
    equals: str | None = None
    missing: Outcome | None = None
    """What no value since the deploy is worth in the end; None: a failure where one was before."""
    sql: str = ""


def reactions_by_check(policy: LedgerPolicy) -> Mapping[str, Reaction]:
    """Return what each check of a ledger is worth by its policy."""
    return {
        PENDING: policy.pending,
        FAILED_MIGRATION: policy.failed,
        MODIFIED: policy.modified,
        UNKNOWN: policy.unknown,
        ORDER: policy.out_of_order,
        HEADS: policy.heads,
        DUPLICATES: policy.heads,
    }


_LEAST_FIRST = (Worth.IGNORE, Worth.WARN, Worth.FAIL)


@dataclass(frozen=True, slots=True)
class CheckWorth:
    """What a configuration makes of a check where it fails."""

    check: NamingText
    """Its id; `*` stands for any letters."""
    worth: Worth
    """Of several ledgers the least that it is worth in any."""


def worth_of_checks(expected: Expectations) -> tuple[CheckWorth, ...]:
    """Return what differences of ledgers, and bad components that are named, are worth."""
    worths: dict[str, list[Worth]] = {}
    for policy in expected.ledger_policies.values():
        for check, reaction in reactions_by_check(policy).items():
            worths.setdefault(check, []).append(Worth(reaction))
    of_ledgers = (
        CheckWorth(check, min(found, key=_LEAST_FIRST.index)) for check, found in worths.items()
    )
    of_components = (
        CheckWorth(f"{COMPONENT}.{name}", worth) for name, worth in expected.components.items()
    )
    return (*of_ledgers, *of_components)
