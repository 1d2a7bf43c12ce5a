"""What gates have found that a run comes to know only after it began: what changes by that?"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from verifier.commands.records import Records
from verifier.commands.run_state import RunState
from verifier.decide.gate.arrival import Arrival, Stage
from verifier.decide.gate.rollback_plan import is_excused
from verifier.decide.gate.unjudged import came_late
from verifier.decide.gate.verdicts_elsewhere import failed_meanwhile
from verifier.model.deployment import Fleet
from verifier.model.verdict import VerdictWord

_GREEN = (VerdictWord.PASSED, VerdictWord.SUPERSEDED, VerdictWord.UNAFFECTED)
#: What other gates have found is worth so long to what holds.
_WITHIN_S = 2.0


def come_late(run: RunState, records: Records, until_s: float) -> bool:
    """
    Wait until then for records that could not be read, where only they can say who is to blame.

    Return whether they have come, so that what the run has judged is to be judged again.
    """
    if records.is_read or not is_excused(run.current.verdict):
        return False
    has_come = records.come_by(until_s)
    if has_come:
        # What is condemned is not looked at any more.
        run.current.condemned = {}
    return has_come


def turn_red_by_others(run: RunState, records: Records) -> bool:
    """
    Turn a green verdict red where another gate has failed what it passes since this run began.

    Return whether that is so. A run that has condemned anything is red anyhow.
    """
    current = run.current
    word = current.verdict.word
    if word not in _GREEN or any(one.condemned for one in run.judgements):
        return False
    if word is not VerdictWord.UNAFFECTED or not records.is_read:
        run.past_verdicts = records.read(_WITHIN_S)
    # The first reading of all says as well what was known at the start.
    since = (run.known_at_start, run.past_verdicts)
    failed = [name for name, d in current.passed.items() if failed_meanwhile(name, d, *since)]
    if failed:
        reason = f"{', '.join(sorted(failed))}: another gate has failed this commit meanwhile"
        red = VerdictWord.INCONCLUSIVE
        current.verdict = replace(current.verdict, word=red, reason=reason)
    return bool(failed)


def heed(run: RunState, records: Records, arrive: Callable[[Fleet], Sequence[Arrival]]) -> bool:
    """
    Take in what gates have found since this run began.

    Return whether something is to be judged by what is known since that this run has not judged.
    """
    current = run.current
    if current.verdict.word not in _GREEN or turn_red_by_others(run, records):
        return False
    arrivals = arrive(run.fleet)
    late = came_late(arrivals, current.passed, current.awaited)
    gone = [arrival for arrival in arrivals if arrival.stage is Stage.GONE]
    is_more = any(arrival.is_taken_on for arrival in (*late, *gone))
    if is_more:
        run.known_at_start = run.past_verdicts
    return is_more
