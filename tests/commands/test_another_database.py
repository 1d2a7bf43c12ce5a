"""A good deploy stays where the address of the job leads to a copy of its database."""

import pytest

from tests.builders import LIMITS, POLICY, kept_good, ledger, reading
from tests.commands import test_recorded_states as recorded
from tests.commands.script import FakeClock, SharedMemory, Silence
from tests.first_user import EXTRAS, REF, VERSION
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.model.expectations import Expectations
from verifier.model.verdict import VerdictWord

RIGHT = {"environment": "production", "supabase_project_ref": REF}
HERE = {"": ledger(VERSION)}


def late_gate(database, before):
    """A gate that starts when the new deployment is live already, as after an upload."""
    clock = FakeClock()
    world = recorded.RecordedWorld(
        clock,
        deployments={"api": [recorded.NEW, recorded.GOOD_BEFORE_GONE]},
        active={"api": (recorded.NEW.id,)},
    )
    world.database, world.versions = database, {"": VERSION}
    wanted = recorded.Wanted(commit_sha=recorded.COMMIT)
    expected = Expectations((), "production", REF, {}, extras=EXTRAS)
    task = Task(wanted, LIMITS, POLICY, expected, "acme / production", "gate")
    journal = Journal(clock, Silence())
    gate = Gate(world, SharedMemory(before=before), task, clock, journal)
    gate.run()
    return gate.report(), world


@pytest.mark.parametrize("before", [(), kept_good("api")], ids=["new", "known"])
@pytest.mark.parametrize(
    "database",
    [
        pytest.param(
            reading(markers=RIGHT | {"environment": "staging"}, ledgers=HERE), id="a-restored-dump"
        ),
        pytest.param(
            reading(markers=RIGHT, ledgers={"": ledger("20251101000000")}), id="a-stale-copy"
        ),
        pytest.param(
            reading(markers=RIGHT | {"environment": "dev"}, ledgers=HERE), id="two-rows-the-last-is"
        ),
    ],
)
@pytest.mark.slow
def test_a_good_deploy_stays_whatever_the_jobs_own_database_says(database, before):
    report, world = late_gate(database, before)

    assert (report.verdict, world.mutations) == (VerdictWord.INCONCLUSIVE, [])
    assert "the health document of api reports" in report.reason
