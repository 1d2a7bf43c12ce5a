"""
Keeps everything that a sandbox starts, and leaves nothing behind, however the sandbox ends.

`python -m verifier.sandbox.host.keeper` makes the sandbox's folder and is the parent of every
process in it: PostgreSQL, and the application's, which are forked here because importing what they
need takes ten times as long as they do. Standard input brings an order a line, standard output
takes a piece of news a line; both are JSON lists. When the input ends, because the sandbox is done
or was killed, it ends what it has started and removes the folder; where it is killed itself, its
guard does.
"""

import importlib
import json
import os
import secrets
import selectors
import shutil
import signal
import tempfile
import time
import traceback
from contextlib import suppress
from pathlib import Path

from verifier.sandbox.host.guard import PREFIX, Guard, remove_leftovers
from verifier.sandbox.host.postgres import Postgres, start_postgres
from verifier.sandbox.host.process import run_application
from verifier.sandbox.host.start_error import reason_of

#: What the application imports: every process is forked from this one.
PRELOADED = ("psycopg", "redis", "http.server")
_PATIENCE_S = 10.0


class _Keeper:
    """What has been started so far."""

    def __init__(self, folder: Path, guard: Guard) -> None:
        self._folder = folder
        self._guard = guard
        self._postgres: Postgres | None = None
        self._applications: dict[int, int] = {}
        """Process ids by the sandbox's numbers."""
        self._watched: set[int] = set()

    def obey(self, order: object) -> None:
        """Do what one line asks for."""
        match order:
            case ["postgres"]:
                self._postgres = start_postgres(self._folder / "postgres", self._guard)
                _tell("postgres", self._postgres.url)
            case ["start", int(number), str(image), dict(variables), str(log)]:
                self._start(number, Path(image), variables, Path(log))
            case ["signal", int(number), int(which)]:
                if number in self._applications:
                    os.kill(self._applications[number], which)
            case ["watch", int(pid)]:
                self._watched.add(pid)
                self._guard.watch(pid)
            case ["forget", int(pid)]:
                self._watched.discard(pid)
                self._guard.forget(pid)
            case _:
                raise ValueError(f"unknown order {order!r}")

    def bury(self) -> None:
        """Tell which applications have ended."""
        for number, pid in list(self._applications.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self._applications[number]
                self._guard.forget(pid)
                _tell("ended", number, os.waitstatus_to_exitcode(status))

    def end(self) -> None:
        """End everything, and wait until it is gone."""
        for pid in (*self._applications.values(), *self._watched):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        for pid in self._applications.values():
            os.waitpid(pid, 0)
        if self._postgres is not None:
            self._postgres.stop(_PATIENCE_S)
        # A Git of the sandbox's may still be writing.
        end_s = time.monotonic() + _PATIENCE_S
        while self._folder.exists() and time.monotonic() < end_s:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._guard.dismiss()

    def _start(self, number: int, image: Path, variables: dict[str, str], log: Path) -> None:
        pid = os.fork()
        if pid == 0:
            self._guard.begin_child()
            run_application(image, variables, log)
        self._applications[number] = pid


def _tell(*news: object) -> None:
    os.write(1, json.dumps(news).encode() + b"\n")


def _serve(keeper: _Keeper) -> None:
    """Obey until the input ends."""
    wake_up, told = os.pipe()
    os.set_blocking(wake_up, False)
    os.set_blocking(told, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(0, selectors.EVENT_READ)
        selector.register(wake_up, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fd == wake_up:
                    os.read(wake_up, 4096)
                    keeper.bury()
                    continue
                given = os.read(0, 65536)
                if not given:
                    return
                *lines, rest = (rest + given).split(b"\n")
                for line in lines:
                    keeper.obey(json.loads(line))


def _make_folder(guard: Guard) -> Path:
    try:
        parent = Path(tempfile.gettempdir())
    except FileNotFoundError:
        # Python found no folder that takes a file, and does not say why: this one does.
        parent = Path(os.environ.get("TMPDIR", "/tmp"))  # noqa: S108
    remove_leftovers(parent, Path("/tmp"))  # noqa: S108  where sockets lie that need a short name
    folder = parent.absolute() / f"{PREFIX}{secrets.token_hex(4)}"
    guard.make_folder(folder)
    return folder


def _main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    guard = Guard()
    keeper: _Keeper | None = None
    with suppress(BrokenPipeError):  # nobody listens any more: the sandbox was killed
        try:
            folder = _make_folder(guard)
            keeper = _Keeper(folder, guard)
            _tell("folder", str(folder))
            os.chdir("/")
            for name in PRELOADED:
                importlib.import_module(name)
            _serve(keeper)
        except BrokenPipeError:
            raise
        except Exception as error:
            _tell("failed", reason_of(error), "".join(traceback.format_exception(error)))
    if keeper is not None:
        keeper.end()
    else:
        guard.dismiss()


if __name__ == "__main__":
    _main()
