"""What a verdict says of the services that it rests on: what is the same for several, once."""

from collections.abc import Iterator, Sequence

from verifier.decide.gate.arrival import Stage
from verifier.decide.gate.reasons import named_findings, said_once
from verifier.decide.gate.track import Track
from verifier.model.finding import Finding, Outcome
from verifier.model.verdict import Verdict, VerdictWord

#: Of several services, each of which has a deployment of its own that did it.
_OF_SEVERAL = {
    Stage.SUPERSEDED: "newer deployments have taken over",
    Stage.ROLLED_BACK: "other deployments already rolled them back",
}


def reasons_of(tracks: Sequence[Track]) -> list[str]:
    """Return why they are the ground of a verdict, each thing once."""
    decided = [(t, t.decision) for t in tracks if t.live and isinstance(t.decision, Verdict)]
    decisions = [decision for _, decision in decided]
    beside = [t for t, _ in decided if t.arrival.lost or t.arrival.later]
    rest = [t for t in tracks if not (t.live and isinstance(t.decision, Verdict))]
    stages = [track.arrival.stage for track in rest]
    texts = [
        (t.service, _of_several(t, stages.count(t.arrival.stage)))
        for t in tracks
        if t in beside or t in rest
    ]
    return list(dict.fromkeys([*said_once(texts), *_decided(decisions)]))


def _of_several(track: Track, count: int) -> str:
    text = track.arrival.text
    return _OF_SEVERAL.get(track.arrival.stage, text) if count > 1 else text


def _decided(decisions: Sequence[Verdict]) -> Iterator[str]:
    passed = [d for d in decisions if d.word is VerdictWord.PASSED]
    if passed:
        yield min(passed, key=lambda d: d.held_s).reason
    unclear = [d for d in decisions if d.word is VerdictWord.INCONCLUSIVE]
    grounds = [_unclear(d.findings) for d in unclear]
    if len(unclear) > 1 and all(
        named_findings(g) == d.reason for g, d in zip(grounds, unclear, strict=True)
    ):
        yield named_findings(
            list(dict.fromkeys(finding for ground in grounds for finding in ground))
        )
    else:
        yield from (d.reason for d in unclear)
    yield from (
        d.reason for d in decisions if d.word not in (VerdictWord.PASSED, VerdictWord.INCONCLUSIVE)
    )


def _unclear(findings: Sequence[Finding]) -> list[Finding]:
    return [f for f in findings if f.outcome.rank >= Outcome.INCONCLUSIVE.rank]
