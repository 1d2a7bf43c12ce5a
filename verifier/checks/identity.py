"""Did the judged deployment give this answer?"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from verifier.model.deployment import MAY_ANSWER, Deployment
from verifier.model.evidence import Answer, ServiceEvidence

_SHORTEST_SHA = 7

#: Railway's ids are UUIDs. What else stands in their place, such as a build's time or number,
#: names no deployment.
_DEPLOYMENT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_COMMIT = re.compile(rf"[0-9a-f]{{{_SHORTEST_SHA},64}}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proven:
    """The answer is the judged deployment's."""

    by: str


@dataclass(frozen=True, slots=True)
class Unproven:
    """The answer is somebody else's, or nobody can tell."""

    reason: str


def prove(answer: Answer, service: ServiceEvidence) -> Proven | Unproven:
    """
    Tie an application's answer to the judged deployment, or say why that cannot be done.

    In this order: nothing counts while Railway changes what is active; the deployment id that
    the answer names; the commit that it names, at an address of the service's own; Railway's
    request log; and, for an answer that came through Railway's edge, the fact that no other
    deployment could answer to give one. A value that is no id or no commit is no claim.
    """
    judged = service.judged
    if set(service.before.active) != set(service.after.active):
        return Unproven("the active deployment changed during the request")
    if answer.deployment_id == judged.id:
        return Proven("deployment id in the answer")
    if names_a_deployment(answer.deployment_id, service):
        return Unproven(f"deployment {answer.deployment_id} answered, not {judged.id}")
    is_own = _is_own_address(service)
    if judged.commit_sha and _COMMIT.fullmatch(answer.commit_sha):
        if not _same_commit(answer.commit_sha, judged.commit_sha):
            return Unproven(f"commit {answer.commit_sha[:8]} answered, not {judged.commit_sha[:8]}")
        if is_own and _is_only_one_of_its_commit(service):
            return Proven("commit in the answer")
    if answer.request_id and answer.request_id in service.logged_requests:
        return Proven("Railway's request log")
    if answer.request_id and can_only_be_judged(service):
        return Proven("no other deployment could answer")
    elsewhere = "" if is_own else "; its url is not one of the service's domains"
    return Unproven(f"this response could not be traced to deployment {judged.id}{elsewhere}")


def can_only_be_judged(service: ServiceEvidence) -> bool:
    """
    Whether Railway states that only the judged deployment can answer at the service's address.

    The address must be one of the service's own domains: through a wrong one another service
    answers, over the same edge.
    """
    active = set(service.before.active) | set(service.after.active)
    is_alone = active == {service.judged.id} and not _others(service) and not _may_hide(service)
    return is_alone and _is_own_address(service)


def _is_own_address(service: ServiceEvidence) -> bool:
    """Whether Railway lists the address; it writes a port only where it is not the usual one."""
    address = urlsplit(service.service.url).netloc.casefold().removesuffix(":443")
    return address in {domain.casefold() for domain in service.after.domains}


def _is_only_one_of_its_commit(service: ServiceEvidence) -> bool:
    """Whether no other deployment of the same commit may have answered."""
    commit = service.judged.commit_sha
    is_twin = any(other.commit_sha == commit for other in _others(service))
    return not is_twin and not _may_hide(service)


def names_a_deployment(value: str, service: ServiceEvidence) -> bool:
    """Whether a value claims to be a deployment: it is one of the service, or looks like an id."""
    known = (*service.before.deployments, *service.after.deployments)
    return bool(_DEPLOYMENT_ID.fullmatch(value)) or any(value == d.id for d in known)


def _may_hide(service: ServiceEvidence) -> bool:
    """Whether deployments that may have answered could be missing from Railway's statements."""
    return service.before.may_hide or service.after.may_hide


def _others(service: ServiceEvidence) -> list[Deployment]:
    """
    Further deployments of the service that may have answered.

    One that was removed while it answered is only in the earlier statement.
    """
    return [
        deployment
        for deployment in (*service.before.deployments, *service.after.deployments)
        if deployment.id != service.judged.id and deployment.status in MAY_ANSWER
    ]


def _same_commit(named: str, judged: str) -> bool:
    """Compare by the shorter of both, as many applications name an abbreviated hash."""
    length = min(len(named), len(judged))
    return length >= _SHORTEST_SHA and named[:length].casefold() == judged[:length].casefold()
