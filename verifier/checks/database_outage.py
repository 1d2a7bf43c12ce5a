"""A database that is away is no missing migration, and no deployment's doing by itself."""

import re
from collections.abc import Sequence
from dataclasses import replace

from verifier.model.check_ids import (
    COMPONENT,
    DEEP,
    NO_ANSWER,
    READY,
    SCHEMA,
    component_check,
    is_of,
)
from verifier.model.database_away import is_database_away
from verifier.model.evidence import Evidence
from verifier.model.finding import Finding, Outcome, Unobserved

_BLAMELESS = (
    "neither the app nor the verifier, which has read it before, reaches the database: an outage "
    "of it is no deployment's doing, and no rollback ends it"
)
#: What an application has of its own, whatever its database does.
_OF_ITS_OWN = frozenset({component_check("redis")})
#: PostgreSQL (53300), PgBouncer and Supavisor: it is there, and every connection is in use.
#: Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
_FULL = re.compile(
    r"\b53300\b|too many (?:clients|connections)|remaining connection slots|"
    r"no more connections allowed|max_client_conn|max ?client(?:s|connections| connections)",
    re.IGNORECASE,
)


def excuse_outage(evidence: Evidence, findings: Sequence[Finding]) -> list[Finding]:
    """
    Return the findings, those blameless that say no more than that the database is away.

    A runner that never reached it in this run cannot tell an outage from its own network. A
    database whose connections are all in use is there, and a deployment may be what uses them.
    """
    if not isinstance(evidence.database, Unobserved) or not evidence.database_was_read:
        return list(findings)
    told = (evidence.database.reason, *(f.detail for f in findings if f.outcome is Outcome.FAIL))
    if any(_FULL.search(text) for text in told):
        return list(findings)
    failing = {
        service.service.name: [
            f for f in findings if f.service == service.service.name and f.outcome is Outcome.FAIL
        ]
        for service in evidence.services
    }
    away = {
        name
        for name, found in failing.items()
        if is_database_away(found) or any(f.objects == (NO_ANSWER,) for f in found)
    }
    return [
        replace(finding, blameless=_BLAMELESS)
        if finding.service in away and finding.outcome is Outcome.FAIL and _is_explained(finding)
        else finding
        for finding in findings
    ]


def _is_explained(finding: Finding) -> bool:
    is_health = finding.check in (DEEP, READY, SCHEMA) or is_of(finding.check, COMPONENT)
    return is_health and finding.check not in _OF_ITS_OWN
