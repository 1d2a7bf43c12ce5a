"""Asks several questions at the same moment; one that hangs is never asked a second time."""

import queue
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

#: Once something has failed, what is late is waited for this long: a proven failure is confirmed
#: at the pace of its own source.
_GRACE_S = 1.0


class Questions(Generic[K, T]):
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

    def ask(
        self,
        questions: Mapping[K, Callable[[], T]],
        limit_s: float,
        is_enough: Callable[[T], bool] = lambda _: False,
        is_failing: Callable[[T], bool] = lambda _: False,
    ) -> dict[K, T]:
        """
        Return the answers that came within `limit_s`, or until one of them was enough.

        After one that is failing the others have a second left. An exception of a question is
        raised here.
        """
        for key, question in questions.items():
            if key not in self._open:
                self._open.add(key)
                threading.Thread(target=self._run, args=(key, question), daemon=True).start()
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

    def _run(self, key: K, question: Callable[[], T]) -> None:
        try:
            self._answered.put((key, question(), None))
        except BaseException as error:
            self._answered.put((key, None, error))
