"""
What zizmor and actionlint say of the workflows of a checkout, where they are installed.

Sources: https://docs.zizmor.sh/usage/, https://github.com/rhysd/actionlint/blob/main/docs/usage.md
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from verifier.errors import UnexpectedAnswerError, words_of
from verifier.github.json_shapes import count, entries, mapping
from verifier.guarded import child_process
from verifier.guarded.checkout_file import read_inside, refuse_odd_files
from verifier.model.cut_text import cut_to
from verifier.model.finding import Finding, Outcome
from verifier.model.protection import Drift

LINTED = "audit.workflows"
_FOLDER = ".github/workflows"
#: What each linter reads of the checkout by itself.
_CONFIGS = {
    "zizmor": (".github/zizmor.yml", ".github/zizmor.yaml", "zizmor.yml", "zizmor.yaml"),
    "actionlint": (".github/actionlint.yml", ".github/actionlint.yaml"),
}
#: How each comes to be there.
_WAYS = {
    "zizmor": "give the action `zizmor: true`, or install zizmor on the runner",
    "actionlint": "install actionlint on the runner",
}
#: With what each ends after it has looked: nothing found, or how bad the worst of it is.
_LOOKED = {"zizmor": (0, *range(10, 15)), "actionlint": (0, 1)}
_LOGGED = ("INFO ", "WARN ", "DEBUG ", "TRACE ")
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
        program = _program(name)
        if program is None:
            unasked.append(_absent(name, checkout))
            continue
        try:
            refuse_odd_files(checkout, _CONFIGS[name])
            drift += read(_run(name, [program, *arguments], checkout))
        except UnexpectedAnswerError as error:
            # All that it could find only warns.
            hint = error.hint or f"run it in the checkout: {name} {' '.join(arguments[:3])} …"
            unasked.append(Finding(LINTED, Outcome.WARN, error.message, hint=hint))
    return tuple(drift), tuple(unasked)


def _absent(name: str, checkout: Path) -> Finding:
    if child_process.program_left_out(name, checkout) is None:
        text = f"{name} is not installed: the workflows were not linted"
        return Finding(LINTED, Outcome.SKIP, text, hint=_WAYS[name])
    text = f"{name} lies in the checkout and was not run: the workflows were not linted"
    hint = "install it outside of the checkout: no program of a checkout is run"
    return Finding(LINTED, Outcome.SKIP, text, hint=hint)


def _program(name: str) -> str | None:
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else child_process.program(name)


def _run(name: str, command: Sequence[str], checkout: Path) -> object:
    try:
        done = child_process.run(command, checkout, _LIMIT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnexpectedAnswerError(f"could not run {name}: {words_of(error)}") from error
    if done.returncode not in _LOOKED[name]:
        said = done.stderr.decode("utf-8", "replace").splitlines()
        raise UnexpectedAnswerError(f"could not run {name}: {_why(done.returncode, said)}")
    text = f"the output of {name} could not be parsed"
    try:
        found: object = json.loads(done.stdout)
    except (ValueError, RecursionError) as error:
        raise UnexpectedAnswerError(text) from error
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise UnexpectedAnswerError(text)
    return found


def _why(code: int, said: Sequence[str]) -> str:
    """The first line that is no part of a program's log, else how it ended."""
    lines = (line.strip() for line in said)
    told = next((line for line in lines if line and not line.startswith(_LOGGED)), "")
    ended = f"it was ended by signal {-code}" if code < 0 else f"it ended with {code}"
    return cut_to(200, told) if told else ended


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
