"""
Leaves nothing behind, however the sandbox ends.

`python -m verifier.sandbox.host.reaper FOLDER` reads from standard input which processes begin
(`+123`) and which have ended (`-123`), one a line. When the input ends, because the sandbox is
done or was killed, it ends those that are left and the PostgreSQL server, and removes the folder.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

_PATIENCE_S = 10.0


class Reaper:
    """The reaper's process, seen from the sandbox."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(  # noqa: S603  our own module
            [sys.executable, "-m", "verifier.sandbox.host.reaper", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def watch(self, pid: int) -> None:
        """Have the process `pid` ended with the sandbox."""
        self._tell(f"+{pid}")

    def forget(self, pid: int) -> None:
        """The process has ended; its number may soon be somebody else's."""
        self._tell(f"-{pid}")

    def _tell(self, line: str) -> None:
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()

    def finish(self) -> None:
        """End everything now and wait until nothing is left."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()


def reap(folder: Path, pids: list[int]) -> None:
    """End the processes and the database server, then remove the folder."""
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    _stop_postgres(folder / "postgres" / "data" / "postmaster.pid")
    shutil.rmtree(folder, ignore_errors=True)


def _stop_postgres(pid_file: Path) -> None:
    try:
        pid = int(pid_file.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    for step in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        end_s = time.monotonic() + _PATIENCE_S
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, step)
        while time.monotonic() < end_s:
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.02)


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    pids: set[int] = set()
    for line in sys.stdin:
        pid = int(line[1:])
        if line.startswith("+"):
            pids.add(pid)
        else:
            pids.discard(pid)
    reap(Path(sys.argv[1]), sorted(pids))


if __name__ == "__main__":
    _main()
