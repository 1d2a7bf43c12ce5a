"""Why a sandbox did not start, in one sentence."""

import subprocess

from verifier.errors import VerifierError

_NO_SPACE = "No space left on device"
_TELLING = ("error:", "fatal:", "panic:")


def reason_of(error: Exception) -> str:
    """Say in one line what went wrong."""
    match error:
        case subprocess.CalledProcessError(stderr=said):
            program = str(error.cmd[0]).rpartition("/")[2]
            text = said.decode(errors="replace") if isinstance(said, bytes) else str(said or "")
            return f"{program} failed: {telling_line(text) or f'exit code {error.returncode}'}"
        case OSError(strerror=str(what), filename=where) if where:
            return f"{what}: {where}"
        case OSError():
            return str(error)
        case _:
            return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"


def telling_line(text: str) -> str:
    """Return the line of a program's output that says best why it failed; empty if none does."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    full = [line for line in lines if _NO_SPACE in line]
    telling = [line for line in lines if any(sign in line.casefold() for sign in _TELLING)]
    return next(iter([*full, *telling, *lines[-1:]]), "")


def could_not_start(reason: str) -> VerifierError:
    """Return the error that a person is told, with what helps."""
    if _NO_SPACE in reason:
        return VerifierError(
            f"could not start the sandbox, no space left: {reason}",
            hint="free some 100 MB, or set TMPDIR to a folder that has them",
        )
    return VerifierError(
        f"could not start the sandbox: {reason}",
        hint="if that does not say enough, --debug before the command shows where it happened",
    )
