"""
Workflow files into the model: which jobs they have, what they report as, when they run.

Nothing is run; an expression that only a run resolves is `Unobserved`.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

import itertools
import re
from collections.abc import Iterator, Mapping

from verifier.github.json_shapes import mapping
from verifier.guarded.yaml_document import Document, InvalidConfigError, parse_document
from verifier.model.finding import Unobserved
from verifier.model.workflow import Job, Mask, Step, Trigger, Workflow

FOLDER = ".github/workflows/"
_EXPRESSION = re.compile(r"\$\{\{((?:(?!\$\{\{|\}\}).)*)\}\}")
_OURS = re.compile(r"railway-deploy-verifier|(?:^|[\s;&|(])verifier\s+(?:gate|audit|preflight)\b")
_HIDDEN_FAILURE = re.compile(r"\|\|\s*(?:true|:|exit 0|echo)\b|set \+e")
_PIPED = re.compile(r"verifier\s+(?:gate|audit|preflight)[^\n|]*\|(?!\|)")
_MOST_NAMES = 256


def parse_workflow(path: str, text: str) -> Workflow | Unobserved:
    """Return the workflow that a file describes."""
    try:
        document = parse_document(path, text)
    except InvalidConfigError as error:
        return Unobserved(f"{path} is not a readable workflow: {error.message}")
    value = mapping(document.value)
    triggers = value.get("on")
    jobs = mapping(value.get("jobs"))
    return Workflow(
        path=path,
        name=_text(value.get("name")) or path,
        triggers=_triggers(triggers),
        crons=tuple(_crons(mapping(triggers).get("schedule"))),
        jobs=tuple(_job(document, id_, mapping(job)) for id_, job in jobs.items()),
    )


def _triggers(value: object) -> Mapping[str, Trigger]:
    match value:
        case str(event):
            return {event: Trigger()}
        case list(events):
            return {str(event): Trigger() for event in events}
        case dict(by_event):
            return {str(event): _trigger(mapping(said)) for event, said in by_event.items()}
        case _:
            return {}


def _trigger(said: Mapping[str, object]) -> Trigger:
    return Trigger(
        branches=_texts(said.get("branches")),
        branches_ignore=_texts(said.get("branches-ignore")),
        has_paths="paths" in said or "paths-ignore" in said,
        types=_texts(said.get("types")),
    )


def _crons(value: object) -> Iterator[str]:
    for entry in value if isinstance(value, list) else []:
        cron = mapping(entry).get("cron")
        if isinstance(cron, str):
            yield cron


def _job(document: Document, id_: str, job: Mapping[str, object]) -> Job:
    called = _text(job.get("uses"))
    return Job(
        id=id_,
        line=document.line(("jobs", id_)),
        names=_names(id_, job),
        condition=_text(job.get("if")),
        needs=_texts(job.get("needs")),
        calls=called.removeprefix("./").partition("@")[0] if called.startswith("./") else called,
        masks=tuple(_masks(document, id_, job)),
        steps=tuple(_steps(document, id_, job)),
    )


def _steps(document: Document, id_: str, job: Mapping[str, object]) -> Iterator[Step]:
    steps = job.get("steps")
    for index, step in enumerate(map(mapping, steps if isinstance(steps, list) else [])):
        yield Step(
            line=document.line(("jobs", id_, "steps", index)),
            name=_text(step.get("name")) or _text(step.get("id")),
            condition=_text(step.get("if")),
            shell=_text(step.get("run")),
            goes_on=_is_on(step.get("continue-on-error")),
        )


def _names(id_: str, job: Mapping[str, object]) -> tuple[str, ...] | Unobserved:
    name = _text(job.get("name")) or id_
    combinations = _combinations(mapping(job.get("strategy")).get("matrix"))
    if isinstance(combinations, Unobserved):
        return combinations
    named = []
    for combination in combinations:
        resolved = _resolved(name, combination)
        if isinstance(resolved, Unobserved):
            return resolved
        uses_matrix = resolved != name
        values = ", ".join(combination.values())
        named.append(resolved if uses_matrix or not combination else f"{resolved} ({values})")
    return tuple(dict.fromkeys(named))


def _combinations(matrix: object) -> list[dict[str, str]] | Unobserved:
    if matrix is None:
        return [{}]
    axes = {k: v for k, v in mapping(matrix).items() if k not in ("include", "exclude")}
    is_plain = isinstance(matrix, dict) and not {"include", "exclude"} & set(matrix)
    lists = [axis for axis in axes.values() if isinstance(axis, list)]
    if not is_plain or len(lists) < len(axes):
        return Unobserved("its matrix is only known at run time")
    if any("${{" in str(value) for axis in lists for value in axis):
        return Unobserved("its matrix is only known at run time")
    product = itertools.islice(itertools.product(*lists), _MOST_NAMES)
    return [dict(zip(axes, map(str, values), strict=True)) for values in product]


def _resolved(name: str, combination: Mapping[str, str]) -> str | Unobserved:
    for expression in _EXPRESSION.findall(name):
        named = expression.strip()
        key = named.removeprefix("matrix.")
        if key == named or key not in combination:
            return Unobserved(f"the name {name} is only known at run time")
    return _EXPRESSION.sub(lambda m: combination[m[1].strip().removeprefix("matrix.")], name)


def _masks(document: Document, id_: str, job: Mapping[str, object]) -> Iterator[Mask]:
    """What hides the result of the steps that run the verifier."""
    steps = job.get("steps")
    ours = [
        (index, step)
        for index, step in enumerate(map(mapping, steps if isinstance(steps, list) else []))
        if _OURS.search(f"{_text(step.get('uses'))} {_text(step.get('run'))}")
    ]
    for index, step in ours:
        line = document.line(("jobs", id_, "steps", index))
        if _is_on(step.get("continue-on-error")):
            yield Mask(line, "continue-on-error on the step")
        run = _text(step.get("run"))
        if _HIDDEN_FAILURE.search(run):
            yield Mask(line, "a shell that continues after a failure")
        if _PIPED.search(run) and "bash" not in _text(step.get("shell")):
            yield Mask(line, "a pipe that hides a failure; shell: bash sets pipefail")
        if _text(step.get("if")).strip().casefold() in ("false", "${{ false }}"):
            yield Mask(line, "an if: that is never true")
    if ours and _is_on(job.get("continue-on-error")):
        yield Mask(document.line(("jobs", id_)), "continue-on-error on the job")


def _is_on(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.strip() not in ("", "false"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _texts(value: object) -> tuple[str, ...]:
    match value:
        case str(text):
            return (text,)
        case list(items):
            return tuple(str(item) for item in items)
        case _:
            return ()
