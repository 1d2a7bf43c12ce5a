"""One real process of the example application."""

import asyncio
import os
import runpy
import signal
import socket
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from verifier.sandbox.host.keeper_client import Keeper


class AppProcess:
    """A process that the keeper has forked."""

    def __init__(
        self, keeper: Keeper, image: Path, variables: Mapping[str, str], log: Path
    ) -> None:
        self._keeper = keeper
        self._code: int | None = None
        self._ended = asyncio.Event()
        self._number = keeper.start(image, variables, log, self._end)

    @property
    def status(self) -> str:
        """Railway's word for the state of this replica."""
        match self._code:
            case None:
                return "RUNNING"
            case 0:
                return "EXITED"
            case code:
                return "REMOVED" if code < 0 else "CRASHED"

    async def stop(self, patience_s: float) -> None:
        """Ask it to end, and end it after `patience_s`."""
        self._keeper.send_signal(self._number, signal.SIGTERM)
        try:
            await asyncio.wait_for(self._ended.wait(), patience_s)
        except TimeoutError:
            self._keeper.send_signal(self._number, signal.SIGKILL)
            await self._ended.wait()

    def _end(self, code: int) -> None:
        self._code = code
        self._ended.set()


def become(environ: Mapping[str, str], folder: Path, out: Path, err: Path) -> None:
    """Give this process that environment, working folder and output, and no input."""
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(folder)
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(out, append), 1)
    os.dup2(os.open(err, append), 2)


def run_application(image: Path, variables: Mapping[str, str], log: Path) -> NoReturn:
    """Be `python -m app.main` of that image in this forked process, in a session of its own."""
    code = 1
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        become(variables, image, log, log)
        sys.path.insert(0, str(image))
        runpy.run_module("app.main", run_name="__main__", alter_sys=True)
        code = 0
    except BaseException:  # whatever it is ends this process, not its parent's loop
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def reserve_port() -> socket.socket:
    """
    Keep a port of this machine from everybody but processes of ours, until it is closed.

    Between choosing a port and listening on it another sandbox would be given the same one.
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    holder.bind(("127.0.0.1", 0))
    return holder
