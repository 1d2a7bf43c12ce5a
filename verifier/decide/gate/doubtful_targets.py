"""What speaks against going back to a deployment that nothing speaks for."""

from collections.abc import Mapping

from verifier.decide.gate.arrival import Wanted, is_wanted
from verifier.model.deployment import Deployment, DeploymentStatus, Fleet
from verifier.model.finding import Outcome
from verifier.model.target_doubt import Doubt
from verifier.model.verdict import Sample

_CRITICAL = Doubt("it was CRITICAL when this run looked at it", is_certain=True)
_CRASHED = Doubt("it had crashed when this run began")
_SAME_DEPLOY = Doubt("it is an earlier upload of the same deploy")


def crashed_before(fleet: Fleet) -> Mapping[str, Doubt]:
    """Return what Railway shows as crashed, by deployment id."""
    return {
        d.id: _CRASHED
        for state in fleet.values()
        for d in state.deployments
        if d.status is DeploymentStatus.CRASHED or (d.instances and set(d.instances) == {"CRASHED"})
    }


def critical_before(sample: Sample, served: Mapping[str, Deployment]) -> Mapping[str, Doubt]:
    """Return what a look found CRITICAL of what is in `served`; what all share is nobody's."""
    return {
        served[finding.service].id: _CRITICAL
        for finding in sample.findings
        if finding.outcome is Outcome.CRITICAL and finding.service in served
    }


def earlier_uploads(fleet: Fleet, wanted: Wanted) -> Mapping[str, Doubt]:
    """Return the uploads that this run was asked to judge: none of them was good yet."""
    return {
        d.id: _SAME_DEPLOY
        for state in fleet.values()
        for d in state.deployments
        if not d.commit_sha and is_wanted(d, wanted)
    }
