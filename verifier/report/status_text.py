"""What is live in an environment, for a person and for a program."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
_TITLES = ("unknown", "live", "coming", "judged", "back to", "pushes", "claim")
_UNKNOWN, _LIVE, _COMING, _JUDGED, _BACK_TO, _PUSHED, _CLAIMED = _TITLES
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
    Pushes.DEPLOY: "deploy this service",
    Pushes.OFF: "do not deploy this service: auto-deploy is off",
    Pushes.HELD: "do not deploy this service: held after a rollback, until verifier release",
    Pushes.UNKNOWN: "unknown",
}
_BESIDE = (
    "Railway's own command helps as well: railway logs --service NAME tells why; "
    "railway restart --service NAME starts the same deployment again."
)
PAUSED = "PAUSED: the system is paused by its kill switch, until verifier resume"
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
    """Return a block of lines a service, what is the same for all once; ends in a newline."""
    lines = [f"{plain(status.environment)} {say(f'at {_time(status.at)}')}"]
    if status.is_paused:
        lines += ["", say(PAUSED)]
    rows = [list(_rows(service, status)) for service in status.services]
    same = _same(rows)
    if same:
        lines += ["", say(f"all {len(rows)} services"), *_block(same)]
    for service, own in zip(status.services, rows, strict=True):
        role = f" ({plain(service.role)})" if service.role else ""
        left = [row.shortened if row.shared in same else row for row in own]
        lines += ["", f"{plain(service.name)}{role}", *_block([r for r in left if r.text])]
    if status.not_read:
        lines += [
            "",
            *(f"{word('Could not be read')}: {plain(say(text))}" for text in status.not_read),
        ]
    if status.memory:
        lines += ["", f"{word('Records')}: {plain(say(status.memory))}"]
    lines += ["", say(_BESIDE)]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a service, and those that belong below it."""

    title: str
    said: str
    id: str = ""
    """The deployment that it is of: what services have in common stands behind it."""
    below: str = ""

    @property
    def text(self) -> str:
        return ", ".join(filter(None, (self.id, self.said)))

    @property
    def shared(self) -> "_Row":
        return replace(self, id="")

    @property
    def shortened(self) -> "_Row":
        """What is left of it where the rest is told once."""
        return _Row(self.title, "", self.id)


def _same(rows: Sequence[Sequence[_Row]]) -> Sequence[_Row]:
    """Return what each of several services says, in the order of the first one."""
    first, *others = rows or [()]
    shared = [row.shared for row in first]
    all_others = [{row.shared for row in each} for each in others]
    return [row for row in shared if all_others and all(row in each for each in all_others)]


def _block(rows: Sequence[_Row]) -> Iterator[str]:
    width = label_width((row.title for row in rows), 9)
    for row in rows:
        yield f"  {word(row.title):<{width}}{say(row.text)}"
        if row.below:
            yield f"  {'':<{width}}{say(row.below)}"


def _rows(service: ServiceStatus, status: EnvironmentStatus) -> Iterator[_Row]:
    if service.unread:
        yield _Row(_UNKNOWN, plain(service.unread))
        return
    for deployment in service.live:
        since = _since(deployment, status.at)
        yield _Row(_LIVE, _joined(_label(deployment), since), _id(deployment))
    if not service.live:
        yield _Row(_LIVE, "NOTHING: no deployment is active")
    for deployment in service.coming:
        told = _joined(_label(deployment), plain(deployment.status))
        yield _Row(_COMING, told, _id(deployment))
    why = service.judged.reason if service.judged else ""
    below = f"rolled back manually because: {plain(why)}" if why else ""
    yield _Row(_JUDGED, _judged(service, status.records_unread), below=below)
    target, reason = service.back_to.target, prose(service.back_to.reason)
    if target is None:
        yield _Row(_BACK_TO, say(f"nothing: {reason}"))
    else:
        proven = _proven(service, status.records_unread)
        below = f"only by verifier rollback, not by a gate: {reason}" if reason else ""
        yield _Row(_BACK_TO, _joined(_label(target), say(proven)), _id(target), below)
    yield _Row(_PUSHED, _PUSHES[service.pushes])
    if service.claim is not None:
        yield _Row(_CLAIMED, _CLAIMS[service.claim])


def _id(deployment: ShownDeployment) -> str:
    return plain(deployment.id[:SHORT])


def _joined(*texts: str) -> str:
    return ", ".join(filter(None, texts))


def _label(deployment: ShownDeployment) -> str:
    """Say what it is, without its id."""
    commit = f"commit {plain(deployment.commit[:SHORT])}" if deployment.commit else ""
    author = f" by {plain(deployment.author, 60)}" if deployment.author else ""
    upload = "" if deployment.commit else "an upload"
    rollback = "a rollback" if deployment.is_rollback else ""
    return _joined(f"{commit}{author}" if commit else f"{upload}{author}", rollback)


def _since(deployment: ShownDeployment, now: datetime) -> str:
    word = "" if deployment.status == "SUCCESS" else f"{plain(deployment.status)} "
    since = deployment.since or deployment.created_at
    took = duration((now - since).total_seconds())
    return f"{word}{say(f'since {_time(since)}')} ({took})"


def _proven(service: ServiceStatus, records_unread: str) -> str:
    """Tell whether a gate verified what a rollback would lead to: unread is not unverified."""
    if service.back_to.is_verified:
        return "verified by a gate"
    return "not known whether a gate verified it" if records_unread else "not verified by a gate"


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
