"""
Several actors and a platform on one clock, in an order that is drawn and can be repeated.

Each actor is a thread that runs only while the stage has given it the baton, and gives it back
whenever it waits. Time jumps to the next who wants to act.
"""

import heapq
import itertools
import threading
from datetime import timedelta
from functools import partial

from tests.builders import START
from verifier.model.finding import Unobserved


class Killed(BaseException):
    """As by kill -9: nothing of ours runs afterwards."""


class Actor:
    """One verifier, or whoever else acts. Also its own clock."""

    def __init__(self, stage, work, *, dies_at_step=None, clock_is_off_by_s=0.0, jitter=0.5):
        self._stage = stage
        self._work = work
        self._own = threading.local()
        """The baton of each of its threads: its questions are asked side by side."""
        self._dies_at_step = dies_at_step
        self._off_by_s = clock_is_off_by_s
        self._jitter = jitter
        self.steps = 0
        self.was_killed = False
        self.error = None
        self.ended_s = None

    def pause(self, seconds):
        """Let time pass and others act. Here an actor dies, if it is to."""
        self.steps += 1
        if self.was_killed or self.steps == self._dies_at_step:
            self.was_killed = True
            raise Killed
        self._stage.at(self._stage.now_s + seconds, partial(self._resume, self._own.baton))
        self._wait()

    def begin(self):
        """Run until the first pause. Called by the stage."""
        threading.Thread(target=self._run, daemon=True).start()
        self._stage.returned.acquire()

    def at_once(self, asks, limit_s):
        """Ask all of these side by side; `Unobserved` where the limit ended first."""
        answers, errors, baton = {}, [], self._own.baton
        has_resumed = []

        def go_on():
            if not has_resumed:
                has_resumed.append(True)
                self._resume(baton)

        def ask_one(name, ask):
            self._own.baton = threading.Semaphore(0)
            try:
                answers[name] = ask()
            except Killed:
                pass
            except BaseException as error:
                errors.append(error)
            if self.was_killed or errors or len(answers) == len(asks):
                self._stage.at(self._stage.now_s, go_on)
            self._stage.returned.release()

        def start(name, ask):
            threading.Thread(target=ask_one, args=(name, ask), daemon=True).start()
            self._stage.returned.acquire()

        for name, ask in asks.items():
            self._stage.at(self._stage.now_s, partial(start, name, ask))
        self._stage.at(self._stage.now_s + (limit_s if asks else 0.0), go_on)
        self._wait()
        if errors:
            raise errors[0]
        late = Unobserved(f"no answer within {limit_s:.0f} s")
        return {name: answers.get(name, late) for name in asks}

    def _wait(self):
        baton = self._own.baton
        self._stage.returned.release()
        baton.acquire()
        if self.was_killed:
            raise Killed

    def _resume(self, baton):
        baton.release()
        self._stage.returned.acquire()

    def _run(self):
        self._own.baton = threading.Semaphore(0)
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
        return self._jitter

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
