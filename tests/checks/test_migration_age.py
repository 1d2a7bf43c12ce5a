"""Did this very deploy bring what is pending?"""

from datetime import timedelta

import pytest

from tests.builders import START, deployment, evidence, service_evidence
from verifier.checks.migration_age import brought_by_this_deploy
from verifier.model.finding import Finding, Outcome
from verifier.model.migration_ledger import LedgerReport

SINCE = START - timedelta(days=3)
FAILED = Finding("migrations.modified", Outcome.FAIL, "edited")


def brought(applied, pending, *, found=()):
    look = evidence(service_evidence(judged=deployment()), served_since=SINCE)
    table = "supabase_migrations.schema_migrations"
    return brought_by_this_deploy(
        look, LedgerReport("supabase", table, applied, pending, ()), found
    )


@pytest.mark.parametrize(
    ("applied", "pending", "found", "is_shown"),
    [
        pytest.param(("1",), ("20251231000000",), (), True, id="written-since"),
        pytest.param((), ("20251231000000",), (), False, id="nothing-is-applied"),
        pytest.param(("1",), (), (), False, id="nothing-is-pending"),
        pytest.param(
            ("1",), ("20251229000000",), (), False, id="written-before-or-in-another-zone"
        ),
        pytest.param(("1",), ("20260201000000",), (), False, id="written-later-than-the-deploy"),
        pytest.param(("1",), ("7",), (), False, id="no-time"),
        pytest.param(("1",), ("20251231000000",), (FAILED,), False, id="more-is-wrong"),
    ],
)
def test_what_is_pending_came_with_this_deploy_only_where_the_versions_show_it(
    applied, pending, found, is_shown
):
    finding = brought(applied, pending, found=found)

    assert (finding is not None and finding.outcome is Outcome.PASS) is is_shown
