"""One finding of a gate as an entry of what is kept at GitHub, and back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from verifier.github.json_shapes import text
from verifier.github.seen_checks import entry_of, seen_in
from verifier.model.past_verdict import PastStatus, PastVerdict

_LONGEST_S = 1e9


def entry_of_record(record: PastVerdict) -> dict[str, object]:
    """Return what is kept of it."""
    seen = {} if record.seen is None else entry_of(record.seen)
    reason = {"reason": record.reason} if record.reason else {}
    took = record.restored_in_s
    restored = {} if took is None else {"restored_in_s": round(took, 1)}
    back_s = record.put_back_in_s
    back = {} if back_s is None else {"put_back_in_s": round(back_s, 1)}
    taken_back = {"takes_back": True} if record.takes_back else {}
    given_up = {"given_up": True} if record.given_up else {}
    return {
        **seen,
        **taken_back,
        **given_up,
        **reason,
        **restored,
        **back,
        "service": record.service,
        "deployment": record.deployment_id,
        "commit": record.commit_sha,
        "image": record.image_digest,
        "standing": record.status,
    }


def record_in(entry: Mapping[str, object]) -> PastVerdict | None:
    """The record of one entry; None where it is none of ours."""
    match entry:
        case {
            "service": str(service),
            "deployment": str(deployment_id),
            "commit": str(commit_sha),
            "image": str(image_digest),
            "standing": "verified" | "condemned" | "seen" as status,
        }:
            return PastVerdict(
                service,
                deployment_id,
                commit_sha,
                image_digest,
                PastStatus(status),
                seen=seen_in(entry),
                reason=text(entry.get("reason")),
                restored_in_s=_seconds(entry.get("restored_in_s")),
                put_back_in_s=_seconds(entry.get("put_back_in_s")),
                takes_back=entry.get("takes_back") is True,
                given_up=entry.get("given_up") is True,
            )
        case _:
            return None


def _seconds(value: object) -> float | None:
    match value:
        case bool():
            return None
        case int() | float() if 0 <= value < _LONGEST_S:
            return float(value)
        case _:
            return None


def dated(record: PastVerdict) -> PastVerdict:
    """Return it; what failed at a time that cannot be read may be too old to excuse anything."""
    if record.at is not None or record.seen is None:
        return record
    return replace(record, seen=replace(record.seen, failing=()))


def until_enough(runs: Iterable[Sequence[PastVerdict]], most: int) -> Iterator[PastVerdict]:
    """Yield what runs found, until so many of them gave a verdict: mere looks crowd none out."""
    verdicts = 0
    for records in runs:
        yield from records
        verdicts += any(record.status is not PastStatus.SEEN for record in records)
        if verdicts >= most:
            return
