"""Does a service answer as quickly as it must, and as it did before the deploy?"""

from collections.abc import Iterator

from verifier.model.check_ids import latency_check
from verifier.model.evidence import Evidence
from verifier.model.expectations import Expectations
from verifier.model.finding import Finding, Outcome, Provenance

#: One slow answer is a hiccup, and the first ones after a start are no measure.
_IN_A_ROW = 3
#: From a runner in another region no two answers take the same time.
_TIMES_SLOWER = 3
_SLOWER_BY_MS = 500


def check_latency(evidence: Evidence, expected: Expectations) -> Iterator[Finding]:
    """
    Tell of endpoints whose last three answers were all too slow. Nobody is rolled back for that.

    Too slow is what takes longer than `health.answer-within`, or, compared with the slowest answer
    of what served before, three times as long and half a second more.
    """
    for service in evidence.services:
        name = service.service.name
        limit_s = expected.answer_within_of(name)
        for endpoint, times_ms in service.times_ms.items():
            if len(times_ms) < _IN_A_ROW:
                continue
            quickest = min(times_ms[-_IN_A_ROW:])
            before = service.slowest_before_ms.get(endpoint)
            told = ", ".join(f"{time} ms" for time in times_ms[-_IN_A_ROW:])
            text = f"the last {_IN_A_ROW} answers took {told}"
            outcome = Outcome.PASS
            if limit_s is not None and quickest > limit_s * 1000:
                outcome, text = Outcome.WARN, f"{text}; health.answer-within is {limit_s:g} s"
            elif before is not None and quickest > max(
                _TIMES_SLOWER * before, before + _SLOWER_BY_MS
            ):
                outcome = Outcome.WARN
                text = f"{text}; before the deploy it took {before} ms at most"
            if outcome is Outcome.WARN or limit_s is not None:
                provenance = Provenance("response times", evidence.at)
                yield Finding(latency_check(endpoint), outcome, text, name, evidence=provenance)
