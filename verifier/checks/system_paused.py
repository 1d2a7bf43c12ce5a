"""Is the system paused by its kill switch?"""

from collections.abc import Iterator

from verifier.model.environment_status import Paused
from verifier.model.finding import Finding, NotAsked, Outcome, Unobserved

PAUSED = "pause.status"


def check_paused(paused: Paused) -> Iterator[Finding]:
    """Tell it, where that can be known: who pauses a system may forget it."""
    match paused:
        case NotAsked():
            return
        case Unobserved():
            text = f"not known whether the system is paused: {paused.reason}"
            yield Finding(PAUSED, Outcome.SKIP, text, hint=paused.hint)
        case True:
            text = "the system is paused by its kill switch"
            hint = "once it may go on: verifier resume --reason WHY"
            yield Finding(PAUSED, Outcome.WARN, text, hint=hint)
        case _:
            yield Finding(PAUSED, Outcome.PASS, "the system is not paused")
