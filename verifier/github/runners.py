"""
On which systems a job runs, as far as its file says so: on Windows another shell is the default.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#defaultsrunshell
"""

import re
from collections.abc import Iterator, Mapping

from verifier.github.json_shapes import mapping

POWERSHELL = "pwsh"
_OF_MATRIX = re.compile(r"\bmatrix\.([\w-]{1,99})", re.IGNORECASE)
_QUOTED = re.compile(r"'([^']{1,99})'")
#: Labels that say nothing of the system.
_ANY_SYSTEM = frozenset({"self-hosted", "x64", "x86", "arm", "arm64"})


def default_shells(job: Mapping[str, object]) -> tuple[str, str]:
    """Return the shell of a job's steps that name none, and of its parts on Windows another one."""
    systems = {system for system in _systems(job) if system.casefold() not in _ANY_SYSTEM}
    on_windows = {system for system in systems if "windows" in system.casefold()}
    if on_windows and on_windows == systems:
        return POWERSHELL, ""
    return "", POWERSHELL if on_windows else ""


def _systems(job: Mapping[str, object]) -> Iterator[str]:
    said = job.get("runs-on")
    group = mapping(said)
    for each in (*_texts(said), *_texts(group.get("labels")), *_texts(group.get("group"))):
        if "${{" not in each:
            yield each
            continue
        yield from _QUOTED.findall(each)
        for key in _OF_MATRIX.findall(each):
            yield from _of_matrix(job, key)


def _of_matrix(job: Mapping[str, object], key: str) -> Iterator[str]:
    matrix = mapping(mapping(job.get("strategy")).get("matrix"))
    yield from _texts(matrix.get(key))
    included = matrix.get("include")
    for leg in included if isinstance(included, list) else ():
        yield from _texts(mapping(leg).get(key))


def _texts(value: object) -> Iterator[str]:
    """The texts of a value that is one, or a list of them, which may hold lists of labels."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str):
            yield each
        elif isinstance(each, list):
            yield " ".join(str(label) for label in each)
