"""Asks several questions at the same moment, and stops listening when one answer is enough."""

import queue
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


def in_parallel(
    questions: Mapping[K, Callable[[], T]], limit_s: float, is_enough: Callable[[T], bool]
) -> dict[K, T]:
    """
    Return the answers that came within `limit_s`, or until one of them was enough.

    A question that is still open then goes on in a thread that nobody waits for, not even the
    end of the process. An exception of a question is raised here.
    """
    answered: queue.SimpleQueue[tuple[K, T | None, BaseException | None]] = queue.SimpleQueue()

    def ask(key: K, question: Callable[[], T]) -> None:
        try:
            answered.put((key, question(), None))
        except BaseException as error:
            answered.put((key, None, error))

    for key, question in questions.items():
        threading.Thread(target=ask, args=(key, question), daemon=True).start()
    answers: dict[K, T] = {}
    end_s = time.monotonic() + limit_s
    while len(answers) < len(questions):
        try:
            key, answer, error = answered.get(timeout=max(0.0, end_s - time.monotonic()))
        except queue.Empty:
            break
        if error is not None:
            raise error
        answers[key] = answer  # type: ignore[assignment]  # without an error there is an answer
        if is_enough(answers[key]):
            break
    return answers
