"""The reason of a verdict in words: what is the same for several is said once, with their names."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from verifier.model.finding import Finding
from verifier.model.phrases import first_of, named

_MOST = 3
#: What begins like this says what was tried; behind it stands why it was not possible.
_TRIED = re.compile(r"could not ")
_JOINT = ": "


def named_findings(findings: Sequence[Finding]) -> str:
    """Name the findings that a reason rests on, worst first, each once."""
    by_severity = sorted(findings, key=lambda f: -f.outcome.rank)
    services: dict[tuple[str, str], list[str]] = {}
    for f in by_severity:
        services.setdefault((f.check, f.summary), []).append(f.service)
    shared = Counter(end for _, summary in services for end in _causes(summary))
    said = [
        (_subject(check, names), _shared_cause(summary, shared))
        for (check, summary), names in services.items()
    ]
    return first_of(said_once(said), _MOST)


def said_once(said: Iterable[tuple[str, str]]) -> list[str]:
    """Return what is said of each subject; what is said of several stands once behind them."""
    subjects: dict[str, list[str]] = {}
    for subject, text in said:
        subjects.setdefault(text, []).append(subject)
    return [f"{named(list(dict.fromkeys(names)))}: {text}" for text, names in subjects.items()]


def _subject(check: str, services: Sequence[str]) -> str:
    own = [name for name in dict.fromkeys(services) if name]
    return f"{check} of {named(own)}" if own else check


def _shared_cause(summary: str, shared: Counter[str]) -> str:
    """Return why something was not possible, where that is so for several; else the summary."""
    return max(_causes(summary), key=lambda end: shared[end])


def _causes(summary: str) -> Iterator[str]:
    """Yield what may be the cause of a summary, the whole first: `could not A: could not B: C`."""
    yield summary
    rest = summary
    while _TRIED.match(rest) and _JOINT in rest:
        rest = rest.partition(_JOINT)[2]
        if _TRIED.match(rest):
            yield rest


def failed_times(in_a_row: int, fail_after: int) -> str:
    """Say how often something failed that failed often enough, and by which limit."""
    if in_a_row == 1:
        return f"failed once, gate.fail-after: {fail_after}"
    return f"failed {in_a_row} times in a row, gate.fail-after: {fail_after}"
