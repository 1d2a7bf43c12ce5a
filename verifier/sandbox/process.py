"""One real process of the example application."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from verifier.sandbox.reaper import Reaper


class AppProcess:
    """A process in a group of its own, which the reaper knows."""

    def __init__(self, process: asyncio.subprocess.Process, reaper: Reaper) -> None:
        self._process = process
        self._reaper = reaper
        self._waiter = asyncio.create_task(self._wait())

    @classmethod
    async def start(
        cls, image: Path, variables: Mapping[str, str], log: Path, reaper: Reaper
    ) -> "AppProcess":
        """Start the application of an image with nothing but these variables."""
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "app.main",
                cwd=image,
                env={**_interpreter_needs(), "PYTHONUNBUFFERED": "1", **variables},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        reaper.watch(process.pid)
        return cls(process, reaper)

    @property
    def status(self) -> str:
        """Railway's word for the state of this replica."""
        match self._process.returncode:
            case None:
                return "RUNNING"
            case 0:
                return "EXITED"
            case code:
                return "REMOVED" if code < 0 else "CRASHED"

    @property
    def pid(self) -> int:
        """Process id, which is its group's as well."""
        return self._process.pid

    async def stop(self, patience_s: float) -> None:
        """Ask it to end, and end it after `patience_s`."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(asyncio.shield(self._waiter), patience_s)
        except TimeoutError:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await self._waiter

    async def _wait(self) -> None:
        await self._process.wait()
        self._reaper.forget(self._process.pid)


def _interpreter_needs() -> dict[str, str]:
    """What the Python that runs us needs to start again; nothing else of our environment."""
    names = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {name: os.environ[name] for name in names if name in os.environ}


def reserve_port() -> socket.socket:
    """
    Keep a port of this machine from everybody but processes of ours, until it is closed.

    Between choosing a port and listening on it another sandbox would be given the same one.
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    holder.bind(("127.0.0.1", 0))
    return holder
