"""Other programs that read what strangers wrote: no secret of the job among what they are given."""

import errno
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
_LISTS = ("PATH", "LD_LIBRARY_PATH")
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
    given = {name: os.environ[name] for name in _PASSED if name in os.environ}
    for name in _LISTS:
        if name in given:
            # What is left out of one is looked for where a program is started.
            given[name] = os.pathsep.join(_own_folders(given[name]))
    return {name: value for name, value in given.items() if value or name not in _LISTS}


def program(name: str) -> str | None:
    """
    Return where a program lies, by the folders of PATH that have a place of their own.

    One that is told from where a process stands ("", ".", "bin"), or lies below the job's
    GITHUB_WORKSPACE, would be the checkout, whose files are no programs of ours; Windows looks
    there unasked.
    """
    file = f"{name}.exe" if os.name == "nt" else name
    places = (Path(folder, file) for folder in _own_folders(os.environ.get("PATH", os.defpath)))
    return next((str(place) for place in places if _is_program(place)), None)


def program_left_out(name: str, checkout: Path) -> str | None:
    """Return where a program lies that is not run, as it does so in the checkout."""
    path = os.environ.get("PATH", os.defpath)
    own = set(_own_folders(path))
    folders = (each for each in path.split(os.pathsep) if each and each not in own)
    places = (Path(folder, name) for folder in (*folders, str(checkout)))
    return next((str(place) for place in places if _is_program(place)), None)


def _is_program(place: Path) -> bool:
    # Path's own raises where this user may not look: /root/.local/bin in the PATH of an image.
    return os.path.isfile(place) and os.access(place, os.X_OK)  # noqa: PTH113


def _own_folders(path: str) -> list[str]:
    """Leave out what is in the checkout: a job may have put `node_modules/.bin` into its PATH."""
    given = os.environ.get("GITHUB_WORKSPACE", "")
    # Of one that is the whole machine nothing tells where the checkout ends.
    place = Path(os.path.realpath(given))  # `resolve` has its own error for circles
    checkout = place if given and place.name else None
    return [
        folder
        for folder in path.split(os.pathsep)
        if Path(folder).is_absolute()
        and (checkout is None or not Path(os.path.realpath(folder)).is_relative_to(checkout))
    ]


def git_command(arguments: Sequence[str]) -> list[str]:
    """Return the command of a git that runs nothing that the settings of a repository name."""
    return ["git", *(part for setting in _GIT_CONFIG for part in ("-c", setting)), *arguments]


def _run(
    command: Sequence[str], folder: Path, limit_s: float, given: bytes, more: Mapping[str, str]
) -> "subprocess.CompletedProcess[bytes]":
    name, *arguments = command
    found = name if os.path.dirname(name) else program(name)  # noqa: PTH120
    if found is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
    return subprocess.run(  # noqa: S603  a program of our choice, no shell
        [found, *arguments],
        cwd=folder,
        env={**environ_without_secrets(), **more},
        input=given,
        capture_output=True,
        timeout=limit_s,
        check=False,
    )
