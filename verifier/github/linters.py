"""
What zizmor and actionlint say of the workflows of a checkout, where they are installed.

Sources: https://docs.zizmor.sh/usage/, https://github.com/rhysd/actionlint/blob/main/docs/usage.md
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from verifier.errors import UnexpectedAnswerError, words_of
from verifier.github.json_shapes import count, entries, mapping
from verifier.guarded import child_process
from verifier.guarded.checkout_file import read_inside, refuse_odd_files
from verifier.model.finding import Finding, Outcome
from verifier.model.protection import Drift

LINTED = "audit.workflows"
_FOLDER = ".github/workflows"
#: What each linter reads of the checkout by itself.
_CONFIGS = {
    "zizmor": (".github/zizmor.yml", ".github/zizmor.yaml", "zizmor.yml", "zizmor.yaml"),
    "actionlint": (".github/actionlint.yml", ".github/actionlint.yaml"),
}
_LIMIT_S = 120
#: Of a file that is linted: what else lies there would keep a linter busy for ever.
_MOST_BYTES = 2_000_000


def lint_workflows(checkout: Path) -> tuple[tuple[Drift, ...], tuple[Finding, ...]]:
    """Return what the linters found, and which of them could not be asked."""
    files = sorted((checkout / _FOLDER).glob("*.y*ml"))
    if not files:
        return (), ()
    paths: list[str] = []
    drift: list[Drift] = []
    unasked: list[Finding] = []
    for path in (f"{_FOLDER}/{file.name}" for file in files):
        try:
            read_inside(checkout, path, _MOST_BYTES)
            paths.append(path)
        except UnexpectedAnswerError as error:
            unasked.append(Finding(LINTED, Outcome.SKIP, error.message))
    if not paths:
        return (), tuple(unasked)
    for name, arguments, read in (
        ("zizmor", ("--offline", "--format", "json", "--", *paths), _zizmor),
        ("actionlint", ("-no-color", "-format", "{{json .}}", "--", *paths), _actionlint),
    ):
        try:
            refuse_odd_files(checkout, _CONFIGS[name])
            drift += read(_run(name, arguments, checkout))
        except UnexpectedAnswerError as error:
            unasked.append(Finding(LINTED, Outcome.SKIP, error.message, hint=error.hint))
    return tuple(drift), tuple(unasked)


def _run(name: str, arguments: Sequence[str], checkout: Path) -> object:
    beside = Path(sys.executable).with_name(name)
    program = str(beside) if beside.exists() else shutil.which(name)
    if program is None:
        text = f"{name} is not installed: the workflows were not linted"
        raise UnexpectedAnswerError(text, hint=f"install {name} on the runner")
    try:
        done = child_process.run([program, *arguments], checkout, _LIMIT_S)
        found: object = json.loads(done.stdout or b"[]")
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnexpectedAnswerError(f"could not run {name}: {words_of(error)}") from error
    except ValueError as error:
        raise UnexpectedAnswerError(f"the output of {name} could not be parsed") from error
    return found


def _zizmor(found: object) -> Iterator[Drift]:
    for item in entries(found):
        if item.get("ignored") is True:
            continue
        primary = _primary(entries(item.get("locations")))
        key = mapping(mapping(mapping(primary.get("symbolic")).get("key")).get("Local"))
        path = str(key.get("verbatim_path") or key.get("given_path") or "").removeprefix("./")
        start = mapping(
            mapping(mapping(primary.get("concrete")).get("location")).get("start_point")
        )
        line = count(start.get("row")) + 1
        severity = str(mapping(item.get("determinations")).get("severity") or "").lower()
        said = f"{severity}: {item.get('desc')}" if severity else str(item.get("desc"))
        yield _remark("zizmor", str(item.get("ident")), said, path, line)


def _primary(locations: Sequence[Mapping[str, object]]) -> Mapping[str, object]:
    for location in locations:
        if mapping(location.get("symbolic")).get("kind") == "Primary":
            return location
    return locations[0] if locations else {}


def _actionlint(found: object) -> Iterator[Drift]:
    for item in entries(found):
        text, kind = str(item.get("message")), str(item.get("kind"))
        yield _remark("actionlint", kind, text, str(item.get("filepath")), count(item.get("line")))


def _remark(tool: str, rule: str, text: str, file: str, line: int) -> Drift:
    return Drift(
        f"workflow: {file}:{line}: {rule}",
        "no finding",
        text,
        tool,
        Outcome.WARN,
        "",
        file,
        line,
    )
