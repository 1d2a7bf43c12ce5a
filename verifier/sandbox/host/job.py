"""The verifier's command as a job runs it, against a sandbox."""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import IO

from verifier.sandbox.host.keeper_client import Keeper

_EVERY_S = 0.2
#: What a process needs of this machine. Nothing that names a token, or a place to tell somebody.
_KEPT = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TEMP", "TERM", "NO_COLOR", "FORCE_COLOR")
_KEPT_PREFIXES = ("PYTHON", "LD_", "DYLD_", "COVERAGE_", "XDG_")


def run_job(
    arguments: Sequence[str],
    environ: Mapping[str, str],
    keeper: Keeper,
    out: IO[str] | int | None = None,
    killed_when: threading.Event | None = None,
) -> int:
    """
    Run `verifier` with these arguments; return its exit code, negative where it was killed.

    It ends with the sandbox: it waits until the keeper knows of it. What it prints goes to `out`,
    as with `subprocess.run`.
    """
    # -P: a checkout may have a json.py, or a folder verifier, of its own.
    command = [sys.executable, "-P", "-m", "verifier", *arguments]
    waiting = ["sh", "-c", 'read -r _ && exec "$@" < /dev/null', "sh", *command]
    with subprocess.Popen(  # noqa: S603
        waiting,
        env=dict(environ),
        stdin=subprocess.PIPE,
        stdout=out,
        stderr=None if out is None else subprocess.STDOUT,
    ) as process:
        keeper.watch(process.pid)
        if killed_when is not None:
            threading.Thread(target=_kill, args=(process, killed_when), daemon=True).start()
        try:
            process.communicate(b"\n")
        except BaseException:
            process.kill()
            raise
    keeper.forget(process.pid)
    return process.returncode


def _kill(process: "subprocess.Popen[bytes]", when: threading.Event) -> None:
    while process.poll() is None:
        if when.wait(_EVERY_S):
            process.kill()
            return


def machine_environ() -> dict[str, str]:
    """Return what a job needs of this machine, without any of its secrets."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or name.startswith(_KEPT_PREFIXES)
    }
