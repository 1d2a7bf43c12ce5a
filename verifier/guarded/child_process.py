"""Other programs that read what strangers wrote: no secret of the job among what they are given."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

#: Where programs and their settings lie, and how they speak: nothing of it is a secret.
_PASSED = (
    "PATH",
    # Where a Python that the runner has put somewhere finds its own library.
    "LD_LIBRARY_PATH",
    "HOME",
    "USERPROFILE",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SYSTEMROOT",
)
#: What a repository's own configuration could have git run, and what git could fetch for itself.
_GIT_CONFIG = (
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "log.showSignature=false",
    "submodule.recurse=false",
    "protocol.allow=never",
)
_GIT_ENVIRON = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C.UTF-8",
}


def run(
    command: Sequence[str], folder: Path, limit_s: float, *, given: bytes = b""
) -> "subprocess.CompletedProcess[bytes]":
    """
    Run a program in `folder` without a shell, and return what it wrote.

    Raises:
        OSError, subprocess.TimeoutExpired: it could not be run, or did not end.
    """
    return _run(command, folder, limit_s, given, {})


def git(
    arguments: Sequence[str], folder: Path, limit_s: float, *, given: bytes = b""
) -> "subprocess.CompletedProcess[bytes]":
    """
    Run git in a checkout, whose own configuration cannot make it run or fetch anything.

    A bare repository that a commit brings in a folder of its own is not taken for the checkout,
    nor is one that belongs to somebody else.

    Raises:
        OSError, subprocess.TimeoutExpired: it could not be run, or did not end.
    """
    return _run(git_command(arguments), folder, limit_s, given, _GIT_ENVIRON)


def environ_without_secrets() -> dict[str, str]:
    """Return of this process' variables those that say where programs lie and how they speak."""
    return {name: os.environ[name] for name in _PASSED if name in os.environ}


def git_command(arguments: Sequence[str]) -> list[str]:
    """Return the command of a git that runs nothing that the settings of a repository name."""
    return ["git", *(part for setting in _GIT_CONFIG for part in ("-c", setting)), *arguments]


def _run(
    command: Sequence[str], folder: Path, limit_s: float, given: bytes, more: Mapping[str, str]
) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(  # noqa: S603  a program of our choice, no shell
        command,
        cwd=folder,
        env={**environ_without_secrets(), **more},
        input=given,
        capture_output=True,
        timeout=limit_s,
        check=False,
    )
