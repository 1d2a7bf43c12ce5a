"""
Ends what a keeper has started, and removes its folders, where the keeper itself was killed.

It is forked from the keeper and holds the reading end of a pipe that ends when the keeper does,
however that is. Each child of the keeper's announces itself there before it does anything else, and
each folder is announced before it is made, so there is no moment in which one is unknown. Where
keeper and guard are killed at once, Linux ends the children, and the next sandbox removes the
folder, which nobody holds locked any more.
"""

import ctypes
import fcntl
import json
import os
import shutil
import signal
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NoReturn

#: What a folder is called that is removed once nobody holds its lock.
PREFIX = "verifier-sandbox-"
LOCK = "lock"
_PATIENCE_S = 10.0
_LOOK_EVERY_S = 0.02
#: PostgreSQL gives its shared memory back on the first two only.
_GENTLY = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)
#: Source: https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
_SET_DEATH_SIGNAL = 1


class Guard:
    """The guard, seen from the keeper and from what the keeper forks."""

    def __init__(self) -> None:
        reads, self._tells = os.pipe()
        self._keeper = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._tells)
            _run(reads)
        os.close(reads)
        self._locks: list[int] = []

    def make_folder(self, folder: Path) -> None:
        """
        Make a folder that is removed however its keeper ends.

        Raises:
            OSError: it cannot be made.
        """
        self._tell("folder", str(folder))
        folder.mkdir(mode=0o700)
        # Under its name it is never seen without being held.
        made = folder / f"{LOCK}.new"
        lock = os.open(made, os.O_WRONLY | os.O_CREAT)
        fcntl.flock(lock, fcntl.LOCK_EX)
        made.rename(folder / LOCK)
        self._locks.append(lock)

    def begin_child(self, ends_with: signal.Signals = signal.SIGKILL) -> None:
        """Announce this process, which was just forked, and have it end with its parent."""
        self._tell("process", os.getpid(), int(ends_with))
        for descriptor in (self._tells, *self._locks):
            os.close(descriptor)
        if ends_with != signal.SIGKILL:
            # The keeper ignores it, and so would this process until it has a handler of its own.
            signal.signal(ends_with, signal.SIG_DFL)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, ends_with)
        if os.getppid() != self._keeper:
            os._exit(1)  # Linux sends no signal for a parent that had ended before it was asked to

    def watch(self, pid: int, ends_with: signal.Signals = signal.SIGKILL) -> None:
        """Have another process ended as well."""
        self._tell("process", pid, int(ends_with))

    def forget(self, pid: int) -> None:
        """That process has ended; its number may soon be somebody else's."""
        self._tell("gone", pid)

    def dismiss(self) -> None:
        """Let the guard end, as everything is gone, and wait for it."""
        self._tell("done")
        os.close(self._tells)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def _tell(self, *news: object) -> None:
        # Where the guard was killed the keeper still ends everything.
        with suppress(BrokenPipeError):
            os.write(self._tells, json.dumps(news).encode() + b"\n")


def remove_leftovers(*parents: Path) -> None:
    """Remove the folders of our sandboxes that were killed together with their guards."""
    for lock in (found for parent in parents for found in parent.glob(f"{PREFIX}*/{LOCK}")):
        with suppress(OSError):
            status = lock.lstat()
            if stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid():
                _remove_unlocked(lock)


def _remove_unlocked(lock: Path) -> None:
    with lock.open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(lock.parent, ignore_errors=True)


def _run(reads: int) -> NoReturn:
    """Listen until the keeper has ended; then end what it has left."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    # The keeper's own pipes: held here, they would not end when it does.
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.chdir("/")
    processes: dict[int, int] = {}
    folders: list[Path] = []
    with os.fdopen(reads, "rb") as heard:
        for line in heard:
            match json.loads(line):
                case ["process", int(pid), int(ends_with)]:
                    processes[pid] = ends_with
                case ["gone", int(pid)]:
                    processes.pop(pid, None)
                case ["folder", str(name)]:
                    folders.append(Path(name))
                case _:
                    os._exit(0)
    _end(processes)
    for folder in folders:
        _until(partial(_is_removed, folder))
    os._exit(0)


def _end(processes: dict[int, int]) -> None:
    for step in _GENTLY:
        for pid, ends_with in processes.items():
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, step if ends_with != signal.SIGKILL else signal.SIGKILL)
        if _until(lambda: not any(map(_runs, processes))):
            return


def _runs(pid: int) -> bool:
    """Whether a process is there and is no corpse that nobody buries."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return state[:1] != ["Z"]


def _is_removed(folder: Path) -> bool:
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def _until(is_done: Callable[[], bool]) -> bool:
    end_s = time.monotonic() + _PATIENCE_S
    while not is_done():
        if time.monotonic() > end_s:
            return False
        time.sleep(_LOOK_EVERY_S)
    return True
