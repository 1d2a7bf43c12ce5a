"""Asks several questions at the same moment; one that hangs is never asked a second time."""

import math
import queue
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from contextvars import copy_context
from functools import partial
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

#: Once something has failed, what is late is waited for this long: a proven failure is confirmed
#: at the pace of its own source.
_GRACE_S = 1.0


#: After something did not answer in time, nothing waits for it for so long: it has a moment.
_SILENT_FOR_S, _MOMENT_S = 60.0, 0.25


class Patience:
    """How long something is waited for that may have been silent a moment ago."""

    def __init__(self) -> None:
        self._lost_s = -math.inf

    def left_s(self, now_s: float, limit_s: float) -> float:
        """Return for how many seconds to wait now, `limit_s` at most."""
        return min(limit_s, _MOMENT_S) if now_s < self._lost_s + _SILENT_FOR_S else limit_s

    def lose(self, now_s: float) -> None:
        """It did not answer in time."""
        self._lost_s = now_s

    def restore(self) -> None:
        """It has answered."""
        self._lost_s = -math.inf


class ParallelCalls(Generic[K, T]):
    """
    Questions that may outlast the moment in which they were asked.

    Each goes on in a thread that nothing waits for, not even the end of the process. Its answer
    is given to whoever asks the same question next; until then it is not asked again.
    """

    def __init__(self) -> None:
        self._answered: queue.SimpleQueue[tuple[K, T | None, BaseException | None]] = (
            queue.SimpleQueue()
        )
        self._open: set[K] = set()
        self._lanes: dict[Hashable, threading.Lock] = {}

    def ask(
        self,
        questions: Mapping[K, Callable[[], T]],
        limit_s: float,
        is_enough: Callable[[T], bool] = lambda _: False,
        is_failing: Callable[[T], bool] = lambda _: False,
        lane_of: Callable[[K], Hashable] = lambda key: key,
    ) -> dict[K, T]:
        """
        Return the answers that came within `limit_s`, or until one of them was enough.

        Questions of one lane are asked one after another, in the order given; those of an earlier
        call first. After an answer that is failing the others have a second left. An exception of
        a question is raised here.
        """
        lanes: dict[Hashable, list[tuple[K, Callable[[], T]]]] = {}
        for key, question in questions.items():
            if key not in self._open:
                self._open.add(key)
                lanes.setdefault(lane_of(key), []).append((key, question))
        for lane, new in lanes.items():
            turn = self._lanes.setdefault(lane, threading.Lock())
            # Its notes are in the language of whoever asks.
            run = partial(copy_context().run, self._run, turn, new)
            threading.Thread(target=run, daemon=True).start()
        answers: dict[K, T] = {}
        end_s = time.monotonic() + limit_s
        while len(answers) < len(questions):
            try:
                key, answer, error = self._answered.get(timeout=max(0.0, end_s - time.monotonic()))
            except queue.Empty:
                break
            self._open.discard(key)
            if key not in questions:
                continue
            if error is not None:
                raise error
            answers[key] = answer  # type: ignore[assignment]  # without an error there is one
            if is_enough(answers[key]):
                break
            if is_failing(answers[key]):
                end_s = min(end_s, time.monotonic() + _GRACE_S)
        return answers

    def _run(self, turn: threading.Lock, questions: list[tuple[K, Callable[[], T]]]) -> None:
        with turn:
            for key, question in questions:
                try:
                    self._answered.put((key, question(), None))
                except BaseException as error:
                    self._answered.put((key, None, error))
