"""Pure questions about evidence, a file a family. `CHECKS` is the list of all of them."""

from collections.abc import Callable, Iterator

from verifier.checks.asked_questions import with_questions
from verifier.checks.components import check_components
from verifier.checks.database_outage import excuse_outage
from verifier.checks.deployment_status import check_instances, check_status
from verifier.checks.endpoints import check_deep, check_live, check_ready, check_schema
from verifier.checks.extra_endpoints import check_extras
from verifier.checks.further_addresses import check_addresses
from verifier.checks.guards import check_guards
from verifier.checks.instances import check_unattributed
from verifier.checks.latency import check_latency
from verifier.checks.migrations import check_expected_version, check_ledger
from verifier.checks.not_judged import check_unread
from verifier.checks.published_secrets import check_published
from verifier.checks.relations import check_objects, check_relations, check_sql_probes
from verifier.checks.shared_database import check_shared_database
from verifier.checks.topology import (
    check_overlap,
    check_replicas,
    check_run_mode,
)
from verifier.checks.waivers import waived
from verifier.model.evidence import Evidence
from verifier.model.expectations import Expectations
from verifier.model.finding import Finding

Check = Callable[[Evidence, Expectations], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    check_status,
    check_instances,
    check_live,
    check_ready,
    check_deep,
    check_schema,
    check_components,
    check_unread,
    check_extras,
    check_published,
    check_latency,
    check_guards,
    check_ledger,
    check_expected_version,
    check_relations,
    check_objects,
    check_sql_probes,
    check_run_mode,
    check_replicas,
    check_overlap,
    check_addresses,
    check_unattributed,
    check_shared_database,
)


def run_checks(evidence: Evidence, expected: Expectations) -> tuple[Finding, ...]:
    """Ask every question of `evidence`."""
    found = [finding for check in CHECKS for finding in check(evidence, expected)]
    blamed = with_questions(evidence, expected, excuse_outage(evidence, found))
    return tuple(waived(blamed, expected.waivers, evidence.at.date()))
