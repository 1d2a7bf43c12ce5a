"""
What a test waits for, and how long: so long that no machine is too slow for it.

A limit of a test says that something hangs, never how quick a machine is. What is to be quick is
counted, or measured in processor time, the best of some tries.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
#: What takes a moment on a quiet machine takes less than this on any; below the limit of a test.
PATIENCE_S = 240.0
_TRIES = 3


def until(holds: Callable[[], T], every_s: float = 0.02) -> T:
    """Wait for what another thread or process is about to do; return what was found."""
    end_s = time.monotonic() + PATIENCE_S
    while not (found := holds()):
        assert time.monotonic() < end_s, "it never came"
        time.sleep(every_s)
    return found


def remaining(look: Callable[[], T], every_s: float = 0.05) -> T:
    """Wait until nothing is found any more; return what still is when patience ends."""
    end_s = time.monotonic() + PATIENCE_S
    while (found := look()) and time.monotonic() < end_s:
        time.sleep(every_s)
    return found


@contextmanager
def without_waiting() -> Iterator[None]:
    """What is done inside waits for nothing that takes longer than anyone's patience."""
    begun_s = time.monotonic()
    yield
    assert time.monotonic() - begun_s < PATIENCE_S


def processor_s(work: Callable[[], object], limit_s: float) -> float:
    """Processor time of some work; where it is above the limit, the least of some tries."""
    least_s = float("inf")
    for _ in range(_TRIES):
        begun_s = time.process_time()
        work()
        least_s = min(least_s, time.process_time() - begun_s)
        if least_s < limit_s:
            break
    return least_s
