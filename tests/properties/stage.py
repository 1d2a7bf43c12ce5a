"""
Several actors and a platform on one clock, in an order that is drawn and can be repeated.

Each actor is a thread that runs only while the stage has given it the baton, and gives it back
whenever it waits. Time jumps to the next who wants to act.
"""

import heapq
import itertools
import threading
from datetime import timedelta

from tests.builders import START


class Killed(BaseException):
    """As by kill -9: nothing of ours runs afterwards."""


class Actor:
    """One verifier, or whoever else does one thing after another. Also its own clock."""

    def __init__(self, stage, work, *, dies_at_step=None, clock_is_off_by_s=0.0):
        self._stage = stage
        self._work = work
        self._baton = threading.Semaphore(0)
        self._dies_at_step = dies_at_step
        self._off_by_s = clock_is_off_by_s
        self.steps = 0
        self.was_killed = False
        self.error = None
        self.ended_s = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def pause(self, seconds):
        """Let time pass and others act. Here an actor dies, if it is to."""
        self.steps += 1
        if self.steps == self._dies_at_step:
            raise Killed
        self._stage.at(self._stage.now_s + seconds, self.resume)
        self._stage.returned.release()
        self._baton.acquire()

    def resume(self):
        """Run until the next pause. Called by the stage."""
        if self._thread.ident is None:
            self._thread.start()
        else:
            self._baton.release()
        self._stage.returned.acquire()

    def _run(self):
        try:
            self._work(self)
        except Killed:
            self.was_killed = True
        except BaseException as error:
            self.error = error
        self.ended_s = self._stage.now_s
        self._stage.returned.release()

    def now(self):
        return START + timedelta(hours=1, seconds=self._stage.now_s + self._off_by_s)

    def now_s(self):
        return self._stage.now_s

    def jitter(self):
        return 0.5

    def sleep(self, seconds):
        self.pause(max(seconds, 0.0))


class Stage:
    """What is to happen, in the order of its time; ties in the order in which it was asked for."""

    def __init__(self):
        self.now_s = 0.0
        self.returned = threading.Semaphore(0)
        self._turns = itertools.count()
        self._due = []

    def at(self, seconds, action):
        """Have something happen at a time."""
        heapq.heappush(self._due, (max(seconds, self.now_s), next(self._turns), action))

    def play(self, until_s=1e6):
        """Let everything happen."""
        while self._due and self._due[0][0] <= until_s:
            due_s, _, action = heapq.heappop(self._due)
            self.now_s = max(self.now_s, due_s)
            action()
