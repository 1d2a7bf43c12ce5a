"""What is wrong with this application for a while, as the variable TROUBLE says: `WORD:SECONDS`."""

import os
import threading
import time
from dataclasses import dataclass, field

_FOR_EVER_S = 3600.0
_UNHEALTHY = b'{"status": "unhealthy", "checks": {"redis": {"status": "error"}}}'


@dataclass(frozen=True)
class Trouble:
    """One kind of trouble since the start of the process."""

    word: str
    seconds: float
    started_s: float = field(default_factory=time.monotonic)
    once: threading.Lock = field(default_factory=threading.Lock)
    """Taken by what happens a single time."""

    def begin(self) -> None:
        """Keep the port shut for as long as connections are to be refused, or plan the crash."""
        if self.word == "refuse":
            time.sleep(self.seconds)
        if self.word == "crash":
            timer = threading.Timer(self.seconds, os._exit, [1])
            timer.daemon = True
            timer.start()

    def hang(self) -> None:
        """Keep a request waiting: for ever once `silent`, longer and longer once `slow`."""
        over_s = time.monotonic() - self.started_s - self.seconds
        if over_s > 0 and self.word == "silent":
            time.sleep(_FOR_EVER_S)
        if over_s > 0 and self.word == "slow":
            time.sleep(over_s)

    def is_mute(self) -> bool:
        """Whether a worker does its jobs no more."""
        return self.word == "mute" and time.monotonic() - self.started_s >= self.seconds

    def answer(self) -> tuple[int, bytes, str] | None:
        """Return status, body and content type of a wrong answer; None where nothing is wrong."""
        age_s = time.monotonic() - self.started_s
        is_young = age_s < self.seconds
        match self.word:
            case "bare" if is_young:
                return 503, b"Service Unavailable", "text/plain"
            case "not-ok" if is_young:
                return 503, b'{"ok": false}', "application/json"
            case "unhealthy" if is_young:
                return 503, _UNHEALTHY, "application/json"
            case "hiccup" if not is_young and self.once.acquire(blocking=False):
                return 503, b"Service Unavailable", "text/plain"
            case "flap" if int(age_s / self.seconds) % 2 == 1:
                return 503, _UNHEALTHY, "application/json"
            case _:
                return None


def read_trouble(text: str) -> Trouble:
    """Return the trouble that a scenario's words ask for; none where they are empty."""
    word, _, seconds = text.partition(":")
    return Trouble(word, float(seconds or 0))
