"""What is live in an environment, for a person and for a program."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import TypeAdapter

from verifier.model.environment_status import (
    EnvironmentStatus,
    GateRecord,
    Pushes,
    ServiceStatus,
    ShownDeployment,
)
from verifier.model.past_verdict import Claim, PastStatus
from verifier.report.harmless_text import json_text, plain, prose
from verifier.report.spoken import say, word
from verifier.report.story import SHORT
from verifier.report.words import duration, label_width

_ADAPTER = TypeAdapter(EnvironmentStatus)
_STANDINGS = {
    PastStatus.VERIFIED: "verified by a gate",
    PastStatus.CONDEMNED: "FAILED by a gate",
    PastStatus.SEEN: "checked by a gate, without a verdict",
}
#: Where a gate judged another deployment of the code that is live.
_CODE_STANDINGS = {
    PastStatus.VERIFIED: "its code was verified by a gate as deployment",
    PastStatus.CONDEMNED: "its code FAILED by a gate as deployment",
    PastStatus.SEEN: "its code was checked by a gate, without a verdict, as deployment",
}
_PUSHES = {
    Pushes.DEPLOY: "deploy it",
    Pushes.OFF: "do not deploy it: auto-deploy is off",
    Pushes.HELD: "do not deploy it: held after a rollback, until verifier release",
    Pushes.UNKNOWN: "unknown",
}
_BESIDE = (
    "Railway's own command helps as well: railway logs --service NAME tells why; "
    "railway restart --service NAME starts the same deployment again."
)
_CLAIMS = {
    Claim.HELD: "a run has claimed its rollback and has not reported the result",
    Claim.SPENT: "a run has asked Railway for its rollback, and it is still live",
}


def render_json(status: EnvironmentStatus) -> str:
    """Return it as indented JSON, schema `verifier.status/v1`, ending in a newline."""
    return json_text(_ADAPTER.dump_json(status, indent=2).decode())


def json_schema() -> dict[str, object]:
    """Return the JSON Schema of what `render_json` writes."""
    return _ADAPTER.json_schema(mode="serialization")


def render(status: EnvironmentStatus) -> str:
    """Return a block of lines for each service, ending in a newline."""
    lines = [f"{plain(status.environment)} {say(f'at {_time(status.at)}')}"]
    for service in status.services:
        role = f" ({plain(service.role)})" if service.role else ""
        lines += ["", f"{plain(service.name)}{role}"]
        rows = list(_rows(service, status))
        width = label_width((title for title, _ in rows), 9)
        lines += [f"  {word(title):<{width}}{say(text)}" for title, text in rows]
    if status.not_read:
        lines += [
            "",
            *(f"{word('Could not be read')}: {plain(say(text))}" for text in status.not_read),
        ]
    if status.memory:
        lines += ["", f"{word('Records')}: {plain(say(status.memory))}"]
    lines += ["", say(_BESIDE)]
    return "\n".join(lines) + "\n"


def _rows(service: ServiceStatus, status: EnvironmentStatus) -> Iterator[tuple[str, str]]:
    if service.unread:
        yield "unknown", plain(service.unread)
        return
    for deployment in service.live:
        yield "live", f"{_label(deployment)}, {_since(deployment, status.at)}"
    if not service.live:
        yield "live", "NOTHING: no deployment is active"
    for deployment in service.coming:
        yield "coming", f"{_label(deployment)}, {plain(deployment.status)}"
    yield "judged", _judged(service, status.records_unread)
    if service.judged is not None and service.judged.reason:
        yield "", f"rolled back manually because: {plain(service.judged.reason)}"
    target = service.back_to.target
    if target is None:
        yield "back to", f"nothing: {prose(service.back_to.reason)}"
    else:
        proven = "verified by a gate" if service.back_to.is_verified else "not verified by a gate"
        yield "back to", f"{_label(target)}, {say(proven)}"
        if service.back_to.reason:
            yield "", f"only by verifier rollback, not by a gate: {prose(service.back_to.reason)}"
    yield "pushes", _PUSHES[service.pushes]
    if service.claim is not None:
        yield "claim", _CLAIMS[service.claim]


def _label(deployment: ShownDeployment) -> str:
    commit = f", commit {plain(deployment.commit[:SHORT])}" if deployment.commit else ""
    author = f" by {plain(deployment.author, 60)}" if deployment.author else ""
    upload = "" if deployment.commit else ", an upload"
    rollback = ", a rollback" if deployment.is_rollback else ""
    return f"{plain(deployment.id[:SHORT])}{commit}{author}{upload}{rollback}"


def _since(deployment: ShownDeployment, now: datetime) -> str:
    word = "" if deployment.status == "SUCCESS" else f"{plain(deployment.status)} "
    since = deployment.since or deployment.created_at
    took = duration((now - since).total_seconds())
    return f"{word}{say(f'since {_time(since)}')} ({took})"


def _judged(service: ServiceStatus, records_unread: str) -> str:
    judged = service.judged
    if judged is None and records_unread:
        return f"unknown: the records of earlier gates were not read ({plain(records_unread)})"
    if judged is None:
        return "by no gate"
    at = f" {say(f'at {_time(judged.at)}')}" if judged.at else ""
    run = f", {plain(judged.run_url)}" if judged.run_url else ""
    return f"{_standing(service, judged)}{at}{run}"


def _standing(service: ServiceStatus, judged: GateRecord) -> str:
    """What a gate found; of which deployment, where that is not the one that is live."""
    if service.is_judged_itself:
        return say(_STANDINGS[judged.standing])
    return f"{say(_CODE_STANDINGS[judged.standing])} {plain(judged.deployment[:SHORT])}"


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
