"""Did the judged deployment give this answer?"""

import re
from dataclasses import dataclass

from verifier.model.deployment import Deployment
from verifier.model.evidence import Answer, ServiceEvidence
from verifier.model.phrases import first_of

_SHORTEST_SHA = 7

#: Railway's ids are UUIDs. What else stands in their place, such as a build's time or number,
#: names no deployment.
_DEPLOYMENT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NAME_ITSELF = "have the health document name RAILWAY_DEPLOYMENT_ID where identity looks for it"
_OWN_DOMAIN = "set url to a domain that Railway lists for this service"
_HEX_ID = re.compile(r"[0-9a-f]{32}")
_COMMIT = re.compile(rf"[0-9a-f]{{{_SHORTEST_SHA},64}}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proven:
    """The answer is the judged deployment's."""

    by: str


@dataclass(frozen=True, slots=True)
class Unproven:
    """The answer is somebody else's, or nobody can tell."""

    reason: str
    hint: str = ""
    """What makes the next answer's sender known; empty where it is a matter of time."""


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
    if _is_id(answer.deployment_id, judged.id):
        return Proven("deployment id in the answer")
    if who := names_another(answer, service):
        return Unproven(who)
    is_own = service.after.lists(service.service.url)
    names_commit = _COMMIT.fullmatch(answer.commit_sha) and _same_commit(
        answer.commit_sha, judged.commit_sha
    )
    if names_commit and is_own and _is_only_one_of_its_commit(service):
        return Proven("commit in the answer")
    if answer.request_id and answer.request_id in service.logged_requests:
        return Proven("Railway's request log")
    if answer.request_id and can_only_be_judged(service):
        return Proven("no other deployment could answer")
    elsewhere = "" if is_own else "; its url is not one of the service's domains"
    places = first_of(answer.unnamed_at, 4, ", ")
    unnamed = f"; identity says {places}, where it has nothing" if places else ""
    untraced = f"this response could not be traced to deployment {judged.id}"
    return Unproven(f"{untraced}{elsewhere}{unnamed}", _way_out(service, is_own=is_own))


def _way_out(service: ServiceEvidence, *, is_own: bool) -> str:
    if not is_own:
        return _OWN_DOMAIN
    return "" if _is_named_elsewhere(service) else _NAME_ITSELF


def _is_named_elsewhere(service: ServiceEvidence) -> bool:
    """Whether another answer of this look names the deployment: nothing is left to build."""
    answers = [each.answer for each in service.probes if isinstance(each.answer, Answer)]
    return any(_is_id(answer.deployment_id, service.judged.id) for answer in answers)


def names_another(answer: Answer, service: ServiceEvidence) -> str:
    """Say who answered where the answer itself names another deployment or commit; else nothing."""
    judged = service.judged
    if _is_id(answer.deployment_id, judged.id):
        return ""
    if names_a_deployment(answer.deployment_id, service):
        return f"deployment {answer.deployment_id} answered, not {judged.id}"
    is_commit = judged.commit_sha and _claims_a_commit(answer.commit_sha, judged.commit_sha)
    is_own = _same_commit(answer.commit_sha, judged.commit_sha)
    if is_commit and not is_own and not _is_built_into(answer.commit_sha, service):
        return f"commit {answer.commit_sha[:8]} answered, not {judged.commit_sha[:8]}"
    return ""


def can_only_be_judged(service: ServiceEvidence) -> bool:
    """
    Whether Railway states that only the judged deployment can answer at the service's address.

    The address must be one of the service's own domains: through a wrong one another service
    answers, over the same edge.
    """
    active = set(service.before.active) | set(service.after.active)
    is_alone = active == {service.judged.id} and not _others(service) and not _may_hide(service)
    return is_alone and service.after.lists(service.service.url)


def _is_only_one_of_its_commit(service: ServiceEvidence) -> bool:
    """Whether no other deployment of the same commit may have answered."""
    commit = service.judged.commit_sha
    is_twin = any(other.commit_sha == commit for other in _others(service))
    return not is_twin and not _may_hide(service)


def names_a_deployment(value: str, service: ServiceEvidence) -> bool:
    """Whether a value claims to be a deployment: it is one of the service, or looks like an id."""
    known = (*service.before.deployments, *service.after.deployments)
    return bool(_DEPLOYMENT_ID.fullmatch(value)) or any(_is_id(value, d.id) for d in known)


def _is_id(value: str, id_: str) -> bool:
    """Whether a value is that id: a UUID may be in capitals, in braces or without its hyphens."""
    return value == id_ or (_plain(value) == _plain(id_) and bool(_HEX_ID.fullmatch(_plain(id_))))


def _plain(value: str) -> str:
    return value.strip("{}").replace("-", "").casefold()


def _may_hide(service: ServiceEvidence) -> bool:
    """Whether deployments that may have answered could be missing from Railway's statements."""
    return service.before.may_hide or service.after.may_hide


def _others(service: ServiceEvidence) -> list[Deployment]:
    """
    Further deployments of the service that may have answered.

    One that was removed while it answered is only in the earlier statement; and whatever Railway
    calls one that has an instance running, that instance may answer.
    """
    return [
        deployment
        for deployment in (*service.before.deployments, *service.after.deployments)
        if deployment.id != service.judged.id and deployment.may_answer
    ]


def _claims_a_commit(named: str, judged: str) -> bool:
    """
    Whether a value claims to be a commit.

    Digits alone are a date, a time or a build's number; what is longer than the judged commit's
    hash is a digest of something else.
    """
    is_number = named.isdecimal() and len(named) < len(judged)
    return bool(_COMMIT.fullmatch(named)) and not is_number and len(named) <= len(judged)


def _is_built_into(commit: str, service: ServiceEvidence) -> bool:
    """Whether the judged deployment runs an earlier commit's image, as where a build is skipped."""
    image = service.judged.image_digest
    known = (*service.before.deployments, *service.after.deployments)
    return bool(image) and any(
        d.image_digest == image and _same_commit(commit, d.commit_sha) for d in known
    )


def _same_commit(named: str, judged: str) -> bool:
    """Compare by the shorter of both, as many applications name an abbreviated hash."""
    length = min(len(named), len(judged))
    return length >= _SHORTEST_SHA and named[:length].casefold() == judged[:length].casefold()
