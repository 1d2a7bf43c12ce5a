"""One real process of the example application."""

import asyncio
import multiprocessing
import os
import runpy
import socket
import sys
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path

from verifier.sandbox.host.reaper import Reaper

#: Every process is forked from one that has imported what the application needs, which takes
#: ten times as long as the application itself.
FORKS = multiprocessing.get_context("forkserver")
PRELOADED = ("verifier.sandbox.host.process", "psycopg", "redis", "http.server")
FORKS.set_forkserver_preload(list(PRELOADED))


class AppProcess:
    """A process that the reaper knows."""

    def __init__(self, process: BaseProcess, reaper: Reaper) -> None:
        self._process = process
        self._reaper = reaper
        self._ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(process.sentinel, self._end)

    @classmethod
    async def start(
        cls, image: Path, variables: Mapping[str, str], log: Path, reaper: Reaper
    ) -> "AppProcess":
        """Start the application of an image with nothing but these variables."""
        process = FORKS.Process(target=_serve, args=(image, dict(variables), log), daemon=True)
        await asyncio.to_thread(process.start)
        assert process.pid is not None  # noqa: S101  it was started
        reaper.watch(process.pid)
        return cls(process, reaper)

    @property
    def status(self) -> str:
        """Railway's word for the state of this replica."""
        match self._process.exitcode:
            case None:
                return "RUNNING"
            case 0:
                return "EXITED"
            case code:
                return "REMOVED" if code < 0 else "CRASHED"

    async def stop(self, patience_s: float) -> None:
        """Ask it to end, and end it after `patience_s`."""
        self._process.terminate()
        try:
            await asyncio.wait_for(self._ended.wait(), patience_s)
        except TimeoutError:
            self._process.kill()
            await self._ended.wait()

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._process.sentinel)
        self._process.join()
        assert self._process.pid is not None  # noqa: S101  it was started
        self._reaper.forget(self._process.pid)
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


def _serve(image: Path, variables: dict[str, str], log: Path) -> None:
    """Be `python -m app.main` of that image, in a session of its own."""
    os.setsid()
    become(variables, image, log, log)
    sys.path.insert(0, str(image))
    runpy.run_module("app.main", run_name="__main__", alter_sys=True)


def reserve_port() -> socket.socket:
    """
    Keep a port of this machine from everybody but processes of ours, until it is closed.

    Between choosing a port and listening on it another sandbox would be given the same one.
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    holder.bind(("127.0.0.1", 0))
    return holder
