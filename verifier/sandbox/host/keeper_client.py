"""The keeper's process, seen from the sandbox."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

from verifier.sandbox.host.start_error import could_not_start

_MODULE = "verifier.sandbox.host.keeper"


class Keeper:
    """
    A folder, a PostgreSQL and processes that are gone when this process is, however it ends.

    Until `listen` it is asked by one thread; from then on applications are started and signalled
    where the loop runs, and any thread may `watch` and `forget`.

    Raises:
        VerifierError: the folder could not be made.
    """

    def __init__(self) -> None:
        self.forgotten = forget_postgres_settings()
        """Names of the environment's variables that were taken out."""
        self._process = subprocess.Popen(  # noqa: S603  our own module
            # -P: the folder that we are in may be a stranger's checkout, with a json.py of its own.
            [sys.executable, "-P", "-W", "ignore", "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            bufsize=0,
        )
        self._lock = threading.Lock()
        self._ended: dict[int, Callable[[int], None]] = {}
        self._heard = b""
        self._started = 0
        try:
            self.folder = Path(self._answer("folder"))
        except BaseException:
            self.finish()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.finish()

    def begin_postgres(self) -> None:
        """Have a PostgreSQL started, without waiting for it."""
        self._order("postgres")

    def postgres_url(self) -> str:
        """
        Wait for the PostgreSQL; return the address of its maintenance database.

        Raises:
            VerifierError: it did not start.
        """
        return self._answer("postgres")

    def listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hear from now on, in that loop, which applications have ended."""
        loop.add_reader(self._news(), self._hear, loop)

    def start(
        self, image: Path, variables: Mapping[str, str], log: Path, ended: Callable[[int], None]
    ) -> int:
        """
        Start the application of an image with nothing but these variables; return its number.

        `ended` is told its exit code, negative where a signal ended it.
        """
        self._started += 1
        self._ended[self._started] = ended
        self._order("start", self._started, str(image), dict(variables), str(log))
        return self._started

    def send_signal(self, number: int, which: signal.Signals) -> None:
        """Send a signal to the application of that number, if it still runs."""
        self._order("signal", number, int(which))

    def watch(self, pid: int) -> None:
        """Have another process of ours ended with this one."""
        self._order("watch", pid)

    def forget(self, pid: int) -> None:
        """That process has ended; its number may soon be somebody else's."""
        self._order("forget", pid)

    def finish(self) -> None:
        """End everything now and wait until nothing is left."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _order(self, *order: object) -> None:
        line = json.dumps(order).encode() + b"\n"
        # One that was killed obeys no more; whoever waits for it is told so.
        with self._lock, suppress(BrokenPipeError):
            while line and self._process.stdin is not None:
                line = line[self._process.stdin.write(line) :]

    def _news(self) -> int:
        assert self._process.stdout is not None  # noqa: S101  it is a pipe
        return self._process.stdout.fileno()

    def _answer(self, subject: str) -> str:
        while b"\n" not in self._heard:
            more = os.read(self._news(), 65536)
            if not more:
                raise could_not_start("its keeper ended, or was ended")
            self._heard += more
        line, _, self._heard = self._heard.partition(b"\n")
        match json.loads(line):
            case [name, str(value)] if name == subject:
                return value
            case ["failed", str(reason), str(where)]:
                raise could_not_start(reason) from RuntimeError(where)
            case other:
                raise could_not_start(f"its keeper answered {other!r}")

    def _hear(self, loop: asyncio.AbstractEventLoop) -> None:
        more = os.read(self._news(), 65536)
        if not more:
            loop.remove_reader(self._news())
            for number in list(self._ended):
                self._ended.pop(number)(-signal.SIGKILL)
        *lines, self._heard = (self._heard + more).split(b"\n")
        for line in lines:
            match json.loads(line):
                case ["ended", int(number), int(code)]:
                    self._ended.pop(number)(code)
                case _:
                    pass  # it failed; that its output ends says the rest


def forget_postgres_settings() -> list[str]:
    """
    Take out of this process's environment what would point at another server, and return the names.

    PostgreSQL's programs and libraries let `PGHOSTADDR`, `PGSERVICE`, `PGOPTIONS` and thirty others
    have a say in every connection.
    """
    names = sorted(name for name in os.environ if name.startswith("PG"))
    for name in names:
        del os.environ[name]
    return names
